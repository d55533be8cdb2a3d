//! A framework for Terraform providers in Rust: it knows Terraform, and it knows no cloud.

mod context;
mod diagnostic;
mod model;
pub mod plugin;
pub mod proto;
mod provider;
mod resource;
pub mod schema;
mod server;
pub mod value;

pub use self::{
    context::{Context, DeferredReason, Private},
    diagnostic::{Diagnostic, Diagnostics, Result, Severity},
    model::{Attr, Model, ModelError},
    provider::{ConfigureContext, Provider, Registry},
    resource::{Change, Import, MoveSource, NoIdentity, Resource},
    server::Server,
    value::{Path, Value},
};
