//! How many calls go out in a second.
//!
//! All calls of one cloud pass through one [`Pacer`], which keeps a pace for each operation: gateways count the calls
//! of each API separately. Until the service throttles an operation, everything passes (below
//! `max_requests_per_second`, which is for all operations together, where it is set). Then the operation's pace
//! measures: over one second of throttling, the number of calls that the service did accept *is* the rate it allows,
//! which no halving and growing again could find as fast. From there on the calls go out evenly spaced. While hardly
//! any is throttled the pace grows, slowly at first and faster the longer it goes well; where it was too much, it
//! returns to the pace that went well before, and from then on approaches the limit it has met by halves.
//!
//! A throttled call in twenty is no harm (it is sent again, and the service's allowance is used up), so the pace does
//! not shy back from it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::pace::Pace;
use crate::{Bounds, Stop};

/// Hands out turns to call.
#[derive(Debug)]
pub struct Pacer {
    ceiling: Option<Pace>,
    operations: Mutex<HashMap<&'static str, Arc<Pace>>>,
}

impl Pacer {
    /// A pacer that never exceeds `ceiling` calls in a second, where one is given (more than 0).
    pub fn new(ceiling: Option<f64>) -> Self {
        let ceiling = ceiling.filter(|ceiling| *ceiling > 0.0 && ceiling.is_finite());
        Self { ceiling: ceiling.map(Pace::fixed), operations: Mutex::default() }
    }

    /// Waits for a turn to call `operation`.
    ///
    /// # Errors
    /// [`Stop`], when the caller's time is over first.
    pub async fn admit(&self, operation: &'static str, bounds: &Bounds) -> Result<(), Stop> {
        self.pace(operation).admit(bounds).await?;
        match &self.ceiling {
            Some(ceiling) => ceiling.admit(bounds).await,
            None => Ok(()),
        }
    }

    /// Notes that the service took a call of `operation`, whatever it answered.
    pub fn accepted(&self, operation: &'static str) {
        self.pace(operation).accepted();
    }

    /// Notes that the service throttled a call of `operation`.
    pub fn throttled(&self, operation: &'static str) {
        self.pace(operation).throttled();
    }

    fn pace(&self, operation: &'static str) -> Arc<Pace> {
        let mut operations = self.operations.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(operations.entry(operation).or_insert_with(|| Arc::new(Pace::adaptive())))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;
    use tokio_util::sync::CancellationToken;

    use super::*;

    fn unbounded() -> Bounds {
        Bounds::new(CancellationToken::new())
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

    /// Ten workers make `calls` accepted calls with the given latency; answers the time taken and how many calls were
    /// throttled.
    async fn run(pacer: Pacer, gateway: Gateway, calls: u32, latency: Duration) -> (Duration, u32) {
        let gateway = Arc::new(Mutex::new(gateway));
        run_each(pacer, &[("Read", gateway)], calls, latency).await
    }

    type Behind = (&'static str, Arc<Mutex<Gateway>>);

    /// Ten workers do `times` the same: each operation once, behind its gateway, until it is accepted.
    async fn run_each(pacer: Pacer, operations: &[Behind], times: u32, latency: Duration) -> (Duration, u32) {
        let started = Instant::now();
        let pacer = Arc::new(pacer);
        let left = Arc::new(Mutex::new(times));
        let workers: Vec<_> = (0..10)
            .map(|_| {
                let (pacer, left, operations) = (Arc::clone(&pacer), Arc::clone(&left), operations.to_vec());
                tokio::spawn(async move {
                    let mut throttled = 0;
                    loop {
                        {
                            let mut left = left.lock().unwrap();
                            if *left == 0 {
                                return throttled;
                            }
                            *left -= 1;
                        }
                        for behind in &operations {
                            throttled += call(&pacer, behind, started, latency).await;
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

    /// One call, as the pipeline makes it; answers how often it was throttled.
    async fn call(pacer: &Pacer, (operation, gateway): &Behind, started: Instant, latency: Duration) -> u32 {
        let policy = super::super::RetryPolicy::default();
        let mut throttled = 0;
        loop {
            pacer.admit(operation, &unbounded()).await.unwrap();
            tokio::time::sleep(latency).await;
            if gateway.lock().unwrap().accepts(started) {
                pacer.accepted(operation);
                return throttled;
            }
            pacer.throttled(operation);
            throttled += 1;
            tokio::time::sleep(policy.throttled_wait(throttled)).await;
        }
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
    async fn an_operation_is_not_slowed_down_by_the_limit_of_another() {
        let limited = |rate| Arc::new(Mutex::new(Gateway::bucket(rate, rate)));
        let operations = [("Change", limited(20.0)), ("Read", limited(20.0))];
        let (taken, throttled) = run_each(Pacer::new(None), &operations, 1000, Duration::from_millis(10)).await;
        let used = 1000.0 / 20.0 / taken.as_secs_f64();
        assert!(used >= 0.95, "only {used:.3} of each limit used, {throttled} throttled");

        let operations = [("Change", limited(5.0)), ("Read", limited(1e9))];
        let (taken, _) = run_each(Pacer::new(None), &operations, 200, Duration::from_millis(10)).await;
        let used = 200.0 / 5.0 / taken.as_secs_f64();
        assert!(used >= 0.95, "only {used:.3} of the slow operation's limit used");
    }

    #[tokio::test(start_paused = true)]
    async fn one_limit_for_all_operations_is_used_too() {
        let gateway = Arc::new(Mutex::new(Gateway::bucket(20.0, 20.0)));
        let operations = [("Change", Arc::clone(&gateway)), ("Read", gateway)];
        let (taken, throttled) = run_each(Pacer::new(None), &operations, 1000, Duration::from_millis(10)).await;
        let used = 2000.0 / 20.0 / taken.as_secs_f64();
        assert!(used >= 0.95, "only {used:.3} used");
        assert!(throttled < 300, "{throttled} throttled");
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
}
