//! What a delivery group runs on, and what it has room for.
//!
//! A pool has the nodes that were bought, or that its schedule brings at the time. Beside them it has others for as
//! long as these carry sessions: one that scales by usage gets them when the first are full, and every pool keeps those
//! that its schedule or a change of its strategy has taken away.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil, tz::Offset};

use super::rules::{bounds, sibling};
use crate::world::{DeliveryGroup, NodePool, World};

pub(super) const BY_USAGE: &str = "NODE_SCALING_BY_USAGE";
pub(super) const BY_SCHEDULE: &str = "NODE_SCALING_BY_SCHEDULE";

/// The nodes of a group at the moment.
pub(super) struct Nodes<'w> {
    group_id: &'w str,
    pool: &'w NodePool,
    bought: Vec<String>,
    /// Sessions on each node that carries some.
    sessions: BTreeMap<&'w str, i64>,
}

impl<'w> Nodes<'w> {
    /// Those of this group.
    pub(super) fn of(world: &'w World, group_id: &'w str, group: &'w DeliveryGroup, now: Timestamp) -> Self {
        let pool = &group.node_pool;
        let amount = match pool.strategy_type.as_str() {
            BY_SCHEDULE => scheduled_amount(pool, now).unwrap_or(0),
            _ => pool.node_amount,
        };
        let converted = &pool.converted_nodes;
        let numbered = amount.saturating_sub(i64::try_from(converted.len()).unwrap_or(i64::MAX));
        let node = sibling(group_id, "nd");
        let bought = (1..=numbered).map(|number| format!("{node}-{number}")).chain(converted.iter().cloned()).collect();
        let mut sessions = BTreeMap::new();
        for (_, instance) in world.alibaba.app_instances.iter() {
            if instance.delivery_group_id == group_id
                && instance.status != "DELETED"
                && let Some(node) = &instance.node_id
            {
                *sessions.entry(node.as_str()).or_default() += 1;
            }
        }
        Self { group_id, pool, bought, sessions }
    }

    /// Those that were bought, by id.
    pub(super) fn bought(&self) -> &[String] {
        &self.bought
    }

    /// How many of the bought ones carry sessions.
    pub(super) fn bought_in_use(&self) -> usize {
        self.bought.iter().filter(|node| self.sessions.contains_key(node.as_str())).count()
    }

    /// The nodes beside those, by id, all of which carry sessions.
    pub(super) fn scaled(&self) -> impl Iterator<Item = &str> {
        self.sessions.keys().copied().filter(|node| !self.bought.iter().any(|bought| bought == node))
    }

    /// The node that takes the next session; `None` where the pool is full and grows no further.
    pub(super) fn with_room(&self) -> Option<String> {
        let has_room = |node: &str| self.sessions.get(node).is_none_or(|sessions| *sessions < self.pool.node_capacity);
        // What is there only for the sessions on it takes no others.
        let by_usage = self.pool.strategy_type == BY_USAGE;
        let open = self.bought.iter().map(String::as_str).chain(self.scaled().filter(|_| by_usage));
        let free = open.into_iter().find(|node| has_room(node));
        free.map(str::to_owned).or_else(|| {
            let most = self.pool.max_scaling_amount.filter(|_| by_usage);
            let grows = i64::try_from(self.scaled().count()).is_ok_and(|count| count < most.unwrap_or(0));
            let node = sibling(self.group_id, "nd");
            let is_taken =
                |node: &String| self.sessions.contains_key(node.as_str()) || self.pool.converted_nodes.contains(node);
            (1_u32..).map(|number| format!("{node}-s{number}")).find(|node| !is_taken(node)).filter(|_| grows)
        })
    }
}

/// The nodes that a pool has at most without scaling by usage.
pub(super) fn most_nodes(pool: &NodePool) -> i64 {
    let periods = pool.recurrence_schedules.iter().flat_map(|schedule| &schedule.timer_periods);
    let most = periods.map(|period| period.amount).max();
    if pool.strategy_type == BY_SCHEDULE { most.unwrap_or(0) } else { pool.node_amount }
}

