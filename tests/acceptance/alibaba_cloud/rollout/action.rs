//! The action `appstreaming_delivery_group_update_image`: what it waits for, what comes of faults, and each way to hang
//! it on.

use super::*;
use crate::harness::world::IMAGE;

const ACTION: &str = "appstreaming_delivery_group_update_image.this";
const RELEASE: &str = "terraform_data.release";

fn action(rollout: &str) -> String {
    format!(
        "action \"appstreaming_delivery_group_update_image\" \"this\" {{\n config {{\n delivery_group_id = \
         {GROUP:?}\n image_id = {NEXT_IMAGE:?}\n rollout = {{\n{rollout}\n}}\n}}\n}}\n"
    )
}

/// Something that has the action hung on it.
fn release(input: &str, trigger: &str) -> String {
    format!(
        "resource \"terraform_data\" \"release\" {{\n input = {input:?}\n lifecycle {{\n action_trigger {{\n \
         {trigger}\n actions = [action.{ACTION}]\n }}\n }}\n}}\n"
    )
}

/// Terraform has actions since 1.14.
mod since_1_14 {
    use super::*;

    #[test]
    fn the_action_waits_too_and_says_how_it_stands() {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, &action(PATIENT));
        let running = workspace.start_invocation(ACTION);
        await_the_drain(&emulator);
        let by = tags(&emulator)[DRAINED_BY].as_str().map(str::to_owned).expect("a tag");
        assert!(by.starts_with("appstreaming_delivery_group_update_image@20"), "{by}");
        everybody_leaves(&emulator, GROUP);
        let run = running.wait().expect(&[0]);
        for says in ["2 sessions are there; the image update waits until nobody has a session", "is PUBLISHED"] {
            assert!(run.stdout.contains(says), "{run}");
        }
        assert_eq!(emulator.calls_of(UPDATE).len(), 1);
        assert!(tags(&emulator)[STOPPED].is_null());
        workspace.invoke(ACTION).expect(&[0]);
        assert_eq!(emulator.calls_of(UPDATE).len(), 1, "the group has the image");
    }

    #[test]
    fn the_action_warns_of_a_resource_that_brings_another_image_back() {
        let emulator = Emulator::start();
        let trigger = "lifecycle {\n action_trigger {\n events = [after_create]\n actions = \
                       [action.appstreaming_delivery_group_update_image.this]\n }\n }";
        let text = image(THIRD_IMAGE, trigger) + &action("max_sessions = 5");
        let workspace = Workspace::with(&emulator, &text);
        let plan = workspace.try_plan().expect(&[2]);
        let warnings = plan.warnings();
        assert!(warnings.iter().any(|it| it.says("brings back another image") && it.says("ignore_changes")), "{plan}");
    }

    #[test]
    fn whatever_answer_is_lost_the_action_updates_once_and_its_drain_is_over_in_the_end() {
        for operation in [TAG, UNTAG, UPDATE] {
            let emulator = Emulator::start();
            emulator.fault(&json!({ "operation": operation, "kind": LOST_ANSWERS[0] }));
            let workspace = Workspace::with(&emulator, &action(PATIENT));
            let running = workspace.start_invocation(ACTION);
            await_the_drain(&emulator);
            everybody_leaves(&emulator, GROUP);
            running.wait().expect(&[0]);
            assert_eq!(updates(&emulator), 1, "{operation}");
            assert!(tags(&emulator)[STOPPED].is_null() && tags(&emulator)[DRAINED_BY].is_null(), "{operation}");
        }
    }

    #[test]
    fn without_the_permissions_that_it_needs_the_action_sends_nothing() {
        for (operation, says) in [(LOOK, "holds the image update back"), (TAG, "Cannot drain delivery group")] {
            let emulator = Emulator::start();
            emulator.fault(&striking(refusal(operation, "Forbidden.RAM"), &json!({ "every": 1 })));
            let workspace = Workspace::with(&emulator, &action(PATIENT));
            workspace.invoke(ACTION).expect(&[1]).only_error().must_say(&["Forbidden.RAM", says]);
            assert!(emulator.calls_of(UPDATE).is_empty(), "{operation}");
            assert!(tags(&emulator)[STOPPED].is_null(), "{operation}");
        }
    }

    #[test]
    fn an_interrupt_ends_the_wait_of_the_action_and_its_drain() {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, &action(PATIENT));
        let running = workspace.start_invocation(ACTION);
        await_the_drain(&emulator);
        running.interrupt();
        let run = running.wait().expect(&[1]);
        assert!(run.errors().iter().any(|it| it.says("the wait was interrupted") && it.says(GROUP)), "{run}");
        assert!(tags(&emulator)[STOPPED].is_null() && tags(&emulator)[DRAINED_BY].is_null());
        assert!(emulator.calls_of(UPDATE).is_empty());
    }

    #[test]
    fn a_drain_that_a_killed_invocation_has_left_is_ended_by_the_next_one() {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, &action(PATIENT));
        let running = workspace.start_apply_in_group(&[&format!("-invoke=action.{ACTION}")]);
        await_the_drain(&emulator);
        running.kill_group();
        assert_ne!(running.wait().code, 0);
        assert_eq!(tags(&emulator)[STOPPED], "true");

        everybody_leaves(&emulator, GROUP);
        workspace.invoke(ACTION).expect(&[0]);
        assert_eq!(updates(&emulator), 1);
        assert!(tags(&emulator)[STOPPED].is_null() && tags(&emulator)[DRAINED_BY].is_null());

        // Also where the group has the image already.
        let left =
            json!({ STOPPED: "true", DRAINED_BY: "appstreaming_delivery_group_update_image@2026-08-04T02:00:00Z" });
        emulator.change_delivery_group(GROUP, json!({ "tags": left }));
        let plan = workspace.run(&["plan", "-json", "-input=false", &format!("-invoke=action.{ACTION}")]).expect(&[0]);
        plan.warnings()[0].must_say(&["is still drained", "Another invocation ends that"]);
        workspace.invoke(ACTION).expect(&[0]);
        assert_eq!((updates(&emulator), &tags(&emulator)[STOPPED]), (1, &Value::Null));
    }

    #[test]
    fn after_something_is_made_or_changed_the_image_is_updated() {
        let emulator = Emulator::start();
        let text = |input: &str| release(input, "events = [after_create, after_update]") + &action("max_sessions = 5");
        let workspace = Workspace::with(&emulator, &text("one"));
        let plan = workspace.try_plan().expect(&[2]);
        assert!(plan.warnings().iter().any(|it| it.says("2 sessions are there now") && it.says(GROUP)), "{plan}");
        workspace.apply();
        assert_eq!((updates(&emulator), emulator.delivery_group(GROUP)["image_id"].clone()), (1, json!(NEXT_IMAGE)));
        workspace.expect_no_changes();
        workspace.configure(&text("two").replacing(NEXT_IMAGE, THIRD_IMAGE));
        workspace.apply();
        assert_eq!(emulator.delivery_group(GROUP)["image_id"], THIRD_IMAGE);
        workspace.expect_no_changes();
    }

    #[test]
    fn after_an_action_that_failed_the_next_apply_does_not_invoke_it_again() {
        let emulator = Emulator::start();
        let text = release("one", "events = [after_create]") + &action("max_sessions = 0");
        let workspace = Workspace::with(&emulator, &text);
        workspace.try_apply().expect(&[1]).only_error().must_say(&["Too many people use delivery group", GROUP]);
        everybody_leaves(&emulator, GROUP);
        workspace.expect_no_changes();
        assert_eq!(updates(&emulator), 0);
        workspace.invoke(ACTION).expect(&[0]);
        assert_eq!(updates(&emulator), 1);
    }
}

