//! Alibaba Cloud's part of the world that the emulator starts with. `crates/emulator/README.md` lists its ids for
//! people.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::dates::{MADE_AT, NEVER},
    AlibabaWorld, AppInstance, DeliveryGroup, DeliveryGroupSet, Image, NodeInstanceType, NodePool, OtaTask,
    RecurrenceSchedule, Region, TimerPeriod, User, UserGroup,
};

const MAINLAND: [&str; 2] = ["cn-hangzhou", "cn-shanghai"];

const USERS: [&str; 50] = [
    "alice",
    "bob",
    "carol",
    "david",
    "erin",
    "frank",
    "grace",
    "heidi",
    "ivan",
    "judy",
    "kevin",
    "laura",
    "mallory",
    "nadia",
    "oscar",
    "peggy",
    "quentin",
    "rupert",
    "sybil",
    "trent",
    "ursula",
    "victor",
    "wendy",
    "xavier",
    "yvonne",
    "zoe",
    "chen.wei",
    "li.na",
    "wang.fang",
    "zhang.min",
    "liu.yang",
    "zhao.lei",
    "huang.jing",
    "zhou.tao",
    "wu.xia",
    "xu.bin",
    "sun.li",
    "ma.chao",
    "zhu.lin",
    "hu.jun",
    "guo.ping",
    "he.yan",
    "lin.hao",
    "luo.mei",
    "gao.feng",
    "tom",
    "uma",
    "vera",
    "walter",
    "yusuf",
];

/// The whole of it.
fn world() -> AlibabaWorld {
    AlibabaWorld {
        regions: regions(),
        delivery_groups: delivery_groups().into_iter().collect(),
        delivery_group_sets: [("ags-hangzhou-office".to_owned(), delivery_group_set())].into_iter().collect(),
        images: images().into_iter().collect(),
        users: USERS.iter().map(|name| ((*name).to_owned(), user(name))).collect(),
        user_groups: user_groups(),
        app_instances: app_instances().into_iter().collect(),
        ota_tasks: [("ota-hangzhou-fixed-1".to_owned(), ota_task("aig-hangzhou-fixed"))].into_iter().collect(),
        node_instance_types: node_instance_types(),
        ..AlibabaWorld::default()
    }
}

fn regions() -> Vec<Region> {
    let region = |id: &str, zones: [&str; 2]| {
        let zones = zones.map(|zone| format!("{id}{zone}")).into();
        Region { id: id.to_owned(), zones }
    };
    vec![
        region("cn-hangzhou", ["-i", "-j"]),
        region("cn-shanghai", ["-e", "-g"]),
        region("cn-beijing", ["-h", "-k"]),
        region("ap-southeast-1", ["a", "b"]),
    ]
}

fn user(name: &str) -> User {
    User { account_type: "simple".to_owned(), email: Some(format!("{name}@example.com")), phone: None }
}

fn user_groups() -> BTreeMap<String, UserGroup> {
    let group = |id: &str, name: &str, members: &[&str]| {
        let members = members.iter().map(|name| (*name).to_owned()).collect();
        (id.to_owned(), UserGroup { name: name.to_owned(), members })
    };
    [
        group("ug-design", "Design", &["alice", "erin", "li.na", "vera"]),
        group("ug-engineering", "Engineering", &["bob", "chen.wei", "david", "wu.xia", "zhang.min"]),
        group("ug-finance", "Finance", &["carol", "he.yan", "tom"]),
    ]
    .into()
}

fn images() -> Vec<(String, Image)> {
    let apps = |apps: &[(&str, &str)]| apps.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect();
    let image = |name: &str, regions: &[&str]| Image {
        name: name.to_owned(),
        region_ids: regions.iter().map(|region| (*region).to_owned()).collect(),
        os_type: "Windows".to_owned(),
        status: "AVAILABLE".to_owned(),
        image_type: "User".to_owned(),
        product_type: "CloudApp".to_owned(),
        apps: apps(&[("ca-writer", "Writer"), ("ca-sheets", "Sheets")]),
        system_disk_size: 80,
        fails_to_deploy: false,
        description: String::new(),
        tags: BTreeMap::new(),
        ready_at: None,
        arriving: BTreeMap::new(),
        created_at: MADE_AT,
    };
    let browser = Image {
        image_type: "System".to_owned(),
        product_type: "CloudBrowser".to_owned(),
        apps: apps(&[("ca-browser", "Browser")]),
        ..image("Browser", &MAINLAND)
    };
    let drawing = apps(&[("ca-draft", "Draft"), ("ca-render", "Render"), ("ca-viewer", "Viewer")]);
    [
        ("img-office-1", image("Office tools, January", &MAINLAND)),
        ("img-office-2", image("Office tools, February", &MAINLAND)),
        ("img-office-3", image("Office tools, March", &MAINLAND)),
        ("img-drawing-1", Image { apps: drawing, ..image("Drawing, first edition", &MAINLAND) }),
        ("img-broken", Image { fails_to_deploy: true, ..image("An image that fails to deploy", &MAINLAND) }),
        ("img-unfinished", Image { status: "CREATING".to_owned(), ..image("Still being made", &MAINLAND) }),
        ("img-singapore-1", image("Office tools, Singapore, January", &["ap-southeast-1"])),
        ("img-browser-1", browser),
        ("img-singapore-2", image("Office tools, Singapore, February", &["ap-southeast-1"])),
    ]
    .map(|(id, image)| (id.to_owned(), image))
    .into()
}

