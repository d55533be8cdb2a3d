//! Ephemeral resources: `ValidateEphemeralResourceConfig`, `OpenEphemeralResource`, `RenewEphemeralResource`,
//! `CloseEphemeralResource`.

use std::time::SystemTime;

use tokio_util::sync::CancellationToken;

use super::{
    guard::{guard, guard_sync},
    resource::semantic,
    shared::Shared,
    validate::{attributes, collect, own_check, require},
    wire,
};
use crate::{
    context::{Call, DeferredReason, Private},
    diagnostic::{Diagnostics, Result},
    proto::tfplugin6 as proto,
    schema::walk::fill_in_blocks,
    value::Value,
};

impl Shared {
    pub(super) fn validate_ephemeral_resource_config(
        &self,
        request: &proto::validate_ephemeral_resource_config::Request,
    ) -> proto::validate_ephemeral_resource_config::Response {
        let diagnostics = collect(|diagnostics| {
            let resource = self.ephemeral_resource(&request.type_name)?;
            let config = wire::decode_config(request.config.as_ref(), resource.schema().root(), resource.ty())?;
            attributes(&request.type_name, resource.schema().root(), &config, false, diagnostics)?;
            own_check(diagnostics, guard_sync(&request.type_name, || resource.validate(&config)))
        });
        proto::validate_ephemeral_resource_config::Response { diagnostics }
    }

    pub(super) async fn open_ephemeral_resource(
        &self,
        request: &proto::open_ephemeral_resource::Request,
    ) -> proto::open_ephemeral_resource::Response {
        let mut response = proto::open_ephemeral_resource::Response::default();
        let mut diagnostics = Diagnostics::NONE;
        if let Err(errors) = self.open(request, &mut response, &mut diagnostics).await {
            diagnostics.append(errors);
        }
        response.diagnostics = wire::diagnostics(diagnostics);
        response
    }

    async fn open(
        &self,
        request: &proto::open_ephemeral_resource::Request,
        response: &mut proto::open_ephemeral_resource::Response,
        diagnostics: &mut Diagnostics,
    ) -> Result<()> {
        let resource = self.ephemeral_resource(&request.type_name)?;
        let ty = resource.ty();
        let config = wire::decode_config(request.config.as_ref(), resource.schema().root(), ty)?;
        if self.defers(request.client_capabilities.as_ref()) {
            response.result = Some(wire::encode(&Value::UNKNOWN, ty)?);
            response.deferred = Some(DeferredReason::ProviderConfigUnknown.into());
            return Ok(());
        }
        require(resource.schema().root(), &config)?;
        let mut cx = self.call(request.client_capabilities.as_ref());
        let result = guard(&request.type_name, resource.open(&mut cx, &config)).await;
        diagnostics.append(std::mem::take(&mut cx.diagnostics));
        response.deferred = cx.deferred.map(Into::into);
        let mut opened = result?;
        semantic::keep_exact(&mut opened.result, &config);
        fill_in_blocks(resource.schema().root(), &mut opened.result);
        response.result = Some(wire::encode(&opened.result, ty)?);
        response.renew_at = opened.renew_at.map(Into::into);
        response.private = Some(cx.private.to_bytes().into());
        Ok(())
    }

    pub(super) async fn renew_ephemeral_resource(
        &self,
        request: &proto::renew_ephemeral_resource::Request,
    ) -> proto::renew_ephemeral_resource::Response {
        let mut response = proto::renew_ephemeral_resource::Response::default();
        let mut cx = self.ephemeral_call(request.private.as_deref());
        let renewed: Result<Option<SystemTime>> = async {
            let resource = self.ephemeral_resource(&request.type_name)?;
            guard(&request.type_name, resource.renew(&mut cx)).await
        }
        .await;
        let mut diagnostics = std::mem::take(&mut cx.diagnostics);
        match renewed {
            Ok(renew_at) => response.renew_at = renew_at.map(Into::into),
            Err(errors) => diagnostics.append(errors),
        }
        response.private = Some(cx.private.to_bytes().into());
        response.diagnostics = wire::diagnostics(diagnostics);
        response
    }

    pub(super) async fn close_ephemeral_resource(
        &self,
        request: &proto::close_ephemeral_resource::Request,
    ) -> proto::close_ephemeral_resource::Response {
        // Terraform closes after a stop too: what was opened is not to be left behind.
        let mut cx = self.ephemeral_call(request.private.as_deref());
        cx.cancellation = CancellationToken::new();
        let closed: Result<()> = async {
            let resource = self.ephemeral_resource(&request.type_name)?;
            guard(&request.type_name, resource.close(&mut cx)).await
        }
        .await;
        let mut diagnostics = std::mem::take(&mut cx.diagnostics);
        if let Err(errors) = closed {
            diagnostics.append(errors);
        }
        proto::close_ephemeral_resource::Response { diagnostics: wire::diagnostics(diagnostics) }
    }

    fn ephemeral_call(&self, private: Option<&[u8]>) -> Call {
        let mut cx = self.call(None);
        cx.private = Private::from_bytes(private.unwrap_or_default());
        cx
    }
}
