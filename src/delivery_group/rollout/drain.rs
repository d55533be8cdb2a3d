//! Draining a delivery group: as long as it has a tag of the service's, newly bound users cannot connect
//! (`TagResources`, `UntagResources`).
//!
//! Beside that tag stands one of ours, which names who drains, so that a drain that was left behind is found and ended,
//! and somebody else's is left alone.

use std::{fmt, time::Duration};

use alibaba::{Client, DeliveryGroup};
use cloud::{Bounds, CarriedOut, Error, Look, Mutation, Persistence, carry_out, until_shown};
use tfplug::{Diagnostic, Diagnostics, Path, Result};
use tokio::time::Instant;

use super::super::{GroupRef, to_seconds};
use crate::failure::failed;

/// The service's tag. It takes `true` and `false`.
const STOPPED: &str = "System/Scheduler/STOP_NEW_USER_CONNECTION";
/// Ours. Its value is who drains, and since when: `appstreaming_delivery_group_image@2026-08-04T02:00:00Z`.
const DRAINED_BY: &str = "terraform-drained-by";

/// What is answered where a group has as many tags as it can have.
const TOO_MANY_TAGS: &str = "ResourceTag.CustomTagCountExceed";

/// Tags show within seconds.
const PERSISTENCE: Persistence = Persistence { sends: 3, settle: Duration::from_secs(8) };

/// How long one attempt to begin may take.
const ATTEMPT: Duration = Duration::from_secs(15);

/// How long it may take to end.
const LONGEST_END: Duration = Duration::from_secs(3 * 60);

/// How long it may take to see whether somebody has taken a drain over.
const LOOK: Duration = Duration::from_secs(5);

/// Who drains a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drainer {
    /// The resource `appstreaming_delivery_group_image`. There is one for a group.
    Resource,
    /// The action `appstreaming_delivery_group_update_image`.
    Action,
}

impl Drainer {
    fn name(self) -> &'static str {
        match self {
            Self::Resource => "appstreaming_delivery_group_image",
            Self::Action => "appstreaming_delivery_group_update_image",
        }
    }

    /// Whether a group has a drain that this one has begun.
    pub(crate) fn drains(self, group: &DeliveryGroup) -> bool {
        tag(group, DRAINED_BY).is_some_and(|mark| mark.split('@').next() == Some(self.name()))
    }
}

/// Who keeps new users from a group: the words of our tag, or nobody knows who.
pub(crate) fn drained_by(group: &DeliveryGroup) -> Option<Drained<'_>> {
    match tag(group, DRAINED_BY) {
        Some(mark) => {
            let (by, since) = mark.split_once('@').unwrap_or((mark, ""));
            Some(Drained { by: Some(by), since: Some(since).filter(|since| !since.is_empty()) })
        }
        None if tag(group, STOPPED) == Some("true") => Some(Drained { by: None, since: None }),
        None => None,
    }
}

/// By whom, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Drained<'g> {
    by: Option<&'g str>,
    since: Option<&'g str>,
}

impl Drained<'_> {
    /// What else ends it; completes a sentence.
    pub(super) fn remedy(&self) -> &'static str {
        if self.by == Some(Drainer::Action.name()) {
            ", or invoke that action again: it ends its own drain when it is done"
        } else {
            ""
        }
    }
}

impl fmt::Display for Drained<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.by {
            Some(by) => write!(f, "{by} drains it")?,
            None => f.write_str("Somebody drains it")?,
        }
        self.since.map_or(Ok(()), |since| write!(f, " since {since}"))
    }
}

fn tag<'g>(group: &'g DeliveryGroup, key: &str) -> Option<&'g str> {
    // The list of groups has them under another name.
    let mut tags = group.tags.iter().chain(&group.resource_tags);
    tags.find(|tag| tag.key.as_deref() == Some(key)).map(|tag| tag.value.as_deref().unwrap_or_default())
}

/// The drain of one group by one who drains.
#[derive(Debug)]
pub(crate) struct Drain<'a> {
    client: &'a Client,
    group: &'a GroupRef,
    region: String,
    drainer: Drainer,
    standing: Standing,
    trouble: Option<Error>,
}

/// How a drain stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    NotBegun,
    /// Its beginning was sent, and nobody knows what came of it.
    MayBeOn,
    /// It was seen to be on, for the first time then.
    On(Instant),
    Over,
}

