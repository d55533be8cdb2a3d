//! Giving a delivery group another image (`UpdateAppInstanceGroupImage`).

use std::{mem, time::Duration};

use alibaba::{Client, DeliveryGroup};
use cloud::{
    Backoff, Bounds, CarriedOut, Error, ErrorKind, Look, Mutation, People, Persistence, Stop, Unread, carry_out,
    patiently, until_shown,
};
use tfplug::{Diagnostic, Diagnostics, Path, Result};
use tokio::time::Instant;

use super::{
    GroupRef, MAINTAIN_FAILED, MAINTAINING, PUBLISHED, image,
    obstacle::{as_error, image_obstacle},
    rollout::{Drain, Drainer, Gate, Passed, Rollout, without_drain},
    runs_the_same, status,
};
use crate::failure::{failed_at, stopped};

/// An update shows in the group's status within seconds; one that shows no effect for this long did not arrive.
const PERSISTENCE: Persistence = Persistence { sends: 3, settle: Duration::from_secs(8) };

/// How often somebody else's update may come in between.
const MAX_ROUNDS: u32 = 3;

/// Between looks at a group that changes.
fn backoff() -> Backoff {
    Backoff::new(Duration::from_millis(200), Duration::from_secs(15))
}

/// An image update, from looking at the group to seeing it published.
pub(crate) struct ImageUpdate<'a> {
    pub(crate) client: &'a Client,
    pub(crate) group: &'a GroupRef,
    pub(crate) image_id: &'a str,
    /// Whether the update is made again where the group has the image and its last update failed.
    pub(crate) repairs: bool,
    pub(crate) wait_for_completion: bool,
    /// What holds it back.
    pub(crate) rollout: Option<&'a Rollout>,
    pub(crate) drainer: Drainer,
    pub(crate) people: &'a People,
    /// Where each line goes that says how it stands.
    pub(crate) tell: &'a (dyn Fn(String) + Sync),
}

/// What came of an image update.
pub(crate) struct Updated {
    /// The group as last seen.
    pub(crate) group: DeliveryGroup,
    /// What is left to be done.
    pub(crate) warning: Option<Diagnostic>,
}

