//! `rollout` of `appstreaming_delivery_group_image`: an image update that waits for those who use the group.

mod action;

use serde_json::{Value, json};

use super::{LOG_OFF, UPDATE_IMAGE as UPDATE, image};
use crate::harness::{
    Emulator, Replacing, Workspace,
    faults::{LOST_ANSWERS, refusal, striking},
    world::{GROUP, NEXT_IMAGE, SCHEDULED, THIRD_IMAGE},
};

const ADDRESS: &str = "appstreaming_delivery_group_image.this";
const LOOK: &str = "ListAppInstances";
const TAG: &str = "TagResources";
const UNTAG: &str = "UntagResources";
const STOPPED: &str = "System/Scheduler/STOP_NEW_USER_CONNECTION";
const DRAINED_BY: &str = "terraform-drained-by";

fn with_rollout(rollout: &str) -> String {
    image(NEXT_IMAGE, &format!("rollout = {{\n{rollout}\n}}"))
}

fn on_schedule(rollout: &str) -> String {
    with_rollout(rollout).replacing(GROUP, SCHEDULED)
}

/// Waits for long, with a drain.
const PATIENT: &str = "max_sessions = 0\n wait_for_sessions = \"20m\"\n drain = true";

/// The sessions of a group that somebody has, with their users.
fn sessions(emulator: &Emulator, group: &str) -> Vec<(String, String)> {
    let world = emulator.world();
    let instances = world["alibaba"]["app_instances"].as_object().expect("instances").clone();
    let of_user = |(id, it): (String, Value)| {
        let user = it["user"].as_str().filter(|_| it["delivery_group_id"] == group)?.to_owned();
        Some((id, user))
    };
    instances.into_iter().filter_map(of_user).collect()
}

/// Those who have a session of the group go.
fn everybody_leaves(emulator: &Emulator, group: &str) {
    let gone: serde_json::Map<_, _> = sessions(emulator, group).into_iter().map(|(id, _)| (id, Value::Null)).collect();
    emulator.change_world(&json!({ "alibaba": { "app_instances": gone } }));
}

fn somebody_comes(emulator: &Emulator) {
    let session = json!({ "delivery_group_id": GROUP, "user": "alice", "session_status": "connect" });
    emulator.change_world(&json!({ "alibaba": { "app_instances": { "ai-back": session } } }));
}

/// How many updates were carried out.
fn updates(emulator: &Emulator) -> usize {
    emulator.calls_of(UPDATE).iter().filter(|call| call.record["changes"] != json!([])).count()
}

fn tags(emulator: &Emulator) -> Value {
    emulator.delivery_group(GROUP)["tags"].clone()
}

/// The beginning of a drain, and a look after it.
fn await_the_drain(emulator: &Emulator) {
    emulator.await_call_of(TAG);
    await_a_look(emulator);
}

/// A look, and another one after it.
fn await_a_look(emulator: &Emulator) {
    emulator.await_calls_of(LOOK, emulator.calls_of(LOOK).len() + 1);
}

#[test]
fn without_a_wait_more_sessions_than_are_allowed_are_an_error_that_says_whose_they_are() {
    let emulator = Emulator::start();
    let there = sessions(&emulator, GROUP);
    assert_eq!(there.len(), 2);
    let workspace = Workspace::with(&emulator, &with_rollout("max_sessions = 1"));
    let plan = workspace.try_plan().expect(&[2]);
    let [warning] = &plan.warnings()[..] else { panic!("expected exactly one warning: {plan}") };
    warning.must_say(&[
        GROUP,
        "depends on the users",
        "2 sessions are there now",
        "no more than 1 session",
        "it fails",
    ]);

    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&[GROUP, "2 sessions are there", "no more than 1 session is left", "was not made"]);
    there.iter().for_each(|(_, user)| error.must_say(&[user]));
    assert_eq!(error.address, ADDRESS);
    assert!(emulator.calls_of(UPDATE).is_empty());
    assert_eq!(sessions(&emulator, GROUP), there);

    workspace.configure(&with_rollout("max_sessions = 2"));
    workspace.apply();
    assert_eq!(emulator.calls_of(UPDATE).len(), 1);
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);
    workspace.expect_no_changes();
}

