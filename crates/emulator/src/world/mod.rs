//! Everything the two services know, in memory.
//!
//! The world is what `--seed`, `--state` and `/_emulator/state` read and write; its JSON is described by
//! `crates/emulator/world.schema.json`. Credentials and tokens are not part of it.

mod alibaba;
mod app_groups;
mod builtin_huawei;
mod dates;
mod huawei;
mod neighbours;
mod policy_groups;
mod reading;
mod table;
mod warehouse;
mod work;
mod workspace;

use std::{collections::BTreeMap, sync::OnceLock, time::Duration};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{clock::later, random::Random};
pub(super) use alibaba::{
    AccessRule, AlibabaWorld, AppInstance, Authorizations, Bookmark, Browser, Connection, CutOff, CutOffSession,
    DeliveryGroup, Image, NodeInstanceType, NodePool, OrderKind, OtaTask, Pending, PlacedOrder, RecurrenceSchedule,
    TENANT_ID, Tenant, Timer, TimerPeriod,
};
pub(super) use app_groups::{AppGroup, AppGroupAuthorization, MailRecord, PublishedApp};
pub(super) use dates::NEVER;
pub(super) use huawei::{
    AvailabilityZone, HuaweiWorld, IpVirtual, Product, Project, ResourcePolicy, RoutePolicy, ScalingPolicy,
    ServerGroup, SessionPolicy, Tag,
};
pub(super) use neighbours::{Neighbour, NeighbourKind};
pub(super) use policy_groups::{PolicyGroup, PolicyTarget};
use table::Stamp;
pub(super) use table::Table;
pub(super) use warehouse::{WarehouseApp, WarehouseBucket};
pub(super) use work::{Order, usage};
pub(super) use workspace::{
    AppServer, AppSession, BaseImage, Calendar, CloudFolder, CloudRights, CloudStorage, HotspotConfig, ImageServer,
    ImageServerAccount, ImageServerParts, Job, JobKind, JobStatus, JobStep, LATEST_AGENT, NonMigratingUser,
    PersistentStorage, ScheduleTarget, ScheduleTask, StorageAttachment, StorageClaim, StoragePolicy, StorageProject,
    TaskExecution,
};

/// The state of both services.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct World {
    /// Alibaba Cloud App Streaming.
    #[serde(default)]
    pub alibaba: AlibabaWorld,
    /// Huawei Cloud Workspace, application streaming.
    #[serde(default)]
    pub huawei: HuaweiWorld,
    #[serde(skip)]
    memory: Memory,
}

/// What the world remembers about its writes.
#[derive(Debug, Clone)]
struct Memory {
    /// What ids are drawn from.
    random: Random,
    /// The number of the last write.
    write: u64,
    /// No pending change is due before this; `None` where that has to be looked up.
    next_due: Option<Timestamp>,
    /// What hangs on server groups; empty after every change.
    hanging: OnceLock<Hanging>,
    /// When a write last touched servers or sessions, where nobody has looked since whether a group has to scale;
    /// `Some(None)` of a world that nobody has looked at yet.
    unscaled: Option<Option<Timestamp>>,
}

/// What hangs on server groups.
#[derive(Debug, Clone, Default)]
struct Hanging {
    /// The standby groups of each primary one, by id.
    standbys: BTreeMap<String, Vec<String>>,
    /// How many application groups use each.
    app_groups: BTreeMap<String, i64>,
    /// The group of each server, by the server's id.
    servers: BTreeMap<String, String>,
    /// How many sessions are on each server.
    sessions: BTreeMap<String, i64>,
}

impl Default for Memory {
    fn default() -> Self {
        Self { random: Random::from_seed(0), write: 0, next_due: None, hanging: OnceLock::new(), unscaled: Some(None) }
    }
}

/// One object that a call changed, for the record of calls.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct ObjectChange {
    /// What it is: the name of its table in the world, such as `delivery_groups` or `jobs`.
    pub table: &'static str,
    /// Its id.
    pub id: String,
    /// The fields that changed, as `[before, after]`; absent where the object came or went.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub fields: Map<String, Value>,
    /// `created`, `changed` or `deleted`.
    pub kind: &'static str,
}

