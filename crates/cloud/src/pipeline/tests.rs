use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::*;
use crate::{
    HttpOptions,
    stub::{Reply, Stub},
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

    async fn sign(&self, _: &Bounds) -> Result<(Outgoing, ()), Error> {
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
    let http = Http::new(&HttpOptions::default()).unwrap();
    Pipeline::new("The Service", http, Pacer::new(None), policy)
}

fn call(effect: Effect) -> Call {
    Call { operation: "DoIt", subject: "thing \"t\"".to_owned(), effect }
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
}

#[tokio::test]
async fn a_deadline_ends_a_call_with_what_the_service_said_last() {
    let stub = Stub::scripted(vec![Reply::json(429, "slow down")]).await;
    let bounds = unbounded().with_timeout(Duration::from_millis(120));
    let error = pipeline().call(&call(Effect::Read), &bounds, &Plain::to(&stub.url)).await.unwrap_err();
    assert!(error.is_throttled(), "{error}");
    assert_eq!(error.status(), Some(429));
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
async fn a_change_in_flight_is_awaited_a_moment_when_terraform_stops() {
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
async fn a_read_ends_at_once_when_terraform_stops() {
    let (stub, bounds) = cancelling(Reply::Hang).await;
    let error = pipeline().call(&call(Effect::Read), &bounds, &Plain::to(&stub.url)).await.unwrap_err();
    assert!(error.is_cancelled(), "{error:?}");
}

#[tokio::test]
async fn nothing_is_sent_once_terraform_has_stopped() {
    let stub = Stub::scripted(vec![ok()]).await;
    let bounds = unbounded();
    bounds.cancellation().cancel();
    let error = pipeline().call(&call(Effect::Change), &bounds, &Plain::to(&stub.url)).await.unwrap_err();
    assert!(error.is_cancelled() && !error.outcome_unknown());
    assert_eq!(stub.count(), 0);
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
struct Unsigned(ErrorKind);

impl Exchange for Unsigned {
    type Credentials = ();
    type Output = ();

    async fn sign(&self, _: &Bounds) -> Result<(Outgoing, ()), Error> {
        Err(Error::new(self.0, Outcome::Unknown, "no role").during("The Identity Service", "AssumeRole", "role r"))
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
        (ErrorKind::Unavailable, ErrorKind::Credentials),
        (ErrorKind::Transport, ErrorKind::Transport),
    ] {
        let error = pipeline().call(&call(Effect::Change), &unbounded(), &Unsigned(kind)).await.unwrap_err();
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
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Stub::scripted(vec![ok()]).await;
    let stub = Stub::scripted(vec![Reply::json(302, "").with_header("location", elsewhere.url.clone())]).await;
    let error = send(&stub, Effect::Change).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
    assert_eq!(elsewhere.count(), 0);
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    assert_eq!(retry_after("2"), Some(Duration::from_secs(2)));
    assert_eq!(retry_after("0.5"), Some(Duration::from_millis(500)));
    assert_eq!(retry_after("soon"), None);
    let later = Timestamp::now() + Duration::from_secs(3600);
    let date = later.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let wait = retry_after(&date).unwrap();
    assert!(wait > Duration::from_secs(3500) && wait <= Duration::from_secs(3600), "{wait:?}");
}
