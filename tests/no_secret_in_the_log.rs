//! Neither client puts a secret into a log line, an error or a debug text, not even where a service echoes it.
//!
//! A program of its own with this one test: whether an event is logged is decided once for all threads, and another
//! test's thread that meets the event first could decide that it is not.

#![cfg(feature = "emulator")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on says why and ends")]

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use alibaba::PRODUCT_TYPE_CLOUD_APP;
use axum::{Router, http::StatusCode};
use cloud::{Bounds, Environment, ErrorKind, NetworkOptions};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::fmt::MakeWriter;

const SECRETS: [&str; 4] = ["the-secret-key", "the-token", "the-password", "the-other-key"];
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

/// A service that says no to everything, as either service words it, and echoes what it must not know.
async fn refusing(secrets: &'static [&'static str]) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let message = format!("signed with {}", secrets.join(" and "));
    let body = json!({
        "Code": "SignatureDoesNotMatch", "Message": message, "error_code": "APIGW.0301", "error_msg": message,
    });
    let router = Router::new().fallback(async move || (StatusCode::UNAUTHORIZED, body.to_string()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

fn at(url: String) -> NetworkOptions {
    NetworkOptions { endpoint: Some(url), ..NetworkOptions::default() }
}

/// Everything that a person could see of a call of App Streaming.
async fn alibaba(bounds: &Bounds) -> String {
    let config = alibaba::Config {
        network: at(refusing(&["the-secret-key", "the-token"]).await),
        access_key: Some("AKID".to_owned()),
        secret_key: Some("the-secret-key".into()),
        security_token: Some("the-token".into()),
        ..alibaba::Config::default()
    };
    let shown = format!("{config:?}");
    let environment = Environment::fixed([("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "the-other-key")]);
    let client = alibaba::Client::new(config, environment).unwrap();
    let error = client.delivery_group("aig-1", PRODUCT_TYPE_CLOUD_APP, bounds).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    format!("{shown} {client:?} {error} {error:?}")
}

fn huawei_at(url: String) -> huawei::Config {
    huawei::Config {
        region: Some("cn-north-4".to_owned()),
        project_id: Some("p1".to_owned()),
        auth_url: Some(url.clone()),
        network: at(url),
        ..huawei::Config::default()
    }
}

/// Everything that a person could see of a call of Workspace.
async fn huawei(config: huawei::Config, bounds: &Bounds) -> String {
    let shown = format!("{config:?}");
    let environment = Environment::fixed([("HW_SECRET_KEY", "the-other-key")]);
    let client = huawei::Client::new(config, environment).unwrap();
    let error = client.server_group("g1", bounds).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    format!("{shown} {client:?} {error} {error:?}")
}

#[tokio::test]
async fn no_secret_is_in_the_log_an_error_or_any_debug_text() {
    let log = Log::default();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).init();
    let bounds = Bounds::new(CancellationToken::new());
    let mut shown = alibaba(&bounds).await;
    let with_keys = huawei::Config {
        access_key: Some("AKID".to_owned()),
        secret_key: Some("the-secret-key".into()),
        security_token: Some("the-token".into()),
        ..huawei_at(refusing(&["the-secret-key", "the-token"]).await)
    };
    let with_token =
        huawei::Config { auth_token: Some("the-token".into()), ..huawei_at(refusing(&["the-token"]).await) };
    let with_password = huawei::Config {
        user_name: Some("alice".to_owned()),
        password: Some("the-password".into()),
        domain_name: Some("example".to_owned()),
        ..huawei_at(refusing(&["the-password"]).await)
    };
    for config in [with_keys, with_token, with_password] {
        shown.push_str(&huawei(config, &bounds).await);
    }
    shown.push_str(&String::from_utf8_lossy(&log.0.lock().unwrap()));
    for logged in ["GetAppInstanceGroup", "show_server_group", "status=401"] {
        assert!(shown.contains(logged), "there is no {logged} in {shown}");
    }
    for secret in SECRETS {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
