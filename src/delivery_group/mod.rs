//! What resources, actions, data sources and lists about delivery groups have in common.

pub(super) mod described;
pub(super) mod filters;
mod identity;
mod image_update;
mod log_off;
mod obstacle;
mod ota;
pub(super) mod rollout;
mod schedule;
mod sessions;
mod setting;

use std::sync::Arc;

use alibaba::{Client, DeliveryGroup};
use cloud::{Bounds, Error, ErrorKind, Found};
use tfplug::{
    Attr, Diagnostic, Path, Result,
    schema::{
        Attribute,
        validate::{self, Validator},
    },
};
use tokio::time::Instant;

use super::{
    clouds::Clouds,
    failure::{failed, failed_because, stopped},
    turns::{Intent, Turn},
};

pub(super) use self::{
    identity::Identity,
    image_update::ImageUpdate,
    log_off::LogOff,
    obstacle::image_obstacle,
    ota::{Approval, OTA_TYPES, Obstacle, PendingUpdate, StartTime, disconnects_later, has_begun, rfc3339, to_seconds},
    sessions::{cannot_list, count_of_sessions, is_session, sessions},
    setting::Setting,
};

/// `Status` of a delivery group that can be used.
pub(super) const PUBLISHED: &str = "PUBLISHED";
/// `Status` while an update runs.
pub(super) const MAINTAINING: &str = "MAINTAINING";
/// `Status` after an update that failed.
pub(super) const MAINTAIN_FAILED: &str = "MAINTAIN_FAILED";

/// A delivery group as resources name it.
#[derive(Clone, Debug)]
pub(super) struct GroupRef {
    pub(super) id: String,
    pub(super) product_type: String,
}

/// What a refresh has seen of a delivery group.
pub(super) enum Refreshed {
    /// What is known already. A list shows less of it than a read does.
    AsKnown(Arc<DeliveryGroup>),
    /// It is so.
    Read(Arc<DeliveryGroup>),
    /// It does not exist.
    Gone,
}

impl GroupRef {
    pub(super) fn new(id: impl Into<String>, product_type: Option<&str>) -> Self {
        let product_type = product_type.unwrap_or(alibaba::PRODUCT_TYPE_CLOUD_APP).to_owned();
        Self { id: id.into(), product_type }
    }

    /// The group that a configuration, plan or state names.
    pub(super) fn of(id: &Attr<String>, product_type: &Attr<String>) -> Result<Self> {
        Ok(Self::new(id.require("delivery_group_id")?, product_type.as_str()))
    }

    /// Reads it, for who has more to say of what goes wrong.
    pub(super) async fn get(&self, client: &Client, bounds: &Bounds) -> Result<DeliveryGroup, Error> {
        client.delivery_group(&self.id, &self.product_type, bounds).await
    }

    /// Reads it; `None` when it does not exist.
    pub(super) async fn find(&self, client: &Client, bounds: &Bounds) -> Result<Option<DeliveryGroup>> {
        match self.get(client, bounds).await {
            Ok(group) => Ok(Some(group)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(self.unreadable_to_all(&error).into()),
        }
    }

    /// Reads it for a refresh: in a list that others wait for too, where that shows what is known already, else by
    /// itself.
    pub(super) async fn refreshed(
        &self,
        clouds: &Clouds,
        client: &Client,
        is_known: impl Fn(&DeliveryGroup) -> bool,
        bounds: &Bounds,
    ) -> Result<Refreshed> {
        Ok(match self.find_with_others(clouds, client, bounds).await? {
            Some(Found::Listed(group)) if is_known(&group) => Refreshed::AsKnown(group),
            // A list may be older than what it is compared with.
            Some(Found::Listed(_)) => {
                let found = self.find(client, bounds).await?.map(Arc::new);
                found.map_or(Refreshed::Gone, Refreshed::Read)
            }
            Some(Found::Alone(group)) => Refreshed::Read(Arc::new(group)),
            None => Refreshed::Gone,
        })
    }

    /// Reads it, alone or in a list that others wait for too; `None` when it does not exist. A list shows less of it,
    /// and may be some seconds older.
    pub(super) async fn shown(
        &self,
        clouds: &Clouds,
        client: &Client,
        bounds: &Bounds,
    ) -> Result<Option<Arc<DeliveryGroup>>> {
        Ok(self.find_with_others(clouds, client, bounds).await?.map(|found| match found {
            Found::Listed(group) => group,
            Found::Alone(group) => Arc::new(group),
        }))
    }

    async fn find_with_others(
        &self,
        clouds: &Clouds,
        client: &Client,
        bounds: &Bounds,
    ) -> Result<Option<Found<DeliveryGroup>>> {
        match clouds.delivery_groups.read(client, &self.id, &self.product_type, bounds).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(self.unreadable_to_all(&error).into()),
        }
    }

