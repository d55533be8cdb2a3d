//! What has been ordered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::NodeInstanceType;

/// What of a year costs nothing: two months.
const FREE_DAYS_OF_A_YEAR: u64 = 60;

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

impl NodeInstanceType {
    /// What so many cost for so many days, and what of it need not be paid, in the hundredth of a yuan.
    pub(crate) fn price(&self, amount: i64, days: u64) -> (i64, i64) {
        let cores: i64 = self.cpu.parse().unwrap_or(1);
        let a_day = cores * 120 + self.memory / 1024 * 30 + self.gpu_memory / 1024 * 200;
        let for_days = |days: u64| a_day.saturating_mul(amount).saturating_mul(i64::try_from(days).unwrap_or(i64::MAX));
        (for_days(days), for_days(days / 365 * FREE_DAYS_OF_A_YEAR))
    }
}
