//! Ending all sessions of a delivery group (`LogOffAllSessionsInAppInstanceGroup`).

use std::{collections::BTreeSet, time::Duration};

use alibaba::{Client, DeliveryGroup};
use cloud::{Backoff, Bounds, Error, ErrorKind, Look, Mutation, Persistence, Principal, carry_out};
use jiff::Timestamp;
use tfplug::{Diagnostic, Diagnostics, Path, Result};

use super::{
    GroupRef,
    schedule::{Schedule, shown},
    sessions::{cannot_list, identity, sessions},
};
use crate::failure::{failed, stopped_before_another_run, while_planning};

/// How long a log-off whose answer was lost may take to show in the sessions.
const SETTLE: Duration = Duration::from_secs(20);

/// Before the time of now.
const NOW: &str = "It is now";

type Sessions = BTreeSet<(String, Option<Principal>)>;

/// Why the service would refuse.
enum Refusal {
    /// Whatever the time: this group is not of the kind.
    Never(String),
    /// Now, and perhaps not later.
    NotNow(String),
}

/// A log-off, from looking at the group to seeing its sessions gone.
pub(crate) struct LogOff<'a> {
    pub(crate) client: &'a Client,
    pub(crate) group: &'a GroupRef,
    pub(crate) wait: bool,
    /// What another run does after one that ended before the sessions did; completes "…; ".
    pub(crate) another_run: &'static str,
}

impl LogOff<'_> {
    /// What to know before it is done: an error where it can never work, a warning where it cannot work now, and how
    /// many people are cut off.
    pub(crate) async fn foresee(&self, bounds: &Bounds) -> Result<Option<Diagnostic>> {
        let Some(group) = self.group.find(self.client, bounds).await? else { return Ok(Some(self.group.missing())) };
        match refusal(&group, self.client.now(), NOW) {
            Some(Refusal::Never(reason)) => Err(while_planning(self.impossible(reason)).into()),
            Some(Refusal::NotNow(reason)) => {
                let summary = format!("The sessions of delivery group {:?} cannot be logged off now", self.group.id);
                Ok(Some(Diagnostic::warning(summary, reason).at(Path::attribute("delivery_group_id"))))
            }
            None => {
                let count = super::count_of_sessions(self.client, &self.group.id, bounds).await;
                let summary = format!("All sessions of delivery group {:?} are logged off", self.group.id);
                let detail = format!("{count}, and what those people have not saved can be lost.");
                Ok(Some(Diagnostic::warning(summary, detail).at(Path::attribute("delivery_group_id"))))
            }
        }
    }

    /// Why the service would refuse it at a moment, by what a group is like now.
    pub(super) fn refusal_at(group: &DeliveryGroup, at: Timestamp) -> Option<String> {
        refusal(group, at, "It would be").map(|(Refusal::Never(reason) | Refusal::NotNow(reason))| reason)
    }

    /// Logs everybody off, with one call or none, and says how many sessions that were.
    ///
    /// `tell` gets a line whenever there is something new to say, `sent` the number of sessions once the call may have
    /// been carried out: whatever comes then, it must not be made again.
    pub(crate) async fn run(
        &self,
        bounds: &Bounds,
        tell: impl Fn(String),
        mut sent: impl FnMut(usize) -> Result<()>,
    ) -> Result<usize> {
        let group = self.group.read(self.client, bounds).await?;
        match refusal(&group, self.client.now(), NOW) {
            Some(Refusal::Never(reason) | Refusal::NotNow(reason)) => return Err(self.impossible(reason).into()),
            None => {}
        }
        let before = self.sessions(bounds).await?;
        if before.is_empty() {
            tell("Nobody has a session; there is nothing to log off".to_owned());
            return Ok(0);
        }
        tell(format!("Logging off {}", count(before.len())));
        match carry_out(Sent { log_off: self, before: &before }, bounds).await {
            Ok(_) => sent(before.len())?,
            Err(error) => {
                if error.unseen().is_some() {
                    sent(before.len())?;
                }
                return Err(self.failed(&group, &error).into());
            }
        }
        if self.wait {
            self.until_gone(&before, bounds, &tell).await?;
        }
        Ok(before.len())
    }

    async fn sessions(&self, bounds: &Bounds) -> Result<Sessions> {
        let found = sessions(self.client, &self.group.id, bounds).await;
        let found = found.map_err(|error| cannot_list(&self.group.id, &error))?;
        Ok(found.iter().map(identity).collect())
    }

    /// How many of these sessions are still there. People who have come since do not count.
    async fn left(&self, before: &Sessions, bounds: &Bounds) -> Result<usize> {
        let now = self.sessions(bounds).await?;
        Ok(before.intersection(&now).count())
    }

    async fn until_gone(&self, before: &Sessions, bounds: &Bounds, tell: &impl Fn(String)) -> Result<()> {
        let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(10));
        let mut told = before.len();
        loop {
            let left = self.left(before, bounds).await?;
            if left != told {
                tell(format!("{left} of {} left", count(before.len())));
                told = left;
            }
            if left == 0 {
                return Ok(());
            }
            backoff.wait(bounds).await.map_err(|stop| {
                let awaited = format!("The log-off of delivery group {:?}", self.group.id);
                let state = format!("{left} of {} are left.", count(before.len()));
                stopped_before_another_run(&awaited, stop, &state, self.another_run, bounds)
            })?;
        }
    }

    fn failed(&self, group: &DeliveryGroup, error: &Error) -> Diagnostic {
        let mut diagnostic = failed(&format!("log off the sessions of delivery group {:?}", self.group.id), error);
        if error.outcome_unknown() && error.unseen().is_none() {
            diagnostic.detail.push_str(
                "\n\nNone of the sessions has ended since. Either the request has not arrived, or they take longer to \
                 end. It was not sent again by itself; another run logs off whoever has a session then.",
            );
            return diagnostic;
        }
        if let Some(explanation) = explanation(group, self.client.now(), NOW)
            && matches!(error.kind(), ErrorKind::Rejected | ErrorKind::Conflict | ErrorKind::InvalidParameter)
        {
            diagnostic.detail.push_str(&format!("\n\n{explanation}"));
        }
        diagnostic.at(Path::attribute("delivery_group_id"))
    }

    fn impossible(&self, reason: String) -> Diagnostic {
        let summary = format!("The sessions of delivery group {:?} cannot be logged off", self.group.id);
        Diagnostic::error(summary, reason).at(Path::attribute("delivery_group_id"))
    }
}

