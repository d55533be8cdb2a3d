//! What people get wrong: each mistake gives one error, which names what is at fault and what the service said, and
//! leaves the state true.

use std::net::TcpListener;

use crate::harness::{ACCESS_KEY, Diagnostic, Emulator, SECRET_KEY, Workspace, provider_block};

const IMAGE: &str = r#"
resource "appstreaming_delivery_group_image" "this" {
  delivery_group_id = "aig-hangzhou-fixed"
  image_id          = "img-office-2"
}
"#;

const AUTHORIZATION: &str = r#"
resource "appstreaming_delivery_group_authorization" "this" {
  delivery_group_id = "aig-hangzhou-fixed"
  user_names        = ["carol"]
}
"#;

const SERVER_GROUP: &str = r#"
resource "appstreaming_server_group" "this" {
  name             = "reception"
  os_type          = "Windows"
  flavor_id        = "workspace.app.x86.4c8g"
  image_id         = "10000000-0000-4000-8000-000000000001"
  image_type       = "private"
  vpc_id           = "vpc-office"
  subnet_id        = "subnet-office-1"
  system_disk_type = "SAS"
  system_disk_size = 80
  is_vdi           = false
}
"#;

/// The one error that applying gives, after which nothing is in the state.
#[track_caller]
fn the_error(workspace: &Workspace) -> Diagnostic {
    let error = workspace.try_apply().expect(&[1]).only_error();
    assert!(workspace.state_list().is_empty(), "{:?}", workspace.state_list());
    error
}

/// The one error that planning gives, for which no service was asked.
#[track_caller]
fn the_error_without_a_call(emulator: &Emulator, workspace: &Workspace) -> Diagnostic {
    let error = workspace.try_plan().expect(&[1]).only_error();
    assert!(emulator.calls().is_empty(), "{:?}", emulator.calls());
    error
}

#[test]
fn an_access_key_that_alibaba_cloud_does_not_know() {
    let emulator = Emulator::start();
    for resource in [IMAGE, AUTHORIZATION] {
        let workspace = Workspace::with(&emulator, resource);
        workspace.write("provider.tf", &provider_block(&emulator).replace(ACCESS_KEY, "someone-else"));
        the_error(&workspace).must_say(&["aig-hangzhou-fixed", "InvalidAccessKeyId.NotFound", "access_key"]);
    }
}

#[test]
fn a_secret_key_that_does_not_fit_at_alibaba_cloud() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, IMAGE);
    workspace.write("provider.tf", &provider_block(&emulator).replace(SECRET_KEY, "wrong"));
    the_error(&workspace).must_say(&["aig-hangzhou-fixed", "SignatureDoesNotMatch", "secret_key"]);
}

#[test]
fn a_key_that_huawei_cloud_does_not_accept() {
    let emulator = Emulator::start();
    for (from, to) in [(ACCESS_KEY, "someone-else"), (SECRET_KEY, "wrong")] {
        let workspace = Workspace::with(&emulator, SERVER_GROUP);
        workspace.write("provider.tf", &provider_block(&emulator).replace(from, to));
        the_error(&workspace).must_say(&["APIGW.0301", "access_key"]);
    }
}

#[test]
fn a_delivery_group_that_is_not_there() {
    let emulator = Emulator::start();
    for (resource, address) in [
        (IMAGE, "appstreaming_delivery_group_image.this"),
        (AUTHORIZATION, "appstreaming_delivery_group_authorization.this"),
    ] {
        let workspace = Workspace::with(&emulator, &resource.replace("aig-hangzhou-fixed", "aig-missing"));
        let error = the_error(&workspace);
        error.must_say(&["aig-missing"]);
        assert_eq!(error.address, address);
    }
}

#[test]
fn an_image_that_is_not_there() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &IMAGE.replace("img-office-2", "img-missing"));
    let error = the_error(&workspace);
    error.must_say(&["aig-hangzhou-fixed", "img-missing", "Image"]);
    assert_eq!(error.address, "appstreaming_delivery_group_image.this");
    assert_eq!(emulator.delivery_group("aig-hangzhou-fixed")["image_id"], "img-office-1");
}

#[test]
fn a_server_image_that_is_not_there() {
    let emulator = Emulator::start();
    let missing = "10000000-0000-4000-8000-00000000ffff";
    let workspace = Workspace::with(&emulator, &SERVER_GROUP.replace("10000000-0000-4000-8000-000000000001", missing));
    let error = the_error(&workspace);
    error.must_say(&["reception", missing]);
    assert_eq!(error.address, "appstreaming_server_group.this");
    assert!(emulator.server_group("reception").is_none());
}

#[test]
fn a_user_that_is_not_there() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &AUTHORIZATION.replace("carol", "nobody"));
    let error = the_error(&workspace);
    error.must_say(&["aig-hangzhou-fixed", "nobody", "InvalidUser.NotFound"]);
    assert!(error.code.trim_start().starts_with("user_names "), "{error:?}");
    assert_eq!(error.address, "appstreaming_delivery_group_authorization.this");
}

