//! The services that a host uses beside the provider's own.

use futures_util::FutureExt;
use tfplug::proto::{plugin::grpc_broker_client::GrpcBrokerClient, tfplugin6::get_metadata};
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
async fn the_provider_s_own_service_is_served() {
    let plugin = Launch::provider().start().await;
    let metadata = plugin.provider().await.get_metadata(get_metadata::Request::default()).await.unwrap().into_inner();
    let resources: Vec<_> = metadata.resources.iter().map(|resource| &*resource.type_name).collect();
    assert!(resources.contains(&"appstreaming_delivery_group_image"), "{resources:?}");
    plugin.shutdown().await;
}
