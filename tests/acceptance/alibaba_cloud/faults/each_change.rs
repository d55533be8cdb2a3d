//! Each call that changes something, under each kind of fault that the emulator knows: the change happens exactly once,
//! and a run that fails says which group it was about.

use std::thread;

use serde_json::{Value, json};

use crate::harness::{
    Call, Emulator, Run, Workspace,
    world::{GROUP, IMAGE, NEXT_IMAGE},
};

/// A pay-as-you-go group that scales by schedule; `alice` and `bob` have a session in it.
const SCHEDULED: &str = "aig-hangzhou-schedule";
const NIGHT: &str = "2099-03-01T02:00:00+08:00";
const APPLY: [&str; 4] = ["apply", "-json", "-input=false", "-auto-approve"];

/// Something that somebody wants done once.
struct Wish {
    configuration: String,
    /// The delivery group that it is about.
    group: &'static str,
    /// The call that does it.
    operation: &'static str,
    /// How it is invoked, where it is an action.
    invoke: Option<&'static str>,
    is_done: fn(&Emulator) -> bool,
    /// What is wanted next, with the same call, once that is done.
    then: Option<(String, fn(&Emulator) -> bool)>,
}

impl Wish {
    /// Runs Terraform until it succeeds, as a person would.
    fn come_true(&self, workspace: &Workspace, fault: &Value) {
        for _ in 0..5 {
            let run = workspace.run(&self.arguments());
            if run.code == 0 {
                return;
            }
            self.expect_clear_errors(&run, fault);
        }
        panic!("{fault}: it failed five times");
    }

    fn expect_clear_errors(&self, run: &Run, fault: &Value) {
        let errors = run.errors();
        assert!(!errors.is_empty(), "{fault}: it failed without a word: {run}");
        for error in errors {
            assert!(error.says(self.group) && !error.detail.is_empty(), "{fault}: {error:#?}");
        }
    }

    /// The calls that the service carried out, whether they changed anything or not, and whatever the caller learned.
    fn carried_out(&self, emulator: &Emulator) -> Vec<Call> {
        const NOT_DONE: [&str; 5] = ["error", "throttle", "hang", "close_before", "html"];
        let mut calls = emulator.calls_of(self.operation);
        // An update's id that a stale read gave is refused, as it should be.
        calls.retain(|call| {
            let fault = call.record["fault"].as_str().unwrap_or_default();
            !NOT_DONE.contains(&fault) && call.record["code"] != "OtaTask.NotFound"
        });
        calls
    }

    fn arguments(&self) -> Vec<&'static str> {
        APPLY.into_iter().chain(self.invoke).collect()
    }
}

/// One fault of each kind that strikes the call itself, and in two ways where an answer may or may not be final. The
/// last is about reads.
fn faults(operation: &str) -> Vec<Value> {
    let kinds = [
        json!({ "kind": "error", "status": 403, "code": "Forbidden.RAM", "message": "No." }),
        json!({ "kind": "error", "status": 500, "code": "InternalError", "message": "Oh." }),
        json!({ "kind": "throttle" }),
        json!({ "kind": "hang", "seconds": 0.3 }),
        json!({ "kind": "close_before" }),
        json!({ "kind": "close_after" }),
        json!({ "kind": "slow", "seconds": 0.3 }),
        json!({ "kind": "half_answer" }),
        json!({ "kind": "not_json" }),
        json!({ "kind": "html", "status": 502 }),
        json!({ "kind": "stale_read" }),
    ];
    let at_the_call = |mut fault: Value| {
        if fault["kind"] == "stale_read" {
            fault["cloud"] = json!("alibaba");
            fault["every"] = json!(2);
        } else {
            fault["operation"] = json!(operation);
        }
        fault
    };
    kinds.map(at_the_call).into()
}

/// The same kind of fault for a part of all other calls.
fn now_and_then(fault: &Value) -> Value {
    let mut everywhere = fault.clone();
    let fields = everywhere.as_object_mut().expect("a fault is an object");
    for name in ["operation", "every"] {
        fields.remove(name);
    }
    fields.insert("cloud".to_owned(), json!("alibaba"));
    fields.insert("probability".to_owned(), json!(0.15));
    fields.insert("seed".to_owned(), json!(5));
    everywhere
}

fn is_done_once_under_each_fault(wish: &Wish) {
    // Much of it is waiting, so that some at a time take less long.
    for some in faults(wish.operation).chunks(6) {
        thread::scope(|scope| {
            for fault in some {
                scope.spawn(|| is_done_once(wish, fault));
            }
        });
    }
}

fn is_done_once(wish: &Wish, fault: &Value) {
    let emulator = Emulator::start_with(&["--image-update-seconds", "1"]);
    emulator.leave_schedule(SCHEDULED);
    emulator.fault(fault);
    // A refusal is final, wherever it strikes; one is enough.
    if fault["status"] != 403 {
        emulator.fault(&now_and_then(fault));
    }
    let workspace = Workspace::with(&emulator, &wish.configuration);
    wish.come_true(&workspace, fault);
    assert!((wish.is_done)(&emulator), "{fault}: it is lost");
    if let Some((configuration, is_done)) = &wish.then {
        // Two of a kind would leave nothing that goes right.
        emulator.lift_faults();
        emulator.fault(fault);
        workspace.configure(configuration);
        wish.come_true(&workspace, fault);
        assert!(is_done(&emulator), "{fault}: the second is lost");
    }

    emulator.lift_faults();
    if wish.invoke.is_none() {
        workspace.expect_no_changes();
    }
    // Once more finds nothing left to do.
    workspace.run(&wish.arguments()).expect(&[0]);
    let calls = wish.carried_out(&emulator);
    let expected = if wish.then.is_some() { 2 } else { 1 };
    assert_eq!(calls.len(), expected, "{fault}: {calls:#?}");
}

