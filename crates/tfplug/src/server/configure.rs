//! `ConfigureProvider`: hands the provider its configuration, once.

use std::sync::Arc;

use super::{
    guard::{guard, guard_sync},
    shared::{Readiness, Shared},
    validate::require,
    wire,
};
use crate::{
    diagnostic::{Diagnostics, Result},
    proto::tfplugin6 as proto,
    provider::ConfigureContext,
};

impl Shared {
    pub(super) async fn configure_provider(
        &self,
        request: &proto::configure_provider::Request,
    ) -> proto::configure_provider::Response {
        self.forget_stop();
        let mut cx = ConfigureContext {
            terraform_version: request.terraform_version.clone(),
            cancellation: self.cancellation(),
            diagnostics: Diagnostics::NONE,
            deferral_allowed: request.client_capabilities.is_some_and(|client| client.deferral_allowed),
            is_deferred: false,
        };
        let configured = self.configured(&mut cx, request).await;
        let mut diagnostics = cx.diagnostics;
        match configured {
            Ok(readiness) => self.set_readiness(readiness),
            Err(errors) => diagnostics.append(errors),
        }
        proto::configure_provider::Response { diagnostics: wire::diagnostics(diagnostics) }
    }

    async fn configured(
        &self,
        cx: &mut ConfigureContext,
        request: &proto::configure_provider::Request,
    ) -> Result<Readiness> {
        let config = wire::decode_config(request.config.as_ref(), self.schema.root(), &self.ty)?;
        // A provider that must guess its configuration would plan against the wrong account. Terraform that knows how
        // to wait is told to, unless the provider can do without the values; any other Terraform gets as far as it can.
        if !config.is_wholly_known() && cx.deferral_allowed {
            let waits = guard_sync("the provider block", || self.provider.waits_for(&config))?;
            if waits {
                return Ok(Readiness::Deferred);
            }
        }
        require(self.schema.root(), &config)?;
        let terraform_version = Arc::from(cx.terraform_version.as_str());
        // Inside the guard from the first step on: what a provider does before it waits is its code too.
        let configured = Box::pin(async { self.provider.configure(cx, &config).await });
        let data = guard("the provider block", configured).await?;
        if cx.is_deferred {
            return Ok(Readiness::Deferred);
        }
        Ok(Readiness::Ready { data, terraform_version })
    }
}
