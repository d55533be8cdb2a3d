# Applications on two clouds, as code: which image a delivery group runs, who may use it, and a server group.
# `make demo` applies this to the emulator. With an endpoint and keys of your own it is a real account's.

terraform {
  required_providers {
    appstreaming = {
      source = "appstreaming/appstreaming"
    }
  }
}

variable "endpoint" {
  description = "Where the emulator listens. Without an endpoint, the provider calls the services themselves."
  type        = string
  default     = "http://127.0.0.1:8787"
}

variable "image_id" {
  description = "The image that the delivery group runs."
  type        = string
}

variable "user_names" {
  description = "Who may use the delivery group."
  type        = set(string)
}

variable "max_session" {
  description = "How many sessions one server of the server group takes."
  type        = number
}

variable "waits_for_people" {
  description = "Whether a new image waits until nobody uses the delivery group, which takes no new users meanwhile."
  type        = bool
  default     = false
}

# The keys are the emulator's. For a real account leave them out and set ALIBABA_CLOUD_ACCESS_KEY_ID and
# ALIBABA_CLOUD_ACCESS_KEY_SECRET, HW_ACCESS_KEY and HW_SECRET_KEY.
provider "appstreaming" {
  alibaba_cloud = {
    region     = "cn-hangzhou"
    endpoint   = var.endpoint
    access_key = "emulator-access-key"
    secret_key = "emulator-secret-key"
  }
  huawei_cloud = {
    region     = "cn-north-4"
    endpoint   = var.endpoint
    auth_url   = var.endpoint
    access_key = "emulator-access-key"
    secret_key = "emulator-secret-key"
  }
}

resource "appstreaming_delivery_group_image" "office" {
  delivery_group_id = "aig-hangzhou-fixed"
  image_id          = var.image_id
  rollout           = var.waits_for_people ? { max_sessions = 0, wait_for_sessions = "10m", drain = true } : null
}

resource "appstreaming_delivery_group_authorization" "office" {
  delivery_group_id = appstreaming_delivery_group_image.office.delivery_group_id
  user_names        = var.user_names
}

resource "appstreaming_server_group" "reception" {
  name             = "reception"
  description      = "Front desk applications"
  os_type          = "Windows"
  flavor_id        = "workspace.app.x86.4c8g"
  image_id         = "10000000-0000-4000-8000-000000000001"
  image_type       = "private"
  vpc_id           = "vpc-office"
  subnet_id        = "subnet-office-1"
  system_disk_type = "SAS"
  system_disk_size = 80
  is_vdi           = false

  route_policy = {
    max_session   = var.max_session
    cpu_threshold = 80
    mem_threshold = 80
  }
}
