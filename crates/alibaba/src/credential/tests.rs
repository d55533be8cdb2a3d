use std::{fs, path::Path, time::SystemTime};

use cloud::{
    Application, CredentialStore, Environment, ErrorKind, Hint, NetworkOptions,
    stub::{Reply, Seen, Stub},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::{chain::find, source::Source, *};
use crate::config::{AssumeRole, AssumeRoleWithOidc};

fn environment(variables: &[(&str, &str)]) -> Environment {
    Environment::fixed(variables.iter().copied())
}

fn unbounded() -> Bounds {
    Bounds::new(CancellationToken::new())
}

fn store(config: Config, variables: &[(&str, &str)]) -> CredentialStore<Sources> {
    let machine = Machine::from(environment(variables));
    CredentialStore::new(Sources::new(config, machine.clone()).unwrap(), machine)
}

/// A configuration of nothing but where instance metadata is.
fn with_metadata(endpoint: &str) -> Config {
    let network = NetworkOptions { metadata_endpoint: Some(endpoint.to_owned()), ..NetworkOptions::default() };
    Config { network, ..Config::default() }
}

/// The key id that a configuration leads to, without asking anybody.
fn key_of(config: &Config, variables: &[(&str, &str)]) -> String {
    match find(config, &environment(variables)).unwrap().source {
        Source::Given(key) => key.id,
        other => panic!("{other:?}"),
    }
}

fn home_with(profiles: Value) -> TempDir {
    let home = TempDir::new().unwrap();
    let folder = home.path().join(".aliyun");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("config.json"), profiles.to_string()).unwrap();
    home
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn issued(key: &str, lifetime_seconds: i64) -> Value {
    let ends = jiff::Timestamp::try_from(SystemTime::now()).unwrap().as_second() + lifetime_seconds;
    json!({
        "AccessKeyId": key, "AccessKeySecret": "issued-secret", "SecurityToken": "issued-token",
        "Expiration": jiff::Timestamp::from_second(ends).unwrap().to_string(),
    })
}

#[test]
fn places_are_looked_at_in_the_order_of_the_vendors_tools() {
    let home = home_with(json!({ "current": "default", "profiles": [
        { "name": "default", "mode": "AK", "access_key_id": "from-profile", "access_key_secret": "s" },
        { "name": "named", "mode": "AK", "access_key_id": "from-named", "access_key_secret": "s" },
    ]}));
    let all = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "from-alibaba"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s"),
        ("ALICLOUD_ACCESS_KEY", "from-alicloud"),
        ("ALICLOUD_SECRET_KEY", "s"),
        ("HOME", text(home.path())),
    ];
    let block = Config { access_key: Some("from-block".to_owned()), secret_key: Some("s".into()), ..Config::default() };
    let named = Config { profile: Some("named".to_owned()), ..Config::default() };
    assert_eq!(key_of(&block, &all), "from-block");
    assert_eq!(key_of(&named, &all), "from-named");
    assert_eq!(key_of(&Config::default(), &all), "from-alibaba");
    assert_eq!(key_of(&Config::default(), &all[2..]), "from-alicloud");
    assert_eq!(key_of(&Config::default(), &all[4..]), "from-profile");
    let by_variable = [all[4], ("ALIBABA_CLOUD_PROFILE", "named")];
    assert_eq!(key_of(&Config::default(), &by_variable), "from-named");
}

#[test]
fn a_key_of_one_family_of_variables_is_never_paired_with_the_secret_of_another() {
    let mixed = [("ALIBABA_CLOUD_ACCESS_KEY_ID", "a"), ("ALICLOUD_SECRET_KEY", "s")];
    let found = find(&Config::default(), &environment(&mixed)).unwrap();
    assert!(matches!(found.source, Source::Instance { .. }), "{found:?}");
    assert!(found.searched.describe(SERVICE, "").contains("ALIBABA_CLOUD_ACCESS_KEY_SECRET is not"));
}

