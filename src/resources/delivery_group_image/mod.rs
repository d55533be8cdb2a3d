//! `appstreaming_delivery_group_image`: which image a delivery group runs (`UpdateAppInstanceGroupImage`).

mod model;
mod plan;
mod successor;

use std::time::Duration;

use tfplug::prelude::*;

use self::successor::{RESTORES, SUCCESSOR, UNFINISHED, has_successor};
use crate::{
    bounds::Bounded,
    clouds::{self, Clouds},
    delivery_group::{GroupRef, Identity, ImageUpdate, MAINTAINING, Setting, image, status},
};

pub(crate) use self::model::Model;

const TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// The private entry that remembers the image of an update which was begun and not awaited to its end.
const STARTED: &str = "started_image_id";

/// The private entry for the resource's own name among those of a run.
const NAME: &str = "created";

/// The resource `appstreaming_delivery_group_image`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupImageResource;

#[resource("appstreaming_delivery_group_image")]
impl Resource for DeliveryGroupImageResource {
    type Data = Clouds;
    type Model = Model;
    type Identity = Identity;

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
        clouds.settings.begin();
        clouds.phase.applies();
        let name = clouds::new_name_in(cx, NAME)?;
        clouds.settings.note(&Setting::Image.of(&group), &name, planned.image_id.as_str().map(str::to_owned));
        let (_turn, bounds) = group.turn(&clouds, &bounds).await?;
        let found = group.read(&client, &bounds).await?;
        group.check_region(planned.region.as_str(), &found)?;
        // What this replaces has known longer which image was there before Terraform.
        let previous = clouds.predecessors.take(&group.id).or(found.app_center_image_id);
        let update = ImageUpdate {
            client: &client,
            group: &group,
            image_id: planned.image_id.require("image_id")?,
            repairs: true,
            wait_for_completion: planned.waits(),
        };
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
        state.observe(&updated);
        state.remember_start(cx, &updated, &client, &bounds).await?;
        Ok(state)
    }

    async fn read(&self, cx: &mut Context<Clouds>, mut state: Model) -> Result<Option<Model>> {
        let clouds = cx.data()?;
        clouds.phase.refreshes();
        let client = clouds.alibaba(state.region.as_str())?;
        let bounds = cx.bounds();
        let group = GroupRef::of(&state.delivery_group_id, &state.product_type)?;
        let Some(found) = group.find(&client, &bounds).await? else { return Ok(None) };
        let started: Option<String> = cx.private().get(STARTED);
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
        if !ours_is_running {
            state.image_id = found.app_center_image_id.clone().into();
        }
        state.region = found.region_id.clone().into();
        state.id.clone_from(&state.delivery_group_id);
        Ok(Some(state))
    }

    async fn update(&self, cx: &mut Context<Clouds>, prior: Model, planned: Model) -> Result<Model> {
        let mut state = planned.clone();
        if prior.image_id == planned.image_id && planned.status.is_known() {
            return Ok(state);
        }
        let clouds = cx.data()?;
        let client = clouds.alibaba(planned.region.as_str())?;
        let bounds = cx.bounds_of(&planned.timeouts, Operation::Update, TIMEOUT);
        let group = GroupRef::of(&planned.delivery_group_id, &planned.product_type)?;
        clouds.settings.begin();
        clouds.phase.applies();
        let (_turn, bounds) = group.turn(&clouds, &bounds).await?;
        let update = ImageUpdate {
            client: &client,
            group: &group,
            image_id: planned.image_id.require("image_id")?,
            repairs: true,
            wait_for_completion: planned.waits(),
        };
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
        state.observe(&updated);
        state.remember_start(cx, &updated, &client, &bounds).await?;
        Ok(state)
    }

    async fn delete(&self, cx: &mut Context<Clouds>, state: Model) -> Result<()> {
        let Some(previous) = state.gives_back() else { return Ok(()) };
        let clouds = cx.data()?;
        let client = clouds.alibaba(state.region.as_str())?;
        let bounds = cx.bounds_of(&state.timeouts, Operation::Delete, TIMEOUT);
        let group = GroupRef::of(&state.delivery_group_id, &state.product_type)?;
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
        let update = ImageUpdate {
            client: &client,
            group: &group,
            image_id: previous,
            repairs: false,
            wait_for_completion: state.waits(),
        };
        match update.run(&bounds, |_| Ok(())).await {
            Err(_) if group.is_over(&client, &bounds).await => {
                cx.warn(group.over());
                Ok(())
            }
            result => result.map(|_| ()),
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
