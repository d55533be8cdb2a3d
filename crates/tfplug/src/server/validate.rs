//! Checks of configurations before anything is done: `ValidateProviderConfig`, `ValidateResourceConfig`.

use super::{guard::guard_sync, shared::Shared, wire};
use crate::{
    context::from_value,
    diagnostic::{Diagnostic, Diagnostics, Result},
    proto::tfplugin6 as proto,
    provider::Provider,
    schema::{Block, presence, validate::Configured, walk::each_configured},
    value::Value,
};

impl<P: Provider> Shared<P> {
    pub(super) fn validate_provider_config(
        &self,
        request: &proto::validate_provider_config::Request,
    ) -> proto::validate_provider_config::Response {
        let diagnostics = collect(|diagnostics| {
            let config = wire::decode(request.config.as_ref(), &self.ty)?;
            attributes("the provider block", self.schema.root(), &config, true, diagnostics)?;
            own_check(
                diagnostics,
                guard_sync("the provider block", || Ok(self.provider.validate(&from_value(&config)?))),
            )
        });
        proto::validate_provider_config::Response { diagnostics }
    }

    pub(super) fn validate_resource_config(
        &self,
        request: &proto::validate_resource_config::Request,
    ) -> proto::validate_resource_config::Response {
        let write_only = request.client_capabilities.is_some_and(|client| client.write_only_attributes_allowed);
        let diagnostics = collect(|diagnostics| {
            let resource = self.resource(&request.type_name)?;
            let config = wire::decode(request.config.as_ref(), resource.ty())?;
            attributes(&request.type_name, resource.schema().root(), &config, write_only, diagnostics)?;
            own_check(diagnostics, guard_sync(&request.type_name, || resource.validate(&config)))
        });
        proto::validate_resource_config::Response { diagnostics }
    }
}

/// Runs a check that adds diagnostics and may end early with more.
pub(super) fn collect(check: impl FnOnce(&mut Diagnostics) -> Result<()>) -> Vec<proto::Diagnostic> {
    let mut diagnostics = Diagnostics::NONE;
    if let Err(more) = check(&mut diagnostics) {
        diagnostics.append(more);
    }
    wire::diagnostics(diagnostics)
}

/// Adds what a provider's own check found.
///
/// A value that a validator refuses may be one that the struct cannot hold. That has been said then, and is no mistake
/// of the provider.
pub(crate) fn own_check(diagnostics: &mut Diagnostics, checked: Result<Diagnostics>) -> Result<()> {
    match checked {
        Ok(found) => diagnostics.append(found),
        Err(_) if diagnostics.has_errors() => {}
        Err(errors) => return Err(errors),
    }
    Ok(())
}

/// Runs the validators of all attributes of `what`.
///
/// # Errors
/// A panic in one of them.
pub(crate) fn attributes(
    what: &str,
    block: &Block,
    config: &Value,
    write_only_allowed: bool,
    diagnostics: &mut Diagnostics,
) -> Result<()> {
    guard_sync(what, || {
        check(block, config, write_only_allowed, diagnostics);
        Ok(())
    })
}

/// What must be there is there, also where it was unknown in the validation.
///
/// # Errors
/// What is missing, or null inside a collection.
pub(super) fn require(block: &Block, config: &Value) -> Result<()> {
    let missing = presence::missing(block, config);
    if missing.has_errors() { Err(missing) } else { Ok(()) }
}

fn check(block: &Block, config: &Value, write_only_allowed: bool, diagnostics: &mut Diagnostics) {
    diagnostics.append(presence::missing(block, config));
    each_configured(block, config, &mut |path, attribute, value, siblings| {
        let sensitive = attribute.sensitive || attribute.write_only || attribute.unquoted;
        let configured = Configured { path, value, siblings, sensitive };
        for validator in &attribute.validators {
            if let Some(diagnostic) = validator.run(&configured) {
                diagnostics.push(diagnostic);
            }
        }
        if attribute.write_only && !write_only_allowed && !value.is_null() {
            let detail = "Its value is never stored, which Terraform can only promise from version 1.11 on.";
            let summary = format!("{path} needs a newer Terraform");
            diagnostics.push(Diagnostic::error(summary, detail).at(path.clone()));
        }
        if let Some(instead) = &attribute.deprecation
            && !value.is_null()
        {
            diagnostics.push(Diagnostic::warning(format!("{path} is deprecated"), instead).at(path.clone()));
        }
    });
}
