//! Alibaba Cloud App Streaming: a file for each resource with its actions, and for what all of them have in common.

mod authorizations_together;
mod credentials;
mod data_sources;
mod delivery_group_authorization;
mod delivery_group_image;
mod delivery_group_ota_approval;
mod delivery_group_session_log_off;
mod delivery_group_set_authorization;
mod faults;
mod images_and_replacement;
mod import;

use std::collections::BTreeSet;

use serde_json::Value;

/// The names in a list, in alphabetical order and each once.
fn sorted(names: &Value) -> Vec<&str> {
    let names: BTreeSet<_> = names.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    names.into_iter().collect()
}
