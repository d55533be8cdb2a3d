//! Fixed days of the world.

use jiff::Timestamp;

/// 2026-01-05T01:30:00Z: when the built-in world was made.
pub(crate) const MADE_AT: Timestamp = Timestamp::constant(1_767_576_600, 0);
/// 2026-01-01T00:00:00Z: for whatever a seed does not date.
pub(crate) const UNDATED: Timestamp = Timestamp::constant(1_767_225_600, 0);
/// 2099-12-31T15:59:59Z: when pay-as-you-go delivery groups end.
pub(crate) const NEVER: Timestamp = Timestamp::constant(4_102_415_999, 0);
