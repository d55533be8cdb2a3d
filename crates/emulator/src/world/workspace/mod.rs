//! What happens inside Huawei Cloud's server groups: servers, the jobs that work on them, the sessions of people, the
//! image servers of which images are made, scheduled tasks, and where people keep their files.

mod calendar;
mod images;
mod jobs;
mod schedules;
mod servers;
mod sessions;
mod storages;

pub(crate) use calendar::Calendar;
pub(crate) use images::{BaseImage, ImageServer, ImageServerAccount, ImageServerParts};
pub(crate) use jobs::{Job, JobKind, JobStatus, JobStep};
pub(crate) use schedules::{ExecutionDetail, ScheduleTarget, ScheduleTask, TaskExecution};
pub(crate) use servers::{AppServer, LATEST_AGENT};
pub(crate) use sessions::{AppSession, HotspotConfig, NonMigratingUser};
pub(crate) use storages::{
    CloudFolder, CloudRights, CloudStorage, FileSystem, PersistentStorage, StorageAttachment, StorageClaim,
    StoragePolicy, StorageProject,
};

/// For flags that a world file leaves out where they are off.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes what it skips by reference")]
pub(super) fn is_off(flag: &bool) -> bool {
    !flag
}
