//! What all calls have in common: the provider, what it serves, how far it is configured, and a span for log lines.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio_util::sync::CancellationToken;
use tonic::{Response, Status};
use tracing::Instrument as _;

use super::provider::{AnyProvider, ErasedProvider};
use crate::{
    context::{AnyData, Call},
    diagnostic::{Diagnostic, Result},
    erased::{AnyAction, AnyDataSource, AnyEphemeralResource, AnyListResource, AnyResource, AnyStateStore, Inventory},
    proto::tfplugin6 as proto,
    provider::{Provider, Registry},
    schema::Schema,
    value::Type,
};

/// One provider in this process, shared by its calls.
pub(super) struct Shared {
    pub(super) provider: Box<dyn AnyProvider>,
    pub(super) schema: Schema,
    pub(super) ty: Type,
    pub(super) meta: Option<(Schema, Type)>,
    pub(super) inventory: Inventory,
    /// Whether plans and results are held to Terraform's rules here, where they can be told with their place. A host in
    /// a test holds them to the rules itself.
    pub(super) checks_itself: bool,
    readiness: RwLock<Readiness>,
    stores: RwLock<BTreeMap<String, ConfiguredStore>>,
    cancellation: RwLock<CancellationToken>,
    requests: AtomicU64,
}

/// A state store that is ready.
#[derive(Clone)]
pub(super) struct ConfiguredStore {
    pub(super) store: AnyData,
    /// The size of the pieces of a state that were agreed on, in bytes.
    pub(super) chunk: usize,
}

/// How far the provider is.
pub(super) enum Readiness {
    NotConfigured,
    /// Its configuration is not one to work with yet, and Terraform knows how to wait.
    Deferred,
    Ready {
        data: AnyData,
        terraform_version: Arc<str>,
    },
}

pub(super) type Served<T> = Result<Response<T>, Status>;

impl Shared {
    pub(super) fn new<P: Provider>(provider: P, checks_itself: bool) -> Self {
        let schema = provider.schema();
        let meta = provider.meta_schema().map(|schema| {
            let ty = schema.ty();
            (schema, ty)
        });
        Self {
            ty: schema.ty(),
            schema,
            meta,
            inventory: Registry::inventory(&provider),
            checks_itself,
            readiness: RwLock::new(Readiness::NotConfigured),
            stores: RwLock::default(),
            cancellation: RwLock::new(CancellationToken::new()),
            requests: AtomicU64::new(0),
            provider: Box::new(ErasedProvider(provider)),
        }
    }

    /// Runs one call in a span of its own.
    pub(super) async fn serve<T>(
        &self,
        rpc: &'static str,
        type_name: &str,
        answer: impl Future<Output = T>,
    ) -> Served<T> {
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

    pub(super) fn resource(&self, type_name: &str) -> Result<&dyn AnyResource> {
        find(&self.inventory.resources, "resource", type_name)
    }

    pub(super) fn data_source(&self, type_name: &str) -> Result<&dyn AnyDataSource> {
        find(&self.inventory.data_sources, "data source", type_name)
    }

    pub(super) fn list_of(&self, type_name: &str) -> Result<&dyn AnyListResource> {
        find(&self.inventory.lists, "list resource", type_name)
    }

    pub(super) fn action(&self, type_name: &str) -> Result<&dyn AnyAction> {
        find(&self.inventory.actions, "action", type_name)
    }

    pub(super) fn ephemeral_resource(&self, type_name: &str) -> Result<&dyn AnyEphemeralResource> {
        find(&self.inventory.ephemeral_resources, "ephemeral resource", type_name)
    }

    pub(super) fn state_store(&self, type_name: &str) -> Result<&dyn AnyStateStore> {
        find(&self.inventory.state_stores, "state store", type_name)
    }

    /// Keeps a state store for the calls that follow.
    pub(super) fn keep_store(&self, type_name: &str, store: ConfiguredStore) {
        self.stores.write().unwrap_or_else(|poison| poison.into_inner()).insert(type_name.to_owned(), store);
    }

    pub(super) fn configured_store(&self, type_name: &str) -> Result<ConfiguredStore> {
        let stores = self.stores.read().unwrap_or_else(|poison| poison.into_inner());
        stores.get(type_name).cloned().ok_or_else(|| {
            let detail = "Terraform has to configure it (ConfigureStateStore) before it asks it for anything.";
            Diagnostic::error(format!("The state store {type_name} is not configured"), detail).into()
        })
    }

    pub(super) fn call(&self, client: Option<&proto::ClientCapabilities>) -> Call {
        let mut call = Call {
            cancellation: self.cancellation(),
            deferral_allowed: client.is_some_and(|client| client.deferral_allowed),
            ..Call::default()
        };
        let readiness = self.readiness.read().unwrap_or_else(|poison| poison.into_inner());
        if let Readiness::Ready { data, terraform_version } = &*readiness {
            call.data = Some(Arc::clone(data));
            call.terraform_version = Arc::clone(terraform_version);
        }
        call
    }

    /// Whether a call must wait until the provider's configuration is known. A client that does not know how to wait
    /// gets the error that the provider is not configured, where the call needs it to be.
    pub(super) fn defers(&self, client: Option<&proto::ClientCapabilities>) -> bool {
        let readiness = self.readiness.read().unwrap_or_else(|poison| poison.into_inner());
        matches!(*readiness, Readiness::Deferred) && client.is_some_and(|client| client.deferral_allowed)
    }

    /// Settles what the calls that follow get to work with.
    pub(super) fn set_readiness(&self, readiness: Readiness) {
        *self.readiness.write().unwrap_or_else(|poison| poison.into_inner()) = readiness;
    }

    /// Ends when Terraform asks to stop.
    pub(super) fn cancellation(&self) -> CancellationToken {
        self.cancellation.read().unwrap_or_else(|poison| poison.into_inner()).clone()
    }

    /// A stop is for the host that said it: under a debugger, another comes and configures the provider anew.
    pub(super) fn forget_stop(&self) {
        let mut cancellation = self.cancellation.write().unwrap_or_else(|poison| poison.into_inner());
        if cancellation.is_cancelled() {
            *cancellation = CancellationToken::new();
        }
    }

    pub(super) fn meta_type(&self) -> Option<&Type> {
        self.meta.as_ref().map(|(_, ty)| ty)
    }
}

fn find<'t, T: ?Sized>(things: &'t BTreeMap<String, Box<T>>, kind: &str, type_name: &str) -> Result<&'t T> {
    things.get(type_name).map(|thing| &**thing).ok_or_else(|| {
        let detail = format!("The provider has no {kind} of the type {type_name:?}.");
        Diagnostic::error(format!("Unknown {kind} type"), detail).into()
    })
}
