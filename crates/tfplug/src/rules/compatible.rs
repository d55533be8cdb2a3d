//! What Terraform takes for a result that fits a plan: each known leaf of the plan is there, and an unknown one became
//! something that it could be. A final plan must fit the first one in the same way.

use std::collections::BTreeMap;

use super::{Findings, Rule, Violation, block_holds_secrets, elements, part};
use crate::{
    schema::{Block, NestedBlock, Nesting},
    value::{Refinement, Step, Type, Value},
};

/// Checks what a resource came to.
pub(crate) fn check_object_compatible(block: &Block, planned: &Value, actual: &Value) -> Vec<Violation> {
    let mut findings = Findings::default();
    object(block, planned, actual, &mut findings);
    findings.found
}

/// Checks a single value of a type.
fn check_compatible(ty: &Type, planned: &Value, actual: &Value) -> Vec<Violation> {
    let mut findings = Findings::default();
    value(ty, planned, actual, &mut findings);
    findings.found
}

fn tell(rule: Rule, planned: &Value, actual: &Value, findings: &mut Findings) {
    findings.add(rule, &[("planned", planned), ("actual", actual)]);
}

fn object(block: &Block, planned: &Value, actual: &Value, findings: &mut Findings) {
    match (planned.is_null(), actual.is_null()) {
        (true, false) => return tell(Rule::WhatIsNotPlannedDoesNotExist, planned, actual, findings),
        (false, true) => return tell(Rule::WhatIsPlannedExists, planned, actual, findings),
        (true, true) => return,
        (false, false) => {}
    }
    for (name, attribute) in &block.attributes {
        findings.at_attribute(name, attribute, |findings| {
            value(&attribute.ty(), part(planned, name), part(actual, name), findings);
        });
    }
    for (name, nested) in &block.blocks {
        let is_hidden = usize::from(block_holds_secrets(&nested.block));
        findings.hidden += is_hidden;
        findings.inside(Step::Attribute(name.clone()), |findings| {
            nested_block(nested, part(planned, name), part(actual, name), findings);
        });
        findings.hidden -= is_hidden;
    }
}

fn nested_block(nested: &NestedBlock, planned: &Value, actual: &Value, findings: &mut Findings) {
    if nested.computed {
        if actual.is_null() && nested.nesting != Nesting::Single {
            return tell(Rule::BlocksAreNotNull, planned, actual, findings);
        }
        if planned.is_unknown() {
            return value(&nested.nesting.of(nested.block.ty()), planned, actual, findings);
        }
    }
    match nested.nesting {
        Nesting::Single if planned.is_unknown() && actual.is_null() => {}
        Nesting::Single => object(&nested.block, planned, actual, findings),
        _ if planned.is_unknown() || planned.is_null() || actual.is_null() => {}
        // What is not known in a final plan does not say how many there are.
        Nesting::List | Nesting::Set if actual.is_unknown() => {}
        Nesting::List => {
            let (before, after) = (elements(planned), elements(actual));
            if before.len() != after.len() {
                return tell(Rule::AsManyBlocksAsPlanned, planned, actual, findings);
            }
            for (index, (planned, actual)) in before.iter().zip(after).enumerate() {
                findings.at_index(index, |findings| object(&nested.block, planned, actual, findings));
            }
        }
        Nesting::Map => {
            let (Value::Map(before), Value::Map(after)) = (planned, actual) else { return };
            if before.len() != after.len() {
                return tell(Rule::AsManyBlocksAsPlanned, planned, actual, findings);
            }
            for (key, planned) in before {
                let Some(actual) = after.get(key) else { continue };
                findings.inside(Step::Key(key.clone()), |findings| object(&nested.block, planned, actual, findings));
            }
        }
        Nesting::Set => {
            set(planned, actual, findings, |planned, actual| {
                check_object_compatible(&nested.block, planned, actual).is_empty()
            });
        }
    }
}

fn value(ty: &Type, planned: &Value, actual: &Value, findings: &mut Findings) {
    if *ty == Type::Dynamic {
        return dynamic(planned, actual, findings);
    }
    if let Value::Unknown(refinements) = planned {
        if refinements.get().is_some_and(|refinement| !may_be(refinement, actual)) {
            tell(Rule::WhatIsKnownComesTrue, planned, actual, findings);
        }
        return;
    }
    match (planned.is_null(), actual.is_null()) {
        (true, true) => return,
        (false, true) => return tell(Rule::WhatIsPlannedComesOut, planned, actual, findings),
        (true, false) => return tell(Rule::WhatIsNotPlannedDoesNotExist, planned, actual, findings),
        (false, false) => {}
    }
    match (ty, planned, actual) {
        (_, _, Value::Unknown(_)) => tell(Rule::KnownStaysKnown, planned, actual, findings),
        (Type::List(ty), Value::List(before), Value::List(after)) => {
            sequence(|_| Some(&**ty), before, after, findings);
        }
        (Type::Tuple(types), Value::Tuple(before), Value::Tuple(after)) => {
            sequence(|index| types.get(index), before, after, findings);
        }
        (Type::Map(ty), Value::Map(before), Value::Map(after)) => map(ty, before, after, findings),
        (Type::Object(types), Value::Object(_), Value::Object(_)) => {
            for (name, ty) in types {
                findings.inside(Step::Attribute(name.clone()), |findings| {
                    value(ty, planned.attribute(name), actual.attribute(name), findings);
                });
            }
        }
        (Type::Set(ty), Value::Set(_), Value::Set(_)) => {
            set(planned, actual, findings, |planned, actual| check_compatible(ty, planned, actual).is_empty());
        }
        _ if planned == actual => {}
        _ => tell(Rule::WhatIsPlannedComesOut, planned, actual, findings),
    }
}