fn delivery_groups() -> Vec<(String, DeliveryGroup)> {
    let group = |id: &str, name: &str, region: &str, image: &str, pool: NodePool| {
        (id.to_owned(), delivery_group(id, name, region, image, pool))
    };
    let mut groups = vec![
        group("aig-hangzhou-fixed", "Office tools", "cn-hangzhou", "img-office-1", fixed()),
        group("aig-shanghai-fixed", "Office tools Shanghai", "cn-shanghai", "img-office-1", fixed()),
        group("aig-hangzhou-usage", "Drawing", "cn-hangzhou", "img-drawing-1", by_usage()),
        group("aig-singapore-usage", "Office tools Singapore", "ap-southeast-1", "img-singapore-1", by_usage()),
        group("aig-hangzhou-schedule", "Shift desk", "cn-hangzhou", "img-office-1", by_schedule()),
        group("aig-shanghai-schedule", "Shift desk Shanghai", "cn-shanghai", "img-office-1", by_schedule()),
        group("aig-hangzhou-session", "Personal sessions", "cn-hangzhou", "img-office-1", fixed()),
        group("aig-hangzhou-app", "Single applications", "cn-hangzhou", "img-drawing-1", fixed()),
        group("aig-hangzhou-expired", "Last year's project", "cn-hangzhou", "img-office-1", fixed()),
    ];
    for (id, group) in &mut groups {
        match id.as_str() {
            "aig-hangzhou-fixed" => {
                group.ota_task_id = Some("ota-hangzhou-fixed-1".to_owned());
                group.settings.insert("RuntimePolicy".to_owned(), serde_json::json!({ "DebugMode": "ON" }));
            }
            "aig-shanghai-fixed" => group.mixed_authorization = false,
            "aig-hangzhou-usage" | "aig-singapore-usage" => "PrePaid".clone_into(&mut group.charge_type),
            "aig-hangzhou-session" => {
                "Session".clone_into(&mut group.auth_mode);
                group.persistent_sessions = ["p-personal-1".to_owned(), "p-personal-2".to_owned()].into();
                group.authorized_users.clear();
            }
            "aig-hangzhou-app" => {
                "App".clone_into(&mut group.auth_mode);
                group.authorized_users = [("alice".to_owned(), BTreeSet::from(["ca-draft".to_owned()]))].into();
            }
            "aig-hangzhou-expired" => {
                "EXPIRED".clone_into(&mut group.status);
                group.expires_at = MADE_AT;
            }
            _ => {}
        }
    }
    groups
}

fn delivery_group_set() -> DeliveryGroupSet {
    DeliveryGroupSet {
        name: "Office, Hangzhou".to_owned(),
        delivery_group_ids: ["aig-hangzhou-fixed", "aig-hangzhou-schedule"].map(str::to_owned).into(),
        authorized_users: [("alice".to_owned(), BTreeSet::new()), ("bob".to_owned(), BTreeSet::new())].into(),
        authorized_user_groups: BTreeSet::new(),
    }
}

/// A delivery group as the built-in world and `--delivery-groups` make it.
fn delivery_group(id: &str, name: &str, region: &str, image: &str, pool: NodePool) -> DeliveryGroup {
    DeliveryGroup {
        name: name.to_owned(),
        region_id: region.to_owned(),
        product_type: "CloudApp".to_owned(),
        image_id: image.to_owned(),
        status: "PUBLISHED".to_owned(),
        auth_mode: "AppInstanceGroup".to_owned(),
        charge_type: "PostPaid".to_owned(),
        charge_resource_mode: "Node".to_owned(),
        node_pool: NodePool { id: id.replacen("aig-", "rg-", 1), ..pool },
        session_timeout: 15,
        os_type: "Windows".to_owned(),
        office_site_id: Some(format!("{region}+os-emulator")),
        ad_domain: None,
        mixed_authorization: true,
        authorized_users: [("alice".to_owned(), BTreeSet::new()), ("bob".to_owned(), BTreeSet::new())].into(),
        authorized_user_groups: BTreeSet::new(),
        persistent_sessions: BTreeSet::new(),
        ota_version: "1.4.0-R-20251201.1".to_owned(),
        ota_task_id: None,
        tags: BTreeMap::new(),
        settings: BTreeMap::new(),
        browser: None,
        created_at: MADE_AT,
        expires_at: NEVER,
        renews_for_days: None,
        pending: None,
    }
}

/// A pool of a fixed size.
fn fixed() -> NodePool {
    NodePool {
        node_instance_type: "appstreaming.general.4c8g".to_owned(),
        node_capacity: 2,
        node_amount: 2,
        strategy_type: "NODE_FIXED".to_owned(),
        ..NodePool::default()
    }
}

