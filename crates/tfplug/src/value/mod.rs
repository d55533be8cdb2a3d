//! Terraform's values: exact, with nulls and unknowns, and as they travel on the wire.
//!
//! A [`Value`] does not carry its type; the [`Type`] comes from the schema, as it does between Terraform and a
//! provider. Resource authors rarely meet either: they work with their own structs of [`Attr`](super::Attr) fields.

mod json;
mod msgpack;
mod number;
mod path;
mod types;

use std::collections::BTreeMap;

pub use self::{
    json::{from_json, to_json},
    msgpack::{decode, encode},
    number::{Number, NumberError},
    path::{Path, Step},
    types::Type,
};

/// A value of any Terraform type.
///
/// The order that [`Ord`] gives is only there to make sets comparable; it has no other meaning.
///
/// ```
/// use tfplug::{Path, Value};
///
/// let value = Value::object([("name", "a".into()), ("sizes", Value::List(vec![1.into(), Value::UNKNOWN]))]);
/// assert_eq!(value.attribute("name"), &Value::from("a"));
/// assert!(value.at(&Path::attribute("sizes").then_index(1)).is_some_and(Value::is_unknown));
/// assert!(!value.is_wholly_known());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// No value.
    #[default]
    Null,
    /// A value that is only known after apply, and what is known of it already.
    Unknown(Refinements),
    /// `true` or `false`.
    Bool(bool),
    /// A number of any size and precision.
    Number(Number),
    /// Unicode text.
    String(String),
    /// Elements of one type in an order.
    List(Vec<Value>),
    /// Elements of one type without order. Build it with [`Value::set`], which keeps it sorted.
    Set(Vec<Value>),
    /// Elements of several types in an order.
    Tuple(Vec<Value>),
    /// Elements of one type by key.
    Map(BTreeMap<String, Value>),
    /// Attributes by name.
    Object(BTreeMap<String, Value>),
    /// A value whose type is only known at run time, together with that type.
    Dynamic(Box<(Type, Value)>),
}

/// What is known about an unknown value (extension code 12 of the MessagePack encoding).
///
/// Boxed and optional, because nearly every unknown value has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refinements(Option<Box<Refinement>>);

/// The single facts in [`Refinements`].
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refinement {
    /// `Some(false)`: certainly not null. `Some(true)`: certainly null.
    pub null: Option<bool>,
    /// What the string begins with.
    pub string_prefix: Option<String>,
    /// The least number, and whether it is itself possible.
    pub number_min: Option<(Number, bool)>,
    /// The greatest number, and whether it is itself possible.
    pub number_max: Option<(Number, bool)>,
    /// The least number of elements.
    pub length_min: Option<i64>,
    /// The greatest number of elements.
    pub length_max: Option<i64>,
}

impl Refinements {
    /// Nothing is known.
    pub const NONE: Self = Self(None);

    /// What is known, if anything is.
    pub fn get(&self) -> Option<&Refinement> {
        self.0.as_deref()
    }
}

impl From<Refinement> for Refinements {
    fn from(refinement: Refinement) -> Self {
        if refinement == Refinement::default() { Self::NONE } else { Self(Some(Box::new(refinement))) }
    }
}

impl Value {
    /// An unknown value of which nothing is known.
    pub const UNKNOWN: Self = Self::Unknown(Refinements::NONE);

    /// A set: sorted, and without duplicates among its known elements.
    pub fn set(mut elements: Vec<Value>) -> Self {
        elements.sort();
        // Two unknown elements may turn out to be different ones.
        elements.dedup_by(|a, b| a == b && a.is_wholly_known());
        Self::Set(elements)
    }

    /// An object from its attributes.
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Value)>) -> Self {
        Self::Object(attributes.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// Whether this is null. A dynamic value is null when the value in it is.
    pub fn is_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Dynamic(typed) => typed.1.is_null(),
            _ => false,
        }
    }

    /// Whether this very value is unknown; parts of a known value may still be.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Dynamic(typed) => typed.1.is_unknown(),
            _ => false,
        }
    }

    /// Whether nothing in this value is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::List(elements) | Self::Set(elements) | Self::Tuple(elements) => {
                elements.iter().all(Self::is_wholly_known)
            }
            Self::Map(elements) | Self::Object(elements) => elements.values().all(Self::is_wholly_known),
            Self::Dynamic(typed) => typed.1.is_wholly_known(),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
        }
    }

    /// The attribute of an object; null where there is no such attribute or no object.
    pub fn attribute(&self, name: &str) -> &Value {
        match self {
            Self::Object(attributes) => attributes.get(name).unwrap_or(&Self::Null),
            _ => &Self::Null,
        }
    }

    /// The value at a path; `None` where the path leads nowhere.
    pub fn at(&self, path: &Path) -> Option<&Value> {
        path.steps().iter().try_fold(self, |value, step| match (value, step) {
            (Self::Object(attributes), Step::Attribute(name)) => attributes.get(name),
            (Self::Map(elements), Step::Key(key)) => elements.get(key),
            (Self::List(elements) | Self::Tuple(elements), Step::Index(index)) => {
                usize::try_from(*index).ok().and_then(|index| elements.get(index))
            }
            _ => None,
        })
    }
}

/// Puts the older null of a type in the place of one without: a struct says only that there is no value, and to
/// Terraform `tostring(null)` is another value than `null`.
pub(crate) fn keep_null_types(new: &mut Value, older: &Value) {
    match (&mut *new, older) {
        (Value::Null, Value::Dynamic(typed)) if typed.1.is_null() => *new = older.clone(),
        (Value::List(new), Value::List(older)) | (Value::Tuple(new), Value::Tuple(older)) => {
            new.iter_mut().zip(older).for_each(|(new, older)| keep_null_types(new, older));
        }
        (Value::Map(new), Value::Map(older)) | (Value::Object(new), Value::Object(older)) => {
            for (name, new) in new {
                older.get(name).into_iter().for_each(|older| keep_null_types(new, older));
            }
        }
        (Value::Dynamic(new), Value::Dynamic(older)) if new.0 == older.0 => keep_null_types(&mut new.1, &older.1),
        _ => {}
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Number::from(number))
    }
}

/// Why bytes from the other side, or a stored state, are not a value of the type that the schema names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", if path.is_root() { String::new() } else { format!("{path}: ") })]
pub struct ValueError {
    /// Where in the value.
    pub path: Path,
    /// What is wrong there.
    pub problem: String,
}

impl ValueError {
    fn new(path: &Path, problem: impl Into<String>) -> Self {
        Self { path: path.clone(), problem: problem.into() }
    }

    /// What is wrong in an element of a set, to which so many steps lead: elements have no path of their own.
    fn in_element(mut self, steps: usize) -> Self {
        let inside: Path = self.path.steps().iter().skip(steps).cloned().collect();
        if !inside.is_root() {
            self.problem = format!("in an element, {inside}: {}", self.problem);
        }
        self.path = self.path.truncated(steps);
        self
    }
}

#[cfg(test)]
mod tests;
