//! What a server group is, as the API writes it: to read, to create and to change.

use cloud::null_is_empty;
use serde::{Deserialize, Serialize};

use super::tags::Tag;

/// A server group. The single query fills every field; the list leaves `route_policy`, `image_type`,
/// `image_product_id`, `ip_virtual`, `project_name` and `image_min_disk` out.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ServerGroup {
    /// The group's id.
    pub id: Option<String>,
    /// 1 to 64 letters, digits, `_` and `-`.
    pub name: Option<String>,
    /// Free text.
    pub description: Option<String>,
    /// The image of new servers.
    pub image_id: Option<String>,
    /// The image's name.
    pub image_name: Option<String>,
    /// `gold`, `public`, `private`, `shared` or `other`.
    pub image_type: Option<String>,
    /// The product of a marketplace (`gold`) image.
    pub image_product_id: Option<String>,
    /// The smallest system disk that the image fits on, in GB.
    pub image_min_disk: Option<i64>,
    /// `Linux`, `Windows` or `Other`.
    pub os_type: Option<String>,
    /// The flavor of the servers, as a product.
    pub product_id: Option<String>,
    /// What that product is.
    pub product_info: Option<ProductInfo>,
    /// The servers' subnet.
    pub subnet_id: Option<String>,
    /// The subnet's name.
    pub subnet_name: Option<String>,
    /// `ESSD`, `SSD`, `GPSSD`, `SAS` or `SATA`.
    pub system_disk_type: Option<String>,
    /// In GB.
    pub system_disk_size: Option<i64>,
    /// Whether one server serves one session only.
    pub is_vdi: Option<bool>,
    /// `SESSION_DESKTOP_APP` or `COMMON_APP`.
    pub app_type: Option<String>,
    /// `GPU` or `CPU`: what the extra sessions come from.
    pub extra_session_type: Option<String>,
    /// How many extra sessions were bought.
    pub extra_session_size: Option<i64>,
    /// Which server a new session goes to.
    pub route_policy: Option<RoutePolicy>,
    /// Whether every session has an address of its own.
    pub ip_virtual: Option<IpVirtual>,
    /// `USER`, `SHARE` or `ANY`: which network folders are mounted.
    pub storage_mount_policy: Option<String>,
    /// The organizational unit of new servers.
    pub ou_name: Option<String>,
    /// The enterprise project.
    pub enterprise_project_id: Option<String>,
    /// The groups that this one is a standby of.
    #[serde(deserialize_with = "null_is_empty")]
    pub primary_server_group_ids: Vec<String>,
    /// The standby groups of this one.
    #[serde(deserialize_with = "null_is_empty")]
    pub secondary_server_group_ids: Vec<String>,
    /// Whether the group is enabled.
    pub server_group_status: Option<bool>,
    /// `CENTER` or `IES`: where the servers are.
    pub site_type: Option<String>,
    /// The edge site's id.
    pub site_id: Option<String>,
    /// How many flavors the group has.
    pub app_server_flavor_count: Option<i64>,
    /// How many servers the group has.
    pub app_server_count: Option<i64>,
    /// How many application groups use the group.
    pub app_group_count: Option<i64>,
    /// When servers are added and removed by themselves.
    pub scaling_policy: Option<ScalingPolicy>,
    /// The group's tags.
    #[serde(deserialize_with = "null_is_empty")]
    pub tags: Vec<Tag>,
    /// The project's name.
    pub project_name: Option<String>,
    /// RFC 3339.
    pub create_time: Option<String>,
    /// RFC 3339.
    pub update_time: Option<String>,
}

/// Which server a new session goes to. In a PATCH it replaces the whole policy, and a changed number of sessions resets
/// the routing of new sessions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct RoutePolicy {
    /// The most sessions on one server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_session: Option<i64>,
    /// CPU usage in percent, from which on a server gets no new session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_threshold: Option<i64>,
    /// GPU usage in percent, from which on a server gets no new session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_threshold: Option<i64>,
    /// Memory usage in percent, from which on a server gets no new session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mem_threshold: Option<i64>,
}

/// Whether every session has an address of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct IpVirtual {
    /// Whether it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable: Option<bool>,
}

/// The product that a group's servers are.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ProductInfo {
    /// The product's id.
    pub product_id: Option<String>,
    /// The flavor's id.
    pub flavor_id: Option<String>,
    /// What is sold: `BASE` is the server alone, and there are packages with more.
    #[serde(rename = "type")]
    pub product_type: Option<String>,
    /// `x86` or `arm`.
    pub architecture: Option<String>,
    /// Virtual CPUs.
    pub cpu: Option<String>,
    /// The CPU in words.
    pub cpu_desc: Option<String>,
    /// In MB.
    pub memory: Option<String>,
    /// Whether it has a GPU.
    pub is_gpu: Option<bool>,
    /// The GPU in words.
    pub gpu_desc: Option<String>,
    /// The system disk's type.
    pub system_disk_type: Option<String>,
    /// In GB.
    pub system_disk_size: Option<String>,
    /// The product in words.
    pub descriptions: Option<String>,
    /// `1` for a subscription, `0` for pay-per-use.
    pub charge_mode: Option<String>,
    /// Whether the price includes data disks.
    pub contain_data_disk: Option<bool>,
    /// The most sessions on one server.
    pub sessions: Option<i64>,
    /// `normal`, `sellout` or `abandon`, by default.
    pub status: Option<String>,
    /// The status in single availability zones.
    pub cond_operation_az: Option<String>,
    /// `general` or `dedicated`.
    pub package_type: Option<String>,
    /// The product's series; only the list of products answers it.
    pub series_type: Option<String>,
    /// When the product ends, RFC 3339.
    pub expire_time: Option<String>,
    /// Which GPUs it can have.
    pub support_gpu_type: Option<String>,
}

