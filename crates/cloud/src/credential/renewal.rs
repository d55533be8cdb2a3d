//! Credentials that end, renewed in one place for all who use them.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::{sync::Mutex, time::Instant};

use crate::{Bounds, Error, Machine, Outcome, Stop};

/// The longest time before its end at which a value is renewed.
const EARLY: Duration = Duration::from_secs(5 * 60);

/// A value, and how long it is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease<T> {
    /// What is leased.
    pub value: T,
    /// When it ends, as its issuer said; `None` where it does not end by itself.
    pub ends: Option<SystemTime>,
    /// Whether asking once more gives another value.
    pub renewable: bool,
}

impl<T> Lease<T> {
    /// A value that somebody wrote down: there is no other, and no end.
    pub fn given(value: T) -> Self {
        Self { value, ends: None, renewable: false }
    }

    /// A value that was issued, until `ends` where its issuer said so.
    pub fn issued(value: T, ends: Option<SystemTime>) -> Self {
        Self { value, ends, renewable: true }
    }
}

/// Holds the present value of something that is fetched at first use and renewed before it ends. Whoever asks while it
/// is being fetched waits for that one fetch, and shares its failure too.
#[derive(Debug)]
pub struct Renewed<T> {
    machine: Machine,
    state: Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    current: Option<Current<T>>,
    failed: Option<(Instant, Error)>,
}

#[derive(Debug, Clone)]
struct Current<T> {
    lease: Lease<T>,
    renew_at: Option<SystemTime>,
}

