//! ListAppInstances, LogOffAllSessionsInAppInstanceGroup.

use jiff::{Timestamp, civil, tz::Offset};
use serde_json::{Value, json};

use super::{
    arguments::{Arguments, time},
    errors::Error,
    rules::bounds,
};
use crate::{
    call::{Moment, page, without_nulls},
    world::{AppInstance, NodePool, World},
};

/// ListAppInstances: instances that are gone are shown only when asked for by id.
pub(super) fn list(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let paging = arguments.page();
    let ids = arguments.texts("AppInstanceIdList");
    let statuses = arguments.texts("Status");
    let users = arguments.texts("UserIdList");
    let (group_id, group) = arguments.group(world)?;
    let include_deleted = arguments.boolean("IncludeDeleted").unwrap_or(false);
    if include_deleted && ids.is_empty() {
        return Err(Error::missing("AppInstanceIdList"));
    }
    let matches = |id: &str, instance: &AppInstance| {
        instance.delivery_group_id == group_id
            && (include_deleted || instance.status != "DELETED")
            && arguments.text("AppInstanceId").is_none_or(|wanted| wanted == id)
            && (ids.is_empty() || ids.contains(&id))
            && (statuses.is_empty() || statuses.contains(&instance.status.as_str()))
            && (users.is_empty() || instance.user.as_deref().is_some_and(|user| users.contains(&user)))
    };
    let found: Vec<_> = world.alibaba.app_instances.iter().filter(|(id, instance)| matches(id, instance)).collect();
    let total = found.len();
    let models: Vec<Value> = page(found.into_iter(), paging.number, paging.size)
        .into_iter()
        .map(|(id, instance)| instance_model(id, instance, &group.charge_type))
        .collect();
    Ok(json!({
        "AppInstanceModels": models,
        "PageNumber": paging.number,
        "PageSize": paging.size,
        "TotalCount": total,
    }))
}

/// LogOffAllSessionsInAppInstanceGroup: only for pay-as-you-go groups that scale by schedule, and only outside the
/// scheduled periods.
pub(super) fn log_off_all(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
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

fn instance_model(id: &str, instance: &AppInstance, charge_type: &str) -> Value {
    without_nulls(json!({
        "AppInstanceGroupId": instance.delivery_group_id,
        "AppInstanceId": id,
        "BindInfo": instance.user.as_deref().map(|user| json!({ "EndUserId": user, "UsageDuration": 600 })),
        "ChargeType": charge_type,
        "GmtCreate": time(instance.created_at),
        "GmtModified": time(instance.modified_at),
        "NetworkInterfaceId": id.replacen("ai-", "eni-", 1),
        "NetworkInterfaceIp": "172.16.0.10",
        "NodeId": instance.node_id,
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
