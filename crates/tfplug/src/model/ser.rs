//! From models to values, led by the type that the schema gives.

use std::collections::BTreeMap;

use serde::{
    Serialize, Serializer,
    ser::{self, Impossible},
};

use super::{
    attr::ATTR,
    de::{NUMBER, VALUE, VALUE_VARIANTS, variant_of},
    error::ModelError,
    joined::JOINED,
};
use crate::value::{Number, Step, Type, Value};

type Result<T> = std::result::Result<T, ModelError>;

#[derive(Clone, Copy)]
pub(super) struct ValueSerializer<'t> {
    ty: &'t Type,
    /// Whether a struct may leave attributes to another one.
    is_partial: bool,
}

impl<'t> ValueSerializer<'t> {
    pub(super) fn new(ty: &'t Type) -> Self {
        Self { ty, is_partial: false }
    }

    fn expect(self, wanted: &Type, value: Value) -> Result<Value> {
        if self.ty == wanted { Ok(value) } else { Err(self.mismatch()) }
    }

    fn mismatch(self) -> ModelError {
        ModelError::new(format!("the schema's type is {}, and the struct's is another", self.ty.to_json()))
    }

    fn int(self, int: impl Into<i64>) -> Result<Value> {
        self.expect(&Type::Number, Value::Number(Number::from(int.into())))
    }

    /// A float as it is written, in the fewest digits that read back as it: a configured 0.1 is one tenth, and comes
    /// back as that.
    fn float(self, float: f64, written: &str) -> Result<Value> {
        let number = if float.is_finite() { written.parse() } else { Number::from_f64(float) };
        let number = number.map_err(|error| ModelError::new(error.to_string()))?;
        self.expect(&Type::Number, Value::Number(number))
    }
}

impl<'t> Serializer for ValueSerializer<'t> {
    type Ok = Value;
    type Error = ModelError;
    type SerializeSeq = SeqSerializer<'t>;
    type SerializeTuple = SeqSerializer<'t>;
    type SerializeTupleStruct = JoinedSerializer<'t>;
    type SerializeTupleVariant = DynamicSerializer;
    type SerializeMap = MapSerializer<'t>;
    type SerializeStruct = MapSerializer<'t>;
    type SerializeStructVariant = Impossible<Value, ModelError>;

    fn serialize_bool(self, truth: bool) -> Result<Value> {
        self.expect(&Type::Bool, Value::Bool(truth))
    }

    fn serialize_i8(self, int: i8) -> Result<Value> {
        self.int(int)
    }

    fn serialize_i16(self, int: i16) -> Result<Value> {
        self.int(int)
    }

    fn serialize_i32(self, int: i32) -> Result<Value> {
        self.int(int)
    }

    fn serialize_i64(self, int: i64) -> Result<Value> {
        self.int(int)
    }

    fn serialize_u8(self, int: u8) -> Result<Value> {
        self.int(int)
    }

    fn serialize_u16(self, int: u16) -> Result<Value> {
        self.int(int)
    }

    fn serialize_u32(self, int: u32) -> Result<Value> {
        self.int(int)
    }

    fn serialize_u64(self, int: u64) -> Result<Value> {
        self.expect(&Type::Number, Value::Number(Number::from(int)))
    }

    fn serialize_f32(self, float: f32) -> Result<Value> {
        self.float(f64::from(float), &float.to_string())
    }

    fn serialize_f64(self, float: f64) -> Result<Value> {
        self.float(float, &float.to_string())
    }

    fn serialize_char(self, character: char) -> Result<Value> {
        self.expect(&Type::String, Value::String(character.to_string()))
    }

    fn serialize_str(self, text: &str) -> Result<Value> {
        self.expect(&Type::String, Value::String(text.to_owned()))
    }

    fn serialize_bytes(self, _bytes: &[u8]) -> Result<Value> {
        Err(self.mismatch())
    }

