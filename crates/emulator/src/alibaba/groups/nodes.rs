//! What a delivery group runs on: ListNodes, ModifyNodePoolAmount, ModifyNodePoolAttribute.
//!
//! A pool has the nodes that were bought, or that its schedule brings. One that scales by usage has pay-as-you-go nodes
//! beside them for as long as these carry sessions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    super::{
        arguments::Arguments,
        errors::Error,
        rules::{check_at_rest, check_capacity},
        sessions::persistent,
    },
    billing::{self, Order},
    model::sibling,
    strategy::{MOST_NODES, apply_strategy, check_strategy},
};
use crate::{
    call::{Moment, page},
    world::{DeliveryGroup, NodePool, OrderKind, World},
};

/// ListNodes. A group that is not billed by the node shows none.
pub(crate) fn list(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let paging = arguments.page();
    let (id, group) = arguments.group(world)?;
    let nodes = Nodes::of(world, id, group);
    let bought = nodes.bought.iter().map(|node| json!({ "NodeId": node, "ChargeType": group.charge_type }));
    let scaled = nodes.scaled().map(|node| json!({ "NodeId": node, "ChargeType": "PostPaid" }));
    let mut rows: Vec<Value> = bought.chain(scaled).collect();
    rows.retain(|_| group.charge_resource_mode == "Node");
    let count = rows.len();
    let models = page(rows.into_iter(), paging.number, paging.size);
    Ok(json!({ "Count": count, "NodeModels": models, "PerPageSize": paging.size, "ToPage": paging.number }))
}

/// ModifyNodePoolAmount: more nodes for a subscription, new ones or pay-as-you-go ones that carry sessions.
pub(crate) fn modify_amount(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let (id, group) = arguments.group(world)?;
    check_at_rest(group)?;
    billing::check_subscription(group)?;
    let given = arguments.value("NodePool").ok_or_else(|| Error::missing("NodePool"))?;
    let amount = given["NodeAmount"].as_i64().ok_or_else(|| Error::missing("NodePool.NodeAmount"))?;
    let added = amount - group.node_pool.node_amount;
    if added <= 0 {
        return Err(Error::not_more_nodes());
    }
    if amount > MOST_NODES {
        return Err(Error::invalid("NodePool.NodeAmount"));
    }
    let named = "NodePool.PrePaidNodeAmountModifyNodeIds";
    let given_ids = given["PrePaidNodeAmountModifyNodeIds"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ids: Vec<&str> = given_ids.iter().filter_map(Value::as_str).collect();
    match given["PrePaidNodeAmountModifyMode"].as_str().unwrap_or_default() {
        "" if ids.is_empty() => {}
        "EXPAND_FROM_POST_PAID_EXPLICIT" => {
            let nodes = Nodes::of(world, id, group);
            if ids.iter().any(|id| !nodes.scaled().any(|scaled| scaled == *id)) {
                return Err(Error::unknown_node());
            }
            if i64::try_from(ids.len()) != Ok(added) {
                return Err(Error::invalid_because(named, "There must be as many as are to be added."));
            }
        }
        "" => return Err(Error::invalid(named)),
        _ => return Err(Error::invalid("NodePool.PrePaidNodeAmountModifyMode")),
    }
    let price = billing::price_of(world, &group.node_pool.node_instance_type, added, 30)?.trade();
    let order = billing::place(world, moment, Order { kind: OrderKind::Expansion, group: id, paid: true, price });
    let group = world.alibaba.delivery_groups.get_mut(id).ok_or_else(Error::unknown_group)?;
    group.node_pool.node_amount = amount;
    group.node_pool.converted_nodes.extend(ids.into_iter().map(str::to_owned));
    persistent::fill(world, id);
    Ok(json!({ "Data": { "OrderId": order } }))
}

/// ModifyNodePoolAttribute: the pool's capacity and how it scales.
pub(crate) fn modify_attribute(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
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

/// The nodes of a group at the moment.
pub(crate) struct Nodes<'w> {
    group_id: &'w str,
    pool: &'w NodePool,
    bought: Vec<String>,
    /// Sessions on each node that carries some.
    sessions: BTreeMap<&'w str, i64>,
}

impl<'w> Nodes<'w> {
    /// Those of this group.
    pub(crate) fn of(world: &'w World, group_id: &'w str, group: &'w DeliveryGroup) -> Self {
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
    pub(crate) fn bought(&self) -> &[String] {
        &self.bought
    }

    /// How many of the bought ones carry sessions.
    pub(crate) fn bought_in_use(&self) -> usize {
        self.bought.iter().filter(|node| self.sessions.contains_key(node.as_str())).count()
    }

    /// The pay-as-you-go nodes of a pool that scales by usage, by id.
    pub(crate) fn scaled(&self) -> impl Iterator<Item = &str> {
        self.sessions.keys().copied().filter(|node| !self.bought.iter().any(|bought| bought == node))
    }

    /// The node that takes the next session; `None` where the pool is full and grows no further.
    pub(crate) fn with_room(&self) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::AppInstance;

    const GROUP: &str = "aig-hangzhou-usage";

    /// The built-in group that scales by usage, with two sessions a node and at most two nodes more than the one bought.
    fn world() -> World {
        let mut world = World::builtin();
        let pool = &mut world.alibaba.delivery_groups.get_mut(GROUP).unwrap().node_pool;
        (pool.node_capacity, pool.max_scaling_amount) = (2, Some(2));
        world
    }

    fn connect(world: &mut World) -> Option<String> {
        let group = world.alibaba.delivery_groups.get(GROUP).unwrap();
        let node = Nodes::of(world, GROUP, group).with_room()?;
        let (_, instance) =
            World::builtin().alibaba.app_instances.iter().next().map(|(id, row)| (id.to_owned(), row.clone())).unwrap();
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
