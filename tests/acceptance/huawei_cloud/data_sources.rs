//! Data sources about server groups.

use serde_json::{Value, json};

use crate::harness::{Emulator, Workspace, world::PROJECT};

const OFFICE: &str = "20000000-0000-4000-8000-000000000001";
const STANDBY: &str = "20000000-0000-4000-8000-000000000002";
const DRAWING: &str = "20000000-0000-4000-8000-000000000003";

/// The results of one data source with these arguments.
#[track_caller]
fn read(workspace: &Workspace, source: &str, arguments: &str) -> Value {
    workspace.configure(&format!("data \"{source}\" \"this\" {{\n{arguments}\n}}\n"));
    workspace.apply();
    workspace.attributes(&format!("data.{source}.this"))
}

/// The names of the server groups that fit.
#[track_caller]
fn names(workspace: &Workspace, arguments: &str) -> Vec<String> {
    let found = read(workspace, "appstreaming_server_groups", arguments)["server_groups"].clone();
    let found = found.as_array().expect("a list").iter();
    found.filter_map(|group| group["name"].as_str().map(str::to_owned)).collect()
}

#[test]
fn one_group_by_its_id_and_by_its_name() {
    let emulator = Emulator::start();
    emulator.change_server_group(
        OFFICE,
        json!({ "tags": { "team": "desk" }, "ou_name": "hall", "ip_virtual": { "enable": true } }),
    );
    let workspace = Workspace::with(&emulator, "");
    let by_id = read(&workspace, "appstreaming_server_group", &format!("id = \"{OFFICE}\""));
    for (name, value) in [
        ("id", json!(OFFICE)),
        ("name", json!("office")),
        ("region", json!("cn-north-4")),
        ("description", json!("")),
        ("enterprise_project_id", json!("0")),
        ("tags", json!({ "team": "desk" })),
        ("enabled", json!(true)),
        ("os_type", json!("Windows")),
        ("flavor_id", json!("workspace.app.x86.4c8g")),
        ("subnet_id", json!("subnet-office-1")),
        ("subnet_name", json!("office-1")),
        ("system_disk_type", json!("SAS")),
        ("system_disk_size", json!(80)),
        ("ou_name", json!("hall")),
        ("image_id", json!("10000000-0000-4000-8000-000000000001")),
        ("image_name", json!("Office tools 1")),
        ("image_type", json!("private")),
        ("image_min_disk", json!(80)),
        ("is_vdi", json!(false)),
        ("app_type", json!("COMMON_APP")),
        ("storage_mount_policy", json!("ANY")),
        ("ip_virtual", json!({ "enable": true })),
        ("standby_server_group_ids", json!([STANDBY])),
        ("app_server_count", json!(0)),
        ("app_group_count", json!(0)),
        ("project_name", json!("cn-north-4")),
    ] {
        assert_eq!(by_id[name], value, "{name}");
    }
    assert_eq!(by_id["route_policy"]["max_session"], 10);
    assert_eq!(by_id["product"]["cpu"], 4);
    assert_eq!(by_id["product"]["memory"], 8192);
    let by_name = read(&workspace, "appstreaming_server_group", "name = \"office\"");
    assert_eq!(by_name, by_id, "office-standby holds the name too, and is another group");
}

#[test]
fn a_name_is_looked_for_in_one_enterprise_project() {
    let emulator = Emulator::start();
    emulator.change_server_group(DRAWING, json!({ "enterprise_project_id": "7" }));
    let workspace = Workspace::with(&emulator, "");
    let drawing = read(&workspace, "appstreaming_server_group", "name = \"drawing\"\nenterprise_project_id = \"7\"");
    assert_eq!(drawing["id"], DRAWING);
    assert_eq!(drawing["enterprise_project_id"], "7");
    workspace.configure("data \"appstreaming_server_group\" \"this\" {\n  name = \"drawing\"\n}\n");
    workspace.try_plan().expect(&[1]).only_error().must_say(&["drawing", "enterprise project"]);
}

