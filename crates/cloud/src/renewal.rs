//! Credentials that end, renewed in one place for all who use them.

use std::{
    future::Future,
    time::{Duration, SystemTime},
};

use tokio::{sync::Mutex, time::Instant};

use super::{Bounds, Error, Stop};

/// The longest time before its end at which a value is renewed.
const EARLY: Duration = Duration::from_secs(5 * 60);

/// A value with the time at which it ends, as its issuer said; `None` for one that does not.
#[derive(Debug, Clone)]
pub struct Lease<T> {
    /// What is leased.
    pub value: T,
    /// When it ends.
    pub ends: Option<SystemTime>,
}

/// Holds the present value of something that is fetched at first use and renewed before it ends.
/// Whoever asks while it is being fetched waits for that one fetch, and shares its failure too.
#[derive(Debug)]
pub struct Renewed<T> {
    state: Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    current: Option<Current<T>>,
    failed: Option<(Instant, Error)>,
}

#[derive(Debug, Clone)]
struct Current<T> {
    value: T,
    renew_at: Option<SystemTime>,
    ends: Option<SystemTime>,
}

impl<T> Default for Renewed<T> {
    fn default() -> Self {
        Self { state: Mutex::new(State { current: None, failed: None }) }
    }
}

impl<T: Clone + PartialEq> Renewed<T> {
    /// The present value, fetched with `fetch` where there is none or it is about to end.
    ///
    /// # Errors
    /// The error of `fetch`, unless the old value is still good; or that waiting was stopped.
    pub async fn get<F>(&self, bounds: &Bounds, fetch: impl FnOnce() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<Lease<T>, Error>>,
    {
        let asked = Instant::now();
        let mut state = bounds.run(self.state.lock()).await.map_err(stopped)?;
        let now = SystemTime::now();
        if let Some(current) = &state.current
            && current.renew_at.is_none_or(|renew_at| now < renew_at)
        {
            return Ok(current.value.clone());
        }
        if let Some((at, error)) = &state.failed
            && *at >= asked
        {
            return Err(error.clone());
        }
        match bounds.run(fetch()).await.map_err(stopped)? {
            Ok(lease) => {
                state.failed = None;
                let value = lease.value.clone();
                state.current = Some(Current::new(lease, now));
                Ok(value)
            }
            Err(error) => {
                if let Some(current) = &state.current
                    && current.ends.is_some_and(|ends| now < ends)
                {
                    tracing::warn!(%error, "temporary credentials could not be renewed yet");
                    return Ok(current.value.clone());
                }
                state.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// Forgets `refused`, which the service did not accept, so that the next use fetches anew.
    /// Does nothing when another call has renewed it already. Answers whether it is worth asking
    /// again: whether the value now or next held can be another one.
    pub async fn invalidate(&self, refused: &T) {
        let mut state = self.state.lock().await;
        if state.current.as_ref().is_some_and(|current| current.value == *refused) {
            state.current = None;
        }
    }
}

impl<T> Current<T> {
    fn new(lease: Lease<T>, now: SystemTime) -> Self {
        let renew_at = lease.ends.map(|ends| {
            let lifetime = ends.duration_since(now).unwrap_or_default();
            // A short lease is used for most of its time, a long one until minutes before its end.
            ends - EARLY.min(lifetime / 4)
        });
        Self { value: lease.value, renew_at, ends: lease.ends }
    }
}

/// The error of work that was stopped before anything was sent.
pub(super) fn stopped(stop: Stop) -> Error {
    use super::{ErrorKind, Outcome};
    match stop {
        Stop::Cancelled => Error::new(ErrorKind::Cancelled, Outcome::NotDone, "stopped before the request was sent"),
        Stop::DeadlinePassed => Error::new(
            ErrorKind::Timeout,
            Outcome::NotDone,
            "the time for the operation was over before the request was sent",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::{ErrorKind, Outcome};

    fn unbounded() -> Bounds {
        Bounds::new(CancellationToken::new())
    }

    fn lease(value: u32, lifetime: Option<Duration>) -> Lease<u32> {
        Lease { value, ends: lifetime.map(|lifetime| SystemTime::now() + lifetime) }
    }

    #[tokio::test]
    async fn parallel_calls_fetch_once() {
        let renewed = Renewed::default();
        let fetches = AtomicU32::new(0);
        let bounds = unbounded();
        let get = || async {
            renewed
                .get(&bounds, || async {
                    tokio::task::yield_now().await;
                    Ok(lease(fetches.fetch_add(1, Ordering::SeqCst), None))
                })
                .await
                .unwrap()
        };
        let values = tokio::join!(get(), get(), get());
        assert_eq!(values, (0, 0, 0));
        assert_eq!(fetches.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn those_who_waited_share_the_failure() {
        let renewed = Renewed::<u32>::default();
        let fetches = AtomicU32::new(0);
        let bounds = unbounded();
        let get = || async {
            renewed
                .get(&bounds, || async {
                    fetches.fetch_add(1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    Err(Error::new(ErrorKind::Configuration, Outcome::NotDone, "no"))
                })
                .await
                .unwrap_err()
                .kind()
        };
        let kinds = tokio::join!(get(), get());
        assert_eq!(kinds, (ErrorKind::Configuration, ErrorKind::Configuration));
        assert_eq!(fetches.load(Ordering::SeqCst), 1);
        get().await;
        assert_eq!(fetches.load(Ordering::SeqCst), 2, "a later call tries again");
    }

    #[tokio::test]
    async fn a_value_about_to_end_is_renewed_and_kept_when_that_fails() {
        let renewed = Renewed::default();
        let bounds = unbounded();
        let current =
            Current::new(lease(1, Some(Duration::from_secs(3600))), SystemTime::now() - Duration::from_secs(3600));
        renewed.state.lock().await.current = Some(Current { renew_at: Some(SystemTime::now()), ..current });
        let failing = || async { Err(Error::new(ErrorKind::Transport, Outcome::NotDone, "no")) };
        assert_eq!(renewed.get(&bounds, failing).await.unwrap(), 1);
        let working = || async { Ok(lease(2, None)) };
        assert_eq!(renewed.get(&bounds, working).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_refused_value_is_renewed_once_for_all() {
        let renewed = Renewed::default();
        let bounds = unbounded();
        let next = AtomicU32::new(1);
        let get = || renewed.get(&bounds, || async { Ok(lease(next.fetch_add(1, Ordering::SeqCst), None)) });
        assert_eq!(get().await.unwrap(), 1);
        renewed.invalidate(&1).await;
        assert_eq!(get().await.unwrap(), 2);
        // The second call that saw value 1 refused must not throw away value 2.
        renewed.invalidate(&1).await;
        assert_eq!(get().await.unwrap(), 2);
    }

    #[test]
    fn renewal_is_minutes_before_the_end_but_never_at_once() {
        let now = SystemTime::now();
        let renew_after = |lifetime: u64| {
            let lease = Lease { value: (), ends: Some(now + Duration::from_secs(lifetime)) };
            let renew_at = Current::new(lease, now).renew_at.unwrap();
            renew_at.duration_since(now).unwrap().as_secs()
        };
        assert_eq!(renew_after(3600), 3300);
        assert_eq!(renew_after(60), 45);
    }
}