#[test]
fn the_last_call_before_the_update_looks_who_is_there_and_whether_the_group_is_as_it_was() {
    let emulator = Emulator::start();
    everybody_leaves(&emulator, GROUP);
    let workspace = Workspace::with(&emulator, &with_rollout("max_sessions = 0"));
    workspace.try_plan().expect(&[2]).warnings()[0].must_say(&["Nobody has a session now", "disconnects nobody"]);
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    let update = calls.iter().position(|call| call.operation == UPDATE).expect("an update");
    let before: Vec<_> = calls[..update].iter().rev().take(2).map(|call| call.operation.as_str()).collect();
    assert_eq!(before, ["GetAppInstanceGroup", LOOK]);
    assert!(emulator.calls_of(TAG).is_empty(), "nobody was waited for");
    workspace.expect_no_changes();
}

#[test]
fn an_update_waits_until_nobody_is_there_and_keeps_new_users_away_meanwhile() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &with_rollout(PATIENT));
    let plan = workspace.try_plan().expect(&[2]);
    plan.warnings()[0].must_say(&["for up to 20m", "newly bound users cannot connect", "may come back"]);

    let running = workspace.start_apply(&[]);
    await_the_drain(&emulator);
    let tags_now = tags(&emulator);
    assert_eq!(tags_now[STOPPED], "true");
    assert!(tags_now[DRAINED_BY].as_str().is_some_and(|by| by.starts_with("appstreaming_delivery_group_image@20")));
    assert!(emulator.calls_of(UPDATE).is_empty());
    everybody_leaves(&emulator, GROUP);
    running.wait().expect(&[0]);

    assert_eq!(emulator.calls_of(UPDATE).len(), 1);
    assert_eq!((emulator.calls_of(TAG).len(), emulator.calls_of(UNTAG).len()), (1, 1));
    assert!(tags(&emulator)[STOPPED].is_null() && tags(&emulator)[DRAINED_BY].is_null());
    assert_eq!(workspace.attributes(ADDRESS)["draining"], false);
    workspace.expect_no_changes();
}

#[test]
fn when_the_wait_is_over_everybody_keeps_their_session_and_new_users_can_come() {
    let emulator = Emulator::start();
    let rollout = PATIENT.replacing("20m", "3s");
    let workspace = Workspace::with(&emulator, &with_rollout(&rollout));
    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&["2 sessions are there after a wait of 3s", "nobody has a session"]);
    assert!(emulator.calls_of(UPDATE).is_empty());
    assert_eq!(sessions(&emulator, GROUP).len(), 2);
    assert!(tags(&emulator)[STOPPED].is_null());
}

#[test]
fn whoever_is_left_is_logged_off_where_that_is_configured_and_then_it_is_looked_again() {
    let emulator = Emulator::start();
    emulator.leave_schedule(SCHEDULED);
    let rollout = "max_sessions = 0\n wait_for_sessions = \"1s\"\n log_off = \"after_wait\"";
    let workspace = Workspace::with(&emulator, &on_schedule(rollout));
    let plan = workspace.try_plan().expect(&[2]);
    plan.warnings()[0].must_say(&["2 sessions are there now", "all sessions are logged off"]);
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    let acts: Vec<_> =
        calls.iter().map(|call| call.operation.as_str()).filter(|it| [LOG_OFF, UPDATE].contains(it)).collect();
    assert_eq!(acts, [LOG_OFF, UPDATE]);
    assert!(sessions(&emulator, SCHEDULED).is_empty());
    workspace.expect_no_changes();
}

#[test]
fn a_log_off_that_the_service_refuses_is_refused_by_the_plan() {
    let emulator = Emulator::start();
    let rollout = "max_sessions = 0\n wait_for_sessions = \"1m\"\n log_off = \"after_wait\"";
    for (group, reason) in [(GROUP, "does not scale by schedule"), ("aig-hangzhou-usage", "subscription")] {
        let workspace = Workspace::with(&emulator, &with_rollout(rollout).replacing(GROUP, group));
        let error = workspace.try_plan().expect(&[1]).only_error();
        error.must_say(&["log_off", group, reason]);
    }
}

