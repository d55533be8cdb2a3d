//! Huawei Cloud Workspace's part of the world.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    app_groups::AppGroup,
    dates::UNDATED,
    neighbours::Neighbour,
    policy_groups::PolicyGroup,
    table::Table,
    warehouse::{WarehouseApp, WarehouseBucket},
    workspace::{
        AppServer, AppSession, CloudStorage, FileSystem, HotspotConfig, ImageServer, Job, PersistentStorage,
        ScheduleTask, StoragePolicy, StorageProject, TaskExecution, is_off,
    },
};

/// Everything that Workspace knows of one account.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HuaweiWorld {
    /// The account's projects.
    pub projects: Vec<Project>,
    /// Server groups by id.
    pub server_groups: Table<ServerGroup>,
    /// Application groups by id.
    pub app_groups: Table<AppGroup>,
    /// Policy groups by id.
    pub policy_groups: Table<PolicyGroup>,
    /// Policy templates by id.
    pub policy_templates: Table<PolicyGroup>,
    /// Applications in the warehouse by the ids of their records.
    pub warehouse_apps: Table<WarehouseApp>,
    /// The bucket of each project's warehouse, by the project's id.
    pub warehouse_buckets: Table<WarehouseBucket>,
    /// Jobs by id.
    pub jobs: Table<Job>,
    /// Image servers by id.
    pub image_servers: Table<ImageServer>,
    /// Scheduled tasks by id.
    pub schedule_tasks: Table<ScheduleTask>,
    /// What became of scheduled tasks, by the ids of their executions.
    pub task_executions: Table<TaskExecution>,
    /// Sessions of people by id, also those that have ended.
    pub sessions: Table<AppSession>,
    /// Whether sessions move off full servers, by the ids of the configurations: one a project.
    pub hotspot_configs: Table<HotspotConfig>,
    /// Storages on file systems by id.
    pub persistent_storages: Table<PersistentStorage>,
    /// What may be done with files, by the policies' ids: one policy a project, beside those that are always there.
    pub storage_policies: Table<StoragePolicy>,
    /// Cloud storages by id.
    pub cloud_storages: Table<CloudStorage>,
    /// File systems of SFS by name.
    pub file_systems: BTreeMap<String, FileSystem>,
    /// Projects of cloud storage that can be linked, by id.
    pub storage_projects: BTreeMap<String, StorageProject>,
    /// Users, user groups and what else lies around application streaming, by id.
    pub neighbours: Table<Neighbour>,
    /// Product packages by id.
    pub products: BTreeMap<String, Product>,
    /// Images by id.
    pub images: Table<ServerImage>,
    /// Networks: VPC id to its subnets by id.
    pub vpcs: BTreeMap<String, BTreeMap<String, Subnet>>,
    /// Disk types.
    pub volume_types: Vec<VolumeType>,
    /// Availability zones.
    pub availability_zones: Vec<AvailabilityZone>,
    /// What is left of each quota, by its type (`INSTANCES`, `CORES`, ...).
    pub quotas: BTreeMap<String, i64>,
    /// What the tenant configured, by name.
    pub configurations: BTreeMap<String, String>,
    /// Server groups that a project may have.
    pub max_server_groups: i64,
    /// Sessions that one server may carry at most.
    pub max_session: i64,
    /// Whether the tenant's Workspace is joined to an AD domain.
    pub open_with_ad: bool,
    /// `active` once Workspace is enabled.
    pub service_status: String,
    /// When it was enabled.
    pub enabled_at: Timestamp,
}

/// A project: the account's share of one region.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Project {
    /// Its id, which stands in every path.
    pub id: String,
    /// Its name, the region's id.
    pub name: String,
    /// The account it belongs to.
    pub domain_id: String,
}

