//! What the provider serves: `GetMetadata`, `GetProviderSchema`, `GetResourceIdentitySchemas`.

use std::collections::{BTreeMap, HashMap};

use super::{shared::Shared, wire};
use crate::{diagnostic::Diagnostic, proto::tfplugin6 as proto};

const CAPABILITIES: proto::ServerCapabilities = proto::ServerCapabilities {
    // A resource's `plan` is also asked before a destruction, so that it can warn.
    plan_destroy: true,
    get_provider_schema_optional: true,
    move_resource_state: true,
    generate_resource_config: true,
};

impl Shared {
    pub(super) fn get_metadata(&self) -> proto::get_metadata::Response {
        use proto::get_metadata::{
            ActionMetadata, DataSourceMetadata, EphemeralMetadata, FunctionMetadata, ListResourceMetadata,
            ResourceMetadata, StateStoreMetadata,
        };
        let served = &self.inventory;
        proto::get_metadata::Response {
            server_capabilities: Some(CAPABILITIES),
            diagnostics: Vec::new(),
            resources: names(&served.resources, |type_name| ResourceMetadata { type_name }),
            data_sources: names(&served.data_sources, |type_name| DataSourceMetadata { type_name }),
            functions: names(&served.functions, |name| FunctionMetadata { name }),
            ephemeral_resources: names(&served.ephemeral_resources, |type_name| EphemeralMetadata { type_name }),
            list_resources: names(&served.lists, |type_name| ListResourceMetadata { type_name }),
            actions: names(&served.actions, |type_name| ActionMetadata { type_name }),
            state_stores: names(&served.state_stores, |type_name| StateStoreMetadata { type_name }),
        }
    }

    pub(super) fn get_provider_schema(&self) -> proto::get_provider_schema::Response {
        let served = &self.inventory;
        let action = |schema| proto::ActionSchema { schema: Some(schema) };
        proto::get_provider_schema::Response {
            provider: Some((&self.schema).into()),
            provider_meta: self.meta.as_ref().map(|(schema, _)| schema.into()),
            resource_schemas: by_name(&served.resources, |resource| resource.schema().into()),
            data_source_schemas: by_name(&served.data_sources, |source| source.schema().into()),
            ephemeral_resource_schemas: by_name(&served.ephemeral_resources, |resource| resource.schema().into()),
            list_resource_schemas: by_name(&served.lists, |list| list.schema().into()),
            action_schemas: by_name(&served.actions, |it| action(it.schema().into())),
            functions: self.function_signatures(),
            state_store_schemas: by_name(&served.state_stores, |store| store.schema().into()),
            server_capabilities: Some(CAPABILITIES),
            diagnostics: self.schema_problems(),
        }
    }

    fn schema_problems(&self) -> Vec<proto::Diagnostic> {
        let problems = self.inventory.problems(&self.schema, self.meta.as_ref().map(|(schema, _)| schema));
        let told = problems.into_iter().map(|problem| Diagnostic::error("The provider's schema cannot work", problem));
        wire::diagnostics(told.collect())
    }

    pub(super) fn get_resource_identity_schemas(&self) -> proto::get_resource_identity_schemas::Response {
        let schemas = self.inventory.resources.iter().filter_map(|(name, resource)| {
            let schema = resource.identity_schema()?;
            Some((name.clone(), schema.into()))
        });
        proto::get_resource_identity_schemas::Response { identity_schemas: schemas.collect(), diagnostics: Vec::new() }
    }
}

fn by_name<T, S>(things: &BTreeMap<String, T>, schema: impl Fn(&T) -> S) -> HashMap<String, S> {
    things.iter().map(|(name, thing)| (name.clone(), schema(thing))).collect()
}

fn names<T, M>(things: &BTreeMap<String, T>, metadata: impl Fn(String) -> M) -> Vec<M> {
    things.keys().map(|name| metadata(name.clone())).collect()
}
