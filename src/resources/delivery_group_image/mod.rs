//! `appstreaming_delivery_group_image`: which image a delivery group runs (`UpdateAppInstanceGroupImage`).

mod model;
mod plan;
mod successor;

use std::time::Duration;

use alibaba::{Client, DeliveryGroup};
use cloud::Bounds;
use jiff::{SignedDuration, Timestamp};
use tfplug::prelude::*;

use self::successor::{RESTORES, SUCCESSOR, UNFINISHED, has_successor};
use crate::{
    bounds::Bounded,
    clouds::{self, Clouds},
    delivery_group::{
        GroupRef, Identity, ImageUpdate, MAINTAINING, Refreshed, Setting, image,
        rollout::{self, Drain, Drainer, Rollout, drained_by, is_drained},
        status,
    },
};

pub(crate) use self::model::Model;

const TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// How long an update may run until it is said that it has been running for long.
const LONG: SignedDuration = SignedDuration::from_hours(1);

/// The private entry that remembers the image of an update which was begun and not awaited to its end.
const STARTED: &str = "started_image_id";

/// The private entry for the resource's own name among those of a run.
const NAME: &str = "created";

/// The private entry, in plans, for one that has announced an update.
const UPDATES: &str = "updates";

/// The private entry, in plans, for one that has found a drain which an earlier apply has left behind.
const DRAINED: &str = "drained";

/// The private entry for when a refresh has first found the group in an update, in RFC 3339.
const MAINTAINED_SINCE: &str = "maintained_since";

/// The resource `appstreaming_delivery_group_image`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupImageResource;

#[resource("appstreaming_delivery_group_image")]
impl Resource for DeliveryGroupImageResource {
    type Data = Clouds;
    type Model = Model;
    type Identity = Identity;

    fn validate(&self, config: &Model) -> Diagnostics {
        rollout::validate(&config.rollout)
    }

    fn identity(&self, state: &Model) -> Option<Identity> {
        Some(Identity { delivery_group_id: state.delivery_group_id.clone(), region: state.region.clone() })
    }

    async fn plan(&self, cx: &mut Context<Clouds>, change: &mut Change<Model>) -> Result<()> {
        plan::plan(cx, change).await
    }

    async fn create(&self, cx: &mut Context<Clouds>, planned: Model) -> Result<Model> {
        cx.private_mut().remove(SUCCESSOR);
        cx.private_mut().remove(RESTORES);
        let clouds = cx.data()?;
        let client = clouds.alibaba(planned.region.as_str())?;
        let bounds = cx.bounds_of(&planned.timeouts, Operation::Create, TIMEOUT);
        let group = GroupRef::of(&planned.delivery_group_id, &planned.product_type)?;
        let rollout = in_time(cx, &planned, &client, &group, &bounds).await?;
        clouds.settings.begin();
        clouds.phase.applies();
        let name = clouds::new_name_in(cx, NAME)?;
        clouds.settings.note(&Setting::Image.of(&group), &name, planned.image_id.as_str().map(str::to_owned));
        let (_turn, bounds) = group.turn(&clouds, &bounds).await?;
        let found = group.read(&client, &bounds).await?;
        group.check_region(planned.region.as_str(), &found)?;
        // What this replaces has known longer which image was there before Terraform.
        let previous = clouds.predecessors.take(&group.id).or(found.app_center_image_id);
        let image_id = planned.image_id.require("image_id")?;
        let update = update_of(&planned, image_id, &clouds, &client, &group, rollout.as_ref());
        let mut state = planned.clone();
        state.previous_image_id = previous.into();
        // Once the image is another one, what is remembered must not be lost. Terraform marks what an error leaves
        // behind as tainted and replaces it: the destruction gives nothing back then, and the creation finds the update
        // running or done, and repeats nothing.
        let remembered = state.clone();
        cx.private_mut().set(UNFINISHED, &true)?;
        let updated = update
            .run(&bounds, |seen| {
                if Some(image(seen)) == remembered.previous_image_id.as_str() && status(seen) != MAINTAINING {
                    return Ok(());
                }
                let mut reached = remembered.clone();
                reached.observe(seen);
                cx.checkpoint(&reached)
            })
            .await?;
        cx.private_mut().remove(UNFINISHED);
        state.observe(&updated.group);
        updated.warning.into_iter().for_each(|warning| cx.warn(warning));
        state.remember_start(cx, &updated.group, &client, &bounds).await?;
        Ok(state)
    }

