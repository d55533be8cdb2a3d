//! Changing a server group in place: the body of each PATCH.

use serde_json::{Value, json};

use super::{ADDRESS, IMAGE, NAME, NEXT_IMAGE, changing, full, replacing_all, resource, resource_with};
use crate::harness::{Emulator, Replacing, Workspace};

/// The bodies that applying the configuration sends, and that nothing is left to do.
#[track_caller]
fn sent(emulator: &Emulator, workspace: &Workspace, resource: &str) -> Vec<(String, Value)> {
    workspace.configure(resource);
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    workspace.expect_no_changes();
    changing(&calls).iter().map(|call| (call.method().to_owned(), call.body())).collect()
}

#[test]
fn a_patch_holds_the_changed_attributes_alone() {
    // What to replace by what, and the whole body that this must send.
    let changes = [
        ("\"reception\"", "\"front-desk\"", json!({ "name": "front-desk" })),
        ("\"Front desk\"", "\"Desk\"", json!({ "description": "Desk" })),
        ("\"Front desk\"", "\"\"", json!({ "description": "" })),
        ("description          = \"Front desk\"", "", json!({ "description": "" })),
        (IMAGE, NEXT_IMAGE, json!({ "image_id": NEXT_IMAGE })),
        ("= \"SAS\"", "= \"SSD\"", json!({ "system_disk_type": "SSD" })),
        ("= 80\n          is_vdi", "= 120\n          is_vdi", json!({ "system_disk_size": 120 })),
        ("\"desk\"", "\"hall\"", json!({ "ou_name": "hall" })),
        ("ou_name              = \"desk\"", "", json!({ "ou_name": "" })),
        ("\"COMMON_APP\"", "\"SESSION_DESKTOP_APP\"", json!({ "app_type": "SESSION_DESKTOP_APP" })),
        ("\"ANY\"", "\"USER\"", json!({ "storage_mount_policy": "USER" })),
        ("enabled              = true", "enabled              = false", json!({ "server_group_status": false })),
        (
            "max_session   = 10",
            "max_session   = 20",
            json!({ "route_policy": { "max_session": 20, "cpu_threshold": 80, "mem_threshold": 70 } }),
        ),
        (
            "cpu_threshold = 80",
            "cpu_threshold = 75",
            json!({ "route_policy": { "max_session": 10, "cpu_threshold": 75, "mem_threshold": 70 } }),
        ),
        (
            "mem_threshold = 70",
            "mem_threshold = 75\n gpu_threshold = 65",
            json!({ "route_policy":
                { "max_session": 10, "cpu_threshold": 80, "gpu_threshold": 65, "mem_threshold": 75 } }),
        ),
    ];
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    for (from, to, body) in changes {
        let patches = sent(&emulator, &workspace, &resource_with(from, to));
        assert_eq!(patches, [("PATCH".to_owned(), body)], "{from} -> {to}");
        workspace.configure(&resource());
        workspace.apply();
    }
    workspace.expect_no_changes();
}

#[test]
fn an_images_type_and_product_change_by_themselves_too() {
    let gold = "10000000-0000-4000-8000-000000000004";
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &full());
    workspace.apply();
    let change_image =
        |id: &str, fields: Value| emulator.change_world(&json!({ "huawei": { "images": { id: fields } } }));
    // The marketplace sells the image as another product, and then it is no longer of the marketplace.
    change_image(gold, json!({ "product_id": "gold-next" }));
    let next = full().replacing("gold-windows-server", "gold-next");
    let patches = sent(&emulator, &workspace, &next);
    assert_eq!(patches, [("PATCH".to_owned(), json!({ "image_product_id": "gold-next" }))]);
    change_image(gold, json!({ "image_type": "shared" }));
    let patches = sent(&emulator, &workspace, &next.replacing("\"gold\"", "\"shared\""));
    assert_eq!(patches, [("PATCH".to_owned(), json!({ "image_type": "shared" }))]);
}

#[test]
fn an_image_that_comes_from_no_marketplace_clears_the_product_of_the_one_that_did() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &full());
    workspace.apply();
    let changes = [
        ("10000000-0000-4000-8000-000000000004", IMAGE),
        ("\"gold\"", "\"private\""),
        ("image_product_id      = \"gold-windows-server\"\n", "\n"),
    ];
    let patches = sent(&emulator, &workspace, &replacing_all(&full(), &changes));
    let body = json!({ "image_id": IMAGE, "image_type": "private", "image_product_id": "" });
    assert_eq!(patches, [("PATCH".to_owned(), body)]);
}