/// The call itself. It is never sent twice: people may have come back in between. Its effect is that one of the
/// sessions has ended.
struct Sent<'a> {
    log_off: &'a LogOff<'a>,
    before: &'a Sessions,
}

impl Look for Sent<'_> {
    type Seen = ();
    type Unreadable = Diagnostics;

    async fn look(&mut self, bounds: &Bounds) -> Result<Option<()>> {
        let left = self.log_off.left(self.before, bounds).await?;
        Ok((left < self.before.len()).then_some(()))
    }
}

impl Mutation for Sent<'_> {
    type Answer = ();

    fn persistence(&self) -> Persistence {
        Persistence::once(SETTLE)
    }

    async fn send(&mut self, bounds: &Bounds) -> Result<(), Error> {
        let group = self.log_off.group;
        self.log_off.client.log_off_all_sessions(&group.id, &group.product_type, bounds).await
    }
}

fn count(sessions: usize) -> String {
    if sessions == 1 { "1 session".to_owned() } else { format!("{sessions} sessions") }
}

/// The service's conditions: pay-as-you-go, scheduled scaling, and a moment outside the scheduled periods.
fn refusal(group: &DeliveryGroup, at: Timestamp, is: &str) -> Option<Refusal> {
    const RULE: &str = "The service logs off all sessions only in pay-as-you-go delivery groups that scale by \
                        schedule, and only outside the scheduled periods.";
    if let Some(charge) = group.charge_type.as_deref().filter(|charge| *charge != "PostPaid") {
        let paid = if charge == "PrePaid" { "a subscription" } else { charge };
        return Some(Refusal::Never(format!("{RULE} This one is {paid} (ChargeType {charge}).")));
    }
    let is_scheduled = |strategy: &str| strategy == "NODE_SCALING_BY_SCHEDULE";
    let strategies: Vec<_> = group.node_pool.iter().filter_map(|pool| pool.strategy_type.as_deref()).collect();
    if !strategies.is_empty() && !strategies.iter().any(|strategy| is_scheduled(strategy)) {
        let strategies = strategies.join(", ");
        return Some(Refusal::Never(format!(
            "{RULE} This one does not scale by schedule (StrategyType {strategies})."
        )));
    }
    let inside = group.node_pool.iter().any(|pool| Schedule::of(pool).covers(at));
    if !inside {
        return None;
    }
    Some(Refusal::NotNow(format!("{RULE} {}", explanation(group, at, is).unwrap_or_default())))
}

