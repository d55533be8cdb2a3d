//! The filters of the list of server groups, as a data source and a list resource take them.

use cloud::Bounds;
use huawei::{Client, ServerGroup, ServerGroupFilter};
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Result,
    schema::{Attribute, validate},
};

use crate::failure::failed;

/// What server groups can be filtered by.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Filters {
    name: Attr<String>,
    server_group_id: Attr<String>,
    app_type: Attr<String>,
    tags: Attr<String>,
    enterprise_project_id: Attr<String>,
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

/// The attributes of [`Filters`].
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
            text("Only server groups of this enterprise project. Default: those of the default one, `0`.")
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
