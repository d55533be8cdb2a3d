//! What somebody changes in the console shows in the next plan.

use serde_json::{Value, json};

use super::{ADDRESS, NAME, NEXT_IMAGE, full, least, resource};
use crate::harness::{Emulator, Workspace};

#[test]
fn every_change_made_in_the_console_shows_in_the_plan_and_is_put_right() {
    // What changes in the world, and the attribute that shows it.
    let changes: [(&str, Value, &str); 17] = [
        ("name", json!("renamed"), "name"),
        ("description", json!("changed"), "description"),
        ("image_id", json!(NEXT_IMAGE), "image_id"),
        ("image_type", json!("shared"), "image_type"),
        ("system_disk_type", json!("SSD"), "system_disk_type"),
        ("system_disk_size", json!(160), "system_disk_size"),
        ("ou_name", json!("elsewhere"), "ou_name"),
        ("app_type", json!("SESSION_DESKTOP_APP"), "app_type"),
        ("storage_mount_policy", json!("SHARE"), "storage_mount_policy"),
        ("enabled", json!(false), "enabled"),
        ("tags", json!({ "by": "hand" }), "tags"),
        ("description", Value::Null, "description"),
        ("ou_name", Value::Null, "ou_name"),
        ("route_policy", json!({ "max_session": 3, "cpu_threshold": 80, "mem_threshold": 70 }), "route_policy"),
        ("route_policy", json!({ "cpu_threshold": 1 }), "route_policy"),
        ("route_policy", json!({ "mem_threshold": 100 }), "route_policy"),
        ("route_policy", json!({ "mem_threshold": Value::Null }), "route_policy"),
    ];
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let (id, original) = emulator.server_group(NAME).expect("the group is there");
    for (field, value, attribute) in changes {
        emulator.change_server_group(&id, json!({ field: value }));
        let plan = workspace.plan();
        let drift = plan.drift(ADDRESS);
        assert_ne!(drift["before"][attribute], drift["after"][attribute], "{attribute} in {drift}");
        assert_eq!(plan.actions(ADDRESS), ["update"], "{attribute}");
        workspace.apply_plan();
        let (_, group) = emulator.server_group(NAME).expect("the group is there");
        assert_eq!(group[field], original[field], "{attribute}");
    }
    workspace.expect_no_changes();
}

#[test]
fn what_a_full_configuration_has_beside_that_shows_too() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &full());
    workspace.apply();
    workspace.expect_no_changes();
    let (id, original) = emulator.server_group(NAME).expect("the group is there");
    // What changes in the world, the attribute that shows it, and whether it can be put right in place.
    let changes: [(&str, Value, &str, bool); 14] = [
        ("image_product_id", json!("another"), "image_product_id", true),
        ("route_policy", json!({ "gpu_threshold": 99 }), "route_policy", true),
        ("tags", json!({ "team": "changed" }), "tags", true),
        ("tags", json!({ "floor": Value::Null }), "tags", true),
        ("os_type", json!("Other"), "os_type", false),
        ("product_id", json!("workspace.app.x86.4c8g"), "flavor_id", false),
        ("subnet_id", json!("subnet-office-2"), "subnet_id", false),
        ("is_vdi", json!(true), "is_vdi", false),
        ("ip_virtual", json!({ "enable": false }), "ip_virtual", false),
        ("enterprise_project_id", json!("8"), "enterprise_project_id", false),
        ("extra_session_type", json!("CPU"), "extra_session_type", false),
        ("extra_session_size", json!(6), "extra_session_size", false),
        ("extra_session_size", Value::Null, "extra_session_size", false),
        ("primary_server_group_id", json!("20000000-0000-4000-8000-000000000001"), "primary_server_group_id", false),
    ];
    for (field, value, attribute, in_place) in changes {
        emulator.change_server_group(&id, json!({ field: value }));
        let plan = workspace.plan();
        let drift = plan.drift(ADDRESS);
        assert_ne!(drift["before"][attribute], drift["after"][attribute], "{attribute} in {drift}");
        let actions = if in_place { vec!["update"] } else { vec!["delete", "create"] };
        assert_eq!(plan.actions(ADDRESS), actions, "{attribute}");
        if !in_place {
            let paths = plan.change(ADDRESS)["replace_paths"].to_string();
            assert!(paths.contains(attribute), "{attribute} in {paths}");
        }
        emulator.change_server_group(&id, json!({ field: original.get(field) }));
    }
    workspace.expect_no_changes();
}

#[test]
fn a_group_that_is_gone_leaves_the_state() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");

    emulator.delete_server_group(&id);
    let plan = workspace.plan();
    assert_eq!(plan.drift(ADDRESS)["actions"], json!(["delete"]));
    assert_eq!(plan.actions(ADDRESS), ["create"]);
    workspace.apply_plan();
    workspace.expect_no_changes();

    let (id, _) = emulator.server_group(NAME).expect("the group is there again");
    emulator.delete_server_group(&id);
    workspace.destroy();
    assert!(workspace.state_list().is_empty());
}

#[test]
fn a_group_that_somebody_disables_is_enabled_again_also_where_nothing_is_configured() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &least());
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    emulator.change_server_group(&id, json!({ "enabled": false }));
    assert_eq!(workspace.plan().actions(ADDRESS), ["update"]);
    workspace.apply_plan();
    assert_eq!(emulator.server_group(NAME).expect("the group is there").1["enabled"], true);
    workspace.expect_no_changes();
}

#[test]
fn a_group_that_one_read_does_not_show_stays_in_the_state() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    // The last write is the creation, so that there was no such group before it.
    emulator.fault(&json!({ "operation": "ShowServerGroup", "kind": "stale_read" }));
    workspace.expect_no_changes();
    let missed = emulator.calls_of("ShowServerGroup").iter().filter(|call| call.status == Some(404)).count();
    assert_eq!(missed, 1);
}
