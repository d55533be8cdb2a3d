//! The paths under `/_emulator/`, for tests and for people.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{delete, get, post},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::{
    alibaba, clock::ClockChange, faults::FaultRequest, huawei, options::VisitOptions, policy, record::Filter,
    state::Shared, world::World,
};

type Emulator = State<Arc<Shared>>;

/// Something that is wrong with a request to a control path.
struct Refused(StatusCode, String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        json_response(self.0, &json!({ "error": self.1 }))
    }
}

/// All control paths.
pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/_emulator/", get(page))
        .route("/_emulator", get(async || Redirect::permanent("/_emulator/")))
        .route("/_emulator/summary", get(summary))
        .route("/_emulator/requests", get(requests))
        .route("/_emulator/operations", get(operations))
        .route("/_emulator/tables", get(tables))
        .route("/_emulator/health", get(health))
        .route("/_emulator/reset", post(reset))
        .route("/_emulator/state", get(state).put(put_state).patch(patch_state))
        .route("/_emulator/snapshots", get(snapshots))
        .route(
            "/_emulator/snapshots/{name}",
            get(snapshot).put(take_snapshot).post(restore_snapshot).delete(remove_snapshot),
        )
        .route("/_emulator/policy", get(least_policy))
        .route("/_emulator/clock", get(clock).post(move_clock))
        .route("/_emulator/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/_emulator/faults/{id}", delete(remove_fault))
        .route("/_emulator/visits", get(visits).put(begin_visits).delete(end_visits))
        .fallback(async || Refused(StatusCode::NOT_FOUND, "no such control path".to_owned()))
        .with_state(shared)
}

/// What a browser may do with the page: run what is in it and talk to this emulator, nothing else.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
                           connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
                           frame-ancestors 'none'";

/// The page for people.
async fn page() -> Response {
    ([(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)], Html(include_str!("page.html"))).into_response()
}

/// Enough to see whether anything is new: the version of the world, the number of the last call and of the last reset,
/// the clock.
async fn summary(State(shared): Emulator) -> Response {
    let state = shared.lock();
    let body = json!({
        "version": format!("{}.{}.{}", state.generation, state.replacements, state.world.last_write()),
        "generation": state.generation,
        "calls": state.record.last(),
        "clock": state.clock.reading(),
    });
    json_response(StatusCode::OK, &body)
}

/// The API calls so far, oldest first.
async fn requests(State(shared): Emulator, filter: Query<Filter>) -> Result<Response, Refused> {
    let state = shared.lock();
    let entries = state.record.select(&filter).map_err(bad_request)?;
    Ok(json_response(StatusCode::OK, &json!(entries)))
}

/// The names of all operations, by service.
async fn operations() -> Response {
    let alibaba: Vec<&str> = alibaba::operation_names().collect();
    let huawei: Vec<&str> = huawei::operation_names().collect();
    json_response(StatusCode::OK, &json!({ "alibaba": alibaba, "huawei": huawei }))
}

/// What each operation takes and answers, also those that the emulator does not have.
async fn tables() -> Response {
    let tables = json!({ "alibaba": alibaba::table().operations(), "huawei": huawei::table().operations() });
    json_response(StatusCode::OK, &tables)
}

/// That it answers, and since how many calls.
async fn health(State(shared): Emulator) -> Response {
    let state = shared.lock();
    let body = json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION"), "calls": state.record.last() });
    json_response(StatusCode::OK, &body)
}

/// World, record, clock, faults, visits and tokens as they were at the start.
async fn reset(State(shared): Emulator) -> Response {
    shared.lock().reset(&shared.settings);
    shared.changed.notify_one();
    json_response(StatusCode::OK, &json!({}))
}

/// The whole world.
async fn state(State(shared): Emulator) -> Response {
    let state = shared.lock();
    json_response(StatusCode::OK, &json!(state.world))
}

/// Puts another world in place of the present one.
async fn put_state(State(shared): Emulator, body: Bytes) -> Result<Response, Refused> {
    let world = World::parse(&body).map_err(|error| bad_request(error.to_string()))?;
    shared.lock().replace(world);
    shared.changed.notify_one();
    Ok(json_response(StatusCode::OK, &json!({})))
}

/// Changes the world by a JSON merge patch (RFC 7396): `null` removes.
async fn patch_state(State(shared): Emulator, body: Bytes) -> Result<Response, Refused> {
    let patch: Value = parse(&body)?;
    let mut state = shared.lock();
    let mut world = json!(state.world);
    merge(&mut world, patch);
    state.replace(World::of(&world).map_err(|error| bad_request(error.to_string()))?);
    shared.changed.notify_one();
    Ok(json_response(StatusCode::OK, &json!({})))
}

/// The names of the worlds that are kept.
async fn snapshots(State(shared): Emulator) -> Response {
    let names: Vec<String> = shared.lock().snapshots.keys().cloned().collect();
    json_response(StatusCode::OK, &json!(names))
}

/// A world that is kept.
async fn snapshot(State(shared): Emulator, Path(name): Path<String>) -> Result<Response, Refused> {
    let state = shared.lock();
    let world = state.snapshots.get(&name).ok_or_else(|| no_snapshot(&name))?;
    Ok(json_response(StatusCode::OK, &json!(world)))
}

/// Keeps the present world under a name; one that has the name already gives way.
async fn take_snapshot(State(shared): Emulator, Path(name): Path<String>) -> Response {
    let mut state = shared.lock();
    let world = state.world.clone();
    let status = match state.snapshots.insert(name, world) {
        None => StatusCode::CREATED,
        Some(_) => StatusCode::OK,
    };
    json_response(status, &json!({}))
}

