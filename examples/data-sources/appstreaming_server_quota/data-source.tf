data "appstreaming_server_quota" "twenty_desks" {
  product_id       = "workspace.app.x86.4c8g"
  subscription_num = 20
  disk_num         = 1
  disk_size        = 80
}

check "quota" {
  assert {
    condition     = data.appstreaming_server_quota.twenty_desks.is_enough
    error_message = "The quota is not enough for twenty more servers."
  }
}
