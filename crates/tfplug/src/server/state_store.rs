//! State stores: `ValidateStateStoreConfig`, `ConfigureStateStore`, and what Terraform does with states, of which it
//! sends and wants the bytes in pieces.

use std::pin::pin;

use futures_util::{Stream, StreamExt as _};
use prost::bytes::Bytes;
use tonic::{Status, codegen::BoxStream};

use super::{
    guard::{guard, guard_sync},
    shared::{ConfiguredStore, Shared},
    validate::{attributes, collect, own_check, require},
    wire,
};
use crate::{
    diagnostic::{Diagnostic, Diagnostics, Result},
    erased::{Granted, Wish},
    proto::tfplugin6 as proto,
};

/// The size of a piece that Terraform proposes, in bytes. What it proposes otherwise must leave room in a message.
const DEFAULT_CHUNK: usize = 8 << 20;
const MAX_CHUNK: usize = 128 << 20;

impl Shared {
    pub(super) fn validate_state_store(
        &self,
        request: &proto::validate_state_store::Request,
    ) -> proto::validate_state_store::Response {
        let diagnostics = collect(|diagnostics| {
            let store = self.state_store(&request.type_name)?;
            let config = wire::decode_config(request.config.as_ref(), store.schema().root(), store.ty())?;
            attributes(&request.type_name, store.schema().root(), &config, false, diagnostics)?;
            own_check(diagnostics, guard_sync(&request.type_name, || store.validate(&config)))
        });
        proto::validate_state_store::Response { diagnostics }
    }

    pub(super) async fn configure_state_store(
        &self,
        request: &proto::configure_state_store::Request,
    ) -> proto::configure_state_store::Response {
        let proposed = request.capabilities.map(|client| client.chunk_size).unwrap_or_default();
        let chunk = usize::try_from(proposed).ok().filter(|size| *size > 0).unwrap_or(DEFAULT_CHUNK).min(MAX_CHUNK);
        let mut diagnostics = Diagnostics::NONE;
        if let Err(errors) = self.store_configured(request, chunk, &mut diagnostics).await {
            diagnostics.append(errors);
        }
        let chunk_size = i64::try_from(chunk).unwrap_or(i64::MAX);
        proto::configure_state_store::Response {
            diagnostics: wire::diagnostics(diagnostics),
            capabilities: Some(proto::StateStoreServerCapabilities { chunk_size }),
        }
    }

    async fn store_configured(
        &self,
        request: &proto::configure_state_store::Request,
        chunk: usize,
        diagnostics: &mut Diagnostics,
    ) -> Result<()> {
        let store = self.state_store(&request.type_name)?;
        let config = wire::decode_config(request.config.as_ref(), store.schema().root(), store.ty())?;
        require(store.schema().root(), &config)?;
        let mut cx = self.call(None);
        let configured = guard(&request.type_name, store.configure(&mut cx, &config)).await;
        diagnostics.append(std::mem::take(&mut cx.diagnostics));
        self.keep_store(&request.type_name, ConfiguredStore { store: configured?, chunk });
        Ok(())
    }

    /// Does what a call wants of a store that is configured.
    async fn grant(&self, type_name: &str, wish: Wish<'_>, diagnostics: &mut Diagnostics) -> Option<Granted> {
        let granted = async {
            let store = self.state_store(type_name)?;
            let configured = self.configured_store(type_name)?;
            let mut cx = self.call(None);
            let granted = guard(type_name, store.grant(&mut cx, &configured.store, wish)).await;
            diagnostics.append(std::mem::take(&mut cx.diagnostics));
            granted
        };
        match granted.await {
            Ok(granted) => Some(granted),
            Err(errors) => {
                diagnostics.append(errors);
                None
            }
        }
    }

    pub(super) async fn read_state_bytes(
        &self,
        request: &proto::read_state_bytes::Request,
    ) -> BoxStream<proto::read_state_bytes::Response> {
        let mut diagnostics = Diagnostics::NONE;
        let granted = self.grant(&request.type_name, Wish::Read { id: &request.state_id }, &mut diagnostics).await;
        let state = match granted {
            Some(Granted::State(Some(state))) => Bytes::from(state),
            _ => Bytes::new(),
        };
        let chunk = self.configured_store(&request.type_name).map_or(DEFAULT_CHUNK, |store| store.chunk);
        Box::pin(futures_util::stream::iter(pieces(&state, chunk, wire::diagnostics(diagnostics)).into_iter().map(Ok)))
    }

