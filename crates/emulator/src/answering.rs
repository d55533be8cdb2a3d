//! From a request to its answer: the right service understands it, a fault may strike it, it acts on the world and is
//! recorded. Nothing here knows where a request came from, so that it can also be asked without a network.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, Response, StatusCode, header},
};
use futures_util::{StreamExt as _, stream};
use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::{
    alibaba,
    call::{Action, Answer, Arrival, Call, Cloud, Gateway, Moment},
    faults::{FaultKind, FaultRequest},
    huawei,
    record::Entry,
    state::{Shared, State},
};

/// The connection closes before the answer is complete.
#[derive(Debug, thiserror::Error)]
#[error("the connection closes without an answer, as the fault demands")]
pub struct Lost;

/// Answers a request to one of the services.
///
/// # Errors
/// Where a fault demands that the connection closes without an answer.
pub(crate) async fn answer(shared: &Shared, arrival: &Arrival) -> Result<Response<Body>, Lost> {
    let (arrived, time) = (Instant::now(), shared.settings.wall.now());
    if let Some(response) = for_people(arrival) {
        return Ok(response);
    }
    let (mut call, fault) = understand(shared, arrival, time);
    if let Some(fault) = &fault {
        before_acting(fault, &mut call, arrival.host()).await;
    }
    let (answer, sequence) = perform(shared, arrival, time, call, fault.as_ref());
    if !shared.settings.latency.is_zero() {
        tokio::time::sleep(shared.settings.latency).await;
    }
    let mut response = send(answer, fault.as_ref()).await;
    let mut state = shared.lock();
    state.record.finish(sequence, arrived.elapsed().as_secs_f64() * 1000.0);
    if let Ok(response) = &mut response
        && let Ok(date) = DateTimePrinter::new().timestamp_to_rfc9110_string(&state.clock.now())
        && let Ok(date) = HeaderValue::from_str(&date)
    {
        // By the clock that also dates what is made: whoever compares the two must find one service.
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

/// What a person gets who opened the address in a browser, and whoever asks for what no service has.
fn for_people(arrival: &Arrival) -> Option<Response<Body>> {
    let is_browser = arrival.header("accept").is_some_and(|kinds| kinds.contains("text/html"));
    if is_browser && arrival.method == "GET" && arrival.path == "/" && arrival.query.is_empty() {
        let mut response = plain(StatusCode::SEE_OTHER, "");
        response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/_emulator/"));
        return Some(response);
    }
    let is_known = alibaba::recognises(arrival) || huawei::recognises(arrival);
    (!is_known).then(|| {
        let text = "This is the App Streaming and Workspace emulator. \
                    APIs: POST / and /v1/{project_id}/. People: /_emulator/\n";
        plain(StatusCode::NOT_FOUND, text)
    })
}

/// The refusal of a body that nobody has read to its end, in the form of the service that it was for. It is not
/// recorded: what was called may stand in the body.
pub(crate) fn too_large(shared: &Shared, arrival: &Arrival) -> Response<Body> {
    for_people(arrival).unwrap_or_else(|| {
        let id = shared.lock().random.uuid();
        whole(if alibaba::recognises(arrival) {
            alibaba::too_large(&id.to_string().to_uppercase(), arrival.host())
        } else {
            huawei::too_large(&id.simple().to_string())
        })
    })
}

/// Acts, unless a fault forbids it, and records the call; answers the record's number too.
fn perform(
    shared: &Shared,
    arrival: &Arrival,
    time: Timestamp,
    call: Call,
    fault: Option<&FaultRequest>,
) -> (Answer, u64) {
    let kind = fault.map(|fault| fault.kind);
    let sends_nothing = matches!(kind, Some(FaultKind::Hang | FaultKind::CloseBefore | FaultKind::CloseAfter));
    let acts = !matches!(kind, Some(FaultKind::Hang | FaultKind::CloseBefore | FaultKind::Html));
    let mut state = shared.lock();
    let mut entry = Entry {
        sequence: 0,
        time,
        emulated_time: state.clock.now(),
        cloud: call.cloud,
        operation: call.operation,
        method: arrival.method.clone(),
        path: arrival.path.clone(),
        status: None,
        code: None,
        caller: call.caller,
        request_id: call.request_id,
        parameters: call.parameters,
        not_understood: call.not_understood,
        changes: Vec::new(),
        fault: kind,
        duration_ms: None,
    };
    let answer = if acts {
        let before = state.world.last_write();
        let answer = act(shared, &mut state, call.action, kind == Some(FaultKind::StaleRead));
        if state.world.last_write() != before {
            entry.changes = state.world.changes_after(before);
            shared.changed.notify_one();
        }
        answer
    } else {
        let status = fault.and_then(|fault| fault.status).unwrap_or(502);
        Answer { status, headers: Vec::new(), body: None, code: None }
    };
    if !sends_nothing {
        entry.status =
            Some(if matches!(kind, Some(FaultKind::NotJson | FaultKind::Empty)) { 200 } else { answer.status });
    }
    entry.code.clone_from(&answer.code);
    (answer, state.record.push(entry))
}

/// Understands the call, and finds the fault that strikes it or that it came too soon.
fn understand(shared: &Shared, arrival: &Arrival, wall: Timestamp) -> (Call, Option<FaultRequest>) {
    let mut state = shared.lock();
    let state = &mut *state;
    let mut gateway =
        Gateway { keys: &mut state.keys, random: &mut state.random, world: &state.world, wall, now: state.clock.now() };
    let mut call = if alibaba::recognises(arrival) {
        alibaba::understand(arrival, &mut gateway)
    } else {
        huawei::understand(arrival, &mut gateway)
    };
    let fault = state.faults.strike(call.cloud, &call.operation);
    if let Some(limit) = shared.settings.rate_limit
        && call.action.is_ok()
        && !state.throttle.admit(call.cloud, &call.operation, limit, Instant::now())
    {
        call.action = Err(throttled(&call, limit, arrival.host()));
    }
    (call, fault)
}

/// What a fault does before the call acts.
async fn before_acting(fault: &FaultRequest, call: &mut Call, host: &str) {
    match fault.kind {
        FaultKind::Slow => tokio::time::sleep(seconds(fault.seconds.unwrap_or(5.0))).await,
        FaultKind::Throttle => call.action = Err(throttled(call, 1, host)),
        FaultKind::Error => {
            let status = fault.status.unwrap_or(500);
            let message =
                fault.message.as_deref().unwrap_or("The request processing has failed due to some unknown error.");
            call.action = Err(match call.cloud {
                Cloud::Alibaba => {
                    let code = fault.code.as_deref().unwrap_or("InternalError");
                    alibaba::fault(status, code, message, &call.request_id, host)
                }
                Cloud::Huawei => {
                    let code = fault.code.as_deref().unwrap_or("WKS.00000500");
                    huawei::fault(status, code, message, &call.request_id)
                }
            });
        }
        _ => {}
    }
    if let (Some(seconds), Err(answer)) = (fault.retry_after, &mut call.action) {
        // In the place of what the service says of it by itself.
        answer.headers.retain(|(name, _)| *name != "x-acs-retry-after");
        answer.headers.push(("retry-after", seconds.to_string()));
    }
}

fn throttled(call: &Call, limit: u32, host: &str) -> Answer {
    match call.cloud {
        Cloud::Alibaba => alibaba::throttled(call, host),
        Cloud::Huawei => huawei::throttled(call, limit),
    }
}

fn act(shared: &Shared, state: &mut State, action: Result<Action, Answer>, stale: bool) -> Answer {
    let now = state.clock.now();
    let (moment, delay) = (Moment { now, durations: shared.settings.durations }, shared.settings.consistency_delay);
    let age = age(shared, state);
    match action {
        Err(answer) => answer,
        Ok(Action::Read(read)) if stale => read(&state.world.before_last_write(), moment),
        Ok(Action::Read(read)) => match state.world.aged(now, age).filter(|_| !delay.is_zero()) {
            Some(past) => read(&past, moment),
            None => read(&state.world, moment),
        },
        Ok(Action::Write(write)) => {
            state.world.write(now, delay, |world| write(world, moment)).unwrap_or_else(|refused| refused)
        }
    }
}

/// How old the world is that a read is answered from.
fn age(shared: &Shared, state: &mut State) -> Duration {
    let delay = shared.settings.consistency_delay;
    if shared.settings.consistency_varies { delay.mul_f64(state.random.fraction()) } else { delay }
}

async fn send(answer: Answer, fault: Option<&FaultRequest>) -> Result<Response<Body>, Lost> {
    match fault.map(|fault| fault.kind) {
        Some(FaultKind::CloseBefore | FaultKind::CloseAfter) => Err(Lost),
        Some(FaultKind::Hang) => {
            match fault.and_then(|fault| fault.seconds) {
                Some(given) => tokio::time::sleep(seconds(given)).await,
                None => std::future::pending().await,
            }
            Err(Lost)
        }
        Some(FaultKind::Html) => {
            let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
            let page =
                format!("<html>\n<head><title>{status}</title></head>\n<body><h1>{status}</h1></body>\n</html>\n");
            let mut response = plain(status, &page);
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
            Ok(response)
        }
        Some(kind @ (FaultKind::NotJson | FaultKind::Empty)) => {
            let body = if kind == FaultKind::Empty { "{}" } else { "upstream ok\n" };
            let mut response = plain(StatusCode::OK, body);
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Ok(response)
        }
        Some(FaultKind::HalfAnswer) => Ok(half(answer)),
        Some(FaultKind::Bare) => Ok(whole(sifted(answer, identifies))),
        Some(FaultKind::Nameless) => Ok(whole(sifted(answer, |name| name == "RequestId" || !is_id(name)))),
        _ => Ok(whole(answer)),
    }
}

fn is_id(member: &str) -> bool {
    member == "id" || member.ends_with("Id") || member.ends_with("_id")
}

/// Whether a member of an answer says which thing it is about, how many there are, or which page this is.
fn identifies(member: &str) -> bool {
    is_id(member) || ["TotalCount", "Count", "count", "PageNumber", "PageSize"].contains(&member)
}

/// A success with those members alone that `keeps` names, at any depth; a refusal as it is.
fn sifted(mut answer: Answer, keeps: fn(&str) -> bool) -> Answer {
    if (200..300).contains(&answer.status) && answer.code.is_none() {
        answer.body = answer.body.map(|body| sift("", body, keeps).unwrap_or_else(|| Value::Object(Map::new())));
    }
    answer
}

fn sift(member: &str, value: Value, keeps: fn(&str) -> bool) -> Option<Value> {
    match value {
        Value::Object(members) => {
            let left = members.into_iter().filter_map(|(name, value)| Some((name.clone(), sift(&name, value, keeps)?)));
            let left: Map<_, _> = left.collect();
            (!left.is_empty()).then_some(Value::Object(left))
        }
        Value::Array(items) => {
            let left: Vec<_> = items.into_iter().filter_map(|item| sift(member, item, keeps)).collect();
            (!left.is_empty()).then_some(Value::Array(left))
        }
        scalar => keeps(member).then_some(scalar),
    }
}

fn whole(answer: Answer) -> Response<Body> {
    let (mut response, body) = head(answer);
    *response.body_mut() = Body::from(body);
    response
}

/// The headers promise the whole body; half of it is sent, then the connection breaks.
fn half(answer: Answer) -> Response<Body> {
    let (mut response, body) = head(answer);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    let first = Bytes::copy_from_slice(&body[..body.len() / 2]);
    // A connection that ends in the same breath throws away what it has not sent yet.
    let breaks = async {
        tokio::task::yield_now().await;
        Err(Lost)
    };
    let sent = stream::once(async { Ok(first) });
    *response.body_mut() = Body::from_stream(sent.chain(stream::once(breaks)));
    response
}

fn head(answer: Answer) -> (Response<Body>, Vec<u8>) {
    let body = answer.body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
    let mut response = plain(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), "");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=utf-8"));
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    (response, body)
}

pub(crate) fn plain(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(text.to_owned()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
