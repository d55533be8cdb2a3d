//! Approving the over-the-air update of a delivery group (`ApproveOtaTask`).

use std::time::Duration;

use alibaba::{self, Client, DeliveryGroup};
use cloud::{Backoff, Bounds, CarriedOut, Error, ErrorKind, Look, Mutation, Persistence, carry_out, until_shown};
use jiff::{
    Timestamp,
    fmt::temporal::Pieces,
    tz::{Offset, TimeZone},
};
use tfplug::{Diagnostic, Diagnostics, Path, Result, schema::validate::Validator, value::Value};

use super::GroupRef;
use crate::failure::{failed, failed_at};

/// The types of updates (`OtaType`).
pub(crate) const OTA_TYPES: [&str; 1] = ["Fota"];

/// An approval shows in the task's id within seconds; one that shows no effect for this long did not arrive. The
/// service takes an id only once, so that even a request that was under way all the time does not approve twice.
const PERSISTENCE: Persistence = Persistence { sends: 3, settle: Duration::from_secs(8) };

/// How often somebody else's approval may come in between.
const MAX_ROUNDS: u32 = 3;

/// When an update begins, in RFC 3339.
#[derive(Clone, Debug)]
pub(crate) struct StartTime {
    text: String,
    at: Timestamp,
    offset: Offset,
}

impl StartTime {
    /// Reads what is configured; `None` where that is no time in RFC 3339.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // RFC 3339 is stricter than what can be understood: seconds and an offset must be there.
        let at = text.parse().ok()?;
        let offset = Pieces::parse(text).ok()?.to_numeric_offset()?;
        let (date, rest) = text.split_at_checked(10)?;
        let has_seconds = rest.get(1..9).is_some_and(|time| time.matches(':').count() == 2);
        let has_offset = rest.ends_with(['Z', 'z']) || rest.len() >= 6 && rest.as_bytes()[rest.len() - 3] == b':';
        let well_formed = date.len() == 10 && rest.starts_with(['T', 't', ' ']) && has_seconds && has_offset;
        well_formed.then(|| Self { text: text.to_owned(), at, offset })
    }

    /// As the service documents the parameter: in ISO 8601 with whole seconds and the offset in numbers, such as
    /// `2022-08-04T14:36:00+08:00`.
    fn as_documented(&self) -> String {
        self.at.to_zoned(TimeZone::fixed(self.offset)).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// The check of a `start_time`.
    pub(crate) fn validator() -> Validator {
        Validator::known("a time in RFC 3339", |configured| {
            let Value::String(text) = configured.value else { return Ok(()) };
            if Self::parse(text).is_some() {
                return Ok(());
            }
            Err(format!(
                "It must be a time in RFC 3339, such as \"2026-08-04T02:00:00+08:00\" or \"2026-08-03T18:00:00Z\"; it \
                 is {}.",
                configured.shown()
            ))
        })
    }

    /// Whether two texts name one time of the service, which answers to the minute.
    pub(crate) fn same(one: &str, other: &str) -> bool {
        Self::parse(one).zip(Self::parse(other)).is_some_and(|(one, other)| minute(one.at) == minute(other.at))
    }

    /// Whether the service's time is this one.
    pub(crate) fn is(&self, service: &str) -> bool {
        service.parse::<Timestamp>().is_ok_and(|at| minute(at) == minute(self.at))
    }

    /// Whether it is over.
    pub(crate) fn has_passed(&self, now: Timestamp) -> bool {
        self.at < now
    }

    /// What to say of a time that is over.
    pub(crate) fn passed(&self, now: Timestamp) -> Diagnostic {
        let detail = format!("{:?} is in the past: it is {} now. Choose a later time.", self.text, to_seconds(now));
        Diagnostic::error("The start time has passed", detail).at(Path::attribute("start_time"))
    }
}

