data "appstreaming_server_flavors" "windows" {
  os_type           = "Windows"
  availability_zone = "cn-north-4a"
}

output "flavors_with_a_gpu" {
  value = [for flavor in data.appstreaming_server_flavors.windows.flavors : flavor.id if flavor.is_gpu]
}