    pub(super) async fn write_state_bytes(
        &self,
        chunks: impl Stream<Item = std::result::Result<proto::write_state_bytes::RequestChunk, Status>>,
    ) -> std::result::Result<proto::write_state_bytes::Response, Status> {
        let mut diagnostics = Diagnostics::NONE;
        match collected(chunks).await? {
            Ok((meta, state)) => {
                let wish = Wish::Write { id: &meta.state_id, state };
                self.grant(&meta.type_name, wish, &mut diagnostics).await;
            }
            Err(error) => diagnostics.push(error),
        }
        Ok(proto::write_state_bytes::Response { diagnostics: wire::diagnostics(diagnostics) })
    }

    pub(super) async fn lock_state(&self, request: &proto::lock_state::Request) -> proto::lock_state::Response {
        let mut diagnostics = Diagnostics::NONE;
        let wish = Wish::Lock { id: &request.state_id, operation: &request.operation };
        let lock_id = match self.grant(&request.type_name, wish, &mut diagnostics).await {
            Some(Granted::Lock(Some(lock))) => lock,
            _ => String::new(),
        };
        proto::lock_state::Response { lock_id, diagnostics: wire::diagnostics(diagnostics) }
    }

    pub(super) async fn unlock_state(&self, request: &proto::unlock_state::Request) -> proto::unlock_state::Response {
        let mut diagnostics = Diagnostics::NONE;
        let wish = Wish::Unlock { id: &request.state_id, lock: &request.lock_id };
        self.grant(&request.type_name, wish, &mut diagnostics).await;
        proto::unlock_state::Response { diagnostics: wire::diagnostics(diagnostics) }
    }

    pub(super) async fn get_states(&self, request: &proto::get_states::Request) -> proto::get_states::Response {
        let mut diagnostics = Diagnostics::NONE;
        let state_id = match self.grant(&request.type_name, Wish::States, &mut diagnostics).await {
            Some(Granted::States(states)) => states,
            _ => Vec::new(),
        };
        proto::get_states::Response { state_id, diagnostics: wire::diagnostics(diagnostics) }
    }

    pub(super) async fn delete_state(&self, request: &proto::delete_state::Request) -> proto::delete_state::Response {
        let mut diagnostics = Diagnostics::NONE;
        self.grant(&request.type_name, Wish::Delete { id: &request.state_id }, &mut diagnostics).await;
        proto::delete_state::Response { diagnostics: wire::diagnostics(diagnostics) }
    }
}

/// The pieces of a state: none of a state that is not there, unless there is something to tell.
fn pieces(state: &Bytes, size: usize, told: Vec<proto::Diagnostic>) -> Vec<proto::read_state_bytes::Response> {
    let length = |bytes: usize| i64::try_from(bytes).unwrap_or(i64::MAX);
    let starts = (0..state.len()).step_by(size);
    let mut pieces: Vec<_> = starts
        .map(|start| {
            let end = (start + size).min(state.len());
            proto::read_state_bytes::Response {
                bytes: state.slice(start..end),
                total_length: length(state.len()),
                range: Some(proto::StateRange { start: length(start), end: length(end) - 1 }),
                diagnostics: Vec::new(),
            }
        })
        .collect();
    if !told.is_empty() && pieces.is_empty() {
        // Terraform looks at the range of each, whatever else is in it.
        let range = Some(proto::StateRange::default());
        pieces.push(proto::read_state_bytes::Response { range, ..Default::default() });
    }
    if let Some(first) = pieces.first_mut() {
        first.diagnostics = told;
    }
    pieces
}

/// The whole of a state, and where it belongs. What breaks off is no state.
async fn collected(
    chunks: impl Stream<Item = std::result::Result<proto::write_state_bytes::RequestChunk, Status>>,
) -> std::result::Result<std::result::Result<(proto::RequestChunkMeta, Vec<u8>), Diagnostic>, Status> {
    let mut chunks = pin!(chunks);
    let mut meta = None;
    let (mut state, mut expected) = (Vec::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        meta = meta.or(chunk.meta);
        expected = chunk.total_length;
        let is_next = chunk.range.is_some_and(|range| usize::try_from(range.start) == Ok(state.len()));
        if !is_next {
            return Ok(Err(incomplete(format!("a piece came that does not follow byte {}", state.len()))));
        }
        state.extend_from_slice(&chunk.bytes);
    }
    let Some(meta) = meta.filter(|meta| !meta.state_id.is_empty()) else {
        return Ok(Err(incomplete("it has no name".to_owned())));
    };
    if state.is_empty() || usize::try_from(expected) != Ok(state.len()) {
        return Ok(Err(incomplete(format!("{} of {expected} bytes came", state.len()))));
    }
    Ok(Ok((meta, state)))
}

fn incomplete(problem: String) -> Diagnostic {
    let detail = format!("Terraform sent it incompletely: {problem}. What was stored before is still there.");
    Diagnostic::error("The state was not written", detail)
}
