//! From a described request to its answer: turns, attempts, retries.

use std::{
    future::Future,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use jiff::{Timestamp, fmt::rfc2822};
use tokio::time::{Instant, timeout};

use super::{
    Answer, Bounds, Effect, Error, ErrorKind, Http, Outcome, Outgoing, Pacer, RetryPolicy, Secret, Stop,
    error::Subject, renewal::stopped, retry::jitter,
};

/// What a call is, for its retries and its messages.
#[derive(Debug, Clone)]
pub struct Call {
    /// The operation, as the API's documentation names it.
    pub operation: &'static str,
    /// What it is about, such as `delivery group "aig-1"`; may be empty.
    pub subject: Subject,
    /// Whether it may be sent again.
    pub effect: Effect,
}

/// How the service said no.
#[derive(Debug)]
pub struct Refusal {
    /// What it means.
    pub kind: ErrorKind,
    /// Whether the call may have taken effect all the same.
    pub outcome: Outcome,
    /// The service's error code.
    pub code: Option<String>,
    /// The service's words.
    pub message: String,
}

/// One request with its answer, as a cloud's client knows them.
pub trait Exchange: Sync {
    /// What a request is signed with.
    type Credentials: Send + Sync;
    /// What the answer holds.
    type Output: Send;

    /// The request, signed now: dates and nonces are good for one attempt.
    fn sign(&self, bounds: &Bounds) -> impl Future<Output = Result<(Outgoing, Self::Credentials), Error>> + Send;

    /// The answer, or how it refuses.
    fn read(&self, answer: &Answer) -> Result<Self::Output, Refusal>;

    /// The service's id of the request, from its answer.
    fn request_id(&self, answer: &Answer) -> Option<String>;

    /// What of the credentials must not show up in a message.
    fn secrets(&self, credentials: &Self::Credentials) -> Vec<Secret>;

    /// Gives up credentials that the service did not accept; answers whether there can be others.
    fn invalidate(&self, credentials: &Self::Credentials) -> impl Future<Output = bool> + Send;
}

/// A request without a signature of its own, or with one that is good for all attempts: asking
/// for credentials.
pub struct Fetch {
    /// The request.
    pub request: Outgoing,
    /// What the request holds and no message may.
    pub secrets: Vec<Secret>,
    /// How the service says no; `None` for an answer that is none.
    pub refusal: fn(&Answer) -> Option<Refusal>,
}

impl Exchange for Fetch {
    type Credentials = ();
    type Output = Answer;

    async fn sign(&self, _: &Bounds) -> Result<(Outgoing, ()), Error> {
        Ok((self.request.clone(), ()))
    }

    fn read(&self, answer: &Answer) -> Result<Answer, Refusal> {
        match (self.refusal)(answer) {
            Some(refusal) => Err(refusal),
            None => Ok(answer.clone()),
        }
    }

    fn request_id(&self, _: &Answer) -> Option<String> {
        None
    }

    fn secrets(&self, (): &()) -> Vec<Secret> {
        self.secrets.clone()
    }

    async fn invalidate(&self, (): &()) -> bool {
        false
    }
}

/// Sends the requests of one cloud.
#[derive(Debug)]
pub struct Pipeline {
    /// The service's name in messages.
    service: &'static str,
    http: Http,
    pacer: Pacer,
    policy: RetryPolicy,
    /// Tells the calls apart where they must not act in step.
    calls: AtomicU64,
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
    /// A pipeline for the calls of `service`, which is its name in messages.
    pub fn new(service: &'static str, http: Http, pacer: Pacer, policy: RetryPolicy) -> Self {
        Self { service, http, pacer, policy, calls: AtomicU64::new(0) }
    }

    /// Makes one call: as many attempts as are safe and sensible, within the caller's time.
    ///
    /// # Errors
    /// The last attempt's [`Error`].
    pub async fn call<E: Exchange>(&self, call: &Call, bounds: &Bounds, exchange: &E) -> Result<E::Output, Error> {
        let started = Instant::now();
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
            let Some(wait) = self.next_wait(call, &failure, &mut history, seed) else {
                break failure.error;
            };
            let too_long = match bounds.remaining() {
                Some(remaining) => wait >= remaining,
                None => failure.error.is_throttled() && started.elapsed() + wait > self.policy.longest_throttling,
            };
            if too_long {
                break failure.error;
            }
            if let Err(stop) = bounds.sleep(wait).await {
                break self.gave_up(stop, Some(failure.error));
            }
            last = Some(failure.error);
        };
        Err(error.during(self.service, call.operation, call.subject.clone()).after(history.attempts))
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
            .sign(bounds)
            .await
            .map_err(|error| Failure { last: true, ..Failure::of(error.before_signing()) })?;
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
        let request_id = exchange.request_id(&answer);
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
        let error = Error::new(refusal.kind, refusal.outcome, refusal.message)
            .answered(Some(answer.status), refusal.code, request_id)
            .scrubbed(&exchange.secrets(&credentials));
        Err(Failure { error, retry_after: answer.header("retry-after").and_then(retry_after), can_renew, last: false })
    }

    /// Sends one request. One that only reads ends with the caller's time; one that changes
    /// something gets a little longer, because its answer says what is true now.
    async fn send(&self, effect: Effect, bounds: &Bounds, outgoing: Outgoing) -> Result<Answer, Error> {
        let limit = match bounds.remaining() {
            Some(remaining) => remaining.min(self.policy.attempt_timeout),
            None => self.policy.attempt_timeout,
        };
        let send = self.http.send(outgoing, limit);
        if effect == Effect::Read {
            return bounds.run(send).await.unwrap_or_else(|stop| Err(interrupted(stop)));
        }
        tokio::pin!(send);
        tokio::select! {
            biased;
            answer = &mut send => answer,
            () = bounds.cancellation().cancelled() => timeout(self.policy.grace, send)
                .await
                .unwrap_or_else(|_| Err(interrupted(Stop::Cancelled))),
        }
    }

    /// The error of a call whose time ended between attempts: what the service said last is worth
    /// more than that the time is over.
    fn gave_up(&self, stop: Stop, last: Option<Error>) -> Error {
        match (stop, last) {
            (Stop::DeadlinePassed, Some(last)) => last,
            (stop, _) => stopped(stop),
        }
    }
}

/// The error of a request that was dropped on its way.
fn interrupted(stop: Stop) -> Error {
    match stop {
        Stop::Cancelled => {
            Error::new(ErrorKind::Cancelled, Outcome::Unknown, "stopped before the service had answered")
        }
        Stop::DeadlinePassed => Error::new(
            ErrorKind::Timeout,
            Outcome::Unknown,
            "the time for the operation was over before the service had answered",
        ),
    }
}

/// Reads `Retry-After`: seconds, or a date.
fn retry_after(value: &str) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = rfc2822::DateTimeParser::new().parse_timestamp(value).ok()?;
    Duration::try_from(at.duration_since(Timestamp::now())).ok()
}

#[cfg(test)]
mod tests;
