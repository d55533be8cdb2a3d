//! Work on servers that takes its time, as the service's jobs and sub-jobs show it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::is_off;

/// Work on one or several servers; it ends for all of them at once.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Job {
    /// The project it belongs to.
    pub project_id: String,
    /// What is done.
    pub kind: JobKind,
    /// How it stands.
    pub status: JobStatus,
    /// When it began.
    pub begin_time: Timestamp,
    /// When it ends, or ended.
    pub end_time: Timestamp,
    /// What is done to each server.
    pub steps: Vec<JobStep>,
    /// The image or the host that servers get, where the work is that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brings: Option<String>,
    /// Whether the access agent is brought up to date on the way.
    #[serde(default, skip_serializing_if = "is_off")]
    pub updates_agent: bool,
    /// The execution of a scheduled task that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution_id: Option<String>,
}

/// What is done to one server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobStep {
    /// The sub-job's id.
    pub id: String,
    /// The server or image server; the image, once one is made.
    pub resource_id: String,
    /// What people call that.
    pub resource_name: String,
    /// The server's group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_group_id: Option<String>,
    /// How it stands.
    pub status: JobStatus,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The access agent's version before, where the work is to bring it up to date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_version: Option<String>,
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum JobKind {
    /// Makes servers.
    CreateServer,
    /// Takes servers away.
    DeleteServer,
    /// Puts another image onto servers.
    ChangeServerImage,
    /// Puts a server's own image onto it again.
    ReinstallOs,
    /// Joins servers to their domain again.
    RejoinDomain,
    /// Moves servers to another host.
    MigrateServer,
    /// Turns IP virtualization on or off.
    UpdateServerTsvi,
    /// Brings the access agent up to date.
    UpgradeAccessAgent,
    /// Starts servers. The service does not show this as a job.
    StartServer,
    /// Stops servers. The service does not show this as a job.
    StopServer,
    /// Restarts servers. The service does not show this as a job.
    RebootServer,
    /// Makes an image server.
    CreateImageServer,
    /// Makes an image of an image server.
    CreateServerImage,
    /// Takes image servers away.
    DeleteImageServer,
}

/// How a job or a step of it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum JobStatus {
    /// It goes on.
    Running,
    /// It is done.
    Success,
    /// At least one step failed.
    Failed,
}

impl JobKind {
    /// The service's name for it; `None` where the service shows no job.
    fn shown(self) -> Option<&'static str> {
        Some(match self {
            Self::CreateServer | Self::CreateImageServer => "CREATE_SERVER",
            Self::DeleteServer | Self::DeleteImageServer => "DELETE_SERVER",
            Self::CreateServerImage => "CREATE_SERVER_IMAGE",
            Self::ChangeServerImage => "CHANGE_SERVER_IMAGE",
            Self::ReinstallOs => "REINSTALL_OS",
            Self::RejoinDomain => "REJOIN_DOMAIN",
            Self::MigrateServer => "MIGRATE_SERVER",
            Self::UpdateServerTsvi => "UPDATE_SERVER_TSVI",
            Self::UpgradeAccessAgent => "UPGRADE_ACCESS_AGENT",
            Self::StartServer | Self::StopServer | Self::RebootServer => return None,
        })
    }

    /// Whether it is about image servers; the service lists those jobs by themselves.
    pub(crate) fn is_about_images(self) -> bool {
        matches!(self, Self::CreateImageServer | Self::CreateServerImage | Self::DeleteImageServer)
    }

    /// What a server's machine does meanwhile.
    pub(crate) fn task_status(self) -> &'static str {
        match self {
            Self::CreateServer | Self::CreateImageServer => "spawning",
            Self::DeleteServer | Self::DeleteImageServer => "deleting",
            Self::CreateServerImage => "build_image",
            Self::ChangeServerImage | Self::ReinstallOs => "rebuilding",
            Self::RejoinDomain => "rejoining_domain",
            Self::MigrateServer => "migrating",
            Self::UpdateServerTsvi => "updating_tsvi",
            Self::UpgradeAccessAgent => "upgrading_access_agent",
            Self::StartServer => "powering-on",
            Self::StopServer => "powering-off",
            Self::RebootServer => "rebooting",
        }
    }

    /// Whether nobody can stay on a server meanwhile.
    pub(crate) fn ends_sessions(self) -> bool {
        matches!(
            self,
            Self::DeleteServer | Self::ChangeServerImage | Self::ReinstallOs | Self::StopServer | Self::RebootServer
        )
    }
}

impl JobStatus {
    /// The service's name for it.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Success => "SUCCESS",
            Self::Failed => "FAILED",
        }
    }
}

impl Job {
    /// The service's name for what it does; `None` where the service shows no job.
    pub(crate) fn shown(&self) -> Option<&'static str> {
        if self.execution_id.is_some() { Some("SCHEDULED_TASK") } else { self.kind.shown() }
    }

    /// When it is due, as long as it goes on.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        (self.status == JobStatus::Running).then_some(self.end_time)
    }
}
