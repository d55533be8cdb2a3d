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

pub use app_groups::AppGroup;
pub use catalogue::{Product, ProductFilter, ProductList, Quota, QuotaQuery, QuotaRemainder};
pub use client::{Client, PAGE};
pub use config::{AssumeRole, Config};
pub use endpoints::VENDOR;
pub use server_groups::{
    CreateServerGroup, IpVirtual, PatchServerGroup, ProductInfo, RoutePolicy, ScalingPolicy, ScalingPolicyByResource,
    ScalingPolicyBySession, ServerGroup, ServerGroupFilter, Tag,
};
pub use servers::AppServer;

#[cfg(test)]
mod tests;
