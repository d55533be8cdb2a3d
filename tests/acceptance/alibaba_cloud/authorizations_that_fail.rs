//! Whom one authorization gives up for another, when that one does not come to list them: somebody always knows of
//! them.

use serde_json::json;

use super::authorizations_together::{address, empty_group, names, of_group};
use crate::harness::{
    Diagnostic, Emulator, Replacing, Workspace,
    world::{GROUP, OTHER_GROUP},
};

/// Somebody whom the service does not know, so that it refuses the call that names them.
const NOBODY: &str = "nobody-of-this-name";

fn expect_only_erin(emulator: &Emulator, workspace: &Workspace) {
    assert_eq!(emulator.authorized_users(GROUP), ["erin"]);
    workspace.expect_no_changes();
}

#[test]
fn who_was_to_move_and_did_not_is_the_one_who_failed_to_take_them() {
    let emulator = empty_group();
    for (parallelism, b_before) in
        [("10", of_group("b", &["erin"], "")), ("1", of_group("b", &["erin"], "")), ("10", String::new())]
    {
        let workspace = Workspace::with(&emulator, &(of_group("a", &["carol"], "") + &b_before));
        workspace.apply();
        workspace.configure(&(of_group("a", &[], "") + &of_group("b", &["carol", "erin", NOBODY], "")));
        let options = format!("-parallelism={parallelism}");
        workspace.try_apply_with(&[&options]).expect(&[1]).only_error().must_say(&[NOBODY]);

        workspace.configure(&(of_group("a", &[], "") + &of_group("b", &["erin"], "")));
        workspace.apply();
        expect_only_erin(&emulator, &workspace);
        workspace.destroy();
    }
}

#[test]
fn who_was_to_move_to_one_that_never_began_is_removed_by_the_next_apply_that_meets_it_or_is_named_by_each() {
    let emulator = empty_group();
    let fails =
        "resource \"terraform_data\" \"fails\" {\n provisioner \"local-exec\" {\n command = \"exit 1\"\n }\n}\n";
    for b_before in [of_group("b", &["erin"], ""), String::new()] {
        let workspace = Workspace::with(&emulator, &(of_group("a", &["carol"], "") + &b_before));
        workspace.apply();
        let waits = "depends_on = [terraform_data.fails]";
        let moved = of_group("a", &[], "") + &of_group("b", &["carol", "erin"], waits);
        workspace.configure(&(fails.to_owned() + &moved));
        workspace.try_apply().expect(&[1]);

        let b = of_group("b", &["erin"], "");
        workspace.configure(&(of_group("a", &[], "") + &b));
        if b_before.is_empty() {
            // What never began has no state, and whoever does not meet it cannot know that.
            for _ in 0..2 {
                let run = workspace.apply();
                assert!(run.warnings().iter().any(|it| it.says("may keep access") && it.says("carol")), "{run}");
            }
            workspace.configure(&(of_group("a", &["carol"], "") + &b));
            workspace.apply();
            workspace.configure(&(of_group("a", &[], "") + &b));
        }
        workspace.apply();
        expect_only_erin(&emulator, &workspace);
        workspace.destroy();
    }
}

#[test]
fn a_new_label_without_a_move_whose_creation_fails_keeps_whom_it_was_to_list() {
    let emulator = empty_group();
    let workspace = Workspace::with(&emulator, &of_group("a", &["carol"], ""));
    workspace.apply();
    workspace.configure(&of_group("b", &["carol", NOBODY], ""));
    workspace.try_apply().expect(&[1]).only_error().must_say(&[NOBODY]);
    assert_eq!(emulator.authorized_users(GROUP), ["carol"]);
    assert_eq!(names(&workspace, "b"), ["carol"]);

    workspace.configure(&of_group("b", &["erin"], ""));
    workspace.apply();
    expect_only_erin(&emulator, &workspace);
}

