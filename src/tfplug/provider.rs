//! The provider itself.

use std::{collections::BTreeMap, future::Future, sync::Arc};

use tokio_util::sync::CancellationToken;

use super::{
    diagnostic::{Diagnostic, Diagnostics, Result},
    model::Model,
    resource::Resource,
    schema::Schema,
    server::erased::{AnyResource, ErasedResource},
};

/// A provider: its configuration, and everything that it serves.
pub trait Provider: Send + Sync + 'static {
    /// The struct for the provider block.
    type Config: Model;
    /// What resources and the others get to work with: clients, mostly.
    type Data: Send + Sync + 'static;

    /// The version of the provider, for instance `1.2.3`.
    fn version(&self) -> &'static str;

    /// The schema of the provider block.
    fn schema(&self) -> Schema;

    /// The schema of `provider_meta` blocks, with which a module can tell the provider something.
    fn meta_schema(&self) -> Option<Schema> {
        None
    }

    /// Checks what the validators of single attributes cannot. Values may be unknown.
    fn validate(&self, _config: &Self::Config) -> Diagnostics {
        Diagnostics::NONE
    }

    /// Gets ready to work. Should not call the remote service: a plan that needs nothing from it should ask nothing.
    ///
    /// # Errors
    /// What is wrong with the configuration.
    fn configure(
        &self,
        cx: &mut ConfigureContext,
        config: Self::Config,
    ) -> impl Future<Output = Result<Self::Data>> + Send;

    /// Names what is served.
    fn register(&self, registry: &mut Registry<Self::Data>);
}

/// The surroundings of [`Provider::configure`].
#[derive(Debug)]
pub struct ConfigureContext {
    /// The version of the Terraform that calls, for instance `1.15.5`.
    pub terraform_version: String,
    /// Ends when Terraform asks to stop.
    pub cancellation: CancellationToken,
    pub(super) diagnostics: Diagnostics,
}

impl ConfigureContext {
    /// Adds a warning to the answer.
    pub fn warn(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

/// Everything that a provider serves.
pub struct Registry<D> {
    pub(super) resources: BTreeMap<&'static str, Arc<dyn AnyResource<D>>>,
}

impl<D: Send + Sync + 'static> Registry<D> {
    pub(super) fn new() -> Self {
        Self { resources: BTreeMap::new() }
    }

    /// Serves a managed resource.
    pub fn resource<R: Resource<Data = D>>(&mut self, resource: R) -> &mut Self {
        self.resources.insert(resource.type_name(), Arc::new(ErasedResource::new(resource)));
        self
    }
}
