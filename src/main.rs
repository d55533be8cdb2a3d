//! The provider's binary, which Terraform starts.

use std::process::ExitCode;

use appstreaming::{ADDRESS, AppStreaming, CRATES};
use tfplug::plugin::{ServeOptions, run};

const HELP: &str = "\
Terraform provider for cloud application streaming: Alibaba Cloud App Streaming and Huawei Cloud Workspace.

Terraform starts this program itself; see the documentation for how to use the provider.

  --debug    run on its own, for a debugger, and print what attaches Terraform to it
  --version  print the version
  --help     print this
";

fn main() -> ExitCode {
    let mut options = ServeOptions::new(ADDRESS);
    options.log_crates.extend(CRATES);
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--debug" | "-debug" => options.debug = true,
            "--version" | "-version" => {
                println!("terraform-provider-appstreaming {}", env!("CARGO_PKG_VERSION"));
                return ExitCode::SUCCESS;
            }
            "--help" | "-help" | "-h" => {
                print!("{HELP}");
                return ExitCode::SUCCESS;
            }
            _ => {
                eprint!("There is no option {argument:?}.\n\n{HELP}");
                return ExitCode::FAILURE;
            }
        }
    }
    run(options, AppStreaming::default)
}
