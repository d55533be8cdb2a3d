//! `appstreaming_delivery_group_session_log_off` and the action `appstreaming_delivery_group_log_off_sessions`.

use jiff::{ToSpan, tz::Offset};
use serde_json::{Value, json};

use super::{LOG_OFF, log_off as resource};
use crate::harness::{
    Emulator, Replacing, Workspace,
    faults::LOST_ANSWERS,
    world::{GROUP, NEXT_IMAGE, SCHEDULED},
};

const ADDRESS: &str = "appstreaming_delivery_group_session_log_off.this";

/// Today in China, which is how the service means its schedules.
fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(Offset::constant(8).to_time_zone()).date()
}

fn schedule(emulator: &Emulator, days: &[i8], periods: &[(&str, &str)], last_day: jiff::civil::Date) {
    let periods: Vec<_> =
        periods.iter().map(|(start, end)| json!({ "start_time": start, "end_time": end, "amount": 4 })).collect();
    let recurrence = json!({ "recurrence_type": "weekly", "recurrence_values": days, "timer_periods": periods });
    let pool = json!({
        "strategy_enable_date": "2020-01-01",
        "strategy_disable_date": last_day.to_string(),
        "recurrence_schedules": [recurrence],
    });
    emulator.change_delivery_group(SCHEDULED, json!({ "node_pool": pool }));
}

/// Now, and until the day after tomorrow, is inside of them.
fn inside(emulator: &Emulator) {
    let tomorrow = today().checked_add(1.day()).expect("a day");
    schedule(emulator, &[1, 2, 3, 4, 5, 6, 7], &[("00:00", "12:00"), ("12:00", "00:00")], tomorrow);
}

/// The sessions of a group that somebody has.
fn sessions(emulator: &Emulator, group: &str) -> Vec<String> {
    let world = emulator.world();
    let instances = world["alibaba"]["app_instances"].as_object().expect("instances").clone();
    let lives = |it: &Value| it["delivery_group_id"] == group && it["user"].is_string();
    instances.into_iter().filter(|(_, it)| lives(it)).map(|(id, _)| id).collect()
}

/// Instances that wait for the next person.
fn add_free_instances(emulator: &Emulator, group: &str, count: usize) {
    let free = |number| (format!("ai-free-{number}"), json!({ "delivery_group_id": group, "session_status": "idle" }));
    let instances: serde_json::Map<_, _> = (0..count).map(free).collect();
    emulator.change_world(&json!({ "alibaba": { "app_instances": instances } }));
}

#[test]
fn all_sessions_are_logged_off_with_one_call_and_again_only_when_a_trigger_changes() {
    let emulator = Emulator::start();
    emulator.leave_schedule(SCHEDULED);
    add_free_instances(&emulator, SCHEDULED, 5);
    let workspace = Workspace::with(&emulator, &resource(SCHEDULED, "triggers = { release = \"1\" }"));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    // Instances that nobody uses are no sessions.
    warning.must_say(&[SCHEDULED, "2 sessions will be cut off"]);

    workspace.apply();
    let calls = emulator.calls_of(LOG_OFF);
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert_eq!(calls[0].parameter("AppInstanceGroupId"), SCHEDULED);
    assert_eq!(calls[0].parameter("ProductType"), "CloudApp");
    assert!(sessions(&emulator, SCHEDULED).is_empty());
    assert_eq!(workspace.attributes(ADDRESS)["sessions_logged_off"], 2);
    workspace.expect_no_changes();
    workspace.apply();
    assert_eq!(emulator.calls_of(LOG_OFF).len(), 1);

    let back = json!({ "delivery_group_id": SCHEDULED, "user": "carol", "session_status": "connect" });
    emulator.change_world(&json!({ "alibaba": { "app_instances": { "ai-back": back } } }));
    workspace.configure(&resource(SCHEDULED, "triggers = { release = \"2\" }"));
    assert_eq!(workspace.plan().actions(ADDRESS), ["delete", "create"]);
    workspace.apply_plan();
    assert_eq!(emulator.calls_of(LOG_OFF).len(), 2);
    assert_eq!(workspace.attributes(ADDRESS)["sessions_logged_off"], 1);
    workspace.destroy();
    assert_eq!(emulator.calls_of(LOG_OFF).len(), 2);
}