#[test]
fn a_group_that_is_not_there_is_an_error_at_its_argument() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, "");
    for (arguments, says) in [
        ("name = \"offic\"", vec!["offic", "office, office-standby"]),
        ("name = \"kitchen\"", vec!["kitchen", "No server group"]),
        ("id = \"20000000-0000-4000-8000-00000000ffff\"", vec!["ffff"]),
    ] {
        workspace.configure(&format!("data \"appstreaming_server_group\" \"this\" {{\n  {arguments}\n}}\n"));
        let error = workspace.try_plan().expect(&[1]).only_error();
        error.must_say(&says);
        assert!(error.code.trim() == arguments, "{error:?}");
    }
}

#[test]
fn groups_by_every_filter() {
    let emulator = Emulator::start();
    emulator.change_server_group(
        DRAWING,
        json!({ "tags": { "team": "draw" }, "app_type": "SESSION_DESKTOP_APP", "enterprise_project_id": "7" }),
    );
    let workspace = Workspace::with(&emulator, "");
    assert_eq!(names(&workspace, ""), ["office", "office-standby"], "those of the default enterprise project");
    assert_eq!(names(&workspace, "name = \"office\""), ["office", "office-standby"]);
    assert_eq!(names(&workspace, "is_standby = true"), ["office-standby"]);
    assert_eq!(names(&workspace, "is_standby = false"), ["office"]);
    for filter in [
        format!("server_group_id = \"{DRAWING}\""),
        "app_type = \"SESSION_DESKTOP_APP\"".to_owned(),
        "tags = \"draw\"".to_owned(),
        String::new(),
    ] {
        let filter = format!("enterprise_project_id = \"7\"\n{filter}");
        assert_eq!(names(&workspace, &filter), ["drawing"], "{filter}");
    }
    assert_eq!(names(&workspace, "name = \"office\"\n tags = \"draw\""), [""; 0], "all filters must fit");
    assert_eq!(names(&workspace, "region = \"cn-east-3\""), [""; 0]);
}

#[test]
fn groups_over_all_pages() {
    let emulator = Emulator::start_with(&["--server-groups", "450"]);
    let workspace = Workspace::with(&emulator, "");
    let mut names = names(&workspace, "name = \"load-\"");
    assert_eq!(names.len(), 450);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 450, "none is there twice");
    let offsets: Vec<_> =
        emulator.calls_of("ListServerGroups").iter().map(|call| call.record["parameters"]["offset"].clone()).collect();
    assert!(offsets.len() % 5 == 0, "five pages at a time: {offsets:?}");
}

#[test]
fn the_servers_of_a_group_by_state() {
    let emulator = Emulator::start();
    let states = json!({ "REGISTERED": 3, "STOPPED": 2 });
    emulator.change_server_group(DRAWING, json!({ "app_server_count": 5, "server_states": states }));
    let workspace = Workspace::with(&emulator, "");
    let status = read(&workspace, "appstreaming_server_group_status", &format!("server_group_id = \"{DRAWING}\""));
    assert_eq!(status["states"]["REGISTERED"], 3);
    assert_eq!(status["states"]["STOPPED"], 2);
    assert_eq!(status["states"]["FREEZE"], 0);
    assert_eq!(status["server_count"], 5);
}

