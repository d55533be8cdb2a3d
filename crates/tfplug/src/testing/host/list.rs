//! List resources.

use futures_util::StreamExt as _;
use serde_json::Value as Json;
use tonic::Request;

use super::{Error, Findings, Host, Kind, call::sent, config};
use crate::{
    diagnostic::Diagnostics,
    proto::tfplugin6 as proto,
    rules::{Rule, Violation},
    value::{Path, Value},
};

/// What a `list` block says beside its `config`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListOptions {
    /// Whether the things themselves are asked for, and not only their identities.
    pub include_resource: bool,
    /// How many are wanted at most.
    pub limit: i64,
}

impl Default for ListOptions {
    /// As Terraform has it where nothing is written.
    fn default() -> Self {
        Self { include_resource: false, limit: 100 }
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// What identifies it.
    pub identity: Value,
    /// What a person calls it.
    pub display_name: String,
    /// The thing itself, where it was asked for and the provider gave it.
    pub resource: Option<Value>,
}

/// What a list resource found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listed {
    /// In the order in which they came.
    pub found: Vec<Found>,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

impl Host {
    /// Lists what exists (`ValidateListResourceConfig`, `ListResource`).
    ///
    /// # Errors
    /// What is wrong with the configuration, or what the provider says, or breaks.
    pub async fn list(&self, type_name: &str, config: &Json, options: ListOptions) -> Result<Listed, Error> {
        let kind = Kind::ListResource(type_name);
        let served = self.of_kind(kind)?;
        let resource = self.resource(type_name)?;
        let Some(identity) = &resource.identity else {
            return Err(Error::NotServed { kind: "identity of a resource", name: type_name.to_owned() });
        };
        let config = config::block(served.schema.root(), config)?;
        let mut findings = Findings::default();
        self.validated(kind, served, &config, &mut findings).await?;
        findings.check()?;
        let request = proto::list_resource::Request {
            type_name: type_name.to_owned(),
            config: Some(sent(&config, &served.ty)?),
            include_resource_object: options.include_resource,
            limit: options.limit,
        };
        let answer = self.service.list_resource(Request::new(request)).await;
        let mut found = Vec::new();
        let Some(mut events) = findings.answered("ListResource", answer) else {
            return Err(findings.into_result().err().unwrap_or_else(|| Error::Program("no answer".to_owned())));
        };
        // What comes after the limit is not read any more.
        while i64::try_from(found.len()).is_ok_and(|count| count < options.limit) {
            let Some(event) = events.next().await else { break };
            let Some(event) = findings.answered("ListResource", event.map(tonic::Response::new)) else { break };
            findings.tell(&event.diagnostic);
            findings.check()?;
            let identified = event.identity.as_ref().is_some_and(|identity| identity.identity_data.is_some());
            if !identified && !findings.diagnostics.is_empty() {
                continue;
            }
            if !identified {
                findings.violations.push(Violation::new(Rule::ListedHasIdentity, &Path::ROOT));
            }
            let identity = findings.received_identity(event.identity.as_ref(), Some(&identity.ty));
            let object = event.resource_object.as_ref().filter(|_| options.include_resource);
            let object = object.and_then(|object| findings.received(Some(object), &resource.ty));
            findings.check()?;
            let identity = identity.unwrap_or(Value::Null);
            found.push(Found { identity, display_name: event.display_name, resource: object });
        }
        Ok(Listed { found, diagnostics: findings.into_result()? })
    }
}
