//! Ways to take over a server group that exists: import, identity, `moved`, and `terraform query`.

use serde_json::{Value, json};

use super::{ADDRESS, NAME, changing, resource, set_provider};
use crate::harness::{Emulator, Replacing, Workspace, world::PROJECT};

/// A group that was made and forgotten, and its ID.
fn forgotten(emulator: &Emulator, workspace: &Workspace) -> String {
    workspace.apply();
    workspace.run(&["state", "rm", ADDRESS]).expect(&[0]);
    emulator.server_group(NAME).expect("the group is there").0
}

/// Applying takes the group over and changes nothing, and then nothing is left to do.
#[track_caller]
fn expect_taken_over(emulator: &Emulator, workspace: &Workspace, id: &str) {
    let plan = workspace.plan();
    assert_eq!(plan.actions(ADDRESS), ["no-op"], "{}", plan.change(ADDRESS));
    let (_, calls) = emulator.calls_during(|| workspace.apply_plan());
    assert!(changing(&calls).is_empty(), "{calls:?}");
    assert_eq!(workspace.attributes(ADDRESS)["id"], id);
    workspace.expect_no_changes();
}

#[test]
fn each_form_of_an_import_id_finds_the_group() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    let id = forgotten(&emulator, &workspace);
    for import_id in [id.clone(), format!("cn-north-4/{id}"), format!("{PROJECT}/{id}")] {
        workspace.import(ADDRESS, &import_id).expect(&[0]);
        assert_eq!(workspace.attributes(ADDRESS)["region"], "cn-north-4", "{import_id}");
        expect_taken_over(&emulator, &workspace, &id);
        workspace.run(&["state", "rm", ADDRESS]).expect(&[0]);
    }
    for (import_id, says) in [
        (format!("cn-east-3/{id}"), id.as_str()),
        (format!("a0000000000000000000000000000003/{id}"), "Wrong project"),
        ("cn-north-4/".to_owned(), "id"),
    ] {
        let run = workspace.import(ADDRESS, &import_id).expect(&[1]);
        assert!(run.stderr.contains(says), "{run}");
        assert!(workspace.state_list().is_empty());
    }
}

#[test]
fn a_full_configuration_shows_no_change_after_an_import() {
    let emulator = Emulator::start();
    let timeouts = r#"timeouts              = { create = "5m", update = "5m", delete = "5m" }"#;
    let workspace = Workspace::with(&emulator, &super::full().replacing(timeouts, ""));
    let id = forgotten(&emulator, &workspace);
    workspace.import(ADDRESS, &id).expect(&[0]);
    // The service reports neither, and yet what is configured replaces nothing.
    for name in ["vpc_id", "availability_zone"] {
        assert_eq!(workspace.attributes(ADDRESS)[name], "", "{name}");
    }
    expect_taken_over(&emulator, &workspace, &id);

    // Times to wait are Terraform's own, and no server group has them: they come into the state, and nothing is sent.
    workspace.configure(&super::full());
    assert_eq!(workspace.plan().actions(ADDRESS), ["update"]);
    let (_, calls) = emulator.calls_during(|| workspace.apply_plan());
    assert!(changing(&calls).is_empty(), "{calls:?}");
    assert_eq!(workspace.attributes(ADDRESS)["timeouts"]["delete"], "5m");
    workspace.expect_no_changes();
}

#[test]
fn the_first_change_after_an_import_takes_over_what_the_service_does_not_report() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    let id = forgotten(&emulator, &workspace);
    workspace.import(ADDRESS, &id).expect(&[0]);
    assert_eq!(workspace.attributes(ADDRESS)["vpc_id"], "");
    workspace.configure(&super::resource_with("Front desk", "Desk"));
    assert_eq!(workspace.plan().actions(ADDRESS), ["update"]);
    let (_, calls) = emulator.calls_during(|| workspace.apply_plan());
    let sent: Vec<_> = changing(&calls).iter().map(|call| call.body()).collect();
    assert_eq!(sent, [json!({ "description": "Desk" })]);
    assert_eq!(workspace.attributes(ADDRESS)["vpc_id"], "vpc-office");
    workspace.expect_no_changes();
    workspace.configure(&resource().replacing("vpc-office", "vpc-lab"));
    assert_eq!(workspace.plan().change(ADDRESS)["replace_paths"], json!([["vpc_id"]]));
}

mod since_1_8 {
    use std::{fs, path::Path};

    use super::*;

