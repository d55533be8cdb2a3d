//! Both services in memory, behind their own signatures: App Streaming at `POST /`, Workspace at
//! `/v1/{project_id}/`, IAM at `/v3/`, and paths to look inside and to steer at `/_emulator/`.
//!
//! It shares no code with the clients in this crate, so that a mistake in one is not repeated in
//! the other.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use appstreaming_emulator::{Emulator, Options};
//!
//! let running = Emulator::start(Options::default()).await?;
//! println!("{}", running.url());
//! # Ok(())
//! # }
//! ```

mod alibaba;
mod call;
mod clock;
pub mod command_line;
mod control;
mod faults;
mod huawei;
mod keys;
mod record;
mod server;
mod shape;
mod signature;
mod storage;
mod throttle;
mod world;

use std::{io, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use tokio::{net::TcpListener, task::JoinHandle};

use self::{server::Shared, world::World};

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

/// How an emulator is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 takes any free port.
    pub listen: SocketAddr,
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

/// How long things take, in seconds on the emulator's clock.
#[derive(Debug, Clone, Copy)]
pub struct Durations {
    /// A delivery group's move to another image.
    pub image_update_seconds: u64,
    /// An over-the-air update.
    pub ota_update_seconds: u64,
    /// The deployment of a new delivery group.
    pub deployment_seconds: u64,
    /// The deletion of a delivery group.
    pub deletion_seconds: u64,
}

/// What the running emulator needs of its options.
#[derive(Debug, Clone)]
struct Settings {
    access_key: String,
    secret_key: String,
    durations: Durations,
    credential_seconds: u64,
    consistency_delay: Duration,
    latency: Duration,
    rate_limit: Option<u32>,
}

impl Settings {
    /// Who may call at the start.
    fn keys(&self) -> keys::Keys {
        keys::Keys::new(self.access_key.clone(), self.secret_key.clone(), self.credential_seconds)
    }
}

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

/// The emulator.
#[derive(Debug)]
pub struct Emulator;

/// A running emulator; it stops when this is dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    server: JoinHandle<()>,
    keeper: Option<storage::Keeper>,
}

impl Default for Durations {
    fn default() -> Self {
        Self { image_update_seconds: 10, ota_update_seconds: 10, deployment_seconds: 10, deletion_seconds: 10 }
    }
}

impl Default for Options {
    /// Any free port on loopback, the built-in world and keys, durations of ten seconds.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SECRET_KEY.to_owned(),
            durations: Durations::default(),
            credential_seconds: keys::TOKEN_SECONDS,
            consistency_delay: Duration::ZERO,
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

impl Emulator {
    /// Starts an emulator; once this returns, it answers.
    ///
    /// # Errors
    /// Where the address cannot be listened on, or a world file cannot be used.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        let mut initial = match &options.seed {
            Some(seed) => storage::read(seed)?,
            None => World::builtin(),
        };
        initial.populate(options.users, options.delivery_groups, options.server_groups);
        let kept = options.state.as_deref().filter(|path| path.exists()).map(storage::read).transpose()?;
        let address = options.listen;
        let listen = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let settings = Settings {
            access_key: options.access_key,
            secret_key: options.secret_key,
            durations: options.durations,
            credential_seconds: options.credential_seconds,
            consistency_delay: options.consistency_delay,
            latency: options.latency,
            rate_limit: options.rate_limit,
        };
        let shared = Shared::new(settings, initial);
        if let Some(world) = kept {
            shared.lock().replace(world);
        }
        let keeper = options.state.map(|path| storage::Keeper::start(path, Arc::clone(&shared)));
        let server = tokio::spawn(server::serve(listener, shared));
        Ok(Running { address, server, keeper })
    }
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The endpoint for clients of both services.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops it and, where the world is kept, writes it a last time.
    ///
    /// # Errors
    /// Where the world could not be written.
    pub async fn stop(mut self) -> io::Result<()> {
        self.server.abort();
        match self.keeper.take() {
            Some(keeper) => keeper.stop().await,
            None => Ok(()),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The names of all operations of both services.
fn operation_names() -> impl Iterator<Item = &'static str> {
    alibaba::operation_names().chain(huawei::operation_names())
}
