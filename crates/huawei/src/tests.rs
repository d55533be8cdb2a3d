//! The client against a stub: what goes out, what comes of the answers, and who signs.

mod credentials;

use cloud::{
    Bounds, Environment, ErrorKind, Hint, NetworkOptions,
    stub::{Reply, Stub},
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::*;

fn unbounded() -> Bounds {
    Bounds::new(CancellationToken::new())
}

fn reply(body: Value) -> Reply {
    Reply::json(200, body.to_string())
}

/// A server group with all that each has.
fn group(id: &str) -> Value {
    json!({
        "id": id, "name": "web", "os_type": "Windows", "product_id": "f1", "subnet_id": "n1", "image_id": "i1",
        "system_disk_type": "SAS", "system_disk_size": 80,
    })
}

/// Both the service and its identity service are the stub.
fn config(stub: &Stub) -> Config {
    Config {
        auth_url: Some(format!("{}/v3", stub.url)),
        network: NetworkOptions {
            endpoint: Some(stub.url.clone()),
            metadata_endpoint: Some(stub.url.clone()),
            ..NetworkOptions::default()
        },
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
    let more = json!({
        "server_group_status": true, "route_policy": { "max_session": 3 }, "ip_virtual": { "enable": false },
        "tags": [{ "key": "k", "value": "v" }], "secondary_server_group_ids": null,
        "product_info": { "type": "BASE", "cpu": "4" },
    });
    let mut answer = group("g1");
    answer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let stub = Stub::scripted(vec![reply(answer)]).await;
    let group = client(with_keys(&stub), &[]).server_group("g1", &unbounded()).await.unwrap();
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
    let error = client(with_keys(&stub), &[]).server_group("g9", &unbounded()).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    assert!(error.to_string().starts_with("show_server_group for server group \"g9\""), "{error}");
}

#[tokio::test]
async fn an_answer_without_the_group_that_was_asked_for_is_asked_for_again_and_proves_nothing() {
    for (answer, lacking) in [
        (json!({}), "it has no server group"),
        (json!({ "id": "g8" }), "it is about the server group \"g8\""),
        (json!({ "id": "g9" }), "the server group has no name"),
        (json!({ "id": "g9", "name": "web", "os_type": "Windows" }), "the server group has no product_id"),
    ] {
        let stub = Stub::new(move |_| reply(answer.clone())).await;
        let error = client(with_keys(&stub), &[]).server_group("g9", &unbounded()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
        assert!(error.message().contains(lacking), "{error}");
        assert!(stub.count() > 1, "a read is tried again");
    }
}

#[tokio::test]
async fn a_list_that_is_none_is_asked_for_again_and_proves_nothing() {
    for answer in [json!({}), json!({ "items": [] }), json!({ "count": 3 })] {
        let stub = Stub::new(move |_| reply(answer.clone())).await;
        let filter = ServerGroupFilter::default();
        let error = client(with_keys(&stub), &[]).server_groups(&filter, &unbounded()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer, "{error}");
        assert!(stub.count() > 1, "a read is tried again");
    }
}

#[tokio::test]
async fn a_creation_that_is_answered_with_nothing_may_have_happened() {
    let stub = Stub::new(|_| reply(json!({}))).await;
    let group = CreateServerGroup::default();
    let error = client(with_keys(&stub), &[]).create_server_group(&group, &unbounded()).await.unwrap_err();
    assert!(error.outcome_unknown(), "{error:?}");
    assert_eq!(stub.count(), 1, "a creation is not sent again");
}

#[tokio::test]
async fn an_id_that_is_none_never_reaches_the_collection() {
    let stub = Stub::scripted(vec![reply(json!({}))]).await;
    let client = client(with_keys(&stub), &[]);
    for id in ["", " ", ".", ".."] {
        let error = client.delete_server_group(id, &unbounded()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidParameter, "{id:?}");
    }
    assert_eq!(stub.count(), 0);
    client.delete_server_group("a/../b", &unbounded()).await.unwrap();
    assert_eq!(targets(&stub), ["DELETE /v1/p1/app-server-groups/a%2F..%2Fb"]);
}

#[tokio::test]
async fn every_filter_and_every_page_of_server_groups_is_used() {
    let stub = Stub::new(|seen| {
        let offset: u32 = seen.target.split("offset=").nth(1).unwrap().split('&').next().unwrap().parse().unwrap();
        let items: Vec<Value> = (offset..(offset + 100).min(230)).map(|id| group(&format!("g{id}"))).collect();
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
    let groups = client(with_keys(&stub), &[]).server_groups(&filter, &unbounded()).await.unwrap();
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
    let (client, bounds) = (client(with_keys(&stub), &[]), unbounded());
    let group = CreateServerGroup {
        name: "web".to_owned(),
        product_id: Some("f1".to_owned()),
        tags: vec![Tag { key: "k".to_owned(), value: String::new() }],
        ..CreateServerGroup::default()
    };
    assert_eq!(client.create_server_group(&group, &bounds).await.unwrap().id.as_deref(), Some("g1"));
    let patch = PatchServerGroup { ou_name: Some(String::new()), ..PatchServerGroup::default() };
    client.patch_server_group("g1", &patch, &bounds).await.unwrap();
    client.add_server_group_tags("g1", &group.tags, &bounds).await.unwrap();
    client.remove_server_group_tags("g1", &group.tags, &bounds).await.unwrap();
    client.delete_server_group("g1", &bounds).await.unwrap();
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
    let (client, bounds) = (client(with_keys(&stub), &[]), unbounded());
    let group = CreateServerGroup { name: "web".to_owned(), ..CreateServerGroup::default() };
    assert!(client.create_server_group(&group, &bounds).await.unwrap_err().outcome_unknown());
    let patch = PatchServerGroup::default();
    assert!(client.patch_server_group("g1", &patch, &bounds).await.unwrap_err().outcome_unknown());
    assert!(client.add_server_group_tags("g1", &[], &bounds).await.unwrap_err().outcome_unknown());
    assert!(client.remove_server_group_tags("g1", &[], &bounds).await.unwrap_err().outcome_unknown());
    assert!(client.delete_server_group("g1", &bounds).await.unwrap_err().outcome_unknown());
    assert_eq!(stub.count(), 5);
}

#[tokio::test]
async fn reads_beside_the_groups_find_their_way() {
    let stub = Stub::new(|seen| {
        let path = seen.target.split('?').next().unwrap().trim_start_matches("/v1/p1");
        reply(match path {
            "/app-server-groups/g1/state" => json!({ "aps_status": { "ACTIVE": 2 } }),
            "/product" => json!({ "products": [{ "product_id": "f1", "series_type": "s" }] }),
            "/check/quota" => json!({ "is_enough": true, "quota_remainder": [{ "type": "CORES", "need": 4 }] }),
            "/app-groups" => json!({ "count": 1, "items": [{ "id": "a1" }] }),
            "/app-servers" => {
                json!({ "count": 1, "items": [{ "id": "s1", "name": "desk-1" }] })
            }
            other => panic!("{other}"),
        })
    })
    .await;
    let (client, bounds) = (client(with_keys(&stub), &[]), unbounded());
    assert_eq!(client.server_group_state("g1", &bounds).await.unwrap()["ACTIVE"], 2);
    let products = client.products(&ProductFilter::default(), &bounds).await.unwrap().products;
    assert_eq!(products[0].series_type.as_deref(), Some("s"));
    let quota = client.check_quota(&QuotaQuery { disk_num: Some(1), ..QuotaQuery::default() }, &bounds).await.unwrap();
    assert_eq!(quota.quota_remainder[0].quota_type.as_deref(), Some("CORES"));
    assert_eq!(client.app_groups_of("g1", &bounds).await.unwrap()[0].id.as_deref(), Some("a1"));
    assert_eq!(client.servers_of("g1", &bounds).await.unwrap()[0].name.as_deref(), Some("desk-1"));
    let last: Vec<_> = stub.seen().iter().skip(3).map(|seen| seen.target.clone()).collect();
    assert_eq!(
        last,
        [
            "/v1/p1/app-groups?app_server_group_id=g1&limit=100&offset=0",
            "/v1/p1/app-servers?limit=100&offset=0&server_group_id=g1",
        ]
    );
}
