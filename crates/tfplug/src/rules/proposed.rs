//! The proposed new state: what is configured, and what was there before where only the provider gives a value.

use std::collections::BTreeMap;

use super::{alike, at_index, at_key, elements, order::in_order, part};
use crate::{
    schema::{Attribute, Block, NestedBlock, Nesting, Shape, pairing::Content},
    value::Value,
};

/// What Terraform proposes for a resource. `prior` is null in a creation, `config` in a destruction.
pub(crate) fn propose(block: &Block, prior: &Value, config: &Value) -> Value {
    if config.is_null() && prior.is_null() {
        return Value::Null;
    }
    if prior.is_null() { merge(block, &empty(block), config) } else { merge(block, prior, config) }
}

/// What Terraform takes for data or an ephemeral resource that cannot be read yet: what the provider computes is
/// unknown.
pub(crate) fn propose_unknown(block: &Block, config: &Value) -> Value {
    merge(block, &Value::UNKNOWN, config)
}

/// A block in which nothing is written.
fn empty(block: &Block) -> Value {
    let attributes = block.attributes.keys().map(|name| (name.clone(), Value::Null));
    let blocks = block.blocks.iter().map(|(name, nested)| (name.clone(), no_blocks(nested.nesting)));
    Value::object(attributes.chain(blocks))
}

fn no_blocks(nesting: Nesting) -> Value {
    match nesting {
        Nesting::Single => Value::Null,
        Nesting::List => Value::List(Vec::new()),
        Nesting::Set => Value::Set(Vec::new()),
        Nesting::Map => Value::Map(BTreeMap::new()),
    }
}

fn merge(block: &Block, prior: &Value, config: &Value) -> Value {
    if config.is_null() || config.is_unknown() {
        return prior.clone();
    }
    let mut merged = attributes(&block.attributes, prior, config);
    for (name, nested) in &block.blocks {
        merged.insert(name.clone(), nested_block(nested, part(prior, name), part(config, name)));
    }
    Value::Object(merged)
}

fn attributes(them: &BTreeMap<String, Attribute>, prior: &Value, config: &Value) -> BTreeMap<String, Value> {
    let merged =
        |(name, it): (&String, &Attribute)| (name.clone(), attribute(it, part(prior, name), part(config, name)));
    them.iter().map(merged).collect()
}

fn attribute(attribute: &Attribute, prior: &Value, config: &Value) -> Value {
    if attribute.computed && config.is_null() {
        // An object that somebody must have configured, at least in part, was taken out of the configuration.
        let was_configured = attribute.is_optional() && holds_configured(attribute, prior);
        return if was_configured { config.clone() } else { prior.clone() };
    }
    match &attribute.shape {
        Shape::Nested(nesting, attributes) => nested(*nesting, Content::Attributes(attributes), prior, config),
        Shape::Type(_) => config.clone(),
    }
}

fn nested_block(block: &NestedBlock, prior: &Value, config: &Value) -> Value {
    nested(block.nesting, Content::Block(&block.block), prior, config)
}

fn nested(nesting: Nesting, content: Content<'_>, prior: &Value, config: &Value) -> Value {
    match (nesting, config) {
        (_, Value::Unknown(_) | Value::Null) => config.clone(),
        (Nesting::Single, config) => element(content, prior, config),
        (Nesting::List, Value::List(configured)) => {
            let merged = configured.iter().enumerate().map(|(index, config)| match at_index(prior, index) {
                Some(prior) => element(content, prior, config),
                None => config.clone(),
            });
            Value::List(merged.collect())
        }
        (Nesting::Map, Value::Map(configured)) => {
            let before = |key: &str| match prior {
                Value::Unknown(_) => &Value::UNKNOWN,
                prior => at_key(prior, key).unwrap_or(&Value::Null),
            };
            let merged = configured.iter().map(|(key, config)| (key.clone(), element(content, before(key), config)));
            Value::Map(merged.collect())
        }
        (Nesting::Set, Value::Set(configured)) => set(content, elements(prior), configured),
        _ => config.clone(),
    }
}

