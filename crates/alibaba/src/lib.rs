//! Alibaba Cloud App Streaming (`appstream-center`, version 2021-09-01): a typed client.
//!
//! The service calls a delivery group an *app instance group*. Names of structs and fields here follow the product's
//! own documentation (*delivery group*, *authorized user*); every field's documentation names the API's.

mod answer;
mod authorization;
mod client;
mod config;
mod credential;
mod delivery_groups;
mod endpoints;
mod images;
mod ota;
mod regions;
mod sessions;
mod sign;
mod tags;

pub use authorization::{
    AuthorizationChange, AuthorizedUser, AuthorizedUserGroup, MAX_NAMES_PER_CALL, Target, UserMeta,
};
pub use client::{Client, PAGE};
pub use config::{AssumeRole, AssumeRoleWithOidc, Config};
pub use delivery_groups::{
    App, DeliveryGroup, DeliveryGroupFilter, NodePool, OtaInfo, RecurrenceSchedule, Tag, TimerPeriod,
};
pub use endpoints::VENDOR;
pub use images::{Image, ImageFilter, ImageRegion};
pub use ota::{ApproveOtaTask, OtaTask, OtaTaskDetails};
pub use sessions::{BindInfo, Session, SessionFilter};

/// The one product type of delivery groups.
pub const PRODUCT_TYPE_CLOUD_APP: &str = "CloudApp";

#[cfg(test)]
mod tests;
