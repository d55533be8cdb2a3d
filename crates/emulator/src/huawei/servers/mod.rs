//! The servers of server groups: list, show, update, delete. What else is done to them is in [`actions`] and by
//! [`schedules`], how they are ordered in [`orders`]; images are made on [`image_servers`].

pub(super) mod actions;
pub(super) mod agents;
pub(super) mod image_servers;
pub(super) mod jobs;
pub(super) mod metrics;
pub(super) mod orders;
pub(super) mod schedules;

use serde_json::{Value, json};

use super::{
    errors::{Error, code},
    records::page,
    request::Request,
    server_groups::model::product_model,
};
use crate::{
    call::{Moment, without_nulls},
    world::{AppServer, JobKind, Product, ServerGroup, World},
};

/// A server where it hangs.
#[derive(Clone, Copy)]
pub(super) struct Placed<'w> {
    /// Its group's id.
    pub group_id: &'w str,
    /// Its group.
    pub group: &'w ServerGroup,
    /// Its id.
    pub id: &'w str,
    /// The server.
    pub server: &'w AppServer,
}

/// GET `app-servers`.
pub(super) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let servers = all(world, request).filter(|placed| {
        let server = placed.server;
        request.wants("server_group_id", placed.group_id)
            && request.wants("server_id", placed.id)
            && request.wants_part("server_name", &server.name)
            && request.wants_part("machine_name", &server.machine_name)
            && request.wants_part("ip_addr", server.ip_address.as_deref().unwrap_or_default())
            && request.wants("maintain_status", if server.is_maintained() { "true" } else { "false" })
            && request.wants("scaling_auto_create", if server.scaling_auto_create { "true" } else { "false" })
    });
    Ok(page(request, servers, |placed| model(world, placed)))
}

/// GET `app-servers/{server_id}`.
pub(super) fn show(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    Ok(model(world, named(world, request)?))
}

/// PATCH `app-servers/{server_id}`: only what is given changes.
pub(super) fn update(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let placed = named(world, request)?;
    let (group_id, id) = (placed.group_id.to_owned(), placed.id.to_owned());
    if let Some(name) = request.text("name")
        && placed.group.servers.iter().any(|(other, server)| server.name == name && *other != id)
    {
        return Err(Error::of(400, code::NAME_TAKEN, format!("The server name '{name}' already exists.")));
    }
    change(world, &group_id, &id, |server| {
        if let Some(name) = request.text("name") {
            name.clone_into(&mut server.name);
        }
        if let Some(text) = request.text("description") {
            text.clone_into(&mut server.description);
        }
        if let Some(maintained) = request.boolean("maintain_status") {
            maintain(server, maintained);
        }
        server.updated_at = Some(moment.now);
    });
    Ok(Value::Null)
}

/// DELETE `app-servers/{server_id}`: one that does not exist is deleted already, and needs no job.
pub(super) fn delete(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    if find(world, request, request.path("server_id")).is_none() {
        return Ok(json!({}));
    }
    actions::begin_job(world, request, moment, &[request.path("server_id")], JobKind::DeleteServer)
}

/// POST `app-servers/actions/batch-delete`: those that there are.
pub(super) fn batch_delete(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let found: Vec<&str> = request.texts("items").into_iter().filter(|id| find(world, request, id).is_some()).collect();
    if found.is_empty() {
        return Ok(json!({}));
    }
    actions::begin_job(world, request, moment, &found, JobKind::DeleteServer)
}

/// Takes a server out of service for new sessions, or back.
fn maintain(server: &mut AppServer, maintained: bool) {
    server.maintenance = maintained;
    if !maintained && server.status == "MAINTAINING" {
        "REGISTERED".clone_into(&mut server.status);
    }
}

/// Changes a server.
fn change(world: &mut World, group_id: &str, id: &str, change: impl FnOnce(&mut AppServer)) {
    if let Some(group) = world.huawei.server_groups.get_mut(group_id)
        && let Some(server) = group.servers.get_mut(id)
    {
        change(server);
    }
}

/// All servers of the request's project.
pub(super) fn all<'w>(world: &'w World, request: &'w Request) -> impl Iterator<Item = Placed<'w>> {
    let groups = world.huawei.server_groups.iter().filter(|(_, group)| group.project_id == request.project_id);
    groups.flat_map(|(group_id, group)| {
        group.servers.iter().map(move |(id, server)| Placed { group_id, group, id, server })
    })
}

/// The server with this id, where the request's project has it.
pub(super) fn find<'w>(world: &'w World, request: &Request, id: &str) -> Option<Placed<'w>> {
    let group_id = world.group_of_server(id)?;
    let group = world.huawei.server_groups.get(group_id).filter(|group| group.project_id == request.project_id)?;
    let (id, server) = group.servers.get_key_value(id)?;
    Some(Placed { group_id, group, id, server })
}

