//! What of the block, and of what services echo of it, nobody may see.

use serde_json::json;

use super::{ALIBABA, CLOUDS, Cloud, HUAWEI};
use crate::harness::{Emulator, Run, SECRET_KEY, Workspace, issuer::Issuer, keys};

const PASSWORD: &str = "hunter2-hunter2-hunter2";

/// Endpoints that cannot be used, with something in them that nobody may see.
fn unusable() -> [String; 6] {
    [
        format!("ftp://user:{PASSWORD}@gateway.example"),
        format!("https://user:{PASSWORD}@gateway.example"),
        format!("https://gateway.example/?token={PASSWORD}"),
        format!("https://user:{PASSWORD}"),
        format!("user:{PASSWORD}@gateway.example:port"),
        format!("http://gateway.example/{PASSWORD}"),
    ]
}

/// Fails if the run succeeded, or printed the password.
#[track_caller]
fn without_password(workspace: &Workspace) -> Run {
    let run = workspace.try_plan().expect(&[1]);
    let printed = run.stdout.contains(PASSWORD) || run.stderr.contains(PASSWORD);
    assert!(!printed, "the run printed what nobody may see: {run:?}");
    run
}

/// The block's lines where `attribute` is this endpoint.
fn lines(cloud: &Cloud, attribute: &str, endpoint: &str) -> String {
    format!("region = \"{}\"\n{attribute} = \"{endpoint}\"\n{}", cloud.region, keys())
}

#[test]
fn an_endpoint_that_cannot_be_used_is_not_printed_with_what_is_secret_in_it() {
    for (cloud, attribute) in
        [(&ALIBABA, "endpoint"), (&ALIBABA, "sts_endpoint"), (&HUAWEI, "endpoint"), (&HUAWEI, "auth_url")]
    {
        for endpoint in unusable() {
            let run = without_password(&cloud.workspace(&lines(cloud, attribute, &endpoint)));
            run.only_error().must_say(&[cloud.block, attribute]);
        }
    }
}

#[test]
fn nor_is_one_that_comes_from_the_environment() {
    for endpoint in unusable() {
        let mut workspace = HUAWEI.workspace(&format!("region = \"cn-north-4\"\n{}", keys()));
        workspace.set("HW_AUTH_URL", &endpoint);
        without_password(&workspace).only_error().must_say(&["auth_url"]);
    }
    // This one may have a query, and then nobody listens there.
    let listening_nowhere = format!("http://127.0.0.1:1/keys?token={PASSWORD}");
    for uri in unusable().into_iter().filter(|uri| !uri.contains('?')).chain([listening_nowhere]) {
        let mut workspace = ALIBABA.workspace("region = \"cn-hangzhou\"");
        workspace.set("ALIBABA_CLOUD_CREDENTIALS_URI", &uri);
        without_password(&workspace);
        without_password(&ALIBABA.workspace(&format!("region = \"cn-hangzhou\"\ncredentials_uri = \"{uri}\"")));
    }
}

#[test]
fn what_a_credentials_uri_carries_and_its_server_echoes_is_not_printed() {
    let server = Issuer::refusing(403, || json!({ "Code": PASSWORD, "Message": format!("not {PASSWORD}") }));
    let uri = format!("{}/keys?token={PASSWORD}", server.url());
    let workspace = ALIBABA.workspace(&format!("region = \"cn-hangzhou\"\ncredentials_uri = \"{uri}\""));
    without_password(&workspace).only_error().must_say(&[server.url(), "not ***"]);
}

#[test]
fn a_secret_that_a_service_echoes_is_not_printed_however_it_is_written_and_wherever() {
    let encoded: String = SECRET_KEY.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let half_encoded = SECRET_KEY.split('-').collect::<Vec<_>>().join("%2d");
    for cloud in CLOUDS {
        for (code, message) in [
            ("Refused", format!("the signature of key={encoded}")),
            ("Refused", format!("?secret={half_encoded}&x=1")),
            (SECRET_KEY, "No.".to_owned()),
            (&half_encoded, "No.".to_owned()),
        ] {
            let emulator = Emulator::start();
            emulator.fault(&json!({
                "operation": cloud.operation, "kind": "error", "status": 400, "code": code, "message": message,
            }));
            let workspace = cloud.workspace(&format!("{}{}", cloud.at(&emulator), keys()));
            let run = workspace.try_plan().expect(&[1]);
            for hidden in [SECRET_KEY, &encoded, &half_encoded] {
                assert!(!run.stdout.contains(hidden) && !run.stderr.contains(hidden), "{} printed it", cloud.block);
            }
            run.only_error().must_say(&["***"]);
        }
    }
}
