//! Application groups: list, create, show, change, delete, and their names. What is published in them is in [`apps`],
//! who may use them in [`authorizations`].

pub(super) mod apps;
pub(super) mod authorizations;
mod find;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use self::find::{all, named, named_mut};
use super::{
    errors::{Error, code},
    request::Request,
    server_groups,
};
use crate::{
    call::Moment,
    world::{AppGroup, World},
};

/// GET `app-groups`.
pub(crate) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let made = all(world, request)
        .filter(|(id, group)| {
            request.wants("app_server_group_id", group.server_group_id.as_deref().unwrap_or_default())
                && request.wants("app_group_id", id)
                && request.wants_part("name", &group.name)
                && request.wants("authorization_type", &group.authorization_type)
                && request.wants("app_type", &group.app_type)
        })
        .map(|(id, group)| model(world, request, id, group));
    let (count, items) = request.window(made.chain(named_by_server_groups(world, request)));
    Ok(json!({ "count": count, "items": items }))
}

/// Application groups of which the world says no more than that they use a server group.
fn named_by_server_groups<'w>(world: &'w World, request: &'w Request) -> impl Iterator<Item = Value> {
    let groups = world.huawei.server_groups.iter().filter(|(_, group)| group.project_id == request.project_id);
    let rows = groups.flat_map(|(id, group)| group.app_groups.iter().map(move |row| (id, group, row)));
    let wanted = rows.filter(|(group_id, group, (id, name))| {
        request.wants("app_server_group_id", group_id)
            && request.wants("app_group_id", id)
            && request.wants_part("name", name)
            && request.wants("authorization_type", "APP_GROUP")
            && request.wants("app_type", &group.app_type)
    });
    wanted.map(|(group_id, group, (id, name))| {
        json!({
            "id": id,
            "name": name,
            "app_server_group_id": group_id,
            "app_server_group_name": group.name,
            "authorization_type": "APP_GROUP",
            "app_type": group.app_type,
            "tenant_id": request.project_id,
            "app_count": 0,
        })
    })
}

/// GET `app-groups/{app_group_id}`.
pub(crate) fn show(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (id, group) = named(world, request)?;
    let mut model = model(world, request, id, group);
    let server_group = group.server_group_id.as_deref().and_then(|id| world.huawei.server_groups.get(id));
    model["app_server_group_description"] = json!(server_group.map(|group| group.description.as_str()));
    Ok(model)
}

/// POST `app-groups`: of the kind of its server group, where it has one.
pub(crate) fn create(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let name = free_name(world, request, request.need("name")?, None)?;
    let server_group_id = request.text("app_server_group_id").filter(|id| !id.is_empty());
    let fallback = match server_group_id {
        Some(id) => server_groups::find(world, request, id)?.1.app_type.clone(),
        None => "COMMON_APP".to_owned(),
    };
    let app_type = request.text("app_type").unwrap_or(&fallback).to_owned();
    check_type(world, request, server_group_id, &app_type)?;
    let group = AppGroup {
        project_id: request.project_id.clone(),
        name,
        description: request.text("description").unwrap_or_default().to_owned(),
        server_group_id: server_group_id.map(str::to_owned),
        app_type,
        authorization_type: request.text("authorization_type").unwrap_or("APP_GROUP").to_owned(),
        apps: BTreeMap::new(),
        authorizations: BTreeMap::new(),
        mails: Vec::new(),
        created_at: moment.now,
    };
    let id = world.random().uuid().to_string();
    let answer = model(world, request, &id, &group);
    world.huawei.app_groups.insert(id, group);
    Ok(answer)
}

/// PATCH `app-groups/{app_group_id}`.
pub(crate) fn update(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (id, group) = named(world, request)?;
    let mut group = group.clone();
    if let Some(name) = request.text("name") {
        group.name = free_name(world, request, name, Some(id))?;
    }
    if let Some(text) = request.text("description") {
        text.clone_into(&mut group.description);
    }
    if let Some(server_group_id) = request.text("app_server_group_id") {
        let given = Some(server_group_id).filter(|id| !id.is_empty());
        check_type(world, request, given, &group.app_type)?;
        group.server_group_id = given.map(str::to_owned);
    }
    let answer = model(world, request, id, &group);
    *named_mut(world, request)? = group;
    Ok(answer)
}

/// DELETE `app-groups/{app_group_id}`, with all that is in it.
pub(crate) fn delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (id, _) = named(world, request)?;
    world.huawei.app_groups.remove(id);
    Ok(Value::Null)
}

/// POST `app-groups/batch-delete`: those that there are.
pub(crate) fn batch_delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    for id in request.texts("ids") {
        if find::find(world, request, id).is_ok() {
            world.huawei.app_groups.remove(id);
        }
    }
    Ok(Value::Null)
}

/// POST `app-groups/actions/disassociate-app-group`: takes all application groups off a server group.
pub(crate) fn disassociate(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let server_group_id = request.query_text("server_group_id").unwrap_or_default();
    let (server_group_id, _) = server_groups::find(world, request, server_group_id)?;
    let on_it = |group: &AppGroup| group.server_group_id.as_deref() == Some(server_group_id);
    let ids: Vec<String> = all(world, request).filter(|(_, group)| on_it(group)).map(|(id, _)| id.to_owned()).collect();
    for id in ids {
        if let Some(group) = world.huawei.app_groups.get_mut(&id) {
            group.server_group_id = None;
        }
    }
    if let Some(group) = world.huawei.server_groups.get_mut(server_group_id) {
        group.app_groups.clear();
        group.app_group_count = 0;
    }
    Ok(Value::Null)
}

/// POST `app-groups/rules/validate`: whether a name could be used.
pub(crate) fn validate(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let name = request.text("name").unwrap_or_default();
    Ok(if !server_groups::rules::is_name(name) {
        json!({ "result": false, "validate_rule": "naming" })
    } else if free_name(world, request, name, None).is_err() {
        json!({ "result": false, "validate_rule": "duplicate" })
    } else {
        json!({ "result": true })
    })
}

fn free_name(world: &World, request: &Request, name: &str, except: Option<&str>) -> Result<String, Error> {
    if all(world, request).any(|(id, group)| group.name == name && Some(id) != except) {
        let message = format!("The application group name '{name}' already exists.");
        // The creation has no 409 among its answers; the change has.
        let status = if except.is_some() { 409 } else { 400 };
        return Err(Error::of(status, code::APP_GROUP_NAME_TAKEN, message));
    }
    Ok(name.to_owned())
}

/// An application group is of its server group's kind.
fn check_type(world: &World, request: &Request, server_group_id: Option<&str>, app_type: &str) -> Result<(), Error> {
    let Some(id) = server_group_id else { return Ok(()) };
    let (_, server_group) = server_groups::find(world, request, id)?;
    if server_group.app_type == app_type {
        Ok(())
    } else {
        Err(Error::invalid("app_type", &format!("the server group is of type {}", server_group.app_type)))
    }
}

fn model(world: &World, request: &Request, id: &str, group: &AppGroup) -> Value {
    let server_group = group.server_group_id.as_deref().and_then(|id| world.huawei.server_groups.get(id));
    json!({
        "id": id,
        "name": group.name,
        "description": group.description,
        "app_server_group_id": group.server_group_id,
        "app_server_group_name": server_group.map(|group| group.name.as_str()),
        "authorization_type": group.authorization_type,
        "app_type": group.app_type,
        "tenant_id": request.project_id,
        "create_at": group.created_at,
        "app_count": group.apps.len(),
    })
}
