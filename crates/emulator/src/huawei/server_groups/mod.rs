//! Server groups: list, create, show, update, delete, and what surrounds them.

pub(super) mod model;
pub(super) mod rules;
pub(super) mod scaling;
pub(super) mod tags;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    super::{
        call::Moment,
        world::{AppGroup, ServerGroup, World},
    },
    errors::{Error, code},
    request::Request,
};
use model::{brief, detail, summary};
use rules::Machine;

/// GET `app-server-groups`.
pub(super) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let found = groups(world, request, "server_group_name").filter(|(id, group)| {
        request.wants("server_group_id", id)
            && request.wants_enterprise(&group.enterprise_project_id)
            && request
                .query_text("tags")
                .is_none_or(|text| group.tags.iter().any(|(key, value)| key.contains(text) || value.contains(text)))
    });
    Ok(window(found, request, |(id, group)| summary(world, id, group)))
}

/// GET `app-server-groups/actions/list`: fewer fields, for a choice.
pub(super) fn list_brief(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    // The parameter is spelled like this in the service.
    let found = groups(world, request, "sever_group_name");
    Ok(window(found, request, |(id, group)| brief(world, id, group)))
}

/// GET `app-server-groups/{server_group_id}`.
pub(super) fn show(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (id, group) = named(world, request)?;
    Ok(detail(world, id, group, &request.region))
}

/// The states that a server can be in (`ServerStatus`).
const SERVER_STATES: [&str; 6] = ["UNREGISTER", "REGISTERED", "MAINTAINING", "FREEZE", "STOPPED", "NONE"];

/// GET `app-server-groups/{server_group_id}/state`: how many servers are in which state, also where that is none.
pub(super) fn state(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (_, group) = named(world, request)?;
    let mut states: BTreeMap<&str, i64> = SERVER_STATES.map(|state| (state, 0)).into();
    if group.servers.is_empty() || group.further_servers() > 0 {
        states.extend(group.server_states.iter().map(|(state, count)| (state.as_str(), *count)));
    } else {
        // Where every server is known, they say it themselves.
        for server in group.servers.values() {
            *states.entry(&server.status).or_default() += 1;
        }
    }
    Ok(json!({ "aps_status": states }))
}

/// GET `app-server-groups/resources/restrict`.
pub(super) fn restrict(world: &World, _request: &Request, _moment: Moment) -> Result<Value, Error> {
    Ok(json!({ "max_session": world.huawei.max_session, "max_group_count": world.huawei.max_server_groups }))
}

/// POST `app-server-groups/rules/validate`: whether a name could be used.
pub(super) fn validate(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let name = request.text("name").unwrap_or_default();
    let (result, rule) = if !rules::is_name(name) {
        (false, "naming")
    } else if rules::is_taken(&world.huawei, &request.project_id, name, None) {
        (false, "duplicate")
    } else {
        return Ok(json!({ "result": true }));
    };
    Ok(json!({ "result": result, "validate_rule": rule }))
}

/// POST `app-server-groups`.
pub(super) fn create(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let group = new_group(world, request, moment)?;
    let huawei = &world.huawei;
    let machine = Machine::of(&group);
    rules::check_image(huawei, &machine, &request.region)?;
    rules::check_product(huawei, &machine, &request.region)?;
    rules::check_disk_type(huawei, &machine)?;
    rules::check_network(huawei, &machine)?;
    rules::check_sessions(huawei, &group)?;
    rules::check_primary(huawei, &group)?;
    let count = huawei.server_groups.iter().filter(|(_, other)| other.project_id == request.project_id).count();
    if i64::try_from(count).unwrap_or(i64::MAX) >= huawei.max_server_groups {
        let limit = huawei.max_server_groups;
        let message = format!("The number of server groups exceeds the limit, limit {limit}.");
        return Err(Error::of(400, code::SERVER_GROUP_LIMIT, message));
    }
    let id = world.random().uuid().to_string();
    world.huawei.server_groups.insert(id.clone(), group.clone());
    Ok(summary(world, &id, &group))
}

