//! The example `coremock`: a provider whose resources are only known at run time lives by Terraform's rules.

#![allow(clippy::unwrap_used, clippy::expect_used)]

// Its `main` starts a process of its own.
#[allow(dead_code)]
#[path = "../examples/coremock/main.rs"]
mod coremock;

use std::{fs, path::Path};

use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tfplug::testing::{Error, Host, ListOptions, PlannedAction, Terraform, schema_problems, unknown};

use self::coremock::Coremock;

/// A host of the provider with these dynamic resources, whose files are in the folder.
async fn host_with(folder: &TempDir, dynamic: Json, settings: Json) -> Host {
    let host = Host::in_process(Coremock::new(Ok(serde_json::from_value(dynamic).unwrap()))).await.unwrap();
    let mut config = json!({
        "resource_directory": folder.path().join("resource"), "data_directory": folder.path().join("data"),
    });
    config.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    host.configure(&config).await.unwrap();
    host
}

async fn host(folder: &TempDir, settings: Json) -> Host {
    host_with(folder, json!({}), settings).await
}

fn file(folder: &TempDir, name: &str) -> Json {
    serde_json::from_str(&fs::read_to_string(folder.path().join(name)).unwrap()).unwrap()
}

#[track_caller]
fn summary(error: &Error) -> &str {
    assert_eq!(error.violations(), [], "{error}");
    &error.diagnostics().last().expect("a diagnostic").summary
}

const SIMPLE: &str = "tfcoremock_simple_resource";

#[tokio::test]
async fn a_resource_is_a_file_as_long_as_it_lives() {
    let folder = TempDir::new().unwrap();
    let host = host(&folder, json!({})).await;
    let config = json!({ "id": "one", "bool": true, "number": 0.1, "string": "a", "float": 1.5, "integer": 7 });
    let state = host.create(SIMPLE, &config).await.unwrap();
    assert_eq!(state.shown(), config);
    assert_eq!(state.shown_identity(), json!({ "id": "one" }));
    let stored = json!({ "resource_type": SIMPLE, "values": {
        "id": { "string": "one" }, "bool": { "boolean": true }, "number": { "number": "0.1" },
        "string": { "string": "a" }, "float": { "number": "1.5" }, "integer": { "number": "7" },
    } });
    assert_eq!(file(&folder, "resource/one.json"), stored);
    assert_eq!(host.import(SIMPLE, "one").await.unwrap().value, state.value);

    let state = host.update(&state, &json!({ "id": "one", "string": "b" })).await.unwrap();
    let values = json!({ "id": { "string": "one" }, "string": { "string": "b" } });
    assert_eq!(file(&folder, "resource/one.json")["values"], values);
    let planned = host.plan(SIMPLE, Some(&state), &json!({ "id": "two" })).await.unwrap();
    assert_eq!(planned.action, PlannedAction::DeleteThenCreate);

    host.destroy(&state).await.unwrap();
    assert!(!folder.path().join("resource").exists(), "the folder goes with the last file");
}

#[tokio::test]
async fn an_id_that_is_not_configured_is_made_once() {
    let folder = TempDir::new().unwrap();
    let host = host(&folder, json!({})).await;
    let planned = host.plan(SIMPLE, None, &json!({})).await.unwrap();
    assert_eq!(planned.shown(), json!({ "id": unknown() }));
    let state = host.create(SIMPLE, &json!({})).await.unwrap();
    let changed = host.update(&state, &json!({ "integer": 1 })).await.unwrap();
    assert_eq!(changed.shown()["id"], state.shown()["id"]);
}

#[tokio::test]
async fn a_file_that_others_change_or_remove_is_drift() {
    let folder = TempDir::new().unwrap();
    let host = host(&folder, json!({})).await;
    let state = host.create(SIMPLE, &json!({ "id": "one", "string": "a" })).await.unwrap();
    let path = folder.path().join("resource/one.json");
    let text = fs::read_to_string(&path).unwrap().replace("\"a\"", "\"changed\"");
    fs::write(&path, text).unwrap();
    let refreshed = host.refresh(&state).await.unwrap().state.unwrap();
    assert_eq!(refreshed.shown(), json!({ "id": "one", "string": "changed" }));
    fs::remove_file(path).unwrap();
    assert_eq!(host.refresh(&state).await.unwrap().state, None);
}

