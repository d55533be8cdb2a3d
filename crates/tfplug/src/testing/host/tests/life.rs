use std::time::SystemTime;

use serde_json::{Value as Json, json};

use super::garden::{Garden, Service, garden};
use crate::{
    testing::{
        Error, Host, Importing, Kind, ListOptions, MoveFrom, PlanOptions, PlannedAction, Terraform, shown, unknown,
    },
    value::Path,
};

const BED: &str = "garden_bed";

fn full() -> Json {
    json!({
        "name": "a", "password": "swordfish",
        "plants": [{ "kind": "rose" }, { "kind": "leek", "count": 3 }],
        "rows": { "north": { "length": 2 } },
        "step": [{ "title": "dig" }, { "title": "sow" }],
        "fence": { "height": 1 },
    })
}

#[track_caller]
fn summary(error: &Error) -> &str {
    assert_eq!(error.violations(), [], "{error}");
    &error.diagnostics().last().expect("a diagnostic").summary
}

#[tokio::test]
async fn a_resource_lives_through_creation_change_replacement_and_destruction() {
    let (host, service) = garden().await;
    let planned = host.plan(BED, None, &full()).await.unwrap();
    assert_eq!(planned.action, PlannedAction::Create);
    let plan = json!({
        "name": "a", "id": unknown(), "size": 1, "note": unknown(),
        "plants": [{ "kind": "leek", "count": 3 }, { "kind": "rose", "count": 1 }],
        "rows": { "north": { "length": 2, "mark": unknown() } },
        "step": [{ "title": "dig" }, { "title": "sow" }], "fence": { "height": 1 },
    });
    let mut shown = planned.shown();
    shown["plants"].as_array_mut().unwrap().sort_by_key(|plant| plant["kind"].to_string());
    assert_eq!(shown, plan);

    let bed = host.create(BED, &full()).await.unwrap();
    assert_eq!(bed.shown()["id"], "bed-a");
    assert_eq!(bed.shown()["rows"]["north"], json!({ "length": 2, "mark": "mark-north" }));
    assert_eq!(bed.shown_identity(), json!({ "name": "a", "garden": "home" }));
    assert_eq!((bed.private.as_slice(), bed.schema_version, bed.is_tainted), (&br#"{"made":true}"#[..], 2, false));
    assert!(service.log().contains(&"create with swordfish".to_owned()), "what is write-only comes with the config");

    let mut config = full();
    config["plants"] = json!([{ "kind": "leek", "count": 3 }, { "kind": "kale" }]);
    config["rows"]["south"] = json!({ "length": 4 });
    config["step"] = json!([]);
    let planned = host.plan(BED, Some(&bed), &config).await.unwrap();
    assert_eq!(planned.action, PlannedAction::Update);
    let rows = json!({
        "north": { "length": 2, "mark": "mark-north" }, "south": { "length": 4, "mark": unknown() },
    });
    assert_eq!(planned.shown()["rows"], rows);
    let bed = host.update(&bed, &config).await.unwrap();

    config["name"] = json!("b");
    let planned = host.plan(BED, Some(&bed), &config).await.unwrap();
    assert_eq!(planned.action, PlannedAction::DeleteThenCreate);
    assert_eq!(planned.requires_replace, [Path::attribute("name")]);
    assert_eq!(planned.shown()["id"], unknown());
    let bed = host.update(&bed, &config).await.unwrap();
    assert_eq!((bed.shown()["id"].clone(), service.beds().len()), (json!("bed-b"), 1));

    host.destroy(&bed).await.unwrap();
    assert!(service.beds().is_empty());
}

#[tokio::test]
async fn the_same_configuration_plans_nothing_and_applies_nothing() {
    let (host, service) = garden().await;
    let bed = host.create(BED, &full()).await.unwrap();
    let planned = host.plan(BED, Some(&bed), &full()).await.unwrap();
    assert_eq!(planned.action, PlannedAction::NoOp);
    let told = service.log().len();
    assert_eq!(host.apply(&planned).await.into_result().unwrap(), Some(bed));
    assert_eq!(service.log().len(), told);
}

#[tokio::test]
async fn what_is_not_known_in_the_plan_is_known_in_the_apply() {
    let (host, _) = garden().await;
    let planned = host.plan(BED, None, &json!({ "name": "a", "note": unknown() })).await.unwrap();
    assert_eq!(planned.shown()["note"], unknown());
    let refused = host.apply(&planned).await;
    assert!(matches!(&refused.outcome, Err(Error::Refused { path, .. }) if *path == Path::attribute("note")));
    let last = host.replan(&planned, &json!({ "name": "a", "note": "wet" })).await.unwrap();
    assert_eq!(last.shown()["note"], "wet");
    let bed = host.apply_with(&planned, &json!({ "name": "a", "note": "wet" })).await.into_result().unwrap().unwrap();
    assert_eq!(bed.shown()["note"], "wet");
}

#[tokio::test]
async fn what_failed_to_be_created_is_tainted_and_replaced() {
    let (host, service) = garden().await;
    let planned = host.plan(BED, None, &json!({ "name": "a", "fail": "after" })).await.unwrap();
    let applied = host.apply(&planned).await;
    assert_eq!(summary(applied.outcome.as_ref().unwrap_err()), "Half a bed");
    let bed = applied.state.unwrap();
    assert!(bed.is_tainted && bed.shown()["id"] == "bed-a");

    let planned = host.plan(BED, Some(&bed), &json!({ "name": "a" })).await.unwrap();
    assert_eq!(planned.action, PlannedAction::DeleteThenCreate);
    assert_eq!(planned.shown()["id"], unknown(), "as if it were not there");
    let bed = host.apply(&planned).await.into_result().unwrap().unwrap();
    assert!(!bed.is_tainted);
    assert!(service.log().contains(&"delete a".to_owned()));
}

#[tokio::test]
async fn what_never_came_to_be_leaves_no_state_and_what_could_not_change_or_go_keeps_its_own() {
    let (host, _) = garden().await;
    let planned = host.plan(BED, None, &json!({ "name": "a", "fail": "before" })).await.unwrap();
    let applied = host.apply(&planned).await;
    assert_eq!((summary(applied.outcome.as_ref().unwrap_err()), applied.state), ("No bed", None));

    let bed = host.create(BED, &json!({ "name": "a" })).await.unwrap();
    let planned = host.plan(BED, Some(&bed), &json!({ "name": "a", "fail": "update" })).await.unwrap();
    let applied = host.apply(&planned).await;
    assert_eq!(summary(applied.outcome.as_ref().unwrap_err()), "No change");
    assert_eq!(applied.state.as_ref(), Some(&bed));

    let bed = host.update(&bed, &json!({ "name": "a", "fail": "delete" })).await.unwrap();
    let planned = host.plan_destroy(&bed).await.unwrap();
    let applied = host.apply(&planned).await;
    assert_eq!(summary(applied.outcome.as_ref().unwrap_err()), "It stays");
    assert_eq!(applied.state.as_ref(), Some(&bed));
    // A replacement ends there too.
    let planned = host.plan(BED, Some(&bed), &json!({ "name": "b" })).await.unwrap();
    let applied = host.apply(&planned).await;
    assert_eq!((summary(applied.outcome.as_ref().unwrap_err()), applied.state), ("It stays", Some(bed)));
}

#[tokio::test]
async fn a_replacement_can_create_first_and_keeps_what_it_cannot_remove() {
    let (host, service) = garden().await;
    let options = PlanOptions { create_before_destroy: true, replace: false };
    let bed = host.create(BED, &json!({ "name": "a" })).await.unwrap();
    let planned = host.plan_with(BED, Some(&bed), &json!({ "name": "b" }), options).await.unwrap();
    assert_eq!(planned.action, PlannedAction::CreateThenDelete);
    let applied = host.apply(&planned).await;
    assert_eq!((&applied.outcome, &applied.deposed), (&Ok(()), &None));
    assert_eq!(service.log().last().unwrap(), "delete a");
    let bed = applied.state.unwrap();

    let failing = host.plan_with(BED, Some(&bed), &json!({ "name": "c", "fail": "before" }), options).await.unwrap();
    let applied = host.apply(&failing).await;
    assert_eq!((applied.state.as_ref(), applied.deposed), (Some(&bed), None), "it is the resource again");
    let half = host.plan_with(BED, Some(&bed), &json!({ "name": "c", "fail": "after" }), options).await.unwrap();
    let applied = host.apply(&half).await;
    assert_eq!(applied.deposed.as_ref(), Some(&bed));
    assert!(applied.state.unwrap().is_tainted);
}

#[tokio::test]
async fn a_replacement_can_be_asked_for() {
    let (host, _) = garden().await;
    let bed = host.create(BED, &json!({ "name": "a" })).await.unwrap();
    let options = PlanOptions { replace: true, ..Default::default() };
    let planned = host.plan_with(BED, Some(&bed), &json!({ "name": "a" }), options).await.unwrap();
    assert_eq!((planned.action, planned.requires_replace.len()), (PlannedAction::DeleteThenCreate, 0));
    assert!(host.apply(&planned).await.outcome.is_ok());
}

#[tokio::test]
async fn what_others_changed_or_removed_is_seen() {
    let (host, service) = garden().await;
    let bed = host.create(BED, &json!({ "name": "a", "note": "dry" })).await.unwrap();
    service.beds().get_mut("a").unwrap().note = "wet".to_owned().into();
    let unsettled = host.check_settled(&bed, &json!({ "name": "a" })).await.unwrap_err();
    assert_eq!(unsettled, Error::Unsettled { by: "refresh", paths: vec![Path::attribute("note")] });
    let refreshed = host.refresh(&bed).await.unwrap().state.unwrap();
    assert_eq!(refreshed.shown()["note"], "wet");
    let unsettled = host.check_settled(&refreshed, &json!({ "name": "a", "note": "dry" })).await.unwrap_err();
    assert_eq!(unsettled, Error::Unsettled { by: "plan", paths: vec![Path::attribute("note")] });
    service.beds().clear();
    assert_eq!(host.refresh(&bed).await.unwrap().state, None);
}

#[tokio::test]
async fn a_thing_is_imported_by_its_id_or_its_identity_and_must_exist() {
    let (host, service) = garden().await;
    let bed = host.create(BED, &json!({ "name": "a" })).await.unwrap();
    for by in [Importing::from("a"), json!({ "name": "a" }).into()] {
        let imported = host.import(BED, by).await.unwrap();
        assert_eq!((&imported.value, &imported.identity), (&bed.value, &bed.identity));
    }
    host.check_settled(&bed, &json!({ "name": "a" })).await.unwrap();
    let missing = host.import(BED, json!({ "garden": "home" })).await.unwrap_err();
    assert_eq!(missing.to_string(), "the identity attribute \"name\" is required");
    service.beds().clear();
    let gone = host.import(BED, "a").await.unwrap_err();
    assert_eq!(gone.to_string(), "there is nothing to import: its refresh finds nothing");
}

#[tokio::test]
async fn states_of_other_versions_and_types_are_taken_over() {
    let (host, _) = garden().await;
    let bed = host.create(BED, &json!({ "name": "a" })).await.unwrap();
    let mut stored = bed.stored();
    stored["stranger"] = json!(1);
    assert_eq!(host.upgrade(BED, 2, &stored).await.unwrap().value, bed.value);
    let upgraded = host.upgrade(BED, 1, &json!({ "title": "a" })).await.unwrap();
    assert_eq!(upgraded.shown()["name"], "a");
    assert_eq!(summary(&host.upgrade(BED, 0, &json!({})).await.unwrap_err()), "Too old");
    assert!(matches!(host.upgrade(BED, 3, &stored).await, Err(Error::Refused { .. })));
    let identity = host.upgrade_identity(BED, 0, &json!({ "title": "a" })).await.unwrap();
    assert_eq!(shown(&identity), json!({ "name": "a", "garden": "home" }));

    let mut from = MoveFrom {
        provider_address: "registry.terraform.io/fields/field".to_owned(),
        type_name: "field_strip".to_owned(),
        attributes: json!({ "label": "a" }),
        ..Default::default()
    };
    let moved = host.move_state(&from, BED).await.unwrap();
    assert_eq!((moved.shown()["id"].clone(), moved.shown_identity()["name"].clone()), (json!("bed-a"), json!("a")));
    from.type_name = "field_furrow".to_owned();
    assert_eq!(summary(&host.move_state(&from, BED).await.unwrap_err()), "field_furrow cannot become garden_bed");
}

#[tokio::test]
async fn a_state_becomes_the_configuration_for_it() {
    let (host, _) = garden().await;
    let bed = host.create(BED, &json!({ "name": "a", "note": "dry" })).await.unwrap();
    let config = host.generate_config(&bed).await.unwrap();
    assert_eq!(shown(&config), json!({ "name": "a", "note": "dry", "step": [] }));
}

#[tokio::test]
async fn data_is_read_once_its_configuration_is_known() {
    let (host, _) = garden().await;
    let data = host.read_data(BED, &json!({ "name": "a" })).await.unwrap();
    assert_eq!((data.shown(), data.is_read), (json!({ "name": "a", "result": "gone" }), true));
    let data = host.read_data(BED, &json!({ "name": unknown() })).await.unwrap();
    assert_eq!((data.shown(), data.is_read), (json!({ "name": unknown(), "result": unknown() }), false));
}

#[tokio::test]
async fn what_exists_is_listed_up_to_the_limit() {
    let (host, _) = garden().await;
    for name in ["a1", "a2", "b1"] {
        host.create(BED, &json!({ "name": name })).await.unwrap();
    }
    let listed = host.list(BED, &json!({ "prefix": "a" }), ListOptions::default()).await.unwrap();
    let names: Vec<_> = listed.found.iter().map(|found| found.display_name.as_str()).collect();
    assert_eq!(names, ["a1", "a2"]);
    assert_eq!(shown(&listed.found[0].identity), json!({ "name": "a1", "garden": "home" }));
    assert_eq!(listed.found[0].resource, None);
    let options = ListOptions { include_resource: true, limit: 1 };
    let listed = host.list(BED, &json!({}), options).await.unwrap();
    assert_eq!(listed.found.len(), 1);
    assert_eq!(shown(listed.found[0].resource.as_ref().unwrap())["id"], "bed-a1");
}

#[tokio::test]
async fn an_action_is_planned_and_invoked_and_tells_of_its_progress() {
    let (host, service) = garden().await;
    let planned = host.plan_action("garden_water", &json!({ "prefix": "a" })).await.unwrap();
    let mut told = Vec::new();
    let invoked = host.invoke_action(&planned, |line| told.push(line.to_owned())).await.unwrap();
    assert_eq!(invoked.progress, ["opening the tap", "closing the tap"]);
    assert_eq!(told, invoked.progress);
    assert_eq!(service.log().last().unwrap(), "water a");
    let planned = host.plan_action("garden_water", &json!({ "prefix": "fail" })).await.unwrap();
    assert_eq!(summary(&host.invoke_action(&planned, |_| ()).await.unwrap_err()), "No water");
    let planned = host.plan_action("garden_water", &json!({ "prefix": unknown() })).await.unwrap();
    assert!(matches!(host.invoke_action(&planned, |_| ()).await, Err(Error::Refused { .. })));
}

#[tokio::test]
async fn an_ephemeral_resource_is_opened_renewed_and_closed() {
    let (host, service) = garden().await;
    let mut key = host.open("garden_key", &json!({ "name": "a" })).await.unwrap();
    assert_eq!(key.shown(), json!({ "name": "a", "result": "a key" }));
    assert_eq!((key.is_open, key.renew_at), (true, Some(SystemTime::UNIX_EPOCH)));
    let debug = format!("{key:?}");
    assert!(debug.contains("garden_key") && !debug.contains("a key"), "what is ephemeral stays out: {debug}");
    host.renew(&mut key).await.unwrap();
    assert_eq!(key.renew_at, None);
    host.close(key).await.unwrap();
    assert_eq!(service.log()[1..], ["renew a", "close a"]);
    let waiting = host.open("garden_key", &json!({ "name": unknown() })).await.unwrap();
    assert_eq!((waiting.is_open, waiting.shown()["result"].clone()), (false, unknown()));
}

#[tokio::test]
async fn a_function_is_called_as_its_signature_says() {
    let (host, _) = garden().await;
    let call = async |arguments: &[Json]| host.call_function("area", arguments).await;
    assert_eq!(shown(&call(&[json!(2)]).await.unwrap()), 2);
    assert_eq!(shown(&call(&[json!(2), json!("3"), json!(4)]).await.unwrap()), 24);
    assert_eq!(shown(&call(&[json!(2), unknown()]).await.unwrap()), unknown());
    for (arguments, problem) in [
        (vec![], "area takes 1 arguments, not 0"),
        (vec![json!(2), Json::Null], "[1]: the argument \"others\" must not be null"),
        (vec![json!("two")], "[0]: \"two\" is not a number"),
    ] {
        assert_eq!(call(&arguments).await.unwrap_err().to_string(), problem);
    }
    let error = call(&[json!(2), json!(-1)]).await.unwrap_err();
    assert_eq!(error.diagnostics()[0].path, Some(Path::ROOT.then_index(1)));
    let missing = host.call_function("volume", &[]).await.unwrap_err();
    assert_eq!(missing.to_string(), "the provider has no function \"volume\"");
}

#[tokio::test]
async fn a_stop_reaches_an_apply_on_its_way_and_a_call_can_be_dropped() {
    let (host, service) = garden().await;
    let planned = host.plan(BED, None, &json!({ "name": "a", "fail": "wait" })).await.unwrap();
    let stop = async {
        while service.log().last().map(String::as_str) != Some("waiting") {
            tokio::task::yield_now().await;
        }
        host.stop().await.unwrap();
    };
    let (applied, ()) = tokio::join!(host.apply(&planned), stop);
    assert_eq!(summary(applied.outcome.as_ref().unwrap_err()), "Stopped");
    assert!(applied.state.unwrap().is_tainted);

    let (host, service) = garden().await;
    let dropped = async {
        while service.log().last().map(String::as_str) != Some("waiting") {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        _ = host.apply(&planned) => panic!("it waits"),
        () = dropped => {}
    }
    assert!(service.beds().contains_key("a"), "what was done is done");
    host.configure(&json!({})).await.unwrap();
}

#[tokio::test]
async fn the_provider_is_told_which_terraform_it_is() {
    let service = Service::default();
    let terraform = Terraform { version: "1.11.0".to_owned(), ..Default::default() };
    let host = Host::in_process(Garden(service.clone())).await.unwrap().with_terraform(terraform);
    let warnings = host.configure(&json!({ "climate": "desert" })).await.unwrap();
    assert_eq!(warnings.iter().next().unwrap().summary, "It is dry");
    assert_eq!(service.log(), ["configure 1.11.0"]);
    assert!(host.with_meta(&json!({ "climate": "mild" })).is_ok());
}

#[tokio::test]
async fn an_older_terraform_refuses_what_is_write_only() {
    let terraform = Terraform { write_only_attributes_allowed: false, ..Default::default() };
    let host = Host::in_process(Garden(Service::default())).await.unwrap().with_terraform(terraform);
    let error = host.plan(BED, None, &json!({ "name": "a", "password": "p" })).await.unwrap_err();
    assert_eq!(error.diagnostics()[0].path, Some(Path::attribute("password")));
}

#[tokio::test]
async fn a_provider_may_wait_only_where_it_is_allowed_to() {
    let terraform = Terraform { deferral_allowed: true, ..Default::default() };
    let host = Host::in_process(Garden(Service::default())).await.unwrap().with_terraform(terraform);
    host.configure(&json!({ "climate": unknown() })).await.unwrap();
    let planned = host.plan(BED, None, &json!({ "name": "a" })).await.unwrap();
    assert!(planned.deferred.is_some());
    let applied = host.apply(&planned).await;
    assert_eq!(applied.outcome.unwrap_err().to_string(), "what is deferred is not applied");
}

#[tokio::test]
async fn what_the_provider_does_not_serve_is_named() {
    let (host, _) = garden().await;
    for (kind, problem) in [
        (Kind::Resource("garden_tree"), "the provider has no resource \"garden_tree\""),
        (Kind::DataSource("garden_tree"), "the provider has no data source \"garden_tree\""),
        (Kind::EphemeralResource("garden_tree"), "the provider has no ephemeral resource \"garden_tree\""),
        (Kind::ListResource("garden_tree"), "the provider has no list resource \"garden_tree\""),
        (Kind::Action("garden_tree"), "the provider has no action \"garden_tree\""),
    ] {
        assert_eq!(host.validate(kind, &json!({})).await.unwrap_err().to_string(), problem);
    }
}
