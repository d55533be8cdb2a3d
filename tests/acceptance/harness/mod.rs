//! What the tests stand on: an emulator, a folder with a configuration, and Terraform.

mod command;
mod emulator;
pub mod issuer;
mod plan;
mod workspace;
pub mod world;

pub use command::{Diagnostic, Run, Running};
pub use emulator::{Call, Emulator};
pub use plan::Plan;
pub use workspace::Workspace;

/// The access key pair that the emulators of these tests know.
pub const ACCESS_KEY: &str = "acceptance-access-key";
/// It must never be seen again: every run of Terraform is searched for it.
pub const SECRET_KEY: &str = "acceptance-secret-key-8f14e45fceea167a";

/// The provider's configuration, with both clouds at `emulator`.
pub fn provider_block(emulator: &Emulator) -> String {
    let endpoint = emulator.endpoint();
    format!(
        r#"
        terraform {{
          required_providers {{
            appstreaming = {{ source = "appstreaming/appstreaming" }}
          }}
        }}

        provider "appstreaming" {{
          alibaba_cloud = {{
            region     = "cn-hangzhou"
            access_key = "{ACCESS_KEY}"
            secret_key = "{SECRET_KEY}"
            endpoint   = "{endpoint}"
          }}
          huawei_cloud = {{
            region     = "cn-north-4"
            access_key = "{ACCESS_KEY}"
            secret_key = "{SECRET_KEY}"
            endpoint   = "{endpoint}"
            auth_url   = "{endpoint}"
          }}
        }}
        "#
    )
}
