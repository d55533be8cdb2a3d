//! Walking through a value and its schema together.

use std::collections::BTreeMap;

use super::{Attribute, Block, NestedBlock, Nesting, Shape, pairing::Content};
use crate::value::{Path, Step, Value};

/// One attribute in a plan, and what belongs to it elsewhere.
pub(crate) struct Place<'a> {
    pub(crate) path: &'a Path,
    /// How much of the path Terraform can follow: up to the outermost set, whose elements have no path.
    pub(crate) reachable: usize,
    pub(crate) attribute: &'a Attribute,
    /// To be changed in place. What is nested in it is visited afterwards.
    pub(crate) planned: &'a mut Value,
    /// Null where nothing is configured.
    pub(crate) config: &'a Value,
    /// `None` where there was nothing before, or nothing that can be paired.
    pub(crate) prior: Option<&'a Value>,
}

/// Visits every attribute of a planned value, outer ones first.
pub(crate) fn each_planned(
    block: &Block,
    planned: &mut Value,
    config: &Value,
    prior: Option<&Value>,
    visit: &mut dyn FnMut(Place<'_>),
) {
    Planned { path: Path::ROOT, set: None, visit }.block(block, planned, config, prior);
}

struct Planned<'v> {
    path: Path,
    /// How long the path to the outermost set is, inside one.
    set: Option<usize>,
    visit: &'v mut dyn FnMut(Place<'_>),
}

impl Planned<'_> {
    fn block(&mut self, block: &Block, planned: &mut Value, config: &Value, prior: Option<&Value>) {
        self.attributes(&block.attributes, planned, config, prior);
        for (name, nested) in &block.blocks {
            let Value::Object(values) = &mut *planned else { return };
            let Some(value) = values.get_mut(name) else { continue };
            let prior = prior.map(|prior| prior.attribute(name));
            self.path.push(Step::Attribute(name.clone()));
            self.elements(nested.nesting, Content::Block(&nested.block), value, config.attribute(name), prior);
            self.path.pop();
        }
    }

    fn attributes(
        &mut self,
        attributes: &BTreeMap<String, Attribute>,
        planned: &mut Value,
        config: &Value,
        prior: Option<&Value>,
    ) {
        let Value::Object(values) = planned else { return };
        for (name, attribute) in attributes {
            let Some(planned) = values.get_mut(name) else { continue };
            let config = config.attribute(name);
            let prior = prior.map(|prior| prior.attribute(name));
            self.path.push(Step::Attribute(name.clone()));
            let reachable = self.set.unwrap_or(self.path.steps().len());
            (self.visit)(Place { path: &self.path, reachable, attribute, planned: &mut *planned, config, prior });
            if let Shape::Nested(nesting, nested) = &attribute.shape {
                self.elements(*nesting, Content::Attributes(nested), planned, config, prior);
            }
            self.path.pop();
        }
    }

    fn content(&mut self, content: Content<'_>, planned: &mut Value, config: &Value, prior: Option<&Value>) {
        match content {
            Content::Attributes(attributes) => self.attributes(attributes, planned, config, prior),
            Content::Block(block) => self.block(block, planned, config, prior),
        }
    }

    /// Pairs the elements of a nested attribute or block: by position, by key, and in sets by what is configured.
    fn elements(
        &mut self,
        nesting: Nesting,
        content: Content<'_>,
        planned: &mut Value,
        config: &Value,
        prior: Option<&Value>,
    ) {
        match (nesting, planned) {
            (Nesting::Single, planned @ Value::Object(_)) => {
                self.content(content, planned, config, prior.filter(|prior| matches!(prior, Value::Object(_))));
            }
            (Nesting::List, Value::List(elements)) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    let config = list_element(config, index).unwrap_or(&Value::Null);
                    let prior = prior.and_then(|prior| list_element(prior, index));
                    self.path.push(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)));
                    self.content(content, element, config, prior);
                    self.path.pop();
                }
            }
            (Nesting::Map, Value::Map(elements)) => {
                for (key, element) in elements {
                    let config = map_element(config, key).unwrap_or(&Value::Null);
                    let prior = prior.and_then(|prior| map_element(prior, key));
                    self.path.push(Step::Key(key.clone()));
                    self.content(content, element, config, prior);
                    self.path.pop();
                }
            }
            (Nesting::Set, set @ Value::Set(_)) => {
                let Value::Set(mut elements) = std::mem::replace(set, Value::Null) else { return };
                let outer = self.set;
                self.set = outer.or(Some(self.path.steps().len()));
                let configured = set_elements(config);
                let of_config = content.pair(configured, &elements, true);
                let priors = prior.map_or(&[][..], set_elements);
                let of_prior = content.pair(configured, priors, false);
                for (element, of_config) in elements.iter_mut().zip(of_config) {
                    let config = of_config.and_then(|at| configured.get(at)).unwrap_or(&Value::Null);
                    let prior = of_prior.iter().position(|of_prior| of_config.is_some() && *of_prior == of_config);
                    self.content(content, element, config, prior.and_then(|at| priors.get(at)));
                }
                self.set = outer;
                *set = Value::set(elements);
            }
            _ => {}
        }
    }
}

