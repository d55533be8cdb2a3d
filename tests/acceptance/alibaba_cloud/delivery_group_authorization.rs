//! `appstreaming_delivery_group_authorization`: who may use a delivery group.

use serde_json::json;

use super::{AUTHORIZE, authorization, sorted};
use crate::harness::{
    Call, Emulator, Replacing, Workspace,
    world::{GROUP, OTHER_GROUP, users},
};

const ADDRESS: &str = "appstreaming_delivery_group_authorization.this";

fn resource(user_names: &[impl AsRef<str>]) -> String {
    authorization(user_names, "")
}

/// How many names each call adds and removes.
fn sizes(calls: &[Call]) -> Vec<(usize, usize)> {
    let calls = calls.iter().filter(|call| call.operation == AUTHORIZE);
    calls.map(|call| (call.list("AuthorizeUserIds").len(), call.list("UnAuthorizeUserIds").len())).collect()
}

#[test]
fn names_and_groups_are_authorized_with_one_call_and_planned_no_more() {
    let emulator = Emulator::start();
    let more = r#"user_group_ids = ["ug-design", "ug-finance"]"#;
    let workspace = Workspace::with(&emulator, &authorization(&["carol", "erin"], more));
    workspace.apply();

    let calls = emulator.calls_of(AUTHORIZE);
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0].parameter("AppInstanceGroupId"), GROUP);
    assert_eq!(calls[0].parameter("ProductType"), "CloudApp");
    assert_eq!(calls[0].list("AuthorizeUserIds"), ["carol", "erin"]);
    assert_eq!(calls[0].list("AuthorizeUserGroupIds"), ["ug-design", "ug-finance"]);
    assert!(calls[0].list("UnAuthorizeUserIds").is_empty());
    assert!(calls[0].list("UnAuthorizeUserGroupIds").is_empty());

    let attributes = workspace.attributes(ADDRESS);
    assert_eq!(sorted(&attributes["user_names"]), ["carol", "erin"]);
    assert_eq!(sorted(&attributes["user_group_ids"]), ["ug-design", "ug-finance"]);
    assert_eq!(attributes["product_type"], "CloudApp");
    assert_eq!(attributes["exclusive"], false);
    assert!(attributes["id"].is_string());
    // `alice` and `bob` came with the group, and nobody asked for them to go.
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob", "carol", "erin"]);
    workspace.expect_no_changes();
}

#[test]
fn a_change_sends_the_difference_alone() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(&["carol", "erin"]));
    workspace.apply();

    workspace.configure(&authorization(&["erin", "frank"], r#"user_group_ids = ["ug-design"]"#));
    assert_eq!(workspace.plan().actions(ADDRESS), ["update"]);
    let (_, calls) = emulator.calls_during(|| workspace.apply_plan());
    let calls: Vec<_> = calls.iter().filter(|call| call.operation == AUTHORIZE).collect();
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0].list("AuthorizeUserIds"), ["frank"]);
    assert_eq!(calls[0].list("UnAuthorizeUserIds"), ["carol"]);
    assert_eq!(calls[0].list("AuthorizeUserGroupIds"), ["ug-design"]);
    assert!(calls[0].list("UnAuthorizeUserGroupIds").is_empty());
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob", "erin", "frank"]);
    workspace.expect_no_changes();
}

#[test]
fn a_call_holds_at_most_a_hundred_names_and_there_are_no_more_calls_than_needed() {
    let emulator = Emulator::start_with(&["--users", "600"]);
    let workspace = Workspace::with(&emulator, "");
    // Each step from the one before it: who is wanted, and the additions and removals of each call.
    let steps = [
        (users(1..=1), vec![(1, 0)]),
        (users(1..=100), vec![(99, 0)]),
        (users(1..=201), vec![(100, 0), (1, 0)]),
        (users(1..=201), vec![]),
        (users(102..=451), vec![(100, 100), (100, 1), (50, 0)]),
        (users(202..=202), vec![(0, 100), (0, 100), (0, 100), (0, 49)]),
    ];
    for (wanted, expected) in steps {
        workspace.configure(&resource(&wanted));
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert_eq!(sizes(&calls), expected, "for {} users", wanted.len());
        let mut all = wanted;
        all.extend(["alice".to_owned(), "bob".to_owned()]);
        all.sort();
        assert_eq!(emulator.authorized_users(GROUP), all);
    }
}