impl<T> Renewed<T> {
    /// Holds nothing yet. The machine's clock says when a value ends.
    pub fn on(machine: Machine) -> Self {
        Self { machine, state: Mutex::new(State { current: None, failed: None }) }
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
        let now = SystemTime::from(self.machine.now());
        if let Some(current) = &state.current
            && current.renew_at.is_none_or(|renew_at| now < renew_at)
        {
            return Ok(current.lease.value.clone());
        }
        if let Some((at, error)) = &state.failed
            && *at >= asked
        {
            return Err(error.clone());
        }
        // Boxed, because it happens rarely: every call would be as large as asking for credentials is otherwise.
        match bounds.run(Box::pin(fetch())).await.map_err(stopped)? {
            Ok(lease) => {
                state.failed = None;
                let value = lease.value.clone();
                state.current = Some(Current::new(lease, now));
                Ok(value)
            }
            Err(error) => {
                if let Some(current) = &state.current
                    && current.lease.ends.is_some_and(|ends| now < ends)
                {
                    tracing::warn!(%error, "temporary credentials could not be renewed yet");
                    return Ok(current.lease.value.clone());
                }
                state.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// Forgets `refused`, which the service did not accept, so that the next use fetches anew; once for all who hold
    /// it. Answers whether it is worth asking again: whether the value held next can be another one.
    pub async fn invalidate(&self, refused: &T) -> bool {
        let mut state = self.state.lock().await;
        match &state.current {
            Some(current) if current.lease.value == *refused => {
                let renewable = current.lease.renewable;
                if renewable {
                    state.current = None;
                }
                renewable
            }
            // Another call has renewed it already, or is about to.
            _ => true,
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
        Self { lease, renew_at }
    }
}

/// Values of one kind that are told apart by a name, such as a region's.
#[derive(Debug)]
pub struct RenewedByName<T> {
    machine: Machine,
    values: std::sync::Mutex<HashMap<String, Arc<Renewed<T>>>>,
}

impl<T> RenewedByName<T> {
    /// Holds nothing yet; as [`Renewed::on`].
    pub fn on(machine: Machine) -> Self {
        Self { machine, values: std::sync::Mutex::default() }
    }

    /// The value with a name, which is made where there is none yet.
    pub fn named(&self, name: &str) -> Arc<Renewed<T>> {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        match values.get(name) {
            Some(value) => Arc::clone(value),
            None => {
                let value =
                    values.entry(name.to_owned()).or_insert_with(|| Arc::new(Renewed::on(self.machine.clone())));
                Arc::clone(value)
            }
        }
    }
}

fn stopped(stop: Stop) -> Error {
    Error::stopped(stop, Outcome::NotDone)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::ErrorKind;

    fn unbounded() -> Bounds {
        Bounds::new(CancellationToken::new())
    }

    fn lease(value: u32, lifetime: Option<Duration>) -> Lease<u32> {
        Lease::issued(value, lifetime.map(|lifetime| SystemTime::now() + lifetime))
    }

    #[tokio::test]
    async fn parallel_calls_fetch_once() {
        let renewed = Renewed::on(Machine::default());
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
    async fn what_lasts_is_fetched_once_and_what_is_about_to_end_again() {
        let renewed = Renewed::on(Machine::default());
        let fetches = AtomicU32::new(0);
        let bounds = unbounded();
        let get = |lifetime: Duration| {
            let fetches = &fetches;
            renewed
                .get(&bounds, move || async move { Ok(lease(fetches.fetch_add(1, Ordering::SeqCst), Some(lifetime))) })
        };
        let hour = Duration::from_secs(60 * 60);
        assert_eq!((get(hour).await.unwrap(), get(hour).await.unwrap()), (0, 0));
        assert!(renewed.invalidate(&0).await);
        // It has ended by the time that it is there.
        assert_eq!((get(Duration::ZERO).await.unwrap(), get(hour).await.unwrap()), (1, 2));
        assert_eq!(fetches.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn those_who_waited_share_the_failure() {
        let renewed = Renewed::<u32>::on(Machine::default());
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
        let renewed = Renewed::on(Machine::default());
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
        let renewed = Renewed::on(Machine::default());
        let bounds = unbounded();
        let next = AtomicU32::new(1);
        let get = || renewed.get(&bounds, || async { Ok(lease(next.fetch_add(1, Ordering::SeqCst), None)) });
        assert_eq!(get().await.unwrap(), 1);
        assert!(renewed.invalidate(&1).await);
        assert_eq!(get().await.unwrap(), 2);
        // The second call that saw value 1 refused must not throw away value 2.
        assert!(renewed.invalidate(&1).await);
        assert_eq!(get().await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_value_that_somebody_wrote_down_is_kept_when_it_is_refused() {
        let renewed = Renewed::on(Machine::default());
        let bounds = unbounded();
        let fetches = AtomicU32::new(0);
        let get = || {
            renewed.get(&bounds, || async {
                fetches.fetch_add(1, Ordering::SeqCst);
                Ok(Lease::given(1))
            })
        };
        assert_eq!(get().await.unwrap(), 1);
        assert!(!renewed.invalidate(&1).await);
        assert_eq!(get().await.unwrap(), 1);
        assert_eq!(fetches.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_value_whose_end_has_passed_is_not_used_when_renewing_fails() {
        let renewed = Renewed::on(Machine::default());
        let bounds = unbounded();
        assert_eq!(renewed.get(&bounds, || async { Ok(lease(1, Some(Duration::ZERO))) }).await.unwrap(), 1);
        let failing = || async { Err(Error::new(ErrorKind::Transport, Outcome::NotDone, "no")) };
        assert_eq!(renewed.get(&bounds, failing).await.unwrap_err().kind(), ErrorKind::Transport);
    }

    #[tokio::test]
    async fn waiting_for_a_value_ends_with_the_work() {
        let renewed = Renewed::<u32>::on(Machine::default());
        let bounds = unbounded();
        bounds.cancellation().cancel();
        let error = renewed.get(&bounds, std::future::pending).await.unwrap_err();
        assert!(error.is_cancelled() && !error.outcome_unknown());
    }

    #[tokio::test]
    async fn values_are_kept_apart_by_name() {
        let values = RenewedByName::on(Machine::default());
        let bounds = unbounded();
        let get = async |name, value| {
            values.named(name).get(&bounds, || async move { Ok(Lease::given(value)) }).await.unwrap()
        };
        assert_eq!(get("a", 1).await, 1);
        assert_eq!(get("b", 2).await, 2);
        assert_eq!(get("a", 3).await, 1);
    }

    #[test]
    fn renewal_is_minutes_before_the_end_but_never_at_once() {
        let now = SystemTime::now();
        let renew_after = |lifetime: u64| {
            let lease = Lease::issued((), Some(now + Duration::from_secs(lifetime)));
            let renew_at = Current::new(lease, now).renew_at.unwrap();
            renew_at.duration_since(now).unwrap().as_secs()
        };
        assert_eq!(renew_after(3600), 3300);
        assert_eq!(renew_after(60), 45);
    }
}
