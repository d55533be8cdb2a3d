//! The pieces of a state on their way into a state store, and out of it.

#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use futures_util::StreamExt as _;
use libfuzzer_sys::fuzz_target;
use tfplug::{
    fuzzing::{service, streaming},
    proto::tfplugin6::{self as proto, provider_server::Provider, write_state_bytes::RequestChunk},
};
use tfplug_fuzz::{
    answers::{check_told, has_errors},
    garden::Garden,
};
use tokio::runtime::{Builder, Runtime};
use tonic::Request;

const SHED: &str = "garden_shed";
const ID: &str = "default";

static SERVICE: LazyLock<Box<dyn Provider>> = LazyLock::new(|| service(Garden::NEW));
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().build().expect("a runtime"));

/// What a host sends.
#[derive(Arbitrary, Debug)]
struct Sent {
    chunk_size: i64,
    pieces: Vec<Piece>,
    /// Whether the pieces are sent as they should be, whatever is said of each.
    is_in_order: bool,
}

#[derive(Arbitrary, Debug)]
struct Piece {
    bytes: Vec<u8>,
    range: Option<(i64, i64)>,
    total_length: i64,
    meta: Option<(String, String)>,
}

impl Sent {
    fn chunks(&self) -> Vec<RequestChunk> {
        let length = |bytes: usize| i64::try_from(bytes).expect("a short state");
        let total: usize = self.pieces.iter().map(|piece| piece.bytes.len()).sum();
        let mut start = 0;
        let in_order = |(at, piece): (usize, &Piece)| {
            let end = start + length(piece.bytes.len());
            let range = proto::StateRange { start, end: end - 1 };
            start = end;
            let meta = proto::RequestChunkMeta { type_name: SHED.to_owned(), state_id: ID.to_owned() };
            RequestChunk {
                meta: Some(meta).filter(|_| at == 0),
                bytes: piece.bytes.clone().into(),
                total_length: length(total),
                range: Some(range),
            }
        };
        if self.is_in_order {
            return self.pieces.iter().enumerate().map(in_order).collect();
        }
        let by_chance = |piece: &Piece| RequestChunk {
            meta: piece.meta.clone().map(|(type_name, state_id)| proto::RequestChunkMeta { type_name, state_id }),
            bytes: piece.bytes.clone().into(),
            total_length: piece.total_length,
            range: piece.range.map(|(start, end)| proto::StateRange { start, end }),
        };
        self.pieces.iter().map(by_chance).collect()
    }
}

/// The state that is stored, from pieces that are what was agreed on.
async fn read(chunk: usize) -> Vec<u8> {
    let request = proto::read_state_bytes::Request { type_name: SHED.to_owned(), state_id: ID.to_owned() };
    let pieces = SERVICE.read_state_bytes(Request::new(request)).await.expect("an answer").into_inner();
    let mut state = Vec::new();
    let mut total = 0;
    for piece in pieces.collect::<Vec<_>>().await {
        let piece = piece.expect("a piece");
        assert!(!has_errors(&piece.diagnostics) && !piece.bytes.is_empty() && piece.bytes.len() <= chunk);
        let range = piece.range.expect("a piece says which it is");
        assert_eq!(usize::try_from(range.start), Ok(state.len()), "one follows the other");
        state.extend_from_slice(&piece.bytes);
        assert_eq!(usize::try_from(range.end + 1), Ok(state.len()));
        total = piece.total_length;
    }
    assert_eq!(usize::try_from(total), Ok(state.len()), "the pieces are the whole");
    state
}

async fn run(sent: &Sent) {
    let request = proto::configure_state_store::Request {
        type_name: SHED.to_owned(),
        capabilities: Some(proto::StateStoreClientCapabilities { chunk_size: sent.chunk_size }),
        ..Default::default()
    };
    let configured = SERVICE.configure_state_store(Request::new(request)).await.expect("an answer").into_inner();
    assert!(!has_errors(&configured.diagnostics));
    let agreed = configured.capabilities.expect("a size").chunk_size;
    assert!(agreed > 0 && (sent.chunk_size <= 0 || agreed <= sent.chunk_size), "{agreed}");
    let chunk = usize::try_from(agreed).expect("a size that a message can have");

    let before = read(chunk).await;
    let request = Request::new(streaming(sent.chunks()));
    let answer = SERVICE.write_state_bytes(request).await.expect("an answer").into_inner();
    check_told(&answer.diagnostics, None);
    let whole = sent.pieces.iter().flat_map(|piece| piece.bytes.iter().copied()).collect::<Vec<_>>();
    let after = read(chunk).await;
    if has_errors(&answer.diagnostics) {
        assert_eq!(after, before, "what is refused changes nothing");
        assert!(!sent.is_in_order || whole.is_empty(), "{:?}", answer.diagnostics);
    } else if sent.is_in_order {
        assert_eq!(after, whole, "what is taken is the whole");
    } else {
        assert!(after == whole || after == before, "it may be another state's");
    }
}

fuzz_target!(|sent: Sent| RUNTIME.block_on(run(&sent)));
