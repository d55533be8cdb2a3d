//! `ApplyResourceChange`: what was reached is in the answer, also beside an error.

use serde_json::{Value as Json, json};
use tfplug::proto::tfplugin6 as proto;

use super::{
    session::{Session, THING, only, shown_identity},
    values::{sent, type_of, value, with},
};

#[tokio::test]
async fn a_creation_replaces_every_unknown_and_gives_an_identity() {
    let mut session = Session::configured().await;
    let config = json!({
        "name": "a", "password": "swordfish", "policy": {}, "rules": [{ "path": "/" }, { "path": "/x" }],
        "port": [{ "number": 80 }], "limit": { "max": 3 },
    });
    let applied = session.create(&config).await;
    let expected = json!({
        "name": "a", "id": "id-of-a", "zone": "home", "size": 1, "password_length": 9, "revision": 1,
        "policy": { "kind": "soft", "made": "for a" }, "port": [{ "number": 80 }], "limit": { "max": 3 },
        "rules": [{ "path": "/", "number": 1 }, { "path": "/x", "number": 2 }],
    });
    assert_eq!(applied.state, expected, "and the write-only value is not among it");
    let identity = shown_identity(applied.response.new_identity.as_ref());
    assert_eq!(identity, json!({ "name": "a", "zone": "home" }));
    assert!(session.thing_file("a").exists());
    session.shutdown().await;
}

