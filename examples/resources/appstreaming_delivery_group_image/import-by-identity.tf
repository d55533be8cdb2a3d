import {
  to = appstreaming_delivery_group_image.office
  identity = {
    delivery_group_id = "aig-hangzhou-fixed"
    region            = "cn-hangzhou"
  }
}