#[test]
fn a_destruction_whose_log_off_the_service_refuses_says_so_and_is_not_kept_from_the_rest() {
    let emulator = Emulator::start();
    let rollout = "on_destroy = \"restore\"\n rollout = {\n max_sessions = 0\n wait_for_sessions = \"1s\"\n log_off = \
                   \"after_wait\"\n}";
    // What gives the group its image needs no update yet.
    everybody_leaves(&emulator, GROUP);
    emulator.change_delivery_group(GROUP, json!({ "image_id": NEXT_IMAGE }));
    let workspace = Workspace::with(&emulator, &image(NEXT_IMAGE, rollout));
    workspace.apply();
    workspace.configure(&image(THIRD_IMAGE, "on_destroy = \"restore\""));
    workspace.apply();
    workspace.configure(&image(THIRD_IMAGE, rollout));
    workspace.apply();
    let plan = workspace.run(&["plan", "-destroy", "-json", "-input=false", "-detailed-exitcode"]).expect(&[2]);
    plan.warnings()[0].must_say(&["If sessions are left then, the destruction fails", "does not scale by schedule"]);
    workspace.destroy();
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);
}

#[test]
fn the_repair_of_a_group_waits_for_people_too() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &image(NEXT_IMAGE, ""));
    workspace.apply();
    somebody_comes(&emulator);
    emulator.change_delivery_group(GROUP, json!({ "status": "MAINTAIN_FAILED" }));
    workspace.configure(&with_rollout(PATIENT));
    let plan = workspace.try_plan().expect(&[2]);
    plan.warnings()[0].must_say(&["The last update of", "failed", "1 session is there now", "for up to 20m"]);
    let running = workspace.start_apply(&[]);
    await_the_drain(&emulator);
    assert_eq!(updates(&emulator), 1, "that of before");
    everybody_leaves(&emulator, GROUP);
    running.wait().expect(&[0]);
    assert_eq!((updates(&emulator), &emulator.delivery_group(GROUP)["status"]), (2, &json!("PUBLISHED")));
    workspace.expect_no_changes();
}

#[test]
fn a_group_with_as_many_tags_as_it_can_have_is_not_drained_and_the_error_says_what_to_do() {
    let emulator = Emulator::start();
    let tags: serde_json::Map<_, _> = (0..20).map(|at| (format!("team-{at}"), json!("desk"))).collect();
    emulator.change_delivery_group(GROUP, json!({ "tags": tags }));
    let workspace = Workspace::with(&emulator, &with_rollout(PATIENT));
    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&["Cannot drain delivery group", "as many tags as the service takes", "drain = true out of"]);
    assert!(emulator.calls_of(UPDATE).is_empty());
}

#[test]
fn outside_of_its_window_nothing_is_called_and_inside_it_is_updated() {
    let emulator = Emulator::start();
    let later = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).weekday().wrapping_add(3i8);
    let day = format!("{later:?}").to_lowercase();
    let window =
        |days: &str| format!("window = {{\n {days}\n from = \"00:00\"\n to = \"24:00\"\n time_zone = \"UTC\"\n}}");
    let workspace = Workspace::with(&emulator, &with_rollout(&window(&format!("days = [\"{day}\"]"))));
    let plan = workspace.plan();
    assert_eq!(plan.actions(ADDRESS), ["create"]);
    let (run, calls) = emulator.calls_during(|| workspace.run(&["apply", "-json", "-no-color", "plan"]));
    run.expect(&[1]).only_error().must_say(&["It is not the time", GROUP, "from 00:00 to 24:00 (UTC)"]);
    // Terraform plans once more as it applies, and that looks.
    let looks = ["GetAppInstanceGroup", LOOK, "ListImage"];
    assert!(calls.iter().all(|call| looks.contains(&call.operation.as_str())) && calls.len() == 3, "{calls:?}");

    workspace.configure(&with_rollout(&window("")));
    let plan = workspace.try_plan().expect(&[2]);
    plan.warnings()[0].must_say(&["disconnects the users", "2 sessions will be cut off", "always open"]);
    workspace.apply();
    assert_eq!(emulator.calls_of(UPDATE).len(), 1);
    workspace.expect_no_changes();
}