/// How many nodes the pool's schedule brings at `at`; `None` outside its periods, which are in China Standard Time.
pub(super) fn scheduled_amount(pool: &NodePool, at: Timestamp) -> Option<i64> {
    let here = at.to_zoned(Offset::constant(8).to_time_zone());
    let (day, time) = (here.date(), here.time());
    let date = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<civil::Date>().ok());
    let begun = date(&pool.strategy_enable_date).is_none_or(|first| day >= first);
    let over = date(&pool.strategy_disable_date).is_some_and(|last| day > last);
    if !begun || over {
        return None;
    }
    let weekday = i64::from(day.weekday().to_monday_one_offset());
    let yesterday = if weekday == 1 { 7 } else { weekday - 1 };
    let periods = pool.recurrence_schedules.iter().flat_map(|schedule| {
        let holds = |day| schedule.recurrence_values.contains(&day);
        schedule.timer_periods.iter().filter(move |period| match bounds(period) {
            Some((start, end)) if start < end => holds(weekday) && (start..end).contains(&time),
            // A period that ends earlier than it begins runs past midnight. A world file can have one.
            Some((start, end)) => (holds(weekday) && time >= start) || (holds(yesterday) && time < end),
            None => false,
        })
    });
    periods.map(|period| period.amount).max()
}

