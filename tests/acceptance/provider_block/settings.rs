//! Values that are empty, that end with a line break, or that no clock can count.

use std::fs;

use serde_json::{Value, json};

use super::{ALIBABA, CLOUDS, Cloud, HUAWEI};
use crate::harness::{
    ACCESS_KEY, Emulator, SECRET_KEY, Workspace,
    issuer::{TEMPORARY_KEY, TEMPORARY_SECRET, TEMPORARY_TOKEN},
    keys,
};

/// The attributes of a block that hold texts and are not needed where the environment has keys.
fn texts(cloud: &Cloud) -> Vec<&'static str> {
    let common = ["access_key", "secret_key", "security_token", "profile", "ca_certificate"];
    let own: &[&str] = match cloud.block {
        "alibaba_cloud" => &["shared_credentials_file", "ecs_role_name", "credentials_uri"],
        _ => &[
            "auth_token",
            "user_name",
            "user_id",
            "password",
            "domain_name",
            "domain_id",
            "project_id",
            "project_name",
            "enterprise_project_id",
            "shared_config_file",
        ],
    };
    [&common, own].concat()
}

/// Puts a key pair into the environment.
fn set_keys(workspace: &mut Workspace, cloud: &Cloud, pair: [&str; 2]) {
    for (name, value) in cloud.key_variables.into_iter().zip(pair) {
        workspace.set(name, value);
    }
}

#[test]
fn what_is_set_to_nothing_in_the_block_counts_as_not_set() {
    for cloud in CLOUDS {
        let emulator = Emulator::start();
        for nothing in ["", " ", "\\n"] {
            let lines: String = texts(cloud).iter().map(|name| format!("{name} = \"{nothing}\"\n")).collect();
            let mut workspace = cloud.workspace(&format!("{}{lines}", cloud.at(&emulator)));
            set_keys(&mut workspace, cloud, [ACCESS_KEY, SECRET_KEY]);
            assert_eq!(cloud.caller(&emulator, &workspace), ACCESS_KEY, "{} {nothing:?}", cloud.block);
        }
    }
}

#[test]
fn each_text_that_is_set_to_nothing_hides_nothing_of_the_environment() {
    for cloud in CLOUDS {
        let emulator = Emulator::start();
        // Alone, half of something is otherwise an error.
        for name in texts(cloud) {
            let mut workspace = cloud.workspace(&format!("{}{name} = \"\"", cloud.at(&emulator)));
            set_keys(&mut workspace, cloud, [ACCESS_KEY, SECRET_KEY]);
            assert_eq!(cloud.caller(&emulator, &workspace), ACCESS_KEY, "{} {name}", cloud.block);
        }
    }
}

#[test]
fn a_variable_that_is_set_to_nothing_counts_as_not_set() {
    let emulator = Emulator::start();
    for (cloud, names) in [
        (
            &ALIBABA,
            vec![
                "ALIBABA_CLOUD_SECURITY_TOKEN",
                "ALIBABA_CLOUD_PROFILE",
                "ALIBABA_CLOUD_CREDENTIALS_URI",
                "ALICLOUD_ASSUME_ROLE_ARN",
                "ALIBABA_CLOUD_ROLE_ARN",
                "ALICLOUD_ACCESS_KEY",
            ],
        ),
        (
            &HUAWEI,
            vec![
                "HW_SECURITY_TOKEN",
                "HW_AUTH_TOKEN",
                "HW_PROFILE",
                "HW_SHARED_CONFIG_FILE",
                "HW_USER_NAME",
                "HW_PROJECT_ID",
                "HW_ASSUME_ROLE_AGENCY_NAME",
                "OS_ACCESS_KEY",
            ],
        ),
    ] {
        for nothing in ["", " \n"] {
            let mut workspace = cloud.workspace(&cloud.at(&emulator));
            set_keys(&mut workspace, cloud, [ACCESS_KEY, SECRET_KEY]);
            names.iter().for_each(|name| workspace.set(name, nothing));
            assert_eq!(cloud.caller(&emulator, &workspace), ACCESS_KEY, "{nothing:?}");
        }
    }
}

/// Writes the file of the vendor's command line into the home folder.
fn write_profile(workspace: &Workspace, cloud: &Cloud, profile: &Value) {
    let folder = if cloud.block == "alibaba_cloud" { ".aliyun" } else { ".hcloud" };
    fs::create_dir_all(workspace.path().join(folder)).expect("a folder");
    let file = json!({ "current": "desks", "profiles": [profile] });
    workspace.write(&format!("{folder}/config.json"), &file.to_string());
}

#[test]
fn an_empty_member_of_a_profile_counts_as_not_set_and_a_line_break_is_not_part_of_one() {
    let emulator = Emulator::start();
    let line = |text: &str| format!("{text}\r\n");
    for (cloud, profile) in [
        (
            &ALIBABA,
            json!({
                "name": "desks", "mode": "", "access_key_id": line(ACCESS_KEY), "access_key_secret": line(SECRET_KEY),
                "sts_token": "", "ram_role_arn": "", "source_profile": "",
            }),
        ),
        (
            &HUAWEI,
            json!({
                "name": "desks", "accessKeyId": line(ACCESS_KEY), "secretAccessKey": line(SECRET_KEY),
                "securityToken": "", "region": "", "projectId": " ", "domainId": "", "agencyName": "",
            }),
        ),
    ] {
        let workspace = cloud.workspace(&format!("{}profile = \"desks\"", cloud.at(&emulator)));
        write_profile(&workspace, cloud, &profile);
        assert_eq!(cloud.caller(&emulator, &workspace), ACCESS_KEY, "{}", cloud.block);
    }
}

