//! Delivery groups (*app instance groups*): looking them up, and giving them another image.

use cloud::{Bounds, Error, Page, PageAnswer, PageRequest, Principal, lacking, null_is_empty};
use serde::Deserialize;

use super::{Client, PRODUCT_TYPE_CLOUD_APP, client::Item, sign::Parameters};

const LIST: &str = "ListAppInstanceGroup";

/// A delivery group, as `GetAppInstanceGroup` and `ListAppInstanceGroup` describe it. Every field is named like the
/// API's; what one of the two operations leaves out is `None` or empty.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeliveryGroup {
    /// `AppInstanceGroupId`, `aig-…`
    pub app_instance_group_id: Option<String>,
    /// `AppInstanceGroupName`
    pub app_instance_group_name: Option<String>,
    /// `AppCenterImageId`, `img-…`: the image that the group runs, or is being updated to.
    pub app_center_image_id: Option<String>,
    /// `AppCenterImageName`; only `GetAppInstanceGroup` answers it.
    pub app_center_image_name: Option<String>,
    /// `Status`: `DEPLOYING`, `PUBLISHED`, `FAILED`, `EXPIRED`, `CEASED`, `MAINTAINING` (an update runs),
    /// `MAINTAIN_FAILED`, `DELETING` or `UNAVAILABLE`.
    pub status: Option<String>,
    /// `ResourceStatus`: whether the group's resources are available.
    pub resource_status: Option<String>,
    /// `RegionId`: where the group is.
    pub region_id: Option<String>,
    /// `ProductType`
    pub product_type: Option<String>,
    /// `AuthMode`: `App`, `Session` or `AppInstanceGroup`.
    pub auth_mode: Option<String>,
    /// `UserGroupAuthMode`
    pub user_group_auth_mode: Option<String>,
    /// `SupportUserGroupMixedAuth`
    pub support_user_group_mixed_auth: Option<bool>,
    /// `AccessType`
    pub access_type: Option<String>,
    /// `AppInstanceType`
    pub app_instance_type: Option<String>,
    /// `AppInstanceTypeName`
    pub app_instance_type_name: Option<String>,
    /// `AppPolicyId`
    pub app_policy_id: Option<String>,
    /// `Apps`
    #[serde(deserialize_with = "null_is_empty")]
    pub apps: Vec<App>,
    /// `ChargeType`: `PostPaid` or `PrePaid`.
    pub charge_type: Option<String>,
    /// `ChargeResourceMode`: what is paid for, `AppInstance` or `Node`.
    pub charge_resource_mode: Option<String>,
    /// `ExpiredTime`
    pub expired_time: Option<String>,
    /// `GmtCreate`
    pub gmt_create: Option<String>,
    /// `OsType`
    pub os_type: Option<String>,
    /// `OfficeSiteId`
    pub office_site_id: Option<String>,
    /// `SpecId`
    pub spec_id: Option<String>,
    /// `SessionType`; only `GetAppInstanceGroup` answers it.
    pub session_type: Option<String>,
    /// `SessionTimeout`, in minutes.
    pub session_timeout: Option<String>,
    /// `SkipUserAuthCheck`
    pub skip_user_auth_check: Option<bool>,
    /// `Amount`: sessions in all.
    pub amount: Option<i64>,
    /// `MinAmount`
    pub min_amount: Option<i64>,
    /// `MaxAmount`
    pub max_amount: Option<i64>,
    /// `ReserveAmountRatio`
    pub reserve_amount_ratio: Option<String>,
    /// `ReserveMinAmount`
    pub reserve_min_amount: Option<i64>,
    /// `ReserveMaxAmount`
    pub reserve_max_amount: Option<i64>,
    /// `ScalingStep`
    pub scaling_step: Option<i64>,
    /// `ScalingUsageThreshold`, in percent.
    pub scaling_usage_threshold: Option<String>,
    /// `ScalingDownAfterIdleMinutes`
    pub scaling_down_after_idle_minutes: Option<i64>,
    /// `NodePool`
    #[serde(deserialize_with = "null_is_empty")]
    pub node_pool: Vec<NodePool>,
    /// `OtaInfo`: the pending over-the-air update.
    pub ota_info: Option<OtaInfo>,
    /// `Tags`
    #[serde(deserialize_with = "null_is_empty")]
    pub tags: Vec<Tag>,
    /// `ResourceTags`; only `ListAppInstanceGroup` answers it.
    #[serde(deserialize_with = "null_is_empty")]
    pub resource_tags: Vec<Tag>,
}

/// An application of a delivery group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct App {
    /// `AppId`
    pub app_id: Option<String>,
    /// `AppName`
    pub app_name: Option<String>,
    /// `AppVersion`
    pub app_version: Option<String>,
    /// `AppVersionName`
    pub app_version_name: Option<String>,
}

