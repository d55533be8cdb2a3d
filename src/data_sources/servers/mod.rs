//! Data sources about the server groups of Huawei Cloud Workspace.

mod flavors;
mod group;
mod groups;
mod quota;
mod status;

use cloud::Bounds;
use huawei::Client;
use tfplug::{Attr, Context, Result, schema::Attribute};

use crate::{bounds::Bounded, clouds::Clouds, server_group::region_attribute};

pub(crate) use self::{
    flavors::ServerFlavorsDataSource, group::ServerGroupDataSource, groups::ServerGroupsDataSource,
    quota::ServerQuotaDataSource, status::ServerGroupStatusDataSource,
};

/// `region`, as every data source has it.
fn region() -> Attribute {
    region_attribute().computed()
}

/// The client for the region that is asked for, and the region that this is.
fn client(cx: &Context<Clouds>, region: &mut Attr<String>) -> Result<(Client, Bounds)> {
    let client = cx.data()?.huawei(region.as_str())?;
    *region = client.region().map(str::to_owned).into();
    Ok((client, cx.bounds()))
}