#[test]
fn nobody_there_is_nothing_to_log_off() {
    let emulator = Emulator::start();
    emulator.leave_schedule(SCHEDULED);
    let gone = json!({ "ai-hangzhou-schedule-1": null, "ai-hangzhou-schedule-2": null });
    emulator.change_world(&json!({ "alibaba": { "app_instances": gone } }));
    let workspace = Workspace::with(&emulator, &resource(SCHEDULED, ""));
    workspace.apply();
    assert!(emulator.calls_of(LOG_OFF).is_empty());
    assert_eq!(workspace.attributes(ADDRESS)["sessions_logged_off"], 0);
}

#[test]
fn the_conditions_of_the_service_are_checked_first_and_explained() {
    let emulator = Emulator::start();
    for (group, reasons) in
        [("aig-hangzhou-usage", ["subscription", "PrePaid"]), (GROUP, ["does not scale by schedule", "NODE_FIXED"])]
    {
        let workspace = Workspace::with(&emulator, &resource(group, ""));
        let error = workspace.try_plan().expect(&[1]).only_error();
        error.must_say(&[group]);
        error.must_say(&reasons);
        assert!(error.code.trim_start().starts_with("delivery_group_id "), "{error:?}");
    }
    assert!(emulator.calls_of(LOG_OFF).is_empty());
}

#[test]
fn inside_a_period_the_schedule_and_the_next_moment_are_named() {
    let emulator = Emulator::start();
    inside(&emulator);
    let workspace = Workspace::with(&emulator, &resource(SCHEDULED, ""));
    let next = today().checked_add(2.days()).expect("a day").strftime("%Y-%m-%d 00:00 (UTC+8)").to_string();
    let words = ["every day from 00:00 to 12:00", "every day from 12:00 to 00:00", next.as_str()];
    // The plan may be applied later, so that it only warns.
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&words);
    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&[SCHEDULED]);
    error.must_say(&words);
    assert!(emulator.calls_of(LOG_OFF).is_empty());
    assert!(workspace.state_list().is_empty());
    assert_eq!(sessions(&emulator, SCHEDULED).len(), 2);
}

#[test]
fn a_lost_answer_is_resolved_by_looking_at_the_sessions() {
    for kind in LOST_ANSWERS {
        let emulator = Emulator::start();
        emulator.leave_schedule(SCHEDULED);
        emulator.fault(&json!({ "operation": LOG_OFF, "kind": kind }));
        let workspace = Workspace::with(&emulator, &resource(SCHEDULED, ""));
        workspace.apply();
        assert_eq!(emulator.calls_of(LOG_OFF).len(), 1, "{kind}");
        assert!(sessions(&emulator, SCHEDULED).is_empty(), "{kind}");
        workspace.expect_no_changes();
    }
}

#[test]
fn a_request_that_did_not_arrive_is_not_sent_again_by_itself() {
    let emulator = Emulator::start();
    emulator.leave_schedule(SCHEDULED);
    emulator.fault(&json!({ "operation": LOG_OFF, "kind": "close_before" }));
    let workspace = Workspace::with(&emulator, &resource(SCHEDULED, ""));
    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&[SCHEDULED, "None of the sessions has ended"]);
    assert!(workspace.state_list().is_empty());
    assert_eq!(emulator.calls_of(LOG_OFF).len(), 1);
    // Whoever runs it again decides so.
    workspace.apply();
    assert_eq!(emulator.calls_of(LOG_OFF).len(), 2);
    assert!(sessions(&emulator, SCHEDULED).is_empty());
}

