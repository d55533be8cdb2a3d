//! How servers are ordered, and what they take of the quotas.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    super::{
        errors::{Error, code},
        request::Request,
        server_groups::{
            self,
            rules::{self, Machine},
        },
    },
    all,
};
use crate::{
    call::Moment,
    world::{AppServer, HuaweiWorld, JobKind, LATEST_AGENT, Order, ServerGroup, World},
};

/// POST `app-servers/actions/create`: so many servers in a group, with one job.
pub(crate) fn create(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let options = request.field("create_server_extend_param");
    let prepaid = options.is_some_and(|options| options["charging_mode"] == "prePaid");
    if prepaid && options.is_none_or(|options| options["period_type"].is_null() || options["period_num"].is_null()) {
        return Err(Error::missing("create_server_extend_param.period_num"));
    }
    let asked = Asked::of(request, &Value::Object(request.body().clone()))?;
    let order_id = prepaid.then(|| world.random().id("CS", 20).to_uppercase());
    let job_id = order(world, request, moment, &asked, order_id.clone())?;
    Ok(json!({ "job_id": job_id, "order_id": order_id }))
}

/// POST `bundles/subscribe/order`: servers that are paid by the month or year; the emulator pays at once.
pub(crate) fn subscribe(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let resource = request.list("resources").first().ok_or_else(|| Error::missing("resources"))?;
    let mut services = resource["create_services"].clone();
    services["subscription_num"] = resource["subscription_num"].clone();
    let asked = Asked::of(request, &services)?;
    let order_id = world.random().id("CS", 20).to_uppercase();
    order(world, request, moment, &asked, Some(order_id.clone()))?;
    Ok(json!({ "order_id": order_id }))
}

/// What is asked for.
struct Asked {
    server_group_id: String,
    product_id: String,
    vpc_id: String,
    subnet_id: String,
    disk_type: String,
    disk_size: i64,
    availability_zone: Option<String>,
    ou_name: Option<String>,
    host_id: Option<String>,
    ip_address: Option<String>,
    count: i64,
}