#[test]
fn every_mode_of_a_profile_leads_to_its_source() {
    let profiles = json!({ "current": "", "profiles": [
        { "name": "default", "mode": "StsToken", "access_key_id": "k", "access_key_secret": "s", "sts_token": "t" },
        { "name": "role", "mode": "RamRoleArn", "access_key_id": "k", "access_key_secret": "s",
          "ram_role_arn": "arn", "ram_session_name": "me", "expired_seconds": 900, "sts_region": "cn-beijing" },
        { "name": "chained", "mode": "ChainableRamRoleArn", "source_profile": "role", "ram_role_arn": "arn2" },
        { "name": "circle", "mode": "ChainableRamRoleArn", "source_profile": "circle", "ram_role_arn": "arn" },
        { "name": "instance", "mode": "EcsRamRole", "ram_role_name": "r" },
        { "name": "oidc", "mode": "OIDC", "ram_role_arn": "arn", "oidc_provider_arn": "p", "oidc_token_file": "f" },
        { "name": "sso", "mode": "CloudSSO" },
    ]});
    let home = home_with(profiles);
    let variables = [("HOME", text(home.path()))];
    let source = |name: &str| {
        let config = Config { profile: Some(name.to_owned()), ..Config::default() };
        find(&config, &environment(&variables)).map(|found| found.source)
    };
    let Source::Given(keys) = find(&Config::default(), &environment(&variables)).unwrap().source else { panic!() };
    assert_eq!(keys.security_token, Some("t".into()));
    let Source::Role { role, sts_region, .. } = source("role").unwrap() else { panic!() };
    assert_eq!((role.duration_seconds, sts_region.as_deref()), (Some(900), Some("cn-beijing")));
    let Source::Role { base, .. } = source("chained").unwrap() else { panic!() };
    assert!(matches!(*base, Source::Role { .. }));
    assert!(matches!(source("instance").unwrap(), Source::Instance { role_name: Some(name) } if name == "r"));
    assert!(matches!(source("oidc").unwrap(), Source::Oidc { .. }));
    for (name, reason) in [("circle", "circle"), ("sso", "mode CloudSSO"), ("nobody", "no profile \"nobody\"")] {
        let error = source(name).unwrap_err();
        assert_eq!((error.kind(), error.hint()), (ErrorKind::Configuration, Some(&Hint::Profile)));
        assert!(error.message().contains(reason), "{error}");
    }
}

