//! `appstreaming_server_group`: the servers that applications run on.

mod bad_input;
mod deletion;
mod lost_answers;
mod plan;
mod tags;
mod takeover;

use serde_json::{Value, json};

use crate::harness::{Call, Emulator, Workspace, world::PROJECT};

const ADDRESS: &str = "appstreaming_server_group.this";
const NAME: &str = "reception";
const IMAGE: &str = "10000000-0000-4000-8000-000000000001";
const NEXT_IMAGE: &str = "10000000-0000-4000-8000-000000000002";

/// The whole configuration, one attribute in a line so that a test can change or add one.
fn resource() -> String {
    format!(
        r#"
        resource "appstreaming_server_group" "this" {{
          name                 = "{NAME}"
          description          = "Front desk"
          os_type              = "Windows"
          flavor_id            = "workspace.app.x86.4c8g"
          image_id             = "{IMAGE}"
          image_type           = "private"
          vpc_id               = "vpc-office"
          subnet_id            = "subnet-office-1"
          system_disk_type     = "SAS"
          system_disk_size     = 80
          is_vdi               = false
          app_type             = "COMMON_APP"
          storage_mount_policy = "ANY"
          ou_name              = "desk"
          enabled              = true
          route_policy = {{
            max_session   = 10
            cpu_threshold = 80
            mem_threshold = 70
          }}
        }}
        "#
    )
}

/// The configuration with one text replaced, which must be in it.
#[track_caller]
fn resource_with(from: &str, to: &str) -> String {
    let resource = resource();
    assert!(resource.contains(from), "there is no {from:?} in the configuration");
    resource.replace(from, to)
}

fn of_method<'a>(calls: &'a [Call], method: &str) -> Vec<&'a Call> {
    calls.iter().filter(|call| call.cloud == "huawei" && call.method() == method).collect()
}

fn changing(calls: &[Call]) -> Vec<&Call> {
    calls.iter().filter(|call| call.cloud == "huawei" && call.method() != "GET").collect()
}

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
fn the_least_that_a_group_needs_is_enough() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(
        &emulator,
        &format!(
            r#"
            resource "appstreaming_server_group" "this" {{
              name             = "{NAME}"
              os_type          = "Windows"
              flavor_id        = "workspace.app.x86.4c8g"
              image_id         = "{IMAGE}"
              image_type       = "private"
              vpc_id           = "vpc-office"
              subnet_id        = "subnet-office-1"
              system_disk_type = "SAS"
              system_disk_size = 80
              is_vdi           = false
            }}
            "#
        ),
    );
    workspace.apply();
    workspace.expect_no_changes();
    assert_eq!(workspace.attributes(ADDRESS)["enabled"], true);
    workspace.destroy();
    assert!(emulator.server_group(NAME).is_none());
}

#[test]
fn a_patch_holds_the_changed_attributes_alone() {
    // What to replace by what, and the whole body that this must send.
    let changes = [
        ("\"reception\"", "\"front-desk\"", json!({ "name": "front-desk" })),
        ("\"Front desk\"", "\"Desk\"", json!({ "description": "Desk" })),
        ("\"Front desk\"", "\"\"", json!({ "description": "" })),
        (IMAGE, NEXT_IMAGE, json!({ "image_id": NEXT_IMAGE })),
        ("= \"SAS\"", "= \"SSD\"", json!({ "system_disk_type": "SSD" })),
        ("= 80\n          is_vdi", "= 120\n          is_vdi", json!({ "system_disk_size": 120 })),
        ("\"desk\"", "\"hall\"", json!({ "ou_name": "hall" })),
        ("\"COMMON_APP\"", "\"SESSION_DESKTOP_APP\"", json!({ "app_type": "SESSION_DESKTOP_APP" })),
        ("\"ANY\"", "\"USER\"", json!({ "storage_mount_policy": "USER" })),
        ("enabled              = true", "enabled              = false", json!({ "server_group_status": false })),
        (
            "max_session   = 10",
            "max_session   = 20",
            json!({ "route_policy": { "max_session": 20, "cpu_threshold": 80, "mem_threshold": 70 } }),
        ),
    ];
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    for (from, to, body) in changes {
        workspace.configure(&resource_with(from, to));
        let plan = workspace.plan();
        assert_eq!(plan.actions(ADDRESS), ["update"], "{from} -> {to}");
        let (_, calls) = emulator.calls_during(|| workspace.apply_plan());
        let sent: Vec<_> = changing(&calls).iter().map(|call| (call.method(), call.body())).collect();
        assert_eq!(sent, [("PATCH", body)], "{from} -> {to}");
        workspace.expect_no_changes();

        workspace.configure(&resource());
        workspace.apply();
        workspace.expect_no_changes();
    }
}

