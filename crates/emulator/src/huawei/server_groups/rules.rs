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
/// Tags on one server group, at most.
const MOST_TAGS: usize = 20;

/// 1 to 64 letters without accents, Chinese characters, digits, `_` and `-`; the same as the table's pattern for those
/// who only ask.
pub(crate) fn is_name(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '\u{4e00}'..='\u{9fa5}');
    (1..=64).contains(&name.chars().count()) && name.chars().all(fits)
}

/// Whether another group of the project has the name.
pub(super) fn is_taken(world: &HuaweiWorld, project_id: &str, name: &str, except: Option<&str>) -> bool {
    world
        .server_groups
        .iter()
        .any(|(id, group)| group.name == name && group.project_id == project_id && Some(id) != except)
}

/// A name that is free.
pub(super) fn check_name(
    world: &HuaweiWorld,
    project_id: &str,
    name: &str,
    except: Option<&str>,
) -> Result<String, Error> {
    if is_taken(world, project_id, name, except) {
        // Neither the creation nor the change has a 409 among its answers.
        return Err(Error::of(400, code::NAME_TAKEN, format!("The server group name '{name}' already exists.")));
    }
    Ok(name.to_owned())
}

/// What a server is made of, whatever it is for.
#[derive(Clone, Copy)]
pub(crate) struct Machine<'m> {
    /// The image.
    pub image_id: &'m str,
    /// The image's type.
    pub image_type: &'m str,
    /// The image's product, for marketplace images.
    pub image_product_id: Option<&'m str>,
    /// The operating system, where somebody says it.
    pub os_type: Option<&'m str>,
    /// The product package.
    pub product_id: &'m str,
    /// The network.
    pub vpc_id: &'m str,
    /// The subnet.
    pub subnet_id: &'m str,
    /// The kind of its disk.
    pub disk_type: &'m str,
    /// In GB.
    pub disk_size: i64,
    /// Where it goes, where somebody says it.
    pub availability_zone: Option<&'m str>,
}

impl<'m> Machine<'m> {
    /// What the servers of a group are made of.
    pub(crate) fn of(group: &'m ServerGroup) -> Self {
        Self {
            image_id: &group.image_id,
            image_type: &group.image_type,
            image_product_id: group.image_product_id.as_deref(),
            os_type: Some(&group.os_type),
            product_id: &group.product_id,
            vpc_id: &group.vpc_id,
            subnet_id: &group.subnet_id,
            disk_type: &group.system_disk_type,
            disk_size: group.system_disk_size,
            availability_zone: group.availability_zone.as_deref(),
        }
    }
}

/// The image must exist in the region, be of the type that is named, and come with its product where it is a
/// marketplace image; the disk must hold it.
pub(crate) fn check_image(world: &HuaweiWorld, machine: &Machine<'_>, region: &str) -> Result<(), Error> {
    let known = world.images.get(machine.image_id).filter(|image| image.regions.iter().any(|known| known == region));
    let image = known.ok_or_else(|| {
        Error::of(404, code::IMAGE_NOT_FOUND, format!("The image '{}' is not found in {region}.", machine.image_id))
    })?;
    if image.image_type != machine.image_type {
        return Err(Error::invalid("image_type", &format!("the image is of type {}", image.image_type)));
    }
    if machine.os_type.is_some_and(|os| os != image.os_type) {
        return Err(Error::invalid("os_type", &format!("the image is for {}", image.os_type)));
    }
    match (image.product_id.as_deref(), machine.image_product_id) {
        (Some(_), None) => return Err(Error::missing("image_product_id")),
        (Some(product), Some(given)) if product != given => {
            return Err(Error::invalid("image_product_id", "it is not the product of the image"));
        }
        _ => {}
    }
    if machine.disk_size < image.min_disk {
        let message = format!(
            "The system disk of {} GB is smaller than the {} GB that the image needs.",
            machine.disk_size, image.min_disk
        );
        return Err(Error::of(400, code::DISK_TOO_SMALL, message));
    }
    Ok(())
}

