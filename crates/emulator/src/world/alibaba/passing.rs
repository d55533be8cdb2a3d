//! What happens in the world by itself as time passes.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    AlibabaWorld, AppInstance, CutOff, CutOffSession, DeliveryGroup, Image, OrderKind, OtaTask, Pending, PlacedOrder,
};
use crate::{clock::later, random::Random};

/// In seconds.
const DAY: u64 = 24 * 60 * 60;
/// How long an idle resource is kept where nobody says it.
const IDLE_MINUTES: i64 = 5;

impl AlibabaWorld {
    /// When the next thing is due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        let groups = self.delivery_groups.iter().filter_map(|(_, group)| group.pending.as_ref().map(Pending::at));
        let ends = self.delivery_groups.iter().filter_map(|(_, group)| group.ends_at());
        let tasks = self.ota_tasks.iter().filter_map(|(_, task)| task.due());
        let images = self.images.iter().filter_map(|(_, image)| image.due());
        let idle = self.app_instances.iter().filter_map(|(_, instance)| self.idle_until(instance));
        let log_offs = self.app_instances.iter().filter_map(|(_, instance)| instance.logged_off_at());
        groups.chain(ends).chain(tasks).chain(images).chain(idle).chain(log_offs).min()
    }

    /// Does what is due by `now`.
    pub(crate) fn settle(&mut self, now: Timestamp, random: &mut Random) {
        let due: Vec<(String, Pending)> = self
            .delivery_groups
            .iter()
            .filter_map(|(id, group)| Some((id.to_owned(), group.pending.clone()?)))
            .filter(|(_, pending)| pending.at() <= now)
            .collect();
        for (id, pending) in due {
            self.settle_group(&id, pending);
        }
        let is_due = |due: Option<Timestamp>| due.is_some_and(|due| due <= now);
        for id in ids(self.delivery_groups.iter(), |group| is_due(group.ends_at())) {
            if self.renew(&id, now, random) {
                continue;
            }
            self.end_sessions(&id, CutOff::Expiry);
            if let Some(group) = self.delivery_groups.get_mut(&id) {
                "EXPIRED".clone_into(&mut group.status);
                group.pending = None;
            }
        }
        for id in ids(self.app_instances.iter(), |instance| is_due(self.idle_until(instance))) {
            if let Some(instance) = self.app_instances.get_mut(&id) {
                "DELETED".clone_into(&mut instance.status);
            }
        }
        for id in ids(self.app_instances.iter(), |instance| is_due(instance.logged_off_at())) {
            self.end_session(&id, CutOff::LogOffAll);
        }
        for id in ids(self.ota_tasks.iter(), |task| is_due(task.due())) {
            self.begin_ota(&id, now);
        }
        for id in ids(self.images.iter(), |image| is_due(image.due())) {
            if let Some(image) = self.images.get_mut(&id) {
                image.settle(now);
            }
        }
    }

    /// Lets a subscription that ends go on where it does so by itself; answers whether it does.
    fn renew(&mut self, id: &str, now: Timestamp, random: &mut Random) -> bool {
        let renews = self.delivery_groups.get(id).and_then(|group| group.renews_for_days).filter(|days| *days > 0);
        let (Some(days), Some(group)) = (renews, self.delivery_groups.get_mut(id)) else { return false };
        group.expires_at = later(group.expires_at, days.saturating_mul(DAY));
        let pool = &group.node_pool;
        let price =
            self.node_instance_types.get(&pool.node_instance_type).map(|kind| kind.price(pool.node_amount, days));
        let order = PlacedOrder {
            kind: OrderKind::Renewal,
            delivery_group_id: id.to_owned(),
            paid: true,
            price: price.map_or(0, |(original, discount)| original - discount),
            placed_at: now,
        };
        self.orders.insert(random.id("2", 14), order);
        true
    }

    /// How long an instance that nobody uses is kept, and its node with it, where its pool shrinks with its usage.
    pub(crate) fn idle_until(&self, instance: &AppInstance) -> Option<Timestamp> {
        let pool = &self.delivery_groups.get(&instance.delivery_group_id)?.node_pool;
        let shrinks = instance.status == "IDLE" && pool.strategy_type == "NODE_SCALING_BY_USAGE";
        let minutes = shrinks.then(|| pool.scaling_down_after_idle_minutes.unwrap_or(IDLE_MINUTES))?;
        Some(later(instance.modified_at, minutes.unsigned_abs().saturating_mul(60)))
    }

    fn settle_group(&mut self, id: &str, pending: Pending) {
        if matches!(pending, Pending::Deletion { .. }) {
            self.end_sessions(id, CutOff::GroupDeletion);
            self.delivery_groups.remove(id);
            return;
        }
        let fails = |image: &str| self.images.get(image).is_none_or(|image| image.fails_to_deploy);
        let (status, image) = match &pending {
            Pending::ImageUpdate { image_id, .. } if fails(image_id) => ("MAINTAIN_FAILED", None),
            Pending::ImageUpdate { image_id, .. } => ("PUBLISHED", Some(image_id.clone())),
            _ => ("PUBLISHED", None),
        };
        let Some(group) = self.delivery_groups.get_mut(id) else {
            return;
        };
        group.pending = None;
        group.status = status.to_owned();
        if let Some(image) = image {
            group.image_id = image;
        }
        if matches!(pending, Pending::OtaUpdate { .. })
            && let Some(task_id) = group.ota_task_id.take()
            && let Some(task) = self.ota_tasks.get_mut(&task_id)
        {
            task.status = "Succeeded".to_owned();
            group.ota_version.clone_from(&task.version);
        }
    }

    /// An approved update whose time has come begins: the group is maintained and its sessions end. While something
    /// else is under way it waits, and a group that takes no update sends it back to be approved again.
    fn begin_ota(&mut self, task_id: &str, now: Timestamp) {
        let Some(task) = self.ota_tasks.get(task_id) else { return };
        let (group_id, end) = (task.delivery_group_id.clone(), later(now, task.duration_seconds));
        let Some(group) = self.delivery_groups.get_mut(&group_id) else {
            self.ota_tasks.remove(task_id);
            return;
        };
        let (status, start_time) = match &group.pending {
            Some(pending) => ("Approved", Some(pending.at())),
            None if !matches!(group.status.as_str(), "PUBLISHED" | "MAINTAIN_FAILED") => ("Pending", None),
            None => ("Running", Some(now)),
        };
        if status == "Running" {
            "MAINTAINING".clone_into(&mut group.status);
            group.pending = Some(Pending::OtaUpdate { at: end });
            self.end_sessions(&group_id, CutOff::OtaUpdate);
        }
        if let Some(task) = self.ota_tasks.get_mut(task_id) {
            status.clone_into(&mut task.status);
            task.start_time = start_time;
        }
    }

    /// Ends every session of a group.
    pub(crate) fn end_sessions(&mut self, group_id: &str, by: CutOff) {
        self.instances_of(group_id).iter().for_each(|id| self.end_session(id, by));
    }

    /// Lets every session of a group that is there now end at a moment.
    pub(crate) fn log_off(&mut self, group_id: &str, at: Timestamp) {
        for id in self.instances_of(group_id) {
            if let Some(instance) = self.app_instances.get_mut(&id) {
                instance.log_off_at = Some(at);
            }
        }
    }

    /// The instances of a group that are still there.
    fn instances_of(&self, group_id: &str) -> Vec<String> {
        let is_there = |instance: &AppInstance| instance.delivery_group_id == group_id && instance.status != "DELETED";
        ids(self.app_instances.iter(), is_there)
    }

    fn end_session(&mut self, id: &str, by: CutOff) {
        self.note_cut_off(id, by);
        if let Some(instance) = self.app_instances.get_mut(id) {
            instance.status = "DELETED".to_owned();
            instance.session_status = None;
            instance.user = None;
            instance.log_off_at = None;
        }
    }

    /// Remembers that the session in this instance, if somebody has one, is about to end by something else than its
    /// user.
    pub(crate) fn note_cut_off(&mut self, instance_id: &str, by: CutOff) {
        if let Some(instance) = self.app_instances.get(instance_id).filter(|instance| instance.is_session()) {
            let was_disconnected = instance.is_disconnected();
            let delivery_group_id = instance.delivery_group_id.clone();
            self.cut_off.push(CutOffSession { delivery_group_id, by, was_disconnected });
        }
    }
}

