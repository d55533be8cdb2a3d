data "appstreaming_ota_tasks" "office" {
  delivery_group_id = "aig-hangzhou-fixed"
}

output "pending_version" {
  value = data.appstreaming_ota_tasks.office.pending_version
}
