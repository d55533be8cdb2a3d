//! The calls about one server group, and what to do when one of them gets no answer.

use std::time::Duration;

use super::{
    change::{TagChange, is_applied},
    schema::MAX_TAGS,
};
use crate::{
    huawei::{
        Backoff, CallContext, Client, CreateServerGroup, Error, PatchServerGroup, ServerGroup, ServerGroupFilter, Tag,
    },
    provider::failure::{failed, failed_at, stopped},
    tfplug::{Diagnostic, Result},
};

/// How often a request is sent at most. Each further time, the service has been asked and shows that it had no effect.
const MAX_SENDS: u32 = 3;
/// How long what was done may take to show.
const SETTLE: Duration = Duration::from_secs(6);

pub(super) struct Calls<'a> {
    pub(super) client: &'a Client,
    pub(super) cx: &'a CallContext,
}

impl Calls<'_> {
    /// Reads the group; `None` when it does not exist.
    pub(super) async fn find(&self, id: &str) -> Result<Option<ServerGroup>> {
        match self.client.server_group(id, self.cx).await {
            Ok(group) => Ok(Some(group)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(failed(&format!("read server group {id:?}"), &error).into()),
        }
    }

    /// Reads the group; that it does not exist is an error.
    pub(super) async fn read(&self, id: &str) -> Result<ServerGroup> {
        let read = self.client.server_group(id, self.cx).await;
        read.map_err(|error| failed(&format!("read server group {id:?}"), &error).into())
    }

    /// Reads a group that was just created, and may not show yet.
    pub(super) async fn read_created(&self, id: &str) -> Result<ServerGroup> {
        let short = self.cx.clone().with_timeout(SETTLE);
        let mut backoff = backoff();
        loop {
            if let Some(group) = self.find(id).await? {
                return Ok(group);
            }
            if backoff.wait(&short).await.is_err() {
                return self.read(id).await;
            }
        }
    }

    /// Creates the group. After a lost answer it is looked for by its name, which is unique, and adopted when it is the
    /// one that was asked for: there is never a second one.
    pub(super) async fn create(&self, group: &CreateServerGroup) -> Result<ServerGroup> {
        for send in 1..=MAX_SENDS {
            match self.client.create_server_group(group, self.cx).await {
                Ok(created) if created.id.is_some() => return Ok(created),
                Ok(_) => {
                    if let Some(found) = self.look_for(group).await? {
                        return Ok(found);
                    }
                }
                Err(error) if error.outcome_unknown() && send < MAX_SENDS => {
                    tracing::warn!(operation = error.operation(), "no answer; looking whether it happened");
                    if let Some(found) = self.look_for(group).await? {
                        return Ok(found);
                    }
                }
                Err(error) => {
                    return Err(failed(&format!("create server group {:?}", group.name), &error).into());
                }
            }
        }
        let detail = "The service did not answer, and no server group of this name exists. Run Terraform again.";
        Err(Diagnostic::error(format!("Cannot create server group {:?}", group.name), detail).into())
    }

    async fn look_for(&self, wanted: &CreateServerGroup) -> Result<Option<ServerGroup>> {
        let short = self.cx.clone().with_timeout(SETTLE);
        let mut backoff = backoff();
        let filter = ServerGroupFilter { name: Some(wanted.name.clone()), ..ServerGroupFilter::default() };
        loop {
            let found = self.client.server_groups(&filter, self.cx).await;
            let found = found.map_err(|error| failed("look whether the server group was created", &error))?;
            // The service's filter matches parts of names.
            if let Some(group) = found.into_iter().find(|group| group.name.as_ref() == Some(&wanted.name)) {
                return self.adopt(wanted, group).map(Some);
            }
            if backoff.wait(&short).await.is_err() {
                return Ok(None);
            }
        }
    }

    fn adopt(&self, wanted: &CreateServerGroup, found: ServerGroup) -> Result<ServerGroup> {
        let same = found.os_type == wanted.os_type
            && found.product_id == wanted.product_id
            && found.subnet_id == wanted.subnet_id
            && found.image_id == wanted.image_id
            && found.system_disk_size == wanted.system_disk_size
            && found.system_disk_type == wanted.system_disk_type
            && found.description.as_deref().unwrap_or_default() == wanted.description.as_deref().unwrap_or_default();
        if same {
            return Ok(found);
        }
        let detail = format!(
            "The creation got no answer, and there is a server group of that name ({}), but not as it is configured here. \
             Import it if it is yours, or choose another name.",
            found.id.as_deref().unwrap_or("without an ID")
        );
        Err(Diagnostic::error(format!("A server group {:?} exists already", wanted.name), detail).into())
    }

    /// Changes the group. After a lost answer the group is read, and only what it shows to be missing is sent again.
    pub(super) async fn patch(&self, id: &str, patch: &PatchServerGroup) -> Result<()> {
        if patch.is_empty() {
            return Ok(());
        }
        for send in 1..=MAX_SENDS {
            match self.client.patch_server_group(id, patch, self.cx).await {
                Ok(()) => return Ok(()),
                Err(error) if error.outcome_unknown() && send < MAX_SENDS => {
                    tracing::warn!(operation = error.operation(), "no answer; looking whether it happened");
                    if self.shows(id, patch).await? {
                        return Ok(());
                    }
                }
                Err(error) => return Err(failed(&format!("change server group {id:?}"), &error).into()),
            }
        }
        Ok(())
    }

    async fn shows(&self, id: &str, patch: &PatchServerGroup) -> Result<bool> {
        let short = self.cx.clone().with_timeout(SETTLE);
        let mut backoff = backoff();
        loop {
            if is_applied(patch, &self.read(id).await?) {
                return Ok(true);
            }
            if backoff.wait(&short).await.is_err() {
                return Ok(false);
            }
        }
    }

    /// Removes what goes and adds what comes; what stays is there at every moment. After each call, `reached` gets the
    /// tags as they are by then.
    pub(super) async fn change_tags(
        &self,
        id: &str,
        change: &TagChange,
        mut tags: Vec<Tag>,
        mut reached: impl FnMut(&[Tag]) -> Result<()>,
    ) -> Result<()> {
        let fits = tags.len() + change.add.len() <= MAX_TAGS;
        // Adding first leaves no gap; only where both together would be too many must the removal come first.
        for adding in if fits { [true, false] } else { [false, true] } {
            let some = if adding { &change.add } else { &change.remove };
            if some.is_empty() {
                continue;
            }
            let (attempt, result) = if adding {
                ("add tags to", self.client.add_server_group_tags(id, some, self.cx).await)
            } else {
                ("remove tags from", self.client.remove_server_group_tags(id, some, self.cx).await)
            };
            result.map_err(|error| failed_at(&format!("{attempt} server group {id:?}"), &error, &[("", "tags")]))?;
            tags.retain(|tag| some.iter().all(|other| other.key != tag.key));
            if adding {
                tags.extend(some.iter().cloned());
            }
            reached(&tags)?;
        }
        Ok(())
    }

    /// Deletes the group and waits until it is gone. That it is gone already is what was wanted.
    pub(super) async fn delete(&self, id: &str) -> Result<()> {
        match self.client.delete_server_group(id, self.cx).await {
            Ok(()) => {}
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) => return Err(self.why_not_deleted(id, &error).await.into()),
        }
        let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(10));
        while self.find(id).await?.is_some() {
            backoff.wait(self.cx).await.map_err(|stop| {
                stopped(&format!("The deletion of server group {id:?}"), stop, "The server group is still there.")
            })?;
        }
        Ok(())
    }

    /// The service refuses while something hangs on the group; this says what.
    async fn why_not_deleted(&self, id: &str, error: &Error) -> Diagnostic {
        let mut diagnostic = failed(&format!("delete server group {id:?}"), error);
        if error.outcome_unknown() {
            return diagnostic;
        }
        let mut hang_on_it = Vec::new();
        if let Ok(states) = self.client.server_group_state(id, self.cx).await {
            let servers =
                states.iter().filter(|(_, count)| **count > 0).map(|(state, count)| format!("{count} {state}"));
            let servers: Vec<_> = servers.collect();
            if !servers.is_empty() {
                hang_on_it.push(format!("servers: {}", servers.join(", ")));
            }
        }
        if let Ok(groups) = self.client.app_groups_of(id, self.cx).await {
            let names: Vec<_> =
                groups.iter().filter_map(|group| group.name.as_deref().or(group.id.as_deref())).collect();
            if !names.is_empty() {
                hang_on_it.push(format!("application groups: {}", names.join(", ")));
            }
        }
        if !hang_on_it.is_empty() {
            let things = hang_on_it.join("; ");
            diagnostic.detail.push_str(&format!("\n\nThese hang on it and must be removed first: {things}."));
        }
        diagnostic
    }
}

/// Between looks at something that may not show at once.
fn backoff() -> Backoff {
    Backoff::new(Duration::from_millis(100), Duration::from_secs(2))
}