/// The ids of the rows for which `is_due` says so.
fn ids<'r, T: 'r>(rows: impl Iterator<Item = (&'r str, &'r T)>, is_due: impl Fn(&T) -> bool) -> Vec<String> {
    rows.filter(|(_, row)| is_due(row)).map(|(id, _)| id.to_owned()).collect()
}

impl DeliveryGroup {
    /// When a subscription ends that still runs.
    fn ends_at(&self) -> Option<Timestamp> {
        let is_over = matches!(self.status.as_str(), "EXPIRED" | "CEASED" | "DELETING");
        Some(self.expires_at).filter(|_| self.charge_type == "PrePaid" && !is_over)
    }
}

impl Image {
    /// When it is made, or arrives in the next region.
    fn due(&self) -> Option<Timestamp> {
        self.ready_at.into_iter().chain(self.arriving.values().copied()).min()
    }

    fn settle(&mut self, now: Timestamp) {
        if self.ready_at.take_if(|at| *at <= now).is_some() {
            "AVAILABLE".clone_into(&mut self.status);
        }
        let (arrived, arriving) = std::mem::take(&mut self.arriving).into_iter().partition(|(_, at)| *at <= now);
        self.arriving = arriving;
        let arrived: BTreeMap<String, Timestamp> = arrived;
        self.region_ids.extend(arrived.into_keys());
    }
}

