//! Whether a schema can work, as a whole: what Terraform would refuse when it loads the provider, and what would do
//! nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{
    Attribute, Block, IdentitySchema, NestedBlock, Nesting, Schema, Shape,
    validate::{Configured, Kind, Validator},
};
use crate::value::{self, Path, Type, Value};

/// What a schema describes. Not everything that a schema can say has a meaning everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The provider's own block.
    Provider,
    /// What a module says to the provider.
    Meta,
    /// A managed resource.
    Resource,
    /// A data source.
    DataSource,
    /// An ephemeral resource.
    EphemeralResource,
    /// The `config` block of a list.
    ListResource,
    /// The `config` block of an action.
    Action,
    /// A `state_store` block.
    StateStore,
}

impl Role {
    /// The names that Terraform itself has in such a block.
    fn reserved(self) -> &'static [&'static str] {
        const OF_A_RESOURCE: [&str; 7] =
            ["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];
        match self {
            Self::Provider => &["alias", "version"],
            Self::Resource | Self::DataSource | Self::EphemeralResource => &OF_A_RESOURCE,
            Self::StateStore => &["provider"],
            Self::Meta | Self::ListResource | Self::Action => &[],
        }
    }

    /// Whether there are results, which Terraform keeps.
    fn has_results(self) -> bool {
        matches!(self, Self::Resource | Self::DataSource | Self::EphemeralResource)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Provider => "the provider block",
            Self::Meta => "the provider_meta block",
            Self::Resource => "resource",
            Self::DataSource => "data source",
            Self::EphemeralResource => "ephemeral resource",
            Self::ListResource => "list resource",
            Self::Action => "action",
            Self::StateStore => "state store",
        })
    }
}

/// What is wrong with a schema, each with its place.
pub(crate) fn problems(role: Role, schema: &Schema) -> Vec<String> {
    let mut check = Check { role, path: Vec::new(), in_set: false, problems: Vec::new() };
    let block = schema.root();
    for name in block.attributes.keys().chain(block.blocks.keys()) {
        if role.reserved().contains(&name.as_str()) {
            check.at(name, |check| check.problem("Terraform has this name for something of its own"));
        }
    }
    check.block(block);
    check.problems
}

/// The same of an identity.
pub(crate) fn identity_problems(schema: &IdentitySchema) -> Vec<String> {
    let mut check =
        Check { role: Role::Resource, path: vec!["identity".to_owned()], in_set: false, problems: Vec::new() };
    for (name, attribute) in &schema.attributes {
        check.at(name, |check| {
            check.name(name);
            let plain = |ty: &Type| matches!(ty, Type::Bool | Type::Number | Type::String);
            if !(plain(&attribute.ty) || matches!(&attribute.ty, Type::List(element) if plain(element))) {
                check.problem("an identity has bools, numbers, strings and lists of them alone");
            }
        });
    }
    check.problems
}

struct Check {
    role: Role,
    path: Vec<String>,
    in_set: bool,
    problems: Vec<String>,
}

impl Check {
    fn problem(&mut self, problem: &str) {
        self.problems.push(format!("{}: {problem}", self.path.join(".")));
    }

    fn at(&mut self, name: &str, check: impl FnOnce(&mut Self)) {
        self.path.push(name.to_owned());
        check(self);
        self.path.pop();
    }

    fn inside(&mut self, nesting: Nesting, check: impl FnOnce(&mut Self)) {
        let outer = self.in_set;
        self.in_set |= nesting == Nesting::Set;
        check(self);
        self.in_set = outer;
    }

    fn name(&mut self, name: &str) {
        let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        let is_good = name.bytes().next().is_some_and(is_letter)
            && name.bytes().all(|byte| is_letter(byte) || byte.is_ascii_digit());
        if !is_good {
            self.problem("a name has lower-case letters, digits and underscores, and begins with no digit");
        }
    }

    fn block(&mut self, block: &Block) {
        let beside = block.attributes.keys().chain(block.blocks.keys()).map(String::as_str).collect();
        self.attributes(&block.attributes, &beside);
        for (name, nested) in &block.blocks {
            self.at(name, |check| {
                check.name(name);
                if block.attributes.contains_key(name) {
                    check.problem("an attribute has the same name");
                }
                check.nested_block(nested);
                nested.validators.iter().for_each(|validator| check.names_what_is_there(validator, &beside));
            });
        }
    }

    fn nested_block(&mut self, nested: &NestedBlock) {
        let most = if nested.nesting == Nesting::Single { 1 } else { nested.max_items };
        if nested.min_items < 0 || nested.max_items < 0 {
            self.problem("a number of blocks is not below 0");
        } else if most > 0 && nested.min_items > most {
            self.problem("more blocks are required than can be");
        }
        if self.role != Role::Resource {
            for (is_there, what) in
                [(nested.computed, "computed()"), (!nested.plan_modifiers.is_empty(), "a plan modifier")]
            {
                if is_there {
                    self.problem(&format!("{what} does something in a managed resource alone"));
                }
            }
        }
        self.inside(nested.nesting, |check| check.block(&nested.block));
    }