fn new_group(world: &World, request: &Request, moment: Moment) -> Result<ServerGroup, Error> {
    let huawei = &world.huawei;
    let optional = |name: &str| request.text(name).filter(|text| !text.is_empty()).map(str::to_owned);
    let is_vdi = request.boolean("is_vdi").unwrap_or(false);
    let route_policy =
        request.field("route_policy").map(|value| rules::route_policy(huawei, value, is_vdi)).transpose()?;
    let primary = request.text("primary_server_group_id").and_then(|id| huawei.server_groups.get(id));
    let mut group_tags = BTreeMap::new();
    rules::add_tags(&mut group_tags, request.list("tags"))?;
    Ok(ServerGroup {
        project_id: request.project_id.clone(),
        name: rules::check_name(huawei, &request.project_id, request.need("name")?, None)?,
        description: request.text("description").unwrap_or_default().to_owned(),
        image_id: request.need("image_id")?.to_owned(),
        image_product_id: optional("image_product_id"),
        image_type: request.need("image_type")?.to_owned(),
        os_type: request.need("os_type")?.to_owned(),
        product_id: request.need("product_id")?.to_owned(),
        flavor_id: optional("flavor_id"),
        vpc_id: request.need("vpc_id")?.to_owned(),
        subnet_id: request.need("subnet_id")?.to_owned(),
        system_disk_type: request.need("system_disk_type")?.to_owned(),
        system_disk_size: request.integer("system_disk_size").ok_or_else(|| Error::missing("system_disk_size"))?,
        is_vdi,
        extra_session_type: optional("extra_session_type"),
        extra_session_size: request.integer("extra_session_size"),
        app_type: request.text("app_type").unwrap_or("COMMON_APP").to_owned(),
        route_policy,
        storage_mount_policy: primary.map_or("ANY", |primary| primary.storage_mount_policy.as_str()).to_owned(),
        ou_name: optional("ou_name"),
        availability_zone: optional("availability_zone"),
        ip_virtual: rules::ip_virtual(request),
        tags: group_tags,
        enterprise_project_id: optional("enterprise_project_id").unwrap_or_else(|| "0".to_owned()),
        primary_server_group_id: optional("primary_server_group_id"),
        enabled: request.boolean("server_group_status").unwrap_or(true),
        app_server_count: 0,
        app_group_count: 0,
        servers: BTreeMap::new(),
        app_groups: BTreeMap::new(),
        server_states: BTreeMap::new(),
        scaling_policy: None,
        create_time: moment.now,
        update_time: moment.now,
    })
}

/// PATCH `app-server-groups/{server_group_id}`: only what is given changes; a `route_policy` that is given replaces the
/// whole one. Answers `null`.
pub(super) fn update(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let (id, present) = named(world, request)?;
    let (id, mut group) = (id.to_owned(), present.clone());
    let huawei = &world.huawei;
    if let Some(name) = request.text("name") {
        group.name = rules::check_name(huawei, &request.project_id, name, Some(&id))?;
    }
    if let Some(text) = request.text("description") {
        text.clone_into(&mut group.description);
    }
    if let Some(value) = request.field("route_policy") {
        group.route_policy = Some(rules::route_policy(huawei, value, group.is_vdi)?);
    }
    let set = |name: &str, slot: &mut String| {
        if let Some(value) = request.text(name) {
            value.clone_into(slot);
        }
    };
    set("storage_mount_policy", &mut group.storage_mount_policy);
    set("image_id", &mut group.image_id);
    set("image_type", &mut group.image_type);
    set("system_disk_type", &mut group.system_disk_type);
    set("app_type", &mut group.app_type);
    for (name, slot) in [("image_product_id", &mut group.image_product_id), ("ou_name", &mut group.ou_name)] {
        if let Some(value) = request.text(name) {
            *slot = Some(value.to_owned()).filter(|value| !value.is_empty());
        }
    }
    if let Some(size) = request.integer("system_disk_size") {
        group.system_disk_size = size;
    }
    if let Some(enabled) = request.boolean("server_group_status") {
        group.enabled = enabled;
    }
    let touches = |fields: &[&str]| fields.iter().any(|field| request.field(field).is_some());
    if touches(&["image_id", "image_type", "image_product_id", "system_disk_size"]) {
        rules::check_image(huawei, &Machine::of(&group), &request.region)?;
    }
    if touches(&["system_disk_type"]) {
        rules::check_disk_type(huawei, &Machine::of(&group))?;
    }
    rules::check_sessions(huawei, &group)?;
    rules::check_primary(huawei, &group)?;
    check_app_groups(world, &id, &group)?;
    group.update_time = moment.now;
    let has_new_policy = present.storage_mount_policy != group.storage_mount_policy;
    follow(world, &id, has_new_policy, &group);
    if let Some(slot) = world.huawei.server_groups.get_mut(&id) {
        *slot = group;
    }
    Ok(Value::Null)
}

