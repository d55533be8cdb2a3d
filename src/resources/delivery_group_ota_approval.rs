//! `appstreaming_delivery_group_ota_approval`: when a delivery group's over-the-air update begins (`ApproveOtaTask`).

use std::time::Duration;

use alibaba::{Client, DeliveryGroup, OtaTask};
use cloud::{Bounds, ErrorKind};
use tfplug::{Severity, prelude::*};

use crate::{
    bounds::Bounded,
    clouds::{self, Clouds, alibaba_while_planning},
    delivery_group::{
        self, Approval, GroupRef, Identity, OTA_TYPES, Obstacle, PendingUpdate, Refreshed, Setting, StartTime,
        disconnects_later, has_begun, rfc3339,
    },
    failure::{failed, while_planning},
};

/// An approval is one call and some looks.
const TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// The private entry for the start time that this resource has approved last.
const APPROVED: &str = "approved";

/// The private entry for the resource's own name among those of a run.
const NAME: &str = "name";

/// The status of an update that has begun.
const RUNNING: &str = "Running";

/// The resource `appstreaming_delivery_group_ota_approval`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupOtaApprovalResource;

/// When the pending over-the-air update of a delivery group of Alibaba Cloud App Streaming begins: an approval of the
/// update that the service offers.
///
/// ~> **The update disconnects everybody** when it begins. An approval cannot be taken back: destroying this resource
/// only makes Terraform forget it. A later `start_time` moves an update that has not begun yet.
///
/// -> The approval is about one update. When it is done, it stays in the state as it is; a new `start_time` approves
/// the next update once the service offers one.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    /// The delivery group's ID.
    #[tf(computed, use_state_for_unknown)]
    id: Attr<String>,
    #[tf(attribute = delivery_group::id_attribute(), requires_replace)]
    delivery_group_id: Attr<String>,
    #[tf(attribute = delivery_group::kept_region_attribute())]
    region: Attr<String>,
    /// The type of the update (`OtaType`). There is one: `Fota`, the default, an update of the system components.
    #[tf(default = OTA_TYPES[0], requires_replace, validate(one_of(OTA_TYPES)))]
    ota_type: Attr<String>,
    /// When the update begins (`StartTime`), in RFC 3339, for instance `2026-08-04T02:00:00+08:00`. It must be in the
    /// future, unless it is the time that is approved already. The service answers it to the minute: two
    /// ways of writing one minute are no difference.
    #[tf(required, validate(StartTime::validator()), semantic_equality = is_same_time)]
    start_time: Attr<String>,
    /// The update's present ID (`TaskId`), for instance `ota-be7jzm29wrrz5****`. Each approval replaces it.
    #[tf(computed)]
    task_id: Attr<String>,
    /// The version that the update brings (`NewOtaVersion`).
    #[tf(computed)]
    ota_version: Attr<String>,
    /// The version that the group runs (`OtaVersion`).
    #[tf(computed)]
    current_version: Attr<String>,
    /// How far the update is, in the service's words (`TaskDisplayStatus`), for instance `Running`. Null for who may
    /// not list the updates (`ListOtaTask`).
    #[tf(computed)]
    status: Attr<String>,
}

/// Two ways of writing one instant are no difference.
fn is_same_time(one: &Value, other: &Value) -> bool {
    matches!((one, other), (Value::String(one), Value::String(other)) if StartTime::same(one, other))
}

#[resource("appstreaming_delivery_group_ota_approval")]
impl Resource for DeliveryGroupOtaApprovalResource {
    type Data = Clouds;
    type Model = Model;
    type Identity = Identity;

    fn identity(&self, state: &Model) -> Option<Identity> {
        Some(Identity { delivery_group_id: state.delivery_group_id.clone(), region: state.region.clone() })
    }

