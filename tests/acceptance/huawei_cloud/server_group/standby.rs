//! A standby group and its primary: what must be the same, what follows by itself, and what that means in a plan.

use serde_json::json;

use super::{ADDRESS, NAME, PRIMARY, and, changing, of_method, resource, resource_with};
use crate::harness::{Emulator, Replacing, Workspace};

/// A built-in server group that stands by for [`PRIMARY`].
const STANDBY: &str = "20000000-0000-4000-8000-000000000002";
const POLICY: &str = "storage_mount_policy = \"ANY\"\n";

fn standby() -> String {
    and(&resource(), &format!("primary_server_group_id = \"{PRIMARY}\""))
}

#[test]
fn a_standby_group_names_its_primary() {
    let emulator = Emulator::start();
    let standby = and(&resource(), &format!("primary_server_group_id = \"{PRIMARY}\""));
    let workspace = Workspace::with(&emulator, &standby);
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    assert_eq!(of_method(&calls, "POST")[0].body()["primary_server_group_id"], PRIMARY);
    workspace.expect_no_changes();
}

#[test]
fn what_standby_groups_follow_is_said() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &resource());
    workspace.apply();
    let (id, _) = emulator.server_group(NAME).expect("the group is there");
    emulator.change_server_group(STANDBY, json!({ "primary_server_group_id": id }));
    for (from, to, what) in
        [("\"COMMON_APP\"", "\"SESSION_DESKTOP_APP\"", "application type"), ("\"ANY\"", "\"USER\"", "mount policy")]
    {
        workspace.configure(&resource_with(from, to));
        let warnings = workspace.try_plan().expect(&[2]).warnings();
        let [warning] = &warnings[..] else { panic!("expected one warning about the {what}: {warnings:#?}") };
        warning.must_say(&[NAME, what, STANDBY]);
    }
}

#[test]
fn a_standby_is_compared_with_its_primary_before_anything_is_created() {
    let emulator = Emulator::start();
    emulator.change_server_group(PRIMARY, json!({ "ip_virtual": { "enable": false } }));
    let workspace = Workspace::with(&emulator, "");
    let primary = format!("primary_server_group_id = \"{PRIMARY}\"\nip_virtual = {{ enable = false }}");
    let standby = and(&resource(), &primary);
    for (from, to, texts) in [
        ("\"COMMON_APP\"", "\"SESSION_DESKTOP_APP\"", ["app_type", "SESSION_DESKTOP_APP"]),
        ("\"Windows\"", "\"Linux\"", ["os_type", "Linux"]),
        ("ip_virtual = { enable = false }", "ip_virtual = { enable = true }", ["ip_virtual", "true here and false"]),
        (PRIMARY, STANDBY, ["standby group itself", PRIMARY]),
        (PRIMARY, "20000000-0000-4000-8000-00000000ffff", ["no server group", "ffff"]),
    ] {
        workspace.configure(&standby.replacing(from, to));
        let (error, calls) = emulator.calls_during(|| workspace.try_plan().expect(&[1]).only_error());
        error.must_say(&texts);
        error.must_say(&[NAME]);
        assert!(!error.code.is_empty(), "the attribute is pointed at: {error:?}");
        assert!(changing(&calls).is_empty(), "{calls:?}");
    }
    workspace.configure(&standby);
    workspace.apply();
    workspace.expect_no_changes();
    assert_eq!(workspace.attributes(ADDRESS)["primary_server_group_id"], PRIMARY);
}

#[test]
fn a_standby_takes_its_primarys_application_type_where_none_is_configured() {
    let emulator = Emulator::start();
    emulator.change_server_group(PRIMARY, json!({ "app_type": "SESSION_DESKTOP_APP" }));
    let standby = and(&resource(), &format!("primary_server_group_id = \"{PRIMARY}\""));
    let line = "app_type             = \"COMMON_APP\"\n";
    let workspace = Workspace::with(&emulator, &standby.replacing(line, ""));
    workspace.apply();
    assert_eq!(workspace.attributes(ADDRESS)["app_type"], "SESSION_DESKTOP_APP");
    workspace.expect_no_changes();
}

