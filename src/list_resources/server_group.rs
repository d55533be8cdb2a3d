//! The list resource `appstreaming_server_group`: finds server groups for `terraform query`.

use cloud::Bounds;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use huawei::{Client, ServerGroup};
use tfplug::prelude::*;

use crate::{
    bounds::Bounded,
    clouds::Clouds,
    failure::failed,
    resources::server_group::{Model, ServerGroupResource},
    server_group::{Filters, Identity, TagRules, region_attribute},
};

/// How many groups are read at a time, where whole states are wanted. The pace is the client's to keep.
const PARALLEL: usize = 10;

/// The list resource `appstreaming_server_group`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerGroupListResource;

/// Finds server groups of Huawei Cloud Workspace: all that fit all of the filters, over all pages
/// (`GET /v1/{project_id}/app-server-groups`).
#[derive(Clone, Debug, Model)]
pub(crate) struct Config {
    #[serde(flatten)]
    filters: Filters,
    #[tf(attribute = region_attribute())]
    region: Attr<String>,
}

#[list_resource("appstreaming_server_group")]
impl ListResource for ServerGroupListResource {
    type Data = Clouds;
    type Config = Config;
    type Resource = ServerGroupResource;

    async fn list(&self, cx: &mut Context<Clouds>, config: Config, listing: &mut Listing<'_, Self>) -> Result<()> {
        let clouds = cx.data()?;
        let client = clouds.huawei(config.region.as_str())?;
        let tag_rules = &clouds.server_group_tags;
        let bounds = cx.bounds();
        let found = config.filters.groups(&client, &bounds).await?;
        let wants_resources = listing.wants_resources();
        let found = stream::iter(found).map(|group| listed(&client, &bounds, group, wants_resources, tag_rules));
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
    tag_rules: &TagRules,
) -> Result<Option<Listed<ServerGroupListResource>>> {
    let id = group.id.unwrap_or_default();
    let mut resource = None;
    if wants_resource {
        // The list leaves out some of what belongs into the state.
        match client.server_group(&id, bounds).await {
            Ok(group) => {
                let mut state = Model::by_id(&id, client.region());
                state.observe(&group, client.region(), tag_rules);
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
