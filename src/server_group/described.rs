//! A server group as data sources show it.

use huawei::ServerGroup;
use serde::{Deserialize, Serialize};
use tfplug::{Attr, schema::Attribute, value::Type};

use super::parts::{Product, ScalingPolicy, Tags, product_attribute, scaling_policy_attribute, tags};

/// What the list and the single query both answer of a server group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Described {
    pub(crate) id: Attr<String>,
    pub(crate) name: Attr<String>,
    description: Attr<String>,
    pub(crate) enterprise_project_id: Attr<String>,
    tags: Attr<Tags>,
    enabled: Attr<bool>,
    os_type: Attr<String>,
    flavor_id: Attr<String>,
    product: Attr<Product>,
    subnet_id: Attr<String>,
    subnet_name: Attr<String>,
    system_disk_type: Attr<String>,
    system_disk_size: Attr<i64>,
    ou_name: Attr<String>,
    primary_server_group_id: Attr<String>,
    standby_server_group_ids: Attr<Vec<String>>,
    image_id: Attr<String>,
    image_name: Attr<String>,
    is_vdi: Attr<bool>,
    app_type: Attr<String>,
    storage_mount_policy: Attr<String>,
    extra_session_type: Attr<String>,
    extra_session_size: Attr<i64>,
    app_server_count: Attr<i64>,
    app_group_count: Attr<i64>,
    app_server_flavor_count: Attr<i64>,
    scaling_policy: Attr<ScalingPolicy>,
    site_type: Attr<String>,
    site_id: Attr<String>,
    created_at: Attr<String>,
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

/// The attributes of [`Described`], all of them results.
pub(crate) fn attributes() -> Vec<(&'static str, Attribute)> {
    let text = |description| Attribute::string(description).computed();
    let number = |description| Attribute::number(description).computed();
    let truth = |description| Attribute::bool(description).computed();
    vec![
        ("id", text("The server group's ID.")),
        ("name", text("Its name, unique in the project.")),
        ("description", text("What it is for.")),
        ("enterprise_project_id", text("Its enterprise project; `0` is the default one.")),
        ("tags", Attribute::map(Type::String, "Its tags.").computed()),
        ("enabled", truth("Whether people can use it (`server_group_status`).")),
        ("os_type", text("The operating system: `Linux`, `Windows` or `Other`.")),
        ("flavor_id", text("The flavor of its servers (`product_id`).")),
        ("product", product_attribute()),
        ("subnet_id", text("The subnet of its servers.")),
        ("subnet_name", text("The subnet's name.")),
        ("system_disk_type", text("The type of its servers' system disk: `ESSD`, `SSD`, `GPSSD`, `SAS` or `SATA`.")),
        ("system_disk_size", number("The size of the system disk in GB.")),
        ("ou_name", text("The organizational unit of new servers in Active Directory.")),
        ("primary_server_group_id", text("The server group that it stands by for; null where it stands by for none.")),
        (
            "standby_server_group_ids",
            Attribute::list(Type::String, "The server groups that stand by for it (`secondary_server_group_ids`).")
                .computed(),
        ),
        ("image_id", text("The image of new servers.")),
        ("image_name", text("The image's name.")),
        ("is_vdi", truth("Whether a server has one session at a time.")),
        ("app_type", text("What is streamed: `COMMON_APP` or `SESSION_DESKTOP_APP`.")),
        ("storage_mount_policy", text("Which NAS directories people get: `USER`, `SHARE` or `ANY`.")),
        ("extra_session_type", text("What paid extra sessions are for: `GPU` or `CPU`.")),
        ("extra_session_size", number("How many paid extra sessions there are.")),
        ("app_server_count", number("How many servers it has.")),
        ("app_group_count", number("How many application groups use it.")),
        ("app_server_flavor_count", number("How many flavors its servers have.")),
        ("scaling_policy", scaling_policy_attribute()),
        ("site_type", text("The kind of its site: `CENTER` or `IES`.")),
        ("site_id", text("Its site.")),
        ("created_at", text("When it was created, RFC 3339 (`create_time`).")),
        ("updated_at", text("When it was last changed, RFC 3339 (`update_time`).")),
    ]
}