/// Events before something is done and around a destruction, and what a failure of an action comes to.
mod since_1_16 {
    use super::*;

    #[test]
    #[ignore = "needs Terraform 1.16"]
    fn before_something_is_made_or_changed_the_image_is_updated() {
        let emulator = Emulator::start();
        let text =
            |input: &str| release(input, "events = [before_create, before_update]") + &action("max_sessions = 0");
        let workspace = Workspace::with(&emulator, &text("one"));
        workspace.try_apply().expect(&[1]).only_error().must_say(&["Too many people use delivery group", GROUP]);
        assert!(workspace.state_list().is_empty(), "what it was to come before is left out");
        everybody_leaves(&emulator, GROUP);
        workspace.apply();
        assert_eq!((updates(&emulator), workspace.state_list().len()), (1, 1));
        workspace.configure(&text("two").replacing(NEXT_IMAGE, THIRD_IMAGE));
        workspace.apply();
        assert_eq!((updates(&emulator), &workspace.attributes(RELEASE)["output"]), (2, &json!("two")));
        workspace.expect_no_changes();
    }

    #[test]
    #[ignore = "needs Terraform 1.16"]
    fn before_and_after_something_is_destroyed_the_image_is_updated() {
        for event in ["before_destroy", "after_destroy"] {
            let emulator = Emulator::start();
            let text = release("one", &format!("events = [{event}]")) + &action("max_sessions = 5");
            let workspace = Workspace::with(&emulator, &text);
            workspace.apply();
            assert_eq!(updates(&emulator), 0, "{event}");
            workspace.destroy();
            assert_eq!(updates(&emulator), 1, "{event}");
            assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE, "{event}");
        }
    }

    #[test]
    #[ignore = "needs Terraform 1.16"]
    fn the_recipe_on_the_page_updates_before_a_project_and_after_it() {
        let notes = include_str!("../../../../examples/actions/appstreaming_delivery_group_update_image/notes.md");
        let blocks = notes.split("```terraform\n").skip(1).filter_map(|rest| rest.split_once("```"));
        let (recipe, _) = blocks.into_iter().find(|(block, _)| block.contains("after_destroy")).expect("a recipe");
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, recipe);
        workspace.apply();
        assert_eq!((updates(&emulator), &emulator.delivery_group(GROUP)["image_id"]), (1, &json!(NEXT_IMAGE)));
        workspace.destroy();
        assert_eq!((updates(&emulator), &emulator.delivery_group(GROUP)["image_id"]), (2, &json!(IMAGE)));
    }

    #[test]
    #[ignore = "needs Terraform 1.16"]
    fn what_a_failure_comes_to_is_what_the_trigger_says() {
        // Whether the apply succeeds, and what the next plan does to what has the trigger.
        for (on_failure, code, next) in [("halt", 1, "no-op"), ("taint", 1, "replace"), ("continue", 0, "no-op")] {
            let emulator = Emulator::start();
            let trigger = format!("events = [after_create]\n on_failure = {on_failure}");
            let workspace = Workspace::with(&emulator, &(release("one", &trigger) + &action("max_sessions = 0")));
            let run = workspace.try_apply().expect(&[code]);
            let told = if code == 0 { run.warnings() } else { run.errors() };
            assert!(told.iter().any(|it| it.says("Too many people use delivery group")), "{on_failure}: {run}");
            everybody_leaves(&emulator, GROUP);
            let actions = workspace.plan().actions(RELEASE).join(" ");
            let expected = if next == "replace" { "delete create" } else { next };
            assert_eq!(actions, expected, "{on_failure}");
            workspace.apply();
            assert_eq!(updates(&emulator), usize::from(next == "replace"), "{on_failure}");
        }
    }
}
