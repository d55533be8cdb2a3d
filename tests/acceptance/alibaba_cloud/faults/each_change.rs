//! Each call that changes something, under each kind of fault that the emulator knows: the change happens exactly once,
//! and a run that fails says which group it was about.

use std::thread;

use serde_json::{Value, json};

use crate::{
    alibaba_cloud::{
        APPROVE, AUTHORIZE, LOG_OFF, UPDATE_IMAGE, authorization, image, log_off, log_off_action, ota_approval,
        ota_approval_action,
    },
    harness::{
        Call, Emulator, Run, Workspace,
        faults::{Fate, each_kind, refusal, striking},
        world::{GROUP, IMAGE, NEXT_IMAGE, SCHEDULED},
    },
};

const NIGHT: &str = "2099-03-01T02:00:00+08:00";

/// Something that somebody wants done once.
struct Wish {
    configuration: String,
    /// The delivery group that it is about.
    group: &'static str,
    /// The call that does it.
    operation: &'static str,
    /// Its address, where it is an action.
    invoke: Option<&'static str>,
    is_done: fn(&Emulator) -> bool,
    /// What is wanted next, with the same call, once that is done.
    then: Option<(String, fn(&Emulator) -> bool)>,
}

impl Wish {
    /// Runs Terraform until it succeeds, as a person would.
    fn come_true(&self, workspace: &Workspace, fault: &Value) {
        for _ in 0..5 {
            let run = self.run(workspace);
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
        let not_done =
            |kind: &str| each_kind().iter().any(|(fault, fate)| fault["kind"] == kind && *fate != Fate::Done);
        let mut calls = emulator.calls_of(self.operation);
        // An update's id that a stale read gave is refused, as it should be.
        calls.retain(|call| {
            let fault = call.record["fault"].as_str().unwrap_or_default();
            !not_done(fault) && call.record["code"] != "OtaTask.NotFound"
        });
        calls
    }

    /// Runs Terraform, whatever comes of it.
    fn run(&self, workspace: &Workspace) -> Run {
        match self.invoke {
            Some(action) => workspace.invoke(action),
            None => workspace.try_apply(),
        }
    }
}

/// One fault of each kind that strikes the call itself, a refusal among them; the stale read strikes what is read.
fn faults(operation: &str) -> Vec<Value> {
    let at_the_call = |fault: Value| {
        let place = if fault["kind"] == "stale_read" {
            json!({ "cloud": "alibaba", "every": 2 })
        } else {
            json!({ "operation": operation })
        };
        striking(fault, &place)
    };
    let passing = each_kind().map(|(fault, _)| at_the_call(fault));
    passing.into_iter().chain([refusal(operation, "Forbidden.RAM")]).collect()
}

/// The same kind of fault for a part of all other calls.
fn now_and_then(fault: &Value) -> Value {
    let mut everywhere = fault.clone();
    let fields = everywhere.as_object_mut().expect("a fault is an object");
    fields.retain(|name, _| !["operation", "every"].contains(&name.as_str()));
    striking(everywhere, &json!({ "cloud": "alibaba", "probability": 0.15, "seed": 5 }))
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
    wish.run(&workspace).expect(&[0]);
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
        configuration: image(NEXT_IMAGE, "on_destroy = \"restore\""),
        group: GROUP,
        operation: UPDATE_IMAGE,
        invoke: None,
        is_done: |emulator| runs(emulator, NEXT_IMAGE),
        then: Some((String::new(), |emulator| runs(emulator, IMAGE))),
    });
}

#[test]
fn an_authorization_and_its_end() {
    is_done_once_under_each_fault(&Wish {
        configuration: authorization(&["alice", "carol"], "exclusive = true"),
        group: GROUP,
        operation: AUTHORIZE,
        invoke: None,
        is_done: |emulator| emulator.authorized_users(GROUP) == ["alice", "carol"],
        then: Some((String::new(), |emulator| emulator.authorized_users(GROUP).is_empty())),
    });
}

#[test]
fn an_approval_and_its_move() {
    is_done_once_under_each_fault(&Wish {
        configuration: ota_approval(NIGHT),
        group: GROUP,
        operation: APPROVE,
        invoke: None,
        is_done: is_approved_for_the_night,
        then: Some((ota_approval("2099-04-01T00:00:00Z"), |emulator| {
            is_approved_for(emulator, "2099-04-01T00:00:00Z")
        })),
    });
}

#[test]
fn a_log_off() {
    is_done_once_under_each_fault(&Wish {
        configuration: log_off(SCHEDULED, ""),
        group: SCHEDULED,
        operation: LOG_OFF,
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
            configuration: ota_approval_action(NIGHT),
            group: GROUP,
            operation: APPROVE,
            invoke: Some("appstreaming_delivery_group_approve_ota.this"),
            is_done: is_approved_for_the_night,
            then: None,
        });
    }

    #[test]
    fn a_log_off_by_the_action() {
        is_done_once_under_each_fault(&Wish {
            configuration: log_off_action(SCHEDULED, ""),
            group: SCHEDULED,
            operation: LOG_OFF,
            invoke: Some("appstreaming_delivery_group_log_off_sessions.this"),
            is_done: has_no_sessions,
            then: None,
        });
    }
}
