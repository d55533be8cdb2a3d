//! Between the host's values and the protocol's messages.

use tonic::{Response, Status};

use super::error::{Error, Findings};
use crate::{
    context::DeferredReason,
    diagnostic::{Diagnostic, Diagnostics, Severity},
    proto::tfplugin6::{self as proto, attribute_path::step::Selector},
    rules::{Rule, Violation, check_known},
    value::{self, Path, Step, Type, Value},
};

/// The largest message in bytes, as Terraform has it.
pub(super) const MAX_MESSAGE_SIZE: usize = 256 << 20;

/// A value on its way to the provider.
pub(super) fn sent(value: &Value, ty: &Type) -> Result<proto::DynamicValue, Error> {
    let msgpack = value::encode(value, ty).map_err(|error| Error::refused(&error.path, error.problem))?;
    Ok(proto::DynamicValue { msgpack: msgpack.into(), json: Default::default() })
}

pub(super) fn sent_identity(
    identity: Option<&Value>,
    ty: Option<&Type>,
) -> Result<Option<proto::ResourceIdentityData>, Error> {
    let (Some(identity), Some(ty)) = (identity, ty) else { return Ok(None) };
    Ok(Some(proto::ResourceIdentityData { identity_data: Some(sent(identity, ty)?) }))
}

impl Findings {
    /// What a call answered. That there is no answer is an error like any other, as it is to Terraform.
    pub(super) fn answered<T>(&mut self, rpc: &str, answer: Result<Response<T>, Status>) -> Option<T> {
        match answer {
            Ok(answer) => Some(answer.into_inner()),
            Err(status) => {
                let detail = format!("{rpc} failed with {:?}: {}", status.code(), status.message());
                self.diagnostics.push(Diagnostic::error("The plugin did not answer", detail));
                None
            }
        }
    }

    pub(super) fn tell(&mut self, diagnostics: &[proto::Diagnostic]) {
        self.diagnostics.append(told(diagnostics));
    }

    /// A value that the provider answered; null where it left the message out.
    pub(super) fn received(&mut self, dynamic: Option<&proto::DynamicValue>, ty: &Type) -> Option<Value> {
        let Some(dynamic) = dynamic else { return Some(Value::Null) };
        let read = if !dynamic.msgpack.is_empty() {
            value::decode(&dynamic.msgpack, ty).map_err(|error| error.path)
        } else if !dynamic.json.is_empty() {
            serde_json::from_slice(&dynamic.json)
                .map_err(|_| Path::ROOT)
                .and_then(|json| value::from_json(&json, ty).map_err(|error| error.path))
        } else {
            Ok(Value::Null)
        };
        read.map_err(|path| self.violations.push(Violation::new(Rule::OfItsType, &path))).ok()
    }

    /// An identity that the provider answered, if it did.
    pub(super) fn received_identity(
        &mut self,
        identity: Option<&proto::ResourceIdentityData>,
        ty: Option<&Type>,
    ) -> Option<Value> {
        let data = identity?.identity_data.as_ref()?;
        let Some(ty) = ty else {
            self.violations.push(Violation::new(Rule::IdentityHasSchema, &Path::ROOT));
            return None;
        };
        self.received(Some(data), ty).filter(|identity| !identity.is_null())
    }

    /// A provider that tells Terraform to wait, and what Terraform makes of it.
    pub(super) fn deferred(&mut self, deferred: Option<proto::Deferred>, allowed: bool) -> Option<DeferredReason> {
        use proto::deferred::Reason;
        let reason = match deferred?.reason() {
            Reason::ProviderConfigUnknown => DeferredReason::ProviderConfigUnknown,
            Reason::AbsentPrereq => DeferredReason::AbsentPrerequisite,
            Reason::ResourceConfigUnknown | Reason::Unknown => DeferredReason::ResourceConfigUnknown,
        };
        if !allowed && !self.diagnostics.has_errors() {
            self.violations.push(Violation::new(Rule::DeferralIsAllowed, &Path::ROOT));
        }
        Some(reason)
    }

    /// An identity with something unknown in it, where it must be known.
    pub(super) fn check_identity_known(&mut self, identity: Option<&Value>) {
        let unknown = identity.map(check_known).unwrap_or_default();
        let of_identity = |it: Violation| Violation::new(Rule::IdentityIsKnown, &it.path);
        self.violations.extend(unknown.into_iter().map(of_identity));
    }
}

pub(super) fn told(diagnostics: &[proto::Diagnostic]) -> Diagnostics {
    let one = |it: &proto::Diagnostic| Diagnostic {
        severity: match it.severity() {
            proto::diagnostic::Severity::Warning => Severity::Warning,
            proto::diagnostic::Severity::Error | proto::diagnostic::Severity::Invalid => Severity::Error,
        },
        summary: it.summary.clone(),
        detail: it.detail.clone(),
        path: it.attribute.as_ref().map(path),
    };
    diagnostics.iter().map(one).collect()
}

pub(super) fn path(path: &proto::AttributePath) -> Path {
    let steps = path.steps.iter().filter_map(|step| match step.selector.as_ref()? {
        Selector::AttributeName(name) => Some(Step::Attribute(name.clone())),
        Selector::ElementKeyString(key) => Some(Step::Key(key.clone())),
        Selector::ElementKeyInt(index) => Some(Step::Index(*index)),
    });
    steps.collect()
}
