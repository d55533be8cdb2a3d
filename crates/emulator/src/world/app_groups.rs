//! Application groups of Huawei Cloud Workspace: what is published in them, and for whom.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An application group.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppGroup {
    /// The project it belongs to.
    pub project_id: String,
    /// 1 to 64 letters, digits, `_` and `-`; unique in the project.
    pub name: String,
    /// Free text.
    #[serde(default)]
    pub description: String,
    /// The server group whose servers run its applications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_group_id: Option<String>,
    /// `SESSION_DESKTOP_APP` or `COMMON_APP`.
    pub app_type: String,
    /// `APP_GROUP` or `APP`.
    pub authorization_type: String,
    /// Its published applications by id.
    #[serde(default)]
    pub apps: BTreeMap<String, PublishedApp>,
    /// Who may use it, by the authorization's id.
    #[serde(default)]
    pub authorizations: BTreeMap<String, AppGroupAuthorization>,
    /// The messages to people about their authorizations, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mails: Vec<MailRecord>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A published application.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishedApp {
    /// Unique in its group.
    pub name: String,
    /// Its own version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What it is started with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_param: Option<String>,
    /// The program.
    pub execute_path: String,
    /// The folder it is started in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_path: Option<String>,
    /// Where its icon is on the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_path: Option<String>,
    /// Which of the icons there.
    #[serde(default)]
    pub icon_index: i64,
    /// An icon that somebody uploaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon_url: Option<String>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// 2 for one of the image, 3 for one that was named by hand; 1 is the service's own.
    pub source_type: i64,
    /// `NORMAL` or `FORBIDDEN`.
    #[serde(default = "normal")]
    pub state: String,
    /// Whether it runs in a sandbox.
    #[serde(default)]
    pub sandbox_enable: bool,
    /// Whether it is started before somebody asks for it.
    #[serde(default)]
    pub is_pre_boot: bool,
    /// How it is started then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pre_launch_policy: Option<i64>,
    /// When it was published.
    pub published_at: Timestamp,
}

/// Somebody who may use an application group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppGroupAuthorization {
    /// The user's or user group's name.
    pub account: String,
    /// Its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// `USER` or `USER_GROUP`.
    pub account_type: String,
    /// The domain, for one of a directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// `AD`, `LOCAL` or `SYSTEM`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_type: Option<String>,
    /// When it was given.
    pub created_at: Timestamp,
}

/// A message to somebody whose authorization came or went.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailRecord {
    /// Its id.
    pub id: String,
    /// Where it went.
    pub address: String,
    /// The user's or user group's name.
    pub account: String,
    /// `USER` or `USER_GROUP`.
    pub account_type: String,
    /// `ADD_GROUP_AUTHORIZATION` or `DEL_GROUP_AUTHORIZATION`.
    pub kind: String,
    /// When it was sent.
    pub sent_at: Timestamp,
}

fn normal() -> String {
    "NORMAL".to_owned()
}
