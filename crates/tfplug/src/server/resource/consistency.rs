//! Holds a provider to Terraform's own rules for plans and results, so that a resource that breaks one fails in its
//! tests and not in somebody's pipeline. Checked in debug builds only: Terraform checks them again.

use crate::{
    diagnostic::{Diagnostic, Diagnostics, Result},
    rules::{self, Rule, Violation},
    schema::{Block, Nesting, pairing::Content},
    value::{Path, Value},
};

/// What is wrong with a plan for a resource of this type. `prior` is null in a creation.
pub(super) fn check_plan(
    type_name: &str,
    block: &Block,
    planned: &Value,
    config: &Value,
    prior: &Value,
) -> Diagnostics {
    let summary = "Provider produced invalid plan";
    let mut violations = rules::check_write_only(block, planned);
    if violations.is_empty() {
        violations = rules::check_plan(block, prior, config, planned);
    }
    if !violations.is_empty() {
        return told(summary, type_name, &violations);
    }
    // Terraform only counts the elements of sets, because it cannot tell which has come from which.
    let stranger = strange_element(Content::Block(block), planned, config, prior);
    stranger
        .map(|path| wrong(summary, type_name, &path, "planned an element that is not configured"))
        .into_iter()
        .collect()
}

/// What is wrong with a result: what was known in the plan must have come true.
pub(super) fn check_apply(type_name: &str, block: &Block, planned: &Value, state: &Value) -> Diagnostics {
    let mut violations = rules::check_known(state);
    if violations.is_empty() {
        violations = rules::check_object_compatible(block, planned, state);
    }
    told("Provider produced inconsistent result after apply", type_name, &violations)
}

/// What is read must be known.
pub(super) fn check_read(type_name: &str, state: &Value) -> Diagnostics {
    told("Provider produced invalid object", type_name, &rules::check_known(state))
}

fn told(summary: &str, type_name: &str, violations: &[Violation]) -> Diagnostics {
    let one = |Violation { rule, path, .. }: &Violation| {
        let rule: Rule = *rule;
        wrong(summary, type_name, path, &rule.to_string())
    };
    violations.iter().map(one).collect()
}

/// The type is told too: not every place where a diagnostic is read says of which resource it is.
fn wrong(summary: &str, type_name: &str, path: &Path, problem: &str) -> Diagnostic {
    let diagnostic =
        |place: &str| Diagnostic::error(summary, format!("{place}: {problem}. This is a bug in the provider."));
    if path.is_root() { diagnostic(type_name) } else { diagnostic(&format!("{type_name}.{path}")).at(path.clone()) }
}

/// The first set with an element that is neither configured nor was there before.
fn strange_element(content: Content<'_>, planned: &Value, config: &Value, prior: &Value) -> Option<Path> {
    content.nested().find_map(|(name, nesting, content)| {
        let (planned, config, prior) = (planned.attribute(name), config.attribute(name), prior.attribute(name));
        let inner = match (nesting, planned, config) {
            (Nesting::Single, Value::Object(_), Value::Object(_)) => strange_element(content, planned, config, prior),
            (Nesting::List, Value::List(planned), Value::List(config)) => {
                planned.iter().zip(config).enumerate().find_map(|(index, (planned, config))| {
                    let place = Path::ROOT.then_index(index);
                    let prior = prior.at(&place).unwrap_or(&Value::Null);
                    strange_element(content, planned, config, prior).map(|inner| place.followed_by(&inner))
                })
            }
            (Nesting::Map, Value::Map(planned), Value::Map(config)) => planned.iter().find_map(|(key, planned)| {
                let place = Path::ROOT.then_key(key);
                let prior = prior.at(&place).unwrap_or(&Value::Null);
                strange_element(content, planned, config.get(key)?, prior).map(|inner| place.followed_by(&inner))
            }),
            (Nesting::Set, Value::Set(planned), Value::Set(config)) => {
                let of_config = content.pair(config, planned, true);
                let was_there = |element| matches!(prior, Value::Set(prior) if prior.contains(element));
                let mut others = planned.iter().zip(of_config).filter(|(_, of_config)| of_config.is_none());
                others.any(|(element, _)| !was_there(element)).then_some(Path::ROOT)
            }
            _ => None,
        };
        Some(Path::attribute(name).followed_by(&inner?))
    })
}

/// A resource stays the one that it is. What no identity said before may come to be known.
///
/// # Errors
/// The breach as a diagnostic.
pub(super) fn check_identity(type_name: &str, stored: &Value, identity: &Value) -> Result<()> {
    let Value::Object(attributes) = stored else { return Ok(()) };
    let changed = attributes.iter().find(|(name, value)| !value.is_null() && identity.attribute(name) != *value);
    let Some((name, _)) = changed else { return Ok(()) };
    let detail = format!("{type_name}: {name} of the identity is not what is stored. This is a bug in the provider.");
    Err(Diagnostic::error("Provider changed the identity of a resource", detail).into())
}

#[cfg(test)]
mod tests;
