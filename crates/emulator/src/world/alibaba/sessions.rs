//! Sessions, and the updates that end them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::defaults::epoch;

/// An application instance with its session.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppInstance {
    /// The delivery group it belongs to.
    pub delivery_group_id: String,
    /// The user bound to it; an idle one waits for the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// `RUNNING`, `INIT`, `IDLE`, `DELETED` and others.
    #[serde(default = "running")]
    pub status: String,
    /// `connect` or `disconnect` while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_status: Option<String>,
    /// The resource it runs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_id: Option<String>,
    /// The application that runs in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// The persistent session that it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persistent_session_id: Option<String>,
    /// When it was made.
    #[serde(default = "epoch")]
    pub created_at: Timestamp,
    /// When its user got it; when it was made where that is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound_at: Option<Timestamp>,
    /// When it last changed.
    #[serde(default = "epoch")]
    pub modified_at: Timestamp,
    /// When a log-off of everybody ends it that is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_off_at: Option<Timestamp>,
}

impl AppInstance {
    /// Whether somebody has a session in it, connected or not.
    pub(crate) fn is_session(&self) -> bool {
        self.user.is_some() && !matches!(self.status.as_str(), "DELETED" | "IDLE")
    }

    /// When a log-off ends it, unless it has ended before.
    pub(crate) fn logged_off_at(&self) -> Option<Timestamp> {
        self.log_off_at.filter(|_| self.status != "DELETED")
    }

    /// Whether the session goes on without its user.
    pub(crate) fn is_disconnected(&self) -> bool {
        self.session_status.as_deref() == Some("disconnect")
    }
}

/// What cuts people off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CutOff {
    /// The group is moved to another image.
    ImageUpdate,
    /// The group's system components are updated.
    OtaUpdate,
    /// Everybody in the group is logged off.
    LogOffAll,
    /// One user is unbound.
    Unbind,
    /// An instance is deleted.
    InstanceDeletion,
    /// The group is deleted.
    GroupDeletion,
    /// The group's subscription ends.
    Expiry,
}

impl CutOff {
    /// Each of them.
    pub(crate) const ALL: [Self; 7] = [
        Self::ImageUpdate,
        Self::OtaUpdate,
        Self::LogOffAll,
        Self::Unbind,
        Self::InstanceDeletion,
        Self::GroupDeletion,
        Self::Expiry,
    ];
}

/// A session that somebody had and that did not end by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CutOffSession {
    /// The delivery group that it was in.
    pub delivery_group_id: String,
    /// Why it ended.
    pub by: CutOff,
    /// Whether its user was not connected.
    pub was_disconnected: bool,
}

/// A connection that somebody has asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Connection {
    /// Who connects.
    pub user: String,
    /// The application instance that the user gets.
    pub app_instance_id: String,
    /// When the application has started.
    pub ready_at: Timestamp,
}

/// An over-the-air update of a group's system components.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OtaTask {
    /// The group to update.
    pub delivery_group_id: String,
    /// `Fota`.
    #[serde(default = "fota")]
    pub ota_type: String,
    /// The version it brings.
    pub version: String,
    /// What is new in it.
    #[serde(default)]
    pub release_note: String,
    /// `Pending`, `Approved`, `Running` or `Succeeded`.
    #[serde(default = "pending")]
    pub status: String,
    /// When it shall begin, once approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Timestamp>,
    /// How long it will run, in seconds.
    #[serde(default)]
    pub duration_seconds: u64,
}

fn running() -> String {
    "RUNNING".to_owned()
}

fn fota() -> String {
    "Fota".to_owned()
}

fn pending() -> String {
    "Pending".to_owned()
}
