//! A framework for Terraform providers in Rust.

mod model;
pub mod plugin;
pub mod proto;
pub mod value;

pub use self::{
    model::{Attr, Model, ModelError},
    value::{Path, Value},
};