impl<'a> Drain<'a> {
    /// The one that a group shows, where an earlier run has left it behind, or one that has not begun.
    pub(crate) fn of(client: &'a Client, group: &'a GroupRef, drainer: Drainer, found: &DeliveryGroup) -> Self {
        let region = found.region_id.as_deref().or_else(|| client.region()).unwrap_or_default().to_owned();
        let standing = if drainer.drains(found) { Standing::On(Instant::now()) } else { Standing::NotBegun };
        Self { client, group, region, drainer, standing, trouble: None }
    }

    /// Sees to it that it is on in a group that was just found so: begins it, also where somebody has taken its tags
    /// away, unless the group takes no new users already. What passes by itself is no error: whoever waits comes by
    /// again.
    ///
    /// # Errors
    /// Where the group may not be tagged.
    pub(super) async fn keep_on(&mut self, found: &DeliveryGroup, bounds: &Bounds) -> Result<()> {
        let is_ours = self.drainer.drains(found);
        if is_ours && tag(found, STOPPED) == Some("true") {
            if !matches!(self.standing, Standing::On(_)) {
                self.standing = Standing::On(Instant::now());
            }
            return Ok(());
        }
        if let Some(drained) = drained_by(found).filter(|_| !is_ours) {
            // Somebody else's may end before this does.
            tracing::debug!(id = self.group.id, "{drained}");
            return Ok(());
        }
        if let Standing::On(since) = self.standing
            && since.elapsed() < bounds.settle(PERSISTENCE.settle)
        {
            return Ok(());
        }
        self.standing = Standing::MayBeOn;
        let mark = format!("{}@{}", self.drainer.name(), to_seconds(self.client.now()));
        // The sessions are looked at again in the meantime, whatever becomes of it.
        let short = bounds.clone().with_timeout(ATTEMPT);
        match carry_out(Tagging { drain: self, mark: Some(&mark) }, &short).await {
            Ok(_) => (self.standing, self.trouble) = (Standing::On(Instant::now()), None),
            Err(error) if !error.is_transient() && bounds.check().is_ok() => {
                return Err(self.cannot_begin(&error));
            }
            Err(error) => {
                tracing::warn!(id = self.group.id, kind = ?error.kind(), "cannot drain it now; it is tried again");
                self.trouble = Some(error);
            }
        }
        Ok(())
    }

    /// Why it could not be begun, where the last attempt failed with what may pass.
    pub(super) fn trouble(&self) -> Option<&Error> {
        self.trouble.as_ref()
    }

    /// What to tell where it cannot begin.
    pub(super) fn cannot_begin(&self, error: &Error) -> Diagnostics {
        let mut diagnostic = failed(&format!("drain delivery group {:?}", self.group.id), error);
        if error.code() == Some(TOO_MANY_TAGS) {
            diagnostic.detail.push_str(&format!(
                "\n\nA drain marks the group with the tag {DRAINED_BY}, and it has as many tags as the service takes \
                 (20): take one of them away, or drain = true out of the rollout."
            ));
        }
        diagnostic.at(Path::attribute("rollout").then_attribute("drain")).into()
    }

    /// Ends it, if it is on, within the bounds or in grace, and looks until the group does not show it any more.
    /// Answers whether it was on, so that an older look at the group may show it.
    ///
    /// # Errors
    /// A warning that says what to do. Whoever looks at the group the next time sees it.
    pub(crate) async fn end(&mut self, bounds: &Bounds) -> Result<bool, Diagnostic> {
        match self.standing {
            Standing::NotBegun => return Ok(false),
            Standing::Over => return Ok(true),
            Standing::MayBeOn | Standing::On(_) => {}
        }
        // Whatever keeps the service from it, nobody waits for that for as long as for an update.
        let within = bounds.or_grace().with_timeout(LONGEST_END);
        // What is left of the time is for the call itself.
        let now = self.group.get(self.client, &within.clone().with_timeout(LOOK)).await;
        let is_taken_over = |now: &DeliveryGroup| drained_by(now).is_some() && !self.drainer.drains(now);
        if !now.is_ok_and(|now| is_taken_over(&now)) {
            match carry_out(Tagging { drain: self, mark: None }, &within).await {
                Ok(CarriedOut::Answered(())) => {
                    let shown = until_shown(Tagging { drain: self, mark: None }, PERSISTENCE.settle, &within).await;
                    let _ = shown.inspect_err(|unreadable| tracing::debug!(%unreadable, "cannot see the drain end"));
                }
                Ok(CarriedOut::Seen(())) => {}
                Err(error) => return Err(self.stays(&error)),
            }
        }
        self.standing = Standing::Over;
        Ok(true)
    }

