resource "appstreaming_delivery_group_authorization" "office" {
  delivery_group_id = "aig-hangzhou-fixed"
  user_names        = ["carol", "david", "erin"]
  user_group_ids    = ["ug-design"]
}
