//! `--debug`: Terraform attaches to a provider that a person started.

use std::{fs, os::unix::fs::MetadataExt, path::PathBuf};

use nix::sys::signal::Signal;
use serde_json::{Value, json};
use tfplug::proto::plugin::{Empty, grpc_controller_client::GrpcControllerClient};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};

use crate::host::{Launch, Process, channel};

const PROVIDER: &str = "registry.terraform.io/appstreaming/appstreaming";

/// Starts the provider as a person does, and reads how to attach to it.
async fn start() -> (Process, Value) {
    let launch = ["TF_PLUGIN_MAGIC_COOKIE", "PLUGIN_CLIENT_CERT", "PLUGIN_PROTOCOL_VERSIONS"]
        .into_iter()
        .fold(Launch::provider().arg("--debug"), Launch::without);
    let mut process = launch.spawn();
    let assignment = loop {
        let line = process.line().await;
        if let Some(value) = line.trim().strip_prefix("export TF_REATTACH_PROVIDERS=") {
            break value.trim_matches('\'').to_owned();
        }
    };
    (process, serde_json::from_str(&assignment).unwrap())
}

fn socket(reattach: &Value) -> PathBuf {
    reattach[PROVIDER]["Addr"]["String"].as_str().unwrap().into()
}

#[tokio::test]
async fn it_prints_what_attaches_terraform() {
    let (process, reattach) = start().await;
    let socket = socket(&reattach);
    let expected = json!({
        PROVIDER: {
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": process.id(),
            "Test": true,
            "Addr": { "Network": "unix", "String": socket },
        }
    });
    assert_eq!(reattach, expected);
    let mode = |path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!(mode(socket.as_path()), 0o600);
    assert_eq!(mode(socket.parent().unwrap()), 0o700);
}

#[tokio::test]
async fn it_serves_one_host_after_the_other_until_interrupted() {
    let (process, reattach) = start().await;
    for _ in 0..2 {
        let channel = channel(socket(&reattach), None).await;
        let request = HealthCheckRequest { service: "plugin".to_owned() };
        let answer = HealthClient::new(channel.clone()).check(request).await.unwrap().into_inner();
        assert_eq!(answer.status(), ServingStatus::Serving);
        GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
    }
    process.signal(Signal::SIGINT);
    let exit = process.exit().await;
    assert!(exit.status.success(), "{:?}", exit.status);
    assert_eq!(exit.leftovers(), Vec::<String>::new());
}
