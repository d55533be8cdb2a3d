//! `UpgradeResourceState` and `UpgradeResourceIdentity`: bring what was stored to the present schemas.

use serde_json::Value as Json;

use super::make_storable;
use crate::{
    diagnostic::{Diagnostic, Diagnostics, Result},
    proto::tfplugin6 as proto,
    server::{guard::guard_sync, shared::Shared, wire},
    value::{self, Type, Value},
};

impl Shared {
    pub(in crate::server) fn upgrade_resource_state(
        &self,
        request: &proto::upgrade_resource_state::Request,
    ) -> proto::upgrade_resource_state::Response {
        let upgraded = || {
            let resource = self.resource(&request.type_name)?;
            let mut state = wire::raw_state(request.raw_state.as_ref())?;
            if request.version != resource.schema().current_version() && !state.is_null() {
                state = guard_sync(&request.type_name, || resource.upgrade(request.version, state))?;
                if state.is_null() {
                    return Err(forgotten(&request.type_name, request.version));
                }
            }
            let mut state = read(&state, resource.ty())?;
            make_storable(resource.schema().root(), &mut state);
            wire::encode(&state, resource.ty())
        };
        match upgraded() {
            Ok(state) => proto::upgrade_resource_state::Response { upgraded_state: Some(state), ..Default::default() },
            Err(errors) => {
                proto::upgrade_resource_state::Response { diagnostics: wire::diagnostics(errors), ..Default::default() }
            }
        }
    }

    pub(in crate::server) fn upgrade_resource_identity(
        &self,
        request: &proto::upgrade_resource_identity::Request,
    ) -> proto::upgrade_resource_identity::Response {
        let upgraded = || {
            let resource = self.resource(&request.type_name)?;
            let (Some(schema), Some(ty)) = (resource.identity_schema(), resource.identity_ty()) else {
                let summary = format!("{} has no identity", request.type_name);
                return Err(Diagnostic::error(summary, "A stored identity cannot be used for it.").into());
            };
            let mut identity = wire::raw_state(request.raw_identity.as_ref())?;
            if request.version != schema.version {
                identity = guard_sync(&request.type_name, || resource.upgrade_identity(request.version, identity))?;
            }
            wire::encode_identity(Some(read(&identity, ty)?), Some(ty))
        };
        match upgraded() {
            Ok(upgraded_identity) => {
                proto::upgrade_resource_identity::Response { upgraded_identity, diagnostics: Vec::new() }
            }
            Err(errors) => proto::upgrade_resource_identity::Response {
                diagnostics: wire::diagnostics(errors),
                upgraded_identity: None,
            },
        }
    }
}

/// Terraform would take null for a resource that is gone, and create it a second time.
fn forgotten(type_name: &str, version: i64) -> Diagnostics {
    let detail = format!(
        "The upgrade of a state of version {version} gave none. This is a mistake in the provider; the state that is \
         stored is left as it is."
    );
    Diagnostic::error(format!("The stored state of {type_name} cannot be upgraded"), detail).into()
}

fn read(json: &Json, ty: &Type) -> Result<Value> {
    value::from_json(json, ty).map_err(|error| {
        let detail = format!("{error}. It does not fit the provider's schema.");
        Diagnostic::error("The stored state cannot be read", detail).at(error.path).into()
    })
}
