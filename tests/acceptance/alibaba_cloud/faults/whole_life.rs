//! Images and authorizations through their whole life while calls go wrong, each kind of fault for itself: in the end
//! everything is as it was wanted, nobody was disconnected or told twice, and nothing is left behind.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::{
    Emulator, Workspace,
    world::{GROUP, NEXT_IMAGE, THIRD_IMAGE},
};

const UPDATE_IMAGE: &str = "UpdateAppInstanceGroupImage";
const AUTHORIZE: &str = "AuthorizeInstanceGroup";

type Numbers = std::ops::RangeInclusive<usize>;

fn users(numbers: Numbers) -> Vec<String> {
    numbers.map(|number| format!("user{number:05}")).collect()
}

fn configuration(image: &str, numbers: Numbers) -> String {
    let names = users(numbers);
    format!(
        r#"
        resource "appstreaming_delivery_group_image" "this" {{
          delivery_group_id = "{GROUP}"
          image_id          = "{image}"
        }}
        resource "appstreaming_delivery_group_authorization" "this" {{
          delivery_group_id = "{GROUP}"
          user_names        = {names:?}
        }}
        "#
    )
}

/// Calls of an operation that had an effect.
fn effective(emulator: &Emulator, operation: &str) -> Vec<crate::harness::Call> {
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

/// Applies until that succeeds, as a person would: a quarter of all calls goes wrong.
fn apply(workspace: &Workspace, destroy: bool) {
    let mut arguments = vec!["apply", "-json", "-input=false", "-auto-approve"];
    if destroy {
        arguments.push("-destroy");
    }
    let mut last = None;
    for _ in 0..3 {
        let run = workspace.run(&arguments);
        if run.code == 0 {
            return;
        }
        last = Some(run);
    }
    panic!("it failed three times: {}", last.expect("a run"));
}

fn lives_through(fault: &Value) {
    let emulator = Emulator::start_with(&["--image-update-seconds", "1", "--users", "300"]);
    emulator.fault(fault);
    let workspace = Workspace::with(&emulator, &configuration(NEXT_IMAGE, 1..=150));
    apply(&workspace, false);
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);
    assert_eq!(emulator.authorized_users(GROUP).len(), 152);

    workspace.configure(&configuration(THIRD_IMAGE, 101..=250));
    apply(&workspace, false);
    let group = emulator.delivery_group(GROUP);
    assert_eq!((&group["image_id"], &group["status"]), (&json!(THIRD_IMAGE), &json!("PUBLISHED")));
    let mut expected = users(101..=250);
    expected.splice(0..0, ["alice".to_owned(), "bob".to_owned()]);
    assert_eq!(emulator.authorized_users(GROUP), expected);
    // Two changes of image disconnect people twice.
    assert_eq!(effective(&emulator, UPDATE_IMAGE).len(), 2);
    emulator.lift_faults();
    workspace.expect_no_changes();

    emulator.fault(fault);
    apply(&workspace, true);
    assert!(workspace.state_list().is_empty());
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob"]);
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], THIRD_IMAGE);
    assert_eq!(effective(&emulator, UPDATE_IMAGE).len(), 2);
    // Everybody was told once that they may, and once that they may not any more.
    let once: BTreeMap<_, _> = users(1..=250).into_iter().map(|name| (name, 1)).collect();
    assert_eq!(times(&emulator, "AuthorizeUserIds"), once);
    assert_eq!(times(&emulator, "UnAuthorizeUserIds"), once);
}

fn often(kind: &str) -> Value {
    json!({ "cloud": "alibaba", "kind": kind, "probability": 0.25, "seed": 11 })
}

#[test]
fn throttling() {
    lives_through(&often("throttle"));
}

#[test]
fn connections_that_close_before_anything_is_done() {
    lives_through(&often("close_before"));
}

#[test]
fn connections_that_close_after_it_is_done() {
    lives_through(&often("close_after"));
}

#[test]
fn answers_that_break_off() {
    lives_through(&often("half_answer"));
}

#[test]
fn answers_that_are_no_json() {
    lives_through(&often("not_json"));
}

#[test]
fn error_pages_of_a_proxy() {
    lives_through(&json!({ "cloud": "alibaba", "kind": "html", "status": 502, "probability": 0.25, "seed": 11 }));
}

#[test]
fn failures_inside_of_the_service() {
    lives_through(&json!({
        "cloud": "alibaba", "kind": "error", "status": 500, "code": "InternalError", "message": "Oh.", "probability": 0.25, "seed": 11,
    }));
}

#[test]
fn slow_answers() {
    lives_through(&json!({ "cloud": "alibaba", "kind": "slow", "seconds": 0.3, "probability": 0.25, "seed": 11 }));
}

#[test]
fn no_answer_for_a_while() {
    lives_through(&json!({ "cloud": "alibaba", "kind": "hang", "seconds": 0.3, "probability": 0.25, "seed": 11 }));
}

#[test]
fn reads_that_are_behind() {
    lives_through(&often("stale_read"));
}

#[test]
fn refusals_leave_everything_as_it_was() {
    let emulator = Emulator::start();
    let before = emulator.delivery_group(GROUP);
    for operation in [UPDATE_IMAGE, AUTHORIZE] {
        emulator.fault(&json!({
            "operation": operation, "kind": "error", "status": 403, "code": "Forbidden.RAM", "message": "No.",
        }));
    }
    let workspace = Workspace::with(&emulator, &configuration(NEXT_IMAGE, 1..=1).replace("user00001", "carol"));
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
