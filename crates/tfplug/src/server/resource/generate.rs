//! `GenerateResourceConfig`: turns a state into the configuration that would produce it.

use crate::{
    diagnostic::Result,
    proto::tfplugin6 as proto,
    schema::{
        Block,
        walk::{each_planned, fill_in_blocks},
    },
    server::{guard::guard_sync, shared::Shared, wire},
    value::Value,
};

impl Shared {
    pub(in crate::server) fn generate_resource_config(
        &self,
        request: &proto::generate_resource_config::Request,
    ) -> proto::generate_resource_config::Response {
        match self.generated(request) {
            Ok(config) => proto::generate_resource_config::Response { config: Some(config), diagnostics: Vec::new() },
            Err(errors) => {
                proto::generate_resource_config::Response { config: None, diagnostics: wire::diagnostics(errors) }
            }
        }
    }

    fn generated(&self, request: &proto::generate_resource_config::Request) -> Result<proto::DynamicValue> {
        let resource = self.resource(&request.type_name)?;
        let mut config = wire::decode_state(request.state.as_ref(), resource.ty())?;
        if config.is_null() {
            return wire::encode(&config, resource.ty());
        }
        clear_results(resource.schema().root(), &mut config);
        let mut config = guard_sync(&request.type_name, || resource.generate_config(&config))?;
        fill_in_blocks(resource.schema().root(), &mut config);
        wire::encode(&config, resource.ty())
    }
}

/// What cannot or should not be written in a configuration: results, deprecated arguments, and what is the default.
fn clear_results(block: &Block, config: &mut Value) {
    each_planned(block, config, &Value::Null, None, &mut |place| {
        let attribute = place.attribute;
        let only_result = attribute.computed && !attribute.is_optional();
        let is_default = attribute.default.as_ref().is_some_and(|default| default == place.planned);
        if only_result || is_default || attribute.write_only || (attribute.deprecation.is_some() && !attribute.required)
        {
            *place.planned = Value::Null;
        }
    });
}
