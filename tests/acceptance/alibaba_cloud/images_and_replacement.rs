//! Images of delivery groups: what no plan announced is not done, and what was there before is remembered.

use serde_json::json;

use crate::harness::{
    Diagnostic, Emulator, Replacing, Workspace,
    world::{BROKEN_IMAGE, GROUP, IMAGE, NEXT_IMAGE, OTHER_GROUP, SCHEDULED},
};

const ADDRESS: &str = "appstreaming_delivery_group_image.this";
const UPDATE: &str = "UpdateAppInstanceGroupImage";

fn of(group: &str, image: &str, more: &str) -> String {
    format!(
        "resource \"appstreaming_delivery_group_image\" \"this\" {{\n delivery_group_id = \"{group}\"\n image_id = \
         \"{image}\"\n {more}\n}}\n"
    )
}

fn updates(emulator: &Emulator, action: impl FnOnce()) -> Vec<String> {
    let ((), calls) = emulator.calls_during(action);
    let calls = calls.iter().filter(|call| call.operation == UPDATE);
    calls.map(|call| call.parameter("AppCenterImageId").to_owned()).collect()
}

/// Begins an apply, and interrupts it as soon as its update has been sent.
fn interrupt_the_update(emulator: &Emulator, workspace: &Workspace) {
    let running = workspace.start_apply(&[]);
    emulator.await_call_of(UPDATE);
    running.interrupt();
    running.wait().expect(&[1]);
}

#[test]
fn a_replacement_from_outside_sends_nothing_in_either_order_and_remembers_the_first_image() {
    for lifecycle in ["", "lifecycle {\n create_before_destroy = true\n }"] {
        let emulator = Emulator::start_with(&["--image-update-seconds", "0"]);
        let more = format!("on_destroy = \"restore\"\n{lifecycle}");
        let workspace = Workspace::with(&emulator, &of(GROUP, NEXT_IMAGE, &more));
        workspace.apply();
        let replace = format!("-replace={ADDRESS}");
        let sent = updates(&emulator, || {
            workspace.run(&["apply", "-auto-approve", "-input=false", &replace]).expect(&[0]);
        });
        assert_eq!(sent, [""; 0], "{lifecycle}");
        assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);
        workspace.expect_no_changes();
        if lifecycle.is_empty() {
            assert_eq!(workspace.attributes(ADDRESS)["previous_image_id"], IMAGE);
            assert_eq!(updates(&emulator, || drop(workspace.destroy())), [IMAGE]);
        }
    }
}

#[test]
fn a_move_to_another_group_warns_of_the_people_there_although_the_image_stays() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "0"]);
    let workspace = Workspace::with(&emulator, &of(GROUP, NEXT_IMAGE, ""));
    workspace.apply();
    workspace.configure(&of(OTHER_GROUP, NEXT_IMAGE, ""));
    let plan = workspace.try_plan().expect(&[2]);
    let warnings = plan.warnings();
    assert!(warnings.iter().any(|warning| warning.says("disconnects") && warning.says(OTHER_GROUP)), "{plan}");
}

#[test]
fn an_update_that_failed_is_shown_by_every_plan_and_repaired_by_the_next_apply() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "0"]);
    let workspace = Workspace::with(&emulator, &of(GROUP, NEXT_IMAGE, ""));
    workspace.apply();
    emulator.change_delivery_group(GROUP, json!({ "status": "MAINTAIN_FAILED" }));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["disconnects", GROUP, NEXT_IMAGE]);
    assert_eq!(workspace.plan().actions(ADDRESS), ["update"]);
    assert_eq!(updates(&emulator, || drop(workspace.apply())), [NEXT_IMAGE]);
    assert_eq!(emulator.delivery_group(GROUP)["status"], "PUBLISHED");
    workspace.expect_no_changes();
}

#[test]
fn a_failed_group_that_has_the_image_already_is_not_taken_over_without_a_warning() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "0"]);
    emulator.change_delivery_group(GROUP, json!({ "status": "MAINTAIN_FAILED" }));
    let workspace = Workspace::with(&emulator, &of(GROUP, IMAGE, ""));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["disconnects", GROUP]);
}

