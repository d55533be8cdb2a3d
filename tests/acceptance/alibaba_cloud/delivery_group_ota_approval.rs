//! `appstreaming_delivery_group_ota_approval` and the action `appstreaming_delivery_group_approve_ota`.

use serde_json::{Value, json};

use super::{APPROVE, ota_approval as resource};
use crate::harness::{
    Emulator, Replacing, Workspace,
    faults::{LOST_ANSWERS, refusal, striking},
    world::GROUP,
};

const ADDRESS: &str = "appstreaming_delivery_group_ota_approval.this";
/// The update that waits for [`GROUP`].
const TASK: &str = "ota-hangzhou-fixed-1";
const VERSION: &str = "1.5.0-R-20260301.1";
const NIGHT: &str = "2099-03-01T02:00:00+08:00";

/// The id of the update that waits.
fn task_id(emulator: &Emulator) -> String {
    emulator.delivery_group(GROUP)["ota_task_id"].as_str().expect("an update that waits").to_owned()
}

fn change_task(emulator: &Emulator, id: &str, fields: Value) {
    emulator.change_world(&json!({ "alibaba": { "ota_tasks": { id: fields } } }));
}

#[test]
fn the_pending_update_is_approved_with_one_call_and_planned_no_more() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    let plan = workspace.plan();
    assert_eq!(plan.actions(ADDRESS), ["create"]);
    assert_eq!(plan.change(ADDRESS)["after"]["ota_version"], VERSION);
    assert!(emulator.calls_of(APPROVE).is_empty());

    workspace.apply_plan();
    let calls = emulator.calls_of(APPROVE);
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0].parameter("AppInstanceGroupId"), GROUP);
    assert_eq!(calls[0].parameter("BizRegionId"), "cn-hangzhou");
    assert_eq!(calls[0].parameter("TaskId"), TASK);
    assert_eq!(calls[0].parameter("OtaType"), "Fota");
    assert_eq!(calls[0].parameter("StartTime"), NIGHT);

    let attributes = workspace.attributes(ADDRESS);
    assert_ne!(attributes["task_id"], TASK);
    assert_eq!(attributes["task_id"], task_id(&emulator));
    assert_eq!(attributes["ota_version"], VERSION);
    assert_eq!(attributes["current_version"], "1.4.0-R-20251201.1");
    assert_eq!(attributes["status"], "Approved");
    assert_eq!(attributes["ota_type"], "Fota");
    assert_eq!(attributes["region"], "cn-hangzhou");
    workspace.expect_no_changes();
    workspace.apply();
    assert_eq!(emulator.calls_of(APPROVE).len(), 1);
}

#[test]
fn the_plan_says_when_everybody_is_disconnected() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    let only_warning = |parts: &[&str]| {
        let plan = workspace.try_plan().expect(&[2]);
        let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
        warning.must_say(&["disconnects the users"]);
        warning.must_say(parts);
    };
    only_warning(&[GROUP, NIGHT, VERSION]);
    let later = |value: &str| format!("resource \"terraform_data\" \"later\" {{\n input = {value:?}\n}}\n");
    let unknown = |value: &str| resource(NIGHT).replacing(&format!("{value:?}"), "terraform_data.later.output");
    workspace.configure(&(later(NIGHT) + &unknown(NIGHT)));
    only_warning(&[GROUP, "only known after apply"]);
    workspace.configure(&(later(GROUP) + &unknown(GROUP)));
    only_warning(&[NIGHT, "a delivery group"]);
    workspace.configure(&resource(NIGHT));
    workspace.apply();
    workspace.expect_no_changes();
    workspace.configure(&resource("2099-03-02T02:00:00+08:00"));
    only_warning(&[GROUP, "2099-03-02", VERSION]);
}

