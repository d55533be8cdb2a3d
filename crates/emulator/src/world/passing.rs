//! What happens in the world by itself as time passes.

use jiff::Timestamp;

use super::alibaba::{AlibabaWorld, OtaTask, Pending};
use crate::clock::later;

impl AlibabaWorld {
    /// When the next thing is due.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let groups = self.delivery_groups.iter().filter_map(|(_, group)| group.pending.as_ref().map(Pending::at));
        let tasks = self.ota_tasks.iter().filter_map(|(_, task)| task.due());
        groups.chain(tasks).min()
    }

    /// Does what is due by `now`.
    pub(super) fn settle(&mut self, now: Timestamp) {
        let due: Vec<(String, Pending)> = self
            .delivery_groups
            .iter()
            .filter_map(|(id, group)| Some((id.to_owned(), group.pending.clone()?)))
            .filter(|(_, pending)| pending.at() <= now)
            .collect();
        for (id, pending) in due {
            self.settle_group(&id, pending);
        }
        let due: Vec<String> = self
            .ota_tasks
            .iter()
            .filter(|(_, task)| task.due().is_some_and(|due| due <= now))
            .map(|(id, _)| id.to_owned())
            .collect();
        for id in due {
            self.begin_ota(&id, now);
        }
    }

    fn settle_group(&mut self, id: &str, pending: Pending) {
        if matches!(pending, Pending::Deletion { .. }) {
            self.end_sessions(id);
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
            self.end_sessions(&group_id);
        }
        if let Some(task) = self.ota_tasks.get_mut(task_id) {
            status.clone_into(&mut task.status);
            task.start_time = start_time;
        }
    }

    /// Ends every session of a group.
    pub(crate) fn end_sessions(&mut self, group_id: &str) {
        let ended: Vec<String> = self
            .app_instances
            .iter()
            .filter(|(_, instance)| instance.delivery_group_id == group_id && instance.status != "DELETED")
            .map(|(id, _)| id.to_owned())
            .collect();
        for id in ended {
            if let Some(instance) = self.app_instances.get_mut(&id) {
                instance.status = "DELETED".to_owned();
                instance.session_status = None;
                instance.user = None;
            }
        }
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

    use super::super::World;
    use super::*;

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
