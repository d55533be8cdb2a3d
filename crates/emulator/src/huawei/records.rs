//! What all tables of records have in common: each record belongs to a project, is found by its id, and is listed in
//! pages.

use serde_json::{Value, json};

use super::{
    errors::{Error, code},
    request::Request,
};
use crate::world::{
    AppSession, CloudStorage, HotspotConfig, ImageServer, Job, Neighbour, PersistentStorage, ScheduleTask,
    StoragePolicy, Table, TaskExecution, WarehouseApp,
};

/// A row of a table that belongs to a project.
pub(super) trait Record: Clone {
    /// What people call it.
    const WHAT: &'static str;
    /// The code of the error for one that is not there.
    const MISSING: &'static str;

    /// The project it belongs to.
    fn project_id(&self) -> &str;
}

macro_rules! record {
    ($row:ty, $what:literal, $missing:expr) => {
        impl Record for $row {
            const WHAT: &'static str = $what;
            const MISSING: &'static str = $missing;

            fn project_id(&self) -> &str {
                &self.project_id
            }
        }
    };
}

record!(Job, "job", code::JOB_NOT_FOUND);
record!(ImageServer, "image server", code::IMAGE_SERVER_NOT_FOUND);
record!(ScheduleTask, "scheduled task", code::SCHEDULE_NOT_FOUND);
record!(TaskExecution, "execution", code::EXECUTION_NOT_FOUND);
record!(PersistentStorage, "storage", code::STORAGE_NOT_FOUND);
record!(StoragePolicy, "storage policy", code::STORAGE_POLICY_NOT_FOUND);
record!(CloudStorage, "cloud storage", code::STORAGE_NOT_FOUND);
record!(Neighbour, "record", code::NEIGHBOUR_NOT_FOUND);
record!(AppSession, "session", code::SESSION_NOT_FOUND);
record!(HotspotConfig, "configuration of hotspot sessions", code::HOTSPOT_NOT_FOUND);
record!(WarehouseApp, "application in the warehouse", code::WAREHOUSE_APP_NOT_FOUND);

/// The records of the request's project, by id.
pub(super) fn of_project<'w, T: Record>(
    table: &'w Table<T>,
    request: &'w Request,
) -> impl Iterator<Item = (&'w str, &'w T)> {
    table.iter().filter(|(_, record)| record.project_id() == request.project_id)
}

/// The record with this id, where the request's project has it.
pub(super) fn find<'w, T: Record>(table: &'w Table<T>, request: &Request, id: &str) -> Option<&'w T> {
    table.get(id).filter(|record| record.project_id() == request.project_id)
}

/// The record with this id.
pub(super) fn need<'w, T: Record>(table: &'w Table<T>, request: &Request, id: &str) -> Result<&'w T, Error> {
    find(table, request, id).ok_or_else(|| missing::<T>(id))
}

/// The error for a record that is not there.
pub(super) fn missing<T: Record>(id: &str) -> Error {
    Error::of(404, T::MISSING, format!("The {} is not found, the id is '{id}'.", T::WHAT))
}

/// A page of a list.
pub(super) fn page<R>(request: &Request, rows: impl Iterator<Item = R>, model: impl Fn(R) -> Value) -> Value {
    let (count, rows) = request.window(rows);
    let items: Vec<Value> = rows.into_iter().map(model).collect();
    json!({ "count": count, "items": items })
}
