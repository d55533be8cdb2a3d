//! `appstreaming_server_groups`: the server groups that fit.

use huawei::ServerGroupFilter;
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, DataSource, Result,
    schema::{Attribute, Nesting, Schema, validate},
};

use super::{
    client, region,
    summary::{Summary, attributes},
};
use crate::{clouds::Clouds, failure::failed};

/// The data source `appstreaming_server_groups`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerGroups;

/// Arguments and results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    region: Attr<String>,
    name: Attr<String>,
    server_group_id: Attr<String>,
    app_type: Attr<String>,
    tags: Attr<String>,
    enterprise_project_id: Attr<String>,
    is_standby: Attr<bool>,
    server_groups: Attr<Vec<Summary>>,
}

/// What server groups can be filtered by.
pub(crate) struct Filter<'m> {
    pub(crate) name: &'m Attr<String>,
    pub(crate) server_group_id: &'m Attr<String>,
    pub(crate) app_type: &'m Attr<String>,
    pub(crate) tags: &'m Attr<String>,
    pub(crate) enterprise_project_id: &'m Attr<String>,
    pub(crate) is_standby: &'m Attr<bool>,
}

impl Filter<'_> {
    /// The attributes of the filters, as a data source and a list resource have them.
    pub(crate) fn attributes() -> [(&'static str, Attribute); 6] {
        let text = |description| Attribute::string(description).optional();
        [
            ("name", text("Only server groups whose name holds this text.").validate(validate::length(1..=64))),
            ("server_group_id", text("Only the server group with this ID.").validate(validate::length(1..=128))),
            (
                "app_type",
                text("Only server groups that stream this: `COMMON_APP` or `SESSION_DESKTOP_APP`.")
                    .validate(validate::one_of(["SESSION_DESKTOP_APP", "COMMON_APP"])),
            ),
            (
                "tags",
                text("Only server groups with a tag whose key or value holds this text.")
                    .validate(validate::length(1..=255)),
            ),
            (
                "enterprise_project_id",
                text("Only server groups of this enterprise project; `0` is the default one.")
                    .validate(validate::length(1..=128)),
            ),
            (
                "is_standby",
                Attribute::bool(
                    "`true`: only standby groups; `false`: only others (`is_secondary_server_group`). Default: all.",
                )
                .optional(),
            ),
        ]
    }

    /// The filter as the API takes it.
    pub(crate) fn to_api(&self) -> ServerGroupFilter {
        ServerGroupFilter {
            name: self.name.as_known().cloned(),
            id: self.server_group_id.as_known().cloned(),
            app_type: self.app_type.as_known().cloned(),
            tags: self.tags.as_known().cloned(),
            enterprise_project_id: self.enterprise_project_id.as_known().cloned(),
            is_secondary_server_group: self.is_standby.as_known().copied(),
        }
    }
}

impl DataSource for ServerGroups {
    type Data = Clouds;
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "appstreaming_server_groups"
    }

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "The server groups of Huawei Cloud Workspace that fit all of the filters, over all pages \
             (`GET /v1/{project_id}/app-server-groups`).\n\n\
             -> The service's list answers neither `route_policy` nor `image_type`, `image_product_id` and \
             `ip_virtual`; the data source `appstreaming_server_group` has them.",
        );
        Filter::attributes()
            .into_iter()
            .fold(schema, |schema, (name, attribute)| schema.attribute(name, attribute))
            .attribute("region", region())
            .attribute(
                "server_groups",
                Attribute::nested(Nesting::List, "The server groups, in the service's order.", attributes()).computed(),
            )
    }

    async fn read(&self, cx: &mut Context<Clouds>, mut config: Model) -> Result<Model> {
        let (client, calls) = client(cx, &mut config.region)?;
        let filter = Filter {
            name: &config.name,
            server_group_id: &config.server_group_id,
            app_type: &config.app_type,
            tags: &config.tags,
            enterprise_project_id: &config.enterprise_project_id,
            is_standby: &config.is_standby,
        };
        let found = client.server_groups(&filter.to_api(), &calls).await;
        let found = found.map_err(|error| failed("list the server groups", &error))?;
        config.server_groups = Attr::Known(found.iter().map(Summary::of).collect());
        Ok(config)
    }
}
