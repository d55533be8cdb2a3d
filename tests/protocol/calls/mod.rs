//! Every call of the protocol, to a provider that uses all of `tfplug` (`provider/`).

mod action;
mod apply;
mod ephemeral;
mod function;
mod list;
mod malformed;
mod plan;
mod schema;
pub mod session;
mod state;
mod takeover;
mod terraform;
pub mod values;
