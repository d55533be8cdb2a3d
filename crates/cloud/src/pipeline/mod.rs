//! From a described request to its answer: turns, attempts, retries.

mod pace;
mod pacer;
mod retry;

use std::{
    future::Future,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use tokio::time::{Instant, timeout};

pub use self::retry::Effect;
use self::retry::jitter;
pub(crate) use self::{pacer::Pacer, retry::RetryPolicy};
use crate::{
    Answer, Bounds, Error, ErrorKind, Machine, Outcome, Outgoing, Pause, People, Refusal, Secret, Service, Stop,
    error::Subject, http::Http, secret::scrub,
};

/// What a call is, for its retries and its messages.
#[derive(Debug, Clone)]
pub struct Call {
    /// The operation, as the API's documentation names it.
    pub operation: &'static str,
    /// What it is about, such as `group "g-1"`; may be empty.
    pub subject: Subject,
    /// Whether it may be sent again.
    pub effect: Effect,
    /// What the request holds and no message may, beside the credentials that it is signed with.
    pub secrets: Vec<Secret>,
}

impl Call {
    /// A call of `operation` about `subject`, whose request holds no secret of its own.
    pub fn new(operation: &'static str, subject: impl Into<Subject>, effect: Effect) -> Self {
        Self { operation, subject: subject.into(), effect, secrets: Vec::new() }
    }

    /// The same with what its request holds and no message may.
    #[must_use]
    pub fn with_secrets(mut self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.secrets.extend(secrets);
        self
    }
}

/// One request with its answer.
pub(crate) trait Exchange: Sync {
    /// What a request is signed with.
    type Credentials: Send + Sync;
    /// What the answer holds.
    type Output: Send;

    /// The request, signed now: dates and nonces are good for one attempt.
    fn sign(
        &self,
        machine: &Machine,
        bounds: &Bounds,
    ) -> impl Future<Output = Result<(Outgoing, Self::Credentials), Error>> + Send;

    /// The answer, or how it refuses.
    fn read(&self, answer: &Answer) -> Result<Self::Output, Refusal>;

    /// The service's id of the request, from its answer.
    fn request_id(&self, answer: &Answer) -> Option<String>;

    /// What of the credentials must not show up in a message.
    fn secrets(&self, credentials: &Self::Credentials) -> Vec<Secret>;

    /// Gives up credentials that the service did not accept; answers whether there can be others.
    fn invalidate(&self, credentials: &Self::Credentials) -> impl Future<Output = bool> + Send;
}

/// A request that nobody signs.
struct Unsigned<T> {
    request: Outgoing,
    refusal: fn(&Answer) -> Option<Refusal>,
    read: fn(&Answer) -> Result<T, Refusal>,
}

impl<T: Send> Exchange for Unsigned<T> {
    type Credentials = ();
    type Output = T;

    async fn sign(&self, _: &Machine, _: &Bounds) -> Result<(Outgoing, ()), Error> {
        Ok((self.request.clone(), ()))
    }

    fn read(&self, answer: &Answer) -> Result<T, Refusal> {
        match (self.refusal)(answer) {
            Some(refusal) => Err(refusal),
            None => (self.read)(answer),
        }
    }

    fn request_id(&self, _: &Answer) -> Option<String> {
        None
    }

    fn secrets(&self, (): &()) -> Vec<Secret> {
        Vec::new()
    }

    async fn invalidate(&self, (): &()) -> bool {
        false
    }
}

/// Sends the requests to one service.
#[derive(Debug)]
pub struct Pipeline {
    service: Service,
    http: Http,
    pacer: Pacer,
    policy: RetryPolicy,
    machine: Machine,
    people: People,
    /// How far the service's clock is before this machine's, by its latest answer.
    ahead: Mutex<Option<SignedDuration>>,
    /// Tells the calls apart where they must not act in step.
    calls: AtomicU64,
    /// How many changes have begun, and how many have ended, in one number.
    changes: AtomicU64,
}

/// A change that is on its way, counted when it begins and when it ends, also where nobody waits for it any more.
struct Changing<'p>(&'p AtomicU64);

impl<'p> Changing<'p> {
    fn begin(changes: &'p AtomicU64) -> Self {
        changes.fetch_add(1, Ordering::Relaxed);
        Self(changes)
    }
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// An attempt that failed, and what came with it.
struct Failure {
    error: Error,
    retry_after: Option<Duration>,
    can_renew: bool,
    /// Whether trying again was already done below.
    last: bool,
}

impl Failure {
    fn of(error: Error) -> Self {
        Self { error, retry_after: None, can_renew: false, last: false }
    }
}

/// What has happened to a call so far.
#[derive(Default)]
struct History {
    attempts: u32,
    failures: u32,
    throttled_in_a_row: u32,
    renewed: bool,
}

impl Pipeline {
    /// A pipeline for the calls of `service`.
    pub(crate) fn new(service: Service, http: Http, pacer: Pacer, policy: RetryPolicy) -> Self {
        let (machine, people) = (Machine::default(), People::named());
        let (calls, changes) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { service, http, pacer, policy, machine, people, ahead: Mutex::default(), calls, changes }
    }