    async fn plan(&self, cx: &mut Context<Clouds>, change: &mut Change<Model>) -> Result<()> {
        if let Some(state) = change.as_destroy() {
            let id = state.delivery_group_id.require("delivery_group_id")?;
            let at = state.start_time.as_str().unwrap_or("the approved time");
            let summary = format!("The approval for delivery group {id:?} cannot be taken back");
            let detail = format!(
                "The service has no call for it. Terraform forgets about the approval; if the update has not begun, it \
                 still begins at {at}. To move it, change start_time instead."
            );
            cx.warn(Diagnostic::warning(summary, detail));
            return Ok(());
        }
        let prior = change.prior.clone();
        let moves_one = prior.is_some() && change.requires_replace.is_empty();
        let is_region_configured = change.config.as_ref().is_some_and(|config| !config.region.is_null());
        let Some(planned) = &mut change.planned else { return Ok(()) };
        if !moves_one && !is_region_configured {
            // That of the group from which the approval moves away says nothing of the other's.
            planned.region = Attr::Unknown;
        }
        if let (Ok(clouds), Some(id)) = (cx.data(), planned.delivery_group_id.as_str()) {
            let name = clouds::name_in(cx, NAME)?;
            let group = GroupRef::new(id, None);
            let warning = Setting::UpdateStart.plan(&clouds, &group, &name, planned.start_time.as_str());
            warning.into_iter().for_each(|warning| cx.warn(warning));
        }
        if let Some(prior) = &prior
            && prior.start_time == planned.start_time
            && prior.delivery_group_id == planned.delivery_group_id
        {
            planned.keep_results(prior);
            return Ok(());
        }
        let id = planned.delivery_group_id.as_str();
        let start_time = planned.start_time.as_str().and_then(StartTime::parse);
        let (Some(id), Some(start_time)) = (id, start_time) else {
            cx.warn(disconnects_later(id, planned.start_time.as_str(), None));
            return Ok(());
        };
        let Some(client) = alibaba_while_planning(cx, planned.region.as_str())? else { return Ok(()) };
        let bounds = cx.bounds();
        let group = GroupRef::new(id, None);
        let Some(found) = group.find(&client, &bounds).await? else {
            cx.warn(group.missing());
            return Ok(());
        };
        group.check_region(planned.region.as_str(), &found)?;
        if GroupRef::has_ended(&found) {
            cx.warn(group.will_refuse());
        }
        if moves_one && prior.as_ref().is_some_and(|prior| prior.status.as_str() == Some(RUNNING)) {
            cx.warn(has_begun(id));
            return Ok(());
        }
        let approval =
            Approval { client: &client, group: &group, ota_type: planned.ota_type(), start_time: &start_time };
        let foreseen = approval.foresee(&found, &bounds).await?;
        if !is_region_configured {
            planned.region.resolve(found.region_id.clone().into());
        }
        let pending = match foreseen {
            Ok(pending) => pending,
            Err(obstacle) if moves_one && !self.is_new(cx, &obstacle, planned) => {
                cx.warn(in_the_way_of_the_apply(obstacle));
                return Ok(());
            }
            Err(obstacle) => return Err(while_planning(obstacle.into_diagnostic()).into()),
        };
        cx.warn(disconnects_later(Some(id), planned.start_time.as_str(), pending.ota_version.as_deref()));
        planned.id = id.into();
        planned.ota_version = pending.ota_version.into();
        planned.current_version = pending.current_version.into();
        Ok(())
    }

    async fn create(&self, cx: &mut Context<Clouds>, planned: Model) -> Result<Model> {
        approve(cx, planned).await
    }

    async fn read(&self, cx: &mut Context<Clouds>, mut state: Model) -> Result<Option<Model>> {
        let clouds = cx.data()?;
        let client = clouds.alibaba(state.region.as_str())?;
        let bounds = cx.bounds();
        let is_known = |listed: &DeliveryGroup| state.is_as(listed);
        let found = match state.group()?.refreshed(&clouds, &client, is_known, &bounds).await? {
            Refreshed::AsKnown(found) | Refreshed::Read(found) => found,
            Refreshed::Gone => return Ok(None),
        };
        let waits = state.observe(&found, &client, &bounds).await?;
        if !waits && let Some(approved) = cx.private().get::<String>(APPROVED) {
            // Moved in the console or not, it is over: nothing is left that could be put right.
            state.start_time = approved.into();
        }
        Ok(Some(state))
    }

