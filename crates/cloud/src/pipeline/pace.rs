//! One limit that a service keeps, found and followed.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{Bounds, Stop};

/// Over which time calls are counted.
const EPOCH: Duration = Duration::from_secs(1);
/// After this time in which nobody had to wait for a turn, pacing ends.
const IDLE_EPOCHS: u32 = 10;
/// The share of throttled calls up to which a pace goes well.
const TOLERATED: f64 = 0.08;
/// How near to a pace that was too much it is worth going.
const NEAR: f64 = 0.015;
/// After so many good epochs below a pace that was too much, it is tried again.
const LIMIT_HOLDS: u32 = 30;
/// Calls in a second that are tried however much the service throttles; without them, nobody would notice that it no
/// longer does.
const SLOWEST: f64 = 2.0;
/// The longest time between two turns, however slow the pace: all clocks can count it.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// Throttled calls in a second from which on there is something to measure. Below it, the retry of the single call is
/// enough.
const WORTH_PACING: u32 = 3;

/// Hands out turns, at a rate that it knows or finds out.
#[derive(Debug)]
pub(super) struct Pace {
    /// Whether the rate follows what the service does.
    adapts: bool,
    state: Mutex<State>,
    /// Held by the one that waits for the next turn; the others queue up behind it in order.
    queue: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State {
    /// Turns in a second; `None` while the service does not throttle.
    rate: Option<f64>,
    next_turn: Instant,
    epoch: Epoch,
    /// The latest pace that went well.
    good_rate: Option<f64>,
    /// The latest pace that was too much.
    limit: Option<f64>,
    /// Epochs in a row that went well while calls were waiting.
    good: u32,
    /// Epochs in a row without one throttled call while calls were waiting.
    growing: u32,
    /// Epochs in a row in which no call had to wait.
    idle: u32,
}

#[derive(Debug)]
struct Epoch {
    started: Instant,
    accepted: u32,
    throttled: u32,
    waited: bool,
}

impl Pace {
    /// A pace that lets everything through until the service throttles.
    pub(super) fn adaptive() -> Self {
        Self::new(true, None)
    }

    /// A pace of `rate` turns in a second, more than 0.
    pub(super) fn fixed(rate: f64) -> Self {
        Self::new(false, Some(rate))
    }

    fn new(adapts: bool, rate: Option<f64>) -> Self {
        let now = Instant::now();
        Self {
            adapts,
            state: Mutex::new(State {
                rate,
                next_turn: now,
                epoch: Epoch::starting(now),
                good_rate: None,
                limit: None,
                good: 0,
                growing: 0,
                idle: 0,
            }),
            queue: tokio::sync::Mutex::new(()),
        }
    }

    /// Waits for a turn to call.
    ///
    /// # Errors
    /// [`Stop`], when the caller's time is over first.
    pub(super) async fn admit(&self, bounds: &Bounds) -> Result<(), Stop> {
        bounds.check()?;
        if self.interval().is_none() {
            return Ok(());
        }
        let _turn = bounds.run(self.queue.lock()).await?;
        let turn = self.with_state(|state, now| {
            // A turn that came late (a timer, a busy machine) is made up for, but only a little: idle time is not saved
            // up for a burst.
            let interval = state.interval().unwrap_or_default();
            let made_up = (interval * 2).max(Duration::from_millis(20));
            let turn = state.next_turn.max(now.checked_sub(made_up).unwrap_or(now));
            state.epoch.waited |= turn > now;
            state.next_turn = turn + interval;
            turn
        });
        bounds.sleep_until(turn).await
    }

    /// Notes that the service took a call, whatever it answered.
    pub(super) fn accepted(&self) {
        self.with_state(|state, _| state.epoch.accepted += 1);
    }

    /// Notes that the service throttled a call.
    pub(super) fn throttled(&self) {
        self.with_state(|state, _| state.epoch.throttled += 1);
    }

    /// The present pace in calls a second; `None` while there is no limit.
    #[cfg(test)]
    fn rate(&self) -> Option<f64> {
        self.with_state(|state, _| state.rate)
    }

    fn interval(&self) -> Option<Duration> {
        self.with_state(|state, _| state.interval())
    }

    fn with_state<T>(&self, work: impl FnOnce(&mut State, Instant) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if self.adapts {
            state.turn_epoch(now);
        }
        work(&mut state, now)
    }
}

impl Epoch {
    fn starting(now: Instant) -> Self {
        Self { started: now, accepted: 0, throttled: 0, waited: false }
    }
}

impl State {
    fn interval(&self) -> Option<Duration> {
        self.rate.map(|rate| Duration::try_from_secs_f64(rate.recip()).unwrap_or(LONGEST).min(LONGEST))
    }

