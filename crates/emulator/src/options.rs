//! How an emulator is started: who may call it, how long things take, and which world it begins with.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use crate::clock::Wall;

/// The access key id that is accepted when none is chosen.
pub const ACCESS_KEY: &str = "emulator-access-key";
/// Its secret.
pub const SECRET_KEY: &str = "emulator-secret-key";
/// The id of a temporary access key, which is accepted together with its token alone.
pub const TEMPORARY_ACCESS_KEY: &str = "emulator-temporary-access-key";
/// Its secret.
pub const TEMPORARY_SECRET_KEY: &str = "emulator-temporary-secret-key";
/// Its security token.
pub const TEMPORARY_SECURITY_TOKEN: &str = "emulator-security-token";
/// The id of an access key whose owner may look and not touch.
pub const READ_ONLY_ACCESS_KEY: &str = "emulator-read-only-access-key";
/// Its secret.
pub const READ_ONLY_SECRET_KEY: &str = "emulator-read-only-secret-key";
/// The IAM user who can ask for a Huawei Cloud token.
pub const USER_NAME: &str = "emulator-user";
/// The user's password.
pub const PASSWORD: &str = "emulator-password";
/// The account (domain) of the user.
pub const DOMAIN_NAME: &str = "emulator-domain";
/// An agency of that account.
pub const AGENCY_NAME: &str = "emulator-agency";

/// How long tokens and temporary keys hold at most when nothing is said: a day, as the service's tokens do.
pub(crate) const CREDENTIAL_SECONDS: u64 = 24 * 60 * 60;

/// How an emulator is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 takes any free port.
    pub listen: SocketAddr,
    /// Whether to speak TLS there, and with which certificate.
    pub tls: Option<Tls>,
    /// The access key id that signs requests.
    pub access_key: String,
    /// Its secret.
    pub secret_key: String,
    /// How long things take.
    pub durations: Durations,
    /// The longest that tokens and temporary keys hold, in seconds on the emulator's clock.
    pub credential_seconds: u64,
    /// How long a write stays invisible to reads.
    pub consistency_delay: Duration,
    /// Whether each read sees the world of a moment of its own within that time, so that an older answer may come
    /// after a newer one, as from two copies of a database.
    pub consistency_varies: bool,
    /// By how much every answer is delayed.
    pub latency: Duration,
    /// Calls a second of one operation beyond which they are refused.
    pub rate_limit: Option<u32>,
    /// A world to start from instead of the built-in one.
    pub seed: Option<PathBuf>,
    /// Where the world is kept across restarts; wins over `seed` where it exists.
    pub state: Option<PathBuf>,
    /// So many further users, `user00001` and on.
    pub users: usize,
    /// So many further delivery groups, `aig-load-00001` and on.
    pub delivery_groups: usize,
    /// So many further server groups, `load-00001` and on.
    pub server_groups: usize,
}

/// Which certificate the emulator shows.
#[derive(Debug, Clone)]
pub enum Tls {
    /// One's own.
    Files {
        /// PEM: the certificate, then those that lead to its authority.
        certificate: PathBuf,
        /// PEM: the certificate's key.
        key: PathBuf,
    },
    /// One from an authority that is made at the start.
    SelfSigned {
        /// Where the authority's certificate is written, as PEM.
        ca: PathBuf,
        /// Names and addresses of the emulator, beside `localhost` and the address that it listens on. `*.` stands for
        /// one label.
        names: Vec<String>,
    },
}

/// How long things take, in seconds on the emulator's clock.
#[derive(Debug, Clone, Copy)]
pub struct Durations {
    /// A delivery group's move to another image.
    pub image_update_seconds: u64,
    /// An over-the-air update.
    pub ota_update_seconds: u64,
    /// The making of an image, and its way to another region.
    pub image_seconds: u64,
    /// The start of an application for somebody who connects.
    pub connection_seconds: u64,
    /// The deployment of a new delivery group.
    pub deployment_seconds: u64,
    /// The deletion of a delivery group.
    pub deletion_seconds: u64,
    /// Any work on a server of a server group: making it, restarting it, putting another image onto it.
    pub server_job_seconds: u64,
}

/// What the running emulator needs of its options.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub access_key: String,
    pub secret_key: String,
    pub durations: Durations,
    pub credential_seconds: u64,
    pub consistency_delay: Duration,
    pub consistency_varies: bool,
    pub latency: Duration,
    pub rate_limit: Option<u32>,
    /// What tells the time of this machine.
    pub wall: Wall,
}

impl Settings {
    pub(crate) fn of(options: &Options, wall: Wall) -> Self {
        Self {
            access_key: options.access_key.clone(),
            secret_key: options.secret_key.clone(),
            durations: options.durations,
            credential_seconds: options.credential_seconds,
            consistency_delay: options.consistency_delay,
            consistency_varies: options.consistency_varies,
            latency: options.latency,
            rate_limit: options.rate_limit,
            wall,
        }
    }
}

impl Default for Durations {
    fn default() -> Self {
        Self {
            image_update_seconds: 10,
            ota_update_seconds: 10,
            image_seconds: 10,
            connection_seconds: 1,
            deployment_seconds: 10,
            deletion_seconds: 10,
            server_job_seconds: 10,
        }
    }
}

impl Default for Options {
    /// Any free port on loopback, the built-in world and keys, durations of ten seconds at most.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            tls: None,
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SECRET_KEY.to_owned(),
            durations: Durations::default(),
            credential_seconds: CREDENTIAL_SECONDS,
            consistency_delay: Duration::ZERO,
            consistency_varies: false,
            latency: Duration::ZERO,
            rate_limit: None,
            seed: None,
            state: None,
            users: 0,
            delivery_groups: 0,
            server_groups: 0,
        }
    }
}
