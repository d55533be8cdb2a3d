//! What a provider serves, as its host knows it.

use std::collections::BTreeMap;

use super::error::Error;
use crate::{
    proto::tfplugin6 as proto,
    schema::Schema,
    value::{Path, Type},
};

/// All that is served, by kind and name.
pub(super) struct Schemas {
    pub(super) provider: Served,
    pub(super) meta: Option<Served>,
    pub(super) resources: BTreeMap<String, Served>,
    pub(super) data_sources: BTreeMap<String, Served>,
    pub(super) ephemeral_resources: BTreeMap<String, Served>,
    pub(super) lists: BTreeMap<String, Served>,
    pub(super) actions: BTreeMap<String, Served>,
    pub(super) functions: BTreeMap<String, Function>,
    pub(super) state_stores: BTreeMap<String, Served>,
    /// Whether a destruction is planned by the provider too.
    pub(super) plans_destroy: bool,
}

/// One of them.
pub(super) struct Served {
    pub(super) schema: Schema,
    pub(super) ty: Type,
    pub(super) identity: Option<Identity>,
}

/// What identifies a resource.
pub(super) struct Identity {
    pub(super) version: i64,
    pub(super) ty: Type,
    /// What an import must give.
    pub(super) required: Vec<String>,
}

/// The signature of a function.
pub(super) struct Function {
    pub(super) parameters: Vec<Parameter>,
    pub(super) variadic: Option<Parameter>,
    pub(super) returns: Type,
}

pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) allow_null: bool,
    pub(super) allow_unknown: bool,
}

impl Served {
    fn new(schema: &proto::Schema) -> Result<Self, String> {
        let schema = Schema::received(schema)?;
        Ok(Self { ty: schema.ty(), schema, identity: None })
    }
}

impl Schemas {
    pub(super) fn new(
        answer: &proto::get_provider_schema::Response,
        identities: &proto::get_resource_identity_schemas::Response,
    ) -> Result<Self, Error> {
        Self::read(answer, identities).map_err(|problem| Error::refused(&Path::ROOT, problem))
    }

    fn read(
        answer: &proto::get_provider_schema::Response,
        identities: &proto::get_resource_identity_schemas::Response,
    ) -> Result<Self, String> {
        let none = proto::Schema::default();
        let mut resources = all(&answer.resource_schemas)?;
        for (name, schema) in &identities.identity_schemas {
            if let Some(served) = resources.get_mut(name) {
                served.identity = Some(identity(schema)?);
            }
        }
        let actions = answer
            .action_schemas
            .iter()
            .map(|(name, action)| Ok((name.clone(), Served::new(action.schema.as_ref().unwrap_or(&none))?)));
        Ok(Self {
            provider: Served::new(answer.provider.as_ref().unwrap_or(&none))?,
            meta: answer.provider_meta.as_ref().map(Served::new).transpose()?,
            resources,
            data_sources: all(&answer.data_source_schemas)?,
            ephemeral_resources: all(&answer.ephemeral_resource_schemas)?,
            lists: all(&answer.list_resource_schemas)?,
            actions: actions.collect::<Result<_, String>>()?,
            functions: answer
                .functions
                .iter()
                .map(|(name, it)| Ok((name.clone(), function(it)?)))
                .collect::<Result<_, String>>()?,
            state_stores: all(&answer.state_store_schemas)?,
            plans_destroy: answer.server_capabilities.is_some_and(|server| server.plan_destroy),
        })
    }
}

fn all<'s>(
    schemas: impl IntoIterator<Item = (&'s String, &'s proto::Schema)>,
) -> Result<BTreeMap<String, Served>, String> {
    schemas.into_iter().map(|(name, schema)| Ok((name.clone(), Served::new(schema)?))).collect()
}

fn ty(notation: &[u8]) -> Result<Type, String> {
    let notation = serde_json::from_slice(notation).map_err(|error| error.to_string())?;
    Type::from_json(&notation).map_err(|error| error.to_string())
}

fn identity(schema: &proto::ResourceIdentitySchema) -> Result<Identity, String> {
    let attributes = schema.identity_attributes.iter().map(|it| Ok((it.name.clone(), ty(&it.r#type)?)));
    let attributes = attributes.collect::<Result<BTreeMap<_, _>, String>>()?;
    let required = schema.identity_attributes.iter().filter(|it| it.required_for_import);
    Ok(Identity {
        version: schema.version,
        ty: Type::Object(attributes),
        required: required.map(|it| it.name.clone()).collect(),
    })
}

fn function(function: &proto::Function) -> Result<Function, String> {
    let parameter = |it: &proto::function::Parameter| {
        Ok::<_, String>(Parameter {
            name: it.name.clone(),
            ty: ty(&it.r#type)?,
            allow_null: it.allow_null_value,
            allow_unknown: it.allow_unknown_values,
        })
    };
    Ok(Function {
        parameters: function.parameters.iter().map(parameter).collect::<Result<_, _>>()?,
        variadic: function.variadic_parameter.as_ref().map(parameter).transpose()?,
        returns: ty(function.r#return.as_ref().map_or(&b"\"dynamic\""[..], |it| &it.r#type))?,
    })
}
