//! What others can change at any time: no plan and no apply stumbles over it, and a refresh shows it.

use super::Site;

const SHARE: &str = "tfplugtest_share.this";

fn share(size: i64) -> String {
    format!("resource \"tfplugtest_share\" \"this\" {{\n  name = \"one\"\n  size = {size}\n}}\n")
}

fn title(site: &Site) -> String {
    site.workspace.attributes(SHARE)["title"].as_str().expect("it has a title").to_owned()
}

#[test]
fn what_appears_between_the_plan_and_the_creation_is_taken_as_it_is() {
    let site = Site::with(&share(1));
    let plan = site.workspace.plan();
    assert_eq!(plan.change(SHARE)["after_unknown"]["title"], true);
    site.put("one", 1, "given meanwhile");
    site.workspace.apply_plan();
    assert_eq!(title(&site), "given meanwhile");
    site.workspace.expect_no_changes();
}

#[test]
fn what_changes_between_the_plan_and_the_apply_stays_as_planned_until_the_next_refresh() {
    let site = Site::with(&share(1));
    site.workspace.apply();
    site.workspace.configure(&share(2));
    assert_eq!(site.workspace.plan().change(SHARE)["after"]["title"], "untitled");
    site.put("one", 1, "renamed");
    site.workspace.apply_plan();
    assert_eq!((title(&site).as_str(), site.record("one")["size"].as_i64()), ("untitled", Some(2)));
    site.workspace.refresh();
    assert_eq!(title(&site), "renamed");
    site.workspace.expect_no_changes();
}

#[test]
fn an_apply_without_a_refresh_does_not_stumble_over_it() {
    let site = Site::with(&share(1));
    site.workspace.apply();
    site.put("one", 1, "renamed");
    site.workspace.configure(&share(2));
    site.workspace.try_apply_with(&["-refresh=false"]).expect(&[0]);
    site.workspace.refresh();
    assert_eq!(title(&site), "renamed");
}

#[test]
fn what_a_replacement_creates_has_its_own() {
    let site = Site::with(&share(1));
    site.workspace.apply();
    let other = "resource \"tfplugtest_share\" \"this\" {\n  name = \"two\"\n}\n";
    site.workspace.configure(other);
    assert_eq!(site.workspace.plan().change(SHARE)["after_unknown"]["title"], true);
    site.put("two", 1, "given meanwhile");
    site.workspace.apply_plan();
    assert_eq!(title(&site), "given meanwhile");
    site.workspace.expect_no_changes();
}
