//! An emulator from its start to its end.

use std::{io, net::SocketAddr, sync::Arc};

use jiff::Timestamp;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    clock::Wall,
    error::StartError,
    in_process::{InProcess, first_world},
    options::{Options, Settings},
    random::Random,
    server,
    state::Shared,
    storage::{self, Keeper},
    tls,
};

/// The emulator.
#[derive(Debug)]
pub struct Emulator;

/// A running emulator; it stops when this is dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    secure: bool,
    server: JoinHandle<()>,
    keeper: Option<Keeper>,
}

impl Emulator {
    /// Starts an emulator; once this returns, it answers.
    ///
    /// # Errors
    /// Where the address cannot be listened on, there is no certificate for TLS, a world file cannot be used, or people
    /// cannot come and go as the options say.
    pub async fn start(options: Options) -> Result<Running, StartError> {
        let initial = first_world(&options)?;
        let settings = Settings::of(&options, Wall::default());
        let kept = options.state.as_deref().filter(|path| path.exists()).map(storage::read).transpose()?;
        let address = options.listen;
        let listen = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let tls = options.tls.map(|tls| tls::acceptor(&tls, address)).transpose()?;
        let shared = Shared::new(settings, initial, kept, Random::unforeseeable())?;
        let keeper = options.state.map(|path| Keeper::start(path, Arc::clone(&shared)));
        let secure = tls.is_some();
        let server = tokio::spawn(server::serve(listener, tls, shared));
        Ok(Running { address, secure, server, keeper })
    }

    /// An emulator that listens nowhere and is asked in the process. `clock` tells it the time of the machine, and
    /// `seed` decides everything that is random in it. Where to listen, TLS and a file to keep the world in are no
    /// matter of it.
    ///
    /// # Errors
    /// Where a world file cannot be used, or people cannot come and go as the options say.
    pub fn in_process(
        options: &Options,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
        seed: u64,
    ) -> Result<InProcess, StartError> {
        InProcess::start(options, clock, seed)
    }
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The endpoint for clients of both services.
    pub fn url(&self) -> String {
        format!("{}://{}", if self.secure { "https" } else { "http" }, self.address)
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
