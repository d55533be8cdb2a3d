//! What stands for fields that a seed leaves out.

use jiff::Timestamp;

use super::super::dates::{NEVER, UNDATED};

pub(super) fn cloud_app() -> String {
    "CloudApp".to_owned()
}

pub(super) fn windows() -> String {
    "Windows".to_owned()
}

pub(super) fn epoch() -> Timestamp {
    UNDATED
}

pub(super) fn far_away() -> Timestamp {
    NEVER
}
