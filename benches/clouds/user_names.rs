//! A set of ten thousand names, over the same set in the built-in `terraform_data`.
//!
//! Both plans are measured: the one that creates, and the one that finds nothing to do, which for us includes reading
//! ten thousand names from the service. Their states are made from small ones by hand, since Terraform takes minutes to
//! apply such a set: it compares each name with all others.

use std::path::Path;

use serde_json::{Value, json};

use crate::{
    Emulator, Folder,
    emulator_process::{ACCESS_KEY, SECRET_KEY},
    shared::median,
};

const GROUP: &str = "aig-hangzhou-fixed";
/// Each figure is the median of this many plans.
const PLANS: usize = 5;

pub fn measure(terraform: &Path) {
    let count = 10_000;
    let names: Vec<String> = (1..=count).map(|number| format!("user{number:05}")).collect();
    let emulator = Emulator::start(&["--users", &count.to_string()]);
    let ours = folder(terraform, &emulator, OURS);
    let built_in = folder(terraform, &emulator, BUILT_IN);
    for folder in [&ours, &built_in] {
        folder.write("names", &names.join("\n"));
    }
    compare(count, "to create it", &ours, &built_in, &["plan"]);

    for folder in [&ours, &built_in] {
        folder.write("names", &names[..2].join("\n"));
        folder.run(&["apply", "-auto-approve"]);
        folder.write("names", &names.join("\n"));
    }
    ours.state.edit(|attributes| attributes["user_names"] = json!(names));
    built_in.state.edit(|attributes| {
        for attribute in ["input", "output"] {
            attributes[attribute]["value"] = json!(names);
        }
    });
    let authorized: serde_json::Map<_, _> = names.iter().map(|name| (name.clone(), Value::Array(Vec::new()))).collect();
    emulator.change_world(&json!({ "alibaba": { "delivery_groups": { GROUP: { "authorized_users": authorized } } } }));
    compare(count, "that changes nothing", &ours, &built_in, &["plan", "-detailed-exitcode"]);
}

fn compare(count: u32, kind: &str, ours: &Folder, built_in: &Folder, arguments: &[&str]) {
    let (mut with_plugin, mut without) = (Vec::new(), Vec::new());
    for _ in 0..PLANS {
        with_plugin.push(ours.run(arguments));
        without.push(built_in.run(arguments));
    }
    let (with_plugin, without) = (median(with_plugin), median(without));
    println!(
        "plan {kind} of an authorization with {count} names: {:.2} s; with terraform_data {:.2} s; ratio {:.2} \
         (medians of {PLANS})",
        with_plugin.as_secs_f64(),
        without.as_secs_f64(),
        with_plugin.as_secs_f64() / without.as_secs_f64()
    );
}

const OURS: &str = r#"
    resource "appstreaming_delivery_group_authorization" "this" {
      delivery_group_id = "aig-hangzhou-fixed"
      user_names        = toset(split("\n", file("names")))
    }
"#;

const BUILT_IN: &str = r#"
    resource "terraform_data" "this" {
      input = toset(split("\n", file("names")))
    }
"#;

fn folder(terraform: &Path, emulator: &Emulator, main: &str) -> Folder {
    let endpoint = &emulator.endpoint;
    let provider = format!(
        r#"
        alibaba_cloud = {{
          region     = "cn-hangzhou"
          access_key = "{ACCESS_KEY}"
          secret_key = "{SECRET_KEY}"
          endpoint   = "{endpoint}"
        }}
        "#
    );
    Folder::new(terraform, &provider, main)
}
