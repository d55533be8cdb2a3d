//! The provider by the protocol, and the emulator behind it.

use std::{collections::BTreeSet, process::Stdio};

use serde_json::{Value as Json, json};
use tfplug::testing::{Host, ProgramOptions};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::host::within;

pub const AUTHORIZATION: &str = "appstreaming_delivery_group_authorization";
const KEYS: [&str; 2] = ["protocol-access-key", "protocol-secret-key"];

/// An emulator with users and delivery groups by number.
pub struct Emulator {
    /// Ends with this.
    _process: Child,
    endpoint: String,
    client: reqwest::Client,
}

impl Emulator {
    pub async fn start(users: usize, delivery_groups: usize) -> Self {
        let [access_key, secret_key] = KEYS;
        let mut process = Command::new(env!("CARGO_BIN_EXE_appstreaming-emulator"))
            .args(["--listen", "127.0.0.1:0", "--access-key", access_key, "--secret-key", secret_key])
            .args(["--users", &users.to_string(), "--delivery-groups", &delivery_groups.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = within("the emulator", lines.next_line()).await.unwrap().unwrap();
        let endpoint = line.rsplit_once(' ').unwrap().1.to_owned();
        // Nothing more is printed, so that nobody need read it.
        Self { _process: process, endpoint, client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    pub async fn control(&self, method: reqwest::Method, path: &str, body: Option<&Json>) -> Json {
        let request = self.client.request(method, format!("{}/_emulator/{path}", self.endpoint));
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        };
        let answer = within("the emulator", async { request.send().await.unwrap().text().await.unwrap() }).await;
        serde_json::from_str(&answer).unwrap()
    }

    pub async fn authorized(&self, group: &str) -> BTreeSet<String> {
        let state = self.control(reqwest::Method::GET, "state", None).await;
        let users = &state["alibaba"]["delivery_groups"][group]["authorized_users"];
        users.as_object().unwrap().keys().filter(|name| name.starts_with("user")).cloned().collect()
    }
}

/// The provider, configured for it.
pub async fn configured(emulator: &Emulator) -> Host {
    let binary = env!("CARGO_BIN_EXE_terraform-provider-appstreaming");
    let host = Host::program(binary, &ProgramOptions::new()).await.unwrap();
    let [access_key, secret_key] = KEYS;
    let config = json!({
        "alibaba_cloud": {
            "region": "cn-hangzhou", "access_key": access_key, "secret_key": secret_key, "endpoint": emulator.endpoint,
        },
    });
    assert!(host.configure(&config).await.unwrap().is_empty());
    host
}
