//! GetAppInstanceGroup, ListAppInstanceGroup, UpdateAppInstanceGroupImage, ModifyAppInstanceGroupAttribute,
//! DeleteAppInstanceGroup.

use serde_json::{Value, json};

use super::{
    arguments::{Arguments, time},
    errors::Error,
    rules::{check_at_rest, check_capacity, check_image, check_session_timeout},
};
use crate::{
    call::{Moment, page, without_nulls},
    clock::later,
    world::{DeliveryGroup, NodePool, Pending, World},
};

/// GetAppInstanceGroup.
pub(super) fn get(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let (id, group) = arguments.group(world)?;
    let mut model = model(world, id, group);
    model["SessionType"] = json!("NORMAL");
    Ok(json!({ "AppInstanceGroupModels": model }))
}

/// ListAppInstanceGroup: at most 100 a page, by id.
pub(super) fn list(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let product = arguments.text("ProductType").unwrap_or_default();
    let region = arguments.region(world)?;
    let paging = arguments.page();
    let statuses = arguments.texts("Status");
    let tags = arguments.tags("Tag");
    let user_groups = arguments.texts("UserGroupIds");
    let excluded_user_groups = arguments.texts("ExcludedUserGroupIds");
    let equals = |name: &str, value: &str| arguments.text(name).is_none_or(|wanted| wanted == value);
    let matches = |id: &str, group: &DeliveryGroup| {
        let grants = |wanted: &&str| group.authorized_user_groups.contains(*wanted);
        group.product_type == product
            && region.is_none_or(|region| region == group.region_id)
            && equals("RegionId", &group.region_id)
            && equals("AppInstanceGroupId", id)
            && equals("AppCenterImageId", &group.image_id)
            && equals("NodeInstanceType", &group.node_pool.node_instance_type)
            && arguments.text("OfficeSiteId").is_none_or(|site| group.office_site_id.as_deref() == Some(site))
            && arguments.text("AppInstanceGroupName").is_none_or(|name| group.name.contains(name))
            && (statuses.is_empty() || statuses.contains(&group.status.as_str()))
            && (user_groups.is_empty() || user_groups.iter().any(grants))
            && !excluded_user_groups.iter().any(grants)
            && tags.iter().all(|(key, value)| {
                group.tags.get(*key).is_some_and(|present| value.is_none_or(|value| value == present))
            })
    };
    let mut total = 0_usize;
    let found = world.alibaba.delivery_groups.iter().filter(|(id, group)| matches(id, group)).inspect(|_| total += 1);
    let found: Vec<_> = found.collect();
    let models: Vec<_> = page(found.into_iter(), paging.number, paging.size)
        .into_iter()
        .map(|(id, group)| model(world, id, group))
        .collect();
    Ok(json!({
        "AppInstanceGroupModels": models,
        "PageNumber": paging.number,
        "PageSize": paging.size,
        "TotalCount": total,
    }))
}

/// UpdateAppInstanceGroupImage: the group is `MAINTAINING` until the update ends in `PUBLISHED` with the new image or
/// in `MAINTAIN_FAILED` with the old one. Its sessions end at once.
pub(super) fn update_image(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let (id, group) = arguments.group(world)?;
    let image_id = arguments.need("AppCenterImageId")?;
    check_image(world, image_id, &group.region_id)?;
    if !matches!(group.status.as_str(), "PUBLISHED" | "MAINTAIN_FAILED") {
        return Err(Error::group_status(&group.status));
    }
    let at = later(moment.now, moment.durations.image_update_seconds);
    world.alibaba.end_sessions(id);
    let group = world.alibaba.delivery_groups.get_mut(id).ok_or_else(Error::unknown_group)?;
    "MAINTAINING".clone_into(&mut group.status);
    group.pending = Some(Pending::ImageUpdate { at, image_id: image_id.to_owned() });
    world.schedule(at);
    Ok(json!({ "Code": "success" }))
}

