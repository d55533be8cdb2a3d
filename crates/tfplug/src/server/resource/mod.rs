//! The calls about managed resources.

mod apply;
mod consistency;
mod generate;
mod identity;
mod import;
mod move_state;
mod plan;
mod read;
pub(super) mod semantic;
mod upgrade;

use self::plan::remove_write_only;
use crate::{
    schema::{Block, walk::fill_in_blocks},
    value::Value,
};

/// Makes a state one that Terraform can keep: without what is never stored, and with no null where it has none.
fn make_storable(block: &Block, state: &mut Value) {
    remove_write_only(block, state);
    fill_in_blocks(block, state);
}