#[test]
fn somebody_removed_in_the_console_is_authorized_again() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(&["carol", "erin"]));
    workspace.apply();

    emulator.authorize_exactly(GROUP, &["erin"]);
    let plan = workspace.plan();
    assert_eq!(sorted(&plan.drift(ADDRESS)["after"]["user_names"]), ["erin"]);
    assert_eq!(plan.actions(ADDRESS), ["update"]);
    let (_, calls) = emulator.calls_during(|| workspace.apply_plan());
    assert_eq!(sizes(&calls), [(1, 0)]);
    assert_eq!(emulator.authorized_users(GROUP), ["carol", "erin"]);
    workspace.expect_no_changes();
}

#[test]
fn strangers_are_left_alone_unless_exclusive() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(&["carol"]));
    workspace.apply();
    emulator.authorize_exactly(GROUP, &["alice", "carol", "erin"]);
    workspace.expect_no_changes();

    workspace.configure(&authorization(&["carol"], "exclusive = true"));
    // The prior state does not show them as a difference, so a warning names them.
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["alice", "erin", GROUP]);
    assert_eq!(workspace.plan().actions(ADDRESS), ["update"]);
    workspace.apply_plan();
    assert_eq!(emulator.authorized_users(GROUP), ["carol"]);
    workspace.expect_no_changes();

    emulator.authorize_exactly(GROUP, &["carol", "frank"]);
    let plan = workspace.plan();
    assert_eq!(sorted(&plan.drift(ADDRESS)["after"]["user_names"]), ["carol", "frank"]);
    assert_eq!(sorted(&plan.change(ADDRESS)["after"]["user_names"]), ["carol"]);
    workspace.apply_plan();
    assert_eq!(emulator.authorized_users(GROUP), ["carol"]);
}

#[test]
fn destroy_takes_back_what_was_given_and_no_more() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &authorization(&["carol"], r#"user_group_ids = ["ug-design"]"#));
    workspace.apply();
    workspace.destroy();
    assert!(workspace.state_list().is_empty());
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob"]);
    assert_eq!(emulator.delivery_group(GROUP)["authorized_user_groups"], json!([]));
}

#[test]
fn a_group_that_is_gone_leaves_the_state() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(&["carol"]));
    workspace.apply();

    emulator.delete_delivery_group(GROUP);
    workspace.refresh();
    assert!(workspace.state_list().is_empty());
    assert_eq!(workspace.plan().actions(ADDRESS), ["create"]);
}

#[test]
fn destroy_is_done_when_the_group_is_gone() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(&["carol"]));
    workspace.apply();
    emulator.delete_delivery_group(GROUP);
    workspace.destroy();
    assert!(workspace.state_list().is_empty());
}

#[test]
fn another_group_is_another_resource() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(&["carol"]));
    workspace.apply();

    workspace.configure(&resource(&["carol"]).replacing(GROUP, OTHER_GROUP));
    let plan = workspace.plan();
    assert_eq!(plan.actions(ADDRESS), ["delete", "create"]);
    assert_eq!(plan.change(ADDRESS)["replace_paths"], json!([["delivery_group_id"]]));
    workspace.apply_plan();
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob"]);
    assert_eq!(emulator.authorized_users(OTHER_GROUP), ["alice", "bob", "carol"]);
}

#[test]
fn import_by_command_reads_who_may_use_the_group() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(&["alice", "bob"]));
    workspace.import(ADDRESS, GROUP).expect(&[0]);
    assert_eq!(sorted(&workspace.attributes(ADDRESS)["user_names"]), ["alice", "bob"]);
    workspace.expect_no_changes();
    assert!(emulator.calls_of(AUTHORIZE).is_empty());
}

#[test]
fn import_by_block_reads_who_may_use_the_group() {
    let emulator = Emulator::start();
    let block = format!("import {{\n  to = {ADDRESS}\n  id = \"{GROUP}\"\n}}\n");
    let workspace = Workspace::with(&emulator, &(resource(&["alice", "bob"]) + &block));
    assert_eq!(workspace.plan().actions(ADDRESS), ["no-op"]);
    workspace.apply_plan();
    assert_eq!(workspace.state_list(), [ADDRESS]);
    assert!(emulator.calls_of(AUTHORIZE).is_empty());
}

