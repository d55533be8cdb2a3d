//! States that older builds wrote are read by this one.
//!
//! `states/oldest-state.json` is what the first build with all resources wrote for `states/oldest.tf`: without the
//! attributes and the parts of identities that came later. It is never written anew.

use std::fs;

use serde_json::{Value, json};

use super::{acts, expect_at_rest};
use crate::harness::{
    Emulator, Workspace,
    world::{GROUP, SCHEDULED},
};

const CONFIGURATION: &str = include_str!("states/oldest.tf");
const STATE: &str = include_str!("states/oldest-state.json");

/// The state as JSON.
fn oldest() -> Value {
    serde_json::from_str(STATE).expect("a state is JSON")
}

/// An attribute of a resource in a state.
fn attribute(state: &Value, kind: &str, name: &str, attribute: &str) -> String {
    let resources = state["resources"].as_array().expect("resources");
    let resource = resources.iter().find(|it| it["type"] == kind && it["name"] == name);
    let resource = resource.unwrap_or_else(|| panic!("{kind}.{name} is not in the state"));
    let value = &resource["instances"][0]["attributes"][attribute];
    value.as_str().unwrap_or_else(|| panic!("{kind}.{name} has no {attribute}: {resource:#}")).to_owned()
}

/// A cloud that is as the configuration has it, with the IDs that the state has.
fn cloud() -> Emulator {
    let emulator = Emulator::start();
    emulator.leave_schedule(SCHEDULED);
    Workspace::with(&emulator, CONFIGURATION).apply();
    let task = attribute(&oldest(), "appstreaming_delivery_group_ota_approval", "this", "task_id");
    let present = emulator.delivery_group(GROUP)["ota_task_id"].as_str().expect("an update").to_owned();
    let row = emulator.world()["alibaba"]["ota_tasks"][&present].clone();
    emulator.change_world(&json!({ "alibaba": { "ota_tasks": { &present: null, &task: row } } }));
    emulator.change_delivery_group(GROUP, json!({ "ota_task_id": task }));
    for name in ["least", "full"] {
        let id = attribute(&oldest(), "appstreaming_server_group", name, "id");
        let (present, row) = emulator.server_group(&format!("desk-{name}")).expect("the group is there");
        emulator.change_world(&json!({ "huawei": { "server_groups": { &present: null, &id: row } } }));
    }
    emulator
}

#[test]
fn a_state_of_the_first_build_with_all_resources_is_read_without_a_difference() {
    let emulator = cloud();
    let workspace = Workspace::with(&emulator, CONFIGURATION);
    workspace.write("terraform.tfstate", STATE);
    let before = acts(&emulator);
    workspace.expect_no_changes();
    // What is new in a state comes into it, and into the identities, without a call that changes anything.
    workspace.refresh();
    assert_eq!(acts(&emulator), before);
    expect_at_rest(&workspace);

    let then = oldest();
    let state = fs::read_to_string(workspace.path().join("terraform.tfstate")).expect("a state");
    let now: Value = serde_json::from_str(&state).expect("a state is JSON");
    for resource in then["resources"].as_array().expect("resources") {
        let (kind, name) = (resource["type"].as_str().expect("a type"), resource["name"].as_str().expect("a name"));
        assert_eq!(attribute(&now, kind, name, "id"), attribute(&then, kind, name, "id"), "{kind}.{name}");
    }
}

#[test]
fn what_a_state_of_the_first_build_holds_is_taken_back_by_its_destruction() {
    let emulator = cloud();
    let workspace = Workspace::with(&emulator, CONFIGURATION);
    workspace.write("terraform.tfstate", STATE);
    workspace.destroy();
    assert!(workspace.state_list().is_empty());
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], "img-office-1");
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob"]);
    for name in ["desk-least", "desk-full"] {
        assert!(emulator.server_group(name).is_none(), "{name} is left");
    }
}