#[test]
fn changes_made_together_travel_together() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    workspace.configure(&resource_with("\"Front desk\"", "\"Desk\"").replace("\"ANY\"", "\"SHARE\""));
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    let sent: Vec<_> = changing(&calls).iter().map(|call| call.body()).collect();
    assert_eq!(sent, [json!({ "description": "Desk", "storage_mount_policy": "SHARE" })]);
}

#[test]
fn what_cannot_be_changed_in_place_replaces_the_group() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    for (from, to, path) in [
        ("subnet-office-1", "subnet-office-2", "subnet_id"),
        ("workspace.app.x86.4c8g", "workspace.app.x86.8c16g", "flavor_id"),
        ("vpc-office", "vpc-lab", "vpc_id"),
    ] {
        workspace.configure(&resource_with(from, to));
        let plan = workspace.plan();
        assert_eq!(plan.actions(ADDRESS), ["delete", "create"], "{path}");
        assert_eq!(plan.change(ADDRESS)["replace_paths"], json!([[path]]));
    }
    let (before, _) = emulator.server_group(NAME).expect("the group is there");
    workspace.configure(&resource_with("subnet-office-1", "subnet-office-2"));
    workspace.apply();
    let (after, group) = emulator.server_group(NAME).expect("the group is there");
    assert_ne!(before, after);
    assert_eq!(group["subnet_id"], "subnet-office-2");
    workspace.expect_no_changes();
}

#[test]
fn every_change_made_in_the_console_shows_in_the_plan_and_is_put_right() {
    // What changes in the world, and the attribute that shows it.
    let changes: [(&str, Value, &str); 14] = [
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
        workspace.expect_no_changes();
    }
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
fn destroy_deletes_the_group() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let (_, calls) = emulator.calls_during(|| workspace.destroy());
    assert_eq!(of_method(&calls, "DELETE").len(), 1, "{calls:?}");
    assert!(emulator.server_group(NAME).is_none());
    assert!(workspace.state_list().is_empty());
}

/// The service never answers the VPC and the availability zone: after an import they come from the configuration, and
/// taking them over changes nothing in the cloud.
#[track_caller]
fn adopt(emulator: &Emulator, workspace: &Workspace) {
    let plan = workspace.plan();
    assert!([vec!["no-op"], vec!["update"]].contains(&plan.actions(ADDRESS)), "{plan:?}");
    let (_, calls) = emulator.calls_during(|| workspace.apply_plan());
    assert!(changing(&calls).is_empty(), "{calls:?}");
    workspace.expect_no_changes();
}

#[test]
fn import_by_command_reads_the_group() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let before = workspace.attributes(ADDRESS);
    let id = before["id"].as_str().expect("an id");

    workspace.run(&["state", "rm", ADDRESS]).expect(&[0]);
    workspace.import(ADDRESS, id).expect(&[0]);
    let imported = workspace.attributes(ADDRESS);
    for name in ["name", "description", "flavor_id", "image_id", "image_type", "route_policy", "enabled", "ou_name"] {
        assert_eq!(imported[name], before[name], "{name}");
    }
    adopt(&emulator, &workspace);
}

#[test]
fn import_by_block_reads_the_group() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");

    workspace.run(&["state", "rm", ADDRESS]).expect(&[0]);
    workspace.configure(&format!("{}\nimport {{\n  to = {ADDRESS}\n  id = \"{id}\"\n}}\n", resource()));
    adopt(&emulator, &workspace);
    assert_eq!(workspace.attributes(ADDRESS)["id"], id.as_str());
}

#[test]
fn import_of_an_unknown_group_is_an_error() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    let id = "99999999-0000-4000-8000-000000000000";
    let run = workspace.import(ADDRESS, id).expect(&[1]);
    assert!(run.stderr.contains(id), "{run}");
    assert!(workspace.state_list().is_empty());
}

#[test]
fn many_groups_live_side_by_side() {
    let emulator = Emulator::start();
    let many = resource_with("\"this\" {", "\"this\" {\n          count = 15")
        .replace("\"reception\"", "\"desk-${count.index}\"");
    let workspace = Workspace::with(&emulator, &many);
    workspace.apply();
    workspace.expect_no_changes();
    for index in 0..15 {
        let (id, _) = emulator.server_group(&format!("desk-{index}")).expect("the group is there");
        assert_eq!(workspace.attributes(&format!("{ADDRESS}[{index}]"))["id"], id.as_str());
    }
    workspace.destroy();
    assert!(emulator.server_group("desk-0").is_none());
}
