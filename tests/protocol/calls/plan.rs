//! `PlanResourceChange`: the rules of a plan, and their order.

use serde_json::{Value as Json, json};
use tfplug::proto::tfplugin6 as proto;

use super::{
    session::{CLIENT, Session, THING, TRIGGER, WAITING_CLIENT, only, path, shown_identity},
    values::{UNKNOWN, number, sent, type_of, value, with},
};

fn replaced(plan: &super::session::Plan) -> Vec<String> {
    plan.response.requires_replace.iter().map(|it| path(Some(it))).collect()
}

#[tokio::test]
async fn a_creation_has_defaults_and_unknowns_and_no_write_only_value() {
    let mut session = Session::configured().await;
    let config = json!({
        "name": "a", "password": "swordfish", "policy": {}, "rules": [{ "path": "/" }],
        "members": [{ "user": "ann" }], "step": [{ "title": "one" }],
    });
    let plan = session.plan(&Json::Null, &config).await;
    assert_eq!(plan.diagnostics, []);
    let expected = json!({
        "name": "a", "id": UNKNOWN, "zone": UNKNOWN, "size": 1, "password_length": UNKNOWN, "revision": UNKNOWN,
        "made_by": UNKNOWN, "policy": { "kind": "soft", "made": UNKNOWN },
        "rules": [{ "path": "/", "number": UNKNOWN }],
        "members": [{ "user": "ann", "role": "reader" }], "step": [{ "title": "one", "done": false }],
    });
    assert_eq!(plan.planned, expected);
    assert_eq!(replaced(&plan), Vec::<String>::new(), "nothing is there to be replaced");
    assert!(plan.response.planned_identity.is_none() && plan.response.deferred.is_none());
    session.shutdown().await;
}

#[tokio::test]
async fn the_resource_s_own_step_comes_last() {
    let mut session = Session::configured().await;
    // The default of `policy.kind` is filled in, and `made_by` unknown, before the resource looks at both.
    let plan = session.plan(&Json::Null, &json!({ "name": "a", "size": 42, "policy": {} })).await;
    assert_eq!(plan.planned["made_by"], "plan of soft");
    session.shutdown().await;
}

#[tokio::test]
async fn without_a_change_nothing_becomes_unknown() {
    let mut session = Session::configured().await;
    let config = json!({ "name": "a", "users": ["x", "y"], "policy": {}, "rules": [{ "path": "/" }] });
    let state = session.create(&config).await.state;
    let again = with(&config, json!({ "users": ["y", "x"] }));
    let plan = session.plan(&state, &again).await;
    assert_eq!(plan.planned, state, "the order in a set is no difference");
    session.shutdown().await;
}

#[tokio::test]
async fn a_change_makes_unknown_what_is_computed_and_keeps_what_says_so() {
    let mut session = Session::configured().await;
    let config = json!({ "name": "a", "policy": {} });
    let state = session.create(&config).await.state;
    let plan = session.plan(&state, &with(&config, json!({ "note": "new" }))).await;
    assert_eq!(plan.diagnostics, []);
    assert_eq!(plan.planned["revision"], UNKNOWN);
    assert_eq!(plan.planned["id"], "id-of-a");
    assert_eq!(plan.planned["policy"]["made"], "for a", "nested attributes keep theirs too");
    assert_eq!(plan.planned["made_by"], Json::Null, "a null that the provider gave is kept");
    assert_eq!(replaced(&plan), Vec::<String>::new());
    session.shutdown().await;
}

#[tokio::test]
async fn a_value_in_other_words_is_no_change() {
    let mut session = Session::configured().await;
    let config = json!({ "name": "a", "at": "2026-01-01T10:00:00+08:00" });
    let state = session.create(&config).await.state;
    let plan = session.plan(&state, &with(&config, json!({ "at": "2026-01-01T02:00:00Z" }))).await;
    assert_eq!(plan.planned, state, "and neither does it make anything unknown");
    let plan = session.plan(&state, &with(&config, json!({ "at": "2026-01-01T02:00:01Z" }))).await;
    assert_eq!(plan.planned["at"], "2026-01-01T02:00:01Z");
    session.shutdown().await;
}

