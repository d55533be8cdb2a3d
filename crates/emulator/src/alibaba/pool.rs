//! What a delivery group runs on, and what it has room for.
//!
//! A pool has the nodes that were bought, or that its schedule brings. One that scales by usage has pay-as-you-go nodes
//! beside them for as long as these carry sessions.

use std::collections::BTreeMap;

use super::rules::sibling;
use crate::world::{DeliveryGroup, NodePool, World};

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
    pub(super) fn of(world: &'w World, group_id: &'w str, group: &'w DeliveryGroup) -> Self {
        let pool = &group.node_pool;
        let by_schedule = pool.recurrence_schedules.iter().flat_map(|schedule| &schedule.timer_periods);
        let amount = by_schedule.map(|period| period.amount).fold(pool.node_amount, i64::max);
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

    /// The pay-as-you-go nodes of a pool that scales by usage, by id.
    pub(super) fn scaled(&self) -> impl Iterator<Item = &str> {
        self.sessions.keys().copied().filter(|node| !self.bought.iter().any(|bought| bought == node))
    }

    /// The node that takes the next session; `None` where the pool is full and grows no further.
    pub(super) fn with_room(&self) -> Option<String> {
        let has_room = |node: &str| self.sessions.get(node).is_none_or(|sessions| *sessions < self.pool.node_capacity);
        let free = self.bought.iter().map(String::as_str).chain(self.scaled()).find(|node| has_room(node));
        free.map(str::to_owned).or_else(|| {
            let most = self.pool.max_scaling_amount.filter(|_| self.pool.strategy_type == "NODE_SCALING_BY_USAGE");
            let grows = i64::try_from(self.scaled().count()).is_ok_and(|count| count < most.unwrap_or(0));
            let node = sibling(self.group_id, "nd");
            let is_taken =
                |node: &String| self.sessions.contains_key(node.as_str()) || self.pool.converted_nodes.contains(node);
            (1_u32..).map(|number| format!("{node}-s{number}")).find(|node| !is_taken(node)).filter(|_| grows)
        })
    }
}

/// Gives a group with `Session` authorization a persistent session for each place on its nodes.
pub(super) fn add_persistent_sessions(world: &mut World, group_id: &str) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::AppInstance;

    const GROUP: &str = "aig-hangzhou-usage";

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
        let node = Nodes::of(world, GROUP, group).with_room()?;
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
        let nodes = Nodes::of(&world, GROUP, group);
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
        let nodes = Nodes::of(&world, GROUP, group);
        assert_eq!(nodes.bought(), ["nd-hangzhou-usage-1", "nd-hangzhou-usage-s1"]);
        assert_eq!(nodes.scaled().count(), 0);
        let next: Vec<_> = std::iter::from_fn(|| connect(&mut world)).collect();
        assert_eq!(next.last().unwrap(), "nd-hangzhou-usage-s3");
    }
}