#[test]
fn what_others_rename_before_an_apply_does_not_fail_it() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    workspace.configure(&resource_with("\"Front desk\"", "\"Desk\""));
    workspace.plan();
    emulator.change_world(&json!({ "huawei": {
        "vpcs": { "vpc-office": { "subnet-office-1": { "name": "renamed" } } },
        "images": { IMAGE: { "name": "Renamed", "min_disk": 70 } },
        "products": { "workspace.app.x86.4c8g": { "memory": 9216 } },
    } }));
    workspace.apply_plan();
    workspace.refresh();
    let state = workspace.attributes(ADDRESS);
    assert_eq!((&state["subnet_name"], &state["image_name"]), (&json!("renamed"), &json!("Renamed")));
    workspace.expect_no_changes();
}

#[test]
fn changes_made_together_travel_together() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    workspace.configure(&resource_with("\"Front desk\"", "\"Desk\"").replacing("\"ANY\"", "\"SHARE\""));
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    let sent: Vec<_> = changing(&calls).iter().map(|call| call.body()).collect();
    assert_eq!(sent, [json!({ "description": "Desk", "storage_mount_policy": "SHARE" })]);
}

#[test]
fn pairs_of_changes_are_sent_as_one_body_of_the_two() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    for (changes, body) in [
        ([("\"reception\"", "\"lobby\""), ("\"Front desk\"", "\"\"")], json!({ "name": "lobby", "description": "" })),
        (
            [(IMAGE, NEXT_IMAGE), ("= 80\n          is_vdi", "= 120\n          is_vdi")],
            json!({ "image_id": NEXT_IMAGE, "system_disk_size": 120 }),
        ),
        (
            [("= \"SAS\"", "= \"SSD\""), ("\"desk\"", "\"hall\"")],
            json!({ "system_disk_type": "SSD", "ou_name": "hall" }),
        ),
        (
            [("\"COMMON_APP\"", "\"SESSION_DESKTOP_APP\""), ("enabled              = true", "enabled = false")],
            json!({ "app_type": "SESSION_DESKTOP_APP", "server_group_status": false }),
        ),
        (
            [("\"ANY\"", "\"USER\""), ("max_session   = 10", "max_session = 11")],
            json!({
                "storage_mount_policy": "USER",
                "route_policy": { "max_session": 11, "cpu_threshold": 80, "mem_threshold": 70 },
            }),
        ),
    ] {
        let changed = replacing_all(&resource(), &changes);
        assert_eq!(sent(&emulator, &workspace, &changed), [("PATCH".to_owned(), body)]);
        workspace.configure(&resource());
        workspace.apply();
    }
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
fn a_policy_for_more_sessions_than_a_change_takes_is_refused_in_the_plan() {
    let emulator = Emulator::start();
    let many = resource().replacing("max_session   = 10", "max_session   = 200");
    let workspace = Workspace::with(&emulator, &many);
    workspace.apply();
    workspace.expect_no_changes();
    for (from, to) in [("max_session   = 200", "max_session = 300"), ("cpu_threshold = 80", "cpu_threshold = 70")] {
        workspace.configure(&many.replacing(from, to));
        let error = workspace.try_plan().expect(&[1]).only_error();
        error.must_say(&["up to 100 sessions on a server", "put it in again"]);
    }
    assert!(emulator.calls_of("UpdateServerGroup").iter().all(|call| call.body()["route_policy"].is_null()));
    // Down to what a change takes is a change.
    workspace.configure(&many.replacing("max_session   = 200", "max_session = 100"));
    workspace.apply();
    assert_eq!(workspace.attributes(ADDRESS)["route_policy"]["max_session"], 100);
}

#[test]
fn a_name_may_be_chinese() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource().replacing(NAME, "前台-1"));
    workspace.apply();
    workspace.expect_no_changes();
    assert!(emulator.server_group("前台-1").is_some());
}

#[test]
fn a_change_ends_when_the_service_shows_it() {
    let emulator = Emulator::start_with(&["--consistency-seconds", "2"]);
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    workspace.expect_no_changes();
    workspace.configure(&resource().replacing("\"Front desk\"", "\"Lobby\"\n tags = { a = \"b\" }"));
    workspace.apply();
    workspace.expect_no_changes();
    workspace.run(&["plan", "-refresh-only", "-detailed-exitcode", "-input=false"]).expect(&[0]);
}
