//! `appstreaming_server_group`: one server group, by its ID or its name.

use cloud::Bounds;
use huawei::{Client, ServerGroup, ServerGroupFilter};
use tfplug::{prelude::*, schema::validate};

use super::{client, region};
use crate::{
    clouds::Clouds,
    failure::failed,
    server_group::{
        Described,
        parts::{IpVirtual, RoutePolicy},
    },
};

/// The data source `appstreaming_server_group`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerGroupDataSource;

/// One server group of Huawei Cloud Workspace, by its ID or its name: everything that the service answers of it
/// (`GET /v1/{project_id}/app-server-groups/{server_group_id}`).
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    #[serde(flatten)]
    described: Described,
    #[tf(attribute = region())]
    region: Attr<String>,
    /// The image's type: `gold` (marketplace), `public`, `private`, `shared` or `other`.
    #[tf(computed)]
    image_type: Attr<String>,
    /// The image's product ID in the marketplace.
    #[tf(computed)]
    image_product_id: Attr<String>,
    /// The least system disk that the image needs, in GB.
    #[tf(computed)]
    image_min_disk: Attr<i64>,
    /// When a server takes new sessions.
    #[tf(computed)]
    route_policy: Attr<RoutePolicy>,
    /// IP virtualization.
    #[tf(computed)]
    ip_virtual: Attr<IpVirtual>,
    /// The project's name.
    #[tf(computed)]
    project_name: Attr<String>,
}

impl Model {
    fn of(group: &ServerGroup, region: Attr<String>) -> Self {
        Self {
            described: Described::of(group),
            region,
            image_type: group.image_type.clone().into(),
            image_product_id: group.image_product_id.clone().into(),
            image_min_disk: group.image_min_disk.into(),
            route_policy: group.route_policy.map(RoutePolicy::from_api).into(),
            ip_virtual: group.ip_virtual.map(IpVirtual::from_api).into(),
            project_name: group.project_name.clone().into(),
        }
    }
}

#[data_source("appstreaming_server_group")]
impl DataSource for ServerGroupDataSource {
    type Data = Clouds;
    type Model = Model;

    fn schema(&self) -> Schema {
        let id = Attribute::string("The server group's ID. Either this or `name` is required.")
            .optional()
            .computed()
            .validate(validate::length(1..=128))
            .validate(validate::conflicts_with(["name"]))
            .validate(validate::at_least_one_of(["name"]));
        let name = Attribute::string("Its whole name, unique in the project. Either this or `id` is required.")
            .optional()
            .computed()
            .validate(validate::length(1..=64));
        let enterprise_project_id = Attribute::string(
            "Its enterprise project; `0` is the default one. May be set with `name`, which is looked for in this \
             enterprise project alone. Default: in the default one.",
        )
        .optional()
        .computed()
        .validate(validate::length(1..=128))
        .validate(validate::conflicts_with(["id"]));
        Schema::of::<Model>()
            .attribute("enterprise_project_id", enterprise_project_id)
            .attribute("id", id)
            .attribute("name", name)
    }

    async fn read(&self, cx: &mut Context<Clouds>, config: Model) -> Result<Model> {
        let Model { mut region, described, .. } = config;
        let (client, bounds) = client(cx, &mut region)?;
        let id = match described.id.into_known() {
            Some(id) => id,
            None => {
                let enterprise_project_id = described.enterprise_project_id.into_known();
                id_of(&client, described.name.require("name")?, enterprise_project_id, &bounds).await?
            }
        };
        match client.server_group(&id, &bounds).await {
            Ok(group) => Ok(Model::of(&group, region)),
            Err(error) => Err(failed(&format!("read server group {id:?}"), &error).at(Path::attribute("id")).into()),
        }
    }
}

/// What was looked through in vain for a name.
const PLACE: &str = "No server group of the region, project and enterprise project";

/// The ID of the group with this name. The service's filter matches parts of names too.
async fn id_of(client: &Client, name: &str, enterprise_project_id: Option<String>, bounds: &Bounds) -> Result<String> {
    let filter =
        ServerGroupFilter { name: Some(name.to_owned()), enterprise_project_id, ..ServerGroupFilter::default() };
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
        format!("{PLACE} has this name, or one that holds it.")
    } else {
        format!("{PLACE} has this name. These hold it: {}.", others.join(", "))
    };
    Err(Diagnostic::error(format!("There is no server group {name:?}"), detail).at(Path::attribute("name")).into())
}
