//! Many server groups at once, at Terraform's own parallelism, against a gateway that throttles.

use std::fmt::Write as _;

use serde_json::Value;

use super::{ADDRESS, replacing_all, resource};
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
