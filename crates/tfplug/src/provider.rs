//! The provider itself.

use std::{collections::BTreeMap, fmt, future::Future};

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
    schema::{
        Schema,
        soundness::{Role, identity_problems, problems},
    },
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
}

impl ConfigureContext {
    /// Adds a warning to the answer.
    pub fn warn(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }
}

/// Everything that a provider serves.
pub struct Registry<D> {
    pub(super) resources: BTreeMap<String, Box<dyn AnyResource<D>>>,
    pub(super) data_sources: BTreeMap<String, Box<dyn AnyDataSource<D>>>,
    pub(super) ephemeral_resources: BTreeMap<String, Box<dyn AnyEphemeralResource<D>>>,
    pub(super) lists: BTreeMap<String, Box<dyn AnyListResource<D>>>,
    pub(super) actions: BTreeMap<String, Box<dyn AnyAction<D>>>,
    pub(super) functions: BTreeMap<String, Box<dyn Function>>,
    /// What was named a second time.
    twice: Vec<String>,
    /// What the provider itself found.
    problems: Vec<String>,
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
            twice: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// What keeps this, and the provider's own block, from working as it is.
    pub(super) fn problems(&self, schema: &Schema, meta: Option<&Schema>) -> Vec<String> {
        let twice = self.twice.iter().map(|thing| format!("{thing}: there are two of this name"));
        let mut found: Vec<_> = self.problems.iter().cloned().chain(twice).collect();
        let mut check = |role: Role, name: &str, schema: &Schema| {
            let thing = if name.is_empty() { role.to_string() } else { format!("{role} {name}") };
            found.extend(problems(role, schema).into_iter().map(|problem| format!("{thing}: {problem}")));
        };
        check(Role::Provider, "", schema);
        meta.into_iter().for_each(|schema| check(Role::Meta, "", schema));
        self.resources.iter().for_each(|(name, it)| check(Role::Resource, name, it.schema()));
        self.data_sources.iter().for_each(|(name, it)| check(Role::DataSource, name, it.schema()));
        self.ephemeral_resources.iter().for_each(|(name, it)| check(Role::EphemeralResource, name, it.schema()));
        self.lists.iter().for_each(|(name, it)| check(Role::ListResource, name, it.schema()));
        self.actions.iter().for_each(|(name, it)| check(Role::Action, name, it.schema()));
        for (name, identity) in self.resources.iter().filter_map(|(name, it)| Some((name, it.identity_schema()?))) {
            let of_identity = identity_problems(identity).into_iter();
            found.extend(of_identity.map(|problem| format!("{} {name}: {problem}", Role::Resource)));
        }
        let has_identity = |name: &String| self.resources.get(name).is_some_and(|it| it.identity_schema().is_some());
        let lists = self.lists.keys().filter(|name| !has_identity(name));
        found.extend(
            lists.map(|name| {
                format!("{} {name}: there is no resource of this name with an identity", Role::ListResource)
            }),
        );
        found
    }

    fn add<T: ?Sized>(
        twice: &mut Vec<String>,
        role: impl fmt::Display,
        things: &mut BTreeMap<String, Box<T>>,
        name: String,
        thing: Box<T>,
    ) {
        if things.contains_key(&name) {
            twice.push(format!("{role} {name}"));
        }
        things.insert(name, thing);
    }

    /// Says what keeps the provider from serving what it should, for instance that the file is not to be read that
    /// describes it. Terraform is told of it as soon as it asks for the schemas, and gets none of them.
    pub fn problem(&mut self, problem: impl Into<String>) -> &mut Self {
        self.problems.push(problem.into());
        self
    }

    /// Serves a managed resource.
    pub fn resource<R: Resource<Data = D>>(&mut self, resource: R) -> &mut Self {
        let name = resource.type_name().to_owned();
        let erased = Box::new(ErasedResource::new(resource));
        Self::add(&mut self.twice, Role::Resource, &mut self.resources, name, erased);
        self
    }

    /// Serves a data source.
    pub fn data_source<S: DataSource<Data = D>>(&mut self, source: S) -> &mut Self {
        let name = source.type_name().to_owned();
        let erased = Box::new(ErasedDataSource::new(source));
        Self::add(&mut self.twice, Role::DataSource, &mut self.data_sources, name, erased);
        self
    }

    /// Serves an ephemeral resource.
    pub fn ephemeral_resource<E: EphemeralResource<Data = D>>(&mut self, resource: E) -> &mut Self {
        let name = resource.type_name().to_owned();
        let erased = Box::new(ErasedEphemeralResource::new(resource));
        Self::add(&mut self.twice, Role::EphemeralResource, &mut self.ephemeral_resources, name, erased);
        self
    }

    /// Serves a list resource. The managed resource of the same name must be served too, and have an identity.
    pub fn list_resource<L: ListResource<Data = D>>(&mut self, list: L) -> &mut Self {
        let name = list.type_name().to_owned();
        let erased = Box::new(ErasedListResource::new(list));
        Self::add(&mut self.twice, Role::ListResource, &mut self.lists, name, erased);
        self
    }

    /// Serves an action.
    pub fn action<A: Action<Data = D>>(&mut self, action: A) -> &mut Self {
        let name = action.type_name().to_owned();
        let erased = Box::new(ErasedAction::new(action));
        Self::add(&mut self.twice, Role::Action, &mut self.actions, name, erased);
        self
    }

    /// Serves a function.
    pub fn function<F: Function>(&mut self, function: F) -> &mut Self {
        let name = function.name().to_owned();
        Self::add(&mut self.twice, "function", &mut self.functions, name, Box::new(function));
        self
    }
}
