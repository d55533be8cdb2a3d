//! Huawei Cloud's part of the built-in world.

use std::collections::BTreeMap;

use super::{
    app_groups::{AppGroup, PublishedApp},
    dates::MADE_AT,
    huawei::{
        AvailabilityZone, HuaweiWorld, Product, Project, RoutePolicy, ServerGroup, ServerImage, Subnet, VolumeType,
    },
    workspace::{AppServer, AppSession, FileSystem, StorageProject},
};

/// The project in cn-north-4.
const PROJECT: &str = "a0000000000000000000000000000004";

/// The whole of it.
pub(super) fn world() -> HuaweiWorld {
    let subnet = |id: &str, name: &str| (id.to_owned(), Subnet { name: name.to_owned() });
    HuaweiWorld {
        projects: projects(),
        server_groups: server_groups().into_iter().collect(),
        app_groups: app_groups().into_iter().collect(),
        sessions: sessions().into_iter().collect(),
        products: products(),
        images: server_images().into_iter().collect(),
        vpcs: [
            (
                "vpc-office".to_owned(),
                [subnet("subnet-office-1", "office-1"), subnet("subnet-office-2", "office-2")].into(),
            ),
            ("vpc-lab".to_owned(), [subnet("subnet-lab-1", "lab-1")].into()),
        ]
        .into(),
        file_systems: ["files-1", "files-2", "files-3"]
            .map(|name| {
                let region = "cn-north-4".to_owned();
                (name.to_owned(), FileSystem { region, created_at: MADE_AT })
            })
            .into(),
        storage_projects: ["office", "drawing"]
            .map(|name| {
                let project = StorageProject {
                    name: format!("{name}-files"),
                    cluster_group_id: "cluster-1".to_owned(),
                    storage_quota: 1 << 40,
                    created_at: MADE_AT,
                };
                (format!("project-{name}"), project)
            })
            .into(),
        volume_types: volume_types(),
        availability_zones: availability_zones(),
        quotas: [
            ("INSTANCES", 100),
            ("CORES", 800),
            ("MEMORY", 1_638_400),
            ("VOLUMES", 400),
            ("VOLUME_GIGABYTES", 32_768),
            ("GPU_INSTANCES", 4),
        ]
        .map(|(kind, left)| (kind.to_owned(), left))
        .into(),
        configurations: [("help_center_origin", "https://help.emulator.test"), ("IP_VIRTUAL_ENABLE", "true")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        enabled_at: MADE_AT,
        ..HuaweiWorld::default()
    }
}

fn projects() -> Vec<Project> {
    let project = |id: &str, name: &str| Project {
        id: id.to_owned(),
        name: name.to_owned(),
        domain_id: "d0000000000000000000000000000001".to_owned(),
    };
    vec![
        project(PROJECT, "cn-north-4"),
        project("a0000000000000000000000000000003", "cn-east-3"),
        project("a0000000000000000000000000000001", "ap-southeast-1"),
    ]
}

fn server_images() -> BTreeMap<String, ServerImage> {
    let image = |name: &str, kind: &str, product: Option<&str>, min_disk, regions: &[&str]| ServerImage {
        name: name.to_owned(),
        regions: regions.iter().map(|region| (*region).to_owned()).collect(),
        image_type: kind.to_owned(),
        product_id: product.map(str::to_owned),
        os_type: "Windows".to_owned(),
        min_disk,
        fails_to_deploy: false,
    };
    let north = &["cn-north-4", "cn-east-3"][..];
    [
        ("10000000-0000-4000-8000-000000000001", image("Office tools 1", "private", None, 80, north)),
        ("10000000-0000-4000-8000-000000000002", image("Office tools 2", "private", None, 80, north)),
        ("10000000-0000-4000-8000-000000000003", image("Drawing", "private", None, 200, north)),
        (
            "10000000-0000-4000-8000-000000000004",
            image("Windows Server, marketplace", "gold", Some("gold-windows-server"), 80, north),
        ),
        ("10000000-0000-4000-8000-000000000005", image("Windows Server", "public", None, 80, north)),
        (
            "10000000-0000-4000-8000-000000000006",
            image("Office tools, Hong Kong", "private", None, 80, &["ap-southeast-1"]),
        ),
    ]
    .map(|(id, image)| (id.to_owned(), image))
    .into()
}

fn products() -> BTreeMap<String, Product> {
    let product = |flavor: &str, (cpu, memory): (i64, i64), is_gpu, sessions, description: &str| Product {
        flavor_id: flavor.to_owned(),
        architecture: "x86".to_owned(),
        cpu,
        memory: memory * 1024,
        is_gpu,
        charge_mode: "0".to_owned(),
        sessions,
        os_type: "Windows".to_owned(),
        availability_zones: ["cn-north-4a", "cn-north-4b", "cn-east-3a", "ap-southeast-1a"].map(str::to_owned).into(),
        description: description.to_owned(),
    };
    [
        ("workspace.app.x86.4c8g", product("x1.4u.8g", (4, 8), false, 10, "4 cores, 8 GB")),
        ("workspace.app.x86.8c16g", product("x1.8u.16g", (8, 16), false, 20, "8 cores, 16 GB")),
        ("workspace.app.x86.gpu.8c32g", product("g6.8u.32g", (8, 32), true, 20, "8 cores, 32 GB, GPU")),
    ]
    .map(|(id, product)| (id.to_owned(), product))
    .into()
}

fn volume_types() -> Vec<VolumeType> {
    [
        ("ESSD", "Extreme SSD"),
        ("SSD", "Ultra-high I/O"),
        ("GPSSD", "General-purpose SSD"),
        ("SAS", "High I/O"),
        ("SATA", "Common I/O"),
    ]
    .map(|(kind, name)| VolumeType {
        volume_type: kind.to_owned(),
        resource_spec_code: format!("workspace.vol.{}", kind.to_lowercase()),
        name: name.to_owned(),
        sold_out_availability_zones: if kind == "SATA" { vec!["cn-north-4b".to_owned()] } else { Vec::new() },
    })
    .into()
}

fn availability_zones() -> Vec<AvailabilityZone> {
    let zone = |id: &str, region: &str, number: u32, default| AvailabilityZone {
        id: id.to_owned(),
        display_name: format!("AZ{number}"),
        region: region.to_owned(),
        default,
        sold_out: Vec::new(),
    };
    vec![
        zone("cn-north-4a", "cn-north-4", 1, true),
        zone("cn-north-4b", "cn-north-4", 2, false),
        zone("cn-east-3a", "cn-east-3", 1, true),
        zone("ap-southeast-1a", "ap-southeast-1", 1, true),
    ]
}

fn server_groups() -> Vec<(String, ServerGroup)> {
    let office = server_group("office");
    let standby = ServerGroup {
        primary_server_group_id: Some("20000000-0000-4000-8000-000000000001".to_owned()),
        ..server_group("office-standby")
    };
    let drawing = ServerGroup {
        description: "Drawing office".to_owned(),
        image_id: "10000000-0000-4000-8000-000000000003".to_owned(),
        product_id: "workspace.app.x86.gpu.8c32g".to_owned(),
        system_disk_size: 200,
        app_server_count: 2,
        servers: [1, 2].map(|number| (format!("30000000-0000-4000-8000-00000000000{number}"), server(number))).into(),
        server_states: [("REGISTERED".to_owned(), 2)].into(),
        ..server_group("drawing")
    };
    vec![
        ("20000000-0000-4000-8000-000000000001".to_owned(), office),
        ("20000000-0000-4000-8000-000000000002".to_owned(), standby),
        ("20000000-0000-4000-8000-000000000003".to_owned(), drawing),
    ]
}

fn app_groups() -> Vec<(String, AppGroup)> {
    let draft = PublishedApp {
        name: "Draft".to_owned(),
        version: Some("1.0".to_owned()),
        command_param: None,
        execute_path: r"C:\Program Files\Draft\draft.exe".to_owned(),
        work_path: None,
        icon_path: None,
        icon_index: 0,
        icon_url: None,
        description: None,
        publisher: None,
        source_type: 2,
        state: "NORMAL".to_owned(),
        sandbox_enable: false,
        is_pre_boot: false,
        pre_launch_policy: None,
        published_at: MADE_AT,
    };
    let group = AppGroup {
        project_id: PROJECT.to_owned(),
        name: "Draughting".to_owned(),
        description: String::new(),
        server_group_id: Some("20000000-0000-4000-8000-000000000003".to_owned()),
        app_type: "COMMON_APP".to_owned(),
        authorization_type: "APP_GROUP".to_owned(),
        apps: [("50000000-0000-4000-8000-000000000001".to_owned(), draft)].into(),
        authorizations: BTreeMap::new(),
        mails: Vec::new(),
        created_at: MADE_AT,
    };
    vec![("40000000-0000-4000-8000-000000000001".to_owned(), group)]
}

fn server(number: u8) -> AppServer {
    AppServer { name: format!("drawing-{number}"), machine_name: format!("DRAWING{number}"), ..AppServer::default() }
}

/// Of the two at work on the first of the drawing servers, one has gone for lunch.
fn sessions() -> Vec<(String, AppSession)> {
    let session = |user: &str, state: &str| AppSession {
        project_id: PROJECT.to_owned(),
        server_id: "30000000-0000-4000-8000-000000000001".to_owned(),
        server_group_id: "20000000-0000-4000-8000-000000000003".to_owned(),
        user_name: user.to_owned(),
        app_group_id: Some("40000000-0000-4000-8000-000000000001".to_owned()),
        app_name: Some("Draft".to_owned()),
        state: state.to_owned(),
        public_ip: Some("203.0.113.7".to_owned()),
        client_name: Some(format!("{user}-laptop")),
        started_at: MADE_AT,
        changed_at: None,
        ended_at: None,
        log_off_at: None,
        failed_reason: None,
    };
    vec![
        ("60000000-0000-4000-8000-000000000001".to_owned(), session("alice", "Active")),
        ("60000000-0000-4000-8000-000000000002".to_owned(), session("bob", "Disconnected")),
    ]
}

/// A server group as the built-in world and `--server-groups` make it.
fn server_group(name: &str) -> ServerGroup {
    ServerGroup {
        project_id: PROJECT.to_owned(),
        name: name.to_owned(),
        description: String::new(),
        image_id: "10000000-0000-4000-8000-000000000001".to_owned(),
        image_product_id: None,
        image_type: "private".to_owned(),
        os_type: "Windows".to_owned(),
        product_id: "workspace.app.x86.4c8g".to_owned(),
        flavor_id: None,
        vpc_id: "vpc-office".to_owned(),
        subnet_id: "subnet-office-1".to_owned(),
        system_disk_type: "SAS".to_owned(),
        system_disk_size: 80,
        is_vdi: false,
        extra_session_type: None,
        extra_session_size: None,
        app_type: "COMMON_APP".to_owned(),
        route_policy: Some(RoutePolicy {
            max_session: Some(10),
            cpu_threshold: Some(80),
            gpu_threshold: None,
            mem_threshold: Some(80),
        }),
        storage_mount_policy: "ANY".to_owned(),
        ou_name: None,
        availability_zone: None,
        ip_virtual: None,
        tags: BTreeMap::new(),
        enterprise_project_id: "0".to_owned(),
        primary_server_group_id: None,
        enabled: true,
        app_server_count: 0,
        app_group_count: 0,
        servers: BTreeMap::new(),
        app_groups: BTreeMap::new(),
        server_states: BTreeMap::new(),
        scaling_policy: None,
        create_time: MADE_AT,
        update_time: MADE_AT,
    }
}

impl HuaweiWorld {
    /// Adds what the command line asks for: groups to carry load.
    pub(super) fn populate(&mut self, server_groups: usize) {
        for number in 1..=server_groups {
            let id = format!("30000000-0000-4000-8000-{number:012}");
            self.server_groups.insert(id, server_group(&format!("load-{number:05}")));
        }
        self.server_groups.forget(|_| false);
    }
}