/// Where the plan has no type yet, anything may come.
fn dynamic(planned: &Value, actual: &Value, findings: &mut Findings) {
    let Value::Dynamic(before) = planned else { return };
    match actual {
        Value::Dynamic(after) if conforms(&after.0, &before.0) => value(&after.0, &before.1, &after.1, findings),
        _ => tell(Rule::TypeAsPlanned, planned, actual, findings),
    }
}

/// Whether a type is the one that is wanted, where that says which it is.
fn conforms(given: &Type, wanted: &Type) -> bool {
    match (given, wanted) {
        (_, Type::Dynamic) => true,
        (Type::List(given), Type::List(wanted))
        | (Type::Set(given), Type::Set(wanted))
        | (Type::Map(given), Type::Map(wanted)) => conforms(given, wanted),
        (Type::Tuple(given), Type::Tuple(wanted)) => {
            given.len() == wanted.len() && given.iter().zip(wanted).all(|(given, wanted)| conforms(given, wanted))
        }
        (Type::Object(given), Type::Object(wanted)) => {
            given.keys().eq(wanted.keys())
                && given.values().zip(wanted.values()).all(|(given, wanted)| conforms(given, wanted))
        }
        (given, wanted) => given == wanted,
    }
}

fn sequence<'t>(ty: impl Fn(usize) -> Option<&'t Type>, planned: &[Value], actual: &[Value], findings: &mut Findings) {
    for (index, before) in planned.iter().enumerate() {
        findings.at_index(index, |findings| match (ty(index), actual.get(index)) {
            (Some(ty), Some(after)) => value(ty, before, after, findings),
            _ => findings.add(Rule::NoElementVanishes, &[("planned", before)]),
        });
    }
    for (index, after) in actual.iter().enumerate().skip(planned.len()) {
        findings.at_index(index, |findings| findings.add(Rule::NoElementAppears, &[("actual", after)]));
    }
}

fn map(ty: &Type, planned: &BTreeMap<String, Value>, actual: &BTreeMap<String, Value>, findings: &mut Findings) {
    for (key, before) in planned {
        findings.inside(Step::Key(key.clone()), |findings| match actual.get(key) {
            Some(after) => value(ty, before, after, findings),
            None => findings.add(Rule::NoElementVanishes, &[("planned", before)]),
        });
    }
    for (key, after) in actual.iter().filter(|(key, _)| !planned.contains_key(*key)) {
        findings.inside(Step::Key(key.clone()), |findings| {
            findings.add(Rule::NoElementAppears, &[("actual", after)]);
        });
    }
}

/// Nothing says which element of a set has become which: each needs one that it can be, on either side. Elements that
/// turn out to be equal become one, so that there can be fewer in the end, never more.
fn set(planned: &Value, actual: &Value, findings: &mut Findings, fits: impl Fn(&Value, &Value) -> bool) {
    if planned == actual {
        return;
    }
    let (before, after) = (elements(planned), elements(actual));
    let mut has_after = vec![false; before.len()];
    let mut has_before = vec![false; after.len()];
    for (at, planned) in before.iter().enumerate() {
        for (of, actual) in after.iter().enumerate() {
            if (!has_after[at] || !has_before[of]) && (planned == actual || fits(planned, actual)) {
                has_after[at] = true;
                has_before[of] = true;
            }
        }
    }
    if has_after.contains(&false) || has_before.contains(&false) {
        tell(Rule::ElementsOfSetsCorrelate, planned, actual, findings);
    }
    if before.len() < after.len() {
        tell(Rule::SetsDoNotGrow, planned, actual, findings);
    }
}

/// Whether a value is one of those that an unknown value can become.
fn may_be(refinement: &Refinement, actual: &Value) -> bool {
    if actual.is_unknown() {
        return true;
    }
    if refinement.null.is_some_and(|null| null != actual.is_null()) {
        return false;
    }
    let length = match actual {
        Value::List(elements) | Value::Set(elements) => i64::try_from(elements.len()).ok(),
        Value::Map(elements) => i64::try_from(elements.len()).ok(),
        Value::Number(number) => {
            let above = |(least, inclusive): &(_, bool)| number > least || *inclusive && number == least;
            let below = |(most, inclusive): &(_, bool)| number < most || *inclusive && number == most;
            return refinement.number_min.as_ref().is_none_or(above)
                && refinement.number_max.as_ref().is_none_or(below);
        }
        Value::String(text) => return refinement.string_prefix.as_ref().is_none_or(|prefix| text.starts_with(prefix)),
        _ => None,
    };
    length.is_none_or(|length| {
        refinement.length_min.is_none_or(|least| length >= least)
            && refinement.length_max.is_none_or(|most| length <= most)
    })
}

#[cfg(test)]
mod tests;