fn runs(emulator: &Emulator, image: &str) -> bool {
    let group = emulator.delivery_group(GROUP);
    group["image_id"] == image && group["status"] == "PUBLISHED"
}

fn is_approved_for(emulator: &Emulator, start_time: &str) -> bool {
    let id = emulator.delivery_group(GROUP)["ota_task_id"].clone();
    let task = &emulator.world()["alibaba"]["ota_tasks"][id.as_str().unwrap_or_default()];
    task["status"] == "Approved" && task["start_time"] == start_time
}

fn is_approved_for_the_night(emulator: &Emulator) -> bool {
    is_approved_for(emulator, "2099-02-28T18:00:00Z")
}

fn has_no_sessions(emulator: &Emulator) -> bool {
    let world = emulator.world();
    let instances = world["alibaba"]["app_instances"].as_object().expect("instances");
    !instances.values().any(|it| it["delivery_group_id"] == SCHEDULED && it["user"].is_string())
}

#[test]
fn an_image_update_and_its_return() {
    is_done_once_under_each_fault(&Wish {
        configuration: format!(
            r#"
            resource "appstreaming_delivery_group_image" "this" {{
              delivery_group_id = "{GROUP}"
              image_id          = "{NEXT_IMAGE}"
              on_destroy        = "restore"
            }}
            "#
        ),
        group: GROUP,
        operation: "UpdateAppInstanceGroupImage",
        invoke: None,
        is_done: |emulator| runs(emulator, NEXT_IMAGE),
        then: Some((String::new(), |emulator| runs(emulator, IMAGE))),
    });
}

#[test]
fn an_authorization_and_its_end() {
    is_done_once_under_each_fault(&Wish {
        configuration: format!(
            r#"
            resource "appstreaming_delivery_group_authorization" "this" {{
              delivery_group_id = "{GROUP}"
              user_names        = ["alice", "carol"]
              exclusive         = true
            }}
            "#
        ),
        group: GROUP,
        operation: "AuthorizeInstanceGroup",
        invoke: None,
        is_done: |emulator| emulator.authorized_users(GROUP) == ["alice", "carol"],
        then: Some((String::new(), |emulator| emulator.authorized_users(GROUP).is_empty())),
    });
}

#[test]
fn an_approval_and_its_move() {
    let resource = |start_time: &str| {
        format!(
            r#"
            resource "appstreaming_delivery_group_ota_approval" "this" {{
              delivery_group_id = "{GROUP}"
              start_time        = "{start_time}"
            }}
            "#
        )
    };
    is_done_once_under_each_fault(&Wish {
        configuration: resource(NIGHT),
        group: GROUP,
        operation: "ApproveOtaTask",
        invoke: None,
        is_done: is_approved_for_the_night,
        then: Some((resource("2099-04-01T00:00:00Z"), |emulator| is_approved_for(emulator, "2099-04-01T00:00:00Z"))),
    });
}

#[test]
fn a_log_off() {
    is_done_once_under_each_fault(&Wish {
        configuration: format!(
            r#"
            resource "appstreaming_delivery_group_session_log_off" "this" {{
              delivery_group_id = "{SCHEDULED}"
            }}
            "#
        ),
        group: SCHEDULED,
        operation: "LogOffAllSessionsInAppInstanceGroup",
        invoke: None,
        is_done: has_no_sessions,
        then: None,
    });
}

mod since_1_14 {
    use super::*;

    #[test]
    fn an_approval_by_the_action() {
        is_done_once_under_each_fault(&Wish {
            configuration: format!(
                r#"
                action "appstreaming_delivery_group_approve_ota" "this" {{
                  config {{
                    delivery_group_id = "{GROUP}"
                    start_time        = "{NIGHT}"
                  }}
                }}
                "#
            ),
            group: GROUP,
            operation: "ApproveOtaTask",
            invoke: Some("-invoke=action.appstreaming_delivery_group_approve_ota.this"),
            is_done: is_approved_for_the_night,
            then: None,
        });
    }

    #[test]
    fn a_log_off_by_the_action() {
        is_done_once_under_each_fault(&Wish {
            configuration: format!(
                r#"
                action "appstreaming_delivery_group_log_off_sessions" "this" {{
                  config {{
                    delivery_group_id = "{SCHEDULED}"
                  }}
                }}
                "#
            ),
            group: SCHEDULED,
            operation: "LogOffAllSessionsInAppInstanceGroup",
            invoke: Some("-invoke=action.appstreaming_delivery_group_log_off_sessions.this"),
            is_done: has_no_sessions,
            then: None,
        });
    }
}