/// Runs `$body` with each table whose rows change while the emulator runs.
macro_rules! each_table {
    ($world:expr, |$name:ident, $table:ident| $body:expr) => {{
        let (_, $name, $table) = ((), "delivery_groups", &mut $world.alibaba.delivery_groups);
        $body;
        let (_, $name, $table) = ((), "delivery_group_sets", &mut $world.alibaba.delivery_group_sets);
        $body;
        let (_, $name, $table) = ((), "app_instances", &mut $world.alibaba.app_instances);
        $body;
        let (_, $name, $table) = ((), "ota_tasks", &mut $world.alibaba.ota_tasks);
        $body;
        let (_, $name, $table) = ((), "images", &mut $world.alibaba.images);
        $body;
        let (_, $name, $table) = ((), "connections", &mut $world.alibaba.connections);
        $body;
        let (_, $name, $table) = ((), "orders", &mut $world.alibaba.orders);
        $body;
        let (_, $name, $table) = ((), "tenants", &mut $world.alibaba.tenants);
        $body;
        let (_, $name, $table) = ((), "resource_tags", &mut $world.alibaba.resource_tags);
        $body;
        let (_, $name, $table) = ((), "server_groups", &mut $world.huawei.server_groups);
        $body;
        let (_, $name, $table) = ((), "app_groups", &mut $world.huawei.app_groups);
        $body;
        let (_, $name, $table) = ((), "policy_groups", &mut $world.huawei.policy_groups);
        $body;
        let (_, $name, $table) = ((), "policy_templates", &mut $world.huawei.policy_templates);
        $body;
        let (_, $name, $table) = ((), "warehouse_apps", &mut $world.huawei.warehouse_apps);
        $body;
        let (_, $name, $table) = ((), "images", &mut $world.huawei.images);
        $body;
        let (_, $name, $table) = ((), "jobs", &mut $world.huawei.jobs);
        $body;
        let (_, $name, $table) = ((), "image_servers", &mut $world.huawei.image_servers);
        $body;
        let (_, $name, $table) = ((), "schedule_tasks", &mut $world.huawei.schedule_tasks);
        $body;
        let (_, $name, $table) = ((), "task_executions", &mut $world.huawei.task_executions);
        $body;
        let (_, $name, $table) = ((), "persistent_storages", &mut $world.huawei.persistent_storages);
        $body;
        let (_, $name, $table) = ((), "storage_policies", &mut $world.huawei.storage_policies);
        $body;
        let (_, $name, $table) = ((), "cloud_storages", &mut $world.huawei.cloud_storages);
        $body;
        let (_, $name, $table) = ((), "warehouse_buckets", &mut $world.huawei.warehouse_buckets);
        $body;
        let (_, $name, $table) = ((), "neighbours", &mut $world.huawei.neighbours);
        $body;
        let (_, $name, $table) = ((), "sessions", &mut $world.huawei.sessions);
        $body;
        let (_, $name, $table) = ((), "hotspot_configs", &mut $world.huawei.hotspot_configs);
        $body;
    }};
}

impl World {
    /// The world that the emulator starts with when nothing else is said.
    pub(super) fn builtin() -> Self {
        Self { alibaba: AlibabaWorld::builtin(), huawei: builtin_huawei::world(), memory: Memory::default() }
    }

    /// Adds what the command line asks for: users, and groups to carry load.
    pub(super) fn populate(&mut self, users: usize, delivery_groups: usize, server_groups: usize) {
        self.alibaba.populate(users, delivery_groups);
        self.huawei.populate(server_groups);
    }

    /// Draws ids from `random` from here on.
    pub(super) fn draw_from(&mut self, random: Random) {
        self.memory.random = random;
    }

    /// What new ids are drawn from.
    pub(super) fn random(&mut self) -> &mut Random {
        &mut self.memory.random
    }

    /// Takes the place of this world; ids go on, so that none is given twice.
    pub(super) fn become_another(&mut self, other: Self) {
        let random = self.memory.random.clone();
        *self = other;
        self.memory.random = random;
    }

