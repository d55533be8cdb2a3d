//! From JSON to the values of a configuration, as Terraform turns expressions into them.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::error::Error;
use crate::{
    schema::{Attribute, Block, NestedBlock, Nesting, Shape},
    value::{Number, Path, Step, Type, Value, to_json},
};

/// The text that stands for what is only known after apply.
const UNKNOWN: &str = "(known after apply)";

/// In the JSON of a configuration, a value that is only known after apply; and so it is shown in a plan.
///
/// ```
/// use serde_json::json;
/// use tfplug::testing::unknown;
///
/// let config = json!({ "name": "a", "network_id": unknown() });
/// assert_eq!(config["network_id"], unknown());
/// ```
pub fn unknown() -> Json {
    Json::from(UNKNOWN)
}

/// A value as JSON, to be compared in a test: nulls of objects are left out, unknown values are [`unknown()`], and a
/// dynamic value is shown without its type.
pub fn shown(value: &Value) -> Json {
    match value {
        Value::Unknown(_) => unknown(),
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => elements.iter().map(shown).collect(),
        Value::Map(elements) => elements.iter().map(|(key, value)| (key.clone(), shown(value))).collect(),
        Value::Object(attributes) => {
            let present = attributes.iter().filter(|(_, value)| !value.is_null());
            present.map(|(name, value)| (name.clone(), shown(value))).collect()
        }
        Value::Dynamic(typed) => shown(&typed.1),
        known => to_json(known).unwrap_or_default(),
    }
}

/// Reads a block as it is written.
pub(super) fn block(block: &Block, json: &Json) -> Result<Value, Error> {
    Reader { path: Path::ROOT }.block(block, json)
}

/// Reads a value of a type.
pub(super) fn value(ty: &Type, json: &Json) -> Result<Value, Error> {
    Reader { path: Path::ROOT }.value(ty, json)
}

struct Reader {
    path: Path,
}

impl Reader {
    fn refuse<T>(&self, problem: impl Into<String>) -> Result<T, Error> {
        Err(Error::refused(&self.path, problem))
    }

    fn inside<T>(&mut self, step: Step, read: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        self.path.push(step);
        let read = read(self);
        self.path.pop();
        read
    }

