//! Data sources: `ValidateDataResourceConfig`, `ReadDataSource`.

use super::{
    guard::{guard, guard_sync},
    resource::semantic,
    shared::Shared,
    validate::{attributes, collect, own_check, require},
    wire,
};
use crate::{
    context::DeferredReason,
    diagnostic::{Diagnostics, Result},
    proto::tfplugin6 as proto,
    schema::walk::fill_in_blocks,
    value::Value,
};

impl Shared {
    pub(super) fn validate_data_resource_config(
        &self,
        request: &proto::validate_data_resource_config::Request,
    ) -> proto::validate_data_resource_config::Response {
        let diagnostics = collect(|diagnostics| {
            let source = self.data_source(&request.type_name)?;
            let config = wire::decode_config(request.config.as_ref(), source.schema().root(), source.ty())?;
            attributes(&request.type_name, source.schema().root(), &config, false, diagnostics)?;
            own_check(diagnostics, guard_sync(&request.type_name, || source.validate(&config)))
        });
        proto::validate_data_resource_config::Response { diagnostics }
    }

    pub(super) async fn read_data_source(
        &self,
        request: &proto::read_data_source::Request,
    ) -> proto::read_data_source::Response {
        let mut response = proto::read_data_source::Response::default();
        let mut diagnostics = Diagnostics::NONE;
        if let Err(errors) = self.read_data(request, &mut response, &mut diagnostics).await {
            diagnostics.append(errors);
        }
        response.diagnostics = wire::diagnostics(diagnostics);
        response
    }

    async fn read_data(
        &self,
        request: &proto::read_data_source::Request,
        response: &mut proto::read_data_source::Response,
        diagnostics: &mut Diagnostics,
    ) -> Result<()> {
        let source = self.data_source(&request.type_name)?;
        let ty = source.ty();
        let config = wire::decode_config(request.config.as_ref(), source.schema().root(), ty)?;
        if self.defers(request.client_capabilities.as_ref()) {
            response.state = Some(wire::encode(&Value::UNKNOWN, ty)?);
            response.deferred = Some(DeferredReason::ProviderConfigUnknown.into());
            return Ok(());
        }
        require(source.schema().root(), &config)?;
        let mut cx = self.call(request.client_capabilities.as_ref());
        if let Some(meta) = self.meta_type() {
            cx.provider_meta = wire::decode(request.provider_meta.as_ref(), meta)?;
        }
        let result = guard(&request.type_name, source.read(&mut cx, &config)).await;
        diagnostics.append(std::mem::take(&mut cx.diagnostics));
        response.deferred = cx.deferred.map(Into::into);
        let mut state = result?;
        semantic::keep_null_types(&mut state, &config);
        fill_in_blocks(source.schema().root(), &mut state);
        response.state = Some(wire::encode(&state, ty)?);
        Ok(())
    }
}