fn list_element(value: &Value, index: usize) -> Option<&Value> {
    match value {
        Value::List(elements) => elements.get(index),
        _ => None,
    }
}

fn map_element<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    match value {
        Value::Map(elements) => elements.get(key),
        _ => None,
    }
}

fn set_elements(value: &Value) -> &[Value] {
    match value {
        Value::Set(elements) => elements,
        _ => &[],
    }
}

/// Turns absent list and set blocks into empty ones: Terraform has no null for them, and a model says `Attr::Null` for
/// what was never written.
pub(crate) fn fill_in_blocks(block: &Block, value: &mut Value) {
    let Value::Object(values) = value else { return };
    for (name, nested) in &block.blocks {
        let Some(value) = values.get_mut(name) else { continue };
        match (nested.nesting, &mut *value) {
            (Nesting::List, Value::Null) => *value = Value::List(Vec::new()),
            (Nesting::Set, Value::Null) => *value = Value::Set(Vec::new()),
            (Nesting::Map, Value::Null) => *value = Value::Map(BTreeMap::new()),
            (Nesting::Single, object) => fill_in_blocks(&nested.block, object),
            (_, Value::List(elements)) => elements.iter_mut().for_each(|it| fill_in_blocks(&nested.block, it)),
            (_, Value::Map(elements)) => elements.values_mut().for_each(|it| fill_in_blocks(&nested.block, it)),
            (_, set @ Value::Set(_)) => {
                let Value::Set(mut elements) = std::mem::replace(set, Value::Null) else { return };
                elements.iter_mut().for_each(|it| fill_in_blocks(&nested.block, it));
                *set = Value::set(elements);
            }
            _ => {}
        }
    }
}

/// Visits every attribute of a configured value with the object around it, outer ones first.
pub(crate) fn each_configured(block: &Block, config: &Value, visit: &mut Visit<'_>) {
    Config { path: Path::ROOT, visit }.block(block, config);
}

/// Gets the path, what is there, its value, and the object that it is part of.
type Visit<'v> = dyn FnMut(&Path, Part<'_>, &Value, &Value) + 'v;

/// What may be configured.
#[derive(Clone, Copy)]
pub(crate) enum Part<'a> {
    Attribute(&'a Attribute),
    /// All blocks of one name together.
    Blocks(&'a NestedBlock),
}

struct Config<'v> {
    path: Path,
    visit: &'v mut Visit<'v>,
}

impl Config<'_> {
    fn block(&mut self, block: &Block, config: &Value) {
        self.attributes(&block.attributes, config);
        for (name, nested) in &block.blocks {
            let value = config.attribute(name);
            self.path.push(Step::Attribute(name.clone()));
            if matches!(config, Value::Object(_)) {
                (self.visit)(&self.path, Part::Blocks(nested), value, config);
            }
            self.elements(value, &mut |walk, element| walk.block(&nested.block, element));
            self.path.pop();
        }
    }

    fn attributes(&mut self, attributes: &BTreeMap<String, Attribute>, config: &Value) {
        if !matches!(config, Value::Object(_)) {
            return;
        }
        for (name, attribute) in attributes {
            let value = config.attribute(name);
            self.path.push(Step::Attribute(name.clone()));
            (self.visit)(&self.path, Part::Attribute(attribute), value, config);
            if let Shape::Nested(_, nested) = &attribute.shape {
                self.elements(value, &mut |walk, element| walk.attributes(nested, element));
            }
            self.path.pop();
        }
    }

    fn elements(&mut self, value: &Value, visit: &mut dyn FnMut(&mut Self, &Value)) {
        match value {
            Value::Object(_) => visit(self, value),
            Value::List(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.path.push(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)));
                    visit(self, element);
                    self.path.pop();
                }
            }
            Value::Map(elements) => {
                for (key, element) in elements {
                    self.path.push(Step::Key(key.clone()));
                    visit(self, element);
                    self.path.pop();
                }
            }
            Value::Set(elements) => elements.iter().for_each(|element| visit(self, element)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
