//! What a delivery group runs on: ListNodes, ModifyNodePoolAmount, ModifyNodePoolAttribute.

use serde_json::{Value, json};

use super::{
    super::{
        errors::Error,
        pool::{Nodes, add_persistent_sessions},
        request::arguments::Arguments,
        rules::{check_at_rest, check_capacity},
    },
    billing::{self, Order},
    strategy::{MOST_NODES, apply_strategy, check_strategy},
};
use crate::{
    call::{Moment, page},
    world::{OrderKind, World},
};

/// ListNodes. A group that is not billed by the node shows none.
pub(crate) fn list(world: &World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let paging = arguments.page();
    let (id, group) = arguments.group(world)?;
    let nodes = Nodes::of(world, id, group, moment.now);
    let bought = nodes.bought().iter().map(|node| json!({ "NodeId": node, "ChargeType": group.charge_type }));
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
            let nodes = Nodes::of(world, id, group, moment.now);
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
    add_persistent_sessions(world, id);
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