/// ModifyAppInstanceGroupAttribute.
pub(super) fn modify(world: &mut World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
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

/// DeleteAppInstanceGroup: a subscription that still runs is refused.
pub(super) fn delete(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
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

fn model(world: &World, id: &str, group: &DeliveryGroup) -> Value {
    let image = world.alibaba.images.get(&group.image_id);
    let apps: Vec<Value> = image
        .into_iter()
        .flat_map(|image| &image.apps)
        .map(|(id, name)| json!({ "AppId": id, "AppName": name, "AppVersion": "1.0", "AppVersionName": "1.0" }))
        .collect();
    let tags: Vec<Value> =
        group.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value, "Scope": "CUSTOM" })).collect();
    let task = group.ota_task_id.as_deref().and_then(|task| world.alibaba.ota_tasks.get(task));
    let skip_check =
        group.settings.get("SecurityPolicy").and_then(|policy| policy["SkipUserAuthCheck"].as_bool()).unwrap_or(false);
    let node_type = world.alibaba.node_instance_types.get(&group.node_pool.node_instance_type);
    let model = json!({
        "AccessType": "INTERNET",
        "Amount": group.node_pool.node_amount,
        "AppCenterImageId": group.image_id,
        "AppCenterImageName": image.map(|image| image.name.as_str()),
        "AppInstanceGroupId": id,
        "AppInstanceGroupName": group.name,
        "AppInstanceType": group.node_pool.node_instance_type,
        "AppInstanceTypeName": node_type.map(|kind| kind.name.as_str()),
        "AppPolicyId": id.replacen("aig-", "pg-", 1),
        "Apps": apps,
        "AuthMode": group.auth_mode,
        "ChargeResourceMode": group.charge_resource_mode,
        "ChargeType": group.charge_type,
        "ExpiredTime": time(group.expires_at),
        "GmtCreate": time(group.created_at),
        "MaxAmount": group.node_pool.node_amount + group.node_pool.max_scaling_amount.unwrap_or(0),
        "MinAmount": 1,
        "NodePool": [node_pool(world, &group.node_pool)],
        "OfficeSiteId": group.office_site_id,
        "OsType": group.os_type,
        "OtaInfo": {
            "OtaVersion": group.ota_version,
            "NewOtaVersion": task.map(|task| task.version.as_str()),
            "TaskId": group.ota_task_id,
        },
        "ProductType": group.product_type,
        "RegionId": group.region_id,
        "ResourceStatus": "AVAILABLE",
        "SessionTimeout": group.session_timeout.to_string(),
        "SkipUserAuthCheck": skip_check,
        "SpecId": id.replacen("aig-", "spec-", 1),
        "Status": group.status,
        "SupportUserGroupMixedAuth": group.mixed_authorization,
        "Tags": tags,
        "UserGroupAuthMode": if group.mixed_authorization { "Mixed" } else { "Single" },
    });
    without_nulls(model)
}

fn node_pool(world: &World, pool: &NodePool) -> Value {
    let schedules: Vec<Value> = pool
        .recurrence_schedules
        .iter()
        .map(|schedule| {
            let periods: Vec<Value> = schedule
                .timer_periods
                .iter()
                .map(|period| {
                    json!({ "StartTime": period.start_time, "EndTime": period.end_time, "Amount": period.amount })
                })
                .collect();
            json!({
                "RecurrenceType": schedule.recurrence_type,
                "RecurrenceValues": schedule.recurrence_values,
                "TimerPeriods": periods,
            })
        })
        .collect();
    let node_type = world.alibaba.node_instance_types.get(&pool.node_instance_type);
    without_nulls(json!({
        "Amount": pool.node_amount,
        "MaxIdleAppInstanceAmount": pool.max_idle_app_instance_amount,
        "MaxScalingAmount": pool.max_scaling_amount,
        "NodeAmount": pool.node_amount,
        "NodeCapacity": pool.node_capacity,
        "NodeInstanceType": pool.node_instance_type,
        "NodePoolId": pool.id,
        "NodeTypeName": node_type.map(|kind| kind.name.as_str()),
        "NodeUsed": 0,
        "RecurrenceSchedules": schedules,
        "ScalingDownAfterIdleMinutes": pool.scaling_down_after_idle_minutes,
        "ScalingNodeAmount": 0,
        "ScalingNodeUsed": 0,
        "ScalingStep": pool.scaling_step,
        "ScalingUsageThreshold": pool.scaling_usage_threshold,
        "StrategyDisableDate": pool.strategy_disable_date,
        "StrategyEnableDate": pool.strategy_enable_date,
        "StrategyType": pool.strategy_type,
        "WarmUp": pool.warm_up,
    }))
}
