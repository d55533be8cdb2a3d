//! For a provider's own tests, which need no Terraform: checks of schemas and structs, and a [`Host`] that does to the
//! provider what Terraform would do.

mod host;
mod run;

use std::collections::BTreeMap;

use serde_json::Value as Json;

#[cfg(feature = "testing")]
pub use self::host::ProgramOptions;
#[cfg(fuzzing)]
pub(crate) use self::host::streaming;
pub use self::host::{
    Applied, Data, Error, Found, Host, Importing, Invoked, ListOptions, Listed, MoveFrom, OpenedEphemeral,
    OpenedStateStore, PlanOptions, Planned, PlannedAction, PlannedInvocation, Refreshed, State, Terraform, shown,
    unknown,
};
pub use self::run::{
    Change, Configuration, Declared, Deposed, Import, Instance, Moved, PARALLELISM, PlanFile, Removed, RunOptions,
    StateFile, Step, Stored, Told, Walk, reference,
};
use super::{
    context::from_value,
    diagnostic::{Diagnostics, Result},
    model::{self, Model, ModelError},
    provider::{Provider, Registry},
    schema::{Attribute, Block, Schema, Shape},
    server::validate,
    value::{Type, Value, from_json},
};
pub use crate::rules::{Rule, Violation};

/// Checks that a schema and the struct for it have the same attributes, nested ones included.
///
/// # Errors
/// What does not fit, with its path.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use tfplug::{Attr, schema::{Attribute, Schema}, testing::check_model};
///
/// #[derive(Clone, Serialize, Deserialize)]
/// struct Thing {
///     name: Attr<String>,
/// }
///
/// let schema = Schema::new("A thing.").attribute("name", Attribute::string("Its name."));
/// assert_eq!(check_model::<Thing>(&schema), Ok(()));
/// assert!(check_model::<Thing>(&schema.attribute("size", Attribute::integer("Its size."))).is_err());
/// ```
pub fn check_model<M: Model>(schema: &Schema) -> Result<(), String> {
    let ty = schema.ty();
    // One of each: everything null, everything unknown, and everything present down to the leaves.
    for leaf in [Value::Null, Value::UNKNOWN] {
        let value = sample(&ty, &leaf);
        let model: M = model::from_value(&value).map_err(|error| error.to_string())?;
        let back = model::to_value(&model, &ty).map_err(|error| error.to_string())?;
        if back.is_null() {
            return Err("the struct turned everything into null".to_owned());
        }
    }
    Ok(())
}

/// A value with every object in place. Collections are empty, because only objects have a shape of their own.
fn sample(ty: &Type, leaf: &Value) -> Value {
    match ty {
        Type::Object(types) => Value::object(types.iter().map(|(name, ty)| (name.clone(), sample(ty, leaf)))),
        Type::List(element) if matches!(**element, Type::Object(_)) => Value::List(vec![sample(element, leaf)]),
        Type::Map(element) if matches!(**element, Type::Object(_)) => {
            Value::Map([("key".to_owned(), sample(element, leaf))].into())
        }
        Type::Set(element) if matches!(**element, Type::Object(_)) => Value::set(vec![sample(element, leaf)]),
        _ => leaf.clone(),
    }
}

/// The struct for a value, as a method gets it.
///
/// # Errors
/// When schema and struct disagree.
pub fn model_of<M: Model>(value: &Value) -> Result<M, ModelError> {
    model::from_value(value)
}

/// The schemas of everything that a provider serves, by kind and name; `provider` is the kind of the provider block.
pub fn schemas<P: Provider>(provider: &P) -> BTreeMap<(&'static str, String), Schema> {
    let served = Registry::inventory(provider);
    let mut schemas = BTreeMap::from([(("provider", String::new()), provider.schema())]);
    schemas.extend(served.resources.iter().map(|(name, it)| (("resource", name.clone()), it.schema().clone())));
    schemas.extend(served.data_sources.iter().map(|(name, it)| (("data source", name.clone()), it.schema().clone())));
    schemas.extend(served.lists.iter().map(|(name, it)| (("list resource", name.clone()), it.schema().clone())));
    schemas.extend(served.state_stores.iter().map(|(name, it)| (("state store", name.clone()), it.schema().clone())));
    schemas.extend(served.actions.iter().map(|(name, it)| (("action", name.clone()), it.schema().clone())));
    schemas.extend(
        served.ephemeral_resources.iter().map(|(name, it)| (("ephemeral resource", name.clone()), it.schema().clone())),
    );
    schemas
}

