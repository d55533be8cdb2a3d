//! A loopback stand-in for whoever gives out temporary credentials: Security Token Service, or a credentials URI.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::to_bytes,
    extract::Request,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
};
use serde_json::{Value, json};

/// The temporary key pair that every emulator knows, with its token.
pub const TEMPORARY_KEY: &str = "emulator-temporary-access-key";
pub const TEMPORARY_SECRET: &str = "emulator-temporary-secret-key";
pub const TEMPORARY_TOKEN: &str = "emulator-security-token";

/// The temporary key pair with a token, good for an hour, as a credentials URI answers it.
pub fn issued(token: &str) -> Value {
    let ends = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(1);
    json!({
        "Code": "Success", "AccessKeyId": TEMPORARY_KEY, "AccessKeySecret": TEMPORARY_SECRET, "SecurityToken": token,
        "Expiration": ends.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    })
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Path and query.
    pub target: String,
    headers: HeaderMap,
    body: String,
}

impl Asked {
    /// A header; empty when it was not sent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// A parameter of the form in the body; empty when it was not sent.
    pub fn parameter(&self, name: &str) -> String {
        let form: HashMap<_, _> = url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect();
        form.get(name).cloned().unwrap_or_default()
    }
}

/// The server. It ends when this is dropped.
pub struct Issuer {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    _runtime: tokio::runtime::Runtime,
}

impl Issuer {
    /// Security Token Service, which gives a role to everybody.
    pub fn start() -> Self {
        Self::numbered(|_| issued(TEMPORARY_TOKEN))
    }

    /// Security Token Service, whose answers depend on how many requests there have been, this one included.
    pub fn numbered(credentials: impl Fn(usize) -> Value + Send + Sync + 'static) -> Self {
        Self::answering(move |number| json!({ "RequestId": "issued", "Credentials": credentials(number) }))
    }

    /// Answers with this JSON.
    pub fn answering(body: impl Fn(usize) -> Value + Send + Sync + 'static) -> Self {
        Self::serve(move |number| (200, HeaderMap::new(), body(number)))
    }

    /// Answers with an error.
    pub fn refusing(status: u16, body: impl Fn() -> Value + Send + Sync + 'static) -> Self {
        Self::serve(move |_| (status, HeaderMap::new(), body()))
    }

    /// Any service, whose first answers are that it is busy and wants to be left alone for so many seconds.
    pub fn busy(
        times: usize,
        status: u16,
        seconds: &'static str,
        then: impl Fn() -> Value + Send + Sync + 'static,
    ) -> Self {
        Self::serve(move |number| {
            if number > times {
                return (200, HeaderMap::new(), then());
            }
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(seconds))]);
            (status, headers, json!({ "error_code": "BUSY", "error_msg": "Busy.", "Code": "Busy", "Message": "Busy." }))
        })
    }

    fn serve(answer: impl Fn(usize) -> (u16, HeaderMap, Value) + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&asked), Arc::new(answer));
        let router = Router::new().fallback(move |request: Request| {
            let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
            async move {
                let (status, mut headers, body) = answer(record(&seen, request).await);
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                (StatusCode::from_u16(status).expect("a status"), headers, body.to_string())
            }
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { url, asked, _runtime: runtime }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The requests so far, oldest first.
    pub fn requests(&self) -> Vec<Asked> {
        self.asked.lock().expect("no other test failed").clone()
    }
}

/// Notes a request, and returns how many there have been.
async fn record(seen: &Mutex<Vec<Asked>>, request: Request) -> usize {
    let target = request.uri().to_string();
    let headers = request.headers().clone();
    let body = to_bytes(request.into_body(), 1 << 20).await.unwrap_or_default();
    let body = String::from_utf8_lossy(&body).into_owned();
    let mut seen = seen.lock().expect("no other test failed");
    seen.push(Asked { target, headers, body });
    seen.len()
}
