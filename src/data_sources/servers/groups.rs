//! `appstreaming_server_groups`: the server groups that fit.

use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, DataSource, Joined, Result,
    schema::{Attribute, Nesting, Schema},
};

use super::{client, region};
use crate::{
    clouds::Clouds,
    server_group::{Described, Filters, described, filters},
};

/// The data source `appstreaming_server_groups`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerGroupsDataSource;

/// What is the data source's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Found {
    region: Attr<String>,
    server_groups: Attr<Vec<Described>>,
}

impl DataSource for ServerGroupsDataSource {
    type Data = Clouds;
    type Model = Joined<Found, Filters>;

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
        schema.with_attributes(filters::attributes()).attribute("region", region()).attribute(
            "server_groups",
            Attribute::nested(Nesting::List, "The server groups, in the service's order.", described::attributes())
                .computed(),
        )
    }

    async fn read(&self, cx: &mut Context<Clouds>, mut model: Self::Model) -> Result<Self::Model> {
        let (client, bounds) = client(cx, &mut model.own.region)?;
        let found = model.shared.groups(&client, &bounds).await?;
        model.own.server_groups = Attr::Known(found.iter().map(Described::of).collect());
        Ok(model)
    }
}
