//! What becomes of a call whose answer is lost: what it made is found and not made again, and nobody else's is taken.

use serde_json::{Value, json};

use super::CREATE;
use crate::{
    harness::{Emulator, Workspace, faults::LOST_ANSWERS},
    huawei_cloud::server_group::{ADDRESS, NAME, NEXT_IMAGE, PRIMARY, of_method, resource, resource_with, tagged},
};

#[test]
fn of_tags_only_those_are_sent_again_that_the_service_shows_to_be_left() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &tagged(&resource(), "goes = \"1\", gone = \"1\""));
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    // Somebody is quicker with one of each, after the state was read.
    emulator.change_server_group(&id, json!({ "tags": { "gone": Value::Null, "came": "1" } }));
    for operation in ["CreateServerGroupTags", "DeleteServerGroupTags"] {
        emulator.fault(&json!({ "operation": operation, "kind": "close_before" }));
    }
    workspace.configure(&tagged(&resource(), "comes = \"1\", came = \"1\""));
    let (_, calls) = emulator.calls_during(|| workspace.try_apply_with(&["-refresh=false"]).expect(&[0]));
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
    for kind in LOST_ANSWERS {
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
fn it_is_looked_for_in_the_enterprise_project_that_it_was_made_in() {
    let emulator = Emulator::start();
    emulator.fault(&json!({ "operation": CREATE, "kind": "close_after" }));
    let workspace = Workspace::with(&emulator, &resource_with("is_vdi", "enterprise_project_id = \"7\"\n is_vdi"));
    workspace.apply();
    assert_eq!(emulator.calls_of(CREATE).len(), 1);
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    assert_eq!(workspace.attributes(ADDRESS)["id"], id.as_str());
    workspace.expect_no_changes();
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
    error.must_say(&["office", PRIMARY, "Import"]);
    assert!(error.code.trim_start().starts_with("name "), "{error:?}");
    // The same where a group that exists is to get the name.
    workspace.configure(&resource());
    workspace.apply();
    workspace.configure(&resource_with(NAME, "office"));
    let error = workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&["change server group", "office", PRIMARY]);
    assert!(error.code.trim_start().starts_with("name "), "{error:?}");
    // A refusal of something else says nothing of names.
    workspace.configure(&resource_with("\"desk\"", "\"hall\""));
    emulator.fault(&json!({ "operation": "UpdateServerGroup", "kind": "error", "status": 400, "code": "WKS.0001" }));
    assert!(!workspace.try_apply().expect(&[1]).only_error().says("has the name"));
}

#[test]
fn a_change_whose_answer_is_lost_is_looked_up_and_not_repeated() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    for (kind, sessions) in LOST_ANSWERS.into_iter().zip(11..) {
        emulator.fault(&json!({ "operation": "UpdateServerGroup", "kind": kind }));
        workspace.configure(&resource_with("max_session   = 10", &format!("max_session   = {sessions}")));
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert_eq!(of_method(&calls, "PATCH").len(), 1, "{kind}: a second one would reset the routing again");
        workspace.expect_no_changes();
    }
}
