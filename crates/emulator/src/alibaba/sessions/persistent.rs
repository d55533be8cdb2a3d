//! Persistent sessions, of groups with `Session` authorization: ListPersistentAppInstances. Who may use which is for
//! AuthorizeInstanceGroup to say.

use serde_json::{Value, json};

use super::super::{
    arguments::{Arguments, time},
    errors::Error,
    groups::nodes::Nodes,
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

/// Gives a group with `Session` authorization a persistent session for each place on its nodes.
pub(crate) fn fill(world: &mut World, group_id: &str) {
    let Some(group) = world.alibaba.delivery_groups.get(group_id).filter(|group| group.auth_mode == "Session") else {
        return;
    };
    let capacity = usize::try_from(group.node_pool.node_capacity).unwrap_or(0);
    let places = Nodes::of(world, group_id, group).bought().len().saturating_mul(capacity);
    let missing = places.saturating_sub(group.persistent_sessions.len());
    let new: Vec<String> = (0..missing).map(|_| world.random().id("p-", 16)).collect();
    if let Some(group) = world.alibaba.delivery_groups.get_mut(group_id) {
        group.persistent_sessions.extend(new);
    }
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
