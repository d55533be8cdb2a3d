//! The calls about one server group, and what to do when one of them gets no answer.

use std::time::Duration;

use cloud::{Backoff, Bounds, CarriedOut, Error, ErrorKind, Mutation, NotCarriedOut, Persistence, carry_out};
use huawei::{Client, CreateServerGroup, IpVirtual, PatchServerGroup, RoutePolicy, ServerGroup, ServerGroupFilter};
use jiff::{SignedDuration, Timestamp};
use tfplug::{Diagnostic, Diagnostics, Path, Result};

use super::change::is_applied;
use crate::{failure::failed, holders::Claims, server_group::parts::own_tags};

/// A change of a server group shows within seconds; one that shows no effect for this long did not arrive.
pub(super) const PERSISTENCE: Persistence = Persistence { sends: 6, settle: Duration::from_secs(6) };

/// The calls about server groups, within the bounds of what Terraform asked for.
pub(super) struct Calls<'a> {
    pub(super) client: &'a Client,
    pub(super) bounds: &'a Bounds,
}

impl Calls<'_> {
    /// Reads the group; `None` when it does not exist.
    pub(super) async fn find(&self, id: &str, bounds: &Bounds) -> Result<Option<ServerGroup>> {
        match self.client.server_group(id, bounds).await {
            Ok(group) => Ok(Some(group)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(failed(&format!("read server group {id:?}"), &error).into()),
        }
    }

    /// Reads the group; that it does not exist is an error.
    pub(super) async fn read(&self, id: &str, bounds: &Bounds) -> Result<ServerGroup> {
        let read = self.client.server_group(id, bounds).await;
        read.map_err(|error| failed(&format!("read server group {id:?}"), &error).into())
    }

    /// Reads a group that was just created, and may not show yet.
    pub(super) async fn read_created(&self, id: &str) -> Result<ServerGroup> {
        let short = self.bounds.clone().with_timeout(self.bounds.settle(PERSISTENCE.settle));
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
        loop {
            if let Some(group) = self.find(id, self.bounds).await? {
                return Ok(group);
            }
            if backoff.wait(&short).await.is_err() {
                return self.read(id, self.bounds).await;
            }
        }
    }

    /// Creates the group. After a lost answer it is looked for by its name, which is unique, and adopted when it is the
    /// one that was asked for: there is never a second one.
    pub(super) async fn create(&self, group: &CreateServerGroup, claims: &Claims) -> Result<ServerGroup> {
        let sent = Timestamp::now();
        match carry_out(Creation { calls: self, group }, self.bounds).await {
            Ok(CarriedOut::Answered(created)) => {
                created.id.iter().for_each(|id| _ = claims.claim(id));
                Ok(created)
            }
            Ok(CarriedOut::Seen(found)) => self.adopt(group, found, sent, claims).await,
            Err(NotCarriedOut::Call(error)) => Err(self.why_not_created(group, &error).await.into()),
            Err(NotCarriedOut::Look(diagnostics)) => Err(diagnostics),
        }
    }

    /// The group with the wanted one's name, where the wanted one would be.
    async fn named(&self, wanted: &CreateServerGroup, bounds: &Bounds) -> Result<Option<ServerGroup>, Error> {
        let filter = ServerGroupFilter {
            name: Some(wanted.name.clone()),
            // Without one the service lists the default enterprise project alone.
            enterprise_project_id: wanted.enterprise_project_id.clone(),
            ..ServerGroupFilter::default()
        };
        let found = self.client.server_groups(&filter, bounds).await?;
        // The service's filter matches parts of names.
        Ok(found.into_iter().find(|group| group.name.as_ref() == Some(&wanted.name)))
    }

    /// Takes over the group that was found after a creation without an answer, if that creation must have made it: the
    /// service dates it after the creation was sent, it is as that makes it, and no other resource of this run has it.
    async fn adopt(
        &self,
        wanted: &CreateServerGroup,
        found: ServerGroup,
        sent: Timestamp,
        claims: &Claims,
    ) -> Result<ServerGroup> {
        let id = found.id.clone().unwrap_or_default();
        // The list leaves out some of what makes the difference.
        let found = self.find(&id, self.bounds).await?.unwrap_or(found);
        let sent = self.client.service_time(sent).unwrap_or(sent);
        let made = found.create_time.as_deref().and_then(|made| made.parse::<Timestamp>().ok());
        // The `Date` of an answer leaves out parts of a second, and so may the time of the creation.
        let is_older = made.is_none_or(|made| made.duration_since(sent) < SignedDuration::from_secs(-1));
        let why = if is_older {
            "but it was there before. Import it if it is yours, or choose another name."
        } else if !is_what_was_asked_for(wanted, &found) {
            "but not as it is configured here. Import it if it is yours, or choose another name."
        } else if !claims.claim(&id) {
            "and another resource of this configuration has it. Each needs a name of its own."
        } else {
            return Ok(found);
        };
        let detail = format!("The creation got no answer, and there is a server group of that name ({id}), {why}");
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
        if let Ok(Some(ServerGroup { id: Some(id), .. })) = self.named(group, self.bounds).await {
            diagnostic.detail.push_str(&format!(
                "\n\nThe server group {id} has this name. Import it if it is the one that is meant, or choose another \
                 name."
            ));
        }
        diagnostic
    }

    /// Changes the group. After a lost answer the group is read, and it is sent again only when that shows no effect.
    pub(super) async fn patch(&self, id: &str, patch: &PatchServerGroup) -> Result<()> {
        if patch.is_empty() {
            return Ok(());
        }
        let changed = carry_out(Patch { calls: self, id, patch }, self.bounds).await;
        changed
            .map(|_| ())
            .map_err(|error| error.or_else(|error| failed(&format!("change server group {id:?}"), &error).into()))
    }
}

/// A creation. Its effect is a group of the name, whoever has made that.
struct Creation<'a> {
    calls: &'a Calls<'a>,
    group: &'a CreateServerGroup,
}

impl Mutation for Creation<'_> {
    type Answer = ServerGroup;
    type Seen = ServerGroup;
    type Unreadable = Diagnostics;

    fn persistence(&self) -> Persistence {
        PERSISTENCE
    }

    async fn send(&mut self, bounds: &Bounds) -> Result<ServerGroup, Error> {
        self.calls.client.create_server_group(self.group, bounds).await
    }

    async fn look(&mut self, bounds: &Bounds) -> Result<Option<ServerGroup>> {
        let found = self.calls.named(self.group, bounds).await;
        found.map_err(|error| failed("look whether the server group was created", &error).into())
    }
}

/// A change of some fields. Its effect is a group that has them all.
struct Patch<'a> {
    calls: &'a Calls<'a>,
    id: &'a str,
    patch: &'a PatchServerGroup,
}

impl Mutation for Patch<'_> {
    type Answer = ();
    type Seen = ();
    type Unreadable = Diagnostics;

    fn persistence(&self) -> Persistence {
        PERSISTENCE
    }

    async fn send(&mut self, bounds: &Bounds) -> Result<(), Error> {
        self.calls.client.patch_server_group(self.id, self.patch, bounds).await
    }

    async fn look(&mut self, bounds: &Bounds) -> Result<Option<()>> {
        Ok(is_applied(self.patch, &self.calls.read(self.id, bounds).await?).then_some(()))
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
        && own_tags(&wanted.tags) == own_tags(&found.tags)
}
