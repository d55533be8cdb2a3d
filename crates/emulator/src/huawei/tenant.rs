//! The tenant: whether its service is enabled, how its Workspace is set up, and what it configured.

use serde_json::{Map, Value, json};

use super::{errors::Error, request::Request};
use crate::{call::Moment, world::World};

/// POST `tenant/action/active`: enables the service, or disables it.
pub(super) fn set_status(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let status = request.need("service_status")?;
    if !["active", "inactive"].contains(&status) {
        return Err(Error::invalid("service_status", "it must be one of active, inactive"));
    }
    status.clone_into(&mut world.huawei.service_status);
    Ok(json!({ "project_id": request.project_id, "service_status": status }))
}

/// POST `bundles/batch-query-config-info`: what is configured under these names; all that is where none are given.
pub(super) fn list_configurations(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let wanted = request.texts("items");
    let configured = &world.huawei.configurations;
    let found = configured.iter().filter(|(key, _)| wanted.is_empty() || wanted.contains(&key.as_str()));
    let infos = found.map(|(key, value)| json!({ "config_key": key, "config_value": value }));
    Ok(json!({ "config_infos": infos.collect::<Vec<_>>() }))
}

/// GET `tenant/profile`.
pub(super) fn show_tenant(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let domain = world.huawei.projects.iter().find(|project| project.id == request.project_id);
    let fields: Map<String, Value> = Map::from_iter([
        ("project_id".to_owned(), request.project_id.as_str().into()),
        ("project_name".to_owned(), request.region.as_str().into()),
        ("tenant_domain_id".to_owned(), domain.map_or("", |project| project.domain_id.as_str()).into()),
        ("tenant_domain_name".to_owned(), crate::options::DOMAIN_NAME.into()),
        ("service_status".to_owned(), world.huawei.service_status.as_str().into()),
        ("open_with_ad".to_owned(), world.huawei.open_with_ad.into()),
        ("create_time".to_owned(), world.huawei.enabled_at.to_string().into()),
    ]);
    Ok(Value::Object(fields))
}

/// GET `/v2/{project_id}/workspaces`: how the tenant's Workspace is set up. It lies in the first of the networks.
pub(super) fn show_workspace(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let huawei = &world.huawei;
    let (vpc_id, subnets) = huawei.vpcs.iter().next().map_or(("", None), |(id, subnets)| (id.as_str(), Some(subnets)));
    let subnets = subnets.into_iter().flatten().map(|(id, _)| json!({ "subnet_id": id }));
    let subscribed = huawei.service_status == "active";
    let domain = if huawei.open_with_ad {
        json!({
            "domain_type": "LOCAL_AD",
            "domain_name": "desks.emulator.test",
            "domain_admin_account": "administrator",
        })
    } else {
        json!({ "domain_type": "LITE_AS" })
    };
    Ok(json!({
        "id": request.project_id,
        "ad_domains": domain,
        "vpc_id": vpc_id,
        "vpc_name": vpc_id,
        "access_mode": "INTERNET",
        "access_status": "available",
        "status": if subscribed { "SUBSCRIBED" } else { "CLOSED" },
        "config_status": if huawei.open_with_ad { "0" } else { "3" },
        "closable": false,
        "progress": "100%",
        "subnet_ids": subnets.collect::<Vec<_>>(),
    }))
}