#[test]
fn an_interrupt_ends_the_wait_and_the_drain() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &with_rollout(PATIENT));
    let running = workspace.start_apply(&[]);
    await_the_drain(&emulator);
    running.interrupt();
    let run = running.wait().expect(&[1]);
    assert!(run.errors().iter().any(|error| error.says("the wait was interrupted") && error.says(GROUP)), "{run}");
    assert!(tags(&emulator)[STOPPED].is_null() && tags(&emulator)[DRAINED_BY].is_null());
    assert!(emulator.calls_of(UPDATE).is_empty());
}

#[test]
fn a_drain_that_a_killed_apply_has_left_is_told_by_the_next_plan_and_ended_by_its_apply() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &image(NEXT_IMAGE, ""));
    workspace.apply();
    somebody_comes(&emulator);
    let patient = with_rollout(PATIENT).replacing(NEXT_IMAGE, THIRD_IMAGE);
    workspace.configure(&patient);
    let running = workspace.start_apply_in_group(&[]);
    await_the_drain(&emulator);
    running.kill_group();
    assert_ne!(running.wait().code, 0);
    assert_eq!(tags(&emulator)[STOPPED], "true");

    // Whoever thinks better of it too.
    workspace.configure(&image(NEXT_IMAGE, ""));
    let plan = workspace.try_plan().expect(&[2]);
    plan.warnings()[0].must_say(&["still drained", GROUP]);
    assert_eq!(workspace.plan().change(ADDRESS)["before"]["draining"], true);
    workspace.apply();
    assert!(tags(&emulator)[STOPPED].is_null() && tags(&emulator)[DRAINED_BY].is_null());
    assert_eq!(emulator.calls_of(UPDATE).len(), 1);
    workspace.expect_no_changes();
}

#[test]
fn somebody_else_s_drain_stays_and_each_plan_says_that_it_is_there() {
    let emulator = Emulator::start();
    emulator.change_delivery_group(GROUP, json!({ "tags": { STOPPED: "true" } }));
    let workspace = Workspace::with(&emulator, &with_rollout(&PATIENT.replacing("20m", "2s")));
    workspace.try_apply().expect(&[1]).only_error().must_say(&["after a wait of 2s"]);
    everybody_leaves(&emulator, GROUP);
    workspace.apply();
    assert_eq!(tags(&emulator)[STOPPED], "true");
    assert!(emulator.calls_of(TAG).is_empty() && emulator.calls_of(UNTAG).is_empty());
    let plan = workspace.try_plan().expect(&[0]);
    plan.warnings()[0].must_say(&["takes no new users", "Somebody drains it", STOPPED]);
}

#[test]
fn whatever_answer_is_lost_the_update_is_sent_once_and_the_drain_is_over_in_the_end() {
    let of_update = LOST_ANSWERS.iter().map(|kind| (UPDATE, *kind));
    // How an answer is lost is the same for all calls.
    let of_tags = [TAG, UNTAG].map(|operation| (operation, LOST_ANSWERS[0]));
    for (operation, kind) in of_update.chain(of_tags) {
        let emulator = Emulator::start();
        emulator.fault(&json!({ "operation": operation, "kind": kind }));
        let workspace = Workspace::with(&emulator, &with_rollout(PATIENT));
        let running = workspace.start_apply(&[]);
        await_the_drain(&emulator);
        everybody_leaves(&emulator, GROUP);
        running.wait().expect(&[0]);
        assert_eq!(updates(&emulator), 1, "{operation} {kind}");
        assert!(tags(&emulator)[STOPPED].is_null(), "{operation} {kind}");
        workspace.expect_no_changes();
    }
}

