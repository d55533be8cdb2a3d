data "appstreaming_server_group" "office" {
  name = "office"
}

output "office_sessions_per_server" {
  value = data.appstreaming_server_group.office.route_policy.max_session
}
