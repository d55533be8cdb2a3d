//! Sessions: ListAppInstances, DeleteAppInstances, GetDebugAppInstance, LogOffAllSessionsInAppInstanceGroup; how people
//! get one ([`connections`]), who has which ([`bindings`]), those that stay ([`persistent`]), and people who come and
//! go without a call ([`people`]).

pub(crate) mod bindings;
pub(crate) mod connections;
pub(crate) mod people;
pub(crate) mod persistent;

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    errors::Error,
    pool::scheduled_amount,
    request::arguments::{Arguments, time},
    rules::{APP_VERSION, check_debug_mode, sibling},
};
use crate::{
    call::{Moment, without_nulls},
    clock::later,
    world::{AppInstance, CutOff, DeliveryGroup, World},
};

/// ListAppInstances: instances that are gone are shown only when asked for by id.
pub(crate) fn list(world: &World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let (group_id, group) = arguments.group(world)?;
    let include_deleted = arguments.boolean("IncludeDeleted").unwrap_or(false);
    if include_deleted && arguments.texts("AppInstanceIdList").is_empty() {
        return Err(Error::missing("AppInstanceIdList"));
    }
    let matches = |id: &str, instance: &AppInstance| {
        instance.delivery_group_id == group_id
            && (include_deleted || instance.status != "DELETED")
            && arguments.asks_for("AppInstanceId", id)
            && arguments.asks_for_one("AppInstanceIdList", id)
            && arguments.asks_for_one("Status", &instance.status)
            && arguments.asks_for_one("UserIdList", instance.user.as_deref().unwrap_or_default())
    };
    let found = world.alibaba.app_instances.iter().filter(|(id, instance)| matches(id, instance)).collect();
    Ok(arguments.paged("AppInstanceModels", found, |(id, row)| instance_model(id, row, group, moment.now)))
}

/// DeleteAppInstances: those that nobody uses; the answer says of each what came of it.
pub(crate) fn delete(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let (group_id, _) = arguments.group(world)?;
    let mut delete = |id: &str| {
        let instance = world.alibaba.app_instances.get(id).filter(|row| row.delivery_group_id == group_id);
        match instance.map(|instance| instance.status.as_str()) {
            None | Some("DELETED") => return Err(Error::unknown_app_instance()),
            Some("INIT" | "IDLE") => {}
            Some(status) => return Err(Error::app_instance_status(status)),
        }
        world.alibaba.note_cut_off(id, CutOff::InstanceDeletion);
        let instance = world.alibaba.app_instances.get_mut(id).ok_or_else(Error::unknown_app_instance)?;
        "DELETED".clone_into(&mut instance.status);
        instance.modified_at = moment.now;
        Ok(())
    };
    let models: Vec<Value> = arguments
        .texts("AppInstanceIds")
        .into_iter()
        .map(|id| match delete(id) {
            Ok(()) => json!({ "AppInstanceId": id, "Success": true }),
            Err(error) => {
                json!({ "AppInstanceId": id, "Success": false, "Code": error.code, "Message": error.message })
            }
        })
        .collect();
    Ok(json!({ "DeleteAppInstanceModels": models }))
}

/// GetDebugAppInstance: each group has one instance for whoever looks into its image, and nobody is bound to it. The
/// code opens it once, within three minutes.
pub(crate) fn debug(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let (group_id, group) = arguments.group(world)?;
    check_debug_mode(group)?;
    let app_id = world.alibaba.images.get(&group.image_id).and_then(|image| image.apps.keys().next().cloned());
    let id = format!("{}-debug", sibling(group_id, "ai"));
    if world.alibaba.app_instances.get(&id).is_none_or(|instance| instance.status == "DELETED") {
        let instance = AppInstance {
            delivery_group_id: group_id.to_owned(),
            user: None,
            status: "RUNNING".to_owned(),
            session_status: None,
            node_id: None,
            app_id: app_id.clone(),
            persistent_session_id: None,
            created_at: moment.now,
            bound_at: None,
            modified_at: moment.now,
            log_off_at: None,
        };
        world.alibaba.app_instances.insert(id.as_str(), instance);
    }
    Ok(json!({
        "AppId": app_id,
        "AppInstanceGroupId": group_id,
        "AppInstanceId": id,
        "AppVersion": APP_VERSION,
        "AuthCode": world.random().id("", 32),
        "UserId": "debug",
    }))
}

/// LogOffAllSessionsInAppInstanceGroup: only for pay-as-you-go groups that scale by schedule, and only outside the
/// scheduled periods.
pub(crate) fn log_off_all(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let (id, group) = arguments.group(world)?;
    if group.charge_type != "PostPaid" || group.node_pool.strategy_type != "NODE_SCALING_BY_SCHEDULE" {
        return Err(Error::not_scheduled());
    }
    if !matches!(group.status.as_str(), "PUBLISHED" | "MAINTAIN_FAILED") {
        return Err(Error::group_status(&group.status));
    }
    if scheduled_amount(&group.node_pool, moment.now).is_some() {
        return Err(Error::inside_scheduled_period());
    }
    match moment.durations.log_off_seconds {
        0 => world.alibaba.end_sessions(id, CutOff::LogOffAll),
        seconds => {
            let at = later(moment.now, seconds);
            world.alibaba.log_off(id, at);
            world.schedule(at);
        }
    }
    Ok(json!({ "Code": "success" }))
}

/// The address of a network interface: another one for each, and always the same.
fn address(interface_id: &str) -> String {
    let digest = Sha256::digest(interface_id);
    format!("172.{}.{}.{}", 16 + digest[0] % 16, digest[1], 2 + digest[2] % 250)
}

fn instance_model(id: &str, instance: &AppInstance, group: &DeliveryGroup, now: Timestamp) -> Value {
    // Who is billed by the session hears of no nodes.
    let by_node = group.charge_resource_mode == "Node";
    let interface = id.replacen("ai-", "eni-", 1);
    let used = now.duration_since(instance.bound_at.unwrap_or(instance.created_at)).as_secs();
    without_nulls(json!({
        "AppInstanceGroupId": instance.delivery_group_id,
        "AppInstanceId": id,
        "BindInfo": instance.user.as_deref().map(|user| json!({ "EndUserId": user, "UsageDuration": used.max(0) })),
        "ChargeType": by_node.then_some(&group.charge_type),
        "GmtCreate": time(instance.created_at),
        "GmtModified": time(instance.modified_at),
        "NetworkInterfaceIp": address(&interface),
        "NetworkInterfaceId": interface,
        "NodeId": instance.node_id.as_ref().filter(|_| by_node),
        "SessionStatus": instance.session_status.as_deref().filter(|_| instance.status == "RUNNING"),
        "Status": instance.status,
    }))
}