    fn at_index<T>(&mut self, index: usize, read: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        self.inside(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)), read)
    }

    fn block(&mut self, block: &Block, json: &Json) -> Result<Value, Error> {
        let Json::Object(written) = json else { return self.refuse("a block is expected") };
        let is_there = |name: &String| block.attributes.contains_key(name) || block.blocks.contains_key(name);
        if let Some(stranger) = written.keys().find(|name| !is_there(name)) {
            return self.refuse(format!("an argument or a block named {stranger:?} is not expected"));
        }
        let mut values = self.attributes(&block.attributes, written)?;
        for (name, nested) in &block.blocks {
            let step = Step::Attribute(name.clone());
            let json = written.get(name).unwrap_or(&Json::Null);
            values.insert(name.clone(), self.inside(step, |reader| reader.nested(nested, json))?);
        }
        Ok(Value::Object(values))
    }

    fn attributes(
        &mut self,
        attributes: &BTreeMap<String, Attribute>,
        written: &serde_json::Map<String, Json>,
    ) -> Result<BTreeMap<String, Value>, Error> {
        let mut values = BTreeMap::new();
        for (name, attribute) in attributes {
            let value = match written.get(name) {
                Some(json) => self.inside(Step::Attribute(name.clone()), |reader| reader.attribute(attribute, json))?,
                // One that is written and null is left to the provider, as a variable without a value is.
                None if attribute.required => return self.refuse(format!("the argument {name:?} is required")),
                None => Value::Null,
            };
            values.insert(name.clone(), value);
        }
        Ok(values)
    }

    fn attribute(&mut self, attribute: &Attribute, json: &Json) -> Result<Value, Error> {
        match &attribute.shape {
            Shape::Type(ty) => self.value(ty, json),
            Shape::Nested(nesting, attributes) => self.nested_attributes(*nesting, attributes, json),
        }
    }

    fn nested_attributes(
        &mut self,
        nesting: Nesting,
        attributes: &BTreeMap<String, Attribute>,
        json: &Json,
    ) -> Result<Value, Error> {
        if json == UNKNOWN {
            return Ok(Value::UNKNOWN);
        }
        match (nesting, json) {
            (_, Json::Null) => Ok(Value::Null),
            (Nesting::Single, json) => self.object(attributes, json),
            (Nesting::List, Json::Array(all)) => {
                Ok(Value::List(self.each(all, |reader, json| reader.object(attributes, json))?))
            }
            (Nesting::Set, Json::Array(all)) => {
                Ok(Value::set(self.each(all, |reader, json| reader.object(attributes, json))?))
            }
            (Nesting::Map, Json::Object(all)) => {
                Ok(Value::Map(self.each_key(all, |reader, json| reader.object(attributes, json))?))
            }
            _ => self.refuse(format!("a {nesting:?} of objects is expected")),
        }
    }

    fn object(&mut self, attributes: &BTreeMap<String, Attribute>, json: &Json) -> Result<Value, Error> {
        if json == UNKNOWN {
            return Ok(Value::UNKNOWN);
        }
        match json {
            Json::Null => Ok(Value::Null),
            // Terraform passes over what an object has too much. In a test it is a slip.
            Json::Object(written) => match written.keys().find(|name| !attributes.contains_key(*name)) {
                Some(stranger) => self.refuse(format!("an attribute named {stranger:?} is not expected")),
                None => Ok(Value::Object(self.attributes(attributes, written)?)),
            },
            _ => self.refuse("an object is expected"),
        }
    }

    fn nested(&mut self, nested: &NestedBlock, json: &Json) -> Result<Value, Error> {
        if json == UNKNOWN {
            return Ok(Value::UNKNOWN);
        }
        let one = |reader: &mut Self, json: &Json| {
            if json == UNKNOWN { Ok(Value::UNKNOWN) } else { reader.block(&nested.block, json) }
        };
        let (blocks, count) = match (nested.nesting, json) {
            (Nesting::Single, Json::Null) => (Value::Null, 0),
            (Nesting::Single, json) => (one(self, json)?, 1),
            (Nesting::Map, Json::Null) => (Value::Map(BTreeMap::new()), 0),
            (Nesting::Map, Json::Object(all)) => (Value::Map(self.each_key(all, one)?), all.len()),
            (Nesting::List | Nesting::Set, json) => {
                let all = match json {
                    Json::Null => &[][..],
                    Json::Array(all) => all,
                    // One block is written without any brackets.
                    one => std::slice::from_ref(one),
                };
                let read = self.each(all, one)?;
                (if nested.nesting == Nesting::Set { Value::set(read) } else { Value::List(read) }, all.len())
            }
            _ => return self.refuse("blocks by their labels are expected"),
        };
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        if count < nested.min_items {
            return self.refuse(format!("at least {} blocks are required", nested.min_items));
        }
        if nested.max_items > 0 && count > nested.max_items {
            return self.refuse(format!("no more than {} blocks are allowed", nested.max_items));
        }
        Ok(blocks)
    }

    fn each(
        &mut self,
        all: &[Json],
        read: impl Fn(&mut Self, &Json) -> Result<Value, Error>,
    ) -> Result<Vec<Value>, Error> {
        all.iter().enumerate().map(|(index, json)| self.at_index(index, |reader| read(reader, json))).collect()
    }

    fn each_key(
        &mut self,
        all: &serde_json::Map<String, Json>,
        read: impl Fn(&mut Self, &Json) -> Result<Value, Error>,
    ) -> Result<BTreeMap<String, Value>, Error> {
        let read = all
            .iter()
            .map(|(key, json)| Ok((key.clone(), self.inside(Step::Key(key.clone()), |reader| read(reader, json))?)));
        read.collect()
    }

    fn value(&mut self, ty: &Type, json: &Json) -> Result<Value, Error> {
        if json == UNKNOWN {
            return Ok(Value::UNKNOWN);
        }
        match (ty, json) {
            (_, Json::Null) => Ok(Value::Null),
            (Type::Bool, Json::Bool(truth)) => Ok(Value::Bool(*truth)),
            (Type::Bool, Json::String(text)) if text == "true" || text == "1" => Ok(Value::Bool(true)),
            (Type::Bool, Json::String(text)) if text == "false" || text == "0" => Ok(Value::Bool(false)),
            (Type::Number, Json::Number(number)) => self.number(&number.to_string()),
            (Type::Number, Json::String(text)) => self.number(text),
            (Type::String, Json::String(text)) => Ok(Value::String(text.clone())),
            (Type::String, Json::Number(number)) => {
                let Value::Number(number) = self.number(&number.to_string())? else { return Ok(Value::Null) };
                Ok(Value::String(number.to_string()))
            }
            (Type::String, Json::Bool(truth)) => Ok(Value::String(truth.to_string())),
            (Type::List(ty), Json::Array(all)) => Ok(Value::List(self.each(all, |reader, it| reader.value(ty, it))?)),
            (Type::Set(ty), Json::Array(all)) => Ok(Value::set(self.each(all, |reader, it| reader.value(ty, it))?)),
            (Type::Map(ty), Json::Object(all)) => {
                Ok(Value::Map(self.each_key(all, |reader, it| reader.value(ty, it))?))
            }
            (Type::Tuple(types), Json::Array(all)) if types.len() == all.len() => {
                let mut elements = Vec::with_capacity(all.len());
                for (index, (ty, json)) in types.iter().zip(all).enumerate() {
                    elements.push(self.at_index(index, |reader| reader.value(ty, json))?);
                }
                Ok(Value::Tuple(elements))
            }
            (Type::Object(types), Json::Object(all)) => self.structure(types, all),
            (Type::Dynamic, json) => self.dynamic(json),
            _ => self.refuse(format!("a value of type {} is expected", ty.to_json())),
        }
    }

    fn structure(
        &mut self,
        types: &BTreeMap<String, Type>,
        all: &serde_json::Map<String, Json>,
    ) -> Result<Value, Error> {
        if let Some(stranger) = all.keys().find(|name| !types.contains_key(*name)) {
            return self.refuse(format!("an attribute named {stranger:?} is not expected"));
        }
        let mut values = BTreeMap::new();
        for (name, ty) in types {
            let Some(json) = all.get(name) else { return self.refuse(format!("the attribute {name:?} is required")) };
            values.insert(name.clone(), self.inside(Step::Attribute(name.clone()), |it| it.value(ty, json))?);
        }
        Ok(Value::Object(values))
    }

    /// A value in its own type: one that is named beside it, or the one that its JSON has.
    fn dynamic(&mut self, json: &Json) -> Result<Value, Error> {
        if let Json::Object(parts) = json
            && let (2, Some(notation), Some(json)) = (parts.len(), parts.get("type"), parts.get("value"))
            && let Ok(ty) = Type::from_json(notation)
        {
            let value = self.value(&ty, json)?;
            return Ok(if ty == Type::Dynamic { value } else { Value::Dynamic(Box::new((ty, value))) });
        }
        let ty = type_of(json);
        let value = self.value(&ty, json)?;
        Ok(if ty == Type::Dynamic { value } else { Value::Dynamic(Box::new((ty, value))) })
    }

    fn number(&mut self, text: &str) -> Result<Value, Error> {
        match text.parse::<Number>() {
            Ok(number) => Ok(Value::Number(number)),
            Err(error) => self.refuse(error.to_string()),
        }
    }
}

/// The type that an expression has by itself.
fn type_of(json: &Json) -> Type {
    match json {
        Json::Null => Type::Dynamic,
        json if json == UNKNOWN => Type::Dynamic,
        Json::Bool(_) => Type::Bool,
        Json::Number(_) => Type::Number,
        Json::String(_) => Type::String,
        Json::Array(all) => Type::Tuple(all.iter().map(type_of).collect()),
        Json::Object(all) => Type::object(all.iter().map(|(name, json)| (name, type_of(json)))),
    }
}
