//! Products, availability zones, disk types, quotas and the tenant.

use serde_json::{Map, Value, json};

use super::{
    errors::{Error, code},
    request::Request,
    server_groups::model::product_model,
    servers::orders,
};
use crate::{
    call::Moment,
    world::{AvailabilityZone, Product, World},
};

/// GET `product`.
pub(super) fn list_products(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let zone = request.query_text("availability_zone");
    let matches = |id: &str, product: &Product| {
        request.wants("product_id", id)
            && request.wants("flavor_id", &product.flavor_id)
            && request.wants("os_type", &product.os_type)
            && request.wants("charge_mode", &product.charge_mode)
            && request.wants("architecture", &product.architecture)
            && request.wants("package_type", "general")
            && zone.is_none_or(|zone| product.availability_zones.iter().any(|known| known == zone))
    };
    let products: Vec<Value> = world
        .huawei
        .products
        .iter()
        .filter(|(id, product)| matches(id, product))
        .map(|(id, product)| product_model(id, product))
        .collect();
    let mut body = json!({ "products": products });
    for name in ["availability_zone", "os_type"] {
        if let Some(value) = request.query_text(name) {
            body[name] = value.into();
        }
    }
    Ok(body)
}

/// GET `availability-zone`.
pub(super) fn list_availability_zones(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let zones = zones(world, request);
    Ok(json!({ "total_count": zones.len(), "availability_zones": zones }))
}

/// GET `availability-zone/summary`: by kind of site.
pub(super) fn summarise_availability_zones(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    Ok(json!({ "azs": { "CENTER": zones(world, request) }, "default_type": "CENTER", "support_type": ["CENTER"] }))
}

fn zones(world: &World, request: &Request) -> Vec<Value> {
    let model = |zone: &AvailabilityZone| {
        let products: Vec<&String> = world
            .huawei
            .products
            .iter()
            .filter(|(_, product)| product.availability_zones.contains(&zone.id))
            .map(|(id, _)| id)
            .collect();
        json!({
            "availability_zone": zone.id,
            "display_name": zone.display_name,
            "i18n": { "en_us": zone.display_name },
            "sold_out": { "products": zone.sold_out },
            "product_ids": products,
            "visible": true,
            "default_availability_zone": zone.default,
        })
    };
    world.huawei.availability_zones.iter().filter(|zone| zone.region == request.region).map(model).collect()
}

/// GET `volume-type`.
pub(super) fn list_volume_types(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let zones: Vec<&str> = world
        .huawei
        .availability_zones
        .iter()
        .filter(|zone| zone.region == request.region)
        .map(|zone| zone.id.as_str())
        .collect();
    let types: Vec<Value> = world
        .huawei
        .volume_types
        .iter()
        .map(|kind| {
            let sold_out = kind.sold_out_availability_zones.iter().filter(|zone| zones.contains(&zone.as_str()));
            json!({
                "resource_spec_code": kind.resource_spec_code,
                "volume_type": kind.volume_type,
                "volume_product_type": "workspace",
                "resource_type": "hws.resource.type.workspace.volume",
                "cloud_service_type": "hws.service.type.vdi",
                "name": [{ "en_us": kind.name }],
                "volume_type_extra_specs": {
                    "availability_zone": zones.join(","),
                    "sold_out_availability_zone": sold_out.cloned().collect::<Vec<_>>().join(","),
                },
            })
        })
        .collect();
    Ok(json!({ "volume_types": types }))
}

/// GET `check/quota`: what so many servers of a product need, and whether enough is left.
pub(super) fn check_quota(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let product_id = request.query_text("product_id").unwrap_or_default();
    let known = world.huawei.products.get(product_id);
    let flavor = request.query_text("flavor_id");
    known
        .filter(|product| flavor.is_none_or(|flavor| product.flavor_id == flavor))
        .ok_or_else(|| Error::of(404, code::PRODUCT_NOT_FOUND, format!("The product '{product_id}' not find.")))?;
    let amount = |name: &str| request.query_integer(name).unwrap_or(0);
    let servers = amount("subscription_num");
    let (disks, disk_size) = (amount("disk_num"), amount("disk_size"));
    let needs = orders::needs(&world.huawei, product_id, servers, disks.saturating_mul(servers), disk_size);
    let left = |kind: &str| orders::left(&world.huawei, kind);
    let is_enough = needs.iter().all(|(kind, need)| left(kind) >= *need);
    let rows: Vec<Value> =
        needs.iter().map(|(kind, need)| json!({ "type": kind, "remainder": left(kind), "need": need })).collect();
    Ok(json!({ "is_enough": is_enough, "quota_remainder": rows }))
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
    let domain_type = if huawei.open_with_ad { "LOCAL_AD" } else { "LITE_AS" };
    Ok(json!({
        "id": request.project_id,
        "ad_domains": { "domain_type": domain_type },
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
