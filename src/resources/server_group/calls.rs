//! The calls about one server group, and what to do when one of them gets no answer.

use std::time::Duration;

use cloud::{Backoff, Bounds, CarriedOut, Error, ErrorKind, Look, Mutation, Persistence, carry_out, until_shown};
use huawei::{Client, CreateServerGroup, IpVirtual, PatchServerGroup, RoutePolicy, ServerGroup, ServerGroupFilter};
use jiff::{SignedDuration, Timestamp};
use tfplug::{Attr, Diagnostic, Diagnostics, Path, Result};

use super::change::{TagChange, is_applied, is_shown};
use crate::{
    clouds::Clouds,
    failure::{failed, stopped},
    server_group::{TagRules, parts::tags},
    turns::Intent,
};

/// A change of a server group shows within seconds; one that shows no effect for this long did not arrive.
pub(super) const PERSISTENCE: Persistence = Persistence { sends: 6, settle: Duration::from_secs(6) };

/// What the look before a creation may take. It is a precaution, and no reason not to create.
const LOOK_BEFORE: Duration = Duration::from_secs(10);

/// After a read that does not find a group of the state, the next one is made so much later.
const SECOND_LOOK: Duration = Duration::from_millis(300);

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

    /// Reads a group of the state; `None` when it does not exist. One that is not found is looked for again, until it
    /// is old enough to show: a read can be older than the creation, and what leaves the state is created a second
    /// time.
    pub(super) async fn find_known(&self, id: &str, created_at: Option<Timestamp>) -> Result<Option<ServerGroup>> {
        let now = self.client.now();
        let now = self.client.service_time(now).unwrap_or(now);
        let age = created_at.map(|created_at| now.duration_since(created_at).unsigned_abs());
        let left = age.map_or(Duration::ZERO, |age| self.bounds.settle(PERSISTENCE.settle).saturating_sub(age));
        match self.look_for(id, left.max(SECOND_LOOK), SECOND_LOOK, self.bounds).await? {
            None => self.find(id, self.bounds).await,
            found => Ok(found),
        }
    }

    /// Looks for a group that may not show yet; `None` when it has not within this time.
    async fn look_for(
        &self,
        id: &str,
        time: Duration,
        first_wait: Duration,
        bounds: &Bounds,
    ) -> Result<Option<ServerGroup>> {
        let short = bounds.clone().with_timeout(time);
        let mut backoff = Backoff::new(first_wait, Duration::from_secs(2));
        loop {
            let found = self.find(id, bounds).await?;
            if found.is_some() || backoff.wait(&short).await.is_err() {
                return Ok(found);
            }
        }
    }

    /// Reads the group; that it does not exist is an error.
    pub(super) async fn read(&self, id: &str, bounds: &Bounds) -> Result<ServerGroup> {
        let read = self.client.server_group(id, bounds).await;
        read.map_err(|error| failed(&format!("read server group {id:?}"), &error).into())
    }

    /// Reads a group that was just created, and may not show yet. It is read in any case, if in the time that is left
    /// for what has been begun.
    pub(super) async fn read_created(&self, id: &str) -> Result<ServerGroup> {
        match self.await_group(id, self.bounds).await {
            Err(_) if self.bounds.check().is_err() => self.await_group(id, &self.bounds.or_grace()).await,
            read => read,
        }
    }

    async fn await_group(&self, id: &str, bounds: &Bounds) -> Result<ServerGroup> {
        match self.look_for(id, bounds.settle(PERSISTENCE.settle), Duration::from_millis(100), bounds).await? {
            None => self.read(id, bounds).await,
            Some(group) => Ok(group),
        }
    }

    /// Creates the group. After a lost answer it is looked for by its name, which is unique, and adopted when it is the
    /// one that was asked for: there is never a second one.
    pub(super) async fn create(&self, group: &CreateServerGroup, clouds: &Clouds) -> Result<ServerGroup> {
        // Two of one name take turns: what the first one makes would else be taken for the second one's.
        let thing = format!("server groups named {}", group.name);
        let turn = clouds.turns.take(&thing, Intent::Give, self.bounds).await;
        let _turn = turn.map_err(|stop| {
            let awaited = format!("The wait for another creation of a server group {:?}", group.name);
            stopped(&awaited, stop, "Nothing was sent.", self.bounds)
        })?;
        let before = self.id_before(group).await;
        let sent = self.client.now();
        match carry_out(Creation { calls: self, group, before }, self.bounds).await {
            Ok(CarriedOut::Answered(created)) => {
                created.id.iter().for_each(|id| _ = clouds.server_groups.claim(id));
                Ok(created)
            }
            Ok(CarriedOut::Seen(found)) => self.adopt(group, found, sent, clouds).await,
            Err(error) => {
                let refused = failed(&format!("create server group {:?}", group.name), &error);
                Err(self.if_taken(refused, &error, &group.name, group.enterprise_project_id.as_deref()).await.into())
            }
        }
    }

    /// The ID of the group that has the name before anything is sent: whatever becomes of the creation, it has not made
    /// that one. Who may not list groups, goes on without.
    async fn id_before(&self, group: &CreateServerGroup) -> Option<String> {
        let short = self.bounds.clone().with_timeout(LOOK_BEFORE);
        let named = self.named(&group.name, group.enterprise_project_id.as_deref(), &short).await;
        let found = named.inspect_err(|error| {
            tracing::debug!(code = error.code(), "cannot look whether the name is taken");
        });
        found.ok().flatten().and_then(|group| group.id)
    }

    /// The group with this name in an enterprise project; without one, in the default enterprise project, which is all
    /// that the service lists then.
    async fn named(
        &self,
        name: &str,
        enterprise_project_id: Option<&str>,
        bounds: &Bounds,
    ) -> Result<Option<ServerGroup>, Error> {
        let filter = ServerGroupFilter {
            name: Some(name.to_owned()),
            enterprise_project_id: enterprise_project_id.filter(|id| !id.is_empty()).map(str::to_owned),
            ..ServerGroupFilter::default()
        };
        let found = self.client.server_groups(&filter, bounds).await?;
        // The service's filter matches parts of names.
        Ok(found.into_iter().find(|group| group.name.as_deref() == Some(name)))
    }

    /// Takes over the group that was found after a creation without an answer, if that creation must have made it: the
    /// service dates it after the creation was sent, it is as that makes it, and no other resource of this run has it.
    async fn adopt(
        &self,
        wanted: &CreateServerGroup,
        found: ServerGroup,
        sent: Timestamp,
        clouds: &Clouds,
    ) -> Result<ServerGroup> {
        let id = found.id.clone().unwrap_or_default();
        // The list leaves out some of what makes the difference.
        let found = self.read_created(&id).await.map_err(|why| may_be_its_own(&wanted.name, &id, why))?;
        let sent = self.client.service_time(sent).unwrap_or(sent);
        let made = found.create_time.as_deref().and_then(|made| made.parse::<Timestamp>().ok());
        // The `Date` of an answer leaves out parts of a second, and so may the time of the creation.
        let is_older = made.is_none_or(|made| made.duration_since(sent) < SignedDuration::from_secs(-1));
        let why = if is_older {
            "but it was there before. Import it if it is yours, or choose another name."
        } else if !is_what_was_asked_for(wanted, &found, &clouds.server_group_tags) {
            "but not as it is configured here. Import it if it is yours, or choose another name."
        } else if !clouds.server_groups.claim(&id) {
            "and another resource of this configuration has it. Each needs a name of its own."
        } else {
            return Ok(found);
        };
        let detail = format!("The creation got no answer, and there is a server group of that name ({id}), {why}");
        Err(Diagnostic::error(format!("A server group {:?} exists already", wanted.name), detail)
            .at(Path::attribute("name"))
            .into())
    }

    /// A refusal of a name. Where another group has it, says which, so that it can be imported.
    ///
    /// The definitions of the service give no status or code to a name that is taken, so that any refusal of what was
    /// sent may mean it.
    async fn if_taken(
        &self,
        refused: Diagnostic,
        error: &Error,
        name: &str,
        enterprise_project_id: Option<&str>,
    ) -> Diagnostic {
        let may_mean_it = [ErrorKind::Conflict, ErrorKind::InvalidParameter, ErrorKind::Rejected];
        if !may_mean_it.contains(&error.kind()) {
            return refused;
        }
        let Ok(Some(ServerGroup { id: Some(id), .. })) = self.named(name, enterprise_project_id, self.bounds).await
        else {
            return refused;
        };
        let mut refused = refused.at(Path::attribute("name"));
        refused.detail.push_str(&format!(
            "\n\nThe server group {id} has the name {name:?}. Two groups cannot have one name. Import it if \
             it is the one that is meant, or choose another name. If the configuration has it too, and gives it \
             another name in this run, apply that first; if it is the one that a creation replaces \
             (create_before_destroy), let it be destroyed first."
        ));
        refused
    }

    /// Reads a group that was changed, and may not show that yet; `None` where it has not within the usual time.
    pub(super) async fn read_changed(
        &self,
        id: &str,
        patch: &PatchServerGroup,
        tags: &TagChange,
    ) -> Result<Option<ServerGroup>> {
        until_shown(Changed { calls: self, id, patch, tags }, PERSISTENCE.settle, self.bounds).await
    }

    /// Changes the group. After a lost answer the group is read, and it is sent again only when that shows no effect.
    pub(super) async fn patch(
        &self,
        id: &str,
        patch: &PatchServerGroup,
        enterprise_project_id: Option<&str>,
    ) -> Result<()> {
        if patch.is_empty() {
            return Ok(());
        }
        let error = match carry_out(Patch { calls: self, id, patch }, self.bounds).await {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        let refused = failed(&format!("change server group {id:?}"), &error);
        Err(match &patch.name {
            Some(name) => self.if_taken(refused, &error, name, enterprise_project_id).await.into(),
            None => refused.into(),
        })
    }
}

