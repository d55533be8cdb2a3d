//! One type for every kind of connection, since tonic serves one type only.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tonic::transport::server::Connected;

/// A connection to the host: Unix or TCP, with or without TLS.
pub(super) struct Connection(Pin<Box<dyn Io>>);

trait Io: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Io for T {}

impl Connection {
    pub(super) fn new(io: impl AsyncRead + AsyncWrite + Send + 'static) -> Self {
        Self(Box::pin(io))
    }
}

impl Connected for Connection {
    // There is one client, and what is to be known of it was checked before it got here.
    type ConnectInfo = ();

    fn connect_info(&self) -> Self::ConnectInfo {}
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.0.as_mut().poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.0.as_mut().poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.0.as_mut().poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.as_mut().poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn both_directions_pass_through_and_an_end_is_an_end() {
        let (ours, mut theirs) = duplex(64);
        let mut connection = Connection::new(ours);
        theirs.write_all(b"question").await.unwrap();
        let mut question = [0; 8];
        connection.read_exact(&mut question).await.unwrap();
        assert_eq!(&question, b"question");
        connection.write_all(b"answer").await.unwrap();
        connection.shutdown().await.unwrap();
        let mut answer = String::new();
        theirs.read_to_string(&mut answer).await.unwrap();
        assert_eq!(answer, "answer");
    }

    /// Writes down which of its methods were called.
    struct Recorder(Arc<Mutex<Vec<&'static str>>>);

    impl AsyncRead for Recorder {
        fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    impl AsyncWrite for Recorder {
        fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
            self.0.lock().unwrap().push("write");
            Poll::Ready(Ok(buf.len()))
        }

        fn poll_write_vectored(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bufs: &[io::IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            self.0.lock().unwrap().push("write_vectored");
            Poll::Ready(Ok(bufs.iter().map(|buf| buf.len()).sum()))
        }

        fn is_write_vectored(&self) -> bool {
            self.0.lock().unwrap().is_empty()
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.0.lock().unwrap().push("flush");
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            self.0.lock().unwrap().push("shutdown");
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn what_the_inner_connection_does_better_it_does_itself() {
        let calls = Arc::new(Mutex::new(Vec::new()));
        let mut connection = Connection::new(Recorder(Arc::clone(&calls)));
        assert!(connection.is_write_vectored());
        let parts = [io::IoSlice::new(b"one"), io::IoSlice::new(b"four")];
        assert_eq!(connection.write_vectored(&parts).await.unwrap(), 7);
        assert!(!connection.is_write_vectored(), "as the inner one says");
        connection.flush().await.unwrap();
        connection.shutdown().await.unwrap();
        assert_eq!(*calls.lock().unwrap(), ["write_vectored", "flush", "shutdown"]);
    }
}
