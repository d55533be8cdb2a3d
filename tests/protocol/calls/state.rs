//! What is stored, and what is there: read, import, upgrade, move, and generated configuration.

use std::fs;

use serde_json::{Value as Json, json};
use tfplug::proto::tfplugin6 as proto;

use super::{
    session::{CLIENT, Session, THING, only, shown_identity},
    values::{UNKNOWN, with},
};

#[tokio::test]
async fn a_read_takes_over_what_has_changed() {
    let mut session = Session::configured().await;
    let created = session.create(&json!({ "name": "a", "note": "n" })).await;
    fs::write(session.thing_file("a"), r#"{"zone":"home","size":9,"note":"changed"}"#).unwrap();
    let mut request = session.read_request(&created.state);
    request.private = created.private.clone().into();
    let read = session.read_of(request).await;
    let state = session.shown(THING, read.new_state.as_ref());
    assert_eq!(state, with(&created.state, json!({ "size": 9, "note": "changed" })));
    assert_eq!(read.private, created.private);
    assert_eq!(shown_identity(read.new_identity.as_ref()), json!({ "name": "a", "zone": "home" }));
    session.shutdown().await;
}

#[tokio::test]
async fn a_thing_that_is_gone_reads_as_null() {
    let mut session = Session::configured().await;
    let state = session.create(&json!({ "name": "a" })).await.state;
    fs::remove_file(session.thing_file("a")).unwrap();
    let request = session.read_request(&state);
    let read = session.read_of(request).await;
    assert_eq!(read.diagnostics, []);
    assert_eq!(session.shown(THING, read.new_state.as_ref()), Json::Null);
    session.shutdown().await;
}

#[tokio::test]
async fn a_read_that_terraform_would_refuse_is_found_here_first() {
    let mut session = Session::configured().await;
    let config = json!({ "name": "a", "fail": "read-breach" });
    let state = session.create(&config).await.state;
    let request = session.read_request(&state);
    let read = session.read_of(request).await;
    assert_eq!(only(&read.diagnostics).0, "Provider produced invalid object");

    let state = with(&state, json!({ "fail": "identity-breach" }));
    let mut request = session.read_request(&state);
    request.current_identity = Some(session.identity(&json!({ "name": "a", "zone": "home" })));
    let read = session.read_of(request.clone()).await;
    let (summary, detail) = only(&read.diagnostics);
    assert_eq!(summary, "Provider changed the identity of a resource");
    assert!(detail.starts_with("zone:"), "{detail}");
    request.current_identity = Some(session.identity(&json!({ "name": "a" })));
    let read = session.read_of(request).await;
    assert_eq!(read.diagnostics, [], "what was not known before may come to be known");
    session.shutdown().await;
}

async fn import(session: &mut Session, id: &str, identity: Option<Json>) -> proto::import_resource_state::Response {
    let request = proto::import_resource_state::Request {
        type_name: THING.to_owned(),
        id: id.to_owned(),
        client_capabilities: Some(CLIENT),
        identity: identity.map(|identity| session.identity(&identity)),
    };
    session.client.import_resource_state(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn a_thing_is_imported_by_id_and_by_identity() {
    let mut session = Session::configured().await;
    session.create(&json!({ "name": "a", "note": "n" })).await;
    for (id, identity) in [("a", None), ("", Some(json!({ "name": "a" })))] {
        let answer = import(&mut session, id, identity).await;
        assert_eq!(answer.diagnostics, []);
        let [imported] = answer.imported_resources.as_slice() else { panic!("{answer:?}") };
        assert_eq!(imported.type_name, THING);
        assert_eq!(
            session.shown(THING, imported.state.as_ref()),
            json!({ "name": "a", "id": "id-of-a", "zone": "home", "size": 1, "note": "n" })
        );
        // The framework notes that a read is to follow, and whose identity counts then.
        assert_eq!(imported.private.as_ref(), br#"{"revision":100,"tfplug:imported":true}"#);
        let identity = shown_identity(imported.identity.as_ref());
        assert_eq!(identity, json!({ "name": "a", "zone": "home" }), "with what the import left open");
    }
    session.shutdown().await;
}

#[tokio::test]
async fn an_import_of_nothing_is_an_error() {
    let mut session = Session::configured().await;
    let answer = import(&mut session, "nobody", None).await;
    assert!(only(&answer.diagnostics).0.contains("nobody"));
    assert!(answer.imported_resources.is_empty());
    let request = proto::import_resource_state::Request {
        type_name: super::session::TRIGGER.to_owned(),
        id: "x".to_owned(),
        ..Default::default()
    };
    let answer = session.client.import_resource_state(request).await.unwrap().into_inner();
    assert!(only(&answer.diagnostics).0.contains("cannot be imported"));
    session.shutdown().await;
}

async fn upgrade(session: &mut Session, version: i64, raw: proto::RawState) -> proto::upgrade_resource_state::Response {
    let request = proto::upgrade_resource_state::Request { type_name: THING.to_owned(), version, raw_state: Some(raw) };
    session.client.upgrade_resource_state(request).await.unwrap().into_inner()
}

fn raw(json: &Json) -> proto::RawState {
    proto::RawState { json: json.to_string().into_bytes().into(), ..Default::default() }
}

#[tokio::test]
async fn a_stored_state_is_read_and_an_older_one_rewritten() {
    let mut session = Session::start().await;
    let stored = json!({ "name": "a", "size": 3, "tags": { "k": "v" }, "no_longer_there": true });
    let answer = upgrade(&mut session, 1, raw(&stored)).await;
    let expected = json!({ "name": "a", "size": 3, "tags": { "k": "v" } });
    assert_eq!(session.shown(THING, answer.upgraded_state.as_ref()), expected);

    let answer = upgrade(&mut session, 0, raw(&json!({ "title": "a", "size": 3 }))).await;
    assert_eq!(session.shown(THING, answer.upgraded_state.as_ref()), json!({ "name": "a", "size": 3 }));
    session.shutdown().await;
}

#[tokio::test]
async fn a_state_that_cannot_be_read_is_refused_in_plain_words() {
    let mut session = Session::start().await;
    let flatmap = proto::RawState { flatmap: [("id".to_owned(), "x".to_owned())].into(), ..Default::default() };
    let answer = upgrade(&mut session, 0, flatmap).await;
    let (summary, detail) = only(&answer.diagnostics);
    assert_eq!(summary, "The stored state is too old");
    assert!(detail.contains("0.11"));

    let answer = upgrade(&mut session, 9, raw(&json!({ "name": "a" }))).await;
    assert_eq!(only(&answer.diagnostics).0, "An unknown version");
    for bytes in ["{", "[]", "\"text\"", r#"{"size":"many"}"#, r#"{"rules":{}}"#, "\u{0}"] {
        let raw = proto::RawState { json: bytes.as_bytes().into(), ..Default::default() };
        let answer = upgrade(&mut session, 1, raw).await;
        assert_eq!(only(&answer.diagnostics).0, "The stored state cannot be read", "{bytes:?}");
    }
    session.shutdown().await;
}

#[tokio::test]
async fn a_stored_identity_is_rewritten() {
    let mut session = Session::start().await;
    for (version, stored) in [(0, json!({ "title": "a" })), (1, json!({ "name": "a", "zone": "home" }))] {
        let request = proto::upgrade_resource_identity::Request {
            type_name: THING.to_owned(),
            version,
            raw_identity: Some(raw(&stored)),
        };
        let answer = session.client.upgrade_resource_identity(request).await.unwrap().into_inner();
        assert_eq!(answer.diagnostics, []);
        let identity = shown_identity(answer.upgraded_identity.as_ref());
        assert_eq!(identity, json!({ "name": "a", "zone": "home" }));
    }
    session.shutdown().await;
}

async fn moved(session: &mut Session, provider: &str, type_name: &str) -> proto::move_resource_state::Response {
    moved_with(session, provider, type_name, b"").await
}

async fn moved_with(
    session: &mut Session,
    provider: &str,
    type_name: &str,
    private: &'static [u8],
) -> proto::move_resource_state::Response {
    let request = proto::move_resource_state::Request {
        source_provider_address: provider.to_owned(),
        source_type_name: type_name.to_owned(),
        source_schema_version: 0,
        source_state: Some(raw(&json!({ "id": "x", "input": { "value": "a", "type": "string" } }))),
        target_type_name: THING.to_owned(),
        source_private: private.into(),
        ..Default::default()
    };
    session.client.move_resource_state(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn another_provider_s_resource_is_taken_over() {
    let mut session = Session::start().await;
    let answer = moved(&mut session, "terraform.io/builtin/terraform", "terraform_data").await;
    assert_eq!(answer.diagnostics, []);
    assert_eq!(session.shown(THING, answer.target_state.as_ref()), json!({ "name": "a" }));
    assert_eq!(shown_identity(answer.target_identity.as_ref()), json!({ "name": "a" }));

    // What its provider kept beside the state is there to be read, and of another form it is no obstacle.
    for (private, name) in [(&br#"{"name": "kept"}"#[..], "kept"), (b"\xc1 not JSON", "a")] {
        let answer = moved_with(&mut session, "terraform.io/builtin/terraform", "terraform_data", private).await;
        assert_eq!(answer.diagnostics, []);
        assert_eq!(session.shown(THING, answer.target_state.as_ref()), json!({ "name": name }));
    }

    let answer = moved(&mut session, "registry.terraform.io/hashicorp/null", "null_resource").await;
    let (summary, detail) = only(&answer.diagnostics);
    assert_eq!(summary, format!("null_resource cannot become {THING}"));
    assert!(detail.contains("registry.terraform.io/hashicorp/null"));
    assert!(answer.target_state.is_none());
    session.shutdown().await;
}

#[tokio::test]
async fn a_generated_configuration_has_only_what_belongs_into_one() {
    let mut session = Session::configured().await;
    let config = json!({
        "name": "a", "note": "n", "size": 3, "password": "swordfish", "zone": "there",
        "policy": { "kind": "hard" }, "rules": [{ "path": "/" }], "members": [{ "user": "ann" }],
        "step": [{ "title": "one" }], "port": [{ "number": 80 }],
    });
    let state = session.create(&config).await.state;
    let generate = |state: &Json, session: &Session| proto::generate_resource_config::Request {
        type_name: THING.to_owned(),
        state: Some(session.resource(THING, state)),
    };
    let request = generate(&state, &session);
    let answer = session.client.generate_resource_config(request).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics, []);
    let generated = session.shown(THING, answer.config.as_ref());
    assert_eq!(generated, with(&config, json!({ "password": null })));

    let request = generate(&with(&state, json!({ "size": 1, "old_note": "x" })), &session);
    let answer = session.client.generate_resource_config(request).await.unwrap().into_inner();
    let generated = session.shown(THING, answer.config.as_ref());
    assert_eq!((&generated["size"], &generated["old_note"]), (&Json::Null, &Json::Null));
    assert_ne!(generated["name"], UNKNOWN);

    // What was generated plans nothing when it is used.
    let plan = session.plan(&with(&state, json!({ "size": 1 })), &with(&generated, json!({ "note": "n" }))).await;
    assert_eq!(plan.planned, with(&state, json!({ "size": 1 })));
    session.shutdown().await;
}
