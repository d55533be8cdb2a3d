//! What an exclusive authorization takes from people whom it does not list, and that its plan says so before.

use serde_json::json;

use super::{AUTHORIZE, authorization};
use crate::harness::{
    Diagnostic, Emulator, Replacing, Workspace,
    world::{GROUP, OTHER_GROUP},
};

#[track_caller]
fn only_warning(warnings: Vec<Diagnostic>) -> Diagnostic {
    let [warning] = warnings.try_into().expect("exactly one warning");
    warning
}

#[test]
fn whoever_came_after_the_plan_is_in_the_next_one() {
    let emulator = Emulator::start();
    emulator.authorize_exactly(GROUP, &["carol"]);
    let workspace = Workspace::with(&emulator, &authorization(&["carol"], "exclusive = true"));
    workspace.apply();
    workspace.configure(&authorization(&["erin"], "exclusive = true"));
    workspace.plan();
    emulator.change_delivery_group(GROUP, json!({ "authorized_users": { "frank": [] } }));
    workspace.apply_plan();
    assert_eq!(emulator.authorized_users(GROUP), ["erin", "frank"]);
    let plan = workspace.plan();
    let removed = plan.change("appstreaming_delivery_group_authorization.this")["before"]["user_names"].clone();
    assert_eq!(removed, json!(["erin", "frank"]));
    workspace.apply();
    assert_eq!(emulator.authorized_users(GROUP), ["erin"]);
    workspace.expect_no_changes();
}

#[test]
fn whoever_came_after_the_plan_of_a_creation_is_named_when_they_are_removed() {
    let emulator = Emulator::start();
    emulator.authorize_exactly(GROUP, &["alice"]);
    let workspace = Workspace::with(&emulator, &authorization(&["carol"], "exclusive = true"));
    let plan = workspace.try_plan().expect(&[2]);
    only_warning(plan.warnings()).must_say(&["will lose access", "alice", "by the time of the apply"]);
    workspace.plan();
    emulator.change_delivery_group(GROUP, json!({ "authorized_users": { "frank": [] } }));
    let applied = workspace.apply_plan();
    let told = applied.warnings();
    assert!(told.iter().any(|warning| warning.says("lost access") && warning.says("frank")), "{applied}");
    assert_eq!(emulator.authorized_users(GROUP), ["carol"]);
}

#[test]
fn whoever_was_authorized_elsewhere_since_is_named_before_they_are_removed() {
    let emulator = Emulator::start();
    emulator.authorize_exactly(GROUP, &[]);
    let hidden = "variable \"people\" {\n type = set(string)\n sensitive = true\n default = [\"carol\"]\n}\n"
        .to_owned()
        + &authorization(&["carol"], "exclusive = true").replacing("[\"carol\"]", "var.people");
    let workspace = Workspace::with(&emulator, &hidden);
    workspace.apply();
    emulator.change_delivery_group(GROUP, json!({ "authorized_users": { "frank": [] } }));
    let plan = workspace.try_plan().expect(&[2]);
    only_warning(plan.warnings()).must_say(&["will lose access", "frank"]);
}

#[test]
fn beside_another_authorization_the_plan_names_whom_that_one_lists() {
    let emulator = Emulator::start();
    emulator.authorize_exactly(GROUP, &[]);
    let other = authorization(&["carol"], "").replacing("\"this\"", "\"other\"");
    let workspace = Workspace::with(&emulator, &other);
    workspace.apply();
    let exclusive =
        authorization(&["erin"], "exclusive = true\ndepends_on = [appstreaming_delivery_group_authorization.other]");
    workspace.configure(&(other + &exclusive));
    let plan = workspace.try_plan().expect(&[2]);
    only_warning(plan.warnings()).must_say(&["another one", "carol", GROUP]);
}

#[test]
fn where_it_is_not_known_yet_who_or_where_the_plan_says_what_may_happen() {
    let emulator = Emulator::start();
    let later = |value: &str| format!("resource \"terraform_data\" \"later\" {{\n input = {value:?}\n}}\n");
    let at_unknown =
        authorization(&["carol"], "exclusive = true").replacing(&format!("\"{GROUP}\""), "terraform_data.later.output");
    let workspace = Workspace::with(&emulator, &(later(OTHER_GROUP) + &at_unknown));
    let plan = workspace.try_plan().expect(&[2]);
    only_warning(plan.warnings()).must_say(&["may lose access", "only known after apply"]);

    // One that is exclusive already says it again.
    let workspace = Workspace::with(&emulator, &authorization(&["carol"], "exclusive = true"));
    workspace.apply();
    let of_unknown =
        authorization(&["carol"], "exclusive = true").replacing("[\"carol\"]", "[terraform_data.later.output]");
    workspace.configure(&(later("erin") + &of_unknown));
    let plan = workspace.try_plan().expect(&[2]);
    only_warning(plan.warnings()).must_say(&["may lose access", "carol"]);
}