    /// Runs `write` on the world at `now`; a refused one leaves no trace.
    ///
    /// `keep` is for how long after a write the past must stay readable.
    pub(super) fn write<T, E>(
        &mut self,
        now: Timestamp,
        keep: Duration,
        write: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let stamp = self.begin(now);
        let cut_off = self.alibaba.cut_off.len();
        let result = write(self);
        if result.is_err() {
            self.alibaba.cut_off.truncate(cut_off);
            each_table!(self, |_name, table| table.undo(|change| change.write == stamp.write));
            self.memory.hanging.take();
        }
        self.commit(stamp, keep);
        result
    }

    /// The sessions that were cut off since this was last asked.
    pub(super) fn take_cut_off(&mut self) -> Vec<CutOffSession> {
        std::mem::take(&mut self.alibaba.cut_off)
    }

    /// Lets everything happen that is due by `now`, in the order in which it is due.
    pub(super) fn advance(&mut self, now: Timestamp, keep: Duration) {
        self.scale(now, keep);
        while self.next_due().is_some_and(|due| due <= now) {
            let Some(due) = self.next_due() else { return };
            let stamp = self.begin(due);
            self.alibaba.settle(due, &mut self.memory.random);
            self.huawei.settle(due, &mut self.memory.random);
            self.memory.next_due = None;
            self.commit(stamp, keep);
            self.memory.unscaled = None;
        }
    }

    /// Lets groups of servers grow or shrink for what was written since somebody last looked, at the write's time.
    fn scale(&mut self, now: Timestamp, keep: Duration) {
        let Some(written_at) = self.memory.unscaled.take() else { return };
        let groups = self.huawei.scaling_groups();
        if groups.is_empty() {
            return;
        }
        let at = written_at.unwrap_or(now).min(now);
        let stamp = self.begin(at);
        for id in groups {
            self.huawei.scale(&id, at, &mut self.memory.random);
        }
        self.memory.next_due = None;
        self.commit(stamp, keep);
        self.memory.unscaled = None;
    }

    /// Says that something will be due at `at`.
    pub(super) fn schedule(&mut self, at: Timestamp) {
        if let Some(next) = self.memory.next_due {
            self.memory.next_due = Some(next.min(at));
        }
    }

    /// Begins work on servers of Workspace; answers the job's id.
    pub(super) fn begin_job(&mut self, order: Order<'_>, now: Timestamp) -> String {
        self.schedule(later(now, order.seconds));
        self.huawei.begin_job(order, now, &mut self.memory.random)
    }

    /// Adds servers to a group of Workspace; answers each with its group, as ids.
    pub(super) fn add_servers(&mut self, group_id: &str, template: &AppServer, count: i64) -> Vec<(String, String)> {
        self.huawei.add_servers(group_id, template, count, &mut self.memory.random)
    }

    /// The world as it was `age` ago, where anything has changed since.
    pub(super) fn aged(&self, now: Timestamp, age: Duration) -> Option<Self> {
        let cutoff = SignedDuration::try_from(age).ok().and_then(|age| now.checked_sub(age).ok())?;
        let changed = self.alibaba.delivery_groups.changed_since(cutoff)
            || self.alibaba.delivery_group_sets.changed_since(cutoff)
            || self.alibaba.app_instances.changed_since(cutoff)
            || self.alibaba.ota_tasks.changed_since(cutoff)
            || self.alibaba.images.changed_since(cutoff)
            || self.alibaba.connections.changed_since(cutoff)
            || self.alibaba.orders.changed_since(cutoff)
            || self.alibaba.tenants.changed_since(cutoff)
            || self.alibaba.resource_tags.changed_since(cutoff)
            || self.huawei.server_groups.changed_since(cutoff)
            || self.huawei.app_groups.changed_since(cutoff)
            || self.huawei.policy_groups.changed_since(cutoff)
            || self.huawei.policy_templates.changed_since(cutoff)
            || self.huawei.warehouse_apps.changed_since(cutoff)
            || self.huawei.images.changed_since(cutoff)
            || self.huawei.jobs.changed_since(cutoff)
            || self.huawei.image_servers.changed_since(cutoff)
            || self.huawei.schedule_tasks.changed_since(cutoff)
            || self.huawei.task_executions.changed_since(cutoff)
            || self.huawei.persistent_storages.changed_since(cutoff)
            || self.huawei.storage_policies.changed_since(cutoff)
            || self.huawei.cloud_storages.changed_since(cutoff)
            || self.huawei.warehouse_buckets.changed_since(cutoff)
            || self.huawei.neighbours.changed_since(cutoff)
            || self.huawei.sessions.changed_since(cutoff)
            || self.huawei.hotspot_configs.changed_since(cutoff);
        changed.then(|| {
            let mut past = self.clone();
            each_table!(past, |_name, table| table.undo(|change| change.at > cutoff));
            past.memory.hanging.take();
            past
        })
    }

