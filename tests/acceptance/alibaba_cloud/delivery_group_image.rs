//! `appstreaming_delivery_group_image`: which image a delivery group runs.

use serde_json::json;

use super::{UPDATE_IMAGE as UPDATE, image};
use crate::harness::{
    Diagnostic, Emulator, Replacing, Workspace,
    faults::{LOST_ANSWERS, refusal, striking},
    provider_block,
    world::{BROKEN_IMAGE, GROUP, IMAGE, NEXT_IMAGE, OTHER_GROUP, THIRD_IMAGE},
};

const ADDRESS: &str = "appstreaming_delivery_group_image.this";

fn resource(image: &str) -> String {
    super::image(image, "")
}

#[test]
fn a_new_image_is_rolled_out_with_one_call_and_planned_no_more() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
    let (plan, calls) = emulator.calls_during(|| workspace.plan());
    assert_eq!(plan.actions(ADDRESS), ["create"]);
    assert!(calls.iter().all(|call| call.operation != UPDATE), "a plan changed something: {calls:?}");

    workspace.apply();
    let updates = emulator.calls_of(UPDATE);
    assert_eq!(updates.len(), 1, "{updates:?}");
    assert_eq!(updates[0].parameter("AppInstanceGroupId"), GROUP);
    assert_eq!(updates[0].parameter("AppCenterImageId"), NEXT_IMAGE);
    assert_eq!(updates[0].parameter("ProductType"), "CloudApp");
    assert_eq!(updates[0].parameter("BizRegionId"), "cn-hangzhou");

    let attributes = workspace.attributes(ADDRESS);
    assert_eq!(attributes["delivery_group_id"], GROUP);
    assert_eq!(attributes["image_id"], NEXT_IMAGE);
    assert_eq!(attributes["product_type"], "CloudApp");
    assert_eq!(attributes["region"], "cn-hangzhou");
    assert_eq!(attributes["status"], "PUBLISHED");
    assert!(attributes["id"].is_string());
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);

    let plan = workspace.try_plan().expect(&[0]);
    assert!(plan.warnings().is_empty(), "{:?}", plan.warnings());
    workspace.apply();
    assert_eq!(emulator.calls_of(UPDATE).len(), 1);
}

#[test]
fn an_image_that_the_group_runs_already_is_not_rolled_out_again() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(IMAGE));
    workspace.apply();
    assert_eq!(workspace.attributes(ADDRESS)["image_id"], IMAGE);
    assert!(emulator.calls_of(UPDATE).is_empty());
    workspace.expect_no_changes();
}

#[test]
fn a_changed_image_is_an_update_in_place() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
    workspace.apply();

    workspace.configure(&resource(THIRD_IMAGE));
    let plan = workspace.plan();
    assert_eq!(plan.actions(ADDRESS), ["update"]);
    assert_eq!(plan.change(ADDRESS)["before"]["image_id"], NEXT_IMAGE);
    assert_eq!(plan.change(ADDRESS)["after"]["image_id"], THIRD_IMAGE);
    workspace.apply_plan();
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], THIRD_IMAGE);
    assert_eq!(emulator.calls_of(UPDATE).len(), 2);
    workspace.expect_no_changes();
}

#[test]
fn an_update_is_awaited_until_the_group_is_published() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "2"]);
    let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
    workspace.apply();
    // No time passes between the end of apply and this look at the world.
    let group = emulator.delivery_group(GROUP);
    assert_eq!((&group["status"], &group["image_id"]), (&json!("PUBLISHED"), &json!(NEXT_IMAGE)));
    assert_eq!(workspace.attributes(ADDRESS)["status"], "PUBLISHED");
    assert_eq!(emulator.calls_of(UPDATE).len(), 1);
}