/// The nodes that a delivery group's sessions run on.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct NodePool {
    /// `NodePoolId`
    pub node_pool_id: Option<String>,
    /// `NodeInstanceType`
    pub node_instance_type: Option<String>,
    /// `NodeTypeName`
    pub node_type_name: Option<String>,
    /// `StrategyType`: `NODE_FIXED`, `NODE_SCALING_BY_SCHEDULE` or `NODE_SCALING_BY_USAGE`.
    pub strategy_type: Option<String>,
    /// `StrategyEnableDate`: the first day of the strategy, `YYYY-MM-DD`.
    pub strategy_enable_date: Option<String>,
    /// `StrategyDisableDate`: the last day of the strategy, `YYYY-MM-DD`.
    pub strategy_disable_date: Option<String>,
    /// `RecurrenceSchedules`: when nodes are scheduled.
    #[serde(deserialize_with = "null_is_empty")]
    pub recurrence_schedules: Vec<RecurrenceSchedule>,
    /// `WarmUp`
    pub warm_up: Option<bool>,
    /// `Amount`: sessions in all.
    pub amount: Option<i64>,
    /// `NodeAmount`
    pub node_amount: Option<i64>,
    /// `NodeCapacity`: sessions on a node.
    pub node_capacity: Option<i64>,
    /// `NodeUsed`
    pub node_used: Option<i64>,
    /// `MaxIdleAppInstanceAmount`
    pub max_idle_app_instance_amount: Option<i64>,
    /// `MaxScalingAmount`
    pub max_scaling_amount: Option<i64>,
    /// `ScalingNodeAmount`
    pub scaling_node_amount: Option<i64>,
    /// `ScalingNodeUsed`
    pub scaling_node_used: Option<i64>,
    /// `ScalingStep`
    pub scaling_step: Option<i64>,
    /// `ScalingUsageThreshold`, in percent.
    pub scaling_usage_threshold: Option<String>,
    /// `ScalingDownAfterIdleMinutes`
    pub scaling_down_after_idle_minutes: Option<i64>,
}

/// Days on which nodes are scheduled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RecurrenceSchedule {
    /// `RecurrenceType`: what the values count, such as `weekly`.
    pub recurrence_type: Option<String>,
    /// `RecurrenceValues`: the days.
    #[serde(deserialize_with = "null_is_empty")]
    pub recurrence_values: Vec<i64>,
    /// `TimerPeriods`: the times of these days.
    #[serde(deserialize_with = "null_is_empty")]
    pub timer_periods: Vec<TimerPeriod>,
}

/// A time of day at which nodes are scheduled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TimerPeriod {
    /// `StartTime`, `HH:mm`
    pub start_time: Option<String>,
    /// `EndTime`, `HH:mm`
    pub end_time: Option<String>,
    /// `Amount`: how many.
    pub amount: Option<i64>,
}

/// The over-the-air update of a delivery group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct OtaInfo {
    /// `TaskId`, `ota-…`: present while an update is pending; every approval replaces it.
    pub task_id: Option<String>,
    /// `OtaVersion`: the version that runs now.
    pub ota_version: Option<String>,
    /// `NewOtaVersion`: the version that is pending.
    pub new_ota_version: Option<String>,
}

/// A tag.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Tag {
    /// `Key`
    pub key: Option<String>,
    /// `Value`
    pub value: Option<String>,
}

/// The filters of `ListAppInstanceGroup`; those that are not set let everything pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryGroupFilter {
    /// `AppInstanceGroupId`
    pub id: Option<String>,
    /// `AppInstanceGroupName`: part of the name.
    pub name: Option<String>,
    /// `AppCenterImageId`
    pub image_id: Option<String>,
    /// `BizRegionId`: where the groups are.
    pub region: Option<String>,
    /// `RegionId`
    pub region_id: Option<String>,
    /// `NodeInstanceType`
    pub node_instance_type: Option<String>,
    /// `OfficeSiteId`
    pub office_site_id: Option<String>,
    /// `Status`: any of these.
    pub status: Vec<String>,
    /// `Tag`: all of these keys and values.
    pub tags: Vec<(String, String)>,
    /// `UserGroupIds`: groups that are authorized for any of these.
    pub user_group_ids: Vec<Principal>,
    /// `ExcludedUserGroupIds`: groups that are authorized for none of these.
    pub excluded_user_group_ids: Vec<Principal>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetAnswer {
    #[serde(deserialize_with = "null_is_empty")]
    app_instance_group_models: DeliveryGroup,
}

impl DeliveryGroup {
    /// Refuses an answer that leaves out what is decided by: without its status or its image, a group would pass for
    /// one that runs another image.
    fn tells_what_runs(&self, product_type: &str) -> Result<(), String> {
        // Groups of other products may have no image.
        let has_image = product_type != PRODUCT_TYPE_CLOUD_APP || self.app_center_image_id.is_some();
        let lacks = self.lacks().or(lacking([("AppCenterImageId", has_image)]));
        lacks.map_or(Ok(()), |member| Err(format!("the delivery group has no {member}")))
    }
}

