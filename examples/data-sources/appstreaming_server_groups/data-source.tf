data "appstreaming_server_groups" "desktops" {
  app_type   = "COMMON_APP"
  is_standby = false
}

output "groups_without_servers" {
  value = [for group in data.appstreaming_server_groups.desktops.server_groups : group.name if group.app_server_count == 0]
}