/// A server group.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServerGroup {
    /// The project it belongs to.
    pub project_id: String,
    /// 1 to 64 letters, digits, `_` and `-`; unique in the project.
    pub name: String,
    /// Free text.
    #[serde(default)]
    pub description: String,
    /// The image new servers get.
    pub image_id: String,
    /// The image's product, for marketplace images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_product_id: Option<String>,
    /// `gold`, `public`, `private`, `shared` or `other`.
    pub image_type: String,
    /// `Windows`, `Linux` or `Other`.
    pub os_type: String,
    /// The product package.
    pub product_id: String,
    /// The flavor that came with the request, for a package that leaves it open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flavor_id: Option<String>,
    /// The network; the service takes it at creation and never answers it.
    pub vpc_id: String,
    /// The subnet.
    pub subnet_id: String,
    /// `ESSD`, `SSD`, `GPSSD`, `SAS` or `SATA`.
    pub system_disk_type: String,
    /// In GB.
    pub system_disk_size: i64,
    /// Whether one server serves one session.
    #[serde(default)]
    pub is_vdi: bool,
    /// `CPU` or `GPU`, for sessions bought on top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_session_type: Option<String>,
    /// Sessions bought on top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_session_size: Option<i64>,
    /// `SESSION_DESKTOP_APP` or `COMMON_APP`.
    pub app_type: String,
    /// How sessions are spread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_policy: Option<RoutePolicy>,
    /// `USER`, `SHARE` or `ANY`.
    #[serde(default = "any")]
    pub storage_mount_policy: String,
    /// The organizational unit of new servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ou_name: Option<String>,
    /// Where new servers go; never answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
    /// Whether IP virtualization is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_virtual: Option<IpVirtual>,
    /// Tags by key.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// `0` is the default enterprise project.
    #[serde(default = "zero")]
    pub enterprise_project_id: String,
    /// The group that this one stands by for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_server_group_id: Option<String>,
    /// Whether it is enabled.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Servers in it; those in `servers` count in any case.
    #[serde(default)]
    pub app_server_count: i64,
    /// Application groups that use it; those that there are count in any case.
    #[serde(default)]
    pub app_group_count: i64,
    /// Its servers by id, as far as somebody asks for them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub servers: BTreeMap<String, AppServer>,
    /// The names of further application groups that use it, by id, of which nobody asks for more.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub app_groups: BTreeMap<String, String>,
    /// Its servers by state, such as `ACTIVE`; their sum is `app_server_count`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub server_states: BTreeMap<String, i64>,
    /// Its automatic scaling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaling_policy: Option<ScalingPolicy>,
    /// When it was made.
    pub create_time: Timestamp,
    /// When it was last modified.
    pub update_time: Timestamp,
}

/// Limits beyond which a server takes no further session.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RoutePolicy {
    /// Sessions on one server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_session: Option<i64>,
    /// Processor usage in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_threshold: Option<i64>,
    /// GPU usage in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_threshold: Option<i64>,
    /// Memory usage in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mem_threshold: Option<i64>,
}

/// IP virtualization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IpVirtual {
    /// Whether it is on.
    pub enable: bool,
}

/// Automatic scaling of a server group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScalingPolicy {
    /// Whether it is on.
    pub enable: bool,
    /// Servers it may add in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_scaling_amount: Option<i64>,
    /// Servers it adds at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub single_expansion_count: Option<i64>,
    /// By sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaling_policy_by_session: Option<SessionPolicy>,
    /// By load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaling_policy_by_resource: Option<ResourcePolicy>,
    /// How long it takes to make or delete its servers, in seconds; never answered.
    #[serde(default = "ten")]
    pub job_seconds: u64,
}

/// Scaling by sessions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SessionPolicy {
    /// Session usage in percent at which it grows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_usage_threshold: Option<i64>,
    /// Minutes after which a server without sessions goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shrink_after_session_idle_minutes: Option<i64>,
}

/// Scaling by load.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ResourcePolicy {
    /// Processor usage in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_usage_threshold: Option<i64>,
    /// Memory usage in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mem_usage_threshold: Option<i64>,
    /// GPU usage in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu_usage_threshold: Option<i64>,
}

/// A product package.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Product {
    /// The flavor of its servers.
    pub flavor_id: String,
    /// `x86` or `arm`.
    pub architecture: String,
    /// Processor cores.
    pub cpu: i64,
    /// Memory in MB.
    pub memory: i64,
    /// Whether it has a GPU.
    #[serde(default)]
    pub is_gpu: bool,
    /// `0` for pay-per-use, `1` for yearly/monthly.
    pub charge_mode: String,
    /// Sessions that one server carries.
    pub sessions: i64,
    /// `Windows` or `Linux`.
    pub os_type: String,
    /// The availability zones that have it.
    pub availability_zones: Vec<String>,
    /// What people read.
    pub description: String,
}

