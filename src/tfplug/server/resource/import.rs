//! `ImportResourceState`: takes an existing remote thing into the state, by id or by identity.

use super::{Inner, guard, wire};
use crate::tfplug::{
    context::DeferredReason,
    diagnostic::{Diagnostics, Result},
    proto::tfplugin6 as proto,
    provider::Provider,
    resource::Import,
};

impl<P: Provider> Inner<P> {
    pub(in super::super) async fn import_resource_state(
        &self,
        request: &proto::import_resource_state::Request,
    ) -> proto::import_resource_state::Response {
        let mut response = proto::import_resource_state::Response::default();
        let mut diagnostics = Diagnostics::NONE;
        if let Err(errors) = self.import(request, &mut response, &mut diagnostics).await {
            diagnostics.append(errors);
        }
        response.diagnostics = wire::diagnostics(diagnostics);
        response
    }

    async fn import(
        &self,
        request: &proto::import_resource_state::Request,
        response: &mut proto::import_resource_state::Response,
        diagnostics: &mut Diagnostics,
    ) -> Result<()> {
        let resource = self.resource(&request.type_name)?;
        let ty = resource.ty();
        let identity_type = resource.identity_schema().map(|schema| schema.ty());
        let source = match (&request.identity, &identity_type) {
            (Some(identity), Some(ty)) => Import::Identity(wire::decode(identity.identity_data.as_ref(), ty)?),
            _ => Import::Id(request.id.clone()),
        };
        if self.is_deferred() {
            response.deferred = Some(DeferredReason::ProviderConfigUnknown.into());
            response.imported_resources = vec![proto::import_resource_state::ImportedResource {
                type_name: request.type_name.clone(),
                state: Some(wire::encode(&crate::tfplug::Value::UNKNOWN, ty)?),
                ..Default::default()
            }];
            return Ok(());
        }
        let mut cx = self.context(ty.clone(), request.client_capabilities.as_ref());
        let result = guard(&request.type_name, resource.import(&mut cx, source)).await;
        diagnostics.append(std::mem::take(&mut cx.diagnostics));
        let state = result?;
        let identity = match &request.identity {
            Some(identity) => Some(identity.clone()),
            None => wire::encode_identity(resource.identity(&state)?, identity_type.as_ref())?,
        };
        response.imported_resources = vec![proto::import_resource_state::ImportedResource {
            type_name: request.type_name.clone(),
            state: Some(wire::encode(&state, ty)?),
            private: cx.private.to_bytes().into(),
            identity,
        }];
        Ok(())
    }
}
