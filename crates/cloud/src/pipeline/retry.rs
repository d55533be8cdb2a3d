//! When a request may be sent again.

use std::time::Duration;

use crate::{Error, ErrorKind};

/// What an operation does to the service, as each operation of a client declares it: from that follows whether it
/// may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It changes nothing: sent again after every failure that may pass.
    Read,
    /// It changes something: sent again only when it was certainly not carried out. After anything else the caller
    /// looks before it acts, also where twice would be the same as once: between the two somebody else may have made
    /// what the second would undo.
    Change,
}

/// How often and after what time a request is sent again.
#[derive(Debug, Clone)]
pub struct RetryPolicy {
    /// How often a request is sent in all, throttled answers not counted.
    pub max_attempts: u32,
    /// The wait before the second attempt; each further one doubles it.
    pub first_wait: Duration,
    /// The longest wait between attempts.
    pub longest_wait: Duration,
    /// How long a request goes on, throttled or asked to wait, when the caller gave no deadline.
    pub longest_unbounded: Duration,
    /// The longest that one attempt may take, from its start to the end of the answer.
    pub attempt_timeout: Duration,
    /// How long a request that changes something may still run after the caller asked to stop: an answer that comes in
    /// this time spares the question whether it took effect.
    pub grace: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 4,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(5),
            longest_unbounded: Duration::from_secs(15 * 60),
            attempt_timeout: Duration::from_secs(60),
            grace: Duration::from_secs(5),
        }
    }
}

impl RetryPolicy {
    /// Whether a request that failed with `error` may be sent again at all.
    pub fn permits(&self, effect: Effect, error: &Error) -> bool {
        match error.kind() {
            ErrorKind::Throttled => true,
            ErrorKind::Transport | ErrorKind::Timeout => effect != Effect::Change || !error.outcome_unknown(),
            // A definite refusal in an unknown form (another API at that address) stays one.
            ErrorKind::Unavailable | ErrorKind::UnexpectedAnswer => effect != Effect::Change && error.outcome_unknown(),
            _ => false,
        }
    }

    /// The wait after the `failures`th failure (1 for the first).
    pub fn wait(&self, failures: u32) -> Duration {
        doubled(self.first_wait, failures, self.longest_wait)
    }

    /// The wait of a request that was throttled `times` times in a row. It starts much shorter: the pacer decides how
    /// many calls there are in a second, and this only keeps one unlucky request from being all of them.
    pub fn throttled_wait(&self, times: u32) -> Duration {
        doubled(Duration::from_millis(50), times, Duration::from_millis(250).min(self.longest_wait))
    }
}

fn doubled(first: Duration, times: u32, longest: Duration) -> Duration {
    let factor = 2_u32.saturating_pow(times.saturating_sub(1).min(16));
    first.saturating_mul(factor).min(longest)
}

/// Takes up to a quarter off, so that requests that failed together do not return together. `seed` is anything that
/// differs between them.
pub fn jitter(wait: Duration, seed: u64) -> Duration {
    // A multiplicative hash: the point is spread, not secrecy.
    let spread = (seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32;
    wait - wait.mul_f64(f64::from(spread) / f64::from(u32::MAX) / 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;

    #[test]
    fn what_may_have_happened_is_repeated_only_where_that_is_harmless() {
        let policy = RetryPolicy::default();
        let cases = [
            (ErrorKind::Throttled, Outcome::NotDone, true, true),
            (ErrorKind::Transport, Outcome::NotDone, true, true),
            (ErrorKind::Transport, Outcome::Unknown, true, false),
            (ErrorKind::Timeout, Outcome::Unknown, true, false),
            (ErrorKind::Unavailable, Outcome::Unknown, true, false),
            (ErrorKind::UnexpectedAnswer, Outcome::Unknown, true, false),
            (ErrorKind::UnexpectedAnswer, Outcome::NotDone, false, false),
            (ErrorKind::NotFound, Outcome::NotDone, false, false),
            (ErrorKind::Conflict, Outcome::NotDone, false, false),
            (ErrorKind::Cancelled, Outcome::Unknown, false, false),
        ];
        for (kind, outcome, read, once) in cases {
            let error = Error::new(kind, outcome, "");
            assert_eq!(policy.permits(Effect::Read, &error), read, "{kind:?}");
            assert_eq!(policy.permits(Effect::Change, &error), once, "{kind:?}");
        }
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let policy = RetryPolicy::default();
        let waits: Vec<u128> = (1..=7).map(|n| policy.wait(n).as_millis()).collect();
        assert_eq!(waits, [200, 400, 800, 1600, 3200, 5000, 5000]);
    }

    #[test]
    fn jitter_takes_off_a_quarter_at_most() {
        let wait = Duration::from_millis(400);
        for seed in 0..1000 {
            let jittered = jitter(wait, seed);
            assert!(jittered <= wait && jittered >= wait * 3 / 4, "{jittered:?}");
        }
    }

    #[test]
    fn throttled_calls_wait_a_moment_and_a_little_longer_each_time() {
        let waits =
            |policy: RetryPolicy| (1..=5).map(move |n| policy.throttled_wait(n).as_millis()).collect::<Vec<_>>();
        assert_eq!(waits(RetryPolicy::default()), [50, 100, 200, 250, 250]);
        let quick = RetryPolicy { longest_wait: Duration::from_millis(80), ..RetryPolicy::default() };
        assert_eq!(waits(quick), [50, 80, 80, 80, 80]);
    }

    #[test]
    fn waits_do_not_overflow() {
        assert_eq!(RetryPolicy::default().wait(u32::MAX), Duration::from_secs(5));
        assert_eq!(RetryPolicy::default().wait(0), Duration::from_millis(200));
    }

    #[test]
    fn jitter_differs_from_call_to_call() {
        let wait = Duration::from_secs(4);
        let jittered: std::collections::BTreeSet<_> = (0..100).map(|seed| jitter(wait, seed)).collect();
        assert!(jittered.len() > 90);
        let (first, last) = (jittered.first().unwrap(), jittered.last().unwrap());
        assert!(*last - *first > wait / 5, "spread over most of the quarter: {first:?} to {last:?}");
    }
}
