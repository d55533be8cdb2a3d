# terraform apply -invoke=action.appstreaming_delivery_group_log_off_sessions.shift_desk
action "appstreaming_delivery_group_log_off_sessions" "shift_desk" {
  config {
    delivery_group_id = "aig-hangzhou-schedule"
    timeout           = "15m"
  }
}
