//! The form in which values are in files: each says of what kind it is, as in `{"number": "1"}`, and one without
//! anything is null.

use serde_json::{Map, Value as Json, json};
use tfplug::{Value, value::Type};

/// Reads a value of a type.
pub fn read(stored: Option<&Json>, ty: &Type) -> Result<Value, String> {
    let key = match ty {
        Type::Bool => "boolean",
        Type::Number => "number",
        Type::String => "string",
        Type::List(_) => "list",
        Type::Set(_) => "set",
        Type::Map(_) => "map",
        Type::Object(_) => "object",
        Type::Tuple(_) | Type::Dynamic => return Err("values of this type are in no file".to_owned()),
    };
    let Some(stored) = stored.filter(|stored| !stored.is_null()) else { return Ok(Value::Null) };
    let Json::Object(kinds) = stored else { return Err(format!("{{{key:?}: …}} is expected, and it is {stored}")) };
    if let Some(other) = kinds.iter().find(|(kind, value)| *kind != key && !value.is_null()) {
        return Err(format!("a value of the kind {key:?} is expected, and it is one of {:?}", other.0));
    }
    let value = kinds.get(key).unwrap_or(&Json::Null);
    match (ty, value) {
        (_, Json::Null) => Ok(Value::Null),
        (Type::Bool, Json::Bool(truth)) => Ok((*truth).into()),
        (Type::Number, Json::String(text)) => text.parse().map(Value::Number).map_err(|error| format!("{error}")),
        (Type::String, Json::String(text)) => Ok(text.clone().into()),
        (Type::List(element), Json::Array(elements)) => Ok(Value::List(read_all(elements, element)?)),
        (Type::Set(element), Json::Array(elements)) => Ok(Value::set(read_all(elements, element)?)),
        (Type::Map(element), Json::Object(elements)) => {
            let elements = elements.iter().map(|(key, value)| Ok((key.clone(), read(Some(value), element)?)));
            Ok(Value::Map(elements.collect::<Result<_, String>>()?))
        }
        (Type::Object(types), Json::Object(values)) => {
            let values = types.iter().map(|(name, ty)| Ok((name.clone(), read(values.get(name), ty)?)));
            Ok(Value::Object(values.collect::<Result<_, String>>()?))
        }
        _ => Err(format!("{value} is no value of the kind {key:?}")),
    }
}

fn read_all(elements: &[Json], ty: &Type) -> Result<Vec<Value>, String> {
    elements.iter().map(|element| read(Some(element), ty)).collect()
}

/// Writes a value. What is unknown has none.
pub fn write(value: &Value) -> Json {
    match value {
        Value::Null | Value::Unknown(_) => json!({}),
        Value::Bool(truth) => json!({ "boolean": truth }),
        Value::Number(number) => json!({ "number": number.to_string() }),
        Value::String(text) => json!({ "string": text }),
        Value::List(elements) | Value::Tuple(elements) => {
            json!({ "list": elements.iter().map(write).collect::<Vec<_>>() })
        }
        Value::Set(elements) => json!({ "set": elements.iter().map(write).collect::<Vec<_>>() }),
        Value::Map(elements) => {
            let elements: Map<_, _> = elements.iter().map(|(key, value)| (key.clone(), write(value))).collect();
            json!({ "map": elements })
        }
        Value::Object(_) => json!({ "object": attributes(value) }),
        Value::Dynamic(typed) => write(&typed.1),
    }
}

/// Writes the attributes of an object that have values.
pub fn attributes(object: &Value) -> Json {
    let Value::Object(attributes) = object else { return json!({}) };
    let there = attributes.iter().filter(|(_, value)| !value.is_null() && !value.is_unknown());
    there.map(|(name, value)| (name.clone(), write(value))).collect()
}
