list "appstreaming_server_group" "office" {
  provider = appstreaming

  config {
    name = "office"
  }
}
