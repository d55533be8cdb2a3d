//! Several authorizations of one delivery group: nobody loses access by what another resource does.

use serde_json::json;

use super::sorted;
use crate::harness::{
    Emulator, Replacing, Workspace,
    world::{GROUP, IMAGE, OTHER_GROUP},
};

const AUTHORIZE: &str = "AuthorizeInstanceGroup";

/// An authorization of [`GROUP`] by its label, with further lines.
pub(super) fn of_group(label: &str, user_names: &[&str], more: &str) -> String {
    format!(
        r#"
        resource "appstreaming_delivery_group_authorization" "{label}" {{
          delivery_group_id = "{GROUP}"
          user_names        = {user_names:?}
          {more}
        }}
        "#
    )
}

pub(super) fn address(label: &str) -> String {
    format!("appstreaming_delivery_group_authorization.{label}")
}

pub(super) fn names(workspace: &Workspace, label: &str) -> Vec<String> {
    sorted(&workspace.attributes(&address(label))["user_names"]).into_iter().map(str::to_owned).collect()
}

/// An emulator on whose [`GROUP`] nobody is authorized yet.
pub(super) fn empty_group() -> Emulator {
    let emulator = Emulator::start();
    emulator.authorize_exactly(GROUP, &[]);
    emulator
}

#[test]
fn a_person_who_moves_between_two_authorizations_keeps_access_in_whatever_order_they_are_applied() {
    let emulator = empty_group();
    let workspace = Workspace::with(&emulator, "");
    let apply = |a: &[&str], b: &[&str], parallelism: &str| {
        workspace.configure(&(of_group("a", a, "") + &of_group("b", b, "")));
        workspace.run(&["apply", "-auto-approve", "-input=false", parallelism]).expect(&[0]);
    };
    apply(&["carol", "erin"], &["frank"], "-parallelism=10");
    // There and back, so that each of the two has to wait for the other.
    for _ in 0..3 {
        apply(&["erin"], &["carol", "frank"], "-parallelism=10");
        assert_eq!(emulator.authorized_users(GROUP), ["carol", "erin", "frank"]);
        assert_eq!(
            (names(&workspace, "a"), names(&workspace, "b")),
            (vec!["erin".into()], vec!["carol".into(), "frank".into()])
        );
        apply(&["carol", "erin"], &["frank"], "-parallelism=1");
        assert_eq!(emulator.authorized_users(GROUP), ["carol", "erin", "frank"]);
    }
    workspace.expect_no_changes();
}

#[test]
fn many_people_who_change_places_all_keep_access() {
    let emulator = Emulator::start_with(&["--users", "40"]);
    emulator.authorize_exactly(GROUP, &[]);
    let workspace = Workspace::with(&emulator, "");
    let users: Vec<_> = (1..=40).map(|number| format!("user{number:05}")).collect();
    for round in 0..3 {
        // Each of eight authorizations hands its five people to the next.
        let blocks = (0..8).map(|at| {
            let first = (at + round) % 8 * 5;
            let people: Vec<_> = users[first..first + 5].iter().map(String::as_str).collect();
            of_group(&format!("team{at}"), &people, "")
        });
        workspace.configure(&blocks.collect::<String>());
        workspace.apply();
        assert_eq!(emulator.authorized_users(GROUP), users, "round {round}");
        workspace.expect_no_changes();
    }
}

#[test]
fn whom_an_authorization_that_does_not_change_lists_too_is_not_removed_by_another() {
    let emulator = empty_group();
    let workspace = Workspace::with(&emulator, &of_group("b", &["carol"], ""));
    workspace.apply();
    let both = of_group("a", &["carol", "erin"], "") + &of_group("b", &["carol"], "");
    workspace.configure(&both);
    workspace.apply();

    // `a` waits for `b` here, so that it is planned after it.
    let after = format!("depends_on = [{}]", address("b"));
    workspace.configure(&(of_group("a", &["erin"], &after) + &of_group("b", &["carol"], "")));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["carol", "keep access", GROUP]);
    workspace.apply();
    assert_eq!(emulator.authorized_users(GROUP), ["carol", "erin"]);
    assert_eq!(names(&workspace, "a"), ["erin"]);
    workspace.expect_no_changes();
}

