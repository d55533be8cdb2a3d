//! From values to models.

use std::collections::btree_map;

use serde::{
    Deserializer, Serialize,
    de::{self, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor},
    forward_to_deserialize_any,
};

use super::{
    attr::{ATTR, ATTR_VARIANTS},
    error::ModelError,
    joined::JOINED,
};
use crate::value::{Number, Step, Type, Value};

/// The enum name under which [`Value`] is known to this module's serializer and deserializer.
pub(super) const VALUE: &str = "$tfplug::Value";
pub(super) const VALUE_VARIANTS: &[&str] =
    &["Null", "Unknown", "Bool", "Number", "String", "List", "Set", "Tuple", "Map", "Object", "Dynamic"];
/// The newtype name under which [`Number`] is known.
pub(super) const NUMBER: &str = "$tfplug::Number";

type Result<T> = std::result::Result<T, ModelError>;

#[derive(Clone, Copy)]
pub(super) struct ValueDeserializer<'de> {
    value: &'de Value,
    /// Whether a struct may leave attributes to another one.
    is_partial: bool,
}

impl<'de> ValueDeserializer<'de> {
    pub(super) fn new(value: &'de Value) -> Self {
        Self { value, is_partial: false }
    }

    /// The type inside a dynamic value matters to Terraform; a typed model has chosen its own.
    fn plain(&self) -> &'de Value {
        match self.value {
            Value::Dynamic(typed) => &typed.1,
            value => value,
        }
    }

    fn mismatch(&self, expected: &str) -> ModelError {
        match self.plain() {
            Value::Unknown(_) => ModelError::unknown(),
            Value::Null => ModelError::new(format!("{expected} is required, and the value is null")),
            _ => ModelError::new(format!("{expected} is required, and the value is of another type")),
        }
    }

    fn number(&self) -> Result<&'de Number> {
        match self.plain() {
            Value::Number(number) => Ok(number),
            _ => Err(self.mismatch("a number")),
        }
    }

    fn integer(&self) -> Result<i64> {
        let number = self.number()?;
        number.as_i64().ok_or_else(|| {
            ModelError::about_value("a whole number of 64 bits is required, and the value is another number")
        })
    }
}

