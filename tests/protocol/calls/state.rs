//! What is stored, and what is there: read, import, upgrade, move, and generated configuration.

use std::fs;

use serde_json::{Value as Json, json};
use tfplug::{
    proto::tfplugin6 as proto,
    testing::{Importing, MoveFrom, PlannedAction, shown},
};

use super::{
    session::{Session, THING, TRIGGER, only},
    terraform::{Hosted, thing, told},
    values::with,
};

#[tokio::test]
async fn a_read_takes_over_what_has_changed() {
    let terraform = Hosted::configured().await;
    let created = terraform.create(&json!({ "name": "a", "note": "n" })).await;
    fs::write(terraform.thing_file("a"), r#"{"zone":"home","size":9,"note":"changed"}"#).unwrap();
    let read = terraform.host.refresh(&created).await.unwrap().state.unwrap();
    assert_eq!(read.shown(), with(&created.shown(), json!({ "size": 9, "note": "changed" })));
    assert_eq!(read.private, created.private);
    assert_eq!(read.shown_identity(), json!({ "name": "a", "zone": "home" }));
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_thing_that_is_gone_reads_as_null() {
    let terraform = Hosted::configured().await;
    let created = terraform.create(&json!({ "name": "a" })).await;
    fs::remove_file(terraform.thing_file("a")).unwrap();
    let refreshed = terraform.host.refresh(&created).await.unwrap();
    assert!(refreshed.diagnostics.is_empty() && refreshed.state.is_none());
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_read_that_terraform_would_refuse_is_found_here_first() {
    let terraform = Hosted::configured().await;
    let created = terraform.create(&json!({ "name": "a", "fail": "read-breach" })).await;
    let error = terraform.host.refresh(&created).await.unwrap_err();
    assert_eq!(error.diagnostics()[0].summary, "Provider produced invalid object");

    let mut created = terraform.create(&json!({ "name": "b", "fail": "identity-breach" })).await;
    let error = terraform.host.refresh(&created).await.unwrap_err();
    assert_eq!(told(&error).summary, "Provider changed the identity of a resource");
    assert!(told(&error).detail.starts_with(&format!("{THING}: zone of ")), "{error}");
    // What was not known before may come to be known.
    created.identity = None;
    assert!(terraform.host.refresh(&created).await.is_ok());
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_thing_is_imported_by_id_and_by_identity() {
    let terraform = Hosted::configured().await;
    terraform.create(&json!({ "name": "a", "note": "n" })).await;
    let expected = json!({ "name": "a", "id": "id-of-a", "zone": "home", "size": 1, "note": "n" });
    for by in [Importing::from("a"), json!({ "name": "a" }).into()] {
        let imported = terraform.host.import_only(THING, by.clone()).await.unwrap();
        assert_eq!(thing(imported.shown()), expected);
        // The framework notes that a read is to follow, and whose identity counts then.
        assert_eq!(imported.private, br#"{"revision":100,"tfplug:imported":true}"#);
        let identity = json!({ "name": "a", "zone": "home" });
        assert_eq!(imported.shown_identity(), identity, "with what the import left open");
        let imported = terraform.host.import(THING, by).await.unwrap();
        assert_eq!(
            (thing(imported.shown()), imported.private.as_slice()),
            (expected.clone(), &br#"{"revision":100}"#[..])
        );
    }
    terraform.shutdown().await;
}

#[tokio::test]
async fn an_import_of_nothing_is_an_error() {
    let terraform = Hosted::configured().await;
    let error = terraform.host.import(THING, "nobody").await.unwrap_err();
    assert!(told(&error).summary.contains("nobody"));
    let error = terraform.host.import(TRIGGER, "x").await.unwrap_err();
    assert!(told(&error).summary.contains("cannot be imported"));
    terraform.shutdown().await;
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
    // Terraform itself takes out what is no longer there, but from a state of an older version.
    let stored = json!({ "name": "a", "size": 3, "tags": { "k": "v" }, "no_longer_there": true });
    let answer = upgrade(&mut session, 1, raw(&stored)).await;
    let expected = json!({ "name": "a", "size": 3, "tags": { "k": "v" } });
    assert_eq!(session.shown(THING, answer.upgraded_state.as_ref()), expected);
    session.shutdown().await;

    let terraform = Hosted::start().await;
    let upgraded = terraform.host.upgrade(THING, 0, &json!({ "title": "a", "size": 3 })).await.unwrap();
    assert_eq!(thing(upgraded.shown()), json!({ "name": "a", "size": 3 }));
    terraform.shutdown().await;
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
    let terraform = Hosted::start().await;
    for (version, stored) in [(0, json!({ "title": "a" })), (1, json!({ "name": "a", "zone": "home" }))] {
        let identity = terraform.host.upgrade_identity(THING, version, &stored).await.unwrap();
        assert_eq!(shown(&identity), json!({ "name": "a", "zone": "home" }));
    }
    terraform.shutdown().await;
}

#[tokio::test]
async fn another_provider_s_resource_is_taken_over() {
    let terraform = Hosted::start().await;
    let from = MoveFrom {
        provider_address: "terraform.io/builtin/terraform".to_owned(),
        type_name: "terraform_data".to_owned(),
        attributes: json!({ "id": "x", "input": { "value": "a", "type": "string" } }),
        ..Default::default()
    };
    let moved = terraform.host.move_state(&from, THING).await.unwrap();
    assert_eq!(thing(moved.shown()), json!({ "name": "a" }));
    assert_eq!(moved.shown_identity(), json!({ "name": "a" }));

    // What its provider kept beside the state is there to be read, and of another form it is no obstacle.
    for (private, name) in [(&br#"{"name": "kept"}"#[..], "kept"), (b"\xc1 not JSON", "a")] {
        let from = MoveFrom { private: private.to_vec(), ..from.clone() };
        let moved = terraform.host.move_state(&from, THING).await.unwrap();
        assert_eq!(thing(moved.shown()), json!({ "name": name }));
    }

    let from = MoveFrom {
        provider_address: "registry.terraform.io/hashicorp/null".to_owned(),
        type_name: "null_resource".to_owned(),
        ..from
    };
    let error = terraform.host.move_state(&from, THING).await.unwrap_err();
    assert_eq!(told(&error).summary, format!("null_resource cannot become {THING}"));
    assert!(told(&error).detail.contains("registry.terraform.io/hashicorp/null"));
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_generated_configuration_has_only_what_belongs_into_one() {
    let terraform = Hosted::configured().await;
    let config = json!({
        "name": "a", "note": "n", "size": 3, "password": "swordfish", "zone": "there",
        "policy": { "kind": "hard" }, "rules": [{ "path": "/" }], "members": [{ "user": "ann" }],
        "step": [{ "title": "one" }], "port": [{ "number": 80 }],
    });
    let created = terraform.create(&config).await;
    let generated = shown(&terraform.host.generate_config(&created).await.unwrap());
    assert_eq!(generated, with(&config, json!({ "password": null })));
    // What was generated plans nothing when it is used.
    let planned = terraform.host.plan(THING, Some(&created), &generated).await.unwrap();
    assert_eq!(planned.action, PlannedAction::NoOp);

    let config = json!({ "name": "b", "size": 1, "old_note": "x" });
    let created = terraform.create(&config).await;
    let generated = shown(&terraform.host.generate_config(&created).await.unwrap());
    assert_eq!((&generated["size"], &generated["old_note"]), (&Json::Null, &Json::Null));
    terraform.shutdown().await;
}
