//! For a provider's own tests: checks that need no Terraform.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{
    Provider,
    context::from_value,
    diagnostic::{Diagnostic, Diagnostics, Result},
    model::{Model, to_value},
    provider::Registry,
    schema::{Attribute, Block, Schema, Shape},
    server::{check_attributes, own_check},
    value::{Path, Type, Value, from_json},
};

/// In the JSON of a configuration: a value that is only known after apply.
pub const UNKNOWN: &str = "${unknown}";

/// Checks that a schema and the struct for it have the same attributes, nested ones included.
///
/// # Errors
/// What does not fit, with its path.
pub fn check_model<M: Model>(schema: &Schema) -> Result<(), String> {
    let ty = schema.ty();
    // One of each: everything null, everything unknown, and everything present down to the leaves.
    for leaf in [Value::Null, Value::UNKNOWN] {
        let value = sample(&ty, &leaf);
        let model: M = from_value(&value).map_err(|errors| format!("{errors:?}"))?;
        let back = to_value(&model, &ty).map_err(|error| error.to_string())?;
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

/// The schemas of everything that a provider serves, by kind and name; `provider` is the kind of the provider block.
pub fn schemas<P: Provider>(provider: &P) -> BTreeMap<(&'static str, &'static str), Schema> {
    let mut registry = Registry::new();
    provider.register(&mut registry);
    let mut schemas = BTreeMap::from([(("provider", ""), provider.schema())]);
    schemas.extend(registry.resources.iter().map(|(name, it)| (("resource", *name), it.schema().clone())));
    schemas.extend(registry.data_sources.iter().map(|(name, it)| (("data source", *name), it.schema().clone())));
    schemas.extend(registry.lists.iter().map(|(name, it)| (("list resource", *name), it.schema().clone())));
    schemas.extend(registry.actions.iter().map(|(name, it)| (("action", *name), it.schema().clone())));
    schemas.extend(
        registry.ephemeral_resources.iter().map(|(name, it)| (("ephemeral resource", *name), it.schema().clone())),
    );
    schemas
}

/// What a provider says of a configuration, as in `terraform validate`: the validators of its attributes, then its own
/// check. `kind` and `name` are those that [`schemas`] gives; what the JSON leaves out is null.
///
/// # Errors
/// When there is no such thing, or the JSON is not of its type.
pub fn validate<P: Provider>(provider: &P, kind: &str, name: &str, config: &Json) -> Result<Diagnostics> {
    let mut registry = Registry::new();
    provider.register(&mut registry);
    let checked = |schema: &Schema, check: &dyn Fn(&Value) -> Result<Diagnostics>| {
        let config = configured(config, &schema.ty())?;
        let mut diagnostics = Diagnostics::NONE;
        check_attributes(name, schema.root(), &config, true, &mut diagnostics)?;
        own_check(&mut diagnostics, check(&config))?;
        Ok(diagnostics)
    };
    let found = match kind {
        "provider" => Some(checked(&provider.schema(), &|config| Ok(provider.validate(&from_value(config)?)))),
        "resource" => registry.resources.get(name).map(|it| checked(it.schema(), &|config| it.validate(config))),
        "data source" => registry.data_sources.get(name).map(|it| checked(it.schema(), &|config| it.validate(config))),
        "list resource" => registry.lists.get(name).map(|it| checked(it.schema(), &|config| it.validate(config))),
        "action" => registry.actions.get(name).map(|it| checked(it.schema(), &|config| it.validate(config))),
        "ephemeral resource" => {
            registry.ephemeral_resources.get(name).map(|it| checked(it.schema(), &|config| it.validate(config)))
        }
        _ => None,
    };
    found.unwrap_or_else(|| Err(Diagnostic::error(format!("There is no {kind} {name}"), "").into()))
}

/// A value from JSON in which [`UNKNOWN`] may stand anywhere.
fn configured(json: &Json, ty: &Type) -> Result<Value> {
    let each = |ty: &Type, elements: &[Json]| elements.iter().map(|json| configured(json, ty)).collect::<Result<_>>();
    match (ty, json) {
        (_, Json::String(text)) if text == UNKNOWN => Ok(Value::UNKNOWN),
        (Type::Object(types), Json::Object(attributes)) => {
            if let Some(unknown) = attributes.keys().find(|name| !types.contains_key(*name)) {
                let path = Path::attribute(unknown.as_str());
                return Err(Diagnostic::error(format!("There is no attribute {unknown}"), "").at(path).into());
            }
            let attribute = |(name, ty): (&String, &Type)| {
                Ok((name.clone(), configured(attributes.get(name).unwrap_or(&Json::Null), ty)?))
            };
            Ok(Value::Object(types.iter().map(attribute).collect::<Result<_>>()?))
        }
        (Type::List(element), Json::Array(elements)) => Ok(Value::List(each(element, elements)?)),
        (Type::Set(element), Json::Array(elements)) => Ok(Value::set(each(element, elements)?)),
        (Type::Map(element), Json::Object(elements)) => {
            let elements = elements.iter().map(|(key, json)| Ok((key.clone(), configured(json, element)?)));
            Ok(Value::Map(elements.collect::<Result<_>>()?))
        }
        _ => from_json(json, ty).map_err(|error| Diagnostic::error("Not of the type", error.to_string()).into()),
    }
}

/// The paths of all attributes and blocks without a description.
pub fn without_description(schema: &Schema) -> Vec<String> {
    let mut missing = Vec::new();
    block(schema.root(), "", &mut missing);
    missing
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
