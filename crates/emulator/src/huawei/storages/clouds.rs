//! Cloud storages: projects of cloud storage that are linked to Workspace, and people's folders on them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::{
    errors::{Error, code},
    records::{find, missing, need, of_project, page},
    request::Request,
};
use crate::{
    call::Moment,
    world::{CloudFolder, CloudRights, CloudStorage, StorageProject, World},
};

/// GET `cloud-storages/actions/list-project-configs`: what can be linked.
pub(crate) fn list_projects(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let projects =
        world.huawei.storage_projects.iter().filter(|(_, project)| request.wants_part("name", &project.name));
    Ok(page(request, projects, |(id, project)| project_model(world, request, id, project)))
}

/// GET `cloud-storages/actions/project-config/{cloud_storage_id}`.
pub(crate) fn show_project(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let storage = need(&world.huawei.cloud_storages, request, request.path("cloud_storage_id"))?;
    let project = world.huawei.storage_projects.get(&storage.project_config_id);
    let id = &storage.project_config_id;
    Ok(json!({ "project_config": project.map(|project| project_model(world, request, id, project)) }))
}

/// GET `cloud-storages`.
pub(crate) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let storages = of_project(&world.huawei.cloud_storages, request)
        .filter(|(id, storage)| request.wants("storage_id", id) && request.wants_part("name", name_of(world, storage)));
    Ok(page(request, storages, |(id, storage)| {
        json!({
            "id": id,
            "name": name_of(world, storage),
            "project_config_id": storage.project_config_id,
            "cluster_group_id": storage.cluster_group_id,
            "user_claim_count": storage.folders.len(),
            "share_claim_count": 0,
            "create_time": storage.created_at,
        })
    }))
}

/// POST `cloud-storages`: links projects, all or none.
pub(crate) fn create(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    for item in request.list("project_config_cluster_group_id_list") {
        let (config, cluster) = (text(item, "project_config_id"), text(item, "cluster_group_id"));
        if world.huawei.storage_projects.get(&config).is_none_or(|project| project.cluster_group_id != cluster) {
            let message = format!("The project of cloud storage is not found, the id is '{config}' on '{cluster}'.");
            return Err(Error::of(404, code::STORAGE_PROJECT_NOT_FOUND, message));
        }
        if of_project(&world.huawei.cloud_storages, request).any(|(_, storage)| storage.project_config_id == config) {
            // Linking has no 409 among its answers.
            return Err(Error::of(400, code::STORAGE_PROJECT_LINKED, format!("'{config}' is linked already.")));
        }
        let storage = CloudStorage {
            project_id: request.project_id.clone(),
            project_config_id: config,
            cluster_group_id: cluster,
            folders: BTreeMap::new(),
            created_at: moment.now,
        };
        let id = world.random().digits(18);
        world.huawei.cloud_storages.insert(id, storage);
    }
    Ok(Value::Null)
}

/// DELETE `cloud-storages/{storage_id}`: one on which people have folders stays.
pub(crate) fn delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.path("storage_id");
    check_empty(need(&world.huawei.cloud_storages, request, id)?)?;
    world.huawei.cloud_storages.remove(id);
    Ok(Value::Null)
}

/// POST `cloud-storages/actions/batch-delete-cloud-storages`: those that there are, all or none.
pub(crate) fn batch_delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    for id in request.texts("items") {
        if let Some(storage) = find(&world.huawei.cloud_storages, request, id) {
            check_empty(storage)?;
            world.huawei.cloud_storages.remove(id);
        }
    }
    Ok(Value::Null)
}

/// GET `cloud-storages/actions/list-folders`: all are people's own, none is shared.
pub(crate) fn list_folders(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let storage = need(&world.huawei.cloud_storages, request, request.query_text("storage_id").unwrap_or_default())?;
    let names = request.query_texts("attach_names");
    let folders = storage.folders.iter().filter(|(_, folder)| {
        let is_full = folder.quota > 0 && folder.used >= folder.quota;
        request.wants("claim_mode", "USER")
            && request.wants_part("attach", &folder.attach_name)
            && (names.is_empty() || names.contains(&folder.attach_name.as_str()))
            && request.wants("capacity_filter", if is_full { "true" } else { "false" })
    });
    Ok(page(request, folders, |(id, folder)| {
        with_rights(
            json!({
                "cloud_storage_assignment_id": id,
                "attach_name": folder.attach_name,
                "quota": folder.quota,
                "used_quota": folder.used,
                "create_time": folder.created_at,
            }),
            folder.rights,
        )
    }))
}

/// GET `cloud-storages/actions/list-folder-files`: nobody has put files there.
pub(crate) fn list_files(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let user = request.query_text("user_name").unwrap_or_default();
    let storages = of_project(&world.huawei.cloud_storages, request);
    let mut folders: Vec<_> = storages.flat_map(|(_, storage)| storage.folders.iter()).collect();
    folders.retain(|(id, folder)| folder.attach_name == user && request.wants("cloud_storage_assignment_id", id));
    // Of several it is the oldest.
    let folder = folders.into_iter().min_by_key(|(_, folder)| folder.created_at);
    let (id, _) = folder.ok_or_else(|| folder_missing(user))?;
    Ok(json!({
        "location": id,
        "prefix": request.query_text("folder_url"),
        "max_keys": request.query_integer("limit").unwrap_or(1000),
        "folders": [],
        "files": [],
    }))
}

