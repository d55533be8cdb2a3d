//! What has been ordered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An order. What is not paid has no effect; the service takes payments in its console alone.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlacedOrder {
    /// What it is for.
    pub kind: OrderKind,
    /// The delivery group that it is about.
    pub delivery_group_id: String,
    /// Whether it is paid.
    pub paid: bool,
    /// What it costs, in the hundredth of a yuan.
    pub price: i64,
    /// When it was placed.
    pub placed_at: Timestamp,
}

/// What an order is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OrderKind {
    /// A new delivery group.
    Purchase,
    /// More time for one.
    Renewal,
    /// More resources for one.
    Expansion,
}
