//! The framework under the provider, through the real Terraform: a provider that uses all of `tfplug`
//! (`tests/protocol/provider`) goes through what people do with one.

mod actions;
mod attributes;
mod failures;
mod functions;
mod host;
mod import;
mod informational;
mod lifecycle;
mod null_values;
mod objects;
mod query;
mod versions;

use std::{env, fs, path::PathBuf};

use serde_json::Value;

use crate::harness::Workspace;

/// The folder of the programs that cargo makes of examples.
fn programs() -> PathBuf {
    let test = env::current_exe().expect("a test has a path");
    test.ancestors().nth(2).expect("cargo puts tests two folders down").join("examples")
}

/// A folder with a configuration, and the folder that plays the remote service.
struct Site {
    workspace: Workspace,
}

impl Site {
    /// With the provider's configuration, and `resources`.
    fn with(resources: &str) -> Self {
        let site = Self::bare();
        let folder = site.folder();
        site.workspace.write("provider.tf", &format!("provider \"tfplugtest\" {{\n  folder = {folder:?}\n}}\n"));
        site.workspace.configure(resources);
        site
    }

    /// Without a provider block.
    fn bare() -> Self {
        let site = Self { workspace: Workspace::new() };
        let programs = programs();
        assert!(
            programs.join("terraform-provider-tfplugtest").exists(),
            "the test provider is missing: build it with `cargo build --examples`"
        );
        site.workspace.write_cli_configuration(&format!(
            "provider_installation {{\n  dev_overrides {{\n    \"appstreaming/tfplugtest\" = {programs:?}\n  }}\n}}\n"
        ));
        site.workspace.write(
            "versions.tf",
            "terraform {\n  required_providers {\n    tfplugtest = { source = \"appstreaming/tfplugtest\" }\n  }\n}\n",
        );
        fs::create_dir(site.folder()).expect("a folder can be made");
        site
    }

    /// Where the provider keeps its things.
    fn folder(&self) -> PathBuf {
        self.workspace.path().join("service")
    }

    /// What the service knows of a thing; null when there is none.
    fn record(&self, name: &str) -> Value {
        let file = fs::read(self.folder().join(format!("{name}.json")));
        file.map_or(Value::Null, |bytes| serde_json::from_slice(&bytes).expect("the provider writes JSON"))
    }

    /// Makes or changes a thing behind Terraform's back.
    fn put(&self, name: &str, size: i64, note: &str) {
        let record = serde_json::json!({ "zone": "home", "size": size, "note": note });
        fs::write(self.folder().join(format!("{name}.json")), record.to_string()).expect("a file can be written");
    }

    /// Removes a thing behind Terraform's back.
    fn remove(&self, name: &str) {
        fs::remove_file(self.folder().join(format!("{name}.json"))).expect("there is such a thing");
    }

    /// What actions and ephemeral resources did.
    fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder().join("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    /// The state file, and what `change` makes of it.
    fn edit_state(&self, change: impl FnOnce(&mut Value)) {
        let path = self.workspace.path().join("terraform.tfstate");
        let mut state = self.state();
        change(&mut state);
        fs::write(path, state.to_string()).expect("a file can be written");
    }

    /// The state file.
    fn state(&self) -> Value {
        let text = fs::read(self.workspace.path().join("terraform.tfstate")).expect("there is a state");
        serde_json::from_slice(&text).expect("a state is JSON")
    }
}
