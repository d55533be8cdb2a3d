data "appstreaming_regions" "all" {}

output "regions" {
  value = data.appstreaming_regions.all.ids
}