    /// A state with one server group of the vendor's own provider in it.
    fn peers_state(id: &str) -> Value {
        let attributes = json!({
            "id": id, "region": "cn-north-4", "name": NAME, "os_type": "Windows",
            "flavor_id": "workspace.app.x86.4c8g", "vpc_id": "vpc-office", "subnet_id": "subnet-office-1",
            "system_disk_type": "SAS", "system_disk_size": 80, "is_vdi": false, "image_id": super::super::IMAGE,
            "image_type": "private", "image_product_id": "", "description": "Front desk", "app_type": "COMMON_APP",
            "extra_session_type": "", "extra_session_size": 0, "ip_virtual": [],
            "route_policy": [{ "max_session": 10, "cpu_threshold": 80, "mem_threshold": 70 }],
            "storage_mount_policy": "ANY", "enabled": true, "tags": {}, "availability_zone": "",
            "primary_server_group_id": "", "ou_name": "desk", "enterprise_project_id": "0", "timeouts": null,
        });
        json!({
            "version": 4, "terraform_version": "1.8.0", "serial": 1, "lineage": "b3d3c1c5-0000-4000-8000-000000000000",
            "outputs": {}, "check_results": null,
            "resources": [{
                "mode": "managed", "type": "huaweicloud_workspace_app_server_group", "name": "this",
                "provider": "provider[\"registry.terraform.io/huaweicloud/huaweicloud\"]",
                "instances": [{ "schema_version": 0, "attributes": attributes, "sensitive_attributes": [] }],
            }],
        })
    }

    /// Terraform wants every provider of the state to be installed, the one that a resource moves away from too, and
    /// asks it nothing: any program that speaks the protocol can stand in for it.
    fn with_peer(workspace: &Workspace) {
        let ours = Path::new(env!("CARGO_BIN_EXE_terraform-provider-appstreaming"));
        let peers = workspace.path().join("peer");
        fs::create_dir(&peers).expect("a folder");
        fs::copy(ours, peers.join("terraform-provider-huaweicloud")).expect("a program can be copied");
        let programs = ours.parent().expect("a program lies in a folder");
        workspace.write_cli_configuration(&format!(
            "provider_installation {{\n  dev_overrides {{\n    \"appstreaming/appstreaming\" = {programs:?}\n    \
             \"huaweicloud/huaweicloud\" = {peers:?}\n  }}\n}}\n"
        ));
    }

    /// A workspace in which the vendor's provider has the group, and a configuration that moves it here.
    fn about_to_move(emulator: &Emulator) -> (Workspace, String) {
        let workspace = Workspace::with(emulator, &resource());
        let id = forgotten(emulator, &workspace);
        workspace.write("terraform.tfstate", &peers_state(&id).to_string());
        with_peer(&workspace);
        let moved =
            format!("\nmoved {{\n  from = huaweicloud_workspace_app_server_group.this\n  to   = {ADDRESS}\n}}\n");
        workspace.configure(&format!("{}{moved}", resource()));
        (workspace, id)
    }

    #[test]
    fn a_group_of_the_vendors_provider_is_moved_and_not_touched() {
        let emulator = Emulator::start();
        let (workspace, id) = about_to_move(&emulator);
        expect_taken_over(&emulator, &workspace, &id);
        assert_eq!(workspace.state_list(), [ADDRESS]);
        assert_eq!(workspace.attributes(ADDRESS)["vpc_id"], "vpc-office");
    }

    #[test]
    fn tags_that_the_vendors_provider_added_are_taken_out_of_the_groups_own() {
        let emulator = Emulator::start();
        let (workspace, id) = about_to_move(&emulator);
        let all = json!({ "team": "desk", "floor": "2" });
        emulator.change_server_group(&id, json!({ "tags": all }));
        let mut state = peers_state(&id);
        state["resources"][0]["instances"][0]["attributes"]["tags"] = all.clone();
        workspace.write("terraform.tfstate", &state.to_string());
        let moved = fs::read_to_string(workspace.path().join("main.tf")).expect("the configuration");
        workspace.configure(&moved.replacing("os_type ", "tags = { floor = \"2\" }\nos_type "));
        set_provider(&workspace, &emulator, "default_tags = { team = \"desk\" }");
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert!(changing(&calls).is_empty(), "{calls:?}");
        let state = workspace.attributes(ADDRESS);
        assert_eq!((&state["tags"], &state["tags_all"]), (&json!({ "floor": "2" }), &all));
        workspace.expect_no_changes();
    }

    #[test]
    fn the_vendors_state_says_enough_to_change_nothing_without_a_refresh() {
        let emulator = Emulator::start();
        let (workspace, id) = about_to_move(&emulator);
        let plan = ["plan", "-refresh=false", "-json", "-input=false", "-detailed-exitcode", "-out=plan"];
        let (_, calls) = emulator.calls_during(|| workspace.run(&plan).expect(&[0, 2]));
        assert!(calls.iter().all(|call| call.operation != "ShowServerGroup"), "{calls:?}");
        let (_, calls) = emulator.calls_during(|| workspace.apply_plan());
        assert!(changing(&calls).is_empty(), "{calls:?}");
        assert_eq!(workspace.attributes(ADDRESS)["id"], id.as_str());
        assert_eq!(workspace.attributes(ADDRESS)["route_policy"]["max_session"], 10);
        workspace.expect_no_changes();
    }
}

