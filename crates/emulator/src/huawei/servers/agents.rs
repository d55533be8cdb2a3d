//! The access agents on servers: their versions, and how they were brought up to date.

use serde_json::{Value, json};

use super::{
    super::{
        errors::Error,
        records::{of_project, page},
        request::Request,
    },
    all, find, sid,
};
use crate::{
    call::Moment,
    world::{JobKind, LATEST_AGENT, World},
};

/// GET `app-servers/access-agent/actions/show-latest-version`: for servers of several sessions, and for those of one
/// without and with a GPU.
pub(crate) fn show_latest(_world: &World, _request: &Request, _moment: Moment) -> Result<Value, Error> {
    let items = ["SBC", "OA_APP", "PT_APP"].map(|kind| json!({ "hda_type": kind, "latest_version": LATEST_AGENT }));
    Ok(json!({ "items": items }))
}

/// GET `app-servers/access-agent/list`.
pub(crate) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let servers = all(world, request).filter(|placed| {
        request.wants("server_group_id", placed.group_id) && request.wants_part("server_name", &placed.server.name)
    });
    Ok(page(request, servers, |placed| {
        json!({
            "server_id": placed.id,
            "server_name": placed.server.name,
            "machine_name": placed.server.machine_name,
            "server_group_id": placed.group_id,
            "server_group_name": placed.group.name,
            "maintain_status": placed.server.is_maintained(),
            "session_count": world.sessions_on(placed.id, placed.server),
            "sid": sid(placed.id),
            "status": placed.server.status,
            "current_version": placed.server.agent_version,
        })
    }))
}

/// GET `app-servers/access-agent/upgrade-record`: the newest first.
pub(crate) fn list_records(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let jobs = of_project(&world.huawei.jobs, request).filter(|(_, job)| job.kind == JobKind::UpgradeAccessAgent);
    let mut records: Vec<_> = jobs.flat_map(|(_, job)| job.steps.iter().map(move |step| (job, step))).collect();
    records.sort_by_key(|(job, _)| std::cmp::Reverse(job.begin_time));
    Ok(page(request, records.into_iter(), |(job, step)| {
        let placed = find(world, request, &step.resource_id);
        json!({
            "server_id": step.resource_id,
            "server_name": step.resource_name,
            "machine_name": placed.map(|placed| placed.server.machine_name.as_str()),
            "server_group_name": placed.map(|placed| placed.group.name.as_str()),
            "sid": sid(&step.resource_id),
            "current_version": step.previous_version,
            "target_version": LATEST_AGENT,
            "upgrade_status": step.status.shown(),
            "upgrade_time": job.begin_time,
        })
    }))
}