#[tokio::test]
async fn paths_that_require_a_replacement_are_told() {
    let mut session = Session::configured().await;
    let config = json!({ "name": "a", "policy": { "sessions": 4 }, "members": [{ "user": "ann" }] });
    let state = session.create(&config).await.state;
    let change = |changes| with(&config, changes);

    let plan = session.plan(&state, &change(json!({ "name": "b" }))).await;
    assert_eq!(replaced(&plan), ["name"]);
    let plan = session.plan(&state, &change(json!({ "policy": { "sessions": 3 } }))).await;
    assert_eq!(replaced(&plan), ["policy.sessions"], "a plan modifier of one's own");
    let plan = session.plan(&state, &change(json!({ "policy": { "sessions": 5 } }))).await;
    assert_eq!(replaced(&plan), Vec::<String>::new());
    let plan = session.plan(&state, &change(json!({ "members": [{ "user": "bob" }, { "user": "eve" }] }))).await;
    assert_eq!(replaced(&plan), ["members"], "elements of a set have no path of their own");
    let plan = session.plan(&state, &change(json!({ "name": UNKNOWN }))).await;
    assert_eq!(replaced(&plan), ["name"], "an unknown name may be another one");
    session.shutdown().await;
}

#[tokio::test]
async fn unknown_values_of_the_configuration_stay_unknown() {
    let mut session = Session::configured().await;
    let config = json!({
        "name": "a", "size": UNKNOWN, "zone": UNKNOWN, "policy": UNKNOWN, "rules": [{ "path": UNKNOWN }],
        "labels": { "k": { "text": UNKNOWN } }, "users": ["x", UNKNOWN], "step": UNKNOWN, "anything": UNKNOWN,
    });
    let plan = session.plan(&Json::Null, &config).await;
    assert_eq!(plan.diagnostics, []);
    for name in ["size", "zone", "policy", "step", "anything", "labels"] {
        assert_eq!(plan.planned[name], config[name], "{name}");
    }
    assert_eq!(plan.planned["rules"], json!([{ "path": UNKNOWN, "number": UNKNOWN }]));
    assert_eq!(plan.planned["users"].as_array().unwrap().len(), 2, "which of them are unknown is not forgotten");
    session.shutdown().await;
}

#[tokio::test]
async fn numbers_and_dynamic_values_are_as_exact_as_they_came() {
    let mut session = Session::configured().await;
    let anything = json!({ "type": ["tuple", ["string", ["map", "number"]]], "value": ["ä✓", { "k": 0.1 }] });
    let config = json!({ "name": "a", "exact": number("123456789012345678901234567890.5"), "anything": anything });
    let state = session.create(&config).await.state;
    assert_eq!(state["exact"], config["exact"]);
    assert_eq!(state["anything"], config["anything"]);
    let plan = session.plan(&state, &config).await;
    assert_eq!(plan.planned, state);
    session.shutdown().await;
}

#[tokio::test]
async fn a_plan_to_destroy_only_has_the_resource_s_own_step() {
    let mut session = Session::configured().await;
    let state = session.create(&json!({ "name": "a" })).await.state;
    let plan = session.plan(&state, &Json::Null).await;
    assert_eq!(plan.planned, Json::Null);
    assert_eq!(only(&plan.diagnostics).0, "a is going to be gone");
    assert_eq!(plan.diagnostics[0].severity(), proto::diagnostic::Severity::Warning);
    session.shutdown().await;
}

#[tokio::test]
async fn an_error_of_the_resource_carries_its_path() {
    let mut session = Session::configured().await;
    let plan = session.plan(&Json::Null, &json!({ "name": "a", "fail": "plan" })).await;
    assert_eq!(only(&plan.diagnostics), ("No plan", "It fails."));
    assert_eq!(path(plan.diagnostics[0].attribute.as_ref()), "fail");
    session.shutdown().await;
}

#[tokio::test]
async fn a_panic_in_a_plan_is_a_diagnostic() {
    let mut session = Session::configured().await;
    let plan = session.plan(&Json::Null, &json!({ "name": "a", "fail": "plan-panic" })).await;
    let (summary, detail) = only(&plan.diagnostics);
    assert!(summary.contains(THING) && detail.contains("the plan breaks"));
    assert_eq!(session.plan(&Json::Null, &json!({ "name": "a" })).await.diagnostics, []);
    session.shutdown().await;
}

#[tokio::test]
async fn a_plan_that_terraform_would_refuse_is_found_here_first() {
    let mut session = Session::configured().await;
    let plan = session.plan(&Json::Null, &json!({ "name": "a", "note": "configured", "fail": "plan-breach" })).await;
    let (summary, detail) = only(&plan.diagnostics);
    assert_eq!(summary, "Provider produced invalid plan");
    assert!(detail.starts_with("note:"), "{detail}");
    session.shutdown().await;
}

#[tokio::test]
async fn the_identity_stays_through_a_plan_to_change() {
    let mut session = Session::configured().await;
    let config = json!({ "name": "a" });
    let state = session.create(&config).await.state;
    let identity = session.identity(&json!({ "name": "a", "zone": "home" }));
    let mut request = session.plan_request(THING, &state, &with(&config, json!({ "note": "new" })));
    request.prior_identity = Some(identity);
    let plan = session.plan_of(request).await;
    assert_eq!(shown_identity(plan.response.planned_identity.as_ref()), json!({ "name": "a", "zone": "home" }));
    session.shutdown().await;
}