    fn serialize_none(self) -> Result<Value> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<Value> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, name: &'static str, _index: u32, variant: &'static str) -> Result<Value> {
        match (name, variant) {
            (ATTR | VALUE, "Null") => Ok(Value::Null),
            (ATTR | VALUE, _) => Ok(Value::UNKNOWN),
            (_, variant) => self.serialize_str(variant),
        }
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<Value> {
        if name != NUMBER {
            return value.serialize(self);
        }
        match (self.ty, value.serialize(Self::new(&Type::String))?) {
            (Type::Number, Value::String(text)) => {
                text.parse().map(Value::Number).map_err(|error| ModelError::new(format!("{error}")))
            }
            _ => Err(self.mismatch()),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value> {
        match name {
            ATTR | VALUE => value.serialize(self),
            _ => {
                Err(ModelError::new(format!("the variant {variant} of {name} holds a value; enums of strings do not")))
            }
        }
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<SeqSerializer<'t>> {
        match self.ty {
            Type::List(_) | Type::Set(_) | Type::Tuple(_) => Ok(SeqSerializer { ty: self.ty, elements: Vec::new() }),
            _ => Err(self.mismatch()),
        }
    }

    fn serialize_tuple(self, len: usize) -> Result<SeqSerializer<'t>> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, name: &'static str, _len: usize) -> Result<JoinedSerializer<'t>> {
        match self.ty {
            Type::Object(_) if name == JOINED => Ok(JoinedSerializer { whole: self, entries: BTreeMap::new() }),
            _ => Err(self.mismatch()),
        }
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        _index: u32,
        _variant: &'static str,
        _len: usize,
    ) -> Result<DynamicSerializer> {
        if name == VALUE && *self.ty == Type::Dynamic {
            Ok(DynamicSerializer { ty: None, value: None })
        } else {
            Err(self.mismatch())
        }
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<MapSerializer<'t>> {
        match self.ty {
            Type::Map(_) | Type::Object(_) => {
                let (key, entries) = (String::new(), BTreeMap::new());
                Ok(MapSerializer { ty: self.ty, is_partial: self.is_partial, is_struct: false, key, entries })
            }
            _ => Err(self.mismatch()),
        }
    }

    fn serialize_struct(self, _name: &'static str, len: usize) -> Result<MapSerializer<'t>> {
        Ok(MapSerializer { is_struct: true, ..self.serialize_map(Some(len))? })
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeStructVariant> {
        Err(self.mismatch())
    }
}

pub(super) struct SeqSerializer<'t> {
    ty: &'t Type,
    elements: Vec<Value>,
}

impl ser::SerializeSeq for SeqSerializer<'_> {
    type Ok = Value;
    type Error = ModelError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<()> {
        let position = self.elements.len();
        let ty = match self.ty {
            Type::Tuple(types) => {
                types.get(position).ok_or_else(|| ModelError::new("too many elements for the tuple"))?
            }
            Type::List(element) | Type::Set(element) => element,
            _ => return Err(ValueSerializer::new(self.ty).mismatch()),
        };
        let within = |error: ModelError| match self.ty {
            Type::Set(_) => error.within_set(),
            _ => error.within(Step::Index(i64::try_from(position).unwrap_or(i64::MAX))),
        };
        self.elements.push(element.serialize(ValueSerializer::new(ty)).map_err(within)?);
        Ok(())
    }

    fn end(self) -> Result<Value> {
        match self.ty {
            Type::Set(_) => Ok(Value::set(self.elements)),
            Type::Tuple(types) if types.len() != self.elements.len() => {
                Err(ModelError::new("too few elements for the tuple"))
            }
            Type::Tuple(_) => Ok(Value::Tuple(self.elements)),
            _ => Ok(Value::List(self.elements)),
        }
    }
}

impl ser::SerializeTuple for SeqSerializer<'_> {
    type Ok = Value;
    type Error = ModelError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<()> {
        ser::SerializeSeq::serialize_element(self, element)
    }

    fn end(self) -> Result<Value> {
        ser::SerializeSeq::end(self)
    }
}

pub(super) struct MapSerializer<'t> {
    ty: &'t Type,
    is_partial: bool,
    is_struct: bool,
    key: String,
    entries: BTreeMap<String, Value>,
}

impl MapSerializer<'_> {
    fn entry<T: Serialize + ?Sized>(&mut self, key: String, value: &T) -> Result<()> {
        let (ty, step) = match self.ty {
            Type::Map(element) => (&**element, Step::Key(key.clone())),
            Type::Object(types) => {
                let Some(ty) = types.get(&key) else {
                    // What is for several schemas, as timeouts are, is written as a map, with nulls where some have
                    // nothing. A field of a struct is an attribute, and were it null until now, it would only be found
                    // with the first value.
                    return match value.serialize(ValueSerializer::new(&Type::Dynamic)) {
                        Ok(Value::Null) if !self.is_struct => Ok(()),
                        _ => Err(ModelError::new(format!("the schema has no attribute {key:?}"))),
                    };
                };
                (ty, Step::Attribute(key.clone()))
            }
            _ => return Err(ValueSerializer::new(self.ty).mismatch()),
        };
        let value = value.serialize(ValueSerializer::new(ty)).map_err(|error| error.within(step))?;
        self.entries.insert(key, value);
        Ok(())
    }

    fn finish(self) -> Result<Value> {
        let Type::Object(types) = self.ty else { return Ok(Value::Map(self.entries)) };
        if !self.is_partial {
            check_complete(types, &self.entries)?;
        }
        Ok(Value::Object(self.entries))
    }
}

