//! Which calls an authorization needs, and what of a call that was partly effective is sent again.

use std::thread;

use serde_json::json;

use super::{AUTHORIZE, authorization, sorted};
use crate::harness::{
    Emulator, Replacing, Workspace,
    faults::{refusal, striking},
    world::{GROUP, SET},
};

const ADDRESS: &str = "appstreaming_delivery_group_authorization.this";
const LIST_USERS: &str = "ListAuthorizedUsers";
const LIST_USER_GROUPS: &str = "ListAuthorizedUserGroups";

/// An emulator that lets nobody list the user groups of a delivery group, which has one.
fn without_permission_for_user_groups() -> Emulator {
    let emulator = Emulator::start();
    emulator.authorize_exactly(GROUP, &["alice"]);
    emulator.change_delivery_group(GROUP, json!({ "authorized_user_groups": ["ug-design"] }));
    emulator.fault(&striking(refusal(LIST_USER_GROUPS, "Forbidden.RAM"), &json!({ "every": 1 })));
    emulator
}

#[test]
fn whoever_lists_users_alone_needs_no_permission_to_list_user_groups() {
    let emulator = without_permission_for_user_groups();
    let workspace = Workspace::with(&emulator, &authorization(&["carol"], ""));
    workspace.apply();
    workspace.expect_no_changes();
    workspace.configure(&authorization(&["erin"], ""));
    workspace.apply();
    workspace.refresh();
    workspace.destroy();
    assert_eq!(emulator.authorized_users(GROUP), ["alice"]);
    assert!(emulator.calls_of(LIST_USER_GROUPS).is_empty());
}

