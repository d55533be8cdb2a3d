//! What hangs on server groups: servers and application groups.

use serde_json::{Value, json};

use super::{errors::Error, request::Request};
use crate::{
    call::Moment,
    world::{ServerGroup, World},
};

/// GET `app-servers`.
pub(super) fn list_servers(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let wanted = |name: &str, value: &str| request.query_text(name).is_none_or(|wanted| wanted == value);
    let part = |name: &str, value: &str| request.query_text(name).is_none_or(|part| value.contains(part));
    let servers = groups(world, request).flat_map(|(id, group)| {
        let servers = group.servers.iter().map(move |(server_id, server)| (id, group, server_id, server));
        servers.filter(|(group_id, _, server_id, server)| {
            wanted("server_group_id", group_id)
                && wanted("server_id", server_id)
                && part("server_name", &server.name)
                && part("machine_name", &server.machine_name)
                && request.query_text("ip_addr").is_none()
                && wanted("maintain_status", if server.status == "MAINTAINING" { "true" } else { "false" })
                && wanted("scaling_auto_create", "false")
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
    window(items, request)
}

/// GET `app-groups`.
pub(super) fn list_app_groups(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let wanted = |name: &str, value: &str| request.query_text(name).is_none_or(|wanted| wanted == value);
    let app_groups = groups(world, request).flat_map(|(id, group)| {
        let app_groups = group.app_groups.iter().map(move |(app_group_id, name)| (id, group, app_group_id, name));
        app_groups.filter(|(group_id, group, app_group_id, name)| {
            wanted("app_server_group_id", group_id)
                && wanted("app_group_id", app_group_id)
                && request.query_text("name").is_none_or(|part| name.contains(part))
                && wanted("authorization_type", "APP_GROUP")
                && wanted("app_type", &group.app_type)
        })
    });
    let items = app_groups.map(|(group_id, group, app_group_id, name)| {
        json!({
            "id": app_group_id,
            "name": name,
            "app_server_group_id": group_id,
            "app_server_group_name": group.name,
            "authorization_type": "APP_GROUP",
            "app_type": group.app_type,
            "app_count": 0,
        })
    });
    window(items, request)
}

/// The server groups of the request's project.
fn groups<'w>(world: &'w World, request: &'w Request) -> impl Iterator<Item = (&'w str, &'w ServerGroup)> {
    world.huawei.server_groups.iter().filter(|(_, group)| group.project_id == request.project_id)
}

fn window(items: impl Iterator<Item = Value>, request: &Request) -> Result<Value, Error> {
    let (offset, limit) = request.window()?;
    let items: Vec<Value> = items.collect();
    let count = items.len();
    let items: Vec<Value> = items.into_iter().skip(offset).take(limit).collect();
    Ok(json!({ "count": count, "items": items }))
}
