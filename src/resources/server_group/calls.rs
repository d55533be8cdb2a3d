//! The calls about one server group, and what to do when one of them gets no answer.

use std::{collections::BTreeSet, time::Duration};

use cloud::{Backoff, Bounds, Error, ErrorKind};
use huawei::{
    Client, CreateServerGroup, IpVirtual, PatchServerGroup, RoutePolicy, ServerGroup, ServerGroupFilter, Tag,
};
use tfplug::{Diagnostic, Path, Result};

use super::change::is_applied;
use crate::failure::failed;

/// How often a request is sent at most. Each further time, the service has been asked and shows that it had no effect.
pub(super) const MAX_SENDS: u32 = 6;
/// How long what was done may take to show.
const SETTLE: Duration = Duration::from_secs(6);

/// How long to look for the effect of the `send`th request, counted from 1. Each time a little shorter, so that what
/// goes wrong at a steady beat does not meet every request.
pub(super) fn settle(send: u32) -> Duration {
    SETTLE.saturating_sub(Duration::from_secs(1) * (send - 1))
}

/// The times at which to look for something that may not show at once.
pub(super) struct Looks {
    bounds: Bounds,
    backoff: Backoff,
}

impl Looks {
    /// Waits for the next time; `false` when what was not seen by now can be taken not to have happened.
    pub(super) async fn again(&mut self) -> bool {
        self.backoff.wait(&self.bounds).await.is_ok()
    }
}

pub(super) struct Calls<'a> {
    pub(super) client: &'a Client,
    pub(super) bounds: &'a Bounds,
}

impl Calls<'_> {
    /// Reads the group; `None` when it does not exist.
    pub(super) async fn find(&self, id: &str) -> Result<Option<ServerGroup>> {
        match self.client.server_group(id, self.bounds).await {
            Ok(group) => Ok(Some(group)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(failed(&format!("read server group {id:?}"), &error).into()),
        }
    }

    /// Reads the group; that it does not exist is an error.
    pub(super) async fn read(&self, id: &str) -> Result<ServerGroup> {
        let read = self.client.server_group(id, self.bounds).await;
        read.map_err(|error| failed(&format!("read server group {id:?}"), &error).into())
    }

    /// Reads a group that was just created, and may not show yet.
    pub(super) async fn read_created(&self, id: &str) -> Result<ServerGroup> {
        let mut looks = self.looks(SETTLE);
        loop {
            if let Some(group) = self.find(id).await? {
                return Ok(group);
            }
            if !looks.again().await {
                return self.read(id).await;
            }
        }
    }

    /// Creates the group. After a lost answer it is looked for by its name, which is unique, and adopted when it is the
    /// one that was asked for: there is never a second one.
    pub(super) async fn create(&self, group: &CreateServerGroup) -> Result<ServerGroup> {
        let mut lost = None;
        for send in 1..=MAX_SENDS {
            match self.client.create_server_group(group, self.bounds).await {
                Ok(created) if created.id.is_some() => return Ok(created),
                Ok(_) => {}
                Err(error) if error.outcome_unknown() => {
                    tracing::warn!(operation = error.operation(), "no answer; looking whether it happened");
                    lost = Some(error);
                }
                // The name is taken: by what an earlier send made, which has begun to show only now.
                Err(error) if error.kind() == ErrorKind::Conflict && send > 1 => {}
                Err(error) => return Err(self.why_not_created(group, &error).await.into()),
            }
            if let Some(found) = self.look_for(&group.name, settle(send)).await? {
                return self.adopt(group, found).await;
            }
        }
        let attempt = format!("create server group {:?}", group.name);
        Err(match lost {
            Some(error) => failed(&attempt, &error),
            None => Diagnostic::error(
                format!("Cannot {attempt}"),
                "The service says that it was created, and no server group of this name can be seen. Run Terraform again.",
            ),
        }
        .into())
    }

    async fn look_for(&self, name: &str, settle: Duration) -> Result<Option<ServerGroup>> {
        let mut looks = self.looks(settle);
        loop {
            let found = self.named(name).await;
            let found = found.map_err(|error| failed("look whether the server group was created", &error))?;
            if found.is_some() || !looks.again().await {
                return Ok(found);
            }
        }
    }

    async fn named(&self, name: &str) -> std::result::Result<Option<ServerGroup>, Error> {
        let filter = ServerGroupFilter { name: Some(name.to_owned()), ..ServerGroupFilter::default() };
        let found = self.client.server_groups(&filter, self.bounds).await?;
        // The service's filter matches parts of names.
        Ok(found.into_iter().find(|group| group.name.as_deref() == Some(name)))
    }

    /// Takes over the group that was found after a creation without an answer, if it is what that creation makes.
    async fn adopt(&self, wanted: &CreateServerGroup, found: ServerGroup) -> Result<ServerGroup> {
        let id = found.id.clone().unwrap_or_default();
        // The list leaves out some of what makes the difference.
        let found = self.find(&id).await?.unwrap_or(found);
        if is_what_was_asked_for(wanted, &found) {
            return Ok(found);
        }
        let detail = format!(
            "The creation got no answer, and there is a server group of that name ({id}), but not as it is configured \
             here. Import it if it is yours, or choose another name."
        );
        Err(Diagnostic::error(format!("A server group {:?} exists already", wanted.name), detail)
            .at(Path::attribute("name"))
            .into())
    }

    /// A refused creation. Where the name is taken, says by which group, so that it can be imported.
    async fn why_not_created(&self, group: &CreateServerGroup, error: &Error) -> Diagnostic {
        let attempt = format!("create server group {:?}", group.name);
        if error.kind() != ErrorKind::Conflict {
            return failed(&attempt, error);
        }
        let mut diagnostic = failed(&attempt, error).at(Path::attribute("name"));
        if let Ok(Some(ServerGroup { id: Some(id), .. })) = self.named(&group.name).await {
            diagnostic.detail.push_str(&format!(
                "\n\nThe server group {id} has this name. Import it if it is the one that is meant, or choose another name."
            ));
        }
        diagnostic
    }

    /// Changes the group. After a lost answer the group is read, and only what it shows to be missing is sent again.
    pub(super) async fn patch(&self, id: &str, patch: &PatchServerGroup) -> Result<()> {
        if patch.is_empty() {
            return Ok(());
        }
        for send in 1..=MAX_SENDS {
            let Err(error) = self.client.patch_server_group(id, patch, self.bounds).await else { return Ok(()) };
            let must_look = self.must_look(&error);
            if must_look && self.shows(id, patch, settle(send)).await? {
                return Ok(());
            }
            if !must_look || send == MAX_SENDS {
                return Err(failed(&format!("change server group {id:?}"), &error).into());
            }
        }
        Ok(())
    }

    async fn shows(&self, id: &str, patch: &PatchServerGroup, settle: Duration) -> Result<bool> {
        let mut looks = self.looks(settle);
        loop {
            if is_applied(patch, &self.read(id).await?) {
                return Ok(true);
            }
            if !looks.again().await {
                return Ok(false);
            }
        }
    }

    /// Whether it must be looked for whether a call that failed had its effect. Where Terraform has asked to stop there
    /// is no time for that; the next plan shows it.
    pub(super) fn must_look(&self, error: &Error) -> bool {
        let looks = error.outcome_unknown() && !self.bounds.cancellation().is_cancelled();
        if looks {
            tracing::warn!(operation = error.operation(), "no answer; looking whether it happened");
        }
        looks
    }

    /// Looks at something that may not show at once, for so long.
    pub(super) fn looks(&self, settle: Duration) -> Looks {
        Looks {
            bounds: self.bounds.clone().with_timeout(settle),
            backoff: Backoff::new(Duration::from_millis(100), Duration::from_secs(2)),
        }
    }
}

