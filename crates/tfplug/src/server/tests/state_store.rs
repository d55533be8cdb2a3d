//! State stores, from their configuration to the bytes of a state.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::{StreamExt as _, stream};
use tonic::Status;

use super::*;
use crate::{
    Attr, Context, Diagnostic, Diagnostics, Result, StateStore, Unconfigured, proto::tfplugin6::write_state_bytes,
    server::shared::Shared,
};

/// A store of one state.
#[derive(Clone, Default)]
struct Shelf {
    content: Arc<Mutex<Option<Vec<u8>>>>,
    configured: Arc<AtomicUsize>,
}

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct ShelfModel {
    name: Attr<String>,
}

fn broken(what: &str) -> Diagnostics {
    Diagnostic::error("Broken", format!("{what} does not work.")).into()
}

impl StateStore for Shelf {
    type Data = ();
    type Model = ShelfModel;
    type Store = String;

    fn type_name(&self) -> &'static str {
        "test_shelf"
    }

    fn schema(&self) -> Schema {
        let name = Attribute::string("Its name.").required().validate(crate::schema::validate::length(1..=8));
        Schema::new("A shelf.").attribute("name", name)
    }

    fn validate(&self, config: &ShelfModel) -> Diagnostics {
        if config.name.as_str() == Some("bad") { broken("bad") } else { Diagnostics::NONE }
    }

    async fn configure(&self, cx: &mut Context<()>, config: ShelfModel) -> Result<String> {
        cx.warn(Diagnostic::warning("Seen", ""));
        self.configured.fetch_add(1, Ordering::SeqCst);
        Ok(config.name.require("name")?.clone())
    }

    async fn states(&self, _: &mut Context<()>, store: &String) -> Result<Vec<String>> {
        Ok(self.content.lock().unwrap().iter().map(|_| store.clone()).collect())
    }

    async fn read(&self, cx: &mut Context<()>, _: &String, id: &str) -> Result<Option<Vec<u8>>> {
        match id {
            "odd" => cx.warn(Diagnostic::warning("Odd", "")),
            "bad" => return Err(broken("bad")),
            "panic" => panic!("boom"),
            _ => {}
        }
        Ok(self.content.lock().unwrap().clone())
    }

    async fn write(&self, _: &mut Context<()>, store: &String, id: &str, state: Vec<u8>) -> Result<()> {
        if id != store {
            return Err(broken(id));
        }
        *self.content.lock().unwrap() = Some(state);
        Ok(())
    }

    async fn delete(&self, _: &mut Context<()>, _: &String, _: &str) -> Result<()> {
        self.content.lock().unwrap().take().map(drop).ok_or_else(|| broken("nothing"))
    }

    async fn lock(&self, _: &mut Context<()>, store: &String, id: &str, operation: &str) -> Result<Option<String>> {
        Ok(Some(format!("{operation} of {id} in {store}")))
    }

    async fn unlock(&self, _: &mut Context<()>, _: &String, _: &str, lock: &str) -> Result<()> {
        if lock == "plan of a in a" { Ok(()) } else { Err(broken(lock)) }
    }
}

/// A shelf, and a provider that has it, with pieces of so many bytes.
struct Stored {
    shelf: Shelf,
    shared: Shared,
}

const TYPE_NAME: &str = "test_shelf";

impl Stored {
    fn new() -> Self {
        let shelf = Shelf::default();
        let served = shelf.clone();
        let provider = Unconfigured::new("1.0.0", move |all| all.state_store(served.clone()));
        Self { shared: Shared::new(provider, true), shelf }
    }

    async fn configured(chunk_size: i64) -> Self {
        let stored = Self::new();
        let response = stored.configure("a", chunk_size).await;
        assert_eq!(told(&response.diagnostics), ["warning: Seen: "]);
        stored
    }

    async fn configure(&self, name: &str, chunk_size: i64) -> proto::configure_state_store::Response {
        let request = proto::configure_state_store::Request {
            type_name: TYPE_NAME.to_owned(),
            config: self.config(name),
            capabilities: Some(proto::StateStoreClientCapabilities { chunk_size }),
        };
        self.shared.configure_state_store(&request).await
    }

