//! The doors through which the fuzz targets in `fuzz/` reach what is nobody else's. Only built under `cfg(fuzzing)`,
//! which cargo-fuzz sets.

use std::ffi::OsString;

use tonic::Streaming;

use super::{
    model::{self, Model, ModelError},
    plugin,
    proto::tfplugin6::{provider_server, write_state_bytes::RequestChunk},
    provider::Provider,
    server::Server,
    testing,
    value::{Type, Value},
};

/// A provider as the service that Terraform calls.
pub fn service<P: Provider>(provider: P) -> Box<dyn provider_server::Provider> {
    Box::new(Server::new(provider))
}

/// Pieces of a state as a service gets them.
pub fn streaming(pieces: Vec<RequestChunk>) -> Streaming<RequestChunk> {
    testing::streaming(pieces)
}

/// A struct as a value of a type.
///
/// # Errors
/// When it is none of that type.
pub fn value_of<M: Model>(model: &M, ty: &Type) -> Result<Value, ModelError> {
    model::to_value(model, ty)
}

/// Reads what a host says in environment variables, and sets up TLS with the certificate in it: the certificate, if
/// there is one.
///
/// # Errors
/// Why the plugin does not answer this host.
pub fn handshake(variable: impl Fn(&str) -> Option<OsString>) -> Result<Option<Vec<u8>>, String> {
    plugin::fuzzing::handshake(variable)
}
