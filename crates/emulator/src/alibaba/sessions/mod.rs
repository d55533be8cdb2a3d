//! Sessions: ListAppInstances, DeleteAppInstances, GetDebugAppInstance, LogOffAllSessionsInAppInstanceGroup; how people
//! get one ([`connections`]), who has which ([`bindings`]), and those that stay ([`persistent`]).

pub(crate) mod bindings;
pub(crate) mod connections;
pub(crate) mod persistent;

use jiff::{Timestamp, civil, tz::Offset};
use serde_json::{Value, json};

use super::{
    errors::Error,
    request::arguments::{Arguments, time},
    rules::{APP_VERSION, bounds, check_debug_mode, sibling},
};
use crate::{
    call::{Moment, without_nulls},
    world::{AppInstance, DeliveryGroup, NodePool, World},
};

/// ListAppInstances: instances that are gone are shown only when asked for by id.
pub(crate) fn list(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
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
    Ok(arguments.paged("AppInstanceModels", found, |(id, row)| instance_model(id, row, group)))
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
            modified_at: moment.now,
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
    if is_scheduled(&group.node_pool, moment.now) {
        return Err(Error::inside_scheduled_period());
    }
    world.alibaba.end_sessions(id);
    Ok(json!({ "Code": "success" }))
}

/// Whether `at` lies in one of the pool's scheduled periods, which are in China Standard Time.
fn is_scheduled(pool: &NodePool, at: Timestamp) -> bool {
    let here = at.to_zoned(Offset::constant(8).to_time_zone());
    let (day, time) = (here.date(), here.time());
    let date = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<civil::Date>().ok());
    let begun = date(&pool.strategy_enable_date).is_none_or(|first| day >= first);
    let over = date(&pool.strategy_disable_date).is_some_and(|last| day > last);
    let weekday = i64::from(day.weekday().to_monday_one_offset());
    let yesterday = if weekday == 1 { 7 } else { weekday - 1 };
    begun
        && !over
        && pool.recurrence_schedules.iter().any(|schedule| {
            let holds = |day| schedule.recurrence_values.contains(&day);
            schedule.timer_periods.iter().any(|period| match bounds(period) {
                Some((start, end)) if start < end => holds(weekday) && (start..end).contains(&time),
                // A period that ends earlier than it begins runs past midnight.
                Some((start, end)) => (holds(weekday) && time >= start) || (holds(yesterday) && time < end),
                None => false,
            })
        })
}

fn instance_model(id: &str, instance: &AppInstance, group: &DeliveryGroup) -> Value {
    // Who is billed by the session hears of no nodes.
    let by_node = group.charge_resource_mode == "Node";
    without_nulls(json!({
        "AppInstanceGroupId": instance.delivery_group_id,
        "AppInstanceId": id,
        "BindInfo": instance.user.as_deref().map(|user| json!({ "EndUserId": user, "UsageDuration": 600 })),
        "ChargeType": by_node.then_some(&group.charge_type),
        "GmtCreate": time(instance.created_at),
        "GmtModified": time(instance.modified_at),
        "NetworkInterfaceId": id.replacen("ai-", "eni-", 1),
        "NetworkInterfaceIp": "172.16.0.10",
        "NodeId": instance.node_id.as_ref().filter(|_| by_node),
        "SessionStatus": instance.session_status.as_deref().filter(|_| instance.status == "RUNNING"),
        "Status": instance.status,
    }))
}

#[cfg(test)]
mod tests {
    use crate::world::TimerPeriod;

    use super::*;

    fn pool(days: &[i64], start: &str, end: &str) -> NodePool {
        let period = TimerPeriod { start_time: start.to_owned(), end_time: end.to_owned(), amount: 1 };
        NodePool {
            strategy_enable_date: Some("2026-03-01".to_owned()),
            strategy_disable_date: Some("2026-03-31".to_owned()),
            recurrence_schedules: vec![crate::world::RecurrenceSchedule {
                recurrence_type: "weekly".to_owned(),
                recurrence_values: days.to_vec(),
                timer_periods: vec![period],
            }],
            ..NodePool::default()
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_is_meant_in_china_standard_time_on_its_days() {
        // 2026-03-02 is a Monday.
        let pool = pool(&[1], "08:00", "20:00");
        assert!(is_scheduled(&pool, at("2026-03-02T08:00:00+08:00")));
        assert!(is_scheduled(&pool, at("2026-03-02T19:59:59+08:00")));
        assert!(!is_scheduled(&pool, at("2026-03-02T20:00:00+08:00")));
        assert!(!is_scheduled(
            &pool,
            at("2026-03-02T08:00:00Z").checked_add(jiff::SignedDuration::from_hours(12)).unwrap()
        ));
        assert!(!is_scheduled(&pool, at("2026-03-03T10:00:00+08:00")));
    }

    #[test]
    fn a_period_past_midnight_belongs_to_the_day_it_begins_on() {
        let pool = pool(&[7], "22:00", "06:00");
        assert!(is_scheduled(&pool, at("2026-03-08T23:00:00+08:00")));
        assert!(is_scheduled(&pool, at("2026-03-09T05:59:00+08:00")));
        assert!(!is_scheduled(&pool, at("2026-03-08T05:00:00+08:00")));
    }

    #[test]
    fn a_schedule_holds_only_between_its_dates() {
        let pool = pool(&[1, 2, 3, 4, 5, 6, 7], "00:00", "23:59");
        assert!(!is_scheduled(&pool, at("2026-02-28T12:00:00+08:00")));
        assert!(is_scheduled(&pool, at("2026-03-31T12:00:00+08:00")));
        assert!(!is_scheduled(&pool, at("2026-04-01T12:00:00+08:00")));
    }
}