/// A creation. Its effect is a group of the name that was not there before, whoever has made that.
struct Creation<'a> {
    calls: &'a Calls<'a>,
    group: &'a CreateServerGroup,
    before: Option<String>,
}

impl Look for Creation<'_> {
    type Seen = ServerGroup;
    type Unreadable = Diagnostics;

    async fn look(&mut self, bounds: &Bounds) -> Result<Option<ServerGroup>> {
        let found = self.calls.named(&self.group.name, self.group.enterprise_project_id.as_deref(), bounds).await;
        let found = found.map_err(|error| failed("look whether the server group was created", &error))?;
        Ok(found.filter(|found| found.id != self.before || found.id.is_none()))
    }
}

impl Mutation for Creation<'_> {
    type Answer = ServerGroup;

    fn persistence(&self) -> Persistence {
        PERSISTENCE
    }

    async fn send(&mut self, bounds: &Bounds) -> Result<ServerGroup, Error> {
        self.calls.client.create_server_group(self.group, bounds).await
    }
}

/// A change of some fields. Its effect is a group that has them all.
struct Patch<'a> {
    calls: &'a Calls<'a>,
    id: &'a str,
    patch: &'a PatchServerGroup,
}

impl Look for Patch<'_> {
    type Seen = ();
    type Unreadable = Diagnostics;

    async fn look(&mut self, bounds: &Bounds) -> Result<Option<()>> {
        Ok(is_applied(self.patch, &self.calls.read(self.id, bounds).await?).then_some(()))
    }
}