    fn attributes(&mut self, attributes: &BTreeMap<String, Attribute>, beside: &BTreeSet<&str>) {
        for (name, attribute) in attributes {
            self.at(name, |check| {
                check.name(name);
                check.attribute(attribute);
                attribute.validators.iter().for_each(|validator| check.names_what_is_there(validator, beside));
                if let Shape::Nested(nesting, nested) = &attribute.shape {
                    let beside = nested.keys().map(String::as_str).collect();
                    check.inside(*nesting, |check| check.attributes(nested, &beside));
                }
            });
        }
    }

    fn names_what_is_there(&mut self, validator: &Validator, beside: &BTreeSet<&str>) {
        for name in validator.about.beside.iter().filter(|name| !beside.contains(name.as_str())) {
            self.problem(&format!("a validator names {name:?}, which is not beside it"));
        }
    }

    fn attribute(&mut self, attribute: &Attribute) {
        if attribute.required && (attribute.optional || attribute.computed) {
            self.problem("what is required is neither optional nor computed, and has no default");
        }
        if let Some(default) = &attribute.default
            && (default.is_null() || value::encode(default, &attribute.ty()).is_err())
        {
            self.problem("the default is not of the attribute's type");
        }
        if attribute.default.is_some() && attribute.default_from.is_some() {
            self.problem("one of two defaults does nothing");
        }
        if attribute.write_only {
            self.write_only(attribute);
        }
        if let Shape::Type(ty) = &attribute.shape
            && has_dynamic_in_a_set(ty, self.in_set)
        {
            self.problem("Terraform has no dynamic values in sets");
        }
        for validator in &attribute.validators {
            self.validator(validator, attribute);
        }
        self.what_does_nothing(attribute);
    }

    fn validator(&mut self, validator: &Validator, attribute: &Attribute) {
        let about = &validator.about;
        let ty = attribute.ty();
        let element = match &ty {
            Type::List(element) | Type::Set(element) | Type::Map(element) => Some(&**element),
            _ => None,
        };
        for (kind, ty) in [(about.kind, Some(&ty)), (about.element, element)] {
            if let (Some(kind), Some(ty)) = (kind, ty)
                && !has_kind(ty, kind)
            {
                self.problem(&format!("a validator of {kind} does nothing here: {}", validator.description()));
            }
        }
        if let Some(default) = attribute.default.as_ref().filter(|_| about.beside.is_empty()) {
            let (path, nothing) = (&Path::ROOT, &Value::Null);
            let default = Configured { path, value: default, siblings: nothing, config: nothing, sensitive: true };
            if validator.run(&default).has_errors() {
                self.problem(&format!("a validator refuses the default: {}", validator.description()));
            }
        }
    }

    fn write_only(&mut self, attribute: &Attribute) {
        if self.role != Role::Resource {
            self.problem("only a managed resource has write-only attributes");
        }
        if attribute.computed {
            self.problem("what is write-only is neither computed, nor has it a default");
        }
        if self.in_set {
            self.problem("Terraform has no write-only attributes in sets");
        }
    }

    fn what_does_nothing(&mut self, attribute: &Attribute) {
        if attribute.computed && !self.role.has_results() {
            self.problem("nobody reads a computed value here");
        }
        if self.role != Role::Resource {
            for (is_there, what) in [
                (attribute.has_default(), "a default"),
                (!attribute.plan_modifiers.is_empty(), "a plan modifier"),
                (attribute.equality.is_some(), "a semantic equality"),
                (attribute.informational, "informational()"),
            ] {
                if is_there {
                    self.problem(&format!("{what} does something in a managed resource alone"));
                }
            }
        }
        if attribute.keeps_results && !attribute.computed {
            self.problem("use_state_for_unknown() keeps a computed value, which this is not");
        }
        if !attribute.validators.is_empty() && attribute.computed && !attribute.is_optional() {
            self.problem("a validator checks what is configured, which this cannot be");
        }
    }
}

/// Whether a value of this type can be of this kind.
fn has_kind(ty: &Type, kind: Kind) -> bool {
    match ty {
        Type::Dynamic => true,
        Type::String => kind == Kind::Text,
        Type::Number => kind == Kind::Number,
        Type::List(_) | Type::Set(_) | Type::Map(_) => kind == Kind::Collection,
        Type::Bool | Type::Tuple(_) | Type::Object(_) => false,
    }
}

fn has_dynamic_in_a_set(ty: &Type, in_set: bool) -> bool {
    match ty {
        Type::Dynamic => in_set,
        Type::Set(element) => has_dynamic_in_a_set(element, true),
        Type::List(element) | Type::Map(element) => has_dynamic_in_a_set(element, in_set),
        Type::Tuple(elements) => elements.iter().any(|element| has_dynamic_in_a_set(element, in_set)),
        Type::Object(attributes) => attributes.values().any(|attribute| has_dynamic_in_a_set(attribute, in_set)),
        Type::Bool | Type::Number | Type::String => false,
    }
}

#[cfg(test)]
mod tests;
