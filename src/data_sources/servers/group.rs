//! `appstreaming_server_group`: one server group, by its ID or its name.

use cloud::Bounds;
use huawei::{Client, ServerGroup, ServerGroupFilter};
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, DataSource, Diagnostic, Path, Result,
    schema::{Attribute, Schema, validate},
};

use super::{
    client, region,
    summary::{Summary, attributes},
};
use crate::{
    clouds::Clouds,
    failure::failed,
    resources::server_group::model::{IpVirtual, Product, RoutePolicy, ScalingPolicy, Tags},
};

/// The data source `appstreaming_server_group`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerGroupSource;

/// Arguments and results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    id: Attr<String>,
    name: Attr<String>,
    region: Attr<String>,
    description: Attr<String>,
    enterprise_project_id: Attr<String>,
    tags: Attr<Tags>,
    enabled: Attr<bool>,
    os_type: Attr<String>,
    flavor_id: Attr<String>,
    product: Attr<Product>,
    subnet_id: Attr<String>,
    subnet_name: Attr<String>,
    system_disk_type: Attr<String>,
    system_disk_size: Attr<i64>,
    ou_name: Attr<String>,
    primary_server_group_id: Attr<String>,
    standby_server_group_ids: Attr<Vec<String>>,
    image_id: Attr<String>,
    image_name: Attr<String>,
    image_type: Attr<String>,
    image_product_id: Attr<String>,
    image_min_disk: Attr<i64>,
    is_vdi: Attr<bool>,
    app_type: Attr<String>,
    storage_mount_policy: Attr<String>,
    route_policy: Attr<RoutePolicy>,
    ip_virtual: Attr<IpVirtual>,
    extra_session_type: Attr<String>,
    extra_session_size: Attr<i64>,
    app_server_count: Attr<i64>,
    app_group_count: Attr<i64>,
    app_server_flavor_count: Attr<i64>,
    scaling_policy: Attr<ScalingPolicy>,
    site_type: Attr<String>,
    site_id: Attr<String>,
    project_name: Attr<String>,
    created_at: Attr<String>,
    updated_at: Attr<String>,
}

impl Model {
    fn of(group: &ServerGroup, region: Attr<String>) -> Self {
        let summary = Summary::of(group);
        Self {
            region,
            image_type: group.image_type.clone().into(),
            image_product_id: group.image_product_id.clone().into(),
            image_min_disk: group.image_min_disk.into(),
            route_policy: group.route_policy.map(RoutePolicy::from_api).into(),
            ip_virtual: group.ip_virtual.map(|it| IpVirtual { enable: it.enable.into() }).into(),
            project_name: group.project_name.clone().into(),
            id: summary.id,
            name: summary.name,
            description: summary.description,
            enterprise_project_id: summary.enterprise_project_id,
            tags: summary.tags,
            enabled: summary.enabled,
            os_type: summary.os_type,
            flavor_id: summary.flavor_id,
            product: summary.product,
            subnet_id: summary.subnet_id,
            subnet_name: summary.subnet_name,
            system_disk_type: summary.system_disk_type,
            system_disk_size: summary.system_disk_size,
            ou_name: summary.ou_name,
            primary_server_group_id: summary.primary_server_group_id,
            standby_server_group_ids: summary.standby_server_group_ids,
            image_id: summary.image_id,
            image_name: summary.image_name,
            is_vdi: summary.is_vdi,
            app_type: summary.app_type,
            storage_mount_policy: summary.storage_mount_policy,
            extra_session_type: summary.extra_session_type,
            extra_session_size: summary.extra_session_size,
            app_server_count: summary.app_server_count,
            app_group_count: summary.app_group_count,
            app_server_flavor_count: summary.app_server_flavor_count,
            scaling_policy: summary.scaling_policy,
            site_type: summary.site_type,
            site_id: summary.site_id,
            created_at: summary.created_at,
            updated_at: summary.updated_at,
        }
    }
}

impl DataSource for ServerGroupSource {
    type Data = Clouds;
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "appstreaming_server_group"
    }

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "One server group of Huawei Cloud Workspace, by its ID or its name: everything that the service answers of \
             it (`GET /v1/{project_id}/app-server-groups/{server_group_id}`).",
        );
        let schema =
            attributes().into_iter().fold(schema, |schema, (name, attribute)| schema.attribute(name, attribute));
        let schema = details().into_iter().fold(schema, |schema, (name, attribute)| schema.attribute(name, attribute));
        let id = Attribute::string("The server group's ID. This or `name` must be set.")
            .optional()
            .computed()
            .validate(validate::length(1..=128))
            .validate(validate::conflicts_with(["name"]))
            .validate(validate::at_least_one_of(["name"]));
        let name = Attribute::string("Its whole name, unique in the project. This or `id` must be set.")
            .optional()
            .computed()
            .validate(validate::length(1..=64));
        schema.attribute("id", id).attribute("name", name).attribute("region", region())
    }

    async fn read(&self, cx: &mut Context<Clouds>, config: Model) -> Result<Model> {
        let mut region = config.region;
        let (client, bounds) = client(cx, &mut region)?;
        let id = match config.id.into_known() {
            Some(id) => id,
            None => id_of(&client, config.name.as_str().unwrap_or_default(), &bounds).await?,
        };
        match client.server_group(&id, &bounds).await {
            Ok(group) => Ok(Model::of(&group, region)),
            Err(error) => Err(failed(&format!("read server group {id:?}"), &error).at(Path::attribute("id")).into()),
        }
    }
}

/// The ID of the group with this name. The service's filter matches parts of names too.
async fn id_of(client: &Client, name: &str, bounds: &Bounds) -> Result<String> {
    let filter = ServerGroupFilter { name: Some(name.to_owned()), ..ServerGroupFilter::default() };
    let found = client.server_groups(&filter, bounds).await;
    let found = found.map_err(|error| failed(&format!("look for server group {name:?}"), &error))?;
    let mut others = Vec::new();
    for group in found {
        match (group.id, group.name) {
            (Some(id), Some(its)) if its == name => return Ok(id),
            (_, its) => others.extend(its),
        }
    }
    let detail = if others.is_empty() {
        "No server group of the region and project has this name, or one that holds it.".to_owned()
    } else {
        format!("No server group of the region and project has this name. These hold it: {}.", others.join(", "))
    };
    Err(Diagnostic::error(format!("There is no server group {name:?}"), detail).at(Path::attribute("name")).into())
}

/// What only the single query answers.
fn details() -> Vec<(&'static str, Attribute)> {
    let text = |description| Attribute::string(description).computed();
    let number = |description| Attribute::number(description).computed();
    vec![
        ("image_type", text("The image's type: `gold` (marketplace), `public`, `private`, `shared` or `other`.")),
        ("image_product_id", text("The image's product ID in the marketplace.")),
        ("image_min_disk", number("The least system disk that the image needs, in GB.")),
        ("project_name", text("The project's name.")),
        (
            "route_policy",
            Attribute::object(
                "When a server takes new sessions.",
                [
                    ("max_session", number("The most sessions on one server.")),
                    ("cpu_threshold", number("Above this much CPU in use, in percent, a server gets no new sessions.")),
                    ("gpu_threshold", number("Above this much GPU in use, in percent, a server gets no new sessions.")),
                    (
                        "mem_threshold",
                        number("Above this much memory in use, in percent, a server gets no new sessions."),
                    ),
                ],
            )
            .computed(),
        ),
        (
            "ip_virtual",
            Attribute::object(
                "IP virtualization.",
                [("enable", Attribute::bool("Whether each session has an IP address of its own.").computed())],
            )
            .computed(),
        ),
    ]
}
