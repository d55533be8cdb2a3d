//! `appstreaming_delivery_group_image`: which image a delivery group runs (`UpdateAppInstanceGroupImage`).

use std::time::Duration;

use alibaba::{Client, DeliveryGroup, ImageFilter};
use cloud::Bounds;
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Change, Context, Diagnostic, Import, Path, Resource, Result,
    schema::{Attribute, IdentitySchema, Schema, validate},
    timeouts::{Operation, Timeouts},
};

use crate::{
    bounds::Bounded,
    clouds::{Clouds, alibaba_while_planning},
    delivery_group::{
        self, GroupRef, Identity, ImageUpdate, MAINTAIN_FAILED, MAINTAINING, count_of_sessions, image, status,
    },
    holders::{self, Held},
};

const TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// The private entry that remembers an update which was started and not awaited.
const STARTED: &str = "started_image_id";

/// The private entry, in plans to create, for the group that the new resource is about. The destruction before it is
/// given the same plan.
const SUCCESSOR: &str = "successor";
/// The private data with the name of this resource among those that were created in a run.
const CREATED: &str = "created";

/// The resource `appstreaming_delivery_group_image`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupImageResource;

/// Configuration, plan and state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Attr<String>,
    delivery_group_id: Attr<String>,
    image_id: Attr<String>,
    region: Attr<String>,
    product_type: Attr<String>,
    on_destroy: Attr<OnDestroy>,
    wait_for_completion: Attr<bool>,
    timeouts: Attr<Timeouts>,
    status: Attr<String>,
    image_name: Attr<String>,
    delivery_group_name: Attr<String>,
    previous_image_id: Attr<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OnDestroy {
    Keep,
    Restore,
}

fn schema() -> Schema {
    let text = Attribute::string;
    Schema::new(
        "The image that a delivery group of Alibaba Cloud App Streaming runs.\n\n\
         ~> **An image update disconnects everybody** who is using an application of the group, and what they have not \
         saved can be lost. The plan says how many sessions there are.",
    )
    .attribute("id", text("The delivery group's ID.").computed().use_state_for_unknown())
    .attribute("delivery_group_id", delivery_group::id_attribute().requires_replace())
    .attribute(
        "image_id",
        text(
            "The image's ID (`AppCenterImageId`), for instance `img-8z4nztpaqvay4****`. It must be available in the \
             group's region.",
        )
        .required()
        .validate(delivery_group::id()),
    )
    .attribute(
        "region",
        text(
            "The delivery group's region (`BizRegionId`), for instance `cn-hangzhou`. Read from the group when it is \
             not set.",
        )
        .optional()
        .computed()
        .use_state_for_unknown()
        .requires_replace()
        .validate(delivery_group::region()),
    )
    .attribute(
        "product_type",
        text("The product type (`ProductType`). App Streaming has one: `CloudApp`, the default.")
            .default("CloudApp")
            .requires_replace()
            .validate(validate::one_of(["CloudApp"])),
    )
    .attribute(
        "on_destroy",
        text(
            "What a destruction does. `keep`: the group keeps its image, and nobody is disconnected. `restore`: the \
             group gets back the image from before Terraform took over (`previous_image_id`), which disconnects \
             everybody. Default `keep`.",
        )
        .default("keep")
        .validate(validate::one_of(["keep", "restore"])),
    )
    .attribute(
        "wait_for_completion",
        Attribute::bool(
            "Whether to wait until the group is published with the new image. Without it, an update that fails later \
             is seen by the next plan only. Default `true`.",
        )
        .default(true),
    )
    .attribute(
        "timeouts",
        Timeouts::attribute(&[(Operation::Create, "60m"), (Operation::Update, "60m"), (Operation::Delete, "60m")]),
    )
    .attribute(
        "status",
        text(
            "The group's status (`Status`), for instance `PUBLISHED`, or `MAINTAINING` while an update runs. After an \
             update that failed (`MAINTAIN_FAILED`) the next plan starts it again.",
        )
        .informational(),
    )
    .attribute("image_name", text("The image's name.").informational())
    .attribute("delivery_group_name", text("The delivery group's name.").informational().use_state_for_unknown())
    .attribute(
        "previous_image_id",
        text("The image that the group had before Terraform took over.").computed().use_state_for_unknown(),
    )
}

impl Resource for DeliveryGroupImageResource {
    type Data = Clouds;
    type Model = Model;
    type Identity = Identity;

