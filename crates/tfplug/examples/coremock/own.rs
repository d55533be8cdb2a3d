//! The resources that need no description.

use std::collections::BTreeMap;

use super::definition::{AttributeDefinition, BlockDefinition, Definition, Kind, Mode};

/// One of each plain type.
pub fn simple() -> Definition {
    Definition {
        description: "A `bool`, a `number`, a `string`, a `float` and an `integer`.".to_owned(),
        attributes: plain(),
        blocks: BTreeMap::new(),
    }
}

/// One of each plain type, and the same again in a `list`, a `map`, an `object`, a `set`, and in blocks, so many times.
pub fn complex(depth: usize) -> Definition {
    Definition {
        description: format!(
            "What a simple resource has, and the same in a `list`, a `map`, an `object` and a `set`, and in the blocks \
             `list_block` and `set_block`, down to {depth} levels."
        ),
        attributes: attributes(depth),
        blocks: blocks(depth),
    }
}

fn optional(r#type: Kind, description: &str) -> AttributeDefinition {
    AttributeDefinition { description: description.to_owned(), r#type, optional: true, ..Default::default() }
}

fn plain() -> BTreeMap<String, AttributeDefinition> {
    BTreeMap::from([
        ("bool".to_owned(), optional(Kind::Boolean, "Either `true` or `false`.")),
        ("number".to_owned(), optional(Kind::Number, "Any number.")),
        ("string".to_owned(), optional(Kind::String, "Any text.")),
        ("float".to_owned(), optional(Kind::Float, "A number of 64 bits of floating point.")),
        ("integer".to_owned(), optional(Kind::Integer, "A whole number of 64 bits.")),
    ])
}

fn attributes(depth: usize) -> BTreeMap<String, AttributeDefinition> {
    let mut all = plain();
    let Some(below) = depth.checked_sub(1) else { return all };
    let object = AttributeDefinition { object: attributes(below), ..optional(Kind::Object, "The same in an object.") };
    let element = Some(Box::new(object.clone()));
    let list = AttributeDefinition { list: element.clone(), ..optional(Kind::List, "The same in a list.") };
    let map = AttributeDefinition { map: element.clone(), ..optional(Kind::Map, "The same in a map.") };
    let set = AttributeDefinition { set: element, ..optional(Kind::Set, "The same in a set.") };
    all.extend(
        [("list", list), ("map", map), ("object", object), ("set", set)].map(|(name, it)| (name.to_owned(), it)),
    );
    all
}

fn blocks(depth: usize) -> BTreeMap<String, BlockDefinition> {
    let Some(below) = depth.checked_sub(1) else { return BTreeMap::new() };
    let block = |mode| BlockDefinition { attributes: attributes(below), blocks: blocks(below), mode };
    BTreeMap::from([("list_block".to_owned(), block(Mode::List)), ("set_block".to_owned(), block(Mode::Set))])
}
