data "appstreaming_delivery_groups" "published" {
  region = "cn-hangzhou"
  status = ["PUBLISHED"]
}

output "published" {
  value = data.appstreaming_delivery_groups.published.ids
}
