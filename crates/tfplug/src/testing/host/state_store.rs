//! State stores.

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, stream};
use serde_json::Value as Json;
use tonic::{
    Request, Streaming,
    codec::{Codec as _, EncodeBody},
};
use tonic_prost::ProstCodec;

use super::{
    Error, Findings, Host, Kind,
    call::{MAX_MESSAGE_SIZE, sent},
    config,
};
use crate::{
    diagnostic::Diagnostics,
    proto::tfplugin6 as proto,
    rules::{Rule, Violation},
    value::Path,
};

/// The size of a piece that Terraform proposes for states, in bytes.
const PROPOSED_CHUNK: usize = 8 << 20;

/// A state store that is configured. Each call is one of Terraform's, and what it has to warn of is left out.
pub struct OpenedStateStore<'h> {
    host: &'h Host,
    type_name: String,
    /// What the provider agreed to, in bytes.
    chunk: usize,
    /// Warnings of its configuration.
    pub diagnostics: Diagnostics,
}

impl Host {
    /// Configures a state store (`ValidateStateStoreConfig`, `ConfigureStateStore`).
    ///
    /// # Errors
    /// What is wrong with the configuration, or what the provider says, or breaks.
    pub async fn open_state_store(&self, type_name: &str, config: &Json) -> Result<OpenedStateStore<'_>, Error> {
        self.open_state_store_in_pieces(type_name, config, PROPOSED_CHUNK).await
    }

    /// The same, with pieces of so many bytes in the place of Terraform's eight mebibytes.
    ///
    /// # Errors
    /// What is wrong with the configuration, or what the provider says, or breaks.
    pub async fn open_state_store_in_pieces(
        &self,
        type_name: &str,
        config: &Json,
        chunk: usize,
    ) -> Result<OpenedStateStore<'_>, Error> {
        let kind = Kind::StateStore(type_name);
        let served = self.of_kind(kind)?;
        let config = config::block(served.schema.root(), config)?;
        let mut findings = Findings::default();
        self.validated(kind, served, &config, &mut findings).await?;
        findings.check()?;
        let chunk_size = i64::try_from(chunk).unwrap_or(i64::MAX);
        let request = proto::configure_state_store::Request {
            type_name: type_name.to_owned(),
            config: Some(sent(&config, &served.ty)?),
            capabilities: Some(proto::StateStoreClientCapabilities { chunk_size }),
        };
        let answer = self.service.configure_state_store(Request::new(request)).await;
        let answer = findings.answered("ConfigureStateStore", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        findings.check()?;
        let agreed = answer.capabilities.map(|server| server.chunk_size).unwrap_or_default();
        let chunk = usize::try_from(agreed).ok().filter(|size| (1..=chunk).contains(size));
        if chunk.is_none() {
            findings.violations.push(Violation::new(Rule::ChunkSizeIsAgreed, &Path::ROOT));
        }
        let diagnostics = findings.into_result()?;
        let chunk = chunk.unwrap_or(PROPOSED_CHUNK);
        Ok(OpenedStateStore { host: self, type_name: type_name.to_owned(), chunk, diagnostics })
    }
}

