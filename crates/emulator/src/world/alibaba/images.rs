//! Images.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::defaults::{cloud_app, epoch, windows};

/// An image.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Image {
    /// What people call it.
    pub name: String,
    /// The regions it has been distributed to.
    pub region_ids: Vec<String>,
    /// `Windows` or `Linux`.
    #[serde(default = "windows")]
    pub os_type: String,
    /// `AVAILABLE`, or `CREATING` and other statuses with which it cannot be used.
    #[serde(default = "available")]
    pub status: String,
    /// `User` or `System`.
    #[serde(default = "user_image")]
    pub image_type: String,
    /// The product it is for.
    #[serde(default = "cloud_app")]
    pub product_type: String,
    /// Applications in it, id to name.
    #[serde(default)]
    pub apps: BTreeMap<String, String>,
    /// Size of its system disk in GiB.
    #[serde(default = "eighty")]
    pub system_disk_size: i64,
    /// Whether an update to it ends in `MAINTAIN_FAILED`. The service has no such mark: it stands for whatever makes an
    /// image fail.
    #[serde(default)]
    pub fails_to_deploy: bool,
    /// What people say of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Tags by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
    /// When its making ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_at: Option<Timestamp>,
    /// The regions that it is on its way to, and when it arrives.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub arriving: BTreeMap<String, Timestamp>,
    /// When it was made.
    #[serde(default = "epoch")]
    pub created_at: Timestamp,
}

fn available() -> String {
    "AVAILABLE".to_owned()
}

fn user_image() -> String {
    "User".to_owned()
}

fn eighty() -> i64 {
    80
}
