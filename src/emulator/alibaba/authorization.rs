//! AuthorizeInstanceGroup, ListAuthorizedUsers, ListAuthorizedUserGroups,
//! PageListAppInstanceGroupUser.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    super::{
        call::{Moment, page},
        world::{DeliveryGroup, World},
    },
    arguments::Arguments,
    delivery_groups::without_nulls,
    errors::Error,
};

/// Names in one list of one call.
const MOST_NAMES: usize = 100;

/// AuthorizeInstanceGroup: adds and removes users and user groups in one call, all or nothing.
///
/// A name that is authorized already, and the removal of one that is not, change nothing.
pub(super) fn authorize(world: &mut World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    arguments.product_type()?;
    let (id, group) = named_group(world, arguments)?;
    let users = arguments.texts_up_to("AuthorizeUserIds", MOST_NAMES)?;
    let removed_users = arguments.texts_up_to("UnAuthorizeUserIds", MOST_NAMES)?;
    let user_groups = arguments.texts_up_to("AuthorizeUserGroupIds", MOST_NAMES)?;
    let removed_user_groups = arguments.texts_up_to("UnAuthorizeUserGroupIds", MOST_NAMES)?;
    check_disjoint("UnAuthorizeUserIds", &users, &removed_users)?;
    check_disjoint("UnAuthorizeUserGroupIds", &user_groups, &removed_user_groups)?;
    check_known(world, group, &users, &user_groups)?;
    if matches!(group.status.as_str(), "EXPIRED" | "DELETING" | "CEASED") {
        return Err(Error::group_status(&group.status));
    }
    check_user_meta(group, arguments)?;
    let scope = scope(world, group, arguments, !(users.is_empty() && removed_users.is_empty()))?;

    let group = world.alibaba.delivery_groups.get_mut(id).ok_or_else(Error::unknown_group)?;
    let is_by_session = group.auth_mode == "Session";
    for name in removed_users {
        // With session authorization a user may keep other persistent sessions.
        let keeps_some = is_by_session
            && group.authorized_users.get_mut(name).is_some_and(|sessions| {
                sessions.retain(|session| !scope.contains(session));
                !sessions.is_empty()
            });
        if !keeps_some {
            group.authorized_users.remove(name);
        }
    }
    for id in removed_user_groups {
        group.authorized_user_groups.remove(id);
    }
    for name in users {
        group.authorized_users.entry(name.to_owned()).or_default().extend(scope.iter().cloned());
    }
    group.authorized_user_groups.extend(user_groups.into_iter().map(str::to_owned));
    if !group.mixed_authorization && !group.authorized_users.is_empty() && !group.authorized_user_groups.is_empty() {
        return Err(Error::mixed_authorization());
    }
    Ok(json!({}))
}

/// ListAuthorizedUsers: pages over authorization records and merges those of one user, so that a
/// page can hold fewer users than its size and `TotalCount` can exceed the number of users. With
/// `Session` authorization both count users.
pub(super) fn list_users(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    arguments.product_type()?;
    let paging = arguments.page(100)?;
    let (id, group) = named_group(world, arguments)?;
    let (app, session) = (arguments.text("AppId"), arguments.text("AppInstancePersistentId"));
    let counts_records = group.auth_mode != "Session";
    let mut records: Vec<&str> = Vec::new();
    for (name, scopes) in &group.authorized_users {
        let is_wanted = arguments.text("EndUserId").is_none_or(|wanted| wanted == name)
            && arguments.text("UserIdFuzzy").is_none_or(|part| name.contains(part))
            && session.is_none_or(|session| scopes.contains(session));
        let count = match (is_wanted, app) {
            (false, _) => 0,
            (true, Some(app)) => usize::from(group.auth_mode != "App" || scopes.contains(app)),
            (true, None) if counts_records => scopes.len().max(1),
            (true, None) => 1,
        };
        records.extend(std::iter::repeat_n(name.as_str(), count));
    }
    let total = records.len();
    let mut names = page(records.into_iter(), paging.number, paging.size);
    names.dedup();
    let users: Vec<Value> = names.into_iter().map(|name| user_model(world, id, group, name, app)).collect();
    Ok(json!({ "PageNumber": paging.number, "PageSize": paging.size, "TotalCount": total, "Users": users }))
}

