//! When the plugin ends without being asked over gRPC: signals, and the death of its host.

use std::io;

use tokio_util::sync::CancellationToken;

/// What a signal from the terminal means to this process.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Interrupt {
    /// Nothing. Ctrl-C reaches every process of the terminal, the plugin included, and Terraform answers it by letting
    /// running operations finish: the plugin must be there for them.
    LeftToHost,
    /// The end: a person runs the plugin and stops it.
    Ends,
}

/// Cancels `stop` on the signals that end the process.
///
/// # Errors
/// When the system does not let the process handle signals.
#[cfg(unix)]
pub(super) fn end_on_signals(interrupt: Interrupt, stop: &CancellationToken) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut terminal_closed = signal(SignalKind::hangup())?;
    let stop = stop.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupted.recv() => {
                    if interrupt == Interrupt::Ends {
                        break;
                    }
                    tracing::debug!("interrupted; the host decides what follows");
                }
                _ = terminated.recv() => break,
                _ = terminal_closed.recv() => break,
                () = stop.cancelled() => break,
            }
        }
        stop.cancel();
    });
    Ok(())
}

/// Cancels `stop` on the signals that end the process.
///
/// # Errors
/// When the system does not let the process handle signals.
#[cfg(windows)]
pub(super) fn end_on_signals(interrupt: Interrupt, stop: &CancellationToken) -> io::Result<()> {
    use tokio::signal::windows::{ctrl_break, ctrl_c};

    let mut interrupted = ctrl_c()?;
    let mut broken = ctrl_break()?;
    let stop = stop.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = broken.recv() => {}
                () = stop.cancelled() => break,
            }
            if interrupt == Interrupt::Ends {
                break;
            }
            tracing::debug!("interrupted; the host decides what follows");
        }
        stop.cancel();
    });
    Ok(())
}

/// How the plugin learns of the death of a host that did not say goodbye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostWatch {
    /// The host holds the other end of our output for as long as it lives.
    #[cfg(unix)]
    Pipes,
    /// The host keeps its stdio stream open for as long as it lives. See [`super::services`].
    StdioStream,
}

/// Cancels `stop` when nobody reads what the plugin writes.
///
/// The host reads standard output and standard error through pipes for as long as it lives, and the system closes its
/// ends when it dies, however it dies. The parent's process id says less: between the host and the plugin there may be
/// a wrapper that stays, or one that left before the plugin could look, and where a subreaper takes orphans in the id
/// is not 1.
#[cfg(unix)]
pub(super) fn end_with_host(stop: &CancellationToken) -> HostWatch {
    let pipes = unix::output_pipes();
    if pipes.is_empty() {
        return HostWatch::StdioStream;
    }
    let stop = stop.clone();
    tokio::spawn(async move {
        let gone = async {
            // Both of them: a host may well close one, and then it is still there.
            for pipe in &pipes {
                unix::reader_gone(pipe).await?;
            }
            io::Result::Ok(())
        };
        tokio::select! {
            gone = gone => match gone {
                Ok(()) => stop.cancel(),
                Err(error) => tracing::warn!(%error, "cannot watch for the end of the host"),
            },
            () = stop.cancelled() => {}
        }
    });
    HostWatch::Pipes
}

/// Leaves it to the stdio stream: the system tells nobody when a pipe loses its reader.
#[cfg(not(unix))]
pub(super) fn end_with_host(_stop: &CancellationToken) -> HostWatch {
    HostWatch::StdioStream
}

#[cfg(unix)]
mod unix {
    use std::{io, os::fd::AsFd, time::Duration};

    use futures_util::FutureExt;
    use tokio::{io::Interest, net::unix::pipe::Sender, time::sleep};

    /// How soon a system that does not report a lost reader as an error is asked again.
    const LOOK_AGAIN: Duration = Duration::from_secs(1);

    /// Those of standard output and standard error whose other end can go away. The system refuses to watch a file,
    /// which has none.
    pub(super) fn output_pipes() -> Vec<Sender> {
        let (stdout, stderr) = (io::stdout(), io::stderr());
        [stdout.as_fd(), stderr.as_fd()]
            .into_iter()
            .filter_map(|fd| {
                // Unchecked, since the checked one switches the pipe to non-blocking for everyone who shares it, and we
                // never write through this handle.
                Sender::from_owned_fd_unchecked(fd.try_clone_to_owned().ok()?).ok()
            })
            .collect()
    }

    /// Resolves when nobody can read from the other end any more.
    pub(super) async fn reader_gone(pipe: &Sender) -> io::Result<()> {
        loop {
            tokio::select! {
                // Linux says it this way and at once.
                error = pipe.ready(Interest::ERROR) => return error.map(drop),
                () = sleep(LOOK_AGAIN) => {}
            }
            if let Some(ready) = pipe.ready(Interest::WRITABLE).now_or_never()
                && ready?.is_write_closed()
            {
                return Ok(());
            }
        }
    }
}
