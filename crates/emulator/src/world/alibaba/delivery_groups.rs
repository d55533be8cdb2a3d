//! Delivery groups: what they run, for whom, on what.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Browser,
    defaults::{cloud_app, epoch, far_away, windows},
};

/// A delivery group.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeliveryGroup {
    /// What people call it.
    pub name: String,
    /// The region it is in.
    pub region_id: String,
    /// `CloudApp` or `CloudBrowser`.
    #[serde(default = "cloud_app")]
    pub product_type: String,
    /// The image it runs.
    pub image_id: String,
    /// `PUBLISHED`, `MAINTAINING`, `MAINTAIN_FAILED`, `DEPLOYING`, `FAILED`, `EXPIRED`, `CEASED`, `DELETING` or
    /// `UNAVAILABLE`.
    #[serde(default = "published")]
    pub status: String,
    /// `AppInstanceGroup`, `App` or `Session`.
    #[serde(default = "whole_group")]
    pub auth_mode: String,
    /// `PostPaid` (pay-as-you-go) or `PrePaid` (subscription).
    #[serde(default = "post_paid")]
    pub charge_type: String,
    /// `Node` or `AppInstance`.
    #[serde(default = "node")]
    pub charge_resource_mode: String,
    /// The resources behind it.
    pub node_pool: NodePool,
    /// Minutes that a session outlives its disconnection; -1 for ever.
    #[serde(default = "fifteen_minutes")]
    pub session_timeout: i64,
    /// `Windows` or `Linux`.
    #[serde(default = "windows")]
    pub os_type: String,
    /// The office network; its AD domain, if it has one, decides which accounts fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office_site_id: Option<String>,
    /// The AD domain that the office network is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ad_domain: Option<String>,
    /// Whether users and user groups can be authorized side by side.
    #[serde(default = "yes")]
    pub mixed_authorization: bool,
    /// The users who may use it.
    #[serde(default)]
    pub authorized_users: Authorizations,
    /// The user groups whose members may use it.
    #[serde(default)]
    pub authorized_user_groups: BTreeSet<String>,
    /// Its persistent sessions, for `Session` authorization.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub persistent_sessions: BTreeSet<String>,
    /// The system components' version that it runs.
    #[serde(default = "first_version")]
    pub ota_version: String,
    /// The update that waits for approval or runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ota_task_id: Option<String>,
    /// Tags by key.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Other attributes that can be set and are kept as they came, by parameter name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, serde_json::Value>,
    /// What a group of cloud browsers has beside all this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<Browser>,
    /// When it was made.
    #[serde(default = "epoch")]
    pub created_at: Timestamp,
    /// When it ends.
    #[serde(default = "far_away")]
    pub expires_at: Timestamp,
    /// The days for which a subscription goes on by itself when it ends; absent where it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews_for_days: Option<u64>,
    /// What is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<Pending>,
}

impl DeliveryGroup {
    /// A part of a setting, where that was set.
    pub(crate) fn setting(&self, name: &str, part: &str) -> Option<&serde_json::Value> {
        self.settings.get(name).and_then(|setting| setting.get(part))
    }

    /// Whether it runs the image, or is being moved to it.
    pub(crate) fn uses_image(&self, image: &str) -> bool {
        let next = match &self.pending {
            Some(Pending::ImageUpdate { image_id, .. }) => Some(image_id),
            _ => None,
        };
        self.image_id == image || next.is_some_and(|next| next == image)
    }
}

/// Authorized users by name; for each the applications (`App`) or persistent sessions (`Session`) that the
/// authorization names, and nothing for the whole group (`AppInstanceGroup`).
pub(crate) type Authorizations = BTreeMap<String, BTreeSet<String>>;

/// A set of delivery groups, for which people are authorized as for one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeliveryGroupSet {
    /// What people call it.
    pub name: String,
    /// The delivery groups in it, by id.
    #[serde(default)]
    pub delivery_group_ids: BTreeSet<String>,
    /// The users who may use all of it. Who is authorized for one of its groups alone is listed there.
    #[serde(default)]
    pub authorized_users: Authorizations,
    /// The user groups whose members may use all of it.
    #[serde(default)]
    pub authorized_user_groups: BTreeSet<String>,
}

/// Something under way that ends by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Pending {
    /// The group is being deployed.
    Deployment {
        /// When it is done.
        at: Timestamp,
    },
    /// The group is being moved to another image.
    ImageUpdate {
        /// When it is done.
        at: Timestamp,
        /// The new image.
        image_id: String,
    },
    /// The group's system components are being updated.
    OtaUpdate {
        /// When it is done.
        at: Timestamp,
    },
    /// The group is being deleted.
    Deletion {
        /// When it is gone.
        at: Timestamp,
    },
}

/// The resources behind a delivery group and how they scale.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NodePool {
    /// Its id.
    pub id: String,
    /// The resource specification.
    pub node_instance_type: String,
    /// Sessions that one resource carries.
    pub node_capacity: i64,
    /// Resources bought.
    pub node_amount: i64,
    /// Those of them that were pay-as-you-go before, by id.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub converted_nodes: BTreeSet<String>,
    /// `NODE_FIXED`, `NODE_SCALING_BY_USAGE` or `NODE_SCALING_BY_SCHEDULE`.
    pub strategy_type: String,
    /// Idle sessions beyond which it does not grow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_idle_app_instance_amount: Option<i64>,
    /// Resources it may grow by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_scaling_amount: Option<i64>,
    /// Minutes an idle resource is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling_down_after_idle_minutes: Option<i64>,
    /// Resources it grows by at a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling_step: Option<i64>,
    /// Session usage in percent beyond which it grows; the API writes it as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling_usage_threshold: Option<String>,
    /// First day of the schedule, `yyyy-MM-dd`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy_enable_date: Option<String>,
    /// Last day of the schedule, `yyyy-MM-dd`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy_disable_date: Option<String>,
    /// Whether resources are made ready before a period begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warm_up: Option<bool>,
    /// When it has how many resources.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recurrence_schedules: Vec<RecurrenceSchedule>,
}

/// Days on which a schedule holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RecurrenceSchedule {
    /// `weekly`.
    pub recurrence_type: String,
    /// Days of the week, 1 for Monday to 7 for Sunday.
    pub recurrence_values: Vec<i64>,
    /// Periods of such a day.
    pub timer_periods: Vec<TimerPeriod>,
}

/// A period of a day, in China Standard Time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimerPeriod {
    /// `HH:mm`.
    pub start_time: String,
    /// `HH:mm`.
    pub end_time: String,
    /// Resources in this period.
    pub amount: i64,
}

fn published() -> String {
    "PUBLISHED".to_owned()
}

fn whole_group() -> String {
    "AppInstanceGroup".to_owned()
}

fn post_paid() -> String {
    "PostPaid".to_owned()
}

fn node() -> String {
    "Node".to_owned()
}

fn fifteen_minutes() -> i64 {
    15
}

fn yes() -> bool {
    true
}

fn first_version() -> String {
    "1.0.0-R-20260101.1".to_owned()
}
