//! A provider that is started as a program, and asked as Terraform asks it.

use std::path::PathBuf;

use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tfplug::{
    Diagnostic,
    testing::{Applied, Error, Host, ProgramOptions, State, Terraform},
};

use super::session::{THING, provider, read_log};

pub struct Hosted {
    pub host: Host,
    /// The remote service.
    pub folder: TempDir,
}

impl Hosted {
    /// Starts the provider; it is not configured yet.
    pub async fn start() -> Self {
        Self::launch(Self::options()).await
    }

    pub async fn launch(options: ProgramOptions) -> Self {
        let host = Host::program(provider(), &options).await.unwrap();
        Self { host, folder: tempfile::tempdir().unwrap() }
    }

    pub fn options() -> ProgramOptions {
        ProgramOptions::new()
    }

    /// Starts the provider and configures it with its folder.
    pub async fn configured() -> Self {
        Self::start().await.with_folder().await
    }

    /// Configures it with its folder.
    pub async fn with_folder(self) -> Self {
        let folder = json!({ "folder": self.folder.path() });
        assert!(self.host.configure(&folder).await.unwrap().is_empty());
        self
    }

    /// As a Terraform that knows how to wait.
    pub fn waiting(mut self) -> Self {
        let mut terraform = Terraform::default();
        terraform.deferral_allowed = true;
        self.host = self.host.with_terraform(terraform);
        self
    }

    /// The file that stands for a thing.
    pub fn thing_file(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.json"))
    }

    /// What actions and ephemeral resources did.
    pub fn log(&self) -> Vec<String> {
        read_log(self.folder.path())
    }

    /// Creates a thing without trouble.
    pub async fn create(&self, config: &Json) -> State {
        self.change(None, config).await.into_result().unwrap().unwrap()
    }

    /// Plans and applies.
    pub async fn change(&self, prior: Option<&State>, config: &Json) -> Applied {
        let planned = self.host.plan(THING, prior, config).await.unwrap();
        self.host.apply(&planned).await
    }

    pub async fn shutdown(self) {
        self.host.shutdown().await.unwrap();
    }
}

/// The one diagnostic of an error.
#[track_caller]
pub fn told(error: &Error) -> &Diagnostic {
    assert_eq!(error.violations(), []);
    let [diagnostic] = error.diagnostics() else { panic!("{error}") };
    diagnostic
}

/// What an apply that failed told.
#[track_caller]
pub fn failed(applied: &Applied) -> &Diagnostic {
    told(applied.outcome.as_ref().unwrap_err())
}

/// A thing as JSON, without blocks that are not there.
pub fn thing(shown: Json) -> Json {
    let mut shown = shown;
    if let Some(attributes) = shown.as_object_mut() {
        attributes.retain(|name, value| !["step", "port"].contains(&name.as_str()) || *value != json!([]));
    }
    shown
}
