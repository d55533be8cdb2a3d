//! What is configured, planned and kept of a group's image.

use alibaba::{Client, DeliveryGroup, ImageFilter};
use cloud::Bounds;
use tfplug::prelude::*;

use super::STARTED;
use crate::{
    clouds::Clouds,
    delivery_group::{
        self, PUBLISHED, image,
        rollout::{Drainer, RolloutModel, drained_by},
        status,
    },
};

/// The image that a delivery group of Alibaba Cloud App Streaming runs.
///
/// ~> **An image update disconnects everybody** who is using an application of the group, and what they have not saved
/// can be lost. The plan says how many sessions there are.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    /// The delivery group's ID.
    #[tf(computed, use_state_for_unknown)]
    pub(super) id: Attr<String>,
    #[tf(attribute = delivery_group::id_attribute(), requires_replace)]
    pub(super) delivery_group_id: Attr<String>,
    /// The image's ID (`AppCenterImageId`), for instance `img-8z4nztpaqvay4****`. It must be available in the group's
    /// region.
    #[tf(required, validate(delivery_group::id()))]
    pub(super) image_id: Attr<String>,
    #[tf(attribute = delivery_group::kept_region_attribute())]
    pub(super) region: Attr<String>,
    #[tf(attribute = delivery_group::product_type_attribute(), default = "CloudApp", requires_replace)]
    pub(super) product_type: Attr<String>,
    /// What a destruction does. `keep`: the group keeps its image, and nobody is disconnected. `restore`: the group
    /// gets back the image from before Terraform took over (`previous_image_id`), which disconnects everybody. Default
    /// `keep`.
    #[tf(default = OnDestroy::Keep)]
    pub(super) on_destroy: Attr<OnDestroy>,
    /// Whether to wait until the group is published with the new image. Without it, an update that fails later is seen
    /// by the next plan only. Default `true`.
    #[tf(default = true)]
    pub(super) wait_for_completion: Attr<bool>,
    /// How the update treats whoever uses the group. It holds for each update of this resource, also for the one that
    /// `on_destroy = "restore"` makes. Without it, the update is sent at once, and disconnects everybody.
    pub(super) rollout: Attr<RolloutModel>,
    #[tf(timeouts(create = "60m", update = "60m", delete = "60m"))]
    pub(super) timeouts: Attr<Timeouts>,
    /// The group's status (`Status`), for instance `PUBLISHED`, or `MAINTAINING` while an update runs. After an update
    /// that failed (`MAINTAIN_FAILED`) the next plan starts it again.
    #[tf(informational)]
    pub(super) status: Attr<String>,
    /// Whether an apply of this resource keeps newly bound users from the group (`rollout.drain`). After one that was
    /// killed meanwhile, the next plan says so, and its apply ends it.
    #[tf(informational)]
    pub(super) draining: Attr<bool>,
    /// The image's name.
    #[tf(informational)]
    pub(super) image_name: Attr<String>,
    /// The delivery group's name.
    #[tf(informational, use_state_for_unknown)]
    pub(super) delivery_group_name: Attr<String>,
    /// The image that the group had before Terraform took over.
    #[tf(computed, use_state_for_unknown)]
    pub(super) previous_image_id: Attr<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Model)]
#[serde(rename_all = "snake_case")]
pub(super) enum OnDestroy {
    Keep,
    Restore,
}

impl Model {
    /// The state for a group that Terraform takes over as it is.
    pub(crate) fn imported(group: &DeliveryGroup, id: &str) -> Self {
        let mut state = Self {
            id: id.into(),
            delivery_group_id: id.into(),
            image_id: group.app_center_image_id.clone().into(),
            region: group.region_id.clone().into(),
            product_type: group.product_type.clone().unwrap_or_else(|| "CloudApp".to_owned()).into(),
            on_destroy: Attr::Known(OnDestroy::Keep),
            wait_for_completion: Attr::Known(true),
            rollout: Attr::Null,
            timeouts: Attr::Null,
            status: Attr::Null,
            draining: Attr::Null,
            image_name: Attr::Null,
            delivery_group_name: Attr::Null,
            previous_image_id: group.app_center_image_id.clone().into(),
        };
        state.observe(group);
        state
    }

    /// The image that a destruction gives back, where the group has another one by then.
    pub(super) fn gives_back(&self) -> Option<&str> {
        let restores = self.on_destroy.as_known() == Some(&OnDestroy::Restore);
        self.previous_image_id.as_str().filter(|_| restores)
    }

    /// Whether another state is about the same delivery group.
    pub(super) fn is_about_the_same(&self, other: &Self) -> bool {
        self.delivery_group_id == other.delivery_group_id && self.region == other.region
    }

    /// Whether a group that a list shows is as this says, and nothing goes on in it. What a list does not show, such as
    /// the image's name, follows from the rest.
    pub(super) fn is_as(&self, listed: &DeliveryGroup) -> bool {
        let shown = [
            (&self.image_id, &listed.app_center_image_id),
            (&self.status, &listed.status),
            (&self.region, &listed.region_id),
            (&self.delivery_group_name, &listed.app_instance_group_name),
        ];
        status(listed) == PUBLISHED
            && shown.into_iter().all(|(known, shown)| known.as_str() == shown.as_deref() && !known.is_unknown())
            && self.id == self.delivery_group_id
            && self.draining == Attr::Known(false)
            && drained_by(listed).is_none()
    }

    pub(super) fn waits(&self) -> bool {
        self.wait_for_completion.as_known().copied().unwrap_or(true)
    }

    /// Takes over what is only computed.
    pub(super) fn observe(&mut self, group: &DeliveryGroup) {
        self.id.clone_from(&self.delivery_group_id);
        self.region.resolve(group.region_id.clone().into());
        self.status = group.status.clone().into();
        self.draining = Drainer::Resource.drains(group).into();
        self.image_name = group.app_center_image_name.clone().into();
        self.delivery_group_name = group.app_instance_group_name.clone().into();
    }

    /// Without waiting, the group still shows the old image for a while; that is no drift. The new image's name is
    /// looked up, where the credentials may list images.
    pub(super) async fn remember_start(
        &mut self,
        cx: &mut Context<Clouds>,
        seen: &DeliveryGroup,
        client: &Client,
        bounds: &Bounds,
    ) -> Result<()> {
        if Some(image(seen)) == self.image_id.as_str() {
            cx.private_mut().remove(STARTED);
            return Ok(());
        }
        let filter = ImageFilter { image_id: self.image_id.as_str().map(str::to_owned), ..ImageFilter::default() };
        let found = client.images(&filter, bounds).await.inspect_err(|error| {
            tracing::debug!(code = error.code(), "cannot look up the image's name");
        });
        let mut found = found.unwrap_or_default().into_iter();
        let name = found.find(|found| found.image_id.as_deref() == self.image_id.as_str());
        self.image_name = name.and_then(|found| found.image_name).into();
        cx.private_mut().set(STARTED, &self.image_id.as_str())
    }
}
