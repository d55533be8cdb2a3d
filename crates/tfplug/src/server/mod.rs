//! The provider service: one file for each family of calls, each a story from request to answer.
//!
//! What every call has in common is here: a span for its log lines, and a guard that turns a panic in a provider's
//! code into a diagnostic.

mod action;
mod configure;
mod data_source;
mod ephemeral;
pub(super) mod erased;
mod function;
mod list;
mod resource;
mod schemas;
pub(super) mod validate;
mod wire;

use std::{
    any::Any,
    panic::AssertUnwindSafe,
    sync::{
        Arc, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::FutureExt as _;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, codegen::BoxStream};
use tracing::Instrument as _;

use super::{
    context::{Common, Context},
    diagnostic::{Diagnostic, Diagnostics, Result},
    proto::tfplugin6::{self as proto, provider_server},
    provider::{Provider, Registry},
    schema::Schema,
    value::Type,
};
use erased::{AnyAction, AnyDataSource, AnyEphemeralResource, AnyListResource, AnyResource, BoxFuture};

/// A [`Provider`] as a service that Terraform can call.
pub struct Server<P: Provider> {
    inner: Arc<Inner<P>>,
}

struct Inner<P: Provider> {
    provider: P,
    schema: Schema,
    ty: Type,
    meta: Option<(Schema, Type)>,
    registry: Registry<P::Data>,
    configured: RwLock<Configured<P::Data>>,
    cancellation: RwLock<CancellationToken>,
    requests: AtomicU64,
}

/// How far the provider is.
enum Configured<D> {
    NotYet,
    /// Its configuration has unknown values, and Terraform knows how to wait.
    Deferred,
    Ready {
        data: Arc<D>,
        terraform_version: Arc<str>,
    },
}

impl<P: Provider> Server<P> {
    /// Makes a provider ready to be served.
    pub fn new(provider: P) -> Self {
        let schema = provider.schema();
        let mut registry = Registry::new();
        provider.register(&mut registry);
        let meta = provider.meta_schema().map(|schema| {
            let ty = schema.ty();
            (schema, ty)
        });
        let inner = Inner {
            ty: schema.ty(),
            schema,
            meta,
            registry,
            configured: RwLock::new(Configured::NotYet),
            cancellation: RwLock::new(CancellationToken::new()),
            requests: AtomicU64::new(0),
            provider,
        };
        Self { inner: Arc::new(inner) }
    }
}

type Served<T> = Result<Response<T>, Status>;

impl<P: Provider> Inner<P> {
    /// Runs one call in a span of its own.
    async fn serve<T>(&self, rpc: &'static str, type_name: &str, answer: impl Future<Output = T>) -> Served<T> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let span = tracing::info_span!("rpc", tf_rpc = rpc, tf_type = type_name, tf_req_id = number);
        async {
            tracing::trace!("request received");
            let answer = answer.await;
            tracing::trace!("request answered");
            Ok(Response::new(answer))
        }
        .instrument(span)
        .await
    }

    fn resource(&self, type_name: &str) -> Result<&dyn AnyResource<P::Data>> {
        self.registry.resources.get(type_name).map(|resource| &**resource).ok_or_else(|| unknown("resource", type_name))
    }

    fn data_source(&self, type_name: &str) -> Result<&dyn AnyDataSource<P::Data>> {
        self.registry
            .data_sources
            .get(type_name)
            .map(|source| &**source)
            .ok_or_else(|| unknown("data source", type_name))
    }

    fn list_of(&self, type_name: &str) -> Result<&dyn AnyListResource<P::Data>> {
        self.registry.lists.get(type_name).map(|list| &**list).ok_or_else(|| unknown("list resource", type_name))
    }

    fn action(&self, type_name: &str) -> Result<&dyn AnyAction<P::Data>> {
        self.registry.actions.get(type_name).map(|action| &**action).ok_or_else(|| unknown("action", type_name))
    }

    fn ephemeral_resource(&self, type_name: &str) -> Result<&dyn AnyEphemeralResource<P::Data>> {
        let resource = self.registry.ephemeral_resources.get(type_name);
        resource.map(|resource| &**resource).ok_or_else(|| unknown("ephemeral resource", type_name))
    }

    fn context(&self, state_type: Arc<Type>, client: Option<&proto::ClientCapabilities>) -> Context<P::Data> {
        let deferral_allowed = client.is_some_and(|client| client.deferral_allowed);
        let (data, terraform_version) = match &*self.configured.read().unwrap_or_else(|poison| poison.into_inner()) {
            Configured::Ready { data, terraform_version } => (Some(Arc::clone(data)), Arc::clone(terraform_version)),
            Configured::NotYet | Configured::Deferred => (None, Arc::from("")),
        };
        let common = Common { data, terraform_version, cancellation: self.cancellation() };
        Context::new(common, state_type, deferral_allowed)
    }

    /// Whether a call must wait until the provider's configuration is known. A client that does not know how to wait
    /// gets the error that the provider is not configured, where the call needs it to be.
    fn defers(&self, client: Option<&proto::ClientCapabilities>) -> bool {
        let configured = self.configured.read().unwrap_or_else(|poison| poison.into_inner());
        matches!(*configured, Configured::Deferred) && client.is_some_and(|client| client.deferral_allowed)
    }

    /// Ends when Terraform asks to stop.
    fn cancellation(&self) -> CancellationToken {
        self.cancellation.read().unwrap_or_else(|poison| poison.into_inner()).clone()
    }

    /// A stop is for the host that said it: under a debugger, another comes and configures the provider anew.
    fn forget_stop(&self) {
        let mut cancellation = self.cancellation.write().unwrap_or_else(|poison| poison.into_inner());
        if cancellation.is_cancelled() {
            *cancellation = CancellationToken::new();
        }
    }

    fn meta_type(&self) -> Option<&Type> {
        self.meta.as_ref().map(|(_, ty)| ty)
    }
}

fn unknown(kind: &str, type_name: &str) -> Diagnostics {
    Diagnostic::error(format!("Unknown {kind} type"), format!("The provider has no {kind} of the type {type_name:?}."))
        .into()
}

/// Runs a provider's code; a panic in it becomes a diagnostic, and the plugin lives on.
async fn guard<T>(what: &str, code: BoxFuture<'_, Result<T>>) -> Result<T> {
    // What the code leaves half done is its own state; the framework reads only checkpoints, which are whole.
    AssertUnwindSafe(code).catch_unwind().await.unwrap_or_else(|panic| Err(panicked(what, &*panic).into()))
}

/// The same for code that does not wait.
fn guard_sync<T>(what: &str, code: impl FnOnce() -> Result<T>) -> Result<T> {
    std::panic::catch_unwind(AssertUnwindSafe(code)).unwrap_or_else(|panic| Err(panicked(what, &*panic).into()))
}

fn panicked(what: &str, panic: &(dyn Any + Send)) -> Diagnostic {
    let message = panic
        .downcast_ref::<&str>()
        .map(|message| (*message).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(panic = message, "the provider's code panicked");
    let detail = format!(
        "The provider has a bug: its code for {what} ended with a panic: {message}\n\nWhat was done before is in the \
         state where it was recorded. Please report this with the log (TF_LOG_PROVIDER=trace)."
    );
    Diagnostic::error(format!("{what}: the provider's code panicked"), detail)
}

#[tonic::async_trait]
impl<P: Provider> provider_server::Provider for Server<P> {
    async fn get_metadata(&self, _: Request<proto::get_metadata::Request>) -> Served<proto::get_metadata::Response> {
        self.inner.serve("GetMetadata", "", async { self.inner.get_metadata() }).await
    }

    async fn get_provider_schema(
        &self,
        _: Request<proto::get_provider_schema::Request>,
    ) -> Served<proto::get_provider_schema::Response> {
        self.inner.serve("GetProviderSchema", "", async { self.inner.get_provider_schema() }).await
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<proto::get_resource_identity_schemas::Request>,
    ) -> Served<proto::get_resource_identity_schemas::Response> {
        self.inner.serve("GetResourceIdentitySchemas", "", async { self.inner.get_resource_identity_schemas() }).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<proto::validate_provider_config::Request>,
    ) -> Served<proto::validate_provider_config::Response> {
        let request = request.into_inner();
        self.inner.serve("ValidateProviderConfig", "", async { self.inner.validate_provider_config(&request) }).await
    }

    async fn validate_resource_config(
        &self,
        request: Request<proto::validate_resource_config::Request>,
    ) -> Served<proto::validate_resource_config::Response> {
        let request = request.into_inner();
        let answer = async { self.inner.validate_resource_config(&request) };
        self.inner.serve("ValidateResourceConfig", &request.type_name, answer).await
    }

    async fn configure_provider(
        &self,
        request: Request<proto::configure_provider::Request>,
    ) -> Served<proto::configure_provider::Response> {
        let request = request.into_inner();
        self.inner.serve("ConfigureProvider", "", self.inner.configure_provider(&request)).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<proto::upgrade_resource_state::Request>,
    ) -> Served<proto::upgrade_resource_state::Response> {
        let request = request.into_inner();
        let answer = async { self.inner.upgrade_resource_state(&request) };
        self.inner.serve("UpgradeResourceState", &request.type_name, answer).await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<proto::upgrade_resource_identity::Request>,
    ) -> Served<proto::upgrade_resource_identity::Response> {
        let request = request.into_inner();
        let answer = async { self.inner.upgrade_resource_identity(&request) };
        self.inner.serve("UpgradeResourceIdentity", &request.type_name, answer).await
    }

    async fn read_resource(
        &self,
        request: Request<proto::read_resource::Request>,
    ) -> Served<proto::read_resource::Response> {
        let request = request.into_inner();
        self.inner.serve("ReadResource", &request.type_name, self.inner.read_resource(&request)).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<proto::plan_resource_change::Request>,
    ) -> Served<proto::plan_resource_change::Response> {
        let request = request.into_inner();
        self.inner.serve("PlanResourceChange", &request.type_name, self.inner.plan_resource_change(&request)).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<proto::apply_resource_change::Request>,
    ) -> Served<proto::apply_resource_change::Response> {
        let request = request.into_inner();
        self.inner.serve("ApplyResourceChange", &request.type_name, self.inner.apply_resource_change(&request)).await
    }

    async fn import_resource_state(
        &self,
        request: Request<proto::import_resource_state::Request>,
    ) -> Served<proto::import_resource_state::Response> {
        let request = request.into_inner();
        self.inner.serve("ImportResourceState", &request.type_name, self.inner.import_resource_state(&request)).await
    }

    async fn move_resource_state(
        &self,
        request: Request<proto::move_resource_state::Request>,
    ) -> Served<proto::move_resource_state::Response> {
        let request = request.into_inner();
        let answer = async { self.inner.move_resource_state(&request) };
        self.inner.serve("MoveResourceState", &request.target_type_name, answer).await
    }

    async fn generate_resource_config(
        &self,
        request: Request<proto::generate_resource_config::Request>,
    ) -> Served<proto::generate_resource_config::Response> {
        let request = request.into_inner();
        let answer = async { self.inner.generate_resource_config(&request) };
        self.inner.serve("GenerateResourceConfig", &request.type_name, answer).await
    }

    async fn stop_provider(&self, _: Request<proto::stop_provider::Request>) -> Served<proto::stop_provider::Response> {
        let answer = async {
            self.inner.cancellation().cancel();
            proto::stop_provider::Response::default()
        };
        self.inner.serve("StopProvider", "", answer).await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<proto::validate_data_resource_config::Request>,
    ) -> Served<proto::validate_data_resource_config::Response> {
        let request = request.into_inner();
        let answer = async { self.inner.validate_data_resource_config(&request) };
        self.inner.serve("ValidateDataResourceConfig", &request.type_name, answer).await
    }

    async fn read_data_source(
        &self,
        request: Request<proto::read_data_source::Request>,
    ) -> Served<proto::read_data_source::Response> {
        let request = request.into_inner();
        let answer = self.inner.read_data_source(&request);
        self.inner.serve("ReadDataSource", &request.type_name, answer).await
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<proto::validate_ephemeral_resource_config::Request>,
    ) -> Served<proto::validate_ephemeral_resource_config::Response> {
        let request = request.into_inner();
        let answer = async { self.inner.validate_ephemeral_resource_config(&request) };
        self.inner.serve("ValidateEphemeralResourceConfig", &request.type_name, answer).await
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<proto::open_ephemeral_resource::Request>,
    ) -> Served<proto::open_ephemeral_resource::Response> {
        let request = request.into_inner();
        let answer = self.inner.open_ephemeral_resource(&request);
        self.inner.serve("OpenEphemeralResource", &request.type_name, answer).await
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<proto::renew_ephemeral_resource::Request>,
    ) -> Served<proto::renew_ephemeral_resource::Response> {
        let request = request.into_inner();
        let answer = self.inner.renew_ephemeral_resource(&request);
        self.inner.serve("RenewEphemeralResource", &request.type_name, answer).await
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<proto::close_ephemeral_resource::Request>,
    ) -> Served<proto::close_ephemeral_resource::Response> {
        let request = request.into_inner();
        let answer = self.inner.close_ephemeral_resource(&request);
        self.inner.serve("CloseEphemeralResource", &request.type_name, answer).await
    }

    async fn get_functions(&self, _: Request<proto::get_functions::Request>) -> Served<proto::get_functions::Response> {
        self.inner.serve("GetFunctions", "", async { self.inner.get_functions() }).await
    }

    async fn call_function(
        &self,
        request: Request<proto::call_function::Request>,
    ) -> Served<proto::call_function::Response> {
        let request = request.into_inner();
        let answer = async { self.inner.call_function(&request) };
        self.inner.serve("CallFunction", &request.name, answer).await
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<proto::validate_list_resource_config::Request>,
    ) -> Served<proto::validate_list_resource_config::Response> {
        let request = request.into_inner();
        let answer = async { self.inner.validate_list_resource_config(&request) };
        self.inner.serve("ValidateListResourceConfig", &request.type_name, answer).await
    }

    async fn list_resource(
        &self,
        request: Request<proto::list_resource::Request>,
    ) -> Served<BoxStream<proto::list_resource::Event>> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        self.inner.serve("ListResource", &type_name, async { self.inner.list_resource(request) }).await
    }

    async fn validate_action_config(
        &self,
        request: Request<proto::validate_action_config::Request>,
    ) -> Served<proto::validate_action_config::Response> {
        let request = request.into_inner();
        let answer = async { self.inner.validate_action_config(&request) };
        self.inner.serve("ValidateActionConfig", &request.type_name, answer).await
    }

    async fn plan_action(&self, request: Request<proto::plan_action::Request>) -> Served<proto::plan_action::Response> {
        let request = request.into_inner();
        let answer = self.inner.plan_action(&request);
        self.inner.serve("PlanAction", &request.action_type, answer).await
    }

    async fn invoke_action(
        &self,
        request: Request<proto::invoke_action::Request>,
    ) -> Served<BoxStream<proto::invoke_action::Event>> {
        let request = request.into_inner();
        let type_name = request.action_type.clone();
        self.inner.serve("InvokeAction", &type_name, async { self.inner.invoke_action(request) }).await
    }
}
