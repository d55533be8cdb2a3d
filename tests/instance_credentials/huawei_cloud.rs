//! The agency of an ECS instance of Huawei Cloud.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    extract::Request,
    http::{Method, StatusCode},
};
use cloud::{Bounds, Environment, Error};
use emulator::Running;
use huawei::{Client, Config};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{KEY, SECRETS, call_until_renewed, calls, network, serve, start};

const GROUP: &str = "20000000-0000-4000-8000-000000000001";
const TOKEN: &str = "the-metadata-token";

/// The metadata service of an instance with an agency, and how often it gave keys.
struct Metadata {
    url: String,
    leases: Arc<AtomicUsize>,
}

impl Metadata {
    /// Keys that end after `lifetime` of the number of their request, in seconds. Without `tokens` it gives them to
    /// whoever asks, as long ago.
    async fn start(tokens: bool, lifetime: fn(usize) -> i64) -> Self {
        let leases = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&leases);
        let router = Router::new().fallback(move |request: Request| {
            let count = Arc::clone(&count);
            async move { answer(tokens, &request, || lifetime(1 + count.fetch_add(1, Ordering::SeqCst))) }
        });
        Self { url: serve(router).await, leases }
    }

    fn leases(&self) -> usize {
        self.leases.load(Ordering::SeqCst)
    }
}

fn answer(tokens: bool, request: &Request, lifetime: impl FnOnce() -> i64) -> (StatusCode, String) {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match (request.method(), request.uri().path()) {
        (&Method::PUT, "/meta-data/latest/api/token") if tokens => match header("x-metadata-token-ttl-seconds") {
            Some(_) => (StatusCode::OK, TOKEN.to_owned()),
            None => (StatusCode::BAD_REQUEST, String::new()),
        },
        (&Method::GET, "/openstack/latest/securitykey") if tokens && header("x-metadata-token") != Some(TOKEN) => {
            (StatusCode::UNAUTHORIZED, String::new())
        }
        (&Method::GET, "/openstack/latest/securitykey") => {
            let ends = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(lifetime());
            let [secret, token] = SECRETS;
            let issued = json!({ "credential": {
                "access": KEY, "secret": secret, "securitytoken": token, "expires_at": ends.to_string(),
            } });
            (StatusCode::OK, issued.to_string())
        }
        _ => (StatusCode::NOT_FOUND, String::new()),
    }
}

fn client(emulator: &Running, metadata: &Metadata) -> Client {
    let config = Config {
        region: Some("cn-north-4".to_owned()),
        auth_url: Some(emulator.url()),
        network: network(emulator, &metadata.url),
        ..Config::default()
    };
    Client::new(config, Environment::fixed::<&str, &str>([])).unwrap()
}

async fn call(client: &Client) -> Result<(), Error> {
    let bounds = Bounds::new(CancellationToken::new());
    client.server_group(GROUP, &bounds).await.map(|group| assert_eq!(group.name.as_deref(), Some("office")))
}

#[tokio::test]
async fn an_instances_agency_finds_the_project_and_reads_the_group() {
    for tokens in [true, false] {
        let emulator = start().await;
        let metadata = Metadata::start(tokens, |_| 3600).await;
        call(&client(&emulator, &metadata)).await.unwrap();
        let expected = ["KeystoneListProjects", "ShowServerGroup"].map(|name| (name.to_owned(), KEY.to_owned()));
        assert_eq!(calls(&emulator).await, expected, "with tokens: {tokens}");
        assert_eq!(metadata.leases(), 1);
    }
}

#[tokio::test]
async fn its_keys_are_renewed_before_they_end_once_for_all_parallel_calls() {
    let emulator = start().await;
    // The first keys are good for a moment, the second for an hour.
    let metadata = Metadata::start(true, |number| if number == 1 { 2 } else { 3600 }).await;
    let client = client(&emulator, &metadata);
    let made = call_until_renewed(
        || metadata.leases(),
        || {
            let client = client.clone();
            async move { call(&client).await.unwrap() }
        },
    )
    .await;
    assert_eq!(metadata.leases(), 2);
    let shown = calls(&emulator).await.into_iter().filter(|(operation, _)| operation == "ShowServerGroup").count();
    assert_eq!(shown, made, "no call was made twice");
}
