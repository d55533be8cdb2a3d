//! A framework for Terraform providers in Rust: it knows Terraform, and it knows no cloud.

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
    model::{Attr, Model, ModelError},
    provider::{ConfigureContext, Provider, Registry},
    resource::{Change, Import, MoveSource, NoIdentity, Resource},
    server::Server,
    value::{Path, Value},
};
