//! Huawei Cloud Workspace, application streaming, version 1, and the IAM calls that its clients need.
//!
//! The rules of each operation are in the folder or file of its family: [`server_groups`], [`servers`],
//! [`sessions`], [`storages`], [`app_groups`], [`policy_groups`], [`warehouse`], [`catalogue`], [`tenant`], [`iam`];
//! [`neighbours`] is what lies around application streaming. `operations.txt` says what each takes and answers,
//! [`records`] what all tables have in common, [`errors`] what each refuses with, and [`dispatch`] who does it.

mod app_groups;
mod catalogue;
mod dispatch;
mod errors;
mod iam;
mod neighbours;
mod operations;
mod policy_groups;
mod records;
mod request;
mod server_groups;
mod servers;
mod sessions;
mod signature;
mod storages;
mod tenant;
mod warehouse;

use serde_json::{Value, json};

use self::{
    dispatch::Run,
    errors::{Error, answer},
    request::Request,
};
use crate::{
    call::{Action, Answer, Arrival, Call, Cloud, Gateway},
    shape::{answer::shape, table::Operation},
};

pub(crate) use operations::table;

/// The names of all operations.
pub(super) fn operation_names() -> impl Iterator<Item = &'static str> {
    dispatch::names().chain(iam::OPERATIONS)
}

/// The actions of IAM that a caller of an operation must be allowed; `None` where they are not known.
pub(super) fn permissions(operation: &str) -> Option<Vec<String>> {
    iam::permissions(operation).or_else(|| table().operation(operation)?.permissions.clone())
}

/// Whether a request is for this service at all.
pub(super) fn recognises(arrival: &Arrival) -> bool {
    arrival.path.starts_with("/v1/")
        || arrival.path.starts_with("/v2/")
        || arrival.path.starts_with("/v2.1/")
        || iam::recognises(&arrival.path)
}

/// Understands a request: who calls which operation with what.
pub(super) fn understand(arrival: &Arrival, gateway: &mut Gateway<'_>) -> Call {
    let request_id = gateway.random.uuid().simple().to_string();
    let (world, wall, now) = (gateway.world, gateway.wall, gateway.now);
    if iam::recognises(&arrival.path) {
        return iam::understand(arrival, gateway, request_id);
    }
    let caller = signature::named_sender(arrival, gateway.keys, now);
    let segments: Vec<String> = arrival.path.split('/').skip(1).map(decode).collect();
    let found = find(&arrival.method, &segments);
    let name = found.as_ref().map_or("unknown", |found| found.operation.name.as_str()).to_owned();
    let mut request = Request::default();
    let mut not_understood = Vec::new();
    let prepare = || {
        let Found { operation, run, open } = found?;
        request.set_path(open);
        let understood = request.read(operation, arrival);
        not_understood = understood.as_ref().cloned().unwrap_or_default();
        let sender = signature::verify(arrival, gateway.keys, wall, now)?;
        if request.project_id.is_empty() {
            request.project_id = sender.project_id.clone().unwrap_or_else(|| world.huawei.first_project().to_owned());
        }
        let foreign_token = sender.project_id.as_deref().is_some_and(|token| token != request.project_id);
        let region = world.huawei.region(&request.project_id);
        request.region = region.map(str::to_owned).ok_or_else(Error::unknown_project)?;
        if foreign_token || (sender.read_only && matches!(run, Run::Write(_))) {
            return Err(Error::forbidden());
        }
        understood?;
        Ok((operation, run))
    };
    let prepared = prepare();
    Call {
        cloud: Cloud::Huawei,
        operation: name,
        caller,
        parameters: request.recorded(),
        not_understood,
        action: match prepared {
            Ok((operation, run)) => Ok(act(operation, run, request, request_id.clone())),
            Err(error) => Err(error.answer(&request_id)),
        },
        request_id,
    }
}

/// The answer to a call that came too soon after others.
pub(super) fn throttled(call: &Call, limit: u32) -> Answer {
    let mut answer = Error::throttled(limit).answer(&call.request_id);
    answer.headers.push(("x-ratelimit-api", format!("remain:0,limit:{limit},time:1 second")));
    answer
}

/// The gateway's answer to a body of more than it takes.
pub(super) fn too_large(request_id: &str) -> Answer {
    Error::too_large().answer(request_id)
}

/// An error of the service's form, for a fault.
pub(super) fn fault(status: u16, code: &str, message: &str, request_id: &str) -> Answer {
    Error::of(status, code, message).answer(request_id)
}

/// An operation that a request asks for.
struct Found {
    operation: &'static Operation,
    run: Run,
    /// What stands for the `{names}` in the path.
    open: Vec<(&'static str, String)>,
}

/// The operation of a method and path.
fn find(method: &str, segments: &[String]) -> Result<Found, Error> {
    let at = operations::table().at(segments).into_iter();
    let known: Vec<Found> =
        at.filter_map(|(operation, open)| Some(Found { operation, run: dispatch::run(operation)?, open })).collect();
    let error = if known.is_empty() { Error::unknown_api() } else { Error::wrong_method() };
    known.into_iter().find(|found| found.operation.method == method).ok_or(error)
}

fn act(operation: &'static Operation, run: Run, request: Request, request_id: String) -> Action {
    let success = move |mut body: Value, request_id: &str| {
        let body = operation.answer.as_ref().map(|kind| {
            shape(kind, &mut body);
            body
        });
        // A success without a status of its own has an empty object, which every client can read.
        let body = body.or_else(|| (operation.status != 204).then(|| json!({})));
        answer(operation.status, body, request_id, None)
    };
    match run {
        Run::Read(run) => Action::Read(Box::new(move |world, moment| match run(world, &request, moment) {
            Ok(body) => success(body, &request_id),
            Err(error) => error.answer(&request_id),
        })),
        Run::Write(run) => Action::Write(Box::new(move |world, moment| {
            run(world, &request, moment)
                .map(|body| success(body, &request_id))
                .map_err(|error| error.answer(&request_id))
        })),
    }
}

fn decode(segment: &str) -> String {
    percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