    fn config(&self, name: &str) -> Option<DynamicValue> {
        let config = if name.is_empty() { json!({}) } else { json!({ "name": name }) };
        wire(&config, &self.shelf.schema().ty())
    }

    fn validate(&self, name: &str) -> Vec<String> {
        let request =
            proto::validate_state_store::Request { type_name: TYPE_NAME.to_owned(), config: self.config(name) };
        told(&self.shared.validate_state_store(&request).diagnostics)
    }

    async fn read(&self, id: &str) -> Vec<proto::read_state_bytes::Response> {
        let request = proto::read_state_bytes::Request { type_name: TYPE_NAME.to_owned(), state_id: id.to_owned() };
        self.shared.read_state_bytes(&request).await.map(std::result::Result::unwrap).collect().await
    }

    /// Writes these pieces of a state of so many bytes.
    async fn write(&self, id: &str, pieces: &[&str], total_length: i64) -> Vec<String> {
        let mut start = 0;
        let meta = proto::RequestChunkMeta { type_name: TYPE_NAME.to_owned(), state_id: id.to_owned() };
        let chunks: Vec<_> = pieces
            .iter()
            .map(|piece| {
                let range = proto::StateRange { start, end: start + i64::try_from(piece.len()).unwrap() - 1 };
                start = range.end + 1;
                Ok(write_state_bytes::RequestChunk {
                    meta: Some(meta.clone()).filter(|_| range.start == 0),
                    bytes: piece.as_bytes().to_vec().into(),
                    total_length,
                    range: Some(range),
                })
            })
            .collect();
        told(&self.shared.write_state_bytes(stream::iter(chunks)).await.unwrap().diagnostics)
    }

    async fn states(&self) -> Vec<String> {
        let request = proto::get_states::Request { type_name: TYPE_NAME.to_owned() };
        let response = self.shared.get_states(&request).await;
        assert_eq!(told(&response.diagnostics), [""; 0]);
        response.state_id
    }
}

#[tokio::test]
async fn a_state_comes_back_in_the_pieces_that_were_agreed_on() {
    let stored = Stored::configured(4).await;
    assert_eq!(stored.read("a").await, [], "there is none yet");
    assert_eq!(stored.states().await, [""; 0]);
    assert_eq!(stored.write("a", &["{\"ve", "rsio", "n\":4", "}"], 13).await, [""; 0]);
    assert_eq!(stored.states().await, ["a"]);
    let pieces = stored.read("a").await;
    let shown: Vec<_> =
        pieces.iter().map(|it| (&it.bytes[..], it.range.unwrap().start, it.range.unwrap().end)).collect();
    assert_eq!(shown, [(&b"{\"ve"[..], 0, 3), (b"rsio", 4, 7), (b"n\":4", 8, 11), (b"}", 12, 12)]);
    assert!(pieces.iter().all(|piece| piece.total_length == 13));
}

#[tokio::test]
async fn what_breaks_off_is_not_written() {
    let stored = Stored::configured(4).await;
    assert_eq!(stored.write("a", &["good"], 4).await, [""; 0]);
    let first = async |pieces: &[&str], length| stored.write("a", pieces, length).await.remove(0);
    assert!(first(&["half"], 8).await.contains("4 of 8 bytes came"));
    assert!(first(&[], 0).await.contains("it has no name"));
    assert!(stored.write("", &["none"], 4).await[0].contains("it has no name"));
    let out_of_order = |start| write_state_bytes::RequestChunk {
        range: Some(proto::StateRange { start, end: start }),
        bytes: vec![0].into(),
        ..Default::default()
    };
    let answer = stored.shared.write_state_bytes(stream::iter([Ok(out_of_order(4))])).await.unwrap();
    assert!(told(&answer.diagnostics)[0].contains("does not follow byte 0"));
    let broken_off = stream::iter([Ok(out_of_order(0)), Err(Status::cancelled(""))]);
    assert!(stored.shared.write_state_bytes(broken_off).await.is_err());
    assert_eq!(stored.read("a").await[0].bytes[..], *b"good");
    assert_eq!(stored.write("b", &["else"], 4).await, ["error: Broken: b does not work."]);
}

