//! Terraform's own rules for what a provider answers: what it proposes, what it takes for a valid plan, and what it
//! takes for a result that fits the plan. The server holds a provider to them while it is developed, and the host in
//! [`testing`](crate::testing) always.

mod compatible;
mod order;
mod planned;
mod proposed;
mod stored;

use std::fmt;

pub(crate) use self::{
    compatible::check_object_compatible,
    planned::check_plan,
    proposed::{propose, propose_unknown},
    stored::{check_known, check_write_only},
};
use crate::{
    schema::{Attribute, Block, Nesting, Shape},
    value::{Path, Step, Value},
};

/// A rule of Terraform's that an answer breaks. Terraform calls each of them a bug in the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// An answer is a value of the schema's type.
    OfItsType,
    /// What is configured is planned to exist.
    WhatIsConfiguredExists,
    /// What is not configured is planned not to exist.
    WhatIsNotConfiguredDoesNotExist,
    /// An attribute that is not computed has no value that is not configured.
    OnlyComputedIsAdded,
    /// An attribute that is configured is planned as it is configured, or stays as it was.
    WhatIsConfiguredIsPlanned,
    /// A nested attribute that is configured is not planned as unknown.
    WhatIsConfiguredIsNotUnknown,
    /// A plan has as many elements of a nested attribute as are configured.
    AsManyElementsAsConfigured,
    /// A plan has the elements of a nested attribute, or the blocks, whose keys are configured.
    KeysAsConfigured,
    /// A plan has as many blocks as are configured.
    AsManyBlocksAsConfigured,
    /// Blocks are never null, only empty; a single one excepted.
    BlocksAreNotNull,
    /// Blocks whose number is not known yet stay unknown.
    UnknownBlocksStayUnknown,
    /// Blocks that are known, and each of them, are not planned as unknown; what is in them may be.
    BlocksAreKnown,
    /// What requires a replacement is an attribute that there is.
    WhatReplacesExists,
    /// A destruction is planned as null.
    DestroyPlansNothing,
    /// The final plan is for the same action as the plan.
    SameAction,
    /// What was planned to exist does.
    WhatIsPlannedExists,
    /// What was planned not to exist, or to be null, does not come to be.
    WhatIsNotPlannedDoesNotExist,
    /// A value that was planned is the one that comes out.
    WhatIsPlannedComesOut,
    /// A value of which something was known comes out as one of those that it could be.
    WhatIsKnownComesTrue,
    /// A value that was known does not become unknown.
    KnownStaysKnown,
    /// A value keeps the type that was planned.
    TypeAsPlanned,
    /// No element that was planned is missing.
    NoElementVanishes,
    /// No element appears that was not planned.
    NoElementAppears,
    /// There are as many blocks as were planned.
    AsManyBlocksAsPlanned,
    /// Each element of a set has one in the plan that it can come from, and the other way round.
    ElementsOfSetsCorrelate,
    /// A set does not grow.
    SetsDoNotGrow,
    /// Nothing in a state or in data is unknown.
    WhollyKnown,
    /// Nothing in an identity is unknown, but in that of something new until it is there. The path leads into the
    /// identity.
    IdentityIsKnown,
    /// A write-only attribute is null in every answer.
    WriteOnlyIsNull,
    /// After a destruction there is nothing.
    NothingAfterDestroy,
    /// After a creation or a change there is something.
    SomethingAfterApply,
    /// Only a client that allows it is told to wait, and nobody in an apply after a plan that did not wait.
    DeferralIsAllowed,
    /// An import finds one thing, of the type that was asked for.
    ImportsOneThing,
    /// What is imported by an identity has one.
    ImportHasIdentity,
    /// A resource without an identity schema answers none.
    IdentityHasSchema,
    /// What a list resource finds has an identity.
    ListedHasIdentity,
    /// A state store takes pieces of a size that was proposed, or smaller ones.
    ChunkSizeIsAgreed,
    /// The pieces of a state follow one another, are no larger than agreed, and are the whole.
    PiecesFollow,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OfItsType => "the answer is not a value of the schema's type",
            Self::WhatIsConfiguredExists => "planned for absence, although it is configured",
            Self::WhatIsNotConfiguredDoesNotExist => "planned for existence, although it is not configured",
            Self::OnlyComputedIsAdded => "planned a value for something that is neither configured nor computed",
            Self::WhatIsConfiguredIsPlanned => "planned value must match the configuration or the prior value",
            Self::WhatIsConfiguredIsNotUnknown => "planned as unknown, although it is configured",
            Self::AsManyElementsAsConfigured => "planned another number of elements than are configured",
            Self::KeysAsConfigured => "planned other keys than are configured",
            Self::AsManyBlocksAsConfigured => "planned another number of blocks than are configured",
            Self::BlocksAreNotNull => "blocks that are not there must be empty, not null",
            Self::UnknownBlocksStayUnknown => "planned a value for blocks that are not known yet",
            Self::BlocksAreKnown => "planned a block as unknown; only what is in it may be",
            Self::WhatReplacesExists => "there is no such attribute that could require a replacement",
            Self::DestroyPlansNothing => "planned a value for a destruction",
            Self::SameAction => "the final plan is for another action than the plan",
            Self::WhatIsPlannedExists => "was planned, and is now absent",
            Self::WhatIsNotPlannedDoesNotExist => "was planned to be absent, and is now present",
            Self::WhatIsPlannedComesOut => "the value is not the one that was planned",
            Self::WhatIsKnownComesTrue => "the value is none of those that the plan allows",
            Self::KnownStaysKnown => "the value was known, and is now unknown",
            Self::TypeAsPlanned => "the value is of another type than was planned",
            Self::NoElementVanishes => "an element that was planned has vanished",
            Self::NoElementAppears => "an element has appeared that was not planned",
            Self::AsManyBlocksAsPlanned => "there is another number of blocks than was planned",
            Self::ElementsOfSetsCorrelate => "an element of the set has none in the other set that it can be",
            Self::SetsDoNotGrow => "the set has more elements than were planned",
            Self::WhollyKnown => "the value is still unknown",
            Self::IdentityIsKnown => "this attribute of the identity is still unknown",
            Self::WriteOnlyIsNull => "a write-only value must not be in an answer",
            Self::NothingAfterDestroy => "there is still something after the destruction",
            Self::SomethingAfterApply => "there is nothing, and nothing was destroyed",
            Self::DeferralIsAllowed => "the answer is to wait, where that is not allowed",
            Self::ImportsOneThing => "an import must find one thing of the type that was asked for",
            Self::ImportHasIdentity => "what is imported by an identity must have one",
            Self::IdentityHasSchema => "there is an identity, and no schema for it",
            Self::ListedHasIdentity => "what is listed must have an identity",
            Self::ChunkSizeIsAgreed => "the size of pieces is none that was proposed",
            Self::PiecesFollow => "the pieces of a state are not the whole, one after the other",
        })
    }
}

