//! Groups of cloud browsers: CreateBrowserInstanceGroup, GetBrowserInstanceGroup, ListBrowserInstanceGroup,
//! ModifyBrowserInstanceGroup.
//!
//! Such a group is a delivery group of the product `CloudBrowser`: whoever is authorized for it, its tags, its sessions
//! and its deletion are those of any delivery group.

mod model;
mod settings;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use self::model::{model, tier};
use super::{
    errors::Error,
    groups::billing::{self, Order},
    request::arguments::Arguments,
    rules::{check_at_rest, check_image, check_known, has_tags, sibling},
};
use crate::{
    call::Moment,
    clock::later,
    world::{Browser, DeliveryGroup, NodePool, OrderKind, Pending, World},
};

const PRODUCT: &str = "CloudBrowser";
/// Sessions of a group that says nothing of them.
const INSTANCES: i64 = 10;
/// User groups that a new group can be given.
const MOST_USER_GROUPS: usize = 10;

/// CreateBrowserInstanceGroup.
pub(crate) fn create(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let region = arguments.region(world)?.ok_or_else(|| Error::missing("BizRegionId"))?;
    let name = arguments.need("CloudBrowserName")?;
    let image_id = image(world, arguments, region)?;
    let charge_type = arguments.text("ChargeType").unwrap_or("PostPaid");
    let expires_at = match charge_type {
        "PrePaid" => billing::paid_until(arguments, charge_type, moment.now)?,
        "PostPaid" => crate::world::NEVER,
        _ => return Err(Error::invalid("ChargeType")),
    };
    let renews_for_days = billing::renews_for(arguments, charge_type)?;
    let (users, user_groups) = people(world, arguments)?;
    let id = world.random().id("big-", 16);
    let mut browser = Browser {
        sub_pay_type: arguments.text("SubPayType").map(str::to_owned),
        instance_type: arguments.text("InstanceType").map(str::to_owned),
        ..Browser::default()
    };
    settings::apply(&mut browser, arguments, world.random())?;
    let node_pool = pool(world, arguments, &id, &browser)?;
    let price = billing::price_of(world, &node_pool.node_instance_type, 1, 30).map_or(0, |price| price.trade());
    let order = billing::place(world, moment, Order { kind: OrderKind::Purchase, group: &id, paid: true, price });
    let at = later(moment.now, moment.durations.deployment_seconds);
    let network = arguments.value("Network");
    let site = network.and_then(|network| network["OfficeSiteId"].as_str()).map(str::to_owned);
    let tags = arguments.tags("Tag").into_iter();
    let group = DeliveryGroup {
        name: name.to_owned(),
        region_id: region.to_owned(),
        product_type: PRODUCT.to_owned(),
        image_id,
        status: "DEPLOYING".to_owned(),
        auth_mode: "AppInstanceGroup".to_owned(),
        charge_type: charge_type.to_owned(),
        charge_resource_mode: arguments.text("ChargeResourceMode").unwrap_or("AppInstance").to_owned(),
        node_pool,
        session_timeout: settings::session_timeout(&browser),
        os_type: arguments.need("OsType")?.to_owned(),
        office_site_id: Some(site.unwrap_or_else(|| format!("{region}+os-emulator"))),
        ad_domain: None,
        mixed_authorization: false,
        authorized_users: users,
        authorized_user_groups: user_groups,
        persistent_sessions: BTreeSet::new(),
        ota_version: "1.4.0-R-20251201.1".to_owned(),
        ota_task_id: None,
        tags: tags.map(|(key, value)| (key.to_owned(), value.unwrap_or_default().to_owned())).collect(),
        settings: kept(arguments),
        browser: Some(browser),
        created_at: moment.now,
        expires_at,
        renews_for_days,
        pending: Some(Pending::Deployment { at }),
    };
    world.alibaba.delivery_groups.insert(id.as_str(), group);
    world.schedule(at.min(expires_at));
    Ok(json!({ "BrowserInstanceGroupModel": { "BrowserInstanceGroupId": id, "OrderId": order } }))
}

/// GetBrowserInstanceGroup.
pub(crate) fn get(world: &World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let (id, group, browser) = named(world, arguments)?;
    Ok(json!({ "BrowserInstanceGroupModel": model(world, id, group, browser, moment.now) }))
}

