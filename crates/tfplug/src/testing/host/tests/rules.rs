//! A provider that breaks a rule is caught, and told which one.

use serde_json::{Value as Json, json};

use super::scripted::{Scripted, THING, identity, identity_type, sent, value};
use crate::{
    proto::tfplugin6 as proto,
    testing::{Applied, Error, Host, Importing, ListOptions, MoveFrom, PlannedAction, Rule, State, unknown},
    value::{Path, Value},
};

#[track_caller]
fn rules(error: &Error) -> Vec<(String, Rule)> {
    assert!(error.diagnostics().iter().all(|it| it.severity == crate::Severity::Warning), "{error}");
    error.violations().iter().map(|it| (it.path.to_string(), it.rule)).collect()
}

fn at(path: &str, rule: Rule) -> Vec<(String, Rule)> {
    vec![(path.to_owned(), rule)]
}

fn state(json: &Json) -> State {
    State {
        type_name: THING.to_owned(),
        value: value(json),
        private: b"private".to_vec(),
        identity: None,
        schema_version: 0,
        identity_version: 0,
        is_tainted: false,
    }
}

fn there() -> State {
    state(&json!({ "name": "a", "id": "1" }))
}

#[tokio::test]
async fn an_invalid_plan_is_caught() {
    let config = json!({ "name": "a", "secret": "s", "set": [{ "a": "x" }], "step": [{ "path": "/" }] });
    let good = json!({
        "name": "a", "id": unknown(), "set": [{ "a": "x", "b": unknown() }], "step": [{ "path": "/" }],
    });
    let planned = Scripted::planning([good.clone()]).host().await.plan(THING, None, &config).await.unwrap();
    assert_eq!(planned.action, PlannedAction::Create);
    for (change, expected) in [
        (json!({ "name": "b" }), at("name", Rule::WhatIsConfiguredIsPlanned)),
        (json!({ "note": "n" }), at("note", Rule::OnlyComputedIsAdded)),
        (json!({ "secret": "s" }), at("secret", Rule::WriteOnlyIsNull)),
        (json!({ "set": null }), at("set", Rule::WhatIsConfiguredExists)),
        (json!({ "set": unknown() }), at("set", Rule::WhatIsConfiguredIsNotUnknown)),
        (json!({ "set": [] }), at("set", Rule::AsManyElementsAsConfigured)),
        (json!({ "step": [] }), at("step", Rule::AsManyBlocksAsConfigured)),
        (json!({ "step": unknown() }), at("step", Rule::BlocksAreKnown)),
        (json!({ "step": [{ "path": "/x" }] }), at("step[0].path", Rule::WhatIsConfiguredIsPlanned)),
    ] {
        let mut plan = good.clone();
        change.as_object().unwrap().iter().for_each(|(name, it)| plan[name] = it.clone());
        let error = Scripted::planning([plan]).host().await.plan(THING, None, &config).await.unwrap_err();
        assert_eq!(rules(&error), expected);
    }
    let nothing = Scripted::planning([Json::Null]).host().await.plan(THING, None, &config).await.unwrap_err();
    assert_eq!(rules(&nothing), at("", Rule::WhatIsConfiguredExists));
    let mut provider = Scripted::planning([good]);
    provider.plans[0].planned_state = Some(proto::DynamicValue { msgpack: vec![0xc1].into(), ..Default::default() });
    let garbled = provider.host().await.plan(THING, None, &config).await.unwrap_err();
    assert_eq!(rules(&garbled), at("", Rule::OfItsType));
}

#[tokio::test]
async fn what_is_told_of_a_violation_names_the_values() {
    let provider = Scripted::planning([json!({ "name": "b", "id": unknown() })]);
    let error = provider.host().await.plan(THING, None, &json!({ "name": "a" })).await.unwrap_err();
    let values = [("config", Value::from("a")), ("planned", Value::from("b"))];
    assert_eq!(error.violations()[0].values, values);
    assert_eq!(
        error.to_string(),
        "a mistake in the provider: name: planned value must match the configuration or the prior value (config \
         String(\"a\"), planned String(\"b\"))"
    );
}

