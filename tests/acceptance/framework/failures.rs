//! What goes wrong, and what is left afterwards.

use super::Site;
use crate::harness::Replacing;

const THING: &str = "tfplugtest_thing.this";

fn failing(fail: &str) -> String {
    format!("resource \"tfplugtest_thing\" \"this\" {{\n  name = \"one\"\n  note = \"n\"\n  fail = \"{fail}\"\n}}\n")
}

#[test]
fn a_bad_value_is_pointed_at() {
    let thing =
        |attributes| format!("resource \"tfplugtest_thing\" \"this\" {{\n  name = \"one\"\n  {attributes}\n}}\n");
    let site = Site::with(&thing("size = 101"));
    let error = site.workspace.try_plan().expect(&[1]).only_error();
    error.must_say(&["Invalid size", "0 to 100", "it is 101"]);
    assert_eq!((error.context.as_str(), error.code.trim()), ("resource \"tfplugtest_thing\" \"this\"", "size = 101"));

    // Older versions of Terraform point no further than at the block, so the words must say where.
    site.workspace.configure(&thing("policy = {\n    kind = \"medium\"\n  }"));
    let error = site.workspace.try_plan().expect(&[1]).only_error();
    error.must_say(&["Invalid policy.kind", "\"soft\", \"hard\"", "\"medium\""]);
}

#[test]
fn what_was_reached_is_in_the_state_beside_an_error() {
    let site = Site::with(&failing("partial"));
    let error = site.workspace.try_apply().expect(&[1]).only_error();
    error.must_say(&["Half done"]);
    assert_eq!(error.address, THING);
    let state = site.workspace.attributes(THING);
    assert_eq!((state["id"].as_str(), state["note"].as_str()), (Some("id-of-one"), None));
    site.workspace.configure(&failing("none"));
    site.workspace.apply();
    site.workspace.expect_no_changes();
    assert_eq!(site.record("one")["note"], "n");
}

#[test]
fn a_panic_is_an_error_with_the_resource_s_name_and_what_was_reached_stays() {
    let site = Site::with(&format!(
        "{}resource \"tfplugtest_thing\" \"other\" {{\n  name = \"two\"\n  depends_on = [tfplugtest_trigger.late]\n}}\n\
         resource \"tfplugtest_trigger\" \"late\" {{}}\n",
        failing("panic")
    ));
    let run = site.workspace.try_apply().expect(&[1]);
    let error = run.only_error();
    error.must_say(&["tfplugtest_thing", "the thing breaks"]);
    assert_eq!(error.address, THING);
    assert_eq!(site.workspace.attributes(THING)["id"], "id-of-one");
    assert_eq!(site.workspace.attributes("tfplugtest_thing.other")["id"], "id-of-two", "the plugin lives on");
}

#[test]
fn a_change_that_fails_is_planned_again() {
    let site = Site::with(&failing("none"));
    site.workspace.apply();
    let change = |fail| failing(fail).replacing("\"n\"", "\"m\"");
    site.workspace.configure(&change("partial"));
    site.workspace.try_apply().expect(&[1]);
    assert_eq!(site.workspace.attributes(THING)["note"].as_str(), None);
    site.workspace.configure(&change("none"));
    assert_eq!(site.workspace.plan().actions(THING), ["update"]);
    site.workspace.apply_plan();
    site.workspace.expect_no_changes();
}

#[test]
fn a_destruction_that_fails_keeps_the_thing() {
    let site = Site::with(&failing("delete"));
    site.workspace.apply();
    let run = site.workspace.try_destroy().expect(&[1]);
    run.only_error().must_say(&["It will not go"]);
    assert_eq!(site.workspace.state_list(), [THING]);
}

#[test]
fn an_interrupt_ends_the_waiting_and_leaves_true_state() {
    let site = Site::with(&failing("wait"));
    let running = site.workspace.start_apply(&[]);
    let waits = (0..600).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        site.log() == ["waiting"]
    });
    assert!(waits, "the provider never waited");
    running.interrupt();
    let run = running.wait().expect(&[1]);
    assert!(run.errors().iter().any(|error| error.summary == "Stopped"), "{run}");
    let state = site.workspace.attributes(THING);
    assert_eq!((state["id"].as_str(), state["note"].as_str()), (Some("id-of-one"), None));
}
