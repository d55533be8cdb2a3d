//! What is done to servers, one or many at once: all or none.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    super::{
        errors::{Error, code},
        request::Request,
        server_groups::rules::{self, Machine},
    },
    Placed, change, maintain, need,
};
use crate::{
    call::Moment,
    world::{AppServer, JobKind, Order, World},
};

/// PATCH `app-servers/actions/batch-start`: those that run already stay as they are.
pub(crate) fn start(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let still = which(world, request, |server| server.status == "STOPPED")?;
    begin_where_any(world, request, moment, &still, JobKind::StartServer)
}

/// PATCH `app-servers/actions/batch-stop`: those that are stopped already stay as they are.
pub(crate) fn stop(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let running = which(world, request, |server| server.status != "STOPPED")?;
    begin_where_any(world, request, moment, &running, JobKind::StopServer)
}

/// PATCH `app-servers/actions/batch-reboot`.
pub(crate) fn reboot(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let items = request.texts("items");
    check_running(world, request, &items)?;
    begin_where_any(world, request, moment, &items, JobKind::RebootServer)
}

/// PATCH `app-servers/actions/batch-maint`: at once.
pub(crate) fn set_maintenance(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let maintained = request.boolean("maintain_status").unwrap_or(false);
    for (id, group_id) in places(world, request, &request.texts("items"))? {
        change(world, &group_id, &id, |server| {
            maintain(server, maintained);
            server.updated_at = Some(moment.now);
        });
    }
    Ok(Value::Null)
}

/// PATCH `app-servers/actions/batch-rejoin-domain`.
pub(crate) fn rejoin_domain(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    if !world.huawei.open_with_ad {
        return Err(Error::of(400, code::AD_REQUIRED, "There is no AD domain to join."));
    }
    let items = request.texts("items");
    check_running(world, request, &items)?;
    begin_job(world, request, moment, &items, JobKind::RejoinDomain)
}

/// PATCH `app-servers/actions/batch-update-tsvi`: IP virtualization, on or off for each.
pub(crate) fn update_ip_virtualization(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let wanted: Vec<(&str, bool)> = request
        .list("items")
        .iter()
        .map(|item| (item["id"].as_str().unwrap_or_default(), item["enable"].as_bool().unwrap_or(false)))
        .collect();
    let items: Vec<&str> = wanted.iter().map(|(id, _)| *id).collect();
    check_running(world, request, &items)?;
    let answer = begin_job(world, request, moment, &items, JobKind::UpdateServerTsvi)?;
    for (id, enable) in wanted {
        if let Some(group_id) = world.group_of_server(id).map(str::to_owned) {
            change(world, &group_id, id, |server| server.ip_virtual = enable);
        }
    }
    Ok(answer)
}

/// PATCH `app-servers/hosts/batch-migrate`.
pub(crate) fn migrate(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let host = request.need("host_id")?.to_owned();
    begin(world, request, moment, &request.texts("server_ids"), JobKind::MigrateServer, Some(host))
        .map(|id| json!({ "job_id": id }))
}

/// PATCH `app-servers/access-agent/actions/upgrade`.
pub(crate) fn upgrade_agents(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let items = request.texts("items");
    check_running(world, request, &items)?;
    begin_job(world, request, moment, &items, JobKind::UpgradeAccessAgent)
}

/// POST `app-servers/{server_id}/actions/reinstall`.
pub(crate) fn reinstall(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    begin_job(world, request, moment, &[request.path("server_id")], JobKind::ReinstallOs)
}

/// POST `app-servers/actions/batch-reinstall`: a job for each server.
pub(crate) fn batch_reinstall(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    begin_one_by_one(world, request, moment, JobKind::ReinstallOs, None)
}

/// POST `app-servers/{server_id}/actions/change-image`.
pub(crate) fn change_image(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let ids = [request.path("server_id")];
    let image = check_image(world, request, &ids)?;
    begin(world, request, moment, &ids, JobKind::ChangeServerImage, Some(image)).map(|id| json!({ "job_id": id }))
}

