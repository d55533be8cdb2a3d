//! A group through its whole life while calls go wrong, each kind of fault for itself.

use serde_json::{Value, json};

use crate::{
    harness::{
        Emulator, Workspace,
        faults::{of_kind, striking},
    },
    huawei_cloud::server_group::{ADDRESS, IMAGE, NAME, NEXT_IMAGE, replacing_all, resource, tagged},
};

/// A fault of this kind, as it strikes a quarter of all calls.
fn now_and_then(kind: &str) -> Value {
    striking(of_kind(kind), &json!({ "probability": 0.25, "seed": 11 }))
}

fn lives_through(fault: Value) {
    let emulator = Emulator::start();
    let fault = striking(fault, &json!({ "cloud": "huawei" }));
    emulator.fault(&fault);
    let workspace = Workspace::with(&emulator, &tagged(&resource(), "stays = \"1\", goes = \"1\""));
    workspace.apply_in_the_end(&[]);
    let (id, _) = emulator.server_group(NAME).expect("one group and no other of its name");
    assert_eq!(workspace.attributes(ADDRESS)["id"], id.as_str());

    let changed = replacing_all(&resource(), &[(IMAGE, NEXT_IMAGE), ("\"ANY\"", "\"USER\"")]);
    workspace.configure(&tagged(&changed, "stays = \"1\", comes = \"1\""));
    workspace.apply_in_the_end(&[]);
    let (after, group) = emulator.server_group(NAME).expect("the group is there");
    assert_eq!(after, id, "it is the same group");
    assert_eq!(group["image_id"], NEXT_IMAGE);
    assert_eq!(group["storage_mount_policy"], "USER");
    assert_eq!(group["tags"], json!({ "stays": "1", "comes": "1" }));
    emulator.lift_faults();
    workspace.expect_no_changes();

    emulator.fault(&fault);
    workspace.apply_in_the_end(&["-destroy"]);
    assert!(emulator.server_group(NAME).is_none(), "left behind");
    assert!(workspace.state_list().is_empty());
}

#[test]
fn throttling() {
    lives_through(now_and_then("throttle"));
}

#[test]
fn connections_that_close_before_anything_is_done() {
    lives_through(now_and_then("close_before"));
}

#[test]
fn connections_that_close_after_it_is_done() {
    lives_through(now_and_then("close_after"));
}

#[test]
fn answers_that_break_off() {
    lives_through(now_and_then("half_answer"));
}

#[test]
fn answers_that_are_no_json() {
    lives_through(now_and_then("not_json"));
}

#[test]
fn error_pages_of_a_proxy() {
    lives_through(now_and_then("html"));
}

#[test]
fn failures_inside_of_the_service() {
    lives_through(now_and_then("error"));
}

#[test]
fn slow_answers() {
    lives_through(now_and_then("slow"));
}

#[test]
fn no_answer_for_a_while() {
    lives_through(now_and_then("hang"));
}

/// Lists alone: a creation is an error whose group cannot be read by its ID right after it.
#[test]
fn lists_that_are_behind() {
    lives_through(striking(now_and_then("stale_read"), &json!({ "operation": "ListServerGroups" })));
}

#[test]
fn throttling_of_many_calls_in_a_row() {
    lives_through(striking(of_kind("throttle"), &json!({ "next": 7 })));
}

#[test]
fn failures_of_two_calls_in_a_row() {
    lives_through(striking(of_kind("error"), &json!({ "next": 2 })));
}