#[test]
fn a_name_in_two_authorizations_is_no_drift() {
    // Answers take their time, as those of the service do: both are being refreshed before either is done.
    let emulator = Emulator::start_with(&["--latency", "100"]);
    emulator.authorize_exactly(GROUP, &[]);
    let in_both = |more: &str| {
        let names: Vec<_> = ["carol", more].into_iter().filter(|name| !name.is_empty()).collect();
        of_group("a", &names, "") + &of_group("b", &["carol"], "")
    };
    let workspace = Workspace::with(&emulator, &in_both(""));
    workspace.apply();
    workspace.refresh();
    let expect_no_drift = || {
        workspace.run(&["plan", "-json", "-input=false", "-refresh-only", "-detailed-exitcode"]).expect(&[0]);
    };
    expect_no_drift();
    // A change leaves what is remembered of the other as the next refresh finds it.
    for more in ["erin", ""] {
        workspace.configure(&in_both(more));
        workspace.apply();
        expect_no_drift();
    }
}

#[test]
fn a_name_in_two_authorizations_is_told_where_it_is_added() {
    let emulator = empty_group();
    let workspace = Workspace::with(&emulator, &of_group("b", &["carol"], ""));
    workspace.apply();
    let after = format!("depends_on = [{}]", address("b"));
    workspace.configure(&(of_group("a", &["carol", "erin"], &after) + &of_group("b", &["carol"], "")));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["carol", "two authorizations", GROUP]);
    assert!(!warning.says("erin"), "{plan}");
}

#[test]
fn a_replacement_that_creates_before_it_destroys_removes_nobody() {
    let emulator = empty_group();
    let lifecycle = "lifecycle {\n create_before_destroy = true\n }";
    let workspace = Workspace::with(&emulator, &of_group("this", &["carol", "erin"], lifecycle));
    workspace.apply();
    let replace = format!("-replace={}", address("this"));
    let ((), calls) = emulator.calls_during(|| {
        workspace.run(&["apply", "-auto-approve", "-input=false", &replace]).expect(&[0]);
    });
    assert_eq!(emulator.authorized_users(GROUP), ["carol", "erin"]);
    assert_eq!(names(&workspace, "this"), ["carol", "erin"]);
    // Nothing that changes nothing is sent.
    assert!(calls.iter().all(|call| call.operation != AUTHORIZE), "{calls:?}");
    workspace.expect_no_changes();
}

#[test]
fn a_replacement_in_the_usual_order_removes_nobody_either() {
    let emulator = empty_group();
    let workspace = Workspace::with(&emulator, &of_group("this", &["carol", "erin"], ""));
    workspace.apply();
    let replace = format!("-replace={}", address("this"));
    let ((), calls) = emulator.calls_during(|| {
        workspace.run(&["apply", "-auto-approve", "-input=false", &replace]).expect(&[0]);
    });
    assert_eq!(emulator.authorized_users(GROUP), ["carol", "erin"]);
    assert!(calls.iter().all(|call| call.operation != AUTHORIZE), "{calls:?}");
}

#[test]
fn a_group_that_does_not_take_users_and_user_groups_together_has_the_removals_first() {
    let emulator = Emulator::start_with(&["--users", "150"]);
    emulator.authorize_exactly(GROUP, &[]);
    emulator.change_delivery_group(GROUP, json!({ "mixed_authorization": false }));
    let users: Vec<_> = (1..=150).map(|number| format!("user{number:05}")).collect();
    let users: Vec<_> = users.iter().map(String::as_str).collect();
    let workspace = Workspace::with(&emulator, &of_group("this", &users, ""));
    workspace.apply();

    workspace.configure(&of_group("this", &[], r#"user_group_ids = ["ug-design"]"#));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["150 users", "without access", "user00001", "user00150", GROUP]);
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    let sent: Vec<_> = calls.iter().filter(|call| call.operation == AUTHORIZE).collect();
    let sizes: Vec<_> = sent
        .iter()
        .map(|call| (call.list("UnAuthorizeUserIds").len(), call.list("AuthorizeUserGroupIds").len()))
        .collect();
    assert_eq!(sizes, [(100, 0), (50, 0), (0, 1)]);
    assert!(emulator.authorized_users(GROUP).is_empty());
    workspace.expect_no_changes();
}

#[test]
fn an_import_that_takes_in_people_whom_nobody_listed_names_them_before_they_go() {
    let emulator = Emulator::start();
    emulator.authorize_exactly(GROUP, &["alice", "bob"]);
    let import = format!("import {{\n to = {}\n id = \"{GROUP}\"\n}}\n", address("this"));
    let workspace = Workspace::with(&emulator, &(import + &of_group("this", &["alice", "carol"], "")));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["bob", "lose access", "import", GROUP]);
    assert!(!warning.says("alice"), "{plan}");
    workspace.apply();
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "carol"]);

    // Later removals are lines of the plan, and nothing new.
    workspace.configure(&of_group("this", &["alice"], ""));
    assert!(workspace.try_plan().expect(&[2]).warnings().is_empty());
}

