//! Values that are only known after apply.

use super::{ALIBABA, Cloud, HUAWEI};
use crate::{
    alibaba_cloud::image,
    harness::{ACCESS_KEY, Emulator, Replacing, SECRET_KEY, Workspace, keys, provider, world::NEXT_IMAGE},
    huawei_cloud::server_group::{self, and},
};

/// What is only known after apply.
const LATER: &str = "resource \"terraform_data\" \"later\" {}\n";

/// Writes a provider block with these lines for `unknown` beside where the emulator is, and a whole block for `known`.
fn configure(workspace: &Workspace, emulator: &Emulator, unknown: &Cloud, lines: &str, known: &Cloud) {
    let whole = known.block(&format!("{}{}", known.at(emulator), keys()));
    let endpoint = emulator.endpoint();
    let region = unknown.region;
    let block = unknown.block(&format!("region = \"{region}\"\nendpoint = \"{endpoint}\"\n{lines}"));
    workspace.write("provider.tf", &provider(&format!("{block}{whole}")));
}

/// A workspace in whose environment are the keys of an account that would do.
fn with_keys_in_the_environment() -> Workspace {
    let mut workspace = Workspace::new();
    for cloud in [&ALIBABA, &HUAWEI] {
        for (name, value) in cloud.key_variables.into_iter().zip([ACCESS_KEY, SECRET_KEY]) {
            workspace.set(name, value);
        }
    }
    workspace
}

/// Plans `resource` of a cloud with each of these lines in its block, which calls nobody there, while the other cloud
/// is read.
#[track_caller]
fn leaves_alone(unknown: &Cloud, resource: &str, known: &Cloud, lines: &[&str]) {
    let emulator = Emulator::start();
    let workspace = with_keys_in_the_environment();
    workspace.configure(&format!("{LATER}{resource}{}", known.read("")));
    for line in lines {
        let line = line.replacing("LATER", "terraform_data.later.id");
        configure(&workspace, &emulator, unknown, &line, known);
        let (_, calls) = emulator.calls_during(|| workspace.try_plan().expect(&[2]));
        assert!(calls.iter().any(|call| call.operation == known.operation), "{line}: {calls:?}");
        let is_known = |operation: &str| {
            operation == known.operation || known.block == HUAWEI.block && operation == "KeystoneListProjects"
        };
        let strangers: Vec<_> = calls.iter().filter(|call| !is_known(&call.operation)).collect();
        assert!(strangers.is_empty(), "{line}: {strangers:?}");
    }
}

#[test]
fn whatever_is_unknown_in_the_block_of_alibaba_cloud_nothing_of_it_is_called_and_the_other_cloud_is() {
    let lines = [
        "profile = LATER",
        "shared_credentials_file = \"/tmp/${LATER}\"",
        "credentials_uri = \"http://127.0.0.1/${LATER}\"",
        "ecs_role_name = LATER",
        "sts_endpoint = LATER",
        "security_token = LATER",
        "ca_certificate = LATER",
        "max_requests_per_second = length(LATER)",
        "allow_http = LATER == \"it\"",
        "assume_role = { role_arn = LATER }",
        "assume_role = { role_arn = \"acs:ram::1:role/r\", external_id = LATER }",
        "assume_role_with_oidc = { role_arn = \"r\", oidc_provider_arn = \"p\", oidc_token_file = LATER }",
    ];
    leaves_alone(&ALIBABA, &image(NEXT_IMAGE, ""), &HUAWEI, &lines);
}

#[test]
fn whatever_is_unknown_in_the_block_of_huawei_cloud_nothing_of_it_is_called_and_the_other_cloud_is() {
    let lines = [
        "profile = LATER",
        "shared_config_file = \"/tmp/${LATER}\"",
        "enterprise_project_id = LATER",
        "user_id = LATER",
        "security_token = LATER",
        "ca_certificate = LATER",
        "max_requests_per_second = length(LATER)",
        "endpoint_serves_all_regions = LATER == \"it\"",
        "assume_role = { agency_name = \"a\", domain_name = LATER }",
        "assume_role = { agency_name = \"a\", domain_name = \"d\", duration_seconds = 900 + length(LATER) }",
    ];
    // The plan of a standby group looks at its primary.
    let standby = and(&server_group::resource(), "primary_server_group_id = \"20000000-0000-4000-8000-000000000001\"");
    leaves_alone(&HUAWEI, &standby, &ALIBABA, &lines);
}

#[test]
fn a_state_is_not_emptied_with_another_accounts_keys_while_the_profile_is_unknown() {
    let emulator = Emulator::start();
    let workspace = with_keys_in_the_environment();
    configure(&workspace, &emulator, &ALIBABA, &keys(), &HUAWEI);
    workspace.configure(&image(NEXT_IMAGE, ""));
    workspace.apply();

    let profile = "profile = terraform_data.later.id";
    configure(&workspace, &emulator, &ALIBABA, profile, &HUAWEI);
    workspace.configure(&format!("{LATER}{}", image(NEXT_IMAGE, "")));
    let (run, calls) = emulator.calls_during(|| workspace.try_plan().expect(&[1]));
    run.only_error().must_say(&["The provider is not configured yet", "alibaba_cloud"]);
    assert!(calls.is_empty(), "{calls:?}");
    assert_eq!(workspace.state_list(), ["appstreaming_delivery_group_image.this"]);
}
