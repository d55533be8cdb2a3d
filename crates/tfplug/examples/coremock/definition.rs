//! What a JSON file says of a resource, and the schemas that it makes.

use std::{collections::BTreeMap, fs, io, path::Path};

use serde::Deserialize;
use serde_json::Value as Json;
use tfplug::{
    Value,
    schema::{Attribute, Block, NestedBlock, Nesting, Schema, validate},
    value::Type,
};

use super::stored;

/// Everything that a file describes, by its name; or why the file cannot be used.
pub type Definitions = Result<BTreeMap<String, Definition>, String>;

/// A resource: an entry of `dynamic_resources.json`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Definition {
    /// What it is for, which no file says.
    #[serde(skip)]
    pub description: String,
    /// Its attributes by name, without `id`, which every resource has.
    pub attributes: BTreeMap<String, AttributeDefinition>,
    /// Its blocks by name.
    pub blocks: BTreeMap<String, BlockDefinition>,
}

/// A block in it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BlockDefinition {
    pub attributes: BTreeMap<String, AttributeDefinition>,
    pub blocks: BTreeMap<String, BlockDefinition>,
    pub mode: Mode,
}

/// How the blocks of a name are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    #[default]
    #[serde(alias = "")]
    List,
    Set,
}

/// An attribute in it, or the elements of one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeDefinition {
    #[serde(skip)]
    pub description: String,
    pub r#type: Kind,
    #[serde(default)]
    pub optional: bool,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub computed: bool,
    #[serde(default)]
    pub sensitive: bool,
    #[serde(default)]
    pub replace: bool,
    /// An attribute of an object type instead of nested attributes.
    #[serde(default)]
    pub skip_nested_metadata: bool,
    /// What is computed, in the form of [`stored`]; null without it.
    pub value: Option<Json>,
    pub list: Option<Box<AttributeDefinition>>,
    pub map: Option<Box<AttributeDefinition>>,
    pub set: Option<Box<AttributeDefinition>>,
    #[serde(default)]
    pub object: BTreeMap<String, AttributeDefinition>,
}

/// What an attribute is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Boolean,
    Float,
    Integer,
    Number,
    #[default]
    String,
    List,
    Map,
    Object,
    Set,
}

/// For what a schema is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Resource,
    DataSource,
    Action,
}

/// Reads `dynamic_resources.json`. Where there is none, nothing is described.
pub fn read_file(file: &Path) -> Definitions {
    match fs::read_to_string(file) {
        Ok(text) if text.is_empty() => Ok(BTreeMap::new()),
        Ok(text) => serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(format!("{}: {error}", file.display())),
    }
}

impl Definition {
    /// The schema of one of the things that it describes.
    pub fn schema(&self, role: Role) -> Result<Schema, String> {
        let mut schema =
            Schema::new(if self.description.is_empty() { "As described at run time." } else { &self.description });
        if self.attributes.contains_key("id") || self.blocks.contains_key("id") {
            return Err("id: every resource has an attribute of this name already".to_owned());
        }
        match role {
            Role::Resource => {
                let id = Attribute::string("Names its file. Default: a UUID.").optional().computed();
                schema = schema.attribute("id", id.use_state_for_unknown().requires_replace());
            }
            Role::DataSource => schema = schema.attribute("id", Attribute::string("Names its file.").required()),
            Role::Action => {}
        }
        schema = schema.with_attributes(attributes(&self.attributes, role)?);
        self.blocks.iter().try_fold(schema, |schema, (name, block)| Ok(schema.block(name, block.nested(name, role)?)))
    }

    /// The values that a file has of it, with null for what it does not have.
    pub fn values(&self, stored: &Json) -> Result<Value, String> {
        let mut values = stored_values(&self.attributes, &self.blocks, stored)?;
        values.insert("id".to_owned(), stored::read(stored.get("id"), &Type::String).map_err(within("id"))?);
        Ok(Value::Object(values))
    }

    /// Puts what is computed into the place of what is unknown.
    pub fn compute(&self, values: &mut Value) -> Result<(), String> {
        compute_in(&self.attributes, &self.blocks, values, false)
    }
}

impl BlockDefinition {
    fn nested(&self, name: &str, role: Role) -> Result<NestedBlock, String> {
        let mut block = Block::new("As described at run time.");
        for (inner, attribute) in attributes(&self.attributes, role).map_err(within(name))? {
            block = block.attribute(inner, attribute);
        }
        for (inner, nested) in &self.blocks {
            block = block.block(inner, nested.nested(inner, role).map_err(within(name))?);
        }
        Ok(match self.mode {
            Mode::List => NestedBlock::list(block),
            Mode::Set => NestedBlock::set(block),
        })
    }
}

fn attributes(of: &BTreeMap<String, AttributeDefinition>, role: Role) -> Result<Vec<(String, Attribute)>, String> {
    let all = of.iter().map(|(name, it)| Ok((name.clone(), it.attribute(role).map_err(within(name))?)));
    all.collect()
}