#[tokio::test]
async fn what_requires_a_replacement_exists_and_changes() {
    let path = |name: &str| (&Path::attribute(name)).into();
    let mut provider = Scripted::planning([json!({ "name": "b", "id": "1" }), json!({ "name": "b", "id": unknown() })]);
    provider.plans[0].requires_replace = vec![path("name"), path("note")];
    let planned = provider.clone().host().await.plan(THING, Some(&there()), &json!({ "name": "b" })).await.unwrap();
    assert_eq!(planned.requires_replace, [Path::attribute("name")], "nothing changes in the note");
    provider.plans[0].requires_replace = vec![path("nonsense")];
    provider.asked = Default::default();
    let error = provider.host().await.plan(THING, Some(&there()), &json!({ "name": "b" })).await.unwrap_err();
    assert_eq!(rules(&error), at("nonsense", Rule::WhatReplacesExists));
}

#[tokio::test]
async fn an_identity_is_known_unless_it_is_that_of_something_new() {
    let mut provider = Scripted::planning([json!({ "name": "b", "id": "1" })]);
    provider.plans[0].planned_identity = identity(&json!({ "id": unknown() }));
    let host = provider.host().await;
    assert!(host.plan(THING, None, &json!({ "name": "b" })).await.is_ok());
    let error = host.plan(THING, Some(&there()), &json!({ "name": "b" })).await.unwrap_err();
    assert_eq!(rules(&error), at("id", Rule::IdentityIsKnown));
}

#[tokio::test]
async fn a_provider_that_waits_unasked_is_caught() {
    let mut provider = Scripted::planning([json!({ "name": "a" })]);
    provider.plans[0].deferred = Some(proto::Deferred { reason: 1 });
    let error = provider.host().await.plan(THING, None, &json!({ "name": "a" })).await.unwrap_err();
    assert_eq!(rules(&error), at("", Rule::DeferralIsAllowed));
}

#[tokio::test]
async fn a_destruction_plans_nothing() {
    let host = Scripted::planning([json!({ "name": "a" })]).host().await;
    assert_eq!(rules(&host.plan_destroy(&there()).await.unwrap_err()), at("", Rule::DestroyPlansNothing));
}

/// A provider whose final plan is another than its first.
async fn final_plan(first: Json, last: Json, prior: Option<&State>, config: &Json) -> Applied {
    let host = Scripted::planning([first, last]).host().await;
    let planned = host.plan(THING, prior, config).await.unwrap();
    host.apply(&planned).await
}

#[tokio::test]
async fn an_inconsistent_final_plan_is_caught_and_nothing_is_applied() {
    let (first, last) = (json!({ "name": "a", "id": "1" }), json!({ "name": "a", "id": "2" }));
    let applied = final_plan(first, last, None, &json!({ "name": "a" })).await;
    assert_eq!(rules(&applied.outcome.unwrap_err()), at("id", Rule::WhatIsPlannedComesOut));
    assert_eq!(applied.state, None);

    let host = {
        let mut provider = Scripted::planning([json!({ "name": "b", "id": "1" }), json!({ "name": "b", "id": "1" })]);
        provider.plans[1].requires_replace = vec![(&Path::attribute("name")).into()];
        provider.host().await
    };
    let planned = host.plan(THING, Some(&there()), &json!({ "name": "b" })).await.unwrap();
    assert_eq!(planned.action, PlannedAction::Update);
    let applied = host.apply(&planned).await;
    assert_eq!(rules(&applied.outcome.unwrap_err()), at("", Rule::SameAction));
    assert_eq!(applied.state, Some(there()));

    // A change that turns out to be none is no mistake.
    let (first, last) = (json!({ "name": "a", "id": unknown() }), json!({ "name": "a", "id": "1" }));
    let applied = final_plan(first, last, Some(&there()), &json!({ "name": "a" })).await;
    assert_eq!((applied.outcome, applied.state), (Ok(()), Some(there())));
}