#[test]
fn a_drain_that_somebody_takes_away_while_it_is_waited_begins_again() {
    for taken in [json!({ STOPPED: null, DRAINED_BY: null }), json!({ STOPPED: "false" })] {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, &with_rollout(PATIENT));
        let running = workspace.start_apply(&[]);
        await_the_drain(&emulator);
        emulator.change_delivery_group(GROUP, json!({ "tags": taken }));
        emulator.await_calls_of(TAG, 2);
        everybody_leaves(&emulator, GROUP);
        running.wait().expect(&[0]);
        assert_eq!(updates(&emulator), 1, "{taken}");
        assert!(tags(&emulator)[STOPPED].is_null() && tags(&emulator)[DRAINED_BY].is_null(), "{taken}");
    }
}

#[test]
fn whoever_takes_the_mark_of_a_drain_away_keeps_it() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &with_rollout(PATIENT));
    let running = workspace.start_apply(&[]);
    await_the_drain(&emulator);
    emulator.change_delivery_group(GROUP, json!({ "tags": { DRAINED_BY: null } }));
    await_a_look(&emulator);
    everybody_leaves(&emulator, GROUP);
    running.wait().expect(&[0]);
    assert_eq!((updates(&emulator), &tags(&emulator)[STOPPED]), (1, &json!("true")));
    assert!(emulator.calls_of(UNTAG).is_empty());
    workspace.try_plan().expect(&[0]).warnings()[0].must_say(&["takes no new users", "Somebody drains it"]);
}

#[test]
fn for_an_image_that_cannot_be_given_nobody_is_kept_away_or_logged_off() {
    for (image_id, why) in [
        ("img-offic-2", "not in the list of images"),
        ("img-unfinished", "Its status is"),
        ("img-singapore-1", "The group is in cn-hangzhou"),
    ] {
        let emulator = Emulator::start();
        emulator.leave_schedule(SCHEDULED);
        let rollout = "max_sessions = 0\n wait_for_sessions = \"1s\"\n drain = true\n log_off = \"after_wait\"";
        let workspace = Workspace::with(&emulator, &on_schedule(rollout).replacing(NEXT_IMAGE, image_id));
        let plan = workspace.try_plan().expect(&[2]);
        assert!(plan.warnings().iter().any(|it| it.says("cannot be given the image") && it.says(why)), "{plan}");
        let error = workspace.try_apply().expect(&[1]).only_error();
        error.must_say(&["cannot be given the image", why, "nobody was disconnected"]);
        for operation in [TAG, LOG_OFF, UPDATE] {
            assert!(emulator.calls_of(operation).is_empty(), "{image_id}: {operation}");
        }
        assert_eq!(sessions(&emulator, SCHEDULED).len(), 2);
    }
}

#[test]
fn a_drain_that_does_not_come_about_is_told_with_what_kept_it() {
    let emulator = Emulator::start();
    emulator.fault(&json!({ "operation": TAG, "kind": "error", "status": 500, "code": "Oh", "every": 1 }));
    let workspace = Workspace::with(&emulator, &with_rollout(&PATIENT.replacing("20m", "3s")));
    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&["Too many people use", "could not be drained meanwhile", "Oh"]);
    assert!(emulator.calls_of(UPDATE).is_empty());
}

#[test]
fn an_end_of_a_drain_that_is_not_answered_is_tried_again_within_the_grace_of_an_interrupt() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &with_rollout(PATIENT));
    let running = workspace.start_apply(&[]);
    await_the_drain(&emulator);
    emulator.fault(&json!({ "operation": UNTAG, "kind": "hang", "seconds": 60 }));
    running.interrupt();
    running.wait().expect(&[1]);
    assert!(tags(&emulator)[STOPPED].is_null() && tags(&emulator)[DRAINED_BY].is_null());
}

#[test]
fn a_group_that_ends_while_it_is_waited_is_waited_for_no_longer() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &with_rollout(&PATIENT.replacing("drain = true", "drain = false")));
    let running = workspace.start_apply(&[]);
    await_a_look(&emulator);
    emulator.change_delivery_group(GROUP, json!({ "status": "EXPIRED" }));
    let error = running.wait().expect(&[1]).only_error();
    error.must_say(&["Cannot update the image of delivery group", "expired or was ceased", "was not made"]);
}

