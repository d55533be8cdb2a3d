//! A replacement, in either order, that stops between its two steps: the next run does the rest, and no more than that.

use std::{collections::BTreeMap, thread};

use serde_json::{Value, json};

use super::{BY_SESSION, NIGHT, expect_at_rest};
use crate::{
    alibaba_cloud::{APPROVE, AUTHORIZE, LOG_OFF, UPDATE_IMAGE},
    harness::{
        Emulator, Run, Workspace,
        faults::{refusal, striking},
        world::{GROUP, IMAGE, NEXT_IMAGE, OTHER_GROUP, SCHEDULED, SET, THIRD_IMAGE},
    },
    huawei_cloud::server_group,
};

const CREATE_SERVER_GROUP: &str = "CreateServerGroup";
const DELETE_SERVER_GROUPS: &str = "DeleteServerGroups";

/// A change that replaces a resource.
struct Replacement {
    name: &'static str,
    kind: &'static str,
    before: fn(&Emulator),
    /// The lines of the configuration before and after the change.
    lines: [String; 2],
    /// What happens in the cloud between the two.
    between: fn(&Emulator),
    /// The call that takes the old object away; `None` where nothing is called.
    destroys: Option<&'static str>,
    /// The call that makes the new one.
    creates: &'static str,
    /// Fails unless the cloud is as the second configuration has it.
    expect_done: fn(&Emulator),
}

/// Where a replacement stops.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stop {
    /// An interrupt while the first step's call is carried out.
    InterruptedInTheFirst,
    /// The service refuses the second step's call.
    RefusedInTheSecond,
}

fn replacements() -> Vec<Replacement> {
    [images_and_approvals(), authorizations(), vec![server_group()]].into_iter().flatten().collect()
}

fn images_and_approvals() -> Vec<Replacement> {
    let of = |group: &str, line: &str| format!("delivery_group_id = \"{group}\"\n {line}");
    let image = |group| of(group, &format!("image_id = \"{NEXT_IMAGE}\"\n on_destroy = \"restore\""));
    let approval = |group| of(group, &format!("start_time = \"{NIGHT}\""));
    let log_off = |release: &str| of(SCHEDULED, &format!("triggers = {{ release = \"{release}\" }}"));
    vec![
        Replacement {
            name: "an image that moves to another group",
            kind: "delivery_group_image",
            before: |_| (),
            lines: [image(GROUP), image(OTHER_GROUP)],
            between: |_| (),
            destroys: Some(UPDATE_IMAGE),
            creates: UPDATE_IMAGE,
            expect_done: |emulator| {
                assert_eq!(emulator.delivery_group(GROUP)["image_id"], IMAGE);
                assert_eq!(emulator.delivery_group(OTHER_GROUP)["image_id"], NEXT_IMAGE);
            },
        },
        Replacement {
            name: "an approval that moves to another group",
            kind: "delivery_group_ota_approval",
            before: |emulator| offer_update(emulator, OTHER_GROUP),
            lines: [approval(GROUP), approval(OTHER_GROUP)],
            between: |_| (),
            destroys: None,
            creates: APPROVE,
            expect_done: |emulator| assert_eq!(update(emulator, OTHER_GROUP)["status"], "Approved"),
        },
        Replacement {
            name: "a log-off with another trigger",
            kind: "delivery_group_session_log_off",
            before: |emulator| emulator.leave_schedule(SCHEDULED),
            lines: [log_off("1"), log_off("2")],
            between: |emulator| {
                let session = json!({ "delivery_group_id": SCHEDULED, "user": "alice", "session_status": "connect" });
                emulator.change_world(&json!({ "alibaba": { "app_instances": { "ai-again": session } } }));
            },
            destroys: None,
            creates: LOG_OFF,
            expect_done: |emulator| {
                let instance = &emulator.world()["alibaba"]["app_instances"]["ai-again"];
                assert!(!instance["user"].is_string(), "{instance}");
            },
        },
    ]
}

