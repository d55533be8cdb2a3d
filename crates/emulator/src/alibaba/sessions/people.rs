//! People who come and go without a call: they are let in by the rules of [`connections`](super::connections), and end
//! their sessions as [`bindings`](super::bindings) ends one.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use super::{
    super::errors::Error,
    bindings::release,
    connections::{Place, Wanted},
};
use crate::{
    random::Random,
    world::{DeliveryGroup, World},
};

/// Why somebody is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Refusal {
    /// The group takes no new users.
    Draining,
    /// The group is being updated.
    Updating,
    /// The group has no place left.
    Full,
    /// The group is neither published nor being updated.
    Unavailable,
    /// The user may not use the group, or the application, any more.
    Unauthorized,
}

impl Refusal {
    /// Each of them.
    pub(crate) const ALL: [Self; 5] =
        [Self::Draining, Self::Updating, Self::Full, Self::Unavailable, Self::Unauthorized];

    fn of(group: Option<&DeliveryGroup>, error: &Error) -> Self {
        match group.map(|group| group.status.as_str()) {
            Some("MAINTAINING") => Self::Updating,
            Some("PUBLISHED") if *error == Error::stopped_for_new_users() => Self::Draining,
            Some("PUBLISHED") if [Error::no_idle_app_instance(), Error::app_instance_in_use()].contains(error) => {
                Self::Full
            }
            Some("PUBLISHED") => Self::Unauthorized,
            _ => Self::Unavailable,
        }
    }
}

/// Somebody who may use the group and has nothing in it comes, whoever `dice` picks, and is connected at once. `None`
/// where there is nobody left who could come.
pub(crate) fn arrive(
    world: &mut World,
    group_id: &str,
    now: Timestamp,
    dice: &mut Random,
) -> Option<Result<(), Refusal>> {
    let group = world.alibaba.delivery_groups.get(group_id)?;
    let comers = comers(world, group_id, group);
    let user = picked(&comers, dice)?.to_owned();
    let apps: Vec<&str> = apps(world, group_id, group, &user).collect();
    let app = picked(&apps, dice)?.to_owned();
    let groups = vec![group_id.to_owned()];
    let wanted = Wanted { user: &user, now, app: &app, instance: None, persistent_session: None, groups };
    Some(connect(world, group_id, &wanted, |place, world| match &place.instance_id {
        Some(id) => id.clone(),
        None => loop {
            let id = dice.id("ai-", 16);
            if world.alibaba.app_instances.get(&id).is_none() {
                break id;
            }
        },
    }))
}

/// The user of a session that is disconnected comes back to it.
pub(crate) fn come_back(world: &mut World, instance_id: &str, now: Timestamp) -> Result<(), Refusal> {
    let instance = world.alibaba.app_instances.get(instance_id).cloned().ok_or(Refusal::Unavailable)?;
    let (group_id, user) = (instance.delivery_group_id.as_str(), instance.user.as_deref().unwrap_or_default());
    let group = world.alibaba.delivery_groups.get(group_id).ok_or(Refusal::Unavailable)?;
    let app = instance.app_id.or_else(|| apps(world, group_id, group, user).next().map(str::to_owned));
    let wanted = Wanted {
        user,
        now,
        app: app.as_deref().unwrap_or_default(),
        instance: Some(instance_id),
        persistent_session: instance.persistent_session_id.as_deref(),
        groups: vec![group_id.to_owned()],
    };
    connect(world, group_id, &wanted, |_, _| instance_id.to_owned())
}

/// The user of a session goes, and means to come back: the session goes on.
pub(crate) fn disconnect(world: &mut World, instance_id: &str, now: Timestamp) {
    if let Some(instance) = world.alibaba.app_instances.get_mut(instance_id) {
        instance.session_status = Some("disconnect".to_owned());
        instance.modified_at = now;
    }
}

/// A session ends since its user wants no more of it.
pub(crate) fn leave(world: &mut World, instance_id: &str, now: Timestamp) {
    release(world, instance_id, now);
}

fn connect(
    world: &mut World,
    group_id: &str,
    wanted: &Wanted<'_>,
    id: impl FnOnce(&Place, &World) -> String,
) -> Result<(), Refusal> {
    let refusal = |error| Refusal::of(world.alibaba.delivery_groups.get(group_id), &error);
    let place = wanted.place(world).map_err(refusal)?;
    let id = id(&place, world);
    wanted.take(world, place, &id);
    if let Some(instance) = world.alibaba.app_instances.get_mut(&id) {
        instance.session_status = Some("connect".to_owned());
    }
    Ok(())
}

/// The users who may use the group and have no session in it, by name.
fn comers<'w>(world: &'w World, group_id: &str, group: &DeliveryGroup) -> Vec<&'w str> {
    let instances = world.alibaba.app_instances.iter();
    let is_there = instances.filter(|(_, row)| row.delivery_group_id == group_id && row.status != "DELETED");
    let there: BTreeSet<&str> = is_there.filter_map(|(_, row)| row.user.as_deref()).collect();
    let users = world.alibaba.users.keys().map(String::as_str).filter(|user| !there.contains(user));
    users.filter(|user| apps(world, group_id, group, user).next().is_some()).collect()
}

/// The applications of the group that the user may use, by id.
fn apps<'w>(
    world: &'w World,
    group_id: &'w str,
    group: &'w DeliveryGroup,
    user: &'w str,
) -> impl Iterator<Item = &'w str> {
    // Where sessions are what is authorized, nothing else lets anybody in.
    let is_named = || group.authorized_users.get(user).is_some_and(|sessions| !sessions.is_empty());
    let image = world.alibaba.images.get(&group.image_id).filter(|_| group.auth_mode != "Session" || is_named());
    let apps = image.into_iter().flat_map(|image| image.apps.keys()).map(String::as_str);
    apps.filter(move |app| {
        let wanted = Wanted {
            user,
            now: Timestamp::UNIX_EPOCH,
            app,
            instance: None,
            persistent_session: None,
            groups: Vec::new(),
        };
        wanted.is_authorized(world, group_id, group)
    })
}

fn picked<'t>(from: &[&'t str], dice: &mut Random) -> Option<&'t str> {
    let index = dice.below(u64::try_from(from.len()).ok()?);
    from.get(usize::try_from(index).ok()?).copied()
}
