//! A server group as the API shows it: brief for a choice, summarised in the list, and in full.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    call::without_nulls,
    world::{Product, ServerGroup, World},
};

/// What `actions/list` shows.
pub(super) fn brief(world: &World, id: &str, group: &ServerGroup) -> Value {
    let standbys = world.standbys().get(id).map(Vec::as_slice).unwrap_or_default();
    let primaries: Vec<&String> = group.primary_server_group_id.iter().collect();
    without_nulls(json!({
        "id": id,
        "name": group.name,
        "description": group.description,
        "image_id": group.image_id,
        "os_type": group.os_type,
        "product_id": group.product_id,
        "subnet_id": group.subnet_id,
        "system_disk_type": group.system_disk_type,
        "system_disk_size": group.system_disk_size,
        "is_vdi": group.is_vdi,
        "extra_session_type": group.extra_session_type,
        "extra_session_size": group.extra_session_size,
        "app_type": group.app_type,
        "create_time": group.create_time,
        "update_time": group.update_time,
        "storage_mount_policy": group.storage_mount_policy,
        "enterprise_project_id": group.enterprise_project_id,
        "primary_server_group_ids": primaries,
        "secondary_server_group_ids": standbys,
        "server_group_status": group.enabled,
        "site_type": "CENTER",
        "site_id": "center",
        "app_group_count": world.app_groups_of(id, group),
    }))
}

/// What the list shows: neither the route policy nor the image's type and product, nor IP virtualization.
pub(super) fn summary(world: &World, id: &str, group: &ServerGroup) -> Value {
    let subnet = world.huawei.vpcs.values().find_map(|subnets| subnets.get(&group.subnet_id));
    let tags: Vec<Value> = group.tags.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
    let product = world.huawei.products.get(&group.product_id);
    extend(
        brief(world, id, group),
        json!({
            "app_server_flavor_count": flavors_in_use(world, group).len(),
            "app_server_count": group.server_count(),
            "image_name": world.huawei.images.get(&group.image_id).map(|image| image.name.as_str()),
            "product_info": product.map(|product| product_model(&group.product_id, product)),
            "subnet_name": subnet.map(|subnet| subnet.name.as_str()),
            "scaling_policy": group.scaling_policy,
            "tags": tags,
            "ou_name": group.ou_name,
        }),
    )
}

/// What the query of one group shows.
pub(super) fn detail(world: &World, id: &str, group: &ServerGroup, region: &str) -> Value {
    let own = flavor(world, &group.product_id);
    let others = flavors_in_use(world, group).into_iter().filter(|flavor| Some(*flavor) != own);
    let flavors: Vec<Value> =
        own.into_iter().chain(others).map(|flavor| json!({ "id": flavor, "links": [] })).collect();
    extend(
        summary(world, id, group),
        json!({
            "flavors": flavors,
            "project_name": region,
            "image_min_disk": world.huawei.images.get(&group.image_id).map(|image| image.min_disk),
            "route_policy": group.route_policy,
            "image_product_id": group.image_product_id,
            "image_type": group.image_type,
            "ip_virtual": group.ip_virtual,
        }),
    )
}

/// The flavors that the servers of a group have, each once.
fn flavors_in_use<'w>(world: &'w World, group: &'w ServerGroup) -> BTreeSet<&'w str> {
    let known = group.servers.values().map(|server| server.product_id.as_ref().unwrap_or(&group.product_id));
    let further = (group.further_servers() > 0).then_some(&group.product_id);
    known.chain(further).filter_map(|product_id| flavor(world, product_id)).collect()
}

fn flavor<'w>(world: &'w World, product_id: &str) -> Option<&'w str> {
    world.huawei.products.get(product_id).map(|product| product.flavor_id.as_str())
}

/// A product package; numbers are text in this API.
pub(crate) fn product_model(id: &str, product: &Product) -> Value {
    json!({
        "product_id": id,
        "flavor_id": product.flavor_id,
        "type": "BASE",
        "architecture": product.architecture,
        "cpu": product.cpu.to_string(),
        "cpu_desc": format!("{} vCPUs", product.cpu),
        "memory": product.memory.to_string(),
        "is_gpu": product.is_gpu,
        "system_disk_type": "SAS",
        "system_disk_size": "80",
        "gpu_desc": if product.is_gpu { "1 * vGPU" } else { "" },
        "descriptions": product.description,
        "charge_mode": product.charge_mode,
        "contain_data_disk": false,
        "resource_type": "hws.resource.type.workspace.appstream",
        "cloud_service_type": "hws.service.type.vdi",
        "sessions": product.sessions,
        "status": "normal",
        "package_type": "general",
    })
}

fn extend(base: Value, more: Value) -> Value {
    match (base, without_nulls(more)) {
        (Value::Object(mut base), Value::Object(more)) => {
            base.extend(more);
            Value::Object(base)
        }
        (base, _) => base,
    }
}
