//! How many calls go out in a second.
//!
//! All calls of one cloud pass through one [`Pacer`]. Until the service throttles, it lets
//! everything through (below `max_requests_per_second`, where that is set). Then it measures: over
//! one second of throttling, the number of calls that the service did accept *is* the rate it
//! allows, which no halving and growing again could find as fast. From there on the calls go out
//! evenly spaced. While hardly any is throttled the pace grows, slowly at first and faster the
//! longer it goes well; where it was too much, it returns to the pace that went well before, and
//! from then on approaches the limit it has met by halves.
//!
//! A throttled call in twenty is no harm (it is sent again, and the service's allowance is used
//! up), so the pace does not shy back from it.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{CallContext, Stop};

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
/// Calls in a second that are tried however much the service throttles; without them, nobody
/// would notice that it no longer does.
const SLOWEST: f64 = 2.0;
/// Throttled calls in a second from which on there is something to measure. Below it, the retry
/// of the single call is enough.
const WORTH_PACING: u32 = 3;

/// Hands out turns to call.
#[derive(Debug)]
pub(crate) struct Pacer {
    ceiling: Option<f64>,
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

impl Pacer {
    /// A pacer that never exceeds `ceiling` calls in a second, where one is given (more than 0).
    pub fn new(ceiling: Option<f64>) -> Self {
        let now = Instant::now();
        Self {
            ceiling: ceiling.filter(|ceiling| *ceiling > 0.0 && ceiling.is_finite()),
            state: Mutex::new(State {
                rate: None,
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
    pub async fn admit(&self, cx: &CallContext) -> Result<(), Stop> {
        cx.check()?;
        if self.interval().is_none() {
            return Ok(());
        }
        let _turn = cx.run(self.queue.lock()).await?;
        let turn = self.with_state(|state, now| {
            // A turn that came late (a timer, a busy machine) is made up for, but only a little:
            // idle time is not saved up for a burst.
            let interval = self.interval_of(state).unwrap_or_default();
            let made_up = (interval * 2).max(Duration::from_millis(20));
            let turn = state.next_turn.max(now.checked_sub(made_up).unwrap_or(now));
            state.epoch.waited |= turn > now;
            state.next_turn = turn + interval;
            turn
        });
        cx.sleep_until(turn).await
    }

    /// Notes that the service took a call, whatever it answered.
    pub fn accepted(&self) {
        self.with_state(|state, _| state.epoch.accepted += 1);
    }

    /// Notes that the service throttled a call.
    pub fn throttled(&self) {
        self.with_state(|state, _| state.epoch.throttled += 1);
    }

    #[cfg(test)]
    /// The present pace in calls a second; `None` while there is no limit.
    pub fn rate(&self) -> Option<f64> {
        self.with_state(|state, _| self.rate_of(state))
    }

    fn rate_of(&self, state: &State) -> Option<f64> {
        match (state.rate, self.ceiling) {
            (Some(rate), Some(ceiling)) => Some(rate.min(ceiling)),
            (rate, ceiling) => rate.or(ceiling),
        }
    }

    fn interval_of(&self, state: &State) -> Option<Duration> {
        self.rate_of(state).map(|rate| Duration::from_secs_f64(rate.recip()))
    }

    fn interval(&self) -> Option<Duration> {
        self.with_state(|state, _| self.interval_of(state))
    }

    fn with_state<T>(&self, work: impl FnOnce(&mut State, Instant) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        state.turn_epoch(now);
        work(&mut state, now)
    }
}

impl Epoch {
    fn starting(now: Instant) -> Self {
        Self { started: now, accepted: 0, throttled: 0, waited: false }
    }
}

impl State {
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
    use std::sync::Arc;

    use tokio_util::sync::CancellationToken;

    use super::*;

    fn context() -> CallContext {
        CallContext::new(CancellationToken::new())
    }

    /// How a service limits its callers.
    enum Gateway {
        /// So many in each whole second.
        Window { limit: u32, second: u64, used: u32 },
        /// Refilled evenly, holding at most `burst`.
        Bucket { rate: f64, burst: f64, tokens: f64, at: Instant },
    }

    impl Gateway {
        fn window(limit: u32) -> Self {
            Self::Window { limit, second: 0, used: 0 }
        }

        fn bucket(rate: f64, burst: f64) -> Self {
            Self::Bucket { rate, burst, tokens: burst, at: Instant::now() }
        }

        fn accepts(&mut self, started: Instant) -> bool {
            match self {
                Self::Window { limit, second, used } => {
                    let this = started.elapsed().as_secs();
                    if this != *second {
                        (*second, *used) = (this, 0);
                    }
                    *used += 1;
                    *used <= *limit
                }
                Self::Bucket { rate, burst, tokens, at } => {
                    *tokens = (*tokens + at.elapsed().as_secs_f64() * *rate).min(*burst);
                    *at = Instant::now();
                    let accepted = *tokens >= 1.0;
                    if accepted {
                        *tokens -= 1.0;
                    }
                    accepted
                }
            }
        }
    }

    /// Ten workers make `calls` accepted calls with the given latency, as the pipeline does it;
    /// answers the time taken and how many calls were throttled.
    async fn run(pacer: Pacer, gateway: Gateway, calls: u32, latency: Duration) -> (Duration, u32) {
        let started = Instant::now();
        let pacer = Arc::new(pacer);
        let gateway = Arc::new(Mutex::new(gateway));
        let left = Arc::new(Mutex::new(calls));
        let policy = super::super::RetryPolicy::default();
        let workers: Vec<_> = (0..10)
            .map(|_| {
                let (pacer, gateway, left, policy) =
                    (Arc::clone(&pacer), Arc::clone(&gateway), Arc::clone(&left), policy.clone());
                tokio::spawn(async move {
                    let cx = context();
                    let mut throttled = 0;
                    loop {
                        {
                            let mut left = left.lock().unwrap();
                            if *left == 0 {
                                return throttled;
                            }
                            *left -= 1;
                        }
                        let mut in_a_row = 0;
                        loop {
                            pacer.admit(&cx).await.unwrap();
                            tokio::time::sleep(latency).await;
                            if gateway.lock().unwrap().accepts(started) {
                                pacer.accepted();
                                break;
                            }
                            pacer.throttled();
                            throttled += 1;
                            in_a_row += 1;
                            tokio::time::sleep(policy.throttled_wait(in_a_row)).await;
                        }
                    }
                })
            })
            .collect();
        let mut throttled = 0;
        for worker in workers {
            throttled += worker.await.unwrap();
        }
        (started.elapsed(), throttled)
    }

    #[tokio::test(start_paused = true)]
    async fn a_thousand_calls_use_the_allowed_rate_whatever_kind_of_limit_it_is() {
        for (name, gateway, allowed) in [
            ("window", Gateway::window(20), 20.0),
            ("bucket of a second", Gateway::bucket(20.0, 20.0), 20.0),
            ("bucket of one", Gateway::bucket(20.0, 1.0), 20.0),
            ("bucket of ten seconds", Gateway::bucket(20.0, 200.0), 20.0),
            ("quick bucket", Gateway::bucket(150.0, 10.0), 150.0),
            ("slow bucket", Gateway::bucket(5.0, 5.0), 5.0),
        ] {
            for latency in [1, 50] {
                let (taken, throttled) = run(
                    Pacer::new(None),
                    match &gateway {
                        Gateway::Window { limit, .. } => Gateway::window(*limit),
                        Gateway::Bucket { rate, burst, .. } => Gateway::bucket(*rate, *burst),
                    },
                    1000,
                    Duration::from_millis(latency),
                )
                .await;
                let used = 1000.0 / allowed / taken.as_secs_f64();
                assert!(used >= 0.95, "{name}, {latency} ms: only {used:.3} used");
                assert!(throttled < 300, "{name}, {latency} ms: {throttled} throttled");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn without_throttling_nothing_is_slowed_down() {
        let (taken, _) = run(Pacer::new(None), Gateway::bucket(1e9, 1e9), 1000, Duration::from_millis(50)).await;
        assert_eq!(taken.as_millis(), 1000 / 10 * 50);
    }

    #[tokio::test(start_paused = true)]
    async fn a_ceiling_is_kept_from_the_first_call() {
        let (taken, throttled) =
            run(Pacer::new(Some(20.0)), Gateway::bucket(20.0, 3.0), 200, Duration::from_millis(1)).await;
        assert_eq!(throttled, 0);
        assert!(taken >= Duration::from_millis(9_800), "{taken:?}");
        assert!(taken <= Duration::from_millis(10_500), "{taken:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn pacing_ends_when_nobody_needs_it_any_more() {
        let pacer = Pacer::new(None);
        for _ in 0..5 {
            pacer.throttled();
        }
        tokio::time::advance(EPOCH).await;
        assert_eq!(pacer.rate(), Some(SLOWEST));
        tokio::time::advance(EPOCH * IDLE_EPOCHS).await;
        assert_eq!(pacer.rate(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn one_throttled_call_does_not_slow_down_the_others() {
        let pacer = Pacer::new(None);
        pacer.throttled();
        tokio::time::advance(EPOCH).await;
        assert_eq!(pacer.rate(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_for_a_turn_ends_at_the_deadline() {
        let pacer = Pacer::new(Some(0.01));
        pacer.admit(&context()).await.unwrap();
        pacer.admit(&context().with_timeout(Duration::ZERO)).await.unwrap_err();
        let cx = context().with_timeout(Duration::from_secs(1));
        let started = Instant::now();
        while pacer.admit(&cx).await.is_ok() {}
        assert_eq!(started.elapsed(), Duration::from_secs(1));
    }
}
