data "appstreaming_server_group" "drawing" {
  name = "drawing"
}

data "appstreaming_server_group_status" "drawing" {
  server_group_id = data.appstreaming_server_group.drawing.id
}

output "registered_servers" {
  value = lookup(data.appstreaming_server_group_status.drawing.states, "REGISTERED", 0)
}
