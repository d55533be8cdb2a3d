//! Over-the-air updates of the system components in a delivery group's images.

use cloud::{Bounds, Error, PageAnswer, Principal, lacking};
use serde::Deserialize;

use super::{Client, client::Item, delivery_groups::named, sign::Parameters};

/// An update of a delivery group (`ListOtaTask`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct OtaTask {
    /// `TaskId`, `ota-…`
    pub task_id: Option<String>,
    /// `OtaVersion`
    pub ota_version: Option<String>,
    /// `TaskDisplayStatus`
    pub task_display_status: Option<String>,
    /// `TaskStartTime`
    pub task_start_time: Option<String>,
}

/// One update in detail (`GetOtaTaskByTaskId`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct OtaTaskDetails {
    /// `OtaVersion`
    pub ota_version: Option<String>,
    /// `ReleaseNote`
    pub release_note: Option<String>,
    /// `TaskStartTime`: when it is to begin; absent before an approval.
    pub task_start_time: Option<String>,
}

/// What `ApproveOtaTask` needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproveOtaTask<'a> {
    /// `AppInstanceGroupId`
    pub delivery_group_id: &'a str,
    /// `BizRegionId`: where the group is.
    pub region: &'a str,
    /// `TaskId`: the present one, because every approval replaces it.
    pub task_id: &'a str,
    /// `OtaType`: `Fota`.
    pub ota_type: &'a str,
    /// `StartTime`, in ISO 8601.
    pub start_time: &'a str,
}

impl Item for OtaTask {
    fn lacks(&self) -> Option<&'static str> {
        lacking([("TaskId", self.task_id.is_some())])
    }

    fn people(&self) -> Vec<&Principal> {
        Vec::new()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListAnswer {
    task_list: Option<Vec<OtaTask>>,
    total_count: Option<u64>,
    page_number: Option<u64>,
}

impl From<ListAnswer> for PageAnswer<OtaTask> {
    fn from(answer: ListAnswer) -> Self {
        Self { items: answer.task_list, count: answer.total_count, number: answer.page_number }
    }
}

impl Client {
    /// All updates of a delivery group (`ListOtaTask`), in the service's order.
    ///
    /// # Errors
    /// All that a call can meet; there is no result of some pages only.
    pub async fn ota_tasks(
        &self,
        delivery_group_id: &str,
        ota_type: &str,
        bounds: &Bounds,
    ) -> Result<Vec<OtaTask>, Error> {
        let parameters = Parameters::new().body("AppInstanceGroupId", delivery_group_id).body("OtaType", ota_type);
        let ask = |page| parameters.clone().page_in_body(page);
        self.all::<ListAnswer, _>("ListOtaTask", named(delivery_group_id), ask, bounds).await
    }

    /// One update (`GetOtaTaskByTaskId`).
    ///
    /// # Errors
    /// All that a call can meet.
    pub async fn ota_task(&self, task_id: &str, bounds: &Bounds) -> Result<OtaTaskDetails, Error> {
        let check = |task: &OtaTaskDetails| match task.ota_version {
            Some(_) => Ok(()),
            None => Err("it names no version".to_owned()),
        };
        let parameters = Parameters::new().body("TaskId", task_id);
        self.read("GetOtaTaskByTaskId", format!("OTA task \"{task_id}\""), parameters, check, bounds).await
    }

    /// Sets when an update begins (`ApproveOtaTask`). It gives the update another task id, so the same call twice
    /// approves once and then fails.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`](cloud::ErrorKind::Conflict) with code `OtaTask.Running`, when the update has begun, and
    /// all that a call can meet. Where the outcome is unknown, read the group's task before anything else.
    pub async fn approve_ota_task(&self, approval: &ApproveOtaTask<'_>, bounds: &Bounds) -> Result<(), Error> {
        let parameters = Parameters::new()
            .body("AppInstanceGroupId", approval.delivery_group_id)
            .body("BizRegionId", approval.region)
            .body("TaskId", approval.task_id)
            .body("OtaType", approval.ota_type)
            .body("StartTime", approval.start_time);
        self.change("ApproveOtaTask", named(approval.delivery_group_id), parameters, bounds).await
    }
}