#[test]
fn what_was_there_before_a_creation_that_failed_is_remembered() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "0"]);
    let workspace = Workspace::with(&emulator, &of(GROUP, BROKEN_IMAGE, "on_destroy = \"restore\""));
    workspace.try_apply().expect(&[1]);
    workspace.configure(&of(GROUP, NEXT_IMAGE, "on_destroy = \"restore\""));
    let sent = updates(&emulator, || drop(workspace.apply()));
    assert_eq!(sent, [NEXT_IMAGE]);
    assert_eq!(workspace.attributes(ADDRESS)["previous_image_id"], IMAGE);
    workspace.expect_no_changes();
    assert_eq!(updates(&emulator, || drop(workspace.destroy())), [IMAGE]);
}

#[test]
fn a_group_that_somebody_renames_between_plan_and_apply_is_updated_all_the_same() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "0"]);
    let workspace = Workspace::with(&emulator, &of(GROUP, NEXT_IMAGE, ""));
    let rename = |name: &str| emulator.change_delivery_group(GROUP, json!({ "name": name }));
    workspace.plan();
    rename("Office, renamed");
    workspace.apply_plan();
    assert_eq!(workspace.attributes(ADDRESS)["delivery_group_name"], "Office, renamed");
    workspace.configure(&of(GROUP, IMAGE, ""));
    workspace.plan();
    rename("Office, renamed again");
    workspace.apply_plan();
    workspace.refresh();
    assert_eq!(workspace.attributes(ADDRESS)["delivery_group_name"], "Office, renamed again");
    workspace.expect_no_changes();
}

#[test]
fn an_image_that_is_not_known_yet_may_disconnect_people_and_says_so() {
    let emulator = Emulator::start();
    let unknown = format!("resource \"terraform_data\" \"image\" {{\n input = \"{NEXT_IMAGE}\"\n}}\n");
    let image = of(GROUP, "PLACEHOLDER", "");
    assert_eq!(image.matches("\"PLACEHOLDER\"").count(), 1);
    let image = image.replacing("\"PLACEHOLDER\"", "terraform_data.image.output");
    let workspace = Workspace::with(&emulator, &(unknown + &image));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["may disconnect", "only known after apply", GROUP]);
}

#[test]
fn an_image_of_a_group_that_has_expired_leaves_the_state() {
    for status in ["EXPIRED", "CEASED"] {
        let emulator = Emulator::start_with(&["--image-update-seconds", "0"]);
        let workspace = Workspace::with(&emulator, &of(GROUP, NEXT_IMAGE, "on_destroy = \"restore\""));
        workspace.apply();
        emulator.change_delivery_group(GROUP, json!({ "status": status }));
        let run = workspace.destroy();
        assert!(run.warnings().iter().any(|warning| warning.says("Nothing is left to take back")), "{status}: {run}");
        assert!(workspace.state_list().is_empty());
    }
}

#[test]
fn an_image_update_and_an_approval_of_one_group_wait_for_each_other() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "2"]);
    let approval = format!(
        "resource \"appstreaming_delivery_group_ota_approval\" \"this\" {{\n delivery_group_id = \"{GROUP}\"\n \
         start_time = \"2099-03-01T02:00:00+08:00\"\n}}\n"
    );
    let workspace = Workspace::with(&emulator, &(of(GROUP, NEXT_IMAGE, "") + &approval));
    workspace.apply();
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);
    assert_eq!(emulator.calls_of("ApproveOtaTask").len(), 1);
    workspace.expect_no_changes();
}

#[test]
fn an_image_update_and_a_log_off_of_one_group_wait_for_each_other() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "2"]);
    emulator.leave_schedule(SCHEDULED);
    let log_off = format!(
        "resource \"appstreaming_delivery_group_session_log_off\" \"this\" {{\n delivery_group_id = \
         \"{SCHEDULED}\"\n}}\n"
    );
    let workspace = Workspace::with(&emulator, &(of(SCHEDULED, NEXT_IMAGE, "") + &log_off));
    workspace.apply();
    assert_eq!(emulator.delivery_group(SCHEDULED)["image_id"], NEXT_IMAGE);
    workspace.expect_no_changes();
}

