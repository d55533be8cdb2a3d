//! Data sources.

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
    rules::{Rule, Violation, check_known, propose_unknown},
    value::{Path, Value},
};

/// What a data source found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Data {
    /// What is configured and what was read; unknown where it could not be read yet.
    pub value: Value,
    /// Whether the provider was asked: it is not where the configuration has unknown values.
    pub is_read: bool,
    /// Why the provider could not read it yet.
    pub deferred: Option<DeferredReason>,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

impl Data {
    /// Its value as JSON, to be compared; see [`shown`].
    pub fn shown(&self) -> Json {
        shown(&self.value)
    }
}

impl Host {
    /// Reads a data source (`ValidateDataResourceConfig`, `ReadDataSource`).
    ///
    /// # Errors
    /// What is wrong with the configuration, or what the provider says, or breaks.
    pub async fn read_data(&self, type_name: &str, config: &Json) -> Result<Data, Error> {
        let kind = Kind::DataSource(type_name);
        let served = self.of_kind(kind)?;
        let block = served.schema.root();
        let config = config::block(block, config)?;
        let mut findings = Findings::default();
        self.validated(kind, served, &config, &mut findings).await?;
        findings.check()?;
        if !config.is_wholly_known() {
            let (value, diagnostics) = (propose_unknown(block, &config), findings.into_result()?);
            return Ok(Data { value, is_read: false, deferred: None, diagnostics });
        }
        let request = proto::read_data_source::Request {
            type_name: type_name.to_owned(),
            config: Some(sent(&config, &served.ty)?),
            provider_meta: self.sent_meta()?,
            client_capabilities: self.client(),
        };
        let answer = self.service.read_data_source(Request::new(request)).await;
        let answer = findings.answered("ReadDataSource", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        let deferred = findings.deferred(answer.deferred, self.terraform.deferral_allowed);
        findings.check()?;
        let value = findings.received(answer.state.as_ref(), &served.ty).unwrap_or(Value::Null);
        if deferred.is_none() {
            if value.is_null() {
                findings.violations.push(Violation::new(Rule::SomethingAfterApply, &Path::ROOT));
            }
            findings.violations.extend(check_known(&value));
        }
        Ok(Data { value, is_read: true, deferred, diagnostics: findings.into_result()? })
    }
}
