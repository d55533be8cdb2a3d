use hyper_util::rt::TokioIo;
use tokio::{net::UnixStream, time::timeout};
use tonic::{
    Code, Request, Response, Status,
    transport::{Channel, Endpoint},
};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};
use tower::service_fn;

use super::*;
use crate::{
    proto::{
        plugin::{Empty, grpc_controller_client::GrpcControllerClient, grpc_stdio_client::GrpcStdioClient},
        tfplugin6::{self as proto, provider_client::ProviderClient},
    },
    unconfigured::Unconfigured,
};

/// Waits for what must come, and fails where it does not.
async fn soon<T>(event: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(60), event).await.expect("what must come")
}

fn listener(parent: &std::path::Path) -> Listener {
    let options = ListenOptions { socket_directory: Some(parent.to_owned()), ..ListenOptions::default() };
    Listener::bind(&options).unwrap()
}

async fn connect(path: String) -> Channel {
    let connector = service_fn(move |_| {
        let path = path.clone();
        async move { UnixStream::connect(path).await.map(TokioIo::new) }
    });
    // The address is of no interest to a socket that is named by its path.
    Endpoint::from_static("http://localhost").connect_with_connector(connector).await.unwrap()
}

fn ending(stop: &CancellationToken) -> Ending {
    let ends = Ends { stop: stop.clone(), ..Ends::default() };
    Ending { ends, on_shutdown_rpc: true, on_stdio_end: false }
}

/// Says what it serves, and does not end a read before it is asked to stop.
#[derive(Default)]
struct Slow(CancellationToken);

#[tonic::async_trait]
impl provider_server::Provider for Slow {
    async fn get_metadata(
        &self,
        _: Request<proto::get_metadata::Request>,
    ) -> Result<Response<proto::get_metadata::Response>, Status> {
        Ok(Response::new(proto::get_metadata::Response::default()))
    }

    async fn read_resource(
        &self,
        _: Request<proto::read_resource::Request>,
    ) -> Result<Response<proto::read_resource::Response>, Status> {
        self.0.cancelled().await;
        Ok(Response::new(proto::read_resource::Response { private: "done".into(), ..Default::default() }))
    }

    async fn stop_provider(
        &self,
        _: Request<proto::stop_provider::Request>,
    ) -> Result<Response<proto::stop_provider::Response>, Status> {
        self.0.cancel();
        Ok(Response::new(proto::stop_provider::Response::default()))
    }
}

#[tokio::test]
async fn a_call_that_runs_when_the_plugin_is_terminated_is_told_to_stop_and_answered() {
    let folder = tempfile::tempdir().unwrap();
    let listener = listener(folder.path());
    let address = listener.address().unwrap().address;
    let ends = Ends::default();
    let ending = Ending { ends: ends.clone(), on_shutdown_rpc: true, on_stdio_end: false };
    let served = tokio::spawn(serve_on(listener, None, Slow::default(), ending));
    let channel = connect(address).await;
    // A host has its stdio stream open all the time.
    let stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.unwrap();
    let mut provider = ProviderClient::new(channel);
    let mut reading = provider.clone();
    let reading = tokio::spawn(async move { reading.read_resource(proto::read_resource::Request::default()).await });
    provider.get_metadata(proto::get_metadata::Request {}).await.unwrap();
    ends.terminated.cancel();
    assert_eq!(soon(reading).await.unwrap().unwrap().into_inner().private, "done");
    soon(served).await.unwrap().unwrap();
    assert!(!ends.stop.is_cancelled());
    drop(stdio);
}

#[tokio::test]
async fn the_provider_and_its_companions_are_served_until_the_host_says_shutdown() {
    let folder = tempfile::tempdir().unwrap();
    let listener = listener(folder.path());
    let address = listener.address().unwrap().address;
    let stop = CancellationToken::new();
    let served = tokio::spawn(serve_on(listener, None, Slow::default(), ending(&stop)));

    let channel = connect(address).await;
    let request = HealthCheckRequest { service: "plugin".to_owned() };
    let health = HealthClient::new(channel.clone()).check(request).await.unwrap().into_inner();
    assert_eq!(health.status(), ServingStatus::Serving);
    let mut provider = ProviderClient::new(channel.clone());
    provider.get_metadata(proto::get_metadata::Request {}).await.unwrap();
    let unimplemented = provider.get_functions(proto::get_functions::Request {}).await.unwrap_err();
    assert_eq!(unimplemented.code(), Code::Unimplemented);

    GrpcControllerClient::new(channel).shutdown(Empty {}).await.unwrap();
    soon(served).await.unwrap().unwrap();
    assert!(stop.is_cancelled());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the socket is gone");
}

#[tokio::test]
async fn a_call_that_does_not_end_holds_up_no_end() {
    let folder = tempfile::tempdir().unwrap();
    let listener = listener(folder.path());
    let address = listener.address().unwrap().address;
    let stop = CancellationToken::new();
    let served = tokio::spawn(serve_on(listener, None, Slow::default(), ending(&stop)));
    let mut provider = ProviderClient::new(connect(address).await);
    // The answer to the second call says that the first has arrived too.
    let mut reading = provider.clone();
    let reading = tokio::spawn(async move { reading.read_resource(proto::read_resource::Request::default()).await });
    provider.get_metadata(proto::get_metadata::Request {}).await.unwrap();
    stop.cancel();
    soon(served).await.unwrap().unwrap();
    // What it leaves running ends with the process.
    assert!(!reading.is_finished());
}

#[tokio::test]
async fn a_start_by_hand_is_an_error_with_the_way_to_do_it_right() {
    let error = serve(ServeOptions::new("registry.terraform.io/example/files"), Unconfigured::new("1.0.0", |all| all))
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, ServeError::StartedByHand { .. }), "{error:?}");
    assert!(text.starts_with("This program is a Terraform provider"), "{text}");
    assert!(text.contains("files = {") && text.contains("source = \"example/files\""), "{text}");
    assert!(text.contains("https://registry.terraform.io/providers/example/files/latest/docs"), "{text}");
}

#[test]
fn a_provider_of_another_registry_is_named_in_full_and_has_its_pages_elsewhere() {
    let text = StartedByHand { address: "registry.example/example/files" }.to_string();
    assert!(text.contains("files = {") && text.contains("source = \"registry.example/example/files\""), "{text}");
    assert!(!text.contains("documentation"), "{text}");
}

#[test]
fn only_this_crate_is_logged_in_detail_unless_more_is_asked_for() {
    let options = ServeOptions::new("registry.terraform.io/example/files");
    assert_eq!(options.address, "registry.terraform.io/example/files");
    assert_eq!((options.log_crates, options.debug), (vec!["tfplug"], false));
    assert!(!options.on_shutdown.is_cancelled());
}