/// Each configured element takes what it is merged with from the first earlier one that can have come from it, and that
/// no other has taken.
fn set(content: Content<'_>, prior: &[Value], configured: &[Value]) -> Value {
    let (prior, configured) = (in_order(prior), in_order(configured));
    let mut is_taken = vec![false; prior.len()];
    let merged = configured.into_iter().map(|config| {
        let mut free = prior.iter().enumerate().filter(|(at, _)| !is_taken[*at]);
        let found = free.find(|(_, prior)| can_come_from(content, prior, config)).map(|(at, _)| at);
        match found {
            Some(at) => {
                is_taken[at] = true;
                element(content, prior[at], config)
            }
            None => element(content, &Value::Null, config),
        }
    });
    Value::set(merged.collect())
}

fn element(content: Content<'_>, prior: &Value, config: &Value) -> Value {
    match content {
        Content::Block(block) => propose(block, prior, config),
        Content::Attributes(_) if config.is_null() => config.clone(),
        Content::Attributes(them) => Value::Object(attributes(them, prior, config)),
    }
}

/// Whether an earlier value has something in it that only a configuration can have given.
fn holds_configured(attribute: &Attribute, value: &Value) -> bool {
    let Shape::Nested(_, inner) = &attribute.shape else { return false };
    let in_object = |object: &Value| {
        inner.iter().any(|(name, attribute)| {
            let value = part(object, name);
            !value.is_null() && (!attribute.computed || holds_configured_inside(attribute, value))
        })
    };
    match value {
        Value::Object(_) => in_object(value),
        Value::List(elements) | Value::Set(elements) => elements.iter().any(in_object),
        Value::Map(elements) => elements.values().any(in_object),
        _ => false,
    }
}

fn holds_configured_inside(attribute: &Attribute, value: &Value) -> bool {
    matches!(attribute.shape, Shape::Nested(..)) && holds_configured(attribute, value)
}

/// Whether an earlier element of a set is what the configuration says, with nothing added but what the provider
/// computes. What is in inner sets must be the same.
fn can_come_from(content: Content<'_>, prior: &Value, config: &Value) -> bool {
    if alike(prior, config) {
        return true;
    }
    // Into what is not there no way leads; into what is unknown any does.
    if config.is_null() {
        return !has_parts(prior);
    }
    let attributes = content
        .attributes()
        .iter()
        .all(|(name, attribute)| attribute_can_come_from(attribute, part(prior, name), part(config, name)));
    let mut blocks = content.blocks().into_iter().flatten();
    attributes
        && blocks.all(|(name, nested)| {
            let (prior, config) = (part(prior, name), part(config, name));
            elements_can_come_from(nested.nesting, Content::Block(&nested.block), prior, config)
        })
}

fn attribute_can_come_from(attribute: &Attribute, prior: &Value, config: &Value) -> bool {
    if alike(prior, config) {
        return true;
    }
    match &attribute.shape {
        Shape::Nested(nesting, attributes) => {
            elements_can_come_from(*nesting, Content::Attributes(attributes), prior, config)
        }
        Shape::Type(crate::value::Type::Set(_)) => false,
        Shape::Type(_) => attribute.computed && config.is_null(),
    }
}

fn elements_can_come_from(nesting: Nesting, content: Content<'_>, prior: &Value, config: &Value) -> bool {
    if alike(prior, config) {
        return true;
    }
    match (nesting, prior) {
        (Nesting::Set, _) => false,
        (_, prior) if !has_parts(prior) => true,
        (Nesting::Single, prior) => can_come_from(content, prior, config),
        (_, Value::List(priors)) => priors
            .iter()
            .enumerate()
            .all(|(index, prior)| at_index(config, index).is_some_and(|config| can_come_from(content, prior, config))),
        (_, Value::Map(priors)) => priors.iter().all(|(key, prior)| {
            let config = if config.is_unknown() { Some(&Value::UNKNOWN) } else { at_key(config, key) };
            config.is_some_and(|config| can_come_from(content, prior, config))
        }),
        _ => false,
    }
}

/// Whether there is something in it to be compared.
fn has_parts(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => !elements.is_empty(),
        Value::Map(elements) => !elements.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
