//! Schemas: what a block may contain, what each attribute means, and how it behaves in a plan.
//!
//! A schema is built from a description of each part, so that no attribute can go without one:
//!
//! ```
//! use tfplug::schema::{Attribute, Schema, validate};
//!
//! let schema = Schema::new("A group of machines.")
//!     .attribute("id", Attribute::string("The group's ID.").computed().use_state_for_unknown())
//!     .attribute("name", Attribute::string("Its name.").required().validate(validate::length(1..=64)))
//!     .attribute("size", Attribute::number("How many machines.").default(1));
//! assert_eq!(schema.ty().to_json()[1]["size"], "number");
//! ```
//!
//! One that is only known at run time is built in the same way from whatever describes it. The model is then a
//! [`Value`](crate::Value), and the type's name a text that the resource owns; the example `coremock` is a whole
//! provider of this sort:
//!
//! ```
//! use tfplug::{prelude::*, value::Type};
//!
//! struct Described {
//!     name: String,
//!     attributes: Vec<(String, Type)>,
//! }
//!
//! impl Resource for Described {
//!     type Data = ();
//!     type Model = Value;
//!     type Identity = NoIdentity;
//!
//!     fn type_name(&self) -> &str {
//!         &self.name
//!     }
//!
//!     fn schema(&self) -> Schema {
//!         let attributes = self.attributes.iter().map(|(name, ty)| {
//!             (name.clone(), Attribute::of(ty.clone(), "As described.").requires_replace())
//!         });
//!         Schema::new("As described.").with_attributes(attributes)
//!     }
//!
//!     async fn create(&self, _: &mut Context<()>, planned: Value) -> Result<Value> {
//!         Ok(planned)
//!     }
//!
//!     async fn read(&self, _: &mut Context<()>, state: Value) -> Result<Option<Value>> {
//!         Ok(Some(state))
//!     }
//!
//!     async fn delete(&self, _: &mut Context<()>, _: Value) -> Result<()> {
//!         Ok(())
//!     }
//! }
//!
//! let tag = Described { name: "files_tag".to_owned(), attributes: vec![("text".to_owned(), Type::String)] };
//! assert_eq!(tag.schema().ty(), Type::object([("text", Type::String)]));
//! ```

mod attribute;
mod derived;
mod identity;
pub(super) mod pairing;
pub mod plan;
pub(crate) mod presence;
mod received;
pub(super) mod soundness;
pub mod validate;
pub(super) mod walk;
mod wire;

use std::collections::BTreeMap;

pub use self::{
    attribute::{Attribute, Default, Nesting, Shape, Unset},
    derived::{AttributeType, BlockType, DefaultOf, HasIdentitySchema, HasSchema, ListType, private},
    identity::IdentitySchema,
    plan::{AttributePlan, PlanModifier},
    validate::Validator,
};
use super::value::Type;

/// The schema of a provider, resource, data source, action or other block.
#[derive(Clone, Debug)]
pub struct Schema {
    version: i64,
    block: Block,
}

/// Attributes and blocks at one level.
#[derive(Clone, Debug)]
pub struct Block {
    pub(super) description: String,
    pub(super) deprecation: Option<String>,
    pub(super) attributes: BTreeMap<String, Attribute>,
    pub(super) blocks: BTreeMap<String, NestedBlock>,
}

/// A block inside a block.
///
/// ```
/// use tfplug::schema::{Attribute, Block, NestedBlock, Schema};
///
/// let disk = Block::new("A disk.").attribute("size", Attribute::integer("Gigabytes.").required());
/// let schema = Schema::new("A machine.").block("disk", NestedBlock::list(disk).min_items(1).max_items(8));
/// assert_eq!(schema.ty().to_json().to_string(), r#"["object",{"disk":["list",["object",{"size":"number"}]]}]"#);
/// ```
#[derive(Clone, Debug)]
pub struct NestedBlock {
    pub(super) nesting: Nesting,
    pub(super) block: Block,
    pub(super) min_items: i64,
    pub(super) max_items: i64,
    /// The provider may add blocks where none are written. Since protocol 6.11.
    pub(super) computed: bool,
    pub(super) validators: Vec<Validator>,
    pub(super) plan_modifiers: Vec<PlanModifier>,
}

impl Schema {
    /// A schema with a description in Markdown.
    pub fn new(description: impl Into<String>) -> Self {
        Self { version: 0, block: Block::new(description) }
    }

