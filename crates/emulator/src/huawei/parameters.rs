//! The query and body of every operation, as the service documents them.

use crate::shape::{Field, Shape::*};

/// A query without parameters.
pub(super) const NO_QUERY: &[Field] = &[];
/// Query of `GET /v1/{project_id}/app-server-groups`.
pub(super) const LIST_SERVER_GROUPS_QUERY: &[Field] = &[
    ("offset", Integer),
    ("limit", Integer),
    ("server_group_name", Text),
    ("server_group_id", Text),
    ("app_type", Text),
    ("tags", Text),
    ("enterprise_project_id", Text),
    ("is_secondary_server_group", Text),
];

/// Body of `POST /v1/{project_id}/app-server-groups`.
pub(super) const CREATE_SERVER_GROUP_BODY: &[Field] = &[
    ("name", Text),
    ("image_id", Text),
    ("image_product_id", Text),
    ("image_type", OneOf(&["gold", "public", "private", "shared", "other"])),
    ("os_type", OneOf(&["Linux", "Windows", "Other"])),
    ("description", Text),
    (
        "route_policy",
        Object(&[
            ("max_session", Integer),
            ("cpu_threshold", Integer),
            ("gpu_threshold", Integer),
            ("mem_threshold", Integer),
        ]),
    ),
    ("product_id", Text),
    ("flavor_id", Text),
    ("vpc_id", Text),
    ("subnet_id", Text),
    ("system_disk_type", OneOf(&["ESSD", "SSD", "GPSSD", "SAS", "SATA"])),
    ("system_disk_size", Integer),
    ("ou_name", Text),
    ("cluster_id", Text),
    ("availability_zone", Text),
    ("ip_virtual", Object(&[("enable", Boolean)])),
    ("is_vdi", Boolean),
    ("app_type", OneOf(&["SESSION_DESKTOP_APP", "COMMON_APP"])),
    ("extra_session_type", OneOf(&["GPU", "CPU"])),
    ("extra_session_size", Integer),
    ("tags", List(&Object(&[("key", Text), ("value", Text)]))),
    ("enterprise_project_id", Text),
    ("primary_server_group_id", Text),
    ("server_group_status", Boolean),
];

/// Query of `GET /v1/{project_id}/app-server-groups/actions/list`.
pub(super) const LIST_TENANT_SERVER_GROUPS_QUERY: &[Field] = &[
    ("offset", Integer),
    ("limit", Integer),
    ("sever_group_name", Text),
    ("app_type", Text),
    ("is_secondary_server_group", Text),
];

/// Body of `POST /v1/{project_id}/app-server-groups/rules/validate`.
pub(super) const VALIDATE_SERVER_GROUP_BODY: &[Field] = &[("name", Text)];

/// Query of `GET /v1/{project_id}/app-servers`.
pub(super) const LIST_SERVERS_QUERY: &[Field] = &[
    ("offset", Integer),
    ("limit", Integer),
    ("server_group_id", Text),
    ("server_name", Text),
    ("machine_name", Text),
    ("ip_addr", Text),
    ("server_id", Text),
    ("maintain_status", Text),
    ("scaling_auto_create", Text),
];

/// Query of `GET /v1/{project_id}/app-groups`.
pub(super) const LIST_APP_GROUP_QUERY: &[Field] = &[
    ("limit", Integer),
    ("offset", Integer),
    ("app_server_group_id", Text),
    ("app_group_id", Text),
    ("name", Text),
    ("authorization_type", Text),
    ("app_type", Text),
];

/// Body of `PATCH /v1/{project_id}/app-server-groups/{server_group_id}`.
pub(super) const UPDATE_SERVER_GROUP_BODY: &[Field] = &[
    ("name", Text),
    ("description", Text),
    (
        "route_policy",
        Object(&[
            ("max_session", Integer),
            ("cpu_threshold", Integer),
            ("gpu_threshold", Integer),
            ("mem_threshold", Integer),
        ]),
    ),
    ("storage_mount_policy", OneOf(&["USER", "SHARE", "ANY"])),
    ("image_id", Text),
    ("image_product_id", Text),
    ("image_type", OneOf(&["gold", "public", "private", "shared", "other"])),
    ("system_disk_type", OneOf(&["ESSD", "SSD", "GPSSD", "SAS", "SATA"])),
    ("system_disk_size", Integer),
    ("ou_name", Text),
    ("app_type", OneOf(&["SESSION_DESKTOP_APP", "COMMON_APP"])),
    ("server_group_status", Boolean),
];

/// Query of `GET /v1/{project_id}/check/quota`.
pub(super) const CHECK_QUOTA_QUERY: &[Field] = &[
    ("product_id", Text),
    ("flavor_id", Text),
    ("subscription_num", Integer),
    ("disk_size", Integer),
    ("disk_num", Integer),
    ("is_period", Boolean),
    ("deh_id", Text),
    ("cluster_id", Text),
];

/// Query of `GET /v1/{project_id}/product`.
pub(super) const LIST_PRODUCT_QUERY: &[Field] = &[
    ("product_id", Text),
    ("flavor_id", Text),
    ("availability_zone", Text),
    ("os_type", Text),
    ("charge_mode", Text),
    ("architecture", Text),
    ("package_type", Text),
];

/// Query of `DELETE /v1/{project_id}/scaling-policy`.
pub(super) const DELETE_SCALING_POLICY_QUERY: &[Field] = &[("server_group_id", Text)];

/// Query of `GET /v1/{project_id}/scaling-policy`.
pub(super) const SHOW_SCALING_POLICY_QUERY: &[Field] = &[("server_group_id", Text)];

/// Body of `PUT /v1/{project_id}/scaling-policy`.
pub(super) const CREATE_OR_UPDATE_SCALING_POLICY_BODY: &[Field] = &[
    ("enable", Boolean),
    ("max_scaling_amount", Integer),
    ("single_expansion_count", Integer),
    (
        "scaling_policy_by_session",
        Object(&[("session_usage_threshold", Integer), ("shrink_after_session_idle_minutes", Integer)]),
    ),
    (
        "scaling_policy_by_resource",
        Object(&[("cpu_usage_threshold", Integer), ("mem_usage_threshold", Integer), ("gpu_usage_threshold", Integer)]),
    ),
    ("server_group_id", Text),
];

/// Body of `POST /v1/{project_id}/server-group/tags/batch-create`.
pub(super) const BATCH_CREATE_SERVER_GROUP_TAGS_BODY: &[Field] = &[(
    "items",
    List(&Object(&[("server_group_id", Text), ("tags", List(&Object(&[("key", Text), ("value", Text)])))])),
)];

/// Body of `DELETE /v1/{project_id}/server-group/tags/batch-delete`.
pub(super) const BATCH_DELETE_SERVER_GROUP_TAGS_BODY: &[Field] = &[(
    "items",
    List(&Object(&[("server_group_id", Text), ("tags", List(&Object(&[("key", Text), ("value", Text)])))])),
)];

/// Body of `POST /v1/{project_id}/server-group/{server_group_id}/tags/create`.
pub(super) const CREATE_SERVER_GROUP_TAGS_BODY: &[Field] =
    &[("tags", List(&Object(&[("key", Text), ("value", Text)])))];

/// Body of `DELETE /v1/{project_id}/server-group/{server_group_id}/tags/delete`.
pub(super) const DELETE_SERVER_GROUP_TAGS_BODY: &[Field] =
    &[("tags", List(&Object(&[("key", Text), ("value", Text)])))];
