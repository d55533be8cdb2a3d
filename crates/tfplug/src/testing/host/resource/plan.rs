//! Plans: one call, or two where the resource is replaced.

use serde_json::Value as Json;
use tonic::Request;

use super::{
    super::{
        Error, Findings, Host, Kind,
        call::{path, sent, sent_identity},
        config::{self, shown},
        schemas::Served,
    },
    state::State,
};
use crate::{
    context::DeferredReason,
    diagnostic::Diagnostics,
    proto::tfplugin6 as proto,
    rules::{Rule, Violation, check_object_compatible, check_plan, check_write_only, propose},
    schema::{Block, Nesting},
    value::{Path, Value},
};

/// What Terraform is going to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PlannedAction {
    /// Nothing.
    NoOp,
    /// A creation.
    Create,
    /// A change in place.
    Update,
    /// A replacement in Terraform's usual order.
    DeleteThenCreate,
    /// A replacement as `create_before_destroy` has it.
    CreateThenDelete,
    /// A destruction.
    Delete,
}

impl PlannedAction {
    /// Whether the resource is replaced.
    pub fn is_replacement(self) -> bool {
        matches!(self, Self::DeleteThenCreate | Self::CreateThenDelete)
    }
}

/// What a configuration says beside a resource's arguments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// `create_before_destroy` of the `lifecycle` block.
    pub create_before_destroy: bool,
    /// `terraform plan -replace`.
    pub replace: bool,
}

/// A plan for one resource, which [`Host::apply`] carries out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Planned {
    /// The resource's type.
    pub type_name: String,
    /// What is going to happen.
    pub action: PlannedAction,
    /// The configuration; null in a destruction.
    pub config: Value,
    /// What there is.
    pub prior: Option<State>,
    /// What Terraform proposed; in a replacement, for what is created.
    pub proposed: Value,
    /// What the provider plans; null in a destruction.
    pub planned: Value,
    /// What requires the replacement.
    pub requires_replace: Vec<Path>,
    /// What the provider keeps for itself until the apply.
    pub private: Vec<u8>,
    /// The identity as far as it is known.
    pub identity: Option<Value>,
    /// Why the provider could not plan yet.
    pub deferred: Option<DeferredReason>,
    /// Warnings.
    pub diagnostics: Diagnostics,
    /// What it was planned with.
    pub options: PlanOptions,
}

impl Planned {
    /// The planned value as JSON, to be compared; see [`shown`].
    pub fn shown(&self) -> Json {
        shown(&self.planned)
    }
}

/// A call of `PlanResourceChange`.
struct Asked<'v> {
    config: &'v Value,
    prior: &'v Value,
    proposed: &'v Value,
    private: &'v [u8],
    identity: Option<&'v Value>,
    planned_private: &'v [u8],
}

/// Its answer.
struct Answered {
    planned: Value,
    private: Vec<u8>,
    identity: Option<Value>,
    deferred: Option<DeferredReason>,
    requires_replace: Vec<Path>,
}

impl Host {
    /// Plans what a configuration makes of a resource, or of nothing (`ValidateResourceConfig`, and
    /// `PlanResourceChange` once, or twice where the resource is replaced).
    ///
    /// # Errors
    /// What is wrong with the configuration, or what the provider says, or breaks.
    pub async fn plan(&self, type_name: &str, prior: Option<&State>, config: &Json) -> Result<Planned, Error> {
        self.plan_with(type_name, prior, config, PlanOptions::default()).await
    }

    /// Plans with more than a configuration.
    ///
    /// # Errors
    /// As [`plan`](Self::plan).
    pub async fn plan_with(
        &self,
        type_name: &str,
        prior: Option<&State>,
        config: &Json,
        options: PlanOptions,
    ) -> Result<Planned, Error> {
        let config = config::block(self.resource(type_name)?.schema.root(), config)?;
        self.planned(type_name, prior, config, options, None).await
    }

    /// Plans the destruction of a resource.
    ///
    /// # Errors
    /// What the provider says, or breaks.
    pub async fn plan_destroy(&self, state: &State) -> Result<Planned, Error> {
        let served = self.resource(&state.type_name)?;
        let mut findings = Findings::default();
        let asked = Asked {
            config: &Value::Null,
            prior: &state.value,
            proposed: &Value::Null,
            private: &state.private,
            identity: state.identity.as_ref(),
            planned_private: &[],
        };
        // A provider that says that it has nothing to add is not asked.
        let answer = if self.schemas.plans_destroy {
            self.ask(&state.type_name, served, &asked, &mut findings).await?
        } else {
            Answered {
                planned: Value::Null,
                private: state.private.clone(),
                identity: state.identity.clone(),
                deferred: None,
                requires_replace: Vec::new(),
            }
        };
        findings.check_identity_known(answer.identity.as_ref());
        findings.check()?;
        if !answer.planned.is_null() && answer.deferred.is_none() {
            findings.violations.push(Violation::new(Rule::DestroyPlansNothing, &Path::ROOT));
        }
        Ok(Planned {
            type_name: state.type_name.clone(),
            action: PlannedAction::Delete,
            config: Value::Null,
            prior: Some(state.clone()),
            proposed: Value::Null,
            planned: Value::Null,
            requires_replace: Vec::new(),
            private: answer.private,
            identity: answer.identity,
            deferred: answer.deferred,
            diagnostics: findings.into_result()?,
            options: PlanOptions::default(),
        })
    }

