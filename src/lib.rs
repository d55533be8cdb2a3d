//! Cloud application streaming as code: the Terraform provider for Alibaba Cloud App Streaming and Huawei Cloud Workspace.
//!
//! Its configuration, and one file or folder for each resource, data source, action and list resource.

mod actions;
mod bounds;
mod clouds;
mod config;
mod data_sources;
mod delivery_group;
mod failure;
mod list_resources;
mod resources;
#[cfg(test)]
mod tests;

use tfplug::{ConfigureContext, Provider, Registry, Result, schema::Schema};

pub use self::{clouds::Clouds, config::Config};

/// Where Terraform finds the provider.
pub const ADDRESS: &str = "registry.terraform.io/appstreaming/appstreaming";

/// The crates whose events are the provider's own log.
pub const CRATES: [&str; 5] = [
    "terraform_provider_appstreaming",
    "appstreaming",
    "appstreaming_cloud",
    "appstreaming_alibaba",
    "appstreaming_huawei",
];

/// The provider `appstreaming`.
#[derive(Clone, Copy, Debug, Default)]
pub struct AppStreaming;

impl Provider for AppStreaming {
    type Config = Config;
    type Data = Clouds;

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn schema(&self) -> Schema {
        config::schema()
    }

    async fn configure(&self, _cx: &mut ConfigureContext, config: Config) -> Result<Clouds> {
        Ok(config.clouds())
    }

    fn register(&self, registry: &mut Registry<Clouds>) {
        registry
            .resource(resources::delivery_group_image::DeliveryGroupImage)
            .resource(resources::delivery_group_authorization::DeliveryGroupAuthorization)
            .resource(resources::delivery_group_ota_approval::DeliveryGroupOtaApproval)
            .resource(resources::delivery_group_session_log_off::DeliveryGroupSessionLogOff)
            .resource(resources::server_group::ServerGroupResource)
            .data_source(data_sources::delivery_group::DeliveryGroupSource)
            .data_source(data_sources::delivery_group_sessions::DeliveryGroupSessionsSource)
            .data_source(data_sources::delivery_group_users::DeliveryGroupUsersSource)
            .data_source(data_sources::delivery_groups::DeliveryGroupsSource)
            .data_source(data_sources::images::ImagesSource)
            .data_source(data_sources::ota_tasks::OtaTasksSource)
            .data_source(data_sources::regions::RegionsSource)
            .list_resource(list_resources::delivery_group_authorization::DeliveryGroupAuthorizations)
            .list_resource(list_resources::delivery_group_image::DeliveryGroupImages)
            .action(actions::delivery_group_approve_ota::ApproveOta)
            .action(actions::delivery_group_log_off_sessions::LogOffSessions)
            .data_source(data_sources::servers::ServerGroupSource)
            .data_source(data_sources::servers::ServerGroups)
            .data_source(data_sources::servers::ServerGroupStatus)
            .data_source(data_sources::servers::ServerFlavors)
            .data_source(data_sources::servers::ServerQuota)
            .list_resource(list_resources::server_group::ServerGroupList);
    }
}
