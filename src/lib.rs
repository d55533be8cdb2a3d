//! Cloud application streaming as code: a Terraform provider for Alibaba Cloud App Streaming and
//! Huawei Cloud Workspace, the plugin framework under it, and an emulator of both services.

pub mod alibaba;
pub mod cloud;
#[cfg(feature = "emulator")]
pub mod emulator;
pub mod huawei;
pub mod provider;
pub mod tfplug;
