//! The credentials of an instance, from the client through a metadata service on a socket to signed calls that the
//! emulator accepts. Beside the tests with Terraform, because the vendors' tools know no setting for the metadata's
//! address.

#![cfg(feature = "emulator")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on says why and ends")]

mod alibaba_cloud;
mod huawei_cloud;

use axum::Router;
use cloud::NetworkOptions;
use emulator::{Emulator, Options, Running};
use serde_json::Value;

/// The temporary key pair that every emulator knows, with its token.
const KEY: &str = "emulator-temporary-access-key";
const SECRETS: [&str; 2] = ["emulator-temporary-secret-key", "emulator-security-token"];

/// Starts an emulator with the built-in world.
async fn start() -> Running {
    Emulator::start(Options::default()).await.unwrap()
}

/// Serves a metadata service for as long as the test runs, and answers its URL.
async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// The emulator's service, for an instance with this metadata service.
fn network(emulator: &Running, metadata: &str) -> NetworkOptions {
    let metadata_endpoint = Some(metadata.to_owned());
    NetworkOptions { endpoint: Some(emulator.url()), metadata_endpoint, ..NetworkOptions::default() }
}

/// The operation and the access key of each call so far.
async fn calls(emulator: &Running) -> Vec<(String, String)> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(format!("{}/_emulator/requests", emulator.url())).send().await.unwrap();
    let calls: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    let text = |call: &Value, name: &str| call[name].as_str().unwrap_or_default().to_owned();
    calls.as_array().unwrap().iter().map(|call| (text(call, "operation"), text(call, "caller"))).collect()
}

/// Makes twenty calls at a time until credentials were given twice; answers how many calls those were, each of which
/// went well.
async fn call_until_renewed<C, F>(leases: impl Fn() -> usize, call: C) -> usize
where
    C: Fn() -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let mut made = 0;
    while leases() < 2 {
        let calls: Vec<_> = (0..20).map(|_| tokio::spawn(call())).collect();
        for done in calls {
            done.await.unwrap();
            made += 1;
        }
    }
    made
}
