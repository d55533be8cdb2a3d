//! A required value that is null, as that of a variable without one is: the plan says where, and nothing is called.

use crate::{
    alibaba_cloud::{authorization, image},
    harness::{
        Emulator, Replacing, Run, Workspace, keys, provider,
        world::{GROUP, IMAGE, NEXT_IMAGE},
    },
    huawei_cloud::server_group,
};

const VARIABLE: &str = "variable \"lost\" {\n  type    = string\n  default = null\n}\n";

/// Plans something else than what was applied. It is refused with this summary at this attribute, and nobody is asked
/// to change anything.
#[track_caller]
fn expect_refused(applied: &str, changed: &str, summary: &str, says: &[&str]) {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, applied);
    if !applied.is_empty() {
        workspace.apply();
    }
    workspace.configure(changed);
    let before = emulator.world();
    let refused = |run: Run| {
        let error = run.expect(&[1]).only_error();
        assert_eq!(error.summary, summary, "{error:?}");
        error.must_say(says);
    };
    refused(workspace.try_plan());
    refused(workspace.try_apply());
    assert_eq!(emulator.world(), before);
}

#[test]
fn of_a_server_group_that_exists_nothing_is_replaced() {
    let applied = server_group::resource();
    let flavor = "\"workspace.app.x86.4c8g\"";
    for null in ["null", "var.lost"] {
        let changed = [VARIABLE, &applied.replacing(flavor, null)].concat();
        expect_refused(&applied, &changed, "Missing flavor_id", &["appstreaming_server_flavors"]);
    }
}

#[test]
fn no_update_is_sent_without_an_image() {
    let applied = image(IMAGE, "");
    let changed = applied.replacing(&format!("\"{IMAGE}\""), "null");
    expect_refused(&applied, &changed, "Missing image_id", &["The image's ID"]);
}

#[test]
fn a_value_that_turns_out_to_be_null_at_the_apply_changes_nothing() {
    let emulator = Emulator::start();
    let applied = image(NEXT_IMAGE, "");
    let workspace = Workspace::with(&emulator, &applied);
    workspace.apply();
    // Known only once the other resource is made, which gives what it was given.
    let later = "resource \"terraform_data\" \"it\" {\n  input = { image = null }\n}\n";
    let unknown = applied.replacing(&format!("\"{NEXT_IMAGE}\""), "terraform_data.it.output.image");
    workspace.configure(&[later, &unknown].concat());
    workspace.try_plan().expect(&[2]);
    let before = emulator.world();
    let error = workspace.try_apply().expect(&[1]).only_error();
    assert_eq!(error.summary, "Missing image_id");
    assert_eq!(emulator.world(), before);
    assert_eq!(workspace.attributes("appstreaming_delivery_group_image.this")["image_id"], NEXT_IMAGE);
}

#[test]
fn a_member_of_a_nested_object_is_named_with_its_path() {
    let emulator = Emulator::start();
    let workspace = Workspace::new();
    let endpoint = emulator.endpoint();
    let cloud = format!(
        "alibaba_cloud = {{\n region = \"cn-hangzhou\"\n endpoint = \"{endpoint}\"\n {}\n assume_role = {{ role_arn = \
         null }}\n}}",
        keys()
    );
    workspace.write("main.tf", &[provider(&cloud), image(IMAGE, "")].concat());
    let error = workspace.try_plan().expect(&[1]).only_error();
    assert_eq!(error.summary, "Missing alibaba_cloud.assume_role.role_arn");
    assert!(emulator.calls().is_empty());
}

#[test]
fn a_data_source_is_not_read_without_what_it_needs() {
    let data = "data \"appstreaming_delivery_group\" \"this\" {\n  delivery_group_id = null\n}\n";
    expect_refused("", data, "Missing delivery_group_id", &["delivery group"]);
}

#[test]
fn a_null_among_names_is_told_as_what_it_is() {
    let applied = authorization(&["carol"], "");
    let changed = applied.replacing("\"carol\"", "\"carol\", null");
    expect_refused(&applied, &changed, "Null in user_names", &["An element is null", "leave it out"]);
    let changed = [VARIABLE, &applied.replacing("\"carol\"", "\"carol\", var.lost")].concat();
    expect_refused(&applied, &changed, "Null in user_names", &["An element is null"]);
}

#[test]
fn a_tag_without_a_value_is_told_at_its_key() {
    let applied = server_group::resource();
    let changed = applied.replacing("is_vdi               = false", "is_vdi = false\n tags = { desk = null }");
    expect_refused(&applied, &changed, "Null in tags", &["An element is null"]);
}

mod since_1_14 {
    use super::*;

    #[test]
    fn an_action_logs_nobody_off_without_a_group() {
        let emulator = Emulator::start();
        let action = "action \"appstreaming_delivery_group_log_off_sessions\" \"this\" {\n  config {\n    \
                      delivery_group_id = null\n  }\n}\n";
        let workspace = Workspace::with(&emulator, action);
        let error = workspace.invoke("appstreaming_delivery_group_log_off_sessions.this").expect(&[1]).only_error();
        assert_eq!(error.summary, "Missing delivery_group_id");
        assert!(emulator.calls().is_empty(), "{:?}", emulator.calls());
    }

    #[test]
    fn a_list_of_authorizations_of_a_group_that_is_null_lists_none() {
        // No list has a required attribute; a null in a set of one is refused just the same.
        let emulator = Emulator::start();
        let workspace = Workspace::with(&emulator, "");
        let list = format!(
            "list \"appstreaming_delivery_group_authorization\" \"this\" {{\n  provider = appstreaming\n  config \
             {{\n delivery_group_id = \"{GROUP}\"\n    status = [null]\n  }}\n}}\n"
        );
        workspace.write("main.tfquery.hcl", &list);
        let error = workspace.run(&["query", "-json"]).expect(&[1]).only_error();
        assert_eq!(error.summary, "Null in status");
        assert!(emulator.calls().is_empty(), "{:?}", emulator.calls());
    }
}
