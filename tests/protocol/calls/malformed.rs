//! Bytes that are no value: a diagnostic, never a panic, and the plugin lives on.

use serde_json::{Value as Json, json};
use tfplug::proto::tfplugin6 as proto;

use super::{
    session::{CLIENT, Session, THING, only, path},
    terraform::Hosted,
};

fn dynamic(msgpack: &[u8]) -> Option<proto::DynamicValue> {
    Some(proto::DynamicValue { msgpack: msgpack.to_vec().into(), ..Default::default() })
}

/// Not MessagePack at all; cut off; of another type; an attribute that is not there; an array that claims to have
/// four thousand million elements; bytes behind the value; a map without an end.
const MALFORMED: [&[u8]; 7] = [
    b"\xc1",
    b"\x81\xa4name",
    b"\x93\x01\x02\x03",
    b"\x81\xa5nobody\xc0",
    b"\xdd\xff\xff\xff\xff",
    b"\xc0\xc0",
    b"\xdf\xff\xff\xff\xff\xa4name\xa1a",
];

#[tokio::test]
async fn every_call_with_a_value_survives_malformed_bytes() {
    let mut session = Session::configured().await;
    for bytes in MALFORMED {
        let value = dynamic(bytes);
        let name = THING.to_owned();
        let client = &mut session.client;
        let mut answers = Vec::new();

        let request = proto::validate_provider_config::Request { config: value.clone() };
        answers.push(client.validate_provider_config(request).await.unwrap().into_inner().diagnostics);
        let request = proto::validate_resource_config::Request {
            type_name: name.clone(),
            config: value.clone(),
            client_capabilities: Some(CLIENT),
        };
        answers.push(client.validate_resource_config(request).await.unwrap().into_inner().diagnostics);
        let request = proto::plan_resource_change::Request {
            type_name: name.clone(),
            prior_state: value.clone(),
            ..Default::default()
        };
        answers.push(client.plan_resource_change(request).await.unwrap().into_inner().diagnostics);
        let request = proto::apply_resource_change::Request {
            type_name: name.clone(),
            planned_state: value.clone(),
            ..Default::default()
        };
        answers.push(client.apply_resource_change(request).await.unwrap().into_inner().diagnostics);
        let request = proto::read_resource::Request {
            type_name: name.clone(),
            current_state: value.clone(),
            ..Default::default()
        };
        answers.push(client.read_resource(request).await.unwrap().into_inner().diagnostics);
        let request = proto::generate_resource_config::Request { type_name: name.clone(), state: value.clone() };
        answers.push(client.generate_resource_config(request).await.unwrap().into_inner().diagnostics);
        let identity = Some(proto::ResourceIdentityData { identity_data: value.clone() });
        let request = proto::import_resource_state::Request { type_name: name.clone(), identity, ..Default::default() };
        answers.push(client.import_resource_state(request).await.unwrap().into_inner().diagnostics);
        let request =
            proto::read_data_source::Request { type_name: name.clone(), config: value.clone(), ..Default::default() };
        answers.push(client.read_data_source(request).await.unwrap().into_inner().diagnostics);
        let request = proto::open_ephemeral_resource::Request {
            type_name: "tfplugtest_token".to_owned(),
            config: value.clone(),
            ..Default::default()
        };
        answers.push(client.open_ephemeral_resource(request).await.unwrap().into_inner().diagnostics);
        let request = proto::plan_action::Request {
            action_type: "tfplugtest_append".to_owned(),
            config: value.clone(),
            ..Default::default()
        };
        answers.push(client.plan_action(request).await.unwrap().into_inner().diagnostics);

        for diagnostics in answers {
            assert_eq!(only(&diagnostics).0, "A value cannot be read", "{bytes:x?}");
        }
        let request = proto::call_function::Request { name: "both".to_owned(), arguments: value.into_iter().collect() };
        let answer = client.call_function(request).await.unwrap().into_inner();
        assert_eq!(answer.error.unwrap().function_argument, Some(0));
    }
    assert_eq!(session.validate(&json!({ "name": "a" }), CLIENT).await, [], "the plugin lives on");
    session.shutdown().await;
}

#[tokio::test]
async fn a_malformed_value_is_found_by_its_path() {
    let mut session = Session::configured().await;
    // {"policy": {"sessions": "many"}}
    let config = dynamic(b"\x81\xa6policy\x81\xa8sessions\xa4many");
    let request = proto::validate_resource_config::Request {
        type_name: THING.to_owned(),
        config,
        client_capabilities: Some(CLIENT),
    };
    let diagnostics = session.client.validate_resource_config(request).await.unwrap().into_inner().diagnostics;
    only(&diagnostics);
    assert_eq!(path(diagnostics[0].attribute.as_ref()), "policy.sessions");
    session.shutdown().await;
}

#[tokio::test]
async fn private_data_of_another_provider_counts_as_none() {
    let terraform = Hosted::configured().await;
    let mut state = terraform.create(&json!({ "name": "a" })).await;
    for private in [b"\x00\xff".as_slice(), b"[]", b"{\"revision\":\"x\"}"] {
        state.private = private.to_vec();
        let applied = terraform.change(Some(&state), &json!({ "name": "a", "note": "n" })).await;
        assert_eq!(applied.into_result().unwrap().unwrap().shown()["revision"], 1);
    }
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_value_as_json_is_understood_too() {
    let mut session = Session::configured().await;
    std::fs::write(session.thing_file("a"), r#"{"zone":"home","size":1,"note":null}"#).unwrap();
    let state = json!({ "name": "a", "id": "id-of-a", "zone": "home", "size": 1 });
    let json = proto::DynamicValue { json: state.to_string().into_bytes().into(), ..Default::default() };
    let mut request = session.read_request(&Json::Null);
    request.current_state = Some(json);
    let read = session.read_of(request).await;
    assert_eq!(session.shown(THING, read.new_state.as_ref()), state);
    session.shutdown().await;
}
