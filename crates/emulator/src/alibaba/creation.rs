//! CreateAppInstanceGroup, ModifyNodePoolAttribute.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil};
use serde_json::{Value, json};

use super::{
    arguments::Arguments,
    errors::Error,
    rules::{bounds, check_at_rest, check_capacity, check_image, check_session_timeout},
};
use crate::{
    call::Moment,
    clock::later,
    world::{DeliveryGroup, NEVER, NodePool, Pending, RecurrenceSchedule, TimerPeriod, World},
};

const DAY: u64 = 24 * 60 * 60;

/// CreateAppInstanceGroup.
pub(super) fn create(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let product_type = arguments.text("ProductType").unwrap_or_default();
    let region = arguments.region(world)?.ok_or_else(|| Error::missing("BizRegionId"))?;
    let image_id = arguments.need("AppCenterImageId")?;
    check_image(world, image_id, region)?;
    let charge_type = arguments.need("ChargeType")?;
    let charge_resource_mode = arguments.need("ChargeResourceMode")?;
    let expires_at = check_period(arguments, charge_type, moment)?;
    let session_timeout = check_session_timeout(arguments.integer("SessionTimeout").unwrap_or_default())?;
    let auth_mode = arguments.text("AuthMode").unwrap_or("AppInstanceGroup");
    let id = world.random().id("aig-", 16);
    let name = arguments.text("AppInstanceGroupName").unwrap_or(&id).to_owned();
    let mut node_pool = new_pool(world, arguments, charge_type, region, moment)?;
    node_pool.id = world.random().id("rg-", 16);
    let (users, user_groups) = check_users(world, arguments)?;
    let at = later(moment.now, moment.durations.deployment_seconds);
    let os_type = world.alibaba.images.get(image_id).map_or("Windows", |image| image.os_type.as_str()).to_owned();
    let settings = ["Network", "RuntimePolicy", "SecurityPolicy", "StoragePolicy", "VideoPolicy", "UserDefinePolicy"]
        .into_iter()
        .filter_map(|setting| Some((setting.to_owned(), arguments.value(setting)?.clone())))
        .collect();
    let answer = json!({
        "AppInstanceGroupModel": {
            "AppInstanceGroupId": id,
            "NodePoolId": node_pool.id,
            "OrderId": world.random().id("2", 14),
        },
    });
    let group = DeliveryGroup {
        name,
        region_id: region.to_owned(),
        product_type: product_type.to_owned(),
        image_id: image_id.to_owned(),
        status: "DEPLOYING".to_owned(),
        auth_mode: auth_mode.to_owned(),
        charge_type: charge_type.to_owned(),
        charge_resource_mode: charge_resource_mode.to_owned(),
        node_pool,
        session_timeout,
        os_type,
        office_site_id: Some(format!("{region}+os-emulator")),
        ad_domain: None,
        mixed_authorization: true,
        authorized_users: users,
        authorized_user_groups: user_groups,
        persistent_sessions: BTreeSet::new(),
        ota_version: "1.4.0-R-20251201.1".to_owned(),
        ota_task_id: None,
        tags: BTreeMap::new(),
        settings,
        created_at: moment.now,
        expires_at,
        pending: Some(Pending::Deployment { at }),
    };
    world.alibaba.delivery_groups.insert(id, group);
    world.schedule(at);
    Ok(answer)
}

/// ModifyNodePoolAttribute: the pool's capacity and how it scales.
pub(super) fn modify_node_pool(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let region = arguments.region(world)?;
    let pool_id = arguments.need("PoolId")?;
    let (id, group) = world
        .alibaba
        .delivery_groups
        .iter()
        .find(|(_, group)| group.node_pool.id == pool_id && region.is_none_or(|region| group.region_id == region))
        .ok_or_else(|| Error::invalid("PoolId"))?;
    check_at_rest(group)?;
    let mut pool = group.node_pool.clone();
    if let Some(capacity) = arguments.integer("NodeCapacity") {
        check_capacity(world, &pool.node_instance_type, capacity)?;
        pool.node_capacity = capacity;
    }
    if let Some(strategy) = arguments.value("NodePoolStrategy") {
        apply_strategy(&mut pool, strategy);
        check_strategy("NodePoolStrategy", &pool, &group.charge_type, moment)?;
    }
    let id = id.to_owned();
    if let Some(group) = world.alibaba.delivery_groups.get_mut(&id) {
        group.node_pool = pool;
    }
    Ok(json!({ "Code": "success" }))
}