#[test]
fn whom_a_destruction_leaves_to_one_that_never_begins_is_said() {
    let emulator = empty_group();
    let fails =
        "resource \"terraform_data\" \"fails\" {\n provisioner \"local-exec\" {\n command = \"exit 1\"\n }\n}\n";
    let workspace = Workspace::with(&emulator, &of_group("a", &["carol"], ""));
    workspace.apply();
    let b = of_group("b", &["carol", "erin"], "depends_on = [terraform_data.fails]");
    workspace.configure(&(fails.to_owned() + &b));
    let run = workspace.try_apply().expect(&[1]);
    assert!(run.warnings().iter().any(|it| it.says("may keep access") && it.says("carol")), "{run}");
    assert_eq!(emulator.authorized_users(GROUP), ["carol"]);
}

#[test]
fn a_move_that_succeeds_leaves_nothing_to_be_refreshed() {
    let emulator = empty_group();
    for more in [String::new(), format!("depends_on = [{}]", address("a"))] {
        let both = |a: &[&str], b: &[&str]| of_group("a", a, "") + &of_group("b", b, &more);
        let workspace = Workspace::with(&emulator, &both(&["carol", "erin"], &["frank"]));
        workspace.apply();
        workspace.configure(&both(&["erin"], &["carol", "frank"]));
        let plan = workspace.try_plan().expect(&[2]);
        // Which of the two is planned first, is Terraform's choice; whichever sees the other says so.
        let told = |it: &Diagnostic| ["may be without access", GROUP, "carol"].iter().all(|text| it.says(text));
        assert!(plan.warnings().iter().any(told), "{plan}");
        workspace.apply();
        workspace.run(&["plan", "-json", "-input=false", "-refresh-only", "-detailed-exitcode"]).expect(&[0]);
        workspace.expect_no_changes();
        workspace.destroy();
    }
}

#[test]
fn a_failed_creation_that_is_put_right_takes_nobody_from_whom_another_one_lists() {
    let emulator = empty_group();
    for (failing, corrected) in [("", ""), ("exclusive = true", "")] {
        let a = of_group("a", &["erin"], "");
        let workspace = Workspace::with(&emulator, &a);
        workspace.apply();
        workspace.configure(&(a.clone() + &of_group("b", &["erin", "carol", NOBODY], failing)));
        workspace.try_apply().expect(&[1]);
        workspace.configure(&(a.clone() + &of_group("b", &["david"], corrected)));
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert!(calls.iter().all(|call| !call.list("UnAuthorizeUserIds").contains(&"erin")), "{calls:?}");
        assert_eq!(emulator.authorized_users(GROUP), ["david", "erin"], "{failing}");
        workspace.expect_no_changes();

        // Whom nobody else lists, is removed as before.
        workspace.run(&["taint", &address("b")]).expect(&[0]);
        workspace.configure(&(a.clone() + &of_group("b", &["frank"], corrected)));
        workspace.apply();
        assert_eq!(emulator.authorized_users(GROUP), ["erin", "frank"], "{failing}");
        workspace.destroy();
    }
}

#[test]
fn what_is_left_of_a_failed_creation_is_no_other_authorization() {
    let emulator = Emulator::start();
    emulator.authorize_exactly(GROUP, &["alice"]);
    let workspace = Workspace::with(&emulator, &of_group("b", &["alice", NOBODY], ""));
    workspace.try_apply().expect(&[1]);
    assert_eq!(names(&workspace, "b"), ["alice"]);
    workspace.configure(&of_group("b", &["alice", "carol"], ""));
    let plan = workspace.try_plan().expect(&[2]);
    assert!(plan.warnings().is_empty(), "{plan}");
    workspace.apply();
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "carol"]);
    workspace.expect_no_changes();
}

#[test]
fn who_was_to_go_from_a_group_that_was_over_stays_where_another_one_lists_them_by_then() {
    let emulator = empty_group();
    let workspace = Workspace::with(&emulator, &of_group("a", &["carol", "erin"], ""));
    workspace.apply();
    emulator.change_delivery_group(GROUP, json!({ "status": "EXPIRED" }));
    workspace.configure(&of_group("a", &["erin"], ""));
    workspace.apply();
    workspace.configure(&(of_group("a", &["erin"], "") + &of_group("b", &["carol"], "")));
    workspace.apply();
    emulator.change_delivery_group(GROUP, json!({ "status": "PUBLISHED" }));
    workspace.apply();
    assert_eq!(emulator.authorized_users(GROUP), ["carol", "erin"]);
    workspace.expect_no_changes();
}