#[tokio::test]
async fn private_data_comes_back_in_the_next_change() {
    let mut session = Session::configured().await;
    let config = json!({ "name": "a" });
    let created = session.create(&config).await;
    assert_eq!(created.private, br#"{"revision":1}"#);
    let config = with(&config, json!({ "note": "new" }));
    let changed = session.change(&created.state, &config, &created.private).await;
    assert_eq!((&changed.state["revision"], &changed.state["note"]), (&json!(2), &json!("new")));
    assert_eq!(changed.private, br#"{"revision":2}"#);
    session.shutdown().await;
}

#[tokio::test]
async fn a_destruction_leaves_nothing() {
    let mut session = Session::configured().await;
    let state = session.create(&json!({ "name": "a" })).await.state;
    let request = session.apply_request(&state, &Json::Null, &Json::Null);
    let applied = session.apply_of(request).await;
    assert_eq!((applied.diagnostics.as_slice(), &applied.state), ([].as_slice(), &Json::Null));
    assert!(applied.response.new_identity.is_none());
    assert!(!session.thing_file("a").exists());
    session.shutdown().await;
}

#[tokio::test]
async fn a_destruction_that_fails_keeps_the_state() {
    let mut session = Session::configured().await;
    let state = session.create(&json!({ "name": "a", "fail": "delete" })).await.state;
    let request = session.apply_request(&state, &Json::Null, &Json::Null);
    let applied = session.apply_of(request).await;
    assert_eq!(only(&applied.diagnostics).0, "It will not go");
    assert_eq!(applied.state, state);
    session.shutdown().await;
}

#[tokio::test]
async fn a_creation_that_fails_before_anything_happened_leaves_no_state() {
    let mut session = Session::configured().await;
    let applied = session.change(&Json::Null, &json!({ "name": "a", "fail": "before" }), &[]).await;
    assert_eq!(only(&applied.diagnostics).0, "Nothing happened");
    assert_eq!(applied.state, Json::Null);
    session.shutdown().await;
}

#[tokio::test]
async fn what_was_reached_is_kept_beside_an_error() {
    let mut session = Session::configured().await;
    let config = json!({ "name": "a", "note": "n", "rules": [{ "path": "/" }], "fail": "partial" });
    let applied = session.change(&Json::Null, &config, &[]).await;
    assert_eq!(only(&applied.diagnostics).0, "Half done");
    assert_eq!((&applied.state["id"], &applied.state["note"]), (&json!("id-of-a"), &Json::Null));
    // Terraform takes no unknown value, and would lose the rest with it.
    assert_eq!(applied.state["rules"], json!([{ "path": "/" }]));
    assert_eq!(applied.private, br#"{"revision":1}"#);
    assert_eq!(shown_identity(applied.response.new_identity.as_ref())["name"], "a");
    session.shutdown().await;
}

#[tokio::test]
async fn a_change_that_fails_keeps_what_was_there_or_what_was_reached() {
    let mut session = Session::configured().await;
    let config = json!({ "name": "a", "note": "old" });
    let created = session.create(&config).await;
    let failing = |fail: &str| with(&config, json!({ "note": "new", "size": 5, "fail": fail }));
    let applied = session.change(&created.state, &failing("before"), &created.private).await;
    assert_eq!(applied.state, created.state, "without a checkpoint nothing has happened");
    let applied = session.change(&created.state, &failing("partial"), &created.private).await;
    assert_eq!((&applied.state["size"], &applied.state["note"]), (&json!(5), &Json::Null));
    session.shutdown().await;
}

#[tokio::test]
async fn a_panic_is_a_diagnostic_and_what_was_reached_is_kept() {
    let mut session = Session::configured().await;
    let applied = session.change(&Json::Null, &json!({ "name": "a", "note": "n", "fail": "panic" }), &[]).await;
    let (summary, detail) = only(&applied.diagnostics);
    assert!(summary.contains(THING) && detail.contains("the thing breaks"), "{summary}: {detail}");
    assert_eq!((&applied.state["id"], &applied.state["note"]), (&json!("id-of-a"), &Json::Null));
    session.create(&json!({ "name": "b" })).await;
    session.shutdown().await;
}

#[tokio::test]
async fn a_panic_after_the_creation_does_not_lose_the_thing() {
    let mut session = Session::configured().await;
    let applied = session.change(&Json::Null, &json!({ "name": "a", "fail": "identity-panic" }), &[]).await;
    assert!(only(&applied.diagnostics).1.contains("the identity breaks"));
    assert_eq!(applied.state["id"], "id-of-a");
    session.shutdown().await;
}

#[tokio::test]
async fn results_that_terraform_would_refuse_are_found_here_first() {
    let mut session = Session::configured().await;
    for (fail, problem) in [("breach", "not the one that was planned"), ("unknown", "still unknown")] {
        let config = json!({ "name": "a", "note": "n", "fail": fail });
        let applied = session.change(&Json::Null, &config, &[]).await;
        let (summary, detail) = only(&applied.diagnostics);
        assert_eq!(summary, "Provider produced inconsistent result after apply");
        assert!(detail.starts_with("note:") && detail.contains(problem), "{detail}");
    }
    session.shutdown().await;
}

#[tokio::test]
async fn a_stop_ends_the_waiting_and_the_state_is_true() {
    let mut session = Session::configured().await;
    let plan = session.plan(&Json::Null, &json!({ "name": "a", "note": "n", "fail": "wait" })).await;
    let request =
        session.apply_request(&Json::Null, &plan.planned, &json!({ "name": "a", "note": "n", "fail": "wait" }));
    let mut client = session.client.clone();
    let waiting = tokio::spawn(async move { client.apply_resource_change(request).await });
    while session.log() != ["waiting"] {
        assert!(!waiting.is_finished());
        tokio::task::yield_now().await;
    }
    let stopped = session.client.stop_provider(proto::stop_provider::Request {}).await.unwrap().into_inner();
    assert_eq!(stopped.error, "");
    let answer = crate::host::within("the end of the waiting", waiting).await.unwrap().unwrap().into_inner();
    assert_eq!(only(&answer.diagnostics).0, "Stopped");
    let state = session.shown(THING, answer.new_state.as_ref());
    assert_eq!((&state["id"], &state["note"]), (&json!("id-of-a"), &Json::Null));
    assert!(session.thing_file("a").exists());

    // Under a debugger another host may follow, for whom nothing is stopped.
    let config = json!({ "folder": session.folder.path() });
    assert_eq!(session.configure(&config, super::session::CLIENT).await, []);
    let request =
        session.apply_request(&Json::Null, &plan.planned, &json!({ "name": "a", "note": "n", "fail": "wait" }));
    let mut client = session.client.clone();
    let waiting = tokio::spawn(async move { client.apply_resource_change(request).await });
    while session.log().len() < 2 {
        assert!(!waiting.is_finished());
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished());
    session.client.stop_provider(proto::stop_provider::Request {}).await.unwrap();
    crate::host::within("the end of the waiting", waiting).await.unwrap().unwrap();
    session.shutdown().await;
}

#[tokio::test]
async fn a_module_s_words_reach_the_resource() {
    let mut session = Session::configured().await;
    let ty = type_of(session.schemas.provider_meta.as_ref().unwrap().block.as_ref().unwrap());
    let config = json!({ "name": "a" });
    let plan = session.plan(&Json::Null, &config).await;
    let mut request = session.apply_request(&Json::Null, &plan.planned, &config);
    request.provider_meta = Some(sent(&value(&json!({ "module": "network" }), &ty), &ty));
    let applied = session.apply_of(request).await;
    assert_eq!(applied.state["made_by"], "network");
    session.shutdown().await;
}

#[tokio::test]
async fn what_a_service_tells_in_other_words_stays_as_it_was_written() {
    let mut session = Session::configured().await;
    let config = json!({ "name": "a", "at": "2026-01-01T10:00:00+08:00" });
    let state = session.create(&config).await.state;
    let request = session.read_request(&state);
    let read = session.read_of(request).await;
    assert_eq!(session.shown(THING, read.new_state.as_ref()), state);
    session.shutdown().await;
}
