//! What comes from the environment, by the vendor's names and the older ones beside them, and from the vendor's file.

use std::fs;

use serde_json::{Value, json};

use super::{DOMAIN, PASSWORD, USER, token, user, workspace, workspace_at};
use crate::{
    harness::{
        ACCESS_KEY, Call, Emulator, Replacing, SECRET_KEY,
        issuer::{TEMPORARY_KEY, TEMPORARY_SECRET, TEMPORARY_TOKEN},
        keys,
        world::PROJECT,
    },
    huawei_cloud::server_group::{self, and},
};

/// The project of `cn-east-3`.
const EASTERN_PROJECT: &str = "a0000000000000000000000000000003";
/// The account's id, in every project of the emulator.
const DOMAIN_ID: &str = "d0000000000000000000000000000001";

/// A value that comes from the environment alone.
struct Variable<'a> {
    names: &'a [&'a str],
    value: &'a str,
    /// The block's other lines.
    block: String,
    /// Where the emulator's record must show it: an operation, a place in its entry, and what is there.
    shows: (&'static str, &'static str, Value),
    /// Operations that must not be called.
    never: &'static [&'static str],
}

/// What the record shows of one call of `operation`.
#[track_caller]
fn shown(calls: &[Call], operation: &str, place: &str) -> Value {
    let call = calls.iter().find(|call| call.operation == operation);
    let call = call.unwrap_or_else(|| panic!("{operation} was not called: {calls:?}"));
    assert!(call.status.is_some_and(|status| status < 300), "{call:?}");
    call.record.pointer(place).cloned().unwrap_or_default()
}

/// The variables of keys and tokens.
fn credentials<'a>(endpoint: &str, token: &'a str) -> Vec<Variable<'a>> {
    let places = format!("region = \"cn-north-4\"\n    auth_url = \"{endpoint}\"");
    let with = |lines: String| format!("{places}\n    {lines}");
    let list = "ListServerGroups";
    vec![
        Variable {
            names: &["HW_ACCESS_KEY", "OS_ACCESS_KEY"],
            value: ACCESS_KEY,
            block: with(keys().without_lines(1, "access_key")),
            shows: (list, "/caller", json!(ACCESS_KEY)),
            never: &["KeystoneCreateToken"],
        },
        Variable {
            names: &["HW_SECRET_KEY", "OS_SECRET_KEY"],
            value: SECRET_KEY,
            block: with(keys().without_lines(1, "secret_key")),
            shows: (list, "/caller", json!(ACCESS_KEY)),
            never: &["KeystoneCreateToken"],
        },
        Variable {
            names: &["HW_AUTH_TOKEN", "OS_AUTH_TOKEN"],
            value: token,
            block: places.clone(),
            shows: (list, "/caller", json!(USER)),
            never: &["KeystoneCreateToken"],
        },
        Variable {
            names: &["HW_USER_NAME", "OS_USERNAME", "OS_USER_NAME"],
            value: USER,
            block: with(user().without_lines(1, "user_name")),
            shows: ("KeystoneCreateToken", "/parameters/user", json!(USER)),
            never: &[],
        },
        Variable {
            names: &["HW_USER_PASSWORD", "OS_PASSWORD", "OS_USER_PASSWORD"],
            value: PASSWORD,
            block: with(user().without_lines(1, "password")),
            shows: (list, "/caller", json!(USER)),
            never: &[],
        },
        Variable {
            names: &["HW_DOMAIN_NAME", "OS_DOMAIN_NAME", "OS_USER_DOMAIN_NAME", "OS_PROJECT_DOMAIN_NAME"],
            value: DOMAIN,
            block: with(user().without_lines(1, "domain_name")),
            shows: ("KeystoneCreateToken", "/parameters/domain", json!({ "name": DOMAIN })),
            never: &[],
        },
        Variable {
            names: &["HW_DOMAIN_ID", "OS_DOMAIN_ID", "OS_USER_DOMAIN_ID", "OS_PROJECT_DOMAIN_ID"],
            value: DOMAIN_ID,
            block: with(user().without_lines(1, "domain_name")),
            shows: ("KeystoneCreateToken", "/parameters/domain", json!({ "id": DOMAIN_ID })),
            never: &[],
        },
    ]
}

