//! Whom one authorization gives up for another, when that one does not come to list them: somebody always knows of them.

use super::authorizations_together::{address, empty_group, names, of_group};
use crate::harness::{Emulator, Workspace, world::GROUP};

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
fn who_was_to_move_to_one_that_never_began_is_removed_by_the_next_apply() {
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

        workspace.configure(&(of_group("a", &[], "") + &of_group("b", &["erin"], "")));
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
        // Which of the two is planned first, is Terraform's choice; each says the same.
        let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
        warning.must_say(&["may be without access", GROUP, "carol"]);
        workspace.apply();
        workspace.run(&["plan", "-json", "-input=false", "-refresh-only", "-detailed-exitcode"]).expect(&[0]);
        workspace.expect_no_changes();
        workspace.destroy();
    }
}
