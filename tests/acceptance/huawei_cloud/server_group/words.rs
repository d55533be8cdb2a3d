//! The same said in other words: an object without a value says what its absence says, and so does a default.

use super::{ADDRESS, and, changing, resource};
use crate::harness::{Emulator, Replacing, Workspace};

const POLICY: &str = "route_policy = {
            max_session   = 10
            cpu_threshold = 80
            mem_threshold = 70
          }";

/// Applies one, and then the other is planned without a change.
#[track_caller]
fn expect_the_same(one: &str, other: &str) {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, one);
    workspace.apply();
    workspace.configure(other);
    workspace.expect_no_changes();
    let calls = emulator.calls_of("UpdateServerGroup").len();
    workspace.apply();
    workspace.expect_no_changes();
    assert_eq!(emulator.calls_of("UpdateServerGroup").len(), calls);
    assert_eq!(emulator.calls_of("CreateServerGroup").len(), 1);
}

#[test]
fn ip_virtualization_without_a_value_is_none() {
    for object in ["{}", "{ enable = null }", "{ enable = false }"] {
        expect_the_same(&resource(), &and(&resource(), &format!("ip_virtual = {object}")));
    }
}

#[test]
fn ip_virtualization_without_a_value_stays_on() {
    let on = and(&resource(), "ip_virtual = { enable = true }");
    for object in ["{}", "{ enable = null }"] {
        expect_the_same(&on, &and(&resource(), &format!("ip_virtual = {object}")));
    }
}

#[test]
fn an_empty_object_is_settled_in_a_creation() {
    expect_the_same(&and(&resource(), "ip_virtual = {}"), &resource());
    let empty = and(&resource().replacing(POLICY, "route_policy = {}"), "ip_virtual = { enable = null }");
    expect_the_same(&empty, &empty);
}

#[test]
fn a_routing_policy_without_a_value_is_the_one_that_there_is() {
    let without = resource().replacing(POLICY, "");
    for policy in ["{}", "{ max_session = null }"] {
        let empty = resource().replacing(POLICY, &format!("route_policy = {policy}"));
        expect_the_same(&resource(), &empty);
        expect_the_same(&without, &empty);
    }
}

#[test]
fn switching_ip_virtualization_replaces_the_group() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &and(&resource(), "ip_virtual = { enable = false }"));
    workspace.apply();
    workspace.configure(&and(&resource(), "ip_virtual = { enable = true }"));
    assert_eq!(workspace.plan().actions(ADDRESS), ["delete", "create"]);
}

#[test]
fn an_empty_id_is_none() {
    for attribute in ["image_product_id", "enterprise_project_id", "primary_server_group_id"] {
        let empty = and(&resource(), &format!("{attribute} = \"\""));
        expect_the_same(&empty, &empty);
    }
}

#[test]
fn an_empty_id_where_there_is_none_is_taken_over_without_a_call() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let empty =
        ["image_product_id", "enterprise_project_id", "primary_server_group_id"].map(|it| format!("{it} = \"\""));
    workspace.configure(&and(&resource(), &empty.join("\n")));
    assert_eq!(workspace.plan().actions(ADDRESS), ["update"]);
    let (_, calls) = emulator.calls_during(|| {
        workspace.apply_plan();
        workspace.expect_no_changes();
        workspace.configure(&resource());
        workspace.apply();
    });
    assert!(changing(&calls).is_empty(), "{calls:?}");
    workspace.expect_no_changes();
}

#[test]
fn an_empty_zone_or_vpc_says_what_its_absence_says() {
    let zoned = and(&resource(), "availability_zone = \"cn-north-4a\"");
    expect_the_same(&zoned, &and(&resource(), "availability_zone = \"\""));
    expect_the_same(&zoned, &and(&resource(), "availability_zone = null"));
    expect_the_same(&resource(), &resource().replacing("\"vpc-office\"", "\"\""));
}

#[test]
fn an_availability_zone_that_is_empty_where_there_is_none_is_taken_over_without_a_call() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    workspace.configure(&and(&resource(), "availability_zone = \"\""));
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    assert!(changing(&calls).is_empty(), "{calls:?}");
    workspace.expect_no_changes();
}

#[test]
fn an_object_without_a_value_is_settled_by_the_first_apply_after_an_import() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let id = workspace.attributes(ADDRESS)["id"].as_str().expect("an ID").to_owned();
    emulator.change_server_group(&id, serde_json::json!({ "ip_virtual": serde_json::Value::Null }));
    workspace.run(&["state", "rm", ADDRESS]).expect(&[0]);
    workspace.configure(&and(&resource(), "ip_virtual = {}\n timeouts = { create = \"20m\" }"));
    workspace.import(ADDRESS, &id);
    workspace.apply();
    workspace.expect_no_changes();
    assert_eq!(emulator.calls_of("UpdateServerGroup").len(), 0);
}
