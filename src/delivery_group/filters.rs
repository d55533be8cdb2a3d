//! The filters of `ListAppInstanceGroup`, as a data source and list resources take them.

use std::collections::{BTreeMap, BTreeSet};

use alibaba::{Client, DeliveryGroup, DeliveryGroupFilter, PRODUCT_TYPE_CLOUD_APP};
use cloud::{Bounds, Principal};
use tfplug::{prelude::*, value::Type};

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
#[derive(Clone, Debug, Default, Model)]
pub(crate) struct Filters {
    /// Only the group with this ID (`AppInstanceGroupId`).
    #[tf(validate(id()))]
    pub(crate) delivery_group_id: Attr<String>,
    /// Only groups whose name contains this (`AppInstanceGroupName`).
    #[tf(validate(length(1..=100)))]
    pub(crate) name: Attr<String>,
    /// Only groups that run this image (`AppCenterImageId`).
    #[tf(validate(id()))]
    pub(crate) image_id: Attr<String>,
    /// Only groups in this region (`BizRegionId`), for instance `cn-hangzhou`. It also chooses the service's endpoint:
    /// one serves the Chinese mainland, one the other regions. Without it, all groups of the provider's endpoint are
    /// listed.
    #[tf(validate(region()))]
    pub(crate) region: Attr<String>,
    /// Only groups that the service files under this region (`RegionId`). Usually `region` is what is meant.
    #[tf(validate(region()))]
    pub(crate) region_id: Attr<String>,
    /// Only groups with this specification (`NodeInstanceType`), for instance `appstreaming.general.4c8g`.
    #[tf(validate(id()))]
    pub(crate) node_instance_type: Attr<String>,
    /// Only groups in this office network (`OfficeSiteId`), for instance `cn-hangzhou+os-c5cy7q578s8jc****`.
    #[tf(validate(length(1..=128)))]
    pub(crate) office_site_id: Attr<String>,
    #[tf(attribute = product_type_attribute())]
    pub(crate) product_type: Attr<String>,
    #[tf(
        description = format!("Only groups with one of these statuses (`Status`): `{}`.", STATUSES.join("`, `")),
        validate(each(one_of(STATUSES)), size(1..=STATUSES.len()))
    )]
    pub(crate) status: Attr<BTreeSet<String>>,
    /// Only groups with all of these tags (`Tag`), at most 20.
    #[tf(validate(each_key(length(1..=128)), each(length(0..=128)), size(1..=20)))]
    pub(crate) tags: Attr<BTreeMap<String, String>>,
    /// Only groups for which one of these user groups is authorized (`UserGroupIds`).
    #[tf(type = Type::set(Type::String), unquoted, validate(each(id()), size(1..=100)))]
    pub(crate) user_group_ids: Attr<BTreeSet<Principal>>,
    /// Only groups for which none of these user groups is authorized (`ExcludedUserGroupIds`).
    #[tf(type = Type::set(Type::String), unquoted, validate(each(id()), size(1..=100)))]
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
