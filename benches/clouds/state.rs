//! Where Terraform keeps its state: behind HTTP, as a team's backend is.
//!
//! Into a local file Terraform writes the whole state after each single resource, which at a thousand of them takes
//! longer than all API calls. To a backend it writes every 20 seconds.

use std::{
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    thread,
};

use axum::{Router, http::StatusCode, routing::get};
use serde_json::Value;
use tokio::net::TcpListener;

/// A state of its own, served for as long as this program runs.
pub struct State {
    /// What the `http` backend is configured with.
    pub address: String,
    content: Arc<Mutex<String>>,
}

impl State {
    pub fn serve() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("a free port");
        let address = format!("http://{}/state", listener.local_addr().expect("an address"));
        let content = Arc::new(Mutex::new(String::new()));
        let (reads, writes) = (Arc::clone(&content), Arc::clone(&content));
        let states = get(async move || {
            let content = reads.lock().expect("nobody panics holding it").clone();
            if content.is_empty() { Err(StatusCode::NOT_FOUND) } else { Ok(content) }
        })
        .post(async move |body: String| *writes.lock().expect("nobody panics holding it") = body);
        let limit = axum::extract::DefaultBodyLimit::disable();
        let router = Router::new().route("/state", states).layer(limit);
        thread::spawn(move || runtime.block_on(async { axum::serve(listener, router).await }));
        Self { address, content }
    }

    /// Changes the attributes of the only resource behind Terraform's back.
    pub fn edit(&self, change: impl FnOnce(&mut Value)) {
        let mut content = self.content.lock().expect("nobody panics holding it");
        let mut state: Value = serde_json::from_str(&content).expect("Terraform writes JSON");
        change(&mut state["resources"][0]["instances"][0]["attributes"]);
        *content = state.to_string();
    }
}
