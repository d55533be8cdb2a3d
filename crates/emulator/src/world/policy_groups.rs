//! Policy groups of Huawei Cloud Workspace, and the templates that they are made of.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A policy group; or a policy template, which holds for nobody.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyGroup {
    /// The project it belongs to.
    pub project_id: String,
    /// 1 to 55 characters.
    pub name: String,
    /// Free text.
    #[serde(default)]
    pub description: String,
    /// Among several that hold for somebody, the lowest number counts; 0 for a template.
    #[serde(default)]
    pub priority: i64,
    /// For whom it holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<PolicyTarget>,
    /// What people may do in a session, as the service's `policies`.
    #[serde(default)]
    pub policies: Map<String, Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// For whom a policy group holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyTarget {
    /// Its id.
    pub target_id: String,
    /// Its name.
    pub target_name: String,
    /// `USER`, `USERGROUP`, `APPGROUP`, `OU` or `ALL`.
    pub target_type: String,
}
