//! Applications, and the delivery groups that have them: ListAppsByAppInstanceGroupId, ListPublishedApps,
//! ListPublishedAppInstanceGroup, ListAuthorizedAppsByUser, ListAuthorizedAppInstanceGroupByUser.

use std::{cmp::Reverse, collections::BTreeMap};

use serde_json::Value;

use super::super::{
    errors::Error,
    groups::model::{app, summary},
    request::arguments::Arguments,
};
use crate::{
    call::Moment,
    world::{DeliveryGroup, World},
};

/// ListAppsByAppInstanceGroupId.
pub(crate) fn list_by_group(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    if arguments.text("AppInstanceGroupId").is_none() {
        return Err(Error::invalid("AppInstanceGroupId"));
    }
    let (_, group) = arguments.group(world)?;
    let apps = apps_of(world, group).collect();
    Ok(arguments.paged("Apps", apps, |(id, name)| {
        let mut model = app(id, name);
        model["AuthorizedUserCount"] = authorized_users(group, id).into();
        model
    }))
}

/// ListPublishedApps: without those for which `ExcludeUserId` is authorized one by one.
pub(crate) fn list_published(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    list(world, arguments, |group, app| {
        let is_excluded = arguments.text("ExcludeUserId").is_some_and(|user| is_authorized_for_app(group, user, app));
        group.status == "PUBLISHED" && !is_excluded
    })
}

/// ListAuthorizedAppsByUser: for which the user is authorized one by one.
pub(crate) fn list_of_user(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let user = arguments.need("EndUserId")?;
    if !world.alibaba.users.contains_key(user) {
        return Err(Error::unknown_users(&[user]));
    }
    list(world, arguments, |group, app| is_authorized_for_app(group, user, app))
}

/// ListPublishedAppInstanceGroup: without those that `ExcludeUserId` is authorized for as a whole.
pub(crate) fn list_published_groups(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    list_groups(world, arguments, |group| {
        let is_excluded = arguments.text("ExcludeUserId").is_some_and(|user| is_authorized_for_group(group, user));
        group.status == "PUBLISHED" && !is_excluded
    })
}

/// ListAuthorizedAppInstanceGroupByUser: for which the user is authorized as a whole.
pub(crate) fn list_groups_of_user(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    // The service names it so.
    let user = arguments.text("EndUserId").ok_or_else(|| Error::invalid("UserId"))?;
    list_groups(world, arguments, |group| is_authorized_for_group(group, user))
}

fn is_authorized_for_app(group: &DeliveryGroup, user: &str, app: &str) -> bool {
    group.auth_mode == "App" && group.authorized_users.get(user).is_some_and(|apps| apps.contains(app))
}

fn is_authorized_for_group(group: &DeliveryGroup, user: &str) -> bool {
    group.auth_mode == "AppInstanceGroup" && group.authorized_users.contains_key(user)
}

/// How many users are authorized for an application by itself.
fn authorized_users(group: &DeliveryGroup, app: &str) -> usize {
    group.authorized_users.keys().filter(|user| is_authorized_for_app(group, user, app)).count()
}

fn apps_of<'w>(world: &'w World, group: &DeliveryGroup) -> impl Iterator<Item = (&'w String, &'w String)> {
    let apps: Option<&BTreeMap<_, _>> = world.alibaba.images.get(&group.image_id).map(|image| &image.apps);
    apps.into_iter().flatten()
}

/// Applications as `is_meant` says, each in each group that has it.
fn list(
    world: &World,
    arguments: &Arguments<'_>,
    is_meant: impl Fn(&DeliveryGroup, &str) -> bool,
) -> Result<Value, Error> {
    let found = groups(world, arguments).into_iter().flat_map(|(id, group)| {
        let apps = apps_of(world, group).filter(|(app, name)| asks_for_app(arguments, app, name));
        apps.filter(|(app, _)| is_meant(group, app)).map(move |app| (id, group, app)).collect::<Vec<_>>()
    });
    Ok(arguments.paged("Apps", found.collect(), |(group_id, group, (id, name))| {
        let mut model = app(id, name);
        model["AppInstanceGroupId"] = group_id.into();
        model["AppInstanceGroupName"] = group.name.as_str().into();
        model["AuthorizedUserCount"] = authorized_users(group, id).into();
        model
    }))
}

/// Groups as `is_meant` says that have an application as it is asked for; they are shown with all of theirs.
fn list_groups(
    world: &World,
    arguments: &Arguments<'_>,
    is_meant: impl Fn(&DeliveryGroup) -> bool,
) -> Result<Value, Error> {
    let asks = arguments.text("AppId").or(arguments.text("AppName")).is_some();
    let has_app = |group| !asks || apps_of(world, group).any(|(app, name)| asks_for_app(arguments, app, name));
    let found = groups(world, arguments).into_iter().filter(|(_, group)| is_meant(group) && has_app(group)).collect();
    Ok(arguments.paged("AppInstanceGroupModels", found, |(id, group)| summary(world, id, group)))
}

fn asks_for_app(arguments: &Arguments<'_>, id: &str, name: &str) -> bool {
    arguments.asks_for_part("AppId", id) && arguments.asks_for_part("AppName", name)
}

/// The groups of the product that is asked for, the newest first.
fn groups<'w>(world: &'w World, arguments: &Arguments<'_>) -> Vec<(&'w str, &'w DeliveryGroup)> {
    let is_meant = |id: &str, group: &DeliveryGroup| {
        arguments.asks_for("ProductType", &group.product_type)
            && arguments.asks_for_part("AppInstanceGroupId", id)
            && arguments.asks_for_part("AppInstanceGroupName", &group.name)
    };
    let groups = world.alibaba.delivery_groups.iter().filter(|(id, group)| is_meant(id, group));
    let mut groups: Vec<_> = groups.collect();
    groups.sort_by_key(|(_, group)| Reverse(group.created_at));
    groups
}
