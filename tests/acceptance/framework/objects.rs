//! An object without a value says what its absence says, and a default says the same.

use super::Site;

const SHARE: &str = "tfplugtest_share.this";

fn share(size: i64, attribute: &str) -> String {
    format!("resource \"tfplugtest_share\" \"this\" {{\n  name = \"one\"\n  size = {size}\n  {attribute}\n}}\n")
}

/// Each of these is created and found unchanged, and says the same as the next, also when something else changes.
fn are_one(attributes: &[&str], name: &str, enabled: bool) {
    for (created, next) in attributes.iter().zip(attributes.iter().cycle().skip(1)) {
        let site = Site::with(&share(1, created));
        site.workspace.apply();
        site.workspace.expect_no_changes();
        site.workspace.configure(&share(1, next));
        site.workspace.expect_no_changes();
        site.workspace.configure(&share(2, next));
        assert_eq!(site.workspace.plan().actions(SHARE), ["update"], "from {created:?} to {next:?}");
        site.workspace.apply_plan();
        assert_eq!(site.workspace.attributes(SHARE)[name]["enabled"], enabled);
    }
}

#[test]
fn absent_empty_null_inside_and_the_default_are_one() {
    are_one(&["", "backup = {}", "backup = { enabled = null }", "backup = { enabled = false }"], "backup", false);
}

#[test]
fn what_the_service_gave_stays_however_nothing_is_said_of_it() {
    are_one(&["", "door = {}", "door = { enabled = null }", "door = { enabled = true }"], "door", true);
}

#[test]
fn another_value_is_the_replacement_that_it_means() {
    let site = Site::with(&share(1, "backup = {}"));
    site.workspace.apply();
    site.workspace.configure(&share(1, "backup = { enabled = true }"));
    assert_eq!(site.workspace.plan().actions(SHARE), ["delete", "create"]);
    site.workspace.apply_plan();
    site.workspace.configure(&share(1, "backup = {}"));
    assert_eq!(site.workspace.plan().actions(SHARE), ["delete", "create"]);
}
