resource "appstreaming_delivery_group_ota_approval" "office" {
  delivery_group_id = "aig-hangzhou-fixed"
  start_time        = "2099-03-01T02:00:00+08:00"
}