fn authorizations() -> Vec<Replacement> {
    let authorization = |name, lines, expect_done| Replacement {
        name,
        kind: "delivery_group_authorization",
        before: |_| (),
        lines,
        between: |_| (),
        destroys: Some(AUTHORIZE),
        creates: AUTHORIZE,
        expect_done,
    };
    let of = |target: &str, more: &str| format!("{target}\n user_names = [\"carol\", \"erin\"]\n {more}");
    let of_group = |group: &str, more: &str| of(&format!("delivery_group_id = \"{group}\""), more);
    let of_session = |session: &str| of_group(BY_SESSION, &format!("persistent_session_id = \"{session}\""));
    vec![
        authorization(
            "an authorization that moves to another group",
            [of_group(GROUP, ""), of_group(OTHER_GROUP, "")],
            |emulator| {
                assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob"]);
                assert_eq!(emulator.authorized_users(OTHER_GROUP), ["alice", "bob", "carol", "erin"]);
            },
        ),
        authorization(
            "an exclusive authorization that moves to another group",
            [of_group(GROUP, "exclusive = true"), of_group(OTHER_GROUP, "exclusive = true")],
            |emulator| {
                assert!(emulator.authorized_users(GROUP).is_empty());
                assert_eq!(emulator.authorized_users(OTHER_GROUP), ["carol", "erin"]);
            },
        ),
        authorization(
            "an authorization that moves from a set to one of its groups",
            [of(&format!("delivery_group_set_id = \"{SET}\""), ""), of_group(GROUP, "")],
            |emulator| {
                assert_eq!(emulator.authorized_users_of_set(SET), ["alice", "bob"]);
                assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob", "carol", "erin"]);
            },
        ),
        authorization(
            "an authorization that moves to another session",
            [of_session("p-personal-1"), of_session("p-personal-2")],
            |emulator| {
                let users = emulator.delivery_group(BY_SESSION)["authorized_users"].clone();
                assert_eq!(users, json!({ "carol": ["p-personal-2"], "erin": ["p-personal-2"] }));
            },
        ),
    ]
}

fn server_group() -> Replacement {
    let group = |name: &str, vpc: &str, subnet: &str| {
        format!(
            "name = \"{name}\"\n os_type = \"Windows\"\n flavor_id = \"workspace.app.x86.4c8g\"\n image_id = \"{}\"\n \
             image_type = \"private\"\n vpc_id = \"{vpc}\"\n subnet_id = \"{subnet}\"\n system_disk_type = \"SAS\"\n \
             system_disk_size = 80\n is_vdi = false",
            server_group::IMAGE
        )
    };
    Replacement {
        name: "a server group in another subnet",
        kind: "server_group",
        before: |_| (),
        lines: [group("desk-1", "vpc-office", "subnet-office-1"), group("desk-2", "vpc-office", "subnet-office-2")],
        between: |_| (),
        destroys: Some(DELETE_SERVER_GROUPS),
        creates: CREATE_SERVER_GROUP,
        expect_done: |emulator| {
            assert!(emulator.server_group("desk-1").is_none() && emulator.server_group("desk-2").is_some());
        },
    }
}

/// The service offers an update to a delivery group.
fn offer_update(emulator: &Emulator, group: &str) {
    let task = json!({ "delivery_group_id": group, "version": "1.5.0-R-20260301.1" });
    emulator.change_world(&json!({ "alibaba": {
        "ota_tasks": { "ota-offered": task },
        "delivery_groups": { group: { "ota_task_id": "ota-offered" } },
    } }));
}

/// The update that a delivery group waits for.
fn update(emulator: &Emulator, group: &str) -> Value {
    let id = emulator.delivery_group(group)["ota_task_id"].clone();
    emulator.world()["alibaba"]["ota_tasks"][id.as_str().unwrap_or_default()].clone()
}

impl Replacement {
    fn configuration(&self, which: usize, creates_first: bool) -> String {
        let lifecycle = if creates_first { "lifecycle {\n create_before_destroy = true\n }" } else { "" };
        format!("resource \"appstreaming_{}\" \"this\" {{\n {}\n {lifecycle}\n}}\n", self.kind, self.lines[which])
    }

    /// The calls of the first and of the second step.
    fn steps(&self, creates_first: bool) -> [Option<&'static str>; 2] {
        let (destroys, creates) = (self.destroys, Some(self.creates));
        if creates_first { [creates, destroys] } else { [destroys, creates] }
    }

    /// Applies the change, and stops in it; `None` where there is no call to stop at.
    fn apply_and_stop(
        &self,
        emulator: &Emulator,
        workspace: &Workspace,
        stop: Stop,
        creates_first: bool,
    ) -> Option<Run> {
        let [first, second] = self.steps(creates_first);
        match stop {
            Stop::InterruptedInTheFirst => {
                emulator.fault(&json!({ "operation": first?, "kind": "slow", "seconds": 1.0, "every": 1 }));
                let running = workspace.start_apply(&[]);
                emulator.await_strikes(1);
                running.interrupt();
                Some(running.wait())
            }
            Stop::RefusedInTheSecond => {
                let refused = refusal(second?, "Forbidden.RAM");
                let position = if first == second { 2 } else { 1 };
                emulator.fault(&striking(refused, &json!({ "every": position })));
                Some(workspace.try_apply())
            }
        }
    }
}