#[test]
fn flavors_by_their_filters() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, "");
    let flavors = |arguments: &str| {
        let found = read(&workspace, "appstreaming_server_flavors", arguments)["flavors"].clone();
        found.as_array().expect("a list").clone()
    };
    let ids = |found: &[Value]| -> Vec<String> {
        found.iter().filter_map(|flavor| flavor["id"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(flavors("").len(), 3);
    let gpu = "workspace.app.x86.gpu.8c32g";
    for filter in [format!("product_id = \"{gpu}\""), "flavor_id = \"g6.8u.32g\"".to_owned()] {
        let found = flavors(&filter);
        assert_eq!(ids(&found), [gpu], "{filter}");
        assert_eq!(found[0]["is_gpu"], true);
        assert_eq!(found[0]["cpu"], 8);
        assert_eq!(found[0]["memory"], 32_768);
        assert_eq!(found[0]["sessions"], 20);
    }
    for (filter, count) in [
        ("os_type = \"Windows\"", 3),
        ("os_type = \"Linux\"", 0),
        ("architecture = \"arm\"", 0),
        ("availability_zone = \"cn-north-4a\"", 3),
        ("availability_zone = \"cn-north-4x\"", 0),
        ("package_type = \"dedicated\"", 0),
        ("package_type = \"general\"", 3),
        ("charge_mode = \"0\"", 3),
        ("charge_mode = \"1\"", 0),
    ] {
        assert_eq!(flavors(filter).len(), count, "{filter}");
    }
}

#[test]
fn what_the_quota_is_enough_for() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, "");
    let quota = |product: &str, servers: u32| {
        let arguments =
            format!("product_id = \"{product}\"\nsubscription_num = {servers}\ndisk_num = 1\ndisk_size = 80");
        read(&workspace, "appstreaming_server_quota", &arguments)
    };
    let enough = quota("workspace.app.x86.4c8g", 2);
    assert_eq!(enough["is_enough"], true);
    let row = |quota: &Value, kind: &str| {
        let rows = quota["quotas"].as_array().expect("a list").clone();
        rows.into_iter().find(|row| row["type"] == kind).expect("the kind")
    };
    assert_eq!(row(&enough, "CORES"), json!({ "type": "CORES", "remainder": 800, "need": 8 }));
    assert_eq!(row(&enough, "VOLUME_GIGABYTES")["need"], 160);
    assert_eq!(quota("workspace.app.x86.gpu.8c32g", 5)["is_enough"], false);
}

#[test]
fn every_argument_about_the_quota_is_asked_for() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, "");
    let arguments = r#"
        product_id       = "workspace.app.x86.4c8g"
        flavor_id        = "x1.4u.8g"
        subscription_num = 2
        disk_size        = 80
        disk_num         = 1
        is_period        = true
        deh_id           = "host-1"
        cluster_id       = "pool-1"
    "#;
    read(&workspace, "appstreaming_server_quota", arguments);
    let asked = emulator.calls_of("CheckQuota");
    let asked = asked.first().expect("the quota is asked for");
    assert_eq!(
        asked.record["parameters"],
        json!({
            "product_id": "workspace.app.x86.4c8g", "flavor_id": "x1.4u.8g", "subscription_num": 2, "disk_size": 80,
            "disk_num": 1, "is_period": true, "deh_id": "host-1", "cluster_id": "pool-1",
        })
    );
    assert_eq!(asked.record["not_understood"], json!([]));
    workspace.configure("data \"appstreaming_server_quota\" \"this\" {}\n");
    let missing = workspace.try_plan().expect(&[1]).errors();
    assert_eq!(missing.len(), 4, "the service demands four of them: {missing:#?}");
}

#[test]
fn what_is_read_feeds_what_is_created() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(
        &emulator,
        r#"
        data "appstreaming_server_flavors" "this" {
          os_type = "Windows"
        }
        data "appstreaming_server_group" "office" {
          name = "office"
        }
        locals {
          flavors = data.appstreaming_server_flavors.this.flavors
        }
        resource "appstreaming_server_group" "this" {
          name             = "copy"
          os_type          = data.appstreaming_server_group.office.os_type
          flavor_id        = one([for it in local.flavors : it.id if it.cpu == 8 && !it.is_gpu])
          image_id         = data.appstreaming_server_group.office.image_id
          image_type       = data.appstreaming_server_group.office.image_type
          vpc_id           = "vpc-office"
          subnet_id        = data.appstreaming_server_group.office.subnet_id
          system_disk_type = "SAS"
          system_disk_size = data.appstreaming_server_group.office.image_min_disk
        }
        "#,
    );
    workspace.apply();
    let (_, group) = emulator.server_group("copy").expect("the group is there");
    assert_eq!(group["product_id"], "workspace.app.x86.8c16g");
    assert_eq!(group["project_id"], PROJECT);
    workspace.expect_no_changes();
}