#[tokio::test]
async fn what_a_read_has_to_tell_comes_with_the_first_piece_or_by_itself() {
    let stored = Stored::configured(4).await;
    let said = async |id: &str| -> Vec<_> {
        let pieces = stored.read(id).await;
        pieces.iter().map(|piece| (piece.range.is_some(), piece.bytes.len(), told(&piece.diagnostics))).collect()
    };
    let odd = || vec!["warning: Odd: ".to_owned()];
    assert_eq!(said("odd").await, [(true, 0, odd())]);
    assert_eq!(said("bad").await, [(true, 0, vec!["error: Broken: bad does not work.".to_owned()])]);
    assert!(said("panic").await[0].2[0].contains("boom"));
    stored.write("a", &["good", "!"], 5).await;
    assert_eq!(said("odd").await, [(true, 4, odd()), (true, 1, vec![])]);
}

#[tokio::test]
async fn a_state_is_locked_and_unlocked_and_deleted() {
    let stored = Stored::configured(4).await;
    let request = proto::lock_state::Request {
        type_name: TYPE_NAME.to_owned(),
        state_id: "a".to_owned(),
        operation: "plan".to_owned(),
    };
    let locked = stored.shared.lock_state(&request).await;
    assert_eq!((locked.lock_id.as_str(), locked.diagnostics.len()), ("plan of a in a", 0));
    let unlock = async |lock_id: &str| {
        let (type_name, state_id) = (TYPE_NAME.to_owned(), "a".to_owned());
        let request = proto::unlock_state::Request { type_name, state_id, lock_id: lock_id.to_owned() };
        told(&stored.shared.unlock_state(&request).await.diagnostics)
    };
    assert_eq!(unlock("plan of a in a").await, [""; 0]);
    assert_eq!(unlock("another").await, ["error: Broken: another does not work."]);
    stored.write("a", &["good"], 4).await;
    let delete = async || {
        let request = proto::delete_state::Request { type_name: TYPE_NAME.to_owned(), state_id: "a".to_owned() };
        told(&stored.shared.delete_state(&request).await.diagnostics)
    };
    assert_eq!(delete().await, [""; 0]);
    assert_eq!(stored.states().await, [""; 0]);
    assert_eq!(delete().await, ["error: Broken: nothing does not work."]);
}

#[tokio::test]
async fn a_store_is_asked_for_nothing_before_it_is_configured() {
    let stored = Stored::new();
    let unready = "error: The state store test_shelf is not configured";
    assert!(told(&stored.read("a").await[0].diagnostics)[0].starts_with(unready));
    assert!(stored.write("a", &["good"], 4).await[0].starts_with(unready));
    let refused = stored.configure("", 4).await;
    assert!(told(&refused.diagnostics)[0].starts_with("error name: "), "{:?}", told(&refused.diagnostics));
    assert_eq!(stored.shelf.configured.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn pieces_are_of_a_size_that_a_message_can_hold() {
    let stored = Stored::new();
    for (proposed, agreed) in [(0, 8 << 20), (-1, 8 << 20), (1024, 1024), (1 << 40, 128 << 20)] {
        let answer = stored.configure("a", proposed).await;
        assert_eq!(answer.capabilities.unwrap().chunk_size, agreed);
    }
}

#[tokio::test]
async fn the_block_of_a_store_is_validated() {
    let stored = Stored::new();
    assert_eq!(stored.validate("a"), [""; 0]);
    assert_eq!(stored.validate("bad"), ["error: Broken: bad does not work."]);
    assert!(stored.validate("much too long")[0].starts_with("error name: "));
    let metadata = stored.shared.get_metadata();
    assert_eq!(metadata.state_stores[0].type_name, TYPE_NAME);
    assert!(stored.shared.get_provider_schema().state_store_schemas.contains_key(TYPE_NAME));
}
