//! `PlanResourceChange`: the rules of a plan, and their order.

use serde_json::{Value as Json, json};
use tfplug::{
    DeferredReason, Severity,
    testing::{Planned, PlannedAction, unknown},
};

use super::{
    session::{THING, TRIGGER},
    terraform::{Hosted, thing, told},
    values::{number, with},
};

fn replaced(planned: &Planned) -> Vec<String> {
    planned.requires_replace.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_creation_has_defaults_and_unknowns_and_no_write_only_value() {
    let terraform = Hosted::configured().await;
    let config = json!({
        "name": "a", "password": "swordfish", "policy": {}, "rules": [{ "path": "/" }],
        "members": [{ "user": "ann" }], "step": [{ "title": "one" }],
    });
    let planned = terraform.host.plan(THING, None, &config).await.unwrap();
    assert!(planned.diagnostics.is_empty());
    let expected = json!({
        "name": "a", "id": unknown(), "zone": unknown(), "size": 1, "password_length": unknown(),
        "revision": unknown(), "made_by": unknown(), "policy": { "kind": "soft", "made": unknown() },
        "rules": [{ "path": "/", "number": unknown() }],
        "members": [{ "user": "ann", "role": "reader" }], "step": [{ "title": "one", "done": false }],
    });
    assert_eq!(thing(planned.shown()), expected);
    assert_eq!(planned.action, PlannedAction::Create);
    assert!(planned.requires_replace.is_empty(), "nothing is there to be replaced");
    assert_eq!((planned.identity, planned.deferred), (None, None));
    terraform.shutdown().await;
}

#[tokio::test]
async fn the_resource_s_own_step_comes_last() {
    let terraform = Hosted::configured().await;
    // The default of `policy.kind` is filled in, and `made_by` unknown, before the resource looks at both.
    let config = json!({ "name": "a", "size": 42, "policy": {} });
    let planned = terraform.host.plan(THING, None, &config).await.unwrap();
    assert_eq!(planned.shown()["made_by"], "plan of soft");
    terraform.shutdown().await;
}

#[tokio::test]
async fn without_a_change_nothing_becomes_unknown() {
    let terraform = Hosted::configured().await;
    let config = json!({
        "name": "a", "users": ["x", "y"], "policy": {}, "rules": [{ "path": "/" }],
        "members": [{ "user": "ann" }, { "user": "bob", "role": "owner" }],
    });
    let state = terraform.create(&config).await;
    let again = with(&config, json!({ "users": ["y", "x"] }));
    let planned = terraform.host.plan(THING, Some(&state), &again).await.unwrap();
    assert_eq!(planned.action, PlannedAction::NoOp, "the order in a set is no difference");
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_change_makes_unknown_what_is_computed_and_keeps_what_says_so() {
    let terraform = Hosted::configured().await;
    let config = json!({ "name": "a", "policy": {} });
    let state = terraform.create(&config).await;
    let planned = terraform.host.plan(THING, Some(&state), &with(&config, json!({ "note": "new" }))).await.unwrap();
    let shown = planned.shown();
    assert_eq!(shown["revision"], unknown());
    assert_eq!(shown["id"], "id-of-a");
    assert_eq!(shown["policy"]["made"], "for a", "nested attributes keep theirs too");
    assert_eq!(shown["made_by"], Json::Null, "a null that the provider gave is kept");
    assert_eq!(planned.action, PlannedAction::Update);
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_value_in_other_words_is_no_change() {
    let terraform = Hosted::configured().await;
    let config = json!({ "name": "a", "at": "2026-01-01T10:00:00+08:00" });
    let state = terraform.create(&config).await;
    let at = |at: &str| with(&config, json!({ "at": at }));
    let planned = terraform.host.plan(THING, Some(&state), &at("2026-01-01T02:00:00Z")).await.unwrap();
    assert_eq!(planned.action, PlannedAction::NoOp, "and neither does it make anything unknown");
    let planned = terraform.host.plan(THING, Some(&state), &at("2026-01-01T02:00:01Z")).await.unwrap();
    assert_eq!(planned.shown()["at"], "2026-01-01T02:00:01Z");
    terraform.shutdown().await;
}

#[tokio::test]
async fn paths_that_require_a_replacement_are_told() {
    let terraform = Hosted::configured().await;
    let config = json!({ "name": "a", "policy": { "sessions": 4 }, "members": [{ "user": "ann" }] });
    let state = terraform.create(&config).await;
    for (change, paths) in [
        (json!({ "name": "b" }), vec!["name"]),
        // A plan modifier of one's own.
        (json!({ "policy": { "sessions": 3 } }), vec!["policy.sessions"]),
        (json!({ "policy": { "sessions": 5 } }), vec![]),
        // Elements of a set have no path of their own.
        (json!({ "members": [{ "user": "bob" }, { "user": "eve" }] }), vec!["members"]),
        // An unknown name may be another one.
        (json!({ "name": unknown() }), vec!["name"]),
    ] {
        let planned = terraform.host.plan(THING, Some(&state), &with(&config, change)).await.unwrap();
        assert_eq!(replaced(&planned), paths);
        assert_eq!(planned.action.is_replacement(), !paths.is_empty());
    }
    terraform.shutdown().await;
}

#[tokio::test]
async fn unknown_values_of_the_configuration_stay_unknown() {
    let terraform = Hosted::configured().await;
    let config = json!({
        "name": "a", "size": unknown(), "zone": unknown(), "policy": unknown(), "rules": [{ "path": unknown() }],
        "labels": { "k": { "text": unknown() } }, "users": ["x", unknown()], "step": unknown(), "anything": unknown(),
    });
    let shown = terraform.host.plan(THING, None, &config).await.unwrap().shown();
    for name in ["size", "zone", "policy", "step", "anything", "labels"] {
        assert_eq!(shown[name], config[name], "{name}");
    }
    assert_eq!(shown["rules"], json!([{ "path": unknown(), "number": unknown() }]));
    assert_eq!(shown["users"].as_array().unwrap().len(), 2, "which of them are unknown is not forgotten");
    terraform.shutdown().await;
}

#[tokio::test]
async fn numbers_and_dynamic_values_are_as_exact_as_they_came() {
    let terraform = Hosted::configured().await;
    let anything = json!({ "type": ["tuple", ["string", ["map", "number"]]], "value": ["ä✓", { "k": 0.1 }] });
    let config = json!({ "name": "a", "exact": number("123456789012345678901234567890.5"), "anything": anything });
    let state = terraform.create(&config).await;
    assert_eq!(state.stored()["exact"], config["exact"]);
    assert_eq!(state.stored()["anything"], config["anything"]);
    terraform.host.check_settled(&state, &config).await.unwrap();
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_plan_to_destroy_only_has_the_resource_s_own_step() {
    let terraform = Hosted::configured().await;
    let state = terraform.create(&json!({ "name": "a" })).await;
    let planned = terraform.host.plan_destroy(&state).await.unwrap();
    let [warning] = planned.diagnostics.iter().as_slice() else { panic!("{planned:?}") };
    assert_eq!((warning.severity, warning.summary.as_str()), (Severity::Warning, "a is going to be gone"));
    terraform.shutdown().await;
}

#[tokio::test]
async fn an_error_of_the_resource_carries_its_path() {
    let terraform = Hosted::configured().await;
    let error = terraform.host.plan(THING, None, &json!({ "name": "a", "fail": "plan" })).await.unwrap_err();
    let told = told(&error);
    assert_eq!((told.summary.as_str(), told.detail.as_str()), ("No plan", "It fails."));
    assert_eq!(told.path.as_ref().unwrap().to_string(), "fail");
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_panic_in_a_plan_is_a_diagnostic() {
    let terraform = Hosted::configured().await;
    let error = terraform.host.plan(THING, None, &json!({ "name": "a", "fail": "plan-panic" })).await.unwrap_err();
    assert!(told(&error).summary.contains(THING) && told(&error).detail.contains("the plan breaks"));
    assert!(terraform.host.plan(THING, None, &json!({ "name": "a" })).await.is_ok());
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_plan_that_terraform_would_refuse_is_found_here_first() {
    let terraform = Hosted::configured().await;
    let config = json!({ "name": "a", "note": "configured", "fail": "plan-breach" });
    let error = terraform.host.plan(THING, None, &config).await.unwrap_err();
    assert_eq!(told(&error).summary, "Provider produced invalid plan");
    assert!(told(&error).detail.starts_with(&format!("{THING}.note: ")), "{error}");
    terraform.shutdown().await;
}

#[tokio::test]
async fn the_identity_and_private_data_go_through_a_plan_to_change() {
    let terraform = Hosted::configured().await;
    let config = json!({ "name": "a" });
    let mut state = terraform.create(&config).await;
    state.private = br#"{"revision":7}"#.to_vec();
    let planned = terraform.host.plan(THING, Some(&state), &with(&config, json!({ "note": "new" }))).await.unwrap();
    assert_eq!(planned.identity, state.identity);
    assert_eq!(planned.private, br#"{"revision":7}"#);
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_resource_is_deferred_where_the_client_can_wait_and_only_there() {
    let config = json!({ "name": "a", "fail": "defer" });
    let terraform = Hosted::configured().await;
    assert_eq!(terraform.host.plan(THING, None, &config).await.unwrap().deferred, None);
    let terraform = terraform.waiting();
    let planned = terraform.host.plan(THING, None, &config).await.unwrap();
    assert_eq!(planned.deferred, Some(DeferredReason::AbsentPrerequisite));
    terraform.shutdown().await;
}

#[tokio::test]
async fn everything_waits_for_an_unknown_provider_configuration() {
    let terraform = Hosted::configured().await;
    let state = terraform.create(&json!({ "name": "a" })).await;
    terraform.shutdown().await;

    let terraform = Hosted::start().await.waiting();
    assert!(terraform.host.configure(&json!({ "folder": unknown() })).await.unwrap().is_empty());
    let expected = Some(DeferredReason::ProviderConfigUnknown);
    let planned = terraform.host.plan(THING, None, &json!({ "name": "a" })).await.unwrap();
    assert_eq!((planned.deferred, &planned.shown()["id"]), (expected, &unknown()));
    let refreshed = terraform.host.refresh(&state).await.unwrap();
    assert_eq!((refreshed.deferred, refreshed.state.as_ref()), (expected, Some(&state)));
    assert!(terraform.host.import(THING, "a").await.is_ok());
    assert_eq!(terraform.host.read_data(THING, &json!({ "name": "a" })).await.unwrap().deferred, expected);

    // One that cannot wait hears why there is no answer.
    let host = terraform.host.with_terraform(Default::default());
    assert_eq!(told(&host.refresh(&state).await.unwrap_err()).summary, "The provider is not configured");
    host.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_client_that_cannot_wait_still_plans_a_creation() {
    let terraform = Hosted::start().await;
    terraform.host.configure(&json!({ "folder": unknown() })).await.unwrap();
    let planned = terraform.host.plan(THING, None, &json!({ "name": "a" })).await.unwrap();
    assert_eq!(planned.deferred, None);
    terraform.shutdown().await;
}

#[tokio::test]
async fn a_thousand_plans_at_once_are_answered() {
    let terraform = Hosted::configured().await;
    let config = json!({ "triggers": { "k": "v" } });
    let plans = (0..1000).map(|_| terraform.host.plan(TRIGGER, None, &config));
    for planned in futures_util::future::join_all(plans).await {
        assert!(planned.unwrap().diagnostics.is_empty());
    }
    terraform.shutdown().await;
}
