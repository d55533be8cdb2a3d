//! Data sources about the server groups of Huawei Cloud Workspace.

mod flavors;
mod group;
mod groups;
mod quota;
mod status;
mod summary;

use cloud::Bounds;
use huawei::Client;
use tfplug::{
    Attr, Context, Result,
    schema::{Attribute, validate},
};

use crate::{bounds::Bounded, clouds::Clouds};

pub(crate) use self::{
    flavors::ServerFlavors,
    group::ServerGroupSource,
    groups::{Filter, ServerGroups},
    quota::ServerQuota,
    status::ServerGroupStatus,
};

/// `region`, as every data source has it.
pub(crate) fn region() -> Attribute {
    Attribute::string("The region to look in. Default: the provider's.")
        .optional()
        .computed()
        .validate(validate::pattern("[a-z0-9-]{1,64}", "lower-case letters, digits and hyphens"))
}

/// The client for the region that is asked for, and the region that this is.
fn client(cx: &Context<Clouds>, region: &mut Attr<String>) -> Result<(Client, Bounds)> {
    let client = cx.data()?.huawei(region.as_str())?;
    *region = client.region().map(str::to_owned).into();
    Ok((client, cx.bounds()))
}