impl Item for DeliveryGroup {
    fn lacks(&self) -> Option<&'static str> {
        lacking([("AppInstanceGroupId", self.app_instance_group_id.is_some()), ("Status", self.status.is_some())])
    }

    fn people(&self) -> Vec<&Principal> {
        Vec::new()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListAnswer {
    app_instance_group_models: Option<Vec<DeliveryGroup>>,
    total_count: Option<u64>,
    page_number: Option<u64>,
}

impl From<ListAnswer> for PageAnswer<DeliveryGroup> {
    fn from(answer: ListAnswer) -> Self {
        Self { items: answer.app_instance_group_models, count: answer.total_count, number: answer.page_number }
    }
}

/// How messages name a delivery group.
pub(super) fn named(id: &str) -> String {
    format!("delivery group \"{id}\"")
}

impl Client {
    /// The delivery group with this id (`GetAppInstanceGroup`).
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](cloud::ErrorKind::NotFound), when there is none, and all that a call can meet.
    pub async fn delivery_group(&self, id: &str, product_type: &str, bounds: &Bounds) -> Result<DeliveryGroup, Error> {
        let parameters = Parameters::new().query("AppInstanceGroupId", id).query("ProductType", product_type);
        let group = |answer: &GetAnswer| answer.app_instance_group_models.app_instance_group_id.clone();
        let check = |answer: &GetAnswer| match group(answer) {
            Some(found) if found == id => answer.app_instance_group_models.tells_what_runs(product_type),
            Some(found) => Err(format!("it is about the delivery group {found:?}")),
            None => Err("it has no delivery group".to_owned()),
        };
        let answer = self.read("GetAppInstanceGroup", named(id), parameters, check, bounds).await?;
        Ok(answer.app_instance_group_models)
    }

    /// All delivery groups that the filter lets pass, over all pages (`ListAppInstanceGroup`).
    ///
    /// # Errors
    /// All that a call can meet; there is no result of some pages only.
    pub async fn delivery_groups(
        &self,
        filter: &DeliveryGroupFilter,
        product_type: &str,
        bounds: &Bounds,
    ) -> Result<Vec<DeliveryGroup>, Error> {
        let mut parameters = Parameters::new()
            .query("ProductType", product_type)
            .query("AppInstanceGroupId", filter.id.as_deref())
            .query("AppInstanceGroupName", filter.name.as_deref())
            .query("AppCenterImageId", filter.image_id.as_deref())
            .query("BizRegionId", filter.region.as_deref())
            .query("RegionId", filter.region_id.as_deref())
            .query("NodeInstanceType", filter.node_instance_type.as_deref())
            .query("OfficeSiteId", filter.office_site_id.as_deref())
            .body_list("Status", &filter.status)
            .body_list("UserGroupIds", &filter.user_group_ids)
            .body_list("ExcludedUserGroupIds", &filter.excluded_user_group_ids);
        for (at, (key, value)) in (1..).zip(&filter.tags) {
            parameters = parameters
                .query(&format!("Tag.{at}.Key"), key.as_str())
                .query(&format!("Tag.{at}.Value"), value.as_str());
        }
        let ask = |page| parameters.clone().page_in_query(page);
        self.all::<ListAnswer, _>(LIST, "delivery groups", ask, bounds).await
    }

    /// One page of all delivery groups (`ListAppInstanceGroup`).
    ///
    /// # Errors
    /// All that a call can meet.
    pub async fn delivery_group_page(
        &self,
        product_type: &str,
        asked: PageRequest,
        bounds: &Bounds,
    ) -> Result<Page<DeliveryGroup>, Error> {
        let parameters = Parameters::new().query("ProductType", product_type).page_in_query(asked);
        self.page::<ListAnswer, _>(LIST, "delivery groups", asked, parameters, bounds).await
    }

    /// Gives a delivery group another image (`UpdateAppInstanceGroupImage`). It disconnects the group's users, and goes
    /// on after this call has been answered: the group is `MAINTAINING` until it is `PUBLISHED` with the new image, or
    /// `MAINTAIN_FAILED`.
    ///
    /// # Errors
    /// All that a call can meet; [`ErrorKind::NotFound`](cloud::ErrorKind::NotFound) may mean the image as well as the
    /// group, its code says which. Where the outcome is unknown, read the group before anything else.
    pub async fn update_delivery_group_image(
        &self,
        id: &str,
        image_id: &str,
        region: &str,
        product_type: &str,
        bounds: &Bounds,
    ) -> Result<(), Error> {
        let parameters = Parameters::new()
            .query("AppInstanceGroupId", id)
            .query("AppCenterImageId", image_id)
            .query("BizRegionId", region)
            .query("ProductType", product_type);
        self.change("UpdateAppInstanceGroupImage", named(id), parameters, bounds).await
    }
}