/// The group's own schedule, and when it leaves time for a log-off.
fn explanation(group: &DeliveryGroup, now: Timestamp, is: &str) -> Option<String> {
    let schedules: Vec<_> =
        group.node_pool.iter().map(Schedule::of).filter(|schedule| *schedule != Schedule::default()).collect();
    if schedules.is_empty() {
        return None;
    }
    let periods = schedules.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    // With several pools, a moment must suit all of them; each step goes to the next gap of one that is in the way.
    let mut gap = Some(now);
    for _ in 0..16 {
        let Some(at) = gap else { break };
        let Some(busy) = schedules.iter().find(|schedule| schedule.covers(at)) else { break };
        gap = busy.next_gap(at);
    }
    let gap = match gap {
        Some(at) if at == now => "That is outside of them".to_owned(),
        Some(at) => format!("The next moment when it works is {}", shown(at)),
        None => "They leave no gap in the coming week: change the schedule first".to_owned(),
    };
    Some(format!("Its periods are: {periods}. {is} {}. {gap}.", shown(now)))
}

#[cfg(test)]
mod tests {
    use alibaba::{NodePool, RecurrenceSchedule, TimerPeriod};

    use super::*;

    fn group(charge: &str, strategy: &str) -> DeliveryGroup {
        let period =
            TimerPeriod { start_time: Some("08:00".to_owned()), end_time: Some("20:00".to_owned()), amount: Some(4) };
        DeliveryGroup {
            charge_type: Some(charge.to_owned()),
            node_pool: vec![NodePool {
                strategy_type: Some(strategy.to_owned()),
                recurrence_schedules: vec![RecurrenceSchedule {
                    recurrence_type: Some("weekly".to_owned()),
                    recurrence_values: vec![1, 2, 3, 4, 5],
                    timer_periods: vec![period],
                }],
                ..NodePool::default()
            }],
            ..DeliveryGroup::default()
        }
    }

    fn reason(group: &DeliveryGroup, at: &str) -> Option<String> {
        refusal(group, at.parse().unwrap(), NOW).map(|refusal| match refusal {
            Refusal::Never(reason) => format!("never: {reason}"),
            Refusal::NotNow(reason) => format!("not now: {reason}"),
        })
    }

    #[test]
    fn each_condition_of_the_service_is_explained() {
        // 2026-03-02 is a Monday.
        let (inside, outside) = ("2026-03-02T12:00:00+08:00", "2026-03-01T12:00:00+08:00");
        let scheduled = "NODE_SCALING_BY_SCHEDULE";
        let says = |group: &DeliveryGroup, at: &str, expected: &[&str]| {
            let reason = reason(group, at).expect("a reason");
            assert!(expected.iter().all(|text| reason.contains(text)), "{reason}");
        };
        says(&group("PrePaid", scheduled), outside, &["never", "subscription", "PrePaid"]);
        says(&group("PostPaid", "NODE_FIXED"), outside, &["never", "NODE_FIXED"]);
        says(
            &group("PostPaid", scheduled),
            inside,
            &["not now", "Mondays to Fridays from 08:00 to 20:00 (UTC+8)", "works is 2026-03-02 20:00 (UTC+8)"],
        );
        assert_eq!(reason(&group("PostPaid", scheduled), outside), None);
    }
}
