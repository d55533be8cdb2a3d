//! When calls go wrong: nothing is done twice, nothing is lost, and the state is true.

use serde_json::json;

use crate::harness::{
    Emulator, Workspace,
    world::{GROUP, NEXT_IMAGE},
};

const IMAGE: &str = "appstreaming_delivery_group_image.this";
const UPDATE_IMAGE: &str = "UpdateAppInstanceGroupImage";
const AUTHORIZATION: &str = "appstreaming_delivery_group_authorization.this";
const AUTHORIZE: &str = "AuthorizeInstanceGroup";

fn image() -> String {
    format!(
        r#"
        resource "appstreaming_delivery_group_image" "this" {{
          delivery_group_id = "{GROUP}"
          image_id          = "{NEXT_IMAGE}"
        }}
        "#
    )
}

fn authorization(users: usize) -> String {
    let names: Vec<_> = (1..=users).map(|number| format!("user{number:05}")).collect();
    format!(
        r#"
        resource "appstreaming_delivery_group_authorization" "this" {{
          delivery_group_id = "{GROUP}"
          user_names        = {names:?}
        }}
        "#
    )
}

#[test]
fn an_image_update_whose_answer_is_lost_is_not_sent_again() {
    for kind in ["close_after", "half_answer", "not_json"] {
        let emulator = Emulator::start_with(&["--image-update-seconds", "1"]);
        emulator.fault(&json!({ "operation": UPDATE_IMAGE, "kind": kind }));
        let workspace = Workspace::with(&emulator, &image());
        workspace.apply();
        assert_eq!(emulator.calls_of(UPDATE_IMAGE).len(), 1, "{kind}");
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
        let workspace = Workspace::with(&emulator, &image());
        workspace.apply();
        assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE, "{fault}");
        workspace.expect_no_changes();
    }
}

#[test]
fn what_was_authorized_before_a_failure_is_in_the_state() {
    let emulator = Emulator::start_with(&["--users", "300"]);
    let workspace = Workspace::with(&emulator, &authorization(1));
    workspace.apply();

    emulator.fault(&json!({
        "operation": AUTHORIZE, "kind": "error", "every": 3, "status": 403, "code": "Forbidden.RAM", "message": "No.",
    }));
    workspace.configure(&authorization(251));
    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&["Forbidden.RAM"]);
    assert_eq!(error.address, AUTHORIZATION);
    let names = workspace.attributes(AUTHORIZATION)["user_names"].clone();
    assert_eq!(names.as_array().map(Vec::len), Some(201));

    let plan = workspace.plan();
    assert_eq!(plan.actions(AUTHORIZATION), ["update"]);
    let (_, calls) = emulator.calls_during(|| workspace.apply_plan());
    let calls: Vec<_> = calls.iter().filter(|call| call.operation == AUTHORIZE).collect();
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0].list("AuthorizeUserIds").len(), 50);
    workspace.expect_no_changes();
}

#[test]
fn a_creation_that_stops_halfway_takes_nothing_back_from_those_who_have_it() {
    let emulator = Emulator::start_with(&["--users", "300"]);
    emulator.fault(&json!({
        "operation": AUTHORIZE, "kind": "error", "every": 3, "status": 403, "code": "Forbidden.RAM", "message": "No.",
    }));
    let workspace = Workspace::with(&emulator, &authorization(250));
    workspace.try_apply().expect(&[1]).only_error().must_say(&[GROUP, "2 of 3 calls"]);
    assert_eq!(emulator.authorized_users(GROUP).len(), 202);
    let names = workspace.attributes(AUTHORIZATION)["user_names"].clone();
    assert_eq!(names.as_array().map(Vec::len), Some(200), "the state holds what the calls before the failure did");

    let (_, calls) = emulator.calls_during(|| workspace.apply());
    assert!(calls.iter().all(|call| call.list("UnAuthorizeUserIds").is_empty()), "somebody was removed in between");
    assert_eq!(emulator.authorized_users(GROUP).len(), 252);
    workspace.expect_no_changes();
}

#[test]
fn whoever_a_creation_that_stopped_halfway_authorized_is_not_forgotten() {
    for names_now in [0, 150] {
        let emulator = Emulator::start_with(&["--users", "300"]);
        emulator.fault(&json!({
            "operation": AUTHORIZE, "kind": "error", "every": 3, "status": 403, "code": "Forbidden.RAM", "message": "No.",
        }));
        let workspace = Workspace::with(&emulator, &authorization(250));
        workspace.try_apply().expect(&[1]);
        assert_eq!(emulator.authorized_users(GROUP).len(), 202);

        // None: the resource is taken out of the configuration. Some: the list has become shorter.
        workspace.configure(&if names_now == 0 { String::new() } else { authorization(names_now) });
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert_eq!(emulator.authorized_users(GROUP).len(), 2 + names_now);
        let removed: Vec<_> = calls.iter().flat_map(|call| call.list("UnAuthorizeUserIds")).collect();
        assert_eq!(removed.len(), 200 - names_now, "only those are removed who are not wanted any more");
    }
}

#[test]
fn an_interrupt_ends_the_wait_and_the_next_apply_repeats_nothing() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "3600"]);
    let workspace = Workspace::with(&emulator, &image());
    let apply = workspace.start(&["apply", "-json", "-input=false", "-auto-approve"]);
    emulator.await_call_of(UPDATE_IMAGE);
    apply.interrupt();
    // Beside what we say, Terraform says that the run was halted.
    let errors = apply.wait().expect(&[1]).errors();
    let ours: Vec<_> = errors.iter().filter(|error| error.address == IMAGE).collect();
    let [error] = ours[..] else { panic!("expected exactly one error of the resource: {errors:#?}") };
    error.must_say(&[GROUP]);

    emulator.advance(3600);
    workspace.apply();
    assert_eq!(workspace.attributes(IMAGE)["image_id"], NEXT_IMAGE);
    assert_eq!(emulator.calls_of(UPDATE_IMAGE).len(), 1);
    workspace.expect_no_changes();
}
