//! The client against a stub: what goes out, what comes of the answers, and who signs.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::cloud::stub::{Reply, Seen, Stub};

fn context() -> CallContext {
    CallContext::new(CancellationToken::new())
}

fn reply(body: Value) -> Reply {
    Reply::json(200, body.to_string())
}

/// Both the service and its identity service are the stub.
fn config(stub: &Stub) -> Config {
    Config {
        endpoint: Some(stub.url.clone()),
        auth_url: Some(format!("{}/v3", stub.url)),
        metadata_endpoint: Some(stub.url.clone()),
        region: Some("cn-north-4".to_owned()),
        ..Config::default()
    }
}

fn with_keys(stub: &Stub) -> Config {
    Config {
        access_key: Some("AKID".to_owned()),
        secret_key: Some("the-secret-key".into()),
        project_id: Some("p1".to_owned()),
        ..config(stub)
    }
}

fn client(config: Config, variables: &[(&str, &str)]) -> Client {
    Client::new(config, Environment::fixed(variables.iter().copied())).unwrap()
}

fn in_an_hour() -> String {
    (jiff::Timestamp::now() + std::time::Duration::from_secs(3600)).to_string()
}

fn issued_keys(key: &str) -> Value {
    json!({ "credential": {
        "access": key, "secret": "issued-secret", "securitytoken": "issued-token", "expires_at": in_an_hour(),
    }})
}

fn targets(stub: &Stub) -> Vec<String> {
    stub.seen().iter().map(|seen| format!("{} {}", seen.method, seen.target)).collect()
}

#[tokio::test]
async fn a_server_group_is_asked_for_with_a_signed_request() {
    let stub = Stub::scripted(vec![reply(json!({
        "id": "g1", "name": "web", "server_group_status": true, "route_policy": { "max_session": 3 },
        "ip_virtual": { "enable": false }, "tags": [{ "key": "k", "value": "v" }], "secondary_server_group_ids": null,
        "product_info": { "type": "BASE", "cpu": "4" },
    }))])
    .await;
    let group = client(with_keys(&stub), &[]).server_group("g1", &context()).await.unwrap();
    assert_eq!(group.route_policy.unwrap().max_session, Some(3));
    assert_eq!(group.ip_virtual.unwrap().enable, Some(false));
    assert_eq!(group.tags, [Tag { key: "k".to_owned(), value: "v".to_owned() }]);
    let seen = &stub.seen()[0];
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("GET", "/v1/p1/app-server-groups/g1"));
    assert!(
        seen.header("authorization")
            .starts_with("SDK-HMAC-SHA256 Access=AKID, SignedHeaders=host;x-project-id;x-sdk-date, Signature=")
    );
}

