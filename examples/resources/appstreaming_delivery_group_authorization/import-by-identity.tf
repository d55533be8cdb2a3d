import {
  to = appstreaming_delivery_group_authorization.office
  identity = {
    delivery_group_id = "aig-hangzhou-fixed"
  }
}
