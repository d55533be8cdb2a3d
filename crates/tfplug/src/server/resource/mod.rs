//! The calls about managed resources.

mod apply;
mod consistency;
mod generate;
mod identity;
mod import;
mod move_state;
mod plan;
mod read;
mod semantic;
mod upgrade;
