//! The sessions of people: who is on which server, who was, and how they are logged off.

pub(super) mod connections;
pub(super) mod hotspots;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    errors::Error,
    records::{need, of_project, page},
    request::Request,
    servers::{self, sid},
};
use crate::{
    call::{Moment, without_nulls},
    clock::later,
    world::{AppSession, World},
};

/// GET `session/list-sessions`: those that began in a span of time, the newest first.
pub(super) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (from, to) = (time(request, "query_begin_time")?, time(request, "query_end_time")?);
    let rows = newest_first(world, request).into_iter().filter(|(_, session)| {
        let is_success = if session.state == "InitFail" { "false" } else { "true" };
        let states = request.query_text("session_state");
        (from..=to).contains(&session.started_at)
            && request.wants("app_server_group_id", &session.server_group_id)
            && request.wants("user_name", &session.user_name)
            && request.wants("is_success", is_success)
            && states.is_none_or(|states| states.split(',').any(|state| state.trim() == session.state))
    });
    let shown = rows.map(|(id, session)| model(world, request, id, session)).filter(|row| {
        ["vm_ip", "public_ip", "machine_name"]
            .iter()
            .all(|name| request.wants(name, row[*name].as_str().unwrap_or_default()))
    });
    Ok(page(request, shown, |row| row))
}

/// GET `session/user-session-info`: what somebody has now.
pub(super) fn list_of_user(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let rows = newest_first(world, request).into_iter();
    let own = rows.filter(|(_, session)| session.is_live() && request.wants("user_name", &session.user_name));
    let list: Vec<Value> = own.map(|(id, session)| model(world, request, id, session)).collect();
    Ok(json!({ "session_info_list": list }))
}

/// POST `session/list-sessions/export`, and those of connections: the file is not the emulator's to give.
pub(super) fn export(world: &mut World, _request: &Request, _moment: Moment) -> Result<Value, Error> {
    Ok(json!({ "task_id": world.random().uuid().to_string() }))
}

/// POST `session/logoff`: at once, or after so many seconds. Sessions that have ended stay as they are.
pub(super) fn log_off(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let ids = request.texts("session_ids");
    for id in &ids {
        need(&world.huawei.sessions, request, id)?;
    }
    let delay = request.integer("delay_time").and_then(|delay| u64::try_from(delay).ok()).unwrap_or(0);
    let at = later(moment.now, delay);
    for id in ids {
        let is_live = world.huawei.sessions.get(id).is_some_and(AppSession::is_live);
        if let Some(session) = world.huawei.sessions.get_mut(id).filter(|_| is_live) {
            if delay == 0 {
                session.end(moment.now);
            } else {
                session.log_off_at = Some(at);
            }
        }
    }
    world.schedule(at);
    Ok(Value::Null)
}

/// GET `session-type`: sessions that can be bought on top.
pub(super) fn list_types(_world: &World, _request: &Request, _moment: Moment) -> Result<Value, Error> {
    let kinds = ["CPU", "GPU"].map(|kind| {
        json!({
            "session_type": kind,
            "resource_spec_code": format!("workspace.app.session.{}", kind.to_lowercase()),
            "resource_type": "hws.resource.type.workspace.appstream.session",
            "cloud_service_type": "hws.service.type.vdi",
        })
    });
    Ok(json!({ "session_types": kinds }))
}

type Row<'w> = (&'w str, &'w AppSession);

fn newest_first<'w>(world: &'w World, request: &'w Request) -> Vec<Row<'w>> {
    let mut rows: Vec<Row<'w>> = of_project(&world.huawei.sessions, request).collect();
    rows.sort_by_key(|(_, session)| std::cmp::Reverse(session.started_at));
    rows
}

fn time(request: &Request, name: &str) -> Result<Timestamp, Error> {
    let text = request.query_text(name).unwrap_or_default();
    text.parse().map_err(|_| Error::invalid(name, "it must be a time such as 2026-03-02T10:00:00.000Z"))
}

/// A session as every list shows it; each shows its part.
fn model(world: &World, request: &Request, id: &str, session: &AppSession) -> Value {
    let placed = servers::find(world, request, &session.server_id);
    let server = placed.map(|placed| placed.server);
    let group = world.huawei.server_groups.get(&session.server_group_id);
    let app_group = session.app_group_id.as_deref().and_then(|id| world.huawei.app_groups.get(id));
    let app_id = app_group.and_then(|group| {
        group.apps.iter().find(|(_, app)| Some(&app.name) == session.app_name.as_ref()).map(|(id, _)| id)
    });
    let primary = group.and_then(|group| group.primary_server_group_id.as_deref());
    without_nulls(json!({
        "id": id,
        "session_stamp": id,
        "os_session_id": "2",
        "protocol_type": "HDP",
        "session_type": if session.app_name.is_some() { "2" } else { "1" },
        "session_state": session.state,
        "login_user": session.user_name,
        "user_name": session.user_name,
        "app_id": app_id,
        "app_name": session.app_name,
        "app_group_id": session.app_group_id,
        "app_group_name": app_group.map(|group| group.name.as_str()),
        "app_server_group_id": session.server_group_id,
        "app_server_group_name": group.map(|group| group.name.as_str()),
        "primary_server_group_id": primary.unwrap_or(&session.server_group_id),
        "secondary_server_group_id": primary.map(|_| session.server_group_id.as_str()),
        "aps_instance_id": session.server_id,
        "aps_instance_name": server.map(|server| server.name.as_str()),
        "aps_host_id": server.and_then(|server| server.host_id.as_deref()),
        "machine_name": server.map(|server| server.machine_name.as_str()),
        "sid": sid(&session.server_id),
        "machine_sid": sid(&session.server_id),
        "agent_version": server.map(|server| server.agent_version.as_str()),
        "vm_ip": server.and_then(|server| server.ip_address.as_deref()),
        "public_ip": session.public_ip,
        "client_name": session.client_name,
        "client_type": session.client_name.as_ref().map(|_| "Windows"),
        "connect_type": if session.app_name.is_some() { "2" } else { "1" },
        "connect_flag": "0",
        "failed_code": session.failed_reason.as_ref().map(|_| "1"),
        "failed_reason": session.failed_reason,
        "connection_failure_reason": session.failed_reason,
        "pre_conn_time": session.started_at,
        "brokering_time": session.started_at,
        "start_time": session.started_at,
        "end_time": session.ended_at,
        "update_time": session.changed_at.unwrap_or(session.started_at),
        "last_update_status_time": session.changed_at.unwrap_or(session.started_at),
        "tenant_id": request.project_id,
    }))
}
