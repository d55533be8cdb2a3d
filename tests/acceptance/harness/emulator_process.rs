//! An emulator process of one's own.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use super::{ACCESS_KEY, Call, SECRET_KEY};

/// A running emulator, with the built-in world. It ends when this is dropped.
pub struct Emulator {
    process: Child,
    endpoint: String,
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
}

impl Emulator {
    /// Starts one on a free port. Image updates complete at once.
    pub fn start() -> Self {
        Self::start_with(&["--image-update-seconds", "0"])
    }

    /// Starts one on a free port with further options.
    pub fn start_with(options: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_appstreaming-emulator"))
            .args(["--listen", "127.0.0.1:0", "--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the emulator can be started");
        let mut stdout = BufReader::new(process.stdout.take().expect("stdout is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("the emulator's output can be read");
        let Some((_, endpoint)) = line.trim().split_once(" listening on ") else {
            panic!("expected the line that says where the emulator listens, not {line:?}");
        };
        // Whatever else it prints must not fill the pipe.
        thread::spawn(move || stdout.read_to_end(&mut Vec::new()));
        Self {
            endpoint: endpoint.to_owned(),
            process,
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime"),
            client: reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().expect("an HTTP client"),
        }
    }

    /// `http://127.0.0.1:PORT`, where both clouds answer.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The API calls so far, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.calls_after(0)
    }

    /// The API calls after the one of that number, oldest first. They are numbered from 1.
    pub fn calls_after(&self, number: u64) -> Vec<Call> {
        let record = self.control(reqwest::Method::GET, &format!("requests?since={number}"), None);
        Call::all(record)
    }

    /// How many API calls there have been so far: the number of the last one.
    pub fn count_of_calls(&self) -> u64 {
        self.control(reqwest::Method::GET, "health", None)["calls"].as_u64().expect("a number")
    }

    /// The calls of one operation so far, oldest first.
    pub fn calls_of(&self, operation: &str) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.operation == operation);
        calls
    }

    /// What `action` returns, and the calls that arrived while it ran.
    pub fn calls_during<T>(&self, action: impl FnOnce() -> T) -> (T, Vec<Call>) {
        let before = self.calls().len();
        let result = action();
        (result, self.calls().split_off(before))
    }

    /// Changes both clouds behind Terraform's back, by a JSON merge patch: what is `null` goes.
    pub fn change_world(&self, patch: &Value) {
        self.control(reqwest::Method::PATCH, "state", Some(patch));
    }

    /// Lets the next calls that fit `fault` go wrong; see the emulator's `POST /_emulator/faults`.
    pub fn fault(&self, fault: &Value) {
        self.control(reqwest::Method::POST, "faults", Some(fault));
    }

    /// Lets all calls go right again.
    pub fn lift_faults(&self) {
        self.control(reqwest::Method::DELETE, "faults", None);
    }

    /// Moves the emulator's clock forward; what becomes due happens.
    pub fn advance(&self, seconds: u64) {
        self.control(reqwest::Method::POST, "clock", Some(&serde_json::json!({ "advance_seconds": seconds })));
    }

    /// Stops the clock at a time: only [`Self::advance`] moves it from there.
    pub fn freeze_at(&self, time: &str) {
        self.control(reqwest::Method::POST, "clock", Some(&serde_json::json!({ "set": time, "freeze": true })));
    }

    /// Lets people come and go by themselves.
    pub fn begin_visits(&self, visits: &Value) {
        self.control(reqwest::Method::PUT, "visits", Some(visits));
    }

    /// How many have come and gone, and why, of all groups.
    pub fn visits(&self) -> Value {
        self.control(reqwest::Method::GET, "visits", None)["total"].clone()
    }

    /// Returns once the operation has been called.
    pub fn await_call_of(&self, operation: &str) {
        self.await_calls_of(operation, 1);
    }

    /// Returns once the operation has been called so many times.
    pub fn await_calls_of(&self, operation: &str, count: usize) {
        for _ in 0..600 {
            if self.calls_of(operation).len() >= count {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("{operation} was not called {count} times within 30 seconds: {:?}", self.calls());
    }

    /// Returns once the faults in force have struck so many calls. A call that is struck has arrived, and need not be
    /// in the record yet.
    pub fn await_strikes(&self, count: u64) {
        for _ in 0..600 {
            let faults = self.control(reqwest::Method::GET, "faults", None);
            let struck = faults.as_array().into_iter().flatten().filter_map(|fault| fault["struck"].as_u64());
            if struck.sum::<u64>() >= count {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("no {count} calls were struck within 12 seconds: {:?}", self.calls());
    }

    /// Both clouds as they are now.
    pub fn world(&self) -> Value {
        self.control(reqwest::Method::GET, "state", None)
    }

    fn control(&self, method: reqwest::Method, path: &str, body: Option<&Value>) -> Value {
        let mut request = self.client.request(method, format!("{}/_emulator/{path}", self.endpoint));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = self.runtime.block_on(async {
            let response = request.send().await.expect("the emulator answers");
            let status = response.status();
            let text = response.text().await.expect("the emulator answers in full");
            assert!(status.is_success(), "/_emulator/{path} answered {status}: {text}");
            text
        });
        serde_json::from_str(&answer).unwrap_or(Value::Null)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has noticed by other means.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
