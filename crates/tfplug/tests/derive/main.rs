//! What `#[derive(Model)]` and `#[derive(Identity)]` make of a struct: the schema that the builder makes, and a struct
//! that fits it. What the attributes before an implementation fill in.

#![cfg(feature = "derive")]

mod everything;
mod implementations;
mod length;
mod parts;
mod planned;

use tfplug::schema::{Attribute, Schema};

/// That two schemas are the same down to the descriptions of validators and plan modifiers.
fn assert_same(derived: &Schema, built: &Schema) {
    assert_eq!(format!("{derived:#?}"), format!("{built:#?}"));
}

/// A schema of attributes alone.
fn of<const N: usize>(description: &str, attributes: [(&str, Attribute); N]) -> Schema {
    Schema::new(description).with_attributes(attributes)
}
