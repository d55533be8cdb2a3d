//! A framework for Terraform providers in Rust: it knows Terraform, and it knows no cloud.
//!
//! It speaks version 6 of the plugin protocol as Terraform 1.6 to 1.15 use it. A provider's author writes schemas,
//! structs for them, and what to do; MessagePack, gRPC and the handshake with Terraform happen behind that. This is a
//! whole provider, with a resource that is planned, created, found changed, changed, replaced and destroyed:
//!
//! ```no_run
//! use std::{fs, io::ErrorKind, process::ExitCode};
//!
//! use tfplug::{
//!     Attr, ConfigureContext, Context, Diagnostic, Diagnostics, NoIdentity, Provider, Registry, Resource, Result, Server,
//!     plugin::{ServeOptions, run},
//!     schema::{Attribute, Schema},
//! };
//! use serde::{Deserialize, Serialize};
//!
//! struct Files;
//! #[derive(Clone, Serialize, Deserialize)]
//! struct Config {}
//!
//! impl Provider for Files {
//!     type Config = Config;
//!     type Data = ();
//!     fn version(&self) -> &'static str { "1.0.0" }
//!     fn schema(&self) -> Schema { Schema::new("Files on this machine.") }
//!     async fn configure(&self, _: &mut ConfigureContext, _: Config) -> Result<()> { Ok(()) }
//!     fn register(&self, registry: &mut Registry<()>) { registry.resource(Note); }
//! }
//! struct Note;
//! #[derive(Clone, Serialize, Deserialize)]
//! struct Model { path: Attr<String>, text: Attr<String> }
//!
//! impl Resource for Note {
//!     type Data = ();
//!     type Model = Model;
//!     type Identity = NoIdentity;
//!     fn type_name(&self) -> &'static str { "files_note" }
//!     fn schema(&self) -> Schema {
//!         Schema::new("A text file.")
//!             .attribute("path", Attribute::string("Where it is.").required().requires_replace())
//!             .attribute("text", Attribute::string("What is in it.").default("Hello!"))
//!     }
//!     async fn create(&self, _: &mut Context<()>, planned: Model) -> Result<Model> { write(planned) }
//!     async fn read(&self, _: &mut Context<()>, state: Model) -> Result<Option<Model>> {
//!         match fs::read_to_string(path(&state)) {
//!             Ok(text) => Ok(Some(Model { text: text.into(), ..state })),
//!             Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
//!             Err(error) => Err(failed(&state, &error)),
//!         }
//!     }
//!     async fn update(&self, _: &mut Context<()>, _: Model, planned: Model) -> Result<Model> { write(planned) }
//!     async fn delete(&self, _: &mut Context<()>, state: Model) -> Result<()> {
//!         fs::remove_file(path(&state)).map_err(|error| failed(&state, &error))
//!     }
//! }
//! fn path(note: &Model) -> &str { note.path.as_str().unwrap_or_default() }
//! fn write(note: Model) -> Result<Model> {
//!     fs::write(path(&note), note.text.as_str().unwrap_or_default()).map_err(|error| failed(&note, &error))?;
//!     Ok(note)
//! }
//! fn failed(note: &Model, error: &std::io::Error) -> Diagnostics {
//!     Diagnostic::error(format!("{} cannot be changed", path(note)), error.to_string()).into()
//! }
//! fn main() -> ExitCode {
//!     run(ServeOptions::new("registry.terraform.io/example/files"), || Server::new(Files))
//! }
//! ```
//!
//! # What belongs where
//!
//! | to | implement | and register it with |
//! | --- | --- | --- |
//! | configure | [`Provider`] | [`Server::new`] |
//! | manage something | [`Resource`] | [`Registry::resource`] |
//! | read something | [`DataSource`] | [`Registry::data_source`] |
//! | find what exists (Terraform 1.14) | [`ListResource`] | [`Registry::list_resource`] |
//! | do something once (1.14) | [`Action`] | [`Registry::action`] |
//! | hand out a value that is never stored (1.10) | [`EphemeralResource`] | [`Registry::ephemeral_resource`] |
//! | compute something (1.8) | [`Function`] | [`Registry::function`] |
//!
//! - [`schema`] says what may be written and how it behaves in a plan: defaults, validators, plan modifiers, values
//!   that are the same in other words.
//! - [`Attr`] is a value in a struct: null, unknown, or known. [`Model`] says which Rust type stands for which of
//!   Terraform's. [`testing::check_model`] finds out in a test whether struct and schema agree.
//! - [`Context`] is what a method knows beside its arguments: the configured provider, private data, the module's
//!   words, and whether Terraform wants it to stop.
//! - [`Diagnostic`] is what a person reads when something is wrong.
//!
//! # What holds
//!
//! - **What happened is in the state.** What a method has recorded with [`Context::checkpoint`] is stored even when it
//!   fails or panics afterwards. A panic is a diagnostic with the resource's name; the plugin lives on.
//! - **A plan has an order**, which [`Resource::plan`] may rely on: defaults, write-only values out, unknowns for what
//!   is computed, the attributes' plan modifiers, and last the resource's own say.
//! - **Terraform's rules for plans and results are checked here first**, in debug builds: a resource that breaks one
//!   fails in its author's tests.
//! - **Only the host gets in.** See [`plugin`].

mod action;
mod context;
mod data_source;
mod diagnostic;
mod ephemeral;
mod function;
mod list;
mod model;
pub mod plugin;
pub mod proto;
mod provider;
mod resource;
pub mod schema;
mod server;
pub mod testing;
pub mod timeouts;
pub mod value;

pub use self::{
    action::{Action, Progress},
    context::{Context, DeferredReason, Private},
    data_source::DataSource,
    diagnostic::{Diagnostic, Diagnostics, Result, Severity},
    ephemeral::{EphemeralResource, Opened},
    function::{Arguments, Function, FunctionError, Parameter, Signature},
    list::{ListResource, Listed, Listing},
    model::{Attr, Joined, Model, ModelError},
    provider::{ConfigureContext, Provider, Registry},
    resource::{Change, Import, MoveSource, NoIdentity, Resource},
    server::Server,
    value::{Path, Value},
};
