//! A root module, the provider where Terraform finds it, and runs of Terraform.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;

use crate::{shared::run, state::State};

pub struct Folder {
    directory: TempDir,
    terraform: PathBuf,
    pub state: State,
}

impl Folder {
    /// A folder with this `main.tf`, and a `provider.tf` with the arguments of the provider's block.
    pub fn new(terraform: &Path, provider: &str, main: &str) -> Self {
        let directory = tempfile::tempdir().expect("a folder");
        let folder = Self { directory, terraform: terraform.to_owned(), state: State::serve() };
        let mirror = folder.mirror();
        folder.write(
            "terraform.rc",
            &format!(
                "disable_checkpoint = true\nprovider_installation {{\n  filesystem_mirror {{\n    path = {mirror:?}\n  \
                 }}\n}}\n"
            ),
        );
        let address = &folder.state.address;
        folder.write(
            "provider.tf",
            &format!(
                r#"
                terraform {{
                  backend "http" {{
                    address = "{address}"
                  }}
                  required_providers {{
                    appstreaming = {{ source = "appstreaming/appstreaming" }}
                  }}
                }}
                provider "appstreaming" {{
                  {provider}
                }}
                "#
            ),
        );
        folder.write("main.tf", main);
        folder.run(&["init"]);
        folder
    }

    /// The provider as `terraform init` installs it from a folder.
    fn mirror(&self) -> PathBuf {
        let mirror = self.directory.path().join("mirror");
        let machine = match env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            other => other,
        };
        let system = if env::consts::OS == "macos" { "darwin" } else { env::consts::OS };
        let version = env!("CARGO_PKG_VERSION");
        let package = format!("registry.terraform.io/appstreaming/appstreaming/{version}/{system}_{machine}");
        let package = mirror.join(package);
        fs::create_dir_all(&package).expect("a folder");
        let program = env!("CARGO_BIN_EXE_terraform-provider-appstreaming");
        fs::copy(program, package.join(format!("terraform-provider-appstreaming_v{version}"))).expect("a copy");
        mirror
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.directory.path().join(name), text).expect("a file can be written");
    }

    /// Runs Terraform to its end, which must be a good one, and answers how long that took.
    pub fn run(&self, arguments: &[&str]) -> Duration {
        let mut command = Command::new(&self.terraform);
        command
            .args(arguments)
            .args(["-input=false", "-no-color"])
            .current_dir(self.directory.path())
            .env("TF_CLI_CONFIG_FILE", self.directory.path().join("terraform.rc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("TMPDIR", self.directory.path())
            .stdin(Stdio::null());
        run(&mut command)
    }
}
