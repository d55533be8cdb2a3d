//! Giving a delivery group another image (`UpdateAppInstanceGroupImage`).

use std::time::Duration;

use alibaba::{Client, DeliveryGroup};
use cloud::{Backoff, Bounds, Error, ErrorKind};
use tfplug::{Diagnostic, Path, Result};

use super::{GroupRef, MAINTAIN_FAILED, MAINTAINING, PUBLISHED, image, status};
use crate::failure::{failed_at, stopped};

/// How often an image update is sent at most. Each further time, the group has been seen unchanged before.
const MAX_SENDS: u32 = 3;
/// How long an update that was sent may take to show in the group's status.
const SETTLE: Duration = Duration::from_secs(30);
/// The same where it is not known whether the request arrived.
const SETTLE_UNKNOWN: Duration = Duration::from_secs(8);

/// How many looks in a row must show an end of the update that did not bring the image.
const LOOKS_AT_AN_END: u32 = 3;

/// Between looks at a group that changes.
fn backoff() -> Backoff {
    Backoff::new(Duration::from_millis(200), Duration::from_secs(15))
}

/// An image update, from looking at the group to seeing it published.
pub(crate) struct ImageUpdate<'a> {
    pub(crate) client: &'a Client,
    pub(crate) group: &'a GroupRef,
    pub(crate) image_id: &'a str,
    pub(crate) wait_for_completion: bool,
}

/// How an image update ended.
pub(crate) struct ImageUpdated {
    /// The group as last seen.
    pub(crate) group: DeliveryGroup,
    /// The image that it had when this began.
    pub(crate) before: Option<String>,
}

impl ImageUpdate<'_> {
    /// Makes sure that the group runs the image, with one call at most unless that call did not arrive.
    ///
    /// An update that is already running is awaited first, ours or another's: people are disconnected once, not twice.
    /// After every look, `seen` gets the group as it is, so that the caller can keep its state true.
    pub(crate) async fn run(
        &self,
        bounds: &Bounds,
        mut seen: impl FnMut(&DeliveryGroup) -> Result<()>,
    ) -> Result<ImageUpdated> {
        let mut group = self.group.read(self.client, bounds).await?;
        seen(&group)?;
        let before = group.app_center_image_id.clone();
        for send in 1..=MAX_SENDS {
            if status(&group) == MAINTAINING {
                group = self.until_not_maintaining(group, bounds, &mut seen).await?;
            }
            if image(&group) == self.image_id && status(&group) != MAINTAIN_FAILED {
                return Ok(ImageUpdated { group, before });
            }
            let region =
                group.region_id.clone().or_else(|| self.client.region().map(str::to_owned)).unwrap_or_default();
            let id = &self.group.id;
            let sent =
                self.client.update_delivery_group_image(id, self.image_id, &region, &self.group.product_type, bounds);
            match sent.await {
                Ok(()) if !self.wait_for_completion => {
                    // Until it shows: the next read would take the old image for drift.
                    group = self.until_begun(group, SETTLE_UNKNOWN, bounds, &mut seen).await?;
                    return Ok(ImageUpdated { group, before });
                }
                Ok(()) => {
                    group = self.until_begun(group, SETTLE, bounds, &mut seen).await?;
                    if status(&group) == MAINTAINING {
                        group = self.until_not_maintaining(group, bounds, &mut seen).await?;
                    }
                    self.check(&group)?;
                    return Ok(ImageUpdated { group, before });
                }
                // It may have happened. Whatever the group shows next is the answer; only when it goes on showing
                // nothing was the request lost, and is sent again.
                Err(error) if error.outcome_unknown() && send < MAX_SENDS => {
                    tracing::warn!(operation = error.operation(), "no answer; looking whether it happened");
                    group = self.until_begun(group, SETTLE_UNKNOWN, bounds, &mut seen).await?;
                    if status(&group) == MAINTAIN_FAILED {
                        self.check(&group)?;
                    }
                }
                // Somebody else's update may have begun in between: it is awaited like any other.
                Err(error) if error.kind() == ErrorKind::Conflict && send < MAX_SENDS => {
                    group = self.group.read(self.client, bounds).await?;
                    seen(&group)?;
                    if status(&group) != MAINTAINING {
                        return Err(self.refused(&error).into());
                    }
                }
                Err(error) => return Err(self.refused(&error).into()),
            }
        }
        let detail = format!("The request was sent {MAX_SENDS} times, got no answer, and had no effect.");
        Err(Diagnostic::error(format!("Cannot update the image of delivery group {:?}", self.group.id), detail).into())
    }

    /// Looks until the update shows, or for so long that it should have.
    async fn until_begun(
        &self,
        before: DeliveryGroup,
        settle: Duration,
        bounds: &Bounds,
        seen: &mut impl FnMut(&DeliveryGroup) -> Result<()>,
    ) -> Result<DeliveryGroup> {
        let short = bounds.clone().with_timeout(settle);
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
        loop {
            let group = self.group.read(self.client, bounds).await?;
            seen(&group)?;
            let begun = status(&group) != status(&before) || image(&group) == self.image_id;
            if begun || backoff.wait(&short).await.is_err() {
                bounds.check().map_err(|stop| self.stopped(stop, &group))?;
                return Ok(group);
            }
        }
    }

    /// Awaits the end of the update that runs.
    ///
    /// A read may be from before the update: the group then shows its former image again, as if nothing had been done.
    /// Only what several looks in a row show is taken for the end, because on it depends whether people are
    /// disconnected once more.
    async fn until_not_maintaining(
        &self,
        mut group: DeliveryGroup,
        bounds: &Bounds,
        seen: &mut impl FnMut(&DeliveryGroup) -> Result<()>,
    ) -> Result<DeliveryGroup> {
        let mut backoff = backoff();
        let mut looks_at_another = 0;
        loop {
            match status(&group) {
                MAINTAINING => looks_at_another = 0,
                PUBLISHED if image(&group) != self.image_id => looks_at_another += 1,
                _ => return Ok(group),
            }
            if looks_at_another == LOOKS_AT_AN_END {
                return Ok(group);
            }
            backoff.wait(bounds).await.map_err(|stop| self.stopped(stop, &group))?;
            group = self.group.read(self.client, bounds).await?;
            seen(&group)?;
        }
    }

    /// Whether the update that was awaited led to the image.
    fn check(&self, group: &DeliveryGroup) -> Result<()> {
        if image(group) == self.image_id && status(group) == PUBLISHED {
            return Ok(());
        }
        let id = &self.group.id;
        let summary = format!("The image update of delivery group {id:?} failed");
        let detail = format!(
            "The group was given the image {:?}, and is now {} with the image {:?}. Look at the image and the group in \
             the console; a further apply starts the update again.",
            self.image_id,
            status(group),
            image(group),
        );
        Err(Diagnostic::error(summary, detail).at(Path::attribute("image_id")).into())
    }

    fn refused(&self, error: &Error) -> Diagnostic {
        let attempt = format!("update the image of delivery group {:?} to {:?}", self.group.id, self.image_id);
        let attributes = [("Image", "image_id"), ("Region", "region"), ("AppInstanceGroup", "delivery_group_id")];
        failed_at(&attempt, error, &attributes)
    }

    fn stopped(&self, stop: cloud::Stop, group: &DeliveryGroup) -> Diagnostic {
        let awaited = format!("The image update of delivery group {:?}", self.group.id);
        stopped(&awaited, stop, &format!("The group is {} with the image {:?}.", status(group), image(group)))
    }
}
