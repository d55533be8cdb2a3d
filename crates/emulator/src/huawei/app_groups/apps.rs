//! Published applications.

use serde_json::{Value, json};

use super::{
    super::{
        errors::{Error, code},
        request::Request,
    },
    find::{named, named_mut},
};
use crate::{
    call::Moment,
    world::{AppGroup, PublishedApp, World},
};

/// What every image has in it, for whoever asks what can be published.
const IN_EVERY_IMAGE: [(&str, &str); 3] = [
    ("Writer", r"C:\Program Files\Office\writer.exe"),
    ("Sheets", r"C:\Program Files\Office\sheets.exe"),
    ("Browser", r"C:\Program Files\Browser\browser.exe"),
];

/// GET `app-groups/{app_group_id}/apps`.
pub(crate) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (group_id, group) = named(world, request)?;
    let wanted = group.apps.iter().filter(|(id, app)| {
        request.wants("app_id", id) && request.wants_part("name", &app.name) && request.wants("state", &app.state)
    });
    let (count, apps) = request.window(wanted);
    let items: Vec<Value> = apps.into_iter().map(|(id, app)| model(request, group_id, id, app)).collect();
    Ok(json!({ "count": count, "items": items }))
}

/// GET `app-groups/{app_group_id}/apps/{app_id}`.
pub(crate) fn show(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (group_id, group) = named(world, request)?;
    let id = request.path("app_id");
    let app = group.apps.get(id).ok_or_else(|| Error::unknown_app(id))?;
    Ok(model(request, group_id, id, app))
}

/// GET `app-groups/{app_group_id}/publishable-app`: what the image of the server group has in it.
pub(crate) fn list_publishable(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (group_id, group) = named(world, request)?;
    let server_group = group.server_group_id.as_deref().and_then(|id| world.huawei.server_groups.get(id));
    let images: Vec<&str> = server_group.map(|group| group.image_id.as_str()).into_iter().collect();
    let items: Vec<Value> = IN_EVERY_IMAGE
        .iter()
        .filter(|_| !images.is_empty())
        .map(|(name, path)| {
            json!({
                "app_group_id": group_id,
                "name": name,
                "execute_path": path,
                "icon_path": path,
                "icon_index": 0,
                "source_type": 2,
                "version": "1.0",
                "publisher": "Emulator",
                "publishable": !group.apps.values().any(|app| app.name == *name),
                "source_image_ids": images,
            })
        })
        .collect();
    Ok(json!({ "count": items.len(), "group_images": images, "items": items }))
}

/// POST `app-groups/{app_group_id}/apps`: all or none.
pub(crate) fn publish(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let (group_id, group) = named(world, request)?;
    if group.app_type != "COMMON_APP" {
        return Err(Error::invalid("app_group_id", "a group of desktops takes no applications"));
    }
    let mut items = Vec::new();
    for given in request.list("items") {
        let app = new_app(given, moment);
        let id = world.random().uuid().to_string();
        let group = named_mut(world, request)?;
        check_name(group, &app.name, None)?;
        items.push(model(request, group_id, &id, &app));
        group.apps.insert(id, app);
    }
    Ok(json!({ "count": items.len(), "items": items }))
}

/// POST `app-groups/{app_group_id}/apps/actions/check`: whether a name could be used.
pub(crate) fn validate(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (_, group) = named(world, request)?;
    let name = request.text("name").unwrap_or_default();
    let fits = (1..=64).contains(&name.chars().count()) && !name.trim().is_empty();
    Ok(if !fits {
        json!({ "result": false, "validate_rule": "naming" })
    } else if check_name(group, name, None).is_err() {
        json!({ "result": false, "validate_rule": "duplicate" })
    } else {
        json!({ "result": true })
    })
}

/// PATCH `app-groups/{app_group_id}/apps/{app_id}`.
pub(crate) fn update(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (_, group) = named(world, request)?;
    if let Some(name) = request.text("name") {
        check_name(group, name, Some(request.path("app_id")))?;
    }
    change(world, request, |app| {
        let text = |name: &str| request.text(name).map(str::to_owned);
        app.name = text("name").unwrap_or_else(|| app.name.clone());
        app.execute_path = text("execute_path").unwrap_or_else(|| app.execute_path.clone());
        app.state = text("state").unwrap_or_else(|| app.state.clone());
        app.version = text("version").or_else(|| app.version.take());
        app.command_param = text("command_param").or_else(|| app.command_param.take());
        app.work_path = text("work_path").or_else(|| app.work_path.take());
        app.description = text("description").or_else(|| app.description.take());
        app.sandbox_enable = request.boolean("sandbox_enable").unwrap_or(app.sandbox_enable);
    })
}