/// How long is paid for; answers when it ends.
fn check_period(arguments: &Arguments<'_>, charge_type: &str, moment: Moment) -> Result<Timestamp, Error> {
    let unit = arguments.need("PeriodUnit")?;
    let period = arguments.integer("Period").unwrap_or_default();
    if charge_type == "PostPaid" {
        return match (unit, period) {
            ("Month", 1) => Ok(NEVER),
            ("Month", _) => Err(Error::invalid("Period")),
            _ => Err(Error::invalid("PeriodUnit")),
        };
    }
    let (choices, days): (&[i64], u64) = match unit {
        "Week" => (&[1], 7),
        "Month" => (&[1, 2, 3, 6], 30),
        _ => (&[1, 2, 3], 365),
    };
    if !choices.contains(&period) {
        return Err(Error::invalid("Period"));
    }
    Ok(later(moment.now, period.unsigned_abs() * days * DAY))
}

fn new_pool(
    world: &World,
    arguments: &Arguments<'_>,
    charge_type: &str,
    region: &str,
    moment: Moment,
) -> Result<NodePool, Error> {
    let given = arguments.value("NodePool").ok_or_else(|| Error::missing("NodePool"))?;
    let kind_id = given["NodeInstanceType"].as_str().unwrap_or_default();
    let known = world.alibaba.node_instance_types.get(kind_id);
    if !known.is_some_and(|kind| kind.region_ids.iter().any(|known| known == region)) {
        return Err(Error::invalid("NodePool.NodeInstanceType"));
    }
    let capacity = given["NodeCapacity"].as_i64().unwrap_or(1);
    check_capacity(world, kind_id, capacity)?;
    let mut pool = NodePool {
        node_instance_type: kind_id.to_owned(),
        node_capacity: capacity,
        strategy_type: "NODE_FIXED".to_owned(),
        ..NodePool::default()
    };
    apply_strategy(&mut pool, given);
    check_strategy("NodePool", &pool, charge_type, moment)?;
    Ok(pool)
}

fn apply_strategy(pool: &mut NodePool, given: &Value) {
    let number = |name: &str, slot: &mut Option<i64>| {
        if let Some(value) = given[name].as_i64() {
            *slot = Some(value);
        }
    };
    number("MaxIdleAppInstanceAmount", &mut pool.max_idle_app_instance_amount);
    number("MaxScalingAmount", &mut pool.max_scaling_amount);
    number("ScalingDownAfterIdleMinutes", &mut pool.scaling_down_after_idle_minutes);
    number("ScalingStep", &mut pool.scaling_step);
    let text = |name: &str, slot: &mut Option<String>| {
        if let Some(value) = given[name].as_str() {
            *slot = Some(value.to_owned());
        }
    };
    text("ScalingUsageThreshold", &mut pool.scaling_usage_threshold);
    text("StrategyEnableDate", &mut pool.strategy_enable_date);
    text("StrategyDisableDate", &mut pool.strategy_disable_date);
    if let Some(value) = given["NodeAmount"].as_i64() {
        pool.node_amount = value;
    }
    if let Some(value) = given["StrategyType"].as_str() {
        value.clone_into(&mut pool.strategy_type);
    }
    if let Some(value) = given["WarmUp"].as_bool() {
        pool.warm_up = Some(value);
    }
    if let Some(schedules) = given["RecurrenceSchedules"].as_array() {
        pool.recurrence_schedules = schedules.iter().map(schedule).collect();
    }
}

