//! The filters of the list of server groups, as a data source and a list resource take them.

use cloud::Bounds;
use huawei::{Client, ServerGroup, ServerGroupFilter};
use tfplug::prelude::*;

use crate::failure::failed;

/// What server groups can be filtered by.
#[derive(Clone, Debug, Model)]
pub(crate) struct Filters {
    /// Only server groups whose name holds this text.
    #[tf(validate(length(1..=64)))]
    name: Attr<String>,
    /// Only the server group with this ID.
    #[tf(validate(length(1..=128)))]
    server_group_id: Attr<String>,
    /// Only server groups that stream this: `COMMON_APP` or `SESSION_DESKTOP_APP`.
    #[tf(validate(one_of(["SESSION_DESKTOP_APP", "COMMON_APP"])))]
    app_type: Attr<String>,
    /// Only server groups with a tag whose key or value holds this text.
    #[tf(validate(length(1..=255)))]
    tags: Attr<String>,
    /// Only server groups of this enterprise project. Default: those of the default one, `0`.
    #[tf(validate(length(1..=128)))]
    enterprise_project_id: Attr<String>,
    /// `true`: only standby groups; `false`: only others (`is_secondary_server_group`). Default: all.
    is_standby: Attr<bool>,
}

impl Filters {
    /// All server groups that pass, over all pages.
    pub(crate) async fn groups(&self, client: &Client, bounds: &Bounds) -> Result<Vec<ServerGroup>> {
        let filter = ServerGroupFilter {
            name: self.name.as_known().cloned(),
            id: self.server_group_id.as_known().cloned(),
            app_type: self.app_type.as_known().cloned(),
            tags: self.tags.as_known().cloned(),
            enterprise_project_id: self.enterprise_project_id.as_known().cloned(),
            is_secondary_server_group: self.is_standby.as_known().copied(),
        };
        let found = client.server_groups(&filter, bounds).await;
        Ok(found.map_err(|error| failed("list the server groups", &error))?)
    }
}
