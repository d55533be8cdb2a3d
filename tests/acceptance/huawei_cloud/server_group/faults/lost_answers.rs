//! When a call's answer is lost, or calls go wrong in any other way: nothing is lost, doubled or left behind.

use serde_json::{Value, json};

use crate::{
    harness::{Emulator, Workspace},
    huawei_cloud::server_group::{ADDRESS, IMAGE, NAME, NEXT_IMAGE, changing, of_method, resource, resource_with},
};

const CREATE: &str = "CreateServerGroup";

/// Every kind of fault, as strikes of all calls of this cloud.
fn faults() -> [Value; 12] {
    [
        json!({ "kind": "throttle", "every": 2 }),
        json!({ "kind": "throttle", "next": 7 }),
        json!({ "kind": "error", "status": 500, "every": 3 }),
        json!({ "kind": "error", "status": 503, "next": 2 }),
        json!({ "kind": "html", "status": 502, "every": 3 }),
        json!({ "kind": "close_before", "every": 3 }),
        json!({ "kind": "close_after", "every": 3 }),
        json!({ "kind": "half_answer", "every": 3 }),
        json!({ "kind": "not_json", "every": 3 }),
        json!({ "kind": "slow", "seconds": 0.2, "every": 2 }),
        json!({ "kind": "hang", "seconds": 0.5, "every": 4 }),
        json!({ "kind": "stale_read", "operation": "ListServerGroups", "every": 2 }),
    ]
}

#[test]
fn the_whole_life_of_a_group_under_each_kind_of_fault() {
    let tagged = |resource: String, tags: &str| {
        resource.replace("is_vdi               = false", &format!("is_vdi = false\n  tags = {{ {tags} }}"))
    };
    std::thread::scope(|scope| {
        for mut fault in faults() {
            scope.spawn(move || {
                let emulator = Emulator::start();
                fault["cloud"] = json!("huawei");
                emulator.fault(&fault);
                let workspace = Workspace::with(&emulator, &tagged(resource(), "stays = \"1\", goes = \"1\""));
                workspace.apply();
                let (id, _) = emulator.server_group(NAME).unwrap_or_else(|| panic!("{fault}: no group, or two"));
                assert_eq!(workspace.attributes(ADDRESS)["id"], id.as_str(), "{fault}");
                workspace.expect_no_changes();

                workspace.configure(&tagged(
                    resource_with(IMAGE, NEXT_IMAGE).replace("\"ANY\"", "\"USER\""),
                    "stays = \"1\", comes = \"1\"",
                ));
                workspace.apply();
                let (after, group) = emulator.server_group(NAME).unwrap_or_else(|| panic!("{fault}: no group"));
                assert_eq!(after, id, "{fault}: it is the same group");
                assert_eq!(group["image_id"], NEXT_IMAGE, "{fault}");
                assert_eq!(group["storage_mount_policy"], "USER", "{fault}");
                assert_eq!(group["tags"], json!({ "stays": "1", "comes": "1" }), "{fault}");
                workspace.expect_no_changes();

                workspace.destroy();
                assert!(emulator.server_group(NAME).is_none(), "{fault}: left behind");
                assert!(workspace.state_list().is_empty(), "{fault}");
            });
        }
    });
}

/// The calls that change something, in the order in which a group's life makes them.
const CHANGING: [&str; 5] =
    [CREATE, "UpdateServerGroup", "CreateServerGroupTags", "DeleteServerGroupTags", "DeleteServerGroups"];

/// Every kind of fault as it strikes one call that changes something, and how often the call is then sent.
fn strikes() -> [(Value, usize); 10] {
    [
        // It happened, and nobody was told: what the service shows afterwards decides.
        (json!({ "kind": "close_after" }), 1),
        (json!({ "kind": "half_answer" }), 1),
        (json!({ "kind": "not_json" }), 1),
        (json!({ "kind": "slow", "seconds": 0.3 }), 1),
        // A write is no read.
        (json!({ "kind": "stale_read" }), 1),
        // It did not happen, and the service says so.
        (json!({ "kind": "throttle" }), 2),
        // It did not happen, and nobody can know: it is looked for, and sent again when it does not show.
        (json!({ "kind": "close_before" }), 2),
        (json!({ "kind": "hang", "seconds": 0.3 }), 2),
        (json!({ "kind": "html", "status": 502 }), 2),
        (json!({ "kind": "error", "status": 500 }), 2),
    ]
}

#[test]
fn each_change_under_each_kind_of_fault_is_sent_as_often_as_it_must_be() {
    std::thread::scope(|scope| {
        for (fault, times) in strikes() {
            scope.spawn(move || {
                let emulator = Emulator::start();
                for operation in CHANGING {
                    let mut fault = fault.clone();
                    fault["operation"] = json!(operation);
                    emulator.fault(&fault);
                }
                let tagged = |resource: String, tags: &str| {
                    // The creation's own policy would show whether or not the change after it happened.
                    let resource = resource.replace("\"ANY\"", "\"SHARE\"");
                    resource.replace("is_vdi               = false", &format!("is_vdi = false\n  tags = {{ {tags} }}"))
                };
                let workspace = Workspace::with(&emulator, &tagged(resource(), "stays = \"1\", goes = \"1\""));
                workspace.apply();
                let (id, _) = emulator.server_group(NAME).unwrap_or_else(|| panic!("{fault}: no group, or two"));
                workspace.expect_no_changes();
                workspace.configure(&tagged(resource_with("Front desk", "Desk"), "stays = \"1\", comes = \"1\""));
                workspace.apply();
                let (after, group) = emulator.server_group(NAME).unwrap_or_else(|| panic!("{fault}: no group"));
                assert_eq!(after, id, "{fault}");
                assert_eq!(group["description"], "Desk", "{fault}");
                assert_eq!(group["tags"], json!({ "stays": "1", "comes": "1" }), "{fault}");
                workspace.expect_no_changes();
                workspace.destroy();
                assert!(emulator.server_group(NAME).is_none(), "{fault}: left behind");
                assert!(workspace.state_list().is_empty(), "{fault}");
                for operation in CHANGING {
                    // The creation sets the mount policy by a change of its own.
                    let without_fault = usize::from(operation == "UpdateServerGroup");
                    let sent = emulator.calls_of(operation).len();
                    assert_eq!(sent, times + without_fault, "{operation} under {fault}");
                }
            });
        }
    });
}