    /// Reads it; that it does not exist is an error.
    pub(super) async fn read(&self, client: &Client, bounds: &Bounds) -> Result<DeliveryGroup> {
        self.get(client, bounds).await.map_err(|error| self.unreadable(&error).into())
    }

    /// What to tell where it cannot be read, and it is not known whether it is there.
    fn unreadable_to_all(&self, error: &Error) -> Diagnostic {
        failed(&format!("read delivery group {:?}", self.id), error)
    }

    /// What to tell where it cannot be read.
    fn unreadable(&self, error: &Error) -> Diagnostic {
        let diagnostic = self.unreadable_to_all(error);
        if error.is_not_found() { diagnostic.at(Path::attribute("delivery_group_id")) } else { diagnostic }
    }

    /// Waits until nobody else in this run changes what runs in the group: two updates of it side by side would refuse
    /// each other.
    ///
    /// The others have times of their own, so that this wait ends; it does not count. The bounds are those for what is
    /// done in the turn.
    pub(super) async fn turn(&self, clouds: &Clouds, bounds: &Bounds) -> Result<(Turn, Bounds)> {
        let (began, patient) = (Instant::now(), bounds.clone().without_deadline());
        let turn = clouds.turns.take(&format!("what runs in {}", self.id), Intent::Give, &patient).await;
        let turn = turn.map_err(|stop| {
            let awaited = format!("The wait for other changes of delivery group {:?}", self.id);
            stopped(&awaited, stop, "Nothing was sent.", bounds)
        })?;
        Ok((turn, bounds.clone().postponed(began.elapsed())))
    }

    /// Whether the service has ended it, for its time is over: then nothing is left that could be taken back.
    pub(super) async fn is_over(&self, client: &Client, bounds: &Bounds) -> bool {
        self.get(client, bounds).await.is_ok_and(|group| Self::has_ended(&group))
    }

    /// The same of a group that was read.
    pub(super) fn has_ended(group: &DeliveryGroup) -> bool {
        matches!(status(group), "EXPIRED" | "CEASED")
    }

    /// What to tell of it then.
    pub(super) fn over(&self) -> Diagnostic {
        let summary = format!("Nothing is left to take back from delivery group {:?}", self.id);
        let detail = "The group has expired or was ceased, and nobody can use it any more. Terraform forgets what it \
                      managed of it.";
        Diagnostic::warning(summary, detail)
    }

    /// What to tell where somebody is to be removed from it then.
    pub(super) fn over_for_now(&self) -> Diagnostic {
        let summary = format!("Nobody can be removed from delivery group {:?} now", self.id);
        let detail = "The group has expired or was ceased, and nobody can use it any more. If it is renewed, and those \
                      who were to be removed are still authorized, the next plan removes them.";
        Diagnostic::warning(summary, detail)
    }

    /// What a plan says of a change of it then. No error: before it destroys, Terraform plans what is configured.
    pub(super) fn will_refuse(&self) -> Diagnostic {
        let summary = format!("Delivery group {:?} takes no change now", self.id);
        let detail = "The group has expired or was ceased, and nobody can use it any more. The apply will fail, unless \
                      the group is renewed by then.";
        Diagnostic::warning(summary, detail).at(Path::attribute("delivery_group_id"))
    }

    /// Whether a call was refused for its time being over.
    pub(super) async fn refuses_as_over(&self, error: &Error, client: &Client, bounds: &Bounds) -> bool {
        error.kind() == ErrorKind::Conflict && self.is_over(client, bounds).await
    }

    /// What to tell of a call that was refused so.
    pub(super) fn refused_as_over(&self, attempt: &str, error: &Error) -> Diagnostic {
        let advice = "The group has expired or was ceased, and nobody can use it any more. Renew it and apply again, \
                      or take what was attempted out of the configuration.";
        failed_because(attempt, error, advice).at(Path::attribute("delivery_group_id"))
    }