    /// Its version; raise it when a stored state must be rewritten to fit (see `Resource::upgrade`).
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = version;
        self
    }

    /// Warns wherever the whole thing is used; the message says what to use instead.
    #[must_use]
    pub fn deprecated(mut self, message: impl Into<String>) -> Self {
        self.block.deprecation = Some(message.into());
        self
    }

    /// Adds an attribute.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>, attribute: Attribute) -> Self {
        self.block = self.block.attribute(name, attribute);
        self
    }

    /// Adds attributes that several schemas have in common.
    #[must_use]
    pub fn with_attributes<N: Into<String>>(self, attributes: impl IntoIterator<Item = (N, Attribute)>) -> Self {
        attributes.into_iter().fold(self, |schema, (name, attribute)| schema.attribute(name, attribute))
    }

    /// Adds a nested block. New schemas are better served by nested attributes.
    #[must_use]
    pub fn block(mut self, name: impl Into<String>, block: NestedBlock) -> Self {
        self.block = self.block.block(name, block);
        self
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        self.block.ty()
    }

    /// The version of the states that fit it.
    pub fn current_version(&self) -> i64 {
        self.version
    }

    /// Attributes and blocks.
    pub fn root(&self) -> &Block {
        &self.block
    }
}

impl Block {
    /// A block with a description in Markdown.
    pub fn new(description: impl Into<String>) -> Self {
        Self {
            description: description.into(),
            deprecation: None,
            attributes: BTreeMap::new(),
            blocks: BTreeMap::new(),
        }
    }

    /// Adds an attribute.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>, attribute: Attribute) -> Self {
        self.attributes.insert(name.into(), attribute);
        self
    }

    /// Adds a nested block.
    #[must_use]
    pub fn block(mut self, name: impl Into<String>, block: NestedBlock) -> Self {
        self.blocks.insert(name.into(), block);
        self
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        let attributes = self.attributes.iter().map(|(name, attribute)| (name.clone(), attribute.ty()));
        let blocks = self.blocks.iter().map(|(name, nested)| (name.clone(), nested.nesting.of(nested.block.ty())));
        Type::object(attributes.chain(blocks))
    }

    /// What it is for, in Markdown.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Its attributes by name.
    pub fn attributes(&self) -> &BTreeMap<String, Attribute> {
        &self.attributes
    }

    /// The blocks in it by name.
    pub fn blocks(&self) -> &BTreeMap<String, NestedBlock> {
        &self.blocks
    }
}

impl NestedBlock {
    fn new(nesting: Nesting, block: Block) -> Self {
        let (validators, plan_modifiers) = (Vec::new(), Vec::new());
        Self { nesting, block, min_items: 0, max_items: 0, computed: false, validators, plan_modifiers }
    }

    /// At most one block; null without it.
    pub fn single(block: Block) -> Self {
        Self::new(Nesting::Single, block)
    }

    /// Any number of blocks in their order.
    pub fn list(block: Block) -> Self {
        Self::new(Nesting::List, block)
    }

    /// Any number of blocks without order.
    pub fn set(block: Block) -> Self {
        Self::new(Nesting::Set, block)
    }

    /// At least this many blocks.
    #[must_use]
    pub fn min_items(mut self, min: i64) -> Self {
        self.min_items = min;
        self
    }

    /// At most this many blocks.
    #[must_use]
    pub fn max_items(mut self, max: i64) -> Self {
        self.max_items = max;
        self
    }

    /// Where no block is written, the provider says in the apply which there are: they are unknown in the plan, until a
    /// plan modifier or the resource's own `plan` knows better. For lists and sets of blocks. Needs Terraform 1.16; to
    /// an older one no block is none.
    ///
    /// ```
    /// use tfplug::schema::{Attribute, Block, NestedBlock, Schema, plan};
    ///
    /// let address = Block::new("An address.").attribute("ip", Attribute::string("As digits.").optional().computed());
    /// let addresses = NestedBlock::list(address).computed().modify_plan(plan::use_state_for_unknown());
    /// let schema = Schema::new("A machine.").block("address", addresses);
    /// # assert!(schema.root().blocks()["address"].content().attributes()["ip"].is_computed());
    /// ```
    #[must_use]
    pub fn computed(mut self) -> Self {
        self.computed = true;
        self
    }

    /// Checks the blocks together: what the validator sees is the object, list or set of them.
    #[must_use]
    pub fn validate(mut self, validator: Validator) -> Self {
        self.validators.push(validator);
        self
    }

    /// Adds a step to the planning of the blocks together: what it sees is the object, list or set of them. Blocks
    /// inside the elements of a list or set are not planned so; their attributes are.
    #[must_use]
    pub fn modify_plan(mut self, modifier: PlanModifier) -> Self {
        self.plan_modifiers.push(modifier);
        self
    }

    /// A change of the blocks cannot be made in place: the resource is replaced.
    #[must_use]
    pub fn requires_replace(self) -> Self {
        self.modify_plan(plan::requires_replace())
    }

    /// Warns when there is such a block; the message says what to use instead.
    #[must_use]
    pub fn deprecated(mut self, message: impl Into<String>) -> Self {
        self.block.deprecation = Some(message.into());
        self
    }

    /// What the block holds.
    pub fn content(&self) -> &Block {
        &self.block
    }

    /// How many there may be, and how they are kept.
    pub fn nesting(&self) -> Nesting {
        self.nesting
    }
}

#[cfg(test)]
mod tests;