#[tokio::test]
async fn when_nothing_is_found_the_error_lists_every_place_in_order() {
    let store = store(Config::default(), &[("HOME", "/nowhere"), ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")]);
    let error = store.get(None, &unbounded()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(matches!(error.hint(), Some(Hint::NoCredentials(_))), "{error:?}");
    let places = [
        "access_key and secret_key in the configuration",
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALICLOUD_ACCESS_KEY",
        "OIDC",
        "/nowhere/.aliyun/config.json",
        "ALIBABA_CLOUD_CREDENTIALS_URI",
        "ECS",
    ];
    let mut rest = error.message();
    for place in places {
        let (_, after) = rest.split_once(place).unwrap_or_else(|| panic!("{place} is missing in\n{}", error.message()));
        rest = after;
    }
}

#[tokio::test]
async fn a_metadata_service_that_is_not_there_is_the_last_place_in_the_list() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = store(with_metadata(&endpoint), &[]).get(None, &unbounded()).await.unwrap_err();
    let last = error.message().lines().last().unwrap();
    assert!(last.contains("ECS instance") && last.contains(&endpoint), "{error}");
}

#[tokio::test]
async fn a_role_is_assumed_once_for_all_parallel_calls() {
    let stub =
        Stub::scripted(vec![Reply::json(200, json!({ "Credentials": issued("STS.1", 3600) }).to_string())]).await;
    let config = Config {
        access_key: Some("AKID".to_owned()),
        secret_key: Some("SECRET".into()),
        sts_endpoint: Some(stub.url.clone()),
        assume_role: Some(AssumeRole {
            role_arn: "acs:ram::1:role/r".to_owned(),
            external_id: Some("x".to_owned()),
            ..AssumeRole::default()
        }),
        network: NetworkOptions {
            application: Application { name: "the-caller", version: "1.2.3" },
            ..NetworkOptions::default()
        },
        ..Config::default()
    };
    let store = store(config, &[]);
    let bounds = unbounded();
    let get = || async { store.get(None, &bounds).await.unwrap() };
    let (first, second, third) = tokio::join!(get(), get(), get());
    assert_eq!(first.id, "STS.1");
    assert_eq!(first.security_token, Some("issued-token".into()));
    assert!(first == second && second == third);
    assert_eq!(stub.count(), 1);
    let seen = &stub.seen()[0];
    assert_eq!(seen.header("x-acs-action"), "AssumeRole");
    assert!(seen.header("authorization").contains("Credential=AKID"));
    assert_eq!(seen.header("user-agent"), "the-caller/1.2.3");
    assert_eq!(seen.body, "ExternalId=x&RoleArn=acs%3Aram%3A%3A1%3Arole%2Fr&RoleSessionName=the-caller");
}

#[tokio::test]
async fn temporary_credentials_are_renewed_at_their_end_and_when_they_are_refused() {
    let answer = |key: &str, lifetime| Reply::json(200, json!({ "Credentials": issued(key, lifetime) }).to_string());
    let stub = Stub::scripted(vec![answer("STS.1", -1), answer("STS.2", 3600), answer("STS.3", 3600)]).await;
    let config = Config {
        access_key: Some("AKID".to_owned()),
        secret_key: Some("SECRET".into()),
        sts_endpoint: Some(stub.url.clone()),
        assume_role: Some(AssumeRole { role_arn: "arn".to_owned(), ..AssumeRole::default() }),
        ..Config::default()
    };
    let store = store(config, &[]);
    let bounds = unbounded();
    assert_eq!(store.get(None, &bounds).await.unwrap().id, "STS.1");
    assert_eq!(store.get(None, &bounds).await.unwrap().id, "STS.2");
    let refused = store.get(None, &bounds).await.unwrap();
    assert_eq!(refused.id, "STS.2");
    assert!(store.invalidate(None, &refused).await);
    assert_eq!(store.get(None, &bounds).await.unwrap().id, "STS.3");
}

#[tokio::test]
async fn an_oidc_token_is_exchanged_unsigned_and_out_of_sight() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("token");
    fs::write(&file, "the-oidc-token\n").unwrap();
    let denied = json!({ "Code": "AuthenticationFail.OIDCToken.Invalid", "Message": "bad the-oidc-token" });
    let stub = Stub::scripted(vec![
        Reply::json(200, json!({ "Credentials": issued("STS.1", 3600) }).to_string()),
        Reply::json(400, denied.to_string()),
    ])
    .await;
    let config = Config {
        sts_endpoint: Some(stub.url.clone()),
        assume_role_with_oidc: Some(AssumeRoleWithOidc {
            role_arn: "arn".to_owned(),
            oidc_provider_arn: "provider".to_owned(),
            oidc_token_file: text(&file).to_owned(),
            ..AssumeRoleWithOidc::default()
        }),
        ..Config::default()
    };
    let store = store(config, &[]);
    let credentials = store.get(None, &unbounded()).await.unwrap();
    assert_eq!(credentials.id, "STS.1");
    let seen = &stub.seen()[0];
    assert!(seen.target.contains("Action=AssumeRoleWithOIDC") && !seen.target.contains("the-oidc-token"));
    assert!(seen.body.contains("OIDCToken=the-oidc-token&"));
    assert_eq!(seen.header("authorization"), "");

    store.invalidate(None, &credentials).await;
    let error = store.get(None, &unbounded()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(error.message(), "bad ***");
}

/// The metadata service of an instance with the role `worker`.
fn metadata(hardened: bool) -> impl Fn(&Seen) -> Reply + Send + Sync {
    move |seen| match (seen.method.as_str(), seen.target.as_str()) {
        ("PUT", "/latest/api/token") if hardened => Reply::json(200, "the-metadata-token"),
        ("PUT", _) => Reply::json(404, ""),
        _ if hardened && seen.header("x-aliyun-ecs-metadata-token") != "the-metadata-token" => Reply::json(403, ""),
        (_, "/latest/meta-data/ram/security-credentials/") => Reply::json(200, "worker"),
        (_, "/latest/meta-data/ram/security-credentials/worker") => {
            let mut issued = issued("STS.ecs", 3600);
            issued["Code"] = json!("Success");
            Reply::json(200, issued.to_string())
        }
        (_, other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn an_instance_role_is_found_hardened_first_and_plainly_where_that_is_allowed() {
    for hardened in [true, false] {
        let stub = Stub::new(metadata(hardened)).await;
        let config = with_metadata(&stub.url);
        let credentials = store(config.clone(), &[]).get(None, &unbounded()).await.unwrap();
        assert_eq!(credentials.id, "STS.ecs");
        assert_eq!(stub.seen()[0].method, "PUT");

        let strict = store(config, &[("ALIBABA_CLOUD_IMDSV1_DISABLED", "true")]).get(None, &unbounded()).await;
        assert_eq!(strict.is_ok(), hardened);
    }
}

#[tokio::test]
async fn a_credentials_uri_is_asked_and_plain_http_to_elsewhere_is_not() {
    let mut answer = issued("STS.uri", 3600);
    answer["Code"] = json!("Success");
    let stub = Stub::scripted(vec![Reply::json(200, answer.to_string())]).await;
    let uri = format!("{}/credentials?for=me", stub.url);
    let found = store(Config::default(), &[("ALIBABA_CLOUD_CREDENTIALS_URI", &uri)]).get(None, &unbounded()).await;
    assert_eq!(found.unwrap().id, "STS.uri");
    assert_eq!(stub.seen()[0].target, "/credentials?for=me");

    let elsewhere = [("ALIBABA_CLOUD_CREDENTIALS_URI", "http://example.com/credentials")];
    let error = store(Config::default(), &elsewhere).get(None, &unbounded()).await.unwrap_err();
    assert!(error.message().contains("allow_http"), "{error}");
}