/// When servers are added and removed by themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ScalingPolicy {
    /// Whether they are at all.
    pub enable: Option<bool>,
    /// The most servers.
    pub max_scaling_amount: Option<i64>,
    /// How many are added at once.
    pub single_expansion_count: Option<i64>,
    /// By the number of sessions.
    pub scaling_policy_by_session: Option<ScalingPolicyBySession>,
    /// By the usage of the servers.
    pub scaling_policy_by_resource: Option<ScalingPolicyByResource>,
}

/// Scaling by the number of sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ScalingPolicyBySession {
    /// The share of sessions in use from which on servers are added, in percent.
    pub session_usage_threshold: Option<i64>,
    /// After how many minutes without a session a server is removed.
    pub shrink_after_session_idle_minutes: Option<i64>,
}

/// Scaling by the usage of the servers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ScalingPolicyByResource {
    /// In percent.
    pub cpu_usage_threshold: Option<i64>,
    /// In percent.
    pub mem_usage_threshold: Option<i64>,
    /// In percent.
    pub gpu_usage_threshold: Option<i64>,
}

/// A server group to create. What is `None` is not sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateServerGroup {
    /// 1 to 64 letters, digits, `_` and `-`.
    pub name: String,
    /// The image of new servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// The product of a marketplace (`gold`) image, which needs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_product_id: Option<String>,
    /// `gold`, `public`, `private`, `shared` or `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_type: Option<String>,
    /// `Linux`, `Windows` or `Other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_type: Option<String>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Which server a new session goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route_policy: Option<RoutePolicy>,
    /// The product that the servers are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The servers' network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// The servers' subnet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<String>,
    /// `ESSD`, `SSD`, `GPSSD`, `SAS` or `SATA`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_disk_type: Option<String>,
    /// In GB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_disk_size: Option<i64>,
    /// The organizational unit of new servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ou_name: Option<String>,
    /// The availability zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
    /// Whether every session has an address of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_virtual: Option<IpVirtual>,
    /// Whether one server serves one session only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_vdi: Option<bool>,
    /// `SESSION_DESKTOP_APP` or `COMMON_APP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_type: Option<String>,
    /// `GPU` or `CPU`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_session_type: Option<String>,
    /// How many extra sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_session_size: Option<i64>,
    /// At most 20.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// The enterprise project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise_project_id: Option<String>,
    /// The group that this one is to be a standby of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_server_group_id: Option<String>,
    /// Whether the group is enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_group_status: Option<bool>,
}

/// What a PATCH changes. `None` is left as it is and not sent, because repeating a value is not always harmless; a text
/// is cleared with an empty one.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PatchServerGroup {
    /// 1 to 64 letters, digits, `_` and `-`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Free text; cleared with an empty one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Which server a new session goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route_policy: Option<RoutePolicy>,
    /// `USER`, `SHARE` or `ANY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_mount_policy: Option<String>,
    /// The image, for new servers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// The product of a marketplace (`gold`) image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_product_id: Option<String>,
    /// `gold`, `public`, `private`, `shared` or `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_type: Option<String>,
    /// `ESSD`, `SSD`, `GPSSD`, `SAS` or `SATA`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_disk_type: Option<String>,
    /// In GB, for new servers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_disk_size: Option<i64>,
    /// The organizational unit, for new servers only; cleared with an empty text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ou_name: Option<String>,
    /// `SESSION_DESKTOP_APP` or `COMMON_APP`; it follows on the standby groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_type: Option<String>,
    /// Whether the group is enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_group_status: Option<bool>,
}

impl PatchServerGroup {
    /// Whether there is nothing to change.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The filters of the list; those that are not set let everything pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerGroupFilter {
    /// `server_group_name`: part of the name.
    pub name: Option<String>,
    /// `server_group_id`
    pub id: Option<String>,
    /// `app_type`
    pub app_type: Option<String>,
    /// `tags`: groups whose tags hold this text.
    pub tags: Option<String>,
    /// `enterprise_project_id`
    pub enterprise_project_id: Option<String>,
    /// `is_secondary_server_group`: standby groups only, or none of them.
    pub is_secondary_server_group: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_holds_what_changes_and_nothing_else() {
        let json = |patch: &PatchServerGroup| serde_json::to_string(patch).unwrap();
        assert_eq!(json(&PatchServerGroup::default()), "{}");
        assert!(PatchServerGroup::default().is_empty());
        let patch = PatchServerGroup {
            description: Some(String::new()),
            server_group_status: Some(false),
            route_policy: Some(RoutePolicy { max_session: Some(3), ..RoutePolicy::default() }),
            ..PatchServerGroup::default()
        };
        assert_eq!(json(&patch), r#"{"description":"","route_policy":{"max_session":3},"server_group_status":false}"#);
        assert!(!patch.is_empty());
    }
}
