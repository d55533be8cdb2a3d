# terraform apply -invoke=action.appstreaming_delivery_group_update_image.office
action "appstreaming_delivery_group_update_image" "office" {
  config {
    delivery_group_id = "aig-hangzhou-fixed"
    image_id          = "img-office-2"
    rollout = {
      max_sessions      = 5
      wait_for_sessions = "30m"
      drain             = true
    }
  }
}