/// What comes of a creation that was planned with a set of two, and is answered so.
async fn created(answer: Option<proto::DynamicValue>) -> Applied {
    let config = json!({ "name": "a", "set": [{ "a": "x" }, { "a": "y" }] });
    let plan = json!({
        "name": "a", "id": unknown(), "set": [{ "a": "x", "b": unknown() }, { "a": "y", "b": unknown() }],
    });
    let mut provider = Scripted::planning([plan]);
    provider.apply.new_state = answer;
    provider.apply.private = b"applied".to_vec().into();
    let host = provider.host().await;
    let planned = host.plan(THING, None, &config).await.unwrap();
    host.apply(&planned).await
}

#[tokio::test]
async fn a_result_that_does_not_fit_the_plan_is_caught_and_stored_as_tainted() {
    let set = || json!([{ "a": "x", "b": "1" }, { "a": "y", "b": "2" }]);
    let good = json!({ "name": "a", "id": "1", "set": set() });
    let applied = created(sent(&good)).await;
    assert_eq!(applied.outcome, Ok(()));
    assert_eq!(applied.state.unwrap().private, b"applied");
    for (change, expected) in [
        (json!({ "name": "b" }), at("name", Rule::WhatIsPlannedComesOut)),
        (json!({ "note": "n" }), at("note", Rule::WhatIsNotPlannedDoesNotExist)),
        (json!({ "set": [{ "a": "x", "b": "1" }] }), at("set", Rule::ElementsOfSetsCorrelate)),
        (json!({ "id": unknown() }), at("id", Rule::WhollyKnown)),
        (json!({ "step": [{ "path": "/" }] }), at("step", Rule::AsManyBlocksAsPlanned)),
    ] {
        let mut answer = good.clone();
        change.as_object().unwrap().iter().for_each(|(name, it)| answer[name] = it.clone());
        let applied = created(sent(&answer)).await;
        assert_eq!(rules(applied.outcome.as_ref().unwrap_err()), expected);
        let stored = applied.state.unwrap();
        assert!(stored.is_tainted && stored.value.is_wholly_known());
    }
    let mut grown = good.clone();
    grown["set"].as_array_mut().unwrap().push(json!({ "a": "x", "b": "3" }));
    assert_eq!(rules(&created(sent(&grown)).await.outcome.unwrap_err()), at("set", Rule::SetsDoNotGrow));
    let mut leaking = good;
    leaking["secret"] = json!("s");
    let applied = created(sent(&leaking)).await;
    assert_eq!(rules(&applied.outcome.unwrap_err()), at("secret", Rule::WriteOnlyIsNull));
    assert_eq!(applied.state, None, "what must not be stored is not");
    let applied = created(sent(&Json::Null)).await;
    assert_eq!(rules(&applied.outcome.unwrap_err()), at("", Rule::WhatIsPlannedExists));
}

#[tokio::test]
async fn what_is_destroyed_is_gone() {
    let mut provider = Scripted::planning([Json::Null]);
    provider.apply.new_state = sent(&json!({ "name": "a", "id": "1" }));
    let host = provider.host().await;
    let planned = host.plan_destroy(&there()).await.unwrap();
    let applied = host.apply(&planned).await;
    assert_eq!(rules(&applied.outcome.unwrap_err()), at("", Rule::NothingAfterDestroy));
    assert!(applied.state.is_some());
}

#[tokio::test]
async fn a_plugin_that_breaks_in_an_apply_leaves_what_terraform_knows() {
    let mut provider = Scripted::planning([json!({ "name": "b", "id": "1" })]);
    provider.breaks = true;
    let host = provider.host().await;
    let planned = host.plan(THING, Some(&there()), &json!({ "name": "b" })).await.unwrap();
    let applied = host.apply(&planned).await;
    let error = applied.outcome.unwrap_err();
    assert_eq!(error.diagnostics()[0].detail, "ApplyResourceChange failed with Unavailable: it broke");
    let stored = applied.state.unwrap();
    assert_eq!((stored.value, stored.private.len()), (there().value, 0), "Terraform loses what is private then");
    let created = host.plan(THING, None, &json!({ "name": "b" })).await.unwrap();
    assert_eq!(host.apply(&created).await.state, None);
}

