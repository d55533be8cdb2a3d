//! `appstreaming_delivery_group_update_image`: gives a delivery group another image (`UpdateAppInstanceGroupImage`).

use std::time::Duration;

use tfplug::{prelude::*, timeouts};

use crate::{
    bounds::Bounded,
    clouds::{Clouds, alibaba_while_planning},
    delivery_group::{
        self, GroupRef, ImageUpdate, MAINTAIN_FAILED, MAINTAINING, Setting, image, image_obstacle,
        rollout::{self, Drain, Drainer, Rollout, RolloutModel, Told, drained_by, is_drained, is_still_drained},
        status,
    },
    failure::while_planning,
};

const TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// What it is called among those that give a group an image. No resource has this name.
const NAME: &str = "an action";

/// The action `appstreaming_delivery_group_update_image`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UpdateImageAction;

/// Gives a delivery group of Alibaba Cloud App Streaming another image, for a rollout that a person starts. For
/// `terraform apply -invoke` and for `action_trigger`. Terraform 1.14 and later.
///
/// ~> **An image update disconnects everybody** who is using an application of the group, and what they have not saved
/// can be lost. `rollout` says for whom it waits.
///
/// -> A resource `appstreaming_delivery_group_image` of the same group brings its own image back at its next apply.
/// Give it `lifecycle { ignore_changes = [image_id] }`.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    #[tf(attribute = delivery_group::id_attribute())]
    delivery_group_id: Attr<String>,
    /// The image's ID (`AppCenterImageId`), for instance `img-8z4nztpaqvay4****`. It must be available in the group's
    /// region. Nothing is sent where the group has it, unless its last update failed (`MAINTAIN_FAILED`).
    #[tf(required, validate(delivery_group::id()))]
    image_id: Attr<String>,
    #[tf(attribute = delivery_group::own_region_attribute())]
    region: Attr<String>,
    #[tf(attribute = delivery_group::product_type_attribute())]
    product_type: Attr<String>,
    /// How the update treats whoever uses the group. Without it, it is sent at once, and disconnects everybody.
    rollout: Attr<RolloutModel>,
    /// Whether to wait until the group is published with the new image. Default `true`.
    wait_for_completion: Attr<bool>,
    /// How long the update may take, for instance `90s`, `30m` or `1h30m`. What the rollout waits for does not count.
    /// Default `60m`.
    #[tf(validate(timeouts::duration()))]
    timeout: Attr<String>,
}

#[action("appstreaming_delivery_group_update_image")]
impl Action for UpdateImageAction {
    type Data = Clouds;
    type Model = Model;

    fn validate(&self, config: &Model) -> Diagnostics {
        rollout::validate(&config.rollout)
    }

    async fn plan(&self, cx: &mut Context<Clouds>, config: &Model) -> Result<()> {
        let (Some(id), Some(image_id)) = (config.delivery_group_id.as_str(), config.image_id.as_str()) else {
            cx.warn(may_disconnect(config));
            return Ok(());
        };
        let Some(client) = alibaba_while_planning(cx, config.region.as_str())? else { return Ok(()) };
        let bounds = cx.bounds();
        let group = GroupRef::new(id, config.product_type.as_str());
        let Some(found) = group.find(&client, &bounds).await? else {
            cx.warn(group.missing());
            return Ok(());
        };
        group.check_region(config.region.as_str(), &found)?;
        if let Ok(clouds) = cx.data() {
            let others = clouds.settings.others(&Setting::Image.of(&group), NAME);
            let other = others.each().flatten().find(|other| *other != image_id).cloned();
            other.into_iter().for_each(|other| cx.warn(brought_back(id, image_id, &other)));
        }
        if GroupRef::has_ended(&found) {
            cx.warn(group.will_refuse());
            return Ok(());
        }
        let was_left = Drainer::Action.drains(&found);
        if was_left {
            cx.warn(is_still_drained(id, Drainer::Action));
        }
        if image(&found) == image_id && !matches!(status(&found), MAINTAINING | MAINTAIN_FAILED) {
            return Ok(());
        }
        let told = Told::new(&client, id, &config.rollout);
        if let Some(refusal) = told.refusal(&found) {
            return Err(while_planning(refusal).into());
        }
        if let Some(drained) = drained_by(&found).filter(|_| !was_left) {
            cx.warn(is_drained(id, drained));
        }
        let update = format!("It goes from the image {:?} to {image_id:?}.", image(&found));
        cx.warn(told.warning(&update, &bounds).await.at(Path::attribute("image_id")));
        let obstacle = image_obstacle(&client, id, image_id, found.region_id.as_deref(), &bounds).await;
        obstacle.into_iter().for_each(|obstacle| cx.warn(obstacle));
        Ok(())
    }

    async fn invoke(&self, cx: &mut Context<Clouds>, config: Model, progress: Progress) -> Result<()> {
        let clouds = cx.data()?;
        let client = clouds.alibaba(config.region.as_str())?;
        let timeout = config.timeout.as_str().and_then(timeouts::parse).unwrap_or(TIMEOUT);
        let bounds = cx.bounds().with_timeout(timeout).with_time_setting("timeout");
        let group = GroupRef::of(&config.delivery_group_id, &config.product_type)?;
        let rollout = Rollout::applied(&config.rollout)?;
        if let Some(Err(untimely)) = rollout.as_ref().map(|rollout| rollout.check_time(&group.id, client.now())) {
            // Whatever the time, nobody is kept away for nothing.
            Drain::end_of(&client, &group, Drainer::Action, &bounds).await?;
            return Err(untimely);
        }
        let (_turn, bounds) = group.turn(&clouds, &bounds).await?;
        let update = ImageUpdate {
            client: &client,
            group: &group,
            image_id: config.image_id.require("image_id")?,
            repairs: true,
            wait_for_completion: config.wait_for_completion.as_known().copied().unwrap_or(true),
            rollout: rollout.as_ref(),
            drainer: Drainer::Action,
            people: &clouds.people,
            tell: &|line| progress.tell(line),
        };
        let updated = update.run(&bounds, |_| Ok(())).await?;
        updated.warning.into_iter().for_each(|warning| cx.warn(warning));
        progress.tell(format!("Delivery group {:?} is {}", group.id, status(&updated.group)));
        Ok(())
    }
}

/// What can be said where the group or the image is only known after apply.
fn may_disconnect(config: &Model) -> Diagnostic {
    let group = config.delivery_group_id.as_str().map(|id| format!("delivery group {id:?}"));
    let spared = if config.rollout.is_null() { "" } else { ", as far as the rollout does not spare them" };
    let detail = format!(
        "What it is given to which group is only known after apply. If {} runs another image then, it is updated: \
         whoever uses it is cut off{spared}, and what those people have not saved can be lost.",
        group.as_deref().unwrap_or("the group")
    );
    Diagnostic::warning("An image update may disconnect the users of a delivery group", detail)
}

/// What a plan says where a resource of the same run gives the group another image.
fn brought_back(group_id: &str, image_id: &str, other: &str) -> Diagnostic {
    let detail = format!(
        "The resource has image_id = {other:?}, and this action gives the group {image_id:?}: the next apply of the \
         resource brings its own back, and disconnects people once more. Give it lifecycle {{ ignore_changes = \
         [image_id] }}, or the same image."
    );
    let summary = format!("A resource brings back another image of delivery group {group_id:?}");
    Diagnostic::warning(summary, detail).at(Path::attribute("image_id"))
}
