//! A request's parts, decoded, checked against what its operation takes, and typed.

use serde_json::{Map, Value};

use super::errors::Error;
use crate::{
    call::Arrival,
    shape::{
        Fields, Kind,
        check::{check, complete, complete_given, scalar},
        table::Operation,
    },
};

/// What an operation gets to see.
#[derive(Debug, Default)]
pub(super) struct Request {
    /// The project in the path.
    pub project_id: String,
    /// The project's region.
    pub region: String,
    path: Map<String, Value>,
    query: Map<String, Value>,
    body: Map<String, Value>,
    /// Query and body as they came, without what stands for what was not given.
    recorded: Map<String, Value>,
}

impl Request {
    /// Notes what stands in the path.
    pub(super) fn set_path(&mut self, path: Vec<(&str, String)>) {
        self.path = path.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        if let Some(Value::String(project)) = self.path.remove("project_id") {
            self.project_id = project;
        }
    }

    /// Reads query and body; answers the names that the operation does not know.
    pub(super) fn read(&mut self, operation: &Operation, arrival: &Arrival) -> Result<Vec<String>, Error> {
        let path = check(&operation.in_path, &self.path).map_err(|mismatch| Error::mismatch(&mismatch));
        self.read_rest(operation, arrival).and_then(|unknown| path.map(|_| unknown))
    }

    fn read_rest(&mut self, operation: &Operation, arrival: &Arrival) -> Result<Vec<String>, Error> {
        let result = self.read_query(&operation.query, arrival);
        if !operation.form.is_empty() {
            check_form(&operation.form, arrival)?;
        }
        if let Some(fields) = &operation.body {
            let read = self.read_body(fields, arrival);
            self.recorded.extend(self.body.clone());
            let more = read?;
            // What a change leaves out stays as it is; an object that it gives takes the place of the whole one.
            match operation.method.as_str() {
                "PATCH" => complete_given(fields, &mut self.body),
                _ => complete(fields, &mut self.body),
            }
            return result.map(|mut unknown| {
                unknown.extend(more);
                unknown
            });
        }
        result
    }

    fn read_query(&mut self, fields: &Fields, arrival: &Arrival) -> Result<Vec<String>, Error> {
        let mut result = Ok(());
        let mut unknown = Vec::new();
        for (name, text) in arrival.query_pairs() {
            let field = fields.get(&name);
            let stands_for_all =
                field.is_some_and(|field| field.required && matches!(&field.kind, Kind::Choice { or_empty: true, .. }));
            let value = match field.map(|field| &field.kind) {
                None => {
                    unknown.push(name);
                    continue;
                }
                // A list is the name over and over.
                Some(Kind::List { item, .. }) => scalar(item, &text).map(|value| {
                    let mut list = self.query.get(&name).and_then(Value::as_array).cloned().unwrap_or_default();
                    list.push(value);
                    Value::Array(list)
                }),
                // An empty parameter counts as one that is not given, unless it must be given and may be empty.
                Some(_) if text.is_empty() && !stands_for_all => continue,
                Some(kind) => scalar(kind, &text),
            };
            match value {
                Some(value) => {
                    self.query.insert(name, value);
                }
                None => result = Err(Error::invalid(&name, "it has the wrong type")),
            }
        }
        self.recorded.extend(self.query.clone());
        result?;
        check(fields, &self.query).map_err(|mismatch| Error::mismatch(&mismatch))?;
        complete(fields, &mut self.query);
        Ok(unknown)
    }

    fn read_body(&mut self, fields: &Fields, arrival: &Arrival) -> Result<Vec<String>, Error> {
        if arrival.body.is_empty() {
            return Err(Error::empty_body());
        }
        let malformed = || Error::invalid("body", "it must be a JSON object");
        match serde_json::from_slice(&arrival.body).map_err(|_| malformed())? {
            Value::Object(body) => self.body = body,
            Value::Null => return Err(Error::empty_body()),
            _ => return Err(malformed()),
        }
        check(fields, &self.body).map_err(|mismatch| Error::mismatch(&mismatch))
    }

