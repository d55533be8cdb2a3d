//! From creation to destruction.

use serde_json::json;

use super::Site;
use crate::harness::Replacing;

const TRIGGER: &str = "tfplugtest_trigger.this";
const THING: &str = "tfplugtest_thing.this";

fn thing(attributes: &str) -> String {
    format!("resource \"tfplugtest_thing\" \"this\" {{\n  name = \"one\"\n{attributes}\n}}\n")
}

#[test]
fn a_trivial_resource_is_created_replaced_and_destroyed() {
    let triggers =
        |value| format!("resource \"tfplugtest_trigger\" \"this\" {{\n  triggers = {{ key = \"{value}\" }}\n}}\n");
    let site = Site::with(&triggers("a"));
    let workspace = &site.workspace;
    assert_eq!(workspace.plan().actions(TRIGGER), ["create"]);
    workspace.apply_plan();
    workspace.expect_no_changes();
    workspace.configure(&triggers("b"));
    let plan = workspace.plan();
    assert_eq!(plan.actions(TRIGGER), ["delete", "create"]);
    assert_eq!(plan.change(TRIGGER)["replace_paths"], json!([["triggers"]]));
    workspace.apply_plan();
    workspace.destroy();
    assert!(workspace.state_list().is_empty());
}

#[test]
fn a_thing_is_created_changed_replaced_and_destroyed() {
    let site = Site::with(&thing("note = \"first\""));
    let workspace = &site.workspace;
    let plan = workspace.plan();
    assert_eq!(plan.actions(THING), ["create"]);
    assert_eq!(plan.change(THING)["after"]["size"], 1, "a default is planned");
    assert_eq!(plan.change(THING)["after_unknown"]["id"], true);
    workspace.apply_plan();
    workspace.expect_no_changes();
    assert_eq!(site.record("one"), json!({ "zone": "home", "size": 1, "note": "first" }));

    workspace.configure(&thing("size = 5"));
    let plan = workspace.plan();
    assert_eq!(plan.actions(THING), ["update"]);
    assert_eq!(plan.change(THING)["after"]["id"], "id-of-one", "what is told to stay is known in the plan");
    workspace.apply_plan();
    assert_eq!(workspace.attributes(THING)["revision"], 2, "private data has come back");
    assert_eq!(site.record("one"), json!({ "zone": "home", "size": 5, "note": null }));

    workspace.configure(&thing("").replacing("one", "two"));
    let plan = workspace.plan();
    assert_eq!(plan.actions(THING), ["delete", "create"]);
    assert_eq!(plan.change(THING)["replace_paths"], json!([["name"]]));
    workspace.apply_plan();
    assert_eq!((site.record("one"), &site.record("two")["size"]), (json!(null), &json!(1)));

    let run = workspace.destroy();
    assert!(run.warnings().iter().any(|warning| warning.summary == "two is going to be gone"), "{run}");
    assert_eq!(site.record("two"), json!(null));
}

#[test]
fn what_changes_behind_terraform_s_back_is_brought_back() {
    let site = Site::with(&thing("size = 3"));
    site.workspace.apply();
    site.put("one", 9, "changed");
    let plan = site.workspace.plan();
    assert_eq!(plan.actions(THING), ["update"]);
    assert_eq!((&plan.drift(THING)["after"]["size"], &plan.change(THING)["after"]["size"]), (&json!(9), &json!(3)));
    site.workspace.apply_plan();
    assert_eq!(site.record("one")["size"], 3);

    site.remove("one");
    assert_eq!(site.workspace.plan().actions(THING), ["create"]);
    site.workspace.apply_plan();
    site.workspace.expect_no_changes();
}

#[test]
fn a_provider_configuration_that_is_not_known_yet_does_not_stop_a_plan() {
    let site = Site::bare();
    let folder = site.folder();
    site.workspace.configure(&format!(
        "resource \"terraform_data\" \"folder\" {{ input = {folder:?} }}\n\
         provider \"tfplugtest\" {{ folder = terraform_data.folder.output }}\n{}",
        thing("")
    ));
    assert_eq!(site.workspace.plan().actions(THING), ["create"]);
    site.workspace.apply_plan();
    site.workspace.expect_no_changes();
    assert_eq!(site.record("one")["size"], 1);
}

#[test]
fn a_module_tells_the_provider_something() {
    let site = Site::with(&thing(""));
    site.workspace
        .write("meta.tf", "terraform {\n  provider_meta \"tfplugtest\" {\n    module = \"network\"\n  }\n}\n");
    site.workspace.apply();
    assert_eq!(site.workspace.attributes(THING)["made_by"], "network");
    site.workspace.expect_no_changes();
}

#[test]
fn a_data_source_reads_what_is_there_and_says_what_is_not() {
    let site = Site::with(
        "data \"tfplugtest_thing\" \"it\" { name = \"there\" }\noutput \"size\" { value = \
         data.tfplugtest_thing.it.size }\n",
    );
    let error = site.workspace.try_plan().expect(&[1]).only_error();
    error.must_say(&["There is no thing \"there\""]);
    assert!(error.code.contains("name = \"there\""), "{error:?}");
    site.put("there", 7, "n");
    site.workspace.apply();
    assert_eq!(site.state()["outputs"]["size"]["value"], 7);
}

#[test]
fn a_state_of_an_older_version_is_rewritten() {
    let site = Site::with(&thing("size = 3"));
    site.workspace.apply();
    site.edit_state(|state| {
        let instance = &mut state["resources"][0]["instances"][0];
        instance["schema_version"] = json!(0);
        let attributes = instance["attributes"].as_object_mut().expect("attributes");
        let name = attributes.remove("name").expect("a name");
        attributes.insert("title".to_owned(), name);
    });
    site.workspace.expect_no_changes();
    site.workspace.refresh();
    assert_eq!(site.workspace.attributes(THING)["size"], 3);
}
