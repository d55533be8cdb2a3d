use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::*;
use crate::{
    http::HttpOptions,
    stub::{Reply, SERVICE, Stub},
};

/// A call of a service that signs with nothing and answers `ok`.
struct Plain {
    url: String,
    credentials_can_be_renewed: bool,
}

impl Plain {
    fn to(url: &str) -> Self {
        Self { url: url.to_owned(), credentials_can_be_renewed: false }
    }
}

impl Exchange for Plain {
    type Credentials = ();
    type Output = String;

    async fn sign(&self, _: &Machine, _: &Bounds) -> Result<(Outgoing, ()), Error> {
        let url = Url::parse(&self.url).unwrap();
        Ok((Outgoing { method: reqwest::Method::POST, url, headers: Vec::new(), body: b"{}".to_vec() }, ()))
    }

    fn read(&self, answer: &Answer) -> Result<String, Refusal> {
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        let (kind, outcome) = match answer.status {
            200 if body == "ok" => return Ok(body),
            429 => (ErrorKind::Throttled, Outcome::NotDone),
            401 => (ErrorKind::Credentials, Outcome::NotDone),
            404 => (ErrorKind::NotFound, Outcome::NotDone),
            500.. => (ErrorKind::Unavailable, Outcome::Unknown),
            _ => (ErrorKind::UnexpectedAnswer, Outcome::Unknown),
        };
        Err(Refusal { kind, outcome, code: None, message: body })
    }

    fn request_id(&self, answer: &Answer) -> Option<String> {
        answer.header("x-request-id").map(str::to_owned)
    }

    fn secrets(&self, (): &()) -> Vec<Secret> {
        vec![Secret::new("the-secret")]
    }

    async fn invalidate(&self, (): &()) -> bool {
        self.credentials_can_be_renewed
    }
}

fn pipeline() -> Pipeline {
    let policy = RetryPolicy {
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_millis(2),
        attempt_timeout: Duration::from_millis(500),
        grace: Duration::from_millis(20),
        ..RetryPolicy::default()
    };
    let http = Http::new(HttpOptions::default()).unwrap();
    Pipeline::new(SERVICE, http, Pacer::new(None), policy)
}

#[tokio::test]
async fn the_service_s_clock_is_that_of_its_latest_answer() {
    let moment: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    let pipeline = pipeline();
    assert_eq!(pipeline.service_time(moment), None);
    let at = |date: &str| Reply::json(200, "ok").with_header("date", date);
    let replies = vec![at("Fri, 01 Jan 2100 00:00:00 GMT"), at("no date"), Reply::json(200, "ok")];
    let stub = Stub::scripted(replies).await;
    for _ in 0..3 {
        pipeline.call(&call(Effect::Read), &unbounded(), &Plain::to(&stub.url)).await.unwrap();
        // An answer without a date changes nothing.
        let now = Timestamp::now();
        let there = pipeline.service_time(now).unwrap();
        let new_year: Timestamp = "2100-01-01T00:00:00Z".parse().unwrap();
        assert!(there.duration_since(new_year).as_secs().abs() < 3600, "{there}");
    }
}

fn call(effect: Effect) -> Call {
    Call::new("DoIt", "thing \"t\"", effect)
}

fn unbounded() -> Bounds {
    Bounds::new(CancellationToken::new())
}

async fn send(stub: &Stub, effect: Effect) -> Result<String, Error> {
    pipeline().call(&call(effect), &unbounded(), &Plain::to(&stub.url)).await
}

fn ok() -> Reply {
    Reply::json(200, "ok")
}

/// Everything after which nobody knows whether the call was carried out.
fn mishaps() -> Vec<Reply> {
    vec![Reply::Close, Reply::Half, Reply::Hang, Reply::json(500, "oops"), Reply::json(200, "<html>")]
}

#[tokio::test]
async fn a_read_is_sent_again_after_every_mishap() {
    for mishap in mishaps() {
        let stub = Stub::scripted(vec![mishap.clone(), ok()]).await;
        assert_eq!(send(&stub, Effect::Read).await.unwrap(), "ok", "{mishap:?}");
        assert_eq!(stub.count(), 2, "{mishap:?}");
    }
}

#[tokio::test]
async fn what_may_be_done_once_only_is_never_sent_again_when_it_may_have_happened() {
    for mishap in mishaps() {
        let stub = Stub::scripted(vec![mishap.clone(), ok()]).await;
        let error = send(&stub, Effect::Change).await.unwrap_err();
        assert!(error.outcome_unknown(), "{mishap:?}: {error:?}");
        assert_eq!(stub.count(), 1, "{mishap:?}");
    }
}

