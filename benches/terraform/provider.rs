//! The provider of the benchmark: one resource with one map, and nothing to wait for.
//!
//! What a plan with it takes longer than the same plan with `terraform_data`, which is built into Terraform, is what a
//! provider in a process of its own costs.

use std::{collections::BTreeMap, process::ExitCode};

use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, ConfigureContext, Context, NoIdentity, Provider, Registry, Resource, Result,
    plugin::{ServeOptions, serve},
    schema::{Attribute, Schema},
    value::Type,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut options = ServeOptions::new("registry.terraform.io/appstreaming/trivial");
    options.debug = std::env::args().any(|argument| argument == "--debug");
    match serve(options, Trivial).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

struct Trivial;

#[derive(Clone, Serialize, Deserialize)]
struct Config {}

impl Provider for Trivial {
    type Config = Config;
    type Data = ();

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn schema(&self) -> Schema {
        Schema::new("A provider without settings.")
    }

    async fn configure(&self, _: &mut ConfigureContext, _: Config) -> Result<()> {
        Ok(())
    }

    fn register(&self, registry: &mut Registry<()>) {
        registry.resource(Thing);
    }
}

struct Thing;

#[derive(Clone, Serialize, Deserialize)]
struct Model {
    triggers: Attr<BTreeMap<String, String>>,
}

impl Resource for Thing {
    type Data = ();
    type Model = Model;
    type Identity = NoIdentity;

    fn type_name(&self) -> &'static str {
        "trivial_thing"
    }

    fn schema(&self) -> Schema {
        Schema::new("A thing that is replaced when its triggers change.")
            .attribute("triggers", Attribute::map(Type::String, "Anything.").optional().requires_replace())
    }

    async fn create(&self, _: &mut Context<()>, planned: Model) -> Result<Model> {
        Ok(planned)
    }

    async fn read(&self, _: &mut Context<()>, state: Model) -> Result<Option<Model>> {
        Ok(Some(state))
    }

    async fn update(&self, _: &mut Context<()>, _: Model, planned: Model) -> Result<Model> {
        Ok(planned)
    }

    async fn delete(&self, _: &mut Context<()>, _: Model) -> Result<()> {
        Ok(())
    }
}