#[tokio::test]
async fn what_is_read_is_known_and_without_what_is_write_only() {
    for (answer, expected) in [
        (json!({ "name": "a", "id": unknown() }), at("id", Rule::WhollyKnown)),
        (json!({ "name": "a", "secret": "s" }), at("secret", Rule::WriteOnlyIsNull)),
    ] {
        let mut provider = Scripted::default();
        provider.read.new_state = sent(&answer);
        let error = provider.host().await.refresh(&there()).await.unwrap_err();
        assert_eq!(rules(&error), expected);
    }
    let mut provider = Scripted::default();
    provider.read.new_state = sent(&json!({ "name": "a" }));
    provider.read.new_identity = identity(&json!({ "id": unknown() }));
    let error = provider.host().await.refresh(&there()).await.unwrap_err();
    assert_eq!(rules(&error), at("id", Rule::IdentityIsKnown));
}

fn imported(type_name: &str, state: &Json) -> proto::import_resource_state::ImportedResource {
    proto::import_resource_state::ImportedResource {
        type_name: type_name.to_owned(),
        state: sent(state),
        ..Default::default()
    }
}

#[tokio::test]
async fn an_import_finds_one_thing_of_its_type() {
    let thing = || imported(THING, &json!({ "name": "a" }));
    for (resources, by, expected) in [
        (vec![], Importing::from("a"), at("", Rule::ImportsOneThing)),
        (vec![thing(), thing()], "a".into(), at("", Rule::ImportsOneThing)),
        (vec![imported("it_other", &json!({ "name": "a" }))], "a".into(), at("", Rule::ImportsOneThing)),
        (vec![imported(THING, &Json::Null)], "a".into(), at("", Rule::ImportsOneThing)),
        (vec![thing()], json!({ "id": "1" }).into(), at("", Rule::ImportHasIdentity)),
        (
            vec![imported(THING, &json!({ "name": "a", "secret": "s" }))],
            "a".into(),
            at("secret", Rule::WriteOnlyIsNull),
        ),
    ] {
        let mut provider = Scripted::default();
        provider.import.imported_resources = resources;
        let error = provider.host().await.import_only(THING, by).await.unwrap_err();
        assert_eq!(rules(&error), expected);
    }
}

#[tokio::test]
async fn what_is_moved_or_upgraded_is_known_and_without_what_is_write_only() {
    for (answer, expected) in [
        (json!({ "name": "a", "id": unknown() }), at("id", Rule::WhollyKnown)),
        (json!({ "name": "a", "secret": "s" }), at("secret", Rule::WriteOnlyIsNull)),
    ] {
        let mut provider = Scripted::default();
        provider.moved.target_state = sent(&answer);
        provider.upgrade.upgraded_state = sent(&answer);
        let host = provider.host().await;
        assert_eq!(rules(&host.move_state(&MoveFrom::default(), THING).await.unwrap_err()), expected);
        assert_eq!(rules(&host.upgrade(THING, 0, &json!({})).await.unwrap_err()), expected);
    }
}

#[tokio::test]
async fn data_is_there_and_known() {
    let read = async |answer: &Json| {
        let mut provider = Scripted::default();
        provider.data.state = sent(answer);
        provider.host().await.read_data(THING, &json!({ "name": "a" })).await.unwrap_err()
    };
    assert_eq!(rules(&read(&Json::Null).await), at("", Rule::SomethingAfterApply));
    assert_eq!(rules(&read(&json!({ "name": "a", "id": unknown() })).await), at("id", Rule::WhollyKnown));
}

#[tokio::test]
async fn what_is_opened_is_what_was_configured() {
    let mut provider = Scripted::default();
    provider.open.result = sent(&json!({ "name": "b" }));
    let error = provider.host().await.open(THING, &json!({ "name": "a" })).await.unwrap_err();
    assert_eq!(rules(&error), at("name", Rule::WhatIsConfiguredIsPlanned));
}

#[tokio::test]
async fn what_is_listed_has_an_identity() {
    let list = [proto::list_resource::Event { display_name: "a".to_owned(), ..Default::default() }];
    let host: Host = Scripted { list: list.to_vec(), ..Default::default() }.host().await;
    let error = host.list(THING, &json!({ "name": "a" }), ListOptions::default()).await.unwrap_err();
    assert_eq!(rules(&error), at("", Rule::ListedHasIdentity));
    assert_eq!(identity_type().to_json()[1]["id"], "string");
}
