//! The gRPC services that a plugin host expects beside the provider's own.

use std::sync::Arc;

use futures_util::{StreamExt, future, stream};
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::{
    Request, Response, Status,
    codegen::BoxStream,
    transport::{Server, server::Router},
};
use tonic_health::{ServingStatus, server::health_reporter};

use super::lifetime::Ends;
use crate::proto::{
    plugin::{
        Empty, StdioData,
        grpc_controller_server::{GrpcController, GrpcControllerServer},
        grpc_stdio_server::{GrpcStdio, GrpcStdioServer},
    },
    tfplugin6::provider_server::{Provider, ProviderServer},
};

/// The name under which go-plugin asks for the plugin's health.
const HEALTH_NAME: &str = "plugin";

/// The largest message either way, in bytes: what terraform-plugin-go allows. A large state or schema is one message.
const MAX_MESSAGE_SIZE: usize = 256 << 20;

/// HTTP/2 flow control, in bytes: room for a large message to arrive without waiting for window updates. Limits, not
/// allocations.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 8 << 20;

/// How many RPCs may run at once: more than any `-parallelism` that is in use.
const MAX_CONCURRENT_STREAMS: u32 = 4096;

/// How the services take part in the end of the plugin.
pub(super) struct Ending {
    /// Why the plugin ends.
    pub(super) ends: Ends,
    /// Whether the host's `Shutdown` ends the plugin. A provider under a debugger outlives its hosts.
    pub(super) on_shutdown_rpc: bool,
    /// Whether the end of the host's stdio stream ends the plugin: the sign of a host's death where no pipe gives one.
    pub(super) on_stdio_end: bool,
}

/// Puts the provider and its companions behind one server.
///
/// `GRPCBroker` is not among them. The host tries it once and takes `UNIMPLEMENTED` for what it says: this plugin opens
/// no further connections.
pub(super) async fn router<S: Provider>(provider: Arc<S>, ending: Ending) -> Router {
    let (health, health_service) = health_reporter();
    health.set_service_status(HEALTH_NAME, ServingStatus::Serving).await;
    let provider = ProviderServer::from_arc(provider)
        .max_decoding_message_size(MAX_MESSAGE_SIZE)
        .max_encoding_message_size(MAX_MESSAGE_SIZE);
    let controller = Controller { stop: ending.ends.stop.clone(), obeys: ending.on_shutdown_rpc };
    let stdio = Stdio { ends: ending.ends, ends_plugin: ending.on_stdio_end };
    Server::builder()
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_concurrent_streams(MAX_CONCURRENT_STREAMS)
        .add_service(provider)
        .add_service(health_service)
        .add_service(GrpcControllerServer::new(controller))
        .add_service(GrpcStdioServer::new(stdio))
}

struct Controller {
    stop: CancellationToken,
    obeys: bool,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        if self.obeys {
            tracing::debug!("the host asks for the end of the plugin");
            self.stop.cancel();
        } else {
            tracing::debug!("the host is done; waiting for the next");
        }
        Ok(Response::new(Empty {}))
    }
}

struct Stdio {
    ends: Ends,
    ends_plugin: bool,
}

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    /// A stream that says nothing and stays open: there is nothing to carry, since logs go to standard error directly,
    /// and a host takes an early end for a broken plugin.
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        let Ends { terminated, stop } = self.ends.clone();
        let host_is_here = self.ends_plugin.then(|| stop.clone().drop_guard());
        let silence = stream::once(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = terminated.cancelled() => {}
            }
            // The end of the stream is ours, and no sign of the host's.
            host_is_here.map(DropGuard::disarm);
        })
        .filter_map(|()| future::ready(None));
        Ok(Response::new(Box::pin(silence)))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    /// Opens the stdio stream, drops it as the death of the host would, and returns whether the plugin is told to end.
    async fn ends_with_the_stream(ends_plugin: bool) -> bool {
        let stop = CancellationToken::new();
        let stdio = Stdio { ends: Ends { stop: stop.clone(), ..Ends::default() }, ends_plugin };
        let mut stream = stdio.stream_stdio(Request::new(())).await.unwrap().into_inner();
        assert!(stream.next().now_or_never().is_none(), "the stream is open and silent");
        assert!(!stop.is_cancelled());
        drop(stream);
        stop.is_cancelled()
    }

    #[tokio::test]
    async fn the_host_s_shutdown_ends_the_plugin_unless_it_runs_under_a_debugger() {
        for obeys in [true, false] {
            let stop = CancellationToken::new();
            let controller = Controller { stop: stop.clone(), obeys };
            controller.shutdown(Request::new(Empty {})).await.unwrap();
            assert_eq!(stop.is_cancelled(), obeys);
        }
    }

    #[tokio::test]
    async fn an_end_of_the_plugin_ends_its_stdio_stream() {
        for ends_plugin in [false, true] {
            for cancel in [|ends: &Ends| ends.stop.cancel(), |ends: &Ends| ends.terminated.cancel()] {
                let ends = Ends::default();
                let stdio = Stdio { ends: ends.clone(), ends_plugin };
                let mut stream = stdio.stream_stdio(Request::new(())).await.unwrap().into_inner();
                cancel(&ends);
                assert!(stream.next().await.is_none());
                drop(stream);
                // Calls that run when the plugin is terminated are not cut off by the end of this stream.
                assert!(ends.stop.is_cancelled() != ends.terminated.is_cancelled());
            }
        }
    }

    #[tokio::test]
    async fn where_no_pipe_tells_of_the_host_its_stdio_stream_does() {
        assert!(ends_with_the_stream(true).await);
        assert!(!ends_with_the_stream(false).await);
    }
}