impl Asked {
    fn of(request: &Request, given: &Value) -> Result<Self, Error> {
        let text = |name: &str| given[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let need = |name: &str| text(name).ok_or_else(|| Error::missing(name));
        let volume = &given["root_volume"];
        Ok(Self {
            server_group_id: need("server_group_id")?,
            product_id: need("product_id")?,
            vpc_id: need("vpc_id")?,
            subnet_id: need("subnet_id")?,
            disk_type: volume["type"].as_str().unwrap_or_default().to_owned(),
            disk_size: volume["size"].as_i64().unwrap_or_default(),
            availability_zone: text("availability_zone"),
            ou_name: text("ou_name"),
            host_id: request
                .field("scheduler_hints")
                .and_then(|hints| hints["dedicated_host_id"].as_str().map(str::to_owned)),
            ip_address: given["nics"][0]["ip_address"].as_str().map(str::to_owned),
            count: given["subscription_num"].as_i64().unwrap_or(1),
        })
    }
}

fn order(
    world: &mut World,
    request: &Request,
    moment: Moment,
    asked: &Asked,
    order_id: Option<String>,
) -> Result<String, Error> {
    let (group_id, group) = server_groups::find(world, request, &asked.server_group_id)?;
    let group_id = group_id.to_owned();
    check(world, request, asked, group)?;
    let template = AppServer {
        status: "UNREGISTER".to_owned(),
        image_id: Some(group.image_id.clone()),
        product_id: Some(asked.product_id.clone()),
        subnet_id: Some(asked.subnet_id.clone()),
        system_disk_type: Some(asked.disk_type.clone()),
        system_disk_size: Some(asked.disk_size),
        availability_zone: asked.availability_zone.clone().or_else(|| first_zone(world, request)),
        ou_name: asked.ou_name.clone(),
        host_id: asked.host_id.clone(),
        order_id,
        agent_version: LATEST_AGENT.to_owned(),
        created_at: Some(moment.now),
        ..AppServer::default()
    };
    let names = free_names(group, asked.count);
    let mut addresses = free_addresses(world, request, asked);
    let mut servers = Vec::new();
    for name in names {
        let id = world.random().uuid().to_string();
        let machine_name = format!("APS{}", world.random().digits(9));
        let server = AppServer { name, machine_name, ip_address: addresses.next(), ..template.clone() };
        if let Some(group) = world.huawei.server_groups.get_mut(&group_id) {
            group.add_server(id.clone(), server);
        }
        servers.push((id, group_id.clone()));
    }
    let job = Order {
        project_id: &request.project_id,
        kind: JobKind::CreateServer,
        servers: &servers,
        seconds: moment.durations.server_job_seconds,
        brings: None,
        updates_agent: false,
    };
    Ok(world.begin_job(job, moment.now))
}

/// Whether the group, the catalogue and the quotas allow it.
fn check(world: &World, request: &Request, asked: &Asked, group: &ServerGroup) -> Result<(), Error> {
    let machine = Machine {
        product_id: &asked.product_id,
        vpc_id: &asked.vpc_id,
        subnet_id: &asked.subnet_id,
        disk_type: &asked.disk_type,
        disk_size: asked.disk_size,
        availability_zone: asked.availability_zone.as_deref(),
        ..Machine::of(group)
    };
    check_machines(world, request, &machine, asked.count)?;
    if asked.ou_name.is_some() && !world.huawei.open_with_ad {
        return Err(Error::of(400, code::AD_REQUIRED, "An OU can be named only with an AD domain."));
    }
    Ok(())
}

/// Whether there is what so many machines are made of.
pub(crate) fn check_machines(world: &World, request: &Request, machine: &Machine<'_>, count: i64) -> Result<(), Error> {
    let huawei = &world.huawei;
    rules::check_image(huawei, machine, &request.region)?;
    rules::check_product(huawei, machine, &request.region)?;
    rules::check_disk_type(huawei, machine)?;
    rules::check_network(huawei, machine)?;
    let needs = needs(huawei, machine.product_id, count, count, machine.disk_size);
    match needs.iter().find(|(kind, need)| *need > left(huawei, kind)) {
        None => Ok(()),
        Some((kind, need)) => {
            let message = format!("The quota of {kind} is not enough: {need} needed, {} left.", left(huawei, kind));
            Err(Error::of(400, code::QUOTA, message))
        }
    }
}

/// What so many servers of a product need of each quota.
pub(crate) fn needs(
    huawei: &HuaweiWorld,
    product_id: &str,
    servers: i64,
    volumes: i64,
    disk_size: i64,
) -> [(&'static str, i64); 6] {
    let product = huawei.products.get(product_id);
    let times = |value: i64| value.saturating_mul(servers);
    [
        ("INSTANCES", servers),
        ("CORES", times(product.map_or(0, |product| product.cpu))),
        ("MEMORY", times(product.map_or(0, |product| product.memory))),
        ("GPU_INSTANCES", times(product.map_or(0, |product| i64::from(product.is_gpu)))),
        ("VOLUMES", volumes),
        ("VOLUME_GIGABYTES", volumes.saturating_mul(disk_size)),
    ]
}

/// What is left of a quota: what the world says, less the servers and image servers that were ordered since.
pub(crate) fn left(huawei: &HuaweiWorld, kind: &str) -> i64 {
    let servers = huawei.server_groups.iter().flat_map(|(_, group)| group.servers.values());
    let servers = servers.filter_map(|server| Some((server.product_id.as_deref()?, server.system_disk_size?)));
    let image_servers = huawei.image_servers.iter().map(|(_, server)| (server.product_id.as_str(), server.disk_size));
    let used = servers.chain(image_servers).filter_map(|(product_id, disk_size)| {
        let needs = needs(huawei, product_id, 1, 1, disk_size);
        needs.iter().find(|(name, _)| *name == kind).map(|(_, need)| *need)
    });
    huawei.quotas.get(kind).copied().unwrap_or(0).saturating_sub(used.sum())
}

/// The group's name and a number that no server of it has.
fn free_names(group: &ServerGroup, count: i64) -> Vec<String> {
    let taken: BTreeSet<&str> = group.servers.values().map(|server| server.name.as_str()).collect();
    let names = (1_u32..).map(|number| format!("{}-{number:04}", group.name));
    names.filter(|name| !taken.contains(name.as_str())).take(usize::try_from(count).unwrap_or(0)).collect()
}

/// Addresses that no server of the project has; the one that was asked for comes first.
fn free_addresses(world: &World, request: &Request, asked: &Asked) -> impl Iterator<Item = String> + use<> {
    let taken: BTreeSet<String> = all(world, request)
        .filter_map(|placed| placed.server.ip_address.clone())
        .chain(asked.ip_address.clone())
        .collect();
    let hosts = (0..=255_u8).flat_map(|third| (4..=250_u8).map(move |fourth| format!("192.168.{third}.{fourth}")));
    asked.ip_address.clone().into_iter().chain(hosts.filter(move |address| !taken.contains(address)))
}

/// Where servers go that nobody sends anywhere.
fn first_zone(world: &World, request: &Request) -> Option<String> {
    let zones = world.huawei.availability_zones.iter().filter(|zone| zone.region == request.region);
    zones.max_by_key(|zone| zone.default).map(|zone| zone.id.clone())
}
