//! The provider itself.

use std::{future::Future, marker::PhantomData};

use tokio_util::sync::CancellationToken;

use super::{
    action::Action,
    data_source::DataSource,
    diagnostic::{Diagnostic, Diagnostics, Result},
    ephemeral::EphemeralResource,
    erased::{
        ErasedAction, ErasedDataSource, ErasedEphemeralResource, ErasedListResource, ErasedResource, ErasedStateStore,
        Inventory, add,
    },
    function::Function,
    list::ListResource,
    model::Model,
    resource::Resource,
    schema::{Schema, soundness::Role},
    state_store::StateStore,
};

/// A provider: its configuration, and everything that it serves.
///
/// ```
/// use tfplug::prelude::*;
///
/// /// Machines.
/// #[derive(Clone, Default, Model)]
/// struct Machines {
///     /// The address of the service.
///     #[tf(required)]
///     endpoint: Attr<String>,
/// }
///
/// struct Client {
///     endpoint: String,
/// }
///
/// #[provider]
/// impl Provider for Machines {
///     type Data = Client;
///
///     async fn configure(&self, _: &mut ConfigureContext, config: Machines) -> Result<Client> {
///         Ok(Client { endpoint: config.endpoint.require("endpoint")?.clone() })
///     }
///
///     fn register(&self, registry: &mut Registry<Client>) {
///         registry.data_source(Status::default());
///     }
/// }
///
/// /// Where the service is.
/// #[derive(Clone, Default, Model)]
/// struct Status {
///     /// Its address.
///     #[tf(computed)]
///     address: Attr<String>,
/// }
///
/// #[data_source("machines_status")]
/// impl DataSource for Status {
///     type Data = Client;
///
///     async fn read(&self, cx: &mut Context<Client>, _: Status) -> Result<Status> {
///         Ok(Status { address: cx.data()?.endpoint.clone().into() })
///     }
/// }
/// ```
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

    /// Whether everything must wait until all of a configuration is known, where Terraform can do that (a deferred
    /// change, [`DeferredReason::ProviderConfigUnknown`](crate::DeferredReason::ProviderConfigUnknown)). Asked only
    /// where something is unknown.
    ///
    /// By default it must: a provider that guessed would plan against the wrong account. One that can do much without
    /// what is unknown answers `false`, is configured all the same, and lets single resources wait with
    /// [`Context::defer`](crate::Context::defer).
    fn waits_for(&self, _config: &Self::Config) -> bool {
        true
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
    pub(super) deferral_allowed: bool,
    pub(super) is_deferred: bool,
}

impl ConfigureContext {
    /// Has everything wait that needs the provider, where Terraform can do that (a deferred change,
    /// [`DeferredReason::ProviderConfigUnknown`](crate::DeferredReason::ProviderConfigUnknown)); what is returned is
    /// not used then. `false`: this Terraform cannot, and an error is needed instead.
    ///
    /// For a configuration of which all is known, and that still leads nowhere yet. Where something is unknown,
    /// [`Provider::waits_for`] decides before.
    pub fn defer(&mut self) -> bool {
        self.is_deferred = self.deferral_allowed;
        self.deferral_allowed
    }

    /// Adds a warning to the answer.
    pub fn warn(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

/// Everything that a provider serves.
pub struct Registry<D> {
    inventory: Inventory,
    data: PhantomData<fn(D)>,
}

impl<D: Send + Sync + 'static> Registry<D> {
    /// What `provider` serves.
    pub(super) fn inventory<P: Provider<Data = D>>(provider: &P) -> Inventory {
        let mut registry = Self { inventory: Inventory::default(), data: PhantomData };
        provider.register(&mut registry);
        registry.inventory
    }

    /// Says what keeps the provider from serving what it should, for instance that the file is not to be read that
    /// describes it. Terraform is told of it as soon as it asks for the schemas, and gets none of them.
    pub fn problem(&mut self, problem: impl Into<String>) -> &mut Self {
        self.inventory.problems.push(problem.into());
        self
    }

    /// Serves a managed resource.
    pub fn resource<R: Resource<Data = D>>(&mut self, resource: R) -> &mut Self {
        let name = resource.type_name().to_owned();
        let erased = Box::new(ErasedResource::new(resource));
        add(&mut self.inventory.twice, Role::Resource, &mut self.inventory.resources, name, erased);
        self
    }

    /// Serves a data source.
    pub fn data_source<S: DataSource<Data = D>>(&mut self, source: S) -> &mut Self {
        let name = source.type_name().to_owned();
        let erased = Box::new(ErasedDataSource::new(source));
        add(&mut self.inventory.twice, Role::DataSource, &mut self.inventory.data_sources, name, erased);
        self
    }

    /// Serves an ephemeral resource.
    pub fn ephemeral_resource<E: EphemeralResource<Data = D>>(&mut self, resource: E) -> &mut Self {
        let name = resource.type_name().to_owned();
        let erased = Box::new(ErasedEphemeralResource::new(resource));
        add(&mut self.inventory.twice, Role::EphemeralResource, &mut self.inventory.ephemeral_resources, name, erased);
        self
    }

    /// Serves a list resource. The managed resource of the same name must be served too, and have an identity.
    pub fn list_resource<L: ListResource<Data = D>>(&mut self, list: L) -> &mut Self {
        let name = list.type_name().to_owned();
        let erased = Box::new(ErasedListResource::new(list));
        add(&mut self.inventory.twice, Role::ListResource, &mut self.inventory.lists, name, erased);
        self
    }

    /// Serves an action.
    pub fn action<A: Action<Data = D>>(&mut self, action: A) -> &mut Self {
        let name = action.type_name().to_owned();
        let erased = Box::new(ErasedAction::new(action));
        add(&mut self.inventory.twice, Role::Action, &mut self.inventory.actions, name, erased);
        self
    }

    /// Serves a state store.
    pub fn state_store<S: StateStore<Data = D>>(&mut self, store: S) -> &mut Self {
        let name = store.type_name().to_owned();
        let erased = Box::new(ErasedStateStore::new(store));
        add(&mut self.inventory.twice, Role::StateStore, &mut self.inventory.state_stores, name, erased);
        self
    }

    /// Serves a function.
    pub fn function<F: Function>(&mut self, function: F) -> &mut Self {
        let name = function.name().to_owned();
        add(&mut self.inventory.twice, "function", &mut self.inventory.functions, name, Box::new(function));
        self
    }
}
