//! What may be in a state, whatever led to it.

use std::collections::BTreeMap;

use super::{Findings, Rule, Violation, elements};
use crate::{
    schema::{Attribute, Block, Shape},
    value::{Path, Step, Value},
};

/// Nothing is unknown any more.
pub(crate) fn check_known(value: &Value) -> Vec<Violation> {
    if value.is_wholly_known() {
        return Vec::new();
    }
    let mut paths = Vec::new();
    unknown(value, &mut Path::default(), &mut paths);
    paths.iter().map(|path| Violation::new(Rule::WhollyKnown, path)).collect()
}

fn unknown(value: &Value, path: &mut Path, found: &mut Vec<Path>) {
    let mut inside = |step: Step, value: &Value| {
        path.push(step);
        unknown(value, path, found);
        path.pop();
    };
    match value {
        Value::Unknown(_) => found.push(path.clone()),
        Value::List(elements) | Value::Tuple(elements) => {
            (0..).zip(elements).for_each(|(index, element)| inside(Step::Index(index), element));
        }
        Value::Set(elements) if elements.iter().any(|element| !element.is_wholly_known()) => found.push(path.clone()),
        Value::Map(elements) => elements.iter().for_each(|(key, element)| inside(Step::Key(key.clone()), element)),
        Value::Object(elements) => {
            elements.iter().for_each(|(name, element)| inside(Step::Attribute(name.clone()), element));
        }
        Value::Dynamic(typed) => unknown(&typed.1, path, found),
        Value::Set(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What is write-only is in no answer.
pub(crate) fn check_write_only(block: &Block, value: &Value) -> Vec<Violation> {
    let mut findings = Findings::default();
    in_block(block, value, &mut findings);
    findings.found
}

fn in_block(block: &Block, value: &Value, findings: &mut Findings) {
    in_attributes(&block.attributes, value, findings);
    for (name, nested) in &block.blocks {
        findings.inside(Step::Attribute(name.clone()), |findings| {
            each_element(value.attribute(name), findings, &mut |value, findings| {
                in_block(&nested.block, value, findings);
            });
        });
    }
}

fn in_attributes(attributes: &BTreeMap<String, Attribute>, value: &Value, findings: &mut Findings) {
    for (name, attribute) in attributes {
        let value = value.attribute(name);
        findings.at_attribute(name, attribute, |findings| {
            if attribute.write_only && !value.is_null() {
                findings.add(Rule::WriteOnlyIsNull, &[]);
            } else if let Shape::Nested(_, inner) = &attribute.shape {
                each_element(value, findings, &mut |value, findings| in_attributes(inner, value, findings));
            }
        });
    }
}

fn each_element(value: &Value, findings: &mut Findings, visit: &mut dyn FnMut(&Value, &mut Findings)) {
    match value {
        Value::Object(_) => visit(value, findings),
        Value::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                findings.at_index(index, |findings| visit(element, findings));
            }
        }
        Value::Map(elements) => {
            for (key, element) in elements {
                findings.inside(Step::Key(key.clone()), |findings| visit(element, findings));
            }
        }
        Value::Set(_) => {
            findings.sets += 1;
            elements(value).iter().for_each(|element| visit(element, findings));
            findings.sets -= 1;
        }
        _ => {}
    }
}
