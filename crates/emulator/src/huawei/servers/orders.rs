//! How servers are ordered, and what they take of the quotas.

use serde_json::{Value, json};

use super::super::{
    errors::{Error, code},
    request::Request,
    server_groups::{
        self,
        rules::{self, Machine},
    },
};
use crate::{
    call::Moment,
    world::{AppServer, JobKind, LATEST_AGENT, Order, ServerGroup, World},
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

/// What is asked for. Network interfaces are left aside: the definition says that they are not used.
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
        availability_zone: asked.availability_zone.clone().or_else(|| world.huawei.first_zone(&request.project_id)),
        ou_name: asked.ou_name.clone(),
        host_id: asked.host_id.clone(),
        order_id,
        agent_version: LATEST_AGENT.to_owned(),
        created_at: Some(moment.now),
        ..AppServer::default()
    };
    let servers = world.add_servers(&group_id, &template, asked.count);
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
    let needs = huawei.needs(machine.product_id, count, count, machine.disk_size);
    match needs.iter().find(|(kind, need)| *need > huawei.left(kind)) {
        None => Ok(()),
        Some((kind, need)) => {
            let message = format!("The quota of {kind} is not enough: {need} needed, {} left.", huawei.left(kind));
            Err(Error::of(400, code::QUOTA, message))
        }
    }
}