impl<'de> Deserializer<'de> for ValueDeserializer<'de> {
    type Error = ModelError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.plain() {
            Value::Null => visitor.visit_unit(),
            Value::Bool(truth) => visitor.visit_bool(*truth),
            Value::Number(number) => match number.as_i64() {
                Some(int) => visitor.visit_i64(int),
                None => match number.as_u64() {
                    Some(int) => visitor.visit_u64(int),
                    None => visitor.visit_f64(number.as_f64()),
                },
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => visitor.visit_seq(Elements {
                elements: elements.iter(),
                position: 0,
                indexed: !matches!(self.plain(), Value::Set(_)),
            }),
            Value::Map(entries) | Value::Object(entries) => visitor.visit_map(Entries {
                entries: entries.iter(),
                current: None,
                named: matches!(self.plain(), Value::Object(_)),
            }),
            Value::Unknown(_) => Err(ModelError::unknown()),
            Value::Dynamic(typed) => Self::new(&typed.1).deserialize_any(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.plain() {
            Value::Bool(truth) => visitor.visit_bool(*truth),
            _ => Err(self.mismatch("a bool")),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_i64(self.integer()?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_f64(self.number()?.as_f64())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.plain() {
            Value::String(text) => visitor.visit_borrowed_str(text),
            _ => Err(self.mismatch("a string")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.plain() {
            Value::Null => visitor.visit_unit(),
            _ => Err(self.mismatch("null")),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.plain() {
            Value::List(_) | Value::Set(_) | Value::Tuple(_) => self.deserialize_any(visitor),
            _ => Err(self.mismatch("a list or set")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.plain() {
            Value::Map(_) | Value::Object(_) => self.deserialize_any(visitor),
            _ => Err(self.mismatch("a map or object")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        if !self.is_partial
            && let Value::Object(attributes) = self.plain()
            && let Some(name) = attributes.keys().find(|name| !fields.contains(&name.as_str()))
        {
            return Err(ModelError::new(format!("the struct has no field for the attribute {name:?}")));
        }
        self.deserialize_map(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value> {
        if name != JOINED {
            return self.deserialize_any(visitor);
        }
        visitor.visit_seq(Both { value: self.value, left: 2 })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value> {
        if name == NUMBER {
            return visitor.visit_string(self.number()?.to_string());
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match (name, self.value) {
            (ATTR, value) => {
                let variant = ATTR_VARIANTS[if value.is_null() {
                    0
                } else if value.is_unknown() {
                    1
                } else {
                    2
                }];
                visitor.visit_enum(Variant { variant, content: value })
            }
            (VALUE, value) => {
                visitor.visit_enum(Variant { variant: VALUE_VARIANTS[variant_of(value)], content: value })
            }
            _ => match self.plain() {
                Value::String(text) => visitor.visit_enum(text.as_str().into_deserializer()),
                _ => Err(self.mismatch("a string")),
            },
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 char bytes byte_buf unit_struct tuple identifier
    }
}

pub(super) fn variant_of(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Unknown(_) => 1,
        Value::Bool(_) => 2,
        Value::Number(_) => 3,
        Value::String(_) => 4,
        Value::List(_) => 5,
        Value::Set(_) => 6,
        Value::Tuple(_) => 7,
        Value::Map(_) => 8,
        Value::Object(_) => 9,
        Value::Dynamic(_) => 10,
    }
}

struct Elements<'de> {
    elements: std::slice::Iter<'de, Value>,
    position: i64,
    indexed: bool,
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = ModelError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(value) = self.elements.next() else { return Ok(None) };
        let position = self.position;
        self.position += 1;
        let within = |error: ModelError| match self.indexed {
            true => error.within(Step::Index(position)),
            false => error.within_set(),
        };
        seed.deserialize(ValueDeserializer::new(value)).map(Some).map_err(within)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.elements.len())
    }
}

/// One object, for each of the two structs that share it.
struct Both<'de> {
    value: &'de Value,
    left: u8,
}

impl<'de> SeqAccess<'de> for Both<'de> {
    type Error = ModelError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(ValueDeserializer { value: self.value, is_partial: true }).map(Some)
    }
}

struct Entries<'de> {
    entries: btree_map::Iter<'de, String, Value>,
    current: Option<(&'de String, &'de Value)>,
    named: bool,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = ModelError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.current = self.entries.next();
        let Some((key, _)) = self.current else { return Ok(None) };
        seed.deserialize(de::value::BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        let Some((key, value)) = self.current.take() else { return Err(ModelError::new("a value before its key")) };
        seed.deserialize(ValueDeserializer::new(value)).map_err(|error| {
            error.within(if self.named { Step::Attribute(key.clone()) } else { Step::Key(key.clone()) })
        })
    }
}

/// A variant of [`Attr`](super::Attr) or of [`Value`], with what it holds.
struct Variant<'de> {
    variant: &'static str,
    content: &'de Value,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = ModelError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        let name: de::value::StrDeserializer<'_, ModelError> = self.variant.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = ModelError;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        seed.deserialize(ValueDeserializer::new(self.content))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value> {
        let Value::Dynamic(typed) = self.content else { return Err(ModelError::new("a dynamic value is expected")) };
        visitor.visit_seq(TypeAndValue { typed, position: 0 })
    }

    fn struct_variant<V: Visitor<'de>>(self, _fields: &'static [&'static str], _visitor: V) -> Result<V::Value> {
        Err(ModelError::new("an enum of strings is expected"))
    }
}

/// The two parts of a dynamic value; its type goes as its notation.
struct TypeAndValue<'de> {
    typed: &'de (Type, Value),
    position: u8,
}

impl<'de> SeqAccess<'de> for TypeAndValue<'de> {
    type Error = ModelError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.position += 1;
        match self.position {
            1 => seed.deserialize(self.typed.0.to_json().to_string().into_deserializer()).map(Some),
            2 => seed.deserialize(ValueDeserializer::new(&self.typed.1)).map(Some),
            _ => Ok(None),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Number;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<Number, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_newtype_struct(NUMBER, Text)
    }
}

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(NUMBER, &self.to_string())
    }
}

/// [`Value`] as serde sees it, so that a model can have a field of that type.
mod whole {
    use std::collections::BTreeMap;

    use super::{Deserializer, Number, Type, VALUE, VALUE_VARIANTS, Value, VariantAccess, Visitor, de};

    impl<'de> serde::Deserialize<'de> for Value {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_enum(VALUE, VALUE_VARIANTS, ValueVisitor)
        }
    }

    struct ValueVisitor;

    impl<'de> Visitor<'de> for ValueVisitor {
        type Value = Value;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("any value")
        }

        fn visit_enum<A: de::EnumAccess<'de>>(self, access: A) -> Result<Value, A::Error> {
            let (variant, access) = access.variant::<String>()?;
            Ok(match variant.as_str() {
                "Null" => Value::Null,
                "Unknown" => Value::UNKNOWN,
                "Bool" => Value::Bool(access.newtype_variant()?),
                "Number" => Value::Number(access.newtype_variant::<Number>()?),
                "String" => Value::String(access.newtype_variant()?),
                "List" => Value::List(access.newtype_variant::<Vec<Value>>()?),
                "Set" => Value::set(access.newtype_variant::<Vec<Value>>()?),
                "Tuple" => Value::Tuple(access.newtype_variant::<Vec<Value>>()?),
                "Map" => Value::Map(access.newtype_variant::<BTreeMap<String, Value>>()?),
                "Object" => Value::Object(access.newtype_variant::<BTreeMap<String, Value>>()?),
                _ => access.tuple_variant(2, DynamicVisitor)?,
            })
        }
    }

    struct DynamicVisitor;

    impl<'de> Visitor<'de> for DynamicVisitor {
        type Value = Value;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a type and a value")
        }

        fn visit_seq<A: de::SeqAccess<'de>>(self, mut parts: A) -> Result<Value, A::Error> {
            use de::Error as _;
            let (Some(notation), Some(value)) = (parts.next_element::<String>()?, parts.next_element::<Value>()?)
            else {
                return Err(A::Error::custom("a dynamic value has a type and a value"));
            };
            let json = serde_json::from_str(&notation).map_err(A::Error::custom)?;
            let ty = Type::from_json(&json).map_err(A::Error::custom)?;
            Ok(Value::Dynamic(Box::new((ty, value))))
        }
    }
}

#[cfg(test)]
mod tests;
