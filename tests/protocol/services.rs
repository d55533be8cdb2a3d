//! The services that a host uses beside the provider's own.

use appstreaming::tfplug::proto::{plugin::grpc_broker_client::GrpcBrokerClient, tfplugin6::stop_provider};
use futures_util::FutureExt;
use tonic::Code;
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus};

use crate::host::{Launch, within};

fn check(service: &str) -> HealthCheckRequest {
    HealthCheckRequest { service: service.to_owned() }
}

#[tokio::test]
async fn the_plugin_is_healthy_and_nothing_else_is_known() {
    let plugin = Launch::provider().start().await;
    let mut health = plugin.health().await;
    let answer = health.check(check("plugin")).await.unwrap().into_inner();
    assert_eq!(answer.status(), ServingStatus::Serving);
    let error = health.check(check("database")).await.unwrap_err();
    assert_eq!(error.code(), Code::NotFound);
    plugin.shutdown().await;
}

#[tokio::test]
async fn the_stdio_stream_stays_open_in_silence_and_ends_with_the_plugin() {
    let plugin = Launch::provider().start().await;
    let mut stream = plugin.stdio().await.stream_stdio(()).await.unwrap().into_inner();
    // A whole round trip, in which an end that was on its way would have arrived.
    plugin.health().await.check(check("plugin")).await.unwrap();
    assert!(stream.message().now_or_never().is_none());
    plugin.shutdown().await;
    let end = within("the end of the stream", stream.message()).await;
    assert!(matches!(end, Ok(None)), "{end:?}");
}

#[tokio::test]
async fn a_broker_is_not_served() {
    let plugin = Launch::provider().start().await;
    let mut broker = GrpcBrokerClient::new(plugin.channel().await);
    let error = broker.start_stream(tokio_stream::empty()).await.unwrap_err();
    assert_eq!(error.code(), Code::Unimplemented);
    plugin.shutdown().await;
}

#[tokio::test]
async fn the_provider_is_served() {
    let plugin = Launch::provider().start().await;
    let answer = plugin.provider().await.stop_provider(stop_provider::Request::default()).await;
    // Answered by the provider itself, and not by a server that does not know the service.
    if let Err(error) = answer {
        assert_eq!((error.code(), error.message()), (Code::Unimplemented, "not served yet"));
    }
    plugin.shutdown().await;
}
