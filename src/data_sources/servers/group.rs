//! `appstreaming_server_group`: one server group, by its ID or its name.

use cloud::Bounds;
use huawei::{Client, ServerGroup, ServerGroupFilter};
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, DataSource, Diagnostic, Joined, Path, Result,
    schema::{Attribute, Schema, validate},
};

use super::{client, region};
use crate::{
    clouds::Clouds,
    failure::failed,
    server_group::{
        Described, described,
        parts::{IpVirtual, RoutePolicy},
    },
};

/// The data source `appstreaming_server_group`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerGroupDataSource;

/// What only the single query answers, and the region.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Details {
    region: Attr<String>,
    image_type: Attr<String>,
    image_product_id: Attr<String>,
    image_min_disk: Attr<i64>,
    route_policy: Attr<RoutePolicy>,
    ip_virtual: Attr<IpVirtual>,
    project_name: Attr<String>,
}

impl Details {
    fn of(group: &ServerGroup, region: Attr<String>) -> Self {
        Self {
            region,
            image_type: group.image_type.clone().into(),
            image_product_id: group.image_product_id.clone().into(),
            image_min_disk: group.image_min_disk.into(),
            route_policy: group.route_policy.map(RoutePolicy::from_api).into(),
            ip_virtual: group.ip_virtual.map(|it| IpVirtual { enable: it.enable.into() }).into(),
            project_name: group.project_name.clone().into(),
        }
    }
}

impl DataSource for ServerGroupDataSource {
    type Data = Clouds;
    type Model = Joined<Details, Described>;

    fn type_name(&self) -> &'static str {
        "appstreaming_server_group"
    }

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "One server group of Huawei Cloud Workspace, by its ID or its name: everything that the service answers of \
             it (`GET /v1/{project_id}/app-server-groups/{server_group_id}`).",
        );
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
        schema
            .with_attributes(described::attributes())
            .with_attributes(details())
            .attribute("enterprise_project_id", enterprise_project_id)
            .attribute("id", id)
            .attribute("name", name)
            .attribute("region", region())
    }

    async fn read(&self, cx: &mut Context<Clouds>, config: Self::Model) -> Result<Self::Model> {
        let Joined { own: Details { mut region, .. }, shared } = config;
        let (client, bounds) = client(cx, &mut region)?;
        let id = match shared.id.into_known() {
            Some(id) => id,
            None => {
                let enterprise_project_id = shared.enterprise_project_id.into_known();
                id_of(&client, shared.name.require("name")?, enterprise_project_id, &bounds).await?
            }
        };
        match client.server_group(&id, &bounds).await {
            Ok(group) => Ok(Joined { own: Details::of(&group, region), shared: Described::of(&group) }),
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
