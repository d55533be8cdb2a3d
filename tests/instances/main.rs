//! The credentials of an instance, from the client through a metadata service on a socket to signed calls that the emulator
//! accepts. Beside the tests with Terraform, because the vendors' tools know no setting for the metadata's address.

#![cfg(feature = "emulator")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on says why and ends")]

mod agency;
mod role;

/// The temporary key pair that every emulator knows, with its token.
const KEY: &str = "emulator-temporary-access-key";
const SECRETS: [&str; 2] = ["emulator-temporary-secret-key", "emulator-security-token"];
