//! Attributes and blocks of every kind.

use serde_json::json;

use super::Site;
use crate::harness::Replacing;

const THING: &str = "tfplugtest_thing.this";

const EVERYTHING: &str = r#"
resource "tfplugtest_thing" "this" {
  name     = "one"
  zone     = "there"
  exact    = 123456789012345678901234567890.5
  at       = "2026-01-01T10:00:00+08:00"
  anything = { list = [1, "two", true], nothing = null }
  users    = ["eve", "ann"]
  tags     = { "ä" = "✓", empty = "" }
  secret   = "swordfish-1"
  policy   = { sessions = 4 }
  rules    = [{ path = "/" }, { path = "/x" }]
  members  = [{ user = "bob" }, { user = "ann", role = "owner" }]
  labels   = { a = { text = "A" } }
  timeouts = { create = "5m" }
  limit { max = 3 }
  step { title = "first" }
  step {
    title = "second"
    done  = true
  }
  port { number = 443 }
  port { number = 80 }
}
"#;

#[test]
fn every_kind_is_planned_applied_and_found_unchanged() {
    let site = Site::with(EVERYTHING);
    site.workspace.apply();
    site.workspace.expect_no_changes();
    let state = site.workspace.attributes(THING);
    assert_eq!(state["exact"].to_string(), "123456789012345678901234567890.5");
    assert_eq!(state["anything"], json!({ "list": [1, "two", true], "nothing": null }));
    assert_eq!(state["users"], json!(["ann", "eve"]));
    assert_eq!(state["tags"], json!({ "ä": "✓", "empty": "" }));
    assert_eq!(state["policy"], json!({ "kind": "soft", "made": "for one", "sessions": 4 }));
    assert_eq!(state["rules"], json!([{ "path": "/", "number": 1 }, { "path": "/x", "number": 2 }]));
    assert_eq!(state["members"], json!([{ "user": "ann", "role": "owner" }, { "user": "bob", "role": "reader" }]));
    assert_eq!(state["limit"], json!({ "max": 3 }));
    assert_eq!(state["step"], json!([{ "title": "first", "done": false }, { "title": "second", "done": true }]));
    assert_eq!(state["port"], json!([{ "number": 443 }, { "number": 80 }]));
    site.workspace.destroy();
}

#[test]
fn every_kind_can_be_taken_away_again() {
    let site = Site::with(EVERYTHING);
    site.workspace.apply();
    site.workspace.configure("resource \"tfplugtest_thing\" \"this\" {\n  name = \"one\"\n}\n");
    assert_eq!(site.workspace.plan().actions(THING), ["update"]);
    site.workspace.apply_plan();
    site.workspace.expect_no_changes();
    let state = site.workspace.attributes(THING);
    for name in ["exact", "at", "anything", "users", "tags", "policy", "rules", "members", "labels", "limit"] {
        assert!(state[name].is_null(), "{name}: {}", state[name]);
    }
    assert_eq!((&state["step"], &state["port"]), (&json!([]), &json!([])));
    assert_eq!(state["zone"], "there", "what the provider may compute stays");
}

