//! The provider itself.

use std::{collections::BTreeMap, future::Future};

use tokio_util::sync::CancellationToken;

use super::{
    action::Action,
    data_source::DataSource,
    diagnostic::{Diagnostic, Diagnostics, Result},
    ephemeral::EphemeralResource,
    erased::{
        AnyAction, AnyDataSource, AnyEphemeralResource, AnyListResource, AnyResource, ErasedAction, ErasedDataSource,
        ErasedEphemeralResource, ErasedListResource, ErasedResource,
    },
    function::Function,
    list::ListResource,
    model::Model,
    resource::Resource,
    schema::Schema,
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
    pub(super) resources: BTreeMap<&'static str, Box<dyn AnyResource<D>>>,
    pub(super) data_sources: BTreeMap<&'static str, Box<dyn AnyDataSource<D>>>,
    pub(super) ephemeral_resources: BTreeMap<&'static str, Box<dyn AnyEphemeralResource<D>>>,
    pub(super) lists: BTreeMap<&'static str, Box<dyn AnyListResource<D>>>,
    pub(super) actions: BTreeMap<&'static str, Box<dyn AnyAction<D>>>,
    pub(super) functions: BTreeMap<&'static str, Box<dyn Function>>,
}

impl<D: Send + Sync + 'static> Registry<D> {
    pub(super) fn new() -> Self {
        Self {
            resources: BTreeMap::new(),
            data_sources: BTreeMap::new(),
            ephemeral_resources: BTreeMap::new(),
            lists: BTreeMap::new(),
            actions: BTreeMap::new(),
            functions: BTreeMap::new(),
        }
    }

    /// Serves a managed resource.
    pub fn resource<R: Resource<Data = D>>(&mut self, resource: R) -> &mut Self {
        self.resources.insert(resource.type_name(), Box::new(ErasedResource::new(resource)));
        self
    }

    /// Serves a data source.
    pub fn data_source<S: DataSource<Data = D>>(&mut self, source: S) -> &mut Self {
        self.data_sources.insert(source.type_name(), Box::new(ErasedDataSource::new(source)));
        self
    }

    /// Serves an ephemeral resource.
    pub fn ephemeral_resource<E: EphemeralResource<Data = D>>(&mut self, resource: E) -> &mut Self {
        self.ephemeral_resources.insert(resource.type_name(), Box::new(ErasedEphemeralResource::new(resource)));
        self
    }

    /// Serves a list resource. The managed resource of the same name must be served too, and have an identity.
    pub fn list_resource<L: ListResource<Data = D>>(&mut self, list: L) -> &mut Self {
        self.lists.insert(list.type_name(), Box::new(ErasedListResource::new(list)));
        self
    }

    /// Serves an action.
    pub fn action<A: Action<Data = D>>(&mut self, action: A) -> &mut Self {
        self.actions.insert(action.type_name(), Box::new(ErasedAction::new(action)));
        self
    }

    /// Serves a function.
    pub fn function<F: Function>(&mut self, function: F) -> &mut Self {
        self.functions.insert(function.name(), Box::new(function));
        self
    }
}