#[test]
fn a_group_of_one_kind_refuses_the_other_in_the_plan_while_somebody_of_the_first_would_stay() {
    let emulator = Emulator::start();
    emulator.change_delivery_group(GROUP, json!({ "mixed_authorization": false }));
    let workspace = Workspace::with(&emulator, &authorization(&["carol"], ""));
    workspace.apply();
    let groups = |more: &str| {
        authorization(&["carol"], more)
            .replacing("[\"carol\"]", "[]")
            .replacing(more, &format!("user_group_ids = [\"ug-design\"]\n{more}"))
    };
    let sent = emulator.calls_of(AUTHORIZE).len();
    // Alice and bob are nobody's here, and stay.
    workspace.configure(&groups("exclusive = false"));
    workspace.try_plan().expect(&[1]).only_error().must_say(&["either users or user groups", "alice", GROUP]);
    workspace.configure(&authorization(&["carol"], "user_group_ids = [\"ug-design\"]"));
    workspace.try_plan().expect(&[1]).only_error().must_say(&["either users or user groups", GROUP]);
    assert_eq!(emulator.calls_of(AUTHORIZE).len(), sent);
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob", "carol"]);
    // An exclusive one takes them all out.
    workspace.configure(&groups("exclusive = true"));
    workspace.apply();
    assert_eq!(emulator.delivery_group(GROUP)["authorized_user_groups"], json!(["ug-design"]));
    workspace.expect_no_changes();
}

#[test]
fn an_exclusive_authorization_that_is_not_the_only_one_is_told_whichever_is_planned_first() {
    let exclusive = authorization(&["carol"], "exclusive = true");
    let other = |people: &[&str], more: &str| authorization(people, more).replacing("\"this\"", "\"other\"");
    let after = |label: &str| format!("depends_on = [appstreaming_delivery_group_authorization.{label}]");
    let told = |workspace: &Workspace| {
        let plan = workspace.try_plan().expect(&[2]);
        let warnings = plan.warnings();
        assert!(warnings.iter().any(|it| it.says("is not the only one") && it.says("david")), "{plan}");
    };
    let exclusive_first = exclusive.clone() + &other(&["david"], &after("this"));
    let exclusive_last =
        authorization(&["carol"], &format!("exclusive = true\n{}", after("other"))) + &other(&["david"], "");
    for (both, sees_the_other) in [(exclusive_first, false), (exclusive_last, true)] {
        let emulator = Emulator::start();
        emulator.authorize_exactly(GROUP, &[]);
        let workspace = Workspace::with(&emulator, &both);
        told(&workspace);
        // One of them is there already.
        workspace.configure(&exclusive);
        workspace.apply();
        workspace.configure(&both);
        told(&workspace);
        // Both are there, and one gets somebody whom the exclusive one does not list.
        workspace.configure(&both.replacing("\"david\"", ""));
        workspace.apply();
        workspace.configure(&both);
        told(&workspace);
        workspace.apply();
        // Nobody loses access where the exclusive one comes to know of the other first, although each plan shows it.
        workspace.apply();
        let david = if sees_the_other { vec!["carol", "david"] } else { vec!["carol"] };
        assert_eq!(emulator.authorized_users(GROUP), david);
    }
}

#[test]
fn people_in_the_way_of_the_other_kind_are_told_whichever_authorization_is_planned_first() {
    let emulator = Emulator::start();
    emulator.change_delivery_group(GROUP, json!({ "mixed_authorization": false }));
    emulator.authorize_exactly(GROUP, &[]);
    let a = |people: &[&str], more: &str| authorization(people, more);
    let b = |more: &str| {
        let more = format!("user_group_ids = [\"ug-design\"]\n{more}");
        authorization(&["carol"], &more).replacing("[\"carol\"]", "[]").replacing("\"this\"", "\"other\"")
    };
    let after = |label: &str| format!("depends_on = [appstreaming_delivery_group_authorization.{label}]");
    let workspace = Workspace::with(&emulator, &a(&["carol"], ""));
    workspace.apply();
    for config in [
        a(&["carol"], "") + &b(&after("this")),
        a(&["carol"], &after("other")) + &b(""),
        a(&[], "") + &b(&after("this")),
        a(&[], &after("other")) + &b(""),
        b(""),
    ] {
        workspace.configure(&config);
        let plan = workspace.try_plan().expect(&[2]);
        let warnings = plan.warnings();
        assert!(warnings.iter().any(|it| it.says("takes either users or user groups")), "{config}: {plan}");
    }
}