impl AttributeDefinition {
    fn attribute(&self, role: Role) -> Result<Attribute, String> {
        let ty = self.ty()?;
        if let Some(value) = &self.value {
            stored::read(Some(value), &ty).map_err(within("value"))?;
            if !self.computed {
                return Err("it has a value, and is not computed".to_owned());
            }
        }
        let description = if self.description.is_empty() { "As described at run time." } else { &self.description };
        let mut attribute = match self.nested()? {
            Some((nesting, nested)) => Attribute::nested(nesting, description, attributes(nested, role)?),
            None => Attribute::of(ty, description),
        };
        attribute = attribute.allow_null_elements();
        let is_configured = role != Role::DataSource && (self.required || self.optional || !self.computed);
        match self.r#type {
            Kind::Integer if is_configured => attribute = attribute.validate(validate::whole_number()),
            Kind::Float if is_configured => attribute = attribute.validate(validate::float()),
            _ => {}
        }
        Ok(match role {
            Role::Resource => self.as_planned(attribute),
            Role::DataSource => self.kept_secret(attribute.computed()),
            // Nobody computes anything for an action.
            Role::Action if self.required => attribute.required(),
            Role::Action => attribute.optional(),
        })
    }

    fn as_planned(&self, mut attribute: Attribute) -> Attribute {
        if self.required {
            attribute = attribute.required();
        }
        if self.optional {
            attribute = attribute.optional();
        }
        if self.computed {
            attribute = attribute.computed().use_state_for_unknown();
        }
        if self.replace {
            attribute = attribute.requires_replace();
        }
        self.kept_secret(attribute)
    }

    fn kept_secret(&self, attribute: Attribute) -> Attribute {
        if self.sensitive { attribute.sensitive() } else { attribute }
    }

    /// What the elements of a collection are.
    fn element(&self) -> Result<&Self, String> {
        let element = match self.r#type {
            Kind::List => &self.list,
            Kind::Map => &self.map,
            Kind::Set => &self.set,
            _ => &None,
        };
        element.as_deref().ok_or_else(|| "it does not say what its elements are".to_owned())
    }

    /// Its nested attributes, if it is made of some.
    fn nested(&self) -> Result<Option<(Nesting, &BTreeMap<String, Self>)>, String> {
        let (nesting, object) = match self.r#type {
            _ if self.skip_nested_metadata => return Ok(None),
            Kind::Object => (Nesting::Single, self),
            Kind::List => (Nesting::List, self.element()?),
            Kind::Map => (Nesting::Map, self.element()?),
            Kind::Set => (Nesting::Set, self.element()?),
            _ => return Ok(None),
        };
        Ok((object.r#type == Kind::Object).then_some((nesting, &object.object)))
    }

    fn ty(&self) -> Result<Type, String> {
        Ok(match self.r#type {
            Kind::Boolean => Type::Bool,
            Kind::Float | Kind::Integer | Kind::Number => Type::Number,
            Kind::String => Type::String,
            Kind::List => Type::list(self.element()?.ty()?),
            Kind::Map => Type::map(self.element()?.ty()?),
            Kind::Set => Type::set(self.element()?.ty()?),
            Kind::Object => {
                let attributes =
                    self.object.iter().map(|(name, it)| Ok((name.clone(), it.ty().map_err(within(name))?)));
                Type::Object(attributes.collect::<Result<_, String>>()?)
            }
        })
    }

    /// Computes what is unknown in a value; and, in one that was computed itself, also what it leaves out.
    fn compute(&self, value: &mut Value, mut leaves_out: bool) -> Result<(), String> {
        if value.is_unknown() || (leaves_out && value.is_null()) {
            *value = stored::read(self.value.as_ref(), &self.ty()?)?;
            leaves_out = true;
        }
        match value {
            Value::Object(_) => compute_in(&self.object, &BTreeMap::new(), value, leaves_out),
            Value::Map(elements) => {
                let element = self.element()?;
                elements.values_mut().try_for_each(|value| element.compute(value, leaves_out))
            }
            Value::List(elements) => {
                let element = self.element()?;
                elements.iter_mut().try_for_each(|value| element.compute(value, leaves_out))
            }
            Value::Set(elements) => {
                let element = self.element()?;
                elements.iter_mut().try_for_each(|value| element.compute(value, leaves_out))?;
                *value = Value::set(std::mem::take(elements));
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn compute_in(
    attributes: &BTreeMap<String, AttributeDefinition>,
    blocks: &BTreeMap<String, BlockDefinition>,
    value: &mut Value,
    leaves_out: bool,
) -> Result<(), String> {
    let Value::Object(values) = value else { return Ok(()) };
    for (name, attribute) in attributes {
        values.get_mut(name).map_or(Ok(()), |value| attribute.compute(value, leaves_out)).map_err(within(name))?;
    }
    for (name, block) in blocks {
        let Some(value) = values.get_mut(name) else { continue };
        let compute = |elements: &mut Vec<Value>| {
            let mut each = elements.iter_mut();
            each.try_for_each(|it| compute_in(&block.attributes, &block.blocks, it, leaves_out)).map_err(within(name))
        };
        match value {
            Value::List(elements) => compute(elements)?,
            Value::Set(elements) => {
                compute(elements)?;
                *value = Value::set(std::mem::take(elements));
            }
            _ => {}
        }
    }
    Ok(())
}

fn stored_values(
    attributes: &BTreeMap<String, AttributeDefinition>,
    blocks: &BTreeMap<String, BlockDefinition>,
    stored: &Json,
) -> Result<BTreeMap<String, Value>, String> {
    let mut values = BTreeMap::new();
    for (name, attribute) in attributes {
        values.insert(name.clone(), stored::read(stored.get(name), &attribute.ty()?).map_err(within(name))?);
    }
    for (name, block) in blocks {
        let key = if block.mode == Mode::Set { "set" } else { "list" };
        // Blocks that nobody wrote are none, and not null.
        let elements = stored.get(name).and_then(|it| it.get(key)).and_then(Json::as_array);
        let read = elements.into_iter().flatten().map(|element| {
            let object = element.get("object").unwrap_or(&Json::Null);
            stored_values(&block.attributes, &block.blocks, object).map(Value::Object).map_err(within(name))
        });
        let read = read.collect::<Result<Vec<_>, _>>()?;
        values.insert(name.clone(), if block.mode == Mode::Set { Value::set(read) } else { Value::List(read) });
    }
    Ok(values)
}

fn within(name: &str) -> impl Fn(String) -> String {
    move |problem| format!("{name}: {problem}")
}
