//! The JSON encoding of values (`tfplugin6.DynamicValue.json`, `tfplugin6.RawState.json`).

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{Number, Path, Step, Type, Value, ValueError};

/// Reads a value of the given type.
///
/// Attributes that the type does not have are passed over and missing ones are null, because a stored state may come
/// from an older or a newer schema. Numbers and bools in quotes are accepted, as Terraform accepts them.
///
/// # Errors
/// When the JSON is not of that type.
pub fn from_json(json: &Json, ty: &Type) -> Result<Value, ValueError> {
    read(json, ty, &mut Path::default())
}

/// Writes a value; `None` where it holds something unknown, which JSON cannot say.
pub fn to_json(value: &Value) -> Option<Json> {
    Some(match value {
        Value::Null => Json::Null,
        Value::Unknown(_) => return None,
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Number(number) => match number.to_string().parse::<serde_json::Number>() {
            Ok(number) => Json::Number(number),
            // The infinities.
            Err(_) => Json::String(number.to_string()),
        },
        Value::String(text) => Json::String(text.clone()),
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
            Json::Array(elements.iter().map(to_json).collect::<Option<_>>()?)
        }
        Value::Map(elements) | Value::Object(elements) => Json::Object(
            elements.iter().map(|(key, value)| Some((key.clone(), to_json(value)?))).collect::<Option<_>>()?,
        ),
        Value::Dynamic(typed) => json!({ "value": to_json(&typed.1)?, "type": typed.0.to_json() }),
    })
}

fn read(json: &Json, ty: &Type, path: &mut Path) -> Result<Value, ValueError> {
    if json.is_null() {
        return Ok(Value::Null);
    }
    match (ty, json) {
        (Type::Bool, Json::Bool(truth)) => Ok(Value::Bool(*truth)),
        (Type::Bool, Json::String(text)) if text == "true" || text == "false" => Ok(Value::Bool(text == "true")),
        (Type::Number, Json::Number(number)) => read_number(&number.to_string(), path),
        (Type::Number, Json::String(text)) => read_number(text, path),
        (Type::String, Json::String(text)) => Ok(Value::String(text.clone())),
        (Type::String, Json::Number(number)) => Ok(Value::String(number.to_string())),
        (Type::String, Json::Bool(truth)) => Ok(Value::String(truth.to_string())),
        (Type::List(element), Json::Array(elements)) => {
            Ok(Value::List(read_all(elements, |_| Some(&**element), path)?))
        }
        (Type::Set(element), Json::Array(elements)) => Ok(Value::set(read_all(elements, |_| Some(&**element), path)?)),
        (Type::Tuple(types), Json::Array(elements)) if types.len() == elements.len() => {
            Ok(Value::Tuple(read_all(elements, |position| types.get(position), path)?))
        }
        (Type::Map(element), Json::Object(elements)) => {
            let mut map = BTreeMap::new();
            for (key, json) in elements {
                path.push(Step::Key(key.clone()));
                map.insert(key.clone(), read(json, element, path)?);
                path.pop();
            }
            Ok(Value::Map(map))
        }
        (Type::Object(types), Json::Object(attributes)) => {
            let mut object = BTreeMap::new();
            for (name, ty) in types {
                path.push(Step::Attribute(name.clone()));
                object.insert(name.clone(), read(attributes.get(name).unwrap_or(&Json::Null), ty, path)?);
                path.pop();
            }
            Ok(Value::Object(object))
        }
        (Type::Dynamic, Json::Object(parts)) => {
            let (Some(notation), Some(json)) = (parts.get("type"), parts.get("value")) else {
                return Err(ValueError::new(path, "a dynamic value has a type and a value"));
            };
            let ty = Type::from_json(notation).map_err(|error| ValueError::new(path, error.to_string()))?;
            let value = read(json, &ty, path)?;
            Ok(if ty == Type::Dynamic { value } else { Value::Dynamic(Box::new((ty, value))) })
        }
        _ => Err(ValueError::new(path, format!("the value is not of type {}", ty.to_json()))),
    }
}

fn read_number(text: &str, path: &Path) -> Result<Value, ValueError> {
    let number = text.parse::<Number>().map_err(|error| ValueError::new(path, error.to_string()))?;
    Ok(Value::Number(number))
}

fn read_all<'t>(
    elements: &[Json],
    ty: impl Fn(usize) -> Option<&'t Type>,
    path: &mut Path,
) -> Result<Vec<Value>, ValueError> {
    let mut values = Vec::with_capacity(elements.len());
    for (position, json) in elements.iter().enumerate() {
        let Some(ty) = ty(position) else { return Err(ValueError::new(path, "too many elements")) };
        path.push(Step::Index(i64::try_from(position).unwrap_or(i64::MAX)));
        values.push(read(json, ty, path)?);
        path.pop();
    }
    Ok(values)
}
