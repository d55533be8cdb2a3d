//! Serving a provider: to the host that started the process, or to whoever attaches to it.

use std::{env, fmt, io, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tonic::Request;
use tracing_subscriber::filter::LevelFilter;

use super::{
    address::{ListenError, ListenOptions},
    debug,
    handshake::{HandshakeError, HandshakeLine, HostRequest, started_by_host},
    lifetime::{self, Ends, HostWatch, Interrupt},
    listener::Listener,
    log,
    services::{self, Ending},
    tls::{Identity, TlsError},
};
use crate::{
    proto::tfplugin6::{provider_server, stop_provider},
    provider::Provider,
    server::Server,
};

/// How long RPCs that are still running may take to end once the plugin is told to. The host waits about two seconds
/// before it kills, and a person expects a stop within one.
const GRACE: Duration = Duration::from_millis(500);

/// How long they may take where the system asks the process to end. They are told to stop, and what a change has come
/// to is not lost when the host lives on; a system that cannot wait kills.
const GRACE_OF_TERMINATION: Duration = Duration::from_secs(30);

/// How to serve a provider.
///
/// ```
/// use tfplug::plugin::ServeOptions;
///
/// let mut options = ServeOptions::new("registry.terraform.io/example/files");
/// options.log_crates.push("files_client");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServeOptions {
    /// The provider's address, `HOST/NAMESPACE/TYPE`, as in `registry.terraform.io/hashicorp/tls`.
    pub address: String,
    /// Run without a host, and let Terraform attach (`TF_REATTACH_PROVIDERS`).
    pub debug: bool,
    /// Cancelled when the plugin begins to end, whatever the reason: work that takes long watches it. Cancelling it
    /// ends the plugin.
    pub on_shutdown: CancellationToken,
    /// The crates whose events are logged at the level that `TF_LOG_PROVIDER_NAME`, `TF_LOG_PROVIDER` or `TF_LOG` asks
    /// for, beside tfplug and the one that the provider's type is of; all others are logged from warnings on.
    pub log_crates: Vec<&'static str>,
}

impl ServeOptions {
    fn log(&self, unset: LevelFilter) {
        let name = self.address.rsplit('/').next().unwrap_or_default();
        log::init(name, &self.log_crates, unset);
    }

    /// Serves the provider at `address` to the host that started the process.
    pub fn new(address: impl Into<String>) -> Self {
        let this_crate = module_path!().split(':').next().unwrap_or_default();
        Self {
            address: address.into(),
            debug: false,
            on_shutdown: CancellationToken::new(),
            log_crates: vec![this_crate],
        }
    }
}

/// Why a provider was not served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// A person started the plugin. The message tells them what to do instead.
    #[error("{}", StartedByHand { address })]
    StartedByHand {
        /// The provider's address.
        address: String,
    },
    /// The host asks for what this plugin cannot give.
    #[error(transparent)]
    Handshake(#[from] HandshakeError),
    /// There is no certificate to show to the host.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// There is nowhere to listen.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// Standard output does not take the line that the host waits for.
    #[error("cannot tell on standard output where the provider listens: {0}")]
    Announce(io::Error),
    /// The system gives the process no event queue.
    #[error("cannot start the runtime: {0}")]
    Runtime(io::Error),
    /// The system does not let the process handle signals.
    #[error("cannot handle signals: {0}")]
    Signals(io::Error),
    /// The server failed.
    #[error("cannot serve: {0}")]
    Serve(#[source] Box<dyn std::error::Error + Send + Sync>),
}

struct StartedByHand<'a> {
    address: &'a str,
}

impl fmt::Display for StartedByHand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The public registry is the default and is left out of configurations.
        let public = self.address.strip_prefix("registry.terraform.io/");
        let source = public.unwrap_or(self.address);
        let name = source.rsplit('/').next().unwrap_or(source);
        write!(
            f,
            "This program is a Terraform provider: Terraform and OpenTofu start it, people do not.\n\
             \n\
             To use it, name it in a configuration and run `terraform init`, then `terraform plan`:\n\
             \n\
             \x20   terraform {{\n\
             \x20     required_providers {{\n\
             \x20       {name} = {{\n\
             \x20         source = \"{source}\"\n\
             \x20       }}\n\
             \x20     }}\n\
             \x20   }}\n\
             \n"
        )?;
        if let Some(public) = public {
            writeln!(f, "Its documentation: https://registry.terraform.io/providers/{public}/latest/docs\n")?;
        }
        f.write_str("To run it under a debugger, start it with --debug and do as it says.")
    }
}

