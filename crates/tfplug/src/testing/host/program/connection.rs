//! The connection to a provider's program.

use std::{io, path::PathBuf, sync::Arc};

use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};

/// Where a provider listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// A Unix socket.
    Unix(PathBuf),
    /// A port of this machine.
    Tcp(String),
}

/// A channel to the provider, with mutual TLS where it wants that.
pub(super) async fn connect(address: Address, tls: Option<ClientConfig>) -> Result<Channel, tonic::transport::Error> {
    let tls = tls.map(Arc::new);
    let connect = tower::service_fn(move |_| {
        let (address, tls) = (address.clone(), tls.clone());
        async move {
            let stream = open(&address).await?;
            let Some(tls) = tls else { return Ok(TokioIo::new(stream)) };
            let name = "localhost".try_into().map_err(io::Error::other)?;
            let stream: Box<dyn Stream> = Box::new(TlsConnector::from(tls).connect(name, stream).await?);
            io::Result::Ok(TokioIo::new(stream))
        }
    });
    Endpoint::from_static("http://localhost").connect_with_connector(connect).await
}

async fn open(address: &Address) -> io::Result<Box<dyn Stream>> {
    match address {
        #[cfg(unix)]
        Address::Unix(path) => Ok(Box::new(tokio::net::UnixStream::connect(path).await?)),
        #[cfg(not(unix))]
        Address::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
        Address::Tcp(address) => {
            let stream = TcpStream::connect(address).await?;
            // Without this each answer would wait for an acknowledgement.
            stream.set_nodelay(true)?;
            Ok(Box::new(stream))
        }
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}
