//! From the start of the process to a gRPC server that only its host can use.
//!
//! Terraform starts a provider as a child process and talks to it over a local connection, by the conventions of
//! HashiCorp's go-plugin. [`run`] keeps them:
//!
//! 1. The host passes a cookie, the protocol versions it speaks and its certificate in environment variables
//!    ([`HandshakeError`] says what can be wrong with them).
//! 2. The plugin makes a certificate of its own, listens on a Unix socket in a folder that only its owner may enter
//!    (loopback TCP where there are no Unix sockets), and says both in one line on standard output. Nothing else is
//!    ever written there.
//! 3. The host connects with mutual TLS. Each side accepts exactly the other's certificate.
//! 4. The plugin serves until the host calls `Shutdown` or is gone, and removes its socket.
//!
//! Log lines go to standard error as JSON ([`log`]). With [`ServeOptions::debug`] the provider runs on its own instead,
//! for a debugger, and prints what attaches Terraform to it.
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use tfplug::prelude::*;
//!
//! fn start(provider: impl Provider) -> ExitCode {
//!     let mut options = ServeOptions::new("registry.terraform.io/example/files");
//!     options.debug = std::env::args().any(|argument| argument == "--debug");
//!     run(options, || provider)
//! }
//! ```

mod address;
mod connection;
mod debug;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
mod handshake;
mod lifetime;
mod listener;
pub mod log;
mod run;
mod serve;
mod services;
mod tls;

pub use self::{
    address::ListenError,
    handshake::{COOKIE_NAME, COOKIE_VALUE, HandshakeError, PROTOCOL_VERSION},
    run::run,
    serve::{ServeError, ServeOptions, serve},
    tls::TlsError,
};