#[test]
fn a_changed_start_time_approves_again_with_the_present_task_id() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    workspace.apply();
    let first = task_id(&emulator);

    workspace.configure(&resource("2099-03-02T02:00:00+08:00"));
    assert_eq!(workspace.plan().actions(ADDRESS), ["update"]);
    workspace.apply_plan();
    let calls = emulator.calls_of(APPROVE);
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert_eq!(calls[1].parameter("TaskId"), first);
    assert_eq!(workspace.attributes(ADDRESS)["task_id"], task_id(&emulator));
    workspace.expect_no_changes();
}

#[test]
fn the_task_id_is_read_just_before_the_approval() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    workspace.plan();
    // Somebody approves in the console between plan and apply, and the id is another one.
    change_task(&emulator, TASK, Value::Null);
    let task = json!({
        "delivery_group_id": GROUP, "version": VERSION, "status": "Approved", "start_time": "2099-01-01T00:00:00Z",
    });
    change_task(&emulator, "ota-console", task);
    emulator.change_delivery_group(GROUP, json!({ "ota_task_id": "ota-console" }));
    workspace.apply_plan();
    let calls = emulator.calls_of(APPROVE);
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0].parameter("TaskId"), "ota-console");
}

#[test]
fn equal_instants_are_equal() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    workspace.apply();
    workspace.configure(&resource("2099-02-28T18:00:00Z"));
    workspace.expect_no_changes();
}

#[test]
fn a_start_time_goes_out_as_the_service_documents_it() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource("2099-02-28t18:00:00.5z"));
    workspace.apply();
    assert_eq!(emulator.calls_of(APPROVE)[0].parameter("StartTime"), "2099-02-28T18:00:00+00:00");
    workspace.expect_no_changes();
}

#[test]
fn an_approval_moves_to_a_group_of_another_region_that_is_not_written() {
    const ELSEWHERE: &str = "aig-shanghai-fixed";
    let emulator = Emulator::start();
    let task = json!({ "delivery_group_id": ELSEWHERE, "version": VERSION, "status": "Pending" });
    change_task(&emulator, "ota-shanghai-1", task);
    emulator.change_delivery_group(ELSEWHERE, json!({ "ota_task_id": "ota-shanghai-1" }));
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    workspace.apply();
    workspace.configure(&resource(NIGHT).replacing(GROUP, ELSEWHERE));
    assert_eq!(workspace.plan().actions(ADDRESS), ["delete", "create"]);
    workspace.apply_plan();
    assert_eq!(workspace.attributes(ADDRESS)["region"], "cn-shanghai");
    assert_eq!(emulator.calls_of(APPROVE)[1].parameter("BizRegionId"), "cn-shanghai");
    workspace.expect_no_changes();
}

#[test]
fn an_approval_without_the_permission_to_list_updates_is_in_the_state() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    emulator.fault(&striking(refusal("ListOtaTask", "NoPermission"), &json!({ "every": 1 })));
    let run = workspace.apply();
    let warnings = run.warnings();
    let [warning] = &warnings.iter().filter(|it| it.says("is approved")).collect::<Vec<_>>()[..] else {
        panic!("expected one such warning: {run}")
    };
    warning.must_say(&[GROUP, "is approved", "could not be read", "ListOtaTask"]);
    let attributes = workspace.attributes(ADDRESS);
    assert_eq!((&attributes["start_time"], &attributes["status"]), (&json!(NIGHT), &Value::Null));
    workspace.expect_no_changes();
    assert_eq!(emulator.calls_of(APPROVE).len(), 1);
}

#[test]
fn an_approval_moved_in_the_console_shows_in_the_plan_and_is_put_right() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    workspace.apply();

    change_task(&emulator, &task_id(&emulator), json!({ "start_time": "2099-05-01T00:00:00Z" }));
    let plan = workspace.plan();
    assert_eq!(plan.drift(ADDRESS)["after"]["start_time"], "2099-05-01T00:00:00Z");
    assert_eq!(plan.actions(ADDRESS), ["update"]);
    workspace.apply_plan();
    workspace.expect_no_changes();
}

