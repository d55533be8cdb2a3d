# terraform apply -invoke=action.appstreaming_delivery_group_approve_ota.office
action "appstreaming_delivery_group_approve_ota" "office" {
  config {
    delivery_group_id = "aig-hangzhou-fixed"
    start_time        = "2099-03-01T02:00:00+08:00"
  }
}