/// Where an answer breaks which rule, and with which values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{rule}{}", if path.is_root() { String::new() } else { format!("{path}: ") }, told(values))]
#[non_exhaustive]
pub struct Violation {
    /// The rule.
    pub rule: Rule,
    /// Where. The path of what is in a set ends at the set.
    pub path: Path,
    /// The values that do not go together, each with what it is: `config`, `prior`, `planned` or `actual`. None where
    /// the schema says that they are sensitive or write-only.
    pub values: Vec<(&'static str, Value)>,
}

fn told(values: &[(&'static str, Value)]) -> String {
    let each: Vec<_> = values.iter().map(|(name, value)| format!("{name} {value:?}")).collect();
    if each.is_empty() { String::new() } else { format!(" ({})", each.join(", ")) }
}

impl Violation {
    pub(crate) fn new(rule: Rule, path: &Path) -> Self {
        Self { rule, path: path.clone(), values: Vec::new() }
    }
}

/// What is found while two values are walked through together.
#[derive(Default)]
struct Findings {
    path: Path,
    /// How many sets the walk is in: their elements have no path.
    sets: usize,
    /// Inside what is sensitive no value is repeated.
    hidden: usize,
    found: Vec<Violation>,
}

impl Findings {
    fn add(&mut self, rule: Rule, values: &[(&'static str, &Value)]) {
        let values = if self.hidden > 0 { &[] } else { values };
        let values = values.iter().map(|(name, value)| (*name, (*value).clone())).collect();
        self.found.push(Violation { rule, path: self.path.clone(), values });
    }

    fn inside(&mut self, step: Step, walk: impl FnOnce(&mut Self)) {
        if self.sets == 0 {
            self.path.push(step);
        }
        walk(self);
        if self.sets == 0 {
            self.path.pop();
        }
    }

    fn at_index(&mut self, index: usize, walk: impl FnOnce(&mut Self)) {
        self.inside(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)), walk);
    }

    fn at_attribute(&mut self, name: &str, attribute: &Attribute, walk: impl FnOnce(&mut Self)) {
        let is_hidden = usize::from(holds_secrets(attribute));
        self.hidden += is_hidden;
        self.inside(Step::Attribute(name.to_owned()), walk);
        self.hidden -= is_hidden;
    }
}

fn holds_secrets(attribute: &Attribute) -> bool {
    attribute.sensitive
        || attribute.unquoted
        || attribute.write_only
        || matches!(&attribute.shape, Shape::Nested(_, inner) if inner.values().any(holds_secrets))
}

fn block_holds_secrets(block: &Block) -> bool {
    block.attributes.values().any(holds_secrets)
        || block.blocks.values().any(|nested| block_holds_secrets(&nested.block))
}

/// What is in a part of a value: all of it is unknown where the whole is, and null where there is no whole.
fn part<'v>(value: &'v Value, name: &str) -> &'v Value {
    match value {
        Value::Unknown(_) => &Value::UNKNOWN,
        value => value.attribute(name),
    }
}

/// The element of a list or a tuple, if there is one.
fn at_index(value: &Value, index: usize) -> Option<&Value> {
    match value {
        Value::List(elements) | Value::Tuple(elements) => elements.get(index),
        Value::Unknown(_) => Some(&Value::UNKNOWN),
        _ => None,
    }
}

/// The element of a map, if there is one.
fn at_key<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    match value {
        Value::Map(elements) | Value::Object(elements) => elements.get(key),
        _ => None,
    }
}

