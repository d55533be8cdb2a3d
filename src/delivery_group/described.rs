//! A delivery group as data sources show it.

use std::collections::BTreeMap;

use alibaba::{self, DeliveryGroup};
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr,
    schema::{Attribute, Nesting},
    value::Type,
};

/// All that `GetAppInstanceGroup` and `ListAppInstanceGroup` say of a delivery group.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Described {
    id: Attr<String>,
    pub(crate) delivery_group_id: Attr<String>,
    name: Attr<String>,
    status: Attr<String>,
    resource_status: Attr<String>,
    pub(crate) region: Attr<String>,
    pub(crate) product_type: Attr<String>,
    image_id: Attr<String>,
    image_name: Attr<String>,
    auth_mode: Attr<String>,
    user_group_auth_mode: Attr<String>,
    mixed_authorization: Attr<bool>,
    skip_user_auth_check: Attr<bool>,
    access_type: Attr<String>,
    app_instance_type: Attr<String>,
    app_instance_type_name: Attr<String>,
    app_policy_id: Attr<String>,
    apps: Attr<Vec<App>>,
    charge_type: Attr<String>,
    charge_resource_mode: Attr<String>,
    creation_time: Attr<String>,
    expiration_time: Attr<String>,
    os_type: Attr<String>,
    office_site_id: Attr<String>,
    spec_id: Attr<String>,
    session_type: Attr<String>,
    session_timeout: Attr<i64>,
    amount: Attr<i64>,
    min_amount: Attr<i64>,
    max_amount: Attr<i64>,
    reserve_amount_ratio: Attr<i64>,
    reserve_min_amount: Attr<i64>,
    reserve_max_amount: Attr<i64>,
    scaling_step: Attr<i64>,
    scaling_usage_threshold: Attr<i64>,
    scaling_down_after_idle_minutes: Attr<i64>,
    node_pools: Attr<Vec<NodePool>>,
    ota: Attr<Ota>,
    tags: Attr<BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct App {
    app_id: Attr<String>,
    app_name: Attr<String>,
    app_version: Attr<String>,
    app_version_name: Attr<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct NodePool {
    node_pool_id: Attr<String>,
    node_instance_type: Attr<String>,
    node_type_name: Attr<String>,
    strategy_type: Attr<String>,
    strategy_enable_date: Attr<String>,
    strategy_disable_date: Attr<String>,
    recurrence_schedules: Attr<Vec<RecurrenceSchedule>>,
    warm_up: Attr<bool>,
    amount: Attr<i64>,
    node_amount: Attr<i64>,
    node_capacity: Attr<i64>,
    node_used: Attr<i64>,
    max_idle_app_instance_amount: Attr<i64>,
    max_scaling_amount: Attr<i64>,
    scaling_node_amount: Attr<i64>,
    scaling_node_used: Attr<i64>,
    scaling_step: Attr<i64>,
    scaling_usage_threshold: Attr<i64>,
    scaling_down_after_idle_minutes: Attr<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct RecurrenceSchedule {
    recurrence_type: Attr<String>,
    recurrence_values: Attr<Vec<i64>>,
    timer_periods: Attr<Vec<TimerPeriod>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct TimerPeriod {
    start_time: Attr<String>,
    end_time: Attr<String>,
    amount: Attr<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Ota {
    task_id: Attr<String>,
    current_version: Attr<String>,
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

/// The attributes of [`Described`], all computed.
pub(crate) fn attributes() -> Vec<(&'static str, Attribute)> {
    let text = |description: &str| Attribute::string(description).computed();
    let number = |description: &str| Attribute::number(description).computed();
    let truth = |description: &str| Attribute::bool(description).computed();
    vec![
        ("id", text("The delivery group's ID.")),
        ("delivery_group_id", text("The delivery group's ID (`AppInstanceGroupId`).")),
        ("name", text("Its name (`AppInstanceGroupName`).")),
        (
            "status",
            text(
                "Its status (`Status`): `DEPLOYING`, `PUBLISHED`, `FAILED`, `EXPIRED`, `CEASED`, `MAINTAINING` while \
                 an update runs, `MAINTAIN_FAILED`, `DELETING` or `UNAVAILABLE`.",
            ),
        ),
        ("resource_status", text("Whether its resources are available (`ResourceStatus`).")),
        ("region", text("Where it is (`RegionId`).")),
        ("product_type", text("The product type (`ProductType`).")),
        ("image_id", text("The image that it runs (`AppCenterImageId`).")),
        ("image_name", text("That image's name (`AppCenterImageName`); null in lists, which do not tell it.")),
        (
            "auth_mode",
            text(
                "What users are authorized for (`AuthMode`): `App`, `Session` or `AppInstanceGroup`, the whole group.",
            ),
        ),
        ("user_group_auth_mode", text("How user groups are authorized (`UserGroupAuthMode`).")),
        (
            "mixed_authorization",
            truth("Whether users and user groups can be authorized side by side (`SupportUserGroupMixedAuth`)."),
        ),
        ("skip_user_auth_check", truth("Whether authorizations are not checked (`SkipUserAuthCheck`).")),
        ("access_type", text("How people reach it (`AccessType`), for instance `INTERNET`.")),
        ("app_instance_type", text("The type of its resources (`AppInstanceType`).")),
        ("app_instance_type_name", text("That type's name (`AppInstanceTypeName`); null in lists.")),
        ("app_policy_id", text("Its policy (`AppPolicyId`).")),
        ("apps", apps()),
        (
            "charge_type",
            text("How it is paid (`ChargeType`): `PostPaid`, pay-as-you-go, or `PrePaid`, a subscription."),
        ),
        ("charge_resource_mode", text("What is paid for (`ChargeResourceMode`): `Node` or `AppInstance`.")),
        ("creation_time", text("When it was created (`GmtCreate`), in ISO 8601.")),
        ("expiration_time", text("When it ends (`ExpiredTime`), in ISO 8601.")),
        ("os_type", text("Its operating system (`OsType`), for instance `Windows`.")),
        ("office_site_id", text("Its office network (`OfficeSiteId`).")),
        ("spec_id", text("The ID of its specification (`SpecId`).")),
        ("session_type", text("The type of its sessions (`SessionType`); null in lists.")),
        (
            "session_timeout",
            number(
                "How long a session outlives its disconnection, in minutes, 3 to 300, or -1 for ever \
                 (`SessionTimeout`).",
            ),
        ),
        ("amount", number("How many resources it has (`Amount`).")),
        ("min_amount", number("How many it has at least (`MinAmount`).")),
        ("max_amount", number("How many it has at most (`MaxAmount`).")),
        (
            "reserve_amount_ratio",
            number("The share of sessions kept free, in percent, 0 to 99 (`ReserveAmountRatio`)."),
        ),
        ("reserve_min_amount", number("How many sessions are kept free at least (`ReserveMinAmount`).")),
        ("reserve_max_amount", number("How many sessions are kept free at most (`ReserveMaxAmount`).")),
        ("scaling_step", number("By how many sessions it grows at a time (`ScalingStep`).")),
        (
            "scaling_usage_threshold",
            number("The share of sessions in use from which it grows, in percent (`ScalingUsageThreshold`)."),
        ),
        (
            "scaling_down_after_idle_minutes",
            number("After how many idle minutes it shrinks (`ScalingDownAfterIdleMinutes`)."),
        ),
        ("node_pools", node_pools()),
        (
            "ota",
            Attribute::object(
                "Its over-the-air update (`OtaInfo`).",
                [
                    ("task_id", text("The ID of the update that waits (`TaskId`); null when none does.")),
                    ("current_version", text("The version that runs (`OtaVersion`).")),
                    ("new_version", text("The version that waits (`NewOtaVersion`); null when none does.")),
                ],
            )
            .computed(),
        ),
        ("tags", Attribute::map(Type::String, "Its tags (`Tags`).").computed()),
    ]
}

fn apps() -> Attribute {
    let text = |description: &str| Attribute::string(description).computed();
    Attribute::nested(
        Nesting::List,
        "Its applications (`Apps`).",
        [
            ("app_id", text("The application's ID (`AppId`).")),
            ("app_name", text("Its name (`AppName`).")),
            ("app_version", text("Its version (`AppVersion`).")),
            ("app_version_name", text("Its version's name (`AppVersionName`).")),
        ],
    )
    .computed()
}

fn node_pools() -> Attribute {
    let text = |description: &str| Attribute::string(description).computed();
    let number = |description: &str| Attribute::number(description).computed();
    Attribute::nested(
        Nesting::List,
        "The nodes that its sessions run on (`NodePool`).",
        [
            ("node_pool_id", text("The node pool's ID (`NodePoolId`).")),
            ("node_instance_type", text("The specification of its nodes (`NodeInstanceType`).")),
            ("node_type_name", text("That specification's name (`NodeTypeName`).")),
            (
                "strategy_type",
                text(
                    "How it scales (`StrategyType`): `NODE_FIXED`, `NODE_SCALING_BY_SCHEDULE` or \
                     `NODE_SCALING_BY_USAGE`.",
                ),
            ),
            ("strategy_enable_date", text("The first day of its schedule, `YYYY-MM-DD` (`StrategyEnableDate`).")),
            ("strategy_disable_date", text("The last day of its schedule, `YYYY-MM-DD` (`StrategyDisableDate`).")),
            ("recurrence_schedules", recurrence_schedules()),
            (
                "warm_up",
                Attribute::bool("Whether resources are made ready before a period begins (`WarmUp`).").computed(),
            ),
            ("amount", number("How many nodes were bought (`Amount`).")),
            ("node_amount", number("How many nodes it has (`NodeAmount`).")),
            ("node_capacity", number("How many sessions a node carries (`NodeCapacity`).")),
            ("node_used", number("How many nodes are in use (`NodeUsed`).")),
            (
                "max_idle_app_instance_amount",
                number("From how many idle sessions on it does not grow (`MaxIdleAppInstanceAmount`)."),
            ),
            ("max_scaling_amount", number("By how many nodes it grows at most (`MaxScalingAmount`).")),
            ("scaling_node_amount", number("How many nodes came by scaling (`ScalingNodeAmount`).")),
            ("scaling_node_used", number("How many of them are in use (`ScalingNodeUsed`).")),
            ("scaling_step", number("By how many nodes it grows at a time, 1 to 10 (`ScalingStep`).")),
            (
                "scaling_usage_threshold",
                number("The share of sessions in use from which it grows, in percent (`ScalingUsageThreshold`)."),
            ),
            (
                "scaling_down_after_idle_minutes",
                number("After how many idle minutes it shrinks (`ScalingDownAfterIdleMinutes`)."),
            ),
        ],
    )
    .computed()
}

fn recurrence_schedules() -> Attribute {
    let text = |description: &str| Attribute::string(description).computed();
    Attribute::nested(
        Nesting::List,
        "When it has how many nodes (`RecurrenceSchedules`), in the time of China (UTC+8).",
        [
            ("recurrence_type", text("What the values count (`RecurrenceType`): `weekly`, days of the week.")),
            (
                "recurrence_values",
                Attribute::list(Type::Number, "The days (`RecurrenceValues`), 1 for Monday to 7 for Sunday.")
                    .computed(),
            ),
            (
                "timer_periods",
                Attribute::nested(
                    Nesting::List,
                    "The times of these days (`TimerPeriods`).",
                    [
                        ("start_time", text("When a period begins, `HH:mm` (`StartTime`).")),
                        ("end_time", text("When it ends, `HH:mm` (`EndTime`).")),
                        ("amount", Attribute::number("How many nodes there are then (`Amount`).").computed()),
                    ],
                )
                .computed(),
            ),
        ],
    )
    .computed()
}
