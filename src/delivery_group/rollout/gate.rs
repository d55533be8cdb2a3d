//! What holds an image update back until it may be sent.

use std::{collections::BTreeSet, time::Duration};

use alibaba::{Client, DeliveryGroup, Session};
use cloud::{Backoff, Bounds, Error, People, Stop, Unread, patiently};
use jiff::Timestamp;
use tfplug::{Diagnostic, Path, Result};
use tokio::time::Instant;

use super::{
    super::{GroupRef, LogOff, runs_the_same, sessions},
    Rollout,
    drain::Drain,
};

/// How long after the look at the sessions the update may still go out.
const LOOK_HOLDS: Duration = Duration::from_secs(5);

/// How long one look may take, where there is no wait or it is over.
const LOOK: Duration = Duration::from_secs(60);

/// How long a log-off may take to end the sessions.
const LOG_OFF: Duration = Duration::from_secs(30 * 60);

/// The longest sleep before the clock is looked at again: a machine that slept has another time than it thinks.
const LONGEST_SLEEP: Duration = Duration::from_secs(5 * 60);

/// Between looks at the sessions.
fn backoff() -> Backoff {
    Backoff::new(Duration::from_secs(2), Duration::from_secs(30))
}

/// What one apply does before it sends an image update.
pub(crate) struct Gate<'a> {
    client: &'a Client,
    group: &'a GroupRef,
    rollout: &'a Rollout,
    people: &'a People,
    /// Where each line goes that says how it stands.
    tell: &'a (dyn Fn(String) + Sync),
    waited: Duration,
    told: Option<usize>,
    has_logged_off: bool,
}

/// What a wait came to.
pub(crate) struct Passed {
    /// What does not count for the update's own time.
    pub(crate) waited: Duration,
    /// Until when the update may be sent; `None` where somebody else has changed what the group runs.
    pub(crate) holds_until: Option<Instant>,
}

impl<'a> Gate<'a> {
    pub(crate) fn new(
        client: &'a Client,
        group: &'a GroupRef,
        rollout: &'a Rollout,
        people: &'a People,
        tell: &'a (dyn Fn(String) + Sync),
    ) -> Self {
        Self { client, group, rollout, people, tell, waited: Duration::ZERO, told: None, has_logged_off: false }
    }

    /// Waits until the update may be sent.
    ///
    /// # Errors
    /// Where it may not be sent, or the wait is interrupted. The drain may be on.
    pub(crate) async fn pass(
        &mut self,
        drain: &mut Drain<'_>,
        group: &DeliveryGroup,
        bounds: &Bounds,
    ) -> Result<Passed> {
        let (began, patient) = (Instant::now(), bounds.clone().without_deadline());
        let looked = self.until_it_may(drain, group, &patient).await?;
        Ok(Passed { waited: began.elapsed(), holds_until: looked.map(|looked| looked + LOOK_HOLDS) })
    }

    /// Answers with the moment of the look by which it may; `None` where the group is not any more as it was before.
    async fn until_it_may(
        &mut self,
        drain: &mut Drain<'_>,
        before: &DeliveryGroup,
        bounds: &Bounds,
    ) -> Result<Option<Instant>> {
        let mut backoff = backoff();
        loop {
            self.until_open(drain, bounds).await?;
            let Some(most) = self.rollout.max_sessions else { return Ok(Some(Instant::now())) };
            let (began, left) = (Instant::now(), self.left());
            // Whatever the service does, no look lasts beyond the wait by much.
            let within = bounds.clone().with_timeout(left.max(LOOK));
            let there = self.look(&within).await?;
            let looked = Instant::now();
            if self.rollout.window.as_ref().is_some_and(|window| !window.is_open(self.client.now())) {
                continue;
            }
            if there.len() <= most {
                return Ok(Some(looked));
            }
            if left.is_zero() {
                self.log_off(&there, drain, bounds).await?;
                continue;
            }
            self.tell(there.len());
            match self.group.get(self.client, &within).await {
                // Somebody else has changed what it runs meanwhile.
                Ok(now) if !runs_the_same(before, &now) => return Ok(None),
                Ok(now) if self.rollout.drains => drain.keep_on(&now, &within).await?,
                Err(error) if self.rollout.drains && !error.is_transient() && within.check().is_ok() => {
                    return Err(self.group.unreadable(&error).into());
                }
                _ => {}
            }
            let until = self.closes_in().map_or(left, |closes| closes.min(left));
            let slept = backoff.wait(&bounds.clone().with_deadline(began + until)).await;
            self.waited += began.elapsed();
            if let Err(Stop::Cancelled) = slept {
                return Err(self.interrupted(&format!("{}. The image update was not made.", have(there.len()))).into());
            }
        }
    }

    /// What is left of the wait.
    fn left(&self) -> Duration {
        self.rollout.wait.unwrap_or_default().saturating_sub(self.waited)
    }

    /// The sessions that somebody has now. A service that is down for a while does not end the wait; one that is down
    /// until its end does.
    async fn look(&self, bounds: &Bounds) -> Result<Vec<Session>> {
        let read = patiently(bounds, backoff(), || sessions::sessions(self.client, &self.group.id, bounds)).await;
        read.map_err(|unread| match unread {
            Unread::Refused(error) | Unread::Stopped(Stop::DeadlinePassed, Some(error)) => {
                self.cannot_look(&error).into()
            }
            Unread::Stopped(..) => self.interrupted("The image update was not made.").into(),
        })
    }

