//! The client against a stub: what goes out, and what comes of the answers.

use cloud::{
    Bounds, Environment, ErrorKind, NetworkOptions,
    stub::{Reply, Seen, Stub},
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::*;

fn client(stub: &Stub) -> Client {
    let config = Config {
        network: NetworkOptions { endpoint: Some(stub.url.clone()), ..NetworkOptions::default() },
        region: Some("cn-hangzhou".to_owned()),
        access_key: Some("AKID".to_owned()),
        secret_key: Some("the-secret-key".into()),
        ..Config::default()
    };
    Client::new(config, Environment::fixed::<&str, &str>([])).unwrap()
}

fn unbounded() -> Bounds {
    Bounds::new(CancellationToken::new())
}

fn reply(body: Value) -> Reply {
    Reply::json(200, body.to_string())
}

fn group() -> Target {
    Target::DeliveryGroup("aig-1".to_owned())
}

/// The pairs of a query or form, decoded.
fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

fn query(seen: &Seen) -> Vec<(String, String)> {
    pairs(seen.target.split_once('?').map_or("", |(_, query)| query))
}

#[tokio::test]
async fn a_delivery_group_is_asked_for_with_a_signed_request() {
    let stub = Stub::scripted(vec![reply(json!({
        "RequestId": "R-1",
        "AppInstanceGroupModels": {
            "AppInstanceGroupId": "aig-1", "Status": "PUBLISHED", "AppCenterImageId": "img-1", "Apps": null,
            "OtaInfo": { "TaskId": "ota-1" },
            "NodePool": [{ "StrategyType": "NODE_FIXED", "RecurrenceSchedules": [{ "RecurrenceValues": [1, 2] }] }],
        },
    }))])
    .await;
    let found = client(&stub).delivery_group("aig-1", PRODUCT_TYPE_CLOUD_APP, &unbounded()).await.unwrap();
    assert_eq!(found.app_center_image_id.as_deref(), Some("img-1"));
    assert_eq!(found.ota_info.unwrap().task_id.as_deref(), Some("ota-1"));
    assert_eq!(found.node_pool[0].recurrence_schedules[0].recurrence_values, [1, 2]);

    let seen = &stub.seen()[0];
    assert_eq!(seen.method, "POST");
    assert_eq!(query(seen), [pair("AppInstanceGroupId", "aig-1"), pair("ProductType", "CloudApp")]);
    assert_eq!(seen.header("x-acs-action"), "GetAppInstanceGroup");
    assert_eq!(seen.header("x-acs-version"), "2021-09-01");
    assert_eq!(format!("http://{}", seen.header("host")), stub.url);
    assert!(seen.header("authorization").starts_with("ACS3-HMAC-SHA256 Credential=AKID,SignedHeaders=host;x-acs-"));
}

#[tokio::test]
async fn an_unknown_delivery_group_is_not_found() {
    let gone = json!({ "Code": "InvalidAppInstanceGroup.NotFound", "Message": "gone" });
    let stub = Stub::scripted(vec![Reply::json(404, gone.to_string())]).await;
    let error = client(&stub).delivery_group("aig-9", "CloudApp", &unbounded()).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    assert!(error.to_string().contains("GetAppInstanceGroup for delivery group \"aig-9\""), "{error}");
}

#[tokio::test]
async fn an_answer_without_the_group_that_was_asked_for_is_asked_for_again_and_proves_nothing() {
    for (answer, lacking) in [
        (json!({}), "AppInstanceGroupModels"),
        (json!({ "RequestId": "R-1", "AppInstanceGroupModels": null }), "it has no delivery group"),
        (json!({ "RequestId": "R-1", "AppInstanceGroupModels": {} }), "it has no delivery group"),
        (json!({ "AppInstanceGroupModels": { "AppInstanceGroupId": "aig-8" } }), "the delivery group \"aig-8\""),
    ] {
        let stub = Stub::new(move |_| reply(answer.clone())).await;
        let error = client(&stub).delivery_group("aig-9", "CloudApp", &unbounded()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
        assert!(error.message().contains(lacking), "{error}");
        assert!(stub.seen().len() > 1, "a read is tried again");
    }
}

#[tokio::test]
async fn a_list_that_is_none_is_asked_for_again_and_proves_nothing() {
    let group = Target::DeliveryGroup("aig-1".to_owned());
    for answer in [json!({}), json!({ "RequestId": "R-1" }), json!({ "Users": [] }), json!({ "TotalCount": 3 })] {
        let stub = Stub::new({
            let answer = answer.clone();
            move |_| reply(answer.clone())
        })
        .await;
        let error = client(&stub).authorized_users(&group, None, "CloudApp", &unbounded()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer, "{answer}");
        assert!(stub.seen().len() > 1, "a read is tried again");
    }
}

#[tokio::test]
async fn a_change_that_is_answered_with_nothing_may_have_happened() {
    let stub = Stub::new(|_| reply(json!({}))).await;
    let client = client(&stub);
    let error = client.update_delivery_group_image("aig-1", "img-1", "r", "CloudApp", &unbounded()).await.unwrap_err();
    assert!(error.outcome_unknown(), "{error:?}");
    assert_eq!(stub.seen().len(), 1, "a change is not sent again");
}

#[tokio::test]
async fn every_filter_and_every_page_of_delivery_groups_is_used() {
    let stub = Stub::new(|seen| {
        let page: u32 = query(seen).iter().find(|(name, _)| name == "PageNumber").unwrap().1.parse().unwrap();
        let ids = (page - 1) * 100..(page * 100).min(250);
        let groups: Vec<Value> =
            ids.map(|id| json!({ "AppInstanceGroupId": format!("aig-{id}"), "Status": "PUBLISHED" })).collect();
        reply(json!({ "AppInstanceGroupModels": groups, "TotalCount": 250, "PageNumber": page }))
    })
    .await;
    let filter = DeliveryGroupFilter {
        id: Some("i".to_owned()),
        name: Some("n".to_owned()),
        image_id: Some("img".to_owned()),
        region: Some("r".to_owned()),
        region_id: Some("s".to_owned()),
        node_instance_type: Some("t".to_owned()),
        office_site_id: Some("o".to_owned()),
        status: vec!["PUBLISHED".to_owned(), "FAILED".to_owned()],
        tags: vec![("k".to_owned(), "v".to_owned())],
        user_group_ids: vec!["ug-1".into()],
        excluded_user_group_ids: vec!["ug-2".into()],
    };
    let groups = client(&stub).delivery_groups(&filter, "CloudApp", &unbounded()).await.unwrap();
    assert_eq!(groups.len(), 250);
    assert_eq!(groups[249].app_instance_group_id.as_deref(), Some("aig-249"));

    let seen = stub.seen();
    assert_eq!(seen.len(), 3);
    let expected = [
        ("AppCenterImageId", "img"),
        ("AppInstanceGroupId", "i"),
        ("AppInstanceGroupName", "n"),
        ("BizRegionId", "r"),
        ("NodeInstanceType", "t"),
        ("OfficeSiteId", "o"),
        ("PageNumber", "3"),
        ("PageSize", "100"),
        ("ProductType", "CloudApp"),
        ("RegionId", "s"),
        ("Tag.1.Key", "k"),
        ("Tag.1.Value", "v"),
    ]
    .map(|(name, value)| pair(name, value));
    assert_eq!(query(&seen[2]), expected);
    let expected = [
        ("ExcludedUserGroupIds.1", "ug-2"),
        ("Status.1", "PUBLISHED"),
        ("Status.2", "FAILED"),
        ("UserGroupIds.1", "ug-1"),
    ]
    .map(|(name, value)| pair(name, value));
    assert_eq!(pairs(&seen[2].body), expected);
}

#[tokio::test]
async fn authorized_users_are_paged_by_records_not_by_users() {
    // 250 records: the first page merges to 40 users, the second to none, the third to 50.
    let users = |names: std::ops::Range<u32>| -> Vec<Value> {
        names.map(|name| json!({ "EndUserId": format!("u{name}") })).collect()
    };
    let stub = Stub::new(move |seen| {
        let page = pairs(&seen.body).iter().find(|(name, _)| name == "PageNumber").unwrap().1.clone();
        let names = match page.as_str() {
            "1" => 0..40,
            "2" => 0..0,
            "3" => 40..90,
            _ => panic!("page {page} was not needed"),
        };
        reply(json!({ "Users": users(names), "TotalCount": 250 }))
    })
    .await;
    let users = client(&stub).authorized_users(&group(), Some("p-1"), "CloudApp", &unbounded()).await.unwrap();
    assert_eq!(users.len(), 90);
    assert_eq!(stub.count(), 3);
    assert!(pairs(&stub.seen()[0].body).contains(&pair("AppInstancePersistentId", "p-1")));
}

#[tokio::test]
async fn an_authorization_carries_every_parameter_in_its_encoding() {
    let stub = Stub::scripted(vec![reply(json!({ "RequestId": "R-1" }))]).await;
    let change = AuthorizationChange {
        authorize_users: vec!["alice".into(), "a b+c".into()],
        unauthorize_users: vec!["tom".into()],
        authorize_user_groups: vec!["ug-1".into()],
        unauthorize_user_groups: vec!["ug-2".into()],
        user_meta: Some(UserMeta { user_type: Some("ad".to_owned()), ad_domain: Some("x.y".to_owned()) }),
        persistent_session_id: Some("p-1".to_owned()),
    };
    let target = Target::DeliveryGroupSet("set-1".to_owned());
    client(&stub).authorize(&target, &change, "CloudApp", &unbounded()).await.unwrap();
    let expected = [
        ("AppInstanceGroupSetId", "set-1"),
        ("AppInstancePersistentId", "p-1"),
        ("AuthorizeUserGroupIds.1", "ug-1"),
        ("AuthorizeUserIds.1", "alice"),
        ("AuthorizeUserIds.2", "a b+c"),
        ("ProductType", "CloudApp"),
        ("UnAuthorizeUserGroupIds.1", "ug-2"),
        ("UnAuthorizeUserIds.1", "tom"),
        ("UserMeta", r#"{"Type":"ad","AdDomain":"x.y"}"#),
    ]
    .map(|(name, value)| pair(name, value));
    let seen = &stub.seen()[0];
    assert_eq!(pairs(&seen.body), expected);
    assert_eq!(seen.header("content-type"), "application/x-www-form-urlencoded");
}

#[tokio::test]
async fn changes_that_are_refused_with_status_200_fail_and_are_not_sent_again() {
    let refused = reply(json!({ "Code": "OtaTask.Running", "Message": "The task is running.", "RequestId": "R-1" }));
    let approval = ApproveOtaTask {
        delivery_group_id: "aig-1",
        region: "cn-hangzhou",
        task_id: "ota-1",
        ota_type: "Fota",
        start_time: "2026-08-04T14:36:00+08:00",
    };
    let stub = Stub::scripted(vec![refused]).await;
    let (client, bounds) = (client(&stub), unbounded());
    let errors = [
        client.approve_ota_task(&approval, &bounds).await.unwrap_err(),
        client.log_off_all_sessions("aig-1", "CloudApp", &bounds).await.unwrap_err(),
        client.update_delivery_group_image("aig-1", "img-2", "cn-hangzhou", "CloudApp", &bounds).await.unwrap_err(),
    ];
    assert_eq!(stub.count(), 3);
    for error in errors {
        assert_eq!(error.code(), Some("OtaTask.Running"));
        assert_eq!(error.request_id(), Some("R-1"));
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(!error.outcome_unknown());
    }
    let actions: Vec<_> = stub.seen().iter().map(|seen| seen.header("x-acs-action").to_owned()).collect();
    assert_eq!(actions, ["ApproveOtaTask", "LogOffAllSessionsInAppInstanceGroup", "UpdateAppInstanceGroupImage"]);
    assert!(pairs(&stub.seen()[0].body).contains(&pair("StartTime", "2026-08-04T14:36:00+08:00")));
    assert!(query(&stub.seen()[2]).contains(&pair("AppCenterImageId", "img-2")));
}

#[tokio::test]
async fn tags_are_set_and_taken_away_by_key() {
    let done = || reply(json!({ "RequestId": "R-1" }));
    let stub = Stub::scripted(vec![done(), done()]).await;
    let (client, bounds) = (client(&stub), unbounded());
    client.tag_delivery_group("aig-1", "cn-hangzhou", &[("team", "desk"), ("floor", "2")], &bounds).await.unwrap();
    client.untag_delivery_group("aig-1", "cn-hangzhou", &["team", "floor"], &bounds).await.unwrap();
    let of_the_group =
        [pair("RegionId", "cn-hangzhou"), pair("ResourceId.1", "aig-1"), pair("ResourceType", "APPINSTANCEGROUP")];
    let tags = [("Tag.1.Key", "team"), ("Tag.1.Value", "desk"), ("Tag.2.Key", "floor"), ("Tag.2.Value", "2")];
    let keys = [("TagKey.1", "team"), ("TagKey.2", "floor")];
    for (seen, action, own) in [(0, "TagResources", &tags[..]), (1, "UntagResources", &keys[..])] {
        let seen = &stub.seen()[seen];
        assert_eq!(seen.header("x-acs-action"), action);
        let mut expected: Vec<_> = own.iter().map(|(name, value)| pair(name, value)).collect();
        expected.extend(of_the_group.clone());
        let mut sent = pairs(&seen.body);
        sent.sort();
        expected.sort();
        assert_eq!(sent, expected, "{action}");
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_change_is_told_as_such_and_the_change_is_not_repeated() {
    let stub = Stub::scripted(vec![Reply::Close]).await;
    let (client, bounds) = (client(&stub), unbounded());
    for error in [
        client.update_delivery_group_image("aig-1", "img-2", "cn-hangzhou", "CloudApp", &bounds).await.unwrap_err(),
        client.log_off_all_sessions("aig-1", "CloudApp", &bounds).await.unwrap_err(),
        client.authorize(&group(), &AuthorizationChange::default(), "CloudApp", &bounds).await.unwrap_err(),
    ] {
        assert!(error.outcome_unknown(), "{error:?}");
    }
    assert_eq!(stub.count(), 3);
}

#[tokio::test]
async fn lists_beside_the_groups_are_read_to_their_end() {
    let stub = Stub::new(|seen| {
        reply(match seen.header("x-acs-action") {
            "ListOtaTask" => json!({ "TaskList": [{ "TaskId": "ota-1" }], "TotalCount": 1 }),
            "GetOtaTaskByTaskId" => json!({ "Code": "success", "OtaVersion": "2.0" }),
            "ListAppInstances" => json!({
                "AppInstanceModels": [{ "AppInstanceId": "ai-1", "BindInfo": { "EndUserId": "tom" } }], "TotalCount": 1,
            }),
            "ListImage" => json!({ "Code": "success", "Data": [{ "ImageId": "img-1" }], "Count": 1 }),
            "ListRegions" => json!({ "RegionModels": [{ "regionId": "cn-hangzhou" }] }),
            "ListAuthorizedUserGroups" => json!({ "UserGroups": [{ "GroupId": "ug-1" }], "TotalCount": 1 }),
            other => panic!("{other}"),
        })
    })
    .await;
    let (client, bounds) = (client(&stub), unbounded());
    assert_eq!(client.ota_tasks("aig-1", "Fota", &bounds).await.unwrap()[0].task_id.as_deref(), Some("ota-1"));
    assert_eq!(client.ota_task("ota-1", &bounds).await.unwrap().ota_version.as_deref(), Some("2.0"));
    let sessions = client.sessions("aig-1", &SessionFilter::default(), &bounds).await.unwrap();
    assert_eq!(sessions[0].bind_info.as_ref().unwrap().end_user_id.as_ref().map(cloud::Principal::reveal), Some("tom"));
    let images = client.images(&ImageFilter::default(), &bounds).await.unwrap();
    assert_eq!(images[0].image_id.as_deref(), Some("img-1"));
    assert_eq!(client.regions(None, &bounds).await.unwrap(), ["cn-hangzhou"]);
    let groups = client.authorized_user_groups(&group(), "CloudApp", &bounds).await.unwrap();
    assert_eq!(groups[0].group_id.as_ref().map(cloud::Principal::reveal), Some("ug-1"));
    assert_eq!(stub.count(), 6);
}