fn schedule(given: &Value) -> RecurrenceSchedule {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let periods = given["TimerPeriods"].as_array().map(Vec::as_slice).unwrap_or_default();
    RecurrenceSchedule {
        recurrence_type: text(&given["RecurrenceType"]),
        recurrence_values: given["RecurrenceValues"]
            .as_array()
            .map(|days| days.iter().filter_map(Value::as_i64).collect())
            .unwrap_or_default(),
        timer_periods: periods
            .iter()
            .map(|period| TimerPeriod {
                start_time: text(&period["StartTime"]),
                end_time: text(&period["EndTime"]),
                amount: period["Amount"].as_i64().unwrap_or(1),
            })
            .collect(),
    }
}

/// Scaling by schedule is for pay-as-you-go alone, and each strategy has parameters it cannot do without.
fn check_strategy(parameter: &str, pool: &NodePool, charge_type: &str, moment: Moment) -> Result<(), Error> {
    let wrong = |name: &str| Err(Error::invalid(&format!("{parameter}.{name}")));
    let within = |value: Option<i64>, low, high| value.is_some_and(|value| (low..=high).contains(&value));
    match pool.strategy_type.as_str() {
        "NODE_FIXED" if !within(Some(pool.node_amount), 1, 100) => wrong("NodeAmount"),
        "NODE_FIXED" => Ok(()),
        "NODE_SCALING_BY_USAGE" if !within(Some(pool.node_amount), 1, 100) => wrong("NodeAmount"),
        "NODE_SCALING_BY_USAGE" if !within(pool.max_scaling_amount, 1, 100) => wrong("MaxScalingAmount"),
        "NODE_SCALING_BY_USAGE" if !within(pool.scaling_step, 1, 10) => wrong("ScalingStep"),
        "NODE_SCALING_BY_USAGE" => {
            let threshold = pool.scaling_usage_threshold.as_deref().and_then(|text| text.parse().ok());
            if within(threshold, 0, 100) { Ok(()) } else { wrong("ScalingUsageThreshold") }
        }
        "NODE_SCALING_BY_SCHEDULE" if charge_type != "PostPaid" => wrong("StrategyType"),
        "NODE_SCALING_BY_SCHEDULE" => {
            let date = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<civil::Date>().ok());
            let today = moment.now.to_zoned(jiff::tz::Offset::constant(8).to_time_zone()).date();
            let Some(first) = date(&pool.strategy_enable_date).filter(|first| *first >= today) else {
                return wrong("StrategyEnableDate");
            };
            let days = date(&pool.strategy_disable_date).map(|last| i64::from((last - first).get_days()));
            if !within(days, 7, 366) {
                return wrong("StrategyDisableDate");
            }
            let is_whole = |schedule: &RecurrenceSchedule| {
                schedule.recurrence_type == "weekly"
                    && !schedule.recurrence_values.is_empty()
                    && schedule.recurrence_values.iter().all(|day| (1..=7).contains(day))
                    && !schedule.timer_periods.is_empty()
                    && schedule.timer_periods.iter().all(|period| bounds(period).is_some())
            };
            if pool.recurrence_schedules.is_empty() || !pool.recurrence_schedules.iter().all(is_whole) {
                return wrong("RecurrenceSchedules");
            }
            if pool.warm_up.is_none() { wrong("WarmUp") } else { Ok(()) }
        }
        _ => wrong("StrategyType"),
    }
}

type Grants = (BTreeMap<String, BTreeSet<String>>, BTreeSet<String>);

fn check_users(world: &World, arguments: &Arguments<'_>) -> Result<Grants, Error> {
    let users = arguments.texts("Users");
    if !users.is_empty() && arguments.value("UserInfo").is_none() {
        return Err(Error::missing("UserInfo"));
    }
    let unknown: Vec<&str> = users.iter().filter(|name| !world.alibaba.users.contains_key(**name)).copied().collect();
    if !unknown.is_empty() {
        return Err(Error::unknown_users(&unknown));
    }
    let groups = arguments.texts("UserGroupIds");
    let unknown: Vec<&str> =
        groups.iter().filter(|id| !world.alibaba.user_groups.contains_key(**id)).copied().collect();
    if !unknown.is_empty() {
        return Err(Error::unknown_user_groups(&unknown));
    }
    Ok((
        users.into_iter().map(|name| (name.to_owned(), BTreeSet::new())).collect(),
        groups.into_iter().map(str::to_owned).collect(),
    ))
}
