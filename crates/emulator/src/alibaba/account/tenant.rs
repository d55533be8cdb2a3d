//! ListTenantConfig, ModifyTenantConfig.

use serde_json::{Value, json};

use super::super::{errors::Error, request::arguments::Arguments};
use crate::{
    call::Moment,
    world::{TENANT_ID, World},
};

/// ListTenantConfig.
pub(crate) fn list(world: &World, _arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let tenant = world.alibaba.tenants.get(&TENANT_ID.to_string()).cloned().unwrap_or_default();
    Ok(json!({
        "TenantConfigModel": {
            "AppInstanceGroupExpireRemind": tenant.expire_remind,
            "MultiSessionSupportType": "All",
        },
    }))
}

/// ModifyTenantConfig.
pub(crate) fn modify(world: &mut World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let id = TENANT_ID.to_string();
    let mut tenant = world.alibaba.tenants.get(&id).cloned().unwrap_or_default();
    if let Some(remind) = arguments.boolean("AppInstanceGroupExpireRemind") {
        tenant.expire_remind = remind;
    }
    world.alibaba.tenants.insert(id, tenant);
    Ok(json!({}))
}