/// POST `app-servers/actions/batch-change-image`: a job for each server.
pub(crate) fn batch_change_image(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let image = check_image(world, request, &request.texts("server_ids"))?;
    begin_one_by_one(world, request, moment, JobKind::ChangeServerImage, Some(image))
}

/// Begins one job for the servers; answers its id as the service does.
pub(super) fn begin_job(
    world: &mut World,
    request: &Request,
    moment: Moment,
    ids: &[&str],
    kind: JobKind,
) -> Result<Value, Error> {
    begin(world, request, moment, ids, kind, None).map(|id| json!({ "job_id": id }))
}

/// Begins work of which the service shows no job.
fn begin_where_any<I: AsRef<str>>(
    world: &mut World,
    request: &Request,
    moment: Moment,
    ids: &[I],
    kind: JobKind,
) -> Result<Value, Error> {
    let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
    if !ids.is_empty() {
        begin(world, request, moment, &ids, kind, None)?;
    }
    Ok(Value::Null)
}

fn begin_one_by_one(
    world: &mut World,
    request: &Request,
    moment: Moment,
    kind: JobKind,
    brings: Option<String>,
) -> Result<Value, Error> {
    let mut items = Vec::new();
    for id in request.texts("server_ids") {
        let job_id = begin(world, request, moment, &[id], kind, brings.clone())?;
        items.push(json!({ "job_id": job_id, "server_id": id }));
    }
    Ok(json!({ "items": items }))
}

/// Begins one job for the servers, none of which may be busy.
fn begin(
    world: &mut World,
    request: &Request,
    moment: Moment,
    ids: &[&str],
    kind: JobKind,
    brings: Option<String>,
) -> Result<String, Error> {
    let servers = places(world, request, ids)?;
    for id in ids {
        let Placed { server, .. } = need(world, request, id)?;
        if let Some(task) = &server.task_status {
            let message = format!("The server '{id}' is busy ({task}), try again later.");
            return Err(Error::of(409, code::SERVER_BUSY, message));
        }
    }
    let order = Order {
        project_id: &request.project_id,
        kind,
        servers: &servers,
        seconds: moment.durations.server_job_seconds,
        brings,
        updates_agent: request.boolean("update_access_agent").unwrap_or(false),
    };
    Ok(world.begin_job(order, moment.now))
}

/// The servers with their groups, each once.
fn places(world: &World, request: &Request, ids: &[&str]) -> Result<Vec<(String, String)>, Error> {
    let ids: BTreeSet<&str> = ids.iter().copied().collect();
    let place = |id| need(world, request, id).map(|placed| (placed.id.to_owned(), placed.group_id.to_owned()));
    ids.into_iter().map(place).collect()
}

/// Those of the servers in the body for which `wanted` holds.
fn which(world: &World, request: &Request, wanted: fn(&AppServer) -> bool) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for id in request.texts("items") {
        if wanted(need(world, request, id)?.server) {
            found.push(id.to_owned());
        }
    }
    Ok(found)
}

fn check_running(world: &World, request: &Request, ids: &[&str]) -> Result<(), Error> {
    for id in ids {
        let server = need(world, request, id)?.server;
        // A busy server is refused as such.
        if !server.runs() && server.task_status.is_none() {
            let message = format!("The server '{id}' does not run, it is {}.", server.status);
            return Err(Error::of(400, code::SERVER_STATE, message));
        }
    }
    Ok(())
}

/// The image in the body, where it fits the servers.
fn check_image(world: &World, request: &Request, ids: &[&str]) -> Result<String, Error> {
    let image_id = request.need("image_id")?.to_owned();
    // The product of a marketplace image need not be said again.
    let own_product = world.huawei.images.get(&image_id).and_then(|image| image.product_id.as_deref());
    for id in ids {
        let Placed { group, server, .. } = need(world, request, id)?;
        let like = Machine {
            image_id: &image_id,
            image_type: request.need("image_type")?,
            image_product_id: request.text("image_product_id").or(own_product),
            os_type: Some(request.need("os_type")?),
            disk_size: server.system_disk_size.unwrap_or(group.system_disk_size),
            ..Machine::of(group)
        };
        rules::check_image(&world.huawei, &like, &request.region)?;
    }
    Ok(image_id)
}
