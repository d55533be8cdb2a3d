# Start `appstreaming-emulator`, then `terraform test`. No account is needed, and nobody is disconnected.

# Takes the place of the configuration's own block.
provider "appstreaming" {
  alibaba_cloud = {
    region     = "cn-hangzhou"
    endpoint   = "http://127.0.0.1:8787"
    access_key = "emulator-access-key"
    secret_key = "emulator-secret-key"
  }
}

variables {
  image_id   = "img-office-2"
  user_names = ["carol", "david"]
}

run "an_image_is_rolled_out" {
  assert {
    condition     = appstreaming_delivery_group_image.office.status == "PUBLISHED"
    error_message = "The delivery group does not run the image."
  }
}

run "the_next_one_updates_the_same_group" {
  variables {
    image_id = "img-office-3"
  }

  assert {
    condition     = appstreaming_delivery_group_image.office.image_id == "img-office-3"
    error_message = "The delivery group runs another image."
  }
}