    async fn read(&self, cx: &mut Context<Clouds>, mut state: Model) -> Result<Option<Model>> {
        let clouds = cx.data()?;
        clouds.phase.refreshes();
        let client = clouds.alibaba(state.region.as_str())?;
        let bounds = cx.bounds();
        let group = GroupRef::of(&state.delivery_group_id, &state.product_type)?;
        let started: Option<String> = cx.private().get(STARTED);
        let is_known = |listed: &DeliveryGroup| started.is_none() && state.is_as(listed);
        let found = match group.refreshed(&clouds, &client, is_known, &bounds).await? {
            Refreshed::AsKnown(_) => {
                cx.private_mut().remove(MAINTAINED_SINCE);
                return Ok(Some(state));
            }
            Refreshed::Read(found) => found,
            Refreshed::Gone => return Ok(None),
        };
        let ours_is_running = status(&found) == MAINTAINING && started.as_deref() == state.image_id.as_str();
        let awaited_name = state.image_name.clone();
        state.observe(&found);
        if ours_is_running && Some(image(&found)) != state.image_id.as_str() {
            // The group still has the old image's name.
            state.image_name = awaited_name;
        }
        if status(&found) != MAINTAINING {
            cx.private_mut().remove(STARTED);
        }
        note_maintenance(cx, &group, &found, client.now())?;
        if Drainer::Resource.drains(&found) {
            plan::tell_of_drain(cx, &group.id);
        } else if let Some(drained) = drained_by(&found) {
            cx.warn(is_drained(&group.id, drained));
        }
        if !ours_is_running {
            state.image_id = found.app_center_image_id.clone().into();
        }
        state.region = found.region_id.clone().into();
        state.id.clone_from(&state.delivery_group_id);
        Ok(Some(state))
    }

    async fn update(&self, cx: &mut Context<Clouds>, prior: Model, planned: Model) -> Result<Model> {
        let mut state = planned.clone();
        let keeps_its_image = prior.image_id == planned.image_id && planned.status.is_known();
        if keeps_its_image && prior.draining.as_known() != Some(&true) {
            return Ok(state);
        }
        let clouds = cx.data()?;
        let client = clouds.alibaba(planned.region.as_str())?;
        let bounds = cx.bounds_of(&planned.timeouts, Operation::Update, TIMEOUT);
        let group = GroupRef::of(&planned.delivery_group_id, &planned.product_type)?;
        if keeps_its_image {
            Drain::end_of(&client, &group, Drainer::Resource, &bounds).await?;
            return Ok(state);
        }
        let rollout = in_time(cx, &planned, &client, &group, &bounds).await?;
        clouds.settings.begin();
        clouds.phase.applies();
        let (_turn, bounds) = group.turn(&clouds, &bounds).await?;
        let image_id = planned.image_id.require("image_id")?;
        let update = update_of(&planned, image_id, &clouds, &client, &group, rollout.as_ref());
        cx.private_mut().remove(UNFINISHED);
        // What becomes of it is seen by the next run, if this one is interrupted.
        cx.private_mut().set(STARTED, &planned.image_id.as_str())?;
        let updated = update
            .run(&bounds, |seen| {
                let mut reached = prior.clone();
                reached.observe(seen);
                reached.image_id = seen.app_center_image_id.clone().into();
                cx.checkpoint(&reached)
            })
            .await?;
        state.observe(&updated.group);
        updated.warning.into_iter().for_each(|warning| cx.warn(warning));
        state.remember_start(cx, &updated.group, &client, &bounds).await?;
        Ok(state)
    }