#[tokio::test]
async fn what_is_nested_in_every_way_comes_back_as_it_was() {
    let folder = TempDir::new().unwrap();
    let host = host(&folder, json!({})).await;
    let leaf = json!({ "bool": false, "integer": 2 });
    let config = json!({
        "id": "one",
        "list": [{ "string": "a", "list": [leaf] }, { "string": "a" }],
        "map": { "key": { "map": { "inner": leaf } } },
        "object": { "object": leaf },
        "set": [{ "string": "a" }, { "string": "a", "set": [leaf] }],
        "list_block": [{ "string": "b", "set_block": [{ "integer": 1 }, { "integer": 2 }] }],
        "set_block": [{ "string": "c" }, { "string": "d", "list_block": [{ "integer": 3 }] }],
    });
    let state = host.create("tfcoremock_complex_resource", &config).await.unwrap();
    let mut config = config;
    config["set"] = json!([{ "string": "b" }]);
    config["list_block"][0]["set_block"] = json!([{ "integer": 2 }]);
    let state = host.update(&state, &config).await.unwrap();
    assert_eq!(state.shown()["set"][0]["string"], "b");
    host.destroy(&state).await.unwrap();
}

#[tokio::test]
async fn nothing_is_written_where_the_state_alone_is_used() {
    let folder = TempDir::new().unwrap();
    let host = host(&folder, json!({ "use_only_state": true })).await;
    let state = host.create(SIMPLE, &json!({ "id": "one" })).await.unwrap();
    assert!(!folder.path().join("resource").exists());
    host.destroy(&state).await.unwrap();
}

#[tokio::test]
async fn what_the_settings_name_fails() {
    let folder = TempDir::new().unwrap();
    let state = host(&folder, json!({})).await.create(SIMPLE, &json!({ "id": "one" })).await.unwrap();

    let fails = host(&folder, json!({ "fail_on_create": ["new"] })).await;
    let planned = fails.plan(SIMPLE, None, &json!({ "id": "new" })).await.unwrap();
    let applied = fails.apply(&planned).await;
    assert_eq!((summary(&applied.outcome.unwrap_err()), applied.state), ("new fails", None));

    let fails = host(&folder, json!({ "fail_on_read": ["one"] })).await;
    assert_eq!(summary(&fails.refresh(&state).await.unwrap_err()), "one fails");

    let fails = host(&folder, json!({ "fail_on_update": ["one"] })).await;
    assert_eq!(summary(&fails.update(&state, &json!({ "id": "one", "integer": 1 })).await.unwrap_err()), "one fails");

    let fails = host(&folder, json!({ "fail_on_delete": ["one"] })).await;
    assert_eq!(summary(&fails.destroy(&state).await.unwrap_err()), "one fails");
    assert!(folder.path().join("resource/one.json").exists());
}

#[tokio::test]
async fn a_change_waits_where_terraform_can_wait() {
    let folder = TempDir::new().unwrap();
    let waits = host(&folder, json!({ "defer_changes": ["one"] })).await;
    let refused = waits.plan(SIMPLE, None, &json!({ "id": "one" })).await.unwrap_err();
    assert_eq!(summary(&refused), "Cannot be deferred");
    let mut terraform = Terraform::default();
    terraform.deferral_allowed = true;
    let planned = waits.with_terraform(terraform).plan(SIMPLE, None, &json!({ "id": "one" })).await.unwrap();
    assert!(planned.deferred.is_some());
}

#[tokio::test]
async fn an_id_that_leads_into_another_folder_is_refused() {
    let folder = TempDir::new().unwrap();
    let host = host(&folder, json!({})).await;
    let planned = host.plan(SIMPLE, None, &json!({ "id": "../one" })).await.unwrap();
    assert_eq!(summary(&host.apply(&planned).await.outcome.unwrap_err()), "Invalid id");
    assert!(!folder.path().join("one.json").exists());
}

