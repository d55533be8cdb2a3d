# terraform query -generate-config-out=generated.tf
list "appstreaming_delivery_group_authorization" "hangzhou" {
  provider = appstreaming

  config {
    region = "cn-hangzhou"
    status = ["PUBLISHED"]
  }
}