impl OpenedStateStore<'_> {
    /// The IDs of all states that there are (`GetStates`).
    ///
    /// # Errors
    /// What the provider says.
    pub async fn states(&self) -> Result<BTreeSet<String>, Error> {
        let mut findings = Findings::default();
        let request = proto::get_states::Request { type_name: self.type_name.clone() };
        let answer = self.host.service.get_states(Request::new(request)).await;
        let answer = findings.answered("GetStates", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        findings.into_result()?;
        Ok(answer.state_id.into_iter().collect())
    }

    /// A state (`ReadStateBytes`); `None` where there is none.
    ///
    /// # Errors
    /// What the provider says, or breaks: pieces that do not follow one another, or are not the whole.
    pub async fn read(&self, id: &str) -> Result<Option<Vec<u8>>, Error> {
        let mut findings = Findings::default();
        let request = proto::read_state_bytes::Request { type_name: self.type_name.clone(), state_id: id.to_owned() };
        let answer = self.host.service.read_state_bytes(Request::new(request)).await;
        let mut state = Vec::new();
        let mut expected = 0;
        if let Some(mut pieces) = findings.answered("ReadStateBytes", answer) {
            while let Some(piece) = pieces.next().await {
                let Some(piece) = findings.answered("ReadStateBytes", piece.map(tonic::Response::new)) else { break };
                findings.tell(&piece.diagnostics);
                findings.check()?;
                let starts = piece.range.map(|range| range.start);
                let is_next = starts.is_some_and(|start| usize::try_from(start) == Ok(state.len()));
                if !is_next || piece.bytes.len() > self.chunk {
                    findings.violations.push(Violation::new(Rule::PiecesFollow, &Path::ROOT));
                }
                expected = piece.total_length;
                state.extend_from_slice(&piece.bytes);
            }
        }
        findings.check()?;
        if usize::try_from(expected) != Ok(state.len()) {
            findings.violations.push(Violation::new(Rule::PiecesFollow, &Path::ROOT));
        }
        findings.into_result()?;
        Ok(Some(state).filter(|state| !state.is_empty()))
    }

    /// Puts a state into the place of what there was (`WriteStateBytes`).
    ///
    /// # Errors
    /// What the provider says.
    pub async fn write(&self, id: &str, state: &[u8]) -> Result<(), Error> {
        let meta = proto::RequestChunkMeta { type_name: self.type_name.clone(), state_id: id.to_owned() };
        let mut start = 0;
        let mut pieces = Vec::new();
        for bytes in state.chunks(self.chunk) {
            let end = start + length(bytes);
            pieces.push(proto::write_state_bytes::RequestChunk {
                meta: Some(meta.clone()).filter(|_| start == 0),
                bytes: bytes.to_vec().into(),
                total_length: length(state),
                range: Some(proto::StateRange { start, end: end - 1 }),
            });
            start = end;
        }
        let mut findings = Findings::default();
        let answer = self.host.service.write_state_bytes(Request::new(streaming(pieces))).await;
        let answer = findings.answered("WriteStateBytes", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        findings.into_result().map(|_| ())
    }

    /// Deletes a state (`DeleteState`).
    ///
    /// # Errors
    /// What the provider says.
    pub async fn delete(&self, id: &str) -> Result<(), Error> {
        let mut findings = Findings::default();
        let request = proto::delete_state::Request { type_name: self.type_name.clone(), state_id: id.to_owned() };
        let answer = self.host.service.delete_state(Request::new(request)).await;
        let answer = findings.answered("DeleteState", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        findings.into_result().map(|_| ())
    }

    /// Locks a state for an operation of Terraform's, such as `OperationTypeApply` (`LockState`). The answer is the ID
    /// of the lock; `None` from a store that does not lock.
    ///
    /// # Errors
    /// Who holds the lock, as the provider says it.
    pub async fn lock(&self, id: &str, operation: &str) -> Result<Option<String>, Error> {
        let mut findings = Findings::default();
        let request = proto::lock_state::Request {
            type_name: self.type_name.clone(),
            state_id: id.to_owned(),
            operation: operation.to_owned(),
        };
        let answer = self.host.service.lock_state(Request::new(request)).await;
        let answer = findings.answered("LockState", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        findings.into_result()?;
        Ok(Some(answer.lock_id).filter(|lock| !lock.is_empty()))
    }

    /// Gives a lock back (`UnlockState`).
    ///
    /// # Errors
    /// What the provider says.
    pub async fn unlock(&self, id: &str, lock: &str) -> Result<(), Error> {
        let mut findings = Findings::default();
        let request = proto::unlock_state::Request {
            type_name: self.type_name.clone(),
            state_id: id.to_owned(),
            lock_id: lock.to_owned(),
        };
        let answer = self.host.service.unlock_state(Request::new(request)).await;
        let answer = findings.answered("UnlockState", answer).unwrap_or_default();
        findings.tell(&answer.diagnostics);
        findings.into_result().map(|_| ())
    }
}

fn length(bytes: &[u8]) -> i64 {
    i64::try_from(bytes.len()).unwrap_or(i64::MAX)
}

/// A stream of messages as a service gets it, without a connection under it.
pub(crate) fn streaming(
    messages: Vec<proto::write_state_bytes::RequestChunk>,
) -> Streaming<proto::write_state_bytes::RequestChunk> {
    let mut codec = ProstCodec::default();
    let messages = stream::iter(messages.into_iter().map(Ok));
    let body = EncodeBody::new_client(codec.encoder(), messages, None, Some(MAX_MESSAGE_SIZE));
    Streaming::new_request(codec.decoder(), body, None, Some(MAX_MESSAGE_SIZE))
}
