//! Values for tests, written as JSON: `"<unknown>"` is an unknown value, and what is left out is null.

use serde_json::{Map, Value as Json, json};
use tfplug::{
    proto::tfplugin6::{
        DynamicValue,
        schema::{Attribute, Block, NestedBlock, nested_block, object},
    },
    value::{Number, Type, Value, decode, encode, from_json, to_json},
};

pub const UNKNOWN: &str = "<unknown>";

/// The type of a block, from the schema as it came over the wire.
pub fn type_of(block: &Block) -> Type {
    let attributes = block.attributes.iter().map(|attribute| (attribute.name.clone(), attribute_type(attribute)));
    let blocks = block.block_types.iter().map(|nested| (nested.type_name.clone(), block_type(nested)));
    Type::object(attributes.chain(blocks))
}

fn attribute_type(attribute: &Attribute) -> Type {
    let Some(nested) = &attribute.nested_type else {
        return Type::from_json(&serde_json::from_slice(&attribute.r#type).unwrap()).unwrap();
    };
    let element = Type::object(nested.attributes.iter().map(|it| (it.name.clone(), attribute_type(it))));
    match nested.nesting() {
        object::NestingMode::Single => element,
        object::NestingMode::List => Type::list(element),
        object::NestingMode::Set => Type::set(element),
        object::NestingMode::Map => Type::map(element),
        object::NestingMode::Invalid => panic!("{} has no nesting", attribute.name),
    }
}

fn block_type(nested: &NestedBlock) -> Type {
    let element = type_of(nested.block.as_ref().unwrap());
    match nested.nesting() {
        nested_block::NestingMode::Single => element,
        nested_block::NestingMode::List => Type::list(element),
        nested_block::NestingMode::Set => Type::set(element),
        other => panic!("{} is nested as {other:?}", nested.type_name),
    }
}

/// The value that the JSON stands for.
pub fn value(json: &Json, ty: &Type) -> Value {
    if json == UNKNOWN {
        return Value::UNKNOWN;
    }
    match (ty, json) {
        (_, Json::Null) => Value::Null,
        (Type::Object(types), Json::Object(attributes)) => {
            let unexpected: Vec<_> = attributes.keys().filter(|name| !types.contains_key(*name)).collect();
            assert!(unexpected.is_empty(), "the schema has no {unexpected:?}");
            Value::object(types.iter().map(|(name, ty)| (name, value(&json[name], ty))).map(|(n, v)| (n.clone(), v)))
        }
        (Type::List(element), Json::Array(elements)) => {
            Value::List(elements.iter().map(|json| value(json, element)).collect())
        }
        (Type::Set(element), Json::Array(elements)) => {
            Value::set(elements.iter().map(|json| value(json, element)).collect())
        }
        (Type::Map(element), Json::Object(elements)) => {
            Value::Map(elements.iter().map(|(key, json)| (key.clone(), value(json, element))).collect())
        }
        _ => from_json(json, ty).unwrap(),
    }
}

/// The JSON that stands for the value, nulls left out.
pub fn shown(value: &Value) -> Json {
    match value {
        Value::Unknown(_) => json!(UNKNOWN),
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
            Json::Array(elements.iter().map(shown).collect())
        }
        Value::Object(attributes) | Value::Map(attributes) => {
            let present = attributes.iter().filter(|(_, value)| !value.is_null());
            Json::Object(present.map(|(name, value)| (name.clone(), shown(value))).collect())
        }
        value => to_json(value).unwrap(),
    }
}

pub fn sent(value: &Value, ty: &Type) -> DynamicValue {
    DynamicValue { msgpack: encode(value, ty).unwrap().into(), ..Default::default() }
}

pub fn received(dynamic: Option<&DynamicValue>, ty: &Type) -> Value {
    let dynamic = dynamic.expect("a value");
    assert!(dynamic.json.is_empty(), "answers are MessagePack");
    decode(&dynamic.msgpack, ty).unwrap()
}

/// Two JSON objects, the second laid over the first; null takes away.
pub fn with(base: &Json, changes: Json) -> Json {
    let mut merged: Map<String, Json> = base.as_object().cloned().unwrap_or_default();
    for (name, change) in changes.as_object().cloned().unwrap_or_default() {
        match change {
            Json::Null => merged.remove(&name),
            change => merged.insert(name, change),
        };
    }
    Json::Object(merged)
}

/// A number as the JSON that stands for it.
pub fn number(text: &str) -> Json {
    let number: Number = text.parse().unwrap();
    to_json(&Value::Number(number)).unwrap()
}
