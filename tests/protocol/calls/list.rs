//! Finding things: `ReadDataSource`, and `ListResource` with its stream.

use serde_json::{Value as Json, json};
use tfplug::proto::tfplugin6 as proto;

use super::{
    session::{CLIENT, Session, THING, only, path, shown_identity},
    values::{received, sent, shown, type_of, value},
};

fn config(session: &Session, json: &Json) -> proto::DynamicValue {
    let ty = type_of(session.schemas.list_resource_schemas[THING].block.as_ref().unwrap());
    sent(&value(json, &ty), &ty)
}

async fn list(session: &mut Session, request: proto::list_resource::Request) -> Vec<proto::list_resource::Event> {
    let mut stream = session.client.list_resource(request).await.unwrap().into_inner();
    let mut events = Vec::new();
    while let Some(event) = crate::host::within("an event", stream.message()).await.unwrap() {
        events.push(event);
    }
    events
}

async fn with_things() -> Session {
    let mut session = Session::configured().await;
    for name in ["a1", "a2", "a3", "b1"] {
        session.create(&json!({ "name": name, "note": format!("note of {name}") })).await;
    }
    session
}

fn request(session: &Session, filter: &Json) -> proto::list_resource::Request {
    proto::list_resource::Request {
        type_name: THING.to_owned(),
        config: Some(config(session, filter)),
        include_resource_object: false,
        limit: 100,
    }
}

#[tokio::test]
async fn what_is_found_comes_with_identity_and_name() {
    let mut session = with_things().await;
    let request = request(&session, &json!({ "prefix": "a" }));
    let events = list(&mut session, request).await;
    let told: Vec<_> =
        events.iter().map(|it| (it.display_name.as_str(), shown_identity(it.identity.as_ref()))).collect();
    let expected = |name: &str| json!({ "name": name, "zone": "home" });
    assert_eq!(told, [("Thing a1", expected("a1")), ("Thing a2", expected("a2")), ("Thing a3", expected("a3"))]);
    assert!(events.iter().all(|event| event.resource_object.is_none() && event.diagnostic.is_empty()));
    session.shutdown().await;
}

#[tokio::test]
async fn states_come_where_they_are_asked_for() {
    let mut session = with_things().await;
    let request =
        proto::list_resource::Request { include_resource_object: true, ..request(&session, &json!({ "prefix": "b" })) };
    let events = list(&mut session, request).await;
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(
        session.shown(THING, event.resource_object.as_ref()),
        json!({ "name": "b1", "id": "id-of-b1", "zone": "home", "size": 1, "note": "note of b1" })
    );
    session.shutdown().await;
}

#[tokio::test]
async fn a_limit_ends_the_listing() {
    let mut session = with_things().await;
    let request = proto::list_resource::Request { limit: 2, ..request(&session, &json!({})) };
    let events = list(&mut session, request).await;
    let names: Vec<_> = events.iter().map(|event| event.display_name.as_str()).collect();
    assert_eq!(names, ["Thing a1", "Thing a2"]);
    session.shutdown().await;
}

#[tokio::test]
async fn an_error_comes_after_what_was_found() {
    let mut session = with_things().await;
    let request = request(&session, &json!({ "fail": true }));
    let events = list(&mut session, request).await;
    assert_eq!(events.len(), 5);
    assert_eq!(only(&events[4].diagnostic).0, "Listing failed");
    session.shutdown().await;
}

#[tokio::test]
async fn a_list_block_is_checked() {
    let mut session = Session::configured().await;
    let request = proto::validate_list_resource_config::Request {
        type_name: THING.to_owned(),
        config: Some(config(&session, &json!({ "prefix": "a" }))),
        ..Default::default()
    };
    let answer = session.client.validate_list_resource_config(request.clone()).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics, []);
    let request = proto::validate_list_resource_config::Request { type_name: "tfplugtest_none".to_owned(), ..request };
    let answer = session.client.validate_list_resource_config(request).await.unwrap().into_inner();
    assert_eq!(only(&answer.diagnostics).0, "Unknown list resource type");
    session.shutdown().await;
}

#[tokio::test]
async fn a_data_source_is_checked_and_read() {
    let mut session = with_things().await;
    let ty = type_of(session.schemas.data_source_schemas[THING].block.as_ref().unwrap());
    let config = |name: &str| Some(sent(&value(&json!({ "name": name }), &ty), &ty));
    let request = proto::validate_data_resource_config::Request { type_name: THING.to_owned(), config: config("a1") };
    let answer = session.client.validate_data_resource_config(request).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics, []);

    let request = proto::read_data_source::Request {
        type_name: THING.to_owned(),
        config: config("a1"),
        client_capabilities: Some(CLIENT),
        ..Default::default()
    };
    let answer = session.client.read_data_source(request.clone()).await.unwrap().into_inner();
    assert_eq!(shown(&received(answer.state.as_ref(), &ty)), json!({ "name": "a1", "size": 1, "note": "note of a1" }));
    let request = proto::read_data_source::Request { config: config("nobody"), ..request };
    let answer = session.client.read_data_source(request).await.unwrap().into_inner();
    assert_eq!(only(&answer.diagnostics).0, "There is no thing \"nobody\"");
    assert_eq!(path(answer.diagnostics[0].attribute.as_ref()), "name");
    session.shutdown().await;
}
