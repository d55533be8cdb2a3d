//! The data sources about delivery groups.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{
    Emulator, Workspace,
    faults::{each_kind, striking},
    world::{GROUP, IMAGE, users},
};

/// The attributes of `data.TYPE.this` with these arguments.
#[track_caller]
fn read(emulator: &Emulator, kind: &str, arguments: &str) -> Value {
    let workspace = Workspace::with(emulator, &format!("data \"{kind}\" \"this\" {{\n{arguments}\n}}\n"));
    workspace.apply();
    workspace.attributes(&format!("data.{kind}.this"))
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().filter_map(Value::as_str).collect()
}

fn ids(emulator: &Emulator, arguments: &str) -> BTreeSet<String> {
    let found = read(emulator, "appstreaming_delivery_groups", arguments);
    let ids: BTreeSet<_> = texts(&found["ids"]).into_iter().map(str::to_owned).collect();
    assert_eq!(found["delivery_groups"].as_array().map(Vec::len), Some(ids.len()));
    ids
}

#[test]
fn one_delivery_group_with_all_that_the_service_says() {
    let emulator = Emulator::start();
    emulator.change_delivery_group(GROUP, json!({ "tags": { "team": "office" } }));
    let group = read(&emulator, "appstreaming_delivery_group", &format!("delivery_group_id = \"{GROUP}\""));
    assert_eq!(group["id"], GROUP);
    assert_eq!(group["name"], "Office tools");
    assert_eq!(group["image_id"], IMAGE);
    assert_eq!(group["image_name"], "Office tools, January");
    assert_eq!(group["status"], "PUBLISHED");
    assert_eq!(group["region"], "cn-hangzhou");
    assert_eq!(group["auth_mode"], "AppInstanceGroup");
    assert_eq!(group["charge_type"], "PostPaid");
    assert_eq!(group["session_timeout"], 15);
    assert_eq!(group["tags"], json!({ "team": "office" }));
    assert_eq!(group["ota"]["task_id"], "ota-hangzhou-fixed-1");
    assert_eq!(group["ota"]["new_version"], "1.5.0-R-20260301.1");
    assert_eq!(group["node_pools"][0]["strategy_type"], "NODE_FIXED");
    assert_eq!(group["apps"].as_array().map(Vec::len), Some(2));

    let scheduled = read(&emulator, "appstreaming_delivery_group", "delivery_group_id = \"aig-hangzhou-schedule\"");
    let schedule = &scheduled["node_pools"][0]["recurrence_schedules"][0];
    assert_eq!(schedule["recurrence_values"], json!([1, 2, 3, 4, 5]));
    assert_eq!(schedule["timer_periods"][0], json!({ "start_time": "08:00", "end_time": "20:00", "amount": 4 }));
    assert_eq!(scheduled["ota"]["task_id"], Value::Null);
}

#[test]
fn a_delivery_group_that_is_not_there_or_elsewhere_is_an_error() {
    let emulator = Emulator::start();
    let source = |arguments: &str| format!("data \"appstreaming_delivery_group\" \"this\" {{\n{arguments}\n}}\n");
    let workspace = Workspace::with(&emulator, &source("delivery_group_id = \"aig-missing\""));
    let error = workspace.try_plan().expect(&[1]).only_error();
    error.must_say(&["aig-missing", "InvalidAppInstanceGroup.NotFound"]);
    workspace.configure(&source(&format!("delivery_group_id = \"{GROUP}\"\nregion = \"cn-shanghai\"")));
    workspace.try_plan().expect(&[1]).only_error().must_say(&[GROUP, "cn-shanghai", "cn-hangzhou"]);
}

#[test]
fn delivery_groups_from_all_pages() {
    let emulator = Emulator::start_with(&["--delivery-groups", "230"]);
    let (found, calls) = emulator.calls_during(|| ids(&emulator, ""));
    assert_eq!(found.len(), 239);
    let pages: BTreeSet<_> = calls.iter().map(|call| call.record["parameters"]["PageNumber"].to_string()).collect();
    assert_eq!(pages.len(), 3, "{pages:?}");
}