#[test]
fn whom_another_one_takes_out_without_knowing_that_this_one_lists_them_is_said() {
    let emulator = empty_group();
    let workspace = Workspace::with(&emulator, &of_group("a", &["erin"], ""));
    workspace.apply();
    // `f` waits for `a` here, so that it is planned after it, and `a` never meets it.
    let f = of_group("f", &["erin", "frank"], &format!("depends_on = [{}]", address("a")));
    workspace.configure(&(of_group("a", &["erin"], "") + &f));
    workspace.apply();
    workspace.configure(&(of_group("a", &["david"], "") + &f));
    let plan = workspace.try_plan().expect(&[2]);
    let told = plan.warnings();
    assert!(told.iter().any(|it| it.says("erin") && (it.says("will lose") || it.says("will keep"))), "{plan}");
    workspace.apply_plan();
    let is_there = emulator.authorized_users(GROUP).contains(&"erin".to_owned());
    assert_eq!(is_there, told.iter().any(|it| it.says("will keep")), "{plan}");
}

/// Without a refresh, or with one.
const REFRESHES: [&str; 2] = ["-refresh=true", "-refresh=false"];

#[test]
fn who_could_not_be_removed_from_a_group_that_is_over_is_named_by_a_destruction_and_removed_by_one_after_a_renewal() {
    for (next, refresh) in [("", "-refresh=true"), ("", "-refresh=false"), (OTHER_GROUP, "-refresh=true")] {
        for is_renewed in [false, true] {
            let emulator = empty_group();
            let workspace = Workspace::with(&emulator, &of_group("a", &["carol", "erin"], ""));
            workspace.apply();
            emulator.change_delivery_group(GROUP, json!({ "status": "EXPIRED" }));
            workspace.configure(&of_group("a", &["erin"], ""));
            let run = workspace.apply();
            let told = run.warnings();
            assert!(told.iter().any(|it| it.says("Nobody can be removed") && it.says("Who is to go: carol")), "{run}");

            if is_renewed {
                emulator.change_delivery_group(GROUP, json!({ "status": "PUBLISHED" }));
            }
            let moved = of_group("a", &["erin"], "").replacing(GROUP, next);
            workspace.configure(if next.is_empty() { "" } else { &moved });
            let run = workspace.try_apply_with(&[refresh]).expect(&[0]);
            if is_renewed {
                assert_eq!(emulator.authorized_users(GROUP), [""; 0], "{next} {refresh}: {run}");
                if refresh == "-refresh=false" {
                    assert!(run.warnings().iter().any(|it| it.says("will lose access") && it.says("carol")), "{run}");
                }
            } else {
                let warnings = run.warnings();
                let named = |it: &Diagnostic| it.says("no state knows of them") && it.says("carol") && it.says("erin");
                assert!(warnings.iter().any(named), "{next} {refresh}: {run}");
            }
        }
    }
}

#[test]
fn whom_one_has_left_to_another_that_never_began_is_named_by_a_destruction() {
    for refresh in REFRESHES {
        let emulator = empty_group();
        let workspace = Workspace::with(&emulator, &of_group("a", &["carol", "erin"], ""));
        workspace.apply();
        let fails =
            "resource \"terraform_data\" \"fails\" {\n provisioner \"local-exec\" {\n command = \"exit 1\"\n }\n}\n";
        let b = of_group("b", &["carol"], "depends_on = [terraform_data.fails]");
        workspace.configure(&(fails.to_owned() + &of_group("a", &["erin"], "") + &b));
        workspace.try_apply().expect(&[1]);
        assert_eq!(emulator.authorized_users(GROUP), ["carol", "erin"]);
        workspace.configure("");
        let run = workspace.try_apply_with(&[refresh]).expect(&[0]);
        assert!(run.warnings().iter().any(|it| it.says("may keep access") && it.says("carol")), "{run}");
        assert_eq!(emulator.authorized_users(GROUP), ["carol"]);
    }
}
