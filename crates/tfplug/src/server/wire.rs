//! Between the protocol's messages and the framework's types.

use serde_json::Value as Json;

use crate::{
    context::DeferredReason,
    diagnostic::{Diagnostic, Diagnostics, Result, Severity},
    proto::tfplugin6::{self as proto, attribute_path::step::Selector},
    schema::{Block, walk::fill_in_blocks},
    value::{self, Path, Step, Type, Value},
};

impl From<&Path> for proto::AttributePath {
    fn from(path: &Path) -> Self {
        let steps = path.steps().iter().map(|step| proto::attribute_path::Step {
            selector: Some(match step {
                Step::Attribute(name) => Selector::AttributeName(name.clone()),
                Step::Key(key) => Selector::ElementKeyString(key.clone()),
                Step::Index(index) => Selector::ElementKeyInt(*index),
            }),
        });
        Self { steps: steps.collect() }
    }
}

impl From<Diagnostic> for proto::Diagnostic {
    fn from(diagnostic: Diagnostic) -> Self {
        let severity = match diagnostic.severity {
            Severity::Error => proto::diagnostic::Severity::Error,
            Severity::Warning => proto::diagnostic::Severity::Warning,
        };
        Self {
            severity: severity.into(),
            summary: diagnostic.summary,
            detail: diagnostic.detail,
            attribute: diagnostic.path.as_ref().map(Into::into),
        }
    }
}

impl From<DeferredReason> for proto::Deferred {
    fn from(reason: DeferredReason) -> Self {
        use proto::deferred::Reason;
        let reason = match reason {
            DeferredReason::ResourceConfigUnknown => Reason::ResourceConfigUnknown,
            DeferredReason::ProviderConfigUnknown => Reason::ProviderConfigUnknown,
            DeferredReason::AbsentPrerequisite => Reason::AbsentPrereq,
        };
        Self { reason: reason.into() }
    }
}

pub(super) fn diagnostics(diagnostics: Diagnostics) -> Vec<proto::Diagnostic> {
    diagnostics.into_iter().map(Into::into).collect()
}

/// Reads a value that Terraform sent. A message that is left out is a null value.
pub(super) fn decode(dynamic: Option<&proto::DynamicValue>, ty: &Type) -> Result<Value> {
    let Some(dynamic) = dynamic else { return Ok(Value::Null) };
    let result = if !dynamic.msgpack.is_empty() {
        value::decode(&dynamic.msgpack, ty).map_err(|error| (error.path.clone(), error.to_string()))
    } else if !dynamic.json.is_empty() {
        serde_json::from_slice(&dynamic.json)
            .map_err(|error| (Path::ROOT, error.to_string()))
            .and_then(|json| value::from_json(&json, ty).map_err(|error| (error.path.clone(), error.to_string())))
    } else {
        Ok(Value::Null)
    };
    result.map_err(|(path, problem)| {
        let detail = format!("{problem}. Terraform sent a value that does not fit the provider's schema.");
        let diagnostic = Diagnostic::error("A value cannot be read", detail);
        if path.is_root() { diagnostic.into() } else { diagnostic.at(path).into() }
    })
}

/// Reads a state, which is null where there is none.
pub(super) fn decode_state(dynamic: Option<&proto::DynamicValue>, ty: &Type) -> Result<Value> {
    let state = decode(dynamic, ty)?;
    if state.is_unknown() {
        let detail = "Terraform sent a state of which nothing is known, not even whether there is one.";
        return Err(Diagnostic::error("A value cannot be read", detail).into());
    }
    Ok(state)
}

/// Reads a configuration. One that is left out is one with nothing in it: Terraform sends null for an action without a
/// `config` block.
pub(super) fn decode_config(dynamic: Option<&proto::DynamicValue>, block: &Block, ty: &Type) -> Result<Value> {
    let mut config = decode_state(dynamic, ty)?;
    if let (Value::Null, Type::Object(types)) = (&config, ty) {
        config = Value::object(types.keys().map(|name| (name, Value::Null)));
        fill_in_blocks(block, &mut config);
    }
    Ok(config)
}

/// Reads a state or an identity that Terraform stored; null where there is none.
pub(super) fn raw_state(raw: Option<&proto::RawState>) -> Result<Json> {
    let Some(raw) = raw else { return Ok(Json::Null) };
    if raw.json.is_empty() && !raw.flatmap.is_empty() {
        let detail = "It was written by Terraform 0.11 or older. Apply it once with Terraform 0.12 to 1.x and the \
                      provider that wrote it, which rewrites it, and then come back.";
        return Err(Diagnostic::error("The stored state is too old", detail).into());
    }
    if raw.json.is_empty() {
        return Ok(Json::Null);
    }
    serde_json::from_slice(&raw.json).map_err(|error| {
        Diagnostic::error("The stored state cannot be read", format!("It is not JSON: {error}.")).into()
    })
}

/// Writes a value for Terraform.
pub(super) fn encode(value: &Value, ty: &Type) -> Result<proto::DynamicValue> {
    let msgpack = value::encode(value, ty).map_err(|error| {
        let detail = format!("{error}. The provider's value does not fit its schema; please report this.");
        Diagnostic::error("A mistake in the provider", detail)
    })?;
    Ok(proto::DynamicValue { msgpack: msgpack.into(), json: Default::default() })
}

pub(super) fn encode_identity(value: Option<Value>, ty: Option<&Type>) -> Result<Option<proto::ResourceIdentityData>> {
    let (Some(value), Some(ty)) = (value, ty) else { return Ok(None) };
    Ok(Some(proto::ResourceIdentityData { identity_data: Some(encode(&value, ty)?) }))
}
