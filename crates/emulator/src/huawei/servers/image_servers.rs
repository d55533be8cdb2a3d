//! Image servers, on which somebody installs what shall be in an image, and the images that are made of them.

use serde_json::{Value, json};

use super::{
    super::{
        errors::{Error, code},
        records::{self, find, of_project, page},
        request::Request,
        server_groups::rules::Machine,
    },
    not_there,
    orders::check_machines,
};
use crate::{
    call::{Moment, without_nulls},
    world::{BaseImage, ImageServer, ImageServerAccount, ImageServerParts, JobKind, Order, World},
};

/// GET `image-servers`.
pub(crate) fn list(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let servers = of_project(&world.huawei.image_servers, request).filter(|(id, server)| {
        request.wants("server_id", id)
            && request.wants_part("server_name", &server.name)
            && request.wants_enterprise(&server.enterprise_project_id)
    });
    Ok(page(request, servers, |(id, server)| model(id, server)))
}

/// GET `image-servers/{server_id}`.
pub(crate) fn show(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (id, server) = named(world, request)?;
    Ok(model(id, server))
}

/// POST `image-servers`.
pub(crate) fn create(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let object = |name: &str| request.field(name).cloned().unwrap_or_default();
    let (image, volume) = (object("image_ref"), object("root_volume"));
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let base = BaseImage {
        id: text(&image["id"]).unwrap_or_default(),
        image_type: text(&image["image_type"]).unwrap_or_default(),
        product_id: text(&image["product_id"]),
        spce_code: text(&image["spce_code"]),
    };
    let machine = Machine {
        image_id: &base.id,
        image_type: &base.image_type,
        image_product_id: base.product_id.as_deref(),
        os_type: None,
        product_id: request.need("product_id")?,
        vpc_id: request.need("vpc_id")?,
        subnet_id: request.need("subnet_id")?,
        disk_type: volume["type"].as_str().unwrap_or_default(),
        disk_size: volume["size"].as_i64().unwrap_or_default(),
        availability_zone: request.text("availability_zone").filter(|zone| !zone.is_empty()),
    };
    check_machines(world, request, &machine, 1)?;
    let apps = warehouse_apps(world, request, "attach_apps")?;
    let account = request.list("authorize_accounts").first().cloned().unwrap_or_default();
    let (product_id, subnet_id) = (machine.product_id.to_owned(), machine.subnet_id.to_owned());
    let disk_size = machine.disk_size;
    let mut uuid = || world.random().uuid().to_string();
    let id = uuid();
    let parts =
        ImageServerParts { server_group_id: uuid(), app_group_id: uuid(), server_id: uuid(), instance_id: uuid() };
    let server = ImageServer {
        project_id: request.project_id.clone(),
        name: request.need("name")?.to_owned(),
        description: request.text("description").unwrap_or_default().to_owned(),
        status: "CREATING".to_owned(),
        base,
        image_id: None,
        building: None,
        account: ImageServerAccount {
            account: text(&account["account"]).unwrap_or_default(),
            account_type: text(&account["account_type"]).unwrap_or_default(),
            domain: text(&account["domain"]),
        },
        product_id,
        subnet_id,
        disk_size,
        parts,
        apps,
        enterprise_project_id: request
            .text("enterprise_project_id")
            .filter(|id| !id.is_empty())
            .unwrap_or("0")
            .to_owned(),
        created_at: moment.now,
        updated_at: moment.now,
    };
    world.huawei.image_servers.insert(id.clone(), server);
    Ok(begin(world, request, moment, JobKind::CreateImageServer, vec![id], None))
}

/// PATCH `image-servers/{server_id}`: only what is given changes.
pub(crate) fn update(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let (id, server) = named(world, request)?;
    let mut server = ImageServer { updated_at: moment.now, ..server.clone() };
    for (name, slot) in [("name", &mut server.name), ("description", &mut server.description)] {
        if let Some(text) = request.text(name) {
            text.clone_into(slot);
        }
    }
    let answer = model(id, &server);
    world.huawei.image_servers.insert(id, server);
    Ok(answer)
}

/// PATCH `image-servers/actions/batch-delete`: those that there are. The images that were made of them stay.
pub(crate) fn batch_delete(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let items =
        request.texts("items").into_iter().filter(|id| find(&world.huawei.image_servers, request, id).is_some());
    let ids: Vec<String> = items.map(str::to_owned).collect();
    for id in &ids {
        check_idle(world, request, id)?;
    }
    if ids.is_empty() {
        return Ok(json!({}));
    }
    Ok(begin(world, request, moment, JobKind::DeleteImageServer, ids, None))
}

