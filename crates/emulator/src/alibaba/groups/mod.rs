//! Delivery groups: GetAppInstanceGroup, ListAppInstanceGroup, UpdateAppInstanceGroupImage,
//! ModifyAppInstanceGroupAttribute, ModifyAppPolicy, DeleteAppInstanceGroup; how they are made ([`creation`]), what
//! they cost and for how long ([`billing`]), and what they run on ([`nodes`]).

pub(crate) mod billing;
pub(crate) mod creation;
pub(crate) mod model;
pub(crate) mod nodes;
mod strategy;

use serde_json::{Value, json};

use self::model::model;
use super::{
    errors::Error,
    request::arguments::Arguments,
    rules::{check_at_rest, check_capacity, check_image, check_session_timeout, has_tags, sibling},
};
use crate::{
    call::Moment,
    clock::later,
    world::{CutOff, DeliveryGroup, Pending, World},
};

/// GetAppInstanceGroup.
pub(crate) fn get(world: &World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let (id, group) = arguments.group(world)?;
    let mut model = model(world, id, group, moment.now);
    model["SessionType"] = group.setting("RuntimePolicy", "SessionType").cloned().unwrap_or_else(|| "NORMAL".into());
    Ok(json!({ "AppInstanceGroupModels": model }))
}

/// ListAppInstanceGroup: at most 100 a page, by id.
pub(crate) fn list(world: &World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let product = arguments.text("ProductType").unwrap_or_default();
    let region = arguments.region(world)?;
    let tags = arguments.tags("Tag");
    let excluded_user_groups = arguments.texts("ExcludedUserGroupIds");
    let user_groups = arguments.texts("UserGroupIds");
    let matches = |id: &str, group: &DeliveryGroup| {
        let grants = |wanted: &&str| group.authorized_user_groups.contains(*wanted);
        group.product_type == product
            && region.is_none_or(|region| region == group.region_id)
            && arguments.asks_for("RegionId", &group.region_id)
            && arguments.asks_for("AppInstanceGroupId", id)
            && arguments.asks_for("AppCenterImageId", &group.image_id)
            && arguments.asks_for("NodeInstanceType", &group.node_pool.node_instance_type)
            && arguments.asks_for("OfficeSiteId", group.office_site_id.as_deref().unwrap_or_default())
            && arguments.asks_for_part("AppInstanceGroupName", &group.name)
            && arguments.asks_for_one("Status", &group.status)
            && (user_groups.is_empty() || user_groups.iter().any(grants))
            && !excluded_user_groups.iter().any(grants)
            && has_tags(group, &tags)
    };
    let found = world.alibaba.delivery_groups.iter().filter(|(id, group)| matches(id, group)).collect();
    Ok(arguments.paged("AppInstanceGroupModels", found, |(id, group)| model(world, id, group, moment.now)))
}

/// UpdateAppInstanceGroupImage: the group is `MAINTAINING` until the update ends in `PUBLISHED` with the new image or
/// in `MAINTAIN_FAILED` with the old one. Its sessions end at once.
pub(crate) fn update_image(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let (id, group) = arguments.group(world)?;
    let image_id = arguments.need("AppCenterImageId")?;
    check_image(world, image_id, &group.region_id)?;
    if !matches!(group.status.as_str(), "PUBLISHED" | "MAINTAIN_FAILED") {
        return Err(Error::group_status(&group.status));
    }
    let at = later(moment.now, moment.durations.image_update_seconds);
    world.alibaba.end_sessions(id, CutOff::ImageUpdate);
    let group = world.alibaba.delivery_groups.get_mut(id).ok_or_else(Error::unknown_group)?;
    "MAINTAINING".clone_into(&mut group.status);
    group.pending = Some(Pending::ImageUpdate { at, image_id: image_id.to_owned() });
    world.schedule(at);
    Ok(json!({ "Code": "success" }))
}

/// ModifyAppInstanceGroupAttribute.
pub(crate) fn modify(world: &mut World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let (id, group) = arguments.group(world)?;
    check_at_rest(group)?;
    let name = arguments.text("AppInstanceGroupName");
    let timeout = arguments.integer("SessionTimeout").map(check_session_timeout).transpose()?;
    let pool = arguments.value("NodePool");
    if let Some(pool_id) = pool.and_then(|pool| pool["NodePoolId"].as_str())
        && pool_id != group.node_pool.id
    {
        return Err(Error::invalid("NodePool.NodePoolId"));
    }
    let capacity = pool.and_then(|pool| pool["NodeCapacity"].as_i64());
    if let Some(capacity) = capacity {
        check_capacity(world, &group.node_pool.node_instance_type, capacity)?;
    }
    let group = world.alibaba.delivery_groups.get_mut(id).ok_or_else(Error::unknown_group)?;
    if let Some(name) = name {
        name.clone_into(&mut group.name);
    }
    if let Some(timeout) = timeout {
        group.session_timeout = timeout;
    }
    if let Some(capacity) = capacity {
        group.node_pool.node_capacity = capacity;
    }
    for setting in ["Network", "PerSessionPerApp", "PreOpenAppId", "PreOpenMode", "SecurityPolicy", "StoragePolicy"] {
        if let Some(value) = arguments.value(setting) {
            group.settings.insert(setting.to_owned(), value.clone());
        }
    }
    Ok(json!({ "Code": "success" }))
}

/// ModifyAppPolicy: each group has a policy of its own.
pub(crate) fn modify_policy(world: &mut World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let (policy, product) = (arguments.need("AppPolicyId")?, arguments.need("ProductType")?);
    let (id, group) = world
        .alibaba
        .delivery_groups
        .iter()
        .find(|(id, group)| policy_id(id) == policy && group.product_type == product)
        .ok_or_else(Error::unknown_policy)?;
    check_at_rest(group)?;
    let Some(given) = arguments.value("VideoPolicy").and_then(Value::as_object) else {
        return Ok(json!({}));
    };
    let mut video = group.settings.get("VideoPolicy").and_then(Value::as_object).cloned().unwrap_or_default();
    video.extend(given.clone());
    let is_mixed = video.get("StreamingMode").is_some_and(|mode| mode == "mix");
    if is_mixed && video.get("Webrtc").is_some_and(|webrtc| webrtc == true) {
        return Err(Error::invalid_because("VideoPolicy.StreamingMode", "WebRTC streams video alone."));
    }
    let id = id.to_owned();
    if let Some(group) = world.alibaba.delivery_groups.get_mut(&id) {
        group.settings.insert("VideoPolicy".to_owned(), video.into());
    }
    Ok(json!({}))
}

/// The policy of a group, by the group's id.
fn policy_id(group_id: &str) -> String {
    sibling(group_id, "pg")
}

/// DeleteAppInstanceGroup: a subscription that still runs is refused.
pub(crate) fn delete(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let (id, group) = arguments.group(world)?;
    let runs_on = group.charge_type == "PrePaid" && group.status != "EXPIRED";
    if runs_on || matches!(group.status.as_str(), "MAINTAINING" | "DELETING" | "DEPLOYING") {
        return Err(Error::group_status(&group.status));
    }
    let at = later(moment.now, moment.durations.deletion_seconds);
    let group = world.alibaba.delivery_groups.get_mut(id).ok_or_else(Error::unknown_group)?;
    "DELETING".clone_into(&mut group.status);
    group.pending = Some(Pending::Deletion { at });
    world.schedule(at);
    Ok(json!({}))
}