#[test]
fn an_import_of_exactly_what_is_configured_is_no_change() {
    let emulator = Emulator::start();
    emulator.authorize_exactly(GROUP, &["alice", "bob"]);
    let import = format!("import {{\n to = {}\n id = \"cn-hangzhou/{GROUP}\"\n}}\n", address("this"));
    let workspace = Workspace::with(&emulator, &(import + &of_group("this", &["alice", "bob"], "")));
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    assert!(calls.iter().all(|call| call.operation != AUTHORIZE), "{calls:?}");
    assert_eq!(workspace.attributes(&address("this"))["region"], "cn-hangzhou");
    workspace.expect_no_changes();
}

#[test]
fn two_imports_of_one_group_do_not_take_each_others_people() {
    let emulator = Emulator::start();
    emulator.authorize_exactly(GROUP, &["alice", "bob", "carol"]);
    let import = |label: &str| format!("import {{\n to = {}\n id = \"{GROUP}\"\n}}\n", address(label));
    let blocks = import("a") + &import("b") + &of_group("a", &["alice"], "") + &of_group("b", &["bob"], "");
    let workspace = Workspace::with(&emulator, &blocks);
    workspace.apply();
    let authorized = emulator.authorized_users(GROUP);
    assert!(["alice", "bob"].iter().all(|name| authorized.contains(&(*name).to_owned())), "{authorized:?}");
    workspace.expect_no_changes();
}

#[test]
fn a_removal_is_sent_as_the_service_writes_the_name() {
    let emulator = Emulator::start();
    emulator.change_world(&json!({ "alibaba": { "users": { "Carol": { "account_type": "simple" } } } }));
    emulator.authorize_exactly(GROUP, &["Carol", "erin"]);
    let workspace = Workspace::with(&emulator, &of_group("this", &["carol", "erin"], ""));
    workspace.apply();
    workspace.configure(&of_group("this", &["erin"], ""));
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    let sent: Vec<_> = calls.iter().filter(|call| call.operation == AUTHORIZE).collect();
    assert_eq!(sent[0].list("UnAuthorizeUserIds"), ["Carol"]);
    assert_eq!(emulator.authorized_users(GROUP), ["erin"]);
}

