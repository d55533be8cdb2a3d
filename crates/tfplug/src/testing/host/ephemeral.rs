//! Ephemeral resources.

use std::{fmt, time::SystemTime};

use serde_json::Value as Json;
use tonic::Request;

use super::{
    Error, Findings, Host, Kind,
    call::sent,
    config::{self, shown},
};
use crate::{
    context::DeferredReason,
    diagnostic::Diagnostics,
    proto::tfplugin6 as proto,
    rules::{check_plan, propose_unknown},
    value::Value,
};

/// An ephemeral resource that was opened, and must be closed. Its `Debug` form leaves out what nothing is to keep: the
/// result, and what the provider needs for the renewals and the end.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenedEphemeral {
    /// Its type.
    pub type_name: String,
    /// What it hands out.
    pub result: Value,
    /// What the provider keeps for itself, for renewals and the end.
    pub private: Vec<u8>,
    /// When it wants to be renewed. A host never looks at a clock: call [`Host::renew`] when it is time.
    pub renew_at: Option<SystemTime>,
    /// Whether the provider was asked: it is not where the configuration has unknown values.
    pub is_open: bool,
    /// Why the provider could not open it yet.
    pub deferred: Option<DeferredReason>,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

impl OpenedEphemeral {
    /// What it hands out as JSON, to be compared; see [`shown`].
    pub fn shown(&self) -> Json {
        shown(&self.result)
    }
}

impl fmt::Debug for OpenedEphemeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { type_name, result: _, private: _, renew_at, is_open, deferred, diagnostics } = self;
        f.debug_struct("OpenedEphemeral")
            .field("type_name", type_name)
            .field("renew_at", renew_at)
            .field("is_open", is_open)
            .field("deferred", deferred)
            .field("diagnostics", diagnostics)
            .finish_non_exhaustive()
    }
}

impl Host {
    /// Opens an ephemeral resource (`ValidateEphemeralResourceConfig`, `OpenEphemeralResource`).
    ///
    /// # Errors
    /// What is wrong with the configuration, or what the provider says, or breaks.
    pub async fn open(&self, type_name: &str, config: &Json) -> Result<OpenedEphemeral, Error> {
        let kind = Kind::EphemeralResource(type_name);
        let served = self.of_kind(kind)?;
        let block = served.schema.root();
        let config = config::block(block, config)?;
        let mut findings = Findings::default();
        let mut opened = OpenedEphemeral {
            type_name: type_name.to_owned(),
            result: Value::Null,
            private: Vec::new(),
            renew_at: None,
            is_open: false,
            deferred: None,
            diagnostics: Diagnostics::NONE,
        };
        if !config.is_wholly_known() {
            opened.result = propose_unknown(block, &config);
            return Ok(opened);
        }
        self.validated(kind, served, &config, &mut findings).await?;
        findings.check()?;
        let request = proto::open_ephemeral_resource::Request {
            type_name: type_name.to_owned(),
            config: Some(sent(&config, &served.ty)?),
            client_capabilities: self.client(),
        };
        let answer = self.service.open_ephemeral_resource(Request::new(request)).await;
        let answer = findings.answered("OpenEphemeralResource", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        opened.deferred = findings.deferred(answer.deferred, self.terraform.deferral_allowed);
        findings.check()?;
        opened.result = findings.received(answer.result.as_ref(), &served.ty).unwrap_or(Value::Null);
        findings.check()?;
        if opened.deferred.is_none() {
            findings.violations.extend(check_plan(block, &Value::Null, &config, &opened.result));
            opened.is_open = true;
        }
        opened.private = answer.private.unwrap_or_default().to_vec();
        opened.renew_at = answer.renew_at.and_then(|at| SystemTime::try_from(at).ok());
        opened.diagnostics = findings.into_result()?;
        Ok(opened)
    }

    /// Renews an ephemeral resource, which changes when it wants to be renewed next (`RenewEphemeralResource`).
    ///
    /// # Errors
    /// What the provider says.
    pub async fn renew(&self, opened: &mut OpenedEphemeral) -> Result<Diagnostics, Error> {
        let request = proto::renew_ephemeral_resource::Request {
            type_name: opened.type_name.clone(),
            private: Some(opened.private.clone().into()),
        };
        let mut findings = Findings::default();
        let answer = self.service.renew_ephemeral_resource(Request::new(request)).await;
        let answer = findings.answered("RenewEphemeralResource", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        let warnings = findings.into_result()?;
        opened.private = answer.private.unwrap_or_default().to_vec();
        opened.renew_at = answer.renew_at.and_then(|at| SystemTime::try_from(at).ok());
        Ok(warnings)
    }

    /// Closes an ephemeral resource (`CloseEphemeralResource`).
    ///
    /// # Errors
    /// What the provider says.
    pub async fn close(&self, opened: OpenedEphemeral) -> Result<Diagnostics, Error> {
        let request = proto::close_ephemeral_resource::Request {
            type_name: opened.type_name,
            private: Some(opened.private.into()),
        };
        let mut findings = Findings::default();
        let answer = self.service.close_ephemeral_resource(Request::new(request)).await;
        let answer = findings.answered("CloseEphemeralResource", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        findings.into_result()
    }
}