#[test]
fn names_that_the_service_writes_differently_are_no_difference() {
    let emulator = Emulator::start();
    // The group's office network is bound to a domain, and the service knows its accounts in lower case.
    let account = json!({ "account_type": "ad" });
    let mut users = serde_json::Map::new();
    for name in ["alice", "Carol", "EXAMPLE\\Erin", "frank@example.com", "carol", "erin", "FRANK"] {
        users.insert(name.to_owned(), account.clone());
    }
    emulator.change_world(&json!({ "alibaba": { "users": users } }));
    emulator.change_delivery_group(GROUP, json!({ "ad_domain": "example.com", "authorized_users": { "bob": null } }));
    let more = "user_type = \"ad\"\nad_domain = \"example.com\"";
    let workspace = Workspace::with(&emulator, &authorization(&["Carol", "EXAMPLE\\Erin", "frank@example.com"], more));
    workspace.apply();
    let calls = emulator.calls_of(AUTHORIZE);
    assert_eq!(calls.len(), 1, "{calls:?}");
    let meta = json!({ "Type": "ad", "AdDomain": "example.com" });
    let sent = &calls[0].record["parameters"]["UserMeta"];
    let sent = sent.as_str().map_or_else(|| sent.clone(), |text| serde_json::from_str(text).expect("JSON"));
    assert_eq!(sent, meta);
    workspace.expect_no_changes();

    emulator.authorize_exactly(GROUP, &["alice", "carol", "erin", "FRANK"]);
    workspace.expect_no_changes();
    workspace.refresh();
    let names = workspace.attributes(ADDRESS)["user_names"].clone();
    assert_eq!(sorted(&names), ["Carol", "EXAMPLE\\Erin", "frank@example.com"]);
}

#[test]
fn convenience_accounts_can_be_named_as_such() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &authorization(&["carol"], "user_type = \"simple\""));
    workspace.apply();
    assert_eq!(emulator.calls_of(AUTHORIZE)[0].record["parameters"]["UserMeta"], json!({ "Type": "simple" }));
    workspace.expect_no_changes();
}

#[test]
fn reading_goes_by_records_of_which_one_user_can_have_many() {
    let emulator = Emulator::start_with(&["--users", "80"]);
    let names = users(1..=80);
    // Three applications each: 240 records on three pages, of which none holds a hundred users.
    let apps = json!(["ca-draft", "ca-render", "ca-viewer"]);
    let users: serde_json::Map<_, _> = names.iter().map(|name| (name.clone(), apps.clone())).collect();
    emulator.change_delivery_group("aig-hangzhou-app", json!({ "authorized_users": users }));
    let configuration = resource(&names).replacing(GROUP, "aig-hangzhou-app");
    let workspace = Workspace::with(&emulator, &configuration);
    workspace.apply();
    assert!(emulator.calls_of(AUTHORIZE).is_empty(), "all of them are authorized already");
    let (_, calls) = emulator.calls_during(|| workspace.expect_no_changes());
    assert_eq!(calls.iter().filter(|call| call.operation == "ListAuthorizedUsers").count(), 3);

    // Somebody on the last page loses it.
    let gone = json!({ "authorized_users": { "user00080": null } });
    emulator.change_delivery_group("aig-hangzhou-app", gone);
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    assert_eq!(sizes(&calls), [(1, 0)]);
    workspace.expect_no_changes();
}

#[test]
fn the_users_of_one_persistent_session() {
    let emulator = Emulator::start();
    emulator.change_delivery_group("aig-hangzhou-session", json!({ "authorized_users": { "erin": ["p-personal-2"] } }));
    let more = "persistent_session_id = \"p-personal-1\"";
    let configuration = authorization(&["carol"], more).replacing(GROUP, "aig-hangzhou-session");
    let workspace = Workspace::with(&emulator, &configuration);
    workspace.apply();
    let calls = emulator.calls_of(AUTHORIZE);
    assert_eq!((calls.len(), calls[0].parameter("AppInstancePersistentId")), (1, "p-personal-1"));
    workspace.expect_no_changes();
    workspace.destroy();
    assert_eq!(emulator.authorized_users("aig-hangzhou-session"), ["erin"]);
}
