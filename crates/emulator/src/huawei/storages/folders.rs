//! The folders on storages: one for each person, and those that many share.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    super::{
        errors::{Error, code},
        records::{need, page},
        request::Request,
    },
    DELIMITER, metadata, policies,
};
use crate::{
    call::Moment,
    world::{PersistentStorage, StorageAttachment, StorageClaim, World},
};

/// GET `persistent-storages/actions/list-attachments`: who may use which folder, and how.
pub(crate) fn list_attachments(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let storage =
        need(&world.huawei.persistent_storages, request, request.query_text("storage_id").unwrap_or_default())?;
    let claims = storage
        .claims
        .iter()
        .filter(|(id, claim)| request.wants("claim_mode", &claim.claim_mode) && request.wants("storage_claim_id", id));
    let rows = claims.flat_map(|(id, claim)| claim.attachments.iter().map(move |(name, how)| (id, claim, name, how)));
    let rows = rows
        .filter(|(.., name, how)| request.wants_part("attach", name) && request.wants("attach_type", &how.attach_type));
    Ok(page(request, rows, |(id, claim, name, how)| {
        json!({
            "storage_claim_id": id,
            "claim_mode": claim.claim_mode,
            "folder_path": claim.folder_path,
            "delimiter": DELIMITER,
            "attachment": { "attach": name, "attach_type": how.attach_type },
            "policy_statement": policies::shown(world, request, &how.policy_statement_id),
            "storage_metadata": metadata(request, storage),
        })
    }))
}

/// POST `persistent-storages/{storage_id}/actions/assign-folder`: a folder of their own, for who has none yet.
pub(crate) fn assign(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let mut storage = named(world, request)?;
    for item in request.list("items") {
        let (name, how) = attachment(world, request, item)?;
        let own = storage
            .claims
            .values_mut()
            .find(|claim| claim.claim_mode == "USER" && claim.attachments.contains_key(&name));
        if let Some(claim) = own {
            claim.attachments.insert(name, how);
            continue;
        }
        let claim = StorageClaim {
            claim_mode: "USER".to_owned(),
            folder_path: format!("users{DELIMITER}{name}{DELIMITER}"),
            attachments: BTreeMap::from([(name, how)]),
        };
        storage.claims.insert(world.random().digits(18), claim);
    }
    keep(world, request, storage)
}

/// POST `persistent-storages/{storage_id}/actions/delete-user-attachment`: takes folders of their own from people.
pub(crate) fn take_away(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let mut storage = named(world, request)?;
    let names = request.texts("items");
    let is_own = |claim: &StorageClaim| claim.attachments.keys().any(|name| names.contains(&name.as_str()));
    storage.claims.retain(|_, claim| claim.claim_mode != "USER" || !is_own(claim));
    keep(world, request, storage)
}

/// GET `persistent-storages/actions/list-share-folders`.
pub(crate) fn list_shared(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let storage =
        need(&world.huawei.persistent_storages, request, request.query_text("storage_id").unwrap_or_default())?;
    let claims = storage.claims.iter().filter(|(id, claim)| {
        claim.claim_mode == "SHARE"
            && request.wants("storage_claim_id", id)
            && request.wants_part("path", &claim.folder_path)
    });
    Ok(page(request, claims, |(id, claim)| {
        let count = |kind: &str| claim.attachments.values().filter(|how| how.attach_type == kind).count();
        let mut shown = model(id, claim);
        shown["count"] = json!({ "USER": count("USER"), "USER_GROUP": count("USER_GROUP") });
        shown
    }))
}

/// POST `persistent-storages/{storage_id}/actions/create-share-folder`.
pub(crate) fn share(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let mut storage = named(world, request)?;
    let folder_path = format!("shares{DELIMITER}{}{DELIMITER}", request.need("folder_name")?);
    if storage.claims.values().any(|claim| claim.folder_path == folder_path) {
        return Err(Error::of(400, code::FOLDER_TAKEN, format!("The folder '{folder_path}' already exists.")));
    }
    let claim = StorageClaim { claim_mode: "SHARE".to_owned(), folder_path, attachments: BTreeMap::new() };
    let id = world.random().digits(18);
    let answer = model(&id, &claim);
    storage.claims.insert(id, claim);
    keep(world, request, storage)?;
    Ok(answer)
}

/// POST `persistent-storages/{storage_id}/actions/assign-share-folder`: adds some people and takes some away.
pub(crate) fn change_members(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let mut storage = named(world, request)?;
    let id = request.need("storage_claim_id")?;
    let claim = storage.claims.get_mut(id).filter(|claim| claim.claim_mode == "SHARE");
    let missing =
        || Error::of(404, code::CLAIM_NOT_FOUND, format!("The shared folder is not found, the id is '{id}'."));
    let claim = claim.ok_or_else(missing)?;
    for item in request.list("add_items") {
        let (name, how) = attachment(world, request, item)?;
        claim.attachments.insert(name, how);
    }
    for item in request.list("del_items") {
        claim.attachments.remove(item["attach"].as_str().unwrap_or_default());
    }
    keep(world, request, storage)
}

/// POST `persistent-storages/{storage_id}/actions/delete-storage-claim`: those folders that there are.
pub(crate) fn delete(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let mut storage = named(world, request)?;
    for id in request.texts("items") {
        storage.claims.remove(id);
    }
    keep(world, request, storage)
}

/// Who may use a folder, and how; the policy must be there.
fn attachment(world: &World, request: &Request, given: &Value) -> Result<(String, StorageAttachment), Error> {
    let text = |name: &str| given[name].as_str();
    let policy = text("policy_statement_id").unwrap_or_default();
    policies::check(world, request, policy)?;
    let how = StorageAttachment {
        attach_type: text("attach_type").unwrap_or("USER").to_owned(),
        policy_statement_id: policy.to_owned(),
    };
    Ok((text("attach").unwrap_or_default().to_owned(), how))
}

/// The storage in the path, to be changed and kept.
fn named(world: &World, request: &Request) -> Result<PersistentStorage, Error> {
    need(&world.huawei.persistent_storages, request, request.path("storage_id")).cloned()
}

fn keep(world: &mut World, request: &Request, storage: PersistentStorage) -> Result<Value, Error> {
    world.huawei.persistent_storages.insert(request.path("storage_id"), storage);
    Ok(Value::Null)
}

fn model(id: &str, claim: &StorageClaim) -> Value {
    json!({
        "storage_claim_id": id,
        "claim_mode": claim.claim_mode,
        "folder_path": claim.folder_path,
        "delimiter": DELIMITER,
    })
}
