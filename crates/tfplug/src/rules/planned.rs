//! What Terraform takes for a valid plan: what is configured is planned as it is configured, or stays as it was; only
//! what the provider computes is free. Of sets it only counts the elements.

use std::collections::BTreeMap;

use super::{Findings, Rule, Violation, absent_is_null, alike, at_index, at_key, block_holds_secrets, length, part};
use crate::{
    schema::{Attribute, Block, NestedBlock, Nesting, Shape},
    value::{Step, Value},
};

/// Checks a plan; `prior` is null in a creation. Also what opening an ephemeral resource came to.
pub(crate) fn check_plan(block: &Block, prior: &Value, config: &Value, planned: &Value) -> Vec<Violation> {
    let mut findings = Findings::default();
    in_block(block, &Three { prior, config, planned }, &mut findings);
    findings.found
}

/// What belongs together.
struct Three<'v> {
    prior: &'v Value,
    config: &'v Value,
    planned: &'v Value,
}

impl<'v> Three<'v> {
    fn part(&self, name: &str) -> Three<'v> {
        Three { prior: part(self.prior, name), config: part(self.config, name), planned: part(self.planned, name) }
    }

    fn tell(&self, rule: Rule, findings: &mut Findings) {
        let mut values = vec![("config", self.config), ("prior", self.prior), ("planned", self.planned)];
        values.retain(|(name, value)| *name != "prior" || !value.is_null());
        findings.add(rule, &values);
    }
}

fn in_block(block: &Block, values: &Three<'_>, findings: &mut Findings) {
    match (values.config.is_null(), values.planned.is_null()) {
        (false, true) => values.tell(Rule::WhatIsConfiguredExists, findings),
        (true, false) => values.tell(Rule::WhatIsNotConfiguredDoesNotExist, findings),
        (true, true) => {}
        (false, false) => {
            in_attributes(&block.attributes, values, findings);
            for (name, nested) in &block.blocks {
                let is_hidden = usize::from(block_holds_secrets(&nested.block));
                findings.hidden += is_hidden;
                findings.inside(Step::Attribute(name.clone()), |findings| {
                    in_nested_block(nested, &values.part(name), findings);
                });
                findings.hidden -= is_hidden;
            }
        }
    }
}

fn in_nested_block(nested: &NestedBlock, values: &Three<'_>, findings: &mut Findings) {
    let Three { config, planned, .. } = *values;
    if planned.is_null() && !absent_is_null(nested.nesting) {
        return values.tell(Rule::BlocksAreNotNull, findings);
    }
    if planned == config {
        return;
    }
    if config.is_unknown() {
        return values.tell(Rule::UnknownBlocksStayUnknown, findings);
    }
    if config.is_null() && nested.computed {
        return;
    }
    if planned.is_unknown() {
        return values.tell(Rule::BlocksAreKnown, findings);
    }
    // Blocks that are not written are empty; null comes of computed ones alone.
    match nested.nesting {
        Nesting::Single => in_block(&nested.block, values, findings),
        Nesting::List => block_list(nested, values, findings),
        Nesting::Map => block_map(nested, values, findings),
        // Nothing says which element comes from which, or from what was there before.
        Nesting::Set => {
            if super::elements(planned).iter().any(Value::is_unknown) {
                values.tell(Rule::BlocksAreKnown, findings);
            }
        }
    }
}

fn block_list(nested: &NestedBlock, values: &Three<'_>, findings: &mut Findings) {
    let (config, planned) = (super::elements(values.config), super::elements(values.planned));
    if config.len() != planned.len() {
        return values.tell(Rule::AsManyBlocksAsConfigured, findings);
    }
    for (index, (config, planned)) in config.iter().zip(planned).enumerate() {
        let prior = at_index(values.prior, index).unwrap_or(&Value::Null);
        findings.at_index(index, |findings| {
            let values = Three { prior, config, planned };
            if planned.is_unknown() {
                values.tell(Rule::BlocksAreKnown, findings);
            } else {
                in_block(&nested.block, &values, findings);
            }
        });
    }
}