#[test]
fn a_new_label_without_a_move_sends_nothing_although_a_destruction_gives_the_image_back() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "0"]);
    let restored = of(GROUP, NEXT_IMAGE, "on_destroy = \"restore\"");
    let workspace = Workspace::with(&emulator, &restored);
    workspace.apply();
    workspace.configure(&restored.replacing("\"this\"", "\"renamed\""));
    let plan = workspace.plan();
    assert_eq!(plan.actions(ADDRESS), ["delete"]);
    assert_eq!(updates(&emulator, || drop(workspace.apply_plan())), [""; 0]);
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);
    workspace.expect_no_changes();
    // One whose creation waits for something else is known from the plan.
    let later =
        "resource \"terraform_data\" \"wait\" {\n provisioner \"local-exec\" {\n command = \"sleep 3\"\n }\n}\n";
    workspace
        .configure(&format!("{later}{}", restored.replacing("\n}\n", "\n depends_on = [terraform_data.wait]\n}\n")));
    assert_eq!(updates(&emulator, || drop(workspace.apply())), [""; 0]);
    workspace.expect_no_changes();
}

#[test]
fn a_move_that_gives_the_old_group_its_image_back_warns_of_the_people_there_too() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "0"]);
    let workspace = Workspace::with(&emulator, &of(GROUP, NEXT_IMAGE, "on_destroy = \"restore\""));
    workspace.apply();
    workspace.configure(&of(OTHER_GROUP, NEXT_IMAGE, "on_destroy = \"restore\""));
    let plan = workspace.try_plan().expect(&[2]);
    let warnings = plan.warnings();
    for group in [GROUP, OTHER_GROUP] {
        assert!(warnings.iter().any(|it| it.says("disconnects") && it.says(group)), "{group}: {plan}");
    }
}

#[test]
fn an_interrupt_right_after_the_answer_says_what_may_have_begun_and_forgets_nothing() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "3600", "--latency", "700"]);
    let workspace = Workspace::with(&emulator, &of(GROUP, NEXT_IMAGE, "on_destroy = \"restore\""));
    let running = workspace.start_apply(&[]);
    emulator.await_call_of(UPDATE);
    running.interrupt();
    let run = running.wait().expect(&[1]);
    assert!(run.errors().iter().any(|error| error.says("may have begun")), "{run}");
    emulator.advance(3600);
    workspace.apply();
    assert_eq!(workspace.attributes(ADDRESS)["previous_image_id"], IMAGE);
    assert_eq!(emulator.calls_of(UPDATE).len(), 1);
}

#[test]
fn two_resources_that_give_one_group_different_images_are_told_of_each_other() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "0"]);
    let two = |image: &str| of(GROUP, IMAGE, "") + &of(GROUP, image, "").replacing("\"this\"", "\"other\"");
    let workspace = Workspace::with(&emulator, &two(NEXT_IMAGE));
    let plan = workspace.try_plan().expect(&[2]);
    let told = |warnings: Vec<Diagnostic>| warnings.iter().filter(|it| it.says("Two resources")).count();
    assert_eq!(told(plan.warnings()), 1, "{plan}");
    workspace.configure(&two(IMAGE));
    assert_eq!(told(workspace.apply().warnings()), 0);
}

#[test]
fn an_update_that_was_given_up_is_followed_by_the_one_that_is_configured_then() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "3600"]);
    let workspace = Workspace::with(&emulator, &of(GROUP, IMAGE, ""));
    workspace.apply();
    workspace.configure(&of(GROUP, NEXT_IMAGE, ""));
    interrupt_the_update(&emulator, &workspace);
    workspace.configure(&of(GROUP, IMAGE, ""));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["disconnects", NEXT_IMAGE, "once more"]);
    let applied = workspace.start_apply(&[]);
    emulator.advance(3600);
    emulator.await_calls_of(UPDATE, 2);
    emulator.advance(3600);
    applied.wait().expect(&[0]);
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], IMAGE);
    workspace.expect_no_changes();
}

#[test]
fn an_update_that_somebody_else_has_begun_is_told() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "0"]);
    let workspace = Workspace::with(&emulator, &of(GROUP, IMAGE, ""));
    workspace.apply();
    emulator.change_delivery_group(GROUP, json!({ "status": "MAINTAINING" }));
    let plan = workspace.try_plan();
    let warnings = plan.warnings();
    assert!(warnings.iter().any(|warning| warning.says("is being updated")), "{plan}");
}

