//! Creating a server group: what is sent, and what is known of it afterwards.

use serde_json::{Value, json};

use super::{ADDRESS, IMAGE, NAME, changing, full, least, of_method, resource, resource_with};
use crate::harness::{Emulator, Workspace, world::PROJECT};

#[test]
fn a_group_is_created_with_what_was_asked_for_and_planned_no_more() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    assert_eq!(workspace.plan().actions(ADDRESS), ["create"]);
    workspace.apply_plan();

    let calls = emulator.calls();
    let created = of_method(&calls, "POST");
    assert_eq!(created.len(), 1, "{created:?}");
    assert_eq!(created[0].status, Some(200));
    let body = created[0].body();
    for (name, value) in [
        ("name", json!(NAME)),
        ("description", json!("Front desk")),
        ("os_type", json!("Windows")),
        ("product_id", json!("workspace.app.x86.4c8g")),
        ("image_id", json!(IMAGE)),
        ("image_type", json!("private")),
        ("vpc_id", json!("vpc-office")),
        ("subnet_id", json!("subnet-office-1")),
        ("system_disk_type", json!("SAS")),
        ("system_disk_size", json!(80)),
        ("is_vdi", json!(false)),
        ("ou_name", json!("desk")),
        ("route_policy", json!({ "max_session": 10, "cpu_threshold": 80, "mem_threshold": 70 })),
    ] {
        assert_eq!(body[name], value, "{name} in {body}");
    }

    let (id, group) = emulator.server_group(NAME).expect("the group is there");
    assert_eq!(group["project_id"], PROJECT);
    assert_eq!(group["product_id"], "workspace.app.x86.4c8g");
    let attributes = workspace.attributes(ADDRESS);
    assert_eq!(attributes["id"], id.as_str());
    assert_eq!(attributes["system_disk_size"], 80);
    assert_eq!(attributes["route_policy"]["max_session"], 10);
    workspace.expect_no_changes();
}

#[test]
fn every_argument_of_a_creation_is_sent_and_nothing_else() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &full());
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    let created = of_method(&calls, "POST");
    let bodies: Vec<_> = created.iter().map(|call| call.body()).collect();
    assert_eq!(
        bodies,
        [json!({
            "name": NAME, "description": "Front desk", "os_type": "Windows",
            "product_id": "workspace.app.x86.gpu.8c32g", "image_id": "10000000-0000-4000-8000-000000000004",
            "image_type": "gold", "image_product_id": "gold-windows-server", "vpc_id": "vpc-office",
            "subnet_id": "subnet-office-1", "availability_zone": "cn-north-4a", "system_disk_type": "SAS",
            "system_disk_size": 80, "is_vdi": false, "app_type": "COMMON_APP", "ou_name": "desk",
            "server_group_status": false, "enterprise_project_id": "7", "ip_virtual": { "enable": true },
            "route_policy": { "max_session": 10, "cpu_threshold": 80, "gpu_threshold": 60, "mem_threshold": 70 },
            "extra_session_type": "GPU", "extra_session_size": 5,
            "tags": [{ "key": "floor", "value": "" }, { "key": "team", "value": "desk" }],
        })]
    );
    assert!(created[0].record["not_understood"].as_array().is_some_and(Vec::is_empty), "{created:?}");
    // What a creation does not take is set right after.
    let patches: Vec<_> = of_method(&calls, "PATCH").iter().map(|call| call.body()).collect();
    assert_eq!(patches, [json!({ "storage_mount_policy": "USER" })]);
    workspace.expect_no_changes();
    workspace.destroy();
}

#[test]
fn the_least_that_a_group_needs_is_enough() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &least());
    workspace.apply();
    workspace.expect_no_changes();
    assert_eq!(workspace.attributes(ADDRESS)["enabled"], true);
    workspace.destroy();
    assert!(emulator.server_group(NAME).is_none());
}

#[test]
fn what_the_query_answers_beside_the_arguments_is_in_the_state() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    emulator.change_server_group(
        &id,
        json!({
            "app_server_count": 3, "app_group_count": 2,
            "scaling_policy": {
                "enable": true, "max_scaling_amount": 10, "single_expansion_count": 2,
                "scaling_policy_by_session":
                    { "session_usage_threshold": 80, "shrink_after_session_idle_minutes": 30 },
            },
        }),
    );
    emulator.change_server_group("20000000-0000-4000-8000-000000000002", json!({ "primary_server_group_id": &id }));
    workspace.refresh();
    let state = workspace.attributes(ADDRESS);
    for (name, value) in [
        ("app_server_count", json!(3)),
        ("app_group_count", json!(2)),
        ("app_server_flavor_count", json!(1)),
        ("image_name", json!("Office tools 1")),
        ("image_min_disk", json!(80)),
        ("project_name", json!("cn-north-4")),
        ("subnet_name", json!("office-1")),
        ("site_type", json!("CENTER")),
        ("site_id", json!("center")),
        ("standby_server_group_ids", json!(["20000000-0000-4000-8000-000000000002"])),
        (
            "product",
            json!({
                "flavor_id": "x1.4u.8g", "type": "BASE", "architecture": "x86", "cpu": 4, "memory": 8192,
                "is_gpu": false, "gpu_desc": "", "charge_mode": "0", "sessions": 10,
            }),
        ),
        (
            "scaling_policy",
            json!({
                "enable": true, "max_scaling_amount": 10, "single_expansion_count": 2, "session_usage_threshold": 80,
                "shrink_after_session_idle_minutes": 30, "cpu_usage_threshold": Value::Null,
                "mem_usage_threshold": Value::Null, "gpu_usage_threshold": Value::Null,
            }),
        ),
    ] {
        assert_eq!(state[name], value, "{name}");
    }
    for time in ["created_at", "updated_at"] {
        let text = state[time].as_str().unwrap_or_default();
        assert!(text.parse::<jiff::Timestamp>().is_ok(), "{time}: {text:?}");
    }
    workspace.expect_no_changes();
}