/// Puts a world that is kept in place of the present one.
async fn restore_snapshot(State(shared): Emulator, Path(name): Path<String>) -> Result<Response, Refused> {
    let mut state = shared.lock();
    let world = state.snapshots.get(&name).cloned().ok_or_else(|| no_snapshot(&name))?;
    state.replace(world);
    shared.changed.notify_one();
    Ok(json_response(StatusCode::OK, &json!({})))
}

/// Keeps a world no longer.
async fn remove_snapshot(State(shared): Emulator, Path(name): Path<String>) -> Result<Response, Refused> {
    shared.lock().snapshots.remove(&name).ok_or_else(|| no_snapshot(&name))?;
    Ok(json_response(StatusCode::OK, &json!({})))
}

fn no_snapshot(name: &str) -> Refused {
    Refused(StatusCode::NOT_FOUND, format!("no snapshot is named {name:?}"))
}

/// The least policies that allow the recorded calls which fit the filter.
async fn least_policy(State(shared): Emulator, filter: Query<Filter>) -> Result<Response, Refused> {
    let state = shared.lock();
    let entries = state.record.select(&filter).map_err(bad_request)?;
    Ok(json_response(
        StatusCode::OK,
        &policy::least(entries.iter().map(|entry| (entry.cloud, entry.operation.as_str()))),
    ))
}

/// What the emulator's clock shows.
async fn clock(State(shared): Emulator) -> Response {
    json_response(StatusCode::OK, &json!(shared.lock().clock.reading()))
}

/// Moves, stops or resets the clock; what becomes due happens before this answers.
async fn move_clock(State(shared): Emulator, body: Bytes) -> Result<Response, Refused> {
    let change: ClockChange = parse(&body)?;
    shared.lock().clock.apply(&change);
    Ok(json_response(StatusCode::OK, &json!(shared.lock().clock.reading())))
}

/// The faults in force.
async fn faults(State(shared): Emulator) -> Response {
    json_response(StatusCode::OK, &json!(shared.lock().faults.all()))
}

/// Puts a fault in force.
async fn add_fault(State(shared): Emulator, body: Bytes) -> Result<Response, Refused> {
    let request: FaultRequest = parse(&body)?;
    if let Some(operation) = &request.operation
        && !alibaba::operation_names().chain(huawei::operation_names()).any(|known| known == operation)
    {
        return Err(bad_request(format!("no operation is named {operation:?}")));
    }
    let mut state = shared.lock();
    let fault = state.faults.add(request).map_err(bad_request)?;
    Ok(json_response(StatusCode::CREATED, &json!(fault)))
}

/// Lifts all faults.
async fn clear_faults(State(shared): Emulator) -> Response {
    shared.lock().faults.clear();
    json_response(StatusCode::OK, &json!({}))
}

/// Lifts one fault.
async fn remove_fault(State(shared): Emulator, Path(id): Path<u64>) -> Result<Response, Refused> {
    if shared.lock().faults.remove(id) {
        Ok(json_response(StatusCode::OK, &json!({})))
    } else {
        Err(Refused(StatusCode::NOT_FOUND, format!("no fault has the id {id}")))
    }
}

/// Who came and went by themselves so far, and how.
async fn visits(State(shared): Emulator) -> Result<Response, Refused> {
    let state = shared.lock();
    let visits = state.visits.as_ref().ok_or_else(no_visits)?;
    Ok(json_response(StatusCode::OK, &json!(visits.reading(&state.world))))
}

/// Lets people come and go by themselves; those who did so before give way, and with them what was counted.
async fn begin_visits(State(shared): Emulator, body: Bytes) -> Result<Response, Refused> {
    // A list would be taken for an object without its names.
    parse::<Map<String, Value>>(&body)?;
    let options: VisitOptions = parse(&body)?;
    let mut state = shared.lock();
    let status = if state.visits.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    state.begin_visits(options).map_err(|error| bad_request(error.to_string()))?;
    Ok(json_response(status, &json!(state.visits.as_ref().map(|visits| visits.reading(&state.world)))))
}

/// Lets nobody come or go by themselves any more, and answers what came of it; sessions stay as they are.
async fn end_visits(State(shared): Emulator) -> Result<Response, Refused> {
    let mut state = shared.lock();
    let visits = state.visits.take().ok_or_else(no_visits)?;
    Ok(json_response(StatusCode::OK, &json!(visits.reading(&state.world))))
}

fn no_visits() -> Refused {
    Refused(StatusCode::NOT_FOUND, "nobody comes or goes by themselves; PUT begins it".to_owned())
}

fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let Value::Object(target) = target else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(&name);
        } else {
            merge(target.entry(name).or_insert(Value::Null), value);
        }
    }
}

fn parse<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|error| bad_request(error.to_string()))
}

fn bad_request(reason: String) -> Refused {
    Refused(StatusCode::BAD_REQUEST, reason)
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], format!("{body}\n")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merge_patch_changes_adds_and_removes() {
        let mut value = json!({"a": {"b": 1, "c": 2}, "d": [1]});
        merge(&mut value, json!({"a": {"b": null, "e": {"f": 3}}, "d": [2, 3]}));
        assert_eq!(value, json!({"a": {"c": 2, "e": {"f": 3}}, "d": [2, 3]}));
    }
}