    async fn update(&self, cx: &mut Context<Clouds>, prior: Model, planned: Model) -> Result<Model> {
        if prior.start_time == planned.start_time { Ok(planned) } else { approve(cx, planned).await }
    }

    async fn delete(&self, _cx: &mut Context<Clouds>, _state: Model) -> Result<()> {
        Ok(())
    }

    async fn import(&self, cx: &mut Context<Clouds>, source: Import<Identity>) -> Result<Model> {
        let identity = Identity::from_import(source);
        let client = cx.data()?.alibaba(identity.region.as_str())?;
        let bounds = cx.bounds();
        let mut state = Model {
            id: identity.delivery_group_id.clone(),
            delivery_group_id: identity.delivery_group_id,
            region: identity.region,
            ota_type: OTA_TYPES[0].into(),
            start_time: Attr::Null,
            task_id: Attr::Null,
            ota_version: Attr::Null,
            current_version: Attr::Null,
            status: Attr::Null,
        };
        let group = state.group()?;
        let found = group.read(&client, &bounds).await?;
        PendingUpdate::required(&group, &found)?;
        state.observe(&found, &client, &bounds).await?;
        if state.start_time.is_null() {
            let summary = format!("The update of delivery group {:?} is not approved", group.id);
            let detail = "There is no approval to import. Leave out the import, and apply the resource to approve it.";
            return Err(Diagnostic::error(summary, detail).into());
        }
        Ok(state)
    }
}

impl DeliveryGroupOtaApprovalResource {
    /// Whether the obstacle comes from what somebody has just written: a start time in the past that is not the one
    /// which this resource had approved.
    fn is_new(&self, cx: &Context<Clouds>, obstacle: &Obstacle, planned: &Model) -> bool {
        let approved: Option<String> = cx.private().get(APPROVED);
        let is_known = matches!((&approved, planned.start_time.as_str()),
            (Some(approved), Some(planned)) if StartTime::same(approved, planned));
        matches!(obstacle, Obstacle::Passed(_)) && !is_known
    }
}

/// What a plan says of an approval that cannot be moved as configured. No error: before it destroys, Terraform plans
/// what is configured, and an update that is over must not be in the way of that.
fn in_the_way_of_the_apply(obstacle: Obstacle) -> Diagnostic {
    let mut diagnostic = obstacle.into_diagnostic();
    diagnostic.severity = Severity::Warning;
    diagnostic.detail.push_str(" As it is configured now, the apply will fail.");
    diagnostic
}

async fn approve(cx: &mut Context<Clouds>, mut state: Model) -> Result<Model> {
    let clouds = cx.data()?;
    let client = clouds.alibaba(state.region.as_str())?;
    let bounds = cx.bounds().with_timeout(TIMEOUT);
    let group = state.group()?;
    let Some(start_time) = state.start_time.as_str().and_then(StartTime::parse) else {
        let detail = "It is not a time in RFC 3339.";
        return Err(Diagnostic::error("Invalid start_time", detail).at(Path::attribute("start_time")).into());
    };
    clouds.settings.begin();
    clouds::name_in(cx, NAME)?;
    let approval = Approval { client: &client, group: &group, ota_type: state.ota_type(), start_time: &start_time };
    let (turn, bounds) = group.turn(&clouds, &bounds).await?;
    let approved = approval.run(&bounds).await?;
    drop(turn);
    state.id = group.id.as_str().into();
    state.task_id = approved.task_id.into();
    state.ota_version.resolve(approved.ota_version.into());
    state.current_version.resolve(approved.current_version.into());
    cx.private_mut().set(APPROVED, &state.start_time.as_str())?;
    // People will be disconnected: whatever else goes wrong, the state says so.
    let (region, task) = match look_after(&client, &group, &state, &bounds).await {
        Ok(seen) => seen,
        Err(why) => {
            let summary =
                format!("The update of delivery group {:?} is approved, and could not be read then", group.id);
            let detail = format!("What is not known is left out until a refresh can read it.\n\n{}", why.detail);
            cx.warn(Diagnostic::warning(summary, detail));
            (None, None)
        }
    };
    state.region.resolve(region.into());
    state.status = task.and_then(|task| task.task_display_status).into();
    Ok(state)
}