/// One resource with every kind of attribute, in every way to nest them.
fn everything() -> Json {
    let optional = |kind: &str| json!({ "type": kind, "optional": true });
    let of = |kind: &str, element: Json| json!({ "type": kind, "optional": true, kind: element });
    let object = json!({ "type": "object", "object": {
        "name": { "type": "string", "required": true },
        "mark": { "type": "string", "computed": true, "value": { "string": "made" } },
    } });
    json!({ "tfcoremock_everything": {
        "attributes": {
            "boolean": optional("boolean"), "float": optional("float"), "integer": optional("integer"),
            "number": optional("number"), "string": optional("string"),
            "secret": { "type": "string", "optional": true, "sensitive": true },
            "fixed": { "type": "string", "optional": true, "replace": true },
            "numbers": of("list", json!({ "type": "number" })),
            "table": of("map", json!({ "type": "list", "list": { "type": "string" } })),
            "flags": of("set", json!({ "type": "boolean" })),
            "objects": of("list", object.clone()), "by_key": of("map", object.clone()),
            "distinct": of("set", object.clone()),
            "one": { "type": "object", "optional": true, "object": object["object"] },
            "plain": { "type": "object", "optional": true, "skip_nested_metadata": true,
                "object": { "a": { "type": "number" } } },
            "given": { "type": "list", "computed": true, "list": { "type": "integer" },
                "value": { "list": [{ "number": "1" }, { "number": "2" }] } },
            "filled": { "type": "object", "computed": true, "object": object["object"],
                "value": { "object": { "name": { "string": "inner" } } } },
            "nothing": { "type": "boolean", "computed": true },
        },
        "blocks": {
            "step": { "attributes": object["object"],
                "blocks": { "part": { "mode": "set", "attributes": object["object"] } } },
        },
    } })
}

const EVERYTHING: &str = "tfcoremock_everything";

fn everything_configured() -> Json {
    json!({
        "id": "one", "boolean": true, "float": 0.5, "integer": -3, "number": 1e30, "string": "text",
        "secret": "s", "fixed": "f", "numbers": [1, 0.1], "table": { "row": ["a", "b"] }, "flags": [true, false],
        "objects": [{ "name": "a" }, { "name": "b" }], "by_key": { "k": { "name": "a" } },
        "distinct": [{ "name": "a" }, { "name": "b" }], "one": { "name": "a" }, "plain": { "a": 1 },
        "step": [{ "name": "dig", "part": [{ "name": "left" }, { "name": "right" }] }],
    })
}

#[tokio::test]
async fn a_resource_that_a_file_describes_computes_what_the_file_gives() {
    let folder = TempDir::new().unwrap();
    let host = host_with(&folder, everything(), json!({})).await;
    let config = everything_configured();
    let planned = host.plan(EVERYTHING, None, &config).await.unwrap().shown();
    for computed in ["given", "filled", "nothing"] {
        assert_eq!(planned[computed], unknown(), "{computed}");
    }
    assert_eq!(planned["objects"][1], json!({ "name": "b", "mark": unknown() }));

    let state = host.create(EVERYTHING, &config).await.unwrap();
    let shown = state.shown();
    assert_eq!(shown["given"], json!([1, 2]));
    assert_eq!(shown["filled"], json!({ "name": "inner", "mark": "made" }));
    assert_eq!(shown["nothing"], Json::Null);
    for nested in [&shown["objects"][1], &shown["by_key"]["k"], &shown["distinct"][0], &shown["one"], &shown["step"][0]]
    {
        assert_eq!(nested["mark"], "made");
    }
    assert_eq!(shown["step"][0]["part"][1]["mark"], "made");
    assert_eq!(host.import(EVERYTHING, "one").await.unwrap().value, state.value);

    let mut changed = config;
    changed["distinct"] = json!([{ "name": "b" }, { "name": "c" }]);
    changed["step"][0]["part"] = json!([]);
    let state = host.update(&state, &changed).await.unwrap();
    changed["fixed"] = json!("other");
    let planned = host.plan(EVERYTHING, Some(&state), &changed).await.unwrap();
    assert!(planned.action.is_replacement());
    host.destroy(&state).await.unwrap();
}

