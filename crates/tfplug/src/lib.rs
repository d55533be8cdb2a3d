#![doc = include_str!("../README.md")]
//!
//! ## What belongs where
//!
//! | to | implement | and register it with |
//! | --- | --- | --- |
//! | configure | [`Provider`] | [`plugin::run`] |
//! | manage something | [`Resource`] | [`Registry::resource`] |
//! | read something | [`DataSource`] | [`Registry::data_source`] |
//! | find what exists (Terraform 1.14) | [`ListResource`] | [`Registry::list_resource`] |
//! | do something once (1.14) | [`Action`] | [`Registry::action`] |
//! | hand out a value that is never stored (1.10) | [`EphemeralResource`] | [`Registry::ephemeral_resource`] |
//! | compute something (1.8) | [`Function`] | [`Registry::function`] |
//! | keep states (an experiment in 1.16) | [`StateStore`] | [`Registry::state_store`] |
//!
//! - [`schema`] says what may be written and how it behaves in a plan: defaults, validators, plan modifiers, values
//!   that are the same in other words.
//! - [`Attr`] is a value in a struct: null, unknown, or known. [`Model`] says which Rust type stands for which of
//!   Terraform's. [`testing::check_model`] finds out in a test whether struct and schema agree.
//! - [`Context`] is what a method knows beside its arguments: the configured provider, private data, the module's
//!   words, and whether Terraform wants it to stop.
//! - [`Diagnostic`] is what a person reads when something is wrong.
//! - [`derive@Model`] makes schema and struct one, and [`macro@resource`] and its like fill in what follows from it.
//!   [`prelude`] is what most providers use.
//! - [`guide`] leads from an empty folder to all of that, chapter by chapter.
//! - [`plugin`] is the way from the start of the process to a server that only its host can use.

mod action;
mod context;
mod data_source;
mod diagnostic;
mod ephemeral;
mod erased;
mod function;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
pub mod guide;
mod list;
mod model;
pub mod plugin;
pub mod prelude;
pub mod proto;
mod provider;
mod resource;
mod rules;
pub mod schema;
mod server;
mod state_store;
pub mod testing;
pub mod timeouts;
mod unconfigured;
mod upgrade;
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
    state_store::StateStore,
    unconfigured::{NoConfig, Unconfigured},
    upgrade::Upgrades,
    value::{Path, Value},
};
#[cfg(feature = "derive")]
#[doc = include_str!("identity.md")]
pub use tfplug_derive::Identity;
#[cfg(feature = "derive")]
#[doc = include_str!("derive.md")]
pub use tfplug_derive::Model;
#[cfg(feature = "derive")]
#[doc = include_str!("implementation.md")]
pub use tfplug_derive::resource;
#[cfg(feature = "derive")]
pub use tfplug_derive::{action, data_source, ephemeral_resource, list_resource, provider, state_store};
/// What ends when Terraform asks to stop. It is tokio's, because that is what an asynchronous client takes and hands
/// on; with this name, a provider needs no dependency for it.
pub use tokio_util::sync::CancellationToken;
