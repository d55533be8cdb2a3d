//! What happens in the world by itself as time passes.

use jiff::Timestamp;

use super::{
    super::clock::later,
    alibaba::{AlibabaWorld, OtaTask, Pending},
};

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

    /// An approved update whose time has come begins: the group is maintained and its sessions end.
    fn begin_ota(&mut self, task_id: &str, now: Timestamp) {
        let Some(task) = self.ota_tasks.get_mut(task_id) else {
            return;
        };
        task.status = "Running".to_owned();
        let (group_id, end) = (task.delivery_group_id.clone(), later(now, task.duration_seconds));
        if let Some(group) = self.delivery_groups.get_mut(&group_id) {
            group.status = "MAINTAINING".to_owned();
            group.pending = Some(Pending::OtaUpdate { at: end });
        }
        self.end_sessions(&group_id);
    }

    /// Ends every session of a group.
    pub(in super::super) fn end_sessions(&mut self, group_id: &str) {
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
    pub(in super::super) fn at(&self) -> Timestamp {
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