#[test]
fn an_authorization_keeps_the_region_that_it_was_made_with() {
    let emulator = empty_group();
    let workspace = Workspace::with(&emulator, &of_group("this", &["carol"], ""));
    workspace.apply();
    assert_eq!(workspace.attributes(&address("this"))["region"], "cn-hangzhou");
    workspace.configure(&of_group("this", &["carol"], r#"region = "cn-hangzhou""#));
    workspace.expect_no_changes();
    workspace.configure(&of_group("this", &["carol"], r#"region = "cn-shanghai""#));
    assert_eq!(workspace.plan().actions(&address("this")), ["delete", "create"]);
}

#[test]
fn the_type_that_users_have_by_default_can_be_written_down_without_a_call() {
    let emulator = empty_group();
    let workspace = Workspace::with(&emulator, &of_group("this", &["carol"], ""));
    workspace.apply();
    for more in [r#"user_type = "simple""#, ""] {
        workspace.configure(&of_group("this", &["carol"], more));
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert!(calls.iter().all(|call| call.operation != AUTHORIZE), "{more}: {calls:?}");
        workspace.expect_no_changes();
    }
    workspace.configure(&of_group("this", &["carol"], "user_type = \"ad\"\nad_domain = \"example.com\""));
    assert_eq!(workspace.plan().actions(&address("this")), ["delete", "create"]);
}

#[test]
fn an_imported_authorization_of_a_domain_says_so_and_is_not_replaced() {
    let emulator = Emulator::start();
    emulator.change_world(&json!({ "alibaba": { "users": { "dora": { "account_type": "ad" } } } }));
    emulator.authorize_exactly(GROUP, &["dora"]);
    emulator.change_delivery_group(GROUP, json!({ "ad_domain": "example.com" }));
    let more = "user_type = \"ad\"\nad_domain = \"example.com\"";
    let import = format!("import {{\n to = {}\n id = \"{GROUP}\"\n}}\n", address("this"));
    let workspace = Workspace::with(&emulator, &(import + &of_group("this", &["dora"], more)));
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    assert!(calls.iter().all(|call| call.operation != AUTHORIZE), "{calls:?}");
    workspace.expect_no_changes();
    workspace.destroy();
    assert!(emulator.authorized_users(GROUP).is_empty());
}

#[test]
fn with_a_persistent_session_user_groups_are_neither_read_nor_removed() {
    let emulator = Emulator::start();
    let fields = json!({
        "auth_mode": "Session", "persistent_sessions": ["p-1", "p-2"],
        "authorized_users": { "alice": ["p-1", "p-2"], "bob": null }, "authorized_user_groups": ["ug-design"],
    });
    emulator.change_delivery_group(GROUP, fields);
    let more = "exclusive = true\npersistent_session_id = \"p-1\"";
    let workspace = Workspace::with(&emulator, &of_group("this", &["carol"], more));
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    assert!(calls.iter().all(|call| call.operation != "ListAuthorizedUserGroups"), "{calls:?}");
    assert_eq!(emulator.delivery_group(GROUP)["authorized_user_groups"], json!(["ug-design"]));
    assert_eq!(emulator.delivery_group(GROUP)["authorized_users"], json!({ "alice": ["p-2"], "carol": ["p-1"] }));
    workspace.expect_no_changes();
}

#[test]
fn an_authorization_of_a_group_that_has_expired_leaves_the_state() {
    for status in ["EXPIRED", "CEASED"] {
        let emulator = empty_group();
        let workspace = Workspace::with(&emulator, &of_group("this", &["carol"], ""));
        workspace.apply();
        emulator.change_delivery_group(GROUP, json!({ "status": status }));
        let run = workspace.destroy();
        let warnings = run.warnings();
        assert!(warnings.iter().any(|warning| warning.says("Nothing is left to take back")), "{status}: {run}");
        assert!(workspace.state_list().is_empty());
    }
}

#[test]
fn who_cannot_be_removed_from_a_group_that_is_over_is_removed_once_it_is_renewed() {
    let emulator = empty_group();
    let workspace = Workspace::with(&emulator, &of_group("this", &["carol", "erin"], ""));
    workspace.apply();
    emulator.change_delivery_group(GROUP, json!({ "status": "EXPIRED" }));
    workspace.configure(&of_group("this", &["carol"], ""));
    let run = workspace.apply();
    assert!(run.warnings().iter().any(|warning| warning.says("Nobody can be removed")), "{run}");
    workspace.expect_no_changes();
    // Whoever is to be added is refused, with what can be done.
    workspace.configure(&of_group("this", &["carol", "frank"], ""));
    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&["has expired", "Renew it"]);
    assert!(!error.says("wait until"), "{error:?}");
    // The group is renewed, and erin is still there.
    emulator.change_delivery_group(GROUP, json!({ "status": "PUBLISHED" }));
    assert_eq!(emulator.authorized_users(GROUP), ["carol", "erin"]);
    workspace.configure(&of_group("this", &["carol"], ""));
    assert_eq!(workspace.plan().actions("appstreaming_delivery_group_authorization.this"), ["update"]);
    workspace.apply();
    assert_eq!(emulator.authorized_users(GROUP), ["carol"]);
    workspace.expect_no_changes();
}

#[test]
fn whoever_another_one_lists_stays_when_this_one_is_replaced_or_moves() {
    for (case, change) in ["replaced", "moved"].into_iter().enumerate() {
        let emulator = empty_group();
        let b = of_group("b", &["carol", "david"], "");
        let workspace = Workspace::with(&emulator, &(of_group("a", &["carol", "heidi"], "") + &b));
        workspace.apply();
        let replace = format!("-replace={}", address("a"));
        let (a, options) = match case {
            0 => (of_group("a", &["heidi"], ""), vec![replace.as_str()]),
            _ => (of_group("a", &["carol", "heidi"], "").replacing(GROUP, OTHER_GROUP), vec![]),
        };
        workspace.configure(&(a + &b));
        let run = workspace.try_apply_with(&options);
        assert!(run.warnings().iter().any(|it| it.says("will keep access") && it.says("carol")), "{change}: {run}");
        let there = emulator.authorized_users(GROUP);
        assert!(["carol", "david"].iter().all(|name| there.iter().any(|it| it == name)), "{change}: {there:?}");
    }
}

#[test]
fn where_the_group_is_only_known_after_apply_it_is_said_who_is_removed_first() {
    let emulator = empty_group();
    let workspace = Workspace::with(&emulator, &of_group("this", &["carol"], ""));
    workspace.apply();
    let later = format!("resource \"terraform_data\" \"later\" {{\n input = {GROUP:?}\n}}\n");
    let unknown = of_group("this", &["carol"], "").replacing(&format!("{GROUP:?}"), "terraform_data.later.output");
    workspace.configure(&(later + &unknown));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["taken away first", "carol", "create_before_destroy"]);
}

#[test]
fn an_exclusive_authorization_of_a_group_that_is_over_is_quiet_after_an_apply() {
    let emulator = empty_group();
    let workspace = Workspace::with(&emulator, &of_group("this", &["carol", "erin"], "exclusive = true"));
    workspace.apply();
    emulator.change_delivery_group(GROUP, json!({ "status": "EXPIRED" }));
    workspace.configure(&of_group("this", &["carol"], "exclusive = true"));
    workspace.apply();
    workspace.expect_no_changes();
    emulator.change_delivery_group(GROUP, json!({ "status": "PUBLISHED" }));
    workspace.apply();
    assert_eq!(emulator.authorized_users(GROUP), ["carol"]);
    workspace.expect_no_changes();
}

#[test]
fn a_region_that_turns_out_to_be_none_is_the_groups_own() {
    let emulator = empty_group();
    let later = "resource \"terraform_data\" \"later\" {\n}\n";
    let image = |more: &str| {
        format!(
            "resource \"appstreaming_delivery_group_image\" \"this\" {{\n delivery_group_id = {GROUP:?}\n image_id = \
             {IMAGE:?}\n {more}\n}}\n"
        )
    };
    let workspace = Workspace::with(&emulator, &(of_group("this", &["carol"], "") + &image("")));
    workspace.apply();
    let region = "region = terraform_data.later.output";
    workspace.configure(&(later.to_owned() + &of_group("this", &["carol"], region) + &image(region)));
    workspace.apply();
    workspace.expect_no_changes();
}

#[test]
fn a_replacement_is_not_called_another_authorization() {
    let emulator = empty_group();
    let more = "lifecycle {\n create_before_destroy = true\n }";
    let workspace = Workspace::with(&emulator, &of_group("this", &["carol"], more));
    workspace.apply();
    let replace = "-replace=appstreaming_delivery_group_authorization.this";
    let plan = workspace.run(&["plan", "-json", "-input=false", "-detailed-exitcode", replace]).expect(&[2]);
    assert!(plan.warnings().is_empty(), "{plan}");
}

#[test]
fn an_exclusive_authorization_that_moves_to_another_group_names_who_loses_access_there() {
    let emulator = empty_group();
    emulator.authorize_exactly(OTHER_GROUP, &["alice", "bob"]);
    let workspace = Workspace::with(&emulator, &of_group("this", &["carol"], "exclusive = true"));
    workspace.apply();
    let moved = format!(
        "resource \"appstreaming_delivery_group_authorization\" \"this\" {{\n delivery_group_id = \"{OTHER_GROUP}\"\n \
         user_names = [\"carol\"]\n exclusive = true\n}}\n"
    );
    workspace.configure(&moved);
    let plan = workspace.try_plan().expect(&[2]);
    let warnings = plan.warnings();
    assert!(
        warnings.iter().any(|warning| ["alice", "bob", OTHER_GROUP].iter().all(|text| warning.says(text))),
        "{plan}"
    );
}

#[test]
fn who_moves_to_an_authorization_that_has_to_wait_is_told_to_be_without_access_until_then() {
    let emulator = empty_group();
    let workspace = Workspace::with(&emulator, &(of_group("a", &["carol"], "") + &of_group("b", &["erin"], "")));
    workspace.apply();
    let waits = format!("depends_on = [{}]", address("a"));
    workspace.configure(&(of_group("a", &[], "") + &of_group("b", &["carol", "erin"], &waits)));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["may be without access", GROUP, "carol", "depends_on"]);
    workspace.apply();
    assert_eq!(emulator.authorized_users(GROUP), ["carol", "erin"]);
    // What that walk knew is of no concern to the next.
    workspace.expect_no_changes();
    workspace.configure(&(of_group("a", &[], "") + &of_group("b", &["carol", "erin", "frank"], &waits)));
    let plan = workspace.try_plan().expect(&[2]);
    assert!(plan.warnings().is_empty(), "{plan}");
}

#[test]
fn whom_a_list_that_is_only_known_after_apply_may_leave_out_is_said() {
    let emulator = empty_group();
    let workspace = Workspace::with(&emulator, &of_group("this", &["carol", "erin"], ""));
    workspace.apply();
    let later = "resource \"terraform_data\" \"later\" {\n input = [\"erin\"]\n}\n";
    let unknown = of_group("this", &["PLACEHOLDER"], "").replacing("[\"PLACEHOLDER\"]", "terraform_data.later.output");
    workspace.configure(&(later.to_owned() + &unknown));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["may lose access", GROUP, "carol", "erin", "only known after apply"]);
    workspace.apply();
    assert_eq!(emulator.authorized_users(GROUP), ["erin"]);
    workspace.expect_no_changes();
}

