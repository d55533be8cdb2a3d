//! A resource's identity beside its state. Since Terraform 1.12.

use super::consistency;
use crate::{
    diagnostic::Result,
    erased::AnyResource,
    proto::tfplugin6::ResourceIdentityData,
    server::{guard::guard_sync, shared::Shared, wire},
    value::{Type, Value},
};

/// The identity of what the state describes, if the state tells.
pub(super) fn of_state(type_name: &str, resource: &dyn AnyResource, state: &Value) -> Result<Option<Value>> {
    if state.is_null() {
        return Ok(None);
    }
    guard_sync(type_name, || resource.identity(state))
}

/// Reads an identity that Terraform sent; null where it sent none.
pub(super) fn decode(identity: Option<&ResourceIdentityData>, ty: Option<&Type>) -> Result<Value> {
    match (identity, ty) {
        (Some(identity), Some(ty)) => wire::decode(identity.identity_data.as_ref(), ty),
        _ => Ok(Value::Null),
    }
}

/// What an `import` block gave, with what it left to the provider.
pub(super) fn completed(given: Value, found: Option<Value>) -> Value {
    match (given, found) {
        (Value::Object(mut given), Some(Value::Object(found))) => {
            for (name, found) in found {
                let given = given.entry(name).or_insert(Value::Null);
                if given.is_null() && found.is_wholly_known() {
                    *given = found;
                }
            }
            Value::Object(given)
        }
        (Value::Null, found) => found.unwrap_or(Value::Null),
        (given, _) => given,
    }
}

impl Shared {
    /// The identity of a state for an answer. `None` where the state does not tell: what is stored then stays.
    pub(super) fn identity_of(
        type_name: &str,
        resource: &dyn AnyResource,
        state: &Value,
        stored: Option<&ResourceIdentityData>,
    ) -> Result<Option<ResourceIdentityData>> {
        let Some(identity) = of_state(type_name, resource, state)? else { return Ok(None) };
        if resource.identity_schema().is_none_or(|schema| !schema.mutable) {
            consistency::check_identity(type_name, &decode(stored, resource.identity_ty())?, &identity)?;
        }
        wire::encode_identity(Some(identity), resource.identity_ty())
    }
}