/// An image for servers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServerImage {
    /// What people call it.
    pub name: String,
    /// The regions that have it.
    pub regions: Vec<String>,
    /// `gold`, `public`, `private` or `shared`.
    pub image_type: String,
    /// Its product, for marketplace images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// `Windows` or `Linux`.
    pub os_type: String,
    /// The smallest disk it fits on, in GB.
    pub min_disk: i64,
    /// Whether servers that get it do not come up.
    #[serde(default, skip_serializing_if = "is_off")]
    pub fails_to_deploy: bool,
}

/// A subnet.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Subnet {
    /// What people call it.
    pub name: String,
}

/// A disk type.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VolumeType {
    /// `ESSD`, `SSD`, `GPSSD`, `SAS` or `SATA`.
    pub volume_type: String,
    /// Its product code.
    pub resource_spec_code: String,
    /// Its English name.
    pub name: String,
    /// The zones where it is sold out.
    #[serde(default)]
    pub sold_out_availability_zones: Vec<String>,
}

/// An availability zone.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AvailabilityZone {
    /// Such as `cn-north-4a`.
    pub id: String,
    /// What people read.
    pub display_name: String,
    /// The region it is in.
    pub region: String,
    /// Whether new servers go there by default.
    #[serde(default)]
    pub default: bool,
    /// Products sold out in it.
    #[serde(default)]
    pub sold_out: Vec<String>,
}

/// A key and value on a resource.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tag {
    /// Unique on its resource.
    pub key: String,
    /// May be empty.
    #[serde(default)]
    pub value: String,
}

impl Default for HuaweiWorld {
    fn default() -> Self {
        Self {
            projects: Vec::new(),
            server_groups: Table::default(),
            app_groups: Table::default(),
            policy_groups: Table::default(),
            policy_templates: Table::default(),
            warehouse_apps: Table::default(),
            warehouse_buckets: Table::default(),
            jobs: Table::default(),
            image_servers: Table::default(),
            schedule_tasks: Table::default(),
            task_executions: Table::default(),
            sessions: Table::default(),
            hotspot_configs: Table::default(),
            persistent_storages: Table::default(),
            storage_policies: Table::default(),
            cloud_storages: Table::default(),
            file_systems: BTreeMap::new(),
            storage_projects: BTreeMap::new(),
            neighbours: Table::default(),
            products: BTreeMap::new(),
            images: Table::default(),
            vpcs: BTreeMap::new(),
            volume_types: Vec::new(),
            availability_zones: Vec::new(),
            quotas: BTreeMap::new(),
            configurations: BTreeMap::new(),
            max_server_groups: 20_000,
            max_session: 1024,
            open_with_ad: true,
            service_status: "active".to_owned(),
            enabled_at: UNDATED,
        }
    }
}

impl HuaweiWorld {
    /// The project of calls that name none; empty where there is none.
    pub(crate) fn first_project(&self) -> &str {
        self.projects.first().map_or("", |project| project.id.as_str())
    }

    /// The region of a project.
    pub(crate) fn region(&self, project_id: &str) -> Option<&str> {
        self.projects.iter().find(|project| project.id == project_id).map(|project| project.name.as_str())
    }
}

impl ServerGroup {
    /// How many servers it has.
    pub(crate) fn server_count(&self) -> i64 {
        self.app_server_count.max(i64::try_from(self.servers.len()).unwrap_or(i64::MAX))
    }

    /// How many servers it has of which nobody asks for more.
    pub(crate) fn further_servers(&self) -> i64 {
        self.server_count() - i64::try_from(self.servers.len()).unwrap_or(i64::MAX)
    }
}

fn any() -> String {
    "ANY".to_owned()
}

fn zero() -> String {
    "0".to_owned()
}

fn ten() -> u64 {
    10
}

fn yes() -> bool {
    true
}