#[tokio::test]
async fn what_was_throttled_is_sent_again_as_often_as_it_takes() {
    let mut replies = vec![Reply::json(429, "slow down"); 12];
    replies.push(ok());
    let stub = Stub::scripted(replies).await;
    assert_eq!(send(&stub, Effect::Change).await.unwrap(), "ok");
    assert_eq!(stub.count(), 13);
}

#[tokio::test]
async fn a_refusal_is_final_and_names_what_was_asked() {
    let stub = Stub::scripted(vec![Reply::json(404, "gone").with_header("x-request-id", "R-7")]).await;
    let error = send(&stub, Effect::Read).await.unwrap_err();
    assert_eq!(stub.count(), 1);
    assert!(error.is_not_found() && !error.outcome_unknown());
    assert_eq!(error.to_string(), "DoIt for thing \"t\": The Service answered with status 404: gone (request id R-7)");
}

#[tokio::test]
async fn an_endpoint_where_nobody_listens_is_named_and_nothing_happened() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = pipeline().call(&call(Effect::Change), &unbounded(), &Plain::to(&url)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(!error.outcome_unknown());
    assert!(error.to_string().contains(&format!("cannot connect to {url}")), "{error}");
    assert_eq!(error.attempts(), RetryPolicy::default().max_attempts);
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_not_begun() {
    let stub = Stub::scripted(vec![Reply::json(429, "slow down").with_header("retry-after", "3600")]).await;
    let bounds = unbounded().with_timeout(Duration::from_secs(600));
    let error = pipeline().call(&call(Effect::Read), &bounds, &Plain::to(&stub.url)).await.unwrap_err();
    assert!(error.is_throttled());
    assert_eq!(stub.count(), 1);
    let pause = error.pause().unwrap();
    assert!(pause.is_too_long() && pause.asked == Duration::from_secs(3600), "{pause:?}");
}

#[tokio::test]
async fn a_wait_that_no_call_can_take_ends_it_at_once_whoever_asks_for_it_and_whatever_for() {
    for asked in ["86400", "1e300", "18446744073709551615", "1e19", "Thu, 31 Dec 9998 23:59:59 GMT"] {
        for status in [429, 503] {
            for bounds in [unbounded(), unbounded().with_timeout(Duration::from_secs(600))] {
                let stub = Stub::scripted(vec![Reply::json(status, "busy").with_header("retry-after", asked)]).await;
                let error = pipeline().call(&call(Effect::Read), &bounds, &Plain::to(&stub.url)).await.unwrap_err();
                let pause = error.pause().unwrap();
                assert!(pause.is_too_long() && pause.asked >= Duration::from_secs(86_300), "{asked}: {pause:?}");
                assert_eq!((error.status(), stub.count()), (Some(status), 1), "{asked}");
            }
        }
    }
}

#[tokio::test]
async fn a_change_that_is_not_sent_again_says_too_what_the_service_asked_for() {
    let stub = Stub::scripted(vec![Reply::json(503, "busy").with_header("retry-after", "7")]).await;
    let error = send(&stub, Effect::Change).await.unwrap_err();
    assert_eq!(error.pause().map(|pause| pause.asked), Some(Duration::from_secs(7)));
    assert!(error.to_string().ends_with("(the service asked for a wait of 7 s before the next call)"), "{error}");
}

#[tokio::test]
async fn a_wait_that_fits_is_waited() {
    let stub = Stub::scripted(vec![Reply::json(503, "busy").with_header("retry-after", "0.05"), ok()]).await;
    let started = Instant::now();
    assert_eq!(send(&stub, Effect::Read).await.unwrap(), "ok");
    assert!(started.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn a_deadline_ends_a_read_with_what_the_service_said_last() {
    let stub = Stub::scripted(vec![ok(), Reply::json(429, "slow down"), Reply::Hang]).await;
    let pipeline = pipeline();
    // Makes the connection, which can take longer than the deadline below.
    pipeline.call(&call(Effect::Read), &unbounded(), &Plain::to(&stub.url)).await.unwrap();
    let bounds = unbounded().with_timeout(Duration::from_millis(300));
    let error = pipeline.call(&call(Effect::Read), &bounds, &Plain::to(&stub.url)).await.unwrap_err();
    assert!(error.is_throttled(), "{error}");
    assert_eq!(error.status(), Some(429));
}

#[tokio::test]
async fn a_deadline_in_the_middle_of_a_change_leaves_its_outcome_open() {
    let stub = Stub::scripted(vec![ok(), Reply::json(429, "slow down"), Reply::Hang]).await;
    let pipeline = pipeline();
    pipeline.call(&call(Effect::Change), &unbounded(), &Plain::to(&stub.url)).await.unwrap();
    let bounds = unbounded().with_timeout(Duration::from_millis(300));
    let error = pipeline.call(&call(Effect::Change), &bounds, &Plain::to(&stub.url)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(error.outcome_unknown());
}

/// A stub that cancels the caller when the request has arrived, and then gives `reply`.
async fn cancelling(reply: Reply) -> (Stub, Bounds) {
    let cancel = CancellationToken::new();
    let bounds = Bounds::new(cancel.clone());
    let stub = Stub::new(move |_| {
        cancel.cancel();
        reply.clone()
    })
    .await;
    (stub, bounds)
}

#[tokio::test]
async fn a_change_in_flight_is_awaited_a_moment_when_the_caller_stops() {
    let (stub, bounds) = cancelling(Reply::Late(Box::new(ok()))).await;
    let mut patient = pipeline();
    patient.policy.grace = Duration::from_secs(5);
    let answer = patient.call(&call(Effect::Change), &bounds, &Plain::to(&stub.url)).await;
    assert_eq!(answer.unwrap(), "ok");

    let (stub, bounds) = cancelling(Reply::Hang).await;
    let error = pipeline().call(&call(Effect::Change), &bounds, &Plain::to(&stub.url)).await.unwrap_err();
    assert!(error.is_cancelled() && error.outcome_unknown(), "{error:?}");
}

#[tokio::test]
async fn a_read_ends_at_once_when_the_caller_stops() {
    let (stub, bounds) = cancelling(Reply::Hang).await;
    let error = pipeline().call(&call(Effect::Read), &bounds, &Plain::to(&stub.url)).await.unwrap_err();
    assert!(error.is_cancelled(), "{error:?}");
}

#[tokio::test]
async fn nothing_is_sent_once_the_caller_has_stopped() {
    let stub = Stub::scripted(vec![ok()]).await;
    let bounds = unbounded();
    bounds.cancellation().cancel();
    let error = pipeline().call(&call(Effect::Change), &bounds, &Plain::to(&stub.url)).await.unwrap_err();
    assert!(error.is_cancelled() && !error.outcome_unknown());
    assert_eq!(stub.count(), 0);
}

#[tokio::test]
async fn a_change_is_not_sent_when_what_it_is_based_on_is_too_old_and_a_read_is() {
    let stub = Stub::scripted(vec![Reply::json(429, ""), ok(), Reply::json(429, ""), ok()]).await;
    let soon = unbounded().with_latest_start(Instant::now() + Duration::from_secs(60));
    let late = unbounded().with_latest_start(Instant::now() - Duration::from_millis(1));
    let pipeline = pipeline();
    let error = pipeline.call(&call(Effect::Change), &soon, &Plain::to(&stub.url)).await.unwrap_err();
    assert_eq!((error.kind(), stub.count()), (ErrorKind::Throttled, 1), "it does not go out a second time");
    let error = pipeline.call(&call(Effect::Change), &late, &Plain::to(&stub.url)).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown(), error.is_transient()), (ErrorKind::Timeout, false, true));
    assert_eq!(stub.count(), 1);
    pipeline.call(&call(Effect::Change), &soon, &Plain::to(&stub.url)).await.unwrap();
    pipeline.call(&call(Effect::Read), &late, &Plain::to(&stub.url)).await.unwrap();
    assert_eq!(stub.count(), 4);
}

#[tokio::test]
async fn refused_credentials_are_renewed_once() {
    let exchange = |stub: &Stub| Plain { credentials_can_be_renewed: true, ..Plain::to(&stub.url) };
    let stub = Stub::scripted(vec![Reply::json(401, "expired"), ok()]).await;
    let answer = pipeline().call(&call(Effect::Change), &unbounded(), &exchange(&stub)).await;
    assert_eq!(answer.unwrap(), "ok");

    let stub = Stub::scripted(vec![Reply::json(401, "wrong")]).await;
    let bounds = unbounded().with_timeout(Duration::from_secs(5));
    let error = pipeline().call(&call(Effect::Read), &bounds, &exchange(&stub)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(stub.count(), 2);
}

/// A call that cannot be signed, because the identity service failed in some way.
struct NotSigned(ErrorKind);

impl Exchange for NotSigned {
    type Credentials = ();
    type Output = ();

    async fn sign(&self, _: &Machine, _: &Bounds) -> Result<(Outgoing, ()), Error> {
        Err(Error::new(self.0, Outcome::Unknown, "no role").during(SERVICE, "AssumeRole", "role r"))
    }

    fn read(&self, _: &Answer) -> Result<(), Refusal> {
        Ok(())
    }

    fn request_id(&self, _: &Answer) -> Option<String> {
        None
    }

    fn secrets(&self, (): &()) -> Vec<Secret> {
        Vec::new()
    }

    async fn invalidate(&self, (): &()) -> bool {
        true
    }
}

#[tokio::test]
async fn a_role_that_is_missing_is_never_taken_for_what_the_call_is_about() {
    for (kind, expected) in [
        (ErrorKind::NotFound, ErrorKind::Credentials),
        (ErrorKind::Unavailable, ErrorKind::Unavailable),
        (ErrorKind::Transport, ErrorKind::Transport),
    ] {
        let error = pipeline().call(&call(Effect::Change), &unbounded(), &NotSigned(kind)).await.unwrap_err();
        assert_eq!(error.kind(), expected);
        assert!(!error.outcome_unknown());
        assert_eq!(error.operation(), "AssumeRole");
        assert_eq!(error.attempts(), 1);
    }
}

#[tokio::test]
async fn a_secret_that_the_service_echoes_is_taken_out() {
    let stub = Stub::scripted(vec![Reply::json(404, "you sent the-secret")]).await;
    let error = send(&stub, Effect::Read).await.unwrap_err();
    assert_eq!(error.message(), "you sent ***");

    let echo = Reply::json(404, "you sent the%2Dsecret").with_header("x-request-id", "the-secret");
    let error = send(&Stub::scripted(vec![echo]).await, Effect::Read).await.unwrap_err();
    assert_eq!((error.message(), error.request_id()), ("you sent ***", Some("***")));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Stub::scripted(vec![ok()]).await;
    let stub = Stub::scripted(vec![Reply::json(302, "").with_header("location", elsewhere.url.clone())]).await;
    let error = send(&stub, Effect::Change).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
    assert_eq!(elsewhere.count(), 0);
}

fn failure(kind: ErrorKind, outcome: Outcome) -> Failure {
    Failure::of(Error::new(kind, outcome, ""))
}

/// The waits after so many failures of a kind in a row, in milliseconds, without what jitter takes off.
fn waits(effect: Effect, failures: impl IntoIterator<Item = Failure>) -> Vec<Option<u128>> {
    let pipeline = Pipeline { policy: RetryPolicy::default(), ..pipeline() };
    let mut history = History::default();
    let mut waits = Vec::new();
    for failure in failures {
        history.attempts += 1;
        let wait = pipeline.next_wait(&call(effect), &failure, &mut history, 0);
        waits.push(wait.map(|wait| wait.as_millis()));
    }
    waits
}

/// Whether each wait is the expected one, up to the quarter that jitter takes off.
#[track_caller]
fn assert_waits(found: Vec<Option<u128>>, expected: &[Option<u128>]) {
    assert_eq!(found.len(), expected.len());
    for (found_wait, expected_wait) in found.iter().zip(expected) {
        let agree = match (found_wait, expected_wait) {
            (Some(found), Some(expected)) => found <= expected && *found >= expected * 3 / 4,
            (found, expected) => found == expected,
        };
        assert!(agree, "{found:?}, {expected:?}");
    }
}

#[test]
fn failures_wait_longer_each_time_and_the_fourth_is_the_last() {
    let broken = || failure(ErrorKind::Transport, Outcome::Unknown);
    let expected = [Some(200), Some(400), Some(800), None];
    assert_waits(waits(Effect::Read, [broken(), broken(), broken(), broken()]), &expected);
    assert_waits(waits(Effect::Change, [broken()]), &[None]);
    assert_waits(waits(Effect::Change, [failure(ErrorKind::Transport, Outcome::NotDone)]), &[Some(200)]);
}

#[test]
fn throttled_calls_are_not_counted_as_failures_and_begin_anew_after_one() {
    let throttled = || failure(ErrorKind::Throttled, Outcome::NotDone);
    let broken = || failure(ErrorKind::Transport, Outcome::Unknown);
    let found = waits(Effect::Read, [throttled(), throttled(), broken(), throttled(), broken()]);
    assert_waits(found, &[Some(50), Some(100), Some(200), Some(50), Some(400)]);
    let many = waits(Effect::Change, (0..50).map(|_| throttled()));
    assert!(many.iter().all(Option::is_some));
}

#[test]
fn the_service_says_how_long_to_wait_at_least() {
    let asked = |kind, outcome, wait| Failure { retry_after: Some(wait), ..failure(kind, outcome) };
    let long = Duration::from_secs(7);
    let found = waits(
        Effect::Read,
        [asked(ErrorKind::Throttled, Outcome::NotDone, long), asked(ErrorKind::Unavailable, Outcome::Unknown, long)],
    );
    assert_eq!(found, [Some(7000), Some(7000)]);
    let short = asked(ErrorKind::Unavailable, Outcome::Unknown, Duration::from_millis(1));
    assert_waits(waits(Effect::Read, [short]), &[Some(200)]);
}

#[test]
fn new_credentials_are_tried_at_once_and_once_only() {
    let renewable = || Failure { can_renew: true, ..failure(ErrorKind::Credentials, Outcome::NotDone) };
    assert_eq!(waits(Effect::Change, [renewable(), renewable()]), [Some(0), None]);
    let final_one = Failure { last: true, ..failure(ErrorKind::Transport, Outcome::NotDone) };
    assert_eq!(waits(Effect::Read, [final_one]), [None]);
}

#[tokio::test]
async fn throttling_without_a_deadline_ends_when_it_has_gone_on_too_long() {
    let stub = Stub::scripted(vec![Reply::json(429, "slow down")]).await;
    let mut impatient = pipeline();
    impatient.policy.longest_unbounded = Duration::ZERO;
    let error = impatient.call(&call(Effect::Read), &unbounded(), &Plain::to(&stub.url)).await.unwrap_err();
    assert!(error.is_throttled());
    assert_eq!((stub.count(), error.attempts()), (1, 1));
}

#[tokio::test]
async fn an_answer_is_awaited_no_longer_than_the_caller_has_time() {
    let stub = Stub::scripted(vec![Reply::Hang]).await;
    let mut patient = pipeline();
    patient.policy.attempt_timeout = Duration::from_secs(3600);
    let bounds = unbounded().with_timeout(Duration::from_millis(100));
    let error = patient.call(&call(Effect::Change), &bounds, &Plain::to(&stub.url)).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Timeout, true));
}

#[tokio::test]
async fn what_the_request_itself_holds_is_taken_out_too() {
    let stub = Stub::scripted(vec![Reply::json(404, "you sent the-password and the-secret")]).await;
    let call = call(Effect::Read).with_secrets([Secret::new("the-password")]);
    let error = pipeline().call(&call, &unbounded(), &Plain::to(&stub.url)).await.unwrap_err();
    assert_eq!(error.message(), "you sent *** and ***");
}

#[tokio::test]
async fn a_request_that_nobody_signs_is_sent_as_it_is() {
    let refusal = |answer: &Answer| {
        let message = answer.text();
        let refused = Refusal { kind: ErrorKind::Rejected, outcome: Outcome::NotDone, code: None, message };
        (!answer.is_success()).then_some(refused)
    };
    let stub = Stub::scripted(vec![Reply::json(200, " 7 "), Reply::json(400, "no")]).await;
    let request = Outgoing {
        method: reqwest::Method::GET,
        url: Url::parse(&format!("{}/uri?for=me", stub.url)).unwrap(),
        headers: vec![("x-token", "t".to_owned())],
        body: Vec::new(),
    };
    let (pipeline, call, bounds) = (pipeline(), call(Effect::Read), unbounded());
    let fetch = || pipeline.fetch(&call, request.clone(), refusal, |answer| Ok(answer.text()), &bounds);
    assert_eq!(fetch().await.unwrap(), "7");
    assert_eq!(stub.seen()[0].target, "/uri?for=me");
    assert_eq!(stub.seen()[0].header("x-token"), "t");
    let error = fetch().await.unwrap_err();
    assert_eq!((error.kind(), error.message(), error.request_id()), (ErrorKind::Rejected, "no", None));
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    assert_eq!(retry_after("2", Timestamp::now()), Some(Duration::from_secs(2)));
    assert_eq!(retry_after("0.5", Timestamp::now()), Some(Duration::from_millis(500)));
    for none in ["soon", "-1", "nan", "-inf", ""] {
        assert_eq!(retry_after(none, Timestamp::now()), None, "{none}");
    }
    for endless in ["1e19", "1e300", "inf", "18446744073709551616"] {
        assert!(retry_after(endless, Timestamp::now()).unwrap() > Duration::from_secs(86_400), "{endless}");
    }
    let later = Timestamp::now() + Duration::from_secs(3600);
    let date = later.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let wait = retry_after(&date, Timestamp::now()).unwrap();
    assert!(wait > Duration::from_secs(3500) && wait <= Duration::from_secs(3600), "{wait:?}");
}
