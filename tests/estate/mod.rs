//! An estate of all resources that changes by chance, and what must hold of whatever is done to it: for the tests that
//! run random histories, with the real Terraform and without it.

#![allow(dead_code, unused_imports, reason = "each of those that use it uses a part")]

mod configuration;
mod deed;
mod dice;
mod judge;
mod ledger;
pub mod names;
pub mod seeds;

pub use self::{
    configuration::{Block, Estate, GROUPS, IMAGES, ServerGroup, waits_for_people},
    deed::{Deed, preparation},
    dice::Dice,
    judge::{Ending, Judge, LOG_OFF},
    ledger::{Call, Ledger, Object, State, changes, members_in_state, removed},
};
