//! What a server group must satisfy when it is made and when it is changed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::{
    errors::{Error, code},
    request::Request,
};
use crate::world::{HuaweiWorld, IpVirtual, RoutePolicy, ServerGroup, Tag};

/// Sessions bought on top, at most.
const MOST_EXTRA_SESSIONS: i64 = 1000;
/// The largest system disk, in GB.
const LARGEST_DISK: i64 = 32_768;
/// Tags on one server group, at most.
const MOST_TAGS: usize = 20;
const DESCRIPTION_LENGTH: usize = 255;

/// 1 to 64 letters, digits, `_` and `-`.
pub(super) fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.chars().count())
        && name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'))
}

/// Whether another group of the project has the name.
pub(super) fn is_taken(world: &HuaweiWorld, project_id: &str, name: &str, except: Option<&str>) -> bool {
    world
        .server_groups
        .iter()
        .any(|(id, group)| group.name == name && group.project_id == project_id && Some(id) != except)
}

/// A name that fits and is free.
pub(super) fn check_name(
    world: &HuaweiWorld,
    project_id: &str,
    name: &str,
    except: Option<&str>,
) -> Result<String, Error> {
    if !is_name(name) {
        return Err(Error::invalid("name", "it must be 1 to 64 letters, digits, underscores and hyphens"));
    }
    if is_taken(world, project_id, name, except) {
        return Err(Error::of(409, code::NAME_TAKEN, format!("The server group name '{name}' already exists.")));
    }
    Ok(name.to_owned())
}

/// At most 255 characters.
pub(super) fn check_description(text: &str) -> Result<String, Error> {
    if text.chars().count() > DESCRIPTION_LENGTH {
        return Err(Error::invalid("description", "it must not be longer than 255 characters"));
    }
    Ok(text.to_owned())
}

/// The image must exist in the region, be of the type that is named, and come with its product where it is a
/// marketplace image; the disk must hold it.
pub(super) fn check_image(world: &HuaweiWorld, group: &ServerGroup, region: &str) -> Result<(), Error> {
    let known = world.images.get(&group.image_id).filter(|image| image.regions.iter().any(|known| known == region));
    let image = known.ok_or_else(|| {
        Error::of(404, code::IMAGE_NOT_FOUND, format!("The image '{}' is not found in {region}.", group.image_id))
    })?;
    if image.image_type != group.image_type {
        return Err(Error::invalid("image_type", &format!("the image is of type {}", image.image_type)));
    }
    if image.os_type != group.os_type {
        return Err(Error::invalid("os_type", &format!("the image is for {}", image.os_type)));
    }
    match (&image.product_id, &group.image_product_id) {
        (Some(_), None) => return Err(Error::missing("image_product_id")),
        (Some(product), Some(given)) if product != given => {
            return Err(Error::invalid("image_product_id", "it is not the product of the image"));
        }
        _ => {}
    }
    if group.system_disk_size < image.min_disk {
        let message = format!(
            "The system disk of {} GB is smaller than the {} GB that the image needs.",
            group.system_disk_size, image.min_disk
        );
        return Err(Error::of(400, code::DISK_TOO_SMALL, message));
    }
    if group.system_disk_size > LARGEST_DISK {
        return Err(Error::invalid("system_disk_size", "it is larger than any disk"));
    }
    Ok(())
}

/// The disk type must be one that is on sale, in the availability zone where one is named.
pub(super) fn check_disk_type(world: &HuaweiWorld, group: &ServerGroup) -> Result<(), Error> {
    let known = world.volume_types.iter().find(|kind| kind.volume_type == group.system_disk_type);
    let kind = known.ok_or_else(|| Error::invalid("system_disk_type", "it is not available"))?;
    let sold_out = group.availability_zone.as_ref().is_some_and(|az| kind.sold_out_availability_zones.contains(az));
    if sold_out { Err(Error::invalid("system_disk_type", "it is sold out in the availability zone")) } else { Ok(()) }
}

/// The subnet must belong to the VPC.
pub(super) fn check_network(world: &HuaweiWorld, group: &ServerGroup) -> Result<(), Error> {
    let missing =
        |what: &str, id: &str| Err(Error::of(404, code::NETWORK_NOT_FOUND, format!("The {what} '{id}' is not found.")));
    match world.vpcs.get(&group.vpc_id) {
        None => missing("VPC", &group.vpc_id),
        Some(subnets) if !subnets.contains_key(&group.subnet_id) => missing("subnet", &group.subnet_id),
        Some(_) => Ok(()),
    }
}

/// The product must exist, and be on sale in the availability zone where one is named.
pub(super) fn check_product(world: &HuaweiWorld, group: &ServerGroup, region: &str) -> Result<(), Error> {
    let product = world.products.get(&group.product_id).ok_or_else(|| {
        Error::of(404, code::PRODUCT_NOT_FOUND, format!("The product '{}' is not found.", group.product_id))
    })?;
    if let Some(zone) = &group.availability_zone {
        let exists = world.availability_zones.iter().any(|known| known.id == *zone && known.region == region);
        if !exists || !product.availability_zones.contains(zone) {
            return Err(Error::invalid("availability_zone", "the product is not available there"));
        }
    }
    Ok(())
}

