//! What an answer shows of what a handler knows.

use serde_json::Value;

use super::Kind;

/// Takes out of `value` what the operation does not answer, and what has no value: the services leave that out.
pub(crate) fn shape(kind: &Kind, value: &mut Value) {
    match (kind, value) {
        (Kind::Object(fields), Value::Object(object)) => {
            object.retain(|name, value| {
                let field = fields.get(name).filter(|_| !value.is_null());
                if let Some(field) = field {
                    shape(&field.kind, value);
                }
                field.is_some()
            });
        }
        (Kind::Map(inner), Value::Object(object)) => {
            object.values_mut().for_each(|value| shape(inner, value));
        }
        (Kind::List { item, .. }, Value::Array(values)) => values.iter_mut().for_each(|value| shape(item, value)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::table::Table, *};

    #[test]
    fn an_answer_holds_what_its_operation_answers_and_nothing_without_a_value() {
        let text = "Show GET /things\n  200\n    id text\n    items list of object\n      a integer\n      b integer\n";
        let table = Table::parse(text).unwrap();
        let mut answer = json!({"id": null, "items": [{"a": 1, "secret": 2}, {"b": null}], "more": true});
        shape(table.operation("Show").unwrap().answer.as_ref().unwrap(), &mut answer);
        assert_eq!(answer, json!({"items": [{"a": 1}, {}]}));
    }
}
