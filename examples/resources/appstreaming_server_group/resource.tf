resource "appstreaming_server_group" "reception" {
  name             = "reception"
  description      = "Front desk applications"
  os_type          = "Windows"
  flavor_id        = "workspace.app.x86.4c8g"
  image_id         = "10000000-0000-4000-8000-000000000001"
  image_type       = "private"
  vpc_id           = "vpc-office"
  subnet_id        = "subnet-office-1"
  system_disk_type = "SAS"
  system_disk_size = 80
  is_vdi           = false

  route_policy = {
    max_session   = 10
    cpu_threshold = 80
    mem_threshold = 80
  }

  tags = {
    team = "front-desk"
  }
}
