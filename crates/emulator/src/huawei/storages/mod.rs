//! Storages on file systems of SFS, and the folders on them.

pub(super) mod clouds;
pub(super) mod folders;
pub(super) mod policies;

use serde_json::{Value, json};

use super::{
    errors::{Error, code},
    records::{find, of_project, page},
    request::Request,
};
use crate::{
    call::Moment,
    world::{PersistentStorage, World},
};

/// What separates folders.
const DELIMITER: &str = "/";

/// GET `/v1/persistent-storages/actions/list-sfs-storages`: the file systems that there are.
pub(super) fn list_file_systems(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let systems = world.huawei.file_systems.iter();
    let found = systems.filter(|(name, system)| system.region == request.region && request.wants_part("name", name));
    Ok(page(request, found, |(name, system)| {
        let location = location(name, request);
        json!({ "name": name, "location": location, "create_time": system.created_at, "usage": "0" })
    }))
}

/// GET `persistent-storages`.
pub(super) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let storages = of_project(&world.huawei.persistent_storages, request)
        .filter(|(id, storage)| request.wants("storage_id", id) && request.wants_part("name", &storage.name));
    Ok(page(request, storages, |(id, storage)| model(request, id, storage)))
}

/// POST `persistent-storages`: on a file system that there is.
pub(super) fn create(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let name = request.need("name")?;
    if of_project(&world.huawei.persistent_storages, request).any(|(_, storage)| storage.name == name) {
        return Err(Error::of(400, code::STORAGE_NAME_TAKEN, format!("The storage name '{name}' already exists.")));
    }
    let metadata = request.field("storage_metadata").cloned().unwrap_or_default();
    let text = |name: &str| metadata[name].as_str().unwrap_or_default().to_owned();
    let (storage_class, storage_handle) = (text("storage_class"), text("storage_handle"));
    if storage_class != "sfs" {
        return Err(Error::invalid("storage_metadata.storage_class", "it must be sfs"));
    }
    if world.huawei.file_systems.get(&storage_handle).is_none_or(|system| system.region != request.region) {
        let message = format!("The file system '{storage_handle}' is not found.");
        return Err(Error::of(404, code::FILE_SYSTEM_NOT_FOUND, message));
    }
    let storage = PersistentStorage {
        project_id: request.project_id.clone(),
        name: name.to_owned(),
        storage_class,
        storage_handle,
        claims: std::collections::BTreeMap::new(),
        created_at: moment.now,
    };
    let id = world.random().digits(18);
    let answer = model(request, &id, &storage);
    world.huawei.persistent_storages.insert(id, storage);
    Ok(answer)
}

/// DELETE `persistent-storages/{storage_id}`: takes it out of the service with its folders; the files stay.
pub(super) fn delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.path("storage_id");
    super::records::need(&world.huawei.persistent_storages, request, id)?;
    world.huawei.persistent_storages.remove(id);
    Ok(Value::Null)
}

/// POST `persistent-storages/actions/batch-delete`: those that there are.
pub(super) fn batch_delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    for id in request.texts("items") {
        if find(&world.huawei.persistent_storages, request, id).is_some() {
            world.huawei.persistent_storages.remove(id);
        }
    }
    Ok(Value::Null)
}

/// Where a file system is mounted from.
fn location(name: &str, request: &Request) -> String {
    format!("{name}.sfs3.{}.emulator.test:/{name}", request.region)
}

fn metadata(request: &Request, storage: &PersistentStorage) -> Value {
    json!({
        "storage_class": storage.storage_class,
        "storage_handle": storage.storage_handle,
        "export_location": location(&storage.storage_handle, request),
        "name": storage.name,
        "region": request.region,
    })
}

fn model(request: &Request, id: &str, storage: &PersistentStorage) -> Value {
    let count = |mode: &str| storage.claims.values().filter(|claim| claim.claim_mode == mode).count();
    json!({
        "id": id,
        "name": storage.name,
        "storage_metadata": metadata(request, storage),
        "user_claim_count": count("USER"),
        "share_claim_count": count("SHARE"),
        "create_time": storage.created_at,
    })
}
