//! How a delivery group is shown.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::{
    pool::{Nodes, most_nodes},
    request::arguments::{time, utc_time},
    rules::{APP_VERSION, is_system, sibling},
};
use crate::{
    call::without_nulls,
    world::{DeliveryGroup, World},
};

/// All of it.
pub(super) fn model(world: &World, id: &str, group: &DeliveryGroup, now: Timestamp) -> Value {
    let nodes = Nodes::of(world, id, group, now);
    let image = world.alibaba.images.get(&group.image_id);
    let tags: Vec<Value> =
        group.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value, "Scope": scope(key) })).collect();
    let task = group.ota_task_id.as_deref().and_then(|task| world.alibaba.ota_tasks.get(task));
    let skip_check = group.setting("SecurityPolicy", "SkipUserAuthCheck").and_then(Value::as_bool).unwrap_or(false);
    let node_type = world.alibaba.node_instance_types.get(&group.node_pool.node_instance_type);
    let model = json!({
        "AccessType": "INTERNET",
        "Amount": nodes.bought().len(),
        "AppCenterImageId": group.image_id,
        "AppCenterImageName": image.map(|image| image.name.as_str()),
        "AppInstanceGroupId": id,
        "AppInstanceGroupName": group.name,
        "AppInstanceType": group.node_pool.node_instance_type,
        "AppInstanceTypeName": node_type.map(|kind| kind.name.as_str()),
        "AppPolicyId": sibling(id, "pg"),
        "Apps": apps(world, group),
        "AuthMode": group.auth_mode,
        "ChargeResourceMode": group.charge_resource_mode,
        "ChargeType": group.charge_type,
        "ExpiredTime": time(group.expires_at),
        "GmtCreate": time(group.created_at),
        "MaxAmount": most_nodes(&group.node_pool) + group.node_pool.max_scaling_amount.unwrap_or(0),
        "MinAmount": 1,
        "NodePool": [node_pool(world, group, &nodes)],
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
        "SpecId": sibling(id, "spec"),
        "Status": group.status,
        "SupportUserGroupMixedAuth": group.mixed_authorization,
        "Tags": tags,
        "UserGroupAuthMode": if group.mixed_authorization { "Mixed" } else { "Single" },
    });
    without_nulls(model)
}

fn scope(key: &str) -> &'static str {
    if is_system(key) { "SYSTEM" } else { "CUSTOM" }
}

/// What the lists for people who look for something to use show.
pub(crate) fn summary(world: &World, id: &str, group: &DeliveryGroup) -> Value {
    json!({
        "AppCenterImageId": group.image_id,
        "AppInstanceGroupId": id,
        "AppInstanceGroupName": group.name,
        "AppInstanceType": group.node_pool.node_instance_type,
        "Apps": apps(world, group),
        "ExpiredTime": utc_time(group.expires_at),
        "GmtCreate": utc_time(group.created_at),
        "RegionId": group.region_id,
        "Status": group.status,
    })
}

/// An application as the service shows it.
pub(crate) fn app(id: &str, name: &str) -> Value {
    json!({
        "AppIcon": format!("https://img.example.com/{id}.png"),
        "AppId": id,
        "AppName": name,
        "AppVersion": APP_VERSION,
        "AppVersionName": APP_VERSION,
    })
}

fn apps(world: &World, group: &DeliveryGroup) -> Vec<Value> {
    let image = world.alibaba.images.get(&group.image_id);
    image.into_iter().flat_map(|image| &image.apps).map(|(id, name)| app(id, name)).collect()
}

fn node_pool(world: &World, group: &DeliveryGroup, nodes: &Nodes<'_>) -> Value {
    let pool = &group.node_pool;
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
        "Amount": nodes.bought().len(),
        "MaxIdleAppInstanceAmount": pool.max_idle_app_instance_amount,
        "MaxScalingAmount": pool.max_scaling_amount,
        "NodeAmount": nodes.bought().len(),
        "NodeCapacity": pool.node_capacity,
        "NodeInstanceType": pool.node_instance_type,
        "NodePoolId": pool.id,
        "NodeTypeName": node_type.map(|kind| kind.name.as_str()),
        "NodeUsed": nodes.bought_in_use(),
        "RecurrenceSchedules": schedules,
        "ScalingDownAfterIdleMinutes": pool.scaling_down_after_idle_minutes,
        "ScalingNodeAmount": nodes.scaled().count(),
        "ScalingNodeUsed": nodes.scaled().count(),
        "ScalingStep": pool.scaling_step,
        "ScalingUsageThreshold": pool.scaling_usage_threshold,
        "StrategyDisableDate": pool.strategy_disable_date,
        "StrategyEnableDate": pool.strategy_enable_date,
        "StrategyType": pool.strategy_type,
        "WarmUp": pool.warm_up,
    }))
}
