//! Terraform's own rules for plans and results, so that a resource that breaks one fails in its tests and not in
//! somebody's pipeline. Checked in debug builds only: Terraform checks them again.

use std::collections::BTreeMap;

use crate::{
    diagnostic::{Diagnostic, Result},
    schema::{Attribute, Block, Nesting, Shape, pairing::Content},
    value::{Path, Step, Value},
};

/// A rule that was broken, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Breach {
    path: Path,
    problem: &'static str,
}

impl Breach {
    pub(super) fn into_plan_diagnostic(self) -> Diagnostic {
        self.into_diagnostic("Provider produced invalid plan")
    }

    pub(super) fn into_read_diagnostic(self) -> Diagnostic {
        self.into_diagnostic("Provider produced invalid object")
    }

    pub(super) fn into_apply_diagnostic(self) -> Diagnostic {
        self.into_diagnostic("Provider produced inconsistent result after apply")
    }

    fn into_diagnostic(self, summary: &str) -> Diagnostic {
        let detail = format!("{}: {}. This is a bug in the provider.", self.path, self.problem);
        Diagnostic::error(summary, detail).at(self.path)
    }
}

/// What is configured must be planned as it is configured, or stay as it was; only what the provider computes is free.
pub(super) fn check_plan(block: &Block, planned: &Value, config: &Value, prior: Option<&Value>) -> Vec<Breach> {
    let mut check = Check { path: Path::ROOT, breaches: Vec::new() };
    check.block(block, planned, config, prior);
    check.breaches
}

/// What was known in the plan must have come true.
pub(super) fn check_apply(planned: &Value, state: &Value) -> Vec<Breach> {
    let mut check = Check { path: Path::ROOT, breaches: Vec::new() };
    check.conforms(planned, state);
    check.breaches
}

/// What is read must be known.
pub(super) fn check_read(state: &Value) -> Vec<Breach> {
    let mut check = Check { path: Path::ROOT, breaches: Vec::new() };
    check.conforms(&Value::UNKNOWN, state);
    if check.breaches.is_empty() && !state.is_wholly_known() {
        check.breach("the value is unknown after reading");
    }
    check.breaches
}

/// A resource stays the one that it is. What no identity said before may come to be known.
///
/// # Errors
/// The breach as a diagnostic.
pub(super) fn check_identity(stored: &Value, identity: &Value) -> Result<()> {
    let Value::Object(attributes) = stored else { return Ok(()) };
    let changed = attributes.iter().find(|(name, value)| !value.is_null() && identity.attribute(name) != *value);
    let Some((name, _)) = changed else { return Ok(()) };
    let detail = format!("{name}: the identity is not the one that is stored. This is a bug in the provider.");
    Err(Diagnostic::error("Provider changed the identity of a resource", detail).into())
}

struct Check {
    path: Path,
    breaches: Vec<Breach>,
}

impl Check {
    fn breach(&mut self, problem: &'static str) {
        self.breaches.push(Breach { path: self.path.clone(), problem });
    }

    fn inside(&mut self, step: Step, check: impl FnOnce(&mut Self)) {
        self.path.push(step);
        check(self);
        self.path.pop();
    }

    fn content(&mut self, content: Content<'_>, planned: &Value, config: &Value, prior: Option<&Value>) {
        match content {
            Content::Attributes(attributes) => self.attributes(attributes, planned, config, prior),
            Content::Block(block) => self.block(block, planned, config, prior),
        }
    }

    fn attributes(
        &mut self,
        attributes: &BTreeMap<String, Attribute>,
        planned: &Value,
        config: &Value,
        prior: Option<&Value>,
    ) {
        for (name, attribute) in attributes {
            self.inside(Step::Attribute(name.clone()), |check| {
                let prior = prior.map(|prior| prior.attribute(name));
                check.attribute(attribute, planned.attribute(name), config.attribute(name), prior);
            });
        }
    }

    fn block(&mut self, block: &Block, planned: &Value, config: &Value, prior: Option<&Value>) {
        self.attributes(&block.attributes, planned, config, prior);
        for (name, nested) in &block.blocks {
            let prior = prior.map(|prior| prior.attribute(name));
            self.inside(Step::Attribute(name.clone()), |check| {
                check.elements(
                    nested.nesting,
                    Content::Block(&nested.block),
                    planned.attribute(name),
                    config.attribute(name),
                    prior,
                );
            });
        }
    }

