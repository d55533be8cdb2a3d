//! What people get wrong in what is about server groups: each mistake has a message of its own, at its attribute.

use serde_json::{Value, json};
use tfplug::{
    Diagnostics,
    testing::{Kind, validate},
};

use crate::AppStreaming;

const RESOURCE: Kind<'_> = Kind::Resource("appstreaming_server_group");

/// A configuration that is right, with every argument that goes together.
fn right() -> Value {
    json!({
        "name": "reception", "description": "Front desk", "os_type": "Windows", "flavor_id": "workspace.app.x86.4c8g",
        "region": "cn-north-4", "enterprise_project_id": "0", "tags": { "team": "desk" }, "enabled": true,
        "timeouts": { "create": "5m" }, "vpc_id": "vpc-office", "subnet_id": "subnet-office-1",
        "availability_zone": "cn-north-4a", "system_disk_type": "SAS", "system_disk_size": 80, "ou_name": "desk",
        "ip_virtual": { "enable": true }, "primary_server_group_id": "20000000-0000-4000-8000-000000000001",
        "image_id": "10000000-0000-4000-8000-000000000001", "image_type": "gold",
        "image_product_id": "gold-windows-server", "is_vdi": false, "app_type": "COMMON_APP",
        "storage_mount_policy": "ANY",
        "route_policy": { "max_session": 10, "cpu_threshold": 80, "gpu_threshold": 80, "mem_threshold": 80 },
        "extra_session_type": "CPU", "extra_session_size": 5,
    })
}

/// The same with something changed, by a JSON merge patch that keeps nulls where they are put into a map.
fn with(change: &Value) -> Value {
    let mut config = right();
    for (name, value) in change.as_object().expect("an object") {
        config[name] = value.clone();
    }
    config
}

#[track_caller]
fn told(kind: Kind<'_>, config: &Value) -> Diagnostics {
    validate(&AppStreaming::default(), kind, config, &[]).unwrap_or_else(|error| panic!("{config}: {error}"))
}

/// Exactly one error, at that place, which says all of this and is a sentence.
#[track_caller]
fn expect(kind: Kind<'_>, config: &Value, change: &Value, path: &str, says: &[&str]) {
    let diagnostics = told(kind, config);
    let all: Vec<_> = diagnostics.iter().collect();
    let [only] = all[..] else { panic!("{change}: expected one error: {all:#?}") };
    assert_eq!(only.path.as_ref().map(ToString::to_string).as_deref(), Some(path), "{change}: {only:?}");
    for text in says {
        assert!(only.detail.contains(text), "{change}: expected {text:?} in {only:?}");
    }
    let sentence = only.detail.ends_with('.') && only.detail.split_whitespace().count() > 3;
    assert!(sentence && !only.detail.to_lowercase().contains("invalid value"), "{change}: {only:?}");
}

fn many_tags(count: usize) -> Value {
    (0..count).map(|at| (format!("key-{at}"), json!("value"))).collect::<serde_json::Map<_, _>>().into()
}