    /// Plans again, as Terraform does in the apply, once more of the configuration is known; what was planned must come
    /// out. [`apply`](Self::apply) does this by itself.
    ///
    /// # Errors
    /// As [`plan`](Self::plan), and where the final plan does not fit the first.
    pub async fn replan(&self, planned: &Planned, config: &Json) -> Result<Planned, Error> {
        let config = config::block(self.resource(&planned.type_name)?.schema.root(), config)?;
        self.final_plan(planned, config).await
    }

    pub(super) async fn final_plan(&self, planned: &Planned, config: Value) -> Result<Planned, Error> {
        if matches!(planned.action, PlannedAction::NoOp | PlannedAction::Delete) {
            return Ok(planned.clone());
        }
        let served = self.resource(&planned.type_name)?;
        // What is replaced is out of the way by then.
        let prior = planned.prior.as_ref().filter(|_| !planned.action.is_replacement());
        let options = planned.options;
        let mut last = self.planned(&planned.type_name, prior, config, options, Some(planned)).await?;
        let mut findings = Findings::default();
        if last.deferred.is_some() {
            findings.violations.push(Violation::new(Rule::DeferralIsAllowed, &Path::ROOT));
            findings.check()?;
        }
        if planned.action.is_replacement() && last.action == PlannedAction::Create {
            last.action = planned.action;
            last.prior.clone_from(&planned.prior);
        }
        let has_become_nothing = planned.action == PlannedAction::Update && last.action == PlannedAction::NoOp;
        if last.action != planned.action && !has_become_nothing {
            findings.violations.push(Violation::new(Rule::SameAction, &Path::ROOT));
        }
        let block = served.schema.root();
        findings.violations.extend(check_object_compatible(block, &planned.planned, &last.planned));
        findings.check()?;
        Ok(last)
    }

    async fn planned(
        &self,
        type_name: &str,
        state: Option<&State>,
        config: Value,
        options: PlanOptions,
        earlier: Option<&Planned>,
    ) -> Result<Planned, Error> {
        let served = self.resource(type_name)?;
        let block = served.schema.root();
        let mut findings = Findings::default();
        self.validated(Kind::Resource(type_name), served, &config, &mut findings).await?;
        findings.check()?;

        // What is tainted is planned as if it were not there.
        let sound = state.filter(|state| !state.is_tainted);
        let prior = sound.map_or(Value::Null, |state| state.value.clone());
        let mut config = config;
        prepare_computed_blocks(block, &mut config);
        let mut proposed = propose(block, &prior, &config);
        let asked = Asked {
            config: &config,
            prior: &prior,
            proposed: &proposed,
            private: sound.map_or(&[][..], |state| &state.private),
            identity: sound.and_then(|state| state.identity.as_ref()),
            planned_private: earlier.map_or(&[][..], |earlier| &earlier.private),
        };
        let mut answer = self.ask(type_name, served, &asked, &mut findings).await?;
        findings.check()?;
        if answer.deferred.is_none() {
            findings.violations.extend(check_write_only(block, &answer.planned));
            findings.check()?;
            findings.violations.extend(check_plan(block, &prior, &config, &answer.planned));
            findings.check()?;
        }
        let requires_replace =
            required_replacements(block, &prior, &answer.planned, &answer.requires_replace, &mut findings);
        findings.check()?;
        let mut action = action(&prior, &answer.planned, options, !requires_replace.is_empty());
        if !action.is_replacement() && action != PlannedAction::Create {
            findings.check_identity_known(answer.identity.as_ref());
        }
        findings.check()?;

        if action.is_replacement() {
            // Once more, for what is created in its place.
            proposed = propose(block, &Value::Null, &config);
            let asked = Asked {
                config: &config,
                prior: &Value::Null,
                proposed: &proposed,
                private: &answer.private,
                identity: answer.identity.as_ref(),
                planned_private: &[],
            };
            let deferred = answer.deferred;
            let told = findings.diagnostics.clone();
            answer = self.ask(type_name, served, &asked, &mut findings).await?;
            answer.deferred = deferred.or(answer.deferred);
            findings.check()?;
            // What it warns of, it has most likely warned of before: Terraform shows that alone.
            findings.diagnostics = told;
            findings.violations.extend(check_write_only(block, &answer.planned));
            findings.check()?;
        }
        if action == PlannedAction::Create && state.is_some_and(|state| state.is_tainted) {
            action = replacement(options);
        }
        Ok(Planned {
            type_name: type_name.to_owned(),
            action,
            config,
            prior: state.cloned(),
            proposed,
            planned: answer.planned,
            requires_replace,
            private: answer.private,
            identity: answer.identity,
            deferred: answer.deferred,
            diagnostics: findings.into_result()?,
            options,
        })
    }