/// The region of the group, and the update that was approved.
async fn look_after(
    client: &Client,
    group: &GroupRef,
    state: &Model,
    bounds: &Bounds,
) -> Result<(Option<String>, Option<OtaTask>), Diagnostic> {
    let found = group.get(client, bounds).await;
    let found = found.map_err(|error| failed(&format!("read delivery group {:?}", group.id), &error))?;
    let task = task(client, &group.id, state.ota_type(), state.task_id.as_str(), bounds).await;
    let task = task.map_err(|error| failed(&format!("list the updates of delivery group {:?}", group.id), &error))?;
    Ok((found.region_id, task))
}

/// One update of a group, if the service still lists it.
async fn task(
    client: &Client,
    group_id: &str,
    ota_type: &str,
    task_id: Option<&str>,
    bounds: &Bounds,
) -> Result<Option<OtaTask>, cloud::Error> {
    let tasks = client.ota_tasks(group_id, ota_type, bounds).await?;
    Ok(tasks.into_iter().find(|task| task.task_id.as_deref() == task_id))
}

impl Model {
    fn group(&self) -> Result<GroupRef> {
        GroupRef::of(&self.delivery_group_id, &Attr::Null)
    }

    fn ota_type(&self) -> &str {
        self.ota_type.as_str().unwrap_or(OTA_TYPES[0])
    }

    fn keep_results(&mut self, prior: &Self) {
        self.task_id.resolve(prior.task_id.clone());
        self.ota_version.resolve(prior.ota_version.clone());
        self.current_version.resolve(prior.current_version.clone());
        self.status.resolve(prior.status.clone());
    }

    /// Takes over what has become of the update that was approved, and says whether it still waits.
    ///
    /// Another task id for the same version is another approval, by somebody else. Another version is another update,
    /// which nobody has approved through this resource: what was approved stays in the state as it was.
    /// Whether a group that a list shows has the update that this knows, and runs the version that this knows.
    fn is_as(&self, listed: &DeliveryGroup) -> bool {
        let version = listed.ota_info.as_ref().and_then(|ota| ota.ota_version.as_deref());
        let pending = PendingUpdate::of(listed);
        self.region.as_str() == listed.region_id.as_deref()
            && self.current_version.as_str() == version
            && pending.is_some_and(|it| self.task_id.as_str() == Some(&it.task_id))
    }

    async fn observe(&mut self, group: &DeliveryGroup, client: &Client, bounds: &Bounds) -> Result<bool> {
        self.id.clone_from(&self.delivery_group_id);
        self.region = group.region_id.clone().into();
        self.current_version = group.ota_info.as_ref().and_then(|ota| ota.ota_version.clone()).into();
        let pending = PendingUpdate::of(group);
        let ours = pending.filter(|pending| {
            self.task_id.is_null()
                || self.task_id.as_str() == Some(&pending.task_id)
                || self.ota_version.as_str() == pending.ota_version.as_deref()
        });
        let waits = ours.is_some();
        if let Some(pending) = ours {
            let approved = pending.start_time(client, bounds).await?;
            let known = self.start_time.as_str().and_then(StartTime::parse);
            let unchanged = matches!((&known, &approved), (Some(known), Some(approved)) if known.is(approved));
            if !unchanged {
                self.start_time = approved.as_deref().map(rfc3339).into();
            }
            self.task_id = pending.task_id.into();
            self.ota_version = pending.ota_version.into();
        }
        let group_id = self.delivery_group_id.require("delivery_group_id")?;
        match task(client, group_id, self.ota_type(), self.task_id.as_str(), bounds).await {
            Ok(Some(task)) => self.status = task.task_display_status.into(),
            Ok(None) => {}
            // What an approval needs can be read without this permission.
            Err(error) if error.kind() == ErrorKind::Forbidden => {}
            Err(error) => {
                return Err(failed(&format!("list the updates of delivery group {group_id:?}"), &error).into());
            }
        }
        Ok(waits)
    }
}
