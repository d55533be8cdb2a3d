//! The filters of `ListAppInstanceGroup`, as a data source and list resources take them.

use std::collections::{BTreeMap, BTreeSet};

use alibaba::{Client, DeliveryGroup, DeliveryGroupFilter, PRODUCT_TYPE_CLOUD_APP};
use cloud::{Bounds, Principal};
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Result,
    schema::{Attribute, validate},
    value::Type,
};

use super::{id, product_type_attribute, region};
use crate::failure::failed_at;

/// The statuses that a delivery group can have.
const STATUSES: [&str; 9] = [
    "PUBLISHED",
    "MAINTAINING",
    "MAINTAIN_FAILED",
    "DEPLOYING",
    "FAILED",
    "EXPIRED",
    "CEASED",
    "DELETING",
    "UNAVAILABLE",
];

/// The configuration of a list of delivery groups: every filter that the service has.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Filters {
    pub(crate) delivery_group_id: Attr<String>,
    pub(crate) name: Attr<String>,
    pub(crate) image_id: Attr<String>,
    pub(crate) region: Attr<String>,
    pub(crate) region_id: Attr<String>,
    pub(crate) node_instance_type: Attr<String>,
    pub(crate) office_site_id: Attr<String>,
    pub(crate) product_type: Attr<String>,
    pub(crate) status: Attr<BTreeSet<String>>,
    pub(crate) tags: Attr<BTreeMap<String, String>>,
    pub(crate) user_group_ids: Attr<BTreeSet<Principal>>,
    pub(crate) excluded_user_group_ids: Attr<BTreeSet<Principal>>,
}

impl Filters {
    /// All delivery groups that pass, over all pages.
    pub(crate) async fn groups(&self, client: &Client, bounds: &Bounds) -> Result<Vec<DeliveryGroup>> {
        let text = |attribute: &Attr<String>| attribute.as_str().map(str::to_owned);
        let set = |attribute: &Attr<BTreeSet<String>>| attribute.as_known().into_iter().flatten().cloned().collect();
        let people =
            |attribute: &Attr<BTreeSet<Principal>>| attribute.as_known().into_iter().flatten().cloned().collect();
        let tags = self.tags.as_known().into_iter().flatten();
        let filter = DeliveryGroupFilter {
            id: text(&self.delivery_group_id),
            name: text(&self.name),
            image_id: text(&self.image_id),
            region: text(&self.region),
            region_id: text(&self.region_id),
            node_instance_type: text(&self.node_instance_type),
            office_site_id: text(&self.office_site_id),
            status: set(&self.status),
            tags: tags.map(|(key, value)| (key.clone(), value.clone())).collect(),
            user_group_ids: people(&self.user_group_ids),
            excluded_user_group_ids: people(&self.excluded_user_group_ids),
        };
        let product_type = self.product_type.as_str().unwrap_or(PRODUCT_TYPE_CLOUD_APP);
        let attributes = [("BizRegionId", "region"), ("RegionId", "region_id"), ("Status", "status")];
        let found = client.delivery_groups(&filter, product_type, bounds).await;
        Ok(found.map_err(|error| failed_at("list the delivery groups", &error, &attributes))?)
    }
}

/// The attributes of [`Filters`].
pub(crate) fn attributes() -> Vec<(&'static str, Attribute)> {
    let text = |description: &str| Attribute::string(description).optional();
    let ids = |description: &str| {
        Attribute::set(Type::String, description)
            .optional()
            .unquoted()
            .validate(validate::each(id()))
            .validate(validate::size(1..=100))
    };
    vec![
        ("delivery_group_id", text("Only the group with this ID (`AppInstanceGroupId`).").validate(id())),
        (
            "name",
            text("Only groups whose name contains this (`AppInstanceGroupName`).").validate(validate::length(1..=100)),
        ),
        ("image_id", text("Only groups that run this image (`AppCenterImageId`).").validate(id())),
        (
            "region",
            text(
                "Only groups in this region (`BizRegionId`), for instance `cn-hangzhou`. It also chooses the service's \
                 endpoint: one serves the Chinese mainland, one the other regions. Without it, all groups of the \
                 provider's endpoint are listed.",
            )
            .validate(region()),
        ),
        (
            "region_id",
            text(
                "Only groups that the service files under this region (`RegionId`). Usually `region` is what is meant.",
            )
            .validate(region()),
        ),
        (
            "node_instance_type",
            text("Only groups with this specification (`NodeInstanceType`), for instance `appstreaming.general.4c8g`.")
                .validate(id()),
        ),
        (
            "office_site_id",
            text(
                "Only groups in this office network (`OfficeSiteId`), for instance `cn-hangzhou+os-c5cy7q578s8jc****`.",
            )
            .validate(validate::length(1..=128)),
        ),
        ("product_type", product_type_attribute()),
        (
            "status",
            Attribute::set(
                Type::String,
                format!(
                    "Only groups with one of these statuses (`Status`): {}.",
                    STATUSES.map(|it| format!("`{it}`")).join(", ")
                ),
            )
            .optional()
            .validate(validate::each(validate::one_of(STATUSES)))
            .validate(validate::size(1..=STATUSES.len())),
        ),
        (
            "tags",
            Attribute::map(Type::String, "Only groups with all of these tags (`Tag`), at most 20.")
                .optional()
                .validate(validate::each_key(validate::length(1..=128)))
                .validate(validate::each(validate::length(0..=128)))
                .validate(validate::size(1..=20)),
        ),
        ("user_group_ids", ids("Only groups for which one of these user groups is authorized (`UserGroupIds`).")),
        (
            "excluded_user_group_ids",
            ids("Only groups for which none of these user groups is authorized (`ExcludedUserGroupIds`)."),
        ),
    ]
}