    /// Ends the epoch when its time is over, and draws the conclusion.
    fn turn_epoch(&mut self, now: Instant) {
        let length = now.saturating_duration_since(self.epoch.started);
        if length < EPOCH {
            return;
        }
        let epoch = std::mem::replace(&mut self.epoch, Epoch::starting(now));
        // Counts over a long silence say nothing about a rate.
        if length > EPOCH * 3 {
            let silent = length.as_secs_f64() / EPOCH.as_secs_f64();
            self.rest(silent as u32);
            return;
        }
        let accepted = f64::from(epoch.accepted) / length.as_secs_f64();
        let share = f64::from(epoch.throttled) / f64::from((epoch.accepted + epoch.throttled).max(1));
        match self.rate {
            None if epoch.throttled >= WORTH_PACING => self.set(accepted.max(SLOWEST), now),
            None => {}
            Some(_) if epoch.throttled == 0 && !epoch.waited => self.rest(1),
            Some(rate) if epoch.throttled <= 1 || share <= TOLERATED => {
                self.went_well(rate, epoch.throttled == 0, now);
            }
            Some(rate) => self.was_too_much(rate, accepted, now),
        }
    }

    fn went_well(&mut self, rate: f64, perfectly: bool, now: Instant) {
        self.idle = 0;
        self.good += 1;
        self.good_rate = Some(rate);
        if self.good >= LIMIT_HOLDS {
            self.limit = None;
            self.good = 0;
        }
        if !perfectly {
            self.growing = 0;
            return;
        }
        // 2, 4, 8 … percent, and never more than half as much again.
        self.growing += 1;
        let growth = (0.01 * f64::from(2_u32.pow(self.growing.min(6)))).min(0.5);
        let grown = rate * (1.0 + growth);
        match self.limit {
            None => self.set(grown, now),
            Some(limit) if limit - rate > rate * NEAR => {
                self.set(grown.min(rate.midpoint(limit)), now);
            }
            Some(_) => {}
        }
    }

    fn was_too_much(&mut self, rate: f64, accepted: f64, now: Instant) {
        self.idle = 0;
        self.good = 0;
        self.growing = 0;
        self.limit = Some(rate);
        // What went well before and does no longer is forgotten: the service allows less now.
        let good = self.good_rate.take().filter(|good| *good < rate);
        self.set(good.unwrap_or(accepted).max(rate / 2.0).max(SLOWEST), now);
    }

    fn rest(&mut self, epochs: u32) {
        self.good = 0;
        self.growing = 0;
        self.idle = self.idle.saturating_add(epochs);
        if self.idle >= IDLE_EPOCHS {
            self.rate = None;
            self.good_rate = None;
            self.limit = None;
        }
    }