    /// The world as it was before the last write.
    pub(super) fn before_last_write(&self) -> Self {
        let mut past = self.clone();
        let last = past.memory.write;
        each_table!(past, |_name, table| table.undo(|change| change.write == last));
        past.memory.hanging.take();
        past
    }

    /// The standby server groups of each primary one, by id.
    pub(super) fn standbys(&self) -> &BTreeMap<String, Vec<String>> {
        &self.hanging().standbys
    }

    /// How many application groups use a server group.
    pub(super) fn app_groups_of(&self, server_group_id: &str, group: &ServerGroup) -> i64 {
        let made = self.hanging().app_groups.get(server_group_id).copied().unwrap_or(0);
        group.app_group_count.max(made + i64::try_from(group.app_groups.len()).unwrap_or(i64::MAX))
    }

    /// The group that a server is in.
    pub(super) fn group_of_server(&self, server_id: &str) -> Option<&str> {
        self.hanging().servers.get(server_id).map(String::as_str)
    }

    /// How many sessions are on a server.
    pub(super) fn sessions_on(&self, server_id: &str, server: &AppServer) -> i64 {
        server.session_count.max(self.hanging().sessions.get(server_id).copied().unwrap_or(0))
    }

    /// Remembered until the world changes: looking through ten thousand groups for each row of a page would make the
    /// page a million looks.
    fn hanging(&self) -> &Hanging {
        self.memory.hanging.get_or_init(|| {
            let mut hanging = Hanging::default();
            for (id, group) in self.huawei.server_groups.iter() {
                if let Some(primary) = &group.primary_server_group_id {
                    hanging.standbys.entry(primary.clone()).or_default().push(id.to_owned());
                }
                hanging.servers.extend(group.servers.keys().map(|server| (server.clone(), id.to_owned())));
            }
            for (_, session) in self.huawei.sessions.iter().filter(|(_, session)| session.is_live()) {
                *hanging.sessions.entry(session.server_id.clone()).or_default() += 1;
            }
            for (_, group) in self.huawei.app_groups.iter() {
                if let Some(server_group) = &group.server_group_id {
                    *hanging.app_groups.entry(server_group.clone()).or_default() += 1;
                }
            }
            hanging
        })
    }

    /// The number of the last write.
    pub(super) fn last_write(&self) -> u64 {
        self.memory.write
    }

    /// What the writes after `write` changed.
    pub(super) fn changes_after(&mut self, write: u64) -> Vec<ObjectChange> {
        let mut changes = Vec::new();
        for number in write + 1..=self.memory.write {
            each_table!(self, |name, table| {
                for (id, before, now) in table.changes(number) {
                    changes.push(object_change(name, id, &to_value(before), &to_value(now)));
                }
            });
        }
        // A write may set a row to what it was, as an authorization does that exists already.
        changes.retain(|change| change.kind != "changed" || !change.fields.is_empty());
        changes
    }

    fn begin(&mut self, at: Timestamp) -> Stamp {
        let stamp = Stamp { write: self.memory.write + 1, at };
        each_table!(self, |_name, table| table.begin(stamp));
        stamp
    }

    fn commit(&mut self, stamp: Stamp, keep: Duration) {
        let mut changed = false;
        each_table!(self, |_name, table| changed |= table.changed());
        if !changed {
            return;
        }
        self.memory.write = stamp.write;
        self.memory.hanging.take();
        if self.huawei.server_groups.changed() || self.huawei.sessions.changed() {
            self.memory.unscaled = Some(Some(stamp.at));
        }
        let cutoff = SignedDuration::try_from(keep)
            .ok()
            .and_then(|keep| stamp.at.checked_sub(keep).ok())
            .unwrap_or(Timestamp::MIN);
        each_table!(self, |_name, table| table.forget(|change| change.write == stamp.write || change.at > cutoff));
    }