fn minute(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

/// Writes a time of the service as RFC 3339 has it, with seconds.
pub(crate) fn rfc3339(service: &str) -> String {
    match service.parse::<Timestamp>() {
        Ok(at) => to_seconds(at),
        Err(_) => service.to_owned(),
    }
}

/// A time in RFC 3339, without parts of a second.
pub(crate) fn to_seconds(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The update that a delivery group has waiting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PendingUpdate {
    pub(crate) task_id: String,
    /// The version that it brings.
    pub(crate) ota_version: Option<String>,
    /// The version that runs.
    pub(crate) current_version: Option<String>,
}

impl PendingUpdate {
    /// What the group says of it; `None` when no update waits.
    pub(crate) fn of(group: &DeliveryGroup) -> Option<Self> {
        let ota = group.ota_info.clone()?;
        let task_id = ota.task_id.filter(|id| !id.is_empty())?;
        Some(Self { task_id, ota_version: ota.new_ota_version, current_version: ota.ota_version })
    }

    /// The same, or in plain words that there is none.
    pub(crate) fn required(group_ref: &GroupRef, group: &DeliveryGroup) -> Result<Self> {
        Self::of(group).ok_or_else(|| Self::none(group_ref, group).into())
    }

    /// What to say where there is none.
    fn none(group_ref: &GroupRef, group: &DeliveryGroup) -> Diagnostic {
        let version = group.ota_info.as_ref().and_then(|ota| ota.ota_version.as_deref());
        let runs = version.map_or_else(String::new, |version| format!(" It runs the version {version}."));
        let detail = format!(
            "There is nothing to approve: no update waits for delivery group {:?}.{runs} Updates are offered by the \
             service; remove the approval, or apply it when there is one.",
            group_ref.id
        );
        let summary = format!("No update is pending for delivery group {:?}", group_ref.id);
        Diagnostic::error(summary, detail).at(Path::attribute("delivery_group_id"))
    }

    /// Whether a group shows another update, or the same one under another id, or none any more.
    fn is_replaced_in(&self, group: &DeliveryGroup) -> bool {
        Self::of(group).is_none_or(|now| now.task_id != self.task_id)
    }

    /// When it is to begin, by the service; `None` before an approval.
    ///
    /// The group names the task, so that a read which does not know it is an older one, and proves nothing: it is read
    /// again, for as long as reads lag.
    pub(crate) async fn start_time(&self, client: &Client, bounds: &Bounds) -> Result<Option<String>> {
        let short = bounds.clone().with_timeout(bounds.settle(PERSISTENCE.settle));
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
        loop {
            match client.ota_task(&self.task_id, bounds).await {
                Ok(task) => return Ok(task.task_start_time.filter(|time| !time.is_empty())),
                Err(error) if error.is_not_found() && backoff.wait(&short).await.is_ok() => {}
                Err(error) if error.is_not_found() && bounds.check().is_ok() => return Ok(None),
                Err(error) => return Err(failed(&format!("read the update {:?}", self.task_id), &error).into()),
            }
        }
    }
}

/// What a plan says of an approval. Who uses the group by then, nobody knows yet. What is `None` is only known after
/// apply.
pub(crate) fn disconnects_later(group_id: Option<&str>, start_time: Option<&str>, version: Option<&str>) -> Diagnostic {
    let group = group_id.map_or_else(|| "a delivery group".to_owned(), |id| format!("delivery group {id:?}"));
    let summary = format!("The update disconnects the users of {group} when it begins");
    let what = version.map_or_else(String::new, |version| format!(", and brings the version {version}"));
    let when = match start_time {
        Some(at) => format!("It begins at {at}{what}."),
        None => format!("When it begins is only known after apply{what}."),
    };
    let detail = format!(
        "{when} Whoever is using the group by then is cut off. An approval cannot be taken back; until the update \
         begins, another start_time moves it."
    );
    Diagnostic::warning(summary, detail).at(Path::attribute("start_time"))
}

/// What a plan says of another time for an update that runs.
pub(crate) fn has_begun(group_id: &str) -> Diagnostic {
    let detail = "It cannot be moved any more: the apply will fail. Leave start_time as it was.";
    Diagnostic::warning(format!("The update of delivery group {group_id:?} has begun"), detail)
        .at(Path::attribute("start_time"))
}

/// What would keep an approval from working.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// No update waits for the group.
    NothingPending(Diagnostic),
    /// The start time has passed, and another one or none is approved.
    Passed(Diagnostic),
}

impl Obstacle {
    /// What to tell of it.
    pub(crate) fn into_diagnostic(self) -> Diagnostic {
        match self {
            Self::NothingPending(diagnostic) | Self::Passed(diagnostic) => diagnostic,
        }
    }
}

/// An approval, from reading the task's id to seeing it replaced.
pub(crate) struct Approval<'a> {
    pub(crate) client: &'a Client,
    pub(crate) group: &'a GroupRef,
    pub(crate) ota_type: &'a str,
    pub(crate) start_time: &'a StartTime,
}

