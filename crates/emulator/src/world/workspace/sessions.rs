//! The sessions of people on servers. Nothing in the API begins one; a world file or a patch of the state does.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A session of somebody on a server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppSession {
    /// The project it belongs to.
    pub project_id: String,
    /// The server.
    pub server_id: String,
    /// The server's group.
    pub server_group_id: String,
    /// Whose it is.
    pub user_name: String,
    /// The application group it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_group_id: Option<String>,
    /// The application; a session without one is of a shared desktop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_name: Option<String>,
    /// `Active`, `Disconnected`, `AppcInit`, `SignedOut` or `InitFail`.
    #[serde(default = "active")]
    pub state: String,
    /// Where the person is, as the service sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_ip: Option<String>,
    /// The person's device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When its state last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// When it will be logged off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_off_at: Option<Timestamp>,
    /// Why it could not begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_reason: Option<String>,
}

impl AppSession {
    /// Whether somebody holds it.
    pub(crate) fn is_live(&self) -> bool {
        matches!(self.state.as_str(), "Active" | "Disconnected" | "AppcInit")
    }

    /// Logs it off.
    pub(crate) fn end(&mut self, now: Timestamp) {
        "SignedOut".clone_into(&mut self.state);
        self.changed_at = Some(now);
        self.ended_at = Some(now);
        self.log_off_at = None;
    }

    /// When it will be logged off, as long as somebody holds it.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.log_off_at.filter(|_| self.is_live())
    }
}

fn active() -> String {
    "Active".to_owned()
}

/// Whether sessions move off servers that are too full.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HotspotConfig {
    /// The project it belongs to.
    pub project_id: String,
    /// Whether they do.
    #[serde(default)]
    pub enabled: bool,
    /// Down to so many sessions on a server.
    #[serde(default)]
    pub exit_sessions: i64,
    /// Those whose sessions stay where they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub non_migrating: Vec<NonMigratingUser>,
}

/// Somebody whose sessions stay where they are.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NonMigratingUser {
    /// The user's id; empty where nobody said it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user_id: String,
    /// The user's name; empty where nobody said it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user_name: String,
}
