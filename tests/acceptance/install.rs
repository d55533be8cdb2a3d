//! What a person does first: `terraform init` from a mirror, and the quickstart from end to end.

use std::{env, fs, path::Path};

use crate::harness::{ACCESS_KEY, Emulator, SECRET_KEY, Workspace, world::GROUP};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A workspace whose Terraform installs the provider from a folder laid out as the registry is, and from nowhere else.
fn workspace_with_mirror() -> Workspace {
    let workspace = Workspace::new();
    let mirror = workspace.path().join("mirror");
    let machine = match env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let system = if env::consts::OS == "macos" { "darwin" } else { env::consts::OS };
    let package = mirror
        .join("registry.terraform.io/appstreaming/appstreaming")
        .join(VERSION)
        .join(format!("{system}_{machine}"));
    fs::create_dir_all(&package).expect("a folder");
    let program = Path::new(env!("CARGO_BIN_EXE_terraform-provider-appstreaming"));
    let copy = package.join(format!("terraform-provider-appstreaming_v{VERSION}"));
    fs::copy(program, copy).expect("the provider can be copied");
    workspace.write_cli_configuration(&format!(
        "provider_installation {{\n  filesystem_mirror {{\n    path = {mirror:?}\n  }}\n}}\n"
    ));
    workspace
}

#[test]
fn the_quickstart_installs_applies_changes_and_destroys() {
    let emulator = Emulator::start();
    let mut workspace = workspace_with_mirror();
    workspace.set("TF_VAR_endpoint", emulator.endpoint());
    let quickstart = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/quickstart");
    for name in ["main.tf", "terraform.tfvars", "rollout.tfvars"] {
        let text = fs::read_to_string(quickstart.join(name)).expect("the quickstart is there");
        // The emulators of these tests have a key pair of their own.
        let text = text.replace("emulator-access-key", ACCESS_KEY).replace("emulator-secret-key", SECRET_KEY);
        workspace.write(name, &text);
    }
    workspace.run(&["init", "-no-color", "-input=false"]).expect(&[0]);
    let lock = fs::read_to_string(workspace.path().join(".terraform.lock.hcl")).expect("init writes a lock file");
    assert!(lock.contains(&format!("version = \"{VERSION}\"")) && lock.contains("h1:"), "{lock}");

    workspace.apply();
    assert_eq!(workspace.state_list().len(), 3);
    workspace.expect_no_changes();

    let change = workspace.run(&["apply", "-json", "-input=false", "-auto-approve", "-var-file=rollout.tfvars"]);
    change.expect(&[0]);
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], "img-office-3");
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob", "carol", "erin", "frank"]);

    workspace.destroy();
    assert!(workspace.state_list().is_empty());
    assert!(emulator.server_group("reception").is_none());
}

#[test]
fn the_examples_are_formatted() {
    let workspace = Workspace::new();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let examples = examples.to_str().expect("a readable path");
    workspace.run(&["fmt", "-check", "-recursive", "-no-color", examples]).expect(&[0]);
}

#[test]
fn no_call_is_made_to_look_at_the_schema() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, "");
    let run = workspace.run(&["providers", "schema", "-json"]).expect(&[0]);
    let schema: serde_json::Value = serde_json::from_str(&run.stdout).expect("the schema is JSON");
    let provider = &schema["provider_schemas"]["registry.terraform.io/appstreaming/appstreaming"];
    for name in
        ["appstreaming_delivery_group_image", "appstreaming_delivery_group_authorization", "appstreaming_server_group"]
    {
        assert!(provider["resource_schemas"][name].is_object(), "{name}");
    }
    assert!(emulator.calls().is_empty());
}
