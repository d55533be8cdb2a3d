//! Whether a request is what its operation takes.

use std::fmt;

use jiff::{Timestamp, civil};
use serde_json::{Map, Number, Value};

use super::{Bounds, Fields, Kind};

/// A value that is not what the table says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// Where, as a dotted path such as `route_policy.max_session`; elements of lists count from 1.
    pub path: String,
    /// Why.
    pub reason: Reason,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It must be given.
    Missing,
    /// It is of another type.
    Type,
    /// It is none of these.
    Choice(Vec<String>),
    /// It is longer or shorter than this, in characters.
    Length(Bounds),
    /// It is larger or smaller than this.
    Range(Bounds),
    /// It has more or fewer elements than this.
    Count(Bounds),
    /// It does not fit this pattern.
    Pattern(String),
    /// It is no date with a time.
    Time,
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("it must be given"),
            Self::Type => formatter.write_str("it has the wrong type"),
            Self::Choice(choices) => write!(formatter, "it must be one of {}", choices.join(", ")),
            Self::Length(bounds) => write!(formatter, "it must have {bounds} characters"),
            Self::Range(bounds) => write!(formatter, "it must be {bounds}"),
            Self::Count(bounds) => write!(formatter, "it must have {bounds} elements"),
            Self::Pattern(pattern) => write!(formatter, "it does not fit {pattern}"),
            Self::Time => formatter.write_str("it must be a date with a time such as 2026-03-02T10:00:00Z"),
        }
    }
}

/// Checks `object` against `fields`; answers the dotted paths of fields that the service does not know.
///
/// An explicit `null` counts as not given.
pub(crate) fn check(fields: &Fields, object: &Map<String, Value>) -> Result<Vec<String>, Mismatch> {
    let mut unknown = Vec::new();
    check_object("", fields, object, &mut unknown)?;
    Ok(unknown)
}

/// Puts the defaults of what is not given into `object` and the objects in it, and writes choices as the service does.
pub(crate) fn complete(fields: &Fields, object: &mut Map<String, Value>) {
    for field in fields.iter() {
        let given = object.get_mut(&field.name).filter(|value| !value.is_null());
        match (given, &field.default) {
            (Some(value), _) => complete_value(&field.kind, value),
            (None, Some(default)) => {
                object.insert(field.name.clone(), default.clone());
            }
            (None, None) => {}
        }
    }
}

/// The same for the objects that are given, and not for what is left out beside them.
pub(crate) fn complete_given(fields: &Fields, object: &mut Map<String, Value>) {
    for (name, value) in object.iter_mut().filter(|(_, value)| !value.is_null()) {
        if let Some(field) = fields.get(name) {
            complete_value(&field.kind, value);
        }
    }
}

/// An object with all that has a default, and nothing else.
pub(crate) fn defaults(fields: &Fields) -> Map<String, Value> {
    let fields = fields.iter().filter_map(|field| {
        let value = match (&field.kind, &field.default) {
            (_, Some(default)) => default.clone(),
            (Kind::Object(inner), None) => Value::Object(defaults(inner)),
            _ => return None,
        };
        Some((field.name.clone(), value))
    });
    fields.filter(|(_, value)| value.as_object().is_none_or(|inner| !inner.is_empty())).collect()
}

/// A value that came as text, in a query or a form; `None` where it is of another type.
pub(crate) fn scalar(kind: &Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Text { .. } | Kind::Choice { .. } | Kind::Time | Kind::Any => Some(text.into()),
        Kind::Integer(_) => text.parse::<i64>().ok().map(Value::from),
        Kind::Number => text.parse::<Number>().ok().map(Value::Number),
        Kind::Boolean => match text {
            "true" | "True" => Some(Value::Bool(true)),
            "false" | "False" => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::List { .. } | Kind::Object(_) | Kind::Map(_) | Kind::Json(_) => None,
    }
}

fn complete_value(kind: &Kind, value: &mut Value) {
    match (kind, value) {
        (Kind::Object(fields), Value::Object(object)) => complete(fields, object),
        (Kind::List { item, .. }, Value::Array(values)) => {
            values.iter_mut().for_each(|value| complete_value(item, value));
        }
        (Kind::Json(inner), value) => complete_value(inner, value),
        (Kind::Choice { of, any_case: true, .. }, Value::String(text)) => {
            if let Some(choice) = of.iter().find(|choice| choice.eq_ignore_ascii_case(text)) {
                text.clone_from(choice);
            }
        }
        _ => {}
    }
}

