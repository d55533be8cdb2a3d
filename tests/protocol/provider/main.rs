//! A provider for tests, written with `tfplug` and with all that it offers.
//!
//! What would be a remote service elsewhere is a folder here: each thing is a file, and `log` tells what actions and
//! ephemeral resources did. So a test can look behind Terraform's back, and change something there.

#![allow(missing_docs, reason = "nobody uses it but tests")]

mod append;
mod functions;
mod service;
mod share;
mod thing;
mod things;
mod token;
mod trigger;

use std::{collections::BTreeSet, process::ExitCode};

use serde::{Deserialize, Serialize};
use service::Service;
use tfplug::{
    Attr, ConfigureContext, Diagnostic, Diagnostics, Path, Provider, Registry, Result,
    plugin::{ServeOptions, run},
    schema::{Attribute, Schema},
    value::Type,
};

fn main() -> ExitCode {
    let mut options = ServeOptions::new("registry.terraform.io/appstreaming/tfplugtest");
    options.debug = std::env::args().any(|argument| argument == "--debug");
    run(options, || Test)
}

struct Test;

#[derive(Clone, Serialize, Deserialize)]
struct Config {
    folder: Attr<String>,
    warning: Attr<String>,
    proxy: Attr<Proxy>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Proxy {
    address: Attr<String>,
    exceptions: Attr<BTreeSet<String>>,
}

/// What a module can tell the provider.
#[derive(Clone, Serialize, Deserialize)]
pub struct Meta {
    pub module: Attr<String>,
}

impl Provider for Test {
    type Config = Config;
    type Data = Service;

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn schema(&self) -> Schema {
        Schema::new("A provider for tests.")
            .attribute("folder", Attribute::string("Where things are kept."))
            .attribute("warning", Attribute::string("What `configure` warns of."))
            .attribute(
                "proxy",
                Attribute::object(
                    "A way to the service, which a folder does not need.",
                    [
                        ("address", Attribute::string("Where it is.").required()),
                        ("exceptions", Attribute::set(Type::String, "What is reached without it.")),
                    ],
                ),
            )
    }

    fn meta_schema(&self) -> Option<Schema> {
        Some(Schema::new("What a module says.").attribute("module", Attribute::string("Its name.")))
    }

    fn validate(&self, config: &Config) -> Diagnostics {
        match config.folder.as_str() {
            Some("") => Diagnostic::error("No folder", "Its name is empty.").at(Path::attribute("folder")).into(),
            _ => Diagnostics::NONE,
        }
    }

    async fn configure(&self, cx: &mut ConfigureContext, config: Config) -> Result<Service> {
        if let Some(text) = config.warning.as_str() {
            cx.warn(Diagnostic::warning("A warning", text));
        }
        Ok(Service::new(config.folder.into_known()))
    }

    fn register(&self, registry: &mut Registry<Service>) {
        registry
            .resource(trigger::Trigger)
            .resource(thing::Thing)
            .resource(share::Share)
            .data_source(things::ThingData)
            .list_resource(things::Things)
            .action(append::Append)
            .ephemeral_resource(token::Token)
            .function(functions::Join)
            .function(functions::Double)
            .function(functions::Port)
            .function(functions::OrElse)
            .function(functions::Panic);
    }
}
