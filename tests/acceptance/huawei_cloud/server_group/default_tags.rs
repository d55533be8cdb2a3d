//! Tags that the provider's block gives to every server group, and those that it leaves alone.

use serde_json::json;

use super::{ADDRESS, NAME, changing, resource, set_provider, tagged};
use crate::harness::{Call, Emulator, Workspace};

const DEFAULTS: &str = "default_tags = { team = \"desk\", stage = \"test\" }";

fn with(emulator: &Emulator, lines: &str, resource: &str) -> Workspace {
    let workspace = Workspace::with(emulator, resource);
    set_provider(&workspace, emulator, lines);
    workspace
}

#[track_caller]
fn tags(emulator: &Emulator) -> serde_json::Value {
    emulator.server_group(NAME).expect("the group is there").1["tags"].clone()
}

/// The operations that changed something.
fn operations(calls: &[Call]) -> Vec<&str> {
    changing(calls).iter().map(|call| call.operation.as_str()).collect()
}

#[test]
fn each_group_has_them_beside_its_own_which_come_first() {
    let emulator = Emulator::start();
    let workspace = with(&emulator, DEFAULTS, &tagged(&resource(), "team = \"hall\", floor = \"2\""));
    workspace.apply();
    let all = json!({ "team": "hall", "floor": "2", "stage": "test" });
    assert_eq!(tags(&emulator), all);
    let state = workspace.attributes(ADDRESS);
    assert_eq!((&state["tags"], &state["tags_all"]), (&json!({ "team": "hall", "floor": "2" }), &all));
    workspace.expect_no_changes();
    // The difference alone travels when those of the provider change, and when they go.
    set_provider(&workspace, &emulator, "default_tags = { stage = \"live\", by = \"terraform\" }");
    let plan = workspace.plan();
    assert_eq!(plan.actions(ADDRESS), ["update"]);
    // What the provider gave before is no tag of the group's own.
    assert_eq!(plan.change(ADDRESS)["before"]["tags"], json!({ "team": "hall", "floor": "2" }));
    let (_, calls) = emulator.calls_during(|| workspace.apply_plan());
    assert_eq!(operations(&calls), ["CreateServerGroupTags"]);
    assert_eq!(tags(&emulator), json!({ "team": "hall", "floor": "2", "stage": "live", "by": "terraform" }));
    workspace.expect_no_changes();
    set_provider(&workspace, &emulator, "");
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    assert_eq!(operations(&calls), ["DeleteServerGroupTags"]);
    assert_eq!(tags(&emulator), json!({ "team": "hall", "floor": "2" }));
    workspace.expect_no_changes();
}

#[test]
fn what_somebody_changes_of_them_is_put_right() {
    let emulator = Emulator::start();
    let workspace = with(&emulator, DEFAULTS, &resource());
    workspace.apply();
    workspace.expect_no_changes();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    emulator.change_server_group(&id, json!({ "tags": { "team": null, "stage": "other" } }));
    assert_eq!(workspace.plan().actions(ADDRESS), ["update"]);
    workspace.apply_plan();
    assert_eq!(tags(&emulator), json!({ "team": "desk", "stage": "test" }));
    workspace.expect_no_changes();
}

#[test]
fn an_import_takes_the_providers_out_of_the_groups_own() {
    let emulator = Emulator::start();
    let workspace = with(&emulator, DEFAULTS, &tagged(&resource(), "floor = \"2\""));
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    workspace.run(&["state", "rm", ADDRESS]).expect(&[0]);
    workspace.import(ADDRESS, &id).expect(&[0]);
    assert_eq!(workspace.attributes(ADDRESS)["tags"], json!({ "floor": "2" }));
    workspace.expect_no_changes();
}

#[test]
fn what_others_tag_is_left_alone_where_the_provider_says_so() {
    let emulator = Emulator::start();
    let ignored = "ignore_tags = { keys = [\"by\"], key_prefixes = [\"cost-\"] }";
    let workspace = with(&emulator, ignored, &tagged(&resource(), "floor = \"2\""));
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    emulator.change_server_group(&id, json!({ "tags": { "by": "a policy", "cost-center": "7" } }));
    workspace.expect_no_changes();
    // Any other is a difference, and goes alone.
    emulator.change_server_group(&id, json!({ "tags": { "other": "1" } }));
    workspace.apply();
    assert_eq!(tags(&emulator), json!({ "floor": "2", "by": "a policy", "cost-center": "7" }));
    workspace.expect_no_changes();
}

#[test]
fn a_creation_whose_answer_is_lost_is_known_by_all_of_its_tags() {
    let emulator = Emulator::start();
    emulator.fault(&json!({ "operation": "CreateServerGroup", "kind": "close_after" }));
    let workspace = with(&emulator, DEFAULTS, &resource());
    workspace.apply();
    assert_eq!(emulator.calls_of("CreateServerGroup").len(), 1);
    assert_eq!(tags(&emulator), json!({ "team": "desk", "stage": "test" }));
    workspace.expect_no_changes();
}

#[test]
fn more_than_a_group_can_have_is_a_plan_error() {
    let emulator = Emulator::start();
    let own: Vec<_> = (1..=19).map(|number| format!("t{number} = \"\"")).collect();
    let workspace = with(&emulator, DEFAULTS, &tagged(&resource(), &own.join(", ")));
    let error = workspace.try_plan().expect(&[1]).only_error();
    error.must_say(&["tags", "21", "20", "default_tags"]);
    assert!(changing(&emulator.calls()).is_empty());
}
