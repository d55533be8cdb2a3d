//! How long a caller is willing to wait.

use std::{future::Future, time::Duration};

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// How long after a caller has asked to stop, or its time is over, the fate of a change is still looked for and what it
/// needs beside it is still done. What is known by then spares the next run the question, and a stop must not take much
/// longer than people wait for one.
pub const GRACE: Duration = Duration::from_secs(20);

/// Why waiting ended before the thing waited for had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// The caller asked to stop.
    #[error("the operation was cancelled")]
    Cancelled,
    /// The time that the caller gave is over.
    #[error("the time for the operation is over")]
    DeadlinePassed,
}

/// The bounds of one piece of work, however many calls it takes: a token that cancels it, and the moment at which it
/// must be over. Cheap to clone; every call of a client takes them.
#[derive(Debug, Clone)]
pub struct Bounds {
    cancel: CancellationToken,
    deadline: Option<Instant>,
    latest_start: Option<Instant>,
    least_settle: Duration,
    time_setting: Option<&'static str>,
    /// Whether it is the grace of other work.
    is_grace: bool,
}

impl Bounds {
    /// Work that `cancel` ends, without a deadline.
    pub fn new(cancel: CancellationToken) -> Self {
        let (deadline, latest_start, time_setting) = (None, None, None);
        Self { cancel, deadline, latest_start, least_settle: Duration::ZERO, time_setting, is_grace: false }
    }

    /// The same work, to be over when `timeout` has passed from now. An earlier deadline stays.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        match Instant::now().checked_add(timeout) {
            Some(deadline) => self.with_deadline(deadline),
            None => self,
        }
    }

    /// The same work, to be over at `deadline`. An earlier deadline stays.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(self.deadline.map_or(deadline, |own| own.min(deadline)));
        self
    }

    /// The same work, to be over so much later, if it has a deadline.
    #[must_use]
    pub fn postponed(mut self, by: Duration) -> Self {
        self.deadline = self.deadline.and_then(|deadline| deadline.checked_add(by));
        self
    }

    /// The same work, for which there is time.
    #[must_use]
    pub fn without_deadline(mut self) -> Self {
        self.deadline = None;
        self
    }

    /// The same work, in which nothing is changed by a request that goes out after `at`, nor by one that goes out a
    /// second time: what it is based on is too old by then. One that has gone out may end later.
    #[must_use]
    pub fn with_latest_start(mut self, at: Instant) -> Self {
        self.latest_start = Some(at);
        self
    }

    /// Whether a change may go out now, for the `attempt`th time.
    pub(crate) fn permits_a_change(&self, attempt: u32) -> bool {
        self.latest_start.is_none_or(|at| attempt <= 1 && Instant::now() <= at)
    }

    /// The same work, whose time is set by what the caller's users call `setting`: it is what an error names to whoever
    /// wants to give more. Without it, nobody can.
    #[must_use]
    pub fn with_time_setting(mut self, setting: &'static str) -> Self {
        self.time_setting = Some(setting);
        self
    }

    /// What sets the time of the work, by its name in the caller's configuration.
    pub fn time_setting(&self) -> Option<&'static str> {
        self.time_setting
    }

    /// The same work, in which the effect of a change whose answer was lost is looked for at least for `time`.
    #[must_use]
    pub fn with_least_settle(mut self, time: Duration) -> Self {
        self.least_settle = time;
        self
    }

    /// How long the effect of a change may take to show, which is `usual` by what is known of the service.
    pub fn settle(&self, usual: Duration) -> Duration {
        usual.max(self.least_settle)
    }

    /// When the work must be over.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// The time that is left; `None` when there is no deadline.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// What is left of the grace after the end of this work: nothing, where it is in that already.
    pub(crate) fn grace(&self) -> Duration {
        if self.is_grace { Duration::ZERO } else { GRACE }
    }

    /// How long one attempt may take that has `usual` where nothing ends before. In a grace there is time for more than
    /// one.
    pub(crate) fn attempt(&self, usual: Duration) -> Duration {
        match self.remaining() {
            Some(remaining) if self.is_grace => usual.min(remaining).min((remaining / 3).max(Duration::from_secs(2))),
            Some(remaining) => usual.min(remaining),
            None => usual,
        }
    }

    /// The token that cancels this work.
    pub fn cancellation(&self) -> &CancellationToken {
        &self.cancel
    }

    /// Whether the work should end, and why.
    ///
    /// # Errors
    /// [`Stop`], once the work was cancelled or its deadline has passed.
    pub fn check(&self) -> Result<(), Stop> {
        if self.cancel.is_cancelled() {
            Err(Stop::Cancelled)
        } else if self.remaining() == Some(Duration::ZERO) {
            Err(Stop::DeadlinePassed)
        } else {
            Ok(())
        }
    }

    /// The bounds of what must still be done for a change that has been made: these, or where they have ended,
    /// [`GRACE`] from now, which nothing cancels.
    #[must_use]
    pub fn or_grace(&self) -> Self {
        match self.check() {
            Ok(()) => self.clone(),
            Err(_) => {
                let grace = Self::new(CancellationToken::new()).with_timeout(GRACE);
                Self { least_settle: self.least_settle, is_grace: true, ..grace }
            }
        }
    }

    /// Runs `work` until it is done, and drops it when the time is over.
    ///
    /// # Errors
    /// [`Stop`], when `work` was dropped.
    pub async fn run<T>(&self, work: impl Future<Output = T>) -> Result<T, Stop> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Stop::Cancelled),
            output = work => Ok(output),
            () = self.deadline_passes() => Err(Stop::DeadlinePassed),
        }
    }

    /// Sleeps until `until`.
    ///
    /// # Errors
    /// [`Stop`], at the moment the work is cancelled or its deadline passes.
    pub async fn sleep_until(&self, until: Instant) -> Result<(), Stop> {
        self.check()?;
        self.run(sleep_until(until)).await
    }

    /// Sleeps for `duration`, as [`Bounds::sleep_until`].
    ///
    /// # Errors
    /// [`Stop`], at the moment the work is cancelled or its deadline passes.
    pub async fn sleep(&self, duration: Duration) -> Result<(), Stop> {
        self.sleep_until(Instant::now() + duration).await
    }

    async fn deadline_passes(&self) {
        match self.deadline {
            Some(deadline) => sleep_until(deadline).await,
            None => std::future::pending().await,
        }
    }
}

