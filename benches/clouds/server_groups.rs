//! A thousand server groups at Terraform's default parallelism.
//!
//! - Against a gateway that allows 20 calls of an operation in a second: the time that this allows over the time that
//!   creating, refreshing, changing and destroying took, and how many calls were throttled.
//! - Against one that answers after 50 ms and allows everything: the time that a thousand calls must take, ten at a
//!   time, over the time from the first call of a refresh to the end of the last.

use std::{path::Path, time::Duration};

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    Emulator, Folder,
    emulator_process::{ACCESS_KEY, SECRET_KEY},
};

const LIMIT: u32 = 20;
const LATENCY: Duration = Duration::from_millis(50);
/// Terraform's default.
const PARALLELISM: u32 = 10;

pub fn measure(terraform: &Path) {
    // A smaller number is for trying this program out.
    let groups = std::env::var("SERVER_GROUPS").ok().and_then(|text| text.parse().ok()).unwrap_or(1000);
    at_a_limit(terraform, groups);
    with_latency(terraform, groups);
}

fn at_a_limit(terraform: &Path, groups: u32) {
    let emulator = Emulator::start(&["--rate-limit", &LIMIT.to_string()]);
    let folder = folder(terraform, &emulator, groups);
    let (mut allowed, mut taken) = (Duration::ZERO, Duration::ZERO);
    // A plan that changes nothing reads each group once; the others call twice: to act, and to see.
    for (phase, operation, arguments) in [
        ("create", "CreateServerGroup", &["apply", "-auto-approve", "-refresh=false"][..]),
        ("refresh", "ShowServerGroup", &["plan", "-detailed-exitcode"]),
        ("change", "UpdateServerGroup", &["apply", "-auto-approve", "-refresh=false"]),
        ("destroy", "DeleteServerGroups", &["apply", "-destroy", "-auto-approve", "-refresh=false"]),
    ] {
        if phase == "change" {
            folder.write("main.tf", &configuration(groups, "Changed"));
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
            "{phase} {groups} server groups at {LIMIT} calls/s: allowed {:.1} s, taken {:.1} s, ratio {:.3}; \
             {throttled} of {} calls throttled",
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
    let folder = folder(terraform, &emulator, groups);
    folder.run(&["apply", "-auto-approve", "-refresh=false"]);
    let before = emulator.calls().len();
    let time = folder.run(&["plan", "-detailed-exitcode"]);
    let mut reads = emulator.calls().split_off(before);
    reads.retain(|call| call["operation"] == "ShowServerGroup");
    assert_eq!(reads.len(), groups as usize, "one call for each group");
    let mut starts: Vec<_> = reads.iter().map(started).collect();
    starts.sort();
    let (first, last) = (starts.first().expect("a call"), starts.last().expect("a call"));
    let taken = Duration::try_from(last.duration_since(*first)).expect("the last is later") + LATENCY;
    let least = LATENCY * groups / PARALLELISM;
    println!(
        "refresh of {groups} server groups at {} ms of latency: {:.2} s from the first call to the last (the whole \
         plan {:.2} s); {groups} calls, {PARALLELISM} at a time, must take {:.2} s; ratio {:.2}",
        LATENCY.as_millis(),
        taken.as_secs_f64(),
        time.as_secs_f64(),
        least.as_secs_f64(),
        least.as_secs_f64() / taken.as_secs_f64()
    );
}

fn started(call: &Value) -> Timestamp {
    call["time"].as_str().and_then(|time| time.parse().ok()).expect("the time of a call")
}

fn folder(terraform: &Path, emulator: &Emulator, groups: u32) -> Folder {
    let endpoint = &emulator.endpoint;
    let provider = format!(
        r#"
        huawei_cloud = {{
          region     = "cn-north-4"
          access_key = "{ACCESS_KEY}"
          secret_key = "{SECRET_KEY}"
          endpoint   = "{endpoint}"
          auth_url   = "{endpoint}"
        }}
        "#
    );
    Folder::new(terraform, &provider, &configuration(groups, "As created"))
}

fn configuration(groups: u32, description: &str) -> String {
    format!(
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
    )
}
