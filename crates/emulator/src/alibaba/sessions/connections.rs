//! GetConnectionTicket: the first call gives a user an application instance and starts the application; later calls
//! with the task's id answer the ticket once it has started.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::{
    errors::Error,
    pool::Nodes,
    request::arguments::Arguments,
    rules::{APP_VERSION, STOP_NEW_USER_CONNECTION},
};
use crate::{
    call::{Moment, without_nulls},
    clock::later,
    world::{AppInstance, Connection, DeliveryGroup, TENANT_ID, World},
};

/// GetConnectionTicket.
pub(crate) fn get_ticket(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let user = arguments.need("EndUserId")?;
    if !world.alibaba.users.contains_key(user) {
        return Err(Error::unknown_users(&[user]));
    }
    match arguments.text("TaskId") {
        Some(task) => look(world, task, user, moment),
        None => start(world, arguments, user, moment),
    }
}

fn look(world: &mut World, task: &str, user: &str, moment: Moment) -> Result<Value, Error> {
    let connection = world.alibaba.connections.get(task).filter(|connection| connection.user == user);
    let connection = connection.cloned().ok_or_else(Error::unknown_task)?;
    let id = &connection.app_instance_id;
    let is_bound = |instance: &&AppInstance| instance.user.as_deref() == Some(user);
    let status = match world.alibaba.app_instances.get(id).filter(is_bound) {
        None => "Failed",
        Some(_) if moment.now < connection.ready_at => "Running",
        Some(_) => "Finished",
    };
    if status != "Finished" {
        return Ok(answer(world, task, id, status, None));
    }
    let is_connected = |instance: &AppInstance| instance.session_status.as_deref() == Some("connect");
    if !world.alibaba.app_instances.get(id).is_some_and(is_connected)
        && let Some(instance) = world.alibaba.app_instances.get_mut(id)
    {
        // Nobody sees a client connect: whoever has the ticket counts as connected.
        instance.session_status = Some("connect".to_owned());
        instance.modified_at = moment.now;
    }
    let ticket = STANDARD.encode(format!("[emulator]\ntask={task}\ninstance={id}\nuser={user}\n"));
    Ok(answer(world, task, id, status, Some(ticket)))
}

fn start(world: &mut World, arguments: &Arguments<'_>, user: &str, moment: Moment) -> Result<Value, Error> {
    let wanted = Wanted::read(world, arguments, user, moment.now)?;
    let place = wanted.place(world)?;
    let id = match &place.instance_id {
        Some(id) => id.clone(),
        None => world.random().id("ai-", 16),
    };
    wanted.take(world, place, &id);
    let task = world.random().uuid().to_string();
    let ready_at = later(moment.now, moment.durations.connection_seconds);
    let connection = Connection { user: user.to_owned(), app_instance_id: id.clone(), ready_at };
    world.alibaba.connections.insert(task.as_str(), connection);
    Ok(answer(world, &task, &id, "Running", None))
}

fn answer(world: &World, task: &str, instance_id: &str, status: &str, ticket: Option<String>) -> Value {
    let instance = world.alibaba.app_instances.get(instance_id);
    let group_id = instance.map(|instance| instance.delivery_group_id.as_str());
    let group = group_id.and_then(|id| world.alibaba.delivery_groups.get(id));
    without_nulls(json!({
        "AppInstanceGroupId": group_id,
        "AppInstanceId": instance_id,
        "AppInstancePersistentId": instance.and_then(|instance| instance.persistent_session_id.as_deref()),
        "BizRegionId": group.map(|group| group.region_id.as_str()),
        "OsType": group.map(|group| group.os_type.as_str()),
        "TaskId": task,
        "TaskStatus": status,
        "TenantId": TENANT_ID,
        "Ticket": ticket,
    }))
}

/// What somebody wants to be connected to.
pub(super) struct Wanted<'a> {
    pub user: &'a str,
    /// When it is asked for.
    pub now: Timestamp,
    pub app: &'a str,
    pub instance: Option<&'a str>,
    pub persistent_session: Option<&'a str>,
    /// The groups that come into question, by id.
    pub groups: Vec<String>,
}

