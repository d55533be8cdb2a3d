//! Huawei Cloud Workspace, application streaming (v1): a typed client.
//!
//! Names of structs and fields are the API's.

mod answer;
mod app_groups;
mod catalogue;
mod client;
mod config;
mod credential;
mod endpoints;
mod server_groups;
mod servers;
mod sign;
mod tags;

pub use app_groups::AppGroup;
pub use catalogue::{
    AvailabilityZone, Product, ProductFilter, ProductList, Quota, QuotaQuery, QuotaRemainder, SoldOut, TenantProfile,
    VolumeType, VolumeTypeZones,
};
pub use client::Client;
pub use config::{AssumeRole, Config};
pub use endpoints::REGIONS;
pub use server_groups::{
    CreateServerGroup, IpVirtual, NameCheck, PatchServerGroup, ProductInfo, RoutePolicy, ScalingPolicy,
    ScalingPolicyByResource, ScalingPolicyBySession, ServerGroup, ServerGroupFilter, ServerGroupLimits,
};
pub use servers::AppServer;
pub use tags::Tag;

/// The service's name in messages.
const SERVICE: &str = "Huawei Cloud Workspace";

#[cfg(test)]
mod tests;
