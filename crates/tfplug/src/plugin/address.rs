//! Where the plugin may listen, where it does, and why it cannot.

use std::{io, path::PathBuf};

/// Where the host wants the plugin to listen.
#[derive(Clone, Debug, Default)]
pub(super) struct ListenOptions {
    /// Where a Unix socket goes (`PLUGIN_UNIX_SOCKET_DIR`), else the folder for temporary files.
    #[cfg(unix)]
    pub(super) socket_directory: Option<PathBuf>,
    /// The group, by name or number, that may open a Unix socket (`PLUGIN_UNIX_SOCKET_GROUP`).
    #[cfg(unix)]
    pub(super) socket_group: Option<String>,
    /// The TCP ports to choose from (`PLUGIN_MIN_PORT` to `PLUGIN_MAX_PORT`), else any.
    #[cfg(any(not(unix), test))]
    pub(super) ports: Option<std::ops::RangeInclusive<u16>>,
}

/// An address in the words of the handshake line, which are those of Go's `net` package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// `unix` or `tcp`.
    pub(super) network: &'static str,
    /// The socket's path, or `127.0.0.1:PORT`.
    pub(super) address: String,
}

/// Why the plugin cannot listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// The socket's folder, or the socket in it, cannot be made.
    #[error("cannot listen on a Unix socket in {directory}: {source}")]
    Socket {
        /// Where the socket was to go.
        directory: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No group has the name or number in `PLUGIN_UNIX_SOCKET_GROUP`.
    #[error("PLUGIN_UNIX_SOCKET_GROUP names the group {group:?}, which does not exist")]
    UnknownGroup {
        /// As it stands in the variable.
        group: String,
    },
    /// None of the ports that the host allows is free.
    #[error("cannot listen on 127.0.0.1 at any port from {first} to {last}: {source}")]
    Ports {
        /// `PLUGIN_MIN_PORT`, or 0 for any port.
        first: u16,
        /// `PLUGIN_MAX_PORT`, or 0 for any port.
        last: u16,
        /// What the system said about the last port that was tried.
        source: io::Error,
    },
    /// Everyone on the machine can connect to loopback TCP, so a certificate has to keep them out.
    #[error(
        "the host set no PLUGIN_CLIENT_CERT, and without it any program on this machine could use \
         the provider: unset TF_DISABLE_PLUGIN_TLS"
    )]
    Unprotected,
}
