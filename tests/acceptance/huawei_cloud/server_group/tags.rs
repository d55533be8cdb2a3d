//! Tags change by difference.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{ADDRESS, NAME, changing, resource};
use crate::harness::{Call, Emulator, Workspace, faults::refusal};

fn tagged(tags: &str) -> String {
    super::tagged(&resource(), tags)
}

/// The keys that a call names.
fn keys(call: &Call) -> BTreeSet<String> {
    let tags = call.body()["tags"].as_array().cloned().unwrap_or_default();
    tags.iter().filter_map(|tag| tag["key"].as_str().map(str::to_owned)).collect()
}

fn set(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

#[test]
fn they_are_created_with_the_group() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &tagged("team = \"desk\", empty = \"\""));
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    assert!(changing(&calls).iter().all(|call| !call.operation.contains("Tag")), "{calls:?}");
    let (_, group) = emulator.server_group(NAME).expect("the group is there");
    assert_eq!(group["tags"], json!({ "team": "desk", "empty": "" }));
    workspace.expect_no_changes();
}

#[test]
fn only_the_difference_is_sent_and_what_stays_is_never_away() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &tagged("stays = \"1\", changes = \"1\", goes = \"1\""));
    workspace.apply();
    workspace.configure(&tagged("stays = \"1\", changes = \"2\", comes = \"1\""));
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    let sent: Vec<_> = changing(&calls).iter().map(|call| (call.operation.as_str(), keys(call))).collect();
    assert_eq!(
        sent,
        [("CreateServerGroupTags", set(&["changes", "comes"])), ("DeleteServerGroupTags", set(&["goes"]))],
        "nothing else is sent, and what is new comes before anything goes"
    );
    let (_, group) = emulator.server_group(NAME).expect("the group is there");
    assert_eq!(group["tags"], json!({ "stays": "1", "changes": "2", "comes": "1" }));
    workspace.expect_no_changes();
}

#[test]
fn twenty_others_take_the_place_of_twenty() {
    let many = |letter: char| (1..=20).map(|at| format!("{letter}{at} = \"1\"")).collect::<Vec<_>>().join(", ");
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &tagged(&many('a')));
    workspace.apply();
    workspace.configure(&tagged(&many('b')));
    workspace.apply();
    let (_, group) = emulator.server_group(NAME).expect("the group is there");
    assert_eq!(group["tags"].as_object().map(serde_json::Map::len), Some(20));
    assert_eq!(group["tags"]["b7"], "1");
    workspace.expect_no_changes();
}

#[test]
fn all_go_when_none_are_configured_any_more() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &tagged("team = \"desk\""));
    workspace.apply();
    workspace.configure(&resource());
    workspace.apply();
    let (_, group) = emulator.server_group(NAME).expect("the group is there");
    assert_eq!(group["tags"], json!({}));
    workspace.expect_no_changes();
    workspace.configure(&tagged(""));
    workspace.apply();
    workspace.expect_no_changes();
}

#[test]
fn those_of_the_console_show_and_go() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &tagged("team = \"desk\""));
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    emulator.change_server_group(&id, json!({ "tags": { "team": Value::Null, "by": "hand" } }));
    let plan = workspace.plan();
    assert_eq!(plan.drift(ADDRESS)["after"]["tags"], json!({ "by": "hand" }));
    assert_eq!(plan.actions(ADDRESS), ["update"]);
    workspace.apply_plan();
    let (_, group) = emulator.server_group(NAME).expect("the group is there");
    assert_eq!(group["tags"], json!({ "team": "desk" }));
    workspace.expect_no_changes();
}

#[test]
fn what_was_done_before_a_failure_is_in_the_state() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &tagged("goes = \"1\""));
    workspace.apply();
    emulator.fault(&refusal("DeleteServerGroupTags", "WKS.0403"));
    workspace.configure(&tagged("comes = \"1\""));
    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&["remove tags", "WKS.0403"]);
    assert_eq!(workspace.attributes(ADDRESS)["tags"], json!({ "comes": "1", "goes": "1" }));
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    let sent: Vec<_> = changing(&calls).iter().map(|call| (call.operation.as_str(), keys(call))).collect();
    assert_eq!(sent, [("DeleteServerGroupTags", set(&["goes"]))]);
    workspace.expect_no_changes();
}

#[test]
fn a_tag_of_the_service_s_own_is_no_difference_and_stays() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &tagged("team = \"desk\""));
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    emulator.change_server_group(&id, json!({ "tags": { "team": "desk", "_sys_enterprise": "7" } }));
    workspace.expect_no_changes();
    // A change of the others leaves it where it is.
    workspace.configure(&tagged("team = \"hall\""));
    workspace.apply();
    workspace.expect_no_changes();
    assert_eq!(emulator.server_group(NAME).expect("the group").1["tags"]["_sys_enterprise"], "7");
    workspace.run(&["state", "rm", ADDRESS]).expect(&[0]);
    workspace.import(ADDRESS, &id).expect(&[0]);
    assert_eq!(workspace.attributes(ADDRESS)["tags"], json!({ "team": "hall" }));
}
