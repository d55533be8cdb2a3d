//! The start of the process as a fuzz target drives it.

use std::ffi::OsString;

use super::{handshake::HostRequest, tls::Identity};

pub(crate) fn handshake(variable: impl Fn(&str) -> Option<OsString>) -> Result<Option<Vec<u8>>, String> {
    let request = HostRequest::read(variable).map_err(|error| error.to_string())?;
    let Some(certificate) = request.client_certificate else { return Ok(None) };
    Identity::generate(certificate.clone()).map_err(|error| error.to_string())?;
    Ok(Some(certificate.to_vec()))
}