/// Which block of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind<'n> {
    /// `provider`.
    Provider,
    /// `resource`, of this type.
    Resource(&'n str),
    /// `data`, of this type.
    DataSource(&'n str),
    /// `ephemeral`, of this type.
    EphemeralResource(&'n str),
    /// The `config` block of `list`, of this type.
    ListResource(&'n str),
    /// The `config` block of `action`, of this type.
    Action(&'n str),
    /// `state_store`, of this type.
    StateStore(&'n str),
}

impl Kind<'_> {
    fn word(self) -> &'static str {
        match self {
            Self::Provider => "provider block",
            Self::Resource(_) => "resource",
            Self::DataSource(_) => "data source",
            Self::EphemeralResource(_) => "ephemeral resource",
            Self::ListResource(_) => "list resource",
            Self::Action(_) => "action",
            Self::StateStore(_) => "state store",
        }
    }
}

/// What the provider says when Terraform asks it to validate a block (`ValidateResourceConfig` and its like), within
/// this process. Terraform itself has by then found what is missing, of the wrong type or not in the schema.
///
/// `unknown` names the attributes that are only known after apply, with dots into nested ones.
///
/// # Errors
/// When there is no such type, or the JSON does not fit its schema.
pub fn validate<P: Provider>(
    provider: &P,
    kind: Kind<'_>,
    config: &Json,
    unknown: &[&str],
) -> Result<Diagnostics, String> {
    let served = Registry::inventory(provider);
    match kind {
        Kind::Provider => {
            let schema = provider.schema();
            check(&schema, &schema.ty(), config, unknown, |config| Ok(provider.validate(&from_value(config)?)))
        }
        Kind::Resource(name) => {
            let it = served.resources.get(name).ok_or_else(|| format!("there is no resource {name}"))?;
            check(it.schema(), it.ty(), config, unknown, |config| it.validate(config))
        }
        Kind::DataSource(name) => {
            let it = served.data_sources.get(name).ok_or_else(|| format!("there is no data source {name}"))?;
            check(it.schema(), it.ty(), config, unknown, |config| it.validate(config))
        }
        Kind::EphemeralResource(name) => {
            let it =
                served.ephemeral_resources.get(name).ok_or_else(|| format!("there is no ephemeral resource {name}"))?;
            check(it.schema(), it.ty(), config, unknown, |config| it.validate(config))
        }
        Kind::ListResource(name) => {
            let it = served.lists.get(name).ok_or_else(|| format!("there is no list resource {name}"))?;
            check(it.schema(), it.ty(), config, unknown, |config| it.validate(config))
        }
        Kind::Action(name) => {
            let it = served.actions.get(name).ok_or_else(|| format!("there is no action {name}"))?;
            check(it.schema(), it.ty(), config, unknown, |config| it.validate(config))
        }
        Kind::StateStore(name) => {
            let it = served.state_stores.get(name).ok_or_else(|| format!("there is no state store {name}"))?;
            check(it.schema(), it.ty(), config, unknown, |config| it.validate(config))
        }
    }
}

fn check(
    schema: &Schema,
    ty: &Type,
    config: &Json,
    unknown: &[&str],
    own: impl FnOnce(&Value) -> Result<Diagnostics>,
) -> Result<Diagnostics, String> {
    let strangers = config.as_object().into_iter().flatten().find(|(name, _)| match ty {
        Type::Object(types) => !types.contains_key(*name),
        _ => false,
    });
    if let Some((name, _)) = strangers {
        return Err(format!("there is no attribute {name:?}"));
    }
    let mut config = from_json(config, ty).map_err(|error| error.to_string())?;
    for path in unknown {
        let place = path.split('.').try_fold(&mut config, |value, name| match value {
            Value::Object(attributes) | Value::Map(attributes) => attributes.get_mut(name),
            _ => None,
        });
        *place.ok_or_else(|| format!("there is no {path:?} that could be unknown"))? = Value::UNKNOWN;
    }
    let mut diagnostics = Diagnostics::NONE;
    if let Err(panic) = validate::attributes("the schema", schema.root(), &config, true, &mut diagnostics) {
        diagnostics.append(panic);
    }
    if let Err(errors) = validate::own_check(&mut diagnostics, own(&config)) {
        diagnostics.append(errors);
    }
    Ok(diagnostics)
}

/// What keeps the provider's schemas from working as they are, each with its place: what Terraform would refuse when it
/// loads the provider, what would do nothing, and names that are given twice. Nothing, in a provider that is ready.
///
/// A provider with such problems serves nothing: Terraform is told of them as soon as it asks for the schemas.
///
/// ```
/// use tfplug::{prelude::*, testing::schema_problems};
///
/// /// A thing that cannot be: its name is Terraform's own.
/// #[derive(Clone, Default, Model)]
/// struct Thing {
///     /// How many there are.
///     count: Attr<i64>,
/// }
/// #
/// # #[data_source("null_thing")]
/// # impl DataSource for Thing {
/// #     async fn read(&self, _: &mut Context<()>, config: Thing) -> Result<Thing> {
/// #         Ok(config)
/// #     }
/// # }
///
/// let provider = Unconfigured::new("1.0.0", |all| all.data_source(Thing::default()));
/// let problems = schema_problems(&provider);
/// assert_eq!(problems, ["data source null_thing: count: Terraform has this name for something of its own"]);
/// ```
pub fn schema_problems<P: Provider>(provider: &P) -> Vec<String> {
    Registry::inventory(provider).problems(&provider.schema(), provider.meta_schema().as_ref())
}

/// The paths of all attributes and blocks without a description.
pub fn without_description(schema: &Schema) -> Vec<String> {
    let mut missing = Vec::new();
    block(schema.root(), "", &mut missing);
    missing
}

/// The paths of all attributes that may be left out and do not say what holds then: the default value, in backticks,
/// or, where the schema has none, something that `says` recognizes in the description.
pub fn without_default(schema: &Schema, says: impl Fn(&str) -> bool) -> Vec<String> {
    let mut missing = Vec::new();
    unsaid(&schema.root().attributes, "", &says, &mut missing);
    missing
}

fn unsaid(
    attributes: &BTreeMap<String, Attribute>,
    path: &str,
    says: &impl Fn(&str) -> bool,
    missing: &mut Vec<String>,
) {
    for (name, attribute) in attributes {
        let path = format!("{path}.{name}");
        let is_said = match &attribute.default {
            Some(Value::String(text)) => attribute.description.contains(&format!("`{text}`")),
            Some(Value::Bool(truth)) => attribute.description.contains(&format!("Default `{truth}`")),
            Some(Value::Number(number)) => attribute.description.contains(&format!("Default `{number}`")),
            _ => says(&attribute.description),
        };
        if attribute.is_optional() && !is_said {
            missing.push(path.clone());
        }
        if let Shape::Nested(_, nested) = &attribute.shape {
            unsaid(nested, &path, says, missing);
        }
    }
}

fn block(it: &Block, path: &str, missing: &mut Vec<String>) {
    if it.description.trim().is_empty() {
        missing.push(path.to_owned());
    }
    attributes(&it.attributes, path, missing);
    for (name, nested) in &it.blocks {
        block(&nested.block, &format!("{path}.{name}"), missing);
    }
}

fn attributes(them: &BTreeMap<String, Attribute>, path: &str, missing: &mut Vec<String>) {
    for (name, attribute) in them {
        let path = format!("{path}.{name}");
        if attribute.description.trim().is_empty() {
            missing.push(path.clone());
        }
        if let Shape::Nested(_, nested) = &attribute.shape {
            attributes(nested, &path, missing);
        }
    }
}

#[cfg(test)]
mod tests;
