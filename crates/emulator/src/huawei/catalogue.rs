//! Products, availability zones, disk types and quotas.

use serde_json::{Value, json};

use super::{
    errors::{Error, code},
    request::Request,
    server_groups::model::product_model,
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
    let needs = world.huawei.needs(product_id, servers, disks.saturating_mul(servers), disk_size);
    let left = |kind: &str| world.huawei.left(kind);
    let is_enough = needs.iter().all(|(kind, need)| left(kind) >= *need);
    let rows: Vec<Value> =
        needs.iter().map(|(kind, need)| json!({ "type": kind, "remainder": left(kind), "need": need })).collect();
    Ok(json!({ "is_enough": is_enough, "quota_remainder": rows }))
}
