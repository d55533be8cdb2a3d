//! Applies: the final plan, the change, and what is stored of it, whatever went wrong.

use serde_json::Value as Json;
use tonic::Request;

use super::{
    super::{
        Error, Findings, Host,
        call::{sent, sent_identity},
        config,
    },
    plan::{Planned, PlannedAction},
    state::State,
};
use crate::{
    diagnostic::Diagnostics,
    proto::tfplugin6 as proto,
    rules::{Rule, Violation, check_known, check_object_compatible, check_write_only},
    value::{Path, Value},
};

/// What an apply came to. Terraform stores the state also where something went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct Applied {
    /// What is stored of the resource from now on; `None` where there is nothing.
    pub state: Option<State>,
    /// What a replacement by `create_before_destroy` could not remove any more.
    pub deposed: Option<State>,
    /// All that the provider told.
    pub diagnostics: Diagnostics,
    /// What went wrong.
    pub outcome: Result<(), Error>,
}

impl Applied {
    /// The state, where nothing went wrong; `None` after a destruction.
    ///
    /// # Errors
    /// What went wrong.
    pub fn into_result(self) -> Result<Option<State>, Error> {
        self.outcome.map(|()| self.state)
    }
}

/// One call of `ApplyResourceChange`.
struct Change<'v> {
    type_name: &'v str,
    /// What is changed or destroyed.
    before: Option<&'v State>,
    after: &'v Value,
    config: &'v Value,
    private: &'v [u8],
    identity: Option<&'v Value>,
}

/// What has been reached so far.
#[derive(Default)]
struct Reached {
    state: Option<State>,
    deposed: Option<State>,
    findings: Findings,
}

impl Reached {
    fn end(self) -> Applied {
        let Self { state, deposed, findings } = self;
        let diagnostics = findings.diagnostics.clone();
        Applied { state, deposed, diagnostics, outcome: findings.into_result().map(|_| ()) }
    }

    /// Ended by what is no answer of the provider's to the change itself.
    fn refused(self, error: Error) -> Applied {
        let mut diagnostics = self.findings.diagnostics;
        error.diagnostics().iter().for_each(|told| diagnostics.push(told.clone()));
        Applied { state: self.state, deposed: self.deposed, diagnostics, outcome: Err(error) }
    }
}

impl Host {
    /// Carries a plan out as Terraform does: it plans once more (see [`replan`](Self::replan)), applies, and stores
    /// what came of it (`PlanResourceChange`, `ApplyResourceChange`). What failed to be created is tainted.
    ///
    /// A plan whose configuration has unknown values cannot be applied so: see [`apply_with`](Self::apply_with).
    pub async fn apply(&self, planned: &Planned) -> Applied {
        self.carry_out(planned, planned.config.clone()).await
    }

    /// Carries a plan out with a configuration that is known by now.
    pub async fn apply_with(&self, planned: &Planned, config: &Json) -> Applied {
        let read = self.resource(&planned.type_name).and_then(|it| config::block(it.schema.root(), config));
        match read {
            Ok(config) => self.carry_out(planned, config).await,
            Err(error) => Reached { state: planned.prior.clone(), ..Default::default() }.refused(error),
        }
    }

    /// The destruction of a plan alone, be it all of it or the one half of a replacement: Terraform carries the halves
    /// out at two nodes of its graph, and others may come between.
    pub(in crate::testing) async fn apply_destruction(&self, planned: &Planned) -> Applied {
        let mut reached = Reached { state: planned.prior.clone(), ..Default::default() };
        match self.destroyed(planned, &mut reached).await {
            Ok(()) => reached.end(),
            Err(error) => reached.refused(error),
        }
    }

    /// The creation or the change of a plan alone, likewise.
    ///
    /// # Errors
    /// What is wrong with the configuration or the final plan: then nothing was applied.
    pub(in crate::testing) async fn apply_creation(&self, planned: &Planned, config: &Json) -> Result<Applied, Error> {
        let state = planned.prior.clone().filter(|_| planned.action == PlannedAction::Update);
        let mut reached = Reached { state, ..Default::default() };
        let config = config::block(self.resource(&planned.type_name)?.schema.root(), config)?;
        let last = self.final_plan(planned, config).await?;
        Ok(match self.made(planned, &last, &mut reached).await {
            Ok(()) => reached.end(),
            Err(error) => reached.refused(error),
        })
    }

    async fn carry_out(&self, planned: &Planned, config: Value) -> Applied {
        let mut reached = Reached { state: planned.prior.clone(), ..Default::default() };
        if planned.deferred.is_some() {
            return reached.refused(Error::refused(&Path::ROOT, "what is deferred is not applied"));
        }
        if let Some(violation) = check_known(&config).first() {
            let problem = "it is not known yet, and nothing unknown can be applied: give the configuration as it has \
                           become";
            return reached.refused(Error::refused(&violation.path, problem));
        }
        let result = match planned.action {
            PlannedAction::NoOp => Ok(()),
            PlannedAction::Delete => self.destroyed(planned, &mut reached).await,
            PlannedAction::Create | PlannedAction::Update => self.changed(planned, config, &mut reached).await,
            PlannedAction::DeleteThenCreate => match self.destroyed(planned, &mut reached).await {
                Ok(()) if !reached.findings.has_errors() => self.changed(planned, config, &mut reached).await,
                other => other,
            },
            PlannedAction::CreateThenDelete => self.created_first(planned, config, &mut reached).await,
        };
        match result {
            Ok(()) => reached.end(),
            Err(error) => reached.refused(error),
        }
    }

