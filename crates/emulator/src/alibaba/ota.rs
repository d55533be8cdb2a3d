//! ListOtaTask, GetOtaTaskByTaskId, ApproveOtaTask.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::{errors::Error, request::arguments::Arguments};
use crate::{
    call::{Moment, without_nulls},
    world::{OtaTask, World},
};

/// ListOtaTask.
pub(super) fn list(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let (group_id, _) = arguments.group(world)?;
    let is_meant = |task: &OtaTask| task.delivery_group_id == group_id && arguments.asks_for("OtaType", &task.ota_type);
    let found = world.alibaba.ota_tasks.iter().filter(|(_, task)| is_meant(task)).collect();
    Ok(arguments.paged("TaskList", found, |(id, task)| {
        without_nulls(json!({
            "OtaVersion": task.version,
            "TaskDisplayStatus": task.status,
            "TaskId": id,
            "TaskStartTime": task.start_time.map(start_time),
        }))
    }))
}

/// GetOtaTaskByTaskId.
pub(super) fn get(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let task = world.alibaba.ota_tasks.get(arguments.need("TaskId")?).ok_or_else(Error::unknown_ota_task)?;
    Ok(without_nulls(json!({
        "Code": "success",
        "OtaVersion": task.version,
        "ReleaseNote": task.release_note,
        "TaskStartTime": task.start_time.map(start_time),
    })))
}

/// ApproveOtaTask: says when the update begins. The task's id changes with each approval, so that an id can be used
/// once; a later approval with the new id moves the time.
pub(super) fn approve(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let start: Timestamp = arguments.need("StartTime")?.parse().map_err(|_| Error::invalid("StartTime"))?;
    let (group_id, group) = arguments.group(world)?;
    let task_id = arguments.need("TaskId")?;
    let task = world.alibaba.ota_tasks.get(task_id).ok_or_else(Error::unknown_ota_task)?;
    if task.delivery_group_id != group_id {
        return Err(Error::unknown_ota_task());
    }
    if task.status == "Running" {
        return Err(Error::ota_task_running());
    }
    if group.ota_task_id.as_deref() != Some(task_id) {
        return Err(Error::unknown_ota_task());
    }
    if !matches!(group.status.as_str(), "PUBLISHED" | "MAINTAIN_FAILED") {
        return Err(Error::group_status(&group.status));
    }
    // A time that has passed means "as soon as possible".
    let approved = OtaTask {
        status: "Approved".to_owned(),
        start_time: Some(start.max(moment.now)),
        duration_seconds: moment.durations.ota_update_seconds,
        ..task.clone()
    };
    let new_id = world.random().id("ota-", 16);
    world.schedule(start.max(moment.now));
    world.alibaba.ota_tasks.remove(task_id);
    world.alibaba.ota_tasks.insert(new_id.clone(), approved);
    if let Some(group) = world.alibaba.delivery_groups.get_mut(group_id) {
        group.ota_task_id = Some(new_id);
    }
    Ok(json!({ "Code": "success" }))
}

/// As the service writes it: UTC, to the minute.
fn start_time(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%MZ").to_string()
}
