//! What a parameter or body field may look like, and the check of a value against it.
//!
//! Both services describe their input with the same few types, so the tables in [`super::alibaba`] and
//! [`super::huawei`] are written in this vocabulary. A field that no table names is reported separately from one that
//! is wrong: the services ignore the former, and the emulator's record shows it.

use serde_json::{Map, Value};

/// The type of a parameter or field.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Any string.
    Text,
    /// One of the listed strings.
    OneOf(&'static [&'static str]),
    /// A whole number.
    Integer,
    /// A whole or fractional number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list of values of one type.
    List(&'static Shape),
    /// An object with the listed fields.
    Object(&'static [Field]),
    /// A string that holds such a value as JSON (Alibaba Cloud's encoding of nested parameters).
    Json(&'static Shape),
}

/// A field's name and type.
pub(super) type Field = (&'static str, Shape);

/// A field whose value does not have its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mismatch {
    /// Where, as a dotted path such as `route_policy.max_session`.
    pub path: String,
}

/// Checks `object` against `fields`; answers the dotted paths of fields that no table names.
///
/// An explicit `null` passes everywhere: both services take it as "not given".
pub(super) fn check(fields: &[Field], object: &Map<String, Value>) -> Result<Vec<String>, Mismatch> {
    let mut unknown = Vec::new();
    check_object("", fields, object, &mut unknown)?;
    Ok(unknown)
}

fn check_object(
    path: &str,
    fields: &[Field],
    object: &Map<String, Value>,
    unknown: &mut Vec<String>,
) -> Result<(), Mismatch> {
    for (name, value) in object {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match fields.iter().find(|(known, _)| known == name) {
            Some((_, shape)) => check_value(&path, *shape, value, unknown)?,
            None => unknown.push(path),
        }
    }
    Ok(())
}

fn check_value(path: &str, shape: Shape, value: &Value, unknown: &mut Vec<String>) -> Result<(), Mismatch> {
    let fits = match (shape, value) {
        (_, Value::Null) => true,
        (Shape::Text, Value::String(_)) | (Shape::Boolean, Value::Bool(_)) | (Shape::Number, Value::Number(_)) => true,
        (Shape::OneOf(choices), Value::String(text)) => choices.contains(&text.as_str()),
        (Shape::Integer, Value::Number(number)) => number.as_i64().is_some(),
        (Shape::Json(inner), value) => return check_value(path, *inner, value, unknown),
        (Shape::Object(fields), Value::Object(object)) => {
            return check_object(path, fields, object, unknown);
        }
        (Shape::List(inner), Value::Array(values)) => {
            for (index, value) in values.iter().enumerate() {
                check_value(&format!("{path}.{}", index + 1), *inner, value, unknown)?;
            }
            true
        }
        _ => false,
    };
    if fits { Ok(()) } else { Err(Mismatch { path: path.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FIELDS: &[Field] = &[
        ("name", Shape::Text),
        ("kind", Shape::OneOf(&["a", "b"])),
        ("policy", Shape::Object(&[("max", Shape::Integer)])),
        ("tags", Shape::List(&Shape::Object(&[("key", Shape::Text)]))),
    ];

    fn run(value: Value) -> Result<Vec<String>, String> {
        check(FIELDS, value.as_object().unwrap()).map_err(|mismatch| mismatch.path)
    }

    #[test]
    fn what_fits_passes_and_null_counts_as_not_given() {
        let value = json!({"name": "n", "kind": "b", "policy": {"max": 3}, "tags": [{"key": "k"}]});
        assert_eq!(run(value), Ok(vec![]));
        assert_eq!(run(json!({"name": null, "policy": {"max": null}})), Ok(vec![]));
    }

    #[test]
    fn a_wrong_type_is_named_by_its_path() {
        assert_eq!(run(json!({"policy": {"max": "3"}})), Err("policy.max".into()));
        assert_eq!(run(json!({"policy": {"max": 3.5}})), Err("policy.max".into()));
        assert_eq!(run(json!({"tags": [{"key": "k"}, {"key": 1}]})), Err("tags.2.key".into()));
        assert_eq!(run(json!({"kind": "c"})), Err("kind".into()));
    }

    #[test]
    fn a_field_that_no_table_names_is_reported_and_passes() {
        assert_eq!(run(json!({"nmae": "n", "policy": {"min": 1}})), Ok(vec!["nmae".into(), "policy.min".into()]));
    }
}