    async fn ask(
        &self,
        type_name: &str,
        served: &Served,
        asked: &Asked<'_>,
        findings: &mut Findings,
    ) -> Result<Answered, Error> {
        let identity_type = served.identity.as_ref().map(|identity| &identity.ty);
        let stored = if self.terraform.planned_private_stored { asked.planned_private } else { &[] };
        let request = proto::plan_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: Some(sent(asked.prior, &served.ty)?),
            proposed_new_state: Some(sent(asked.proposed, &served.ty)?),
            config: Some(sent(asked.config, &served.ty)?),
            prior_private: asked.private.to_vec().into(),
            provider_meta: self.sent_meta()?,
            client_capabilities: self.client(),
            prior_identity: sent_identity(asked.identity, identity_type)?,
            planned_private: stored.to_vec().into(),
        };
        let answer = self.service.plan_resource_change(Request::new(request)).await;
        let answer = findings.answered("PlanResourceChange", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        let deferred = findings.deferred(answer.deferred, self.terraform.deferral_allowed);
        // Beside an error nothing that is planned counts.
        if findings.diagnostics.has_errors() {
            findings.check()?;
        }
        Ok(Answered {
            planned: findings.received(answer.planned_state.as_ref(), &served.ty).unwrap_or(Value::Null),
            private: answer.planned_private.to_vec(),
            identity: findings.received_identity(answer.planned_identity.as_ref(), identity_type),
            deferred,
            requires_replace: answer.requires_replace.iter().map(path).collect(),
        })
    }
}

fn replacement(options: PlanOptions) -> PlannedAction {
    if options.create_before_destroy { PlannedAction::CreateThenDelete } else { PlannedAction::DeleteThenCreate }
}

fn action(prior: &Value, planned: &Value, options: PlanOptions, replaces: bool) -> PlannedAction {
    if prior.is_null() {
        PlannedAction::Create
    } else if options.replace || replaces {
        replacement(options)
    } else if planned == prior && planned.is_wholly_known() {
        PlannedAction::NoOp
    } else {
        PlannedAction::Update
    }
}

/// Of the paths that the provider names, those where something changes. What is write-only has no value that could.
fn required_replacements(
    block: &Block,
    prior: &Value,
    planned: &Value,
    named: &[Path],
    findings: &mut Findings,
) -> Vec<Path> {
    let mut replaces: Vec<Path> = Vec::new();
    for path in named.iter().filter(|_| !prior.is_null()) {
        let (before, after) = (prior.at(path), planned.at(path));
        if before.is_none() && after.is_none() {
            findings.violations.push(Violation::new(Rule::WhatReplacesExists, path));
            continue;
        }
        let (before, after) = (before.unwrap_or(&Value::Null), after.unwrap_or(&Value::Null));
        let is_changed = before != after || !after.is_wholly_known() || is_write_only(block, path);
        if is_changed && !replaces.contains(path) {
            replaces.push(path.clone());
        }
    }
    replaces
}

fn is_write_only(block: &Block, path: &Path) -> bool {
    use crate::{schema::Shape, value::Step};
    let mut names = path.steps().iter().filter_map(|step| match step {
        Step::Attribute(name) => Some(name),
        Step::Key(_) | Step::Index(_) => None,
    });
    let mut block = block;
    while let Some(name) = names.next() {
        if let Some(nested) = block.blocks.get(name) {
            block = &nested.block;
            continue;
        }
        let Some(mut attribute) = block.attributes.get(name) else { return false };
        for name in names {
            let Shape::Nested(_, inner) = &attribute.shape else { return false };
            let Some(next) = inner.get(name) else { return false };
            attribute = next;
        }
        return attribute.write_only;
    }
    false
}

/// Blocks that the provider may compute are null where none are written, so that it can tell.
fn prepare_computed_blocks(block: &Block, config: &mut Value) {
    let Value::Object(values) = config else { return };
    for (name, nested) in &block.blocks {
        let Some(value) = values.get_mut(name) else { continue };
        match &mut *value {
            Value::Object(_) => prepare_computed_blocks(&nested.block, value),
            Value::List(all) => all.iter_mut().for_each(|it| prepare_computed_blocks(&nested.block, it)),
            Value::Map(all) => all.values_mut().for_each(|it| prepare_computed_blocks(&nested.block, it)),
            Value::Set(all) => {
                let mut all = std::mem::take(all);
                all.iter_mut().for_each(|it| prepare_computed_blocks(&nested.block, it));
                *value = Value::set(all);
            }
            _ => {}
        }
        let is_empty = match &*value {
            Value::List(all) | Value::Set(all) => all.is_empty(),
            Value::Map(all) => all.is_empty(),
            _ => false,
        };
        if nested.computed && nested.nesting != Nesting::Single && is_empty {
            *value = Value::Null;
        }
    }
}