    fn type_name(&self) -> &'static str {
        "appstreaming_delivery_group_image"
    }

    fn schema(&self) -> Schema {
        schema()
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        Some(Identity::schema())
    }

    fn identity(&self, state: &Model) -> Option<Identity> {
        Some(Identity { delivery_group_id: state.delivery_group_id.clone(), region: state.region.clone() })
    }

    async fn plan(&self, cx: &mut Context<Clouds>, change: &mut Change<Model>) -> Result<()> {
        if let Some(state) = change.as_destroy() {
            return warn_before_destroy(cx, state).await;
        }
        let prior = change.prior.clone();
        let Some(planned) = &mut change.planned else { return Ok(()) };
        let is_same = prior.as_ref().is_some_and(|prior| prior.is_about_the_same(planned));
        if let Some(prior) = &prior
            && is_same
            && prior.image_id == planned.image_id
        {
            if prior.status.as_str() != Some(MAINTAIN_FAILED) {
                // What follows from the image stays with it.
                planned.status.resolve(prior.status.clone());
                planned.image_name.resolve(prior.image_name.clone());
                return Ok(());
            }
            // An update that failed is started again.
            planned.status = Attr::Unknown;
        }
        if prior.is_none() {
            cx.private_mut().set(SUCCESSOR, &planned.delivery_group_id.as_str())?;
        }
        planned.id.resolve(planned.delivery_group_id.clone());
        let Some(id) = planned.delivery_group_id.as_str() else { return Ok(()) };
        // The provider's configuration may still be unknown; what could be said then is said by the apply.
        let Some(client) = alibaba_while_planning(cx, planned.region.as_str())? else { return Ok(()) };
        let bounds = cx.bounds();
        let group = GroupRef::new(id, planned.product_type.as_str());
        let Some(found) = group.find(&client, &bounds).await? else {
            cx.warn(group.missing());
            return Ok(());
        };
        if prior.is_none() {
            group.check_region(planned.region.as_str(), &found)?;
            planned.region = found.region_id.clone().map_or(Attr::Unknown, Attr::Known);
        }
        let warning = match planned.image_id.as_str() {
            Some(image_id) if image(&found) != image_id || status(&found) == MAINTAIN_FAILED => {
                disconnects(&client, &group.id, &found, image_id, &bounds).await
            }
            Some(_) => return Ok(()),
            None => may_disconnect(&client, &group.id, &found, &bounds).await,
        };
        cx.warn(warning.at(Path::attribute("image_id")));
        Ok(())
    }

    async fn create(&self, cx: &mut Context<Clouds>, planned: Model) -> Result<Model> {
        cx.private_mut().remove(SUCCESSOR);
        let clouds = cx.data()?;
        let client = clouds.alibaba(planned.region.as_str())?;
        let bounds = cx.bounds_of(&planned.timeouts, Operation::Create, TIMEOUT);
        let group = GroupRef::of(&planned.delivery_group_id, &planned.product_type)?;
        let _turn = group.turn(&clouds, &bounds).await?;
        let found = group.read(&client, &bounds).await?;
        group.check_region(planned.region.as_str(), &found)?;
        // What this replaces has known longer which image was there before Terraform.
        let previous = clouds.predecessors.take(&group.id).or(found.app_center_image_id);
        let name = holders::new_name();
        cx.private_mut().set(CREATED, &name)?;
        clouds.holders.note(&image_of(&group), &name, Held::default());
        let update = ImageUpdate {
            client: &client,
            group: &group,
            image_id: planned.image_id.require("image_id")?,
            wait_for_completion: planned.waits(),
        };
        let mut state = planned.clone();
        state.previous_image_id = previous.into();
        // Once the image is another one, what is remembered must not be lost. Terraform marks what an error leaves
        // behind as tainted and replaces it: the destruction gives nothing back then, and the creation finds the update
        // running or done, and repeats nothing.
        let remembered = state.clone();
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
        state.observe(&updated);
        state.remember_start(cx, &updated, &client, &bounds).await?;
        Ok(state)
    }

    async fn read(&self, cx: &mut Context<Clouds>, mut state: Model) -> Result<Option<Model>> {
        let client = cx.data()?.alibaba(state.region.as_str())?;
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
        if !ours_is_running {
            cx.private_mut().remove(STARTED);
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
        let _turn = group.turn(&clouds, &bounds).await?;
        let update = ImageUpdate {
            client: &client,
            group: &group,
            image_id: planned.image_id.require("image_id")?,
            wait_for_completion: planned.waits(),
        };
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
        let (Some(OnDestroy::Restore), Some(previous)) =
            (state.on_destroy.as_known(), state.previous_image_id.as_str())
        else {
            return Ok(());
        };
        let clouds = cx.data()?;
        let client = clouds.alibaba(state.region.as_str())?;
        let bounds = cx.bounds_of(&state.timeouts, Operation::Delete, TIMEOUT);
        let group = GroupRef::of(&state.delivery_group_id, &state.product_type)?;
        let _turn = group.turn(&clouds, &bounds).await?;
        if cx.private().get::<String>(SUCCESSOR).as_ref() == Some(&group.id) {
            // It is replaced by one about the same group, which gives it an image itself.
            clouds.predecessors.leave(&group.id, previous);
            return Ok(());
        }
        let own: Option<String> = cx.private().get(CREATED);
        let own = own.unwrap_or_default();
        clouds.holders.forget(&image_of(&group), &own);
        if clouds.holders.others(&image_of(&group), &own).has_any() {
            // Another one about the same group has been created in this run, before this one's destruction.
            return Ok(());
        }
        if group.find(&client, &bounds).await?.is_none() {
            return Ok(());
        }
        let update =
            ImageUpdate { client: &client, group: &group, image_id: previous, wait_for_completion: state.waits() };
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
            timeouts: Attr::Null,
            status: Attr::Null,
            image_name: Attr::Null,
            delivery_group_name: Attr::Null,
            previous_image_id: group.app_center_image_id.clone().into(),
        };
        state.observe(group);
        state
    }

    /// Whether another state is about the same delivery group.
    fn is_about_the_same(&self, other: &Self) -> bool {
        self.delivery_group_id == other.delivery_group_id && self.region == other.region
    }

    fn waits(&self) -> bool {
        self.wait_for_completion.as_known().copied().unwrap_or(true)
    }

    /// Takes over what is only computed.
    fn observe(&mut self, group: &DeliveryGroup) {
        self.id.clone_from(&self.delivery_group_id);
        self.region.resolve(group.region_id.clone().into());
        self.status = group.status.clone().into();
        self.image_name = group.app_center_image_name.clone().into();
        self.delivery_group_name = group.app_instance_group_name.clone().into();
    }

    /// Without waiting, the group still shows the old image for a while; that is no drift. The new image's name is
    /// looked up, where the credentials may list images.
    async fn remember_start(
        &mut self,
        cx: &mut Context<Clouds>,
        seen: &DeliveryGroup,
        client: &Client,
        bounds: &Bounds,
    ) -> Result<()> {
        if Some(image(seen)) == self.image_id.as_str() {
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

/// What runs in a group, as those who hold name it.
fn image_of(group: &GroupRef) -> String {
    format!("image of {}", group.id)
}

/// What can be said where the image is only known after apply.
async fn may_disconnect(client: &Client, id: &str, group: &DeliveryGroup, bounds: &Bounds) -> Diagnostic {
    let who = count_of_sessions(client, id, bounds).await;
    let detail = format!(
        "The image is only known after apply. If it is another one than {:?}, the group is updated: {who}, and what \
         those people have not saved can be lost.",
        image(group)
    );
    Diagnostic::warning(format!("An image update may disconnect the users of delivery group {id:?}"), detail)
}

/// How many people an image update cuts off, as far as the credentials may know it.
async fn disconnects(client: &Client, id: &str, group: &DeliveryGroup, image_id: &str, bounds: &Bounds) -> Diagnostic {
    let name = group.app_instance_group_name.as_deref().unwrap_or(id);
    let who = count_of_sessions(client, id, bounds).await;
    Diagnostic::warning(
        format!("The image update disconnects the users of delivery group {id:?}"),
        format!(
            "{name} goes from the image {:?} to {image_id:?}. {who}, and what those people have not saved can be lost. \
             It usually takes about 2 minutes after the update until clients see the change.",
            image(group)
        ),
    )
}

async fn warn_before_destroy(cx: &mut Context<Clouds>, state: &Model) -> Result<()> {
    let id = state.delivery_group_id.require("delivery_group_id")?;
    let current = state.image_id.require("image_id")?;
    match (state.on_destroy.as_known(), state.previous_image_id.as_str()) {
        (Some(OnDestroy::Restore), Some(previous)) if previous != current => {
            let Some(client) = alibaba_while_planning(cx, state.region.as_str())? else { return Ok(()) };
            let bounds = cx.bounds();
            let group = GroupRef::new(id, state.product_type.as_str());
            if let Some(found) = group.find(&client, &bounds).await? {
                let warning = disconnects(&client, id, &found, previous, &bounds).await;
                cx.warn(warning);
            }
        }
        (Some(OnDestroy::Restore), _) => {}
        _ => cx.warn(Diagnostic::warning(
            format!("Delivery group {id:?} keeps its image"),
            format!(
                "Terraform forgets about the image; the group goes on with {current:?}. To get the image from before \
                 Terraform back, set on_destroy = \"restore\" and apply that before the destruction."
            ),
        )),
    }
    Ok(())
}
