//! A server group as data sources show it.

use huawei::ServerGroup;
use tfplug::prelude::*;

use super::parts::{Product, ScalingPolicy, Tags, product_attribute, scaling_policy_attribute, tags};

/// What the list and the single query both answer of a server group.
#[derive(Clone, Debug, Model)]
#[tf(computed)]
pub(crate) struct Described {
    /// The server group's ID.
    pub(crate) id: Attr<String>,
    /// Its name, unique in the project.
    pub(crate) name: Attr<String>,
    /// What it is for.
    description: Attr<String>,
    /// Its enterprise project; `0` is the default one.
    pub(crate) enterprise_project_id: Attr<String>,
    /// Its tags.
    tags: Attr<Tags>,
    /// Whether people can use it (`server_group_status`).
    enabled: Attr<bool>,
    /// The operating system: `Linux`, `Windows` or `Other`.
    os_type: Attr<String>,
    /// The flavor of its servers (`product_id`).
    flavor_id: Attr<String>,
    #[tf(attribute = product_attribute())]
    product: Attr<Product>,
    /// The subnet of its servers.
    subnet_id: Attr<String>,
    /// The subnet's name.
    subnet_name: Attr<String>,
    /// The type of its servers' system disk: `ESSD`, `SSD`, `GPSSD`, `SAS` or `SATA`.
    system_disk_type: Attr<String>,
    /// The size of the system disk in GB.
    system_disk_size: Attr<i64>,
    /// The organizational unit of new servers in Active Directory.
    ou_name: Attr<String>,
    /// The server group that it stands by for; null where it stands by for none.
    primary_server_group_id: Attr<String>,
    /// The server groups that stand by for it (`secondary_server_group_ids`).
    standby_server_group_ids: Attr<Vec<String>>,
    /// The image of new servers.
    image_id: Attr<String>,
    /// The image's name.
    image_name: Attr<String>,
    /// Whether a server has one session at a time.
    is_vdi: Attr<bool>,
    /// What is streamed: `COMMON_APP` or `SESSION_DESKTOP_APP`.
    app_type: Attr<String>,
    /// Which NAS directories people get: `USER`, `SHARE` or `ANY`.
    storage_mount_policy: Attr<String>,
    /// What paid extra sessions are for: `GPU` or `CPU`.
    extra_session_type: Attr<String>,
    /// How many paid extra sessions there are.
    extra_session_size: Attr<i64>,
    /// How many servers it has.
    app_server_count: Attr<i64>,
    /// How many application groups use it.
    app_group_count: Attr<i64>,
    /// How many flavors its servers have.
    app_server_flavor_count: Attr<i64>,
    #[tf(attribute = scaling_policy_attribute())]
    scaling_policy: Attr<ScalingPolicy>,
    /// The kind of its site: `CENTER` or `IES`.
    site_type: Attr<String>,
    /// Its site.
    site_id: Attr<String>,
    /// When it was created, RFC 3339 (`create_time`).
    created_at: Attr<String>,
    /// When it was last changed, RFC 3339 (`update_time`).
    updated_at: Attr<String>,
}

impl Described {
    pub(crate) fn of(group: &ServerGroup) -> Self {
        Self {
            id: group.id.clone().into(),
            name: group.name.clone().into(),
            description: group.description.clone().into(),
            enterprise_project_id: group.enterprise_project_id.clone().into(),
            tags: Attr::Known(tags(&group.tags)),
            enabled: group.server_group_status.into(),
            os_type: group.os_type.clone().into(),
            flavor_id: group.product_id.clone().into(),
            product: group.product_info.as_ref().map(Product::from_api).into(),
            subnet_id: group.subnet_id.clone().into(),
            subnet_name: group.subnet_name.clone().into(),
            system_disk_type: group.system_disk_type.clone().into(),
            system_disk_size: group.system_disk_size.into(),
            ou_name: group.ou_name.clone().into(),
            primary_server_group_id: group.primary_server_group_ids.first().cloned().into(),
            standby_server_group_ids: Attr::Known(group.secondary_server_group_ids.clone()),
            image_id: group.image_id.clone().into(),
            image_name: group.image_name.clone().into(),
            is_vdi: group.is_vdi.into(),
            app_type: group.app_type.clone().into(),
            storage_mount_policy: group.storage_mount_policy.clone().into(),
            extra_session_type: group.extra_session_type.clone().into(),
            extra_session_size: group.extra_session_size.into(),
            app_server_count: group.app_server_count.into(),
            app_group_count: group.app_group_count.into(),
            app_server_flavor_count: group.app_server_flavor_count.into(),
            scaling_policy: group.scaling_policy.as_ref().map(ScalingPolicy::from_api).into(),
            site_type: group.site_type.clone().into(),
            site_id: group.site_id.clone().into(),
            created_at: group.create_time.clone().into(),
            updated_at: group.update_time.clone().into(),
        }
    }
}