#[test]
fn a_time_in_the_past_is_a_plan_error_with_the_current_time() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource("2020-01-01T00:00:00Z"));
    let error = workspace.try_plan().expect(&[1]).only_error();
    assert!(error.code.trim_start().starts_with("start_time "), "{error:?}");
    let year = jiff::Timestamp::now().strftime("it is %Y-%m-%dT").to_string();
    error.must_say(&["2020-01-01T00:00:00Z", "past", &year]);
    assert!(emulator.calls_of(APPROVE).is_empty());
}

#[test]
fn a_time_in_the_past_is_accepted_when_it_is_the_one_that_is_approved() {
    let emulator = Emulator::start();
    change_task(&emulator, TASK, json!({ "start_time": "2020-01-01T00:00:00Z" }));
    let workspace = Workspace::with(&emulator, &resource("2020-01-01T08:00:00+08:00"));
    workspace.apply();
    assert!(emulator.calls_of(APPROVE).is_empty());
    workspace.expect_no_changes();
}

#[test]
fn no_pending_update_is_a_plan_error_in_plain_words() {
    let emulator = Emulator::start();
    emulator.change_delivery_group(GROUP, json!({ "ota_task_id": null }));
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    let error = workspace.try_plan().expect(&[1]).only_error();
    error.must_say(&["No update is pending", GROUP, "nothing to approve", "1.4.0-R-20251201.1"]);
}

#[test]
fn an_update_that_runs_is_too_late() {
    let emulator = Emulator::start();
    change_task(&emulator, TASK, json!({ "status": "Running" }));
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&["too late", GROUP, "OtaTask.Running"]);
    assert!(workspace.state_list().is_empty());
}

#[test]
fn another_time_for_an_update_that_runs_is_told_by_the_plan() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    workspace.apply();
    change_task(&emulator, &task_id(&emulator), json!({ "status": "Running" }));
    workspace.configure(&resource("2099-03-02T02:00:00+08:00"));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["has begun", GROUP]);
}

#[test]
fn seconds_are_no_difference_as_the_service_has_none() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    workspace.apply();
    workspace.configure(&resource("2099-03-01T02:00:45+08:00"));
    workspace.expect_no_changes();
}

#[test]
fn what_is_done_stays_in_the_state_and_is_planned_no_more() {
    let emulator = Emulator::start_with(&["--ota-update-seconds", "0"]);
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    workspace.apply();
    let id = task_id(&emulator);
    change_task(&emulator, &id, json!({ "status": "Succeeded" }));
    emulator.change_delivery_group(GROUP, json!({ "ota_task_id": null, "ota_version": VERSION }));
    workspace.expect_no_changes();
    workspace.refresh();
    let attributes = workspace.attributes(ADDRESS);
    assert_eq!(attributes["status"], "Succeeded");
    assert_eq!(attributes["current_version"], VERSION);

    // The next update is another one, which nobody has approved.
    change_task(&emulator, "ota-next", json!({ "delivery_group_id": GROUP, "version": "1.6.0" }));
    emulator.change_delivery_group(GROUP, json!({ "ota_task_id": "ota-next" }));
    workspace.expect_no_changes();
    workspace.configure(&resource("2099-09-01T02:00:00+08:00"));
    workspace.apply();
    assert_eq!(workspace.attributes(ADDRESS)["ota_version"], "1.6.0");
    assert_eq!(emulator.calls_of(APPROVE).len(), 2);
}

#[test]
fn destroy_explains_that_an_approval_cannot_be_taken_back() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    workspace.apply();
    let run = workspace.destroy();
    let warnings = run.warnings();
    assert!(
        warnings.iter().any(|it| it.says("cannot be taken back") && it.says(GROUP) && it.says(NIGHT)),
        "{warnings:?}"
    );
    assert!(workspace.state_list().is_empty());
    assert_eq!(emulator.calls_of(APPROVE).len(), 1);
    assert!(emulator.delivery_group(GROUP)["ota_task_id"].is_string());
}

