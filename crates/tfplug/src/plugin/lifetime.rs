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

/// What a signal brings about.
#[derive(Clone, Debug, Default)]
pub(super) struct Ends {
    /// Cancelled by a request to end from the system: calls that run are told to stop, and may come to their end.
    pub(super) terminated: CancellationToken,
    /// Cancelled when the process is to end at once.
    pub(super) stop: CancellationToken,
}

/// Cancels what the signals that end the process stand for.
///
/// # Errors
/// When the system does not let the process handle signals.
#[cfg(unix)]
pub(super) fn end_on_signals(interrupt: Interrupt, ends: &Ends) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut terminal_closed = signal(SignalKind::hangup())?;
    let ends = ends.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupted.recv() => {
                    if interrupt == Interrupt::Ends {
                        break ends.stop.cancel();
                    }
                    tracing::debug!("interrupted; the host decides what follows");
                }
                _ = terminated.recv() => break ends.terminated.cancel(),
                _ = terminal_closed.recv() => break ends.terminated.cancel(),
                () = ends.stop.cancelled() => break,
            }
        }
    });
    Ok(())
}

/// Cancels what the signals that end the process stand for.
///
/// # Errors
/// When the system does not let the process handle signals.
#[cfg(windows)]
pub(super) fn end_on_signals(interrupt: Interrupt, ends: &Ends) -> io::Result<()> {
    use tokio::signal::windows::{ctrl_break, ctrl_c};

    let mut interrupted = ctrl_c()?;
    let mut broken = ctrl_break()?;
    let stop = ends.stop.clone();
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
    unix::end_with_readers(unix::output_pipes(), stop)
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
    use tokio_util::sync::CancellationToken;

    use super::HostWatch;

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

    /// Cancels `stop` when none of the pipes has a reader any more: a host may well close one, and then it is still
    /// there.
    pub(super) fn end_with_readers(pipes: Vec<Sender>, stop: &CancellationToken) -> HostWatch {
        if pipes.is_empty() {
            return HostWatch::StdioStream;
        }
        let stop = stop.clone();
        tokio::spawn(async move {
            let gone = async {
                for pipe in &pipes {
                    reader_gone(pipe).await?;
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

    /// Resolves when nobody can read from the other end any more.
    async fn reader_gone(pipe: &Sender) -> io::Result<()> {
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

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::time::Duration;

    use nix::sys::signal::{Signal, raise};
    use tokio::{
        net::unix::pipe::{Receiver, Sender, pipe},
        signal::unix::{SignalKind, signal},
        time::timeout,
    };

    use super::*;

    /// Waits for what must come, and fails where it does not.
    async fn soon<T>(event: impl Future<Output = T>) -> T {
        timeout(Duration::from_secs(60), event).await.expect("what must come")
    }

    /// One test, because a signal reaches everything in the process that listens.
    #[tokio::test]
    async fn a_termination_ends_the_plugin_and_an_interrupt_is_left_to_the_host_if_there_is_one() {
        let (hosted, alone) = (Ends::default(), Ends::default());
        end_on_signals(Interrupt::LeftToHost, &hosted).unwrap();
        end_on_signals(Interrupt::Ends, &alone).unwrap();
        let mut interrupted = signal(SignalKind::interrupt()).unwrap();
        raise(Signal::SIGINT).unwrap();
        soon(interrupted.recv()).await;
        soon(alone.stop.cancelled()).await;
        // Everything that listened has been woken, and gets its turn before this goes on.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert!(!hosted.terminated.is_cancelled());
        raise(Signal::SIGTERM).unwrap();
        soon(hosted.terminated.cancelled()).await;
        // Calls that run may come to their end.
        assert!(!hosted.stop.is_cancelled());

        let hosted = Ends::default();
        end_on_signals(Interrupt::LeftToHost, &hosted).unwrap();
        raise(Signal::SIGHUP).unwrap();
        soon(hosted.terminated.cancelled()).await;
    }

    fn pipes() -> (Vec<Sender>, [Receiver; 2]) {
        let ((stdout, out), (stderr, err)) = (pipe().unwrap(), pipe().unwrap());
        (vec![stdout, stderr], [out, err])
    }

    #[tokio::test]
    async fn the_plugin_ends_when_nobody_reads_any_of_its_output() {
        let (senders, [out, err]) = pipes();
        let stop = CancellationToken::new();
        assert_eq!(unix::end_with_readers(senders, &stop), HostWatch::Pipes);
        drop(out);
        drop(err);
        soon(stop.cancelled()).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_reads_one_of_two_is_still_there() {
        let (senders, [out, err]) = pipes();
        let stop = CancellationToken::new();
        unix::end_with_readers(senders, &stop);
        drop(out);
        // Time is paused, and goes on when nothing else does.
        let ended = timeout(Duration::from_secs(10), stop.cancelled()).await;
        assert!(ended.is_err(), "somebody reads the other");
        drop(err);
        soon(stop.cancelled()).await;
    }

    #[tokio::test]
    async fn without_a_pipe_the_stdio_stream_tells_of_the_host() {
        let stop = CancellationToken::new();
        assert_eq!(unix::end_with_readers(Vec::new(), &stop), HostWatch::StdioStream);
    }
}