#[test]
fn a_drain_that_was_left_is_told_where_the_resource_is_destroyed_or_forgotten() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &image(NEXT_IMAGE, ""));
    workspace.apply();
    let left = json!({ STOPPED: "true", DRAINED_BY: "appstreaming_delivery_group_image@2026-08-04T02:00:00Z" });
    emulator.change_delivery_group(GROUP, json!({ "tags": left }));
    for options in [&["-destroy"][..], &["-refresh-only"]] {
        let arguments = [&["plan", "-json", "-input=false"], options].concat();
        let told = workspace.run(&arguments).expect(&[0]).warnings();
        let drained: Vec<_> = told.iter().filter(|it| it.says("is still drained")).collect();
        assert_eq!(drained.len(), 1, "{options:?}: {told:?}");
    }
    workspace.destroy();
    assert!(tags(&emulator)[STOPPED].is_null() && tags(&emulator)[DRAINED_BY].is_null());
}

#[test]
fn without_the_permissions_that_it_needs_nothing_is_sent() {
    for (operation, says) in [(LOOK, "holds the image update back"), (TAG, "Cannot drain delivery group")] {
        let emulator = Emulator::start();
        emulator.fault(&striking(refusal(operation, "Forbidden.RAM"), &json!({ "every": 1 })));
        let workspace = Workspace::with(&emulator, &with_rollout(PATIENT));
        workspace.try_apply().expect(&[1]).only_error().must_say(&["Forbidden.RAM", says]);
        assert!(emulator.calls_of(UPDATE).is_empty(), "{operation}");
    }
}

#[test]
fn a_drain_that_cannot_be_ended_is_told_and_ended_by_the_next_apply() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &with_rollout(PATIENT));
    emulator.fault(&striking(refusal(UNTAG, "Forbidden.RAM"), &json!({ "every": 1 })));
    let running = workspace.start_apply(&[]);
    emulator.await_call_of(TAG);
    everybody_leaves(&emulator, GROUP);
    let run = running.wait().expect(&[0]);
    let told = run.warnings();
    assert!(told.iter().any(|it| it.says("Cannot end the drain") && it.says("the next apply takes it away")), "{run}");
    assert_eq!(workspace.attributes(ADDRESS)["draining"], true);
    emulator.lift_faults();
    workspace.try_plan().expect(&[2]).warnings()[0].must_say(&["still drained"]);
    workspace.apply();
    assert!(tags(&emulator)[STOPPED].is_null());
    assert_eq!(emulator.calls_of(UPDATE).len(), 1);
    workspace.expect_no_changes();
}

#[test]
fn an_update_that_is_throttled_goes_out_again_after_another_look_alone() {
    let emulator = Emulator::start();
    everybody_leaves(&emulator, GROUP);
    emulator.fault(&json!({ "operation": UPDATE, "kind": "throttle", "retry_after": 1, "next": 3 }));
    let workspace = Workspace::with(&emulator, &with_rollout("max_sessions = 0"));
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    let operations: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
    let updates: Vec<_> = (0..operations.len()).filter(|at| operations[*at] == UPDATE).collect();
    assert_eq!(updates.len(), 4, "{operations:?}");
    for at in updates {
        assert_eq!(operations[at - 2..at], [LOOK, "GetAppInstanceGroup"], "{operations:?}");
    }
    workspace.expect_no_changes();
}

#[test]
fn sessions_that_cannot_be_looked_at_until_the_wait_is_over_end_it_and_the_drain() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &with_rollout(&PATIENT.replacing("20m", "8s")));
    let running = workspace.start_apply(&[]);
    emulator.await_call_of(TAG);
    emulator.fault(&json!({ "operation": LOOK, "kind": "html", "status": 503, "every": 1 }));
    let run = running.wait().expect(&[1]);
    run.only_error().must_say(&["Cannot list the sessions", GROUP, "it was not made"]);
    assert!(emulator.calls_of(UPDATE).is_empty());
    assert!(tags(&emulator)[STOPPED].is_null());
}

