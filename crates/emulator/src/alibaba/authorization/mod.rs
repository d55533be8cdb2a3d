//! AuthorizeInstanceGroup, AuthorizeUsersForApp, ListAuthorizedUsers, ListAuthorizedUserGroups,
//! PageListAppInstanceGroupUser.

pub(crate) mod apps;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{errors::Error, request::arguments::Arguments, rules::check_known};
use crate::{
    call::{Moment, page, without_nulls},
    world::{Authorizations, DeliveryGroup, World},
};

/// AuthorizeInstanceGroup: adds and removes users and user groups in one call, all or nothing.
///
/// A name that is authorized already, and the removal of one that is not, change nothing.
pub(crate) fn authorize(world: &mut World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let place = Place::named(world, arguments)?;
    let users = arguments.texts("AuthorizeUserIds");
    let removed_users = arguments.texts("UnAuthorizeUserIds");
    let user_groups = arguments.texts("AuthorizeUserGroupIds");
    let removed_user_groups = arguments.texts("UnAuthorizeUserGroupIds");
    check_disjoint("UnAuthorizeUserIds", &users, &removed_users)?;
    check_disjoint("UnAuthorizeUserGroupIds", &user_groups, &removed_user_groups)?;
    for group in place.groups(world) {
        check_people(world, group, &users, &user_groups)?;
        check_takes_people(group)?;
        check_user_meta(group, arguments)?;
    }
    let scope = scope(world, place, arguments, !(users.is_empty() && removed_users.is_empty()))?;
    let is_by_session = place.auth_mode(world) == "Session";
    let mixes = place.groups(world).iter().all(|group| group.mixed_authorization);

    let (authorized_users, authorized_user_groups) = place.authorized_mut(world)?;
    for name in removed_users {
        // With session authorization a user may keep other persistent sessions.
        let keeps_some = is_by_session
            && authorized_users.get_mut(name).is_some_and(|sessions| {
                sessions.retain(|session| !scope.contains(session));
                !sessions.is_empty()
            });
        if !keeps_some {
            authorized_users.remove(name);
        }
    }
    for id in removed_user_groups {
        authorized_user_groups.remove(id);
    }
    for name in users {
        authorized_users.entry(name.to_owned()).or_default().extend(scope.iter().cloned());
    }
    authorized_user_groups.extend(user_groups.into_iter().map(str::to_owned));
    if !mixes && !authorized_users.is_empty() && !authorized_user_groups.is_empty() {
        return Err(Error::mixed_authorization());
    }
    Ok(json!({}))
}

/// AuthorizeUsersForApp: for one application of a group with `App` authorization.
pub(crate) fn authorize_for_app(world: &mut World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let (id, group) = arguments.group(world)?;
    let app = arguments.need("AppId")?;
    let (users, removed) = (arguments.texts("AuthorizeUserIds"), arguments.texts("UnAuthorizeUserIds"));
    if users.is_empty() && removed.is_empty() {
        return Err(Error::invalid_because("AuthorizeUserIds", "It or UnAuthorizeUserIds must be given."));
    }
    check_disjoint("UnAuthorizeUserIds", &users, &removed)?;
    check_people(world, group, &users, &[])?;
    check_takes_people(group)?;
    check_user_meta(group, arguments)?;
    if group.auth_mode != "App" {
        return Err(Error::wrong_auth_mode());
    }
    let image = world.alibaba.images.get(&group.image_id);
    if !image.is_some_and(|image| image.apps.contains_key(app)) {
        return Err(Error::unknown_app());
    }
    let group = world.alibaba.delivery_groups.get_mut(id).ok_or_else(Error::unknown_group)?;
    for name in removed {
        if let Some(apps) = group.authorized_users.get_mut(name) {
            apps.remove(app);
        }
    }
    group.authorized_users.retain(|_, apps| !apps.is_empty());
    for name in users {
        group.authorized_users.entry(name.to_owned()).or_default().insert(app.to_owned());
    }
    Ok(json!({}))
}

