//! What the provider serves: `GetMetadata`, `GetProviderSchema`, `GetResourceIdentitySchemas`.

use super::Inner;
use crate::tfplug::{proto::tfplugin6 as proto, provider::Provider};

const CAPABILITIES: proto::ServerCapabilities = proto::ServerCapabilities {
    // A resource's `plan` is also asked before a destruction, so that it can warn.
    plan_destroy: true,
    get_provider_schema_optional: true,
    move_resource_state: true,
    generate_resource_config: true,
};

impl<P: Provider> Inner<P> {
    pub(super) fn get_metadata(&self) -> proto::get_metadata::Response {
        use proto::get_metadata::ResourceMetadata;
        proto::get_metadata::Response {
            server_capabilities: Some(CAPABILITIES),
            resources: names(&self.registry.resources).map(|type_name| ResourceMetadata { type_name }).collect(),
            ..Default::default()
        }
    }

    pub(super) fn get_provider_schema(&self) -> proto::get_provider_schema::Response {
        let resources = self.registry.resources.iter();
        proto::get_provider_schema::Response {
            provider: Some((&self.schema).into()),
            provider_meta: self.meta.as_ref().map(|(schema, _)| schema.into()),
            resource_schemas: resources
                .map(|(name, resource)| ((*name).to_owned(), resource.schema().into()))
                .collect(),
            server_capabilities: Some(CAPABILITIES),
            ..Default::default()
        }
    }

    pub(super) fn get_resource_identity_schemas(&self) -> proto::get_resource_identity_schemas::Response {
        let schemas = self.registry.resources.iter().filter_map(|(name, resource)| {
            let schema = resource.identity_schema()?;
            Some(((*name).to_owned(), schema.into()))
        });
        proto::get_resource_identity_schemas::Response { identity_schemas: schemas.collect(), diagnostics: Vec::new() }
    }
}

fn names<T>(things: &std::collections::BTreeMap<&'static str, T>) -> impl Iterator<Item = String> {
    things.keys().map(|name| (*name).to_owned())
}
