//! Where the plugin listens: a Unix socket that only its owner reaches, or loopback TCP where there are no Unix
//! sockets.

use std::{io, time::Duration};

use futures_util::{Stream, StreamExt, future, stream};
use tokio_rustls::TlsAcceptor;

use super::{
    address::{Address, ListenError, ListenOptions},
    connection::Connection,
};

#[cfg(any(not(unix), test))]
mod tcp;
#[cfg(unix)]
mod unix;

/// How many connections may be in their TLS handshake at once. The host opens one.
const CONCURRENT_HANDSHAKES: usize = 64;

/// How long a client may take for its TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait after a failed `accept`: the process is out of file descriptors, in all likelihood, and the next
/// attempt would fail at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A bound listener. Dropping it removes the socket and its folder.
pub(super) enum Listener {
    #[cfg(unix)]
    Unix(unix::SocketListener),
    #[cfg(any(not(unix), test))]
    Tcp(tokio::net::TcpListener),
}

impl Listener {
    /// Binds the system's kind of listener. Must run inside a tokio runtime.
    #[cfg(unix)]
    pub(super) fn bind(options: &ListenOptions) -> Result<Self, ListenError> {
        unix::SocketListener::bind(options).map(Self::Unix)
    }

    /// Binds the system's kind of listener. Must run inside a tokio runtime.
    #[cfg(not(unix))]
    pub(super) fn bind(options: &ListenOptions) -> Result<Self, ListenError> {
        tcp::bind(options.ports.clone()).map(Self::Tcp)
    }

    /// Whether the system itself keeps other users' programs away from this listener.
    pub(super) fn is_private(&self) -> bool {
        match self {
            #[cfg(unix)]
            Self::Unix(_) => true,
            #[cfg(any(not(unix), test))]
            Self::Tcp(_) => false,
        }
    }

    pub(super) fn address(&self) -> io::Result<Address> {
        match self {
            #[cfg(unix)]
            Self::Unix(listener) => Ok(listener.address()),
            #[cfg(any(not(unix), test))]
            Self::Tcp(listener) => tcp::address(listener),
        }
    }

    async fn accept(&self) -> io::Result<Connection> {
        match self {
            #[cfg(unix)]
            Self::Unix(listener) => listener.accept().await.map(Connection::new),
            #[cfg(any(not(unix), test))]
            Self::Tcp(listener) => tcp::accept(listener).await.map(Connection::new),
        }
    }

    /// The connections that are ready for HTTP/2: with `tls`, those of the right client only.
    ///
    /// The handshakes run beside each other, so that a client that says nothing holds nobody up.
    pub(super) fn incoming(self, tls: Option<TlsAcceptor>) -> impl Stream<Item = io::Result<Connection>> {
        stream::unfold(self, |listener| async move {
            let accepted = listener.accept().await;
            Some((accepted, listener))
        })
        .map(move |accepted| secure(accepted, tls.clone()))
        .buffer_unordered(CONCURRENT_HANDSHAKES)
        .filter_map(future::ready)
        .map(Ok)
    }
}

/// Takes a new connection through its TLS handshake; `None` when it does not come through.
async fn secure(accepted: io::Result<Connection>, tls: Option<TlsAcceptor>) -> Option<Connection> {
    let connection = match accepted {
        Ok(connection) => connection,
        Err(error) => {
            tracing::warn!(%error, "cannot accept a connection");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            return None;
        }
    };
    let Some(tls) = tls else {
        return Some(connection);
    };
    match tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.accept(connection)).await {
        Ok(Ok(stream)) => Some(Connection::new(stream)),
        Ok(Err(error)) => {
            tracing::warn!(%error, "refused a connection that is not the host's");
            None
        }
        Err(_) => {
            tracing::warn!("closed a connection that did not finish its TLS handshake");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use rustls::{ServerConfig, server::ResolvesServerCertUsingSni};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, duplex},
        net::TcpStream,
    };

    use super::*;

    /// TLS that nobody comes through: it has no certificate to show.
    fn strict() -> TlsAcceptor {
        let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(std::sync::Arc::new(ResolvesServerCertUsingSni::new()));
        TlsAcceptor::from(std::sync::Arc::new(config))
    }

    #[tokio::test]
    async fn without_tls_a_connection_is_taken_as_it_is() {
        let (ours, _theirs) = duplex(64);
        assert!(secure(Ok(Connection::new(ours)), None).await.is_some());
    }

    #[tokio::test]
    async fn a_client_that_speaks_no_tls_is_turned_away() {
        let (ours, mut theirs) = duplex(64);
        theirs.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        assert!(secure(Ok(Connection::new(ours)), Some(strict())).await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_says_nothing_is_given_up_in_time() {
        let (ours, _theirs) = duplex(64);
        let began = tokio::time::Instant::now();
        assert!(secure(Ok(Connection::new(ours)), Some(strict())).await.is_none());
        assert_eq!(began.elapsed(), HANDSHAKE_TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_failed_accept_there_is_a_pause_and_no_end() {
        let began = tokio::time::Instant::now();
        assert!(secure(Err(io::Error::other("too many files")), None).await.is_none());
        // A timer of tokio counts whole milliseconds, and rounds up.
        assert!(began.elapsed() >= ACCEPT_PAUSE);
    }

    #[tokio::test]
    async fn a_client_that_is_turned_away_holds_up_nobody() {
        let listener = Listener::Tcp(tcp::bind(None).unwrap());
        let address = listener.address().unwrap().address;
        let mut silent = TcpStream::connect(&address).await.unwrap();
        let mut wrong = TcpStream::connect(&address).await.unwrap();
        wrong.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        let serving = tokio::spawn(async move { pin!(listener.incoming(Some(strict()))).next().await.is_none() });
        // The wrong one is told while the silent one is still waited for.
        let mut alert = Vec::new();
        wrong.read_to_end(&mut alert).await.unwrap();
        assert!(!alert.is_empty());
        silent.shutdown().await.unwrap();
        serving.abort();
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_unix_socket_is_private_and_says_where_it_is() {
        let parent = tempfile::tempdir().unwrap();
        let options = ListenOptions { socket_directory: Some(parent.path().to_owned()), ..ListenOptions::default() };
        let listener = Listener::bind(&options).unwrap();
        assert!(listener.is_private());
        let Address { network, address } = listener.address().unwrap();
        assert_eq!(network, "unix");
        let mut client = tokio::net::UnixStream::connect(&address).await.unwrap();
        client.write_all(b"hello").await.unwrap();
        let mut incoming = pin!(listener.incoming(None));
        let mut connection = incoming.next().await.unwrap().unwrap();
        let mut greeting = [0; 5];
        connection.read_exact(&mut greeting).await.unwrap();
        assert_eq!(&greeting, b"hello");
    }

    #[tokio::test]
    async fn loopback_tcp_works_and_is_not_private() {
        let listener = Listener::Tcp(tcp::bind(None).unwrap());
        assert!(!listener.is_private());
        let Address { network, address } = listener.address().unwrap();
        assert_eq!(network, "tcp");
        let client = TcpStream::connect(address).await.unwrap();
        let mut incoming = pin!(listener.incoming(None));
        let mut connection = incoming.next().await.unwrap().unwrap();
        client.try_write(b"hello").unwrap();
        let mut greeting = [0; 5];
        connection.read_exact(&mut greeting).await.unwrap();
        assert_eq!(&greeting, b"hello");
    }
}