/// The update that was approved is over, and the service offers none.
fn complete(emulator: &Emulator) {
    change_task(emulator, &task_id(emulator), json!({ "status": "Succeeded" }));
    emulator.change_delivery_group(GROUP, json!({ "ota_task_id": null, "ota_version": VERSION }));
}

#[test]
fn an_approval_can_be_destroyed_whatever_has_become_of_the_update() {
    type Story = fn(&Emulator, &Workspace);
    let stories: [(&str, Story); 7] = [
        ("it still waits", |_, _| {}),
        ("it runs", |emulator, _| change_task(emulator, &task_id(emulator), json!({ "status": "Running" }))),
        ("it is over", |emulator, _| complete(emulator)),
        ("it was withdrawn and never ran", |emulator, _| {
            change_task(emulator, &task_id(emulator), Value::Null);
            emulator.change_delivery_group(GROUP, json!({ "ota_task_id": null }));
        }),
        ("it is over, and the next one was to be approved", |emulator, workspace| {
            complete(emulator);
            workspace.configure(&resource("2099-09-01T02:00:00+08:00"));
        }),
        ("it was moved in the console and is over", |emulator, workspace| {
            change_task(emulator, &task_id(emulator), json!({ "start_time": "2099-05-01T00:00:00Z" }));
            workspace.refresh();
            complete(emulator);
        }),
        ("another one waits", |emulator, _| {
            complete(emulator);
            change_task(emulator, "ota-next", json!({ "delivery_group_id": GROUP, "version": "1.6.0" }));
            emulator.change_delivery_group(GROUP, json!({ "ota_task_id": "ota-next" }));
        }),
    ];
    for (story, happens) in stories {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, &resource(NIGHT));
        workspace.apply();
        happens(&emulator, &workspace);
        let run = workspace.try_destroy();
        assert_eq!(run.code, 0, "{story}: {run}");
        assert!(workspace.state_list().is_empty(), "{story}");
        assert_eq!(emulator.calls_of(APPROVE).len(), 1, "{story}");
    }
}

#[test]
fn a_start_time_that_has_passed_since_it_was_approved_does_not_block_a_destruction() {
    let emulator = Emulator::start();
    let start_time = "2020-01-01T00:00:00Z";
    change_task(&emulator, TASK, json!({ "start_time": start_time }));
    let workspace = Workspace::with(&emulator, &resource(start_time));
    workspace.apply();
    // Somebody puts it off in the console.
    change_task(&emulator, TASK, json!({ "start_time": "2099-05-01T00:00:00Z" }));
    let plan = workspace.try_plan().expect(&[2]);
    assert!(plan.warnings().iter().any(|it| it.says("The start time has passed") && it.says(start_time)), "{plan}");
    // The service would take a time in the past for now, and disconnect everybody.
    workspace.try_apply().expect(&[1]).only_error().must_say(&["The start time has passed"]);
    assert!(emulator.calls_of(APPROVE).is_empty());
    // Another time in the past is a mistake that somebody has just made.
    workspace.configure(&resource("2021-01-01T00:00:00Z"));
    workspace.try_plan().expect(&[1]).only_error().must_say(&["2021-01-01T00:00:00Z", "past"]);
    workspace.configure(&resource(start_time));
    workspace.destroy();
    assert!(workspace.state_list().is_empty());
}

#[test]
fn what_is_over_is_planned_no_more_even_if_it_was_moved_in_the_console() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    workspace.apply();
    change_task(&emulator, &task_id(&emulator), json!({ "start_time": "2099-05-01T00:00:00Z" }));
    workspace.refresh();
    assert_eq!(workspace.attributes(ADDRESS)["start_time"], "2099-05-01T00:00:00Z");
    complete(&emulator);
    workspace.expect_no_changes();
}

#[test]
fn a_changed_start_time_without_an_update_warns_while_planning_and_fails_the_apply() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    workspace.apply();
    complete(&emulator);
    workspace.configure(&resource("2099-09-01T02:00:00+08:00"));
    let plan = workspace.try_plan().expect(&[2]);
    assert!(
        plan.warnings().iter().any(|it| it.says("No update is pending") && it.says("the apply will fail")),
        "{plan}"
    );
    workspace.try_apply().expect(&[1]).only_error().must_say(&["No update is pending", GROUP]);
    assert_eq!(emulator.calls_of(APPROVE).len(), 1);
    assert_eq!(workspace.attributes(ADDRESS)["start_time"], NIGHT);
}