    async fn delete(&self, cx: &mut Context<Clouds>, state: Model) -> Result<()> {
        let previous = state.gives_back();
        // Without a refresh, the state does not know of a drain that a killed apply has left.
        if previous.is_none() && state.draining.as_known() != Some(&true) && !rollout::drains(&state.rollout) {
            return Ok(());
        }
        let clouds = cx.data()?;
        let client = clouds.alibaba(state.region.as_str())?;
        let bounds = cx.bounds_of(&state.timeouts, Operation::Delete, TIMEOUT);
        let group = GroupRef::of(&state.delivery_group_id, &state.product_type)?;
        let Some(previous) = previous else {
            return Drain::end_of(&client, &group, Drainer::Resource, &bounds).await;
        };
        let own: Option<String> = cx.private().get(NAME);
        let own = own.unwrap_or_default();
        clouds.settings.forget(&Setting::Image.of(&group), &own);
        let is_known_to_follow = cx.private().get::<String>(SUCCESSOR).as_ref() == Some(&group.id);
        if is_known_to_follow || has_successor(&clouds, &group, &own, &bounds).await {
            // Another resource gives the group an image itself, in place of this one or beside it.
            clouds.predecessors.leave(&group.id, previous);
            return Ok(());
        }
        let (_turn, bounds) = group.turn(&clouds, &bounds).await?;
        let Some(found) = group.find(&client, &bounds).await? else { return Ok(()) };
        if GroupRef::has_ended(&found) {
            cx.warn(group.over());
            return Ok(());
        }
        if cx.private().get::<String>(RESTORES).as_deref() != Some(previous) {
            // Nobody is disconnected without an announcement.
            plan::not_restored(&group.id, &found, previous).into_iter().for_each(|warning| cx.warn(warning));
            return Ok(());
        }
        let rollout = Rollout::applied(&state.rollout)?;
        let update = update_of(&state, previous, &clouds, &client, &group, rollout.as_ref());
        let update = ImageUpdate { repairs: false, ..update };
        match update.run(&bounds, |_| Ok(())).await {
            Err(_) if group.is_over(&client, &bounds).await => {
                cx.warn(group.over());
                Ok(())
            }
            result => {
                result?.warning.into_iter().for_each(|warning| cx.warn(warning));
                Ok(())
            }
        }
    }

    async fn import(&self, cx: &mut Context<Clouds>, source: Import<Identity>) -> Result<Model> {
        let identity = Identity::from_import(source);
        let id = identity.delivery_group_id.require("delivery_group_id")?;
        let client = cx.data()?.alibaba(identity.region.as_str())?;
        let bounds = cx.bounds();
        let found = GroupRef::new(id, None).read(&client, &bounds).await?;
        Ok(Model::imported(&found, id))
    }
}

/// The update that a resource makes.
fn update_of<'a>(
    model: &Model,
    image_id: &'a str,
    clouds: &'a Clouds,
    client: &'a Client,
    group: &'a GroupRef,
    rollout: Option<&'a Rollout>,
) -> ImageUpdate<'a> {
    ImageUpdate {
        client,
        group,
        image_id,
        repairs: true,
        wait_for_completion: model.waits(),
        rollout,
        drainer: Drainer::Resource,
        people: &clouds.people,
        tell: &|line| tracing::info!("{line}"),
    }
}

/// The rollout of an update that was announced, if now is the time for it. That is asked before anything is called, but
/// for what ends a drain that the plan has announced to end.
async fn in_time(
    cx: &mut Context<Clouds>,
    planned: &Model,
    client: &Client,
    group: &GroupRef,
    bounds: &Bounds,
) -> Result<Option<Rollout>> {
    let is_announced = cx.private().get(UPDATES).unwrap_or(false);
    let is_drained = cx.private().get(DRAINED).unwrap_or(false);
    cx.private_mut().remove(UPDATES);
    cx.private_mut().remove(DRAINED);
    let rollout = Rollout::applied(&planned.rollout)?;
    if let Some(rollout) = rollout.as_ref().filter(|_| is_announced)
        && let Err(untimely) = rollout.check_time(&group.id, client.now())
    {
        if is_drained {
            Drain::end_of(client, group, Drainer::Resource, bounds).await?;
        }
        return Err(untimely);
    }
    Ok(rollout)
}

/// Remembers since when an update has been running, and says so once that is longer than it should be.
fn note_maintenance(cx: &mut Context<Clouds>, group: &GroupRef, found: &DeliveryGroup, now: Timestamp) -> Result<()> {
    if status(found) != MAINTAINING {
        cx.private_mut().remove(MAINTAINED_SINCE);
        return Ok(());
    }
    match cx.private().get::<Timestamp>(MAINTAINED_SINCE) {
        None => cx.private_mut().set(MAINTAINED_SINCE, &now)?,
        Some(since) => {
            let lasts = now.duration_since(since);
            if lasts >= LONG {
                let summary = format!("Delivery group {:?} has been in an update for long", group.id);
                let detail = format!(
                    "Its status has been MAINTAINING since {since:.0} at least, for {} minutes, and nobody can connect \
                     to it. An update usually takes minutes: look at the group in the console, and ask the service's \
                     support. An apply waits for its end, and sends nothing before.",
                    lasts.as_mins()
                );
                cx.warn(Diagnostic::warning(summary, detail));
            }
        }
    }
    Ok(())
}
