//! Finding things: data sources, and list resources with their stream.

use serde_json::{Value as Json, json};
use tfplug::testing::{Kind, ListOptions, shown};

use super::{
    session::{Session, THING, only},
    terraform::{Hosted, thing, told},
};

async fn with_things() -> Hosted {
    let terraform = Hosted::configured().await;
    for name in ["a1", "a2", "a3", "b1"] {
        terraform.create(&json!({ "name": name, "note": format!("note of {name}") })).await;
    }
    terraform
}

#[tokio::test]
async fn what_is_found_comes_with_identity_and_name() {
    let terraform = with_things().await;
    let listed = terraform.host.list(THING, &json!({ "prefix": "a" }), ListOptions::default()).await.unwrap();
    let told: Vec<_> = listed.found.iter().map(|it| (it.display_name.as_str(), shown(&it.identity))).collect();
    let expected = |name: &str| json!({ "name": name, "zone": "home" });
    assert_eq!(told, [("Thing a1", expected("a1")), ("Thing a2", expected("a2")), ("Thing a3", expected("a3"))]);
    assert!(listed.found.iter().all(|found| found.resource.is_none()) && listed.diagnostics.is_empty());
    terraform.shutdown().await;
}

#[tokio::test]
async fn states_come_where_they_are_asked_for() {
    let terraform = with_things().await;
    let options = ListOptions { include_resource: true, ..Default::default() };
    let listed = terraform.host.list(THING, &json!({ "prefix": "b" }), options).await.unwrap();
    let [found] = listed.found.as_slice() else { panic!("{listed:?}") };
    assert_eq!(
        thing(shown(found.resource.as_ref().unwrap())),
        json!({ "name": "b1", "id": "id-of-b1", "zone": "home", "size": 1, "note": "note of b1" })
    );
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_limit_ends_the_listing() {
    let terraform = with_things().await;
    let options = ListOptions { limit: 2, ..Default::default() };
    let listed = terraform.host.list(THING, &json!({}), options).await.unwrap();
    let names: Vec<_> = listed.found.iter().map(|found| found.display_name.as_str()).collect();
    assert_eq!(names, ["Thing a1", "Thing a2"]);
    terraform.shutdown().await;
}

#[tokio::test]
async fn an_error_comes_after_what_was_found() {
    let terraform = with_things().await;
    let error = terraform.host.list(THING, &json!({ "fail": true }), ListOptions::default()).await.unwrap_err();
    assert_eq!(told(&error).summary, "Listing failed");
    // The four that there are come before it.
    let options = ListOptions { limit: 4, ..Default::default() };
    assert_eq!(terraform.host.list(THING, &json!({ "fail": true }), options).await.unwrap().found.len(), 4);
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_list_block_is_checked() {
    let terraform = Hosted::configured().await;
    assert!(terraform.host.validate(Kind::ListResource(THING), &json!({ "prefix": "a" })).await.unwrap().is_empty());
    terraform.shutdown().await;
    let mut session = Session::start().await;
    let request = tfplug::proto::tfplugin6::validate_list_resource_config::Request {
        type_name: "tfplugtest_none".to_owned(),
        ..Default::default()
    };
    let answer = session.client.validate_list_resource_config(request).await.unwrap().into_inner();
    assert_eq!(only(&answer.diagnostics).0, "Unknown list resource type");
    session.shutdown().await;
}

#[tokio::test]
async fn a_data_source_is_checked_and_read() {
    let terraform = with_things().await;
    let read = async |name: &str| terraform.host.read_data(THING, &json!({ "name": name })).await;
    let found: Json = read("a1").await.unwrap().shown();
    assert_eq!(found, json!({ "name": "a1", "size": 1, "note": "note of a1" }));
    let error = read("nobody").await.unwrap_err();
    assert_eq!(told(&error).summary, "There is no thing \"nobody\"");
    assert_eq!(told(&error).path.as_ref().unwrap().to_string(), "name");
    terraform.shutdown().await;
}