/// ListAuthorizedUsers: pages over authorization records and merges those of one user, so that a page can hold fewer
/// users than its size and `TotalCount` can exceed the number of users. With `Session` authorization both count users.
pub(crate) fn list_users(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let paging = arguments.page();
    let place = Place::named(world, arguments)?;
    let auth_mode = place.auth_mode(world);
    let (app, session) = (arguments.text("AppId"), arguments.text("AppInstancePersistentId"));
    let counts_records = auth_mode != "Session";
    let mut records: Vec<&str> = Vec::new();
    for (name, scopes) in place.authorized_users(world).into_iter().flatten() {
        let is_wanted = arguments.asks_for("EndUserId", name)
            && arguments.asks_for_part("UserIdFuzzy", name)
            && session.is_none_or(|session| scopes.contains(session));
        let count = match (is_wanted, app) {
            (false, _) => 0,
            (true, Some(app)) => usize::from(auth_mode != "App" || scopes.contains(app)),
            (true, None) if counts_records => scopes.len().max(1),
            (true, None) => 1,
        };
        records.extend(std::iter::repeat_n(name.as_str(), count));
    }
    let total = records.len();
    let mut names = page(records.into_iter(), paging.number, paging.size);
    names.dedup();
    let users: Vec<Value> = names.into_iter().map(|name| user_model(world, place, name, app)).collect();
    Ok(json!({ "PageNumber": paging.number, "PageSize": paging.size, "TotalCount": total, "Users": users }))
}

/// ListAuthorizedUserGroups.
pub(crate) fn list_user_groups(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let place = Place::named(world, arguments)?;
    let name_of = |id: &str| world.alibaba.user_groups.get(id).map_or("", |group| group.name.as_str());
    let is_wanted =
        |id: &&String| arguments.asks_for("GroupId", id) && arguments.asks_for_part("GroupName", name_of(id));
    let found = place.authorized_user_groups(world).filter(is_wanted).collect();
    Ok(arguments.paged("UserGroups", found, |id| {
        without_nulls(json!({
            "AppInstanceGroupId": place.group_id(),
            "AppInstanceGroupSetId": place.set_id(),
            "AuthMode": place.auth_mode(world),
            "GroupId": id,
            "GroupName": name_of(id),
        }))
    }))
}

/// PageListAppInstanceGroupUser: the names alone, each once.
pub(crate) fn page_list_users(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let paging = arguments.page();
    let (_, group) = arguments.group(world)?;
    let users = page(group.authorized_users.keys(), paging.number, paging.size);
    Ok(json!({ "Users": users }))
}

/// What people are authorized for: a delivery group, or a set of them, by id.
#[derive(Clone, Copy)]
enum Place<'a> {
    Group(&'a str),
    Set(&'a str),
}

impl<'a> Place<'a> {
    /// The one that the parameters name.
    fn named(world: &World, arguments: &Arguments<'a>) -> Result<Self, Error> {
        match (arguments.text("AppInstanceGroupId"), arguments.text("AppInstanceGroupSetId")) {
            (Some(_), None) => arguments.group(world).map(|(id, _)| Self::Group(id)),
            (None, Some(id)) if world.alibaba.delivery_group_sets.get(id).is_some() => Ok(Self::Set(id)),
            (None, Some(_)) => Err(Error::unknown_set()),
            (None, None) => Err(Error::missing("AppInstanceGroupId")),
            (Some(_), Some(_)) => Err(Error::invalid("AppInstanceGroupSetId")),
        }
    }

    fn group_id(self) -> Option<&'a str> {
        match self {
            Self::Group(id) => Some(id),
            Self::Set(_) => None,
        }
    }

    fn set_id(self) -> Option<&'a str> {
        match self {
            Self::Group(_) => None,
            Self::Set(id) => Some(id),
        }
    }

    /// The delivery group, or those of the set.
    fn groups(self, world: &World) -> Vec<&DeliveryGroup> {
        let groups = &world.alibaba.delivery_groups;
        match self {
            Self::Group(id) => groups.get(id).into_iter().collect(),
            Self::Set(id) => {
                let set = world.alibaba.delivery_group_sets.get(id);
                let ids = set.into_iter().flat_map(|set| &set.delivery_group_ids);
                ids.filter_map(|id| groups.get(id)).collect()
            }
        }
    }

    /// A set is authorized as a whole.
    fn auth_mode(self, world: &World) -> &str {
        let group = self.group_id().and_then(|id| world.alibaba.delivery_groups.get(id));
        group.map_or("AppInstanceGroup", |group| group.auth_mode.as_str())
    }

    fn authorized_users(self, world: &World) -> Option<&Authorizations> {
        match self {
            Self::Group(id) => world.alibaba.delivery_groups.get(id).map(|group| &group.authorized_users),
            Self::Set(id) => world.alibaba.delivery_group_sets.get(id).map(|set| &set.authorized_users),
        }
    }

    fn authorized_user_groups(self, world: &World) -> impl Iterator<Item = &String> {
        let groups = match self {
            Self::Group(id) => world.alibaba.delivery_groups.get(id).map(|group| &group.authorized_user_groups),
            Self::Set(id) => world.alibaba.delivery_group_sets.get(id).map(|set| &set.authorized_user_groups),
        };
        groups.into_iter().flatten()
    }

    /// Both lists, to change them.
    fn authorized_mut(self, world: &mut World) -> Result<(&mut Authorizations, &mut BTreeSet<String>), Error> {
        match self {
            Self::Group(id) => {
                let group = world.alibaba.delivery_groups.get_mut(id).ok_or_else(Error::unknown_group)?;
                Ok((&mut group.authorized_users, &mut group.authorized_user_groups))
            }
            Self::Set(id) => {
                let set = world.alibaba.delivery_group_sets.get_mut(id).ok_or_else(Error::unknown_set)?;
                Ok((&mut set.authorized_users, &mut set.authorized_user_groups))
            }
        }
    }
}