fn check_complete(types: &BTreeMap<String, Type>, entries: &BTreeMap<String, Value>) -> Result<()> {
    match types.keys().find(|name| !entries.contains_key(*name)) {
        Some(name) => Err(ModelError::new(format!("the struct has no field for the attribute {name:?}"))),
        None => Ok(()),
    }
}

/// The attributes of two structs in one object.
pub(super) struct JoinedSerializer<'t> {
    whole: ValueSerializer<'t>,
    entries: BTreeMap<String, Value>,
}

impl ser::SerializeTupleStruct for JoinedSerializer<'_> {
    type Ok = Value;
    type Error = ModelError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, part: &T) -> Result<()> {
        let Value::Object(entries) = part.serialize(ValueSerializer { is_partial: true, ..self.whole })? else {
            return Err(ModelError::new("each part of an object is a struct"));
        };
        for (name, value) in entries {
            if self.entries.insert(name.clone(), value).is_some() {
                return Err(ModelError::new(format!("both structs have a field for the attribute {name:?}")));
            }
        }
        Ok(())
    }

    fn end(self) -> Result<Value> {
        if let (false, Type::Object(types)) = (self.whole.is_partial, self.whole.ty) {
            check_complete(types, &self.entries)?;
        }
        Ok(Value::Object(self.entries))
    }
}

impl ser::SerializeMap for MapSerializer<'_> {
    type Ok = Value;
    type Error = ModelError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        match key.serialize(ValueSerializer::new(&Type::String))? {
            Value::String(key) => {
                self.key = key;
                Ok(())
            }
            _ => Err(ModelError::new("the keys of a map are strings")),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let key = std::mem::take(&mut self.key);
        self.entry(key, value)
    }

    fn end(self) -> Result<Value> {
        self.finish()
    }
}

impl ser::SerializeStruct for MapSerializer<'_> {
    type Ok = Value;
    type Error = ModelError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        self.entry(name.to_owned(), value)
    }

    fn end(self) -> Result<Value> {
        self.finish()
    }
}

/// The two parts of [`Value::Dynamic`], in the order in which its `Serialize` writes them.
pub(super) struct DynamicSerializer {
    ty: Option<Type>,
    value: Option<Value>,
}

impl ser::SerializeTupleVariant for DynamicSerializer {
    type Ok = Value;
    type Error = ModelError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, part: &T) -> Result<()> {
        match &self.ty {
            None => {
                let Value::String(notation) = part.serialize(ValueSerializer::new(&Type::String))? else {
                    return Err(ModelError::new("the type of a dynamic value is missing"));
                };
                let json = serde_json::from_str(&notation).map_err(|error| ModelError::new(error.to_string()))?;
                self.ty = Some(Type::from_json(&json).map_err(|error| ModelError::new(error.to_string()))?);
            }
            Some(ty) => self.value = Some(part.serialize(ValueSerializer::new(ty))?),
        }
        Ok(())
    }

    fn end(self) -> Result<Value> {
        match (self.ty, self.value) {
            (Some(ty), Some(value)) => Ok(Value::Dynamic(Box::new((ty, value)))),
            _ => Err(ModelError::new("a dynamic value has a type and a value")),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let index = variant_of(self);
        let name = VALUE_VARIANTS[index];
        #[allow(clippy::cast_possible_truncation)]
        let index = index as u32;
        match self {
            Self::Null | Self::Unknown(_) => serializer.serialize_unit_variant(VALUE, index, name),
            Self::Bool(truth) => serializer.serialize_newtype_variant(VALUE, index, name, truth),
            Self::Number(number) => serializer.serialize_newtype_variant(VALUE, index, name, number),
            Self::String(text) => serializer.serialize_newtype_variant(VALUE, index, name, text),
            Self::List(elements) | Self::Set(elements) | Self::Tuple(elements) => {
                serializer.serialize_newtype_variant(VALUE, index, name, elements)
            }
            Self::Map(entries) | Self::Object(entries) => {
                serializer.serialize_newtype_variant(VALUE, index, name, entries)
            }
            Self::Dynamic(typed) => {
                use ser::SerializeTupleVariant as _;
                let mut parts = serializer.serialize_tuple_variant(VALUE, index, name, 2)?;
                parts.serialize_field(&typed.0.to_json().to_string())?;
                parts.serialize_field(&typed.1)?;
                parts.end()
            }
        }
    }
}

#[cfg(test)]
mod tests;
