//! What takes a thing into the state that Terraform did not create: import, and the move of another type's state.

use serde_json::Value as Json;
use tonic::Request;

use super::{
    super::{Error, Findings, Host, call::sent_identity, config, schemas::Identity},
    state::{Refreshed, State, raw},
};
use crate::{
    proto::tfplugin6 as proto,
    rules::{Rule, Violation, check_known, check_write_only},
    value::{Path, Value},
};

/// By what a thing is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Importing {
    /// The `id` of an `import` block, or the argument of `terraform import`.
    Id(String),
    /// The `identity` of an `import` block. Since Terraform 1.12.
    Identity(Json),
}

impl From<&str> for Importing {
    fn from(id: &str) -> Self {
        Self::Id(id.to_owned())
    }
}

impl From<Json> for Importing {
    fn from(identity: Json) -> Self {
        Self::Identity(identity)
    }
}

/// The state that a `moved` block takes over from another type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoveFrom {
    /// The address of the provider that wrote it, such as `registry.terraform.io/hashicorp/null`.
    pub provider_address: String,
    /// The type that it has had.
    pub type_name: String,
    /// The version of that type's schema.
    pub schema_version: i64,
    /// Its attributes, as in a state file.
    pub attributes: Json,
    /// What that provider kept for itself.
    pub private: Vec<u8>,
    /// Its identity, as in a state file.
    pub identity: Option<Json>,
    /// The version of that identity's schema.
    pub identity_version: i64,
}

impl Host {
    /// Imports a thing: what the provider makes of the ID, and then its refresh (`ImportResourceState`,
    /// `ReadResource`).
    ///
    /// # Errors
    /// What the provider says, or breaks; or that there is no such thing.
    pub async fn import(&self, type_name: &str, by: impl Into<Importing>) -> Result<State, Error> {
        let imported = self.import_only(type_name, by.into()).await?;
        let refreshed: Refreshed = self.refresh(&imported).await?;
        if refreshed.deferred.is_some() {
            return Ok(refreshed.state.unwrap_or(imported));
        }
        let gone = || Error::refused(&Path::ROOT, "there is nothing to import: its refresh finds nothing");
        refreshed.state.ok_or_else(gone)
    }

    /// What the provider makes of an ID or an identity, without the refresh that completes it (`ImportResourceState`).
    ///
    /// # Errors
    /// What the provider says, or breaks.
    pub async fn import_only(&self, type_name: &str, by: Importing) -> Result<State, Error> {
        let served = self.resource(type_name)?;
        let identity_type = served.identity.as_ref().map(|identity| &identity.ty);
        let is_by_identity = matches!(by, Importing::Identity(_));
        let (id, identity) = match by {
            Importing::Id(id) => (id, None),
            Importing::Identity(json) => {
                let Some(schema) = &served.identity else {
                    return Err(Error::refused(&Path::ROOT, format!("{type_name} has no identity")));
                };
                (String::new(), Some(given_identity(schema, &json)?))
            }
        };
        let request = proto::import_resource_state::Request {
            type_name: type_name.to_owned(),
            id,
            client_capabilities: self.client(),
            identity: sent_identity(identity.as_ref(), identity_type)?,
        };
        let mut findings = Findings::default();
        let answer = self.service.import_resource_state(Request::new(request)).await;
        let answer = findings.answered("ImportResourceState", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        let deferred = findings.deferred(answer.deferred, self.terraform.deferral_allowed);
        findings.check()?;
        let [imported] = answer.imported_resources.as_slice() else {
            findings.violations.push(Violation::new(Rule::ImportsOneThing, &Path::ROOT));
            findings.into_result()?;
            return Ok(self.state_of(type_name, served, Value::Null));
        };
        if imported.type_name != type_name {
            findings.violations.push(Violation::new(Rule::ImportsOneThing, &Path::ROOT));
        }
        let value = findings.received(imported.state.as_ref(), &served.ty).unwrap_or(Value::Null);
        let identity = findings.received_identity(imported.identity.as_ref(), identity_type);
        findings.violations.extend(check_write_only(served.schema.root(), &value));
        if is_by_identity && identity.is_none() {
            findings.violations.push(Violation::new(Rule::ImportHasIdentity, &Path::ROOT));
        }
        if !is_by_identity && value.is_null() && deferred.is_none() {
            findings.violations.push(Violation::new(Rule::ImportsOneThing, &Path::ROOT));
        }
        findings.into_result()?;
        Ok(State { identity, private: imported.private.to_vec(), ..self.state_of(type_name, served, value) })
    }

    /// Takes over the state of a resource of another type, perhaps of another provider (`MoveResourceState`).
    ///
    /// # Errors
    /// What the provider says, or breaks.
    pub async fn move_state(&self, from: &MoveFrom, type_name: &str) -> Result<State, Error> {
        let served = self.resource(type_name)?;
        let identity_type = served.identity.as_ref().map(|identity| &identity.ty);
        let request = proto::move_resource_state::Request {
            source_provider_address: from.provider_address.clone(),
            source_type_name: from.type_name.clone(),
            source_schema_version: from.schema_version,
            source_state: Some(raw(&from.attributes)),
            target_type_name: type_name.to_owned(),
            source_private: from.private.clone().into(),
            source_identity: from.identity.as_ref().map(raw),
            source_identity_schema_version: from.identity_version,
        };
        let mut findings = Findings::default();
        let answer = self.service.move_resource_state(Request::new(request)).await;
        let answer = findings.answered("MoveResourceState", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        findings.check()?;
        let value = findings.received(answer.target_state.as_ref(), &served.ty).unwrap_or(Value::Null);
        let identity = findings.received_identity(answer.target_identity.as_ref(), identity_type);
        findings.check_identity_known(identity.as_ref());
        findings.violations.extend(check_write_only(served.schema.root(), &value));
        findings.violations.extend(check_known(&value));
        findings.into_result()?;
        Ok(State { identity, private: answer.target_private.to_vec(), ..self.state_of(type_name, served, value) })
    }
}

/// The identity of an `import` block: what the provider demands, and of the rest what is given.
fn given_identity(schema: &Identity, json: &Json) -> Result<Value, Error> {
    let mut json = json.clone();
    let crate::value::Type::Object(types) = &schema.ty else { return config::value(&schema.ty, &json) };
    if let Json::Object(given) = &mut json {
        let missing = schema.required.iter().find(|name| given.get(*name).is_none_or(Json::is_null));
        if let Some(missing) = missing {
            return Err(Error::refused(&Path::ROOT, format!("the identity attribute {missing:?} is required")));
        }
        for name in types.keys() {
            given.entry(name.clone()).or_insert(Json::Null);
        }
    }
    config::value(&schema.ty, &json)
}
