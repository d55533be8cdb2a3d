//! `ApplyResourceChange`: what was reached is in the answer, also beside an error.

use serde_json::{Value as Json, json};

use super::{
    session::THING,
    terraform::{Hosted, failed, thing},
    values::with,
};
use crate::host::within;

#[tokio::test]
async fn a_creation_replaces_every_unknown_and_gives_an_identity() {
    let terraform = Hosted::configured().await;
    let config = json!({
        "name": "a", "password": "swordfish", "policy": {}, "rules": [{ "path": "/" }, { "path": "/x" }],
        "port": [{ "number": 80 }], "limit": { "max": 3 },
    });
    let created = terraform.create(&config).await;
    let expected = json!({
        "name": "a", "id": "id-of-a", "zone": "home", "size": 1, "password_length": 9, "revision": 1,
        "policy": { "kind": "soft", "made": "for a" }, "port": [{ "number": 80 }], "limit": { "max": 3 },
        "rules": [{ "path": "/", "number": 1 }, { "path": "/x", "number": 2 }],
    });
    assert_eq!(thing(created.shown()), expected, "and the write-only value is not among it");
    assert_eq!(created.shown_identity(), json!({ "name": "a", "zone": "home" }));
    assert!(terraform.thing_file("a").exists());
    terraform.shutdown().await;
}