mod since_1_12 {
    use super::*;

    #[test]
    fn an_import_block_can_name_the_group_by_its_identity() {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, &resource());
        let id = forgotten(&emulator, &workspace);
        for region in ["", "region = \"cn-north-4\""] {
            workspace.write(
                "import.tf",
                &format!("import {{\n  to = {ADDRESS}\n  identity = {{\n    id = \"{id}\"\n    {region}\n  }}\n}}\n"),
            );
            expect_taken_over(&emulator, &workspace, &id);
            workspace.run(&["state", "rm", ADDRESS]).expect(&[0]);
        }
    }
}

mod since_1_14 {
    use std::fs;

    use super::*;

    fn query(workspace: &Workspace, config: &str, options: &[&str]) -> Vec<Value> {
        workspace.write(
            "find.tfquery.hcl",
            &format!(
                "list \"appstreaming_server_group\" \"all\" {{\n  provider = appstreaming\n  \
                 limit = 1000\n  config {{\n    {config}\n  }}\n}}\n"
            ),
        );
        let run = workspace.run(&[&["query", "-json"], options].concat()).expect(&[0]);
        let lines = run.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines
            .filter(|line| line["type"] == "list_resource_found")
            .map(|line| line["list_resource_found"].clone())
            .collect()
    }

    fn names(found: &[Value]) -> Vec<&str> {
        found.iter().filter_map(|found| found["display_name"].as_str()).collect()
    }

    #[test]
    fn a_query_finds_groups_over_all_pages_and_by_every_filter() {
        let emulator = Emulator::start_with(&["--server-groups", "230"]);
        let workspace = Workspace::with(&emulator, "");
        let tagged = "20000000-0000-4000-8000-000000000003";
        emulator.change_server_group(
            tagged,
            json!({ "tags": { "team": "draw" }, "app_type": "SESSION_DESKTOP_APP", "enterprise_project_id": "7" }),
        );
        assert_eq!(query(&workspace, "", &[]).len(), 232, "those of the default enterprise project");
        assert_eq!(names(&query(&workspace, "name = \"load-0002\"", &[])).len(), 10);
        for filter in [
            "tags = \"draw\"",
            "app_type = \"SESSION_DESKTOP_APP\"",
            "",
            "server_group_id = \"20000000-0000-4000-8000-000000000003\"",
        ] {
            let found = query(&workspace, &format!("enterprise_project_id = \"7\"\n    {filter}"), &[]);
            assert_eq!(names(&found), ["drawing"], "{filter}");
            assert_eq!(found[0]["identity"], json!({ "id": tagged, "region": "cn-north-4" }));
        }
        assert_eq!(names(&query(&workspace, "is_standby = true", &[])), ["office-standby"]);
        assert!(query(&workspace, "region = \"cn-east-3\"", &[]).is_empty());
    }

    #[test]
    fn a_generated_configuration_plans_no_change() {
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, "");
        query(&workspace, "", &["-generate-config-out=generated.tf"]);
        let generated = fs::read_to_string(workspace.path().join("generated.tf")).expect("a configuration");
        assert!(generated.contains("import {"), "{generated}");
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert!(changing(&calls).is_empty(), "{calls:?}");
        assert_eq!(workspace.state_list().len(), 3, "{generated}");
        workspace.expect_no_changes();
    }
}

#[test]
fn a_change_after_an_import_may_replace_the_group() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    let id = forgotten(&emulator, &workspace);
    workspace.import(ADDRESS, &id).expect(&[0]);
    workspace.configure(&resource().replacing("subnet-office-1", "subnet-office-2"));
    assert_eq!(workspace.plan().actions(ADDRESS), ["delete", "create"]);
    workspace.apply_plan();
    assert_eq!(workspace.attributes(ADDRESS)["vpc_id"], "vpc-office");
    workspace.expect_no_changes();
}

#[test]
fn what_an_answer_leaves_out_is_neither_drift_nor_a_difference_after_an_import() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &super::full());
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    for name in ["image_product_id", "ip_virtual", "route_policy"] {
        emulator.change_server_group(&id, json!({ name: Value::Null }));
    }
    workspace.expect_no_changes();
    workspace.run(&["state", "rm", ADDRESS]).expect(&[0]);
    workspace.import(ADDRESS, &id).expect(&[0]);
    // What could not be learned is taken from the configuration, in place and without a call.
    assert_eq!(workspace.plan().actions(ADDRESS), ["update"]);
    let (_, calls) = emulator.calls_during(|| workspace.apply_plan());
    assert!(changing(&calls).is_empty(), "{calls:?}");
    workspace.expect_no_changes();
}