/// Sessions: how many on one server, and how many bought on top.
pub(super) fn check_sessions(world: &HuaweiWorld, group: &ServerGroup) -> Result<(), Error> {
    if !group.is_vdi && !world.open_with_ad {
        // Without a domain there is no terminal server to hold several sessions.
        let message = "Only the single-session mode (is_vdi) is available without an AD domain.";
        return Err(Error::of(400, code::AD_REQUIRED, message));
    }
    if group.ou_name.as_deref().is_some_and(|name| !name.is_empty()) && !world.open_with_ad {
        return Err(Error::of(400, code::AD_REQUIRED, "An OU can be named only with an AD domain."));
    }
    match (group.extra_session_type.as_deref(), group.extra_session_size) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(Error::missing("extra_session_type")),
        (Some(_), None) => Err(Error::missing("extra_session_size")),
        (Some(_), Some(_)) if group.is_vdi => {
            Err(Error::invalid("extra_session_size", "a single-session server takes no further sessions"))
        }
        (Some(_), Some(size)) if !(1..=MOST_EXTRA_SESSIONS).contains(&size) => {
            Err(Error::invalid("extra_session_size", "it must be from 1 to 1000"))
        }
        (Some(kind), Some(_)) => {
            let is_gpu = world.products.get(&group.product_id).is_some_and(|product| product.is_gpu);
            if (kind == "GPU") == is_gpu {
                Ok(())
            } else {
                Err(Error::invalid("extra_session_type", "it does not fit the product"))
            }
        }
    }
}

/// The route policy in `value`.
pub(super) fn route_policy(world: &HuaweiWorld, value: &Value, is_vdi: bool) -> Result<RoutePolicy, Error> {
    let within = |name: &str, most: i64| match value[name].as_i64() {
        None => Ok(None),
        Some(given) if (1..=most).contains(&given) => Ok(Some(given)),
        Some(_) => Err(Error::invalid(&format!("route_policy.{name}"), &format!("it must be from 1 to {most}"))),
    };
    Ok(RoutePolicy {
        max_session: within("max_session", if is_vdi { 1 } else { world.max_session })?,
        cpu_threshold: within("cpu_threshold", 100)?,
        gpu_threshold: within("gpu_threshold", 100)?,
        mem_threshold: within("mem_threshold", 100)?,
    })
}

/// A standby group is of its primary's kind, and a standby's standby does not exist.
pub(super) fn check_primary(world: &HuaweiWorld, group: &ServerGroup) -> Result<(), Error> {
    let Some(id) = &group.primary_server_group_id else {
        return Ok(());
    };
    let primary = world
        .server_groups
        .get(id)
        .filter(|primary| primary.project_id == group.project_id)
        .ok_or_else(|| Error::not_found(id))?;
    if primary.primary_server_group_id.is_some() {
        return Err(Error::invalid("primary_server_group_id", "it is a standby server group itself"));
    }
    let differing = [
        ("app_type", primary.app_type == group.app_type),
        ("os_type", primary.os_type == group.os_type),
        ("is_vdi", primary.is_vdi == group.is_vdi),
    ];
    match differing.iter().find(|(_, same)| !same) {
        Some((field, _)) => {
            let message = format!("A standby server group follows its primary: {field} must be the same.");
            Err(Error::of(400, code::FOLLOWS_PRIMARY, message))
        }
        None => Ok(()),
    }
}

/// Whether IP virtualization is asked for.
pub(super) fn ip_virtual(request: &Request) -> Option<IpVirtual> {
    request.field("ip_virtual").and_then(|value| value["enable"].as_bool()).map(|enable| IpVirtual { enable })
}

/// Adds the tags in `given`, a list of key and value.
pub(crate) fn add_tags(tags: &mut BTreeMap<String, String>, given: &Value) -> Result<(), Error> {
    let given = read_tags(given)?;
    let mut keys = BTreeSet::new();
    for tag in given {
        let fits = (1..=128).contains(&tag.key.chars().count()) && !tag.key.starts_with("_sys_");
        if !fits || tag.value.chars().count() > 255 {
            return Err(Error::of(400, code::TAGS, format!("The tag '{}' is malformed.", tag.key)));
        }
        if !keys.insert(tag.key.clone()) {
            return Err(Error::of(400, code::TAGS, format!("The tag key '{}' is given twice.", tag.key)));
        }
        tags.insert(tag.key, tag.value);
    }
    if tags.len() > MOST_TAGS {
        return Err(Error::of(400, code::TAGS, format!("The number of tags exceeds the limit, limit {MOST_TAGS}.")));
    }
    Ok(())
}

/// The tags in `given`, a list of key and value.
pub(crate) fn read_tags(given: &Value) -> Result<Vec<Tag>, Error> {
    let list = given.as_array().ok_or_else(|| Error::missing("tags"))?;
    list.iter()
        .map(|tag| {
            let key = tag["key"].as_str().ok_or_else(|| Error::missing("tags.key"))?;
            Ok(Tag { key: key.to_owned(), value: tag["value"].as_str().unwrap_or_default().to_owned() })
        })
        .collect()
}