#[test]
fn the_mount_policy_is_set_right_after_the_creation_and_nowhere_else() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource_with("\"ANY\"", "\"SHARE\""));
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    let sent: Vec<_> = changing(&calls).iter().map(|call| call.method().to_owned()).collect();
    assert_eq!(sent, ["POST", "PATCH"]);
    assert!(of_method(&calls, "POST")[0].body().get("storage_mount_policy").is_none());
    assert_eq!(of_method(&calls, "PATCH")[0].body(), json!({ "storage_mount_policy": "SHARE" }));
    let (_, group) = emulator.server_group(NAME).expect("the group is there");
    assert_eq!(group["storage_mount_policy"], "SHARE");
    workspace.expect_no_changes();
}

#[test]
fn a_mount_policy_that_the_creation_gives_by_itself_is_not_set_again() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    let sent: Vec<_> = changing(&calls).iter().map(|call| call.method().to_owned()).collect();
    assert_eq!(sent, ["POST"]);
    workspace.expect_no_changes();
}

#[test]
fn a_creation_that_is_interrupted_after_its_answer_is_brought_to_its_end() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource_with("\"ANY\"", "\"USER\""));
    emulator.fault(&json!({ "operation": "ShowServerGroup", "kind": "hang", "next": 1 }));
    let running = workspace.start_apply(&[]);
    emulator.await_call_of("ShowServerGroup");
    running.interrupt();
    running.wait().expect(&[0, 1]);
    let (_, group) = emulator.server_group(NAME).expect("the group is there");
    assert_eq!(group["storage_mount_policy"], "USER");
    // It is not tainted: it would be replaced otherwise.
    workspace.expect_no_changes();
    assert_eq!(emulator.calls_of("CreateServerGroup").len(), 1);
}

#[test]
fn a_group_that_cannot_be_read_after_its_creation_is_as_the_creation_has_answered() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    emulator.fault(&json!({
        "operation": "ShowServerGroup", "kind": "error", "status": 403, "code": "WKS.0003", "message": "No.", "next": 1,
    }));
    let run = workspace.apply();
    let warnings = run.warnings();
    let [warning] = &warnings[..] else { panic!("expected one warning: {run}") };
    warning.must_say(&["was created", "could not be read", "No (HTTP status 403"]);
    assert_eq!(emulator.calls_of("CreateServerGroup").len(), 1);
    workspace.expect_no_changes();
}

#[test]
fn an_interrupt_while_it_is_looked_for_what_a_lost_creation_made_is_no_reason_to_forget_that() {
    // It shows late; or the creation is still on its way.
    for (kind, lag) in [("close_after", "2"), ("slow", "0")] {
        let emulator = Emulator::start_with(&["--consistency-seconds", lag]);
        emulator.fault(&json!({ "operation": "CreateServerGroup", "kind": kind, "seconds": 1.0, "every": 1 }));
        let workspace = Workspace::with(&emulator, &resource_with("\"ANY\"", "\"USER\""));
        let running = workspace.start_apply(&[]);
        emulator.await_strikes(1);
        running.interrupt();
        running.wait().expect(&[0, 1]);
        emulator.lift_faults();
        emulator.advance(3);
        let (_, group) = emulator.server_group(NAME).expect("the group is there");
        assert_eq!(group["storage_mount_policy"], "USER", "{kind}");
        workspace.expect_no_changes();
        assert_eq!(emulator.calls_of("CreateServerGroup").len(), 1, "{kind}");
    }
}

#[test]
fn what_a_lost_creation_made_is_taken_over_though_the_first_look_at_it_is_older_or_cut_short() {
    for kind in ["stale_read", "hang"] {
        let emulator = Emulator::start();
        emulator.fault(&json!({ "operation": "CreateServerGroup", "kind": "close_after", "next": 1 }));
        emulator.fault(&json!({ "operation": "ShowServerGroup", "kind": kind, "next": 1 }));
        let workspace = Workspace::with(&emulator, &resource_with("\"ANY\"", "\"USER\""));
        let running = workspace.start_apply(&[]);
        if kind == "hang" {
            emulator.await_call_of("ShowServerGroup");
            running.interrupt();
        }
        running.wait().expect(&[0, 1]);
        let (_, group) = emulator.server_group(NAME).expect("the group is there");
        assert_eq!(group["storage_mount_policy"], "USER", "{kind}");
        workspace.expect_no_changes();
        assert_eq!(emulator.calls_of("CreateServerGroup").len(), 1, "{kind}");
    }
}

#[test]
fn what_a_lost_creation_may_have_made_and_nobody_can_look_at_is_named_with_its_id() {
    let emulator = Emulator::start();
    emulator.fault(&json!({ "operation": "CreateServerGroup", "kind": "close_after", "next": 1 }));
    emulator.fault(&json!({
        "operation": "ShowServerGroup", "kind": "error", "every": 1,
        "status": 403, "code": "WKS.0003", "message": "No.",
    }));
    let workspace = Workspace::with(&emulator, &resource());
    let run = workspace.try_apply().expect(&[1]);
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    run.only_error().must_say(&["No (HTTP status 403", "got no answer", &id, "Import it"]);
}
