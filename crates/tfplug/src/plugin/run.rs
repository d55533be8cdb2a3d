//! The whole of a provider's `main`.

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
};

use tokio::runtime;

use super::serve::{ServeError, ServeOptions, serve};
use crate::provider::Provider;

/// Serves the provider that `provider` makes until the host ends it, and says on standard error what went wrong, if
/// anything did. `main` returns the exit code as it is.
///
/// For a program that has a tokio runtime of its own, there is [`serve`].
pub fn run<P: Provider>(options: ServeOptions, provider: impl FnOnce() -> P) -> ExitCode {
    let served = block_on(async { serve(options, provider()).await }).map_err(ServeError::Runtime);
    match served.flatten() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to read it, at worst, which must not turn into a panic.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

impl ServeOptions {
    /// [`new`](Self::new) with what the program's arguments say: `--debug` runs without a host. All other arguments are
    /// the program's own.
    pub fn from_args(address: impl Into<String>) -> Self {
        let mut options = Self::new(address);
        options.debug = env::args_os().any(|argument| argument == "--debug");
        options
    }
}

/// Runs `future` and leaves what else is running to the end of the process.
fn block_on<T>(future: impl Future<Output = T>) -> io::Result<T> {
    // One thread is enough for work that waits for a network, and takes less time to start and less memory than
    // several.
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let value = runtime.block_on(future);
    // Dropping the runtime would wait for its blocking calls, and a name that is being looked up on a dead network
    // takes far longer than the host waits.
    runtime.shutdown_background();
    Ok(value)
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread, time::Duration};

    use super::*;

    #[test]
    fn a_blocking_call_does_not_hold_up_the_end() {
        let (release, released) = mpsc::channel::<()>();
        let (done, ended) = mpsc::channel();
        thread::spawn(move || {
            let started = block_on(async {
                let (running, runs) = tokio::sync::oneshot::channel();
                tokio::task::spawn_blocking(move || {
                    let _ = running.send(());
                    let _ = released.recv();
                });
                runs.await.is_ok()
            });
            let _ = done.send(started.unwrap());
        });
        let started = ended.recv_timeout(Duration::from_secs(60)).expect("an end in spite of the blocking call");
        assert!(started);
        drop(release);
    }
}