    fn attribute(&mut self, attribute: &Attribute, planned: &Value, config: &Value, prior: Option<&Value>) {
        if attribute.write_only {
            if !planned.is_null() {
                self.breach("a write-only value must not be planned");
            }
            return;
        }
        if config.is_null() {
            if !attribute.computed && !planned.is_null() {
                self.breach("planned a value for something that is neither configured nor computed");
            }
            return;
        }
        if planned == config || prior.is_some_and(|prior| prior == planned) {
            return;
        }
        match &attribute.shape {
            Shape::Nested(nesting, attributes) if !config.is_unknown() && !planned.is_null() => {
                self.elements(*nesting, Content::Attributes(attributes), planned, config, prior);
            }
            _ if config.is_unknown() && attribute.computed => {}
            _ => self.breach("planned value must match the configuration or the prior value"),
        }
    }

    fn elements(
        &mut self,
        nesting: Nesting,
        content: Content<'_>,
        planned: &Value,
        config: &Value,
        prior: Option<&Value>,
    ) {
        match (nesting, planned, config) {
            (Nesting::Single, Value::Object(_), Value::Object(_)) => self.content(content, planned, config, prior),
            (Nesting::List, Value::List(planned), Value::List(config)) if planned.len() == config.len() => {
                for (index, (planned, config)) in planned.iter().zip(config).enumerate() {
                    let prior = prior.and_then(|prior| prior.at(&Path::ROOT.then_index(index)));
                    self.inside(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)), |check| {
                        check.content(content, planned, config, prior)
                    });
                }
            }
            (Nesting::Map, Value::Map(planned), Value::Map(config)) if planned.keys().eq(config.keys()) => {
                for ((key, planned), config) in planned.iter().zip(config.values()) {
                    let prior = prior.and_then(|prior| prior.at(&Path::ROOT.then_key(key)));
                    self.inside(Step::Key(key.clone()), |check| check.content(content, planned, config, prior));
                }
            }
            (Nesting::Set, Value::Set(planned), Value::Set(config)) if planned.len() == config.len() => {
                // Terraform only counts them. What was there before may stay as it was.
                let of_config = content.pair(config, planned, true);
                let mut others = planned.iter().zip(of_config).filter(|(_, of_config)| of_config.is_none());
                let was_there = |element| matches!(prior, Some(Value::Set(prior)) if prior.contains(element));
                if others.any(|(element, _)| !was_there(element)) {
                    self.breach("planned an element that is not configured");
                }
            }
            (_, Value::Null, Value::Null) | (_, _, Value::Unknown(_)) => {}
            _ => self.breach("planned other elements than are configured"),
        }
    }

    fn conforms(&mut self, planned: &Value, state: &Value) {
        match (planned, state) {
            (_, Value::Unknown(_)) => self.breach("the value is still unknown after apply"),
            (Value::Unknown(_), _) => {}
            (Value::Object(planned), Value::Object(state)) => {
                for (name, planned) in planned {
                    let state = state.get(name).unwrap_or(&Value::Null);
                    self.inside(Step::Attribute(name.clone()), |check| check.conforms(planned, state));
                }
            }
            (Value::Map(planned), Value::Map(state)) if planned.keys().eq(state.keys()) => {
                for ((key, planned), state) in planned.iter().zip(state.values()) {
                    self.inside(Step::Key(key.clone()), |check| check.conforms(planned, state));
                }
            }
            (Value::List(planned), Value::List(state)) | (Value::Tuple(planned), Value::Tuple(state))
                if planned.len() == state.len() =>
            {
                for (index, (planned, state)) in planned.iter().zip(state).enumerate() {
                    let step = Step::Index(i64::try_from(index).unwrap_or(i64::MAX));
                    self.inside(step, |check| check.conforms(planned, state));
                }
            }
            (Value::Set(elements), Value::Set(_)) if !elements.iter().all(Value::is_wholly_known) => {}
            (planned, state) if planned == state => {}
            _ => self.breach("the value is not the one that was planned"),
        }
    }
}

#[cfg(test)]
mod tests;