#[test]
fn a_log_off_whose_end_no_apply_has_seen_is_not_repeated_by_the_next() {
    let stays = |emulator: &Emulator| {
        emulator.fault(&json!({ "operation": LOG_OFF, "kind": "error", "status": 200, "code": "success" }));
    };
    for is_interrupted in [true, false] {
        let emulator = Emulator::start();
        emulator.leave_schedule(SCHEDULED);
        stays(&emulator);
        let timeouts = if is_interrupted { "" } else { "timeouts = {\n create = \"2s\"\n }" };
        let workspace = Workspace::with(&emulator, &resource(SCHEDULED, timeouts));
        let running = workspace.start_apply(&[]);
        emulator.await_call_of(LOG_OFF);
        if is_interrupted {
            running.interrupt();
        }
        let errors = running.wait().expect(&[1]).errors();
        assert!(errors.iter().any(|error| error.says("the next apply does not repeat it")), "{errors:?}");

        let run = workspace.apply();
        assert!(run.warnings().iter().any(|warning| warning.says("is not repeated")), "{run}");
        assert_eq!(emulator.calls_of(LOG_OFF).len(), 1);
        workspace.expect_no_changes();
        // Who wants another one gets it.
        let replace = format!("-replace={ADDRESS}");
        workspace.run(&["apply", "-auto-approve", "-input=false", &replace]).expect(&[0]);
        assert_eq!(emulator.calls_of(LOG_OFF).len(), 2);
    }
}

#[test]
fn calls_that_the_service_refuses_to_take_and_reads_that_fail_are_sent_again() {
    for fault in [
        json!({ "operation": LOG_OFF, "kind": "throttle", "next": 3 }),
        json!({ "operation": "ListAppInstances", "kind": "html", "status": 502 }),
        json!({ "operation": "ListAppInstances", "kind": "half_answer" }),
        json!({ "operation": "ListAppInstances", "kind": "stale_read", "every": 2 }),
        json!({ "operation": "GetAppInstanceGroup", "kind": "close_before" }),
    ] {
        let emulator = Emulator::start();
        emulator.leave_schedule(SCHEDULED);
        emulator.fault(&fault);
        let workspace = Workspace::with(&emulator, &resource(SCHEDULED, ""));
        workspace.apply();
        let done = emulator.calls_of(LOG_OFF).iter().filter(|call| call.status == Some(200)).count();
        assert_eq!(done, 1, "{fault}");
        assert!(sessions(&emulator, SCHEDULED).is_empty(), "{fault}");
    }
}

mod since_1_14 {
    use super::{
        super::{log_off_action as action, triggering},
        *,
    };

    const ACTION: &str = "appstreaming_delivery_group_log_off_sessions.this";

    #[test]
    fn the_action_waits_and_says_how_many_sessions_are_left() {
        let emulator = Emulator::start();
        emulator.leave_schedule(SCHEDULED);
        let more = (3..=40).map(|number| {
            let session = json!({
                "delivery_group_id": SCHEDULED, "user": format!("user{number}"), "session_status": "connect",
            });
            (format!("ai-hangzhou-schedule-{number}"), session)
        });
        let more: serde_json::Map<_, _> = more.collect();
        emulator.change_world(&json!({ "alibaba": { "app_instances": more } }));
        // The service says yes, and the sessions end one after the other.
        emulator.fault(&json!({ "operation": LOG_OFF, "kind": "error", "status": 200, "code": "success" }));
        let end = |numbers: std::ops::RangeInclusive<u32>| {
            let ended = numbers.map(|number| (format!("ai-hangzhou-schedule-{number}"), Value::Null));
            let ended: serde_json::Map<_, _> = ended.collect();
            emulator.change_world(&json!({ "alibaba": { "app_instances": ended } }));
        };
        let workspace = Workspace::with(&emulator, &action(SCHEDULED, ""));
        let running = workspace.start_invocation(ACTION);
        emulator.await_call_of(LOG_OFF);
        end(1..=9);
        let looks = emulator.calls_of("ListAppInstances").len();
        emulator.await_calls_of("ListAppInstances", looks + 2);
        end(10..=40);
        let run = running.wait().expect(&[0]);
        assert!(run.stdout.contains("31 of 40 sessions left"), "{run}");
        assert!(run.stdout.contains("0 of 40 sessions left"), "{run}");
        assert_eq!(emulator.calls_of(LOG_OFF).len(), 1);
    }

