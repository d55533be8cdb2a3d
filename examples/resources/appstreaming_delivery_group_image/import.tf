import {
  to = appstreaming_delivery_group_image.office
  id = "aig-hangzhou-fixed"
}
