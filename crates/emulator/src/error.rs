//! Why an emulator does not start.

use std::{io, net::SocketAddr, path::PathBuf};

use crate::{options::VisitsError, tls::TlsError};

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address could not be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// TLS is wanted, and there is no certificate for it.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// People cannot come and go as it is asked for.
    #[error(transparent)]
    Visits(#[from] VisitsError),
    /// A world file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A world file does not hold a world.
    #[error("{} does not hold a world: {source}", path.display())]
    World {
        /// The file.
        path: PathBuf,
        /// What is wrong where.
        source: serde_json::Error,
    },
}
