//! `MoveResourceState`: takes over the state of a resource of another type, perhaps of another provider.

use super::make_storable;
use crate::{
    context::Private,
    diagnostic::{Diagnostic, Result},
    proto::tfplugin6 as proto,
    resource::MoveSource,
    server::{guard::guard_sync, shared::Shared, wire},
};

impl Shared {
    pub(in crate::server) fn move_resource_state(
        &self,
        request: &proto::move_resource_state::Request,
    ) -> proto::move_resource_state::Response {
        self.moved(request).unwrap_or_else(|errors| proto::move_resource_state::Response {
            diagnostics: wire::diagnostics(errors),
            ..Default::default()
        })
    }

    fn moved(&self, request: &proto::move_resource_state::Request) -> Result<proto::move_resource_state::Response> {
        let resource = self.resource(&request.target_type_name)?;
        let source = MoveSource {
            provider_address: request.source_provider_address.clone(),
            type_name: request.source_type_name.clone(),
            schema_version: request.source_schema_version,
            state: wire::raw_state(request.source_state.as_ref())?,
            identity: request.source_identity.as_ref().map(|identity| wire::raw_state(Some(identity))).transpose()?,
            identity_schema_version: request.source_identity_schema_version,
            private: Private::from_bytes(&request.source_private),
        };
        let moved = guard_sync(&request.target_type_name, || resource.move_from(&source))?;
        let Some(mut taken) = moved else {
            let summary = format!("{} cannot become {}", source.type_name, request.target_type_name);
            let detail = format!(
                "The state of {} (schema version {}) of {} is not one that {} can take over. Remove it from the state \
                 with a `removed` block, and import the thing.",
                source.type_name, source.schema_version, source.provider_address, request.target_type_name
            );
            return Err(Diagnostic::error(summary, detail).into());
        };
        make_storable(resource.schema().root(), &mut taken.state);
        Ok(proto::move_resource_state::Response {
            target_state: Some(wire::encode(&taken.state, resource.ty())?),
            target_identity: wire::encode_identity(taken.identity, resource.identity_ty())?,
            ..Default::default()
        })
    }
}
