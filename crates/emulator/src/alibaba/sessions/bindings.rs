//! Who is bound to which session: ListBindInfo, Unbind.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::{
    errors::Error,
    request::arguments::Arguments,
    rules::{APP_VERSION, wy_id},
};
use crate::{
    call::{Moment, without_nulls},
    world::{AppInstance, CutOff, World},
};

/// ListBindInfo: over all groups.
pub(crate) fn list(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let matches = |id: &str, instance: &AppInstance, user: &str| {
        instance.status != "DELETED"
            && arguments.asks_for_one("AppIdList", instance.app_id.as_deref().unwrap_or_default())
            && arguments.asks_for_one("AppInstanceGroupIdList", &instance.delivery_group_id)
            && arguments.asks_for_one("AppInstanceIdList", id)
            && arguments.asks_for_one("UserIdList", user)
            && arguments.asks_for_one("WyIdList", &wy_id(user))
    };
    let bound = world.alibaba.app_instances.iter().filter_map(|(id, row)| Some((id, row, row.user.as_deref()?)));
    let found = bound.filter(|(id, instance, user)| matches(id, instance, user)).collect();
    Ok(arguments.paged("BindInfoModels", found, |(id, instance, user)| model(world, id, instance, user)))
}

/// Unbind: the session ends.
pub(crate) fn unbind(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let (group_id, _) = arguments.group(world)?;
    let user = arguments.need("EndUserId")?;
    let matches = |id: &str, instance: &AppInstance| {
        instance.delivery_group_id == group_id
            && instance.status != "DELETED"
            && instance.user.as_deref() == Some(user)
            && arguments.asks_for("AppInstanceId", id)
            && arguments
                .asks_for("AppInstancePersistentId", instance.persistent_session_id.as_deref().unwrap_or_default())
    };
    let instances = world.alibaba.app_instances.iter();
    let bound: Vec<String> =
        instances.filter(|(id, instance)| matches(id, instance)).map(|(id, _)| id.to_owned()).collect();
    if bound.is_empty() {
        return Err(Error::unknown_app_instance());
    }
    for id in bound {
        world.alibaba.note_cut_off(&id, CutOff::Unbind);
        release(world, &id, moment.now);
    }
    Ok(json!({}))
}

/// Ends a session. Another user can have the instance next, but where the group's security policy resets it, or a
/// persistent session is what stays. A pool that scales by usage keeps it for its time alone.
pub(super) fn release(world: &mut World, id: &str, now: Timestamp) {
    let Some(instance) = world.alibaba.app_instances.get(id) else { return };
    let group = world.alibaba.delivery_groups.get(&instance.delivery_group_id);
    let resets = group.and_then(|group| group.setting("SecurityPolicy", "ResetAfterUnbind"));
    let is_over = resets.is_some_and(|resets| resets == true) || instance.persistent_session_id.is_some();
    if let Some(instance) = world.alibaba.app_instances.get_mut(id) {
        instance.status = if is_over { "DELETED" } else { "IDLE" }.to_owned();
        instance.user = None;
        instance.bound_at = None;
        instance.session_status = None;
        instance.app_id = None;
        instance.modified_at = now;
    }
    if let Some(until) = world.alibaba.app_instances.get(id).and_then(|row| world.alibaba.idle_until(row)) {
        world.schedule(until);
    }
}

fn model(world: &World, id: &str, instance: &AppInstance, user: &str) -> Value {
    let group = world.alibaba.delivery_groups.get(&instance.delivery_group_id);
    let account = world.alibaba.users.get(user);
    without_nulls(json!({
        "AccountType": account.map(|account| account.account_type.as_str()),
        "AppId": instance.app_id,
        "AppInstanceGroupId": instance.delivery_group_id,
        "AppInstanceId": id,
        "AppVersion": instance.app_id.as_ref().map(|_| APP_VERSION),
        "ProductType": group.map(|group| group.product_type.as_str()),
        "RegionId": group.map(|group| group.region_id.as_str()),
        "UserId": user,
        "WyId": wy_id(user),
    }))
}
