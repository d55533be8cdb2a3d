//! A thousand server groups at Terraform's default parallelism, against the emulator.
//!
//! `make bench` prints two kinds of figures:
//! - against a gateway that allows 20 calls of an operation in a second: the time that this allows over the time that
//!   creating, refreshing, changing and destroying took, and how many calls were throttled;
//! - against one that answers after 50 ms and allows everything: the time that a thousand calls must take, ten at a
//!   time, over the time that a refresh took.
//!
//! Any error ends it.

#![allow(clippy::expect_used, reason = "a measurement that cannot go on says why and ends")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

const LIMIT: u32 = 20;
const LATENCY: Duration = Duration::from_millis(50);
/// Terraform's default.
const PARALLELISM: u32 = 10;

const ACCESS_KEY: &str = "bench-access-key";
const SECRET_KEY: &str = "bench-secret-key";

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    // A smaller number is for trying this program out.
    let groups = std::env::var("SERVER_GROUPS").ok().and_then(|text| text.parse().ok()).unwrap_or(1000);
    let terraform = terraform();
    at_a_limit(&terraform, groups);
    with_latency(&terraform, groups);
}

fn at_a_limit(terraform: &Path, groups: u32) {
    let emulator = Emulator::start(&["--rate-limit", &LIMIT.to_string()]);
    let folder = Folder::new(terraform, &emulator, groups);
    let (mut allowed, mut taken) = (Duration::ZERO, Duration::ZERO);
    // A plan that changes nothing reads each group once; the others call twice: to act, and to see.
    for (phase, operation, arguments) in [
        ("create", "CreateServerGroup", &["apply", "-auto-approve", "-refresh=false"][..]),
        ("refresh", "ShowServerGroup", &["plan", "-detailed-exitcode"]),
        ("change", "UpdateServerGroup", &["apply", "-auto-approve", "-refresh=false"]),
        ("destroy", "DeleteServerGroups", &["apply", "-destroy", "-auto-approve", "-refresh=false"]),
    ] {
        if phase == "change" {
            folder.configure(groups, "Changed");
        }
        let before = emulator.calls().len();
        let time = folder.run(arguments);
        let calls = emulator.calls().split_off(before);
        let is_throttled = |call: &&Value| call["status"] == 429;
        let throttled = calls.iter().filter(is_throttled).count();
        let done = calls.iter().filter(|call| call["operation"] == operation && !is_throttled(call)).count();
        assert_eq!(done, groups as usize, "{phase}");
        let least = Duration::from_secs_f64(f64::from(groups) / f64::from(LIMIT));
        println!(
            "{phase} {groups} server groups at {LIMIT} calls/s: allowed {:.1} s, taken {:.1} s, ratio {:.3}; {throttled} of \
             {} calls throttled",
            least.as_secs_f64(),
            time.as_secs_f64(),
            least.as_secs_f64() / time.as_secs_f64(),
            calls.len()
        );
        allowed += least;
        taken += time;
    }
    println!(
        "create, refresh, change and destroy {groups} server groups: ratio of allowed time to time taken {:.3}",
        allowed.as_secs_f64() / taken.as_secs_f64()
    );
}

fn with_latency(terraform: &Path, groups: u32) {
    let emulator = Emulator::start(&["--latency", &LATENCY.as_millis().to_string()]);
    let folder = Folder::new(terraform, &emulator, groups);
    folder.run(&["apply", "-auto-approve", "-refresh=false"]);
    let before = emulator.calls().len();
    let time = folder.run(&["plan", "-detailed-exitcode"]);
    let calls = emulator.calls().split_off(before);
    let reads = calls.iter().filter(|call| call["operation"] == "ShowServerGroup").count();
    assert_eq!(reads, groups as usize, "one call for each group");
    let least = LATENCY * groups / PARALLELISM;
    println!(
        "refresh of {groups} server groups at {} ms of latency: {:.2} s; {groups} calls, {PARALLELISM} at a time, must take \
         {:.2} s; ratio {:.2}",
        LATENCY.as_millis(),
        time.as_secs_f64(),
        least.as_secs_f64(),
        least.as_secs_f64() / time.as_secs_f64()
    );
}

