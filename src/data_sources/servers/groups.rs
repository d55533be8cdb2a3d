//! `appstreaming_server_groups`: the server groups that fit.

use tfplug::prelude::*;

use super::{client, region};
use crate::{
    clouds::Clouds,
    server_group::{Described, Filters},
};

/// The data source `appstreaming_server_groups`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerGroupsDataSource;

/// The server groups of Huawei Cloud Workspace that fit all of the filters, over all pages
/// (`GET /v1/{project_id}/app-server-groups`).
///
/// -> The service's list answers neither `route_policy` nor `image_type`, `image_product_id` and `ip_virtual`; the data
/// source `appstreaming_server_group` has them.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    #[serde(flatten)]
    filters: Filters,
    #[tf(attribute = region())]
    region: Attr<String>,
    /// The server groups, in the service's order.
    #[tf(computed)]
    server_groups: Attr<Vec<Described>>,
}

#[data_source("appstreaming_server_groups")]
impl DataSource for ServerGroupsDataSource {
    type Data = Clouds;
    type Model = Model;

    async fn read(&self, cx: &mut Context<Clouds>, mut model: Model) -> Result<Model> {
        let (client, bounds) = client(cx, &mut model.region)?;
        let found = model.filters.groups(&client, &bounds).await?;
        model.server_groups = Attr::Known(found.iter().map(Described::of).collect());
        Ok(model)
    }
}
