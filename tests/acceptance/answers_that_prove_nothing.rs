//! An answer that lacks what was asked for says neither that something is there nor that it is gone: `{}` of a gateway
//! on a bad day, things without their IDs, or IDs with nothing beside them.

use serde_json::json;

use crate::{
    alibaba_cloud::{authorization, image},
    harness::{
        Emulator, Workspace,
        world::{GROUP, IMAGE, NEXT_IMAGE, SCHEDULED},
    },
    huawei_cloud::server_group,
};

/// A resource, and what a refresh of it reads.
fn reads() -> [(String, &'static str); 4] {
    [
        (server_group::resource(), "ShowServerGroup"),
        (image(IMAGE, ""), "GetAppInstanceGroup"),
        (authorization(&["carol"], ""), "ListAuthorizedUsers"),
        (authorization(&["carol"], "user_group_ids = [\"ug-design\"]"), "ListAuthorizedUserGroups"),
    ]
}

#[test]
fn one_such_answer_is_asked_for_again_and_changes_no_plan() {
    for (resource, operation) in reads() {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, &resource);
        workspace.apply();
        for kind in ["empty", "nameless"] {
            emulator.fault(&json!({ "operation": operation, "kind": kind, "next": 1 }));
            let ((), calls) = emulator.calls_during(|| workspace.expect_no_changes());
            let asked = calls.iter().filter(|call| call.operation == operation).count();
            assert!(asked > 1, "{operation} was asked {asked} times");
        }
    }
}

/// What reads these when nothing is to be done, whatever the answers lack.
fn all_reads() -> Vec<&'static str> {
    ["GetOtaTaskByTaskId", "ListOtaTask", "ListAppInstances", "ListServerGroups"]
        .into_iter()
        .chain(reads().into_iter().map(|(_, operation)| operation))
        .collect()
}

#[test]
fn whatever_answers_lack_nothing_is_planned() {
    let emulator = Emulator::start();
    emulator.leave_schedule(SCHEDULED);
    let others = format!(
        r#"
        resource "appstreaming_delivery_group_ota_approval" "this" {{
          delivery_group_id = "{GROUP}"
          start_time        = "2099-01-01T02:00:00Z"
        }}
        resource "appstreaming_delivery_group_session_log_off" "this" {{
          delivery_group_id = "{SCHEDULED}"
        }}
        "#
    );
    let authorization = authorization(&["carol"], "user_group_ids = [\"ug-design\"]");
    let workspace =
        Workspace::with(&emulator, &(server_group::resource() + &image(IMAGE, "") + &authorization + &others));
    workspace.apply();
    workspace.expect_no_changes();
    let before = emulator.world();
    for kind in ["empty", "nameless", "bare"] {
        for operation in all_reads() {
            emulator.fault(&json!({ "operation": operation, "kind": kind, "every": 1 }));
            // Either it does not matter, or it is an error.
            workspace.try_plan().expect(&[0, 1]);
            emulator.lift_faults();
        }
    }
    workspace.expect_no_changes();
    assert_eq!(emulator.world(), before);
}

#[test]
fn such_answers_for_ever_are_an_error_and_an_apply_changes_nothing() {
    for (resource, operation) in reads() {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, &resource);
        workspace.apply();
        let before = emulator.world();
        emulator.fault(&json!({ "operation": operation, "kind": "empty", "every": 1 }));
        for run in [workspace.try_plan(), workspace.try_apply()] {
            run.expect(&[1]).only_error().must_say(&["an answer that"]);
        }
        assert_eq!(emulator.world(), before, "{operation}");
        emulator.lift_faults();
        workspace.expect_no_changes();
    }
}

#[test]
fn one_such_look_does_not_end_the_wait_for_an_image() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &image(NEXT_IMAGE, ""));
    let apply = workspace.start_apply(&[]);
    emulator.await_call_of("UpdateAppInstanceGroupImage");
    emulator.fault(&json!({ "operation": "GetAppInstanceGroup", "kind": "empty", "next": 2 }));
    apply.wait().expect(&[0]);
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);
    assert_eq!(emulator.calls_of("UpdateAppInstanceGroupImage").len(), 1);
}

#[test]
fn a_deletion_is_not_over_because_a_look_says_nothing() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &server_group::resource());
    workspace.apply();
    emulator.fault(&json!({ "operation": "ShowServerGroup", "kind": "empty", "every": 2 }));
    emulator.fault(&json!({ "operation": "ListServerGroups", "kind": "empty", "every": 2 }));
    workspace.destroy();
    emulator.lift_faults();
    let left = emulator.world()["huawei"]["server_groups"].as_object().expect("server groups").clone();
    assert!(left.values().all(|group| group["name"] != "reception"), "{left:?}");
}

#[test]
fn an_approval_is_not_sent_twice_because_a_task_says_nothing() {
    let emulator = Emulator::start();
    let approval = format!(
        "resource \"appstreaming_delivery_group_ota_approval\" \"this\" {{\n  delivery_group_id = \"{GROUP}\"\n  \
         start_time = \"2099-01-01T02:00:00+08:00\"\n}}\n"
    );
    let workspace = Workspace::with(&emulator, &approval);
    emulator.fault(&json!({ "operation": "GetOtaTaskByTaskId", "kind": "empty", "every": 2 }));
    emulator.fault(&json!({ "operation": "ListOtaTask", "kind": "empty", "every": 2 }));
    workspace.apply();
    workspace.expect_no_changes();
    assert_eq!(emulator.calls_of("ApproveOtaTask").len(), 1);
}

#[test]
fn a_code_about_something_else_is_not_the_end_of_a_group() {
    let emulator = Emulator::start();
    for (resource, operation, code) in [
        (image(IMAGE, ""), "GetAppInstanceGroup", "InvalidRegionId.NotFound"),
        (authorization(&["carol"], ""), "ListAuthorizedUsers", "Account.NotExist"),
        (server_group::resource(), "ShowServerGroup", "IAM.0004"),
    ] {
        let workspace = Workspace::with(&emulator, &resource);
        workspace.apply();
        emulator.fault(&json!({
            "operation": operation, "kind": "error", "status": 404, "code": code, "message": "No.", "every": 1,
        }));
        workspace.try_plan().expect(&[1]).only_error().must_say(&[code]);
        emulator.lift_faults();
        workspace.expect_no_changes();
    }
}
