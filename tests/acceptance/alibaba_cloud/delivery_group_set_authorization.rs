//! `appstreaming_delivery_group_authorization` with `delivery_group_set_id`: who may use a set of delivery groups.

use serde_json::{Value, json};

use super::{AUTHORIZE, authorization, sorted};
use crate::harness::{
    Call, Emulator, Workspace,
    world::{GROUP, SET},
};

const ADDRESS: &str = "appstreaming_delivery_group_authorization.this";

fn resource(user_names: &[&str], more: &str) -> String {
    format!(
        r#"
        resource "appstreaming_delivery_group_authorization" "this" {{
          delivery_group_set_id = "{SET}"
          user_names            = {user_names:?}
          {more}
        }}
        "#
    )
}

/// Fails unless a call was made at all, and each of them names the set and no delivery group.
#[track_caller]
fn expect_only_the_set(calls: &[Call]) {
    assert!(!calls.is_empty(), "nobody called");
    for call in calls {
        let named = (call.parameter("AppInstanceGroupSetId"), call.parameter("AppInstanceGroupId"));
        assert_eq!(named, (SET, ""), "{call:?}");
    }
}

#[test]
fn names_and_groups_are_authorized_for_the_set_and_planned_no_more() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(&["carol", "erin"], r#"user_group_ids = ["ug-design"]"#));
    workspace.apply();
    let calls = emulator.calls_of(AUTHORIZE);
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0].list("AuthorizeUserIds"), ["carol", "erin"]);
    assert_eq!(calls[0].list("AuthorizeUserGroupIds"), ["ug-design"]);
    expect_only_the_set(&emulator.calls());

    let attributes = workspace.attributes(ADDRESS);
    assert_eq!((&attributes["id"], &attributes["delivery_group_id"]), (&json!(SET), &Value::Null));
    assert_eq!(emulator.authorized_users_of_set(SET), ["alice", "bob", "carol", "erin"]);
    // A group of the set has authorizations of its own, which nobody asked to change.
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob"]);
    workspace.expect_no_changes();
}

#[test]
fn a_change_sends_the_difference_and_a_destruction_takes_back_what_was_given() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(&["carol", "erin"], ""));
    workspace.apply();
    workspace.configure(&resource(&["erin", "frank"], ""));
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    let sent: Vec<_> = calls.iter().filter(|call| call.operation == AUTHORIZE).collect();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!((sent[0].list("AuthorizeUserIds"), sent[0].list("UnAuthorizeUserIds")), (vec!["frank"], vec!["carol"]));

    let (_, calls) = emulator.calls_during(|| workspace.destroy());
    expect_only_the_set(&calls);
    let removed: Vec<_> = calls.iter().flat_map(|call| call.list("UnAuthorizeUserIds")).collect();
    assert_eq!(removed, ["erin", "frank"]);
    assert_eq!(emulator.authorized_users_of_set(SET), ["alice", "bob"]);
    assert!(workspace.state_list().is_empty());
}

#[test]
fn somebody_removed_in_the_console_is_authorized_again() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(&["carol", "erin"], ""));
    workspace.apply();
    emulator.change_delivery_group_set(SET, json!({ "authorized_users": { "carol": null } }));
    let plan = workspace.plan();
    assert_eq!(sorted(&plan.drift(ADDRESS)["after"]["user_names"]), ["erin"]);
    assert_eq!(plan.actions(ADDRESS), ["update"]);
    workspace.apply_plan();
    assert_eq!(emulator.authorized_users_of_set(SET), ["alice", "bob", "carol", "erin"]);
    workspace.expect_no_changes();
}

#[test]
fn strangers_are_named_and_removed_when_it_is_exclusive() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(&["alice", "carol"], "exclusive = true"));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["bob", SET]);
    workspace.apply();
    assert_eq!(emulator.authorized_users_of_set(SET), ["alice", "carol"]);
    workspace.expect_no_changes();

    emulator.change_delivery_group_set(SET, json!({ "authorized_users": { "mallory": [] } }));
    let plan = workspace.plan();
    assert_eq!(sorted(&plan.change(ADDRESS)["before"]["user_names"]), ["alice", "carol", "mallory"]);
    workspace.apply_plan();
    assert_eq!(emulator.authorized_users_of_set(SET), ["alice", "carol"]);
    expect_only_the_set(&emulator.calls());
}

#[test]
fn import_by_command_and_by_block_reads_who_may_use_the_set() {
    let emulator = Emulator::start();
    let by_command = Workspace::with(&emulator, &resource(&["alice", "bob"], ""));
    by_command.import(ADDRESS, &format!("set/{SET}")).expect(&[0]);
    assert_eq!(sorted(&by_command.attributes(ADDRESS)["user_names"]), ["alice", "bob"]);
    by_command.expect_no_changes();

    let block = format!("import {{\n  to = {ADDRESS}\n  id = \"set/{SET}\"\n}}\n");
    let by_block = Workspace::with(&emulator, &(resource(&["alice", "bob"], "") + &block));
    assert_eq!(by_block.plan().actions(ADDRESS), ["no-op"]);
    by_block.apply_plan();
    by_block.expect_no_changes();
    assert!(emulator.calls_of(AUTHORIZE).is_empty());
    expect_only_the_set(&emulator.calls());
}

#[test]
fn a_set_that_is_gone_leaves_the_state_and_can_be_destroyed() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(&["carol"], ""));
    workspace.apply();
    emulator.change_delivery_group_set(SET, Value::Null);
    workspace.destroy();
    assert!(workspace.state_list().is_empty());

    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&[&format!("delivery group set {SET:?}"), "InvalidAppInstanceGroupSet.NotFound"]);
    assert!(error.code.trim_start().starts_with("delivery_group_set_id "), "{error:?}");
}

#[test]
fn a_set_and_a_delivery_group_are_two_targets() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(&["carol"], ""));
    workspace.apply();
    workspace.configure(&authorization(&["carol"], ""));
    let plan = workspace.plan();
    assert_eq!(plan.actions(ADDRESS), ["delete", "create"]);
    workspace.apply_plan();
    assert_eq!(emulator.authorized_users_of_set(SET), ["alice", "bob"]);
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob", "carol"]);
}

mod since_1_12 {
    use super::*;

    #[test]
    fn a_set_is_imported_by_its_identity() {
        let emulator = Emulator::start();
        let block = format!("import {{\n  to = {ADDRESS}\n  identity = {{ delivery_group_set_id = \"{SET}\" }}\n}}\n");
        let workspace = Workspace::with(&emulator, &(resource(&["alice", "bob"], "") + &block));
        assert_eq!(workspace.plan().actions(ADDRESS), ["no-op"]);
        workspace.apply_plan();
        workspace.expect_no_changes();
        assert!(emulator.calls_of(AUTHORIZE).is_empty());
        expect_only_the_set(&emulator.calls());
    }
}
