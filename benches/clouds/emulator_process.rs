//! An emulator process that ends with the measurement.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

pub const ACCESS_KEY: &str = "bench-access-key";
pub const SECRET_KEY: &str = "bench-secret-key";

pub struct Emulator {
    process: Child,
    pub endpoint: String,
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
}

impl Emulator {
    pub fn start(options: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_appstreaming-emulator"))
            .args(["--listen", "127.0.0.1:0", "--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the emulator starts");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut line).expect("the emulator says where it listens");
        let (_, endpoint) = line.trim().split_once(" listening on ").expect("the line that says where");
        Self {
            endpoint: endpoint.to_owned(),
            process,
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime"),
            // Minutes pass between two looks, in which the emulator closes what is idle.
            client: reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().expect("an HTTP client"),
        }
    }

    /// The API calls so far, oldest first.
    pub fn calls(&self) -> Vec<Value> {
        let record = self.control(self.client.get(format!("{}/_emulator/requests", self.endpoint)));
        record.as_array().expect("a list").clone()
    }

    /// Changes both clouds, by a JSON merge patch.
    pub fn change_world(&self, patch: &Value) {
        self.control(self.client.patch(format!("{}/_emulator/state", self.endpoint)).body(patch.to_string()));
    }

    fn control(&self, request: reqwest::RequestBuilder) -> Value {
        let text = self.runtime.block_on(async {
            let answer = request.send().await.expect("an answer");
            let status = answer.status();
            let text = answer.text().await.expect("a whole answer");
            assert!(status.is_success(), "{status}: {text}");
            text
        });
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).expect("JSON") }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
