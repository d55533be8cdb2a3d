//! A delivery group as data sources show it.

use std::collections::BTreeMap;

use alibaba::{self, DeliveryGroup};
use tfplug::prelude::*;

/// All that `GetAppInstanceGroup` and `ListAppInstanceGroup` say of a delivery group.
#[derive(Clone, Debug, Default, Model)]
#[tf(computed, description = "A delivery group of Alibaba Cloud App Streaming, by its ID.")]
pub(crate) struct Described {
    /// The delivery group's ID.
    id: Attr<String>,
    /// The delivery group's ID (`AppInstanceGroupId`).
    pub(crate) delivery_group_id: Attr<String>,
    /// Its name (`AppInstanceGroupName`).
    name: Attr<String>,
    /// Its status (`Status`): `DEPLOYING`, `PUBLISHED`, `FAILED`, `EXPIRED`, `CEASED`, `MAINTAINING` while an update
    /// runs, `MAINTAIN_FAILED`, `DELETING` or `UNAVAILABLE`.
    status: Attr<String>,
    /// Whether its resources are available (`ResourceStatus`).
    resource_status: Attr<String>,
    /// Where it is (`RegionId`).
    pub(crate) region: Attr<String>,
    /// The product type (`ProductType`).
    pub(crate) product_type: Attr<String>,
    /// The image that it runs (`AppCenterImageId`).
    image_id: Attr<String>,
    /// That image's name (`AppCenterImageName`); null in lists, which do not tell it.
    image_name: Attr<String>,
    /// What users are authorized for (`AuthMode`): `App`, `Session` or `AppInstanceGroup`, the whole group.
    auth_mode: Attr<String>,
    /// How user groups are authorized (`UserGroupAuthMode`).
    user_group_auth_mode: Attr<String>,
    /// Whether users and user groups can be authorized side by side (`SupportUserGroupMixedAuth`).
    mixed_authorization: Attr<bool>,
    /// Whether authorizations are not checked (`SkipUserAuthCheck`).
    skip_user_auth_check: Attr<bool>,
    /// How people reach it (`AccessType`), for instance `INTERNET`.
    access_type: Attr<String>,
    /// The type of its resources (`AppInstanceType`).
    app_instance_type: Attr<String>,
    /// That type's name (`AppInstanceTypeName`); null in lists.
    app_instance_type_name: Attr<String>,
    /// Its policy (`AppPolicyId`).
    app_policy_id: Attr<String>,
    /// Its applications (`Apps`).
    apps: Attr<Vec<App>>,
    /// How it is paid (`ChargeType`): `PostPaid`, pay-as-you-go, or `PrePaid`, a subscription.
    charge_type: Attr<String>,
    /// What is paid for (`ChargeResourceMode`): `Node` or `AppInstance`.
    charge_resource_mode: Attr<String>,
    /// When it was created (`GmtCreate`), in ISO 8601.
    creation_time: Attr<String>,
    /// When it ends (`ExpiredTime`), in ISO 8601.
    expiration_time: Attr<String>,
    /// Its operating system (`OsType`), for instance `Windows`.
    os_type: Attr<String>,
    /// Its office network (`OfficeSiteId`).
    office_site_id: Attr<String>,
    /// The ID of its specification (`SpecId`).
    spec_id: Attr<String>,
    /// The type of its sessions (`SessionType`); null in lists.
    session_type: Attr<String>,
    /// How long a session outlives its disconnection, in minutes, 3 to 300, or -1 for ever (`SessionTimeout`).
    session_timeout: Attr<i64>,
    /// How many resources it has (`Amount`).
    amount: Attr<i64>,
    /// How many it has at least (`MinAmount`).
    min_amount: Attr<i64>,
    /// How many it has at most (`MaxAmount`).
    max_amount: Attr<i64>,
    /// The share of sessions kept free, in percent, 0 to 99 (`ReserveAmountRatio`).
    reserve_amount_ratio: Attr<i64>,
    /// How many sessions are kept free at least (`ReserveMinAmount`).
    reserve_min_amount: Attr<i64>,
    /// How many sessions are kept free at most (`ReserveMaxAmount`).
    reserve_max_amount: Attr<i64>,
    /// By how many sessions it grows at a time (`ScalingStep`).
    scaling_step: Attr<i64>,
    /// The share of sessions in use from which it grows, in percent (`ScalingUsageThreshold`).
    scaling_usage_threshold: Attr<i64>,
    /// After how many idle minutes it shrinks (`ScalingDownAfterIdleMinutes`).
    scaling_down_after_idle_minutes: Attr<i64>,
    /// The nodes that its sessions run on (`NodePool`).
    node_pools: Attr<Vec<NodePool>>,
    /// Its over-the-air update (`OtaInfo`).
    ota: Attr<Ota>,
    /// Its tags (`Tags`).
    tags: Attr<BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Model)]
