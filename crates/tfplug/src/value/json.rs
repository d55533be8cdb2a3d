//! The JSON encoding of values (`tfplugin6.DynamicValue.json`, `tfplugin6.RawState.json`).

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{NumberError, Path, Step, Type, Value, ValueError};

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
            Ok(Value::List(read_all(elements, |_| Some(&**element), true, path)?))
        }
        (Type::Set(element), Json::Array(elements)) => {
            let steps = path.steps().len();
            let elements = read_all(elements, |_| Some(&**element), false, path);
            Ok(Value::set(elements.map_err(|error| error.in_element(steps))?))
        }
        (Type::Tuple(types), Json::Array(elements)) if types.len() == elements.len() => {
            Ok(Value::Tuple(read_all(elements, |position| types.get(position), true, path)?))
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
    // Without the text: it may have been stored by a version where it was one that nobody is to see.
    let number = text.parse().map_err(|_: NumberError| ValueError::new(path, "the value is not a number"))?;
    Ok(Value::Number(number))
}

fn read_all<'t>(
    elements: &[Json],
    ty: impl Fn(usize) -> Option<&'t Type>,
    indexed: bool,
    path: &mut Path,
) -> Result<Vec<Value>, ValueError> {
    let mut values = Vec::with_capacity(elements.len());
    for (position, json) in elements.iter().enumerate() {
        let Some(ty) = ty(position) else { return Err(ValueError::new(path, "too many elements")) };
        if indexed {
            path.push(Step::Index(i64::try_from(position).unwrap_or(i64::MAX)));
            values.push(read(json, ty, path)?);
            path.pop();
        } else {
            values.push(read(json, ty, path)?);
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Value {
        Value::Number(text.parse().unwrap())
    }

    #[test]
    fn a_value_is_written_as_terraform_writes_it() {
        let typed = Value::Dynamic(Box::new((Type::Bool, true.into())));
        for (value, json) in [
            (Value::Null, json!(null)),
            (true.into(), json!(true)),
            (number("1.5"), json!(1.5)),
            ("text".into(), json!("text")),
            (Value::List(vec!["a".into(), Value::Null]), json!(["a", null])),
            (Value::set(vec!["b".into(), "a".into()]), json!(["a", "b"])),
            (Value::Tuple(vec![true.into(), "a".into()]), json!([true, "a"])),
            (Value::Map([("k".to_owned(), "v".into())].into()), json!({"k": "v"})),
            (Value::object([("a", Value::from(7))]), json!({"a": 7})),
            (typed, json!({"type": "bool", "value": true})),
        ] {
            assert_eq!(to_json(&value), Some(json));
        }
        let long = "123456789012345678901234567890.5";
        assert_eq!(to_json(&number(long)).unwrap().to_string(), long, "every digit");
        assert_eq!(to_json(&number("-Infinity")), Some(json!("-Infinity")), "JSON has no infinities");
    }

    #[test]
    fn what_holds_something_unknown_has_no_json() {
        for value in [
            Value::UNKNOWN,
            Value::List(vec![Value::UNKNOWN]),
            Value::Map([("k".to_owned(), Value::UNKNOWN)].into()),
            Value::Dynamic(Box::new((Type::Bool, Value::UNKNOWN))),
        ] {
            assert_eq!(to_json(&value), None);
        }
    }

    #[test]
    fn simple_values_are_converted_as_terraform_converts_them() {
        for (json, ty, value) in [
            (json!("true"), Type::Bool, true.into()),
            (json!("false"), Type::Bool, false.into()),
            (json!("1.5"), Type::Number, number("1.5")),
            (json!(7), Type::String, "7".into()),
            (json!(false), Type::String, "false".into()),
        ] {
            assert_eq!(from_json(&json, &ty), Ok(value));
        }
        for (json, ty) in [(json!("yes"), Type::Bool), (json!("many"), Type::Number), (json!(1), Type::Bool)] {
            assert!(from_json(&json, &ty).is_err(), "{json}");
        }
    }

    #[test]
    fn a_dynamic_value_comes_with_its_type() {
        let value = Value::Dynamic(Box::new((Type::list(Type::Bool), Value::List(vec![true.into()]))));
        assert_eq!(from_json(&json!({"type": ["list", "bool"], "value": [true]}), &Type::Dynamic), Ok(value));
        // Dynamic inside dynamic says nothing more.
        let inner = json!({"type": "dynamic", "value": {"type": "bool", "value": true}});
        let value = Value::Dynamic(Box::new((Type::Bool, true.into())));
        assert_eq!(from_json(&inner, &Type::Dynamic), Ok(value));
        for (json, problem) in [
            (json!({"value": true}), "a dynamic value has a type and a value"),
            (json!({"type": "bool"}), "a dynamic value has a type and a value"),
            (json!({"type": "nothing", "value": 1}), "\"nothing\" is not the notation of a type"),
        ] {
            assert_eq!(from_json(&json, &Type::Dynamic).unwrap_err().to_string(), problem);
        }
    }

    #[test]
    fn what_does_not_fit_its_type_says_where() {
        let pair = Type::Tuple(vec![Type::Bool, Type::Bool]);
        for (json, ty, problem) in [
            (json!({}), Type::String, "the value is not of type \"string\""),
            (json!([true, 1]), Type::list(Type::Bool), "[1]: the value is not of type \"bool\""),
            (json!({"a": true, "b": 1}), Type::map(Type::Bool), "[\"b\"]: the value is not of type \"bool\""),
            (
                json!({"a": true, "b": 1}),
                Type::object([("a", Type::Bool), ("b", Type::Bool)]),
                "b: the value is not of type \"bool\"",
            ),
            // An element of a set has no path of its own.
            (
                json!({"a": [{"b": true}]}),
                Type::object([("a", Type::set(Type::object([("b", Type::Number)])))]),
                "a: in an element, b: the value is not of type \"number\"",
            ),
            (json!([true, 1]), Type::set(Type::Bool), "the value is not of type \"bool\""),
            (json!([true, 1]), pair.clone(), "[1]: the value is not of type \"bool\""),
            (json!([true]), pair, "the value is not of type [\"tuple\",[\"bool\",\"bool\"]]"),
        ] {
            assert_eq!(from_json(&json, &ty).unwrap_err().to_string(), problem);
        }
    }
}
