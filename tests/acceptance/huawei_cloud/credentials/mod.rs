//! How the provider signs in to Huawei Cloud: keys, tokens, passwords and agencies, from the block, the environment and
//! the vendor's file.
//!
//! The agency of an ECS instance is tested in `tests/instance_credentials/`: the address of its metadata is fixed.

mod agency;
mod environment;
mod network;
mod renewal;

use serde_json::json;

use crate::harness::{Call, Emulator, Workspace, keys, provider, world::PROJECT};

const USER: &str = "emulator-user";
const PASSWORD: &str = "emulator-password";
const DOMAIN: &str = "emulator-domain";

/// A workspace whose block for this cloud has only what is given, beside where the emulator is.
fn workspace(emulator: &Emulator, block: &str) -> Workspace {
    let endpoint = emulator.endpoint();
    workspace_at(endpoint, &format!("region = \"cn-north-4\"\n    auth_url = \"{endpoint}\"\n    {block}"))
}

fn workspace_at(endpoint: &str, block: &str) -> Workspace {
    let workspace = Workspace::new();
    let block = format!("huawei_cloud = {{\n    endpoint = \"{endpoint}\"\n    {block}\n}}");
    workspace.write("provider.tf", &provider(&block));
    workspace.configure(&reads(1));
    workspace
}

/// What reads something so many times, which Terraform does at the same time; each needs credentials and a project.
fn reads(count: usize) -> String {
    format!("data \"appstreaming_server_groups\" \"all\" {{\n  count = {count}\n}}\n")
}

/// The block's lines for a user.
fn user() -> String {
    format!("user_name = \"{USER}\"\n    password = \"{PASSWORD}\"\n    domain_name = \"{DOMAIN}\"")
}

fn count(calls: &[Call], operation: &str) -> usize {
    calls.iter().filter(|call| call.operation == operation).count()
}

/// A token of the emulator's user, as `POST /v3/auth/tokens` gives it.
fn token(emulator: &Emulator) -> String {
    let body = json!({ "auth": {
        "identity": { "methods": ["password"], "password": {
            "user": { "name": USER, "password": PASSWORD, "domain": { "name": DOMAIN } },
        } },
        "scope": { "project": { "id": PROJECT } },
    } });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
        let request = client.post(format!("{}/v3/auth/tokens", emulator.endpoint()));
        let answer = request.body(body.to_string()).send().await.expect("the emulator answers");
        assert_eq!(answer.status().as_u16(), 201);
        answer.headers()["x-subject-token"].to_str().expect("a text").to_owned()
    })
}

#[test]
fn a_token_goes_out_as_it_is() {
    let emulator = Emulator::start();
    let token = token(&emulator);
    let workspace = workspace(&emulator, &format!("auth_token = \"{token}\""));
    let (run, calls) = emulator.calls_during(|| workspace.apply());
    assert!(!run.stdout.contains(&token) && !run.stderr.contains(&token));
    assert_eq!(count(&calls, "ListServerGroups"), 1, "{calls:?}");
    assert_eq!(count(&calls, "KeystoneCreateToken"), 0, "nobody signs in");
}

#[test]
fn a_user_signs_in_with_a_password_once() {
    let emulator = Emulator::start();
    let workspace = workspace(&emulator, &user());
    workspace.configure(&reads(12));
    let (run, calls) = emulator.calls_during(|| workspace.apply());
    assert!(!run.stdout.contains(PASSWORD) && !run.stderr.contains(PASSWORD));
    assert_eq!(count(&calls, "KeystoneCreateToken"), 1, "{calls:?}");
    assert_eq!(count(&calls, "ListServerGroups"), 12);
}

#[test]
fn a_wrong_password_is_told_and_not_shown() {
    let emulator = Emulator::start();
    let workspace = workspace(
        &emulator,
        &format!("user_name = \"{USER}\"\n    password = \"Wrong-1234\"\n    domain_name = \"{DOMAIN}\""),
    );
    let run = workspace.try_plan().expect(&[1]);
    assert!(!run.stdout.contains("Wrong-1234"), "the password is shown");
    run.only_error().must_say(&["username or password is wrong", "user_name, password"]);
}

#[test]
fn keys_that_are_refused_are_not_tried_again_and_again() {
    let emulator = Emulator::start();
    let workspace = workspace(&emulator, &keys());
    emulator.fault(&json!({
        "operation": "ListServerGroups", "kind": "error", "status": 401, "code": "APIGW.0301", "message": "No.",
        "next": 5,
    }));
    let (run, calls) = emulator.calls_during(|| workspace.try_plan().expect(&[1]));
    run.only_error().must_say(&["APIGW.0301", "access_key"]);
    assert_eq!(count(&calls, "ListServerGroups"), 1, "{calls:?}");
}

#[test]
fn what_the_block_says_is_not_passed_over_for_the_environment() {
    let emulator = Emulator::start();
    let mut workspace = workspace(&emulator, &keys());
    workspace.set("HW_ACCESS_KEY", "someone-else");
    workspace.set("HW_SECRET_KEY", "wrong");
    workspace.set("HW_AUTH_TOKEN", "no-token");
    workspace.set("HW_REGION_NAME", "cn-east-3");
    workspace.apply();
    let region = workspace.attributes("data.appstreaming_server_groups.all[0]")["region"].clone();
    assert_eq!(region, "cn-north-4");
}

#[test]
fn the_project_is_looked_up_once_and_not_at_all_where_it_is_given() {
    let emulator = Emulator::start();
    for (block, times) in [
        (keys(), 1),
        (format!("{}\n    project_name = \"cn-north-4\"", keys()), 1),
        (format!("{}\n    project_id = \"{PROJECT}\"", keys()), 0),
    ] {
        let workspace = workspace(&emulator, &block);
        workspace.configure(&reads(12));
        let (_, calls) = emulator.calls_during(|| workspace.apply());
        assert_eq!(count(&calls, "KeystoneListProjects"), times, "{times} in {calls:?}");
        assert_eq!(count(&calls, "ListServerGroups"), 12);
    }
}