/// The disk type must be one that is on sale, in the availability zone where one is named.
pub(crate) fn check_disk_type(world: &HuaweiWorld, machine: &Machine<'_>) -> Result<(), Error> {
    let known = world.volume_types.iter().find(|kind| kind.volume_type == machine.disk_type);
    let kind = known.ok_or_else(|| Error::invalid("system_disk_type", "it is not available"))?;
    let zone = machine.availability_zone;
    let sold_out = zone.is_some_and(|zone| kind.sold_out_availability_zones.iter().any(|known| known == zone));
    if sold_out { Err(Error::invalid("system_disk_type", "it is sold out in the availability zone")) } else { Ok(()) }
}

/// The subnet must belong to the VPC.
pub(crate) fn check_network(world: &HuaweiWorld, machine: &Machine<'_>) -> Result<(), Error> {
    let missing =
        |what: &str, id: &str| Err(Error::of(404, code::NETWORK_NOT_FOUND, format!("The {what} '{id}' is not found.")));
    match world.vpcs.get(machine.vpc_id) {
        None => missing("VPC", machine.vpc_id),
        Some(subnets) if !subnets.contains_key(machine.subnet_id) => missing("subnet", machine.subnet_id),
        Some(_) => Ok(()),
    }
}

/// The product must exist, and be on sale in the availability zone where one is named.
pub(crate) fn check_product(world: &HuaweiWorld, machine: &Machine<'_>, region: &str) -> Result<(), Error> {
    let product = world.products.get(machine.product_id).ok_or_else(|| {
        Error::of(404, code::PRODUCT_NOT_FOUND, format!("The product '{}' is not found.", machine.product_id))
    })?;
    if let Some(zone) = machine.availability_zone {
        let exists = world.availability_zones.iter().any(|known| known.id == *zone && known.region == region);
        if !exists || !product.availability_zones.iter().any(|known| known == zone) {
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

/// The route policy in `value`; a server carries no more sessions than the tenant may have, and one where it is a
/// desktop.
pub(super) fn route_policy(world: &HuaweiWorld, value: &Value, is_vdi: bool) -> Result<RoutePolicy, Error> {
    let most = if is_vdi { 1 } else { world.max_session };
    if value["max_session"].as_i64().is_some_and(|given| given > most) {
        return Err(Error::invalid("route_policy.max_session", &format!("it must be from 1 to {most}")));
    }
    Ok(RoutePolicy {
        max_session: value["max_session"].as_i64(),
        cpu_threshold: value["cpu_threshold"].as_i64(),
        gpu_threshold: value["gpu_threshold"].as_i64(),
        mem_threshold: value["mem_threshold"].as_i64(),
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
        ("ip_virtual", is_virtual(primary) == is_virtual(group)),
    ];
    match differing.iter().find(|(_, same)| !same) {
        Some((field, _)) => {
            let message = format!("A standby server group follows its primary: {field} must be the same.");
            Err(Error::of(400, code::FOLLOWS_PRIMARY, message))
        }
        None => Ok(()),
    }
}

fn is_virtual(group: &ServerGroup) -> bool {
    group.ip_virtual.as_ref().is_some_and(|it| it.enable)
}

/// Whether IP virtualization is asked for.
pub(super) fn ip_virtual(request: &Request) -> Option<IpVirtual> {
    request.field("ip_virtual").and_then(|value| value["enable"].as_bool()).map(|enable| IpVirtual { enable })
}

/// Adds the tags in `given`, a list of key and value.
pub(crate) fn add_tags(tags: &mut BTreeMap<String, String>, given: &[Value]) -> Result<(), Error> {
    let mut keys = BTreeSet::new();
    for tag in read_tags(given) {
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
pub(crate) fn read_tags(given: &[Value]) -> Vec<Tag> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    given.iter().map(|tag| Tag { key: text(&tag["key"]), value: text(&tag["value"]) }).collect()
}
