//! States, and what keeps them true: refresh and upgrade.

use serde_json::Value as Json;
use tonic::Request;

use super::super::{
    Error, Findings, Host, Kind,
    call::{sent, sent_identity},
    config::shown,
    schemas::Served,
};
use crate::{
    context::DeferredReason,
    diagnostic::Diagnostics,
    proto::tfplugin6 as proto,
    rules::{check_known, check_write_only},
    value::{Path, Type, Value, to_json},
};

/// What Terraform stores of a resource: a plain value, to be cloned, compared and kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct State {
    /// The resource's type.
    pub type_name: String,
    /// Its attributes and blocks; never null.
    pub value: Value,
    /// What the provider keeps for itself.
    pub private: Vec<u8>,
    /// What identifies it.
    pub identity: Option<Value>,
    /// The version of the schema that the value fits.
    pub schema_version: i64,
    /// The version of the schema that the identity fits.
    pub identity_version: i64,
    /// Its creation failed, so that the next plan replaces it.
    pub is_tainted: bool,
}

impl State {
    /// Its value as JSON, to be compared; see [`shown`].
    pub fn shown(&self) -> Json {
        shown(&self.value)
    }

    /// Its identity as JSON, to be compared; null where it has none.
    pub fn shown_identity(&self) -> Json {
        self.identity.as_ref().map_or(Json::Null, shown)
    }

    /// Its value as it stands in a state file, for [`Host::upgrade`] or [`Host::move_state`].
    pub fn stored(&self) -> Json {
        to_json(&self.value).unwrap_or_default()
    }
}

/// What a refresh came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refreshed {
    /// `None` where the thing is gone.
    pub state: Option<State>,
    /// Why the provider could not read it yet.
    pub deferred: Option<DeferredReason>,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

impl Host {
    pub(in super::super) fn resource(&self, type_name: &str) -> Result<&Served, Error> {
        self.of_kind(Kind::Resource(type_name))
    }

    /// Reads what a resource is now (`ReadResource`).
    ///
    /// # Errors
    /// What the provider says, or breaks. The state is then what it was.
    pub async fn refresh(&self, state: &State) -> Result<Refreshed, Error> {
        let served = self.resource(&state.type_name)?;
        let mut findings = Findings::default();
        let (value, private, identity, deferred) = self.read(served, state, &mut findings).await?;
        let diagnostics = findings.into_result()?;
        let state = Some(State { value, private, identity, ..state.clone() }).filter(|state| !state.value.is_null());
        Ok(Refreshed { state, deferred, diagnostics })
    }

