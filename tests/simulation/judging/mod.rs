//! What must hold of a run beside what the judge of all random tests says.

mod announced;
mod log;
pub mod secrets;
mod spared;

pub use self::{announced::Announced, log::Log, spared::expect_everybody_spared};