#[test]
fn an_update_that_fails_is_an_error_and_the_state_stays_true() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
    workspace.apply();

    workspace.configure(&resource(BROKEN_IMAGE));
    let error = workspace.try_apply().expect(&[1]).only_error();
    assert_eq!(error.address, ADDRESS);
    error.must_say(&[GROUP, BROKEN_IMAGE, "MAINTAIN_FAILED"]);
    assert_eq!(emulator.calls_of(UPDATE).len(), 2);

    let attributes = workspace.attributes(ADDRESS);
    assert_eq!(attributes["image_id"], NEXT_IMAGE);
    assert_eq!(attributes["status"], "MAINTAIN_FAILED");
}

#[test]
fn an_image_changed_in_the_console_shows_in_the_plan_and_is_put_right() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
    workspace.apply();

    emulator.change_delivery_group(GROUP, json!({ "image_id": THIRD_IMAGE }));
    let plan = workspace.plan();
    assert_eq!(plan.drift(ADDRESS)["after"]["image_id"], THIRD_IMAGE);
    assert_eq!(plan.actions(ADDRESS), ["update"]);
    workspace.apply_plan();
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);
    workspace.expect_no_changes();
}

#[test]
fn a_group_that_is_gone_leaves_the_state() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
    workspace.apply();

    emulator.delete_delivery_group(GROUP);
    workspace.refresh();
    assert!(workspace.state_list().is_empty());
    // A plan says at once that there is no such group, which is no error until somebody applies it.
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&[GROUP]);
    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&[GROUP, "InvalidAppInstanceGroup.NotFound"]);
}

#[test]
fn destroy_is_done_when_the_group_is_gone() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
    workspace.apply();
    emulator.delete_delivery_group(GROUP);
    workspace.destroy();
    assert!(workspace.state_list().is_empty());
}

#[test]
fn another_group_is_another_resource() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
    workspace.apply();

    workspace.configure(&resource(NEXT_IMAGE).replacing(GROUP, OTHER_GROUP));
    let plan = workspace.plan();
    assert_eq!(plan.actions(ADDRESS), ["delete", "create"]);
    assert_eq!(plan.change(ADDRESS)["replace_paths"], json!([["delivery_group_id"]]));
    workspace.apply_plan();
    assert_eq!(emulator.delivery_group(OTHER_GROUP)["image_id"], NEXT_IMAGE);
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);
}

#[test]
fn destroy_leaves_the_group_with_its_image() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
    workspace.apply();
    let (_, calls) = emulator.calls_during(|| workspace.destroy());
    assert!(calls.iter().all(|call| call.operation != UPDATE), "{calls:?}");
    assert!(workspace.state_list().is_empty());
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);
}

#[test]
fn import_by_command_reads_what_the_group_runs() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(IMAGE));
    workspace.import(ADDRESS, GROUP).expect(&[0]);
    let attributes = workspace.attributes(ADDRESS);
    assert_eq!(attributes["image_id"], IMAGE);
    assert_eq!(attributes["region"], "cn-hangzhou");
    workspace.expect_no_changes();
    assert!(emulator.calls_of(UPDATE).is_empty());
}

#[test]
fn import_by_block_reads_what_the_group_runs() {
    let emulator = Emulator::start();
    let block = format!("import {{\n  to = {ADDRESS}\n  id = \"{GROUP}\"\n}}\n");
    let workspace = Workspace::with(&emulator, &(resource(IMAGE) + &block));
    let plan = workspace.plan();
    assert_eq!(plan.actions(ADDRESS), ["no-op"]);
    assert_eq!(plan.change(ADDRESS)["importing"]["id"], GROUP);
    workspace.apply_plan();
    assert_eq!(workspace.state_list(), [ADDRESS]);
    assert!(emulator.calls_of(UPDATE).is_empty());
}

#[test]
fn import_of_an_unknown_group_is_an_error() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(IMAGE));
    let run = workspace.import(ADDRESS, "aig-missing").expect(&[1]);
    assert!(run.stderr.contains("aig-missing"), "{run}");
    assert!(workspace.state_list().is_empty());
}

