//! `appstreaming_ota_tasks`: the over-the-air updates of a delivery group (`ListOtaTask`, `GetOtaTaskByTaskId`).

use tfplug::prelude::*;

use crate::{
    bounds::Bounded,
    clouds::Clouds,
    delivery_group::{self, GroupRef, OTA_TYPES, PendingUpdate},
    failure::failed_at,
};

/// The data source `appstreaming_ota_tasks`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OtaTasksDataSource;

/// The over-the-air updates of a delivery group of Alibaba Cloud App Streaming, those that are done and the one that
/// waits.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    #[tf(attribute = delivery_group::id_attribute())]
    delivery_group_id: Attr<String>,
    #[tf(attribute = delivery_group::endpoint_region_attribute())]
    region: Attr<String>,
    /// The type of the updates (`OtaType`). There is one: `Fota`, the default.
    #[tf(validate(one_of(OTA_TYPES)))]
    ota_type: Attr<String>,
    /// The version that the group runs (`OtaInfo.OtaVersion`).
    #[tf(computed)]
    current_version: Attr<String>,
    /// The ID of the update that waits (`OtaInfo.TaskId`); null when none does.
    #[tf(computed)]
    pending_task_id: Attr<String>,
    /// The version that it brings (`OtaInfo.NewOtaVersion`); null when none waits.
    #[tf(computed)]
    pending_version: Attr<String>,
    /// The updates, in the service's order.
    #[tf(computed)]
    tasks: Attr<Vec<Task>>,
}

#[derive(Clone, Debug, Model)]
#[tf(computed)]
struct Task {
    /// The update's ID (`TaskId`). Each approval replaces it.
    task_id: Attr<String>,
    /// The version that it brings (`OtaVersion`).
    ota_version: Attr<String>,
    /// How far it is, in the service's words (`TaskDisplayStatus`).
    status: Attr<String>,
    /// When it begins or began (`TaskStartTime`), in ISO 8601; null before it is approved.
    start_time: Attr<String>,
    /// What is new in it (`ReleaseNote`).
    release_note: Attr<String>,
}

#[data_source("appstreaming_ota_tasks")]
impl DataSource for OtaTasksDataSource {
    type Data = Clouds;
    type Model = Model;

    async fn read(&self, cx: &mut Context<Clouds>, mut config: Model) -> Result<Model> {
        let client = cx.data()?.alibaba(config.region.as_str())?;
        let bounds = cx.bounds();
        let id = config.delivery_group_id.require("delivery_group_id")?;
        let ota_type = config.ota_type.as_str().unwrap_or(OTA_TYPES[0]);
        let cannot = |error: &cloud::Error| {
            let attributes = [("OtaType", "ota_type"), ("AppInstanceGroup", "delivery_group_id")];
            failed_at(&format!("list the updates of delivery group {id:?}"), error, &attributes)
        };
        let group = GroupRef::new(id, None).read(&client, &bounds).await?;
        let found = client.ota_tasks(id, ota_type, &bounds).await.map_err(|error| cannot(&error))?;
        let mut tasks = Vec::with_capacity(found.len());
        for task in found {
            let note = match task.task_id.as_deref() {
                Some(task_id) => match client.ota_task(task_id, &bounds).await {
                    Ok(details) => details.release_note,
                    // Approved in between: it has another id by now.
                    Err(error) if error.is_not_found() => None,
                    Err(error) => return Err(cannot(&error).into()),
                },
                None => None,
            };
            tasks.push(Task {
                task_id: task.task_id.into(),
                ota_version: task.ota_version.into(),
                status: task.task_display_status.into(),
                start_time: task.task_start_time.into(),
                release_note: note.into(),
            });
        }
        let pending = PendingUpdate::of(&group);
        config.current_version = group.ota_info.and_then(|ota| ota.ota_version).into();
        config.pending_task_id = pending.as_ref().map(|pending| pending.task_id.clone()).into();
        config.pending_version = pending.and_then(|pending| pending.ota_version).into();
        config.tasks = Attr::Known(tasks);
        Ok(config)
    }
}
