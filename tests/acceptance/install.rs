//! What a person does first: `terraform init` from a mirror, the release's archive included, and the quickstart from
//! end to end.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::harness::{ACCESS_KEY, Emulator, Replacing, SECRET_KEY, Workspace, world::GROUP};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const ADDRESS: &str = "registry.terraform.io/appstreaming/appstreaming";
const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-appstreaming");

/// A workspace whose Terraform installs the provider from a folder laid out as the registry is, and from nowhere else.
fn workspace_with_mirror() -> Workspace {
    let workspace = Workspace::new();
    let mirror = workspace.path().join("mirror");
    let package = mirror.join(ADDRESS).join(VERSION).join(platform());
    fs::create_dir_all(&package).expect("a folder");
    let copy = package.join(format!("terraform-provider-appstreaming_v{VERSION}"));
    fs::copy(PROVIDER, copy).expect("the provider can be copied");
    install_from(&workspace, &mirror);
    workspace
}

fn install_from(workspace: &Workspace, mirror: &Path) {
    workspace.write_cli_configuration(&format!(
        "provider_installation {{\n  filesystem_mirror {{\n    path = {mirror:?}\n  }}\n}}\n"
    ));
}

/// This machine in Terraform's words.
fn platform() -> String {
    let machine = match env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let system = if env::consts::OS == "macos" { "darwin" } else { env::consts::OS };
    format!("{system}_{machine}")
}

/// A release of `provider` as `make release` packs it, in a folder of its own.
fn release_of(provider: &Path) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new("python3")
        .args(["-B", concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/release"), "--into"])
        .arg(folder.path())
        .arg("--programs")
        .arg(provider)
        .arg(env!("CARGO_BIN_EXE_appstreaming-emulator"))
        .stdin(Stdio::null())
        .output()
        .expect("Python can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    folder
}

/// A mirror that holds the release's archive of this platform, as it was packed.
fn mirror_of(release: &TempDir) -> TempDir {
    let mirror = tempfile::tempdir().expect("a folder");
    let folder = mirror.path().join(ADDRESS);
    fs::create_dir_all(&folder).expect("a folder");
    let archive = archive();
    fs::copy(release.path().join(&archive), folder.join(&archive)).expect("the archive is there");
    mirror
}

fn archive() -> PathBuf {
    format!("terraform-provider-appstreaming_{VERSION}_{}.zip", platform()).into()
}

#[test]
fn a_release_installs_from_its_archive_and_applies() {
    let emulator = Emulator::start();
    let release = release_of(Path::new(PROVIDER));
    let mirror = mirror_of(&release);
    let workspace = Workspace::with(&emulator, &authorization("carol"));
    install_from(&workspace, mirror.path());
    workspace.run(&["init", "-no-color", "-input=false"]).expect(&[0]);
    workspace.apply();
    assert_eq!(emulator.authorized_users(GROUP), ["alice", "bob", "carol"]);

    // A colleague, or CI, installs what the lock file says and nothing else.
    let lock = fs::read_to_string(workspace.path().join(".terraform.lock.hcl")).expect("init writes a lock file");
    assert!(lock.contains(&format!("version = \"{VERSION}\"")) && lock.contains("h1:"), "{lock}");
    let colleague = Workspace::with(&emulator, &authorization("carol"));
    install_from(&colleague, mirror.path());
    colleague.write(".terraform.lock.hcl", &lock);
    colleague.run(&["init", "-no-color", "-input=false", "-lockfile=readonly"]).expect(&[0]);

    let tampered = tempfile::tempdir().expect("a folder");
    let program = tampered.path().join("terraform-provider-appstreaming");
    let mut bytes = fs::read(PROVIDER).expect("the provider is there");
    bytes.push(0);
    fs::write(&program, bytes).expect("a file can be written");
    let mirror = mirror_of(&release_of(&program));
    let victim = Workspace::with(&emulator, &authorization("carol"));
    install_from(&victim, mirror.path());
    victim.write(".terraform.lock.hcl", &lock);
    let refused = victim.run(&["init", "-no-color", "-input=false", "-lockfile=readonly"]).expect(&[1]);
    assert!(refused.stderr.contains("checksum"), "{}", refused.stderr);

    // Whoever knows where the other build comes from does what the guide to own builds says.
    fs::remove_file(victim.path().join(".terraform.lock.hcl")).expect("the lock file is there");
    victim.run(&["init", "-no-color", "-input=false"]).expect(&[0]);
}

fn authorization(name: &str) -> String {
    format!(
        r#"
        resource "appstreaming_delivery_group_authorization" "this" {{
          delivery_group_id = "{GROUP}"
          user_names        = ["{name}"]
        }}
        "#
    )
}

#[test]
fn a_release_has_what_the_registry_wants() {
    let release = release_of(Path::new(PROVIDER));
    let read = |name: &str| fs::read(release.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let manifest = format!("terraform-provider-appstreaming_{VERSION}_manifest.json");
    let content: serde_json::Value = serde_json::from_slice(&read(&manifest)).expect("JSON");
    assert_eq!(content, serde_json::json!({ "version": 1, "metadata": { "protocol_versions": ["6.0"] } }));

    let sums = read(&format!("terraform-provider-appstreaming_{VERSION}_SHA256SUMS"));
    let sums = String::from_utf8(sums).expect("text");
    let listed: Vec<_> = sums.lines().map(|line| line.split_once("  ").expect("a sum and a name")).collect();
    let archive = archive();
    let names = [archive.to_str().expect("text"), &manifest];
    assert_eq!(listed.iter().map(|(_, name)| *name).collect::<Vec<_>>(), names);
    for (sum, name) in listed {
        assert_eq!(sum, hex::encode(Sha256::digest(read(name))), "{name}");
    }
}

#[test]
fn the_quickstart_installs_applies_changes_and_destroys() {
    let emulator = Emulator::start();
    let mut workspace = workspace_with_mirror();
    workspace.set("TF_VAR_endpoint", emulator.endpoint());
    let quickstart = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/quickstart");
    let read = |name: &str| fs::read_to_string(quickstart.join(name)).expect("the quickstart is there");
    // The emulators of these tests have a key pair of their own, which both clouds know.
    let main = read("main.tf");
    let main = main.replacing_each(2, "emulator-access-key", ACCESS_KEY);
    workspace.write("main.tf", &main.replacing_each(2, "emulator-secret-key", SECRET_KEY));
    for name in ["terraform.tfvars", "rollout.tfvars"] {
        workspace.write(name, &read(name));
    }
    workspace.run(&["init", "-no-color", "-input=false"]).expect(&[0]);
    let lock = fs::read_to_string(workspace.path().join(".terraform.lock.hcl")).expect("init writes a lock file");
    assert!(lock.contains(&format!("version = \"{VERSION}\"")) && lock.contains("h1:"), "{lock}");

    workspace.apply();
    assert_eq!(workspace.state_list().len(), 3);
    workspace.expect_no_changes();

    let change = workspace.try_apply_with(&["-var-file=rollout.tfvars"]);
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