#[test]
fn delivery_groups_by_each_filter() {
    let emulator = Emulator::start();
    emulator.change_delivery_group(GROUP, json!({ "tags": { "team": "office", "stage": "production" } }));
    emulator.change_delivery_group("aig-hangzhou-usage", json!({ "authorized_user_groups": ["ug-design"] }));
    let expect = |arguments: &str, expected: &[&str]| {
        let found = ids(&emulator, arguments);
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{arguments}");
    };
    expect(&format!("delivery_group_id = \"{GROUP}\""), &[GROUP]);
    expect("name = \"Shift\"", &["aig-hangzhou-schedule", "aig-shanghai-schedule"]);
    expect("image_id = \"img-singapore-1\"\nregion = \"ap-southeast-1\"", &["aig-singapore-usage"]);
    expect("region = \"cn-shanghai\"", &["aig-shanghai-fixed", "aig-shanghai-schedule"]);
    expect("region_id = \"cn-shanghai\"", &["aig-shanghai-fixed", "aig-shanghai-schedule"]);
    expect("node_instance_type = \"appstreaming.vgpu.8c16g.4g\"", &["aig-hangzhou-usage", "aig-singapore-usage"]);
    expect("office_site_id = \"cn-shanghai+os-emulator\"", &["aig-shanghai-fixed", "aig-shanghai-schedule"]);
    expect("product_type = \"CloudApp\"\nname = \"Drawing\"", &["aig-hangzhou-usage"]);
    expect("status = [\"EXPIRED\", \"FAILED\"]", &["aig-hangzhou-expired"]);
    expect("tags = { team = \"office\", stage = \"production\" }", &[GROUP]);
    expect("tags = { team = \"office\", stage = \"test\" }", &[]);
    expect("user_group_ids = [\"ug-design\"]", &["aig-hangzhou-usage"]);
    // All at once: each reaches the service, and each holds.
    expect(
        &format!(
            "delivery_group_id = \"{GROUP}\"\nname = \"Office\"\nimage_id = \"img-office-1\"\n\
             region = \"cn-hangzhou\"\nregion_id = \"cn-hangzhou\"\n\
             node_instance_type = \"appstreaming.general.4c8g\"\noffice_site_id = \"cn-hangzhou+os-emulator\"\n\
             product_type = \"CloudApp\"\nstatus = [\"PUBLISHED\"]\n\
             tags = {{ team = \"office\" }}\nexcluded_user_group_ids = [\"ug-design\"]"
        ),
        &[GROUP],
    );
    let others = ids(&emulator, "excluded_user_group_ids = [\"ug-design\"]");
    assert_eq!((others.len(), others.contains("aig-hangzhou-usage")), (8, false));
}

#[test]
fn users_and_user_groups_each_once_from_all_pages() {
    let emulator = Emulator::start_with(&["--users", "250"]);
    let users: serde_json::Map<_, _> = users(1..=250).into_iter().map(|name| (name, json!([]))).collect();
    emulator
        .change_delivery_group(GROUP, json!({ "authorized_users": users, "authorized_user_groups": ["ug-design"] }));
    let found = read(&emulator, "appstreaming_delivery_group_users", &format!("delivery_group_id = \"{GROUP}\""));
    assert_eq!(texts(&found["user_names"]).len(), 252);
    assert_eq!(found["users"].as_array().map(Vec::len), Some(252));
    assert_eq!(found["users"][0]["user_name"], "alice");
    assert_eq!(texts(&found["user_group_ids"]), ["ug-design"]);
    assert_eq!(found["user_groups"][0]["name"], "Design");

    // The service pages over records, of which one user has several here.
    let both = json!({ "alice": ["ca-draft", "ca-render"], "bob": ["ca-draft", "ca-viewer"] });
    emulator.change_delivery_group("aig-hangzhou-app", json!({ "authorized_users": both }));
    let found = read(&emulator, "appstreaming_delivery_group_users", "delivery_group_id = \"aig-hangzhou-app\"");
    assert_eq!(texts(&found["user_names"]), ["alice", "bob"]);
    assert_eq!(found["users"].as_array().map(Vec::len), Some(2));

    let sessions = json!({ "alice": ["p-personal-1"], "bob": ["p-personal-2"] });
    emulator.change_delivery_group("aig-hangzhou-session", json!({ "authorized_users": sessions }));
    let arguments = "delivery_group_id = \"aig-hangzhou-session\"\npersistent_session_id = \"p-personal-2\"";
    let found = read(&emulator, "appstreaming_delivery_group_users", arguments);
    assert_eq!(texts(&found["user_names"]), ["bob"]);
}