#[test]
fn a_start_time_that_passes_between_plan_and_apply_is_not_sent() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, "");
    // A machine that is busy may not even plan in the time that is left; then it gets more of it.
    let soon = [3, 12, 48].into_iter().find_map(|seconds| {
        let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
        workspace.configure(&resource(&soon.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()));
        (workspace.try_plan().code == 2).then_some(soon)
    });
    let soon = soon.expect("a plan within 48 seconds");
    while jiff::Timestamp::now() <= soon {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let run = workspace.run(&["apply", "-json", "-input=false", "plan"]).expect(&[1]);
    run.only_error().must_say(&["The start time has passed"]);
    assert!(emulator.calls_of(APPROVE).is_empty());
    assert!(workspace.state_list().is_empty());
}

#[test]
fn an_approval_that_was_never_applied_does_not_block_the_destruction_of_others() {
    let emulator = Emulator::start();
    let other = "resource \"terraform_data\" \"other\" {}\n";
    let workspace = Workspace::with(&emulator, other);
    workspace.apply();
    emulator.change_delivery_group(GROUP, json!({ "ota_task_id": null }));
    workspace.configure(&(resource(NIGHT) + other));
    // What is configured is planned before a destruction, and creating it is an error.
    workspace.try_plan().expect(&[1]).only_error().must_say(&["No update is pending", "-refresh=false"]);
    workspace.try_apply_with(&["-destroy", "-refresh=false"]).expect(&[0]);
    assert!(workspace.state_list().is_empty());
}

#[test]
fn a_group_that_is_gone_leaves_the_state_and_can_be_destroyed() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    workspace.apply();
    emulator.delete_delivery_group(GROUP);
    workspace.refresh();
    assert!(workspace.state_list().is_empty());
    workspace.destroy();
}

#[test]
fn import_reads_the_approval() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    // Nothing is approved yet, so that there is nothing to import.
    let run = workspace.import(ADDRESS, GROUP).expect(&[1]);
    assert!(run.stderr.contains("is not approved"), "{run}");
    change_task(&emulator, TASK, json!({ "status": "Approved", "start_time": "2099-02-28T18:00:00Z" }));
    workspace.import(ADDRESS, GROUP).expect(&[0]);
    assert_eq!(workspace.attributes(ADDRESS)["task_id"], TASK);
    workspace.expect_no_changes();
    assert!(emulator.calls_of(APPROVE).is_empty());
}

#[test]
fn a_lost_answer_is_resolved_by_reading_and_approves_no_second_time() {
    for kind in LOST_ANSWERS {
        let emulator = Emulator::start();
        emulator.fault(&json!({ "operation": APPROVE, "kind": kind }));
        let workspace = Workspace::with(&emulator, &resource(NIGHT));
        workspace.apply();
        assert_eq!(emulator.calls_of(APPROVE).len(), 1, "{kind}");
        assert_eq!(workspace.attributes(ADDRESS)["task_id"], task_id(&emulator), "{kind}");
        workspace.expect_no_changes();
    }
}

#[test]
fn a_task_that_the_group_names_and_a_read_does_not_know_yet_is_read_again() {
    let emulator = Emulator::start();
    emulator.fault(&json!({ "operation": APPROVE, "kind": "close_after" }));
    let workspace = Workspace::with(&emulator, &resource(NIGHT));
    workspace.plan();
    // Every second one, so that the look before the approval finds the task, and that after it does not.
    let unknown = json!({ "kind": "error", "status": 400, "code": "OtaTask.NotFound", "message": "None.", "every": 2 });
    emulator.fault(&striking(unknown, &json!({ "operation": "GetOtaTaskByTaskId" })));
    workspace.apply_plan();
    assert_eq!(emulator.calls_of(APPROVE).len(), 1);
    workspace.expect_no_changes();
}