impl Approval<'_> {
    /// Looks while planning for what would keep it from working, and returns the update that it is about.
    ///
    /// A time in the past is only good if it is the one that is approved already.
    pub(crate) async fn foresee(
        &self,
        group: &DeliveryGroup,
        bounds: &Bounds,
    ) -> Result<Result<PendingUpdate, Obstacle>> {
        let has_passed = self.start_time.has_passed(self.client.now());
        Ok(match PendingUpdate::of(group) {
            Some(pending) if !has_passed || self.is_approved(&pending, bounds).await? => Ok(pending),
            None if !has_passed => Err(Obstacle::NothingPending(PendingUpdate::none(self.group, group))),
            _ => Err(Obstacle::Passed(self.start_time.passed(self.client.now()))),
        })
    }

    async fn is_approved(&self, pending: &PendingUpdate, bounds: &Bounds) -> Result<bool> {
        Ok(pending.start_time(self.client, bounds).await?.is_some_and(|approved| self.start_time.is(&approved)))
    }

    /// Approves the pending update, with one call unless it is approved for that time already, and returns the update
    /// with its new task id.
    pub(crate) async fn run(&self, bounds: &Bounds) -> Result<PendingUpdate> {
        let mut group = self.group.read(self.client, bounds).await?;
        // Each round, somebody else has replaced the id in between.
        for round in 1..=MAX_ROUNDS {
            let pending = PendingUpdate::required(self.group, &group)?;
            if self.is_approved(&pending, bounds).await? {
                return Ok(pending);
            }
            // It was in the future when it was planned. The service would begin at once, and disconnect everybody.
            if round == 1 && self.start_time.has_passed(self.client.now()) {
                return Err(self.start_time.passed(self.client.now()).into());
            }
            let sent = carry_out(Sent { approval: self, pending: &pending, group: &group }, bounds).await;
            group = match sent {
                Ok(CarriedOut::Answered(())) => {
                    let sent = Sent { approval: self, pending: &pending, group: &group };
                    let replaced = until_shown(sent, PERSISTENCE.settle, bounds).await.inspect_err(|unreadable| {
                        tracing::debug!(%unreadable, "cannot see the approved update");
                    });
                    let replaced = replaced.ok().flatten();
                    return Ok(replaced.as_ref().and_then(PendingUpdate::of).unwrap_or(pending));
                }
                Ok(CarriedOut::Seen(group)) => match PendingUpdate::of(&group) {
                    Some(now) if self.is_approved(&now, bounds).await? => return Ok(now),
                    // The update has begun, or is over: there is no id any more.
                    None => return Ok(pending),
                    Some(_) => group,
                },
                Err(error) => {
                    // The id may have been replaced since it was read: then it is somebody else's approval, and the
                    // present id tells.
                    let group = match self.group.read(self.client, bounds).await {
                        Err(unreadable) if error.outcome_unknown() && error.unseen().is_none() => {
                            return Err(self.refused(&error.unseen_because(unreadable), bounds).await.into());
                        }
                        Err(_) => return Err(self.refused(&error, bounds).await.into()),
                        Ok(group) => group,
                    };
                    if PendingUpdate::of(&group).is_none_or(|now| now.task_id == pending.task_id) || round == MAX_ROUNDS
                    {
                        return Err(self.refused(&error, bounds).await.into());
                    }
                    group
                }
            };
        }
        Err(self.overtaken().into())
    }

    fn overtaken(&self) -> Diagnostic {
        let summary = format!("Cannot approve the update of delivery group {:?}", self.group.id);
        let detail = format!(
            "Somebody else approved it {MAX_ROUNDS} times meanwhile, for other times. Agree on one, and apply again."
        );
        Diagnostic::error(summary, detail)
    }

    async fn refused(&self, error: &Error, bounds: &Bounds) -> Diagnostic {
        let attempt = format!("approve the update of delivery group {:?}", self.group.id);
        if self.group.refuses_as_over(error, self.client, bounds).await {
            return self.group.refused_as_over(&attempt, error);
        }
        let attributes = [("StartTime", "start_time"), ("Region", "region"), ("OtaType", "ota_type")];
        let mut diagnostic = failed_at(&attempt, error, &attributes);
        if error.code() == Some("OtaTask.Running") {
            diagnostic.summary = format!("It is too late to approve the update of delivery group {:?}", self.group.id);
            diagnostic.detail = format!("The update is running already. {}", diagnostic.detail);
        } else if error.kind() == ErrorKind::Conflict && diagnostic.path.is_none() {
            diagnostic = diagnostic.at(Path::attribute("delivery_group_id"));
        }
        diagnostic
    }
}

