//! The warehouse of applications, from which they are installed on image servers.

pub(super) mod buckets;

use serde_json::{Value, json};

use super::{
    errors::{Error, code},
    request::Request,
};
use crate::{
    call::Moment,
    world::{WarehouseApp, World},
};

/// GET `app-warehouse/apps`.
pub(super) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let apps = world.huawei.warehouse_apps.iter().filter(|(_, app)| {
        app.project_id == request.project_id
            && request.wants("app_id", &app.app_id)
            && request.wants_part("app_name", &app.name)
            && request.wants("app_category", &app.category)
            && request.wants("verify_status", VERIFIED)
    });
    let (count, apps) = request.window(apps);
    let items: Vec<Value> = apps.into_iter().map(|(id, app)| model(id, app)).collect();
    Ok(json!({ "count": count, "items": items }))
}

/// POST `app-warehouse/apps`.
pub(super) fn create(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let app = WarehouseApp {
        project_id: request.project_id.clone(),
        app_id: world.random().uuid().to_string(),
        name: request.need("app_name")?.to_owned(),
        category: request.need("app_category")?.to_owned(),
        os_type: request.need("os_type")?.to_owned(),
        version_id: request.need("version_id")?.to_owned(),
        version_name: request.need("version_name")?.to_owned(),
        file_store_path: request.need("appfile_store_path")?.to_owned(),
        file_size: request.integer("app_file_size"),
        description: request.text("app_description").unwrap_or_default().to_owned(),
        icon: request.text("app_icon").map(str::to_owned),
        extended_info: request.field("app_extended_info").cloned(),
        created_at: moment.now,
        updated_at: moment.now,
    };
    let id = world.random().uuid().to_string();
    let answer = model(&id, &app);
    world.huawei.warehouse_apps.insert(id, app);
    Ok(answer)
}

/// PATCH `app-warehouse/apps/{id}`.
pub(super) fn update(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let (id, app) = named(world, request)?;
    let mut app = WarehouseApp { updated_at: moment.now, ..app.clone() };
    let texts = [
        ("app_name", &mut app.name),
        ("app_category", &mut app.category),
        ("os_type", &mut app.os_type),
        ("version_id", &mut app.version_id),
        ("version_name", &mut app.version_name),
        ("app_description", &mut app.description),
    ];
    for (name, slot) in texts {
        if let Some(text) = request.text(name) {
            text.clone_into(slot);
        }
    }
    if let Some(icon) = request.text("app_icon") {
        app.icon = Some(icon.to_owned()).filter(|icon| !icon.is_empty());
    }
    if let Some(info) = request.field("app_extended_info") {
        app.extended_info = Some(info.clone());
    }
    world.huawei.warehouse_apps.insert(id, app);
    Ok(Value::Null)
}

/// DELETE `app-warehouse/apps/{id}`.
pub(super) fn delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (id, _) = named(world, request)?;
    world.huawei.warehouse_apps.remove(id);
    Ok(Value::Null)
}

/// POST `app-warehouse/actions/batch-delete`: those that there are.
pub(super) fn batch_delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    for id in request.texts("ids") {
        if find(world, request, id).is_some() {
            world.huawei.warehouse_apps.remove(id);
        }
    }
    Ok(Value::Null)
}

/// POST `app-warehouse/apps/icon`: where an icon is kept that somebody uploads; what it shows is not looked at.
pub(super) fn take_icon(_world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let time = moment.now.as_millisecond();
    Ok(json!({ "appicon_store_path": format!("icons/{}/{time}.png", request.project_id) }))
}

/// Nobody looks at what is put into the emulator's warehouse.
const VERIFIED: &str = "VERIFY_PASS";

fn find<'w>(world: &'w World, request: &Request, id: &str) -> Option<&'w WarehouseApp> {
    world.huawei.warehouse_apps.get(id).filter(|app| app.project_id == request.project_id)
}

fn named<'w, 'r>(world: &'w World, request: &'r Request) -> Result<(&'r str, &'w WarehouseApp), Error> {
    let id = request.path("id");
    let missing = || {
        let message = format!("The application is not found in the warehouse, the id is '{id}'.");
        Error::of(404, code::WAREHOUSE_APP_NOT_FOUND, message)
    };
    find(world, request, id).map(|app| (id, app)).ok_or_else(missing)
}

fn model(id: &str, app: &WarehouseApp) -> Value {
    json!({
        "id": id,
        "app_id": app.app_id,
        "app_name": app.name,
        "app_category": app.category,
        "app_description": app.description,
        "app_extended_info": app.extended_info,
        "app_file_size": app.file_size.map(|size| size.to_string()),
        "app_icon": app.icon,
        "appfile_store_path": app.file_store_path,
        "os_type": app.os_type,
        "version_id": app.version_id,
        "version_name": app.version_name,
        "tenant_id": app.project_id,
        "verify_status": VERIFIED,
        "verify_time": app.updated_at,
        "create_time": app.created_at,
        "modify_time": app.updated_at,
    })
}
