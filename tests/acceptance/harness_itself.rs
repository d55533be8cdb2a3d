//! The harness, tried with what Terraform has built in: a test of ours must be able to fail.

use crate::harness::{Replacing, Workspace};

const RESOURCE: &str = "resource \"terraform_data\" \"this\" { input = \"one\" }";

#[test]
fn a_built_in_resource_goes_through_its_whole_life() {
    let workspace = Workspace::new();
    workspace.configure(RESOURCE);
    assert_eq!(workspace.plan().actions("terraform_data.this"), ["create"]);
    workspace.apply_plan();
    workspace.expect_no_changes();
    assert_eq!(workspace.attributes("terraform_data.this")["output"], "one");

    workspace.configure(&RESOURCE.replacing("one", "two"));
    let plan = workspace.plan();
    assert_eq!(plan.actions("terraform_data.this"), ["update"]);
    assert_eq!(plan.change("terraform_data.this")["after"]["input"], "two");
    workspace.apply();

    assert_eq!(workspace.state_list(), ["terraform_data.this"]);
    workspace.destroy();
    assert!(workspace.state_list().is_empty());
}

#[test]
fn an_error_is_read_with_the_place_that_it_points_at() {
    let workspace = Workspace::new();
    workspace.configure("resource \"terraform_data\" \"this\" {\n  input = local.missing\n}\n");
    let error = workspace.try_plan().expect(&[1]).only_error();
    assert_eq!(error.context, "resource \"terraform_data\" \"this\"");
    assert!(error.code.contains("input = local.missing"), "{error:?}");
    error.must_say(&["missing"]);
}