    fn next_due(&mut self) -> Option<Timestamp> {
        if self.memory.next_due.is_none() {
            // With nothing pending, the end of time stands for "never", so that the next call need not look again.
            let due = [self.alibaba.next_due(), self.huawei.next_due()];
            self.memory.next_due = Some(due.into_iter().flatten().min().unwrap_or(Timestamp::MAX));
        }
        self.memory.next_due
    }
}

fn to_value<T: Serialize>(row: Option<&T>) -> Option<Map<String, Value>> {
    match serde_json::to_value(row?) {
        Ok(Value::Object(fields)) => Some(fields),
        _ => None,
    }
}

fn object_change(
    table: &'static str,
    id: &str,
    before: &Option<Map<String, Value>>,
    now: &Option<Map<String, Value>>,
) -> ObjectChange {
    let (kind, fields) = match (before, now) {
        (None, _) => ("created", Map::new()),
        (_, None) => ("deleted", Map::new()),
        (Some(before), Some(now)) => {
            let names = before.keys().chain(now.keys().filter(|name| !before.contains_key(*name)));
            let differing = names.filter(|name| before.get(*name) != now.get(*name));
            let value = |fields: &Map<String, Value>, name| fields.get(name).cloned().unwrap_or(Value::Null);
            let fields = differing
                .map(|name| (name.clone(), Value::Array(vec![value(before, name), value(now, name)])))
                .collect();
            ("changed", fields)
        }
    };
    ObjectChange { table, id: id.to_owned(), fields, kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;
    const GROUP: &str = "aig-hangzhou-fixed";

    fn rename(world: &mut World, name: &str) -> Result<(), ()> {
        let group = world.alibaba.delivery_groups.get_mut(GROUP).ok_or(())?;
        group.name = name.to_owned();
        Ok(())
    }

    fn name(world: &World) -> &str {
        &world.alibaba.delivery_groups.get(GROUP).unwrap().name
    }

    #[test]
    fn a_refused_write_leaves_no_trace() {
        let mut world = World::builtin();
        let before = name(&world).to_owned();
        let refused = world.write(NOW, Duration::ZERO, |world| rename(world, "other").and(Err::<(), ()>(())));
        assert_eq!(refused, Err(()));
        assert_eq!(name(&world), before);
        let refused = world.write(NOW, Duration::ZERO, |world| {
            world.alibaba.end_sessions(GROUP, CutOff::LogOffAll);
            Err::<(), ()>(())
        });
        assert_eq!((refused, world.take_cut_off().len()), (Err(()), 0));
        assert_eq!(world.last_write(), 0);
    }

    #[test]
    fn a_read_can_lag_behind_the_last_write() {
        let mut world = World::builtin();
        let before = name(&world).to_owned();
        let later = Timestamp::from_second(100).unwrap();
        world.write(later, Duration::from_secs(60), |world| rename(world, "other")).unwrap();
        assert_eq!(name(&world.before_last_write()), before);
        let soon = Timestamp::from_second(130).unwrap();
        assert_eq!(name(&world.aged(soon, Duration::from_secs(60)).unwrap()), before);
        let after = Timestamp::from_second(161).unwrap();
        assert!(world.aged(after, Duration::from_secs(60)).is_none());
    }

    #[test]
    fn a_change_is_told_field_by_field() {
        let mut world = World::builtin();
        let before = name(&world).to_owned();
        world.write(NOW, Duration::ZERO, |world| rename(world, "other")).unwrap();
        let changes = world.changes_after(0);
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].table, changes[0].id.as_str(), changes[0].kind), ("delivery_groups", GROUP, "changed"));
        assert_eq!(changes[0].fields["name"], serde_json::json!([before, "other"]));
    }

    #[test]
    fn the_built_in_world_survives_its_own_json() {
        let json = serde_json::to_value(World::builtin()).unwrap();
        let read: World = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), json);
    }
}
