//! What an operation takes and answers: one vocabulary for both services.
//!
//! Each service has one table of its operations, a text beside its code that [`table`] reads once. [`check`] holds a
//! request against it before anything acts, and [`answer`] an answer before it is sent, so that no operation has to say
//! by itself what its parameters look like.

pub(crate) mod answer;
pub(crate) mod check;
mod pattern;
pub(crate) mod table;

use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::Value;

pub(crate) use pattern::Pattern;

/// A parameter or a field.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Field {
    /// Its name on the wire.
    pub name: String,
    /// Whether a request without it is refused.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// What stands for it where it is not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// What it may look like.
    pub kind: Kind,
}

/// The fields of an object, in the order of their names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(Arc<[Field]>);

/// What a value may look like.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// A text of so many characters, that fits the pattern where there is one.
    Text { length: Bounds, pattern: Option<Pattern> },
    /// One of these texts, or an empty one where that counts as not given; in any case where capitals do not matter.
    Choice { of: Vec<String>, or_empty: bool, any_case: bool },
    /// A date with its time, as text.
    Time,
    /// A whole number.
    Integer(Bounds),
    /// A whole or fractional number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Whatever JSON has.
    Any,
    /// So many values of one kind.
    List { count: Bounds, item: Box<Kind> },
    /// An object with these fields.
    Object(Fields),
    /// An object with any names and values of one kind.
    Map(Box<Kind>),
    /// A string that holds such a value as JSON (Alibaba Cloud's encoding of nested parameters).
    Json(Box<Kind>),
}

/// The least and the most, both included; `None` has no end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Bounds {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<i64>,
}

impl Bounds {
    /// Whether a number lies within.
    pub(crate) fn hold(self, number: i64) -> bool {
        self.least.is_none_or(|least| number >= least) && self.most.is_none_or(|most| number <= most)
    }

    /// Whether a number of things lies within.
    pub(crate) fn hold_count(self, count: usize) -> bool {
        self.hold(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl std::fmt::Display for Bounds {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.least, self.most) {
            (Some(least), Some(most)) => write!(formatter, "{least} to {most}"),
            (Some(least), None) => write!(formatter, "{least} or more"),
            (None, Some(most)) => write!(formatter, "at most {most}"),
            (None, None) => formatter.write_str("any number"),
        }
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl Fields {
    pub(crate) fn new(mut fields: Vec<Field>) -> Self {
        fields.sort_by(|one, other| one.name.cmp(&other.name));
        Self(fields.into())
    }

    /// The field with this name.
    pub(crate) fn get(&self, name: &str) -> Option<&Field> {
        let found = self.0.binary_search_by(|field| field.name.as_str().cmp(name));
        found.ok().map(|index| &self.0[index])
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All fields.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Field> {
        self.0.iter()
    }
}

/// Fails where a pattern in the field, or in what is in it, cannot be compiled.
#[cfg(test)]
pub(crate) fn every_pattern_compiles(field: &Field) {
    fn look(name: &str, kind: &Kind) {
        match kind {
            Kind::Text { pattern: Some(pattern), .. } => assert!(pattern.compiles(), "{name}: {}", pattern.source()),
            Kind::List { item, .. } | Kind::Map(item) | Kind::Json(item) => look(name, item),
            Kind::Object(fields) => fields.iter().for_each(every_pattern_compiles),
            _ => {}
        }
    }
    look(&field.name, &field.kind);
}