impl Mutation for Patch<'_> {
    type Answer = ();

    fn persistence(&self) -> Persistence {
        PERSISTENCE
    }

    async fn send(&mut self, bounds: &Bounds) -> Result<(), Error> {
        self.calls.client.patch_server_group(self.id, self.patch, bounds).await
    }
}

/// A change that the service has accepted.
struct Changed<'a> {
    calls: &'a Calls<'a>,
    id: &'a str,
    patch: &'a PatchServerGroup,
    tags: &'a TagChange,
}

impl Look for Changed<'_> {
    type Seen = ServerGroup;
    type Unreadable = Diagnostics;

    async fn look(&mut self, bounds: &Bounds) -> Result<Option<ServerGroup>> {
        let group = self.calls.read(self.id, bounds).await?;
        Ok((is_shown(self.patch, &group) && self.tags.is_shown(&group)).then_some(group))
    }
}

/// What is told where the group that a lost creation may have made cannot be looked at.
fn may_be_its_own(name: &str, id: &str, why: Diagnostics) -> Diagnostics {
    let add = |mut told: Diagnostic| {
        told.detail.push_str(&format!(
            "\n\nThe creation of server group {name:?} got no answer, and there is a server group of that name, {id}. \
             Whether that is the one could not be seen. Import it if it is."
        ));
        told
    };
    why.into_iter().map(add).collect()
}

/// Whether a group is exactly what a creation makes: everything that was given is as it was given, and nothing hangs
/// on it yet.
fn is_what_was_asked_for(wanted: &CreateServerGroup, found: &ServerGroup, rules: &TagRules) -> bool {
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
        && tags(&wanted.tags) == rules.observed(&found.tags, &Attr::Known(tags(&wanted.tags)), &Attr::Null).0
}