    #[test]
    fn the_action_and_an_image_update_of_one_group_wait_for_each_other() {
        let emulator = Emulator::start_with(&["--image-update-seconds", "2"]);
        emulator.leave_schedule(SCHEDULED);
        let image = format!(
            "resource \"appstreaming_delivery_group_image\" \"this\" {{\n delivery_group_id = \"{SCHEDULED}\"\n \
             image_id = \"{NEXT_IMAGE}\"\n}}\n"
        );
        let workspace = Workspace::with(&emulator, &[image, action(SCHEDULED, ""), triggering(ACTION)].concat());
        workspace.apply();
        assert_eq!(emulator.calls_of(LOG_OFF).len(), 1);
        assert_eq!(emulator.delivery_group(SCHEDULED)["image_id"], NEXT_IMAGE);
    }

    #[test]
    fn without_waiting_the_action_ends_with_the_answer() {
        let emulator = Emulator::start();
        emulator.leave_schedule(SCHEDULED);
        emulator.fault(&json!({ "operation": LOG_OFF, "kind": "error", "status": 200, "code": "success" }));
        let workspace = Workspace::with(&emulator, &action(SCHEDULED, "wait = false"));
        workspace.invoke(ACTION).expect(&[0]);
        assert_eq!(emulator.calls_of(LOG_OFF).len(), 1);
        assert_eq!(sessions(&emulator, SCHEDULED).len(), 2);
    }

    #[test]
    fn the_action_can_be_triggered_by_another_resource() {
        let emulator = Emulator::start();
        emulator.leave_schedule(SCHEDULED);
        let workspace = Workspace::with(&emulator, &(action(SCHEDULED, "") + &triggering(ACTION)));
        workspace.apply();
        assert_eq!(emulator.calls_of(LOG_OFF).len(), 1);
        assert!(sessions(&emulator, SCHEDULED).is_empty());
        workspace.expect_no_changes();
    }

    #[test]
    fn a_wait_that_takes_too_long_says_how_many_are_left() {
        let emulator = Emulator::start();
        emulator.leave_schedule(SCHEDULED);
        emulator.fault(&json!({ "operation": LOG_OFF, "kind": "error", "status": 200, "code": "success" }));
        let workspace = Workspace::with(&emulator, &action(SCHEDULED, "timeout = \"3s\""));
        workspace.invoke(ACTION).expect(&[1]).only_error().must_say(&[SCHEDULED, "2 of 2 sessions are left"]);
    }

    #[test]
    fn the_action_explains_the_schedule_too() {
        let emulator = Emulator::start();
        inside(&emulator);
        let workspace = Workspace::with(&emulator, &action(SCHEDULED, ""));
        let next = today().checked_add(2.days()).expect("a day").strftime("%Y-%m-%d 00:00 (UTC+8)").to_string();
        let errors = workspace.invoke(ACTION).expect(&[1]).errors();
        assert!(errors.iter().any(|error| error.says(&next) && error.says(SCHEDULED)), "{errors:?}");
        assert!(emulator.calls_of(LOG_OFF).is_empty());
    }

    #[test]
    fn a_lost_answer_of_the_action_logs_off_no_second_time() {
        for kind in LOST_ANSWERS {
            let emulator = Emulator::start();
            emulator.leave_schedule(SCHEDULED);
            emulator.fault(&json!({ "operation": LOG_OFF, "kind": kind }));
            let workspace = Workspace::with(&emulator, &action(SCHEDULED, ""));
            workspace.invoke(ACTION).expect(&[0]);
            assert_eq!(emulator.calls_of(LOG_OFF).len(), 1, "{kind}");
            assert!(sessions(&emulator, SCHEDULED).is_empty(), "{kind}");
        }
    }
}

#[test]
fn a_group_that_is_not_known_yet_is_logged_off_and_the_plan_says_so() {
    let emulator = Emulator::start();
    let group = format!("resource \"terraform_data\" \"group\" {{\n input = {SCHEDULED:?}\n}}\n");
    let log_off = resource("PLACEHOLDER", "").replacing("\"PLACEHOLDER\"", "terraform_data.group.output");
    let workspace = Workspace::with(&emulator, &(group + &log_off));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&["will be logged off", "only known after apply"]);
}