    /// The same from a machine.
    #[must_use]
    pub(crate) fn on(mut self, machine: Machine) -> Self {
        self.machine = machine;
        self
    }

    /// The machine that it sends from.
    pub(crate) fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The same, which speaks of people in this way.
    #[must_use]
    pub(crate) fn speaking_of(mut self, people: People) -> Self {
        self.people = people;
        self
    }

    /// What the service's clock showed at a moment of this machine's, by the `Date` of its latest answer: that moment
    /// or up to a second and an answer's way before it. `None` as long as no answer had a date.
    pub(crate) fn service_time(&self, moment: Timestamp) -> Option<Timestamp> {
        let ahead = *self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        ahead.and_then(|ahead| moment.checked_add(ahead).ok())
    }

    /// How many changes have begun and ended here, in one number: as long as it is the same, nothing was changed.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    fn note_date(&self, answer: &Answer) {
        if let Some(date) = answer.header("date").and_then(date) {
            let ahead = date.duration_since(self.machine.now());
            *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = Some(ahead);
        }
    }

    /// Sends a request that nobody signs; `refusal` says how its answer refuses, if it does, and `read` what is in it.
    ///
    /// # Errors
    /// The last attempt's [`Error`].
    pub async fn fetch<T: Send>(
        &self,
        call: &Call,
        request: Outgoing,
        refusal: fn(&Answer) -> Option<Refusal>,
        read: fn(&Answer) -> Result<T, Refusal>,
        bounds: &Bounds,
    ) -> Result<T, Error> {
        self.call(call, bounds, &Unsigned { request, refusal, read }).await
    }

    /// Makes one call: as many attempts as are safe and sensible, within the caller's time.
    ///
    /// # Errors
    /// The last attempt's [`Error`].
    pub(crate) async fn call<E: Exchange>(
        &self,
        call: &Call,
        bounds: &Bounds,
        exchange: &E,
    ) -> Result<E::Output, Error> {
        let started = Instant::now();
        let _changing = (call.effect == Effect::Change).then(|| Changing::begin(&self.changes));
        let seed = self.calls.fetch_add(1, Ordering::Relaxed);
        let mut history = History::default();
        let mut last: Option<Error> = None;
        let error = loop {
            if let Err(stop) = self.pacer.admit(call.operation, bounds).await {
                break self.gave_up(stop, last);
            }
            history.attempts += 1;
            let failure = match self.attempt(call, bounds, exchange, history.attempts).await {
                Ok(output) => return Ok(output),
                Err(failure) => failure,
            };
            // A read that the deadline has cut off says less than what the service answered before.
            if call.effect == Effect::Read
                && bounds.check() == Err(Stop::DeadlinePassed)
                && let Some(last) = last.take()
            {
                break last;
            }
            let may_go_out_again = call.effect == Effect::Read || bounds.permits_a_change(history.attempts + 1);
            let wait = self.next_wait(call, &failure, &mut history, seed).filter(|_| may_go_out_again);
            // Without a deadline, what is throttled goes on for so long in all, and anything else waits for so long.
            let spent = if failure.error.is_throttled() { started.elapsed() } else { Duration::ZERO };
            let left = bounds.remaining().unwrap_or_else(|| self.policy.longest_unbounded.saturating_sub(spent));
            let error = match failure.retry_after {
                Some(asked) => failure.error.asked_to_wait(Pause { asked, left }),
                None => failure.error,
            };
            let Some(wait) = wait.filter(|wait| *wait < left) else { break error };
            // A person who watches would take a longer wait than the usual ones for a standstill.
            if wait > self.policy.longest_wait {
                tracing::warn!(
                    operation = call.operation,
                    status = error.status(),
                    wait_seconds = wait.as_secs(),
                    left_seconds = left.as_secs(),
                    "the service asked for a wait before the next call"
                );
            }
            if let Err(stop) = bounds.sleep(wait).await {
                break self.gave_up(stop, Some(error));
            }
            last = Some(error);
        };
        let error = if call.effect == Effect::Read { error.without_effect() } else { error };
        let error = error.during(self.service, call.operation, call.subject.clone()).after(history.attempts);
        Err(error.timed_by(bounds.time_setting()))
    }

