//! CreateAppInstanceGroup.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    super::{
        errors::Error,
        pool::add_persistent_sessions,
        request::arguments::Arguments,
        rules::{check_capacity, check_image, check_known, check_session_timeout},
    },
    billing::{self, Order},
    strategy::{apply_strategy, check_strategy},
};
use crate::{
    call::Moment,
    clock::later,
    world::{DeliveryGroup, NodePool, OrderKind, Pending, World},
};

/// CreateAppInstanceGroup. With `Session` authorization the group has a persistent session for each place on its nodes.
pub(crate) fn create(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let product_type = arguments.text("ProductType").unwrap_or_default();
    let region = arguments.region(world)?.ok_or_else(|| Error::missing("BizRegionId"))?;
    let image_id = arguments.need("AppCenterImageId")?;
    check_image(world, image_id, region)?;
    let charge_type = arguments.need("ChargeType")?;
    let charge_resource_mode = arguments.need("ChargeResourceMode")?;
    let expires_at = billing::paid_until(arguments, charge_type, moment.now)?;
    let renews_for_days = billing::renews_for(arguments, charge_type)?;
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
    let price = billing::price_of(world, &node_pool.node_instance_type, node_pool.node_amount, 30)?.trade();
    let order = billing::place(world, moment, Order { kind: OrderKind::Purchase, group: &id, paid: true, price });
    let model = json!({ "AppInstanceGroupId": id, "NodePoolId": node_pool.id, "OrderId": order });
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
        browser: None,
        created_at: moment.now,
        expires_at,
        renews_for_days,
        pending: Some(Pending::Deployment { at }),
    };
    world.alibaba.delivery_groups.insert(id.as_str(), group);
    add_persistent_sessions(world, &id);
    world.schedule(at.min(expires_at));
    Ok(json!({ "AppInstanceGroupModel": model }))
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

type Grants = (BTreeMap<String, BTreeSet<String>>, BTreeSet<String>);

fn check_users(world: &World, arguments: &Arguments<'_>) -> Result<Grants, Error> {
    let users = arguments.texts("Users");
    if !users.is_empty() && arguments.value("UserInfo").is_none() {
        return Err(Error::missing("UserInfo"));
    }
    let groups = arguments.texts("UserGroupIds");
    check_known(world, &users, &groups)?;
    Ok((
        users.into_iter().map(|name| (name.to_owned(), BTreeSet::new())).collect(),
        groups.into_iter().map(str::to_owned).collect(),
    ))
}