/// ListAuthorizedUserGroups.
pub(super) fn list_user_groups(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    arguments.product_type()?;
    let paging = arguments.page(100)?;
    let (group_id, group) = named_group(world, arguments)?;
    let name_of = |id: &str| world.alibaba.user_groups.get(id).map_or("", |group| group.name.as_str());
    let found: Vec<&String> = group
        .authorized_user_groups
        .iter()
        .filter(|id| arguments.text("GroupId").is_none_or(|wanted| wanted == *id))
        .filter(|id| arguments.text("GroupName").is_none_or(|part| name_of(id).contains(part)))
        .collect();
    let total = found.len();
    let groups: Vec<Value> = page(found.into_iter(), paging.number, paging.size)
        .into_iter()
        .map(|id| {
            json!({
                "AppInstanceGroupId": group_id,
                "AuthMode": group.auth_mode,
                "GroupId": id,
                "GroupName": name_of(id),
            })
        })
        .collect();
    Ok(json!({ "PageNumber": paging.number, "PageSize": paging.size, "TotalCount": total, "UserGroups": groups }))
}

/// PageListAppInstanceGroupUser: the names alone, each once.
pub(super) fn page_list_users(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    arguments.product_type()?;
    let paging = arguments.page(100)?;
    let (_, group) = arguments.group(world)?;
    let users = page(group.authorized_users.keys(), paging.number, paging.size);
    Ok(json!({ "Users": users }))
}

/// The group of an operation that takes a delivery group or a set of them. The emulator has no
/// sets.
fn named_group<'a, 'w>(world: &'w World, arguments: &Arguments<'a>) -> Result<(&'a str, &'w DeliveryGroup), Error> {
    match (arguments.text("AppInstanceGroupId"), arguments.text("AppInstanceGroupSetId")) {
        (Some(_), None) => arguments.group(world),
        (None, None) => Err(Error::missing("AppInstanceGroupId")),
        _ => Err(Error::invalid("AppInstanceGroupSetId")),
    }
}

fn check_disjoint(parameter: &str, added: &[&str], removed: &[&str]) -> Result<(), Error> {
    if removed.iter().any(|name| added.contains(name)) {
        return Err(Error::invalid_because(parameter, "The same value is to be authorized and unauthorized."));
    }
    Ok(())
}

fn check_known(world: &World, group: &DeliveryGroup, users: &[&str], user_groups: &[&str]) -> Result<(), Error> {
    let account_type = if group.ad_domain.is_some() { "ad" } else { "simple" };
    let fits = |name: &&&str| world.alibaba.users.get(**name).is_some_and(|user| user.account_type == account_type);
    let unknown: Vec<&str> = users.iter().filter(|name| !fits(name)).copied().collect();
    if !unknown.is_empty() {
        return Err(Error::unknown_users(&unknown));
    }
    let unknown: Vec<&str> =
        user_groups.iter().filter(|id| !world.alibaba.user_groups.contains_key(**id)).copied().collect();
    if !unknown.is_empty() {
        return Err(Error::unknown_user_groups(&unknown));
    }
    Ok(())
}

/// A group in an office network with an AD domain takes only that domain's users, and wants to be
/// told so.
fn check_user_meta(group: &DeliveryGroup, arguments: &Arguments<'_>) -> Result<(), Error> {
    let meta = arguments.value("UserMeta");
    let field = |name: &str| meta.and_then(|meta| meta[name].as_str());
    let kind = field("Type").unwrap_or("simple");
    let fits = match (group.ad_domain.as_deref(), kind) {
        (Some(domain), "ad") => field("AdDomain") == Some(domain),
        (None, "simple") => true,
        _ => false,
    };
    if fits { Ok(()) } else { Err(Error::invalid("UserMeta")) }
}

/// What an authorization of a user covers: the persistent session named, every application of the
/// image, or nothing in particular.
fn scope(
    world: &World,
    group: &DeliveryGroup,
    arguments: &Arguments<'_>,
    names_users: bool,
) -> Result<BTreeSet<String>, Error> {
    match group.auth_mode.as_str() {
        "Session" if names_users => {
            let id = arguments.need("AppInstancePersistentId")?;
            if !group.persistent_sessions.contains(id) {
                return Err(Error::invalid("AppInstancePersistentId"));
            }
            Ok([id.to_owned()].into())
        }
        "App" => {
            let image = world.alibaba.images.get(&group.image_id);
            Ok(image.into_iter().flat_map(|image| image.apps.keys().cloned()).collect())
        }
        _ => Ok(BTreeSet::new()),
    }
}

fn user_model(world: &World, group_id: &str, group: &DeliveryGroup, name: &str, app: Option<&str>) -> Value {
    let user = world.alibaba.users.get(name);
    let sessions = group.authorized_users.get(name).filter(|_| group.auth_mode == "Session");
    Value::Object(without_nulls(json!({
        "AccountType": user.map(|user| user.account_type.as_str()),
        "AppId": app,
        "AppInstanceGroupId": group_id,
        "AppInstancePersistentIds": sessions,
        "AuthMode": group.auth_mode,
        "Email": user.and_then(|user| user.email.as_deref()),
        "EndUserId": name,
        "IsAuthAllApps": app.is_none().to_string(),
        "Phone": user.and_then(|user| user.phone.as_deref()),
    })))
}
