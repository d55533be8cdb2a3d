//! Checks of configurations before anything is done: `ValidateProviderConfig`, `ValidateResourceConfig`.

use super::{guard::guard_sync, shared::Shared, wire};
use crate::{
    diagnostic::{Diagnostic, Diagnostics, Result},
    proto::tfplugin6 as proto,
    schema::{
        Attribute, Block, presence,
        validate::Configured,
        walk::{Part, each_configured},
    },
    value::Value,
};

impl Shared {
    pub(super) fn validate_provider_config(
        &self,
        request: &proto::validate_provider_config::Request,
    ) -> proto::validate_provider_config::Response {
        let diagnostics = collect(|diagnostics| {
            let config = wire::decode_config(request.config.as_ref(), self.schema.root(), &self.ty)?;
            attributes("the provider block", self.schema.root(), &config, true, diagnostics)?;
            own_check(diagnostics, guard_sync("the provider block", || self.provider.validate(&config)))
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
            let config = wire::decode_config(request.config.as_ref(), resource.schema().root(), resource.ty())?;
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

/// Checks a block and everything in it: what must be there, what is deprecated, and the validators of all attributes.
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
        if let Some(instead) = &block.deprecation {
            diagnostics.push(Diagnostic::warning(format!("{what} is deprecated"), instead));
        }
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
    each_configured(block, config, &mut |path, part, value, siblings| {
        let (validators, sensitive, deprecation) = match part {
            Part::Attribute(attribute) => {
                let sensitive = attribute.sensitive || attribute.write_only || attribute.unquoted;
                (&attribute.validators, sensitive, &attribute.deprecation)
            }
            Part::Blocks(nested) => (&nested.validators, false, &nested.block.deprecation),
        };
        let configured = Configured { path, value, siblings, config, sensitive };
        validators.iter().for_each(|validator| diagnostics.append(validator.run(&configured)));
        if let Part::Attribute(Attribute { write_only: true, .. }) = part
            && !write_only_allowed
            && !value.is_null()
        {
            let detail = "Its value is never stored, which Terraform can only promise from version 1.11 on.";
            let summary = format!("{path} needs a newer Terraform");
            diagnostics.push(Diagnostic::error(summary, detail).at(path.clone()));
        }
        if let Some(instead) = deprecation.as_ref().filter(|_| is_there(part, value)) {
            diagnostics.push(Diagnostic::warning(format!("{path} is deprecated"), instead).at(path.clone()));
        }
    });
}

/// Whether somebody has written it.
fn is_there(part: Part<'_>, value: &Value) -> bool {
    match (part, value) {
        (Part::Blocks(_), Value::List(blocks) | Value::Set(blocks)) => !blocks.is_empty(),
        _ => !value.is_null(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Attribute, NestedBlock, Schema};

    /// What is told of the use of what is deprecated, as `path: summary (detail)`.
    fn told(schema: &Schema, config: &Value) -> Vec<String> {
        let mut diagnostics = Diagnostics::NONE;
        attributes("test_disk", schema.root(), config, true, &mut diagnostics).unwrap();
        let place = |it: &Diagnostic| it.path.as_ref().map_or(String::new(), |path| format!("{path}: "));
        diagnostics.iter().map(|it| format!("{}{} ({})", place(it), it.summary, it.detail)).collect()
    }

    fn list(elements: impl IntoIterator<Item = Value>) -> Value {
        Value::List(elements.into_iter().collect())
    }

    #[test]
    fn whoever_uses_what_is_deprecated_is_told_what_to_use_instead() {
        let schema = Schema::new("A disk.").attribute("name", Attribute::string("Its name."));
        let config = Value::object([("name", Value::from("a"))]);
        assert_eq!(told(&schema, &config), [""; 0]);
        assert_eq!(
            told(&schema.deprecated("Use test_volume."), &config),
            ["test_disk is deprecated (Use test_volume.)"]
        );
    }

    #[test]
    fn a_deprecated_block_is_told_of_where_it_stands_and_only_where_it_does() {
        let old = || NestedBlock::list(Block::new("Old.")).deprecated("Use new.");
        let mount = || Block::new("A mount.").block("old", old());
        let schema = Schema::new("A disk.")
            .block("old", old())
            .block("one", NestedBlock::single(mount()))
            .block("mount", NestedBlock::list(mount()))
            .block("any", NestedBlock::set(mount()));
        let there = || Value::object([("old", list([Value::object::<&str>([])]))]);
        let absent = || Value::object([("old", list([]))]);
        let with = |old: Value, one: Value, mount: Value, any: Value| {
            Value::object([("old", old.attribute("old").clone()), ("one", one), ("mount", mount), ("any", any)])
        };
        let nothing = with(absent(), Value::Null, list([absent()]), Value::set(vec![absent()]));
        assert_eq!(told(&schema, &nothing), [""; 0]);
        let everything = with(there(), there(), list([absent(), there()]), Value::set(vec![there()]));
        let expected = |path: &str| format!("{path}: {path} is deprecated (Use new.)");
        assert_eq!(told(&schema, &everything), ["any.old", "mount[1].old", "old", "one.old"].map(expected));
        let unknown = with(Value::object([("old", Value::UNKNOWN)]), Value::Null, Value::UNKNOWN, Value::UNKNOWN);
        assert_eq!(told(&schema, &unknown), [expected("old")]);
    }
}