#[test]
fn whoever_imports_users_alone_needs_no_permission_to_list_user_groups_and_is_told_what_was_not_seen() {
    let emulator = without_permission_for_user_groups();
    let import = format!("import {{\n  to = {ADDRESS}\n  id = \"{GROUP}\"\n}}\n");
    let workspace = Workspace::with(&emulator, &(import + &authorization(&["alice"], "")));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["user groups", GROUP, LIST_USER_GROUPS]);
    workspace.apply();
    workspace.expect_no_changes();
    assert_eq!(emulator.delivery_group(GROUP)["authorized_user_groups"], json!(["ug-design"]));

    // Whoever lists user groups cannot go without.
    workspace.configure(&authorization(&["alice"], r#"user_group_ids = ["ug-design"]"#));
    workspace.try_apply().expect(&[1]).only_error().must_say(&[LIST_USER_GROUPS, "Forbidden.RAM"]);
}

#[test]
fn user_groups_that_are_no_longer_listed_are_removed_whether_or_not_others_are() {
    for more in ["", "user_group_ids = []"] {
        let emulator = Emulator::start();
        let with_groups = authorization(&["carol"], r#"user_group_ids = ["ug-design", "ug-finance"]"#);
        let workspace = Workspace::with(&emulator, &with_groups);
        workspace.apply();
        workspace.configure(&authorization(&["carol"], more));
        workspace.apply();
        assert_eq!(emulator.delivery_group(GROUP)["authorized_user_groups"], json!([]), "{more:?}");
        workspace.expect_no_changes();
    }
}

#[test]
fn of_a_call_that_was_partly_effective_only_the_rest_is_sent_again() {
    let emulator = Emulator::start();
    emulator.change_delivery_group(GROUP, json!({ "authorized_user_groups": ["ug-design"] }));
    emulator.authorize_exactly(GROUP, &["alice", "bob"]);
    let workspace = Workspace::with(&emulator, "");
    let change = authorization(&["carol", "erin"], r#"user_group_ids = ["ug-finance"]"#);
    workspace.configure(&(change + "\n"));
    // The request never arrives, and half of what it was to do happens all the same.
    emulator.fault(&json!({ "kind": "close_before", "operation": AUTHORIZE }));
    let apply = workspace.start_apply(&[]);
    emulator.await_call_of(AUTHORIZE);
    emulator.change_delivery_group(GROUP, json!({ "authorized_users": { "carol": [] } }));
    apply.wait().expect(&[0]);

    let calls = emulator.calls_of(AUTHORIZE);
    let sent: Vec<_> =
        calls.iter().map(|call| (call.list("AuthorizeUserIds"), call.list("AuthorizeUserGroupIds"))).collect();
    assert_eq!(sent, [(vec!["carol", "erin"], vec!["ug-finance"]), (vec!["erin"], vec!["ug-finance"])]);
    assert_eq!(sorted(&workspace.attributes(ADDRESS)["user_names"]), ["carol", "erin"]);
    workspace.expect_no_changes();
}

#[test]
fn of_removals_too_only_the_rest_is_sent_again() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &authorization(&["carol", "erin", "frank"], ""));
    workspace.apply();
    workspace.configure(&authorization(&["frank"], ""));
    emulator.fault(&json!({ "kind": "close_before", "operation": AUTHORIZE }));
    let (apply, calls) = emulator.calls_during(|| {
        thread::scope(|scope| {
            let apply = scope.spawn(|| workspace.start_apply(&[]).wait());
            emulator.await_calls_of(AUTHORIZE, 2);
            emulator.change_delivery_group(GROUP, json!({ "authorized_users": { "carol": null } }));
            apply.join().expect("the thread does not panic")
        })
    });
    apply.expect(&[0]);
    let sent: Vec<_> = calls.iter().filter(|call| call.operation == AUTHORIZE).collect();
    let sent: Vec<_> = sent.iter().map(|call| call.list("UnAuthorizeUserIds")).collect();
    assert_eq!(sent, [vec!["carol", "erin"], vec!["erin"]]);
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob", "frank"]);
    workspace.expect_no_changes();
}

#[test]
fn a_persistent_session_of_a_set_is_refused_before_anything_is_sent() {
    let emulator = Emulator::start();
    let resource = format!(
        "resource \"appstreaming_delivery_group_authorization\" \"this\" {{\n  delivery_group_set_id = \"{SET}\"\n  \
         persistent_session_id = \"p-1\"\n  user_names = [\"carol\"]\n}}\n"
    );
    let workspace = Workspace::with(&emulator, &resource);
    let run = workspace.run(&["validate", "-no-color"]).expect(&[1]);
    assert!(
        run.stderr.contains("cannot be set together with") && run.stderr.contains("persistent_session_id"),
        "{run}"
    );
    assert!(emulator.calls().is_empty());
}

mod since_1_12 {
    use super::*;

    #[test]
    fn an_identity_that_names_a_session_of_a_set_or_a_group_beside_it_is_refused() {
        let emulator = Emulator::start();
        for beside in ["persistent_session_id = \"p-1\"".to_owned(), format!("delivery_group_id = \"{GROUP}\"")] {
            let import = format!(
                "import {{\n  to = {ADDRESS}\n  identity = {{ delivery_group_set_id = \"{SET}\", {beside} }}\n}}\n"
            );
            let workspace = Workspace::with(&emulator, &(import + &authorization(&["carol"], "")));
            workspace.try_plan().expect(&[1]).only_error().must_say(&["delivery_group_set_id", "together"]);
            assert!(emulator.calls().is_empty());
        }
    }
}

#[test]
fn who_was_just_given_access_loses_it_in_the_next_run_however_soon_that_comes() {
    let emulator = Emulator::start_with(&["--consistency-seconds", "2"]);
    let group = "aig-hangzhou-session";
    let of_session = |session: &str, names: &[&str]| {
        authorization(names, &format!("persistent_session_id = {session:?}")).replacing(GROUP, group)
    };
    let workspace = Workspace::with(&emulator, &of_session("p-personal-2", &["carol", "frank"]));
    workspace.apply();
    // A read from before the authorization would show nobody, and the state would forget whom it gave access.
    workspace.configure(&of_session("p-personal-2", &["carol"]));
    workspace.apply();
    assert_eq!(emulator.delivery_group(group)["authorized_users"], json!({ "carol": ["p-personal-2"] }));
    workspace.configure(&of_session("p-personal-1", &["erin"]));
    workspace.apply();
    workspace.configure(&of_session("p-personal-2", &["frank"]));
    workspace.apply();
    assert_eq!(emulator.delivery_group(group)["authorized_users"], json!({ "frank": ["p-personal-2"] }));
}

#[test]
fn a_session_is_not_taken_out_where_the_group_takes_nobody_without_one() {
    let emulator = Emulator::start();
    let group = "aig-hangzhou-session";
    let without = authorization(&["carol"], "").replacing(GROUP, group);
    let with = authorization(&["carol"], "persistent_session_id = \"p-personal-2\"").replacing(GROUP, group);
    let workspace = Workspace::with(&emulator, &with);
    workspace.apply();
    workspace.configure(&without);
    workspace.try_apply().expect(&[1]).only_error().must_say(&["persistent_session_id", group]);
    assert_eq!(emulator.delivery_group(group)["authorized_users"]["carol"], json!(["p-personal-2"]));
    // From a session to a group that takes people as a whole it is a move.
    workspace.configure(&authorization(&["carol"], ""));
    workspace.apply();
    assert!(emulator.authorized_users(GROUP).contains(&"carol".to_owned()));
}

#[test]
fn one_list_that_lacks_somebody_is_no_proof_that_they_have_no_access() {
    // The list that lags is that of the refresh, and where there is none, that of the change itself.
    for options in [&[][..], &["-refresh=false"]] {
        for (resource, left) in
            [(authorization(&["frank"], ""), &["alice", "bob", "frank"][..]), (String::new(), &["alice", "bob"])]
        {
            let emulator = Emulator::start();
            let workspace = Workspace::with(&emulator, &authorization(&["carol", "frank"], ""));
            workspace.apply();
            emulator.fault(&json!({ "kind": "stale_read", "operation": LIST_USERS, "next": 1 }));
            workspace.configure(&resource);
            workspace.try_apply_with(options).expect(&[0]);
            assert_eq!(emulator.authorized_users(GROUP), left, "{options:?}");
        }
    }
}

#[test]
fn who_is_accepted_and_not_listed_is_told_of_and_stays_in_the_state() {
    let emulator = Emulator::start_with(&["--consistency-seconds", "120"]);
    let workspace = Workspace::with(&emulator, &authorization(&["carol"], ""));
    let apply = workspace.try_apply().expect(&[0]);
    let [warning] = &apply.warnings()[..] else { panic!("expected exactly one warning: {apply}") };
    warning.must_say(&["listed", GROUP, "carol"]);
    assert_eq!(sorted(&workspace.attributes(ADDRESS)["user_names"]), ["carol"]);
    assert_eq!(emulator.calls_of(AUTHORIZE).len(), 1);
}
