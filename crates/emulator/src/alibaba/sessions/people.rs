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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::world::AppInstance;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    /// Everybody who comes to a group of the built-in world, until nobody is left or somebody is not let in.
    fn arrivals(world: &mut World, group_id: &str) -> (BTreeSet<String>, Option<Refusal>) {
        let (mut dice, before) = (Random::from_seed(1), users(world, group_id));
        let everybody = world.alibaba.users.len();
        let mut outcomes = (0..=everybody).map(|_| arrive(world, group_id, NOW, &mut dice));
        let outcome = outcomes.find(|outcome| *outcome != Some(Ok(()))).expect("nobody comes twice");
        (users(world, group_id).difference(&before).cloned().collect(), outcome.and_then(Result::err))
    }

    fn users(world: &World, group_id: &str) -> BTreeSet<String> {
        let instances = world.alibaba.app_instances.iter().filter(|(_, row)| row.delivery_group_id == group_id);
        instances.filter_map(|(_, row)| row.user.clone()).collect()
    }

    fn group<'w>(world: &'w mut World, id: &str) -> &'w mut DeliveryGroup {
        world.alibaba.delivery_groups.get_mut(id).unwrap()
    }

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn who_may_use_the_group_comes_and_nobody_else() {
        let mut world = World::builtin();
        let id = "aig-shanghai-fixed";
        assert_eq!(arrivals(&mut world, id), (names(&["alice"]), None), "bob is there");
        group(&mut world, id).node_pool.node_amount = 50;
        group(&mut world, id).authorized_user_groups = names(&["ug-finance"]);
        assert_eq!(arrivals(&mut world, id), (names(&["carol", "he.yan", "tom"]), None));
        world.alibaba.delivery_group_sets.get_mut("ags-hangzhou-office").unwrap().delivery_group_ids = names(&[id]);
        let set = world.alibaba.delivery_group_sets.get_mut("ags-hangzhou-office").unwrap();
        set.authorized_user_groups = names(&["ug-design"]);
        assert_eq!(arrivals(&mut world, id), (names(&["erin", "li.na", "vera"]), None));
        group(&mut world, id).settings.insert("SecurityPolicy".to_owned(), json!({ "SkipUserAuthCheck": true }));
        assert_eq!(arrivals(&mut world, id).0.len(), 50 - 8, "the group asks nobody");
    }

    #[test]
    fn who_comes_gets_an_application_and_a_session_that_is_theirs() {
        let mut world = World::builtin();
        assert_eq!(arrivals(&mut world, "aig-hangzhou-app"), (names(&["alice"]), None));
        let is_meant = |(_, row): &(&str, &AppInstance)| row.delivery_group_id == "aig-hangzhou-app";
        let instance = world.alibaba.app_instances.iter().find(is_meant).unwrap().1.clone();
        assert_eq!(instance.app_id.as_deref(), Some("ca-draft"));
        assert_eq!((instance.session_status.as_deref(), instance.bound_at), (Some("connect"), Some(NOW)));

        let id = "aig-hangzhou-session";
        assert_eq!(arrivals(&mut world, id), (names(&[]), None));
        let group = group(&mut world, id);
        group.authorized_user_groups = names(&["ug-finance"]);
        group.authorized_users = [("erin".to_owned(), names(&["p-personal-2"]))].into();
        assert_eq!(arrivals(&mut world, id), (names(&["erin"]), None));
    }

    #[test]
    fn a_group_that_does_not_take_somebody_says_why() {
        let refusal = |change: &dyn Fn(&mut DeliveryGroup)| {
            let mut world = World::builtin();
            let group = group(&mut world, "aig-shanghai-fixed");
            group.authorized_user_groups = names(&["ug-design", "ug-engineering", "ug-finance"]);
            change(group);
            arrivals(&mut world, "aig-shanghai-fixed").1
        };
        assert_eq!(refusal(&|_| ()), Some(Refusal::Full));
        assert_eq!(refusal(&|group| "MAINTAINING".clone_into(&mut group.status)), Some(Refusal::Updating));
        assert_eq!(refusal(&|group| "MAINTAIN_FAILED".clone_into(&mut group.status)), Some(Refusal::Unavailable));
        let tag = |group: &mut DeliveryGroup, value: &str| {
            group.tags.insert("System/Scheduler/STOP_NEW_USER_CONNECTION".to_owned(), value.to_owned());
        };
        assert_eq!(refusal(&|group| tag(group, "true")), Some(Refusal::Draining));
        assert_eq!(refusal(&|group| tag(group, "false")), Some(Refusal::Full));
    }

    #[test]
    fn who_comes_back_gets_the_session_that_went_on_as_long_as_the_group_may_be_used() {
        let mut world = World::builtin();
        let (id, bobs) = ("aig-shanghai-fixed", "ai-shanghai-fixed-1");
        group(&mut world, id).tags.insert("System/Scheduler/STOP_NEW_USER_CONNECTION".to_owned(), "true".to_owned());
        disconnect(&mut world, bobs, NOW);
        assert!(world.alibaba.app_instances.get(bobs).unwrap().is_disconnected());
        assert_eq!(come_back(&mut world, bobs, NOW), Ok(()));
        assert!(!world.alibaba.app_instances.get(bobs).unwrap().is_disconnected());
        disconnect(&mut world, bobs, NOW);
        group(&mut world, id).authorized_users.clear();
        assert_eq!(come_back(&mut world, bobs, NOW), Err(Refusal::Unauthorized));
        "DELETING".clone_into(&mut group(&mut world, id).status);
        group(&mut world, id).authorized_user_groups = names(&["ug-engineering"]);
        assert_eq!(come_back(&mut world, bobs, NOW), Err(Refusal::Unavailable));
    }
}
