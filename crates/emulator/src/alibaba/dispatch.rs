//! Which operation is done by what.

use serde_json::Value;

use super::{
    account::{catalogue, tenant},
    authorization::{self, apps},
    browsers,
    errors::Error,
    groups::{self, billing, creation, nodes},
    images,
    operations::table,
    ota,
    request::arguments::Arguments,
    sessions::{self, bindings, connections, persistent},
    tags::{self, cloud},
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
    ("AuthorizeUsersForApp", Write(authorization::authorize_for_app)),
    ("CreateAppInstanceGroup", Write(creation::create)),
    ("CreateBrowserInstanceGroup", Write(browsers::create)),
    ("CreateImageByInstance", Write(images::create_from_instance)),
    ("CreateImageFromAppInstanceGroup", Write(images::create_from_group)),
    ("DeleteAppInstanceGroup", Write(groups::delete)),
    ("DeleteAppInstances", Write(sessions::delete)),
    ("DeleteImage", Write(images::delete)),
    ("GetAppInstanceGroup", Read(groups::get)),
    ("GetBrowserInstanceGroup", Read(browsers::get)),
    ("GetConnectionTicket", Write(connections::get_ticket)),
    ("GetDebugAppInstance", Write(sessions::debug)),
    ("GetOtaTaskByTaskId", Read(ota::get)),
    ("GetResourcePrice", Read(billing::price)),
    ("GetResourceRenewPrice", Read(billing::renew_price)),
    ("ListAppInstanceGroup", Read(groups::list)),
    ("ListAppInstances", Read(sessions::list)),
    ("ListAppsByAppInstanceGroupId", Read(apps::list_by_group)),
    ("ListAuthorizedAppInstanceGroupByUser", Read(apps::list_groups_of_user)),
    ("ListAuthorizedAppsByUser", Read(apps::list_of_user)),
    ("ListAuthorizedUserGroups", Read(authorization::list_user_groups)),
    ("ListAuthorizedUsers", Read(authorization::list_users)),
    ("ListBindInfo", Read(bindings::list)),
    ("ListBrowserInstanceGroup", Read(browsers::list)),
    ("ListImage", Read(images::list)),
    ("ListNodeInstanceType", Read(catalogue::list_node_instance_types)),
    ("ListNodes", Read(nodes::list)),
    ("ListOtaTask", Read(ota::list)),
    ("ListPersistentAppInstances", Read(persistent::list)),
    ("ListPublishedAppInstanceGroup", Read(apps::list_published_groups)),
    ("ListPublishedApps", Read(apps::list_published)),
    ("ListRegions", Read(catalogue::list_regions)),
    ("ListTagCloudResources", Read(cloud::list)),
    ("ListTagResources", Read(tags::list)),
    ("ListTenantConfig", Read(tenant::list)),
    ("ListZones", Read(catalogue::list_zones)),
    ("LogOffAllSessionsInAppInstanceGroup", Write(sessions::log_off_all)),
    ("ModifyAppInstanceGroupAttribute", Write(groups::modify)),
    ("ModifyAppPolicy", Write(groups::modify_policy)),
    ("ModifyBrowserInstanceGroup", Write(browsers::modify)),
    ("ModifyNodePoolAmount", Write(nodes::modify_amount)),
    ("ModifyNodePoolAttribute", Write(nodes::modify_attribute)),
    ("ModifyTenantConfig", Write(tenant::modify)),
    ("PageListAppInstanceGroupUser", Read(authorization::page_list_users)),
    ("RenewAppInstanceGroup", Write(billing::renew)),
    ("StartTaskForDistributeImage", Write(images::distribute)),
    ("TagCloudResources", Write(cloud::tag)),
    ("TagResources", Write(tags::tag)),
    ("Unbind", Write(bindings::unbind)),
    ("UntagCloudResources", Write(cloud::untag)),
    ("UntagResources", Write(tags::untag)),
    ("UpdateAppInstanceGroupImage", Write(groups::update_image)),
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
    fn every_operation_of_the_table_is_done() {
        let named: Vec<&str> = table().operations().iter().map(|operation| operation.name.as_str()).collect();
        assert_eq!(names().collect::<Vec<_>>(), named);
    }
}
