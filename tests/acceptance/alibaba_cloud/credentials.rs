//! Where credentials for Alibaba Cloud come from: every place and their order, with the real Terraform. Who called is
//! read from the emulator's record, which names the access key of each call.
//!
//! The role of an ECS instance is tested in `tests/instance_credentials/`: the address of its metadata is fixed.

use std::fs;

use serde_json::{Value, json};

use super::{AUTHORIZE, UPDATE_IMAGE, image};
use crate::harness::{
    ACCESS_KEY, Emulator, Run, SECRET_KEY, Workspace,
    issuer::{Issuer, TEMPORARY_KEY, TEMPORARY_SECRET, TEMPORARY_TOKEN, issued},
    keys, provider,
    world::NEXT_IMAGE,
};

const OIDC_TOKEN: &str = "the-oidc-token-of-the-job-93b885ad";
const ROLE: &str = "acs:ram::1234567890123456:role/terraform";
const OIDC_PROVIDER: &str = "acs:ram::1234567890123456:oidc-provider/ci";

/// A workspace with one resource and with `lines` in the provider's block for Alibaba Cloud.
fn workspace(emulator: &Emulator, lines: &str) -> Workspace {
    let mut workspace = Workspace::new();
    // Planning it reads the delivery group.
    workspace.configure(&image(NEXT_IMAGE, ""));
    configure(&workspace, emulator, lines);
    // Nor has the machine that this runs on a role to ask for.
    workspace.set("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    workspace
}

fn configure(workspace: &Workspace, emulator: &Emulator, lines: &str) {
    let endpoint = emulator.endpoint();
    let block = format!("alibaba_cloud = {{\n  region   = \"cn-hangzhou\"\n  endpoint = \"{endpoint}\"\n  {lines}\n}}");
    workspace.write("provider.tf", &provider(&block));
}

/// Writes the vendor's configuration file into the home folder.
fn profiles(workspace: &Workspace, current: &str, profiles: Value) {
    let folder = workspace.path().join(".aliyun");
    fs::create_dir_all(&folder).expect("a folder");
    let file = json!({ "current": current, "profiles": profiles });
    fs::write(folder.join("config.json"), file.to_string()).expect("a file can be written");
}

/// Sets the keys of one family of variables. Without a token they are the lasting ones.
fn set_keys(workspace: &mut Workspace, names: [&str; 3], temporary: bool) {
    let pair = if temporary { [TEMPORARY_KEY, TEMPORARY_SECRET] } else { [ACCESS_KEY, SECRET_KEY] };
    workspace.set(names[0], pair[0]);
    workspace.set(names[1], pair[1]);
    if temporary {
        workspace.set(names[2], TEMPORARY_TOKEN);
    }
}

/// Fails if Terraform or the provider printed something that nobody may see.
#[track_caller]
fn without_secrets(run: Run) -> Run {
    for secret in [SECRET_KEY, TEMPORARY_SECRET, TEMPORARY_TOKEN, OIDC_TOKEN] {
        let printed = run.stdout.contains(secret) || run.stderr.contains(secret);
        assert!(!printed, "the run printed the secret that begins with {}", &secret[..8]);
    }
    run
}

/// Plans, and returns the access key that the calls were made with.
#[track_caller]
fn caller(emulator: &Emulator, workspace: &Workspace) -> String {
    let (_, calls) = emulator.calls_during(|| without_secrets(workspace.try_plan()).expect(&[2]));
    assert!(!calls.is_empty(), "nobody called");
    assert!(calls.iter().all(|call| call.status == Some(200)), "{calls:?}");
    let callers: Vec<_> = calls.iter().filter_map(|call| call.record["caller"].as_str()).collect();
    assert!(callers.windows(2).all(|pair| pair[0] == pair[1]), "{callers:?}");
    callers[0].to_owned()
}

#[test]
fn temporary_keys_in_the_provider_block_are_used_with_their_token() {
    let emulator = Emulator::start();
    let keys = format!("access_key = \"{TEMPORARY_KEY}\"\nsecret_key = \"{TEMPORARY_SECRET}\"");
    let workspace = workspace(&emulator, &format!("{keys}\nsecurity_token = \"{TEMPORARY_TOKEN}\""));
    assert_eq!(caller(&emulator, &workspace), TEMPORARY_KEY);

    // The same pair without its token is refused, so the token was sent.
    configure(&workspace, &emulator, &keys);
    let error = without_secrets(workspace.try_plan()).expect(&[1]).only_error();
    error.must_say(&["SecurityToken", "security_token"]);
}

#[test]
fn every_family_of_variables_is_looked_at() {
    let emulator = Emulator::start();
    for family in [
        ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"],
        ["ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECURITY_TOKEN"],
        ["ALICLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY_SECRET", "ALICLOUD_SECURITY_TOKEN"],
    ] {
        for (temporary, expected) in [(false, ACCESS_KEY), (true, TEMPORARY_KEY)] {
            let mut workspace = workspace(&emulator, "");
            set_keys(&mut workspace, family, temporary);
            assert_eq!(caller(&emulator, &workspace), expected, "{family:?}");
        }
    }
}

#[test]
fn the_provider_block_comes_before_the_environment_and_that_before_the_profile() {
    let emulator = Emulator::start();
    let mut workspace = workspace(&emulator, "");
    let wrong = json!([{ "name": "default", "mode": "AK", "access_key_id": "someone", "access_key_secret": "else" }]);
    profiles(&workspace, "default", wrong);
    let names = ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"];
    set_keys(&mut workspace, names, true);
    assert_eq!(caller(&emulator, &workspace), TEMPORARY_KEY);

    // A token in the environment does not go with a key of the block.
    configure(&workspace, &emulator, &keys());
    assert_eq!(caller(&emulator, &workspace), ACCESS_KEY);
}

#[test]
fn the_current_profile_and_a_named_one() {
    let emulator = Emulator::start();
    let mut workspace = workspace(&emulator, "");
    let both = json!([
        { "name": "default", "mode": "AK", "access_key_id": ACCESS_KEY, "access_key_secret": SECRET_KEY },
        {
            "name": "temporary", "mode": "StsToken", "access_key_id": TEMPORARY_KEY,
            "access_key_secret": TEMPORARY_SECRET, "sts_token": TEMPORARY_TOKEN,
        },
    ]);
    profiles(&workspace, "default", both.clone());
    assert_eq!(caller(&emulator, &workspace), ACCESS_KEY);
    profiles(&workspace, "temporary", both.clone());
    assert_eq!(caller(&emulator, &workspace), TEMPORARY_KEY);

    configure(&workspace, &emulator, "profile = \"default\"");
    assert_eq!(caller(&emulator, &workspace), ACCESS_KEY);
    configure(&workspace, &emulator, "");
    workspace.set("ALIBABA_CLOUD_PROFILE", "default");
    assert_eq!(caller(&emulator, &workspace), ACCESS_KEY);

    configure(&workspace, &emulator, "profile = \"nobody\"");
    let error = without_secrets(workspace.try_plan()).expect(&[1]).only_error();
    error.must_say(&["there is no profile \"nobody\"", "aliyun configure"]);
}

#[test]
fn a_profile_in_a_file_of_ones_own() {
    let emulator = Emulator::start();
    let workspace = workspace(&emulator, "shared_credentials_file = \"~/elsewhere.json\"");
    let profile = json!({ "name": "ci", "mode": "AK", "access_key_id": ACCESS_KEY, "access_key_secret": SECRET_KEY });
    workspace.write("elsewhere.json", &json!({ "current": "ci", "profiles": [profile] }).to_string());
    assert_eq!(caller(&emulator, &workspace), ACCESS_KEY);
}

#[test]
fn a_role_is_assumed_with_the_keys_of_a_profile_or_of_the_block() {
    let emulator = Emulator::start();
    let sts = Issuer::start();
    let endpoint = format!("sts_endpoint = \"{}\"", sts.url());
    let workspace = workspace(&emulator, &endpoint);
    let profile = json!([{
        "name": "role", "mode": "RamRoleArn", "access_key_id": ACCESS_KEY, "access_key_secret": SECRET_KEY,
        "ram_role_arn": ROLE, "ram_session_name": "pull-request", "expired_seconds": 900,
    }]);
    profiles(&workspace, "role", profile);
    assert_eq!(caller(&emulator, &workspace), TEMPORARY_KEY);
    let asked = sts.requests().remove(0);
    assert!(asked.header("authorization").contains(ACCESS_KEY), "{asked:?}");
    assert_eq!(asked.header("x-acs-action"), "AssumeRole");
    assert_eq!(asked.parameter("RoleArn"), ROLE);
    assert_eq!(asked.parameter("RoleSessionName"), "pull-request");
    assert_eq!(asked.parameter("DurationSeconds"), "900");

    let role = format!("assume_role = {{ role_arn = \"{ROLE}\", external_id = \"desktop\" }}");
    configure(&workspace, &emulator, &[endpoint, keys(), role].join("\n"));
    assert_eq!(caller(&emulator, &workspace), TEMPORARY_KEY);
    assert_eq!(sts.requests().pop().expect("a request").parameter("ExternalId"), "desktop");
}

#[test]
fn an_oidc_token_is_exchanged_whether_the_block_a_profile_or_the_environment_names_it() {
    let emulator = Emulator::start();
    let sts = Issuer::start();
    let endpoint = format!("sts_endpoint = \"{}\"", sts.url());
    let mut workspace = workspace(&emulator, &endpoint);
    workspace.write("token", &format!("{OIDC_TOKEN}\n"));
    let file = workspace.path().join("token").to_str().expect("a readable path").to_owned();

    let profile = json!([{
        "name": "oidc", "mode": "OIDC", "ram_role_arn": ROLE, "oidc_provider_arn": OIDC_PROVIDER,
        "oidc_token_file": file,
    }]);
    profiles(&workspace, "oidc", profile);
    assert_eq!(caller(&emulator, &workspace), TEMPORARY_KEY);
    fs::remove_dir_all(workspace.path().join(".aliyun")).expect("the folder is there");

    let role = format!(
        "assume_role_with_oidc = {{\nrole_arn = \"{ROLE}\"\noidc_provider_arn = \"{OIDC_PROVIDER}\"\n\
         oidc_token_file = \"{file}\"\n}}"
    );
    configure(&workspace, &emulator, &format!("{endpoint}\n{role}"));
    assert_eq!(caller(&emulator, &workspace), TEMPORARY_KEY);

    configure(&workspace, &emulator, &endpoint);
    workspace.set("ALIBABA_CLOUD_ROLE_ARN", ROLE);
    workspace.set("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", OIDC_PROVIDER);
    workspace.set("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &file);
    assert_eq!(caller(&emulator, &workspace), TEMPORARY_KEY);

    let requests = sts.requests();
    assert_eq!(requests.len(), 3);
    for asked in requests {
        assert!(asked.target.contains("Action=AssumeRoleWithOIDC") && !asked.target.contains(OIDC_TOKEN), "{asked:?}");
        // Nobody's key signs it, and the token travels in the body, where no log of addresses has it.
        assert_eq!(asked.header("authorization"), "");
        let sent = ["RoleArn", "OIDCProviderArn", "OIDCToken"].map(|name| asked.parameter(name));
        assert_eq!(sent, [ROLE, OIDC_PROVIDER, OIDC_TOKEN]);
    }
}

#[test]
fn a_credentials_uri_is_asked() {
    let emulator = Emulator::start();
    let server = Issuer::answering(|_| issued(TEMPORARY_TOKEN));
    let uri = format!("{}/credentials?for=me", server.url());
    let by_block = workspace(&emulator, &format!("credentials_uri = \"{uri}\""));
    assert_eq!(caller(&emulator, &by_block), TEMPORARY_KEY);
    let mut by_variable = workspace(&emulator, "");
    by_variable.set("ALIBABA_CLOUD_CREDENTIALS_URI", &uri);
    assert_eq!(caller(&emulator, &by_variable), TEMPORARY_KEY);
    let targets: Vec<_> = server.requests().into_iter().map(|request| request.target).collect();
    assert_eq!(targets, ["/credentials?for=me"; 2]);
}

#[test]
fn an_answer_without_credentials_is_not_quoted() {
    let emulator = Emulator::start();
    let server = Issuer::answering(|_| json!({ "AccessKeySecret": TEMPORARY_SECRET }));
    let workspace = workspace(&emulator, &format!("credentials_uri = \"{}\"", server.url()));
    let error = without_secrets(workspace.try_plan()).expect(&[1]).only_error();
    error.must_say(&[server.url(), "without AccessKeyId"]);
    assert!(emulator.calls().is_empty());
}

#[test]
fn a_role_that_is_refused_names_the_role_and_the_reason() {
    let emulator = Emulator::start();
    let sts = Issuer::refusing(
        403,
        || json!({ "Code": "NoPermission", "Message": "You are not authorized to do this.", "RequestId": "R-1" }),
    );
    let role = format!("assume_role = {{ role_arn = \"{ROLE}\" }}");
    let workspace = workspace(&emulator, &[format!("sts_endpoint = \"{}\"", sts.url()), keys(), role].join("\n"));
    let error = without_secrets(workspace.try_plan()).expect(&[1]).only_error();
    error.must_say(&["aig-hangzhou-fixed", "AssumeRole", "NoPermission", "R-1", "not authorized"]);
    assert!(emulator.calls().is_empty());
}

#[test]
fn when_nothing_is_found_the_one_error_lists_every_place_in_order() {
    let emulator = Emulator::start();
    let workspace = workspace(&emulator, "");
    let error = without_secrets(workspace.try_plan()).expect(&[1]).only_error();
    let mut rest = error.detail.as_str();
    let home = workspace.path().join(".aliyun/config.json");
    for place in [
        "1. access_key and secret_key in the provider block: not set",
        "2. ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET: not set",
        "3. ALICLOUD_ACCESS_KEY and ALICLOUD_SECRET_KEY: not set",
        "4. ALICLOUD_ACCESS_KEY_ID and ALICLOUD_ACCESS_KEY_SECRET: not set",
        "5. a role for an OIDC token: ALIBABA_CLOUD_ROLE_ARN",
        &format!("6. the current profile in {}: there is no such file", home.display()),
        "7. ALIBABA_CLOUD_CREDENTIALS_URI: not set",
        "8. the role of the ECS instance: ALIBABA_CLOUD_ECS_METADATA_DISABLED is set",
        "Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    ] {
        let Some((_, after)) = rest.split_once(place) else {
            panic!("{place:?} is missing or out of order: {error:#?}")
        };
        rest = after;
    }
    assert!(emulator.calls().is_empty());
}

#[test]
fn half_of_a_pair_is_said_to_be_half() {
    let emulator = Emulator::start();
    let workspace = workspace(&emulator, &format!("access_key = \"{ACCESS_KEY}\""));
    let error = without_secrets(workspace.try_apply()).expect(&[1]).only_error();
    error.must_say(&["alibaba_cloud", "access_key is set, but secret_key is not"]);
    assert!(emulator.calls().is_empty());
}

/// Ten authorizations, each of which asks and changes something.
fn ten_resources() -> String {
    let people = ["carol", "david", "erin", "frank", "grace", "heidi", "ivan", "judy", "kevin", "laura"];
    let resource = |name: &&str| {
        format!(
            "resource \"appstreaming_delivery_group_authorization\" \"{name}\" {{\n  \
             delivery_group_id = \"aig-hangzhou-fixed\"\n  user_names = [\"{name}\"]\n}}\n"
        )
    };
    people.iter().map(resource).collect()
}

#[test]
fn credentials_that_are_refused_are_renewed_once_for_all_parallel_calls() {
    let emulator = Emulator::start();
    // The first credentials are no good any more, as if they had ended early.
    let sts = Issuer::numbered(|number| issued(if number == 1 { "ended" } else { TEMPORARY_TOKEN }));
    let role = format!("assume_role = {{ role_arn = \"{ROLE}\" }}");
    let workspace = workspace(&emulator, &[format!("sts_endpoint = \"{}\"", sts.url()), keys(), role].join("\n"));
    workspace.configure(&ten_resources());
    let (_, planning) = emulator.calls_during(|| workspace.plan());
    assert!(planning.is_empty(), "a plan of what is new asks nobody: {planning:?}");
    assert!(sts.requests().is_empty());

    let run = ["apply", "-json", "-input=false", "-parallelism=10", "plan"];
    without_secrets(workspace.run(&run)).expect(&[0]);
    assert_eq!(sts.requests().len(), 2, "one lease for all, and one renewal for all");
    assert!(emulator.calls().iter().any(|call| call.status == Some(400)), "the first lease was refused");
    assert_eq!(emulator.calls_of(AUTHORIZE).iter().filter(|call| call.status == Some(200)).count(), 10);
}

#[test]
fn credentials_are_renewed_before_they_end_once_for_all_parallel_calls() {
    let emulator = Emulator::start_with(&["--delivery-groups", "10", "--image-update-seconds", "5"]);
    // The plan's credentials last; the apply gets some that end while it still waits, and then others that last.
    let sts = Issuer::numbered(|number| {
        let seconds = if number == 2 { 4 } else { 3600 };
        let ends = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
        let mut issued = issued(TEMPORARY_TOKEN);
        issued["Expiration"] = json!(ends.to_string());
        issued
    });
    let role = format!("assume_role = {{ role_arn = \"{ROLE}\" }}");
    let workspace = workspace(&emulator, &[format!("sts_endpoint = \"{}\"", sts.url()), keys(), role].join("\n"));
    workspace.configure(
        r#"
        resource "appstreaming_delivery_group_image" "this" {
          count             = 10
          delivery_group_id = format("aig-load-%05d", count.index + 1)
          image_id          = "img-office-2"
        }
        "#,
    );
    workspace.plan();
    assert_eq!(sts.requests().len(), 1);
    let (_, calls) = emulator.calls_during(|| {
        without_secrets(workspace.run(&["apply", "-json", "-input=false", "-parallelism=10", "plan"])).expect(&[0])
    });
    assert_eq!(sts.requests().len(), 3, "one lease for all, and one renewal for all");
    assert!(calls.iter().all(|call| call.status == Some(200)), "no call was made with credentials that had ended");
    assert_eq!(calls.iter().filter(|call| call.operation == UPDATE_IMAGE).count(), 10);
}

#[test]
fn a_role_is_assumed_with_the_keys_of_the_environment() {
    let emulator = Emulator::start();
    let sts = Issuer::start();
    let mut workspace = workspace(&emulator, &format!("sts_endpoint = \"{}\"", sts.url()));
    let names = ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"];
    set_keys(&mut workspace, names, false);
    workspace.set("ALICLOUD_ASSUME_ROLE_ARN", ROLE);
    workspace.set("ALICLOUD_ASSUME_ROLE_SESSION_NAME", "nightly");
    assert_eq!(caller(&emulator, &workspace), TEMPORARY_KEY);
    let asked = sts.requests().remove(0);
    assert!(asked.header("authorization").contains(ACCESS_KEY), "{asked:?}");
    assert_eq!(
        (asked.parameter("RoleArn"), asked.parameter("RoleSessionName")),
        (ROLE.to_owned(), "nightly".to_owned())
    );
}

#[test]
fn no_log_holds_a_secret() {
    let emulator = Emulator::start();
    let sts = Issuer::start();
    let mut workspace = workspace(&emulator, &format!("sts_endpoint = \"{}\"", sts.url()));
    workspace.write("token", OIDC_TOKEN);
    let file = workspace.path().join("token").to_str().expect("a readable path").to_owned();
    workspace.set("ALIBABA_CLOUD_ROLE_ARN", ROLE);
    workspace.set("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", OIDC_PROVIDER);
    workspace.set("ALIBABA_CLOUD_OIDC_TOKEN_FILE", &file);
    workspace.set("TF_LOG_PROVIDER", "trace");
    let run = without_secrets(workspace.try_apply()).expect(&[0]);
    assert!(run.stderr.contains(UPDATE_IMAGE), "there is no log to search: {run}");
    let state = fs::read_to_string(workspace.path().join("terraform.tfstate")).expect("there is a state");
    assert!(![TEMPORARY_SECRET, TEMPORARY_TOKEN, OIDC_TOKEN].iter().any(|secret| state.contains(secret)));
}
