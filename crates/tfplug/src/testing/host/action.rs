//! Actions.

use futures_util::StreamExt as _;
use serde_json::Value as Json;
use tonic::Request;

use super::{Error, Findings, Host, Kind, call::sent, config};
use crate::{
    context::DeferredReason,
    diagnostic::Diagnostics,
    proto::tfplugin6::{self as proto, invoke_action::event},
    rules::check_known,
    value::Value,
};

/// An action that was planned, which [`Host::invoke_action`] carries out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedInvocation {
    /// Its type.
    pub type_name: String,
    /// Its configuration.
    pub config: Value,
    /// Why the provider could not plan it yet.
    pub deferred: Option<DeferredReason>,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

/// What an action came to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Invoked {
    /// What it told on its way.
    pub progress: Vec<String>,
    /// Warnings.
    pub diagnostics: Diagnostics,
}

impl Host {
    /// Plans an action (`ValidateActionConfig`, `PlanAction`).
    ///
    /// # Errors
    /// What is wrong with the configuration, or what the provider says.
    pub async fn plan_action(&self, type_name: &str, config: &Json) -> Result<PlannedInvocation, Error> {
        let kind = Kind::Action(type_name);
        let served = self.of_kind(kind)?;
        let config = config::block(served.schema.root(), config)?;
        let mut findings = Findings::default();
        self.validated(kind, served, &config, &mut findings).await?;
        findings.check()?;
        let request = proto::plan_action::Request {
            action_type: type_name.to_owned(),
            config: Some(sent(&config, &served.ty)?),
            client_capabilities: self.client(),
        };
        let answer = self.service.plan_action(Request::new(request)).await;
        let answer = findings.answered("PlanAction", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        let deferred = findings.deferred(answer.deferred, self.terraform.deferral_allowed);
        let diagnostics = findings.into_result()?;
        Ok(PlannedInvocation { type_name: type_name.to_owned(), config, deferred, diagnostics })
    }

    /// Carries an action out (`InvokeAction`), and tells of its progress as it comes.
    ///
    /// # Errors
    /// What the provider says; or that something in the configuration is still unknown.
    pub async fn invoke_action(
        &self,
        planned: &PlannedInvocation,
        mut told: impl FnMut(&str) + Send,
    ) -> Result<Invoked, Error> {
        let served = self.of_kind(Kind::Action(&planned.type_name))?;
        if let Some(violation) = check_known(&planned.config).first() {
            return Err(Error::refused(&violation.path, "it is not known yet"));
        }
        let request = proto::invoke_action::Request {
            action_type: planned.type_name.clone(),
            config: Some(sent(&planned.config, &served.ty)?),
            client_capabilities: self.client(),
        };
        let mut findings = Findings::default();
        let mut progress = Vec::new();
        let answer = self.service.invoke_action(Request::new(request)).await;
        let Some(mut events) = findings.answered("InvokeAction", answer) else {
            return Ok(Invoked { progress, diagnostics: findings.into_result()? });
        };
        while let Some(event) = events.next().await {
            let Some(event) = findings.answered("InvokeAction", event.map(tonic::Response::new)) else { break };
            match event.r#type {
                Some(event::Type::Progress(it)) => {
                    told(&it.message);
                    progress.push(it.message);
                }
                Some(event::Type::Completed(it)) => findings.tell(&it.diagnostics),
                None => {}
            }
        }
        Ok(Invoked { progress, diagnostics: findings.into_result()? })
    }
}
