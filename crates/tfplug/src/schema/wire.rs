//! Schemas as Terraform reads them.

use super::{Attribute, Block, IdentitySchema, Nesting, Schema, Shape};
use crate::proto::tfplugin6::{self as proto, StringKind, schema as wire};

impl From<&Schema> for proto::Schema {
    fn from(schema: &Schema) -> Self {
        Self { version: schema.version, block: Some(block(&schema.block, schema.version)) }
    }
}

impl From<&IdentitySchema> for proto::ResourceIdentitySchema {
    fn from(schema: &IdentitySchema) -> Self {
        let attributes =
            schema.attributes.iter().map(|(name, attribute)| proto::resource_identity_schema::IdentityAttribute {
                name: name.clone(),
                r#type: attribute.ty.to_json_bytes().into(),
                required_for_import: attribute.required,
                optional_for_import: !attribute.required,
                description: attribute.description.clone(),
            });
        Self { version: schema.version, identity_attributes: attributes.collect() }
    }
}

fn block(block: &Block, version: i64) -> wire::Block {
    wire::Block {
        version,
        attributes: block.attributes.iter().map(|(name, attribute)| self::attribute(name, attribute)).collect(),
        block_types: block
            .blocks
            .iter()
            .map(|(name, nested)| {
                use wire::nested_block::NestingMode;
                wire::NestedBlock {
                    type_name: name.clone(),
                    block: Some(wire::Block { computed: nested.computed, ..self::block(&nested.block, 0) }),
                    nesting: match nested.nesting {
                        Nesting::Single => NestingMode::Single,
                        Nesting::List => NestingMode::List,
                        Nesting::Set => NestingMode::Set,
                        Nesting::Map => NestingMode::Map,
                    }
                    .into(),
                    min_items: nested.min_items,
                    max_items: nested.max_items,
                }
            })
            .collect(),
        description: block.description.clone(),
        description_kind: StringKind::Markdown.into(),
        deprecated: block.deprecation.is_some(),
        deprecation_message: block.deprecation.clone().unwrap_or_default(),
        computed: false,
    }
}

fn attribute(name: &str, attribute: &Attribute) -> wire::Attribute {
    let (ty, nested) = match &attribute.shape {
        Shape::Type(ty) => (ty.to_json_bytes(), None),
        Shape::Nested(nesting, attributes) => {
            use wire::object::NestingMode;
            let object = wire::Object {
                attributes: attributes.iter().map(|(name, attribute)| self::attribute(name, attribute)).collect(),
                nesting: match nesting {
                    Nesting::Single => NestingMode::Single,
                    Nesting::List => NestingMode::List,
                    Nesting::Set => NestingMode::Set,
                    Nesting::Map => NestingMode::Map,
                }
                .into(),
                min_items: 0,
                max_items: 0,
            };
            (Vec::new(), Some(object))
        }
    };
    wire::Attribute {
        name: name.to_owned(),
        r#type: ty.into(),
        nested_type: nested,
        description: attribute.description.clone(),
        required: attribute.required,
        optional: attribute.is_optional(),
        computed: attribute.computed,
        sensitive: attribute.sensitive,
        description_kind: StringKind::Markdown.into(),
        deprecated: attribute.deprecation.is_some(),
        write_only: attribute.write_only,
        deprecation_message: attribute.deprecation.clone().unwrap_or_default(),
    }
}
