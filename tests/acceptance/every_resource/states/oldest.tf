resource "appstreaming_delivery_group_image" "this" {
  delivery_group_id = "aig-hangzhou-fixed"
  image_id          = "img-office-2"
  on_destroy        = "restore"
}

resource "appstreaming_delivery_group_authorization" "this" {
  delivery_group_id = "aig-hangzhou-fixed"
  user_names        = ["carol", "erin"]
  user_group_ids    = ["ug-design"]
}

resource "appstreaming_delivery_group_authorization" "exclusive" {
  delivery_group_id = "aig-hangzhou-usage"
  user_names        = ["alice", "frank"]
  exclusive         = true
}

resource "appstreaming_delivery_group_authorization" "by_session" {
  delivery_group_id     = "aig-hangzhou-session"
  persistent_session_id = "p-personal-1"
  user_names            = ["grace"]
}

resource "appstreaming_delivery_group_ota_approval" "this" {
  delivery_group_id = "aig-hangzhou-fixed"
  start_time        = "2099-03-01T02:00:00+08:00"

  depends_on = [appstreaming_delivery_group_image.this]
}

resource "appstreaming_delivery_group_session_log_off" "this" {
  delivery_group_id = "aig-hangzhou-schedule"
  triggers          = { release = "1" }
}

resource "appstreaming_server_group" "least" {
  name             = "desk-least"
  os_type          = "Windows"
  flavor_id        = "workspace.app.x86.4c8g"
  image_id         = "10000000-0000-4000-8000-000000000001"
  image_type       = "private"
  vpc_id           = "vpc-office"
  subnet_id        = "subnet-office-1"
  system_disk_type = "SAS"
  system_disk_size = 80
  is_vdi           = false
}

resource "appstreaming_server_group" "full" {
  name                  = "desk-full"
  description           = "Front desk"
  os_type               = "Windows"
  flavor_id             = "workspace.app.x86.gpu.8c32g"
  image_id              = "10000000-0000-4000-8000-000000000004"
  image_type            = "gold"
  image_product_id      = "gold-windows-server"
  vpc_id                = "vpc-office"
  subnet_id             = "subnet-office-1"
  availability_zone     = "cn-north-4a"
  system_disk_type      = "SAS"
  system_disk_size      = 80
  is_vdi                = false
  app_type              = "COMMON_APP"
  storage_mount_policy  = "USER"
  ou_name               = "desk"
  enabled               = false
  region                = "cn-north-4"
  enterprise_project_id = "7"
  ip_virtual            = { enable = true }
  extra_session_type    = "GPU"
  extra_session_size    = 5
  tags                  = { team = "desk", floor = "" }

  route_policy = {
    max_session   = 10
    cpu_threshold = 80
    gpu_threshold = 60
    mem_threshold = 70
  }

  timeouts = { create = "5m", update = "5m", delete = "5m" }
}