/// Waits between looks at something that takes its time, quick at first and slower later, so that what takes a second
/// is noticed in a second and what takes an hour costs few calls.
#[derive(Debug, Clone)]
pub struct Backoff {
    next: Duration,
    slowest: Duration,
}

impl Backoff {
    /// Waits `first`, then half as long again each time, and at most `slowest`.
    pub fn new(first: Duration, slowest: Duration) -> Self {
        Self { next: first.min(slowest), slowest }
    }

    /// Waits for the next look. The last wait before the deadline is cut short, so that there is one look at the very
    /// end.
    ///
    /// # Errors
    /// [`Stop`], when the work was cancelled or its deadline had passed already.
    pub async fn wait(&mut self, bounds: &Bounds) -> Result<(), Stop> {
        // The look at the end needs time for its answer.
        const LAST_LOOK: Duration = Duration::from_secs(2);
        bounds.check()?;
        let mut wait = self.next;
        if let Some(remaining) = bounds.remaining()
            && wait + LAST_LOOK > remaining
            && remaining > LAST_LOOK
        {
            wait = remaining - LAST_LOOK;
        }
        self.next = (self.next + self.next / 2).min(self.slowest);
        bounds.sleep(wait).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unbounded() -> Bounds {
        Bounds::new(CancellationToken::new())
    }

    #[tokio::test(start_paused = true)]
    async fn the_earlier_deadline_stays() {
        let bounds = unbounded().with_timeout(Duration::from_secs(1)).with_timeout(Duration::from_secs(60));
        assert_eq!(bounds.remaining(), Some(Duration::from_secs(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_is_postponed_has_as_much_time_as_before_and_what_has_none_stays_so() {
        let bounds = unbounded().with_timeout(Duration::from_secs(10));
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(bounds.clone().postponed(Duration::from_secs(60)).remaining(), Some(Duration::from_secs(10)));
        assert_eq!(bounds.without_deadline().postponed(Duration::from_secs(60)).remaining(), None);
    }

    #[test]
    fn nobody_sets_the_time_of_work_for_which_nothing_was_named() {
        assert_eq!(unbounded().time_setting(), None);
        assert_eq!(unbounded().with_time_setting("timeouts.create").time_setting(), Some("timeouts.create"));
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_before_the_last_look_leaves_time_for_that_and_is_never_none() {
        let waited = async |timeout: Duration, wait: Duration| {
            let started = Instant::now();
            let result = Backoff::new(wait, wait).wait(&unbounded().with_timeout(timeout)).await;
            (result, started.elapsed())
        };
        let seconds = Duration::from_secs;
        assert_eq!(waited(seconds(60), seconds(10)).await, (Ok(()), seconds(10)));
        assert_eq!(waited(seconds(12), seconds(10)).await, (Ok(()), seconds(10)));
        assert_eq!(waited(seconds(11), seconds(10)).await, (Ok(()), seconds(9)));
        // Where no time is left for a last look, the wait ends with the work.
        assert_eq!(waited(seconds(2), seconds(10)).await, (Err(Stop::DeadlinePassed), seconds(2)));
        assert_eq!(waited(seconds(2), seconds(1)).await, (Ok(()), seconds(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_sleep_ends_at_the_deadline() {
        let started = Instant::now();
        let bounds = unbounded().with_timeout(Duration::from_secs(1));
        assert_eq!(bounds.sleep(Duration::from_secs(60)).await, Err(Stop::DeadlinePassed));
        assert_eq!(started.elapsed(), Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_sleep_ends_when_the_work_is_cancelled() {
        let bounds = unbounded();
        let cancel = bounds.cancellation().clone();
        let (slept, ()) = tokio::join!(bounds.sleep(Duration::from_secs(3600)), async {
            cancel.cancel();
        });
        assert_eq!(slept, Err(Stop::Cancelled));
    }

    #[tokio::test(start_paused = true)]
    async fn looks_become_slower_and_the_last_is_before_the_deadline() {
        let started = Instant::now();
        let bounds = unbounded().with_timeout(Duration::from_secs(20));
        let mut backoff = Backoff::new(Duration::from_secs(2), Duration::from_secs(4));
        let mut looks = Vec::new();
        while backoff.wait(&bounds).await.is_ok() {
            looks.push(started.elapsed().as_secs());
        }
        assert_eq!(looks, [2, 5, 9, 13, 17, 18]);
    }

    #[tokio::test(start_paused = true)]
    async fn work_is_checked_for_either_end() {
        assert_eq!(unbounded().check(), Ok(()));
        assert_eq!((unbounded().deadline(), unbounded().remaining()), (None, None));
        let bounds = unbounded().with_timeout(Duration::from_secs(1));
        assert_eq!(bounds.deadline(), Some(Instant::now() + Duration::from_secs(1)));
        assert_eq!(bounds.check(), Ok(()));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(bounds.check(), Err(Stop::DeadlinePassed));
        bounds.cancellation().cancel();
        assert_eq!(bounds.check(), Err(Stop::Cancelled), "that somebody wants it to end counts more");
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_is_done_in_time_answers_and_other_work_is_dropped() {
        let bounds = unbounded().with_timeout(Duration::from_secs(1));
        assert_eq!(bounds.run(async { 7 }).await, Ok(7));
        assert_eq!(bounds.run(std::future::pending::<()>()).await, Err(Stop::DeadlinePassed));
        assert_eq!(bounds.sleep(Duration::ZERO).await, Err(Stop::DeadlinePassed));
    }

    #[tokio::test(start_paused = true)]
    async fn a_sleep_within_the_time_is_as_long_as_was_asked() {
        let started = Instant::now();
        unbounded().with_timeout(Duration::from_secs(9)).sleep(Duration::from_secs(3)).await.unwrap();
        assert_eq!(started.elapsed(), Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_time_beyond_all_clocks_is_none() {
        assert_eq!(unbounded().with_timeout(Duration::MAX).deadline(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn looks_without_a_deadline_become_slower_and_never_slower_than_said() {
        let mut backoff = Backoff::new(Duration::from_secs(60), Duration::from_secs(4));
        let started = Instant::now();
        backoff.wait(&unbounded()).await.unwrap();
        assert_eq!(started.elapsed(), Duration::from_secs(4), "nor is the first");
        let stopped = unbounded();
        stopped.cancellation().cancel();
        assert_eq!(backoff.wait(&stopped).await, Err(Stop::Cancelled));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_over_is_finished_in_grace_and_what_is_not_goes_on() {
        let cancel = CancellationToken::new();
        let bounds = Bounds::new(cancel.clone()).with_timeout(Duration::from_secs(60));
        assert_eq!(bounds.or_grace().deadline(), bounds.deadline());
        cancel.cancel();
        assert_eq!(bounds.or_grace().remaining(), Some(GRACE));
        assert_eq!(bounds.or_grace().check(), Ok(()));
        tokio::time::advance(Duration::from_secs(61)).await;
        let passed = Bounds::new(CancellationToken::new()).with_timeout(Duration::ZERO).with_least_settle(GRACE * 2);
        assert_eq!(passed.or_grace().remaining(), Some(GRACE));
        assert_eq!(passed.or_grace().settle(GRACE), GRACE * 2);
    }
}