/// The call itself. Its effect is that the task's id has been replaced.
struct Sent<'a> {
    approval: &'a Approval<'a>,
    pending: &'a PendingUpdate,
    group: &'a DeliveryGroup,
}

impl Look for Sent<'_> {
    type Seen = DeliveryGroup;
    type Unreadable = Diagnostics;

    async fn look(&mut self, bounds: &Bounds) -> Result<Option<DeliveryGroup>> {
        let group = self.approval.group.read(self.approval.client, bounds).await?;
        Ok(self.pending.is_replaced_in(&group).then_some(group))
    }
}

impl Mutation for Sent<'_> {
    type Answer = ();

    fn persistence(&self) -> Persistence {
        PERSISTENCE
    }

    async fn send(&mut self, bounds: &Bounds) -> Result<(), Error> {
        let Approval { client, group, ota_type, start_time } = self.approval;
        let region = self.group.region_id.as_deref().or_else(|| client.region()).unwrap_or_default();
        let approval = alibaba::ApproveOtaTask {
            delivery_group_id: &group.id,
            region,
            task_id: &self.pending.task_id,
            ota_type,
            start_time: &start_time.as_documented(),
        };
        client.approve_ota_task(&approval, bounds).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_time_is_written_in_rfc_3339() {
        for good in
            ["2026-08-04T02:00:00+08:00", "2026-08-03T18:00:00Z", "2026-08-03T18:00:00.5Z", "2026-08-03t18:00:00z"]
        {
            assert!(StartTime::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "soon",
            "2026-08-04",
            "2026-08-04T02:00:00",
            "2026-08-04T02:00Z",
            "2026-08-04T02:00:00+08",
            "2026-13-04T02:00:00Z",
        ] {
            assert!(StartTime::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_start_time_goes_out_as_the_service_documents_it() {
        for (written, sent) in [
            ("2026-08-04T02:00:00+08:00", "2026-08-04T02:00:00+08:00"),
            ("2026-08-03T18:00:00Z", "2026-08-03T18:00:00+00:00"),
            ("2026-08-03t18:00:00.5z", "2026-08-03T18:00:00+00:00"),
            ("2026-08-03 12:30:00-05:30", "2026-08-03T12:30:00-05:30"),
        ] {
            assert_eq!(StartTime::parse(written).map(|time| time.as_documented()).as_deref(), Some(sent), "{written}");
        }
    }

    #[test]
    fn equal_instants_are_equal() {
        assert!(StartTime::same("2026-08-04T02:00:00+08:00", "2026-08-03T18:00:00Z"));
        assert!(!StartTime::same("2026-08-04T02:00:00+08:00", "2026-08-04T02:00:00Z"));
    }

    #[test]
    fn the_service_answers_to_the_minute() {
        let time = StartTime::parse("2026-08-04T02:00:30+08:00").expect("a time");
        assert!(time.is("2026-08-03T18:00Z"));
        assert!(!time.is("2026-08-03T18:01Z"));
        assert_eq!(rfc3339("2026-08-03T18:00Z"), "2026-08-03T18:00:00Z");
    }
}