#[test]
fn a_destruction_after_an_import_calls_nobody_unlisted_who_is_listed() {
    let emulator = empty_group();
    emulator.authorize_exactly(GROUP, &["carol", "erin"]);
    let import = format!("import {{\n to = {}\n id = {GROUP:?}\n}}\n", address("this"));
    let workspace = Workspace::with(&emulator, &(import + &of_group("this", &["carol", "erin"], "")));
    workspace.apply();
    let plan = workspace.run(&["plan", "-destroy", "-input=false"]).expect(&[0]);
    assert!(!plan.warnings().iter().any(|warning| warning.says("not listed")), "{plan}");
}

#[test]
fn users_of_another_authorization_are_told_to_be_in_the_way_of_user_groups() {
    let emulator = empty_group();
    emulator.change_delivery_group(GROUP, json!({ "mixed_authorization": false }));
    let workspace = Workspace::with(&emulator, &of_group("a", &["carol"], ""));
    workspace.apply();
    // `b` waits for `a` here, so that it is planned after it.
    let after = format!("user_group_ids = [\"ug-design\"]\ndepends_on = [{}]", address("a"));
    let groups = of_group("b", &[], &after);
    for a in [of_group("a", &["carol"], ""), of_group("a", &[], "")] {
        workspace.configure(&(a + &groups));
        let plan = workspace.try_plan().expect(&[2]);
        let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
        warning.must_say(&["takes either users or user groups", "carol", GROUP]);
    }
    workspace.apply_in_the_end(&[]);
    assert!(emulator.authorized_users(GROUP).is_empty());
    assert_eq!(emulator.delivery_group(GROUP)["authorized_user_groups"], json!(["ug-design"]));
    workspace.expect_no_changes();
}
