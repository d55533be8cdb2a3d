//! Which operation is done by what.

use serde_json::Value;

use super::{
    app_groups::{self, apps, authorizations},
    catalogue,
    errors::Error,
    neighbours::{center, machines, people},
    policy_groups,
    request::Request,
    server_groups::{self, scaling, tags},
    servers::{self, actions, agents, image_servers, jobs, metrics, orders, schedules},
    sessions::{self, connections, hotspots},
    storages::{self, clouds, folders, policies},
    tenant,
    warehouse::{self, buckets},
};
use crate::{call::Moment, shape::table::Operation, world::World};

/// What an operation does.
#[derive(Clone, Copy)]
pub(super) enum Run {
    /// It looks.
    Read(fn(&World, &Request, Moment) -> Result<Value, Error>),
    /// It changes something, or refuses.
    Write(fn(&mut World, &Request, Moment) -> Result<Value, Error>),
}

use Run::{Read, Write};

const RUNS: &[(&str, Run)] = &[
    // Server groups.
    ("ListServerGroups", Read(server_groups::list)),
    ("CreateServerGroup", Write(server_groups::create)),
    ("ListTenantServerGroups", Read(server_groups::list_brief)),
    ("ShowServerGroupRestrict", Read(server_groups::restrict)),
    ("ValidateServerGroup", Read(server_groups::validate)),
    ("ShowServerGroup", Read(server_groups::show)),
    ("UpdateServerGroup", Write(server_groups::update)),
    ("DeleteServerGroups", Write(server_groups::delete)),
    ("ShowServerGroupState", Read(server_groups::state)),
    ("ListServerGroupTag", Read(tags::list_all)),
    ("BatchCreateServerGroupTags", Write(tags::batch_create)),
    ("BatchDeleteServerGroupTags", Write(tags::batch_delete)),
    ("ShowServerGroupTag", Read(tags::show)),
    ("CreateServerGroupTags", Write(tags::create)),
    ("DeleteServerGroupTags", Write(tags::delete)),
    ("ShowScalingPolicy", Read(scaling::show)),
    ("CreateOrUpdateScalingPolicy", Write(scaling::put)),
    ("DeleteScalingPolicy", Write(scaling::delete)),
    // Servers.
    ("ListServers", Read(servers::list)),
    ("ShowServer", Read(servers::show)),
    ("UpdateServer", Write(servers::update)),
    ("DeleteServer", Write(servers::delete)),
    ("BatchDeleteServer", Write(servers::batch_delete)),
    ("CreateAppServers", Write(orders::create)),
    ("CreateOrder", Write(orders::subscribe)),
    ("BatchStartServer", Write(actions::start)),
    ("BatchStopServer", Write(actions::stop)),
    ("BatchRebootServer", Write(actions::reboot)),
    ("BatchChangeServerMaintainMode", Write(actions::set_maintenance)),
    ("BatchRejoinDomain", Write(actions::rejoin_domain)),
    ("BatchUpdateTsvi", Write(actions::update_ip_virtualization)),
    ("BatchMigrateHostsServer", Write(actions::migrate)),
    ("ReinstallServer", Write(actions::reinstall)),
    ("BatchReinstallServer", Write(actions::batch_reinstall)),
    ("ChangeServerImage", Write(actions::change_image)),
    ("BatchChangeServerImage", Write(actions::batch_change_image)),
    ("BatchUpgradeHdaVersion", Write(actions::upgrade_agents)),
    ("ListAccessAgentLatestVersion", Read(agents::show_latest)),
    ("ListServerHdaDetails", Read(agents::list)),
    ("ListServerHdaUpgradeRecords", Read(agents::list_records)),
    ("ListServerMetricData", Read(metrics::list)),
    ("ShowServerVnc", Read(metrics::show_screen)),
    ("ListSubJobs", Read(jobs::list)),
    ("CountSubJobs", Read(jobs::count)),
    ("BatchDeleteAppSubJobs", Write(jobs::delete)),
    ("ShowJobDetail", Read(jobs::show)),
    ("ShowJob", Read(jobs::show_in_numbers)),
    // Image servers.
    ("ListImageServers", Read(image_servers::list)),
    ("ShowImageServer", Read(image_servers::show)),
    ("CreateImageServer", Write(image_servers::create)),
    ("UpdateImageServer", Write(image_servers::update)),
    ("BatchDeleteImageServer", Write(image_servers::batch_delete)),
    ("AttachImageServerApp", Write(image_servers::attach)),
    ("ListLatestAttachedServerApp", Read(image_servers::list_attached)),
    ("RecreateServerImage", Write(image_servers::make_image)),
    ("ListImageJobs", Read(jobs::list_image_jobs)),
    ("ShowImageJob", Read(jobs::show_image_job)),
    ("ListImageSubJobs", Read(jobs::list_of_images)),
    ("CountImageSubJobs", Read(jobs::count_of_images)),
    ("BatchDeleteImageSubJobs", Write(jobs::delete)),
    // Scheduled tasks.
    ("ListScheduleTasks", Read(schedules::list)),
    ("ShowScheduleTask", Read(schedules::show)),
    ("CreateScheduleTask", Write(schedules::create)),
    ("UpdateScheduleTask", Write(schedules::update)),
    ("DeleteScheduleTask", Write(schedules::delete)),
    ("BatchDeleteScheduleTask", Write(schedules::batch_delete)),
    ("ListFutureExecutions", Read(schedules::foresee)),
    ("ListTaskExecuteHistory", Read(schedules::list_executions)),
    ("ListTaskExecuteDetail", Read(schedules::list_details)),
    // Sessions.
    ("ListSessions", Read(sessions::list)),
    ("ListSessionByUserName", Read(sessions::list_of_user)),
    ("ExportSessions", Write(sessions::export)),
    ("LogoffUserSession", Write(sessions::log_off)),
    ("ListSessionType", Read(sessions::list_types)),
    ("ListAppConnection", Read(connections::list_of_apps)),
    ("ExportAppConnection", Write(sessions::export)),
    ("ListUserConnection", Read(connections::list_of_users)),
    ("ExportUserConnection", Write(sessions::export)),
    ("ListHotspotSessionConfig", Read(hotspots::list)),
    ("CreateHotspotSessionConfig", Write(hotspots::create)),
    ("UpdateHotspotSessionConfig", Write(hotspots::update)),
    ("ListNonMigrationUsers", Read(hotspots::list_users)),
    ("UpdateNonMigrationUsers", Write(hotspots::update_users)),
    // Where people keep their files.
    ("ListSfs3Storage", Read(storages::list_file_systems)),
    ("ListPersistentStorage", Read(storages::list)),
    ("CreatePersistentStorage", Write(storages::create)),
    ("DeletePersistentStorage", Write(storages::delete)),
    ("BatchDeletePersistentStorage", Write(storages::batch_delete)),
    ("ListStorageAssignment", Read(folders::list_attachments)),
    ("UpdateUserFolderAssignment", Write(folders::assign)),
    ("DeleteUserStorageAttachment", Write(folders::take_away)),
    ("ListShareFolder", Read(folders::list_shared)),
    ("CreateShareFolder", Write(folders::share)),
    ("UpdateShareFolderAssignment", Write(folders::change_members)),
    ("DeleteStorageClaim", Write(folders::delete)),
    ("ListStoragePolicyStatement", Read(policies::list)),
    ("CreateOrUpdateStoragePolicyStatement", Write(policies::put)),
    ("ListProjectConfigs", Read(clouds::list_projects)),
    ("ShowProjectConfig", Read(clouds::show_project)),
    ("ListCloudStorage", Read(clouds::list)),
    ("CreateCloudStorage", Write(clouds::create)),
    ("DeleteCloudStorage", Write(clouds::delete)),
    ("BatchDeleteCloudStorage", Write(clouds::batch_delete)),
    ("ListCloudStorageAssignment", Read(clouds::list_folders)),
    ("ListFoldersAndFiles", Read(clouds::list_files)),
    ("CreateUserFolderAssignment", Write(clouds::create_folders)),
    ("UpdateCloudUserFolderAssignment", Write(clouds::update_folder)),
    ("DeleteCloudStorageAttachment", Write(clouds::delete_folders)),
    ("ChangeCluster", Write(clouds::move_folders)),
    // Application groups.
    ("ListAppGroup", Read(app_groups::list)),
    ("CreateAppGroup", Write(app_groups::create)),
    ("ShowAppGroupDetail", Read(app_groups::show)),
    ("UpdateAppGroup", Write(app_groups::update)),
    ("DeleteAppGroup", Write(app_groups::delete)),
    ("BatchDeleteAppGroup", Write(app_groups::batch_delete)),
    ("DisassociateAppGroup", Write(app_groups::disassociate)),
    ("CheckAppGroup", Read(app_groups::validate)),
    ("ListPublishedApp", Read(apps::list)),
    ("PublishApp", Write(apps::publish)),
    ("ShowAppDetail", Read(apps::show)),
    ("UpdateApp", Write(apps::update)),
    ("UnpublishApp", Write(apps::unpublish)),
    ("BatchEnableApp", Write(apps::enable)),
    ("BatchDisableApp", Write(apps::disable)),
    ("CheckPublishApp", Read(apps::validate)),
    ("ShowPublishableApp", Read(apps::list_publishable)),
    ("UpdatePreBootPolicy", Write(apps::set_pre_boot)),
    ("UploadAppIcon", Write(apps::set_icon)),
    ("UploadAppIconRaw", Write(apps::set_icon)),
    ("DeleteAppIcon", Write(apps::delete_icon)),
    ("AddAppGroupAuthorization", Write(authorizations::add)),
    ("BatchDeleteAppGroupAuthorization", Write(authorizations::remove)),
    ("ListAppGroupAuthorization", Read(authorizations::list)),
    ("ListAuthorizationMailRecord", Read(authorizations::list_mails)),
    ("SendAuthorizationMail", Write(authorizations::send_again)),
    ("SendAuthorizedMail", Write(authorizations::send_by_authorization)),
    // Policy groups.
    ("ListPolicyGroup", Read(policy_groups::list)),
    ("CreatePolicyGroup", Write(policy_groups::create)),
    ("ListPolicyGroupDetailInfo", Read(policy_groups::list)),
    ("ShowOriginalPolicyInfo", Read(policy_groups::show_original)),
    ("ShowPolicyGroup", Read(policy_groups::show)),
    ("UpdatePolicyGroup", Write(policy_groups::update)),
    ("DeletePolicyGroup", Write(policy_groups::delete)),
    ("ListPolicyOfPolicyGroup", Read(policy_groups::list_policies)),
    ("ListTargetsOfPolicyGroup", Read(policy_groups::list_targets)),
    ("ListPolicyTemplate", Read(policy_groups::list_templates)),
    ("CreatePolicyTemplate", Write(policy_groups::create_template)),
    ("UpdatePolicyTemplate", Write(policy_groups::update_template)),
    ("DeletePolicyTemplate", Write(policy_groups::delete_template)),
    // The warehouse of applications.
    ("ListWarehouseApps", Read(warehouse::list)),
    ("CreateWarehouseApp", Write(warehouse::create)),
    ("UpdateWarehouseApp", Write(warehouse::update)),
    ("DeleteWarehouseApp", Write(warehouse::delete)),
    ("BatchDeleteWarehouseApp", Write(warehouse::batch_delete)),
    ("UploadWarehouseAppIcon", Write(warehouse::take_icon)),
    ("AuthorizeObs", Write(buckets::authorize_upload)),
    ("ShowAppWarehouseBucket", Read(buckets::show)),
    ("BindAppWarehouseBucket", Write(buckets::bind)),
    ("CreateBucketOrAcl", Write(buckets::create)),
    // What there is to choose from.
    ("ListProduct", Read(catalogue::list_products)),
    ("ListAvailabilityZone", Read(catalogue::list_availability_zones)),
    ("ListAz", Read(catalogue::summarise_availability_zones)),
    ("ListVolumeType", Read(catalogue::list_volume_types)),
    ("CheckQuota", Read(catalogue::check_quota)),
    // The tenant.
    ("InitializeTenant", Write(tenant::set_status)),
    ("ListCorpConfigInfo", Read(tenant::list_configurations)),
    ("ListTenantProfile", Read(tenant::show_tenant)),
    ("ListWorkspaces", Read(tenant::show_workspace)),
    // What lies around application streaming.
    ("ListUsers", Read(people::list_users)),
    ("CreateUser", Write(people::create_user)),
    ("ShowUserDetail", Read(people::show_user)),
    ("UpdateUser", Write(people::update_user)),
    ("DeleteUser", Write(people::delete_user)),
    ("ListUserGroups", Read(people::list_groups)),
    ("CreateUserGroup", Write(people::create_group)),
    ("UpdateUserGroup", Write(people::update_group)),
    ("DeleteUserGroup", Write(people::delete_group)),
    ("ListGroupUsers", Read(people::list_members)),
    ("ChangeGroupUsers", Write(people::change_members)),
    ("ListAssistAuthObjects", Read(people::list_second_factor)),
    ("UpdateAssistAuthObjects", Write(people::change_second_factor)),
    ("ListCenterCatalogs", Read(center::list_catalogs)),
    ("ListCenterApps", Read(center::list)),
    ("CreateCenterApp", Write(center::create_app)),
    ("UpdateCenterApp", Write(center::update_app)),
    ("DeleteCenterApp", Write(center::delete_app)),
    ("BatchEnableCenterApps", Write(center::enable)),
    ("BatchDisableCenterApps", Write(center::disable)),
    ("AuthorizeCenterApps", Write(center::authorize)),
    ("InstallCenterApps", Write(center::install)),
    ("ListCenterAppAuthorizations", Read(center::list_authorizations)),
    ("ListCenterRules", Read(center::list_rules)),
    ("CreateCenterRule", Write(center::create_rule)),
    ("UpdateCenterRule", Write(center::update_rule)),
    ("DeleteCenterRule", Write(center::delete_rule)),
    ("ListCenterRestrictedRules", Read(center::list_restricted)),
    ("RestrictCenterRules", Write(center::restrict)),
    ("PermitCenterRules", Write(center::permit)),
    ("ShowCenterRestriction", Read(center::show_restriction)),
    ("SetCenterRestriction", Write(center::set_restriction)),
    ("EnableCenterRestriction", Write(center::enable_restriction)),
    ("DisableCenterRestriction", Write(center::disable_restriction)),
    ("ListSubnets", Read(machines::list_subnets)),
    ("ListServerZones", Read(machines::list_zones)),
    ("ListImages", Read(machines::list_images)),
    ("DeleteImage", Write(machines::delete_image)),
];

/// What the operation does; `None` where the emulator does not have it.
pub(super) fn run(operation: &Operation) -> Option<Run> {
    RUNS.iter().find(|(name, _)| *name == operation.name).map(|(_, run)| *run)
}

/// The names of all operations that the emulator has.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    RUNS.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::huawei::table;

    #[test]
    fn every_operation_of_the_table_is_done_and_no_other() {
        let mut done: Vec<&str> = names().collect();
        let mut known: Vec<&str> = table().operations().iter().map(|operation| operation.name.as_str()).collect();
        done.sort_unstable();
        known.sort_unstable();
        assert_eq!(done, known);
    }
}
