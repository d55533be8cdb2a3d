//! What a plan says beyond the change itself: replacements, warnings, and rules that need the service.

use serde_json::{Value, json};

use super::{ADDRESS, IMAGE, NAME, NEXT_IMAGE, PRIMARY, and, replacing_all, resource, resource_with};
use crate::harness::{Diagnostic, Emulator, Replacing, Workspace};

const SINGLE_SESSION: (&str, &str) = ("is_vdi               = false", "is_vdi               = true");

/// The configuration with further lines.
fn resource_and(lines: &str) -> String {
    and(&resource(), lines)
}

#[test]
fn each_attribute_that_cannot_be_changed_in_place_is_named_as_the_reason() {
    let emulator = Emulator::start();
    let full = resource_and(
        "region = \"cn-north-4\"\n  enterprise_project_id = \"0\"\n  ip_virtual = { enable = false }\n  \
         availability_zone = \"cn-north-4a\"\n  extra_session_type = \"CPU\"\n  extra_session_size = 5",
    );
    let workspace = Workspace::with(&emulator, &full);
    workspace.apply();
    workspace.expect_no_changes();
    for (from, to, path) in [
        ("\"Windows\"", "\"Linux\"", json!(["os_type"])),
        ("workspace.app.x86.4c8g", "workspace.app.x86.8c16g", json!(["flavor_id"])),
        ("vpc-office", "vpc-lab", json!(["vpc_id"])),
        ("subnet-office-1", "subnet-office-2", json!(["subnet_id"])),
        ("cn-north-4a", "cn-north-4b", json!(["availability_zone"])),
        ("\"cn-north-4\"", "\"cn-east-3\"", json!(["region"])),
        ("enterprise_project_id = \"0\"", "enterprise_project_id = \"7\"", json!(["enterprise_project_id"])),
        ("enable = false", "enable = true", json!(["ip_virtual"])),
        ("extra_session_type = \"CPU\"", "extra_session_type = \"GPU\"", json!(["extra_session_type"])),
        ("extra_session_size = 5", "extra_session_size = 6", json!(["extra_session_size"])),
    ] {
        workspace.configure(&full.replacing(from, to));
        let plan = workspace.plan();
        assert_eq!(plan.actions(ADDRESS), ["delete", "create"], "{path}");
        let paths = plan.change(ADDRESS)["replace_paths"].as_array().expect("paths").clone();
        assert!(!paths.is_empty() && paths.iter().all(|named| named[0] == path[0]), "{path}: {paths:?}");
    }
    let primary = resource_and(&format!("primary_server_group_id = \"{PRIMARY}\""));
    workspace.configure(&primary);
    let plan = workspace.plan();
    assert!(plan.change(ADDRESS)["replace_paths"].to_string().contains("primary_server_group_id"));
    workspace.configure(&replacing_all(&resource(), &[("max_session   = 10\n", ""), SINGLE_SESSION]));
    workspace.try_plan().expect(&[1]).only_error().must_say(&["route_policy", "multi-session"]);
}

#[test]
fn single_and_multi_session_groups_replace_each_other() {
    let emulator = Emulator::start();
    let without_policy = {
        let resource = resource();
        let (before, after) = resource.split_once("route_policy").expect("a policy");
        let (_, after) = after.split_once('}').expect("its end");
        format!("{before}{after}")
    };
    let workspace = Workspace::with(&emulator, &without_policy);
    workspace.apply();
    workspace.configure(&replacing_all(&without_policy, &[SINGLE_SESSION]));
    let plan = workspace.plan();
    assert_eq!(plan.change(ADDRESS)["replace_paths"], json!([["is_vdi"]]));
    workspace.apply_plan();
    workspace.expect_no_changes();
}

/// The warnings of a plan to change the built-in standby's primary, or the group with servers.
#[track_caller]
fn warnings_of(workspace: &Workspace, resource: &str) -> Vec<Diagnostic> {
    workspace.configure(resource);
    workspace.try_plan().expect(&[2]).warnings()
}

#[test]
fn changes_for_new_servers_only_say_how_many_keep_the_old() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    let changes = [
        (IMAGE, NEXT_IMAGE, "image"),
        ("= 80\n          is_vdi", "= 120\n          is_vdi", "system disk size"),
        ("\"desk\"", "\"hall\"", "OU"),
    ];
    for (from, to, _) in changes {
        assert!(warnings_of(&workspace, &resource_with(from, to)).is_empty(), "nobody keeps anything");
    }
    emulator.change_server_group(&id, json!({ "app_server_count": 3, "server_states": { "ACTIVE": 3 } }));
    for (from, to, what) in changes {
        let warnings = warnings_of(&workspace, &resource_with(from, to));
        let [warning] = &warnings[..] else { panic!("expected one warning about the {what}: {warnings:#?}") };
        warning.must_say(&[NAME, what, "3 servers", "new servers only"]);
        assert_eq!(warning.address, ADDRESS);
    }
}

#[test]
fn a_changed_number_of_sessions_warns_that_routing_is_reset() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let warnings = warnings_of(&workspace, &resource_with("max_session   = 10", "max_session   = 20"));
    let [warning] = &warnings[..] else { panic!("expected one warning: {warnings:#?}") };
    warning.must_say(&[NAME, "from 10 to 20", "reset"]);
    assert!(warnings_of(&workspace, &resource_with("cpu_threshold = 80", "cpu_threshold = 60")).is_empty());
}

#[test]
fn what_is_only_known_after_apply_is_said_like_what_is_known() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    emulator.change_server_group(&id, json!({ "app_server_count": 3, "server_states": { "ACTIVE": 3 } }));
    let later = "resource \"terraform_data\" \"later\" {\n input = 20\n}\n";
    let image = format!("\"{IMAGE}\"");
    for (from, to, parts) in [
        (image.as_str(), "tostring(terraform_data.later.output)", ["image", "3 servers"]),
        ("\"desk\"", "tostring(terraform_data.later.output)", ["OU", "3 servers"]),
        ("max_session   = 10", "max_session   = terraform_data.later.output", ["but 10", "reset"]),
    ] {
        let warnings = warnings_of(&workspace, &(later.to_owned() + &resource_with(from, to)));
        let [warning] = &warnings[..] else { panic!("expected one warning of {from}: {warnings:#?}") };
        warning.must_say(&[NAME, "only known after apply"]);
        warning.must_say(&parts);
    }
}

#[test]
fn a_creation_without_a_vpc_is_refused_before_any_call() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource_with("vpc_id               = \"vpc-office\"", ""));
    let error = workspace.try_plan().expect(&[1]).only_error();
    error.must_say(&["vpc_id"]);
    assert!(emulator.calls().is_empty());
}

#[test]
fn a_new_image_of_another_type_does_not_keep_the_old_ones_product() {
    let emulator = Emulator::start();
    let gold = resource_with(IMAGE, "10000000-0000-4000-8000-000000000004")
        .replacing("\"private\"", "\"gold\"\n          image_product_id = \"gold-windows-server\"");
    let workspace = Workspace::with(&emulator, &gold);
    workspace.apply();
    workspace.expect_no_changes();
    workspace.configure(&resource());
    let plan = workspace.plan();
    assert_eq!(plan.change(ADDRESS)["after"]["image_product_id"], Value::Null);
    workspace.apply_plan();
    workspace.expect_no_changes();
}
