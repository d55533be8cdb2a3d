//! The same block under a second label: a creation that is lost must not take over what another resource has.

use serde_json::json;

use super::{ADDRESS, NAME, resource};
use crate::harness::{Emulator, Replacing, Workspace};

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
    assert_eq!(error.summary, format!("A server group {NAME:?} exists already"));
    error.must_say(&["another resource of this configuration has it"]);
    let state = workspace.state_list();
    assert!(state == [ADDRESS] || state == [COPY], "{state:?}");
    assert_eq!(groups(&emulator), 1);
}