/// The variables that say where to call.
fn places(endpoint: &str) -> Vec<Variable<'_>> {
    let region = "region = \"cn-north-4\"";
    let auth_url = format!("auth_url = \"{endpoint}\"");
    const LOOK_UP: &str = "KeystoneListProjects";
    vec![
        Variable {
            names: &["HW_REGION_NAME", "OS_REGION_NAME"],
            value: "cn-east-3",
            block: format!("{auth_url}\n    {}", keys()),
            shows: ("ListServerGroups", "/path", json!(format!("/v1/{EASTERN_PROJECT}/app-server-groups"))),
            never: &[],
        },
        Variable {
            names: &["HW_PROJECT_ID", "OS_PROJECT_ID", "OS_TENANT_ID"],
            value: PROJECT,
            block: format!("{region}\n    {auth_url}\n    {}", keys()),
            shows: ("ListServerGroups", "/path", json!(format!("/v1/{PROJECT}/app-server-groups"))),
            never: &[LOOK_UP],
        },
        Variable {
            names: &["HW_PROJECT_NAME", "OS_PROJECT_NAME", "OS_TENANT_NAME"],
            value: "cn-east-3",
            block: format!("{region}\n    {auth_url}\n    {}", keys()),
            shows: (LOOK_UP, "/parameters/name", json!("cn-east-3")),
            never: &[],
        },
        Variable {
            names: &["HW_AUTH_URL", "OS_AUTH_URL"],
            value: endpoint,
            block: format!("{region}\n    {}", keys()),
            shows: (LOOK_UP, "/parameters/name", json!("cn-north-4")),
            never: &[],
        },
    ]
}

#[test]
fn each_variable_takes_effect_by_each_of_its_names() {
    let emulator = Emulator::start();
    let token = token(&emulator);
    let variables = credentials(emulator.endpoint(), &token).into_iter().chain(places(emulator.endpoint()));
    for Variable { names, value, block, shows: (operation, place, expected), never } in variables {
        for name in names {
            let mut workspace = workspace_at(emulator.endpoint(), &block);
            workspace.set(name, value);
            let (run, calls) = emulator.calls_during(|| workspace.try_plan());
            run.expect(&[0, 2]);
            assert_eq!(shown(&calls, operation, place), expected, "{name}");
            assert!(calls.iter().all(|call| !never.contains(&call.operation.as_str())), "{name}: {calls:?}");
        }
    }
}

#[test]
fn a_security_token_of_the_environment_goes_with_the_environments_keys_and_not_with_the_blocks() {
    let emulator = Emulator::start();
    for name in ["HW_SECURITY_TOKEN", "OS_SECURITY_TOKEN"] {
        let mut workspace = workspace(&emulator, "");
        workspace.set("HW_ACCESS_KEY", TEMPORARY_KEY);
        workspace.set("HW_SECRET_KEY", TEMPORARY_SECRET);
        workspace.set(name, TEMPORARY_TOKEN);
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert_eq!(shown(&calls, "ListServerGroups", "/caller"), TEMPORARY_KEY, "{name}");
    }
    for name in ["HW_SECURITY_TOKEN", "OS_SECURITY_TOKEN"] {
        let mut workspace = workspace(&emulator, &keys());
        workspace.set(name, "a-token-that-has-ended");
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert_eq!(shown(&calls, "ListServerGroups", "/caller"), ACCESS_KEY, "{name}");
    }
}

#[test]
fn an_empty_block_is_enough_with_either_family_of_names() {
    let emulator = Emulator::start();
    for (family, user_name, password, domain) in [
        ("HW", "HW_USER_NAME", "HW_USER_PASSWORD", "HW_DOMAIN_NAME"),
        ("OS", "OS_USERNAME", "OS_PASSWORD", "OS_USER_DOMAIN_NAME"),
    ] {
        let mut workspace = workspace_at(emulator.endpoint(), "");
        workspace.set(&format!("{family}_REGION_NAME"), "cn-north-4");
        // The vendor's provider has the version in it.
        workspace.set(&format!("{family}_AUTH_URL"), &format!("{}/v3", emulator.endpoint()));
        for (name, value) in [(user_name, USER), (password, PASSWORD), (domain, DOMAIN)] {
            workspace.set(name, value);
        }
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert_eq!(shown(&calls, "ListServerGroups", "/caller"), USER, "{family}");
    }
}

