//! A request's parts, decoded and typed.

use serde_json::{Map, Value};

use super::{Operation, errors::Error};
use crate::{
    call::Arrival,
    shape::{self, Field, Shape},
};

/// What an operation gets to see.
#[derive(Debug)]
pub(super) struct Request {
    /// The project in the path.
    pub project_id: String,
    /// The project's region.
    pub region: String,
    /// The segments that stand for `{}`.
    pub path: Vec<String>,
    query: Map<String, Value>,
    body: Map<String, Value>,
}

impl Request {
    pub(super) fn new(project_id: &str) -> Self {
        Self {
            project_id: project_id.to_owned(),
            region: String::new(),
            path: Vec::new(),
            query: Map::new(),
            body: Map::new(),
        }
    }

    /// Reads query and body; answers the names that the operation does not know.
    pub(super) fn read(&mut self, operation: &Operation, arrival: &Arrival) -> Result<Vec<String>, Error> {
        let mut unknown = Vec::new();
        let mut result = Ok(());
        for (name, text) in arrival.query_pairs() {
            match operation.query.iter().find(|(known, _)| *known == name) {
                None => unknown.push(name),
                Some((_, kind)) => match scalar(*kind, &text) {
                    Some(value) => {
                        self.query.insert(name, value);
                    }
                    None => result = Err(Error::invalid(&name, "it has the wrong type")),
                },
            }
        }
        if let Some(fields) = operation.body {
            self.read_body(fields, arrival, &mut unknown)?;
        }
        result.map(|()| unknown)
    }

    fn read_body(&mut self, fields: &[Field], arrival: &Arrival, unknown: &mut Vec<String>) -> Result<(), Error> {
        if arrival.body.is_empty() {
            return Err(Error::empty_body());
        }
        let malformed = || Error::invalid("body", "it must be a JSON object");
        match serde_json::from_slice(&arrival.body).map_err(|_| malformed())? {
            Value::Object(body) => self.body = body,
            Value::Null => return Err(Error::empty_body()),
            _ => return Err(malformed()),
        }
        let more = shape::check(fields, &self.body)
            .map_err(|mismatch| Error::invalid(&mismatch.path, "it has the wrong type or value"))?;
        unknown.extend(more);
        Ok(())
    }

    /// What the record of calls shows.
    pub(super) fn recorded(&self) -> Value {
        let mut all = self.query.clone();
        all.extend(self.body.clone());
        if let Some(id) = self.path.first() {
            all.insert("server_group_id".to_owned(), id.as_str().into());
        }
        Value::Object(all)
    }

    /// The server group's id in the path.
    pub(super) fn server_group_id(&self) -> &str {
        self.path.first().map_or("", String::as_str)
    }

    /// A body field that is there and not null.
    pub(super) fn field(&self, name: &str) -> Option<&Value> {
        self.body.get(name).filter(|value| !value.is_null())
    }

    /// A body field's text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.field(name).and_then(Value::as_str)
    }

    /// A body field's text, which must be there and not empty.
    pub(super) fn need(&self, name: &str) -> Result<&str, Error> {
        self.text(name).filter(|text| !text.is_empty()).ok_or_else(|| Error::missing(name))
    }

    /// A body field's whole number.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        self.field(name).and_then(Value::as_i64)
    }

    /// A body field's truth value.
    pub(super) fn boolean(&self, name: &str) -> Option<bool> {
        self.field(name).and_then(Value::as_bool)
    }

    /// A query parameter's text, unless empty.
    pub(super) fn query_text(&self, name: &str) -> Option<&str> {
        self.query.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A query parameter's whole number.
    pub(super) fn query_integer(&self, name: &str) -> Option<i64> {
        self.query.get(name).and_then(Value::as_i64)
    }

    /// `offset` and `limit`: from 0, and 1 to 100 with 10 where it is not given.
    pub(super) fn window(&self) -> Result<(usize, usize), Error> {
        let offset = usize::try_from(self.query_integer("offset").unwrap_or(0))
            .map_err(|_| Error::invalid("offset", "it must not be negative"))?;
        let limit = usize::try_from(self.query_integer("limit").unwrap_or(10))
            .ok()
            .filter(|limit| (1..=100).contains(limit))
            .ok_or_else(|| Error::invalid("limit", "it must be from 1 to 100"))?;
        Ok((offset, limit))
    }
}

fn scalar(kind: Shape, text: &str) -> Option<Value> {
    match kind {
        Shape::Integer => text.parse::<i64>().ok().map(Value::from),
        Shape::Boolean => text.to_ascii_lowercase().parse::<bool>().ok().map(Value::from),
        _ => Some(Value::from(text)),
    }
}
