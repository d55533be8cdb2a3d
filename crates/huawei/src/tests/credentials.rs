//! Who signs: keys, tokens, users, agencies, instances and profiles.

use std::fs;

use cloud::stub::Seen;
use tempfile::TempDir;

use super::*;

/// A service that wants the token `T2` where `refuse_first` is set, and knows two projects.
fn cloud(refuse_first: bool) -> impl Fn(&Seen) -> Reply + Send + Sync {
    let signed_in = std::sync::atomic::AtomicU32::new(0);
    move |seen| match seen.target.split('?').next().unwrap() {
        "/v3/auth/tokens" => {
            let number = 1 + signed_in.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let answer = json!({ "token": { "expires_at": in_an_hour() } });
            Reply::json(201, answer.to_string()).with_header("X-Subject-Token", format!("T{number}"))
        }
        "/v3/projects" => reply(json!({ "projects": [
            { "id": "wrong", "name": "cn-north-4_sub" }, { "id": "p-north", "name": "cn-north-4" },
            { "id": "p-east", "name": "cn-east-3" },
        ]})),
        "/v3.0/OS-CREDENTIAL/securitytokens" => reply(issued_keys("agency-key")),
        "/meta-data/latest/api/token" => Reply::json(200, "the-metadata-token"),
        "/openstack/latest/securitykey" if seen.header("x-metadata-token") == "the-metadata-token" => {
            reply(issued_keys("instance-key"))
        }
        _ if refuse_first && seen.header("x-auth-token") != "T2" => {
            Reply::json(401, r#"{"error_code":"APIGW.0307","error_msg":"token expired"}"#)
        }
        target => reply(group(target.rsplit('/').next().unwrap())),
    }
}

fn with_password(stub: &Stub) -> Config {
    Config {
        user_name: Some("tom".to_owned()),
        password: Some("the-password".into()),
        domain_name: Some("acme".to_owned()),
        ..config(stub)
    }
}

#[tokio::test]
async fn the_project_is_looked_up_once_for_all_parallel_calls_and_once_in_each_region() {
    let stub = Stub::new(cloud(false)).await;
    let client = client(Config { project_id: None, ..with_keys(&stub) }, &[]);
    let bounds = unbounded();
    let (first, second) = tokio::join!(client.server_group("g1", &bounds), client.server_group("g2", &bounds));
    first.and(second).unwrap();
    client.in_region(Some("cn-east-3")).unwrap().server_group("g3", &bounds).await.unwrap();
    let mut targets = targets(&stub);
    targets.sort();
    assert_eq!(
        targets,
        [
            "GET /v1/p-east/app-server-groups/g3",
            "GET /v1/p-north/app-server-groups/g1",
            "GET /v1/p-north/app-server-groups/g2",
            "GET /v3/projects?name=cn-east-3",
            "GET /v3/projects?name=cn-north-4",
        ]
    );
    assert!(stub.seen()[0].header("authorization").contains("Access=AKID"));
}

#[tokio::test]
async fn a_project_that_is_not_there_says_what_to_set_and_nothing_is_missing_for_it() {
    let stub = Stub::new(cloud(false)).await;
    let client = client(Config { project_id: None, ..with_keys(&stub) }, &[]);
    let error = client.in_region(Some("tr-west-1")).unwrap().server_group("g1", &unbounded()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().contains("tr-west-1"), "{error}");
    assert_eq!(error.hint(), Some(&Hint::UnknownProject));
}

#[tokio::test]
async fn a_user_signs_in_once_and_again_when_the_token_is_refused() {
    let stub = Stub::new(cloud(true)).await;
    let config = Config { project_id: Some("p1".to_owned()), ..with_password(&stub) };
    let client = client(config, &[]);
    let bounds = unbounded();
    let (first, second) = tokio::join!(client.server_group("g1", &bounds), client.server_group("g2", &bounds));
    first.and(second).unwrap();
    let sign_ins: Vec<_> = stub.seen().into_iter().filter(|seen| seen.target == "/v3/auth/tokens").collect();
    assert_eq!(sign_ins.len(), 2, "once at first and once for both refusals");
    let body: Value = serde_json::from_str(&sign_ins[0].body).unwrap();
    assert_eq!(
        body,
        json!({ "auth": {
            "identity": { "methods": ["password"], "password": {
                "user": { "name": "tom", "password": "the-password", "domain": { "name": "acme" } },
            }},
            "scope": { "project": { "id": "p1" } },
        }})
    );
}

#[tokio::test]
async fn a_given_token_goes_out_as_it_is() {
    let stub = Stub::new(cloud(false)).await;
    let config = Config { project_id: Some("p1".to_owned()), ..config(&stub) };
    client(config, &[("HW_AUTH_TOKEN", "the-token")]).server_group("g1", &unbounded()).await.unwrap();
    assert_eq!(stub.seen()[0].header("x-auth-token"), "the-token");
}

#[tokio::test]
async fn an_agency_is_assumed_with_the_credentials_that_were_found() {
    let stub = Stub::new(cloud(false)).await;
    let role =
        AssumeRole { agency_name: "ops".to_owned(), domain_name: Some("other".to_owned()), ..AssumeRole::default() };
    let client = client(Config { assume_role: Some(role), ..with_keys(&stub) }, &[]);
    client.server_group("g1", &unbounded()).await.unwrap();
    let seen = stub.seen();
    assert_eq!(seen[0].target, "/v3.0/OS-CREDENTIAL/securitytokens");
    assert!(seen[0].header("authorization").contains("Access=AKID"));
    let body: Value = serde_json::from_str(&seen[0].body).unwrap();
    assert_eq!(
        body["auth"]["identity"]["assume_role"],
        json!({ "agency_name": "ops", "domain_name": "other", "duration_seconds": 3600 })
    );
    assert!(seen[1].header("authorization").contains("Access=agency-key"));
    assert_eq!(seen[1].header("x-security-token"), "issued-token");
}

#[tokio::test]
async fn an_instance_gives_keys_where_nothing_else_does() {
    let stub = Stub::new(cloud(false)).await;
    let config = Config { project_id: Some("p1".to_owned()), ..config(&stub) };
    client(config, &[]).server_group("g1", &unbounded()).await.unwrap();
    let seen = stub.seen();
    assert_eq!(targets(&stub)[..2], ["PUT /meta-data/latest/api/token", "GET /openstack/latest/securitykey"]);
    assert!(seen[2].header("authorization").contains("Access=instance-key"));
}

#[tokio::test]
async fn an_older_instance_gives_keys_without_a_token_of_its_own() {
    let stub = Stub::new(|seen| match seen.target.as_str() {
        "/meta-data/latest/api/token" => Reply::json(404, "Not Found"),
        "/openstack/latest/securitykey" if seen.header("x-metadata-token").is_empty() => {
            reply(issued_keys("instance-key"))
        }
        _ => reply(group("g1")),
    })
    .await;
    let config = Config { project_id: Some("p1".to_owned()), ..config(&stub) };
    client(config, &[]).server_group("g1", &unbounded()).await.unwrap();
    assert!(stub.seen().last().unwrap().header("authorization").contains("Access=instance-key"));
}

#[tokio::test]
async fn an_instances_keys_that_are_refused_are_renewed_once_for_all_parallel_calls() {
    let issued = std::sync::atomic::AtomicU32::new(0);
    let stub = Stub::new(move |seen| match seen.target.as_str() {
        "/meta-data/latest/api/token" => Reply::json(200, "the-metadata-token"),
        "/openstack/latest/securitykey" => {
            let number = 1 + issued.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            reply(issued_keys(&format!("key-{number}")))
        }
        _ if seen.header("authorization").contains("Access=key-1") => {
            Reply::Late(Box::new(Reply::json(401, r#"{"error_code":"APIGW.0301","error_msg":"expired"}"#)))
        }
        _ => reply(group("g1")),
    })
    .await;
    let client = client(Config { project_id: Some("p1".to_owned()), ..config(&stub) }, &[]);
    let bounds = unbounded();
    let get = || client.server_group("g1", &bounds);
    let (first, second, third) = tokio::join!(get(), get(), get());
    first.and(second).and(third).unwrap();
    let of = |target: &str| stub.seen().iter().filter(|seen| seen.target == target).count();
    assert_eq!(of("/openstack/latest/securitykey"), 2, "once at first and once for all refusals");
    assert_eq!(of("/v1/p1/app-server-groups/g1"), 6);
}

#[tokio::test]
async fn an_instance_without_an_agency_says_so() {
    let stub = Stub::new(|seen| match seen.target.as_str() {
        "/meta-data/latest/api/token" => Reply::json(200, "the-metadata-token"),
        _ => Reply::json(404, r#"{"error":{"message":"no agency is configured","title":"Not Found"}}"#),
    })
    .await;
    let config = Config { project_id: Some("p1".to_owned()), ..config(&stub) };
    let error = client(config, &[]).server_group("g1", &unbounded()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().contains("the agency of the ECS instance: no agency is configured"), "{error}");
    assert!(!stub.seen().iter().any(|seen| seen.target.starts_with("/v1/")), "nothing is called without credentials");
}

#[tokio::test]
async fn when_nothing_is_found_the_error_lists_every_place_in_order() {
    let stub = Stub::scripted(vec![Reply::json(404, "")]).await;
    let config = Config { project_id: Some("p1".to_owned()), ..config(&stub) };
    let error = client(config, &[]).server_group("g1", &unbounded()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let mut rest = error.message();
    for place in ["the configuration", "HW_AUTH_TOKEN", "HW_SHARED_CONFIG_FILE", "HW_ACCESS_KEY", "HW_USER_NAME", "ECS"]
    {
        let (_, after) = rest.split_once(place).unwrap_or_else(|| panic!("{place} is missing in\n{}", error.message()));
        rest = after;
    }
}

#[tokio::test]
async fn a_profile_gives_keys_region_and_project() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("config.json");
    let profiles = json!({ "current": "default", "profiles": [
        { "name": "default", "accessKeyId": "profile-key", "secretAccessKey": "s", "region": "cn-north-4",
          "projectId": "p-profile" },
        { "name": "empty", "mode": "AKSK" },
        { "name": "signed-off", "mode": "SSO", "accessKeyId": "stale", "secretAccessKey": "s" },
        { "name": "signed-on", "mode": "SSO", "accessKeyId": "stale", "secretAccessKey": "s", "ssoAuth": { "stsToken": {
            "accessKeyId": "sso-key", "secretAccessKey": "sso-secret", "securityToken": "sso-token",
        } } },
    ]});
    fs::write(&file, profiles.to_string()).unwrap();
    let stub = Stub::new(cloud(false)).await;
    let of = |profile: Option<&str>| Config {
        shared_config_file: Some(file.to_str().unwrap().to_owned()),
        profile: profile.map(str::to_owned),
        region: None,
        ..config(&stub)
    };
    // What the block names is not passed over for what the environment holds.
    let variables = [("HW_ACCESS_KEY", "environment-key"), ("HW_SECRET_KEY", "s")];
    let client = client(of(None), &variables);
    assert_eq!(client.region(), Some("cn-north-4"));
    client.server_group("g1", &unbounded()).await.unwrap();
    assert_eq!(stub.seen()[0].target, "/v1/p-profile/app-server-groups/g1");
    assert!(stub.seen()[0].header("authorization").contains("Access=profile-key"));
    let signed_on = Config { region: Some("cn-north-4".to_owned()), ..of(Some("signed-on")) };
    self::client(signed_on, &variables).server_group("g1", &unbounded()).await.unwrap();
    let seen = stub.seen().pop().unwrap();
    assert!(seen.header("authorization").contains("Access=sso-key"), "{seen:?}");
    assert_eq!(seen.header("x-security-token"), "sso-token");
    for (profile, reason) in [
        ("empty", "no access key"),
        ("signed-off", "sign on with `hcloud configure sso`"),
        ("nobody", "no profile \"nobody\""),
    ] {
        let error = Client::new(of(Some(profile)), Environment::fixed(variables)).unwrap_err();
        assert!(error.message().contains(reason), "{error}");
        assert_eq!(error.hint(), Some(&Hint::Profile));
    }
}

#[tokio::test]
async fn a_profile_that_the_environment_names_comes_before_its_keys_and_after_its_token() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("config.json");
    let profile = json!({ "name": "desks", "accessKeyId": "profile-key", "secretAccessKey": "s", "projectId": "p" });
    fs::write(&file, json!({ "current": "desks", "profiles": [profile] }).to_string()).unwrap();
    let stub = Stub::new(cloud(false)).await;
    let file = file.to_str().unwrap();
    let with_keys = [("HW_ACCESS_KEY", "environment-key"), ("HW_SECRET_KEY", "s"), ("HW_SHARED_CONFIG_FILE", file)];
    client(config(&stub), &with_keys).server_group("g1", &unbounded()).await.unwrap();
    assert!(stub.seen()[0].header("authorization").contains("Access=profile-key"));
    let with_token = [("HW_AUTH_TOKEN", "the-token"), ("HW_SHARED_CONFIG_FILE", file), ("HW_PROJECT_ID", "p")];
    client(config(&stub), &with_token).server_group("g1", &unbounded()).await.unwrap();
    assert_eq!(stub.seen()[1].header("x-auth-token"), "the-token");
}

#[tokio::test]
async fn the_environment_fills_in_what_an_agency_does_not_say_and_no_second_account() {
    let stub = Stub::new(cloud(false)).await;
    let role = |domain_name: Option<&str>, duration_seconds| {
        let domain_name = domain_name.map(str::to_owned);
        Some(AssumeRole { agency_name: "ops".to_owned(), domain_name, duration_seconds, ..AssumeRole::default() })
    };
    let environment = [
        ("HW_ASSUME_ROLE_AGENCY_NAME", "agency-of-environment"),
        ("HW_ASSUME_ROLE_DOMAIN_ID", "d-1"),
        ("HW_ASSUME_ROLE_DURATION", "7200"),
    ];
    for (assume_role, expected) in [
        (None, json!({ "agency_name": "agency-of-environment", "domain_id": "d-1", "duration_seconds": 7200 })),
        (role(None, None), json!({ "agency_name": "ops", "domain_id": "d-1", "duration_seconds": 7200 })),
        (
            role(Some("other"), Some(900)),
            json!({ "agency_name": "ops", "domain_name": "other", "duration_seconds": 900 }),
        ),
    ] {
        let asked = stub.seen().len();
        let client = client(Config { assume_role, ..with_keys(&stub) }, &environment);
        client.server_group("g1", &unbounded()).await.unwrap();
        let body: Value = serde_json::from_str(&stub.seen()[asked].body).unwrap();
        assert_eq!(body["auth"]["identity"]["assume_role"], expected);
    }
    for wrong in ["soon", "0", "899", "86401", "1e5", "-1"] {
        let variables = [("HW_ASSUME_ROLE_AGENCY_NAME", "ops"), ("HW_ASSUME_ROLE_DURATION", wrong)];
        let error = Client::new(with_keys(&stub), Environment::fixed(variables)).unwrap_err();
        assert!(error.message().contains("HW_ASSUME_ROLE_DURATION must be"), "{error}");
    }
}

#[test]
fn a_file_of_certificates_can_be_named_by_the_environment_alone() {
    let error = Client::new(Config::default(), Environment::fixed([("OS_CACERT", "/nowhere.pem")])).unwrap_err();
    assert!(error.message().contains("/nowhere.pem"), "{error}");
}

#[test]
fn half_of_something_is_refused_before_any_call() {
    let region = Some("cn-north-4".to_owned());
    for (config, missing) in [
        (Config { access_key: Some("k".to_owned()), region: region.clone(), ..Config::default() }, "HW_SECRET_KEY"),
        (Config { secret_key: Some("s".into()), region: region.clone(), ..Config::default() }, "HW_ACCESS_KEY"),
        (Config { user_name: Some("u".to_owned()), region: region.clone(), ..Config::default() }, "HW_USER_PASSWORD"),
        (
            Config {
                user_name: Some("u".to_owned()),
                password: Some("p".into()),
                region: region.clone(),
                ..Config::default()
            },
            "HW_DOMAIN_NAME",
        ),
        (Config { security_token: Some("t".into()), region, ..Config::default() }, "access_key"),
        (
            Config {
                network: NetworkOptions {
                    endpoint: Some("http://example.com".to_owned()),
                    ..NetworkOptions::default()
                },
                ..Config::default()
            },
            "allow_http",
        ),
        (Config { auth_url: Some("http://example.com/v3".to_owned()), ..Config::default() }, "allow_http"),
    ] {
        let error = Client::new(config, Environment::fixed::<&str, &str>([])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.message().contains(missing), "{error}");
    }
}

#[tokio::test]
async fn a_region_that_is_not_known_or_not_set_is_said_before_anything_is_sent() {
    let keys = [("HW_ACCESS_KEY", "k"), ("HW_SECRET_KEY", "s")];
    let client = client(Config::default(), &keys);
    let error = client.in_region(Some("mars-1")).unwrap().server_group("g1", &unbounded()).await.unwrap_err();
    assert!(error.message().contains("mars-1"), "{error}");
    assert_eq!(error.hint(), Some(&Hint::UnknownRegion));
    let error = client.server_group("g1", &unbounded()).await.unwrap_err();
    assert_eq!(error.hint(), Some(&Hint::NoRegion));
}

#[test]
fn an_endpoint_elsewhere_serves_its_own_region_and_others_where_that_is_said() {
    let client = |endpoint: &str, serves_all| {
        let network = NetworkOptions {
            endpoint: Some(endpoint.to_owned()),
            endpoint_serves_all_regions: serves_all,
            ..NetworkOptions::default()
        };
        let config = Config { region: Some("cn-north-4".to_owned()), network, ..Config::default() };
        Client::new(config, Environment::fixed::<&str, &str>([])).unwrap()
    };
    let elsewhere = client("gateway.example", false);
    assert!(elsewhere.in_region(None).is_ok() && elsewhere.in_region(Some("cn-north-4")).is_ok());
    let error = elsewhere.in_region(None).unwrap().in_region(Some("cn-east-3")).unwrap_err();
    assert_eq!(error.hint(), Some(&Hint::EndpointOfAnotherRegion), "{error}");
    for client in [client("gateway.example", true), client("http://127.0.0.1:1", false)] {
        assert_eq!(client.in_region(Some("cn-east-3")).unwrap().region(), Some("cn-east-3"));
    }
}

#[test]
fn what_is_set_to_nothing_is_not_set_and_what_cannot_be_empty_is_refused() {
    let nothing = || Some(" \n".to_owned());
    let no_secret = || Some("\n".into());
    let empty = Config {
        region: nothing(),
        access_key: nothing(),
        secret_key: no_secret(),
        security_token: no_secret(),
        auth_token: no_secret(),
        user_name: nothing(),
        user_id: nothing(),
        password: no_secret(),
        domain_name: nothing(),
        domain_id: nothing(),
        project_id: nothing(),
        project_name: nothing(),
        enterprise_project_id: nothing(),
        assume_role: None,
        shared_config_file: nothing(),
        profile: nothing(),
        auth_url: nothing(),
        network: NetworkOptions { endpoint: nothing(), ca_certificate: nothing(), ..NetworkOptions::default() },
    };
    assert_eq!(format!("{:?}", empty.settled().unwrap()), format!("{:?}", Config::default()));
    let agency = crate::AssumeRole { agency_name: String::new(), ..crate::AssumeRole::default() };
    let refusal = Config { assume_role: Some(agency), ..Config::default() }.settled().unwrap_err();
    assert_eq!(refusal, "agency_name of assume_role is empty");
}

#[tokio::test]
async fn white_space_around_what_is_set_is_not_part_of_it_wherever_it_comes_from() {
    let stub = Stub::new(cloud(false)).await;
    let line = |text: &str| format!("{text}\r\n");
    let block = Config {
        access_key: Some(line("AKID")),
        secret_key: Some(line("the-secret-key").into()),
        security_token: Some(line("the-token").into()),
        ..config(&stub)
    };
    let keys =
        [("HW_ACCESS_KEY", "AKID\n"), ("HW_SECRET_KEY", "the-secret-key\n"), ("OS_SECURITY_TOKEN", "the-token ")];
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("config.json");
    let profile = json!({
        "name": "desks", "accessKeyId": line("AKID"), "secretAccessKey": line("the-secret-key"),
        "securityToken": line("the-token"), "projectId": "",
    });
    fs::write(&file, json!({ "current": "desks", "profiles": [profile] }).to_string()).unwrap();
    let profile = Config { shared_config_file: Some(file.display().to_string()), ..config(&stub) };
    for client in [client(block, &[]), client(config(&stub), &keys), client(profile, &[])] {
        client.server_group("g1", &unbounded()).await.unwrap();
        let sent = stub.seen().pop().unwrap();
        assert_eq!(sent.header("x-security-token"), "the-token");
        assert!(sent.header("authorization").contains("Access=AKID,"), "{sent:?}");
        assert_eq!(sent.target, "/v1/p-north/app-server-groups/g1");
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_one_names_where_it_is_set_and_is_not_quoted() {
    let wrong = |name| {
        let good = [("HW_ACCESS_KEY", "AKID"), ("HW_SECRET_KEY", "the-secret-key"), ("HW_SECURITY_TOKEN", "t")];
        let variables = good.map(|(it, value)| (it, if it == name { "the\nkey" } else { value }));
        Client::new(Config::default(), Environment::fixed(variables)).unwrap_err()
    };
    for name in ["HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"] {
        let error = wrong(name);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(
            error.message().starts_with(&format!("{name} has")) && !error.message().contains("the\nkey"),
            "{error}"
        );
    }
    let error = Client::new(Config::default(), Environment::fixed([("OS_AUTH_TOKEN", "\u{feff}token")])).unwrap_err();
    assert!(error.message().starts_with("OS_AUTH_TOKEN has"), "{error}");
}

#[tokio::test]
async fn a_token_of_the_environment_does_not_go_with_a_key_of_the_configuration() {
    let stub = Stub::new(cloud(false)).await;
    let client = client(with_keys(&stub), &[("HW_SECURITY_TOKEN", "stale")]);
    client.server_group("g1", &unbounded()).await.unwrap();
    assert_eq!(stub.seen()[0].header("x-security-token"), "");
}

#[test]
fn every_setting_is_read_from_either_family_of_variables() {
    for prefix in ["HW", "OS"] {
        let name = |suffix: &str| format!("{prefix}_{suffix}");
        let variables = [
            (name("REGION_NAME"), "cn-east-3"),
            (name("ACCESS_KEY"), "k"),
            (name("SECRET_KEY"), "s"),
            (name("ENTERPRISE_PROJECT_ID"), "e"),
        ];
        let client = Client::new(Config::default(), Environment::fixed(variables)).unwrap();
        assert_eq!(client.region(), Some("cn-east-3"));
        assert_eq!(client.enterprise_project_id(), Some("e"));
    }
}

#[tokio::test]
async fn no_secret_is_in_an_error_or_any_debug_text() {
    let echo = r#"{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication: the-secret-key the-password"}"#;
    let stub = Stub::scripted(vec![Reply::json(401, echo)]).await;
    for config in [with_keys(&stub), Config { project_id: Some("p1".to_owned()), ..with_password(&stub) }] {
        let mut shown = format!("{config:?}");
        let secret = if config.password.is_some() { "the-password" } else { "the-secret-key" };
        let client = client(config, &[]);
        let error = client.server_group("g1", &unbounded()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        shown.push_str(&format!("{client:?} {error} {error:?}"));
        assert!(!shown.contains(secret), "{shown}");
    }
}