    fn set(&mut self, rate: f64, now: Instant) {
        tracing::debug!(calls_per_second = rate, "pace adapted to the service");
        if self.rate.is_none() {
            self.next_turn = now;
        }
        self.rate = Some(rate);
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;

    fn unbounded() -> Bounds {
        Bounds::new(CancellationToken::new())
    }

    #[tokio::test(start_paused = true)]
    async fn pacing_ends_when_nobody_needs_it_any_more() {
        let pace = Pace::adaptive();
        for _ in 0..5 {
            pace.throttled();
        }
        tokio::time::advance(EPOCH).await;
        assert_eq!(pace.rate(), Some(SLOWEST));
        tokio::time::advance(EPOCH * IDLE_EPOCHS).await;
        assert_eq!(pace.rate(), None);
    }

    impl Pace {
        /// Lets so much happen in an epoch of this length, and answers the pace after it.
        async fn after(&self, length: Duration, accepted: u32, throttled: u32, waited: bool) -> Option<f64> {
            self.with_state(|state, _| {
                state.epoch.accepted += accepted;
                state.epoch.throttled += throttled;
                state.epoch.waited |= waited;
            });
            tokio::time::advance(length).await;
            self.rate()
        }
    }

    #[track_caller]
    fn expect_close(rate: Option<f64>, expected: f64) {
        assert!(rate.is_some_and(|rate| (rate - expected).abs() < 1e-6), "{rate:?} is not {expected}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_pace_begins_at_what_was_accepted_and_grows_faster_while_all_goes_well() {
        let pace = Pace::adaptive();
        let longer = EPOCH * 3 / 2;
        let begun = f64::from(90) / longer.as_secs_f64();
        expect_close(pace.after(longer, 90, 10, false).await, begun);
        // An epoch in which nobody had to wait says nothing about a higher pace.
        expect_close(pace.after(EPOCH, 10, 0, false).await, begun);
        let mut expected = begun;
        for percent in [2.0, 4.0, 8.0, 16.0, 32.0, 50.0, 50.0] {
            expected *= 1.0 + percent / 100.0;
            expect_close(pace.after(EPOCH, 10, 0, true).await, expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_too_much_is_a_limit_until_all_went_well_for_long() {
        let pace = Pace::adaptive();
        expect_close(pace.after(EPOCH, 100, 50, false).await, 100.0 / EPOCH.as_secs_f64());
        let limit = pace.rate();
        assert!(pace.after(EPOCH, 60, 40, true).await < limit);
        assert_eq!(pace.with_state(|state, _| state.limit), limit);
        for epoch in 1..=LIMIT_HOLDS {
            assert_eq!(pace.with_state(|state, _| state.limit), limit, "before the good epoch {epoch}");
            pace.after(EPOCH, 10, 0, true).await;
        }
        assert_eq!(pace.with_state(|state, _| state.limit), None);
    }

    #[tokio::test(start_paused = true)]
    async fn one_throttled_call_does_not_slow_down_the_others() {
        let pace = Pace::adaptive();
        pace.throttled();
        tokio::time::advance(EPOCH).await;
        assert_eq!(pace.rate(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_small_share_of_throttled_calls_is_tolerated() {
        let pace = Pace::adaptive();
        expect_close(pace.after(EPOCH, 100, 50, false).await, 100.0);
        expect_close(pace.after(EPOCH, 95, 5, true).await, 100.0);
        assert!(pace.after(EPOCH, 85, 15, true).await < Some(100.0));
    }

    #[tokio::test(start_paused = true)]
    async fn no_rate_is_too_slow_or_too_quick_for_the_clock() {
        for (rate, expected) in
            [(1e-300, LONGEST), (f64::MIN_POSITIVE, LONGEST), (0.0, LONGEST), (f64::MAX, Duration::ZERO)]
        {
            let pace = Pace::fixed(rate);
            let started = Instant::now();
            pace.admit(&unbounded()).await.unwrap();
            pace.admit(&unbounded()).await.unwrap();
            assert_eq!(started.elapsed(), expected, "{rate}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn idle_time_is_made_up_for_by_two_turns_and_no_more() {
        let pace = Pace::fixed(10.0);
        tokio::time::advance(Duration::from_secs(60)).await;
        let started = Instant::now();
        let mut turns = Vec::new();
        for _ in 0..5 {
            pace.admit(&unbounded()).await.unwrap();
            turns.push(started.elapsed().as_millis());
        }
        assert_eq!(turns, [0, 0, 0, 100, 200]);
    }

    #[tokio::test(start_paused = true)]
    async fn whose_turn_it_is_has_not_waited() {
        let pace = Pace::fixed(10.0);
        let has_waited = || pace.with_state(|state, _| state.epoch.waited);
        pace.admit(&unbounded()).await.unwrap();
        assert!(!has_waited());
        pace.admit(&unbounded()).await.unwrap();
        assert!(has_waited());
    }

    #[tokio::test(start_paused = true)]
    async fn a_silence_counts_for_as_many_epochs_as_it_was_long() {
        let paced = async |silence: u32| {
            let pace = Pace::adaptive();
            pace.after(EPOCH, 100, 50, false).await.unwrap();
            pace.after(EPOCH * silence + EPOCH / 2, 0, 0, false).await
        };
        assert!(paced(IDLE_EPOCHS - 1).await.is_some());
        assert_eq!(paced(IDLE_EPOCHS).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_for_a_turn_ends_at_the_deadline() {
        let pace = Pace::fixed(0.01);
        pace.admit(&unbounded()).await.unwrap();
        pace.admit(&unbounded().with_timeout(Duration::ZERO)).await.unwrap_err();
        let bounds = unbounded().with_timeout(Duration::from_secs(1));
        let started = Instant::now();
        while pace.admit(&bounds).await.is_ok() {}
        assert_eq!(started.elapsed(), Duration::from_secs(1));
    }
}
