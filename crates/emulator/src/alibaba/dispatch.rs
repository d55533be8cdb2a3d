//! Which operation is done by what.

use serde_json::Value;

use super::{
    arguments::Arguments, authorization, catalogue, creation, delivery_groups, errors::Error, operations::table, ota,
    sessions, tags,
};
use crate::{call::Moment, shape::table::Operation, world::World};

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

/// What an operation takes and does; `None` where the emulator does not have it.
pub(super) fn find(name: &str) -> Option<(&'static Operation, Run)> {
    let (_, run) = RUNS.iter().find(|(known, _)| *known == name)?;
    Some((table().operation(name)?, *run))
}

/// The names of all operations that the emulator has.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    RUNS.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_that_is_done_is_in_the_table() {
        let missing: Vec<&str> = names().filter(|name| table().operation(name).is_none()).collect();
        assert_eq!(missing, Vec::<&str>::new());
    }
}
