//! What Terraform and the host say, in one form.

use serde_json::{Map, Value, json};
use tfplug::{
    testing::{Planned, unknown},
    value::Step,
};

/// Nulls in objects are left out, and what is in a set is in one order.
pub fn sorted(value: &Value) -> Value {
    named("", value)
}

fn named(name: &str, value: &Value) -> Value {
    match value {
        Value::Object(entries) => entries
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), named(name, value)))
            .collect(),
        Value::Array(elements) => {
            let mut elements: Vec<Value> = elements.iter().map(sorted).collect();
            if name.starts_with("set") {
                elements.sort_by_key(Value::to_string);
            }
            json!(elements)
        }
        other => other.clone(),
    }
}

/// What Terraform plans.
pub fn planned(change: &Value) -> Value {
    sorted(&with_unknown(&change["after"], &change["after_unknown"]))
}

fn with_unknown(after: &Value, is_unknown: &Value) -> Value {
    match (after, is_unknown) {
        (_, Value::Bool(true)) => unknown(),
        (Value::Array(elements), Value::Array(unknown)) => {
            elements.iter().zip(unknown).map(|(element, unknown)| with_unknown(element, unknown)).collect()
        }
        (Value::Object(entries), Value::Object(unknown)) => {
            let mut all: Map<String, Value> = entries.clone();
            for (name, unknown) in unknown {
                let value = with_unknown(&entries.get(name).cloned().unwrap_or(Value::Null), unknown);
                all.insert(name.clone(), value);
            }
            Value::Object(all)
        }
        (after, _) => after.clone(),
    }
}

/// What requires the replacement, as Terraform says it.
pub fn replacing(change: &Value) -> Vec<String> {
    let mut paths: Vec<_> = change["replace_paths"].as_array().into_iter().flatten().map(Value::to_string).collect();
    paths.sort();
    paths
}

/// What requires the replacement, as the host says it.
pub fn paths(planned: &Planned) -> Vec<String> {
    let step = |step: &Step| match step {
        Step::Attribute(name) | Step::Key(name) => json!(name),
        Step::Index(index) => json!(index),
    };
    let mut paths: Vec<_> = planned
        .requires_replace
        .iter()
        .filter(|_| planned.action.is_replacement())
        .map(|path| path.steps().iter().map(step).collect::<Value>().to_string())
        .collect();
    paths.sort();
    paths
}

/// What is stored of a resource.
pub fn stored(state: &Value, resource: &str, name: &str) -> Option<Value> {
    let mut resources = state["resources"].as_array().into_iter().flatten();
    let found = resources.find(|it| it["type"] == resource && it["name"] == name)?;
    Some(sorted(&found["instances"][0]["attributes"]))
}