    /// Whether users and user groups can be authorized side by side. Who may not read the group, or is told nothing of
    /// it, is not kept from trying.
    pub(super) async fn takes_both_kinds(&self, client: &Client, bounds: &Bounds) -> bool {
        match self.get(client, bounds).await {
            Ok(group) => group.support_user_group_mixed_auth.unwrap_or(true),
            Err(error) => {
                tracing::debug!(code = error.code(), "cannot read whether the group takes users and user groups");
                true
            }
        }
    }

    /// Whether people are authorized for its persistent sessions, and not for the group. Who may not read it finds out
    /// by trying.
    pub(super) async fn authorizes_by_session(&self, client: &Client, bounds: &Bounds) -> bool {
        self.get(client, bounds).await.is_ok_and(|group| group.auth_mode.as_deref() == Some("Session"))
    }

    /// What a plan says of a group that is not there. No error: before it destroys, Terraform plans what is configured,
    /// and a group that is gone must not be in the way of that.
    pub(super) fn missing(&self) -> Diagnostic {
        let summary = format!("There is no delivery group {:?}", self.id);
        let detail = "The apply will fail unless it exists by then. Check the ID, the region and the account.";
        Diagnostic::warning(summary, detail).at(Path::attribute("delivery_group_id"))
    }

    /// Fails when a region is configured and the group is in another.
    pub(super) fn check_region(&self, configured: Option<&str>, group: &DeliveryGroup) -> Result<()> {
        let (Some(configured), Some(actual)) = (configured, group.region_id.as_deref()) else { return Ok(()) };
        if configured == actual {
            return Ok(());
        }
        let detail = format!(
            "The region is set to {configured:?}, and the service says that delivery group {:?} is in {actual:?}. Set \
             that region, or leave it out.",
            self.id
        );
        Err(Diagnostic::error("Wrong region", detail).at(Path::attribute("region")).into())
    }
}

pub(super) fn status(group: &DeliveryGroup) -> &str {
    group.status.as_deref().unwrap_or("UNKNOWN")
}

pub(super) fn image(group: &DeliveryGroup) -> &str {
    group.app_center_image_id.as_deref().unwrap_or_default()
}

/// Whether nothing has come of an update between two looks at a group.
fn runs_the_same(one: &DeliveryGroup, other: &DeliveryGroup) -> bool {
    (status(one), image(one)) == (status(other), image(other))
}

/// What an id of the service may look like.
pub(super) fn id() -> Validator {
    validate::pattern("[A-Za-z0-9_.:*-]{1,128}", "1 to 128 letters, digits, hyphens and the signs _ . :")
}

/// What a region's id may look like.
pub(super) fn region() -> Validator {
    validate::pattern("[a-z0-9-]{1,64}", "1 to 64 lower-case letters, digits and hyphens")
}

/// `delivery_group_id`, as an argument.
pub(super) fn id_attribute() -> Attribute {
    Attribute::string("The delivery group's ID (`AppInstanceGroupId`), for instance `aig-9ciijz60n4xsv****`.")
        .required()
        .validate(id())
}

/// `product_type`, as an argument. What reads it takes `CloudApp` where it is not set.
pub(super) fn product_type_attribute() -> Attribute {
    Attribute::string("The product type (`ProductType`). App Streaming has one: `CloudApp`, the default.")
        .optional()
        .validate(validate::one_of(["CloudApp"]))
}

/// `region`, as an optional argument.
pub(super) fn region_attribute(description: &str) -> Attribute {
    Attribute::string(description).optional().validate(region())
}

/// `region` of something that is done to a group, which knows its own.
pub(super) fn own_region_attribute() -> Attribute {
    region_attribute(
        "The delivery group's region (`BizRegionId`), for instance `cn-hangzhou`. Read from the group when it is not \
         set.",
    )
}

/// The same of something that is managed for the group.
pub(super) fn kept_region_attribute() -> Attribute {
    own_region_attribute().computed().use_state_for_unknown().requires_replace()
}

/// `region` of something that is read: it only chooses the service's endpoint.
pub(super) fn endpoint_region_attribute() -> Attribute {
    region_attribute(
        "The delivery group's region, for instance `cn-hangzhou`, from which the service's endpoint follows. The \
         provider's when it is not set.",
    )
}
