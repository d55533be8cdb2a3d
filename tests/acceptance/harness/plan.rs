//! A saved plan, as `terraform show -json` tells it.

use serde_json::Value;

/// What Terraform intends to do.
#[derive(Debug)]
pub struct Plan {
    json: Value,
}

impl Plan {
    pub(super) fn new(json: Value) -> Self {
        Self { json }
    }

    /// What happens to the resource at `address`: `["no-op"]`, `["create"]`, `["update"]`, `["delete"]`,
    /// `["delete", "create"]`; empty when the plan does not name it.
    pub fn actions(&self, address: &str) -> Vec<&str> {
        let actions = self.change(address)["actions"].as_array();
        actions.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// The whole change of the resource at `address`, with `before`, `after`, `after_unknown` and `replace_paths`;
    /// null when the plan does not name it.
    pub fn change(&self, address: &str) -> &Value {
        find(&self.json["resource_changes"], address)
    }

    /// What an output will be; null where that is only known after apply.
    pub fn output(&self, name: &str) -> &Value {
        &self.json["planned_values"]["outputs"][name]["value"]
    }

    /// The change that the refresh found in the resource at `address`; null when it found none.
    pub fn drift(&self, address: &str) -> &Value {
        find(&self.json["resource_drift"], address)
    }
}

fn find<'a>(changes: &'a Value, address: &str) -> &'a Value {
    let mut changes = changes.as_array().into_iter().flatten();
    changes.find(|change| change["address"] == address).map_or(&Value::Null, |change| &change["change"])
}
