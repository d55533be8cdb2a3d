data "appstreaming_delivery_group_sessions" "office" {
  delivery_group_id = "aig-hangzhou-fixed"
}

output "sessions" {
  value = data.appstreaming_delivery_group_sessions.office.session_count
}
