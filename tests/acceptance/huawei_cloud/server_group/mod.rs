//! `appstreaming_server_group`: the servers that applications run on.

mod changes;
mod copied_block;
mod creation;
mod default_tags;
mod deletion;
mod drift;
mod faults;
mod import;
mod many_at_once;
mod plan;
mod standby;
mod tags;
mod words;

use crate::harness::{Call, Emulator, Replacing, Workspace, provider_block};

const ADDRESS: &str = "appstreaming_server_group.this";
const NAME: &str = "reception";
pub use crate::estate::names::SERVER_IMAGE as IMAGE;
/// A built-in server group.
const PRIMARY: &str = "20000000-0000-4000-8000-000000000001";
const NEXT_IMAGE: &str = "10000000-0000-4000-8000-000000000002";

/// The whole configuration, one attribute in a line so that a test can change or add one.
pub fn resource() -> String {
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

/// The configuration with every argument that goes together.
fn full() -> String {
    let more = r#"
          image_product_id      = "gold-windows-server"
          availability_zone     = "cn-north-4a"
          region                = "cn-north-4"
          enterprise_project_id = "7"
          ip_virtual            = { enable = true }
          extra_session_type    = "GPU"
          extra_session_size    = 5
          tags                  = { team = "desk", floor = "" }
          timeouts              = { create = "5m", update = "5m", delete = "5m" }"#;
    let changes = [
        ("workspace.app.x86.4c8g", "workspace.app.x86.gpu.8c32g"),
        (IMAGE, "10000000-0000-4000-8000-000000000004"),
        ("\"private\"", "\"gold\""),
        ("\"ANY\"", "\"USER\""),
        ("enabled              = true", "enabled = false"),
        ("cpu_threshold = 80", "cpu_threshold = 80\n            gpu_threshold = 60"),
    ];
    replacing_all(&and(&resource(), more), &changes)
}

/// The configuration with further lines.
#[track_caller]
pub fn and(resource: &str, lines: &str) -> String {
    let last = "          route_policy = {";
    resource.replacing(last, &format!("          {lines}\n{last}"))
}

/// The configuration with these tags.
#[track_caller]
fn tagged(resource: &str, tags: &str) -> String {
    and(resource, &format!("tags = {{ {tags} }}"))
}

/// The configuration with each of these texts replaced by the one beside it.
#[track_caller]
fn replacing_all(resource: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(resource.to_owned(), |resource, (from, to)| resource.replacing(from, to))
}

/// The configuration with one text replaced.
#[track_caller]
fn resource_with(from: &str, to: &str) -> String {
    resource().replacing(from, to)
}

/// Gives the workspace its provider, with these lines in the block of Huawei Cloud.
#[track_caller]
fn set_provider(workspace: &Workspace, emulator: &Emulator, lines: &str) {
    let block = "huawei_cloud = {";
    workspace.write("provider.tf", &provider_block(emulator).replacing(block, &format!("{block}\n{lines}")));
}

/// The least that a group needs.
pub fn least() -> String {
    format!(
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
    )
}

fn of_method<'a>(calls: &'a [Call], method: &str) -> Vec<&'a Call> {
    calls.iter().filter(|call| call.cloud == "huawei" && call.method() == method).collect()
}

fn changing(calls: &[Call]) -> Vec<&Call> {
    calls.iter().filter(|call| call.cloud == "huawei" && call.method() != "GET").collect()
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
    let many = [("\"this\" {", "\"this\" {\n          count = 15"), ("\"reception\"", "\"desk-${count.index}\"")];
    let many = replacing_all(&resource(), &many);
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