fn check_object(
    path: &str,
    fields: &Fields,
    object: &Map<String, Value>,
    unknown: &mut Vec<String>,
) -> Result<(), Mismatch> {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let is_missing = |name: &str| object.get(name).is_none_or(Value::is_null);
    if let Some(field) = fields.iter().find(|field| field.required && is_missing(&field.name)) {
        return Err(Mismatch { path: below(&field.name), reason: Reason::Missing });
    }
    for (name, value) in object {
        match fields.get(name) {
            Some(field) => check_value(&below(name), &field.kind, value, unknown)?,
            None => unknown.push(below(name)),
        }
    }
    Ok(())
}

/// Whether a text is a date with a time. The vendor's client for Python leaves out where the time is when it is told a
/// time without that.
fn is_time(text: &str) -> bool {
    text.parse::<Timestamp>().is_ok() || (text.contains(':') && text.parse::<civil::DateTime>().is_ok())
}

fn check_value(path: &str, kind: &Kind, value: &Value, unknown: &mut Vec<String>) -> Result<(), Mismatch> {
    let reason = match (kind, value) {
        (_, Value::Null) | (Kind::Any, _) => return Ok(()),
        (Kind::Time, Value::String(text)) if !text.is_empty() && !is_time(text) => Reason::Time,
        (Kind::Time, Value::String(_)) | (Kind::Boolean, Value::Bool(_)) | (Kind::Number, Value::Number(_)) => {
            return Ok(());
        }
        (Kind::Text { length, .. }, Value::String(text)) if !length.hold_count(text.chars().count()) => {
            Reason::Length(*length)
        }
        (Kind::Text { pattern: Some(pattern), .. }, Value::String(text)) if !pattern.fits(text) => {
            Reason::Pattern(pattern.source().to_owned())
        }
        (Kind::Text { .. }, Value::String(_)) => return Ok(()),
        (Kind::Choice { of, or_empty, any_case }, Value::String(text)) => {
            let is_meant = |choice: &String| choice == text || (*any_case && choice.eq_ignore_ascii_case(text));
            if of.iter().any(is_meant) || (*or_empty && text.is_empty()) {
                return Ok(());
            }
            Reason::Choice(of.clone())
        }
        (Kind::Integer(bounds), Value::Number(number)) => match number.as_i64() {
            Some(number) if bounds.hold(number) => return Ok(()),
            Some(_) => Reason::Range(*bounds),
            None => Reason::Type,
        },
        (Kind::Json(inner), value) => return check_value(path, inner, value, unknown),
        (Kind::Object(fields), Value::Object(object)) => return check_object(path, fields, object, unknown),
        (Kind::Map(inner), Value::Object(object)) => {
            for (name, value) in object {
                check_value(&format!("{path}.{name}"), inner, value, unknown)?;
            }
            return Ok(());
        }
        (Kind::List { count, .. }, Value::Array(values)) if !count.hold_count(values.len()) => Reason::Count(*count),
        (Kind::List { item, .. }, Value::Array(values)) => {
            for (index, value) in values.iter().enumerate() {
                let path = format!("{path}.{}", index + 1);
                if value.is_null() {
                    return Err(Mismatch { path, reason: Reason::Missing });
                }
                check_value(&path, item, value, unknown)?;
            }
            return Ok(());
        }
        _ => Reason::Type,
    };
    Err(Mismatch { path: path.to_owned(), reason })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::table::Table, *};

    const TABLE: &str = "\
Make POST /v1/{project_id}/things
  body
    name text 1..4
    kind choice a|b = a
    policy object
      max integer 1..5
      deep boolean = true
    tags list 0..2 of object
      key! text
      value text ~ [a-z]*
    labels map of integer
    since time
  200