/// POST `cloud-storages/{storage_id}/actions/create-folder`: a folder for each; who has one gets no second.
pub(crate) fn create_folders(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let mut storage = named(world, request)?;
    let mut items = Vec::new();
    for given in request.list("items") {
        let (attach_id, attach_name) = (text(given, "attach_id"), text(given, "attach_name"));
        let taken = storage.folders.values().any(|folder| folder.attach_id == attach_id);
        let id = (!taken).then(|| world.random().digits(18));
        items.push(json!({
            "id": id,
            "attach_id": attach_id,
            "attach": attach_name,
            "attach_type": "USER",
            "folder_name": attach_name,
            "is_success": !taken,
            "error_message": taken.then_some("The user has a folder already."),
            "region_id": request.region,
            "tenant_id": request.project_id,
        }));
        let Some(id) = id else { continue };
        let mut folder = CloudFolder {
            attach_id,
            attach_name,
            quota: 0,
            used: 0,
            rights: CloudRights::default(),
            created_at: moment.now,
        };
        write(given, &mut folder);
        storage.folders.insert(id, folder);
    }
    world.huawei.cloud_storages.insert(request.path("storage_id"), storage);
    Ok(json!({ "items": items }))
}

/// PATCH `cloud-storages/{storage_id}/actions/update-folder/{cloud_assignment_id}`: only what is given changes.
pub(crate) fn update_folder(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let mut storage = named(world, request)?;
    let id = request.path("cloud_assignment_id");
    let folder = storage.folders.get_mut(id).ok_or_else(|| folder_missing(id))?;
    write(request.field("update_user_assignment_info").unwrap_or(&Value::Null), folder);
    world.huawei.cloud_storages.insert(request.path("storage_id"), storage);
    Ok(Value::Null)
}

/// POST `cloud-storages/{storage_id}/actions/delete-folder`: of the people with these ids, or the folders themselves.
pub(crate) fn delete_folders(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let mut storage = named(world, request)?;
    let items = request.texts("items");
    storage.folders.retain(|id, folder| !items.contains(&id.as_str()) && !items.contains(&folder.attach_id.as_str()));
    world.huawei.cloud_storages.insert(request.path("storage_id"), storage);
    Ok(Value::Null)
}

/// POST `cloud-storages/{storage_id}/actions/change-cluster`: moves folders to the storage of another project.
pub(crate) fn move_folders(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let mut from = named(world, request)?;
    let (config, cluster) = (request.need("target_project_config_id")?, request.need("target_cluster_group_id")?);
    let target = of_project(&world.huawei.cloud_storages, request)
        .find(|(_, storage)| storage.project_config_id == config && storage.cluster_group_id == cluster);
    let (target_id, target) = target.ok_or_else(|| missing::<CloudStorage>(config))?;
    let (target_id, mut target) = (target_id.to_owned(), target.clone());
    if target_id == request.path("storage_id") {
        return Err(Error::invalid("target_project_config_id", "the folders are there already"));
    }
    let mut items = Vec::new();
    for id in request.texts("cloud_storage_assignment_ids") {
        let folder = from.folders.remove(id).ok_or_else(|| folder_missing(id))?;
        let shown =
            json!({ "id": id, "attach_id": folder.attach_id, "attach": folder.attach_name, "quota": folder.quota });
        items.push(with_rights(shown, folder.rights));
        target.folders.insert(id.to_owned(), folder);
    }
    world.huawei.cloud_storages.insert(request.path("storage_id"), from);
    world.huawei.cloud_storages.insert(target_id, target);
    Ok(json!({ "items": items }))
}

/// Writes what is given into `folder`.
fn write(given: &Value, folder: &mut CloudFolder) {
    if let Some(quota) = given["file_system_quota"].as_i64() {
        folder.quota = quota;
    }
    let rights = &mut folder.rights;
    for (name, slot) in [
        ("action_get", &mut rights.action_get),
        ("action_put", &mut rights.action_put),
        ("roam_action_get", &mut rights.roam_action_get),
        ("roam_action_put", &mut rights.roam_action_put),
    ] {
        if let Some(allowed) = given[name].as_bool() {
            *slot = allowed;
        }
    }
}

fn with_rights(mut shown: Value, rights: CloudRights) -> Value {
    if let (Value::Object(shown), Value::Object(rights)) = (&mut shown, json!(rights)) {
        shown.extend(rights);
    }
    shown
}

fn check_empty(storage: &CloudStorage) -> Result<(), Error> {
    if storage.folders.is_empty() {
        Ok(())
    } else {
        Err(Error::of(400, code::STORAGE_IN_USE, "The storage is used by people's folders."))
    }
}

fn folder_missing(id: &str) -> Error {
    Error::of(404, code::CLAIM_NOT_FOUND, format!("The folder is not found, it is of '{id}'."))
}

/// The storage in the path, to be changed and kept.
fn named(world: &World, request: &Request) -> Result<CloudStorage, Error> {
    need(&world.huawei.cloud_storages, request, request.path("storage_id")).cloned()
}

fn name_of<'w>(world: &'w World, storage: &CloudStorage) -> &'w str {
    world.huawei.storage_projects.get(&storage.project_config_id).map_or("", |project| project.name.as_str())
}

fn project_model(world: &World, request: &Request, id: &str, project: &StorageProject) -> Value {
    let is_linked = of_project(&world.huawei.cloud_storages, request).any(|(_, it)| it.project_config_id == id);
    json!({
        "project_config_id": id,
        "project_config_name": project.name,
        "cluster_group_id": project.cluster_group_id,
        "storage_quota": project.storage_quota,
        "is_relevance": is_linked,
        "create_time": project.created_at,
    })
}

fn text(given: &Value, name: &str) -> String {
    given[name].as_str().unwrap_or_default().to_owned()
}
