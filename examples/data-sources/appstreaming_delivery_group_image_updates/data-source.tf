data "appstreaming_delivery_group_image_updates" "office" {
  images = {
    aig-hangzhou-fixed    = "img-office-2"
    aig-hangzhou-schedule = "img-office-1"
  }
}

output "sessions_cut_off" {
  value = data.appstreaming_delivery_group_image_updates.office.session_count
}

check "few_people_are_cut_off" {
  assert {
    condition     = data.appstreaming_delivery_group_image_updates.office.session_count <= 50
    error_message = "More than 50 people would be disconnected."
  }
}
