use std::sync::atomic::{AtomicU32, Ordering};

use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    Answer, ErrorKind, NetworkOptions, Outcome, Refusal,
    stub::{Reply, SERVICE, Seen, Stub},
};

fn unbounded() -> Bounds {
    Bounds::new(CancellationToken::new())
}

/// A source of numbered keys, each of which names the region that it was asked for.
#[derive(Debug, Default)]
struct Numbered {
    asked: AtomicU32,
    regional: bool,
}

impl CredentialSource for Numbered {
    type Credentials = AccessKey;

    async fn obtain(&self, region: Option<&str>, _: &Bounds) -> Result<Lease<AccessKey>, Error> {
        let number = 1 + self.asked.fetch_add(1, Ordering::SeqCst);
        let id = format!("{}-{number}", region.unwrap_or("none"));
        Ok(Lease::issued(AccessKey::new(id, "the-secret", None), None))
    }

    fn is_regional(&self) -> bool {
        self.regional
    }
}

#[test]
fn of_an_access_key_only_the_id_can_be_seen() {
    let key = AccessKey::new("AKID", "the-secret", Some(Secret::new("the-token")));
    assert_eq!(key.secrets(), ["the-secret", "the-token"].map(Secret::new));
    let shown = format!("{key:?}");
    assert!(shown.contains("AKID") && shown.contains("temporary: true") && !shown.contains("the-"), "{shown}");

    let lasting = AccessKey::new("AKID", "the-secret", Some(Secret::new("")));
    assert_eq!(lasting.security_token, None);
    assert_eq!(lasting.secrets(), [Secret::new("the-secret")]);
    assert!(format!("{lasting:?}").contains("temporary: false"));
}

#[tokio::test]
async fn credentials_are_asked_for_once_and_anew_when_they_are_refused() {
    let store = CredentialStore::new(Numbered::default(), Machine::default());
    let bounds = unbounded();
    let get = async |region| store.get(region, &bounds).await.unwrap().id;
    assert_eq!(get(Some("north")).await, "north-1");
    assert_eq!(get(Some("east")).await, "north-1");
    assert_eq!(get(None).await, "north-1");

    let refused = store.get(None, &bounds).await.unwrap();
    assert!(store.invalidate(Some("north"), &refused).await);
    assert_eq!(get(None).await, "none-2");
    assert!(store.invalidate(None, &refused).await, "there are others by now");
    assert_eq!(get(None).await, "none-2");
    assert_eq!(store.source().asked.load(Ordering::SeqCst), 2);
}

/// A source that says nothing about regions.
#[derive(Debug)]
struct Plain;

impl CredentialSource for Plain {
    type Credentials = AccessKey;

    async fn obtain(&self, region: Option<&str>, _: &Bounds) -> Result<Lease<AccessKey>, Error> {
        Ok(Lease::issued(AccessKey::new(region.unwrap_or("none"), "the-secret", None), None))
    }
}

#[tokio::test]
async fn credentials_are_good_in_all_regions_unless_their_source_says_otherwise() {
    let store = CredentialStore::new(Plain, Machine::default());
    for region in [Some("north"), Some("east"), None] {
        assert_eq!(store.get(region, &unbounded()).await.unwrap().id, "north");
    }
}

#[tokio::test]
async fn credentials_that_are_good_in_one_region_only_are_kept_apart() {
    let store = CredentialStore::new(Numbered { regional: true, ..Numbered::default() }, Machine::default());
    let bounds = unbounded();
    let get = async |region| store.get(region, &bounds).await.unwrap();
    let north = get(Some("north")).await;
    assert_eq!(north.id, "north-1");
    assert_eq!(get(Some("east")).await.id, "east-2");
    assert!(store.invalidate(Some("north"), &north).await);
    assert_eq!(get(Some("east")).await.id, "east-2");
    assert_eq!(get(Some("north")).await.id, "north-3");
}

fn metadata_error(role: Role) -> Error {
    Error::new(ErrorKind::Transport, Outcome::NotDone, "nobody answers").during(
        Service { role, ..SERVICE },
        "token",
        "",
    )
}

#[test]
fn where_metadata_was_the_last_place_nothing_was_found() {
    let mut searched = Search::default();
    searched.not_configured("key");
    let error = at_the_last_place(metadata_error(Role::Metadata), SERVICE, "the instance", searched.clone());
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(error.service(), Some(SERVICE));
    assert!(error.message().ends_with("  1. key in the configuration: not set\n  2. the instance: nobody answers"));
    searched.not_at("the instance", "nobody answers");
    assert_eq!(error.hint(), Some(&Hint::NoCredentials(searched)));
}

