//! The provider service: one file for each family of calls, each a story from request to answer.

mod action;
mod configure;
mod data_source;
mod ephemeral;
mod function;
mod guard;
mod list;
mod provider;
mod resource;
mod schemas;
mod service;
mod shared;
mod state_store;
pub(super) mod validate;
mod wire;

pub(super) use self::service::Server;

#[cfg(test)]
mod tests;
