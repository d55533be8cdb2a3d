import {
  to = appstreaming_server_group.reception
  identity = {
    id     = "20000000-0000-4000-8000-000000000001"
    region = "cn-north-4"
  }
}
