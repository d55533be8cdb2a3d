//! The servers of server groups.

use serde_json::{Value, json};

use super::{errors::Error, request::Request};
use crate::{
    call::Moment,
    world::{ServerGroup, World},
};

/// GET `app-servers`.
pub(super) fn list_servers(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let servers = groups(world, request).flat_map(|(id, group)| {
        let servers = group.servers.iter().map(move |(server_id, server)| (id, group, server_id, server));
        servers.filter(|(group_id, _, server_id, server)| {
            request.wants("server_group_id", group_id)
                && request.wants("server_id", server_id)
                && request.wants_part("server_name", &server.name)
                && request.wants_part("machine_name", &server.machine_name)
                && request.query_text("ip_addr").is_none()
                && request.wants("maintain_status", if server.status == "MAINTAINING" { "true" } else { "false" })
                && request.wants("scaling_auto_create", "false")
        })
    });
    let items = servers.map(|(group_id, group, server_id, server)| {
        json!({
            "id": server_id,
            "name": server.name,
            "machine_name": server.machine_name,
            "server_group_id": group_id,
            "server_group_name": group.name,
            "status": server.status,
            "image_id": group.image_id,
            "os_type": group.os_type,
            "maintain_status": server.status == "MAINTAINING",
            "scaling_auto_create": false,
            "session_count": server.session_count,
            "enterprise_project_id": group.enterprise_project_id,
        })
    });
    let (count, items) = request.window(items);
    Ok(json!({ "count": count, "items": items }))
}

/// The server groups of the request's project.
fn groups<'w>(world: &'w World, request: &'w Request) -> impl Iterator<Item = (&'w str, &'w ServerGroup)> {
    world.huawei.server_groups.iter().filter(|(_, group)| group.project_id == request.project_id)
}