#[test]
fn an_order_or_a_writing_that_means_the_same_is_no_change() {
    let site = Site::with(EVERYTHING);
    site.workspace.apply();
    let other = EVERYTHING
        .replacing(r#"["eve", "ann"]"#, r#"["ann", "eve", "ann"]"#)
        .replacing("2026-01-01T10:00:00+08:00", "2026-01-01T02:00:00Z")
        .replacing("port { number = 443 }\n  port { number = 80 }", "port { number = 80 }\n  port { number = 443 }")
        .replacing(
            r#"{ user = "bob" }, { user = "ann", role = "owner" }"#,
            r#"{ user = "ann", role = "owner" }, { user = "bob", role = "reader" }"#,
        );
    site.workspace.configure(&other);
    site.workspace.expect_no_changes();
}

#[test]
fn what_is_known_after_apply_alone_becomes_known() {
    let site = Site::with(
        r#"
        resource "terraform_data" "it" { input = { note = "n", path = "/p", users = ["x"], titles = ["t", "u"] } }
        resource "tfplugtest_thing" "this" {
          name     = "one"
          note     = terraform_data.it.output.note
          anything = terraform_data.it.output
          users    = terraform_data.it.output.users
          rules    = [for path in [terraform_data.it.output.path] : { path = path }]
          policy   = { kind = terraform_data.it.output.note == "n" ? "hard" : "soft" }
          members  = [{ user = terraform_data.it.output.note }]
          dynamic "step" {
            for_each = terraform_data.it.output.titles
            content { title = step.value }
          }
        }
        "#,
    );
    let plan = site.workspace.plan();
    let unknown = &plan.change(THING)["after_unknown"];
    assert_eq!((&unknown["note"], &unknown["step"]), (&json!(true), &json!(true)));
    site.workspace.apply_plan();
    site.workspace.expect_no_changes();
    let state = site.workspace.attributes(THING);
    assert_eq!(state["step"], json!([{ "title": "t", "done": false }, { "title": "u", "done": false }]));
    assert_eq!(state["policy"]["kind"], "hard");
}

#[test]
fn an_element_of_a_set_keeps_what_is_written_in_it_beside_one_that_has_a_default() {
    let members = |members: &[(&str, &str)]| {
        let role = |role: &str| if role.is_empty() { String::new() } else { format!(", role = \"{role}\"") };
        let all: Vec<_> = members.iter().map(|(user, of)| format!("{{ user = \"{user}\"{} }}", role(of))).collect();
        format!("resource \"tfplugtest_thing\" \"this\" {{\n  name = \"one\"\n  members = [{}]\n}}\n", all.join(", "))
    };
    let site = Site::with("");
    for (written, kept) in [
        // Both are ann's: one with what is written, one with the default.
        (vec![("ann", ""), ("ann", "owner")], vec![("ann", "owner"), ("ann", "reader")]),
        (vec![("ann", "owner"), ("ann", "")], vec![("ann", "owner"), ("ann", "reader")]),
        (vec![("ann", ""), ("ann", "writer")], vec![("ann", "reader"), ("ann", "writer")]),
        (vec![("ann", "owner"), ("ann", "writer"), ("bob", "")], {
            vec![("ann", "owner"), ("bob", "reader"), ("ann", "writer")]
        }),
        // What is written is the default.
        (vec![("ann", "reader"), ("ann", "owner"), ("bob", "reader")], {
            vec![("ann", "owner"), ("ann", "reader"), ("bob", "reader")]
        }),
        (vec![("ann", "")], vec![("ann", "reader")]),
    ] {
        site.workspace.configure(&members(&written));
        site.workspace.apply();
        let kept: Vec<_> = kept.iter().map(|(user, role)| json!({ "user": user, "role": role })).collect();
        assert_eq!(site.workspace.attributes(THING)["members"], json!(kept), "{written:?}");
        site.workspace.expect_no_changes();
    }
    // Two that are one with the default cannot both be kept, and nothing is taken away without a word.
    site.workspace.configure(&members(&[("ann", ""), ("ann", "reader")]));
    site.workspace.try_apply().expect(&[1]).only_error().must_say(&["members", "same"]);
}

#[test]
fn an_element_of_a_set_can_require_a_replacement() {
    let members = |user| {
        format!(
            "resource \"tfplugtest_thing\" \"this\" {{\n  name = \"one\"\n  members = [{{ user = \"{user}\" }}]\n}}\n"
        )
    };
    let site = Site::with(&members("ann"));
    site.workspace.apply();
    site.workspace.configure(&members("bob"));
    let plan = site.workspace.plan();
    assert_eq!(plan.actions(THING), ["delete", "create"]);
    assert_eq!(plan.change(THING)["replace_paths"], json!([["members"]]));
    site.workspace.apply_plan();
}

#[test]
fn a_sensitive_value_is_hidden_and_a_deprecated_one_is_told() {
    let site = Site::with(
        "resource \"tfplugtest_thing\" \"this\" {\n  name = \"one\"\n  secret = \"swordfish-1\"\n  old_note = \
         \"x\"\n}\n",
    );
    let run = site.workspace.run(&["plan", "-no-color", "-input=false"]).expect(&[0]);
    assert!(!run.stdout.contains("swordfish-1") && run.stdout.contains("(sensitive value)"), "{run}");
    let warnings = site.workspace.try_plan().expect(&[2]).warnings();
    // Some versions of Terraform check a configuration more than once.
    assert!(!warnings.is_empty());
    warnings.iter().for_each(|warning| warning.must_say(&["old_note is deprecated", "Use `note`."]));
}
