use std::sync::atomic::{AtomicU32, Ordering};

use reqwest::Method;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    AccessKey, Effect, ErrorKind, Lease, NetworkOptions, Outcome,
    stub::{Reply, SERVICE, Seen, Stub},
};

/// A request that is signed by naming the key.
struct Get(&'static str);

impl ApiRequest for Get {
    type Credentials = AccessKey;

    fn sign(&self, endpoint: &Endpoint, key: Option<&AccessKey>, _: Moment) -> Outgoing {
        let headers = key.map(|key| ("x-signed-by", key.id.clone())).into_iter().collect();
        Outgoing { method: Method::GET, url: endpoint.url(self.0), headers, body: Vec::new() }
    }

    fn refusal(answer: &Answer) -> Option<Refusal> {
        let kind = match answer.status {
            200 => return None,
            401 => ErrorKind::Credentials,
            404 => ErrorKind::NotFound,
            _ => ErrorKind::Rejected,
        };
        Some(Refusal { kind, outcome: Outcome::NotDone, code: None, message: answer.text() })
    }

    fn request_id(answer: &Answer) -> Option<String> {
        answer.header("x-request-id").map(str::to_owned)
    }
}

/// Keys `1`, `2`, … of a region, or a failure.
#[derive(Debug, Default)]
struct Keys {
    asked: AtomicU32,
    missing: bool,
}

impl CredentialSource for Keys {
    type Credentials = AccessKey;

    async fn obtain(&self, region: Option<&str>, _: &Bounds) -> Result<Lease<AccessKey>, Error> {
        let number = 1 + self.asked.fetch_add(1, Ordering::SeqCst);
        if self.missing {
            return Err(Error::new(ErrorKind::NotFound, Outcome::Unknown, "no such role"));
        }
        let id = format!("{}-{number}", region.unwrap_or("none"));
        Ok(Lease::issued(AccessKey::new(id, "the-secret", Some(Secret::new("the-token"))), None))
    }
}

fn pipeline() -> Pipeline {
    NetworkOptions::default().pipeline(SERVICE, &Machine::default()).unwrap()
}

fn client(source: Keys) -> ApiClient<Keys> {
    ApiClient::new(pipeline(), source)
}

async fn call(client: &ApiClient<Keys>, stub: &Stub) -> Result<u8, Error> {
    let bounds = Bounds::new(CancellationToken::new());
    let endpoint = Endpoint::parse(&stub.url, false).unwrap();
    client
        .call(
            &Call::new("GetNumber", "number", Effect::Read),
            &Get("/n"),
            &endpoint,
            Some("north"),
            Answer::json,
            &bounds,
        )
        .await
}

async fn ask(stub: &Stub, key: Option<&AccessKey>) -> Result<String, Error> {
    let bounds = Bounds::new(CancellationToken::new());
    let endpoint = Endpoint::parse(&format!("{}/v3", stub.url), false).unwrap();
    let call = Call::new("GetText", "text", Effect::Read).with_secrets([Secret::new("the-password")]);
    pipeline().ask(&call, &Get("/t"), &endpoint, key, |answer| Ok(answer.text()), &bounds).await
}

#[tokio::test]
async fn a_call_is_signed_with_the_credentials_of_its_region_and_its_answer_is_read() {
    let stub = Stub::scripted(vec![Reply::json(200, "7")]).await;
    let client = client(Keys::default());
    assert_eq!(call(&client, &stub).await.unwrap(), 7);
    assert_eq!(call(&client, &stub).await.unwrap(), 7);
    let seen = stub.seen();
    assert!(seen.iter().all(|seen| seen.target == "/n" && seen.header("x-signed-by") == "north-1"), "{seen:?}");
}

#[tokio::test]
async fn credentials_that_the_service_refuses_are_replaced_once() {
    let stub = Stub::new(|seen: &Seen| match seen.header("x-signed-by") {
        "north-1" => Reply::json(401, "expired"),
        _ => Reply::json(200, "7"),
    })
    .await;
    assert_eq!(call(&client(Keys::default()), &stub).await.unwrap(), 7);
    assert_eq!(stub.count(), 2);
}

#[tokio::test]
async fn a_refusal_names_the_endpoint_and_the_services_id_of_the_request_and_no_secret() {
    let echo = Reply::json(404, "no number for the-secret with the-token").with_header("x-request-id", "R-1");
    let stub = Stub::scripted(vec![echo]).await;
    let error = call(&client(Keys::default()), &stub).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.message(), "no number for *** with ***");
    assert_eq!(error.endpoint(), Some(stub.url.as_str()));
    assert_eq!(error.request_id(), Some("R-1"));
    assert_eq!((error.operation(), error.subject(), error.service()), ("GetNumber", "number", Some(SERVICE)));
}

#[tokio::test]
async fn without_credentials_nothing_is_sent_and_nothing_is_missing() {
    let stub = Stub::scripted(vec![Reply::json(200, "7")]).await;
    let client = client(Keys { missing: true, ..Keys::default() });
    let error = call(&client, &stub).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Credentials, false));
    assert_eq!(error.message(), "no such role");
    assert_eq!(stub.count(), 0);
    assert_eq!(client.credentials().source().asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn credentials_are_asked_for_with_those_at_hand_or_with_none() {
    let stub = Stub::scripted(vec![Reply::json(200, " text ")]).await;
    assert_eq!(ask(&stub, Some(&AccessKey::new("AKID", "the-secret", None))).await.unwrap(), "text");
    assert_eq!(ask(&stub, None).await.unwrap(), "text");
    let seen = stub.seen();
    assert_eq!((seen[0].target.as_str(), seen[0].header("x-signed-by")), ("/v3/t", "AKID"));
    assert!(!seen[1].headers.contains_key("x-signed-by"));
}

#[tokio::test]
async fn credentials_at_hand_are_not_tried_again_and_what_is_asked_with_is_not_shown() {
    let stub = Stub::scripted(vec![Reply::json(401, "wrong: the-password, the-secret")]).await;
    let key = AccessKey::new("AKID", "the-secret", None);
    for (key, shown) in [(Some(&key), "wrong: ***, ***"), (None, "wrong: ***, the-secret")] {
        let error = ask(&stub, key).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Credentials, shown));
        assert_eq!(error.endpoint(), Some(format!("{}/v3", stub.url).as_str()));
    }
    assert_eq!(stub.count(), 2, "once for each");
}

#[tokio::test]
async fn the_service_s_clock_is_known_from_its_first_answer_on() {
    let stub = Stub::new(|_| Reply::json(200, "1").with_header("date", "Fri, 01 Jan 2100 00:00:00 GMT")).await;
    let client = client(Keys::default());
    let now = Timestamp::now();
    assert_eq!(client.service_time(now), None);
    call(&client, &stub).await.unwrap();
    let there = client.service_time(now).unwrap();
    assert!(
        there.as_second().abs_diff("2100-01-01T00:00:00Z".parse::<Timestamp>().unwrap().as_second()) < 3600,
        "{there}"
    );
}
