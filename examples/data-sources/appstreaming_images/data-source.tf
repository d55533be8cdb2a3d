data "appstreaming_images" "office" {
  image_name = "Office tools"
  status     = "AVAILABLE"
  regions    = ["cn-hangzhou"]
}

output "images" {
  value = { for image in data.appstreaming_images.office.images : image.image_id => image.name }
}
