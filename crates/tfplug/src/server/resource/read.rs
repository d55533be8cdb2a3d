//! `ReadResource`: what the remote thing looks like now.

use super::{consistency, make_storable, semantic};
use crate::{
    context::{DeferredReason, Private},
    diagnostic::{Diagnostics, Result},
    proto::tfplugin6 as proto,
    server::{
        guard::{guard, guard_sync},
        shared::Shared,
        wire,
    },
};

impl Shared {
    pub(in crate::server) async fn read_resource(
        &self,
        request: &proto::read_resource::Request,
    ) -> proto::read_resource::Response {
        let mut response = proto::read_resource::Response {
            new_state: request.current_state.clone(),
            private: request.private.clone(),
            new_identity: request.current_identity.clone(),
            ..Default::default()
        };
        if self.defers(request.client_capabilities.as_ref()) {
            response.deferred = Some(DeferredReason::ProviderConfigUnknown.into());
            return response;
        }
        let mut diagnostics = Diagnostics::NONE;
        if let Err(errors) = self.read(request, &mut response, &mut diagnostics).await {
            diagnostics.append(errors);
        }
        response.diagnostics = wire::diagnostics(diagnostics);
        response
    }

    async fn read(
        &self,
        request: &proto::read_resource::Request,
        response: &mut proto::read_resource::Response,
        diagnostics: &mut Diagnostics,
    ) -> Result<()> {
        let resource = self.resource(&request.type_name)?;
        let ty = resource.ty();
        let current = wire::decode_state(request.current_state.as_ref(), ty)?;
        if current.is_null() {
            // Not what was sent: that may be a message with no value in it, and an identity of nothing.
            response.new_state = Some(wire::encode(&current, ty)?);
            response.new_identity = None;
            return Ok(());
        }
        let mut cx = self.call(request.client_capabilities.as_ref());
        cx.private = Private::from_bytes(&request.private);
        let completes_import = cx.private.take_imported();
        if let Some(meta) = self.meta_type() {
            cx.provider_meta = wire::decode(request.provider_meta.as_ref(), meta)?;
        }
        let result = guard(&request.type_name, resource.read(&mut cx, &current)).await;
        diagnostics.append(std::mem::take(&mut cx.diagnostics));
        response.deferred = cx.deferred.map(Into::into);
        let mut state = result?;
        let block = resource.schema().root();
        guard_sync(&request.type_name, || {
            semantic::keep_older_writing(block, &mut state, &current);
            Ok(())
        })?;
        make_storable(block, &mut state);
        if self.checks_itself {
            diagnostics.append(consistency::check_read(&request.type_name, &state));
        }
        response.new_state = Some(wire::encode(&state, ty)?);
        response.private = cx.private.to_bytes().into();
        // What an import was given may name the thing in another way than the thing itself does.
        let stored = request.current_identity.as_ref().filter(|_| !completes_import);
        if let Some(identity) = Self::identity_of(&request.type_name, resource, &state, stored)? {
            response.new_identity = Some(identity);
        }
        Ok(())
    }
}
