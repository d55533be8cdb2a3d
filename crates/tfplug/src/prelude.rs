//! What most providers use: `use tfplug::prelude::*;`.
//!
//! [`Result`] in it is the framework's, whose error is [`Diagnostics`]. A second argument makes it the
//! standard library's again.

pub use crate::{
    Action, Attr, Change, ConfigureContext, Context, DataSource, Diagnostic, Diagnostics, EphemeralResource, Import,
    ListResource, Listed, Listing, Model, NoIdentity, Opened, Path, Progress, Provider, Registry, Resource, Result,
    Unconfigured, Value,
    plugin::{ServeOptions, run},
    schema::{Attribute, IdentitySchema, Schema},
    timeouts::{Operation, Timeouts},
};
#[cfg(feature = "derive")]
pub use crate::{Identity, action, data_source, ephemeral_resource, list_resource, provider, resource, state_store};