#[test]
fn sessions_are_what_somebody_uses() {
    let emulator = Emulator::start();
    let instances = json!({
        "ai-free": { "delivery_group_id": GROUP, "session_status": "idle" },
        "ai-starting": { "delivery_group_id": GROUP, "status": "INIT" },
        "ai-away": { "delivery_group_id": GROUP, "user": "carol", "session_status": "disconnect" },
    });
    emulator.change_world(&json!({ "alibaba": { "app_instances": instances } }));
    let group = format!("delivery_group_id = \"{GROUP}\"\n");
    let kind = "appstreaming_delivery_group_sessions";
    let names = |found: &Value| {
        let sessions = found["sessions"].as_array().expect("sessions").iter();
        sessions.filter_map(|it| it["user_name"].as_str()).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let found = read(&emulator, kind, &group);
    assert_eq!(found["session_count"], 3);
    assert_eq!(names(&found), BTreeSet::from(["alice", "bob", "carol"].map(str::to_owned)));

    let found = read(&emulator, kind, &(group.clone() + "include_idle = true"));
    assert_eq!(found["session_count"], 3);
    assert_eq!(found["sessions"].as_array().map(Vec::len), Some(5));

    let found = read(&emulator, kind, &(group.clone() + "user_names = [\"bob\"]"));
    assert_eq!(names(&found), BTreeSet::from(["bob".to_owned()]));
    let found = read(&emulator, kind, &(group.clone() + "status = [\"INIT\"]\ninclude_idle = true"));
    assert_eq!(found["sessions"][0]["session_id"], "ai-starting");

    let gone = json!({ "ai-away": { "status": "DELETED" } });
    emulator.change_world(&json!({ "alibaba": { "app_instances": gone } }));
    let found = read(&emulator, kind, &(group + "session_ids = [\"ai-away\"]\ninclude_deleted = true"));
    assert_eq!((&found["session_count"], &found["sessions"][0]["status"]), (&json!(0), &json!("DELETED")));
}

#[test]
fn images_by_filter() {
    let emulator = Emulator::start();
    let found = read(&emulator, "appstreaming_images", "");
    assert_eq!(texts(&found["ids"]).len(), 9);
    let found = read(&emulator, "appstreaming_images", "image_name = \"Office tools\"\nregions = [\"ap-southeast-1\"]");
    assert_eq!(texts(&found["ids"]), ["img-singapore-1", "img-singapore-2"]);
    let found = read(&emulator, "appstreaming_images", &format!("image_id = \"{IMAGE}\"\nimage_type = \"User\""));
    let image = &found["images"][0];
    assert_eq!((&image["name"], &image["system_disk_size"]), (&json!("Office tools, January"), &json!(80)));
    assert_eq!(image["regions"], json!(["cn-hangzhou", "cn-shanghai"]));
    let found = read(&emulator, "appstreaming_images", "status = \"CREATING\"");
    assert_eq!(texts(&found["ids"]), ["img-unfinished"]);
}

/// The parameters of the one call of an operation, less those about pages.
#[track_caller]
fn sent(emulator: &Emulator, operation: &str) -> Value {
    let calls = emulator.calls_of(operation);
    assert!(!calls.is_empty(), "{operation} was not called");
    let mut parameters = calls[0].record["parameters"].clone();
    let fields = parameters.as_object_mut().expect("parameters are an object");
    fields.retain(|name, _| !name.starts_with("Page"));
    parameters
}

#[test]
fn images_by_every_filter_of_the_service() {
    let emulator = Emulator::start();
    let tags = json!({ "tags": { "team": "office" } });
    emulator.change_world(&json!({ "alibaba": { "images": { "img-office-1": tags } } }));
    let found = read(
        &emulator,
        "appstreaming_images",
        r#"
        image_id               = "img-office-1"
        image_name             = "Office"
        image_type             = "User"
        status                 = "AVAILABLE"
        product_type           = "CloudApp"
        os_type                = "Windows"
        platform_name          = "Windows Server 2022"
        distro                 = "Windows"
        language_type          = "zh_CN"
        package_type           = "standard"
        protocol_type          = "ASP"
        resource_instance_type = "appstreaming.general.4c8g"
        fota_version           = "1.4.0"
        product_types          = ["CloudApp"]
        platform_names         = ["Windows Server 2022"]
        features               = ["multi-session"]
        regions                = ["cn-hangzhou"]
        biz_type               = 1
        biz_types              = [1, 2]
        tags                   = { team = "office" }
        "#,
    );
    assert_eq!(texts(&found["ids"]), ["img-office-1"]);
    let expected = json!({
        "ImageId": "img-office-1", "ImageName": "Office", "ImageType": "User", "Status": "AVAILABLE",
        "ProductType": "CloudApp", "OsType": "Windows", "PlatformName": "Windows Server 2022", "Distro": "Windows",
        "LanguageType": "zh_CN", "PackageType": "standard", "ProtocolType": "ASP",
        "ResourceInstanceType": "appstreaming.general.4c8g", "FotaVersion": "1.4.0", "ProductTypeList": ["CloudApp"],
        "PlatformNameList": ["Windows Server 2022"], "FeatureList": ["multi-session"],
        "BizRegionIdList": ["cn-hangzhou"], "BizType": 1, "BizTypeList": [1, 2],
        "TagList": [{ "Key": "team", "Value": "office" }],
    });
    assert_eq!(sent(&emulator, "ListImage"), expected);
}

#[test]
fn images_updates_and_sessions_from_all_pages() {
    let emulator = Emulator::start();
    let many = |prefix: &str, row: Value| -> serde_json::Map<String, Value> {
        (1..=120).map(|number| (format!("{prefix}-{number:03}"), row.clone())).collect()
    };
    emulator.change_world(&json!({ "alibaba": {
        "images": many("img-many", json!({ "name": "One of many", "region_ids": ["cn-hangzhou"] })),
        "ota_tasks": many("ota-many", json!({ "delivery_group_id": GROUP, "version": "1.3.0", "status": "Succeeded" })),
        "app_instances": many("ai-many", json!({
            "delivery_group_id": GROUP, "user": "carol", "session_status": "connect",
        })),
    } }));
    let group = format!("delivery_group_id = \"{GROUP}\"");
    for (kind, arguments, list, count, operation) in [
        ("appstreaming_images", "", "images", 129, "ListImage"),
        ("appstreaming_ota_tasks", group.as_str(), "tasks", 121, "ListOtaTask"),
        ("appstreaming_delivery_group_sessions", group.as_str(), "sessions", 122, "ListAppInstances"),
    ] {
        let (found, calls) = emulator.calls_during(|| read(&emulator, kind, arguments));
        assert_eq!(found[list].as_array().map(Vec::len), Some(count), "{kind}");
        let pages = calls.iter().filter(|call| call.operation == operation);
        let pages: BTreeSet<_> = pages.map(|call| call.record["parameters"]["PageNumber"].to_string()).collect();
        assert_eq!(pages.len(), 2, "{kind}: {pages:?}");
    }
}

#[test]
fn updates_of_a_group_for_which_none_waits() {
    let emulator = Emulator::start();
    let found = read(&emulator, "appstreaming_ota_tasks", "delivery_group_id = \"aig-hangzhou-schedule\"");
    assert_eq!((&found["pending_task_id"], &found["pending_version"]), (&Value::Null, &Value::Null));
    assert_eq!((&found["tasks"], &found["current_version"]), (&json!([]), &json!("1.4.0-R-20251201.1")));
    assert_eq!(sent(&emulator, "ListOtaTask")["OtaType"], "Fota");
}

#[test]
fn updates_with_the_one_that_waits() {
    let emulator = Emulator::start();
    let done = json!({ "ota-done": { "delivery_group_id": GROUP, "version": "1.4.0", "status": "Succeeded" } });
    emulator.change_world(&json!({ "alibaba": { "ota_tasks": done } }));
    let found = read(&emulator, "appstreaming_ota_tasks", &format!("delivery_group_id = \"{GROUP}\""));
    assert_eq!(found["pending_task_id"], "ota-hangzhou-fixed-1");
    assert_eq!(found["pending_version"], "1.5.0-R-20260301.1");
    assert_eq!(found["current_version"], "1.4.0-R-20251201.1");
    assert_eq!(found["tasks"].as_array().map(Vec::len), Some(2));
    let tasks = found["tasks"].as_array().expect("tasks");
    let waiting = tasks.iter().find(|task| task["status"] == "Pending").expect("an update that waits");
    assert!(waiting["release_note"].as_str().is_some_and(|note| note.contains("clipboard")), "{waiting}");
    assert_eq!(waiting["start_time"], Value::Null);
}

#[test]
fn regions() {
    let emulator = Emulator::start();
    let found = read(&emulator, "appstreaming_regions", "");
    assert_eq!(texts(&found["ids"]), ["cn-hangzhou", "cn-shanghai", "cn-beijing", "ap-southeast-1"]);
    let emulator = Emulator::start();
    read(&emulator, "appstreaming_regions", "product_type = \"CloudApp\"");
    assert_eq!(sent(&emulator, "ListRegions"), json!({ "ProductType": "CloudApp" }));
}

#[test]
fn what_is_read_is_read_again_when_a_call_fails() {
    let group = format!("delivery_group_id = \"{GROUP}\"");
    for (fault, _) in each_kind().into_iter().filter(|(fault, _)| fault["kind"] != "stale_read") {
        let emulator = Emulator::start();
        emulator.fault(&striking(fault.clone(), &json!({ "cloud": "alibaba", "next": 3 })));
        let sources = [
            ("appstreaming_delivery_group", group.as_str()),
            ("appstreaming_delivery_groups", ""),
            ("appstreaming_delivery_group_users", group.as_str()),
            ("appstreaming_delivery_group_sessions", group.as_str()),
            ("appstreaming_images", ""),
            ("appstreaming_ota_tasks", group.as_str()),
            ("appstreaming_regions", ""),
        ];
        let sources = sources.map(|(kind, arguments)| format!("data \"{kind}\" \"this\" {{\n{arguments}\n}}\n"));
        let workspace = Workspace::with(&emulator, &sources.concat());
        workspace.apply();
        assert_eq!(workspace.state_list().len(), 7, "{fault}");
    }
}
