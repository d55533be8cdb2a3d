//! What people get wrong: each mistake gives one error, which names what is at fault and what the service said, and
//! leaves the state true.

use std::net::TcpListener;

use crate::{
    alibaba_cloud,
    harness::{
        ACCESS_KEY, Diagnostic, Emulator, Replacing, SECRET_KEY, Workspace, provider_block,
        world::{GROUP, IMAGE, NEXT_IMAGE},
    },
    huawei_cloud::server_group,
};

fn image() -> String {
    alibaba_cloud::image(NEXT_IMAGE, "")
}

fn authorization() -> String {
    alibaba_cloud::authorization(&["carol"], "")
}

/// The resources that name a delivery group, with their addresses.
fn of_a_delivery_group() -> [(String, &'static str); 2] {
    [
        (image(), "appstreaming_delivery_group_image.this"),
        (authorization(), "appstreaming_delivery_group_authorization.this"),
    ]
}

/// A resource of each kind, with its address.
fn of_each_cloud() -> [(String, &'static str); 3] {
    let [image, authorization] = of_a_delivery_group();
    [image, authorization, (server_group::least(), "appstreaming_server_group.this")]
}

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
    for (resource, _) in of_a_delivery_group() {
        let workspace = Workspace::with(&emulator, &resource);
        workspace.write("provider.tf", &provider_block(&emulator).replacing_each(2, ACCESS_KEY, "someone-else"));
        the_error(&workspace).must_say(&[GROUP, "InvalidAccessKeyId.NotFound", "access_key"]);
    }
}

#[test]
fn a_secret_key_that_does_not_fit_at_alibaba_cloud() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &image());
    workspace.write("provider.tf", &provider_block(&emulator).replacing_each(2, SECRET_KEY, "wrong"));
    the_error(&workspace).must_say(&[GROUP, "SignatureDoesNotMatch", "secret_key"]);
}

#[test]
fn a_key_that_huawei_cloud_does_not_accept() {
    let emulator = Emulator::start();
    for (from, to) in [(ACCESS_KEY, "someone-else"), (SECRET_KEY, "wrong")] {
        let workspace = Workspace::with(&emulator, &server_group::least());
        workspace.write("provider.tf", &provider_block(&emulator).replacing_each(2, from, to));
        the_error(&workspace).must_say(&["APIGW.0301", "access_key"]);
    }
}

#[test]
fn a_delivery_group_that_is_not_there() {
    let emulator = Emulator::start();
    for (resource, address) in of_a_delivery_group() {
        let workspace = Workspace::with(&emulator, &resource.replacing(GROUP, "aig-missing"));
        let error = the_error(&workspace);
        error.must_say(&["aig-missing"]);
        assert_eq!(error.address, address);
    }
}

#[test]
fn an_image_that_is_not_there() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &image().replacing(NEXT_IMAGE, "img-missing"));
    let error = the_error(&workspace);
    error.must_say(&[GROUP, "img-missing", "Image"]);
    assert_eq!(error.address, "appstreaming_delivery_group_image.this");
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], IMAGE);
}

#[test]
fn a_server_image_that_is_not_there() {
    let emulator = Emulator::start();
    let missing = "10000000-0000-4000-8000-00000000ffff";
    let workspace = Workspace::with(&emulator, &server_group::least().replacing(server_group::IMAGE, missing));
    let error = the_error(&workspace);
    error.must_say(&["reception", missing]);
    assert_eq!(error.address, "appstreaming_server_group.this");
    assert!(emulator.server_group("reception").is_none());
}

#[test]
fn a_user_that_is_not_there() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &authorization().replacing("carol", "nobody"));
    let error = the_error(&workspace);
    error.must_say(&[GROUP, "nobody", "InvalidUser.NotFound"]);
    assert!(error.code.trim_start().starts_with("user_names "), "{error:?}");
    assert_eq!(error.address, "appstreaming_delivery_group_authorization.this");
}

#[test]
fn a_name_of_65_characters() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &server_group::least().replacing("reception", &"a".repeat(64)));
    workspace.plan();
    workspace.configure(&server_group::least().replacing("reception", &"a".repeat(65)));
    let error = the_error_without_a_call(&emulator, &workspace);
    error.must_say(&["name", "64"]);
    assert!(error.code.trim_start().starts_with("name "), "{error:?}");
}

#[test]
fn a_name_with_a_space() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &server_group::least().replacing("reception", "front desk"));
    let error = the_error_without_a_call(&emulator, &workspace);
    error.must_say(&["name", "front desk"]);
    assert!(error.code.trim_start().starts_with("name "), "{error:?}");
}

#[test]
fn a_region_that_alibaba_cloud_does_not_know() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &alibaba_cloud::image(NEXT_IMAGE, "region = \"mars-1\""));
    the_error(&workspace).must_say(&["mars-1", "region"]);
}

#[test]
fn a_region_that_huawei_cloud_does_not_have() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &server_group::least());
    workspace.write("provider.tf", &provider_block(&emulator).replacing("cn-north-4", "mars-1"));
    the_error(&workspace).must_say(&["mars-1", "region"]);
}

#[test]
fn no_credentials_at_all() {
    let emulator = Emulator::start();
    for (resource, address) in of_each_cloud() {
        let of_huawei = address == "appstreaming_server_group.this";
        let variable = if of_huawei { "HW_ACCESS_KEY" } else { "ALIBABA_CLOUD_ACCESS_KEY_ID" };
        let mut workspace = Workspace::with(&emulator, &resource);
        // Nor does the machine that this runs on have an instance role to ask for.
        workspace.set("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
        workspace.write("provider.tf", &provider_block(&emulator).without_lines(4, "_key "));
        the_error(&workspace).must_say(&["access_key", "secret_key", variable]);
        assert!(emulator.calls().is_empty());
    }
}

#[test]
fn keys_can_come_from_the_environment() {
    let emulator = Emulator::start();
    let mut workspace = Workspace::with(&emulator, &of_each_cloud().map(|(resource, _)| resource).concat());
    workspace.write("provider.tf", &provider_block(&emulator).without_lines(4, "_key "));
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
    for (resource, address) in of_each_cloud() {
        let workspace = Workspace::with(&emulator, &resource);
        workspace.write("provider.tf", &provider_block(&emulator).replacing_each(3, emulator.endpoint(), &nobody));
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
    for (resource, _) in of_each_cloud() {
        let workspace = Workspace::with(&emulator, &resource);
        workspace.write("provider.tf", &provider_block(&emulator).replacing_each(3, emulator.endpoint(), elsewhere));
        the_error(&workspace).must_say(&[elsewhere, "allow_http"]);
    }
}

#[test]
fn plain_http_to_another_machine_can_be_allowed() {
    let emulator = Emulator::start();
    // A plan that creates a server group asks no service, so that nothing is sent there.
    let workspace = Workspace::with(&emulator, &server_group::least());
    let provider = provider_block(&emulator).replacing_each(3, emulator.endpoint(), "http://192.0.2.1");
    let allowed = provider.replacing("huawei_cloud = {", "huawei_cloud = {\n  allow_http = true");
    workspace.write("provider.tf", &allowed);
    assert_eq!(workspace.plan().actions("appstreaming_server_group.this"), ["create"]);
}
