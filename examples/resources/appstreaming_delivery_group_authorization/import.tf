import {
  to = appstreaming_delivery_group_authorization.office
  id = "aig-hangzhou-fixed"
}