impl Pending {
    /// When it ends.
    pub(crate) fn at(&self) -> Timestamp {
        match self {
            Self::Deployment { at } | Self::ImageUpdate { at, .. } | Self::OtaUpdate { at } | Self::Deletion { at } => {
                *at
            }
        }
    }
}

impl OtaTask {
    /// When an approved task begins.
    fn due(&self) -> Option<Timestamp> {
        self.start_time.filter(|_| self.status == "Approved")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::world::World;

    const GROUP: &str = "aig-hangzhou-fixed";
    const TASK: &str = "ota-hangzhou-fixed-1";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    /// The built-in world with the update approved for second 10, taking 5, and the image update that `pending`
    /// describes.
    fn world(pending: Option<Pending>, status: &str) -> World {
        let mut world = World::builtin();
        let task = world.alibaba.ota_tasks.get_mut(TASK).unwrap();
        "Approved".clone_into(&mut task.status);
        task.start_time = Some(at(10));
        task.duration_seconds = 5;
        let group = world.alibaba.delivery_groups.get_mut(GROUP).unwrap();
        status.clone_into(&mut group.status);
        group.pending = pending;
        world
    }

    fn shown(world: &World) -> (&str, &str, &str) {
        let group = world.alibaba.delivery_groups.get(GROUP).unwrap();
        let task = world.alibaba.ota_tasks.get(TASK).unwrap();
        (&group.status, &group.image_id, &task.status)
    }

    #[test]
    fn one_step_over_everything_ends_where_many_small_steps_end() {
        let mut leap = world(None, "PUBLISHED");
        let mut steps = leap.clone();
        leap.advance(at(100), Duration::ZERO);
        for second in 0..=100 {
            steps.advance(at(second), Duration::ZERO);
        }
        assert_eq!(shown(&leap), ("PUBLISHED", "img-office-1", "Succeeded"));
        assert_eq!(shown(&leap), shown(&steps));
    }

    #[test]
    fn an_update_waits_for_the_image_update_before_it() {
        let pending = Pending::ImageUpdate { at: at(20), image_id: "img-office-2".to_owned() };
        let mut world = world(Some(pending), "MAINTAINING");
        world.advance(at(12), Duration::ZERO);
        assert_eq!(shown(&world), ("MAINTAINING", "img-office-1", "Approved"));
        world.advance(at(20), Duration::ZERO);
        assert_eq!(shown(&world), ("MAINTAINING", "img-office-2", "Running"));
        world.advance(at(25), Duration::ZERO);
        assert_eq!(shown(&world), ("PUBLISHED", "img-office-2", "Succeeded"));
    }

    #[test]
    fn a_subscription_ends_when_its_time_is_over_and_with_it_its_sessions() {
        let mut world = World::builtin();
        let group = world.alibaba.delivery_groups.get_mut(GROUP).unwrap();
        "PrePaid".clone_into(&mut group.charge_type);
        group.expires_at = at(30);
        let status = |world: &World| world.alibaba.delivery_groups.get(GROUP).unwrap().status.clone();
        world.advance(at(29), Duration::ZERO);
        assert_eq!(status(&world), "PUBLISHED");
        world.advance(at(30), Duration::ZERO);
        assert_eq!(status(&world), "EXPIRED");
        assert_eq!(world.alibaba.app_instances.get("ai-hangzhou-fixed-1").unwrap().status, "DELETED");
    }

    #[test]
    fn a_subscription_that_renews_itself_goes_on_by_orders_of_its_own() {
        let mut world = World::builtin();
        let group = world.alibaba.delivery_groups.get_mut(GROUP).unwrap();
        "PrePaid".clone_into(&mut group.charge_type);
        (group.expires_at, group.renews_for_days) = (at(30), Some(30));
        world.advance(at(2 * 30 * 86_400 + 31), Duration::ZERO);
        let group = world.alibaba.delivery_groups.get(GROUP).unwrap();
        assert_eq!((group.status.as_str(), group.expires_at), ("PUBLISHED", at(3 * 30 * 86_400 + 30)));
        let orders: Vec<_> = world.alibaba.orders.iter().map(|(_, order)| (order.kind, order.paid)).collect();
        assert_eq!(orders, [(OrderKind::Renewal, true); 3]);
        assert_eq!(world.alibaba.app_instances.get("ai-hangzhou-fixed-1").unwrap().status, "RUNNING");
    }

    #[test]
    fn an_image_is_made_and_arrives_in_each_region_in_its_time() {
        let mut world = World::builtin();
        let image = world.alibaba.images.get_mut("img-unfinished").unwrap();
        image.ready_at = Some(at(5));
        image.arriving = [("cn-beijing".to_owned(), at(7)), ("ap-southeast-1".to_owned(), at(9))].into();
        let shown = |world: &World| {
            let image = world.alibaba.images.get("img-unfinished").unwrap();
            (image.status.clone(), image.region_ids.len(), image.arriving.len())
        };
        world.advance(at(7), Duration::ZERO);
        assert_eq!(shown(&world), ("AVAILABLE".to_owned(), 3, 1));
        world.advance(at(9), Duration::ZERO);
        assert_eq!(shown(&world), ("AVAILABLE".to_owned(), 4, 0));
    }

    #[test]
    fn an_instance_that_nobody_uses_goes_where_the_pool_shrinks_with_its_usage() {
        let mut world = World::builtin();
        for id in ["ai-hangzhou-fixed-1", "ai-hangzhou-schedule-1"] {
            let instance = world.alibaba.app_instances.get_mut(id).unwrap();
            "IDLE".clone_into(&mut instance.status);
            instance.modified_at = at(0);
        }
        let pool = &mut world.alibaba.delivery_groups.get_mut(GROUP).unwrap().node_pool;
        "NODE_SCALING_BY_USAGE".clone_into(&mut pool.strategy_type);
        pool.scaling_down_after_idle_minutes = Some(5);
        let status = |world: &World, id| world.alibaba.app_instances.get(id).unwrap().status.clone();
        world.advance(at(299), Duration::ZERO);
        assert_eq!(status(&world, "ai-hangzhou-fixed-1"), "IDLE");
        world.advance(at(300), Duration::ZERO);
        assert_eq!(status(&world, "ai-hangzhou-fixed-1"), "DELETED");
        assert_eq!(status(&world, "ai-hangzhou-schedule-1"), "IDLE");
    }

    #[test]
    fn a_group_that_takes_no_update_sends_it_back() {
        let mut world = world(None, "EXPIRED");
        world.advance(at(10), Duration::ZERO);
        assert_eq!(shown(&world), ("EXPIRED", "img-office-1", "Pending"));
    }

    #[test]
    fn a_group_that_is_gone_takes_its_update_with_it() {
        let mut world = world(Some(Pending::Deletion { at: at(5) }), "DELETING");
        world.advance(at(10), Duration::ZERO);
        assert!(world.alibaba.delivery_groups.get(GROUP).is_none());
        assert!(world.alibaba.ota_tasks.get(TASK).is_none());
    }
}
