data "appstreaming_delivery_group_users" "office" {
  delivery_group_id = "aig-hangzhou-fixed"
}

output "user_names" {
  value = data.appstreaming_delivery_group_users.office.user_names
}