    async fn destroyed(&self, planned: &Planned, reached: &mut Reached) -> Result<(), Error> {
        let Some(prior) = &planned.prior else { return Ok(()) };
        // In a replacement the planned identity is that of what comes after.
        let identity = planned.identity.as_ref().filter(|_| planned.action == PlannedAction::Delete);
        let change = Change {
            type_name: &planned.type_name,
            before: Some(prior),
            after: &Value::Null,
            config: &Value::Null,
            private: &planned.private,
            identity,
        };
        reached.state = self.change(&change, Some(prior), &mut reached.findings).await?;
        Ok(())
    }

    async fn changed(&self, planned: &Planned, config: Value, reached: &mut Reached) -> Result<(), Error> {
        let last = self.final_plan(planned, config).await?;
        self.made(planned, &last, reached).await
    }

    async fn made(&self, planned: &Planned, last: &Planned, reached: &mut Reached) -> Result<(), Error> {
        reached.findings.diagnostics.append(last.diagnostics.clone());
        if last.action == PlannedAction::NoOp {
            return Ok(());
        }
        let before = planned.prior.as_ref().filter(|_| planned.action == PlannedAction::Update);
        let change = Change {
            type_name: &planned.type_name,
            before,
            after: &last.planned,
            config: &last.config,
            private: &last.private,
            identity: last.identity.as_ref(),
        };
        reached.state = self.change(&change, before, &mut reached.findings).await?;
        // What its creation left half done is not to be relied on.
        if reached.findings.has_errors()
            && before.is_none()
            && let Some(state) = &mut reached.state
        {
            state.is_tainted = true;
        }
        Ok(())
    }

    async fn created_first(&self, planned: &Planned, config: Value, reached: &mut Reached) -> Result<(), Error> {
        reached.deposed = reached.state.take();
        let created = self.changed(planned, config, reached).await;
        if created.is_err() || reached.findings.has_errors() {
            // With nothing in its place, it is the resource again.
            if reached.state.is_none() {
                reached.state = reached.deposed.take();
            }
            return created;
        }
        let Some(deposed) = reached.deposed.clone() else { return Ok(()) };
        let destruction = self.plan_destroy(&deposed).await?;
        let change = Change {
            type_name: &planned.type_name,
            before: Some(&deposed),
            after: &Value::Null,
            config: &Value::Null,
            private: &destruction.private,
            identity: destruction.identity.as_ref(),
        };
        reached.deposed = self.change(&change, Some(&deposed), &mut reached.findings).await?;
        Ok(())
    }

    /// What is stored after one call. `kept` is what stays where the answer is nothing, beside an error.
    async fn change(
        &self,
        change: &Change<'_>,
        kept: Option<&State>,
        findings: &mut Findings,
    ) -> Result<Option<State>, Error> {
        let served = self.resource(change.type_name)?;
        let identity_type = served.identity.as_ref().map(|identity| &identity.ty);
        let before = change.before.map_or(&Value::Null, |state| &state.value);
        let request = proto::apply_resource_change::Request {
            type_name: change.type_name.to_owned(),
            prior_state: Some(sent(before, &served.ty)?),
            planned_state: Some(sent(change.after, &served.ty)?),
            config: Some(sent(change.config, &served.ty)?),
            planned_private: change.private.to_vec().into(),
            provider_meta: self.sent_meta()?,
            planned_identity: sent_identity(change.identity, identity_type)?,
        };
        let answer = self.service.apply_resource_change(Request::new(request)).await;
        let answered = findings.answered("ApplyResourceChange", answer);
        let is_answered = answered.is_some();
        let answer = answered.unwrap_or_default();
        findings.tell(&answer.diagnostics);
        let received = if is_answered { findings.received(answer.new_state.as_ref(), &served.ty) } else { None };
        // Where nothing can be read, what was there is taken to be there still.
        let lost = || if change.after.is_null() { Value::Null } else { before.clone() };
        let mut value = received.unwrap_or_else(lost);
        let identity = findings.received_identity(answer.new_identity.as_ref(), identity_type);
        findings.check_identity_known(identity.as_ref());

        let block = served.schema.root();
        let written = check_write_only(block, &value);
        if !written.is_empty() {
            findings.violations.extend(written);
            return Ok(kept.cloned());
        }
        let unknown = check_known(&value);
        if !unknown.is_empty() {
            findings.violations.extend(unknown);
            forget_unknown(&mut value);
        }
        if !change.after.is_null() && !findings.has_errors() {
            findings.violations.extend(check_object_compatible(block, change.after, &value));
        }
        if !findings.has_errors() && change.after.is_null() != value.is_null() {
            let rule = if value.is_null() { Rule::SomethingAfterApply } else { Rule::NothingAfterDestroy };
            findings.violations.push(Violation::new(rule, &Path::ROOT));
        }
        if value.is_null() {
            return Ok(kept.filter(|_| findings.has_errors()).cloned());
        }
        let is_tainted = findings.has_errors() && kept.is_some_and(|kept| kept.is_tainted);
        let private = answer.private.to_vec();
        Ok(Some(State { private, identity, is_tainted, ..self.state_of(change.type_name, served, value) }))
    }
}

/// Null in the place of what is unknown, as Terraform stores it beside the error.
fn forget_unknown(value: &mut Value) {
    match value {
        Value::Unknown(_) => *value = Value::Null,
        Value::List(elements) | Value::Tuple(elements) => elements.iter_mut().for_each(forget_unknown),
        Value::Set(elements) => {
            let mut elements = std::mem::take(elements);
            elements.iter_mut().for_each(forget_unknown);
            *value = Value::set(elements);
        }
        Value::Map(elements) | Value::Object(elements) => elements.values_mut().for_each(forget_unknown),
        Value::Dynamic(typed) => forget_unknown(&mut typed.1),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