#[test]
fn a_drain_that_a_killed_creation_has_left_is_told_and_ended_also_outside_of_a_window() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &with_rollout(PATIENT));
    let running = workspace.start_apply_in_group(&[]);
    await_the_drain(&emulator);
    running.kill_group();
    running.wait();
    assert_eq!(tags(&emulator)[STOPPED], "true");

    let later = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).weekday().wrapping_add(3_i8);
    let window = format!(
        "window = {{\n days = [\"{}\"]\n from = \"00:00\"\n to = \"24:00\"\n time_zone = \"UTC\"\n}}",
        format!("{later:?}").to_lowercase()
    );
    workspace.configure(&with_rollout(&format!("{PATIENT}\n{window}")));
    let plan = workspace.try_plan().expect(&[2]);
    assert!(plan.warnings().iter().any(|it| it.says("still drained")), "{plan}");
    workspace.try_apply().expect(&[1]).only_error().must_say(&["It is not the time"]);
    assert!(tags(&emulator)[STOPPED].is_null());
}

/// A group that is open to everybody, an hour after its people began to come and go.
fn busy() -> Emulator {
    let emulator = Emulator::start_with(&["--users", "300", "--image-update-seconds", "0"]);
    // Who comes and goes, and when, follows from the time at which it begins.
    emulator.freeze_at("2026-03-02T10:00:00Z");
    let open = json!({ "SecurityPolicy": { "SkipUserAuthCheck": true } });
    emulator.change_delivery_group(GROUP, json!({ "node_pool": { "node_amount": 10 }, "settings": open }));
    emulator.begin_visits(&json!({ "delivery_group_ids": [GROUP], "arrivals_per_hour": 60, "stay_minutes": 20 }));
    emulator.advance(3600);
    assert!(emulator.visits()["arrived"].as_u64() > Some(40), "{}", emulator.visits());
    emulator
}

#[test]
fn where_people_come_and_go_a_rollout_cuts_nobody_off() {
    let emulator = busy();
    let workspace = Workspace::with(&emulator, &with_rollout(PATIENT));
    let mut running = workspace.start_apply(&[]);
    while !running.has_ended() {
        emulator.advance(10);
    }
    running.wait().expect(&[0]);
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], NEXT_IMAGE);
    let visits = emulator.visits();
    assert_eq!(visits["cut_off"], 0, "{visits}");
    assert!(visits["refused_by"]["draining"].as_u64() > Some(0), "{visits}");
    let arrived = visits["arrived"].as_u64();
    emulator.advance(3600);
    assert!(emulator.visits()["arrived"].as_u64() > arrived, "the group takes people again: {}", emulator.visits());
}

#[test]
fn without_a_rollout_everybody_who_is_there_is_cut_off() {
    let emulator = busy();
    let workspace = Workspace::with(&emulator, &image(NEXT_IMAGE, ""));
    let (present, away) = (emulator.visits()["present"].clone(), emulator.visits()["away"].clone());
    workspace.apply();
    let visits = emulator.visits();
    // The README says so.
    assert_eq!((&visits["cut_off"], &visits["cut_off_by"]["image_update"]), (&json!(16), &json!(16)), "{visits}");
    assert_eq!((present, away), (json!(16), json!(0)));
}

#[test]
fn what_says_nothing_by_itself_is_refused() {
    let emulator = Emulator::start();
    for (rollout, says) in [
        ("", "holds nothing back"),
        ("wait_for_sessions = \"1h\"", "wait_for_sessions says nothing without max_sessions"),
        ("max_sessions = 0\n drain = true", "drain says nothing without wait_for_sessions"),
        ("max_sessions = 0\n log_off = \"after_wait\"", "log_off says nothing without wait_for_sessions"),
        ("max_sessions = 0\n outside_window = \"wait\"", "outside_window says nothing without window"),
        ("window = {\n from = \"1:00\"\n to = \"24:00\"\n time_zone = \"UTC\"\n}", "a time of day"),
        ("window = {\n from = \"01:00\"\n to = \"24:00\"\n time_zone = \"Mars\"\n}", "IANA"),
    ] {
        let workspace = Workspace::with(&emulator, &with_rollout(rollout));
        let run = workspace.try_plan().expect(&[1]);
        assert!(run.errors().iter().any(|error| error.says(says)), "{says}: {run}");
    }
    assert!(emulator.calls().is_empty());
}
