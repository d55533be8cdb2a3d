//! Semantic equality: a value written differently is no difference, and the older writing stays.

use crate::{
    schema::{Block, walk::each_planned},
    value::Value,
};

/// Where a new state and an older value say the same in different words, puts the older words into the new state.
pub(super) fn keep_older_writing(block: &Block, state: &mut Value, older: &Value) {
    each_planned(block, state, older, Some(older), &mut |place| {
        let (Some(equality), Some(older)) = (&place.attribute.equality, place.prior) else { return };
        if is_present(place.planned) && is_present(older) && place.planned != older && equality(older, place.planned) {
            *place.planned = older.clone();
        }
    });
}

pub(super) fn is_present(value: &Value) -> bool {
    !value.is_null() && value.is_wholly_known()
}