    /// What the record of calls shows.
    pub(super) fn recorded(&self) -> Value {
        let mut all = self.recorded.clone();
        all.extend(self.path.clone());
        Value::Object(all)
    }

    /// What stands in the path for this name.
    pub(super) fn path(&self, name: &str) -> &str {
        self.path.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The whole body.
    pub(super) fn body(&self) -> &Map<String, Value> {
        &self.body
    }

    /// A body field that is there and not null.
    pub(super) fn field(&self, name: &str) -> Option<&Value> {
        self.body.get(name).filter(|value| !value.is_null())
    }

    /// A body field's text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.field(name).and_then(Value::as_str)
    }

    /// A body field's text, which must not be empty.
    pub(super) fn need(&self, name: &str) -> Result<&str, Error> {
        self.text(name).filter(|text| !text.is_empty()).ok_or_else(|| Error::missing(name))
    }

    /// A body field's texts; none where it is not given.
    pub(super) fn texts(&self, name: &str) -> Vec<&str> {
        self.list(name).iter().filter_map(Value::as_str).collect()
    }

    /// A body field's list; empty where it is not given.
    pub(super) fn list(&self, name: &str) -> &[Value] {
        self.field(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// A body field's whole number.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        self.field(name).and_then(Value::as_i64)
    }

    /// A body field's truth value.
    pub(super) fn boolean(&self, name: &str) -> Option<bool> {
        self.field(name).and_then(Value::as_bool)
    }

    /// A query parameter's text.
    pub(super) fn query_text(&self, name: &str) -> Option<&str> {
        self.query.get(name).and_then(Value::as_str)
    }

    /// The texts of a query parameter that can be given several times.
    pub(super) fn query_texts(&self, name: &str) -> Vec<&str> {
        self.query.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// A query parameter's whole number.
    pub(super) fn query_integer(&self, name: &str) -> Option<i64> {
        self.query.get(name).and_then(Value::as_i64)
    }

    /// Whether a query parameter that narrows a list wants `value`: it is the same, or the parameter is not given.
    pub(super) fn wants(&self, name: &str, value: &str) -> bool {
        self.query_text(name).is_none_or(|wanted| wanted == value)
    }

    /// Whether a list wants what is in this enterprise project; without one, it is that of the default project.
    pub(super) fn wants_enterprise(&self, enterprise_project_id: &str) -> bool {
        self.query_text("enterprise_project_id").unwrap_or("0") == enterprise_project_id
    }

    /// Whether a query parameter that narrows a list is a part of `value`, or is not given.
    pub(super) fn wants_part(&self, name: &str, value: &str) -> bool {
        self.query_text(name).is_none_or(|part| value.contains(part))
    }

    /// The rows that `offset` and `limit` ask for, and how many there are in all.
    pub(super) fn window<T>(&self, rows: impl Iterator<Item = T>) -> (usize, Vec<T>) {
        let number = |name| self.query_integer(name).and_then(|number| usize::try_from(number).ok());
        let (offset, limit) = (number("offset").unwrap_or(0), number("limit").unwrap_or(10));
        let rows: Vec<T> = rows.collect();
        (rows.len(), rows.into_iter().skip(offset).take(limit).collect())
    }
}

/// The parts of a form, of which one must be there. What is in them is not looked at.
fn check_form(fields: &Fields, arrival: &Arrival) -> Result<(), Error> {
    if !arrival.header("content-type").is_some_and(|kind| kind.starts_with("multipart/form-data")) {
        return Err(Error::unsupported_media());
    }
    let body = String::from_utf8_lossy(&arrival.body);
    let is_there = |name: &str| body.contains(&format!("name=\"{name}\"")) || body.contains(&format!("name={name}\r"));
    match fields.iter().next() {
        Some(first) if !fields.iter().any(|field| is_there(&field.name)) => Err(Error::missing(&first.name)),
        _ => Ok(()),
    }
}
