//! Which operation is done by what. What each takes and answers is in `operations.txt`.

use std::sync::OnceLock;

use serde_json::Value;

use super::{
    arguments::Arguments, authorization, catalogue, creation, delivery_groups, errors::Error, ota, sessions, tags,
};
use crate::{
    call::Moment,
    shape::table::{Operation, Table},
    world::World,
};

/// What an operation does.
#[derive(Clone, Copy)]
pub(super) enum Run {
    /// It looks.
    Read(fn(&World, &Arguments<'_>, Moment) -> Result<Value, Error>),
    /// It changes something, or refuses.
    Write(fn(&mut World, &Arguments<'_>, Moment) -> Result<Value, Error>),
}

use Run::{Read, Write};

const RUNS: &[(&str, Run)] = &[
    ("ApproveOtaTask", Write(ota::approve)),
    ("AuthorizeInstanceGroup", Write(authorization::authorize)),
    ("CreateAppInstanceGroup", Write(creation::create)),
    ("DeleteAppInstanceGroup", Write(delivery_groups::delete)),
    ("GetAppInstanceGroup", Read(delivery_groups::get)),
    ("GetOtaTaskByTaskId", Read(ota::get)),
    ("ListAppInstanceGroup", Read(delivery_groups::list)),
    ("ListAppInstances", Read(sessions::list)),
    ("ListAuthorizedUserGroups", Read(authorization::list_user_groups)),
    ("ListAuthorizedUsers", Read(authorization::list_users)),
    ("ListImage", Read(catalogue::list_images)),
    ("ListNodeInstanceType", Read(catalogue::list_node_instance_types)),
    ("ListOtaTask", Read(ota::list)),
    ("ListRegions", Read(catalogue::list_regions)),
    ("ListTagResources", Read(tags::list)),
    ("LogOffAllSessionsInAppInstanceGroup", Write(sessions::log_off_all)),
    ("ModifyAppInstanceGroupAttribute", Write(delivery_groups::modify)),
    ("ModifyNodePoolAttribute", Write(creation::modify_node_pool)),
    ("PageListAppInstanceGroupUser", Read(authorization::page_list_users)),
    ("TagResources", Write(tags::tag)),
    ("UntagResources", Write(tags::untag)),
    ("UpdateAppInstanceGroupImage", Write(delivery_groups::update_image)),
];

/// Operations that answer their own errors with status 200 and a `Code`.
const ERRORS_IN_BAND: [&str; 3] =
    ["ApproveOtaTask", "LogOffAllSessionsInAppInstanceGroup", "UpdateAppInstanceGroupImage"];

/// The operations that the service has.
pub(crate) fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    // The text is part of the program, and a test reads it.
    TABLE.get_or_init(|| Table::parse(include_str!("operations.txt")).unwrap_or_default())
}

/// What an operation takes and does; `None` where the emulator does not have it.
pub(super) fn find(name: &str) -> Option<(&'static Operation, Run)> {
    let (_, run) = RUNS.iter().find(|(known, _)| *known == name)?;
    Some((table().operation(name)?, *run))
}

/// Whether an operation answers its own errors with status 200 and a `Code`.
pub(super) fn errors_in_band(operation: &Operation) -> bool {
    ERRORS_IN_BAND.contains(&operation.name.as_str())
}

/// The names of all operations that the emulator has.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    RUNS.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read_and_has_every_operation() {
        let table = Table::parse(include_str!("operations.txt")).unwrap();
        let missing: Vec<&str> = names().filter(|name| table.operation(name).is_none()).collect();
        assert_eq!(missing, Vec::<&str>::new());
        assert_eq!(table.operations().len(), 54);
    }
}
