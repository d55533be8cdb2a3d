//! Schemas as a host receives them: the way back from the protocol, without what the protocol does not tell.

use std::collections::BTreeMap;

use super::{Attribute, Block, NestedBlock, Nesting, Schema};
use crate::{
    proto::tfplugin6::{self as proto, schema as wire},
    value::Type,
};

impl Schema {
    /// Reads a schema that a provider answered.
    ///
    /// # Errors
    /// What in it is not of the protocol.
    pub(crate) fn received(schema: &proto::Schema) -> Result<Self, String> {
        let block = schema.block.as_ref().map_or_else(|| Ok(Block::new("")), block)?;
        Ok(Self { version: schema.version, block })
    }
}

fn block(received: &wire::Block) -> Result<Block, String> {
    let mut read = Block::new(received.description.clone());
    read.deprecation = received.deprecated.then(|| received.deprecation_message.clone());
    for it in &received.attributes {
        read.attributes.insert(it.name.clone(), attribute(it)?);
    }
    for it in &received.block_types {
        read.blocks.insert(it.type_name.clone(), nested(it)?);
    }
    Ok(read)
}

fn nested(received: &wire::NestedBlock) -> Result<NestedBlock, String> {
    use wire::nested_block::NestingMode;
    let nesting = match received.nesting() {
        NestingMode::Single => Nesting::Single,
        NestingMode::List => Nesting::List,
        NestingMode::Set => Nesting::Set,
        NestingMode::Map => Nesting::Map,
        other => return Err(format!("{}: blocks nested as {other:?} are not supported", received.type_name)),
    };
    let content = received.block.as_ref().map_or_else(|| Ok(Block::new("")), block)?;
    let computed = received.block.as_ref().is_some_and(|block| block.computed);
    let (min_items, max_items) = (received.min_items, received.max_items);
    Ok(NestedBlock { min_items, max_items, computed, ..NestedBlock::new(nesting, content) })
}

fn attribute(received: &wire::Attribute) -> Result<Attribute, String> {
    let mut read = match &received.nested_type {
        Some(object) => self::object(&received.description, object)?,
        None => {
            let ty = serde_json::from_slice(&received.r#type)
                .map_err(|error| error.to_string())
                .and_then(|notation| Type::from_json(&notation).map_err(|error| error.to_string()))
                .map_err(|problem| format!("{}: {problem}", received.name))?;
            Attribute::of(ty, received.description.clone())
        }
    };
    read.required = received.required;
    read.optional = received.optional;
    read.computed = received.computed;
    read.sensitive = received.sensitive;
    read.write_only = received.write_only;
    read.deprecation = received.deprecated.then(|| received.deprecation_message.clone());
    Ok(read)
}

fn object(description: &str, received: &wire::Object) -> Result<Attribute, String> {
    use wire::object::NestingMode;
    let nesting = match received.nesting() {
        NestingMode::Single => Nesting::Single,
        NestingMode::List => Nesting::List,
        NestingMode::Set => Nesting::Set,
        NestingMode::Map => Nesting::Map,
        NestingMode::Invalid => return Err("nested attributes without a way in which they are nested".to_owned()),
    };
    let attributes = received.attributes.iter().map(|it| Ok((it.name.clone(), attribute(it)?)));
    let attributes = attributes.collect::<Result<BTreeMap<_, _>, String>>()?;
    Ok(Attribute::nested(nesting, description, attributes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_comes_back_as_it_was_sent() {
        let attributes = || {
            [
                ("must", Attribute::list(Type::String, "A list.").required()),
                ("may", Attribute::bool("Or not.").optional().sensitive()),
                ("secret", Attribute::string("Never stored.").write_only()),
                ("result", Attribute::of(Type::Dynamic, "Anything.").computed().deprecated("Use another.")),
            ]
        };
        let nestings = [Nesting::Single, Nesting::List, Nesting::Set, Nesting::Map];
        let mut schema = Schema::new("All of it.").version(3).with_attributes(attributes());
        for (number, nesting) in nestings.into_iter().enumerate() {
            schema = schema.attribute(format!("nested_{number}"), Attribute::nested(nesting, "Nested.", attributes()));
        }
        let content = || Block::new("A block.").attribute("name", Attribute::string("Its name.").required());
        schema = schema
            .block("single", NestedBlock::single(content()))
            .block("list", NestedBlock::list(content()).min_items(1).max_items(4))
            .block("set", NestedBlock::set(content().block("inner", NestedBlock::list(content()))));
        let sent = proto::Schema::from(&schema);
        let received = Schema::received(&sent).unwrap();
        assert_eq!(proto::Schema::from(&received), sent);
        assert_eq!(received.ty(), schema.ty());
    }

    #[test]
    fn what_is_not_of_the_protocol_is_named() {
        let of = |attribute: wire::Attribute| {
            let block = wire::Block { attributes: vec![attribute], ..Default::default() };
            Schema::received(&proto::Schema { version: 0, block: Some(block) }).unwrap_err()
        };
        let odd = wire::Attribute { name: "odd".to_owned(), r#type: "\"queue\"".into(), ..Default::default() };
        assert_eq!(of(odd), "odd: \"queue\" is not the notation of a type");
        let nested = wire::Attribute { nested_type: Some(wire::Object::default()), ..Default::default() };
        assert_eq!(of(nested), "nested attributes without a way in which they are nested");
    }
}
