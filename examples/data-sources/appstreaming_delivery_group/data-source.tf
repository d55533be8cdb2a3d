data "appstreaming_delivery_group" "office" {
  delivery_group_id = "aig-hangzhou-fixed"
}

output "image" {
  value = data.appstreaming_delivery_group.office.image_name
}