    async fn read(
        &self,
        served: &Served,
        state: &State,
        findings: &mut Findings,
    ) -> Result<(Value, Vec<u8>, Option<Value>, Option<DeferredReason>), Error> {
        let identity_type = served.identity.as_ref().map(|identity| &identity.ty);
        let request = proto::read_resource::Request {
            type_name: state.type_name.clone(),
            current_state: Some(sent(&state.value, &served.ty)?),
            private: state.private.clone().into(),
            provider_meta: self.sent_meta()?,
            client_capabilities: self.client(),
            current_identity: sent_identity(state.identity.as_ref(), identity_type)?,
        };
        let answer = self.service.read_resource(Request::new(request)).await;
        let answer = findings.answered("ReadResource", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        let value = findings.received(answer.new_state.as_ref(), &served.ty).unwrap_or(Value::Null);
        let deferred = findings.deferred(answer.deferred, self.terraform.deferral_allowed);
        let identity = findings.received_identity(answer.new_identity.as_ref(), identity_type);
        findings.check_identity_known(identity.as_ref());
        if !findings.has_errors() {
            if deferred.is_none() {
                findings.violations.extend(check_known(&value));
            }
            findings.violations.extend(check_write_only(served.schema.root(), &value));
        }
        Ok((value, answer.private.to_vec(), identity, deferred))
    }

    /// Makes a stored state, perhaps of an older schema, one of today's (`UpgradeResourceState`). Terraform does so
    /// with every state that it reads. `attributes` is as in a state file.
    ///
    /// # Errors
    /// What the provider says, or breaks; or that the state is of a newer schema.
    pub async fn upgrade(&self, type_name: &str, version: i64, attributes: &Json) -> Result<State, Error> {
        let served = self.resource(type_name)?;
        let current = served.schema.current_version();
        if version > current {
            let problem = format!("the state is of schema version {version}, and the provider's is {current}");
            return Err(Error::refused(&Path::ROOT, problem));
        }
        let mut attributes = attributes.clone();
        if version == current {
            // What the schema of the same version has lost, Terraform takes out by itself.
            without_strangers(&mut attributes, &served.ty);
        }
        let request = proto::upgrade_resource_state::Request {
            type_name: type_name.to_owned(),
            version,
            raw_state: Some(raw(&attributes)),
        };
        let mut findings = Findings::default();
        let answer = self.service.upgrade_resource_state(Request::new(request)).await;
        let answer = findings.answered("UpgradeResourceState", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        findings.check()?;
        let value = findings.received(answer.upgraded_state.as_ref(), &served.ty).unwrap_or(Value::Null);
        findings.violations.extend(check_known(&value));
        findings.violations.extend(check_write_only(served.schema.root(), &value));
        findings.into_result()?;
        Ok(self.state_of(type_name, served, value))
    }

    /// Makes a stored identity, perhaps of an older schema, one of today's (`UpgradeResourceIdentity`). Terraform does
    /// so only where the versions differ.
    ///
    /// # Errors
    /// What the provider says, or breaks; or that the resource has no identity, or an older one.
    pub async fn upgrade_identity(&self, type_name: &str, version: i64, identity: &Json) -> Result<Value, Error> {
        let served = self.resource(type_name)?;
        let Some(schema) = &served.identity else {
            return Err(Error::NotServed { kind: "identity of a resource", name: type_name.to_owned() });
        };
        if version > schema.version {
            let problem = format!("the identity is of version {version}, and the provider's is {}", schema.version);
            return Err(Error::refused(&Path::ROOT, problem));
        }
        let request = proto::upgrade_resource_identity::Request {
            type_name: type_name.to_owned(),
            version,
            raw_identity: Some(raw(identity)),
        };
        let mut findings = Findings::default();
        let answer = self.service.upgrade_resource_identity(Request::new(request)).await;
        let answer = findings.answered("UpgradeResourceIdentity", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        findings.check()?;
        let identity = findings.received_identity(answer.upgraded_identity.as_ref(), Some(&schema.ty));
        findings.check_identity_known(identity.as_ref());
        findings.into_result()?;
        Ok(identity.unwrap_or(Value::Null))
    }

    /// The configuration that would lead to a state (`GenerateResourceConfig`), as `terraform plan
    /// -generate-config-out` asks for it.
    ///
    /// # Errors
    /// What the provider says.
    pub async fn generate_config(&self, state: &State) -> Result<Value, Error> {
        let served = self.resource(&state.type_name)?;
        let request = proto::generate_resource_config::Request {
            type_name: state.type_name.clone(),
            state: Some(sent(&state.value, &served.ty)?),
        };
        let mut findings = Findings::default();
        let answer = self.service.generate_resource_config(Request::new(request)).await;
        let answer = findings.answered("GenerateResourceConfig", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        let config = findings.received(answer.config.as_ref(), &served.ty);
        findings.into_result()?;
        Ok(config.unwrap_or(Value::Null))
    }

    pub(super) fn state_of(&self, type_name: &str, served: &Served, value: Value) -> State {
        State {
            type_name: type_name.to_owned(),
            value,
            private: Vec::new(),
            identity: None,
            schema_version: served.schema.current_version(),
            identity_version: served.identity.as_ref().map_or(0, |identity| identity.version),
            is_tainted: false,
        }
    }
}

pub(super) fn raw(json: &Json) -> proto::RawState {
    proto::RawState { json: json.to_string().into_bytes().into(), ..Default::default() }
}

fn without_strangers(json: &mut Json, ty: &Type) {
    match (json, ty) {
        (Json::Array(all), Type::List(ty) | Type::Set(ty)) => all.iter_mut().for_each(|it| without_strangers(it, ty)),
        (Json::Object(all), Type::Map(ty)) => all.values_mut().for_each(|it| without_strangers(it, ty)),
        (Json::Object(all), Type::Object(types)) => {
            all.retain(|name, _| types.contains_key(name));
            for (name, it) in all {
                types.get(name).into_iter().for_each(|ty| without_strangers(it, ty));
            }
        }
        _ => {}
    }
}
