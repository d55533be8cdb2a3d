//! The provider's binary from the other side: a plugin host in Rust starts it as Terraform does, and
//! does what no Terraform would.

#![cfg(unix)]
// The helpers are tests as well, although the lint knows functions with the attribute only.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod calls;
mod certificate;
mod closed;
mod debug;
#[cfg(feature = "emulator")]
mod emulated;
mod handshake;
mod host;
#[cfg(feature = "emulator")]
mod left_to_others;
mod lifetime;
mod logs;
#[cfg(feature = "emulator")]
mod many_users;
mod services;
