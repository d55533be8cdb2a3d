//! What may be done with files in folders: two policies that are always there, and one that a project can make.

use serde_json::{Value, json};

use super::super::{
    errors::{Error, code},
    records::{find, of_project, page},
    request::Request,
};
use crate::{
    call::Moment,
    world::{StoragePolicy, World},
};

/// Everything that can be done.
const ALL: [&str; 3] = ["PutObject", "GetObject", "DeleteObject"];
/// The policies that are always there: what clients may do, and what servers may.
const BUILT_IN: [(&str, &[&str], &[&str]); 2] =
    [("DEFAULT_1", &ALL, &ALL), ("DEFAULT_2", &["GetObject"], &["GetObject"])];

/// GET `storages-policy/actions/list-statements`.
pub(crate) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let built_in = BUILT_IN.iter().map(|(id, ..)| *id);
    let ids = built_in.chain(of_project(&world.huawei.storage_policies, request).map(|(id, _)| id));
    Ok(page(request, ids, |id| shown(world, request, id)))
}

/// PUT `storages-policy/actions/create-statements`: makes the project's own policy, or changes it.
pub(crate) fn put(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let policy = StoragePolicy {
        project_id: request.project_id.clone(),
        actions: actions(request, "actions")?,
        roam_actions: actions(request, "roam_actions")?,
    };
    let present = of_project(&world.huawei.storage_policies, request).next().map(|(id, _)| id.to_owned());
    let id = present.unwrap_or_else(|| world.random().digits(18));
    world.huawei.storage_policies.insert(id.clone(), policy);
    Ok(shown(world, request, &id))
}

/// Whether there is such a policy.
pub(super) fn check(world: &World, request: &Request, id: &str) -> Result<(), Error> {
    if BUILT_IN.iter().any(|(known, ..)| *known == id) || find(&world.huawei.storage_policies, request, id).is_some() {
        return Ok(());
    }
    Err(super::super::records::missing::<StoragePolicy>(id))
}

/// A policy as lists show it.
pub(super) fn shown(world: &World, request: &Request, id: &str) -> Value {
    if let Some((_, actions, roam_actions)) = BUILT_IN.iter().find(|(known, ..)| *known == id) {
        return json!({ "policy_statement_id": id, "actions": actions, "roam_actions": roam_actions });
    }
    let policy = find(&world.huawei.storage_policies, request, id);
    json!({
        "policy_statement_id": id,
        "actions": policy.map(|policy| &policy.actions),
        "roam_actions": policy.map(|policy| &policy.roam_actions),
    })
}

/// What may be done; who may put may delete, and the other way round.
fn actions(request: &Request, name: &str) -> Result<Vec<String>, Error> {
    let given = request.texts(name);
    if let Some(unknown) = given.iter().find(|action| !ALL.contains(action)) {
        return Err(Error::invalid(name, &format!("'{unknown}' is none of {}", ALL.join(", "))));
    }
    if given.contains(&"PutObject") != given.contains(&"DeleteObject") {
        return Err(Error::of(400, code::PARAMETER, format!("{name}: PutObject and DeleteObject go together.")));
    }
    Ok(given.into_iter().map(str::to_owned).collect())
}