#[test]
fn a_primary_that_is_created_in_the_same_run_is_no_obstacle() {
    let emulator = Emulator::start();
    let primary = resource();
    let standby = and(&resource(), "primary_server_group_id = appstreaming_server_group.this.id")
        .replacing("\"this\"", "\"standby\"")
        .replacing(&format!("\"{NAME}\""), "\"stand-by\"");
    let workspace = Workspace::with(&emulator, &[primary, standby].concat());
    workspace.apply();
    workspace.refresh();
    let own = workspace.attributes("appstreaming_server_group.standby")["id"].clone();
    assert_eq!(workspace.attributes(ADDRESS)["standby_server_group_ids"], json!([own]));
    workspace.expect_no_changes();
    workspace.destroy();
}

#[test]
fn a_standby_takes_its_primarys_ip_virtualization_where_none_is_configured() {
    let emulator = Emulator::start();
    emulator.change_server_group(PRIMARY, json!({ "ip_virtual": { "enable": true } }));
    let workspace = Workspace::with(&emulator, &standby());
    workspace.apply();
    assert_eq!(workspace.attributes(ADDRESS)["ip_virtual"], json!({ "enable": true }));
    workspace.expect_no_changes();
}

#[test]
fn a_mount_policy_is_sent_only_where_it_is_not_the_primarys() {
    for (configured, patches) in [("", 0), ("storage_mount_policy = \"USER\"\n", 0), (POLICY, 1)] {
        let emulator = Emulator::start();
        emulator.change_server_group(PRIMARY, json!({ "storage_mount_policy": "USER" }));
        let workspace = Workspace::with(&emulator, &standby().replacing(POLICY, configured));
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert_eq!(of_method(&calls, "PATCH").len(), patches, "{configured:?}");
        let expected = if patches == 0 { "USER" } else { "ANY" };
        assert_eq!(workspace.attributes(ADDRESS)["storage_mount_policy"], expected, "{configured:?}");
        workspace.expect_no_changes();
    }
}

#[test]
fn what_a_primary_passes_on_is_no_drift_of_its_standby() {
    let emulator = Emulator::start();
    let primary = resource();
    let standby = and(&resource(), "primary_server_group_id = appstreaming_server_group.this.id")
        .replacing("\"this\"", "\"standby\"")
        .replacing(&format!("\"{NAME}\""), "\"stand-by\"");
    let workspace = Workspace::with(&emulator, &[primary, standby.clone()].concat());
    workspace.apply();
    // Once, and once more: the configuration still says what was there before the first time.
    for policy in ["USER", "SHARE"] {
        workspace.configure(&[resource_with("\"ANY\"", &format!("\"{policy}\"")), standby.clone()].concat());
        workspace.apply();
        let run = workspace.try_plan().expect(&[0]);
        let warnings = run.warnings();
        let [warning] = &warnings[..] else { panic!("expected one warning: {run}") };
        warning.must_say(&["stand-by", "follows its primary", policy, "ANY"]);
        assert!(warning.code.contains("storage_mount_policy"), "{warning:?}");
    }
    // What is written for the standby itself is done.
    let (_, calls) = emulator.calls_during(|| {
        let own = standby.replacing("\"ANY\"", "\"USER\"");
        workspace.configure(&[resource_with("\"ANY\"", "\"SHARE\""), own].concat());
        workspace.apply()
    });
    let patches = of_method(&calls, "PATCH");
    assert_eq!(patches.iter().map(|call| call.body()).collect::<Vec<_>>(), [json!({ "storage_mount_policy": "USER" })]);
    workspace.expect_no_changes();
    // And somebody else's change of the standby alone is drift.
    let (id, _) = emulator.server_group("stand-by").expect("the standby");
    emulator.change_server_group(&id, json!({ "storage_mount_policy": "ANY" }));
    assert_eq!(workspace.plan().actions("appstreaming_server_group.standby"), ["update"]);
}