/// Where somebody is connected to.
pub(super) struct Place {
    group_id: String,
    /// The instance that the user has already, or that is idle; a new one where there is none.
    pub instance_id: Option<String>,
    node_id: Option<String>,
    persistent_session_id: Option<String>,
}

impl<'a> Wanted<'a> {
    fn read(world: &World, arguments: &Arguments<'a>, user: &'a str, now: Timestamp) -> Result<Self, Error> {
        let (app, product) = (arguments.need("AppId")?, arguments.need("ProductType")?);
        let region = arguments.region(world)?;
        if arguments.text("AppVersion").is_some_and(|version| version != APP_VERSION) {
            return Err(Error::invalid("AppVersion"));
        }
        let named = arguments.texts("AppInstanceGroupIdList");
        let instance = arguments.text("AppInstanceId");
        let persistent_session = arguments.text("AppInstancePersistentId");
        match named.len() {
            0 if instance.is_some() || persistent_session.is_some() => {
                return Err(Error::missing("AppInstanceGroupIdList"));
            }
            2.. if instance.is_some() => return Err(Error::invalid("AppInstanceGroupIdList")),
            _ => {}
        }
        if named.iter().any(|id| world.alibaba.delivery_groups.get(id).is_none()) {
            return Err(Error::unknown_group());
        }
        let set = match arguments.text("AppInstanceGroupSetId") {
            Some(id) => Some(world.alibaba.delivery_group_sets.get(id).ok_or_else(Error::unknown_set)?),
            None => None,
        };
        let is_meant = |id: &str, group: &DeliveryGroup| {
            group.product_type == product
                && region.is_none_or(|region| group.region_id == region)
                && arguments.asks_for_one("AppInstanceGroupIdList", id)
                && set.is_none_or(|set| set.delivery_group_ids.contains(id))
        };
        let groups = world.alibaba.delivery_groups.iter().filter(|(id, group)| is_meant(id, group));
        let groups = groups.map(|(id, _)| id.to_owned()).collect();
        Ok(Self { user, now, app, instance, persistent_session, groups })
    }

