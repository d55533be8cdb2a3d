//! The real Terraform runs the provider's binary against the emulator.
//!
//! Each test has an emulator and a folder of its own, so that all of them run side by side. What happened is read from
//! `terraform show -json` and from the emulator's record of calls.
//!
//! `TERRAFORM_PATH` names the Terraform to use; without it, `scripts/terraform/fetch` puts one into the build folder.

#![allow(clippy::expect_used, reason = "a test that cannot go on says why and ends")]
#![deny(clippy::disallowed_methods, reason = "see `harness::Replacing`")]

#[path = "../estate/mod.rs"]
mod estate;
mod harness;

mod alibaba_cloud;
mod answers_that_prove_nothing;
mod documentation;
mod every_resource;
mod examples;
mod framework;
mod harness_itself;
mod huawei_cloud;
mod install;
mod missing_values;
mod provider_block;
mod storm;
mod wrong_input;
