//! Configurations of the provider.

use super::{ACCESS_KEY, Emulator, SECRET_KEY};

/// Where Terraform has the provider from.
pub const REQUIRED_PROVIDERS: &str = r#"
terraform {
  required_providers {
    appstreaming = { source = "appstreaming/appstreaming" }
  }
}
"#;

/// The provider, with these lines in its block.
pub fn provider(lines: &str) -> String {
    format!("{REQUIRED_PROVIDERS}\nprovider \"appstreaming\" {{\n{lines}\n}}\n")
}

/// The provider, with both clouds at `emulator`.
pub fn provider_block(emulator: &Emulator) -> String {
    let endpoint = emulator.endpoint();
    provider(&format!(
        r#"
        alibaba_cloud = {{
          region     = "cn-hangzhou"
          endpoint   = "{endpoint}"
          {keys}
        }}
        huawei_cloud = {{
          region     = "cn-north-4"
          endpoint   = "{endpoint}"
          auth_url   = "{endpoint}"
          {keys}
        }}
        "#,
        keys = keys()
    ))
}

/// The lines of a cloud's block with the key pair of the tests.
pub fn keys() -> String {
    format!("access_key = \"{ACCESS_KEY}\"\n          secret_key = \"{SECRET_KEY}\"")
}
