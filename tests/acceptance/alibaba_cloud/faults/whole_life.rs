//! Images and authorizations through their whole life while calls go wrong, each kind of fault for itself: in the end
//! everything is as it was wanted, nobody was disconnected or told twice, and nothing is left behind.

use std::{collections::BTreeMap, ops::RangeInclusive};

use serde_json::json;

use crate::{
    alibaba_cloud::{AUTHORIZE, UPDATE_IMAGE, authorization, image},
    harness::{
        Call, Emulator, Workspace,
        faults::{of_kind, refusal, striking},
        world::{GROUP, NEXT_IMAGE, THIRD_IMAGE, users},
    },
};

fn configuration(image_id: &str, numbers: RangeInclusive<usize>) -> String {
    image(image_id, "") + &authorization(&users(numbers), "")
}

/// Calls of an operation that had an effect.
fn effective(emulator: &Emulator, operation: &str) -> Vec<Call> {
    let mut calls = emulator.calls_of(operation);
    calls.retain(|call| call.record["changes"].as_array().is_some_and(|changes| !changes.is_empty()));
    calls
}

/// How often each name was sent in a list of calls that had an effect.
fn times(emulator: &Emulator, list: &str) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for call in effective(emulator, AUTHORIZE) {
        for name in call.list(list) {
            *times.entry(name.to_owned()).or_default() += 1;
        }
    }
    times
}

/// Lives through a quarter of all calls that go wrong in this way.
fn lives_through(kind: &str) {
    let fault = striking(of_kind(kind), &json!({ "cloud": "alibaba", "probability": 0.25, "seed": 11 }));
    let emulator = Emulator::start_with(&["--image-update-seconds", "1", "--users", "300"]);
    emulator.fault(&fault);
    let workspace = Workspace::with(&emulator, &configuration(NEXT_IMAGE, 1..=150));
    workspace.apply_in_the_end(&[]);
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);
    assert_eq!(emulator.authorized_users(GROUP).len(), 152);

    workspace.configure(&configuration(THIRD_IMAGE, 101..=250));
    workspace.apply_in_the_end(&[]);
    let group = emulator.delivery_group(GROUP);
    assert_eq!((&group["image_id"], &group["status"]), (&json!(THIRD_IMAGE), &json!("PUBLISHED")));
    let mut expected = users(101..=250);
    expected.splice(0..0, ["alice".to_owned(), "bob".to_owned()]);
    assert_eq!(emulator.authorized_users(GROUP), expected);
    // Two changes of image disconnect people twice.
    assert_eq!(effective(&emulator, UPDATE_IMAGE).len(), 2);
    emulator.lift_faults();
    workspace.expect_no_changes();

    emulator.fault(&fault);
    workspace.apply_in_the_end(&["-destroy"]);
    assert!(workspace.state_list().is_empty());
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob"]);
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], THIRD_IMAGE);
    assert_eq!(effective(&emulator, UPDATE_IMAGE).len(), 2);
    // Everybody was told once that they may, and once that they may not any more.
    let once: BTreeMap<_, _> = users(1..=250).into_iter().map(|name| (name, 1)).collect();
    assert_eq!(times(&emulator, "AuthorizeUserIds"), once);
    assert_eq!(times(&emulator, "UnAuthorizeUserIds"), once);
}

#[test]
fn throttling() {
    lives_through("throttle");
}

#[test]
fn connections_that_close_before_anything_is_done() {
    lives_through("close_before");
}

#[test]
fn connections_that_close_after_it_is_done() {
    lives_through("close_after");
}

#[test]
fn answers_that_break_off() {
    lives_through("half_answer");
}

#[test]
fn answers_that_are_no_json() {
    lives_through("not_json");
}

#[test]
fn error_pages_of_a_proxy() {
    lives_through("html");
}

#[test]
fn failures_inside_of_the_service() {
    lives_through("error");
}

#[test]
fn slow_answers() {
    lives_through("slow");
}

#[test]
fn no_answer_for_a_while() {
    lives_through("hang");
}

#[test]
fn reads_that_are_behind() {
    lives_through("stale_read");
}

#[test]
fn refusals_leave_everything_as_it_was() {
    let emulator = Emulator::start();
    let before = emulator.delivery_group(GROUP);
    for operation in [UPDATE_IMAGE, AUTHORIZE] {
        emulator.fault(&refusal(operation, "Forbidden.RAM"));
    }
    let workspace = Workspace::with(&emulator, &(image(NEXT_IMAGE, "") + &authorization(&["carol"], "")));
    let errors = workspace.try_apply().expect(&[1]).errors();
    assert_eq!(errors.len(), 2, "{errors:?}");
    for error in errors {
        error.must_say(&[GROUP, "Forbidden.RAM"]);
    }
    assert_eq!(emulator.delivery_group(GROUP), before);
    workspace.apply();
    assert_eq!(effective(&emulator, UPDATE_IMAGE).len(), 1);
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob", "carol"]);
}