fn terraform() -> PathBuf {
    let fetch = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/terraform/fetch");
    let output = Command::new(fetch).stderr(Stdio::inherit()).output().expect("Terraform can be fetched");
    assert!(output.status.success(), "there is no Terraform to measure with");
    String::from_utf8_lossy(&output.stdout).trim().into()
}

/// An emulator that ends with the measurement.
struct Emulator {
    process: Child,
    endpoint: String,
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
}

impl Emulator {
    fn start(options: &[&str]) -> Self {
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
    fn calls(&self) -> Vec<Value> {
        let request = self.client.get(format!("{}/_emulator/requests", self.endpoint));
        let text = self.runtime.block_on(async { request.send().await.expect("an answer").text().await });
        let record: Value = serde_json::from_str(&text.expect("a whole answer")).expect("JSON");
        record.as_array().expect("a list").clone()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A root module with so many server groups.
struct Folder {
    directory: TempDir,
    terraform: PathBuf,
}

impl Folder {
    fn new(terraform: &Path, emulator: &Emulator, groups: u32) -> Self {
        let folder = Self { directory: tempfile::tempdir().expect("a folder"), terraform: terraform.to_owned() };
        let provider = Path::new(env!("CARGO_BIN_EXE_terraform-provider-appstreaming"));
        let provider = provider.parent().expect("a program lies in a folder");
        folder.write(
            "terraform.rc",
            &format!(
                "disable_checkpoint = true\nprovider_installation {{\n  dev_overrides {{\n    \
                 \"appstreaming/appstreaming\" = {provider:?}\n  }}\n}}\n"
            ),
        );
        let endpoint = &emulator.endpoint;
        folder.write(
            "provider.tf",
            &format!(
                r#"
                terraform {{
                  required_providers {{
                    appstreaming = {{ source = "appstreaming/appstreaming" }}
                  }}
                }}
                provider "appstreaming" {{
                  huawei_cloud = {{
                    region     = "cn-north-4"
                    access_key = "{ACCESS_KEY}"
                    secret_key = "{SECRET_KEY}"
                    endpoint   = "{endpoint}"
                    auth_url   = "{endpoint}"
                  }}
                }}
                "#
            ),
        );
        folder.configure(groups, "As created");
        folder
    }

    fn configure(&self, groups: u32, description: &str) {
        self.write(
            "main.tf",
            &format!(
                r#"
                resource "appstreaming_server_group" "this" {{
                  count            = {groups}
                  name             = "bench-${{count.index}}"
                  description      = "{description}"
                  os_type          = "Windows"
                  flavor_id        = "workspace.app.x86.4c8g"
                  image_id         = "10000000-0000-4000-8000-000000000001"
                  image_type       = "private"
                  vpc_id           = "vpc-office"
                  subnet_id        = "subnet-office-1"
                  system_disk_type = "SAS"
                  system_disk_size = 80
                }}
                "#
            ),
        );
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.directory.path().join(name), text).expect("a file can be written");
    }

    /// Runs Terraform to its end, which must be a good one, and answers how long that took.
    fn run(&self, arguments: &[&str]) -> Duration {
        let mut command = Command::new(&self.terraform);
        command
            .args(arguments)
            .args(["-input=false", "-no-color"])
            .current_dir(self.directory.path())
            .env("TF_CLI_CONFIG_FILE", self.directory.path().join("terraform.rc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("TMPDIR", self.directory.path())
            .stdin(Stdio::null());
        let start = Instant::now();
        let output = command.output().expect("Terraform runs");
        let time = start.elapsed();
        assert!(
            output.status.success(),
            "{command:?} failed:\n{}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        time
    }
}