/// How often each operation has changed something.
fn done(emulator: &Emulator) -> BTreeMap<String, usize> {
    let mut done = BTreeMap::new();
    for call in emulator.calls().into_iter().filter(|call| call.record["changes"] != json!([])) {
        *done.entry(call.operation).or_default() += 1;
    }
    done
}

fn is_finished_by_the_next_run(replacement: &Replacement, stop: Stop, creates_first: bool) {
    let case = format!("{}, {stop:?}, creation first: {creates_first}", replacement.name);
    let emulator = Emulator::start();
    (replacement.before)(&emulator);
    let workspace = Workspace::with(&emulator, &replacement.configuration(0, creates_first));
    workspace.apply();
    let mut expected = done(&emulator);
    (replacement.between)(&emulator);
    workspace.configure(&replacement.configuration(1, creates_first));
    let Some(run) = replacement.apply_and_stop(&emulator, &workspace, stop, creates_first) else { return };
    assert_eq!(run.code, 1, "{case}: {run}");
    for operation in replacement.steps(creates_first).into_iter().flatten() {
        *expected.entry(operation.to_owned()).or_default() += 1;
    }
    if replacement.destroys.is_some() || stop == Stop::RefusedInTheSecond {
        assert_ne!(done(&emulator), expected, "{case}: nothing is left to do");
    }
    emulator.lift_faults();
    workspace.apply();
    (replacement.expect_done)(&emulator);
    expect_at_rest(&workspace);
    assert_eq!(done(&emulator), expected, "{case}");
}

#[test]
fn a_replacement_that_stops_between_its_steps_is_finished_by_the_next_run_in_either_order() {
    for replacement in &replacements() {
        thread::scope(|scope| {
            for creates_first in [false, true] {
                for stop in [Stop::InterruptedInTheFirst, Stop::RefusedInTheSecond] {
                    scope.spawn(move || is_finished_by_the_next_run(replacement, stop, creates_first));
                }
            }
        });
    }
}

/// Two images, so that the one from before Terraform differs from both.
#[test]
fn an_image_that_is_replaced_and_stopped_still_knows_the_image_from_before_terraform() {
    let emulator = Emulator::start();
    let of = |image: &str, region: &str| {
        format!(
            "resource \"appstreaming_delivery_group_image\" \"this\" {{\n delivery_group_id = \"{GROUP}\"\n image_id = \
             \"{image}\"\n on_destroy = \"restore\"\n {region}\n}}\n"
        )
    };
    let workspace = Workspace::with(&emulator, &of(NEXT_IMAGE, ""));
    workspace.apply();
    workspace.configure(&of(THIRD_IMAGE, ""));
    emulator.fault(&striking(refusal(UPDATE_IMAGE, "Forbidden.RAM"), &json!({ "every": 2 })));
    let replace = "-replace=appstreaming_delivery_group_image.this";
    workspace.try_apply_with(&[replace]);
    emulator.lift_faults();
    workspace.apply();
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], THIRD_IMAGE);
    expect_at_rest(&workspace);
    workspace.destroy();
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], IMAGE);
}

#[test]
fn an_object_that_an_interrupted_replacement_left_behind_takes_nobody_with_it_for_good() {
    let emulator = Emulator::start();
    emulator.authorize_exactly(GROUP, &[]);
    let address = "appstreaming_delivery_group_authorization.this";
    let workspace = Workspace::with(
        &emulator,
        &format!(
            "resource \"appstreaming_delivery_group_authorization\" \"this\" {{\n delivery_group_id = \"{GROUP}\"\n \
             user_names = [\"carol\", \"erin\"]\n lifecycle {{\n create_before_destroy = true\n }}\n}}\n"
        ),
    );
    workspace.apply();
    // The creation has somebody to add, and so a call to interrupt.
    emulator.authorize_exactly(GROUP, &["erin"]);
    emulator.fault(&json!({ "operation": AUTHORIZE, "kind": "slow", "seconds": 1.0, "every": 1 }));
    let running = workspace.start_apply(&[&format!("-replace={address}")]);
    emulator.await_strikes(1);
    running.interrupt();
    running.wait().expect(&[1]);
    let state = std::fs::read_to_string(workspace.path().join("terraform.tfstate")).expect("a state");
    assert!(state.contains("\"deposed\""), "{state}");

    workspace.apply();
    if workspace.try_plan().code != 0 {
        workspace.apply();
    }
    assert_eq!(emulator.authorized_users(GROUP), ["carol", "erin"]);
    // Beside the state stands what was seen of the object that is gone now, until a refresh looks again.
    workspace.refresh();
    expect_at_rest(&workspace);
}