/// Whether a group is exactly what a creation makes: everything that was given is as it was given, and nothing hangs
/// on it yet.
fn is_what_was_asked_for(wanted: &CreateServerGroup, found: &ServerGroup) -> bool {
    fn same<T: PartialEq>(wanted: &Option<T>, found: &Option<T>) -> bool {
        wanted.is_none() || wanted == found
    }
    let policy = |policy: Option<RoutePolicy>| policy.unwrap_or_default();
    let (wanted_policy, found_policy) = (policy(wanted.route_policy), policy(found.route_policy));
    let virtual_ip = |it: Option<IpVirtual>| it.and_then(|it| it.enable).unwrap_or_default();
    let tags = |tags: &[Tag]| tags.iter().cloned().collect::<BTreeSet<_>>();
    found.app_server_count.unwrap_or_default() == 0
        && found.app_group_count.unwrap_or_default() == 0
        && found.description.as_deref().unwrap_or_default() == wanted.description.as_deref().unwrap_or_default()
        && found.ou_name.as_deref().unwrap_or_default() == wanted.ou_name.as_deref().unwrap_or_default()
        && same(&wanted.os_type, &found.os_type)
        && same(&wanted.product_id, &found.product_id)
        && same(&wanted.subnet_id, &found.subnet_id)
        && same(&wanted.image_id, &found.image_id)
        && same(&wanted.image_type, &found.image_type)
        && same(&wanted.image_product_id, &found.image_product_id)
        && same(&wanted.system_disk_size, &found.system_disk_size)
        && same(&wanted.system_disk_type, &found.system_disk_type)
        && same(&wanted.is_vdi, &found.is_vdi)
        && same(&wanted.app_type, &found.app_type)
        && same(&wanted.extra_session_type, &found.extra_session_type)
        && same(&wanted.extra_session_size, &found.extra_session_size)
        && same(&wanted.enterprise_project_id, &found.enterprise_project_id)
        && same(&wanted.server_group_status, &found.server_group_status)
        && same(&wanted_policy.max_session, &found_policy.max_session)
        && same(&wanted_policy.cpu_threshold, &found_policy.cpu_threshold)
        && same(&wanted_policy.gpu_threshold, &found_policy.gpu_threshold)
        && same(&wanted_policy.mem_threshold, &found_policy.mem_threshold)
        && virtual_ip(wanted.ip_virtual) == virtual_ip(found.ip_virtual)
        && wanted.primary_server_group_id.as_ref() == found.primary_server_group_ids.first()
        && tags(&wanted.tags) == tags(&found.tags)
}
