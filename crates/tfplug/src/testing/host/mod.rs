//! A host: what Terraform is to a provider, in a test.

mod action;
mod call;
mod config;
mod data_source;
mod ephemeral;
mod error;
mod function;
mod list;
#[cfg(feature = "testing")]
mod program;
mod resource;
mod schemas;
mod state_store;

use std::sync::Arc;

use serde_json::Value as Json;
use tonic::Request;

#[cfg(feature = "testing")]
pub use self::program::ProgramOptions;
#[cfg(fuzzing)]
pub(crate) use self::state_store::streaming;
pub use self::{
    action::{Invoked, PlannedInvocation},
    config::{shown, unknown},
    data_source::Data,
    ephemeral::OpenedEphemeral,
    error::Error,
    list::{Found, ListOptions, Listed},
    resource::{Applied, Importing, MoveFrom, PlanOptions, Planned, PlannedAction, Refreshed, State},
    state_store::OpenedStateStore,
};
use self::{
    call::sent,
    error::Findings,
    schemas::{Schemas, Served},
};
use super::Kind;
use crate::{
    diagnostic::Diagnostics,
    proto::tfplugin6::{self as proto, provider_server},
    provider::Provider,
    server::Server,
    value::{Type, Value},
};

/// What Terraform is to a provider, for tests: it plans, applies, imports, moves, upgrades, lists and invokes, in the
/// order of calls and with the proposals of Terraform's, and holds every answer to Terraform's rules.
///
/// Nothing of it is global, nothing reads a clock, and a [`State`] is a plain value: so a host can be one of a million
/// in a simulation. The calls of one host may run at the same time, and any of them can be dropped.
///
/// ```
/// # use serde::{Deserialize, Serialize};
/// use serde_json::json;
/// use tfplug::testing::Host;
/// # use tfplug::{Attr, ConfigureContext, Context, NoIdentity, Provider, Registry, Resource, Result};
/// # use tfplug::schema::{Attribute, Schema};
/// # #[derive(Clone, Serialize, Deserialize)]
/// # struct Note { id: Attr<String>, text: Attr<String> }
/// # struct Notes;
/// # impl Resource for Notes {
/// #     type Data = ();
/// #     type Model = Note;
/// #     type Identity = NoIdentity;
/// #     fn type_name(&self) -> &'static str { "notes_note" }
/// #     fn schema(&self) -> Schema {
/// #         Schema::new("A note.")
/// #             .attribute("id", Attribute::string("Its ID.").computed().use_state_for_unknown())
/// #             .attribute("text", Attribute::string("What it says.").required())
/// #     }
/// #     async fn create(&self, _: &mut Context<()>, mut planned: Note) -> Result<Note> {
/// #         planned.id = "note-1".to_owned().into();
/// #         Ok(planned)
/// #     }
/// #     async fn read(&self, _: &mut Context<()>, state: Note) -> Result<Option<Note>> { Ok(Some(state)) }
/// #     async fn update(&self, _: &mut Context<()>, _: Note, planned: Note) -> Result<Note> { Ok(planned) }
/// #     async fn delete(&self, _: &mut Context<()>, _: Note) -> Result<()> { Ok(()) }
/// # }
/// # struct MyProvider;
/// # impl Provider for MyProvider {
/// #     type Config = NoConfig;
/// #     type Data = ();
/// #     fn version(&self) -> &'static str { "1.0.0" }
/// #     fn schema(&self) -> Schema { Schema::new("Notes.") }
/// #     async fn configure(&self, _: &mut ConfigureContext, _: NoConfig) -> Result<()> { Ok(()) }
/// #     fn register(&self, registry: &mut Registry<()>) { registry.resource(Notes); }
/// # }
/// # #[derive(Clone, Serialize, Deserialize)]
/// # struct NoConfig {}
///
/// # fn main() -> Result<(), tfplug::testing::Error> {
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
/// # runtime.block_on(async {
/// let host = Host::in_process(MyProvider).await?;
/// host.configure(&json!({})).await?;
///
/// // Planned, applied, refreshed and planned again, each held to Terraform's rules.
/// let note = host.create("notes_note", &json!({ "text": "Buy milk" })).await?;
/// assert_eq!(note.shown(), json!({ "id": "note-1", "text": "Buy milk" }));
/// let note = host.update(&note, &json!({ "text": "Buy bread" })).await?;
/// host.destroy(&note).await?;
/// # Ok(())
/// # })
/// # }
/// ```
pub struct Host {
    service: Arc<dyn provider_server::Provider>,
    schemas: Schemas,
    terraform: Terraform,
    meta: Option<Value>,
    #[cfg(feature = "testing")]
    program: Option<program::Program>,
}

