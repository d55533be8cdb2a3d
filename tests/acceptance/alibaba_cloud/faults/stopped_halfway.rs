//! What stops halfway, at a refusal or an interrupt: the state says what happened, and the next run does the rest.

use serde_json::{Value, json};

use crate::{
    alibaba_cloud::{AUTHORIZE, UPDATE_IMAGE, authorization, image},
    harness::{
        Emulator, Workspace,
        faults::{refusal, striking},
        world::{GROUP, NEXT_IMAGE, users},
    },
};

const IMAGE: &str = "appstreaming_delivery_group_image.this";
const AUTHORIZATION: &str = "appstreaming_delivery_group_authorization.this";

fn authorize(count: usize) -> String {
    authorization(&users(1..=count), "")
}

/// Two of three calls go well.
fn third_authorization_refused() -> Value {
    striking(refusal(AUTHORIZE, "Forbidden.RAM"), &json!({ "every": 3 }))
}

#[test]
fn what_was_authorized_before_a_failure_is_in_the_state() {
    let emulator = Emulator::start_with(&["--users", "300"]);
    let workspace = Workspace::with(&emulator, &authorize(1));
    workspace.apply();

    emulator.fault(&third_authorization_refused());
    workspace.configure(&authorize(251));
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
    emulator.fault(&third_authorization_refused());
    let workspace = Workspace::with(&emulator, &authorize(250));
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
        emulator.fault(&third_authorization_refused());
        let workspace = Workspace::with(&emulator, &authorize(250));
        workspace.try_apply().expect(&[1]);
        assert_eq!(emulator.authorized_users(GROUP).len(), 202);

        // None: the resource is taken out of the configuration. Some: the list has become shorter.
        workspace.configure(&if names_now == 0 { String::new() } else { authorize(names_now) });
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert_eq!(emulator.authorized_users(GROUP).len(), 2 + names_now);
        let removed: Vec<_> = calls.iter().flat_map(|call| call.list("UnAuthorizeUserIds")).collect();
        assert_eq!(removed.len(), 200 - names_now, "only those are removed who are not wanted any more");
    }
}

#[test]
fn an_interrupt_ends_the_wait_and_the_next_apply_repeats_nothing() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "3600"]);
    let workspace = Workspace::with(&emulator, &image(NEXT_IMAGE, ""));
    let apply = workspace.start_apply(&[]);
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

#[test]
fn an_interrupt_says_that_an_update_may_have_begun_which_no_look_has_shown_yet() {
    let emulator = Emulator::start_with(&["--image-update-seconds", "3600", "--consistency-seconds", "600"]);
    let workspace = Workspace::with(&emulator, &image(NEXT_IMAGE, ""));
    let apply = workspace.start_apply(&[]);
    emulator.await_call_of(UPDATE_IMAGE);
    let looks = emulator.calls_of("GetAppInstanceGroup").len();
    emulator.await_calls_of("GetAppInstanceGroup", looks + 1);
    apply.interrupt();
    let errors = apply.wait().expect(&[1]).errors();
    let ours: Vec<_> = errors.iter().filter(|error| error.address == IMAGE).collect();
    let [error] = ours[..] else { panic!("expected exactly one error of the resource: {errors:#?}") };
    error.must_say(&[GROUP, "The update may have begun", "PUBLISHED"]);
}