/// Serves `provider` until the host ends it.
///
/// Must run inside a tokio runtime with I/O and time enabled. Sets the process's tracing subscriber unless there is
/// one. Work of `provider` that outlives the return is the caller's to end: a `main` that returns ends it with the
/// process.
///
/// # Errors
/// [`ServeError`], whose message is meant for the person who reads standard error. The process should then end with
/// status 1.
pub async fn serve<P: Provider>(mut options: ServeOptions, provider: P) -> Result<(), ServeError> {
    options.log_crates.extend(log::crates_in(std::any::type_name::<P>()));
    serve_server(options, Server::new(provider)).await
}

/// Boxed here: a future that a generic function boxes or awaits is compiled anew with each provider, and the whole of
/// the gRPC server with it.
fn serve_server(options: ServeOptions, server: Server) -> BoxFuture<'static, Result<(), ServeError>> {
    if options.debug { Box::pin(serve_debug(options, server)) } else { Box::pin(serve_host(options, server)) }
}

/// Serves the host that started the process.
async fn serve_host(options: ServeOptions, server: Server) -> Result<(), ServeError> {
    let variable = |name: &str| env::var_os(name);
    if !started_by_host(variable) {
        return Err(ServeError::StartedByHand { address: options.address });
    }
    let mut request = HostRequest::read(variable)?;
    // Terraform throws a provider's lines away unless it was asked for them.
    options.log(LevelFilter::ERROR);

    let identity = request.client_certificate.take().map(Identity::generate).transpose()?;
    let listener = Listener::bind(&request.listen)?;
    if identity.is_none() && !listener.is_private() {
        return Err(ListenError::Unprotected.into());
    }
    let ends = Ends { stop: options.on_shutdown, ..Ends::default() };
    lifetime::end_on_signals(Interrupt::LeftToHost, &ends).map_err(ServeError::Signals)?;
    let watch = lifetime::end_with_host(&ends.stop);

    let address = listener.address().map_err(ServeError::Announce)?;
    let line = HandshakeLine {
        address: &address,
        certificate: identity.as_ref().map(|identity| &identity.certificate),
        answers_about_multiplexing: request.asks_about_multiplexing,
    };
    line.send().map_err(ServeError::Announce)?;
    tracing::debug!(address = address.address, tls = identity.is_some(), ?watch, "serving");

    let ending = Ending { ends, on_shutdown_rpc: true, on_stdio_end: watch == HostWatch::StdioStream };
    let tls = identity.map(|identity| TlsAcceptor::from(identity.config));
    serve_on(listener, tls, server, ending).await
}

/// Serves whoever shares our user, until interrupted.
async fn serve_debug(options: ServeOptions, server: Server) -> Result<(), ServeError> {
    // Standard error is the terminal of the person who debugs.
    options.log(LevelFilter::INFO);
    let listener = Listener::bind(&ListenOptions::default())?;
    let ends = Ends { stop: options.on_shutdown, ..Ends::default() };
    lifetime::end_on_signals(Interrupt::Ends, &ends).map_err(ServeError::Signals)?;
    let address = listener.address().map_err(ServeError::Announce)?;
    debug::announce(&options.address, &address).map_err(ServeError::Announce)?;
    let ending = Ending { ends, on_shutdown_rpc: false, on_stdio_end: false };
    serve_on(listener, None, server, ending).await
}

/// Serves until it is to end, and then for as long as running RPCs need, up to [`GRACE`] or, where they are told to
/// stop, [`GRACE_OF_TERMINATION`].
///
/// The listener goes first, and its socket with it: nothing is left behind when an RPC does not end.
async fn serve_on<S: provider_server::Provider>(
    listener: Listener,
    tls: Option<TlsAcceptor>,
    provider: S,
    ending: Ending,
) -> Result<(), ServeError> {
    let Ends { terminated, stop } = ending.ends.clone();
    let provider = Arc::new(provider);
    let end = async {
        tokio::select! {
            () = stop.cancelled() => {}
            () = terminated.cancelled() => {}
        }
    };
    let router = services::router(Arc::clone(&provider), ending).await;
    let server = router.serve_with_incoming_shutdown(listener.incoming(tls), end);
    let told_to_stop = async {
        terminated.cancelled().await;
        tracing::debug!("terminated; calls that run are told to stop");
        let _ = provider.stop_provider(Request::new(stop_provider::Request::default())).await;
        tokio::time::sleep(GRACE_OF_TERMINATION).await;
    };
    tokio::select! {
        served = server => return served.map_err(|error| ServeError::Serve(error.into())),
        () = async { stop.cancelled().await; tokio::time::sleep(GRACE).await } => {}
        () = told_to_stop => {}
    }
    tracing::debug!("ending although RPCs are still running");
    Ok(())
}

#[cfg(test)]
mod tests;