impl ImageUpdate<'_> {
    /// Makes sure that the group runs the image, with one call at most unless that call did not arrive.
    ///
    /// An update that is already running is awaited first, ours or another's: people are disconnected once, not twice.
    /// What a rollout demands is demanded before each call. After every look, `seen` gets the group as it is, so that
    /// the caller can keep its state true. A drain is over in the end, whatever came of the update, also one that an
    /// earlier run has left behind.
    pub(crate) async fn run(
        &self,
        bounds: &Bounds,
        mut seen: impl FnMut(&DeliveryGroup) -> Result<()> + Send,
    ) -> Result<Updated> {
        let found = self.group.read(self.client, bounds).await?;
        seen(&found)?;
        let mut drain = Drain::of(self.client, self.group, self.drainer, &found);
        let updated = self.run_with(&mut drain, found, bounds, &mut seen).await;
        match (updated, drain.end(bounds).await) {
            (Ok(group), Ok(false)) => Ok(Updated { group, warning: None }),
            (Ok(group), Ok(true)) => Ok(Updated { group: without_drain(group), warning: None }),
            (Ok(group), Err(warning)) => Ok(Updated { group, warning: Some(warning) }),
            (Err(told), Ok(_)) => Err(told),
            (Err(mut told), Err(warning)) => {
                told.push(warning);
                Err(told)
            }
        }
    }

    async fn run_with(
        &self,
        drain: &mut Drain<'_>,
        mut group: DeliveryGroup,
        bounds: &Bounds,
        seen: &mut (impl FnMut(&DeliveryGroup) -> Result<()> + Send),
    ) -> Result<DeliveryGroup> {
        let mut bounds = bounds.clone();
        let mut gate = self.rollout.map(|it| Gate::new(self.client, self.group, it, self.people, self.tell));
        let (mut rounds, mut sends, mut may_be_ours) = (0, 0, false);
        let mut busy = backoff();
        let mut is_checked = gate.is_none();
        loop {
            if status(&group) == MAINTAINING {
                group = self.until_not_maintaining(group, &bounds, seen).await?;
            }
            if may_be_ours && status(&group) == MAINTAIN_FAILED {
                self.check(&group)?;
            }
            if image(&group) == self.image_id && !(self.repairs && status(&group) == MAINTAIN_FAILED) {
                return Ok(group);
            }
            if GroupRef::has_ended(&group) {
                return Err(self.ended().into());
            }
            if rounds == MAX_ROUNDS {
                return Err(self.overtaken(&group).into());
            }
            if !mem::replace(&mut is_checked, true) {
                self.check_image(&group, &bounds).await?;
            }
            let sending = match &mut gate {
                Some(gate) => {
                    let Passed { waited, holds_until } = gate.pass(drain, &group, &bounds).await?;
                    bounds = bounds.postponed(waited);
                    // Somebody else may have updated it meanwhile.
                    let before = mem::replace(&mut group, self.group.read(self.client, &bounds).await?);
                    seen(&group)?;
                    let Some(until) = holds_until else {
                        busy.wait(&bounds).await.map_err(|stop| self.stopped(stop, &group, &bounds))?;
                        continue;
                    };
                    if !runs_the_same(&before, &group) {
                        continue;
                    }
                    bounds.clone().with_latest_start(until)
                }
                None => bounds.clone(),
            };
            match carry_out(Sent { update: self, before: &group, seen }, &sending).await {
                Ok(CarriedOut::Answered(())) => {
                    seen(&begun(&group))?;
                    return self.after_an_answer(group, drain, &bounds, seen).await;
                }
                // Ours or another's, which is awaited like any other.
                Ok(CarriedOut::Seen(begun)) => {
                    group = begun;
                    (rounds, may_be_ours) = (rounds + 1, true);
                }
                // It did not go out, or not soon enough: it is looked again who is there.
                Err(error) if gate.is_some() && error.is_transient() && !error.outcome_unknown() => {
                    let asked = error.pause().map(|pause| pause.asked).unwrap_or_default();
                    let waited = bounds.sleep(asked).await;
                    if waited.is_err() || busy.wait(&bounds).await.is_err() {
                        return Err(self.not_sent(&error, &bounds).await.into());
                    }
                }
                // Of a group that goes from one failed update to the next, nobody can see that.
                Err(error)
                    if gate.is_some()
                        && error.has_not_arrived()
                        && status(&group) != MAINTAIN_FAILED
                        && sends + 1 < PERSISTENCE.sends =>
                {
                    sends += 1;
                }
                Err(error) if error.kind() == ErrorKind::Conflict && rounds + 1 < MAX_ROUNDS => {
                    rounds += 1;
                    group = self.group.read(self.client, &bounds).await?;
                    seen(&group)?;
                    if status(&group) != MAINTAINING {
                        return Err(self.refused(&error, &bounds).await.into());
                    }
                }
                Err(error) => {
                    if error.outcome_unknown() {
                        seen(&begun(&group))?;
                    }
                    return Err(self.refused(&error, &bounds).await.into());
                }
            }
        }
    }

    /// Fails where the image cannot be given to the group, before anybody is kept away from it, or logged off.
    async fn check_image(&self, group: &DeliveryGroup, bounds: &Bounds) -> Result<()> {
        let region = group.region_id.as_deref();
        match image_obstacle(self.client, &self.group.id, self.image_id, region, bounds).await {
            Some(obstacle) => Err(as_error(obstacle).into()),
            None => Ok(()),
        }
    }

    /// Looks at the group while its update is awaited.
    async fn look_again(&self, last: &DeliveryGroup, bounds: &Bounds) -> Result<DeliveryGroup> {
        let read = patiently(bounds, backoff(), || self.group.get(self.client, bounds)).await;
        read.map_err(|unread| match unread {
            Unread::Refused(error) => self.group.unreadable(&error).into(),
            Unread::Stopped(stop, why) => {
                let mut diagnostic = self.stopped(stop, last, bounds);
                if let Some(error) = why {
                    diagnostic.detail.push_str(&format!("\n\nSince that look it could not be read: {error}"));
                }
                diagnostic.into()
            }
        })
    }

    /// Awaits what was accepted; where that is not wanted, only until it shows: the next read would take the old image
    /// for drift.
    async fn after_an_answer(
        &self,
        group: DeliveryGroup,
        drain: &mut Drain<'_>,
        bounds: &Bounds,
        seen: &mut (impl FnMut(&DeliveryGroup) -> Result<()> + Send),
    ) -> Result<DeliveryGroup> {
        if !self.wait_for_completion {
            let sent = Sent { update: self, before: &group, seen };
            let shown = until_shown(sent, PERSISTENCE.settle, bounds).await.inspect_err(|unreadable| {
                tracing::debug!(%unreadable, "cannot see the update begin");
            });
            return Ok(shown.ok().flatten().unwrap_or_else(|| begun(&group)));
        }
        let mut group = self.until_begun(group, bounds, seen).await?;
        // The group takes nobody now in any case. What keeps it from being over is said in the end.
        let _ = drain.end(bounds).await;
        if status(&group) == MAINTAINING {
            group = self.until_not_maintaining(group, bounds, seen).await?;
        }
        self.check(&group)?;
        Ok(group)
    }

    /// Awaits the end of the update that runs.
    ///
    /// A read may be from before the update: the group then shows its former image again, as if nothing had been done,
    /// or that its last update failed. Only what is shown for as long as reads may lag is taken for the end, because on
    /// it depends whether people are disconnected once more.
    async fn until_not_maintaining(
        &self,
        mut group: DeliveryGroup,
        bounds: &Bounds,
        seen: &mut (impl FnMut(&DeliveryGroup) -> Result<()> + Send),
    ) -> Result<DeliveryGroup> {
        let mut backoff = backoff();
        let mut shown_since = None;
        loop {
            match status(&group) {
                MAINTAINING => shown_since = None,
                PUBLISHED if image(&group) == self.image_id => return Ok(group),
                _ => {
                    let since = *shown_since.get_or_insert_with(Instant::now);
                    if since.elapsed() >= bounds.settle(PERSISTENCE.settle) {
                        return Ok(group);
                    }
                }
            }
            backoff.wait(bounds).await.map_err(|stop| self.stopped(stop, &group, bounds))?;
            group = self.look_again(&group, bounds).await?;
            seen(&group)?;
        }
    }

    /// Awaits that an update which was accepted shows, for as long as the operation may take. A group whose last update
    /// failed looks the same after one that fails at once: what it shows for as long as reads may lag is the end.
    async fn until_begun(
        &self,
        before: DeliveryGroup,
        bounds: &Bounds,
        seen: &mut (impl FnMut(&DeliveryGroup) -> Result<()> + Send),
    ) -> Result<DeliveryGroup> {
        let (mut backoff, began) = (backoff(), Instant::now());
        loop {
            let group = self.look_again(&before, bounds).await?;
            seen(&group)?;
            let is_over = status(&group) == MAINTAIN_FAILED && began.elapsed() >= bounds.settle(PERSISTENCE.settle);
            if is_over || self.has_begun(&before, &group) {
                return Ok(group);
            }
            backoff.wait(bounds).await.map_err(|stop| self.stopped(stop, &group, bounds))?;
        }
    }

    /// Whether a group shows that something has come of the update since it looked as `before`.
    fn has_begun(&self, before: &DeliveryGroup, now: &DeliveryGroup) -> bool {
        status(now) != status(before) || image(now) == self.image_id && image(before) != self.image_id
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

    /// What to tell where the group has ended, for instance while people were waited for.
    fn ended(&self) -> Diagnostic {
        let detail = "The group has expired or was ceased, and nobody can use it any more. The image update was not \
                      made. Renew the group and apply again, or take it out of the configuration.";
        let summary = format!("Cannot update the image of delivery group {:?}", self.group.id);
        Diagnostic::error(summary, detail).at(Path::attribute("delivery_group_id"))
    }

    fn overtaken(&self, group: &DeliveryGroup) -> Diagnostic {
        let detail = format!(
            "Somebody else updated it {MAX_ROUNDS} times meanwhile; it is {} with the image {:?}. Agree on one image, \
             and apply again.",
            status(group),
            image(group)
        );
        Diagnostic::error(format!("Cannot update the image of delivery group {:?}", self.group.id), detail)
    }

    /// What to tell where a rollout's update could not go out while the look before it held.
    async fn not_sent(&self, error: &Error, bounds: &Bounds) -> Diagnostic {
        let mut diagnostic = self.refused(error, bounds).await;
        diagnostic.detail.push_str(
            "\n\nThe rollout has it sent within 5 seconds of a look at the sessions, and once for each look. That did \
             not come about before the time was over; the image update was not made.",
        );
        diagnostic
    }

    async fn refused(&self, error: &Error, bounds: &Bounds) -> Diagnostic {
        let attempt = format!("update the image of delivery group {:?} to {:?}", self.group.id, self.image_id);
        if self.group.refuses_as_over(error, self.client, bounds).await {
            return self.group.refused_as_over(&attempt, error);
        }
        let attributes = [("Image", "image_id"), ("Region", "region"), ("AppInstanceGroup", "delivery_group_id")];
        failed_at(&attempt, error, &attributes)
    }

    fn stopped(&self, stop: Stop, group: &DeliveryGroup, bounds: &Bounds) -> Diagnostic {
        let awaited = format!("The image update of delivery group {:?}", self.group.id);
        let (status, image) = (status(group), image(group));
        let state = if status == MAINTAINING {
            format!("The group is {status} with the image {image:?}.")
        } else {
            // What was sent may show later than this.
            format!("The update may have begun; the last look showed the group {status} with the image {image:?}.")
        };
        stopped(&awaited, stop, &state, bounds)
    }
}