fn check_disjoint(parameter: &str, added: &[&str], removed: &[&str]) -> Result<(), Error> {
    if removed.iter().any(|name| added.contains(name)) {
        return Err(Error::invalid_because(parameter, "The same value is to be authorized and unauthorized."));
    }
    Ok(())
}

fn check_people(world: &World, group: &DeliveryGroup, users: &[&str], user_groups: &[&str]) -> Result<(), Error> {
    check_known(world, users, user_groups)?;
    let account_type = if group.ad_domain.is_some() { "ad" } else { "simple" };
    let fits = |name: &str| world.alibaba.users.get(name).is_some_and(|user| user.account_type == account_type);
    let strange: Vec<&str> = users.iter().filter(|name| !fits(name)).copied().collect();
    if strange.is_empty() { Ok(()) } else { Err(Error::unknown_users(&strange)) }
}

fn check_takes_people(group: &DeliveryGroup) -> Result<(), Error> {
    let is_over = matches!(group.status.as_str(), "EXPIRED" | "DELETING" | "CEASED");
    if is_over { Err(Error::group_status(&group.status)) } else { Ok(()) }
}

/// A group in an office network with an AD domain takes only that domain's users, and wants to be told so.
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

/// What an authorization of a user covers: the persistent session named, every application of the image, or nothing in
/// particular.
fn scope(
    world: &World,
    place: Place<'_>,
    arguments: &Arguments<'_>,
    names_users: bool,
) -> Result<BTreeSet<String>, Error> {
    let Some(group) = place.group_id().and_then(|id| world.alibaba.delivery_groups.get(id)) else {
        return Ok(BTreeSet::new());
    };
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

fn user_model(world: &World, place: Place<'_>, name: &str, app: Option<&str>) -> Value {
    let user = world.alibaba.users.get(name);
    let auth_mode = place.auth_mode(world);
    let scopes = place.authorized_users(world).and_then(|users| users.get(name));
    let sessions = scopes.filter(|_| auth_mode == "Session");
    without_nulls(json!({
        "AccountType": user.map(|user| user.account_type.as_str()),
        "AppId": app,
        "AppInstanceGroupId": place.group_id(),
        "AppInstanceGroupSetId": place.set_id(),
        "AppInstancePersistentIds": sessions,
        "AuthMode": auth_mode,
        "Email": user.and_then(|user| user.email.as_deref()),
        "EndUserId": name,
        "IsAuthAllApps": app.is_none().to_string(),
        "Phone": user.and_then(|user| user.phone.as_deref()),
    }))
}