/// What is wrong, where that is told, and what the message must hold.
fn wrong() -> Vec<(Value, &'static str, &'static [&'static str])> {
    let long = |length: usize| "a".repeat(length);
    let mut table: Vec<(Value, &'static str, &'static [&'static str])> = vec![
        (json!({ "name": "" }), "name", &["1 to 64", "0"]),
        (json!({ "name": long(65) }), "name", &["1 to 64", "65"]),
        (json!({ "name": "front desk" }), "name", &["hyphens", "front desk"]),
        (json!({ "name": "réception" }), "name", &["letters, digits"]),
        (json!({ "name": "a.b" }), "name", &["letters, digits", "a.b"]),
        (json!({ "name": "desk!" }), "name", &["desk!"]),
        (json!({ "description": long(256) }), "description", &["0 to 255", "256"]),
        (json!({ "region": "CN-NORTH-4" }), "region", &["lower-case", "CN-NORTH-4"]),
        (json!({ "region": "cn north 4" }), "region", &["lower-case"]),
        (json!({ "region": "" }), "region", &["lower-case"]),
        (json!({ "enterprise_project_id": long(129) }), "enterprise_project_id", &["0 to 128", "129"]),
        (json!({ "os_type": "windows" }), "os_type", &["\"Windows\"", "\"windows\""]),
        (json!({ "os_type": "" }), "os_type", &["\"Linux\""]),
        (json!({ "flavor_id": "" }), "flavor_id", &["1 to 128"]),
        (json!({ "flavor_id": long(129) }), "flavor_id", &["1 to 128", "129"]),
        (json!({ "vpc_id": long(129) }), "vpc_id", &["128"]),
        (json!({ "subnet_id": "" }), "subnet_id", &["1 to 128"]),
        (json!({ "subnet_id": long(129) }), "subnet_id", &["129"]),
        (json!({ "availability_zone": long(256) }), "availability_zone", &["255"]),
        (json!({ "system_disk_type": "NVME" }), "system_disk_type", &["\"GPSSD\"", "\"NVME\""]),
        (json!({ "system_disk_type": "sas" }), "system_disk_type", &["\"SAS\"", "\"sas\""]),
        (json!({ "system_disk_size": 9 }), "system_disk_size", &["10 to 32768", "9"]),
        (json!({ "system_disk_size": -80 }), "system_disk_size", &["10 to 32768", "-80"]),
        (json!({ "system_disk_size": 32769 }), "system_disk_size", &["32768"]),
        (json!({ "system_disk_size": 80.5 }), "system_disk_size", &["whole number", "80.5"]),
        (json!({ "ou_name": long(256) }), "ou_name", &["255", "256"]),
        (json!({ "primary_server_group_id": long(129) }), "primary_server_group_id", &["0 to 128", "129"]),
        (json!({ "image_id": "" }), "image_id", &["1 to 128"]),
        (json!({ "image_id": long(129) }), "image_id", &["129"]),
        (json!({ "image_type": "golden" }), "image_type", &["\"gold\"", "\"golden\""]),
        (json!({ "image_type": "Private" }), "image_type", &["\"private\""]),
        (json!({ "image_product_id": null }), "image_product_id", &["marketplace", "product"]),
        (json!({ "image_product_id": "" }), "image_product_id", &["marketplace", "product"]),
        (json!({ "app_type": "APP" }), "app_type", &["SESSION_DESKTOP_APP", "\"APP\""]),
        (json!({ "storage_mount_policy": "ALL" }), "storage_mount_policy", &["\"ANY\"", "\"ALL\""]),
        (json!({ "storage_mount_policy": "any" }), "storage_mount_policy", &["\"ANY\""]),
        (json!({ "extra_session_type": "TPU" }), "extra_session_type", &["\"GPU\"", "\"TPU\""]),
        (json!({ "extra_session_type": null }), "extra_session_size", &["extra_session_type"]),
        (json!({ "extra_session_size": null }), "extra_session_type", &["extra_session_size"]),
        (json!({ "extra_session_size": 0 }), "extra_session_size", &["1 to", "0"]),
        (json!({ "extra_session_size": -1 }), "extra_session_size", &["1 to", "-1"]),
        (json!({ "extra_session_size": 2.5 }), "extra_session_size", &["whole number"]),
        (json!({ "route_policy": { "max_session": 0 } }), "route_policy.max_session", &["1 to", "0"]),
        (json!({ "route_policy": { "max_session": 1_025 } }), "route_policy.max_session", &["1024", "1025"]),
        (json!({ "route_policy": { "max_session": 1.5 } }), "route_policy.max_session", &["whole number"]),
        (json!({ "tags": many_tags(21) }), "tags", &["20", "21"]),
        (json!({ "tags": { "": "x" } }), "tags[\"\"]", &["1 to 128"]),
        (json!({ "tags": { (long(129)): "x" } }), format!("tags[{:?}]", long(129)).leak(), &["1 to 128", "129"]),
        (json!({ "tags": { "team": long(256) } }), "tags[\"team\"]", &["0 to 255", "256"]),
        (json!({ "tags": { "team": null } }), "tags[\"team\"]", &["null"]),
        (json!({ "tags": { "_sys_owner": "x" } }), "tags[\"_sys_owner\"]", &["_sys_"]),
        (json!({ "tags": { " team": "x" } }), "tags[\" team\"]", &["space"]),
        (json!({ "timeouts": { "create": "soon" } }), "timeouts.create", &["30m", "soon"]),
        (json!({ "timeouts": { "update": "0s" } }), "timeouts.update", &["30m", "0s"]),
        (json!({ "timeouts": { "delete": "-5m" } }), "timeouts.delete", &["30m", "-5m"]),
    ];
    for (threshold, path) in [
        ("cpu_threshold", "route_policy.cpu_threshold"),
        ("gpu_threshold", "route_policy.gpu_threshold"),
        ("mem_threshold", "route_policy.mem_threshold"),
    ] {
        for value in [json!(0), json!(101), json!(-1), json!(50.5)] {
            table.push((json!({ "route_policy": { threshold: value } }), path, &["1 to 100", "whole number"]));
        }
    }
    table.extend(single_session());
    table
}

/// What only multi-session groups have.
fn single_session() -> [(Value, &'static str, &'static [&'static str]); 4] {
    let none = |mut change: Value| {
        for name in ["route_policy", "ip_virtual", "extra_session_type", "extra_session_size"] {
            if change.get(name).is_none() {
                change[name] = Value::Null;
            }
        }
        change["is_vdi"] = json!(true);
        change
    };
    [
        (none(json!({ "route_policy": { "max_session": 3 } })), "route_policy", &["multi-session", "is_vdi"]),
        (none(json!({ "route_policy": {} })), "route_policy", &["multi-session", "is_vdi"]),
        (none(json!({ "ip_virtual": { "enable": true } })), "ip_virtual.enable", &["multi-session", "is_vdi"]),
        (
            none(json!({ "ip_virtual": { "enable": true }, "route_policy": null })),
            "ip_virtual.enable",
            &["Remove it, or set is_vdi to false"],
        ),
    ]
}

#[test]
fn each_mistake_is_told_at_its_attribute_with_what_would_be_right() {
    let table = wrong();
    assert!(table.len() >= 60, "{}", table.len());
    assert!(told(RESOURCE, &right()).is_empty(), "{:?}", told(RESOURCE, &right()));
    for (change, path, says) in &table {
        expect(RESOURCE, &with(change), change, path, says);
    }
}

#[test]
fn extra_sessions_of_a_single_session_group_are_told_at_both_attributes() {
    let config = with(&json!({ "is_vdi": true, "route_policy": null, "ip_virtual": { "enable": false } }));
    let paths: Vec<_> =
        told(RESOURCE, &config).iter().filter_map(|told| told.path.as_ref().map(ToString::to_string)).collect();
    assert_eq!(paths, ["extra_session_type", "extra_session_size"]);
}

#[test]
fn several_mistakes_are_all_told_at_once() {
    let config = with(&json!({ "name": "", "os_type": "BeOS", "system_disk_size": 0, "image_product_id": null }));
    assert_eq!(told(RESOURCE, &config).iter().count(), 4);
}

#[test]
fn limits_that_are_just_kept_are_no_mistakes() {
    for change in [
        json!({ "name": "a" }),
        json!({ "name": "a".repeat(64) }),
        json!({ "description": "é".repeat(255) }),
        json!({ "description": "" }),
        json!({ "ou_name": "" }),
        json!({ "name": "前台-Front_1" }),
        json!({ "ou_name": "o".repeat(255) }),
        json!({ "system_disk_size": 10 }),
        json!({ "route_policy": { "max_session": 1_024 } }),
        json!({ "route_policy": { "cpu_threshold": 1, "gpu_threshold": 100 } }),
        json!({ "tags": many_tags(20) }),
        json!({ "tags": { ("k".repeat(128)): "v".repeat(255), "empty": "" } }),
        json!({ "tags": {} }),
        json!({ "image_type": "private", "image_product_id": null }),
        json!({ "extra_session_type": null, "extra_session_size": null }),
    ] {
        let told = told(RESOURCE, &with(&change));
        assert!(told.is_empty(), "{change}: {told:?}");
    }
}

#[test]
fn what_is_only_known_after_apply_is_passed_over() {
    let mut paths: Vec<String> = right().as_object().expect("an object").keys().cloned().collect();
    for nested in ["max_session", "cpu_threshold", "gpu_threshold", "mem_threshold"] {
        paths.push(format!("route_policy.{nested}"));
    }
    paths.extend(["ip_virtual.enable", "tags.team", "timeouts.create"].map(str::to_owned));
    for path in &paths {
        let told = validate(&AppStreaming::default(), RESOURCE, &right(), &[path]).expect("a right configuration");
        assert!(told.is_empty(), "{path}: {told:?}");
    }
    // What one value forbids is not held against another that may turn out to be something else.
    for (change, unknown) in [
        (json!({ "image_product_id": null }), "image_type"),
        (json!({ "extra_session_size": 5 }), "extra_session_type"),
        (json!({ "extra_session_type": null, "extra_session_size": null }), "is_vdi"),
    ] {
        let told =
            validate(&AppStreaming::default(), RESOURCE, &with(&change), &[unknown]).expect("a right configuration");
        assert!(told.is_empty(), "{change} with {unknown} unknown: {told:?}");
    }
    let vdi = with(&json!({ "is_vdi": true, "extra_session_type": null, "extra_session_size": null }));
    let told = validate(&AppStreaming::default(), RESOURCE, &vdi, &["route_policy", "ip_virtual.enable"])
        .expect("a configuration");
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn data_sources_and_lists_are_checked_alike() {
    let source = Kind::DataSource;
    let quota = |change: Value| {
        let mut config = json!({ "product_id": "p", "subscription_num": 1, "disk_size": 80, "disk_num": 1 });
        for (name, value) in change.as_object().expect("an object") {
            config[name] = value.clone();
        }
        config
    };
    for (kind, config, path, says) in [
        (source("appstreaming_server_group"), json!({}), "id", &["name"][..]),
        (source("appstreaming_server_group"), json!({ "id": "1", "name": "a" }), "id", &["name", "remove"]),
        (source("appstreaming_server_group"), json!({ "id": "" }), "id", &["1 to 128"]),
        (source("appstreaming_server_groups"), json!({ "app_type": "APP" }), "app_type", &["COMMON_APP"]),
        (source("appstreaming_server_groups"), json!({ "name": "" }), "name", &["1 to 64"]),
        (source("appstreaming_server_groups"), json!({ "region": "X Y" }), "region", &["lower-case"]),
        (source("appstreaming_server_group_status"), json!({ "server_group_id": "" }), "server_group_id", &["128"]),
        (source("appstreaming_server_flavors"), json!({ "os_type": "BeOS" }), "os_type", &["\"Windows\""]),
        (source("appstreaming_server_flavors"), json!({ "charge_mode": "2" }), "charge_mode", &["\"0\"", "\"1\""]),
        (source("appstreaming_server_flavors"), json!({ "architecture": "mips" }), "architecture", &["\"arm\""]),
        (source("appstreaming_server_flavors"), json!({ "package_type": "x" }), "package_type", &["\"general\""]),
        (source("appstreaming_server_quota"), quota(json!({ "subscription_num": 0 })), "subscription_num", &["1 to"]),
        (source("appstreaming_server_quota"), quota(json!({ "disk_num": 12 })), "disk_num", &["1 to 11"]),
        (source("appstreaming_server_quota"), quota(json!({ "disk_size": 0 })), "disk_size", &["1 to"]),
        (source("appstreaming_server_quota"), quota(json!({ "product_id": "" })), "product_id", &["1 to 128"]),
        (Kind::ListResource("appstreaming_server_group"), json!({ "app_type": "X" }), "app_type", &["COMMON_APP"]),
    ] {
        expect(kind, &config, &config, path, says);
    }
    let told =
        validate(&AppStreaming::default(), source("appstreaming_server_group"), &json!({}), &["id"]).expect("it fits");
    assert!(told.is_empty(), "{told:?}");
}
