//! A provider without a service, for tests of Terraform itself: it does what hashicorp/terraform-provider-tfcoremock
//! documents. It serves `tfcoremock_simple_resource`, `tfcoremock_complex_resource`, and whatever
//! `dynamic_resources.json` in the working directory describes, each as a resource, a data source, a list resource and
//! an action. What exists is a JSON file each.
//!
//! It shows how a provider serves what is only known at run time: the names are owned, the schemas are built from data,
//! and the model of everything is a [`Value`](tfplug::Value).

mod action;
mod data_source;
mod definition;
mod list;
mod mock;
mod own;
mod provider;
mod resource;
mod store;
mod stored;

use std::{env, process::ExitCode};

use tfplug::plugin::{ServeOptions, run};

pub use self::provider::Coremock;

/// Names another file than `dynamic_resources.json`.
const FILE_VARIABLE: &str = "TFCOREMOCK_DYNAMIC_RESOURCES_FILE";

fn main() -> ExitCode {
    let file = env::var_os(FILE_VARIABLE).filter(|file| !file.is_empty());
    let file = file.unwrap_or_else(|| "dynamic_resources.json".into());
    run(ServeOptions::from_args("registry.terraform.io/hashicorp/tfcoremock"), || {
        Coremock::new(definition::read_file(file.as_ref()))
    })
}
