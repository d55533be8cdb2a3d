//! Tags of server groups: of one, of many at once, and all that are in use.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    super::{errors::Error, request::Request},
    find, named,
    rules::{add_tags, read_tags},
};
use crate::{call::Moment, world::World};

/// GET `server-group/tags`: every key in the project with the values it has.
pub(crate) fn list_all(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let groups = world.huawei.server_groups.iter().filter(|(_, group)| group.project_id == request.project_id);
    for (key, value) in groups.flat_map(|(_, group)| &group.tags) {
        all.entry(key).or_default().insert(value);
    }
    let tags: Vec<Value> = all.into_iter().map(|(key, values)| json!({ "key": key, "values": values })).collect();
    Ok(json!({ "tags": tags }))
}

/// GET `server-group/{server_group_id}/tags`.
pub(crate) fn show(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (_, group) = named(world, request)?;
    let tags: Vec<Value> = group.tags.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
    Ok(json!({ "tags": tags, "sys_tags": [] }))
}

/// POST `server-group/{server_group_id}/tags/create`: a key that is there gets the new value.
pub(crate) fn create(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    change(world, request, request.path("server_group_id"), request.list("tags"), add_tags)
}

/// DELETE `server-group/{server_group_id}/tags/delete`.
pub(crate) fn delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    change(world, request, request.path("server_group_id"), request.list("tags"), remove)
}

/// POST `server-group/tags/batch-create`: all groups or none.
pub(crate) fn batch_create(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    batch(world, request, add_tags)
}

/// DELETE `server-group/tags/batch-delete`: all groups or none.
pub(crate) fn batch_delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    batch(world, request, remove)
}

fn remove(tags: &mut BTreeMap<String, String>, given: &[Value]) -> Result<(), Error> {
    for tag in read_tags(given) {
        tags.remove(&tag.key);
    }
    Ok(())
}

type Edit = fn(&mut BTreeMap<String, String>, &[Value]) -> Result<(), Error>;

fn change(world: &mut World, request: &Request, id: &str, tags: &[Value], edit: Edit) -> Result<Value, Error> {
    find(world, request, id)?;
    if let Some(group) = world.huawei.server_groups.get_mut(id) {
        edit(&mut group.tags, tags)?;
    }
    Ok(json!({}))
}

fn batch(world: &mut World, request: &Request, edit: Edit) -> Result<Value, Error> {
    for item in request.list("items") {
        let id = item["server_group_id"].as_str().unwrap_or_default();
        let tags = item["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
        change(world, request, id, tags, edit)?;
    }
    Ok(json!({}))
}