#[test]
fn an_enterprise_project_comes_from_the_environment_where_nothing_else_names_one() {
    for name in ["HW_ENTERPRISE_PROJECT_ID", "OS_ENTERPRISE_PROJECT_ID"] {
        for (block, resource, expected) in [
            ("", "", "e-7"),
            ("enterprise_project_id = \"e-8\"", "", "e-8"),
            ("", "enterprise_project_id = \"e-9\"", "e-9"),
        ] {
            let emulator = Emulator::start();
            let mut workspace = workspace(&emulator, &format!("{}\n    {block}", keys()));
            workspace.set(name, "e-7");
            workspace.configure(&and(&server_group::resource(), resource));
            let (_, calls) = emulator.calls_during(|| workspace.apply());
            let sent = shown(&calls, "CreateServerGroup", "/parameters/enterprise_project_id");
            assert_eq!(sent, expected, "{name}, {block}, {resource}");
            workspace.expect_no_changes();
        }
    }
}

/// The vendor's file, with a profile for each kind of key.
fn profiles(current: &str) -> String {
    let keys = |name: &str| json!({ "name": name, "accessKeyId": ACCESS_KEY, "secretAccessKey": SECRET_KEY });
    let with = |mut profile: Value, more: Value| {
        let more = more.as_object().expect("an object").clone();
        profile.as_object_mut().expect("an object").extend(more);
        profile
    };
    let profiles = [
        json!({ "name": "other", "accessKeyId": "someone-else", "secretAccessKey": "wrong" }),
        with(keys("desks"), json!({ "region": "cn-north-4" })),
        with(keys("east"), json!({ "region": "cn-east-3", "projectId": EASTERN_PROJECT })),
        json!({
            "name": "temporary", "accessKeyId": TEMPORARY_KEY, "secretAccessKey": TEMPORARY_SECRET,
            "securityToken": TEMPORARY_TOKEN, "region": "cn-north-4",
        }),
        with(
            keys("agency"),
            json!({ "region": "cn-north-4", "agencyName": "emulator-agency", "agencyDomainName": DOMAIN }),
        ),
    ];
    json!({ "current": current, "profiles": profiles }).to_string()
}

#[test]
fn a_profile_of_the_vendors_file_is_enough_wherever_it_is_named() {
    let emulator = Emulator::start();
    let (profile, file) = ("HW_PROFILE", "HW_SHARED_CONFIG_FILE");
    // The block's lines, the environment, and the operation that shows which profile it was, with what.
    let path = format!("/v1/{EASTERN_PROJECT}/app-server-groups");
    for (block, environment, operation, place, expected) in [
        ("profile = \"desks\"", vec![], "ListServerGroups", "/caller", json!(ACCESS_KEY)),
        ("profile = \"temporary\"", vec![], "ListServerGroups", "/caller", json!(TEMPORARY_KEY)),
        ("profile = \"east\"", vec![], "ListServerGroups", "/path", json!(path)),
        (
            "profile = \"agency\"",
            vec![],
            "CreateTemporaryAccessKeyByAgency",
            "/parameters/assume_role/agency_name",
            json!("emulator-agency"),
        ),
        ("shared_config_file = \"~/here.json\"", vec![], "ListServerGroups", "/caller", json!(TEMPORARY_KEY)),
        ("", vec![(profile, "temporary")], "ListServerGroups", "/caller", json!(TEMPORARY_KEY)),
        ("", vec![(file, "here.json")], "ListServerGroups", "/caller", json!(TEMPORARY_KEY)),
        ("", vec![(file, "here.json"), (profile, "desks")], "ListServerGroups", "/caller", json!(ACCESS_KEY)),
        (
            "profile = \"desks\"",
            vec![(profile, "temporary"), (file, "here.json")],
            "ListServerGroups",
            "/caller",
            json!(ACCESS_KEY),
        ),
    ] {
        let mut workspace =
            workspace_at(emulator.endpoint(), &format!("auth_url = \"{}\"\n    {block}", emulator.endpoint()));
        fs::create_dir(workspace.path().join(".hcloud")).expect("a folder");
        workspace.write(".hcloud/config.json", &profiles("other"));
        workspace.write("here.json", &profiles("temporary"));
        for (name, value) in &environment {
            workspace.set(name, value);
        }
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert_eq!(shown(&calls, operation, place), expected, "{block} {environment:?}");
    }
}
