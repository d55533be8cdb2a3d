//! Loopback TCP, for systems without Unix sockets.

use std::{
    io,
    net::{Ipv4Addr, TcpListener as StdListener},
    ops::RangeInclusive,
};

use tokio::net::{TcpListener, TcpStream};

use crate::plugin::address::{Address, ListenError};

/// Binds the first free port of `ports`, or one of the system's choice.
pub(super) fn bind(ports: Option<RangeInclusive<u16>>) -> Result<TcpListener, ListenError> {
    let ports = ports.unwrap_or(0..=0);
    let mut refused = io::Error::new(io::ErrorKind::InvalidInput, "the range is empty");
    for port in ports.clone() {
        match listen(port) {
            Ok(listener) => return Ok(listener),
            Err(error) => refused = error,
        }
    }
    Err(ListenError::Ports { first: *ports.start(), last: *ports.end(), source: refused })
}

fn listen(port: u16) -> io::Result<TcpListener> {
    let listener = StdListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

pub(super) fn address(listener: &TcpListener) -> io::Result<Address> {
    Ok(Address { network: "tcp", address: listener.local_addr()?.to_string() })
}

pub(super) async fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
    let (stream, _) = listener.accept().await?;
    // HTTP/2 answers in several small writes. With Nagle's algorithm each waits for the delayed acknowledgement of the
    // one before, some 40 ms, in every RPC.
    stream.set_nodelay(true)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_listens_on_loopback_within_the_range() {
        let taken = listen(0).unwrap();
        let port = taken.local_addr().unwrap().port();
        let last = port.saturating_add(50);
        let listener = bind(Some(port..=last)).unwrap();
        let bound = listener.local_addr().unwrap();
        assert!(bound.ip().is_loopback());
        assert!(bound.port() > port && bound.port() <= last);
        assert_eq!(address(&listener).unwrap().address, format!("127.0.0.1:{}", bound.port()));
    }

    #[tokio::test]
    async fn a_range_without_a_free_port_is_named() {
        let taken = listen(0).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = bind(Some(port..=port)).unwrap_err().to_string();
        assert!(error.contains(&format!("from {port} to {port}")), "{error}");
    }

    #[tokio::test]
    async fn small_writes_are_sent_at_once() {
        let listener = listen(0).unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        assert!(accept(&listener).await.unwrap().nodelay().unwrap());
    }
}