#[test]
fn of_tags_only_those_are_sent_again_that_the_service_shows_to_be_left() {
    let tagged = |tags: &str| {
        resource_with("is_vdi               = false", &format!("is_vdi = false\n          tags = {{ {tags} }}"))
    };
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &tagged("goes = \"1\", gone = \"1\""));
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    // Somebody is quicker with one of each, after the state was read.
    emulator.change_server_group(&id, json!({ "tags": { "gone": Value::Null, "came": "1" } }));
    for operation in ["CreateServerGroupTags", "DeleteServerGroupTags"] {
        emulator.fault(&json!({ "operation": operation, "kind": "close_before" }));
    }
    workspace.configure(&tagged("comes = \"1\", came = \"1\""));
    let apply = ["apply", "-refresh=false", "-json", "-input=false", "-auto-approve"];
    let (_, calls) = emulator.calls_during(|| workspace.run(&apply).expect(&[0]));
    let sent = |operation: &str| -> Vec<Value> {
        let calls = calls.iter().filter(|call| call.operation == operation);
        let keys = |body: &Value| body["tags"].as_array().into_iter().flatten().map(|tag| tag["key"].clone()).collect();
        calls.map(|call| keys(&call.body())).collect()
    };
    assert_eq!(sent("CreateServerGroupTags"), [json!(["came", "comes"]), json!(["comes"])]);
    assert_eq!(sent("DeleteServerGroupTags"), [json!(["goes", "gone"]), json!(["goes"])]);
    let (_, group) = emulator.server_group(NAME).expect("the group is there");
    assert_eq!(group["tags"], json!({ "came": "1", "comes": "1" }));
    workspace.expect_no_changes();
}

#[test]
fn a_creation_whose_answer_is_lost_adopts_the_group_that_it_made() {
    for kind in ["close_after", "half_answer", "not_json"] {
        let emulator = Emulator::start();
        emulator.fault(&json!({ "operation": CREATE, "kind": kind }));
        let workspace = Workspace::with(&emulator, &resource());
        workspace.apply();
        assert_eq!(emulator.calls_of(CREATE).len(), 1, "{kind}");
        let (id, _) = emulator.server_group(NAME).expect("the group is there");
        assert_eq!(workspace.attributes(ADDRESS)["id"], id.as_str(), "{kind}");
        workspace.expect_no_changes();
    }
}

#[test]
fn a_group_that_shows_late_is_adopted_and_not_made_again() {
    let emulator = Emulator::start_with(&["--consistency-seconds", "1"]);
    emulator.fault(&json!({ "operation": CREATE, "kind": "close_after" }));
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    assert_eq!(emulator.calls_of(CREATE).len(), 1);
    assert!(emulator.server_group(NAME).is_some());
}

#[test]
fn a_creation_that_did_not_happen_is_sent_again() {
    let emulator = Emulator::start();
    emulator.fault(&json!({ "operation": CREATE, "kind": "close_before" }));
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    assert_eq!(emulator.calls_of(CREATE).len(), 2);
    workspace.expect_no_changes();
}

#[test]
fn somebody_elses_group_of_the_same_name_is_not_adopted() {
    // It is as it is configured here but for one thing; or it is in use already.
    for other in [
        json!({ "image_id": NEXT_IMAGE }),
        json!({ "tags": { "owner": "somebody" } }),
        json!({ "route_policy": { "max_session": 99 } }),
        json!({ "app_server_count": 1, "server_states": { "ACTIVE": 1 } }),
    ] {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, &resource());
        workspace.apply();
        workspace.run(&["state", "rm", ADDRESS]).expect(&[0]);
        let (id, _) = emulator.server_group(NAME).expect("the group is there");
        emulator.change_server_group(&id, other.clone());

        emulator.fault(&json!({ "operation": CREATE, "kind": "close_before" }));
        let error = workspace.try_apply().expect(&[1]).only_error();
        error.must_say(&[NAME, &id, "Import"]);
        assert!(error.code.trim_start().starts_with("name "), "{other}: {error:?}");
        assert!(workspace.state_list().is_empty(), "{other}");
        assert!(emulator.server_group(NAME).is_some(), "{other}");
    }
}

#[test]
fn a_name_that_is_taken_says_by_which_group() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource_with(NAME, "office"));
    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&["office", "20000000-0000-4000-8000-000000000001", "Import"]);
    assert!(error.code.trim_start().starts_with("name "), "{error:?}");
}

#[test]
fn a_change_whose_answer_is_lost_is_looked_up_and_not_repeated() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    for (kind, sessions) in [("close_after", 11), ("half_answer", 12), ("not_json", 13)] {
        emulator.fault(&json!({ "operation": "UpdateServerGroup", "kind": kind }));
        workspace.configure(&resource_with("max_session   = 10", &format!("max_session   = {sessions}")));
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert_eq!(of_method(&calls, "PATCH").len(), 1, "{kind}: a second one would reset the routing again");
        workspace.expect_no_changes();
    }
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