#[test]
fn a_plan_that_changes_the_image_says_how_many_sessions_are_cut_off() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
    let (plan, calls) = emulator.calls_during(|| workspace.try_plan().expect(&[2]));
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&[GROUP, IMAGE, NEXT_IMAGE, "2 sessions will be cut off"]);
    assert_eq!(calls.iter().filter(|call| call.operation == "ListAppInstances").count(), 1);

    // An instance that waits for the next person is no session.
    let free = json!({ "ai-free": { "delivery_group_id": GROUP, "session_status": "idle" } });
    emulator.change_world(&json!({ "alibaba": { "app_instances": free } }));
    workspace.try_plan().warnings()[0].must_say(&["2 sessions will be cut off"]);

    // Without the permission to ask, the warning is there all the same.
    emulator.fault(&striking(refusal("ListAppInstances", "Forbidden.RAM"), &json!({ "every": 1 })));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&[GROUP, "All of its sessions will be cut off"]);
}

#[test]
fn a_plan_without_a_change_of_image_asks_nothing_and_warns_nothing() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
    workspace.apply();
    workspace.configure(&image(NEXT_IMAGE, "on_destroy = \"restore\""));
    let plan = ["plan", "-json", "-input=false", "-refresh=false", "-detailed-exitcode"];
    let (plan, calls) = emulator.calls_during(|| workspace.run(&plan).expect(&[2]));
    assert!(calls.is_empty(), "{calls:?}");
    assert!(plan.warnings().is_empty(), "{plan}");
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    assert!(calls.iter().all(|call| call.operation == "GetAppInstanceGroup"), "{calls:?}");
}

#[test]
fn destroy_gives_the_image_back_when_that_is_wanted() {
    let emulator = Emulator::start();
    let restore = |id| image(id, "on_destroy = \"restore\"");
    let workspace = Workspace::with(&emulator, &restore(NEXT_IMAGE));
    workspace.apply();
    workspace.configure(&restore(THIRD_IMAGE));
    workspace.apply();
    assert_eq!(workspace.attributes(ADDRESS)["previous_image_id"], IMAGE);
    let run = workspace.destroy();
    assert!(run.warnings().iter().any(|it| it.says(IMAGE) && it.says("disconnects the users")), "{run}");
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], IMAGE);
    assert_eq!(emulator.calls_of(UPDATE).len(), 3);
}

#[test]
fn destroy_warns_that_the_group_keeps_its_image() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
    workspace.apply();
    let run = workspace.destroy();
    assert!(run.warnings().iter().any(|it| it.says("keeps its image") && it.says(NEXT_IMAGE)), "{run}");
}

#[test]
fn without_waiting_the_new_name_is_there_and_the_old_image_is_no_drift() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "3600"]);
    let workspace = Workspace::with(&emulator, &image(NEXT_IMAGE, "wait_for_completion = false"));
    workspace.apply();
    let expect = |status: &str| {
        let attributes = workspace.attributes(ADDRESS);
        assert_eq!(attributes["status"], status);
        assert_eq!(attributes["image_id"], NEXT_IMAGE);
        assert_eq!(attributes["image_name"], "Office tools, February");
        assert_eq!(attributes["delivery_group_name"], "Office tools");
        assert_eq!(attributes["previous_image_id"], IMAGE);
    };
    expect("MAINTAINING");
    workspace.expect_no_changes();
    workspace.refresh();
    expect("MAINTAINING");
    emulator.advance(3600);
    workspace.expect_no_changes();
    workspace.refresh();
    expect("PUBLISHED");
    assert_eq!(emulator.calls_of(UPDATE).len(), 1);
}

#[test]
fn an_update_that_takes_longer_than_its_timeout_goes_on_and_is_not_repeated() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "3600"]);
    let limited = image(NEXT_IMAGE, "timeouts = { create = \"3s\" }");
    let workspace = Workspace::with(&emulator, &limited);
    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&[GROUP, "did not end in time", "`timeouts.create`", "MAINTAINING"]);
    let plan = workspace.try_plan().expect(&[2]);
    assert!(plan.warnings().iter().any(|it| it.says("nothing more is sent")), "{plan}");
    emulator.advance(3600);
    workspace.apply();
    assert_eq!(emulator.calls_of(UPDATE).len(), 1);
    workspace.expect_no_changes();
}

