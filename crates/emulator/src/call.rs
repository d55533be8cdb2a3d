//! What the server and the two services agree on: a request as it arrived, a call as a service understood it, and the
//! answer.

use axum::http::{HeaderMap, HeaderValue, request::Parts};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{keys::Keys, options::Durations, random::Random, world::World};

/// Which service a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Cloud {
    /// Alibaba Cloud App Streaming.
    Alibaba,
    /// Huawei Cloud Workspace and IAM.
    Huawei,
}

/// A request as it came off the wire.
#[derive(Debug, Clone)]
pub(super) struct Arrival {
    /// The HTTP method, in capitals.
    pub method: String,
    /// The path, still percent-encoded.
    pub path: String,
    /// The query, still percent-encoded; empty where there is none.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

/// What a service's gateway knows when a request arrives.
pub(crate) struct Gateway<'a> {
    /// Who may call.
    pub keys: &'a mut Keys,
    /// What ids are drawn from.
    pub random: &'a mut Random,
    /// The world as it is.
    pub world: &'a World,
    /// The machine's time, by which the dates of requests are judged.
    pub wall: Timestamp,
    /// The emulator's time, by which what was issued expires.
    pub now: Timestamp,
}

/// A call as the service understood it, before anything was done.
pub(super) struct Call {
    /// The service.
    pub cloud: Cloud,
    /// The operation's name in the service's own documentation.
    pub operation: String,
    /// Who calls, as far as that is known: an access key id or a user's name.
    pub caller: Option<String>,
    /// The decoded parameters without those that authenticate.
    pub parameters: Value,
    /// Parameters that the service does not know and ignores.
    pub not_understood: Vec<String>,
    /// The id that the answer carries.
    pub request_id: String,
    /// What is to be done, or why nothing is.
    pub action: Result<Action, Answer>,
}

/// Answers from the world as it is.
type Look = Box<dyn FnOnce(&World, Moment) -> Answer + Send>;
/// Changes the world, or refuses.
type Change = Box<dyn FnOnce(&mut World, Moment) -> Result<Answer, Answer> + Send>;

/// What a call does to the world. A refused write must be told from a done one, so that the world can take it back; the
/// answer is what the client gets in both cases.
pub(super) enum Action {
    /// Only looks.
    Read(Look),
    /// Changes something.
    Write(Change),
}

/// The circumstances of a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// The time on the emulator's clock.
    pub now: Timestamp,
    /// How long things take.
    pub durations: Durations,
}

/// An answer before it is HTTP.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers beside the content type.
    pub headers: Vec<(&'static str, String)>,
    /// The body; `None` sends none.
    pub body: Option<Value>,
    /// The service's code for what went wrong, also where the status is 200.
    pub code: Option<String>,
}

impl Answer {
    /// A plain success.
    pub(super) fn ok(body: Value) -> Self {
        Self { status: 200, headers: Vec::new(), body: Some(body), code: None }
    }
}

impl Arrival {
    pub(crate) fn new(head: Parts, body: Vec<u8>) -> Self {
        Self {
            method: head.method.as_str().to_owned(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            headers: head.headers,
            body,
        }
    }

    /// A header's value as text; `None` where it is absent or not text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok())
    }

    /// The host that the client asked for.
    pub(super) fn host(&self) -> &str {
        self.header("host").unwrap_or_default()
    }

    /// The decoded pairs of the query.
    pub(super) fn query_pairs(&self) -> Vec<(String, String)> {
        pairs(self.query.as_bytes())
    }

    /// Whether the body is a form.
    pub(super) fn has_form(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
    }
}

/// Decodes `a=1&b=2`.
pub(super) fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(encoded).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// The page `number` (from 1) of `size` rows.
pub(super) fn page<T>(rows: impl Iterator<Item = T>, number: usize, size: usize) -> Vec<T> {
    rows.skip(number.saturating_sub(1).saturating_mul(size)).take(size).collect()
}

/// The service leaves out what it has no value for.
pub(crate) fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, value| !value.is_null());
    }
    value
}
