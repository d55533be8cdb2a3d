//! `ImportResourceState`: takes an existing remote thing into the state, by id or by identity.

use super::{identity, make_storable};
use crate::{
    context::DeferredReason,
    diagnostic::{Diagnostics, Result},
    proto::tfplugin6 as proto,
    resource::Import,
    server::{guard::guard, shared::Shared, wire},
    value::Value,
};

impl Shared {
    pub(in crate::server) async fn import_resource_state(
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
        let given = identity::decode(request.identity.as_ref(), resource.identity_ty())?;
        let source = if given.is_null() { Import::Id(request.id.clone()) } else { Import::Identity(given.clone()) };
        if self.defers(request.client_capabilities.as_ref()) {
            response.deferred = Some(DeferredReason::ProviderConfigUnknown.into());
            response.imported_resources = vec![proto::import_resource_state::ImportedResource {
                type_name: request.type_name.clone(),
                state: Some(wire::encode(&Value::UNKNOWN, ty)?),
                ..Default::default()
            }];
            return Ok(());
        }
        let mut cx = self.call(request.client_capabilities.as_ref());
        let result = guard(&request.type_name, resource.import(&mut cx, source)).await;
        diagnostics.append(std::mem::take(&mut cx.diagnostics));
        response.deferred = cx.deferred.map(Into::into);
        let mut state = result?;
        make_storable(resource.schema().root(), &mut state);
        let found = identity::of_state(&request.type_name, resource, &state)?;
        let identity = Some(identity::completed(given, found)).filter(|identity| !identity.is_null());
        let identity = wire::encode_identity(identity, resource.identity_ty())?;
        cx.private.set_imported();
        response.imported_resources = vec![proto::import_resource_state::ImportedResource {
            type_name: request.type_name.clone(),
            state: Some(wire::encode(&state, ty)?),
            private: cx.private.to_bytes().into(),
            identity,
        }];
        Ok(())
    }
}