fn write(path: &Path, json: &Json) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, json.to_string()).unwrap();
}

#[tokio::test]
async fn a_data_source_is_a_file_that_somebody_wrote() {
    let folder = TempDir::new().unwrap();
    let host = host_with(&folder, everything(), json!({})).await;
    let values =
        json!({ "integer": { "number": "1e2" }, "objects": { "list": [{ "object": { "name": { "string": "a" } } }] } });
    write(&folder.path().join("data/one.json"), &json!({ "values": values }));
    let data = host.read_data(EVERYTHING, &json!({ "id": "one" })).await.unwrap();
    assert_eq!(data.shown(), json!({ "id": "one", "integer": 100, "objects": [{ "name": "a" }], "step": [] }));
    let missing = host.read_data(EVERYTHING, &json!({ "id": "two" })).await.unwrap_err();
    assert_eq!(summary(&missing), "There is no two");
    write(&folder.path().join("data/two.json"), &json!({ "values": { "integer": { "string": "a" } } }));
    let unfit = host.read_data(EVERYTHING, &json!({ "id": "two" })).await.unwrap_err();
    assert_eq!(summary(&unfit), "The file of two does not fit tfcoremock_everything");
}

#[tokio::test]
async fn a_list_finds_the_resources_of_its_kind() {
    let folder = TempDir::new().unwrap();
    let host = host_with(&folder, everything(), json!({})).await;
    for id in ["b", "a"] {
        host.create(SIMPLE, &json!({ "id": id, "integer": 1 })).await.unwrap();
    }
    host.create(EVERYTHING, &json!({ "id": "c" })).await.unwrap();
    let options = ListOptions { include_resource: true, ..ListOptions::default() };
    let listed = host.list(SIMPLE, &json!({}), options).await.unwrap().found;
    let names: Vec<_> = listed.iter().map(|it| it.display_name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    assert!(listed.iter().all(|it| it.resource.is_some()));
    let listed = host.list(SIMPLE, &json!({ "id": "b" }), options).await.unwrap().found;
    assert_eq!(listed.len(), 1);
    assert!(host.list(SIMPLE, &json!({ "id": "c" }), options).await.unwrap().found.is_empty(), "of another kind");
}

#[tokio::test]
async fn an_action_tells_what_it_is_given() {
    let folder = TempDir::new().unwrap();
    let host = host(&folder, json!({})).await;
    let planned = host.plan_action(SIMPLE, &json!({ "integer": 1 })).await.unwrap();
    let told = host.invoke_action(&planned, |_| {}).await.unwrap().progress;
    let told: Vec<Json> = told.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(told, [json!({ "resource_type": SIMPLE, "values": { "integer": { "number": "1" } } })]);
}

#[test]
fn a_description_that_cannot_work_is_told_with_its_place() {
    for (attributes, problem) in [
        (
            json!({ "id": { "type": "string" } }),
            "tfcoremock_it: id: every resource has an attribute of this name already",
        ),
        (json!({ "a": { "type": "list" } }), "tfcoremock_it: a: it does not say what its elements are"),
        (
            json!({ "a": { "type": "number", "value": { "number": "1" } } }),
            "tfcoremock_it: a: it has a value, and is not computed",
        ),
        (
            json!({ "a": { "type": "number", "computed": true, "value": { "string": "1" } } }),
            "tfcoremock_it: a: value: a value of the kind \"number\" is expected, and it is one of \"string\"",
        ),
    ] {
        let dynamic = json!({ "tfcoremock_it": { "attributes": attributes } });
        let provider = Coremock::new(Ok(serde_json::from_value(dynamic).unwrap()));
        assert_eq!(schema_problems(&provider), [problem]);
    }
    let unreadable = Coremock::new(Err("dynamic_resources.json: expected value".to_owned()));
    assert_eq!(schema_problems(&unreadable), ["dynamic_resources.json: expected value"]);
    assert_eq!(
        schema_problems(&Coremock::new(Ok(serde_json::from_value(everything()).unwrap()))),
        Vec::<String>::new()
    );
}