/// POST `app-groups/{app_group_id}/apps/batch-unpublish`: those that there are.
pub(crate) fn unpublish(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let ids = request.texts("ids");
    named_mut(world, request)?.apps.retain(|id, _| !ids.contains(&id.as_str()));
    Ok(Value::Null)
}

/// POST `app-groups/{app_group_id}/apps/actions/enable`.
pub(crate) fn enable(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    change_all(world, request, |app| "NORMAL".clone_into(&mut app.state))
}

/// POST `app-groups/{app_group_id}/apps/actions/disable`.
pub(crate) fn disable(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    change_all(world, request, |app| "FORBIDDEN".clone_into(&mut app.state))
}

/// POST `app-groups/{app_group_id}/apps/pre-boot-policy`.
pub(crate) fn set_pre_boot(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    change_all(world, request, |app| {
        app.is_pre_boot = request.boolean("is_pre_boot").unwrap_or(app.is_pre_boot);
        app.pre_launch_policy = request.integer("pre_launch_policy").or(app.pre_launch_policy);
    })
}

/// POST `…/icon` and PUT `…/raw-icon`: what was uploaded is not looked at.
pub(crate) fn set_icon(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let url = format!("https://icons.example.com/{}.png", request.path("app_id"));
    change(world, request, |app| app.icon_url = Some(url))
}

/// DELETE `…/icon`.
pub(crate) fn delete_icon(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    change(world, request, |app| app.icon_url = None)
}

fn change(world: &mut World, request: &Request, edit: impl FnOnce(&mut PublishedApp)) -> Result<Value, Error> {
    let id = request.path("app_id");
    let app = named_mut(world, request)?.apps.get_mut(id).ok_or_else(|| Error::unknown_app(id))?;
    edit(app);
    Ok(model(request, request.path("app_group_id"), id, app))
}

/// All that `ids` names, or none.
fn change_all(world: &mut World, request: &Request, edit: impl Fn(&mut PublishedApp)) -> Result<Value, Error> {
    let group = named_mut(world, request)?;
    for id in request.texts("ids") {
        edit(group.apps.get_mut(id).ok_or_else(|| Error::unknown_app(id))?);
    }
    Ok(Value::Null)
}

fn new_app(given: &Value, moment: Moment) -> PublishedApp {
    let text = |name: &str| given[name].as_str().map(str::to_owned);
    PublishedApp {
        name: text("name").unwrap_or_default(),
        version: text("version"),
        command_param: text("command_param"),
        execute_path: text("execute_path").unwrap_or_default(),
        work_path: text("work_path"),
        icon_path: text("icon_path"),
        icon_index: given["icon_index"].as_i64().unwrap_or(0),
        icon_url: text("icon_uri"),
        description: text("description"),
        publisher: text("publisher"),
        source_type: given["source_type"].as_i64().unwrap_or(2),
        state: "NORMAL".to_owned(),
        sandbox_enable: given["sandbox_enable"].as_bool().unwrap_or(false),
        is_pre_boot: given["is_pre_boot"].as_bool().unwrap_or(false),
        pre_launch_policy: given["pre_launch_policy"].as_i64(),
        published_at: moment.now,
    }
}

fn check_name(group: &AppGroup, name: &str, except: Option<&str>) -> Result<(), Error> {
    if group.apps.iter().any(|(id, app)| app.name == name && Some(id.as_str()) != except) {
        // Publishing has no 409 among its answers; the change has.
        let status = if except.is_some() { 409 } else { 400 };
        return Err(Error::of(status, code::APP_NAME_TAKEN, format!("The application name '{name}' already exists.")));
    }
    Ok(())
}

fn model(request: &Request, group_id: &str, id: &str, app: &PublishedApp) -> Value {
    json!({
        "id": id,
        "name": app.name,
        "version": app.version,
        "command_param": app.command_param,
        "execute_path": app.execute_path,
        "work_path": app.work_path,
        "icon_path": app.icon_path,
        "icon_index": app.icon_index,
        "icon_url": app.icon_url,
        "description": app.description,
        "app_group_id": group_id,
        "state": app.state,
        "tenant_id": request.project_id,
        "publish_at": app.published_at,
        "source_type": app.source_type,
        "publisher": app.publisher,
        "publishable": false,
        "sandbox_enable": app.sandbox_enable,
        "is_pre_boot": app.is_pre_boot,
        "pre_launch_policy": app.pre_launch_policy,
    })
}