/// The group as an update that was sent leads to believe that it is, before any look shows it.
fn begun(group: &DeliveryGroup) -> DeliveryGroup {
    DeliveryGroup { status: Some(MAINTAINING.to_owned()), ..group.clone() }
}

/// The call itself. Its effect is that the group's status or its image is another one.
struct Sent<'a, F> {
    update: &'a ImageUpdate<'a>,
    before: &'a DeliveryGroup,
    seen: &'a mut F,
}

impl<F: FnMut(&DeliveryGroup) -> Result<()> + Send> Look for Sent<'_, F> {
    type Seen = DeliveryGroup;
    type Unreadable = Diagnostics;

    async fn look(&mut self, bounds: &Bounds) -> Result<Option<DeliveryGroup>> {
        let group = self.update.group.read(self.update.client, bounds).await?;
        (self.seen)(&group)?;
        Ok(self.update.has_begun(self.before, &group).then_some(group))
    }
}

impl<F: FnMut(&DeliveryGroup) -> Result<()> + Send> Mutation for Sent<'_, F> {
    type Answer = ();

    fn persistence(&self) -> Persistence {
        // A group that goes from one failed update to the next looks as it did before, and before each call of a
        // rollout it is looked who is there.
        let is_sent_once = status(self.before) == MAINTAIN_FAILED || self.update.rollout.is_some();
        if is_sent_once { Persistence::once(PERSISTENCE.settle) } else { PERSISTENCE }
    }

    async fn send(&mut self, bounds: &Bounds) -> Result<(), Error> {
        let ImageUpdate { client, group, image_id, .. } = self.update;
        let region = self.before.region_id.as_deref().or_else(|| client.region()).unwrap_or_default();
        client.update_delivery_group_image(&group.id, image_id, region, &group.product_type, bounds).await
    }
}