fn elements(value: &Value) -> &[Value] {
    match value {
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => elements,
        _ => &[],
    }
}

/// Whether two values are the same, whatever else may be known of what is unknown in them.
fn alike(one: &Value, other: &Value) -> bool {
    one == other || (is_refined(one) || is_refined(other)) && unrefined(one) == unrefined(other)
}

fn is_refined(value: &Value) -> bool {
    match value {
        Value::Unknown(refinements) => refinements.get().is_some(),
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => elements.iter().any(is_refined),
        Value::Map(elements) | Value::Object(elements) => elements.values().any(is_refined),
        Value::Dynamic(typed) => is_refined(&typed.1),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn unrefined(value: &Value) -> Value {
    let all = |elements: &[Value]| elements.iter().map(unrefined).collect();
    match value {
        Value::Unknown(_) => Value::UNKNOWN,
        Value::List(elements) => Value::List(all(elements)),
        Value::Set(elements) => Value::set(all(elements)),
        Value::Tuple(elements) => Value::Tuple(all(elements)),
        Value::Map(elements) => Value::Map(elements.iter().map(|(key, it)| (key.clone(), unrefined(it))).collect()),
        Value::Object(elements) => Value::object(elements.iter().map(|(name, it)| (name, unrefined(it)))),
        Value::Dynamic(typed) => Value::Dynamic(Box::new((typed.0.clone(), unrefined(&typed.1)))),
        other => other.clone(),
    }
}

/// The length of a collection, at least and at most; `None` of what is null. The elements of a set that are unknown may
/// turn out to be equal.
fn length(value: &Value) -> Option<(usize, usize)> {
    match value {
        Value::List(elements) => Some((elements.len(), elements.len())),
        Value::Set(elements) if elements.len() > 1 && !value.is_wholly_known() => Some((1, elements.len())),
        Value::Set(elements) => Some((elements.len(), elements.len())),
        Value::Map(elements) => Some((elements.len(), elements.len())),
        Value::Unknown(_) => Some((0, usize::MAX)),
        _ => None,
    }
}

/// Whether blocks that are not there are null: only a single one has no other way to be absent.
fn absent_is_null(nesting: Nesting) -> bool {
    nesting == Nesting::Single
}
