//! Many server groups at once, at Terraform's own parallelism, against a gateway that throttles.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{ADDRESS, replacing_all, resource, set_provider};
use crate::harness::{Call, Emulator, Workspace};

/// Few enough for a test; what `make bench` measures has a thousand.
const GROUPS: usize = 40;

fn many(description: &str) -> String {
    // Another mount policy than a creation gives by itself is a further call for each.
    replacing_all(
        &resource(),
        &[
            ("\"this\" {", &format!("\"this\" {{\n          count = {GROUPS}")),
            ("\"reception\"", "\"desk-${count.index}\""),
            ("Front desk", description),
            ("\"ANY\"", "\"SHARE\""),
        ],
    )
}

/// How many calls of an operation were taken, and how many were throttled.
fn taken(calls: &[Call], operation: &str) -> (usize, usize) {
    let (throttled, taken): (Vec<_>, Vec<_>) =
        calls.iter().filter(|call| call.operation == operation).partition(|call| call.status == Some(429));
    (taken.len(), throttled.len())
}

fn groups(emulator: &Emulator) -> Vec<Value> {
    let world = emulator.world();
    let groups = world["huawei"]["server_groups"].as_object().expect("server groups").values().cloned();
    groups.filter(|group| group["name"].as_str().is_some_and(|name| name.starts_with("desk-"))).collect()
}

#[test]
fn a_gateway_that_throttles_leads_to_no_error_and_no_call_too_many() {
    // Fewer in a second than ten parallel resources would send.
    let emulator = Emulator::start_with(&["--rate-limit", "15"]);
    let workspace = Workspace::with(&emulator, &many("Front desk"));
    let mut throttled = String::new();
    let mut note = |what: &str, calls: &[Call], operation: &str, expected: usize| {
        let (taken, refused) = taken(calls, operation);
        assert_eq!(taken, expected, "{what}: {operation}");
        let _ = write!(throttled, "{what} {operation}: {refused} throttled; ");
    };

    let (run, calls) = emulator.calls_during(|| workspace.apply());
    assert!(run.errors().is_empty());
    note("create", &calls, "CreateServerGroup", GROUPS);
    note("create", &calls, "UpdateServerGroup", GROUPS);
    assert_eq!(groups(&emulator).len(), GROUPS);

    let (_, calls) = emulator.calls_during(|| workspace.expect_no_changes());
    note("refresh", &calls, "ShowServerGroup", GROUPS);

    workspace.configure(&many("Desk"));
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    note("change", &calls, "UpdateServerGroup", GROUPS);
    assert!(groups(&emulator).iter().all(|group| group["description"] == "Desk"));
    assert_eq!(workspace.attributes(&format!("{ADDRESS}[7]"))["description"], "Desk");

    let (_, calls) = emulator.calls_during(|| workspace.destroy());
    note("destroy", &calls, "DeleteServerGroups", GROUPS);
    assert!(groups(&emulator).is_empty());
    println!("{throttled}");
}

#[test]
fn where_the_update_time_is_trusted_a_refresh_of_many_costs_one_list_and_a_few_reads() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &many("Front desk"));
    workspace.apply();
    let refreshed = |expected: &[(&str, usize)]| {
        let (plan, calls) = emulator.calls_during(|| workspace.plan());
        for (operation, count) in expected {
            let made = calls.iter().filter(|call| call.operation == *operation).count();
            assert_eq!(made, *count, "{operation}");
        }
        (0..GROUPS).filter(|at| plan.actions(&format!("{ADDRESS}[{at}]")) != ["no-op"]).collect::<Vec<_>>()
    };
    assert!(refreshed(&[("ShowServerGroup", GROUPS), ("ListServerGroups", 0)]).is_empty());
    set_provider(&workspace, &emulator, "trust_update_time = true");
    assert!(refreshed(&[("ShowServerGroup", 3), ("ListServerGroups", 1)]).is_empty());

    // What the list shows otherwise is read by itself, and so is what was changed since, though the list does not show
    // in what.
    let change = |name: &str, fields: Value| {
        let (id, _) = emulator.server_group(name).expect("a server group");
        emulator.change_world(&json!({ "huawei": { "server_groups": { id: fields } } }));
    };
    change("desk-7", json!({ "description": "Somebody was here" }));
    let policy = json!({ "max_session": 3, "cpu_threshold": 80, "mem_threshold": 70 });
    change("desk-11", json!({ "route_policy": policy, "update_time": "2030-01-01T00:00:00Z" }));
    assert_eq!(refreshed(&[("ListServerGroups", 1)]), [7, 11]);
}
