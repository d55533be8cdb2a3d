//! An action: does something once, and leaves no state.
use std::{fs, process::ExitCode};

use tfplug::prelude::*;

/// Removes files.
#[derive(Clone, Default, Model)]
struct Remove {
    /// Where they are.
    #[tf(required)]
    paths: Attr<Vec<String>>,
}

#[action("files_remove")]
impl Action for Remove {
    async fn invoke(&self, cx: &mut Context<()>, config: Remove, progress: Progress) -> Result<()> {
        for path in config.paths.require("paths")? {
            if cx.cancellation().is_cancelled() {
                break;
            }
            let failed =
                |error| Diagnostic::error(format!("Cannot remove {path}"), format!("The system says: {error}."));
            fs::remove_file(path).map_err(failed)?;
            progress.tell(format!("{path} is removed"));
        }
        Ok(())
    }
}

fn main() -> ExitCode {
    let files = Unconfigured::new(env!("CARGO_PKG_VERSION"), |all: &mut Registry<()>| all.action(Remove::default()));
    run(ServeOptions::from_args("registry.terraform.io/example/files"), || files)
}
