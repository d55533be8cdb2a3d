//! What a group of cloud browsers has beside what every delivery group has.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A group's browser.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Browser {
    /// The address that it opens first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// Parameters that it is started with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser_param: Option<String>,
    /// Whether cookies are kept from one session to the next.
    pub cookies_sync: bool,
    /// Bookmarks by id.
    pub bookmarks: BTreeMap<String, Bookmark>,
    /// `ALLOW_ALL`, or `ALLOW_LIST` for the addresses in `restricted_urls` alone; empty for the first.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub access_restriction: String,
    /// Addresses that may be opened, by id.
    pub restricted_urls: BTreeMap<String, String>,
    /// Virtual switches of the office network.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub v_switch_ids: Vec<String>,
    /// Policies as they came, by the parameter's name.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub policy: Map<String, Value>,
    /// Where clients may come from; from anywhere where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub access_rules: Vec<AccessRule>,
    /// What happens after which time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub timers: Vec<Timer>,
    /// `mau` where it is billed by active users a month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_pay_type: Option<String>,
    /// The type of its instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_type: Option<String>,
    /// Instances at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_amount: Option<i64>,
    /// Whether people hear by email that they are authorized, or no longer.
    pub authorization_notices: bool,
}

/// A bookmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bookmark {
    /// What it is called.
    pub name: String,
    /// Where it leads.
    pub url: String,
    /// The folder that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
}

/// Addresses that clients may come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessRule {
    /// In CIDR notation.
    pub cidr: String,
    /// What people say of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// What happens after a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Timer {
    /// Such as `SESSION_TIMEOUT`.
    pub timer_type: String,
    /// In minutes; -1 for never.
    pub interval: i64,
}