#[test]
fn a_key_from_a_file_is_good_with_the_line_break_at_its_end() {
    for cloud in CLOUDS {
        let emulator = Emulator::start();
        for end in ["\n", "\r\n", " \n\n"] {
            let files = "access_key = file(\"id\")\nsecret_key = file(\"secret\")\nsecurity_token = file(\"token\")";
            let workspace = cloud.workspace(&format!("{}{files}", cloud.at(&emulator)));
            let values = [TEMPORARY_KEY, TEMPORARY_SECRET, TEMPORARY_TOKEN];
            for (file, value) in ["id", "secret", "token"].into_iter().zip(values) {
                workspace.write(file, &format!("{value}{end}"));
            }
            assert_eq!(cloud.caller(&emulator, &workspace), TEMPORARY_KEY, "{} {end:?}", cloud.block);

            let mut workspace = cloud.workspace(&cloud.at(&emulator));
            for (name, value) in cloud.key_variables.into_iter().zip(values) {
                workspace.set(name, &format!("{value}{end}"));
            }
            assert_eq!(cloud.caller(&emulator, &workspace), TEMPORARY_KEY, "{} {end:?}", cloud.block);
        }
    }
}

#[test]
fn a_password_from_a_file_is_good_with_the_line_break_at_its_end() {
    let emulator = Emulator::start();
    let lines = "user_name = \"emulator-user\"\npassword = file(\"password\")\ndomain_name = \"emulator-domain\"";
    let workspace = HUAWEI.workspace(&format!("{}{lines}", HUAWEI.at(&emulator)));
    workspace.write("password", "emulator-password\r\n");
    assert_eq!(HUAWEI.caller(&emulator, &workspace), "emulator-user");
}

#[test]
fn a_key_with_something_else_within_it_is_an_error_that_names_where_it_is_set() {
    for cloud in CLOUDS {
        let emulator = Emulator::start();
        let [id, secret, _] = cloud.key_variables;
        for wrong in ["acceptance\nkey", "\u{feff}acceptance-key", "acceptance-key\u{200b}", "acceptance key"] {
            let both = format!("access_key = \"{ACCESS_KEY}\"\nsecret_key = file(\"secret\")");
            let in_block = cloud.workspace(&format!("{}{both}", cloud.at(&emulator)));
            in_block.write("secret", wrong);
            let mut in_environment = cloud.workspace(&cloud.at(&emulator));
            in_environment.set(id, ACCESS_KEY);
            in_environment.set(secret, wrong);
            for (workspace, named) in [(in_block, "secret_key has"), (in_environment, secret)] {
                let (run, calls) = emulator.calls_during(|| workspace.try_plan().expect(&[1]));
                run.only_error().must_say(&[named, "no key and no token has"]);
                assert!(!run.stdout.contains(wrong) && !run.stdout.contains("acceptance-key"), "{run:?}");
                assert!(calls.is_empty(), "{calls:?}");
            }
        }
    }
}

#[test]
fn an_object_of_the_block_without_its_essential_value_is_refused_and_not_left_unheeded() {
    for (cloud, line, path) in [
        (&ALIBABA, "assume_role = { role_arn = \"\" }", "alibaba_cloud.assume_role.role_arn"),
        (&HUAWEI, "assume_role = { agency_name = \" \" }", "huawei_cloud.assume_role.agency_name"),
    ] {
        let emulator = Emulator::start();
        let workspace = cloud.workspace(&format!("{}{}\n{line}", cloud.at(&emulator), keys()));
        let (run, calls) = emulator.calls_during(|| workspace.try_plan().expect(&[1]));
        run.only_error().must_say(&[path, "must not be empty"]);
        assert!(calls.is_empty(), "{calls:?}");
    }
}

#[test]
fn a_number_of_calls_that_no_clock_can_count_is_refused_and_breaks_nothing() {
    for cloud in CLOUDS {
        let emulator = Emulator::start();
        for number in ["1e-300", "1e-1000", "0", "-1", "0.0001", "10001", "1e300", "1e1000"] {
            let lines = format!("{}{}\nmax_requests_per_second = {number}", cloud.at(&emulator), keys());
            let (run, calls) = emulator.calls_during(|| cloud.workspace(&lines).try_plan().expect(&[1]));
            let error = run.only_error();
            error.must_say(&["max_requests_per_second", "from 0.001 to 10000"]);
            assert!(!error.says("panicked") && calls.is_empty(), "{number}: {error:?}");
        }
        for number in ["0.001", "10000", "9999.5"] {
            let lines = format!("{}{}\nmax_requests_per_second = {number}", cloud.at(&emulator), keys());
            assert_eq!(cloud.caller(&emulator, &cloud.workspace(&lines)), ACCESS_KEY, "{number}");
        }
    }
}