fn by_usage() -> NodePool {
    NodePool {
        node_instance_type: "appstreaming.vgpu.8c16g.4g".to_owned(),
        node_capacity: 4,
        node_amount: 1,
        strategy_type: "NODE_SCALING_BY_USAGE".to_owned(),
        max_scaling_amount: Some(10),
        scaling_down_after_idle_minutes: Some(5),
        scaling_step: Some(1),
        scaling_usage_threshold: Some("85".to_owned()),
        ..NodePool::default()
    }
}

/// Working hours from Monday to Friday; outside them everybody can be logged off.
fn by_schedule() -> NodePool {
    let period = TimerPeriod { start_time: "08:00".to_owned(), end_time: "20:00".to_owned(), amount: 4 };
    NodePool {
        strategy_type: "NODE_SCALING_BY_SCHEDULE".to_owned(),
        strategy_enable_date: Some("2026-01-01".to_owned()),
        strategy_disable_date: Some("2026-12-31".to_owned()),
        warm_up: Some(true),
        recurrence_schedules: vec![RecurrenceSchedule {
            recurrence_type: "weekly".to_owned(),
            recurrence_values: vec![1, 2, 3, 4, 5],
            timer_periods: vec![period],
        }],
        ..fixed()
    }
}

fn app_instances() -> Vec<(String, AppInstance)> {
    let session = |group: &str, number: u32, user: &str| {
        let instance = AppInstance {
            delivery_group_id: format!("aig-{group}"),
            user: Some(user.to_owned()),
            status: "RUNNING".to_owned(),
            session_status: Some("connect".to_owned()),
            node_id: Some(format!("nd-{group}-1")),
            app_id: Some("ca-writer".to_owned()),
            persistent_session_id: None,
            created_at: MADE_AT,
            bound_at: None,
            modified_at: MADE_AT,
            log_off_at: None,
        };
        (format!("ai-{group}-{number}"), instance)
    };
    vec![
        session("hangzhou-fixed", 1, "alice"),
        session("hangzhou-fixed", 2, "bob"),
        session("hangzhou-schedule", 1, "alice"),
        session("hangzhou-schedule", 2, "bob"),
        session("shanghai-fixed", 1, "bob"),
    ]
}

fn ota_task(group: &str) -> OtaTask {
    OtaTask {
        delivery_group_id: group.to_owned(),
        ota_type: "Fota".to_owned(),
        version: "1.5.0-R-20260301.1".to_owned(),
        release_note: "Smoother video and fixes for clipboard and printing.".to_owned(),
        status: "Pending".to_owned(),
        start_time: None,
        duration_seconds: 0,
    }
}

fn node_instance_types() -> BTreeMap<String, NodeInstanceType> {
    let kind = |name: &str, family: &str, (cpu, memory): (u32, i64), (gpu, gpu_memory): (&str, i64), max_capacity| {
        NodeInstanceType {
            name: name.to_owned(),
            family: family.to_owned(),
            cpu: cpu.to_string(),
            gpu: gpu.to_owned(),
            memory: memory * 1024,
            gpu_memory: gpu_memory * 1024,
            max_capacity,
            region_ids: ["cn-hangzhou", "cn-shanghai", "ap-southeast-1"].map(str::to_owned).into(),
        }
    };
    [
        (
            "appstreaming.general.4c8g",
            kind("General office, 4 cores 8 GiB", "appstreaming.general", (4, 8), ("0", 0), 2),
        ),
        (
            "appstreaming.general.8c16g",
            kind("General office, 8 cores 16 GiB", "appstreaming.general", (8, 16), ("0", 0), 4),
        ),
        ("appstreaming.vgpu.8c16g.4g", kind("Graphics, 8 cores 16 GiB", "appstreaming.vgpu", (8, 16), ("0.25", 4), 4)),
        ("appstreaming.vgpu.8c31g.16g", kind("Graphics, 8 cores 31 GiB", "appstreaming.vgpu", (8, 31), ("1", 16), 4)),
        (
            "appstreaming.vgpu.14c93g.12g",
            kind("Graphics, 14 cores 93 GiB", "appstreaming.vgpu", (14, 93), ("0.5", 12), 6),
        ),
    ]
    .map(|(id, kind)| (id.to_owned(), kind))
    .into()
}

impl AlibabaWorld {
    /// The world that the emulator starts with when nothing else is said.
    pub(crate) fn builtin() -> Self {
        world()
    }

    /// Adds what the command line asks for: `user00001` and on, and groups to carry load.
    pub(crate) fn populate(&mut self, users: usize, delivery_groups: usize) {
        for number in 1..=users {
            let name = format!("user{number:05}");
            let row = user(&name);
            self.users.insert(name, row);
        }
        for number in 1..=delivery_groups {
            let id = format!("aig-load-{number:05}");
            let region = MAINLAND[number % MAINLAND.len()];
            let group = delivery_group(&id, &format!("Load {number}"), region, "img-office-1", fixed());
            self.delivery_groups.insert(id, group);
        }
        self.delivery_groups.forget(|_| false);
    }
}