#[test]
fn an_approval_that_does_not_arrive_is_made_once() {
    for fault in [
        json!({ "operation": APPROVE, "kind": "throttle", "next": 3 }),
        json!({ "operation": APPROVE, "kind": "html", "status": 502 }),
        json!({ "operation": APPROVE, "kind": "close_before" }),
        json!({ "operation": "GetAppInstanceGroup", "kind": "html", "status": 502 }),
        json!({ "operation": "GetOtaTaskByTaskId", "kind": "half_answer" }),
        json!({ "operation": "ListOtaTask", "kind": "close_after" }),
        json!({ "operation": "GetAppInstanceGroup", "kind": "stale_read", "every": 2 }),
    ] {
        let emulator = Emulator::start();
        emulator.fault(&fault);
        let workspace = Workspace::with(&emulator, &resource(NIGHT));
        workspace.apply();
        let done = emulator.calls_of(APPROVE).iter().filter(|call| call.status == Some(200)).count();
        assert_eq!(done, 1, "{fault}");
        workspace.expect_no_changes();
    }
}

mod since_1_14 {
    use super::{
        super::{ota_approval_action as action, triggering},
        *,
    };

    const ACTION: &str = "appstreaming_delivery_group_approve_ota.this";

    #[test]
    fn the_action_approves_once() {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, &action(NIGHT));
        let run = workspace.invoke(ACTION).expect(&[0]);
        assert!(run.stdout.contains(VERSION), "{run}");
        assert_eq!(emulator.calls_of(APPROVE).len(), 1);
        assert_eq!(emulator.calls_of(APPROVE)[0].parameter("StartTime"), NIGHT);
        // The same time again is approved already.
        workspace.invoke(ACTION).expect(&[0]);
        assert_eq!(emulator.calls_of(APPROVE).len(), 1);
    }

    #[test]
    fn the_action_says_while_planning_what_would_keep_it_from_working() {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, &action("2020-01-01T00:00:00Z"));
        workspace.invoke(ACTION).expect(&[1]).only_error().must_say(&["past"]);
        workspace.configure(&action(NIGHT));
        emulator.change_delivery_group(GROUP, json!({ "ota_task_id": null }));
        workspace.invoke(ACTION).expect(&[1]).only_error().must_say(&["No update is pending", GROUP]);
        assert!(emulator.calls_of(APPROVE).is_empty());
    }

    #[test]
    fn the_action_can_be_triggered_by_another_resource() {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, &(action(NIGHT) + &triggering(ACTION)));
        workspace.apply();
        assert_eq!(emulator.calls_of(APPROVE).len(), 1);
        workspace.expect_no_changes();
    }

    #[test]
    fn a_lost_answer_of_the_action_approves_no_second_time() {
        for kind in LOST_ANSWERS {
            let emulator = Emulator::start();
            emulator.fault(&json!({ "operation": APPROVE, "kind": kind }));
            let workspace = Workspace::with(&emulator, &action(NIGHT));
            workspace.invoke(ACTION).expect(&[0]);
            assert_eq!(emulator.calls_of(APPROVE).len(), 1, "{kind}");
        }
    }
}

#[test]
fn two_approvals_of_one_update_for_different_times_are_told_of_each_other() {
    let emulator = Emulator::start();
    let other = resource("2099-03-02T02:00:00+08:00").replacing("\"this\"", "\"other\"");
    let workspace = Workspace::with(&emulator, &(resource(NIGHT) + &other));
    let plan = workspace.try_plan().expect(&[2]);
    let warnings = plan.warnings();
    let [warning] = &warnings.iter().filter(|it| it.says("Two resources")).collect::<Vec<_>>()[..] else {
        panic!("expected exactly one such warning: {plan}")
    };
    warning.must_say(&["Two resources approve", GROUP, NIGHT, "2099-03-02"]);
}