";

    fn run(value: Value) -> Result<Vec<String>, (String, Reason)> {
        let table = Table::parse(TABLE).unwrap();
        let fields = table.operation("Make").unwrap().body.as_ref().unwrap();
        check(fields, value.as_object().unwrap()).map_err(|mismatch| (mismatch.path, mismatch.reason))
    }

    fn refused(value: Value) -> (String, Reason) {
        run(value).unwrap_err()
    }

    #[test]
    fn what_fits_passes_and_null_counts_as_not_given() {
        let value = json!({"name": "n", "kind": "b", "policy": {"max": 3}, "tags": [{"key": "k"}], "labels": {"x": 1}});
        assert_eq!(run(value), Ok(vec![]));
        assert_eq!(run(json!({"name": null, "policy": {"max": null}})), Ok(vec![]));
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_reason() {
        let within = |least, most| Bounds { least: Some(least), most: Some(most) };
        assert_eq!(refused(json!({"policy": {"max": "3"}})), ("policy.max".into(), Reason::Type));
        assert_eq!(refused(json!({"policy": {"max": 3.5}})), ("policy.max".into(), Reason::Type));
        assert_eq!(refused(json!({"policy": {"max": 6}})), ("policy.max".into(), Reason::Range(within(1, 5))));
        assert_eq!(refused(json!({"name": "fünf5"})), ("name".into(), Reason::Length(within(1, 4))));
        assert_eq!(refused(json!({"tags": [{"key": "k"}, {}]})), ("tags.2.key".into(), Reason::Missing));
        assert_eq!(refused(json!({"tags": [{"key": "k"}, null]})), ("tags.2".into(), Reason::Missing));
        assert_eq!(
            refused(json!({"tags": [{"key": "k", "value": "A"}]})),
            ("tags.1.value".into(), Reason::Pattern("[a-z]*".into()))
        );
        let three = json!({"tags": [{"key": "k"}, {"key": "k"}, {"key": "k"}]});
        assert_eq!(refused(three), ("tags".into(), Reason::Count(within(0, 2))));
        assert_eq!(refused(json!({"kind": "c"})), ("kind".into(), Reason::Choice(vec!["a".into(), "b".into()])));
        assert_eq!(refused(json!({"labels": {"x": "1"}})), ("labels.x".into(), Reason::Type));
    }

    #[test]
    fn a_time_is_a_date_with_a_time_wherever_that_is() {
        for time in
            ["2026-03-02T10:00:00Z", "2026-03-02T10:00:00+08:00", "2026-03-02T10:00:00.5", "2026-03-02 10:00:00", ""]
        {
            assert_eq!(run(json!({"since": time})), Ok(vec![]), "{time}");
        }
        for time in ["yesterday", "2026-03-02", "10:00", "2026-13-02T10:00:00Z", "1772445600000"] {
            assert_eq!(refused(json!({"since": time})), ("since".into(), Reason::Time), "{time}");
        }
        assert_eq!(refused(json!({"since": 7})), ("since".into(), Reason::Type));
    }

    #[test]
    fn a_field_that_the_table_does_not_know_is_reported_and_passes() {
        assert_eq!(run(json!({"nmae": "n", "policy": {"min": 1}})), Ok(vec!["nmae".into(), "policy.min".into()]));
    }

    #[test]
    fn a_choice_whose_capitals_do_not_matter_is_read_as_the_service_writes_it() {
        let table =
            Table::parse("Make POST /x\n  body\n    kind choice/i CloudApp|Other\n    size choice S|M\n").unwrap();
        let fields = table.operation("Make").unwrap().body.as_ref().unwrap();
        let mut value = json!({"kind": "cloudAPP", "size": "S"}).as_object().unwrap().clone();
        assert_eq!(check(fields, &value), Ok(vec![]));
        complete(fields, &mut value);
        assert_eq!(Value::Object(value), json!({"kind": "CloudApp", "size": "S"}));
        assert!(check(fields, json!({"size": "s"}).as_object().unwrap()).is_err());
    }

    #[test]
    fn defaults_stand_for_what_is_not_given() {
        let table = Table::parse(TABLE).unwrap();
        let fields = table.operation("Make").unwrap().body.as_ref().unwrap();
        let mut value = json!({"policy": {"max": 3}, "kind": null}).as_object().unwrap().clone();
        complete(fields, &mut value);
        assert_eq!(Value::Object(value), json!({"policy": {"max": 3, "deep": true}, "kind": "a"}));
    }
}