#[test]
fn an_image_for_a_group_that_is_not_known_yet_may_disconnect_people_and_says_so() {
    let emulator = Emulator::start();
    let group = format!("resource \"terraform_data\" \"group\" {{\n input = {GROUP:?}\n}}\n");
    let image = of("PLACEHOLDER", NEXT_IMAGE, "").replacing("\"PLACEHOLDER\"", "terraform_data.group.output");
    let workspace = Workspace::with(&emulator, &(group + &image));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["may disconnect", "only known after apply", NEXT_IMAGE, "cut off"]);
}

/// The image that [`OTHER_GROUP`] has.
const DRAWING_IMAGE: &str = "img-drawing-1";
const RESTORES: &str = "on_destroy = \"restore\"";

#[test]
fn a_destruction_gives_nothing_back_where_the_image_is_there_and_says_that_a_failed_update_stays() {
    let failed = |emulator: &Emulator, workspace: &Workspace| {
        workspace.configure(&of(GROUP, BROKEN_IMAGE, RESTORES));
        workspace.try_apply().expect(&[1]);
        assert_eq!(emulator.delivery_group(GROUP)["status"], "MAINTAIN_FAILED");
    };
    // Terraform has never updated this one.
    let failed_without_terraform = |emulator: &Emulator, workspace: &Workspace| {
        workspace.configure(&of(GROUP, IMAGE, RESTORES));
        workspace.apply();
        emulator.change_delivery_group(GROUP, json!({ "status": "MAINTAIN_FAILED" }));
    };
    for (fail, is_tainted) in [(&failed as &dyn Fn(&Emulator, &Workspace), true), (&failed_without_terraform, false)] {
        for next in [String::new(), of(OTHER_GROUP, DRAWING_IMAGE, RESTORES)] {
            let emulator = Emulator::start_with(&["--image-update-seconds", "0"]);
            let workspace = Workspace::with(&emulator, "");
            fail(&emulator, &workspace);
            workspace.configure(&next);
            let plan = workspace.try_plan().expect(&[2]);
            // Terraform plans what is in the place of something tainted as if nothing were there.
            let is_told = plan.warnings().iter().any(|it| it.says("stays as its failed update left it"));
            assert_eq!(is_told, next.is_empty() || !is_tainted, "{plan}");
            assert_eq!(updates(&emulator, || drop(workspace.apply_plan())), [""; 0], "{next}");
        }
    }
}

#[test]
fn a_destruction_while_an_interrupted_creation_goes_on_says_what_follows() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "3600"]);
    let workspace = Workspace::with(&emulator, &of(GROUP, NEXT_IMAGE, RESTORES));
    interrupt_the_update(&emulator, &workspace);
    workspace.configure("");
    let plan = workspace.try_plan().expect(&[2]);
    let warnings = plan.warnings();
    assert!(warnings.iter().any(|it| it.says("may disconnect") && it.says("once more") && it.says(IMAGE)), "{plan}");
    let applied = workspace.start_apply(&[]);
    emulator.advance(3600);
    emulator.await_calls_of(UPDATE, 2);
    emulator.advance(3600);
    applied.wait().expect(&[0]);
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], IMAGE);
}

#[test]
fn what_no_plan_could_announce_is_not_done_and_named() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "3600"]);
    let workspace = Workspace::with(&emulator, &of(GROUP, NEXT_IMAGE, RESTORES));
    interrupt_the_update(&emulator, &workspace);
    emulator.advance(3600);
    // Of the destruction of something tainted beside a creation for another group the provider is asked no plan.
    workspace.configure(&of(OTHER_GROUP, DRAWING_IMAGE, RESTORES));
    let sent = updates(&emulator, || {
        let run = workspace.apply();
        let warnings = run.warnings();
        assert!(warnings.iter().any(|it| it.says("keeps its image") && it.says(IMAGE) && it.says(NEXT_IMAGE)), "{run}");
    });
    assert_eq!(sent, [""; 0]);
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);
}
