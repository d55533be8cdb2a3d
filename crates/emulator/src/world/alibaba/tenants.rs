//! The account as a customer of the service.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The id of the account (`AliUid` in the API).
pub(crate) const TENANT_ID: i64 = 1_000_000_000_000_001;

/// The account's settings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Tenant {
    /// Whether it is reminded of delivery groups that end soon.
    pub expire_remind: bool,
    /// Tags by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}
