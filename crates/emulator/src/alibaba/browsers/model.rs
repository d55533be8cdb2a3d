//! How a group of cloud browsers is shown.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::{pool::Nodes, request::arguments::utc_time, rules::sibling};
use crate::{
    call::without_nulls,
    world::{Browser, DeliveryGroup, World},
};

/// Bookmarks and addresses that are shown; other operations list them all.
const SHOWN: usize = 20;

/// The edition that is billed by active users is the larger one.
pub(super) fn tier(browser: &Browser) -> &'static str {
    if is_by_active_users(browser) { "Pro" } else { "Basic" }
}

fn is_by_active_users(browser: &Browser) -> bool {
    browser.sub_pay_type.as_deref() == Some("mau")
}

/// All of it.
pub(super) fn model(world: &World, id: &str, group: &DeliveryGroup, browser: &Browser, now: Timestamp) -> Value {
    let mut sets = world.alibaba.delivery_group_sets.iter();
    let set = sets.find(|(_, set)| set.delivery_group_ids.contains(id)).map(|(id, _)| id);
    let kind = world.alibaba.node_instance_types.get(&group.node_pool.node_instance_type);
    let tags: Vec<Value> = group.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    let timers: Vec<Value> = browser
        .timers
        .iter()
        .map(|timer| json!({ "TimerType": timer.timer_type, "Interval": timer.interval }))
        .collect();
    let authorization = match (group.authorized_users.is_empty(), group.authorized_user_groups.is_empty()) {
        (_, true) => "User",
        (true, false) => "UserGroup",
        (false, false) => "Mixed",
    };
    without_nulls(json!({
        "AuthNotificationEnabled": browser.authorization_notices,
        "AuthorizedUserInfo": {
            "TotalCount": group.authorized_users.len(),
            "TotalUserGroupCount": group.authorized_user_groups.len(),
        },
        "BizRegionId": group.region_id,
        "BrowserConfig": config(browser),
        "BrowserInstanceGroupId": id,
        "BrowserInstanceGroupName": group.name,
        "BrowserInstanceGroupSetId": set,
        "ChargeType": group.charge_type,
        "DefaultAccessUrl": format!("https://browser.example.com/{id}"),
        "Duration": {},
        "ExpiredTime": if is_by_active_users(browser) { Value::Null } else { utc_time(group.expires_at).into() },
        "GmtCreate": utc_time(group.created_at),
        "Homepage": browser.homepage,
        "ImageId": group.image_id,
        "InstanceType": browser.instance_type,
        "MaxAmount": browser.max_amount,
        "Network": network(group, browser),
        "NodeInstanceType": kind.map(|kind| json!({ "Cpu": kind.cpu, "Memory": kind.memory })),
        "NodePool": kind.map(|_| json!([{
            "NodeAmount": group.node_pool.node_amount.to_string(),
            "NodeUsed": Nodes::of(world, id, group, now).bought_in_use().to_string(),
        }])),
        "OsType": group.os_type,
        "Policy": policy(id, browser),
        "Status": group.status,
        "SubPayType": browser.sub_pay_type,
        "SupportUserGroupMixedAuth": group.mixed_authorization,
        "Tags": tags,
        "Tier": tier(browser),
        "Timers": timers,
        "UserGroupAuthMode": authorization,
        "UserLimit": browser.max_amount.map(|amount| json!({ "UserQuota": amount })),
    }))
}

fn config(browser: &Browser) -> Value {
    let bookmarks: Vec<Value> = browser
        .bookmarks
        .iter()
        .take(SHOWN)
        .map(|(id, bookmark)| {
            json!({
                "BookmarkFolder": bookmark.folder,
                "BookmarkId": id,
                "BookmarkName": bookmark.name,
                "BookmarkURL": bookmark.url,
            })
        })
        .collect();
    json!({
        "Bookmarks": bookmarks,
        "BrowserParam": browser.browser_param,
        "CookiesSync": browser.cookies_sync.to_string(),
        "Homepage": browser.homepage,
    })
}

fn network(group: &DeliveryGroup, browser: &Browser) -> Value {
    let urls = browser.restricted_urls.iter().take(SHOWN);
    let urls: Vec<Value> = urls.map(|(id, url)| json!({ "RestrictedURLId": id, "URL": url })).collect();
    let restriction = Some(browser.access_restriction.as_str()).filter(|text| !text.is_empty());
    json!({
        "AccessRestriction": restriction.unwrap_or("ALLOW_ALL"),
        "OfficeSiteId": group.office_site_id,
        "RestrictedURLs": urls,
        "VSwitchIds": browser.v_switch_ids,
    })
}

fn policy(id: &str, browser: &Browser) -> Value {
    let rules = browser.access_rules.iter();
    let rules: Vec<Value> =
        rules.map(|rule| json!({ "CidrIp": rule.cidr, "Description": rule.description, "Policy": "allow" })).collect();
    let mut policy = browser.policy.clone();
    policy.insert("AuthorizeAccessPolicyRules".to_owned(), rules.into());
    policy.insert("PolicyId".to_owned(), sibling(id, "pg").into());
    policy.entry("PolicyVersion").or_insert_with(|| "DEFAULT".into());
    policy.into()
}
