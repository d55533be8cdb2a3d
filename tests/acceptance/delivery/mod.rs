//! Alibaba Cloud App Streaming: everything about delivery groups.

mod adoption;
mod authorization;
mod authorization_set;
mod credentials;
mod data;
mod each_fault;
mod failures;
mod faults;
mod image;
mod ota;
mod sessions;

use std::collections::BTreeSet;

use serde_json::Value;

/// The names in a list, in alphabetical order and each once.
fn sorted(names: &Value) -> Vec<&str> {
    let names: BTreeSet<_> = names.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    names.into_iter().collect()
}