#[tokio::test]
async fn an_unknown_server_group_is_not_found() {
    let stub = Stub::scripted(vec![Reply::json(404, r#"{"error_code":"WKS.1","error_msg":"gone"}"#)]).await;
    let error = client(with_keys(&stub), &[]).server_group("g9", &context()).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    assert!(error.to_string().starts_with("show_server_group for server group \"g9\""), "{error}");
}

#[tokio::test]
async fn an_id_that_is_none_never_reaches_the_collection() {
    let stub = Stub::scripted(vec![reply(json!({}))]).await;
    let client = client(with_keys(&stub), &[]);
    for id in ["", " ", ".", ".."] {
        let error = client.delete_server_group(id, &context()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidParameter, "{id:?}");
    }
    assert_eq!(stub.count(), 0);
    client.delete_server_group("a/../b", &context()).await.unwrap();
    assert_eq!(targets(&stub), ["DELETE /v1/p1/app-server-groups/a%2F..%2Fb"]);
}

#[tokio::test]
async fn every_filter_and_every_page_of_server_groups_is_used() {
    let stub = Stub::new(|seen| {
        let offset: u32 = seen.target.split("offset=").nth(1).unwrap().split('&').next().unwrap().parse().unwrap();
        let items: Vec<Value> = (offset..(offset + 100).min(230)).map(|id| json!({ "id": format!("g{id}") })).collect();
        reply(json!({ "count": 230, "items": items }))
    })
    .await;
    let filter = ServerGroupFilter {
        name: Some("n".to_owned()),
        id: Some("i".to_owned()),
        app_type: Some("COMMON_APP".to_owned()),
        tags: Some("t".to_owned()),
        enterprise_project_id: Some("0".to_owned()),
        is_secondary_server_group: Some(false),
    };
    let groups = client(with_keys(&stub), &[]).server_groups(&filter, &context()).await.unwrap();
    assert_eq!(groups.len(), 230);
    assert_eq!(groups[229].id.as_deref(), Some("g229"));
    assert_eq!(stub.count(), 3);
    assert_eq!(
        stub.seen()[2].target,
        "/v1/p1/app-server-groups?app_type=COMMON_APP&enterprise_project_id=0&is_secondary_server_group=false\
         &limit=100&offset=200&server_group_id=i&server_group_name=n&tags=t"
    );
}

#[tokio::test]
async fn changes_go_out_with_exactly_their_body_and_understand_empty_answers() {
    let stub = Stub::new(|seen| match seen.method.as_str() {
        "POST" if seen.target.ends_with("/app-server-groups") => reply(json!({ "id": "g1" })),
        "PATCH" => Reply::json(200, "null"),
        _ => Reply::json(204, ""),
    })
    .await;
    let (client, cx) = (client(with_keys(&stub), &[]), context());
    let group = CreateServerGroup {
        name: "web".to_owned(),
        product_id: Some("f1".to_owned()),
        tags: vec![Tag { key: "k".to_owned(), value: String::new() }],
        ..CreateServerGroup::default()
    };
    assert_eq!(client.create_server_group(&group, &cx).await.unwrap().id.as_deref(), Some("g1"));
    let patch = PatchServerGroup { ou_name: Some(String::new()), ..PatchServerGroup::default() };
    client.patch_server_group("g1", &patch, &cx).await.unwrap();
    client.add_server_group_tags("g1", &group.tags, &cx).await.unwrap();
    client.remove_server_group_tags("g1", &group.tags, &cx).await.unwrap();
    client.delete_server_group("g1", &cx).await.unwrap();
    let sent: Vec<_> = stub.seen().into_iter().map(|seen| (seen.method, seen.target, seen.body)).collect();
    let tags = r#"{"tags":[{"key":"k","value":""}]}"#;
    let create = r#"{"name":"web","product_id":"f1","tags":[{"key":"k","value":""}]}"#;
    let expected = [
        ("POST", "/v1/p1/app-server-groups", create),
        ("PATCH", "/v1/p1/app-server-groups/g1", r#"{"ou_name":""}"#),
        ("POST", "/v1/p1/server-group/g1/tags/create", tags),
        ("DELETE", "/v1/p1/server-group/g1/tags/delete", tags),
        ("DELETE", "/v1/p1/app-server-groups/g1", ""),
    ]
    .map(|(method, target, body)| (method.to_owned(), target.to_owned(), body.to_owned()));
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn a_lost_answer_to_a_change_is_told_as_such_and_nothing_is_repeated() {
    let stub = Stub::scripted(vec![Reply::Close, Reply::Half, Reply::Close, Reply::Half, Reply::Close]).await;
    let (client, cx) = (client(with_keys(&stub), &[]), context());
    let group = CreateServerGroup { name: "web".to_owned(), ..CreateServerGroup::default() };
    assert!(client.create_server_group(&group, &cx).await.unwrap_err().outcome_unknown());
    let patch = PatchServerGroup::default();
    assert!(client.patch_server_group("g1", &patch, &cx).await.unwrap_err().outcome_unknown());
    assert!(client.add_server_group_tags("g1", &[], &cx).await.unwrap_err().outcome_unknown());
    assert!(client.remove_server_group_tags("g1", &[], &cx).await.unwrap_err().outcome_unknown());
    assert!(client.delete_server_group("g1", &cx).await.unwrap_err().outcome_unknown());
    assert_eq!(stub.count(), 5);
}

#[tokio::test]
async fn reads_beside_the_groups_find_their_way() {
    let stub = Stub::new(|seen| {
        let path = seen.target.split('?').next().unwrap().trim_start_matches("/v1/p1");
        reply(match path {
            "/app-server-groups/g1/state" => json!({ "aps_status": { "ACTIVE": 2 } }),
            "/app-server-groups/resources/restrict" => json!({ "max_session": 50, "max_group_count": 10 }),
            "/app-server-groups/rules/validate" => json!({ "result": false, "validate_rule": "duplicate" }),
            "/server-group/g1/tags" => json!({ "tags": [{ "key": "k", "value": "v" }], "sys_tags": [] }),
            "/product" => json!({ "products": [{ "product_id": "f1", "series_type": "s" }] }),
            "/availability-zone" => json!({ "availability_zones": [{ "availability_zone": "z" }] }),
            "/availability-zone/summary" => json!({ "azs": { "center": [{ "availability_zone": "z" }] } }),
            "/volume-type" => json!({ "volume_types": [{ "volume_type": "SSD" }] }),
            "/check/quota" => json!({ "is_enough": true, "quota_remainder": [{ "type": "CORES", "need": 4 }] }),
            "/tenant/profile" => json!({ "service_status": "active" }),
            "/app-groups" => json!({ "count": 1, "items": [{ "id": "a1" }] }),
            "/app-servers" => {
                json!({ "count": 1, "items": [{ "id": "s1", "name": "desk-1", "status": "REGISTERED" }] })
            }
            other => panic!("{other}"),
        })
    })
    .await;
    let (client, cx) = (client(with_keys(&stub), &[]), context());
    assert_eq!(client.server_group_state("g1", &cx).await.unwrap()["ACTIVE"], 2);
    assert_eq!(client.server_group_limits(&cx).await.unwrap().max_session, Some(50));
    assert_eq!(client.check_server_group_name("web", &cx).await.unwrap().result, Some(false));
    assert_eq!(client.server_group_tags("g1", &cx).await.unwrap()[0].key, "k");
    let products = client.products(&ProductFilter::default(), &cx).await.unwrap().products;
    assert_eq!(products[0].series_type.as_deref(), Some("s"));
    assert_eq!(client.availability_zones(&cx).await.unwrap().len(), 1);
    assert_eq!(client.availability_zone_summary(&cx).await.unwrap()["center"].len(), 1);
    assert_eq!(client.volume_types(&cx).await.unwrap()[0].volume_type.as_deref(), Some("SSD"));
    let quota = client.check_quota(&QuotaQuery { disk_num: Some(1), ..QuotaQuery::default() }, &cx).await.unwrap();
    assert_eq!(quota.quota_remainder[0].quota_type.as_deref(), Some("CORES"));
    assert_eq!(client.tenant_profile(&cx).await.unwrap().service_status.as_deref(), Some("active"));
    assert_eq!(client.app_groups_of("g1", &cx).await.unwrap()[0].id.as_deref(), Some("a1"));
    assert_eq!(client.servers_of("g1", &cx).await.unwrap()[0].name.as_deref(), Some("desk-1"));
    let last: Vec<_> = stub.seen().iter().skip(10).map(|seen| seen.target.clone()).collect();
    assert_eq!(
        last,
        [
            "/v1/p1/app-groups?app_server_group_id=g1&limit=100&offset=0",
            "/v1/p1/app-servers?limit=100&offset=0&server_group_id=g1",
        ]
    );
}

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
        _ => reply(json!({ "id": "g1" })),
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
    let cx = context();
    let (first, second) = tokio::join!(client.server_group("g1", &cx), client.server_group("g2", &cx));
    first.and(second).unwrap();
    client.in_region(Some("cn-east-3")).server_group("g3", &cx).await.unwrap();
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
    let error = client.in_region(Some("tr-west-1")).server_group("g1", &context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().contains("tr-west-1") && error.advice().contains("project_id"), "{error}");
}

#[tokio::test]
async fn a_user_signs_in_once_and_again_when_the_token_is_refused() {
    let stub = Stub::new(cloud(true)).await;
    let config = Config { project_id: Some("p1".to_owned()), ..with_password(&stub) };
    let client = client(config, &[]);
    let cx = context();
    let (first, second) = tokio::join!(client.server_group("g1", &cx), client.server_group("g2", &cx));
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
    client(config, &[("HW_AUTH_TOKEN", "the-token")]).server_group("g1", &context()).await.unwrap();
    assert_eq!(stub.seen()[0].header("x-auth-token"), "the-token");
}

#[tokio::test]
async fn an_agency_is_assumed_with_the_credentials_that_were_found() {
    let stub = Stub::new(cloud(false)).await;
    let role =
        AssumeRole { agency_name: "ops".to_owned(), domain_name: Some("other".to_owned()), ..AssumeRole::default() };
    let client = client(Config { assume_role: Some(role), ..with_keys(&stub) }, &[]);
    client.server_group("g1", &context()).await.unwrap();
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
    client(config, &[]).server_group("g1", &context()).await.unwrap();
    let seen = stub.seen();
    assert_eq!(targets(&stub)[..2], ["PUT /meta-data/latest/api/token", "GET /openstack/latest/securitykey"]);
    assert!(seen[2].header("authorization").contains("Access=instance-key"));
}

#[tokio::test]
async fn when_nothing_is_found_the_error_lists_every_place_in_order() {
    let stub = Stub::scripted(vec![Reply::json(404, "")]).await;
    let config = Config { project_id: Some("p1".to_owned()), ..config(&stub) };
    let error = client(config, &[]).server_group("g1", &context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let mut rest = error.message();
    for place in ["provider block", "HW_AUTH_TOKEN", "HW_ACCESS_KEY", "HW_USER_NAME", "HW_SHARED_CONFIG_FILE", "ECS"] {
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
        { "name": "empty", "mode": "SSO" },
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
    client.server_group("g1", &context()).await.unwrap();
    assert_eq!(stub.seen()[0].target, "/v1/p-profile/app-server-groups/g1");
    assert!(stub.seen()[0].header("authorization").contains("Access=profile-key"));
    for (profile, reason) in [("empty", "no access key"), ("nobody", "no profile \"nobody\"")] {
        let error = Client::new(of(Some(profile)), Environment::fixed(variables)).unwrap_err();
        assert!(error.message().contains(reason), "{error}");
    }
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
        (Config { endpoint: Some("http://example.com".to_owned()), ..Config::default() }, "allow_http"),
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
    let error = client.in_region(Some("mars-1")).server_group("g1", &context()).await.unwrap_err();
    assert!(error.message().contains("mars-1"), "{error}");
    let error = client.server_group("g1", &context()).await.unwrap_err();
    assert!(error.advice().contains("HW_REGION_NAME"), "{error}");
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
        let error = client.server_group("g1", &context()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        shown.push_str(&format!("{client:?} {error} {error:?}"));
        assert!(!shown.contains(secret), "{shown}");
    }
}
