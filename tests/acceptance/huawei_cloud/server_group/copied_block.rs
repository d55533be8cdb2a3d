//! The same block under a second label: a creation that is lost must not take over what another resource has.

use serde_json::json;

use super::{ADDRESS, NAME, resource};
use crate::harness::{Emulator, Replacing, Workspace, faults::refusal};

const COPY: &str = "appstreaming_server_group.copy";

fn copy() -> String {
    resource().replacing("\"this\"", "\"copy\"")
}

/// How many groups of the name the service has.
#[track_caller]
fn groups(emulator: &Emulator) -> usize {
    let world = emulator.world();
    let groups = world["huawei"]["server_groups"].as_object().expect("server groups");
    groups.values().filter(|group| group["name"] == NAME).count()
}

#[test]
fn a_group_that_the_service_dates_before_the_creation_is_not_taken_over() {
    // With the refresh and without, which reads what the first one has; the apply is another process than the plan.
    for options in [&[][..], &["-refresh=false"]] {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, &resource());
        workspace.apply();
        emulator.advance(5);
        workspace.configure(&[resource(), copy()].concat());
        // The look before the creation, which would tell, is refused.
        let mut first_look = refusal("ListServerGroups", "WKS.0403");
        first_look["next"] = json!(1);
        emulator.fault(&first_look);
        emulator.fault(&json!({ "operation": "CreateServerGroup", "kind": "close_before", "next": 1 }));
        let error = workspace.try_apply_with(options).expect(&[1]).only_error();
        assert_eq!(error.summary, format!("A server group {NAME:?} exists already"));
        error.must_say(&["it was there before"]);
        assert_eq!(workspace.state_list(), [ADDRESS]);
        // The copy goes again, and the first one's group stays.
        workspace.configure(&resource());
        workspace.apply();
        assert_eq!(groups(&emulator), 1);
        assert!(emulator.calls_of("DeleteServerGroups").is_empty());
        workspace.expect_no_changes();
    }
}

#[test]
fn of_two_creations_whose_answers_are_lost_one_has_the_group() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &[resource(), copy()].concat());
    emulator.fault(&json!({ "operation": "CreateServerGroup", "kind": "close_after", "next": 2 }));
    let error = workspace.try_apply().expect(&[1]).only_error();
    assert_eq!(error.summary, format!("Cannot create server group {NAME:?}"));
    error.must_say(&[&format!("has the name {NAME:?}")]);
    let state = workspace.state_list();
    assert!(state == [ADDRESS] || state == [COPY], "{state:?}");
    assert_eq!(groups(&emulator), 1);
}

#[test]
fn a_group_that_has_the_name_before_the_creation_is_not_taken_over_however_young_it_is() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    // At the same instant, by the service's clock.
    workspace.configure(&[resource(), copy()].concat());
    emulator.fault(&json!({ "operation": "CreateServerGroup", "kind": "close_before", "next": 1 }));
    let error = workspace.try_apply_with(&["-refresh=false"]).expect(&[1]).only_error();
    assert!(!error.says("another resource of this configuration has it"), "{error:?}");
    assert_eq!(workspace.state_list(), [ADDRESS]);
    assert_eq!(groups(&emulator), 1);
}

#[test]
fn a_creation_whose_answer_is_late_is_not_taken_for_that_of_a_copy() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &[resource(), copy()].concat());
    emulator.fault(&json!({ "operation": "CreateServerGroup", "kind": "slow", "seconds": 2, "next": 1 }));
    emulator.fault(&json!({ "operation": "CreateServerGroup", "kind": "close_before", "next": 1 }));
    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&[NAME]);
    assert_eq!(workspace.state_list().len(), 1);
    assert_eq!(groups(&emulator), 1);
}