#[test]
fn the_plan_for_a_group_that_has_expired_says_that_it_will_be_refused() {
    let emulator = Emulator::start();
    emulator.change_delivery_group(GROUP, json!({ "status": "EXPIRED" }));
    let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["takes no change now", GROUP, "apply will fail"]);
    workspace.try_apply().expect(&[1]);
}

#[test]
fn an_update_of_somebody_else_is_awaited_and_not_doubled() {
    for (running, updates) in [(NEXT_IMAGE, 0), (THIRD_IMAGE, 1)] {
        let emulator = Emulator::start_with(&["--image-update-seconds", "0"]);
        let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
        workspace.plan();
        let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(2);
        let pending = json!({ "kind": "image_update", "at": soon.to_string(), "image_id": running });
        emulator.change_delivery_group(GROUP, json!({ "status": "MAINTAINING", "pending": pending }));
        workspace.apply_plan();
        assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);
        assert_eq!(emulator.calls_of(UPDATE).len(), updates, "{running}");
        workspace.expect_no_changes();
    }
}

#[test]
fn a_creation_for_a_group_that_is_being_updated_says_that_another_update_may_follow() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(IMAGE));
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(3);
    let pending = json!({ "kind": "image_update", "at": soon.to_string(), "image_id": THIRD_IMAGE });
    emulator.change_delivery_group(GROUP, json!({ "status": "MAINTAINING", "pending": pending }));
    let plan = workspace.try_plan().expect(&[2]);
    let told = |it: &Diagnostic| ["may disconnect", GROUP, "being updated now"].iter().all(|text| it.says(text));
    assert!(plan.warnings().iter().any(told), "{plan}");
    workspace.apply_plan();
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], IMAGE);
    assert_eq!(emulator.calls_of(UPDATE).len(), 1);
    workspace.expect_no_changes();
}

#[test]
fn an_image_update_whose_answer_is_lost_is_not_sent_again() {
    for kind in LOST_ANSWERS {
        let emulator = Emulator::start_with(&["--image-update-seconds", "1"]);
        emulator.fault(&json!({ "operation": UPDATE, "kind": kind }));
        let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
        workspace.apply();
        assert_eq!(emulator.calls_of(UPDATE).len(), 1, "{kind}");
        assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE, "{kind}");
        workspace.expect_no_changes();
    }
}

#[test]
fn calls_that_the_service_refuses_to_take_are_sent_again() {
    for fault in [
        json!({ "cloud": "alibaba", "kind": "throttle", "next": 3 }),
        json!({ "cloud": "alibaba", "kind": "throttle", "every": 2 }),
        json!({ "operation": "GetAppInstanceGroup", "kind": "html", "status": 502 }),
        json!({ "operation": "GetAppInstanceGroup", "kind": "close_before" }),
    ] {
        let emulator = Emulator::start();
        emulator.fault(&fault);
        let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
        workspace.apply();
        assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE, "{fault}");
        workspace.expect_no_changes();
    }
}

#[test]
fn how_long_a_lost_answer_is_looked_for_before_the_update_is_sent_again_can_be_set() {
    for (line, is_once) in [("", false), ("lost_answer_wait = \"1m\"", true)] {
        // Later than the provider waits by itself.
        let emulator = Emulator::start_with(&["--consistency-seconds", "11"]);
        emulator.fault(&json!({ "operation": UPDATE, "kind": "close_after" }));
        let workspace = Workspace::with(&emulator, &resource(NEXT_IMAGE));
        let block = "provider \"appstreaming\" {";
        workspace.write("provider.tf", &provider_block(&emulator).replacing(block, &format!("{block}\n{line}")));
        workspace.apply();
        assert_eq!(emulator.calls_of(UPDATE).len() == 1, is_once, "{line}: {:?}", emulator.calls_of(UPDATE));
        assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);
    }
}