    /// Ends the one that an earlier run has left behind, if it has.
    ///
    /// # Errors
    /// Where the group cannot be read, or the drain stays.
    pub(crate) async fn end_of(client: &Client, group: &GroupRef, drainer: Drainer, bounds: &Bounds) -> Result<()> {
        let Some(found) = group.find(client, bounds).await? else { return Ok(()) };
        let ended = Drain::of(client, group, drainer, &found).end(bounds).await;
        ended.map(|_| ()).map_err(|warning| Diagnostic { severity: tfplug::Severity::Error, ..warning }.into())
    }

    fn stays(&self, error: &Error) -> Diagnostic {
        let mut diagnostic = failed(&format!("end the drain of delivery group {:?}", self.group.id), error);
        diagnostic.severity = tfplug::Severity::Warning;
        diagnostic.detail.push_str(&format!(
            "\n\nAs long as it has the tag {STOPPED}, newly bound users cannot connect to it. The next plan shows \
             whether it is still there, and the next apply takes it away."
        ));
        diagnostic
    }
}

/// The group as it is without the drain.
pub(crate) fn without_drain(mut group: DeliveryGroup) -> DeliveryGroup {
    for tags in [&mut group.tags, &mut group.resource_tags] {
        tags.retain(|tag| !matches!(tag.key.as_deref(), Some(STOPPED | DRAINED_BY)));
    }
    group
}

/// The call itself. Its effect is that the group has our tag, or has it not.
struct Tagging<'d, 'a> {
    drain: &'d Drain<'a>,
    mark: Option<&'d str>,
}

impl Look for Tagging<'_, '_> {
    type Seen = ();
    type Unreadable = Diagnostics;

    async fn look(&mut self, bounds: &Bounds) -> Result<Option<()>> {
        let group = self.drain.group.read(self.drain.client, bounds).await?;
        Ok((tag(&group, DRAINED_BY) == self.mark).then_some(()))
    }
}

impl Mutation for Tagging<'_, '_> {
    type Answer = ();

    fn persistence(&self) -> Persistence {
        PERSISTENCE
    }

    async fn send(&mut self, bounds: &Bounds) -> Result<(), Error> {
        let Drain { client, group, region, .. } = self.drain;
        match self.mark {
            Some(mark) => {
                client.tag_delivery_group(&group.id, region, &[(STOPPED, "true"), (DRAINED_BY, mark)], bounds).await
            }
            None => client.untag_delivery_group(&group.id, region, &[STOPPED, DRAINED_BY], bounds).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use alibaba::Tag;

    use super::*;

    fn group(tags: &[(&str, &str)]) -> DeliveryGroup {
        let tag = |(key, value): &(&str, &str)| Tag { key: Some((*key).into()), value: Some((*value).into()) };
        DeliveryGroup { tags: tags.iter().map(tag).collect(), ..DeliveryGroup::default() }
    }

    #[test]
    fn whoever_drains_a_group_is_known_by_a_tag_beside_the_service_s() {
        let mark = "appstreaming_delivery_group_image@2026-08-04T02:00:00Z";
        for (tags, is_ours, told) in [
            (&[][..], false, None),
            (&[("team", "desk"), (STOPPED, "false")], false, None),
            (&[(STOPPED, "true")], false, Some("Somebody drains it")),
            (
                &[(STOPPED, "true"), (DRAINED_BY, mark)],
                true,
                Some("appstreaming_delivery_group_image drains it since 2026-08-04T02:00:00Z"),
            ),
            (
                &[(DRAINED_BY, mark)],
                true,
                Some("appstreaming_delivery_group_image drains it since 2026-08-04T02:00:00Z"),
            ),
            (&[(DRAINED_BY, "me")], false, Some("me drains it")),
        ] {
            let group = group(tags);
            assert_eq!(Drainer::Resource.drains(&group), is_ours, "{tags:?}");
            assert!(!Drainer::Action.drains(&group), "{tags:?}");
            assert_eq!(drained_by(&group).map(|it| it.to_string()).as_deref(), told, "{tags:?}");
            assert_eq!(drained_by(&without_drain(group)), None, "{tags:?}");
        }
    }
}
