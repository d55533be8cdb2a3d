//! Cloud application streaming as code: the Terraform provider for Alibaba Cloud App Streaming and Huawei Cloud
//! Workspace.
//!
//! Its configuration, and one file or folder for each resource, data source, action and list resource.

mod actions;
mod bounds;
mod clouds;
mod config;
mod data_sources;
mod delivery_group;
mod failure;
mod holders;
mod list_resources;
mod phase;
mod resources;
mod server_group;
mod shared;
#[cfg(test)]
mod tests;
mod turns;

use cloud::Machine;
use tfplug::{ConfigureContext, Provider, Registry, Result, provider};

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
#[derive(Clone, Debug, Default)]
pub struct AppStreaming {
    machine: Machine,
}

impl AppStreaming {
    /// The provider on a machine that is not this one, as in a simulation.
    pub fn on(machine: Machine) -> Self {
        Self { machine }
    }
}

#[provider]
impl Provider for AppStreaming {
    type Config = Config;
    type Data = Clouds;

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    async fn configure(&self, _cx: &mut ConfigureContext, config: Config) -> Result<Clouds> {
        Ok(config.clouds(self.machine.clone()))
    }

    fn register(&self, registry: &mut Registry<Clouds>) {
        registry
            .resource(resources::delivery_group_image::DeliveryGroupImageResource)
            .resource(resources::delivery_group_authorization::DeliveryGroupAuthorizationResource)
            .resource(resources::delivery_group_ota_approval::DeliveryGroupOtaApprovalResource)
            .resource(resources::delivery_group_session_log_off::DeliveryGroupSessionLogOffResource)
            .resource(resources::server_group::ServerGroupResource)
            .data_source(data_sources::delivery_group::DeliveryGroupDataSource)
            .data_source(data_sources::delivery_group_image_updates::DeliveryGroupImageUpdatesDataSource)
            .data_source(data_sources::delivery_group_sessions::DeliveryGroupSessionsDataSource)
            .data_source(data_sources::delivery_group_users::DeliveryGroupUsersDataSource)
            .data_source(data_sources::delivery_groups::DeliveryGroupsDataSource)
            .data_source(data_sources::images::ImagesDataSource)
            .data_source(data_sources::ota_tasks::OtaTasksDataSource)
            .data_source(data_sources::regions::RegionsDataSource)
            .list_resource(list_resources::delivery_group_authorization::DeliveryGroupAuthorizationListResource)
            .list_resource(list_resources::delivery_group_image::DeliveryGroupImageListResource)
            .action(actions::delivery_group_approve_ota::ApproveOtaAction)
            .action(actions::delivery_group_log_off_sessions::LogOffSessionsAction)
            .action(actions::delivery_group_update_image::UpdateImageAction)
            .data_source(data_sources::servers::ServerGroupDataSource)
            .data_source(data_sources::servers::ServerGroupsDataSource)
            .data_source(data_sources::servers::ServerGroupStatusDataSource)
            .data_source(data_sources::servers::ServerFlavorsDataSource)
            .data_source(data_sources::servers::ServerQuotaDataSource)
            .list_resource(list_resources::server_group::ServerGroupListResource);
    }
}
