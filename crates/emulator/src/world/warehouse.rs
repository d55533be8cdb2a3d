//! The warehouse of applications of Huawei Cloud Workspace.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An application in the warehouse.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WarehouseApp {
    /// The project it belongs to.
    pub project_id: String,
    /// The application's own id, beside that of its record.
    pub app_id: String,
    /// 1 to 64 letters, digits, `_` and `-`.
    pub name: String,
    /// `GAME`, `SECURE_STORAGE`, `OTHER` and so on.
    pub category: String,
    /// `Linux`, `Windows` or `Other`.
    pub os_type: String,
    /// The version's id.
    pub version_id: String,
    /// The version's name.
    pub version_name: String,
    /// Where its file is in the bucket.
    pub file_store_path: String,
    /// The file's size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_size: Option<i64>,
    /// Free text.
    #[serde(default)]
    pub description: String,
    /// Its icon, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// What else was said of it, as the service's `app_extended_info`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_info: Option<Value>,
    /// When it was put there.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The bucket in which the files of a project's applications are.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WarehouseBucket {
    /// Its name in OBS.
    pub name: String,
    /// When it was chosen.
    pub updated_at: Timestamp,
}
