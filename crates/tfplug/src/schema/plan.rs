//! Plan modifiers: how an attribute behaves when something changes.

use std::{fmt, sync::Arc};

use crate::{
    diagnostic::Diagnostics,
    value::{Path, Value},
};

/// A step in the planning of one attribute.
///
/// ```
/// use tfplug::{Value, schema::{Attribute, PlanModifier}};
///
/// let grows = PlanModifier::new("A smaller number replaces it.", |size| {
///     if let (Some(Value::Number(before)), Value::Number(after)) = (size.prior, &*size.planned)
///         && after < before
///     {
///         size.requires_replace = true;
///     }
/// });
/// let size = Attribute::integer("Gigabytes.").required().modify_plan(grows);
/// ```
#[derive(Clone)]
pub struct PlanModifier {
    description: String,
    modify: Arc<dyn Fn(&mut AttributePlan<'_>) + Send + Sync>,
}

/// One attribute, or all blocks of one name, in a plan to create or to change a resource.
#[derive(Debug)]
#[non_exhaustive]
pub struct AttributePlan<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// Its value in the configuration.
    pub config: &'a Value,
    /// Its value in the state; `None` when the resource, or the object around it, is being created.
    pub prior: Option<&'a Value>,
    /// Its planned value, to be changed in place.
    pub planned: &'a mut Value,
    /// Whether the resource itself is being created, so that there is nothing to replace.
    pub creates: bool,
    /// The whole configuration that it is part of.
    pub whole_config: &'a Value,
    /// The whole state before; `None` when the resource is being created.
    pub whole_prior: Option<&'a Value>,
    /// Set it to have the resource replaced.
    pub requires_replace: bool,
    /// What is to be told of the plan: warnings, or errors that make it impossible.
    pub diagnostics: Diagnostics,
}

impl PlanModifier {
    /// One's own.
    pub fn new(
        description: impl Into<String>,
        modify: impl Fn(&mut AttributePlan<'_>) + Send + Sync + 'static,
    ) -> Self {
        Self { description: description.into(), modify: Arc::new(modify) }
    }

    /// What it does, in a sentence.
    pub fn description(&self) -> &str {
        &self.description
    }

    pub(crate) fn run(&self, attribute: &mut AttributePlan<'_>) {
        (self.modify)(attribute);
    }
}

impl fmt::Debug for PlanModifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PlanModifier").field(&self.description).finish()
    }
}

/// A change cannot be made in place.
pub fn requires_replace() -> PlanModifier {
    requires_replace_if("A change replaces the resource.", |_| true)
}

/// A change that the configuration makes cannot be made in place; one that comes from the provider can.
pub fn requires_replace_if_configured() -> PlanModifier {
    requires_replace_if("A change in the configuration replaces the resource.", |attribute| !attribute.config.is_null())
}

/// A change cannot be made in place if the condition holds.
pub fn requires_replace_if(
    description: impl Into<String>,
    condition: impl Fn(&AttributePlan<'_>) -> bool + Send + Sync + 'static,
) -> PlanModifier {
    PlanModifier::new(description, move |attribute| {
        // What lies in an object that was not there before was null before.
        let changed = !attribute.creates && attribute.prior.unwrap_or(&Value::Null) != attribute.planned;
        if changed && condition(attribute) {
            attribute.requires_replace = true;
        }
    })
}

/// A value that the provider once gave stays as it is, instead of being unknown at each change.
pub fn use_state_for_unknown() -> PlanModifier {
    PlanModifier::new("A computed value stays as it is.", |attribute| {
        // A null is kept too: that the provider gave no value is an answer as well.
        if let Some(prior) = attribute.prior
            && attribute.planned.is_unknown()
            && !attribute.config.is_unknown()
        {
            *attribute.planned = prior.clone();
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a modifier makes of an attribute, and whether it has the resource replaced.
    fn modified(modifier: &PlanModifier, config: Value, prior: Option<Value>, mut planned: Value) -> (Value, bool) {
        let path = Path::attribute("it");
        let mut attribute = AttributePlan {
            path: &path,
            config: &config,
            prior: prior.as_ref(),
            planned: &mut planned,
            creates: false,
            whole_config: &Value::Null,
            whole_prior: None,
            requires_replace: false,
            diagnostics: Diagnostics::NONE,
        };
        modifier.run(&mut attribute);
        let replaces = attribute.requires_replace;
        (planned, replaces)
    }

    #[test]
    fn a_change_replaces_and_what_stays_does_not() {
        let replaces =
            |prior: Option<Value>, planned: Value| modified(&requires_replace(), planned.clone(), prior, planned).1;
        assert!(replaces(Some("a".into()), "b".into()));
        assert!(replaces(Some("a".into()), Value::Null));
        assert!(replaces(Some("a".into()), Value::UNKNOWN));
        assert!(!replaces(Some("a".into()), "a".into()));
        assert!(replaces(None, "a".into()), "in an object that was not there before");
        assert!(!replaces(None, Value::Null));
    }

    #[test]
    fn nothing_is_replaced_in_a_creation() {
        let (path, config, mut planned) = (Path::attribute("it"), Value::from("a"), Value::from("a"));
        let mut attribute = AttributePlan {
            path: &path,
            config: &config,
            prior: None,
            planned: &mut planned,
            creates: true,
            whole_config: &Value::Null,
            whole_prior: None,
            requires_replace: false,
            diagnostics: Diagnostics::NONE,
        };
        requires_replace().run(&mut attribute);
        assert!(!attribute.requires_replace);
    }

    #[test]
    fn only_a_change_of_the_configuration_replaces_if_configured() {
        let modifier = requires_replace_if_configured();
        assert!(modified(&modifier, "b".into(), Some("a".into()), "b".into()).1);
        assert!(!modified(&modifier, Value::Null, Some("a".into()), Value::UNKNOWN).1);
    }

    #[test]
    fn a_value_from_the_state_takes_the_place_of_an_unknown_one() {
        let modifier = use_state_for_unknown();
        assert_eq!(modified(&modifier, Value::Null, Some("a".into()), Value::UNKNOWN).0, "a".into());
        assert_eq!(modified(&modifier, Value::Null, Some(Value::Null), Value::UNKNOWN).0, Value::Null);
        assert_eq!(modified(&modifier, Value::Null, None, Value::UNKNOWN).0, Value::UNKNOWN);
        assert_eq!(modified(&modifier, Value::UNKNOWN, Some("a".into()), Value::UNKNOWN).0, Value::UNKNOWN);
        assert_eq!(modified(&modifier, "b".into(), Some("a".into()), "b".into()).0, "b".into());
    }
}
