//! The record of API calls: what arrived, what was answered and what it changed.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::{call::Cloud, faults::FaultKind, world::ObjectChange};

/// Calls that are kept; older ones are dropped.
const CAPACITY: usize = 20_000;

/// One API call.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Entry {
    /// Counts from 1 and never starts over, not even at a reset.
    pub sequence: u64,
    /// When it arrived, by this machine's clock.
    pub time: Timestamp,
    /// When it arrived, by the emulator's clock.
    pub emulated_time: Timestamp,
    /// The service.
    pub cloud: Cloud,
    /// The operation's name in the service's documentation, or `unknown`.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path without query.
    pub path: String,
    /// HTTP status; `null` where no answer was sent.
    pub status: Option<u16>,
    /// The service's code for what went wrong.
    pub code: Option<String>,
    /// Access key id or user name.
    pub caller: Option<String>,
    /// The id in the answer.
    pub request_id: String,
    /// Decoded parameters, without secrets.
    pub parameters: Value,
    /// Parameters that the service does not know.
    pub not_understood: Vec<String>,
    /// What it changed.
    pub changes: Vec<ObjectChange>,
    /// The fault that struck it.
    pub fault: Option<FaultKind>,
    /// From the request's last byte to the answer's first, in milliseconds; `null` until then.
    pub duration_ms: Option<f64>,
}

/// The last calls.
#[derive(Debug, Default)]
pub(super) struct Record {
    entries: VecDeque<Entry>,
    last: u64,
}

/// Which entries are wanted.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// Only calls after this sequence number, or at or after this time (RFC 3339).
    pub since: Option<String>,
    /// Only calls of this service.
    pub cloud: Option<String>,
    /// Only calls of this operation.
    pub operation: Option<String>,
    /// Only calls answered with this status.
    pub status: Option<u16>,
    /// Only the last so many.
    pub limit: Option<usize>,
}

impl Record {
    /// Adds a call and gives it its number.
    pub(super) fn push(&mut self, mut entry: Entry) -> u64 {
        self.last += 1;
        entry.sequence = self.last;
        if self.entries.len() == CAPACITY {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
        self.last
    }

    /// The number of the last call.
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// Completes a call with how long it took.
    pub(super) fn finish(&mut self, sequence: u64, duration_ms: f64) {
        let newest_first = self.entries.iter_mut().rev();
        if let Some(entry) = newest_first.take_while(|entry| entry.sequence >= sequence).last() {
            entry.duration_ms = Some(duration_ms);
        }
    }

    /// Forgets all calls.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    /// The calls that `filter` wants, oldest first.
    pub(super) fn select(&self, filter: &Filter) -> Result<Vec<&Entry>, String> {
        let since = filter.since.as_deref().map(parse_since).transpose()?;
        let cloud = filter.cloud.as_deref();
        let wanted = self.entries.iter().filter(|entry| {
            since.as_ref().is_none_or(|since| match since {
                Since::Sequence(number) => entry.sequence > *number,
                Since::Time(time) => entry.time >= *time,
            }) && cloud.is_none_or(|cloud| cloud == cloud_name(entry.cloud))
                && filter.operation.as_deref().is_none_or(|operation| operation == entry.operation)
                && filter.status.is_none_or(|status| entry.status == Some(status))
        });
        let wanted: Vec<&Entry> = wanted.collect();
        let skipped = filter.limit.map_or(0, |limit| wanted.len().saturating_sub(limit));
        Ok(wanted.into_iter().skip(skipped).collect())
    }
}

enum Since {
    Sequence(u64),
    Time(Timestamp),
}

fn parse_since(text: &str) -> Result<Since, String> {
    if let Ok(number) = text.parse() {
        return Ok(Since::Sequence(number));
    }
    text.parse().map(Since::Time).map_err(|_| format!("since: {text:?} is neither a sequence number nor a time"))
}

fn cloud_name(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Alibaba => "alibaba",
        Cloud::Huawei => "huawei",
    }
}