#[tokio::test]
async fn private_data_comes_back_in_the_next_change() {
    let terraform = Hosted::configured().await;
    let config = json!({ "name": "a" });
    let created = terraform.create(&config).await;
    assert_eq!(created.private, br#"{"revision":1}"#);
    let changed = terraform.change(Some(&created), &with(&config, json!({ "note": "new" }))).await;
    let changed = changed.into_result().unwrap().unwrap();
    assert_eq!((&changed.shown()["revision"], &changed.shown()["note"]), (&json!(2), &json!("new")));
    assert_eq!(changed.private, br#"{"revision":2}"#);
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_destruction_leaves_nothing() {
    let terraform = Hosted::configured().await;
    let created = terraform.create(&json!({ "name": "a" })).await;
    terraform.host.destroy(&created).await.unwrap();
    assert!(!terraform.thing_file("a").exists());
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_destruction_that_fails_keeps_the_state() {
    let terraform = Hosted::configured().await;
    let created = terraform.create(&json!({ "name": "a", "fail": "delete" })).await;
    let planned = terraform.host.plan_destroy(&created).await.unwrap();
    let applied = terraform.host.apply(&planned).await;
    assert_eq!(failed(&applied).summary, "It will not go");
    assert_eq!(applied.state, Some(created));
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_creation_that_fails_before_anything_happened_leaves_no_state() {
    let terraform = Hosted::configured().await;
    let applied = terraform.change(None, &json!({ "name": "a", "fail": "before" })).await;
    assert_eq!((failed(&applied).summary.as_str(), &applied.state), ("Nothing happened", &None));
    terraform.shutdown().await;
}

#[tokio::test]
async fn what_was_reached_is_kept_beside_an_error() {
    let terraform = Hosted::configured().await;
    let config = json!({ "name": "a", "note": "n", "rules": [{ "path": "/" }], "fail": "partial" });
    let applied = terraform.change(None, &config).await;
    assert_eq!(failed(&applied).summary, "Half done");
    let reached = applied.state.unwrap();
    assert_eq!((&reached.shown()["id"], &reached.shown()["note"]), (&json!("id-of-a"), &Json::Null));
    // Terraform takes no unknown value, and would lose the rest with it.
    assert_eq!(reached.shown()["rules"], json!([{ "path": "/" }]));
    assert_eq!(reached.private, br#"{"revision":1}"#);
    assert_eq!(reached.shown_identity()["name"], "a");
    assert!(reached.is_tainted);
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_change_that_fails_keeps_what_was_there_or_what_was_reached() {
    let terraform = Hosted::configured().await;
    let config = json!({ "name": "a", "note": "old" });
    let created = terraform.create(&config).await;
    let failing = |fail: &str| with(&config, json!({ "note": "new", "size": 5, "fail": fail }));
    let applied = terraform.change(Some(&created), &failing("before")).await;
    assert_eq!(applied.state.unwrap().value, created.value, "without a checkpoint nothing has happened");
    let applied = terraform.change(Some(&created), &failing("partial")).await;
    let reached = applied.state.unwrap();
    assert_eq!((&reached.shown()["size"], &reached.shown()["note"]), (&json!(5), &Json::Null));
    assert!(!reached.is_tainted);
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_panic_is_a_diagnostic_and_what_was_reached_is_kept() {
    let terraform = Hosted::configured().await;
    let applied = terraform.change(None, &json!({ "name": "a", "note": "n", "fail": "panic" })).await;
    let told = failed(&applied);
    assert!(told.summary.contains(THING) && told.detail.contains("the thing breaks"), "{told:?}");
    let reached = applied.state.unwrap().shown();
    assert_eq!((&reached["id"], &reached["note"]), (&json!("id-of-a"), &Json::Null));
    terraform.create(&json!({ "name": "b" })).await;
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_panic_after_the_creation_does_not_lose_the_thing() {
    let terraform = Hosted::configured().await;
    let applied = terraform.change(None, &json!({ "name": "a", "fail": "identity-panic" })).await;
    assert!(failed(&applied).detail.contains("the identity breaks"));
    assert_eq!(applied.state.unwrap().shown()["id"], "id-of-a");
    terraform.shutdown().await;
}

#[tokio::test]
async fn results_that_terraform_would_refuse_are_found_here_first() {
    let terraform = Hosted::configured().await;
    for (fail, problem) in [("breach", "not the one that was planned"), ("unknown", "still unknown")] {
        let config = json!({ "name": "a", "note": "n", "fail": fail });
        let planned = terraform.host.plan(THING, None, &config).await.unwrap();
        let applied = terraform.host.apply(&planned).await;
        // Terraform finds what is unknown by itself as well.
        let error = applied.outcome.unwrap_err();
        let [told] = error.diagnostics() else { panic!("{error}") };
        assert_eq!(told.summary, "Provider produced inconsistent result after apply");
        let place = format!("{THING}.note: ");
        assert!(told.detail.starts_with(&place) && told.detail.contains(problem), "{}", told.detail);
    }
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_stop_ends_the_waiting_and_the_state_is_true() {
    let terraform = Hosted::configured().await;
    let config = json!({ "name": "a", "note": "n", "fail": "wait" });
    // Under a debugger another host may follow, for whom nothing is stopped.
    for times in 1..=2 {
        let planned = terraform.host.plan(THING, None, &config).await.unwrap();
        let stop = async {
            while terraform.log().len() < times {
                tokio::task::yield_now().await;
            }
            terraform.host.stop().await.unwrap();
        };
        let both = async { tokio::join!(terraform.host.apply(&planned), stop) };
        let (applied, ()) = within("the end of the waiting", both).await;
        assert_eq!(failed(&applied).summary, "Stopped");
        let reached = applied.state.unwrap().shown();
        assert_eq!((&reached["id"], &reached["note"]), (&json!("id-of-a"), &Json::Null));
        assert!(terraform.thing_file("a").exists());
        terraform.host.configure(&json!({ "folder": terraform.folder.path() })).await.unwrap();
    }
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_module_s_words_reach_the_resource() {
    let mut terraform = Hosted::configured().await;
    terraform.host = terraform.host.with_meta(&json!({ "module": "network" })).unwrap();
    let created = terraform.create(&json!({ "name": "a" })).await;
    assert_eq!(created.shown()["made_by"], "network");
    terraform.shutdown().await;
}

#[tokio::test]
async fn what_a_service_tells_in_other_words_stays_as_it_was_written() {
    let terraform = Hosted::configured().await;
    let config = json!({ "name": "a", "at": "2026-01-01T10:00:00+08:00" });
    let created = terraform.create(&config).await;
    terraform.host.check_settled(&created, &config).await.unwrap();
    terraform.shutdown().await;
}
