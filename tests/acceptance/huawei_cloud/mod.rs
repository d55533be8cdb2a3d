//! Huawei Cloud Workspace: a folder for each resource, and for what all of them have in common.

mod credentials;
mod data_sources;
pub mod server_group;