    /// The time after which to try again, if at all.
    fn next_wait(&self, call: &Call, failure: &Failure, history: &mut History, seed: u64) -> Option<Duration> {
        let error = &failure.error;
        if failure.last {
            return None;
        }
        if failure.can_renew && !history.renewed {
            history.renewed = true;
            return Some(Duration::ZERO);
        }
        if !self.policy.permits(call.effect, error) {
            return None;
        }
        let seed = seed.wrapping_mul(31).wrapping_add(u64::from(history.attempts));
        if error.is_throttled() {
            history.throttled_in_a_row += 1;
            let wait = self.policy.throttled_wait(history.throttled_in_a_row);
            let asked_for = failure.retry_after.unwrap_or_default();
            return Some(jitter(wait, seed).max(asked_for));
        }
        history.throttled_in_a_row = 0;
        history.failures += 1;
        if history.failures >= self.policy.max_attempts {
            return None;
        }
        let wait = jitter(self.policy.wait(history.failures), seed);
        Some(wait.max(failure.retry_after.unwrap_or_default()))
    }

    async fn attempt<E: Exchange>(
        &self,
        call: &Call,
        bounds: &Bounds,
        exchange: &E,
        attempt: u32,
    ) -> Result<E::Output, Failure> {
        let (outgoing, credentials) = exchange
            .sign(&self.machine, bounds)
            .await
            .map_err(|error| Failure { last: true, ..Failure::of(error.before_signing()) })?;
        if call.effect == Effect::Change && !bounds.permits_a_change(attempt) {
            let message = "what it is based on was too old before the request could be sent";
            let error = Error::new(ErrorKind::Timeout, Outcome::NotDone, message);
            return Err(Failure { last: true, ..Failure::of(error) });
        }
        let started = Instant::now();
        let answer = match self.send(call.effect, bounds, outgoing).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::debug!(
                    operation = call.operation,
                    attempt,
                    duration_ms = started.elapsed().as_millis() as u64,
                    error = error.message(),
                    "call failed"
                );
                return Err(Failure::of(error));
            }
        };
        self.note_date(&answer);
        let mut secrets = exchange.secrets(&credentials);
        secrets.extend(call.secrets.iter().cloned());
        let request_id = exchange.request_id(&answer).map(|id| scrub(&id, &secrets));
        tracing::debug!(
            operation = call.operation,
            attempt,
            status = answer.status,
            duration_ms = started.elapsed().as_millis() as u64,
            request_id = request_id.as_deref(),
            "call answered"
        );
        let refusal = match exchange.read(&answer) {
            Ok(output) => {
                self.pacer.accepted(call.operation);
                return Ok(output);
            }
            Err(refusal) => refusal,
        };
        if refusal.kind == ErrorKind::Throttled {
            self.pacer.throttled(call.operation);
        } else {
            self.pacer.accepted(call.operation);
        }
        let can_renew = refusal.kind == ErrorKind::Credentials && exchange.invalidate(&credentials).await;
        let message = match refusal.kind {
            ErrorKind::UnexpectedAnswer => self.people.scrub_quotes(&refusal.message),
            _ => self.people.scrub(&refusal.message),
        };
        let error = Error::new(refusal.kind, refusal.outcome, message)
            .answered(Some(answer.status), refusal.code, request_id)
            .scrubbed(&secrets);
        Err(Failure {
            error,
            retry_after: answer.header("retry-after").and_then(|value| retry_after(value, self.machine.now())),
            can_renew,
            last: false,
        })
    }

    /// Sends one request. One that only reads ends with the caller's time; one that changes something gets a little
    /// longer, because its answer says what is true now.
    async fn send(&self, effect: Effect, bounds: &Bounds, outgoing: Outgoing) -> Result<Answer, Error> {
        let send = self.http.send(outgoing, bounds.attempt(self.policy.attempt_timeout));
        if effect == Effect::Read {
            return bounds.run(send).await.unwrap_or_else(|stop| Err(Error::stopped(stop, Outcome::Unknown)));
        }
        tokio::pin!(send);
        tokio::select! {
            biased;
            answer = &mut send => answer,
            () = bounds.cancellation().cancelled() => timeout(self.policy.grace, send)
                .await
                .unwrap_or_else(|_| Err(Error::stopped(Stop::Cancelled, Outcome::Unknown))),
        }
    }

    /// The error of a call whose time ended between attempts: what the service said last is worth more than that the
    /// time is over.
    fn gave_up(&self, stop: Stop, last: Option<Error>) -> Error {
        match (stop, last) {
            (Stop::DeadlinePassed, Some(last)) => last,
            (stop, _) => Error::stopped(stop, Outcome::NotDone),
        }
    }
}

/// Reads a date as headers have it.
fn date(value: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(value).ok()
}

/// Reads `Retry-After`: seconds, or a date. What is longer than anybody waits is still a wish to be left alone.
fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    /// A century, in seconds: no clock fails at it.
    const LONGEST: f64 = 100.0 * 365.0 * 24.0 * 3600.0;
    if let Ok(seconds) = value.trim().parse::<f64>() {
        // `min` takes the other number where one is none.
        return Duration::try_from_secs_f64(if seconds > LONGEST { LONGEST } else { seconds }).ok();
    }
    let at = date(value)?;
    let wait = Duration::try_from(at.duration_since(now)).ok()?;
    Some(wait.min(Duration::from_secs_f64(LONGEST)))
}

#[cfg(test)]
mod tests;
