//! The role of an ECS instance of Alibaba Cloud.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use alibaba::{Client, Config, PRODUCT_TYPE_CLOUD_APP};
use axum::{
    Router,
    extract::Request,
    http::{Method, StatusCode},
};
use cloud::{Bounds, Environment, Error, ErrorKind};
use emulator::Running;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{KEY, SECRETS, call_until_renewed, calls, network, serve, start};

const GROUP: &str = "aig-hangzhou-fixed";
const ROLE: &str = "terraform";
const TOKEN: &str = "the-metadata-token";
const ROLES: &str = "/latest/meta-data/ram/security-credentials/";

/// Which modes an instance serves its metadata in.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    /// With a token alone.
    Hardened,
    /// Without tokens, as long ago.
    Plain,
}

/// The metadata service of an instance with a role.
struct Metadata {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Metadata {
    /// Credentials that end after `lifetime` of the number of their request, in seconds.
    async fn start(mode: Mode, lifetime: impl Fn(usize) -> i64 + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (seen, lifetime) = (Arc::clone(&asked), Arc::new(lifetime));
        let router = Router::new().fallback(move |request: Request| {
            let (seen, lifetime) = (Arc::clone(&seen), Arc::clone(&lifetime));
            async move {
                let line = format!("{} {}", request.method(), request.uri());
                let mut seen = seen.lock().unwrap();
                seen.push(line.clone());
                let issued = seen.iter().filter(|earlier| **earlier == line).count();
                answer(mode, &request, || lifetime(issued))
            }
        });
        Self { url: serve(router).await, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// How often credentials were asked for.
    fn leases(&self) -> usize {
        self.asked().iter().filter(|line| **line == format!("GET {ROLES}{ROLE}")).count()
    }
}

fn answer(mode: Mode, request: &Request, lifetime: impl Fn() -> i64) -> (StatusCode, String) {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if (request.method(), request.uri().path()) == (&Method::PUT, "/latest/api/token") {
        let has_lifetime = header("x-aliyun-ecs-metadata-token-ttl-seconds").is_some();
        return match mode {
            Mode::Hardened if has_lifetime => (StatusCode::OK, TOKEN.to_owned()),
            Mode::Hardened => (StatusCode::BAD_REQUEST, String::new()),
            Mode::Plain => (StatusCode::NOT_FOUND, String::new()),
        };
    }
    if mode == Mode::Hardened && header("x-aliyun-ecs-metadata-token") != Some(TOKEN) {
        return (StatusCode::FORBIDDEN, String::new());
    }
    match request.uri().path().strip_prefix(ROLES) {
        Some("") => (StatusCode::OK, ROLE.to_owned()),
        Some(ROLE) => {
            let ends = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(lifetime());
            let issued = json!({
                "Code": "Success", "AccessKeyId": KEY, "AccessKeySecret": SECRETS[0], "SecurityToken": SECRETS[1],
                "Expiration": ends.to_string(),
            });
            (StatusCode::OK, issued.to_string())
        }
        _ => (StatusCode::NOT_FOUND, String::new()),
    }
}

/// The access keys of the calls so far.
async fn callers(emulator: &Running) -> Vec<String> {
    calls(emulator).await.into_iter().map(|(_, caller)| caller).collect()
}

fn config(emulator: &Running, metadata: &Metadata) -> Config {
    Config { region: Some("cn-hangzhou".to_owned()), network: network(emulator, &metadata.url), ..Config::default() }
}

fn client(config: Config, variables: &[(&str, &str)]) -> Client {
    Client::new(config, Environment::fixed(variables.iter().copied())).unwrap()
}

/// Makes one call.
async fn call(client: &Client) -> Result<(), Error> {
    let bounds = Bounds::new(CancellationToken::new());
    client.delivery_group(GROUP, PRODUCT_TYPE_CLOUD_APP, &bounds).await.map(|group| {
        assert_eq!(group.app_instance_group_id.as_deref(), Some(GROUP));
    })
}

const HOUR: i64 = 3600;

#[tokio::test]
async fn the_hardened_mode_comes_first_and_the_name_of_the_role_is_looked_up() {
    let (emulator, metadata) = (start().await, Metadata::start(Mode::Hardened, |_| HOUR).await);
    call(&client(config(&emulator, &metadata), &[])).await.unwrap();
    let asked = ["PUT /latest/api/token".to_owned(), format!("GET {ROLES}"), format!("GET {ROLES}{ROLE}")];
    assert_eq!(metadata.asked(), asked);
    assert_eq!(callers(&emulator).await, [KEY]);
}

#[tokio::test]
async fn the_plain_mode_follows_unless_it_is_forbidden() {
    let (emulator, metadata) = (start().await, Metadata::start(Mode::Plain, |_| HOUR).await);
    call(&client(config(&emulator, &metadata), &[])).await.unwrap();
    assert_eq!(metadata.asked()[0], "PUT /latest/api/token");
    assert_eq!(metadata.leases(), 1);

    let strict = client(config(&emulator, &metadata), &[("ALIBABA_CLOUD_IMDSV1_DISABLED", "true")]);
    let error = call(&strict).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().contains("the role of the ECS instance"), "{error}");
    assert_eq!(metadata.leases(), 1);
    assert_eq!(callers(&emulator).await, [KEY]);
}

#[tokio::test]
async fn whoever_names_the_role_spares_looking_it_up() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".aliyun")).unwrap();
    let profile = json!({ "name": "instance", "mode": "EcsRamRole", "ram_role_name": ROLE });
    let file = json!({ "current": "instance", "profiles": [profile] });
    fs::write(home.path().join(".aliyun/config.json"), file.to_string()).unwrap();

    let emulator = start().await;
    let by_block = |config| Config { ecs_role_name: Some(ROLE.to_owned()), ..config };
    type Change<'a> = &'a dyn Fn(Config) -> Config;
    let ways: [(Change<'_>, &[(&str, &str)]); 4] = [
        (&by_block, &[]),
        (&|config| config, &[("ALIBABA_CLOUD_ECS_METADATA", ROLE)]),
        (&|config| config, &[("ALICLOUD_ECS_ROLE_NAME", ROLE)]),
        (&|config| config, &[("HOME", home.path().to_str().unwrap())]),
    ];
    for (change, variables) in ways {
        let metadata = Metadata::start(Mode::Hardened, |_| HOUR).await;
        call(&client(change(config(&emulator, &metadata)), variables)).await.unwrap();
        assert_eq!(
            metadata.asked(),
            ["PUT /latest/api/token".to_owned(), format!("GET {ROLES}{ROLE}")],
            "{variables:?}"
        );
    }
    assert_eq!(callers(&emulator).await, [KEY; 4]);
}

#[tokio::test]
async fn credentials_are_fetched_and_renewed_once_for_all_parallel_calls() {
    // The first credentials are good for a moment, the second for an hour.
    let metadata = Metadata::start(Mode::Hardened, |number| if number == 1 { 2 } else { HOUR }).await;
    let emulator = start().await;
    let client = client(config(&emulator, &metadata), &[]);
    let made = call_until_renewed(
        || metadata.leases(),
        || {
            let client = client.clone();
            async move { call(&client).await.unwrap() }
        },
    )
    .await;
    assert_eq!(metadata.leases(), 2);
    assert_eq!(callers(&emulator).await.len(), made, "no call was made twice");
}

#[tokio::test]
async fn no_metadata_service_is_the_last_place_that_was_looked_at() {
    let (emulator, metadata) = (start().await, Metadata::start(Mode::Hardened, |_| HOUR).await);
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    let config = Config { network: network(&emulator, &url), ..config(&emulator, &metadata) };
    let error = call(&client(config, &[])).await.unwrap_err();
    let last = error.message().lines().last().unwrap();
    assert!(last.contains("8. the role of the ECS instance") && last.contains(&url), "{error}");
    assert!(callers(&emulator).await.is_empty());
}