/// Gives a group with `Session` authorization a persistent session for each place on its nodes.
pub(super) fn add_persistent_sessions(world: &mut World, group_id: &str) {
    let Some(group) = world.alibaba.delivery_groups.get(group_id).filter(|group| group.auth_mode == "Session") else {
        return;
    };
    let capacity = usize::try_from(group.node_pool.node_capacity).unwrap_or(0);
    let places = usize::try_from(most_nodes(&group.node_pool)).unwrap_or(0).saturating_mul(capacity);
    let missing = places.saturating_sub(group.persistent_sessions.len());
    let new: Vec<String> = (0..missing).map(|_| world.random().id("p-", 16)).collect();
    if let Some(group) = world.alibaba.delivery_groups.get_mut(group_id) {
        group.persistent_sessions.extend(new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{AppInstance, RecurrenceSchedule, TimerPeriod};

    const GROUP: &str = "aig-hangzhou-usage";
    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    /// The built-in group that scales by usage, with two sessions a node and at most two nodes more than the one that
    /// was bought.
    fn world() -> World {
        let mut world = World::builtin();
        let pool = &mut world.alibaba.delivery_groups.get_mut(GROUP).unwrap().node_pool;
        (pool.node_capacity, pool.max_scaling_amount) = (2, Some(2));
        world
    }

    fn connect(world: &mut World) -> Option<String> {
        let group = world.alibaba.delivery_groups.get(GROUP).unwrap();
        let node = Nodes::of(world, GROUP, group, NOW).with_room()?;
        let instance = world.alibaba.app_instances.get("ai-hangzhou-fixed-1").unwrap().clone();
        let instance = AppInstance { delivery_group_id: GROUP.to_owned(), node_id: Some(node.clone()), ..instance };
        let id = world.random().id("ai-", 8);
        world.alibaba.app_instances.insert(id, instance);
        Some(node)
    }

    #[test]
    fn a_pool_that_scales_by_usage_grows_with_its_sessions_to_its_bound() {
        let mut world = world();
        let nodes: Vec<_> = std::iter::from_fn(|| connect(&mut world)).collect();
        let node = |name: &str| format!("nd-hangzhou-usage-{name}");
        assert_eq!(nodes, ["1", "1", "s1", "s1", "s2", "s2"].map(node));
        let group = world.alibaba.delivery_groups.get(GROUP).unwrap();
        let nodes = Nodes::of(&world, GROUP, group, NOW);
        assert_eq!((nodes.bought_in_use(), nodes.scaled().count()), (1, 2));
    }

    #[test]
    fn a_converted_node_keeps_its_id_and_makes_room_for_another() {
        let mut world = world();
        for _ in 0..3 {
            connect(&mut world);
        }
        let pool = &mut world.alibaba.delivery_groups.get_mut(GROUP).unwrap().node_pool;
        pool.node_amount = 2;
        pool.converted_nodes.insert("nd-hangzhou-usage-s1".to_owned());
        let group = world.alibaba.delivery_groups.get(GROUP).unwrap();
        let nodes = Nodes::of(&world, GROUP, group, NOW);
        assert_eq!(nodes.bought(), ["nd-hangzhou-usage-1", "nd-hangzhou-usage-s1"]);
        assert_eq!(nodes.scaled().count(), 0);
        let next: Vec<_> = std::iter::from_fn(|| connect(&mut world)).collect();
        assert_eq!(next.last().unwrap(), "nd-hangzhou-usage-s3");
    }

    fn pool(days: &[i64], start: &str, end: &str) -> NodePool {
        let period = TimerPeriod { start_time: start.to_owned(), end_time: end.to_owned(), amount: 3 };
        NodePool {
            strategy_enable_date: Some("2026-03-01".to_owned()),
            strategy_disable_date: Some("2026-03-31".to_owned()),
            recurrence_schedules: vec![RecurrenceSchedule {
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
        assert_eq!(Some(3), scheduled_amount(&pool, at("2026-03-02T08:00:00+08:00")));
        assert_eq!(Some(3), scheduled_amount(&pool, at("2026-03-02T19:59:59+08:00")));
        assert_eq!(None, scheduled_amount(&pool, at("2026-03-02T20:00:00+08:00")));
        assert_eq!(
            None,
            scheduled_amount(
                &pool,
                at("2026-03-02T08:00:00Z").checked_add(jiff::SignedDuration::from_hours(12)).unwrap()
            )
        );
        assert_eq!(None, scheduled_amount(&pool, at("2026-03-03T10:00:00+08:00")));
    }

    #[test]
    fn a_period_past_midnight_belongs_to_the_day_it_begins_on() {
        let pool = pool(&[7], "22:00", "06:00");
        assert_eq!(Some(3), scheduled_amount(&pool, at("2026-03-08T23:00:00+08:00")));
        assert_eq!(Some(3), scheduled_amount(&pool, at("2026-03-09T05:59:00+08:00")));
        assert_eq!(None, scheduled_amount(&pool, at("2026-03-08T05:00:00+08:00")));
    }

    #[test]
    fn a_schedule_holds_only_between_its_dates() {
        let pool = pool(&[1, 2, 3, 4, 5, 6, 7], "00:00", "23:59");
        assert_eq!(None, scheduled_amount(&pool, at("2026-02-28T12:00:00+08:00")));
        assert_eq!(Some(3), scheduled_amount(&pool, at("2026-03-31T12:00:00+08:00")));
        assert_eq!(None, scheduled_amount(&pool, at("2026-04-01T12:00:00+08:00")));
    }

    #[test]
    fn a_pool_has_the_nodes_that_its_schedule_brings_and_keeps_those_with_sessions_after_it() {
        const SCHEDULED: &str = "aig-hangzhou-schedule";
        let mut world = World::builtin();
        let pool = &mut world.alibaba.delivery_groups.get_mut(SCHEDULED).unwrap().node_pool;
        pool.node_capacity = 1;
        let session = world.alibaba.app_instances.get("ai-hangzhou-schedule-1").unwrap().clone();
        let second = AppInstance { node_id: Some("nd-hangzhou-schedule-2".to_owned()), ..session };
        world.alibaba.app_instances.insert("ai-hangzhou-schedule-2", second);
        let shown = |world: &World, time| {
            let nodes = Nodes::of(world, SCHEDULED, world.alibaba.delivery_groups.get(SCHEDULED).unwrap(), at(time));
            (nodes.bought().len(), nodes.bought_in_use(), nodes.scaled().count(), nodes.with_room())
        };
        let third = Some("nd-hangzhou-schedule-3".to_owned());
        assert_eq!(shown(&world, "2026-03-02T10:00:00+08:00"), (4, 2, 0, third));
        assert_eq!(shown(&world, "2026-03-02T21:00:00+08:00"), (0, 0, 2, None));
        let pool = &mut world.alibaba.delivery_groups.get_mut(SCHEDULED).unwrap().node_pool;
        "NODE_FIXED".clone_into(&mut pool.strategy_type);
        pool.node_amount = 1;
        assert_eq!(shown(&world, "2026-03-02T10:00:00+08:00"), (1, 1, 1, None), "of the schedule nothing is left");
    }
}