#[tf(computed)]
struct App {
    /// The application's ID (`AppId`).
    app_id: Attr<String>,
    /// Its name (`AppName`).
    app_name: Attr<String>,
    /// Its version (`AppVersion`).
    app_version: Attr<String>,
    /// Its version's name (`AppVersionName`).
    app_version_name: Attr<String>,
}

#[derive(Clone, Debug, Model)]
#[tf(computed)]
struct NodePool {
    /// The node pool's ID (`NodePoolId`).
    node_pool_id: Attr<String>,
    /// The specification of its nodes (`NodeInstanceType`).
    node_instance_type: Attr<String>,
    /// That specification's name (`NodeTypeName`).
    node_type_name: Attr<String>,
    /// How it scales (`StrategyType`): `NODE_FIXED`, `NODE_SCALING_BY_SCHEDULE` or `NODE_SCALING_BY_USAGE`.
    strategy_type: Attr<String>,
    /// The first day of its schedule, `YYYY-MM-DD` (`StrategyEnableDate`).
    strategy_enable_date: Attr<String>,
    /// The last day of its schedule, `YYYY-MM-DD` (`StrategyDisableDate`).
    strategy_disable_date: Attr<String>,
    /// When it has how many nodes (`RecurrenceSchedules`), in the time of China (UTC+8).
    recurrence_schedules: Attr<Vec<RecurrenceSchedule>>,
    /// Whether resources are made ready before a period begins (`WarmUp`).
    warm_up: Attr<bool>,
    /// How many nodes were bought (`Amount`).
    amount: Attr<i64>,
    /// How many nodes it has (`NodeAmount`).
    node_amount: Attr<i64>,
    /// How many sessions a node carries (`NodeCapacity`).
    node_capacity: Attr<i64>,
    /// How many nodes are in use (`NodeUsed`).
    node_used: Attr<i64>,
    /// From how many idle sessions on it does not grow (`MaxIdleAppInstanceAmount`).
    max_idle_app_instance_amount: Attr<i64>,
    /// By how many nodes it grows at most (`MaxScalingAmount`).
    max_scaling_amount: Attr<i64>,
    /// How many nodes came by scaling (`ScalingNodeAmount`).
    scaling_node_amount: Attr<i64>,
    /// How many of them are in use (`ScalingNodeUsed`).
    scaling_node_used: Attr<i64>,
    /// By how many nodes it grows at a time, 1 to 10 (`ScalingStep`).
    scaling_step: Attr<i64>,
    /// The share of sessions in use from which it grows, in percent (`ScalingUsageThreshold`).
    scaling_usage_threshold: Attr<i64>,
    /// After how many idle minutes it shrinks (`ScalingDownAfterIdleMinutes`).
    scaling_down_after_idle_minutes: Attr<i64>,
}

#[derive(Clone, Debug, Model)]
#[tf(computed)]
struct RecurrenceSchedule {
    /// What the values count (`RecurrenceType`): `weekly`, days of the week.
    recurrence_type: Attr<String>,
    /// The days (`RecurrenceValues`), 1 for Monday to 7 for Sunday.
    recurrence_values: Attr<Vec<i64>>,
    /// The times of these days (`TimerPeriods`).
    timer_periods: Attr<Vec<TimerPeriod>>,
}

#[derive(Clone, Debug, Model)]
#[tf(computed)]
struct TimerPeriod {
    /// When a period begins, `HH:mm` (`StartTime`).
    start_time: Attr<String>,
    /// When it ends, `HH:mm` (`EndTime`).
    end_time: Attr<String>,
    /// How many nodes there are then (`Amount`).
    amount: Attr<i64>,
}

#[derive(Clone, Debug, Model)]
#[tf(computed)]
struct Ota {
    /// The ID of the update that waits (`TaskId`); null when none does.
    task_id: Attr<String>,
    /// The version that runs (`OtaVersion`).
    current_version: Attr<String>,
    /// The version that waits (`NewOtaVersion`); null when none does.
    new_version: Attr<String>,
}

/// The API writes some numbers as text.
fn number(text: Option<String>) -> Attr<i64> {
    text.and_then(|text| text.trim().parse().ok()).into()
}

