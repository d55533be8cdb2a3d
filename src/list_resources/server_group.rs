//! The list resource `appstreaming_server_group`: finds server groups for `terraform query`.

use cloud::Bounds;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use huawei::{Client, ServerGroup};
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, ListResource, Listed, Listing, Result,
    schema::{Attribute, Schema, validate},
};

use crate::{
    bounds::Bounded,
    clouds::Clouds,
    data_sources::servers::Filter,
    failure::failed,
    resources::server_group::{Identity, Model, ServerGroupResource},
};

/// How many groups are read at a time, where whole states are wanted. The pace is the client's to keep.
const PARALLEL: usize = 10;

/// The list resource `appstreaming_server_group`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerGroupList;

/// The `config` block.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Config {
    region: Attr<String>,
    name: Attr<String>,
    server_group_id: Attr<String>,
    app_type: Attr<String>,
    tags: Attr<String>,
    enterprise_project_id: Attr<String>,
    is_standby: Attr<bool>,
}

impl ListResource for ServerGroupList {
    type Data = Clouds;
    type Config = Config;
    type Resource = ServerGroupResource;

    fn type_name(&self) -> &'static str {
        "appstreaming_server_group"
    }

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "Finds server groups of Huawei Cloud Workspace: all that fit all of the filters, over all pages \
             (`GET /v1/{project_id}/app-server-groups`).",
        )
        .attribute(
            "region",
            Attribute::string("The region to look in. Default: the provider's.")
                .optional()
                .validate(validate::pattern("[a-z0-9-]{1,64}", "lower-case letters, digits and hyphens")),
        );
        Filter::attributes().into_iter().fold(schema, |schema, (name, attribute)| schema.attribute(name, attribute))
    }

    async fn list(&self, cx: &mut Context<Clouds>, config: Config, listing: &mut Listing<'_, Self>) -> Result<()> {
        let client = cx.data()?.huawei(config.region.as_str())?;
        let bounds = cx.bounds();
        let filter = Filter {
            name: &config.name,
            server_group_id: &config.server_group_id,
            app_type: &config.app_type,
            tags: &config.tags,
            enterprise_project_id: &config.enterprise_project_id,
            is_standby: &config.is_standby,
        };
        let found = client.server_groups(&filter.to_api(), &bounds).await;
        let found = found.map_err(|error| failed("list the server groups", &error))?;
        let wants_resources = listing.wants_resources();
        let found = stream::iter(found).map(|group| listed(&client, &bounds, group, wants_resources));
        let mut found = found.buffered(PARALLEL);
        while !listing.is_full()
            && let Some(found) = found.try_next().await?
        {
            if let Some(found) = found {
                listing.push(found)?;
            }
        }
        Ok(())
    }
}

/// One of them; `None` when it has gone in the meantime.
async fn listed(
    client: &Client,
    bounds: &Bounds,
    group: ServerGroup,
    wants_resource: bool,
) -> Result<Option<Listed<ServerGroupList>>> {
    let id = group.id.unwrap_or_default();
    let mut resource = None;
    if wants_resource {
        // The list leaves out some of what belongs into the state.
        match client.server_group(&id, bounds).await {
            Ok(group) => {
                let mut state = Model::by_id(&id, client.region());
                state.observe(&group, client.region());
                resource = Some(state);
            }
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(failed(&format!("read server group {id:?}"), &error).into()),
        }
    }
    Ok(Some(Listed {
        display_name: group.name.unwrap_or_else(|| id.clone()),
        identity: Identity { id: id.into(), region: client.region().map(str::to_owned).into() },
        resource,
    }))
}
