//! An ephemeral resource: hands out what neither plan nor state keeps, and takes it back at the end.
use std::{fs, process::ExitCode};

use tfplug::prelude::*;

/// A lock file, which is there while Terraform works.
#[derive(Clone, Default, Model)]
struct Lock {
    /// Where it is. It must not be there yet.
    #[tf(required)]
    path: Attr<String>,
}

#[ephemeral_resource("files_lock")]
impl EphemeralResource for Lock {
    async fn open(&self, cx: &mut Context<()>, config: Lock) -> Result<Opened<Lock>> {
        let path = config.path.require("path")?;
        fs::File::create_new(path).map_err(|error| failed(&format!("Cannot lock {path}"), &error))?;
        // All that `close` knows is what is remembered here.
        cx.private_mut().set("path", path)?;
        Ok(Opened { result: config, renew_at: None })
    }

    async fn close(&self, cx: &mut Context<()>) -> Result<()> {
        let path = cx.private().get::<String>("path").unwrap_or_default();
        Ok(fs::remove_file(&path).map_err(|error| failed(&format!("Cannot unlock {path}"), &error))?)
    }
}

fn failed(summary: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(summary, format!("The system says: {error}."))
}

fn main() -> ExitCode {
    let files =
        Unconfigured::new(env!("CARGO_PKG_VERSION"), |all: &mut Registry<()>| all.ephemeral_resource(Lock::default()));
    run(ServeOptions::from_args("registry.terraform.io/example/files"), || files)
}