    /// The first of the groups that takes the user; otherwise why the last of those does not that the user may use.
    pub(super) fn place(&self, world: &World) -> Result<Place, Error> {
        let has_app = |group: &DeliveryGroup| {
            world.alibaba.images.get(&group.image_id).is_some_and(|image| image.apps.contains_key(self.app))
        };
        let groups = self.groups.iter().filter_map(|id| Some((id, world.alibaba.delivery_groups.get(id)?)));
        let groups: Vec<_> = groups.filter(|(_, group)| has_app(group)).collect();
        let mut refusal = if groups.is_empty() { Error::unknown_app() } else { Error::unauthorized_user() };
        for (id, group) in groups.into_iter().filter(|(id, group)| self.is_authorized(world, id, group)) {
            match self.place_in(world, id, group) {
                Ok(place) => return Ok(place),
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }

    /// Gives the user the place, in the instance `id`.
    pub(super) fn take(&self, world: &mut World, place: Place, id: &str) {
        let instance = world.alibaba.app_instances.get(id);
        let instance = AppInstance {
            delivery_group_id: place.group_id,
            user: Some(self.user.to_owned()),
            status: "RUNNING".to_owned(),
            // Who is connected already stays so.
            session_status: instance.and_then(|row| row.session_status.clone()).or(Some("disconnect".to_owned())),
            node_id: place.node_id,
            app_id: Some(self.app.to_owned()),
            persistent_session_id: place.persistent_session_id,
            created_at: instance.map_or(self.now, |instance| instance.created_at),
            // Who has it already has had it since then.
            bound_at: instance.filter(|row| row.user.is_some()).map_or(Some(self.now), |row| row.bound_at),
            modified_at: self.now,
            log_off_at: instance.and_then(|row| row.log_off_at),
        };
        world.alibaba.app_instances.insert(id, instance);
    }

    fn place_in(&self, world: &World, group_id: &str, group: &DeliveryGroup) -> Result<Place, Error> {
        if group.status != "PUBLISHED" {
            return Err(Error::group_status(&group.status));
        }
        let persistent = self.persistent_in(world, group_id, group)?;
        let fits = |id: &str, instance: &AppInstance| {
            instance.delivery_group_id == group_id
                && instance.status != "DELETED"
                && instance.persistent_session_id == persistent
                && self.instance.is_none_or(|wanted| wanted == id)
        };
        let instances: Vec<_> =
            world.alibaba.app_instances.iter().filter(|(id, instance)| fits(id, instance)).collect();
        let mut own = instances.iter().filter(|(_, instance)| instance.user.as_deref() == Some(self.user)).peekable();
        let is_draining = group.tags.get(STOP_NEW_USER_CONNECTION).is_some_and(|value| value == "true");
        if own.peek().is_none() && is_draining {
            return Err(Error::stopped_for_new_users());
        }
        // One application a session: another one opens in a session of its own.
        let is_by_app = [group.settings.get("PerSessionPerApp"), group.setting("RuntimePolicy", "PerSessionPerApp")]
            .into_iter()
            .flatten()
            .next()
            .is_some_and(|set| set == true);
        let own = own.find(|(_, instance)| !is_by_app || instance.app_id.as_deref() == Some(self.app));
        let idle = instances.iter().find(|(_, instance)| instance.user.is_none() && instance.status == "IDLE");
        let (instance_id, node_id) = match own.or(idle) {
            Some((id, instance)) => (Some((*id).to_owned()), instance.node_id.clone()),
            None if self.instance.is_some() && !instances.is_empty() => return Err(Error::app_instance_in_use()),
            None if self.instance.is_some() => return Err(Error::unknown_app_instance()),
            None => {
                let node =
                    Nodes::of(world, group_id, group, self.now).with_room().ok_or_else(Error::no_idle_app_instance)?;
                (None, Some(node))
            }
        };
        let group_id = group_id.to_owned();
        Ok(Place { group_id, instance_id, node_id, persistent_session_id: persistent })
    }

    /// The persistent session that the user gets, where the group has such: the one that is asked for, or the first of
    /// the user's own that nobody else is in.
    fn persistent_in(&self, world: &World, group_id: &str, group: &DeliveryGroup) -> Result<Option<String>, Error> {
        if group.auth_mode != "Session" {
            let is_asked_for = self.persistent_session.is_some();
            return if is_asked_for { Err(Error::invalid("AppInstancePersistentId")) } else { Ok(None) };
        }
        let is_free = |session: &&str| {
            !world.alibaba.app_instances.iter().any(|(_, instance)| {
                instance.delivery_group_id == group_id
                    && instance.status != "DELETED"
                    && instance.persistent_session_id.as_deref() == Some(*session)
                    && instance.user.as_deref() != Some(self.user)
            })
        };
        let own = group.authorized_users.get(self.user).into_iter().flatten().map(String::as_str);
        let mut own = own.filter(|session| self.persistent_session.is_none_or(|wanted| wanted == *session)).peekable();
        if own.peek().is_none() {
            return Err(Error::unauthorized_user());
        }
        own.find(is_free).map(|session| Some(session.to_owned())).ok_or_else(Error::app_instance_in_use)
    }

    /// Whether the user may use the application in this group: by name, as a member of a user group, by a set that the
    /// group is in, or since the group asks nobody.
    pub(super) fn is_authorized(&self, world: &World, group_id: &str, group: &DeliveryGroup) -> bool {
        let alibaba = &world.alibaba;
        let is_open = group.setting("SecurityPolicy", "SkipUserAuthCheck").is_some_and(|skips| skips == true);
        let is_member =
            |id: &String| alibaba.user_groups.get(id).is_some_and(|group| group.members.contains(self.user));
        let by_name = group
            .authorized_users
            .get(self.user)
            .is_some_and(|apps| group.auth_mode != "App" || apps.contains(self.app));
        let by_set = alibaba.delivery_group_sets.iter().any(|(_, set)| {
            set.delivery_group_ids.contains(group_id)
                && (set.authorized_users.contains_key(self.user) || set.authorized_user_groups.iter().any(is_member))
        });
        is_open || by_name || by_set || group.authorized_user_groups.iter().any(is_member)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;
    use crate::options::Durations;

    const GROUP: &str = "aig-shanghai-fixed";
    const BOBS: &str = "ai-shanghai-fixed-1";

    fn at(second: i64) -> Moment {
        Moment { now: jiff::Timestamp::from_second(second).unwrap(), durations: Durations::default() }
    }

    fn ask(world: &mut World, given: Value, moment: Moment) -> Result<Value, Error> {
        let mut values = Map::from_iter([("ProductType".to_owned(), "CloudApp".into())]);
        values.extend(given.as_object().unwrap().clone());
        get_ticket(world, &Arguments::new(&values), moment)
    }

    fn connect(world: &mut World, user: &str, app: &str) -> Result<Value, Error> {
        ask(world, json!({ "EndUserId": user, "AppId": app, "AppInstanceGroupIdList": [GROUP] }), at(0))
    }

    fn tag(world: &mut World, value: &str) {
        let group = world.alibaba.delivery_groups.get_mut(GROUP).unwrap();
        group.tags.insert(STOP_NEW_USER_CONNECTION.to_owned(), value.to_owned());
    }

    #[test]
    fn a_ticket_is_there_when_the_application_has_started() {
        let mut world = World::builtin();
        let task = connect(&mut world, "alice", "ca-writer").unwrap()["TaskId"].clone();
        let mut status = |second| {
            let answer = ask(&mut world, json!({ "EndUserId": "alice", "TaskId": task }), at(second)).unwrap();
            (answer["TaskStatus"].clone(), answer.get("Ticket").is_some())
        };
        assert_eq!(status(0), ("Running".into(), false));
        assert_eq!(status(1), ("Finished".into(), true));
    }

    #[test]
    fn a_group_that_takes_no_new_users_keeps_those_it_has() {
        let mut world = World::builtin();
        tag(&mut world, "true");
        assert_eq!(connect(&mut world, "alice", "ca-writer").unwrap_err(), Error::stopped_for_new_users());
        assert_eq!(connect(&mut world, "bob", "ca-writer").unwrap()["AppInstanceId"], BOBS);
        tag(&mut world, "false");
        assert!(connect(&mut world, "alice", "ca-writer").is_ok());
    }

    #[test]
    fn another_group_takes_whom_the_first_does_not() {
        let mut world = World::builtin();
        let everywhere = json!({ "EndUserId": "bob", "AppId": "ca-writer" });
        let first = ask(&mut world, everywhere.clone(), at(0)).unwrap()["AppInstanceGroupId"].clone();
        let id = first.as_str().unwrap();
        "MAINTAINING".clone_into(&mut world.alibaba.delivery_groups.get_mut(id).unwrap().status);
        assert_ne!(ask(&mut world, everywhere, at(0)).unwrap()["AppInstanceGroupId"], first);
    }

    #[test]
    fn one_application_a_session_opens_another_session() {
        let mut world = World::builtin();
        assert_eq!(connect(&mut world, "bob", "ca-sheets").unwrap()["AppInstanceId"], BOBS);
        let settings = &mut world.alibaba.delivery_groups.get_mut(GROUP).unwrap().settings;
        settings.insert("RuntimePolicy".to_owned(), json!({ "PerSessionPerApp": true }));
        let second = connect(&mut world, "bob", "ca-writer").unwrap()["AppInstanceId"].clone();
        assert_ne!(second, BOBS);
        assert_eq!(connect(&mut world, "bob", "ca-writer").unwrap()["AppInstanceId"], second);
    }
}