fn block_map(nested: &NestedBlock, values: &Three<'_>, findings: &mut Findings) {
    let none = BTreeMap::new();
    let keyed = |value: &'_ Value| match value {
        Value::Map(elements) => elements.clone(),
        _ => none.clone(),
    };
    let (config, planned) = (keyed(values.config), keyed(values.planned));
    if config.len() != planned.len() {
        return values.tell(Rule::AsManyBlocksAsConfigured, findings);
    }
    if !config.keys().eq(planned.keys()) {
        values.tell(Rule::KeysAsConfigured, findings);
    }
    for (key, planned) in &planned {
        let Some(config) = config.get(key) else { continue };
        let prior = at_key(values.prior, key).unwrap_or(&Value::Null);
        findings.inside(Step::Key(key.clone()), |findings| {
            let values = Three { prior, config, planned };
            if planned.is_unknown() {
                values.tell(Rule::BlocksAreKnown, findings);
            } else {
                in_block(&nested.block, &values, findings);
            }
        });
    }
}

fn in_attributes(attributes: &BTreeMap<String, Attribute>, values: &Three<'_>, findings: &mut Findings) {
    for (name, it) in attributes {
        findings.at_attribute(name, it, |findings| attribute(it, &values.part(name), findings));
    }
}

fn attribute(attribute: &Attribute, values: &Three<'_>, findings: &mut Findings) {
    let Three { prior, config, planned } = *values;
    if alike(planned, config) {
        return;
    }
    // The provider may say that what is configured means the same as what is there.
    if !prior.is_null() && !config.is_null() && alike(planned, prior) {
        return;
    }
    if attribute.write_only {
        if !planned.is_null() {
            values.tell(Rule::WriteOnlyIsNull, findings);
        }
        return;
    }
    let only_computed = attribute.computed && !attribute.is_optional();
    if only_computed || attribute.computed && config.is_null() {
        return;
    }
    if config.is_null() && !planned.is_null() {
        return values.tell(Rule::OnlyComputedIsAdded, findings);
    }
    match &attribute.shape {
        Shape::Nested(nesting, attributes) => in_nested(*nesting, attributes, values, findings),
        Shape::Type(_) => values.tell(Rule::WhatIsConfiguredIsPlanned, findings),
    }
}

fn in_nested(nesting: Nesting, attributes: &BTreeMap<String, Attribute>, values: &Three<'_>, findings: &mut Findings) {
    let Three { prior, config, planned } = *values;
    if planned.is_null() && !config.is_null() {
        return values.tell(Rule::WhatIsConfiguredExists, findings);
    }
    if planned.is_unknown() && !config.is_null() {
        return values.tell(Rule::WhatIsConfiguredIsNotUnknown, findings);
    }
    if planned.is_null() {
        return;
    }
    let (Some(configured), Some(counted)) = (length(config), length(planned)) else {
        if nesting == Nesting::Single {
            in_attributes(attributes, values, findings);
        }
        return;
    };
    let is_known = |(least, most): (usize, usize)| least == most;
    match nesting {
        Nesting::Single => in_attributes(attributes, values, findings),
        Nesting::Set => {
            let may_be = !is_known(configured) || (counted.0..=counted.1).contains(&configured.0);
            if !may_be {
                values.tell(Rule::AsManyElementsAsConfigured, findings);
            }
        }
        Nesting::List | Nesting::Map if !is_known(configured) || configured != counted => {
            values.tell(Rule::AsManyElementsAsConfigured, findings);
        }
        Nesting::List => {
            let pairs = super::elements(config).iter().zip(super::elements(planned));
            for (index, (config, planned)) in pairs.enumerate() {
                let prior = at_index(prior, index).unwrap_or(&Value::Null);
                findings.at_index(index, |findings| {
                    in_attributes(attributes, &Three { prior, config, planned }, findings);
                });
            }
        }
        Nesting::Map => in_nested_map(attributes, values, findings),
    }
}

fn in_nested_map(attributes: &BTreeMap<String, Attribute>, values: &Three<'_>, findings: &mut Findings) {
    let (Value::Map(config), Value::Map(planned)) = (values.config, values.planned) else { return };
    if !config.keys().eq(planned.keys()) {
        values.tell(Rule::KeysAsConfigured, findings);
    }
    for (key, planned) in planned {
        let Some(config) = config.get(key) else { continue };
        let prior = at_key(values.prior, key).unwrap_or(&Value::Null);
        findings.inside(Step::Key(key.clone()), |findings| {
            in_attributes(attributes, &Three { prior, config, planned }, findings);
        });
    }
}

#[cfg(test)]
mod tests;
