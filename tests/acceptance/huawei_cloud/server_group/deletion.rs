//! Deleting a server group: waiting, being late, and being refused.

use serde_json::{Value, json};

use super::{ADDRESS, NAME, and, of_method, resource};
use crate::harness::{Emulator, Workspace, faults::refusal};

#[test]
fn it_waits_until_the_group_is_gone() {
    // What was deleted can be read for another second.
    let emulator = Emulator::start_with(&["--consistency-seconds", "1"]);
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let (_, calls) = emulator.calls_during(|| workspace.destroy());
    let deletion = calls.iter().position(|call| call.method() == "DELETE").expect("a deletion");
    let looks: Vec<_> = calls[deletion..].iter().filter(|call| call.operation == "ShowServerGroup").collect();
    assert!(looks.len() > 1 && looks.iter().any(|look| look.status == Some(200)), "it was there at first: {looks:?}");
    assert_eq!(looks.last().and_then(|look| look.status), Some(404), "and gone at the end");
    assert_eq!(of_method(&calls, "DELETE").len(), 1);
}

#[test]
fn a_deletion_that_takes_too_long_says_so_and_stays_in_the_state() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &and(&resource(), "timeouts = { delete = \"3s\" }"));
    workspace.apply();
    // The service says that it deletes, and does not.
    emulator.fault(&json!({ "operation": "DeleteServerGroups", "kind": "error", "status": 200, "next": 1 }));
    let run = workspace.try_destroy().expect(&[1]);
    run.only_error().must_say(&["deletion", "`timeouts.delete`"]);
    assert_eq!(workspace.state_list(), [ADDRESS]);
    workspace.destroy();
    assert!(emulator.server_group(NAME).is_none());
}

#[test]
fn an_interrupt_ends_a_deletion_without_an_answer_and_the_state_keeps_the_group() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    emulator.fault(&json!({ "operation": "DeleteServerGroups", "kind": "hang" }));
    let running = workspace.start_apply(&["-destroy"]);
    emulator.await_call_of("DeleteServerGroups");
    running.interrupt();
    let run = running.wait().expect(&[1]);
    assert!(run.errors().iter().any(|error| error.says("delete server group")), "{run}");
    assert_eq!(emulator.calls_of("DeleteServerGroups").len(), 1, "it is not sent again");
    assert_eq!(workspace.state_list(), [ADDRESS]);
    workspace.destroy();
    assert!(emulator.server_group(NAME).is_none());
}

#[test]
fn what_is_gone_already_is_done() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    emulator.delete_server_group(&id);
    // Without a refresh, the deletion itself meets the missing group.
    workspace.try_apply_with(&["-destroy", "-refresh=false"]).expect(&[0]);
    assert!(workspace.state_list().is_empty());
}

#[test]
fn what_hangs_on_the_group_is_said_and_the_state_keeps_it() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    let standby = "20000000-0000-4000-8000-000000000002";
    for (change, says) in [
        (
            json!({ "server_groups": { &id: { "servers": {
                "s-1": { "name": "desk-1", "session_count": 2 }, "s-2": { "name": "desk-2", "status": "STOPPED" },
            } } } }),
            vec!["servers: desk-1, desk-2."],
        ),
        (
            json!({ "server_groups": { &id: {
                "servers": Value::Null, "app_groups": { "a-1": "Writing", "a-2": "Counting" },
            } } }),
            vec!["application groups: Writing, Counting."],
        ),
        (
            json!({ "server_groups": {
                &id: { "app_groups": Value::Null },
                standby: { "primary_server_group_id": &id },
            } }),
            vec!["standby groups", standby],
        ),
        (
            json!({ "server_groups": {
                &id: { "servers": { "s-1": { "name": "desk-1" } }, "app_groups": { "a-1": "Writing" } },
            } }),
            vec!["servers: desk-1; application groups: Writing; standby groups:"],
        ),
    ] {
        emulator.change_world(&json!({ "huawei": change }));
        let run = workspace.try_destroy().expect(&[1]);
        let error = run.only_error();
        error.must_say(&says);
        error.must_say(&[&id, "must be removed first"]);
        assert_eq!(workspace.state_list(), [ADDRESS]);
    }
    emulator.change_server_group(standby, json!({ "primary_server_group_id": Value::Null }));
    emulator.change_server_group(&id, json!({ "servers": Value::Null, "app_groups": Value::Null }));
    workspace.destroy();
}

#[test]
fn servers_that_may_not_be_listed_are_told_by_their_number() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    emulator.change_server_group(
        &id,
        json!({ "app_server_count": 3, "server_states": { "ACTIVE": 2, "STOPPED": 1, "ERROR": 0 } }),
    );
    emulator.fault(&refusal("ListServers", "APIGW.0305"));
    let run = workspace.try_destroy().expect(&[1]);
    run.only_error().must_say(&[&id, "servers: 2 ACTIVE, 1 STOPPED."]);
    assert_eq!(workspace.state_list(), [ADDRESS]);
}