/// Which Terraform a host is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Terraform {
    /// Its version, as the provider is told.
    pub version: String,
    /// Whether a provider may answer that it has to wait. Only in Terraform's stacks and experiments so far.
    pub deferral_allowed: bool,
    /// Whether a configuration may have write-only attributes. Since 1.11.
    pub write_only_attributes_allowed: bool,
    /// Whether what is private in a plan comes back in the plan that follows it at the apply. Since 1.16.
    pub planned_private_stored: bool,
    /// Whether a provider may compute blocks. Since 1.16.
    pub computed_blocks_allowed: bool,
}

impl Default for Terraform {
    /// Terraform 1.15.
    fn default() -> Self {
        Self {
            version: "1.15.5".to_owned(),
            deferral_allowed: false,
            write_only_attributes_allowed: true,
            planned_private_stored: false,
            computed_blocks_allowed: false,
        }
    }
}

impl Host {
    /// A host of a provider in this process: no socket, no process, no thread.
    ///
    /// # Errors
    /// What is wrong with the provider's schemas.
    pub async fn in_process<P: Provider>(provider: P) -> Result<Self, Error> {
        Self::new(Arc::new(Server::without_own_checks(provider))).await
    }

    async fn new(service: Arc<dyn provider_server::Provider>) -> Result<Self, Error> {
        let mut findings = Findings::default();
        let request = Request::new(proto::get_provider_schema::Request {});
        let schemas = findings.answered("GetProviderSchema", service.get_provider_schema(request).await);
        let request = Request::new(proto::get_resource_identity_schemas::Request {});
        // One from before identities does not know the call.
        let identities = service.get_resource_identity_schemas(request).await;
        let identities = identities.map(tonic::Response::into_inner).unwrap_or_default();
        let schemas = schemas.unwrap_or_default();
        findings.tell(&schemas.diagnostics);
        findings.tell(&identities.diagnostics);
        findings.into_result()?;
        let schemas = Schemas::new(&schemas, &identities)?;
        Ok(Self {
            service,
            schemas,
            terraform: Terraform::default(),
            meta: None,
            #[cfg(feature = "testing")]
            program: None,
        })
    }

    /// As another Terraform.
    #[must_use]
    pub fn with_terraform(mut self, terraform: Terraform) -> Self {
        self.terraform = terraform;
        self
    }

    /// With what a module's `provider_meta` block says.
    ///
    /// # Errors
    /// When the provider has no schema for it, or another one.
    pub fn with_meta(mut self, meta: &Json) -> Result<Self, Error> {
        let Some(served) = &self.schemas.meta else {
            return Err(Error::NotServed { kind: "provider_meta block", name: String::new() });
        };
        self.meta = Some(config::block(served.schema.root(), meta)?);
        Ok(self)
    }

    /// Configures the provider. To be called once, before all else but [`validate`](Self::validate).
    ///
    /// # Errors
    /// What is wrong with the configuration.
    pub async fn configure(&self, config: &Json) -> Result<Diagnostics, Error> {
        let mut warnings = self.validate(Kind::Provider, config).await?;
        let served = &self.schemas.provider;
        let config = config::block(served.schema.root(), config)?;
        let request = proto::configure_provider::Request {
            terraform_version: self.terraform.version.clone(),
            config: Some(sent(&config, &served.ty)?),
            client_capabilities: self.client(),
        };
        let mut findings = Findings::default();
        let answer = self.service.configure_provider(Request::new(request)).await;
        if let Some(answer) = findings.answered("ConfigureProvider", answer) {
            findings.tell(&answer.diagnostics);
        }
        warnings.append(findings.into_result()?);
        Ok(warnings)
    }

    /// Asks the provider to stop: what is going on ends as soon as it can, with a true state.
    pub async fn stop(&self) -> Result<(), Error> {
        let mut findings = Findings::default();
        let answer = self.service.stop_provider(Request::new(proto::stop_provider::Request {})).await;
        match findings.answered("StopProvider", answer) {
            Some(answer) if !answer.error.is_empty() => Err(Error::Program(answer.error)),
            _ => findings.into_result().map(|_| ()),
        }
    }

