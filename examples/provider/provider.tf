terraform {
  required_providers {
    appstreaming = {
      source = "appstreaming/appstreaming"
    }
  }
}

provider "appstreaming" {
  # Only needed by delivery groups. Keys: ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.
  alibaba_cloud = {
    region = "cn-hangzhou"
  }

  # Only needed by server groups. Keys: HW_ACCESS_KEY and HW_SECRET_KEY.
  huawei_cloud = {
    region = "cn-north-4"
  }
}
