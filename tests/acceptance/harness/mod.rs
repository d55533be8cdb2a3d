//! What the tests stand on: an emulator, a folder with a configuration, and Terraform.

mod command;
mod emulator_process;
pub mod faults;
pub mod issuer;
mod plan;
mod provider;
mod replacing;
mod workspace;
pub mod world;

pub use command::{Diagnostic, Run, Running};
pub use emulator_process::Emulator;
pub use plan::Plan;
pub use provider::{REQUIRED_PROVIDERS, keys, provider, provider_block};
pub use replacing::Replacing;
pub use workspace::Workspace;

pub use crate::estate::{Call, Dice};

/// The access key pair that the emulators of these tests know.
pub const ACCESS_KEY: &str = "acceptance-access-key";
/// It must never be seen again: every run of Terraform is searched for it.
pub const SECRET_KEY: &str = "acceptance-secret-key-8f14e45fceea167a";
