//! Persistent sessions, of groups with `Session` authorization: ListPersistentAppInstances. Who may use which is for
//! AuthorizeInstanceGroup to say.

use serde_json::{Value, json};

use super::super::{
    errors::Error,
    request::arguments::{Arguments, time},
};
use crate::{
    call::{Moment, without_nulls},
    world::{DeliveryGroup, World},
};

/// ListPersistentAppInstances.
pub(crate) fn list(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let (group_id, group) = arguments.group(world)?;
    let sessions = group.persistent_sessions.iter();
    let found = sessions.filter(|id| arguments.asks_for_one("AppInstancePersistentIds", id)).collect();
    Ok(arguments.paged("PersistentAppInstanceModels", found, |id| model(world, group_id, group, id)))
}

fn model(world: &World, group_id: &str, group: &DeliveryGroup, id: &str) -> Value {
    let instance =
        world.alibaba.app_instances.iter().find(|(_, instance)| {
            instance.persistent_session_id.as_deref() == Some(id) && instance.status != "DELETED"
        });
    let authorized: Vec<&String> =
        group.authorized_users.iter().filter(|(_, scopes)| scopes.contains(id)).map(|(name, _)| name).collect();
    let status = match group.status.as_str() {
        "DEPLOYING" => "PENDING",
        "MAINTAINING" => "REBUILDING",
        "DELETING" => "DELETING",
        "EXPIRED" | "CEASED" | "FAILED" | "UNAVAILABLE" => "UNAVAILABLE",
        _ if instance.is_some() => "RUNNING",
        _ => "STOPPED",
    };
    without_nulls(json!({
        "AppInstanceGroupId": group_id,
        "AppInstanceId": instance.map(|(id, _)| id),
        "AppInstancePersistentId": id,
        "AppInstancePersistentName": id,
        "AppInstancePersistentStatus": status,
        "AppInstanceStatus": instance.map(|(_, instance)| instance.status.as_str()),
        "AuthorizedUsers": authorized,
        "GmtCreate": time(group.created_at),
    }))
}