    /// Has a block validated: by the schema, as Terraform itself does, and by the provider.
    ///
    /// # Errors
    /// What is wrong with it.
    pub async fn validate(&self, kind: Kind<'_>, config: &Json) -> Result<Diagnostics, Error> {
        let served = self.of_kind(kind)?;
        let config = config::block(served.schema.root(), config)?;
        let mut findings = Findings::default();
        self.validated(kind, served, &config, &mut findings).await?;
        findings.into_result()
    }

    async fn validated(
        &self,
        kind: Kind<'_>,
        served: &Served,
        config: &Value,
        findings: &mut Findings,
    ) -> Result<(), Error> {
        let config = Some(sent(config, &served.ty)?);
        let service = &self.service;
        let diagnostics = match kind {
            Kind::Provider => {
                let request = proto::validate_provider_config::Request { config };
                let answer = service.validate_provider_config(Request::new(request)).await;
                findings.answered("ValidateProviderConfig", answer).map(|it| it.diagnostics)
            }
            Kind::Resource(name) => {
                let (type_name, client_capabilities) = (name.to_owned(), self.client());
                let request = proto::validate_resource_config::Request { type_name, config, client_capabilities };
                let answer = service.validate_resource_config(Request::new(request)).await;
                findings.answered("ValidateResourceConfig", answer).map(|it| it.diagnostics)
            }
            Kind::DataSource(name) => {
                let request = proto::validate_data_resource_config::Request { type_name: name.to_owned(), config };
                let answer = service.validate_data_resource_config(Request::new(request)).await;
                findings.answered("ValidateDataResourceConfig", answer).map(|it| it.diagnostics)
            }
            Kind::EphemeralResource(name) => {
                let request = proto::validate_ephemeral_resource_config::Request { type_name: name.to_owned(), config };
                let answer = service.validate_ephemeral_resource_config(Request::new(request)).await;
                findings.answered("ValidateEphemeralResourceConfig", answer).map(|it| it.diagnostics)
            }
            Kind::ListResource(name) => {
                let type_name = name.to_owned();
                let request = proto::validate_list_resource_config::Request { type_name, config, ..Default::default() };
                let answer = service.validate_list_resource_config(Request::new(request)).await;
                findings.answered("ValidateListResourceConfig", answer).map(|it| it.diagnostics)
            }
            Kind::Action(name) => {
                let request = proto::validate_action_config::Request { type_name: name.to_owned(), config };
                let answer = service.validate_action_config(Request::new(request)).await;
                findings.answered("ValidateActionConfig", answer).map(|it| it.diagnostics)
            }
            Kind::StateStore(name) => {
                let request = proto::validate_state_store::Request { type_name: name.to_owned(), config };
                let answer = service.validate_state_store_config(Request::new(request)).await;
                findings.answered("ValidateStateStoreConfig", answer).map(|it| it.diagnostics)
            }
        };
        findings.tell(&diagnostics.unwrap_or_default());
        Ok(())
    }

    fn of_kind(&self, kind: Kind<'_>) -> Result<&Served, Error> {
        let schemas = &self.schemas;
        let (all, name) = match kind {
            Kind::Provider => return Ok(&schemas.provider),
            Kind::Resource(name) => (&schemas.resources, name),
            Kind::DataSource(name) => (&schemas.data_sources, name),
            Kind::EphemeralResource(name) => (&schemas.ephemeral_resources, name),
            Kind::ListResource(name) => (&schemas.lists, name),
            Kind::Action(name) => (&schemas.actions, name),
            Kind::StateStore(name) => (&schemas.state_stores, name),
        };
        all.get(name).ok_or_else(|| Error::NotServed { kind: kind.word(), name: name.to_owned() })
    }

    fn client(&self) -> Option<proto::ClientCapabilities> {
        Some(proto::ClientCapabilities {
            deferral_allowed: self.terraform.deferral_allowed,
            write_only_attributes_allowed: self.terraform.write_only_attributes_allowed,
            store_planned_private: self.terraform.planned_private_stored,
            computed_blocks_allowed: self.terraform.computed_blocks_allowed,
        })
    }

    /// What a module says to the provider; null where there is a schema for it and no block.
    fn sent_meta(&self) -> Result<Option<proto::DynamicValue>, Error> {
        let ty: Option<&Type> = self.schemas.meta.as_ref().map(|served| &served.ty);
        ty.map(|ty| sent(self.meta.as_ref().unwrap_or(&Value::Null), ty)).transpose()
    }
}

#[cfg(test)]
mod tests;