#[test]
fn an_error_of_what_was_named_stays_what_it_is() {
    let mut searched = Search::default();
    let named = at_the_last_place(metadata_error(Role::Metadata), SERVICE, "the instance", searched.clone());
    assert_eq!(named.message(), "nobody answers");
    searched.not_configured("key");
    let of_another = at_the_last_place(metadata_error(Role::Identity), SERVICE, "the instance", searched.clone());
    assert_eq!(of_another.message(), "nobody answers");
    let of_none = Error::new(ErrorKind::Transport, Outcome::NotDone, "no");
    assert_eq!(at_the_last_place(of_none, SERVICE, "the instance", searched).message(), "no");
}

fn refusal(answer: &Answer) -> Option<Refusal> {
    let message = answer.text();
    (!answer.is_success()).then_some(Refusal {
        kind: ErrorKind::Rejected,
        outcome: Outcome::NotDone,
        code: None,
        message,
    })
}

fn metadata(endpoint: &str) -> Result<InstanceMetadata, Error> {
    let vendors = MetadataService {
        service: Service { role: Role::Metadata, name: "The Metadata", ..SERVICE },
        endpoint: "http://169.254.169.254",
        token_path: "/token",
        lifetime_header: "x-lifetime",
        token_header: "x-token",
        refusal,
    };
    let network = NetworkOptions { metadata_endpoint: Some(endpoint.to_owned()), ..NetworkOptions::default() };
    InstanceMetadata::new(vendors, &network, &Machine::default())
}

/// A machine's metadata, which gives tokens or knows none, and echoes what it is shown at `/secret`.
fn machine(tokens: bool) -> impl Fn(&Seen) -> Reply + Send + Sync {
    move |seen| match (seen.method.as_str(), seen.target.as_str()) {
        ("PUT", "/token") if tokens && seen.header("x-lifetime") == "60" => Reply::json(200, "the-token\n"),
        ("PUT", _) => Reply::json(404, "no tokens"),
        ("GET", "/role") if !tokens || seen.header("x-token") == "the-token" => Reply::json(200, " worker\n"),
        (_, _) => Reply::json(403, format!("not with {}", seen.header("x-token"))),
    }
}

fn text(answer: &Answer) -> Result<String, Refusal> {
    Ok(answer.text())
}

#[tokio::test]
async fn metadata_is_asked_with_a_token_where_the_machine_gives_one() {
    for tokens in [true, false] {
        let stub = Stub::new(machine(tokens)).await;
        let metadata = metadata(&stub.url).unwrap();
        let bounds = unbounded();
        let session = metadata.session(false, &bounds).await.unwrap();
        assert_eq!(session.get("role", "/role", text, &bounds).await.unwrap(), "worker");
        let seen = stub.seen();
        assert_eq!(seen.iter().map(|seen| seen.method.as_str()).collect::<Vec<_>>(), ["PUT", "GET"]);
        assert_eq!(seen[1].headers.contains_key("x-token"), tokens);
    }
}

#[tokio::test]
async fn a_machine_that_has_to_be_hardened_is_not_asked_without_a_token() {
    let stub = Stub::new(machine(false)).await;
    let error = metadata(&stub.url).unwrap().session(true, &unbounded()).await.unwrap_err();
    assert_eq!(error.message(), "no tokens");
    assert_eq!(stub.count(), 1);
    let hardened = Stub::new(machine(true)).await;
    assert!(metadata(&hardened.url).unwrap().session(true, &unbounded()).await.is_ok());
}

#[tokio::test]
async fn where_nobody_answers_nothing_is_asked_without_a_token() {
    let stub = Stub::scripted(vec![Reply::Close]).await;
    let error = metadata(&stub.url).unwrap().session(false, &unbounded()).await.unwrap_err();
    assert_eq!(error.status(), None);
    assert!(stub.seen().iter().all(|seen| seen.method == "PUT"));
}

#[tokio::test]
async fn a_token_that_metadata_echoes_is_taken_out() {
    let stub = Stub::new(machine(true)).await;
    let metadata = metadata(&stub.url).unwrap();
    let bounds = unbounded();
    let session = metadata.session(false, &bounds).await.unwrap();
    let error = session.get("secret", "/secret", text, &bounds).await.unwrap_err();
    assert_eq!(error.message(), "not with ***");
    assert_eq!((error.operation(), error.subject()), ("secret", "instance metadata"));
    assert!(!format!("{session:?}").contains("the-token"));
}

#[test]
fn metadata_in_the_clear_is_refused_where_it_would_leave_the_host() {
    let error = metadata("http://example.com").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().starts_with("metadata_endpoint: \"http://example.com\" is plain http"), "{error}");
    assert!(metadata("http://169.254.169.254").is_ok());
}
