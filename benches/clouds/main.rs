//! Many things at once, with the real Terraform against the emulator.
//!
//! `make bench` prints what [`server_groups`] and [`user_names`] measure; `cargo bench --bench clouds -- user_names`
//! measures one of them. Any error ends it.

#![allow(clippy::expect_used, reason = "a measurement that cannot go on says why and ends")]

mod emulator_process;
mod folder;
mod server_groups;
#[path = "../shared/mod.rs"]
mod shared;
mod state;
mod user_names;

use emulator_process::Emulator;
use folder::Folder;
use shared::terraform;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` only wants to know that it builds.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let wanted: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| *wanted == name);
    let terraform = terraform();
    if is_wanted("user_names") {
        user_names::measure(&terraform);
    }
    if is_wanted("server_groups") {
        server_groups::measure(&terraform);
    }
}