/// POST `image-servers/{server_id}/actions/attach-app`: applications of the warehouse, to be installed there.
pub(crate) fn attach(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let (id, _) = named(world, request)?;
    check_usable(world, request, id)?;
    let apps = warehouse_apps(world, request, "items")?;
    if let Some(server) = world.huawei.image_servers.get_mut(id) {
        server.apps = apps;
        server.updated_at = moment.now;
    }
    Ok(json!({ "uri": format!("https://appstream.{}.emulator.test/image-servers/{id}", request.region) }))
}

/// GET `image-servers/{server_id}/actions/latest-attached-app`.
pub(crate) fn list_attached(world: &World, request: &Request, _moment: Moment) -> Result<Value, Error> {
    let (_, server) = named(world, request)?;
    let apps = server.apps.iter().filter_map(|id| Some((id, world.huawei.warehouse_apps.get(id)?)));
    let items: Vec<Value> = apps.map(|(id, app)| json!({ "id": id, "app_id": app.app_id })).collect();
    Ok(json!({ "items": items }))
}

/// POST `image-servers/{server_id}/actions/recreate-image`: makes an image of it.
pub(crate) fn make_image(world: &mut World, request: &Request, moment: Moment) -> Result<Value, Error> {
    let (id, _) = named(world, request)?;
    check_usable(world, request, id)?;
    let name = request.need("name")?;
    let image_id = world.random().uuid().to_string();
    if let Some(server) = world.huawei.image_servers.get_mut(id) {
        server.building = Some(name.to_owned());
    }
    Ok(begin(world, request, moment, JobKind::CreateServerImage, vec![id.to_owned()], Some(image_id)))
}

/// Begins a job; answers its id as the service does.
fn begin(
    world: &mut World,
    request: &Request,
    moment: Moment,
    kind: JobKind,
    ids: Vec<String>,
    brings: Option<String>,
) -> Value {
    let servers: Vec<(String, String)> = ids.into_iter().map(|id| (id, String::new())).collect();
    let order = Order {
        project_id: &request.project_id,
        kind,
        servers: &servers,
        seconds: moment.durations.server_job_seconds,
        brings,
        updates_agent: false,
    };
    json!({ "job_id": world.begin_job(order, moment.now) })
}

/// The records in the warehouse that the body names.
fn warehouse_apps(world: &World, request: &Request, name: &str) -> Result<Vec<String>, Error> {
    let apps = request.texts(name).into_iter().map(|id| {
        records::need(&world.huawei.warehouse_apps, request, id)?;
        Ok(id.to_owned())
    });
    apps.collect()
}

/// An image server that something is being done to takes nothing else.
fn check_idle<'w>(world: &'w World, request: &Request, id: &str) -> Result<&'w ImageServer, Error> {
    let server = find(&world.huawei.image_servers, request, id).ok_or_else(|| missing(id))?;
    if matches!(server.status.as_str(), "CREATING" | "BUILDING" | "DELETING") {
        let message = format!("The image server '{id}' is busy ({}), try again later.", server.status);
        return Err(Error::of(409, code::SERVER_BUSY, message));
    }
    Ok(server)
}

fn check_usable(world: &World, request: &Request, id: &str) -> Result<(), Error> {
    if check_idle(world, request, id)?.status == "ERROR" {
        return Err(Error::of(400, code::SERVER_STATE, format!("The image server '{id}' does not run.")));
    }
    Ok(())
}

/// The image server in the path.
fn named<'w, 'r>(world: &'w World, request: &'r Request) -> Result<(&'r str, &'w ImageServer), Error> {
    let id = request.path("server_id");
    find(&world.huawei.image_servers, request, id).map(|server| (id, server)).ok_or_else(|| missing(id))
}

fn missing(id: &str) -> Error {
    Error::of(404, code::IMAGE_SERVER_NOT_FOUND, not_there(id))
}

fn model(id: &str, server: &ImageServer) -> Value {
    without_nulls(json!({
        "id": id,
        "name": server.name,
        "description": server.description,
        "status": server.status,
        "image_ref": server.base,
        "image_id": server.image_id,
        "authorize_accounts": [server.account],
        "server_group_id": server.parts.server_group_id,
        "app_group_id": server.parts.app_group_id,
        "server_id": server.parts.server_id,
        "instance_id": server.parts.instance_id,
        "enterprise_project_id": server.enterprise_project_id,
        "create_time": server.created_at,
        "update_time": server.updated_at,
    }))
}