#[test]
fn a_name_of_65_characters() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &SERVER_GROUP.replace("reception", &"a".repeat(64)));
    workspace.plan();
    workspace.configure(&SERVER_GROUP.replace("reception", &"a".repeat(65)));
    let error = the_error_without_a_call(&emulator, &workspace);
    error.must_say(&["name", "64"]);
    assert!(error.code.trim_start().starts_with("name "), "{error:?}");
}

#[test]
fn a_name_with_a_space() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &SERVER_GROUP.replace("reception", "front desk"));
    let error = the_error_without_a_call(&emulator, &workspace);
    error.must_say(&["name", "front desk"]);
    assert!(error.code.trim_start().starts_with("name "), "{error:?}");
}

#[test]
fn a_region_that_alibaba_cloud_does_not_know() {
    let emulator = Emulator::start();
    let region = "delivery_group_id = \"aig-hangzhou-fixed\"\n  region = \"mars-1\"";
    let resource = IMAGE.replace("delivery_group_id = \"aig-hangzhou-fixed\"", region);
    let workspace = Workspace::with(&emulator, &resource);
    the_error(&workspace).must_say(&["mars-1", "region"]);
}

#[test]
fn a_region_that_huawei_cloud_does_not_have() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, SERVER_GROUP);
    workspace.write("provider.tf", &provider_block(&emulator).replace("cn-north-4", "mars-1"));
    the_error(&workspace).must_say(&["mars-1", "region"]);
}

#[test]
fn no_credentials_at_all() {
    let emulator = Emulator::start();
    let without = |provider: String| -> String {
        provider.lines().filter(|line| !line.contains("_key ")).collect::<Vec<_>>().join("\n")
    };
    for (resource, variable) in [
        (IMAGE, "ALIBABA_CLOUD_ACCESS_KEY_ID"),
        (AUTHORIZATION, "ALIBABA_CLOUD_ACCESS_KEY_ID"),
        (SERVER_GROUP, "HW_ACCESS_KEY"),
    ] {
        let mut workspace = Workspace::with(&emulator, resource);
        // Nor does the machine that this runs on have an instance role to ask for.
        workspace.set("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
        workspace.write("provider.tf", &without(provider_block(&emulator)));
        the_error(&workspace).must_say(&["access_key", "secret_key", variable]);
        assert!(emulator.calls().is_empty());
    }
}

#[test]
fn keys_can_come_from_the_environment() {
    let emulator = Emulator::start();
    let provider = provider_block(&emulator);
    let without: Vec<_> = provider.lines().filter(|line| !line.contains("_key ")).collect();
    let mut workspace = Workspace::with(&emulator, &[IMAGE, AUTHORIZATION, SERVER_GROUP].concat());
    workspace.write("provider.tf", &without.join("\n"));
    workspace.set("ALIBABA_CLOUD_ACCESS_KEY_ID", ACCESS_KEY);
    workspace.set("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET_KEY);
    workspace.set("HW_ACCESS_KEY", ACCESS_KEY);
    workspace.set("HW_SECRET_KEY", SECRET_KEY);
    workspace.apply();
    workspace.expect_no_changes();
}

#[test]
fn an_endpoint_where_nobody_listens() {
    let emulator = Emulator::start();
    // A port that was free a moment ago.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nobody = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    for (resource, address) in [
        (IMAGE, "appstreaming_delivery_group_image.this"),
        (AUTHORIZATION, "appstreaming_delivery_group_authorization.this"),
        (SERVER_GROUP, "appstreaming_server_group.this"),
    ] {
        let workspace = Workspace::with(&emulator, resource);
        workspace.write("provider.tf", &provider_block(&emulator).replace(emulator.endpoint(), &nobody));
        let error = the_error(&workspace);
        error.must_say(&[&nobody]);
        assert_eq!(error.address, address);
    }
}

#[test]
fn plain_http_to_another_machine() {
    let emulator = Emulator::start();
    // An address that is reserved for documentation: nobody is there, whatever becomes of this test.
    let elsewhere = "http://192.0.2.1";
    for resource in [IMAGE, AUTHORIZATION, SERVER_GROUP] {
        let workspace = Workspace::with(&emulator, resource);
        workspace.write("provider.tf", &provider_block(&emulator).replace(emulator.endpoint(), elsewhere));
        the_error(&workspace).must_say(&[elsewhere, "allow_http"]);
    }
}

#[test]
fn plain_http_to_another_machine_can_be_allowed() {
    let emulator = Emulator::start();
    // A plan that creates a server group asks no service, so that nothing is sent there.
    let workspace = Workspace::with(&emulator, SERVER_GROUP);
    let provider = provider_block(&emulator).replace(emulator.endpoint(), "http://192.0.2.1");
    let allowed = provider.replace("huawei_cloud = {", "huawei_cloud = {\n  allow_http = true");
    assert_ne!(provider, allowed);
    workspace.write("provider.tf", &allowed);
    assert_eq!(workspace.plan().actions("appstreaming_server_group.this"), ["create"]);
}