impl From<DeliveryGroup> for Described {
    fn from(group: DeliveryGroup) -> Self {
        let mut tags = group.tags;
        tags.extend(group.resource_tags);
        let tags = tags.into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())));
        Self {
            id: group.app_instance_group_id.clone().into(),
            delivery_group_id: group.app_instance_group_id.into(),
            name: group.app_instance_group_name.into(),
            status: group.status.into(),
            resource_status: group.resource_status.into(),
            region: group.region_id.into(),
            product_type: group.product_type.into(),
            image_id: group.app_center_image_id.into(),
            image_name: group.app_center_image_name.into(),
            auth_mode: group.auth_mode.into(),
            user_group_auth_mode: group.user_group_auth_mode.into(),
            mixed_authorization: group.support_user_group_mixed_auth.into(),
            skip_user_auth_check: group.skip_user_auth_check.into(),
            access_type: group.access_type.into(),
            app_instance_type: group.app_instance_type.into(),
            app_instance_type_name: group.app_instance_type_name.into(),
            app_policy_id: group.app_policy_id.into(),
            apps: Attr::Known(group.apps.into_iter().map(App::from).collect()),
            charge_type: group.charge_type.into(),
            charge_resource_mode: group.charge_resource_mode.into(),
            creation_time: group.gmt_create.into(),
            expiration_time: group.expired_time.into(),
            os_type: group.os_type.into(),
            office_site_id: group.office_site_id.into(),
            spec_id: group.spec_id.into(),
            session_type: group.session_type.into(),
            session_timeout: number(group.session_timeout),
            amount: group.amount.into(),
            min_amount: group.min_amount.into(),
            max_amount: group.max_amount.into(),
            reserve_amount_ratio: number(group.reserve_amount_ratio),
            reserve_min_amount: group.reserve_min_amount.into(),
            reserve_max_amount: group.reserve_max_amount.into(),
            scaling_step: group.scaling_step.into(),
            scaling_usage_threshold: number(group.scaling_usage_threshold),
            scaling_down_after_idle_minutes: group.scaling_down_after_idle_minutes.into(),
            node_pools: Attr::Known(group.node_pool.into_iter().map(NodePool::from).collect()),
            ota: group.ota_info.map(Ota::from).into(),
            tags: Attr::Known(tags.collect()),
        }
    }
}

impl From<alibaba::App> for App {
    fn from(app: alibaba::App) -> Self {
        Self {
            app_id: app.app_id.into(),
            app_name: app.app_name.into(),
            app_version: app.app_version.into(),
            app_version_name: app.app_version_name.into(),
        }
    }
}

impl From<alibaba::NodePool> for NodePool {
    fn from(pool: alibaba::NodePool) -> Self {
        Self {
            node_pool_id: pool.node_pool_id.into(),
            node_instance_type: pool.node_instance_type.into(),
            node_type_name: pool.node_type_name.into(),
            strategy_type: pool.strategy_type.into(),
            strategy_enable_date: pool.strategy_enable_date.into(),
            strategy_disable_date: pool.strategy_disable_date.into(),
            recurrence_schedules: Attr::Known(
                pool.recurrence_schedules.into_iter().map(RecurrenceSchedule::from).collect(),
            ),
            warm_up: pool.warm_up.into(),
            amount: pool.amount.into(),
            node_amount: pool.node_amount.into(),
            node_capacity: pool.node_capacity.into(),
            node_used: pool.node_used.into(),
            max_idle_app_instance_amount: pool.max_idle_app_instance_amount.into(),
            max_scaling_amount: pool.max_scaling_amount.into(),
            scaling_node_amount: pool.scaling_node_amount.into(),
            scaling_node_used: pool.scaling_node_used.into(),
            scaling_step: pool.scaling_step.into(),
            scaling_usage_threshold: number(pool.scaling_usage_threshold),
            scaling_down_after_idle_minutes: pool.scaling_down_after_idle_minutes.into(),
        }
    }
}

impl From<alibaba::RecurrenceSchedule> for RecurrenceSchedule {
    fn from(schedule: alibaba::RecurrenceSchedule) -> Self {
        let periods = schedule.timer_periods.into_iter().map(|period| TimerPeriod {
            start_time: period.start_time.into(),
            end_time: period.end_time.into(),
            amount: period.amount.into(),
        });
        Self {
            recurrence_type: schedule.recurrence_type.into(),
            recurrence_values: Attr::Known(schedule.recurrence_values),
            timer_periods: Attr::Known(periods.collect()),
        }
    }
}

impl From<alibaba::OtaInfo> for Ota {
    fn from(ota: alibaba::OtaInfo) -> Self {
        Self {
            task_id: ota.task_id.filter(|id| !id.is_empty()).into(),
            current_version: ota.ota_version.into(),
            new_version: ota.new_ota_version.filter(|version| !version.is_empty()).into(),
        }
    }
}
