//! Alibaba Cloud App Streaming, product `appstream-center`, version `2021-09-01`.
//!
//! The rules of each operation are in the file of its family, in the order of the operation's own page: [`groups`],
//! [`authorization`], [`sessions`], [`images`], [`browsers`], [`ota`], [`tags`], [`account`].
//! `operations.txt` says what each takes and answers, [`errors`] what each refuses with, and [`dispatch`] who does it.

mod account;
mod authorization;
mod browsers;
mod dispatch;
mod errors;
mod groups;
mod images;
mod operations;
mod ota;
mod pool;
mod request;
mod rules;
mod sessions;
mod tags;

use serde_json::{Map, Value, json};

use self::{
    dispatch::Run,
    errors::Error,
    request::{
        arguments::Arguments,
        parameters::{self, Decoded},
        signature,
    },
};
use crate::{
    call::{Action, Answer, Arrival, Call, Cloud, Gateway, pairs},
    shape::{answer::shape, table::Operation},
};

/// The only version of the API.
const VERSION: &str = "2021-09-01";

pub(crate) use operations::table;
pub(crate) use sessions::people;

/// The names of all operations.
pub(super) fn operation_names() -> impl Iterator<Item = &'static str> {
    dispatch::names()
}

/// The actions of RAM that a caller of an operation must be allowed; `None` where they are not known.
pub(super) fn permissions(operation: &str) -> Option<Vec<String>> {
    table().operation(operation)?.permissions.clone()
}

/// Whether a request to `/` is for this service at all.
pub(super) fn recognises(arrival: &Arrival) -> bool {
    arrival.path == "/"
}

/// Understands a request: who calls which operation with what.
pub(super) fn understand(arrival: &Arrival, gateway: &mut Gateway<'_>) -> Call {
    let request_id = gateway.random.uuid().to_string().to_uppercase();
    let all = all_pairs(arrival);
    let get = |name: &str| all.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let action = arrival.header("x-acs-action").or(get("Action")).unwrap_or_default().to_owned();
    let version = arrival.header("x-acs-version").or(get("Version")).unwrap_or_default();
    let found = dispatch::find(&action);
    let (mut decoded, well_formed) =
        found.map_or_else(|| (Decoded::default(), Ok(())), |(operation, _)| parameters::decode(operation, &all));
    let host = arrival.host().to_owned();
    let prepare = || {
        let (operation, run) = found.ok_or_else(Error::unknown_action)?;
        if version != VERSION {
            return Err(Error::unknown_version());
        }
        let signer = signature::verify(arrival, gateway.keys, gateway.wall)?;
        let forbidden = signer.pair.read_only && matches!(run, Run::Write(_));
        let nonce = signer.nonce;
        if !gateway.keys.use_nonce(nonce) {
            return Err(Error::used_nonce());
        }
        if forbidden {
            return Err(Error::forbidden(&operation.name));
        }
        well_formed?;
        Ok((operation, run))
    };
    let prepared = prepare().map_err(|error| refusal(&error, &request_id, &host)).and_then(|(operation, run)| {
        let values = parameters::checked(operation, &mut decoded);
        // What is missing is the gateway's to refuse; what is wrong with the rest, the service's.
        let values = values.map_err(|error| match error.is_missing() {
            true => refusal(&error, &request_id, &host),
            false => refused(operation, &error, &request_id, &host),
        })?;
        Ok((operation, run, values))
    });
    Call {
        cloud: Cloud::Alibaba,
        operation: if action.is_empty() { "unknown".to_owned() } else { action },
        caller: signature::named_access_key(arrival),
        parameters: Value::Object(decoded.values),
        not_understood: decoded.not_understood,
        action: prepared.map(|(operation, run, values)| act(operation, run, values, request_id.clone(), host)),
        request_id,
    }
}

/// The answer to a call that came too soon after others.
pub(super) fn throttled(call: &Call, host: &str) -> Answer {
    let mut answer = refusal(&Error::throttled(), &call.request_id, host);
    // Milliseconds, as the vendor's clients read it.
    answer.headers.push(("x-acs-retry-after", "1000".to_owned()));
    answer
}

/// The gateway's answer to a body of more than it takes.
pub(super) fn too_large(request_id: &str, host: &str) -> Answer {
    refusal(&Error::too_large(), request_id, host)
}

/// An error of the gateway's form, for a fault.
pub(super) fn fault(status: u16, code: &str, message: &str, request_id: &str, host: &str) -> Answer {
    let error = Error { status, code: code.to_owned(), message: message.to_owned() };
    refusal(&error, request_id, host)
}

fn all_pairs(arrival: &Arrival) -> Vec<(String, String)> {
    let mut all = arrival.query_pairs();
    if arrival.has_form() {
        all.extend(pairs(&arrival.body));
    }
    all
}

fn act(
    operation: &'static Operation,
    run: Run,
    values: Map<String, Value>,
    request_id: String,
    host: String,
) -> Action {
    match run {
        Run::Read(run) => {
            Action::Read(Box::new(move |world, moment| match run(world, &Arguments::new(&values), moment) {
                Ok(body) => success(operation, body, &request_id),
                Err(error) => refused(operation, &error, &request_id, &host),
            }))
        }
        Run::Write(run) => Action::Write(Box::new(move |world, moment| {
            run(world, &Arguments::new(&values), moment)
                .map(|body| success(operation, body, &request_id))
                .map_err(|error| refused(operation, &error, &request_id, &host))
        })),
    }
}

fn success(operation: &Operation, mut body: Value, request_id: &str) -> Answer {
    if let Some(kind) = &operation.answer {
        shape(kind, &mut body);
    }
    if let Value::Object(fields) = &mut body {
        fields.insert("RequestId".to_owned(), request_id.into());
    }
    Answer { headers: vec![("x-acs-request-id", request_id.to_owned())], ..Answer::ok(body) }
}

fn refused(operation: &Operation, error: &Error, request_id: &str, host: &str) -> Answer {
    if !operations::errors_in_band(operation) {
        return refusal(error, request_id, host);
    }
    let code = operations::code_in_band(operation, error);
    let mut body = json!({ "RequestId": request_id, "Code": code, "Message": error.message, "Success": false });
    if let Some(kind) = &operation.answer {
        shape(kind, &mut body);
    }
    Answer {
        status: 200,
        headers: vec![("x-acs-request-id", request_id.to_owned())],
        body: Some(body),
        code: Some(error.code.clone()),
    }
}

fn refusal(error: &Error, request_id: &str, host: &str) -> Answer {
    let body = json!({
        "RequestId": request_id,
        "HostId": host,
        "Code": error.code,
        "Message": error.message,
        "Recommend": format!("https://api.aliyun.com/troubleshoot?q={}&product=appstream-center", error.code),
    });
    Answer {
        status: error.status,
        headers: vec![("x-acs-request-id", request_id.to_owned())],
        body: Some(body),
        code: Some(error.code.clone()),
    }
}
