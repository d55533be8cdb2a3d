resource "appstreaming_delivery_group_image" "office" {
  delivery_group_id = "aig-hangzhou-fixed"
  image_id          = "img-office-2"
}