/// ListBrowserInstanceGroup.
pub(crate) fn list(world: &World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let region = arguments.region(world)?;
    if arguments.texts("Status").len() > 1 {
        return Err(Error::invalid_because("Status", "One status can be asked for."));
    }
    let set = match arguments.text("AppInstanceGroupSetId") {
        Some(id) => Some(world.alibaba.delivery_group_sets.get(id).ok_or_else(Error::unknown_set)?),
        None => None,
    };
    let tags = arguments.tags("Tag");
    let excluded = arguments.texts("ExcludedUserGroupIds");
    let user_groups = arguments.texts("UserGroupIds");
    let matches = |id: &str, group: &DeliveryGroup, browser: &Browser| {
        let grants = |wanted: &&str| group.authorized_user_groups.contains(*wanted);
        region.is_none_or(|region| region == group.region_id)
            && set.is_none_or(|set| set.delivery_group_ids.contains(id))
            && arguments.asks_for("BrowserInstanceGroupId", id)
            && arguments.asks_for_part("BrowserInstanceGroupName", &group.name)
            && (arguments.asks_for_part("CloudBrowserName", &group.name)
                || arguments.asks_for_part("CloudBrowserName", id))
            && arguments.asks_for("OfficeSiteId", group.office_site_id.as_deref().unwrap_or_default())
            && arguments.asks_for("Tier", tier(browser))
            && arguments.asks_for_one("Status", &group.status)
            && (user_groups.is_empty() || user_groups.iter().any(grants))
            && !excluded.iter().any(grants)
            && has_tags(group, &tags)
    };
    let groups = world.alibaba.delivery_groups.iter();
    let browsers = groups.filter_map(|(id, group)| Some((id, group, group.browser.as_ref()?)));
    let found = browsers.filter(|(id, group, browser)| matches(id, group, browser)).collect();
    Ok(arguments.paged("BrowserInstanceGroupModels", found, |(id, group, browser)| {
        model(world, id, group, browser, moment.now)
    }))
}

/// ModifyBrowserInstanceGroup: what is given is added to what is there, or takes its place.
pub(crate) fn modify(world: &mut World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let (id, group, browser) = named(world, arguments)?;
    check_at_rest(group)?;
    let mut browser = browser.clone();
    settings::apply(&mut browser, arguments, world.random())?;
    let group = world.alibaba.delivery_groups.get_mut(id).ok_or_else(Error::unknown_browser_group)?;
    if let Some(name) = arguments.text("CloudBrowserName") {
        name.clone_into(&mut group.name);
    }
    if let Some(amount) = browser.max_amount {
        group.node_pool.node_capacity = amount;
    }
    group.session_timeout = settings::session_timeout(&browser);
    group.settings.extend(kept(arguments));
    group.browser = Some(browser);
    Ok(json!({}))
}

fn named<'a, 'w>(
    world: &'w World,
    arguments: &Arguments<'a>,
) -> Result<(&'a str, &'w DeliveryGroup, &'w Browser), Error> {
    let id = arguments.need("BrowserInstanceGroupId")?;
    let group = world.alibaba.delivery_groups.get(id).ok_or_else(Error::unknown_browser_group)?;
    let browser = group.browser.as_ref().ok_or_else(Error::unknown_browser_group)?;
    Ok((id, group, browser))
}

/// The image that is given, or the first that the service has for browsers in the region.
fn image(world: &World, arguments: &Arguments<'_>, region: &str) -> Result<String, Error> {
    if let Some(id) = arguments.text("ImageId") {
        check_image(world, id, region)?;
        let fits = world.alibaba.images.get(id).is_some_and(|image| image.product_type == PRODUCT);
        return if fits { Ok(id.to_owned()) } else { Err(Error::invalid("ImageId")) };
    }
    let mut images = world.alibaba.images.iter().filter(|(_, image)| image.product_type == PRODUCT);
    let found = images.find(|(id, _)| check_image(world, id, region).is_ok());
    found.map(|(id, _)| id.to_owned()).ok_or_else(Error::unknown_image)
}

type People = (BTreeMap<String, BTreeSet<String>>, BTreeSet<String>);

fn people(world: &World, arguments: &Arguments<'_>) -> Result<People, Error> {
    let users = arguments.value("Users").and_then(Value::as_array).into_iter().flatten();
    let users: Vec<&str> = users.filter_map(|user| user["EndUserId"].as_str()).collect();
    let user_groups = arguments.texts("UserGroupIds");
    if !users.is_empty() && !user_groups.is_empty() {
        return Err(Error::mixed_authorization());
    }
    if user_groups.len() > MOST_USER_GROUPS {
        return Err(Error::invalid("UserGroupIds"));
    }
    check_known(world, &users, &user_groups)?;
    Ok((
        users.into_iter().map(|name| (name.to_owned(), BTreeSet::new())).collect(),
        user_groups.into_iter().map(str::to_owned).collect(),
    ))
}

fn pool(world: &World, arguments: &Arguments<'_>, id: &str, browser: &Browser) -> Result<NodePool, Error> {
    let given = arguments.value("NodePool");
    let kind = given.and_then(|pool| pool["NodeInstanceType"].as_str()).unwrap_or_default();
    if !kind.is_empty() && !world.alibaba.node_instance_types.contains_key(kind) {
        return Err(Error::invalid("NodePool.NodeInstanceType"));
    }
    Ok(NodePool {
        id: sibling(id, "rg"),
        node_instance_type: kind.to_owned(),
        node_capacity: browser.max_amount.unwrap_or(INSTANCES),
        node_amount: given.and_then(|pool| pool["NodeAmount"].as_i64()).unwrap_or(1),
        strategy_type: "NODE_FIXED".to_owned(),
        ..NodePool::default()
    })
}

/// What is kept as it came.
fn kept(arguments: &Arguments<'_>) -> BTreeMap<String, Value> {
    let names = ["SecurityPolicy", "StoragePolicy"].into_iter();
    names.filter_map(|name| Some((name.to_owned(), arguments.value(name)?.clone()))).collect()
}
