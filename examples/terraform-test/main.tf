# Which image a delivery group runs and who may use it. `terraform test` tries it on the emulator.

terraform {
  required_providers {
    appstreaming = {
      source = "appstreaming/appstreaming"
    }
  }
}

variable "image_id" {
  description = "The image that the delivery group runs."
  type        = string
}

variable "user_names" {
  description = "Who may use the delivery group."
  type        = set(string)
}

resource "appstreaming_delivery_group_image" "office" {
  delivery_group_id = "aig-hangzhou-fixed"
  image_id          = var.image_id
}

resource "appstreaming_delivery_group_authorization" "office" {
  delivery_group_id = appstreaming_delivery_group_image.office.delivery_group_id
  user_names        = var.user_names
}
