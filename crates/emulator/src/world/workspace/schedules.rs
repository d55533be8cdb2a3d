//! Scheduled tasks, which start, stop, restart and reinstall servers, and what became of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{calendar::Calendar, is_off, jobs::JobStatus};

/// A scheduled task.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScheduleTask {
    /// The project it belongs to.
    pub project_id: String,
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// Free text.
    #[serde(default)]
    pub description: String,
    /// `RESTART_SERVER`, `START_SERVER`, `STOP_SERVER` or `REINSTALL_OS`; nothing happens as long as it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_type: Option<String>,
    /// When it is due.
    pub calendar: Calendar,
    /// The servers and server groups.
    #[serde(default)]
    pub targets: Vec<ScheduleTarget>,
    /// Whether it also happens to servers with people on them; absent where nobody said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enforced: Option<bool>,
    /// Whether it is off.
    #[serde(default, skip_serializing_if = "is_off")]
    pub disabled: bool,
    /// When it is due next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// How its last execution stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_status: Option<JobStatus>,
    /// How long the work on a server takes, in seconds.
    pub job_seconds: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a scheduled task is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScheduleTarget {
    /// The server or server group.
    pub target_id: String,
    /// `SERVER` or `SERVER_GROUP`.
    pub target_type: String,
}

/// What became of a scheduled task at one time.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TaskExecution {
    /// The project it belongs to.
    pub project_id: String,
    /// The task.
    pub task_id: String,
    /// What it did.
    pub task_type: String,
    /// `FIXED_TIME`, `DAY`, `WEEK` or `MONTH`.
    pub scheduled_type: String,
    /// The name of its time zone.
    pub time_zone: String,
    /// When it began.
    pub begin_time: Timestamp,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// What became of each server.
    pub details: Vec<ExecutionDetail>,
}

/// What became of one server.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExecutionDetail {
    /// Its id.
    pub id: String,
    /// The server.
    pub server_id: String,
    /// What people call that.
    pub server_name: String,
    /// How it stands.
    pub status: JobStatus,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl TaskExecution {
    /// How it stands as a whole.
    pub(crate) fn status(&self) -> JobStatus {
        let is_any = |status| self.details.iter().any(|detail| detail.status == status);
        if is_any(JobStatus::Running) {
            JobStatus::Running
        } else if is_any(JobStatus::Failed) {
            JobStatus::Failed
        } else {
            JobStatus::Success
        }
    }
}

impl ScheduleTask {
    /// Finds out when it is due next after `now`.
    pub(crate) fn plan(&mut self, now: Timestamp) {
        let is_on = !self.disabled && self.task_type.is_some();
        self.next_at = if is_on { self.calendar.next(self.created_at, now) } else { None };
    }
}