#[tokio::test]
async fn private_data_goes_through_a_plan() {
    let mut session = Session::configured().await;
    let config = json!({ "name": "a" });
    let state = session.create(&config).await.state;
    let mut request = session.plan_request(THING, &state, &with(&config, json!({ "note": "new" })));
    request.prior_private = br#"{"revision":7}"#.as_slice().into();
    let plan = session.plan_of(request).await;
    assert_eq!(plan.response.planned_private.as_ref(), br#"{"revision":7}"#);
    session.shutdown().await;
}

#[tokio::test]
async fn a_resource_is_deferred_where_the_client_can_wait_and_only_there() {
    let mut session = Session::configured().await;
    let mut request = session.plan_request(THING, &Json::Null, &json!({ "name": "a", "fail": "defer" }));
    request.client_capabilities = Some(WAITING_CLIENT);
    let plan = session.plan_of(request.clone()).await;
    assert_eq!(plan.response.deferred.unwrap().reason(), proto::deferred::Reason::AbsentPrereq);
    request.client_capabilities = Some(CLIENT);
    assert_eq!(session.plan_of(request.clone()).await.response.deferred, None);
    request.client_capabilities = None;
    assert_eq!(session.plan_of(request).await.response.deferred, None);
    session.shutdown().await;
}

#[tokio::test]
async fn everything_waits_for_an_unknown_provider_configuration() {
    let mut session = Session::start().await;
    let diagnostics = session.configure(&json!({ "folder": UNKNOWN }), WAITING_CLIENT).await;
    assert_eq!(diagnostics, []);
    let reason = |deferred: Option<proto::Deferred>| deferred.map(|deferred| deferred.reason());
    let expected = Some(proto::deferred::Reason::ProviderConfigUnknown);

    let mut request = session.plan_request(THING, &Json::Null, &json!({ "name": "a" }));
    request.client_capabilities = Some(WAITING_CLIENT);
    let plan = session.plan_of(request).await;
    assert_eq!((plan.diagnostics.as_slice(), reason(plan.response.deferred)), ([].as_slice(), expected));
    assert_eq!(plan.planned["id"], UNKNOWN);

    let state = json!({ "name": "a", "id": "id-of-a" });
    let mut request = session.read_request(&state);
    request.client_capabilities = Some(WAITING_CLIENT);
    let read = session.read_of(request.clone()).await;
    assert_eq!((reason(read.deferred), session.shown(THING, read.new_state.as_ref())), (expected, state));

    // One that cannot wait hears why there is no answer.
    request.client_capabilities = Some(CLIENT);
    let read = session.read_of(request).await;
    assert_eq!(read.deferred, None);
    assert_eq!(only(&read.diagnostics).0, "The provider is not configured");

    let import = proto::import_resource_state::Request {
        type_name: THING.to_owned(),
        id: "a".to_owned(),
        client_capabilities: Some(WAITING_CLIENT),
        identity: None,
    };
    let imported = session.client.import_resource_state(import).await.unwrap().into_inner();
    assert_eq!(reason(imported.deferred), expected);

    let ty = type_of(session.schemas.data_source_schemas[THING].block.as_ref().unwrap());
    let request = proto::read_data_source::Request {
        type_name: THING.to_owned(),
        config: Some(sent(&value(&json!({ "name": "a" }), &ty), &ty)),
        client_capabilities: Some(WAITING_CLIENT),
        ..Default::default()
    };
    let data = session.client.read_data_source(request).await.unwrap().into_inner();
    assert_eq!(reason(data.deferred), expected);
    session.shutdown().await;
}

#[tokio::test]
async fn a_client_that_cannot_wait_still_plans_a_creation() {
    let mut session = Session::start().await;
    assert_eq!(session.configure(&json!({ "folder": UNKNOWN }), CLIENT).await, []);
    let plan = session.plan(&Json::Null, &json!({ "name": "a" })).await;
    assert_eq!((plan.diagnostics.len(), plan.response.deferred), (0, None));
    session.shutdown().await;
}

#[tokio::test]
async fn a_thousand_plans_at_once_are_answered() {
    let session = Session::configured().await;
    let request = session.plan_request(TRIGGER, &Json::Null, &json!({ "triggers": { "k": "v" } }));
    let plans = (0..1000).map(|_| {
        let (mut client, request) = (session.client.clone(), request.clone());
        tokio::spawn(async move { client.plan_resource_change(request).await.unwrap().into_inner() })
    });
    for plan in plans.collect::<Vec<_>>() {
        assert_eq!(plan.await.unwrap().diagnostics, []);
    }
    session.shutdown().await;
}
