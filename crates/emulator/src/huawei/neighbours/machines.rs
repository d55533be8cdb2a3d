//! What VPC, ECS and IMS show of the networks, zones and images that Workspace has.

use serde_json::{Value, json};

use super::super::{
    errors::{Error, code},
    request::Request,
};
use crate::{call::Moment, world::World};

/// GET `/v1/{project_id}/subnets` of VPC.
pub(crate) fn list_subnets(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let vpcs = world.huawei.vpcs.iter().filter(|(id, _)| request.wants("vpc_id", id));
    let subnets = vpcs.flat_map(|(vpc_id, subnets)| subnets.iter().map(move |(id, subnet)| (vpc_id, id, subnet)));
    let models = subnets.map(|(vpc_id, id, subnet)| {
        json!({
            "id": id,
            "name": subnet.name,
            "description": "",
            "vpc_id": vpc_id,
            "neutron_subnet_id": id,
            "cidr": "192.168.0.0/16",
            "gateway_ip": "192.168.0.1",
            "status": "ACTIVE",
            "dhcp_enable": true,
            "ipv6_enable": false,
            "dnsList": [],
        })
    });
    Ok(json!({ "subnets": models.collect::<Vec<_>>() }))
}

/// GET `/v2.1/{project_id}/os-availability-zone` of ECS.
pub(crate) fn list_zones(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let zones = world.huawei.availability_zones.iter().filter(|zone| zone.region == request.region);
    let zones = zones.map(|zone| json!({ "zoneName": zone.id, "zoneState": { "available": true } }));
    Ok(json!({ "availabilityZoneInfo": zones.collect::<Vec<_>>() }))
}

/// GET `/v2/cloudimages` of IMS; a page begins after the image that `marker` names.
pub(crate) fn list_images(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let images = world.huawei.images.iter().filter(|(id, image)| {
        image.regions.contains(&request.region)
            && request.wants("id", id)
            && request.wants_part("name", &image.name)
            && request.wants("__imagetype", in_ims(&image.image_type))
            && request.wants("__platform", &image.os_type)
    });
    let after = images.skip_while(|(id, _)| request.query_text("marker").is_some_and(|marker| *id <= marker));
    let limit = request.query_integer("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(100);
    let models = after.take(limit).map(|(id, image)| {
        json!({
            "id": id,
            "name": image.name,
            "status": "active",
            "min_disk": image.min_disk,
            "visibility": if image.image_type == "private" { "private" } else { "public" },
            "__imagetype": in_ims(&image.image_type),
            "__os_type": image.os_type,
            "__productcode": image.product_id,
        })
    });
    Ok(json!({ "images": models.collect::<Vec<_>>() }))
}

/// What IMS calls a type of images: those of the marketplace are gold in Workspace, and the public ones in IMS.
fn in_ims(image_type: &str) -> &str {
    match image_type {
        "gold" => "market",
        "public" => "gold",
        other => other,
    }
}

/// DELETE `/v2/images/{image_id}` of IMS: of one's own images alone.
pub(crate) fn delete_image(world: &mut World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let id = request.path("image_id");
    let image = world.huawei.images.get(id).filter(|image| image.regions.contains(&request.region));
    let missing = || Error::of(404, code::IMAGE_NOT_FOUND, format!("The image '{id}' is not found."));
    if image.ok_or_else(missing)?.image_type != "private" {
        return Err(Error::forbidden());
    }
    world.huawei.images.remove(id);
    Ok(Value::Null)
}