/// The application groups on a server group, and on those that follow it, are of its type.
fn check_app_groups(world: &World, id: &str, group: &ServerGroup) -> Result<(), Error> {
    let followers = world.standbys().get(id).map(Vec::as_slice).unwrap_or_default();
    let is_on_it = |server_group: &str| server_group == id || followers.iter().any(|follower| follower == server_group);
    let mut on_it = world.huawei.app_groups.iter().map(|(_, app_group)| app_group);
    let differs = |app_group: &AppGroup| {
        app_group.server_group_id.as_deref().is_some_and(is_on_it) && app_group.app_type != group.app_type
    };
    if on_it.any(differs) {
        return Err(Error::invalid("app_type", "application groups of another type use the server group"));
    }
    Ok(())
}

/// Standby groups follow their primary's application type, and a new mount policy. One of their own, which a PATCH
/// gives them, lasts until then.
fn follow(world: &mut World, primary_id: &str, has_new_policy: bool, primary: &ServerGroup) {
    let followers = world.standbys().get(primary_id).cloned().unwrap_or_default();
    for id in followers {
        // Only who is changed is borrowed for that: whatever is, counts as changed.
        let follows = |group: &ServerGroup| {
            group.app_type == primary.app_type
                && (!has_new_policy || group.storage_mount_policy == primary.storage_mount_policy)
        };
        if world.huawei.server_groups.get(&id).is_none_or(follows) {
            continue;
        }
        if let Some(group) = world.huawei.server_groups.get_mut(&id) {
            primary.app_type.clone_into(&mut group.app_type);
            if has_new_policy {
                primary.storage_mount_policy.clone_into(&mut group.storage_mount_policy);
            }
        }
    }
}

/// DELETE `app-server-groups/{server_group_id}`: one that does not exist is deleted already.
pub(super) fn delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.path("server_group_id");
    let Ok((_, group)) = named(world, request) else {
        return Ok(json!({}));
    };
    let in_use = |what: &str| Err(Error::of(400, code::IN_USE, format!("The server group is used by {what}.")));
    if group.server_count() > 0 {
        return in_use("servers");
    }
    if world.app_groups_of(id, group) > 0 {
        return in_use("application groups");
    }
    if world.standbys().contains_key(id) {
        return in_use("standby server groups");
    }
    world.huawei.server_groups.remove(id);
    Ok(json!({}))
}

/// The server group in the path.
pub(super) fn named<'w, 'r>(world: &'w World, request: &'r Request) -> Result<(&'r str, &'w ServerGroup), Error> {
    find(world, request, request.path("server_group_id"))
}

/// The server group with this id in the request's project.
pub(super) fn find<'w, 'r>(
    world: &'w World,
    request: &Request,
    id: &'r str,
) -> Result<(&'r str, &'w ServerGroup), Error> {
    let group = world.huawei.server_groups.get(id).filter(|group| group.project_id == request.project_id);
    group.map(|group| (id, group)).ok_or_else(|| Error::not_found(id))
}

type Row<'w> = (&'w str, &'w ServerGroup);

fn groups<'w>(world: &'w World, request: &'w Request, name_parameter: &str) -> impl Iterator<Item = Row<'w>> {
    let part = request.query_text(name_parameter);
    let app_type = request.query_text("app_type");
    let standby = request.query_text("is_secondary_server_group").map(|text| text == "true");
    world.huawei.server_groups.iter().filter(move |(_, group)| {
        group.project_id == request.project_id
            && part.is_none_or(|part| group.name.contains(part))
            && app_type.is_none_or(|kind| group.app_type == kind)
            && standby.is_none_or(|standby| group.primary_server_group_id.is_some() == standby)
    })
}

fn window<'w>(found: impl Iterator<Item = Row<'w>>, request: &Request, model: impl Fn(Row<'w>) -> Value) -> Value {
    let (count, rows) = request.window(found);
    let items: Vec<Value> = rows.into_iter().map(model).collect();
    json!({ "count": count, "items": items })
}