    /// Waits until the window is open, without a drain.
    async fn until_open(&self, drain: &mut Drain<'_>, bounds: &Bounds) -> Result<()> {
        let Some(window) = &self.rollout.window else { return Ok(()) };
        let mut is_told = false;
        loop {
            let now = self.client.now();
            if window.is_open(now) {
                return Ok(());
            }
            if !self.rollout.waits_for_window {
                return Err(self.rollout.outside_window(&self.group.id, now).into());
            }
            // It may be days.
            drain.end(bounds).await?;
            let opening = window.opening(now);
            if !is_told {
                let when = opening.map_or_else(|| "never".to_owned(), |at| window.shown(at));
                (self.tell)(format!("Waiting for the window, which opens {when}"));
                is_told = true;
            }
            let wait = opening.and_then(|at| between(now, at)).unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP);
            if bounds.sleep(wait).await.is_err() {
                return Err(self.interrupted("It waited for its window, and was not made.").into());
            }
        }
    }

    /// In how long the window closes; `None` where there is none.
    fn closes_in(&self) -> Option<Duration> {
        let (window, now) = (self.rollout.window.as_ref()?, self.client.now());
        Some(window.closing(now).and_then(|at| between(now, at)).unwrap_or_default())
    }

    /// Logs everybody off, once, when the wait is over.
    async fn log_off(&mut self, there: &[Session], drain: &Drain<'_>, bounds: &Bounds) -> Result<()> {
        if !self.rollout.logs_off || self.has_logged_off {
            return Err(self.too_many(there, drain).into());
        }
        self.has_logged_off = true;
        let log_off = LogOff {
            client: self.client,
            group: self.group,
            wait: true,
            another_run: "the next apply waits anew, and logs off whoever has a session then",
        };
        log_off.run(&bounds.clone().with_timeout(LOG_OFF), self.tell, |_| Ok(())).await?;
        Ok(())
    }

    fn tell(&mut self, there: usize) {
        if self.told.replace(there) != Some(there) {
            let most = at_most(self.rollout.max_sessions.unwrap_or_default());
            (self.tell)(format!("{}; the image update waits until {most}", have(there)));
        }
    }

    fn too_many(&self, there: &[Session], drain: &Drain<'_>) -> Diagnostic {
        let names: BTreeSet<_> =
            there.iter().filter_map(|session| session.bind_info.as_ref()?.end_user_id.clone()).collect();
        let who = if names.is_empty() { String::new() } else { format!(": {}", self.people.list(&names, [])) };
        let waited = match self.rollout.wait {
            Some(_) => format!(" after a wait of {}", self.rollout.wait_text),
            None => String::new(),
        };
        let came = if self.has_logged_off {
            "They have come since all sessions were logged off, and keep theirs."
        } else {
            "Everybody keeps their session."
        };
        let mut detail = format!(
            "{}{waited}{who}. The rollout allows the update when {}. The image update was not made. {came} Apply again \
             when fewer people are there, or change the rollout.",
            have(there.len()),
            at_most(self.rollout.max_sessions.unwrap_or_default())
        );
        if let Some(error) = drain.trouble() {
            detail.push_str(&format!("\n\nIt could not be drained meanwhile, so that new users could come: {error}"));
        }
        let summary = format!("Too many people use delivery group {:?} for its image update", self.group.id);
        Diagnostic::error(summary, detail).at(Path::attribute("rollout").then_attribute("max_sessions"))
    }

    fn cannot_look(&self, error: &Error) -> Diagnostic {
        let mut diagnostic = sessions::cannot_list(&self.group.id, error);
        diagnostic
            .detail
            .push_str("\n\nThe rollout holds the image update back by the number of sessions, so it was not made.");
        diagnostic.at(Path::attribute("rollout").then_attribute("max_sessions"))
    }

    fn interrupted(&self, state: &str) -> Diagnostic {
        let awaited = format!("The image update of delivery group {:?}", self.group.id);
        let summary = format!("{awaited}: the wait was interrupted");
        let detail = format!("{state} The next apply begins anew.");
        Diagnostic::error(summary, detail)
    }
}

impl Rollout {
    /// What to tell where it is not the time.
    pub(crate) fn outside_window(&self, group_id: &str, now: Timestamp) -> Diagnostic {
        let window = self.window.as_ref();
        let of = |tell: fn(&super::Window, Timestamp) -> String| window.map(|it| tell(it, now)).unwrap_or_default();
        let opens = window.and_then(|it| Some(it.shown(it.opening(now)?))).unwrap_or_default();
        let detail = format!(
            "The rollout allows it {}, and it is {} now. It was not made. Apply when the window is open, the next time \
             from {opens} on, or set outside_window = \"wait\".",
            of(|it, _| it.to_string()),
            of(super::Window::shown),
        );
        let summary = format!("It is not the time for the image update of delivery group {group_id:?}");
        Diagnostic::error(summary, detail).at(Path::attribute("rollout").then_attribute("window"))
    }

    /// The error of an apply that is not in its time, before anything is called.
    pub(crate) fn check_time(&self, group_id: &str, now: Timestamp) -> Result<()> {
        match &self.window {
            Some(window) if !self.waits_for_window && !window.is_open(now) => {
                Err(self.outside_window(group_id, now).into())
            }
            _ => Ok(()),
        }
    }
}

fn between(now: Timestamp, then: Timestamp) -> Option<Duration> {
    Duration::try_from(then.duration_since(now)).ok()
}

pub(super) fn have(sessions: usize) -> String {
    match sessions {
        0 => "Nobody has a session".to_owned(),
        1 => "1 session is there".to_owned(),
        count => format!("{count} sessions are there"),
    }
}

pub(super) fn at_most(sessions: usize) -> String {
    match sessions {
        0 => "nobody has a session".to_owned(),
        1 => "no more than 1 session is left".to_owned(),
        most => format!("no more than {most} sessions are left"),
    }
}