/// The server with this id.
pub(super) fn need<'w>(world: &'w World, request: &Request, id: &str) -> Result<Placed<'w>, Error> {
    let missing = || Error::of(404, code::SERVER_NOT_FOUND, not_there(id));
    find(world, request, id).ok_or_else(missing)
}

/// In the words in which the service says it, of servers and of image servers.
fn not_there(id: &str) -> String {
    format!(
        "The cloud application server requested by the client was not found, and '{id}' is a non-existing cloud \
         application server."
    )
}

/// The server in the path.
fn named<'w>(world: &'w World, request: &Request) -> Result<Placed<'w>, Error> {
    need(world, request, request.path("server_id"))
}

/// What the machine of a server is, in the words of the service.
fn vm_status(server: &AppServer) -> Value {
    let word = match (server.vm_status.as_deref(), server.task_status.as_deref()) {
        (Some(word), _) => word,
        (None, Some("spawning")) => "BUILD",
        (None, Some("rebuilding")) => "REBUILD",
        (None, Some("rebooting")) => "REBOOT",
        (None, Some("migrating")) => "MIGRATING",
        (None, Some("deleting")) => "DELETING",
        (None, Some("powering-on")) => "SHUTOFF",
        (None, Some(_)) => "ACTIVE",
        (None, None) if server.status == "STOPPED" => "SHUTOFF",
        (None, None) if server.status == "FREEZE" => "FREEZE",
        (None, None) => "ACTIVE",
    };
    word.into()
}

/// A server as lists and queries show it.
fn model(world: &World, placed: Placed<'_>) -> Value {
    let Placed { group_id, group, id, server } = placed;
    let job = server.job_id.as_deref().and_then(|id| Some((id, world.huawei.jobs.get(id)?)));
    let job = job.and_then(|(id, job)| Some((id, job, job.shown()?)));
    let product_id = server.product_id.as_ref().unwrap_or(&group.product_id);
    let product = world.huawei.products.get(product_id);
    let subnet_id = server.subnet_id.as_ref().unwrap_or(&group.subnet_id);
    let addresses: Vec<Value> = server.ip_address.iter().map(|addr| address(addr, subnet_id, group)).collect();
    let tags: Vec<Value> = group.tags.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
    without_nulls(json!({
        "id": id,
        "name": server.name,
        "machine_name": server.machine_name,
        "description": server.description,
        "server_group_id": group_id,
        "server_group_name": group.name,
        "status": server.status,
        "image_id": server.image_id.as_ref().unwrap_or(&group.image_id),
        "os_type": group.os_type,
        "os_version": format!("{} Server", group.os_type),
        "sid": sid(id),
        "instance_id": id,
        "flavor": product.map(|product| json!({ "id": product.flavor_id, "links": [] })),
        "product_info": product.map(|product| ordered(product_id, product, server, group)),
        "availability_zone": server.availability_zone.as_ref().or(group.availability_zone.as_ref()),
        "ou_name": server.ou_name.as_ref().or(group.ou_name.as_ref()),
        "order_id": server.order_id,
        "host_id": server.host_id,
        "host_address": addresses,
        "metadata": { "charging_mode": if server.order_id.is_some() { "1" } else { "0" } },
        "maintain_status": server.is_maintained(),
        "scaling_auto_create": server.scaling_auto_create,
        "session_count": world.sessions_on(id, server),
        "vm_status": vm_status(server),
        "task_status": server.task_status,
        "freeze": [],
        "tags": tags,
        "job_id": job.as_ref().map(|(id, ..)| *id),
        "job_type": job.as_ref().map(|(.., kind)| *kind),
        "job_status": job.as_ref().map(|(_, job, _)| job.status.shown()),
        "job_time": job.as_ref().map(|(_, job, _)| job.begin_time),
        "create_time": server.created_at.unwrap_or(group.create_time),
        "update_time": server.updated_at.or(server.created_at).unwrap_or(group.update_time),
        "enterprise_project_id": group.enterprise_project_id,
    }))
}

/// The product of a server, with the disk that it has.
fn ordered(id: &str, product: &Product, server: &AppServer, group: &ServerGroup) -> Value {
    let mut answer = product_model(id, product);
    answer["system_disk_type"] = server.system_disk_type.as_ref().unwrap_or(&group.system_disk_type).as_str().into();
    answer["system_disk_size"] = server.system_disk_size.unwrap_or(group.system_disk_size).to_string().into();
    answer
}

fn address(address: &str, subnet_id: &str, group: &ServerGroup) -> Value {
    json!({
        "addr": address,
        "version": 4,
        "OS-EXT-IPS:type": "fixed",
        "subnet_id": subnet_id,
        "vpc_id": group.vpc_id,
        "tenant_type": "resource_tenant",
    })
}

/// What a server is called in its domain.
pub(super) fn sid(id: &str) -> String {
    format!("S-1-5-21-{}", id.rsplit('-').next().unwrap_or(id))
}
