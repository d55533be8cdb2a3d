//! The way between [`Value`]s and a resource author's own structs.

mod attr;
mod de;
mod error;
mod joined;
mod ser;

use serde::{Serialize, de::DeserializeOwned};

pub use self::{attr::Attr, error::ModelError, joined::Joined};
use super::value::{Type, Value};

/// A struct that stands for a block or an object of a schema: one field for each attribute, of the same name.
///
/// Derive `Serialize`, `Deserialize` and `Clone`, and write each field as an [`Attr`]. Inside it, types map so:
///
/// | schema | Rust |
/// | --- | --- |
/// | bool, string | `bool`, `String`, or an enum of unit variants |
/// | number | `i64`, `f64` and their smaller kin, or [`Number`](super::value::Number) where neither is exact enough |
/// | list | `Vec<T>` |
/// | set | `BTreeSet<T>` or `Vec<T>` |
/// | map | `BTreeMap<String, T>` |
/// | object, nested attribute, single block | a struct of `Attr` fields |
/// | dynamic | [`Value`] |
///
/// What several models have in common is a struct of its own; see [`Joined`].
///
/// A collection of plain elements that holds something unknown is [`Attr::Unknown`] as a whole; a collection of `Attr`
/// elements shows which of them are.
pub trait Model: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {}

impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> Model for T {}

/// Reads a model from a value.
///
/// # Errors
/// When schema and struct disagree.
pub fn from_value<M: DeserializeOwned>(value: &Value) -> Result<M, ModelError> {
    M::deserialize(de::ValueDeserializer::new(value))
}

/// Writes a model as a value of the given type.
///
/// # Errors
/// When schema and struct disagree.
pub fn to_value<M: Serialize + ?Sized>(model: &M, ty: &Type) -> Result<Value, ModelError> {
    model.serialize(ser::ValueSerializer::new(ty))
}

#[cfg(test)]
mod tests;
