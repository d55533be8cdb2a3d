//! What a provider on `tfplug` costs, measured with the real Terraform.
//!
//! `make bench` builds the trivial provider beside this program, brings Terraform, and prints three figures:
//! - how long the provider takes from its start to the handshake line, with mutual TLS;
//! - how long a plan of applied resources takes with it, over the same plan with the built-in `terraform_data`, and
//!   beside the same plan with the same resource on tf-provider;
//! - how much memory it holds after a plan of a thousand resources.
//!
//! The kinds of plan alternate in one run, so that whatever else the machine does meets all; medians are compared.

#![allow(clippy::expect_used, reason = "a measurement that cannot go on says why and ends")]

mod measure;
#[path = "../shared/mod.rs"]
mod shared;

use measure::{Bench, handshake, resident_memory_after_plan};

/// Each figure is the median of this many measurements.
const PLANS: usize = 7;
const STARTS: usize = 50;

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let bench = Bench::new();
    println!("Terraform: {}", bench.terraform_version());

    let start = handshake(&bench, STARTS);
    println!("start to handshake line, mutual TLS: {:.1} ms (median of {STARTS})", start.as_secs_f64() * 1e3);

    for resources in [100, 1000] {
        let ours = bench.applied("trivial_thing", "triggers", resources);
        let built_in = bench.applied("terraform_data", "triggers_replace", resources);
        let peer = bench.applied("null_thing", "triggers", resources);
        let (mut with_plugin, mut without, mut with_peer) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..PLANS {
            with_plugin.push(bench.plan(&ours));
            without.push(bench.plan(&built_in));
            with_peer.push(bench.plan(&peer));
        }
        let median = |times| shared::median(times).as_secs_f64();
        let (with_plugin, without, with_peer) = (median(with_plugin), median(without), median(with_peer));
        println!(
            "plan of {resources} resources: {with_plugin:.2} s; with terraform_data {without:.2} s; ratio {:.2}; with \
             tf-provider 0.2.2 {with_peer:.2} s (medians of {PLANS})",
            with_plugin / without
        );
    }

    match resident_memory_after_plan(&bench, 1000) {
        Some(kib) => println!("resident memory after a plan of 1000 resources: {:.1} MiB", kib as f64 / 1024.0),
        None => println!("resident memory: this system has no /proc to read it from"),
    }
}
