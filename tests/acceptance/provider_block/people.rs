//! `name_people`: whether what the provider says names people.
//!
//! All names come from a variable that is sensitive, so that Terraform itself shows none of them: whatever is seen of a
//! name, the provider has said it.

use serde_json::json;

use crate::{
    alibaba_cloud::image,
    harness::{
        Emulator, Replacing, Run, Workspace, provider_block,
        world::{GROUP, NEXT_IMAGE, OTHER_GROUP, SCHEDULED},
    },
};

const AUTHORIZE: &str = "AuthorizeInstanceGroup";
const ADDRESS: &str = "appstreaming_delivery_group_authorization.this";

/// Everybody who may be met; no other word of the output holds one of these.
const NAMES: [&str; 6] = ["quillan", "roswitha", "tiberius", "ulrike", "ug-quartz", "quartz team"];

/// A cloud in which people are met in one way or another, and what Terraform does there.
struct Meeting {
    about: &'static str,
    /// Whether somebody is named where people may be named.
    is_named: bool,
    happen: fn(&Emulator, &Workspace) -> Vec<Run>,
}

const MEETINGS: [Meeting; 13] = [
    Meeting { about: "strangers where it becomes exclusive", is_named: true, happen: strangers },
    Meeting { about: "an exclusive list that is not known yet", is_named: true, happen: unknown_list },
    Meeting { about: "one name in two authorizations", is_named: true, happen: two_authorizations },
    Meeting { about: "an import that takes in others", is_named: true, happen: import },
    Meeting { about: "user groups in the place of users", is_named: true, happen: gap },
    Meeting { about: "a removal that does not show", is_named: true, happen: still_there },
    Meeting { about: "one user in two spellings", is_named: true, happen: two_spellings },
    Meeting { about: "a name that cannot be", is_named: false, happen: impossible_name },
    Meeting { about: "a user whom the service does not know", is_named: true, happen: unknown_user },
    Meeting { about: "a message about somebody else", is_named: true, happen: message_about_a_session },
    Meeting { about: "an answer that quotes a name", is_named: false, happen: interrupted_answers },
    Meeting { about: "drift, and a destruction", is_named: false, happen: drift_and_destruction },
    Meeting { about: "sessions that are cut off", is_named: false, happen: sessions },
];

/// A workspace that names people or does not, in a cloud in which quillan, roswitha and tiberius are known, and the
/// last two may use the group.
fn meet(meeting: &Meeting, name_people: bool) -> String {
    let emulator = Emulator::start();
    let account = json!({ "account_type": "simple" });
    emulator.change_world(&json!({ "alibaba": {
        "users": { "quillan": account, "roswitha": account, "tiberius": account },
        "user_groups": { "ug-quartz": { "name": "Quartz team" } },
    } }));
    emulator.authorize_exactly(GROUP, &["roswitha", "tiberius"]);
    let mut workspace = Workspace::with(&emulator, "");
    let setting = format!("name_people = {name_people}\n        alibaba_cloud = {{");
    workspace.write("provider.tf", &provider_block(&emulator).replacing("alibaba_cloud = {", &setting));
    workspace.set("TF_LOG_PROVIDER", "TRACE");
    let runs = (meeting.happen)(&emulator, &workspace);
    runs.iter().map(|run| format!("{}{}", run.stdout, run.stderr)).collect::<String>().to_lowercase()
}

#[test]
fn nobody_is_named_in_any_output_where_people_are_not_to_be_named() {
    for meeting in MEETINGS {
        let output = meet(&meeting, false);
        for name in NAMES {
            let at = output.find(name).map(|at| output[at.saturating_sub(200)..].chars().take(400).collect::<String>());
            assert_eq!(at, None, "{}: {name}", meeting.about);
        }
    }
}

#[test]
fn people_are_named_where_nothing_else_is_set() {
    for meeting in MEETINGS.into_iter().filter(|meeting| meeting.is_named) {
        let output = meet(&meeting, true);
        assert!(NAMES.iter().any(|name| output.contains(name)), "{}: {output}", meeting.about);
    }
}

#[test]
fn how_many_there_are_and_why_they_are_not_named_is_said_instead() {
    let output = meet(&MEETINGS[0], false);
    assert!(output.contains("1 user (not named: name_people is false)"), "{output}");
}

#[test]
fn how_many_lose_access_is_said_where_terraform_shows_no_difference() {
    let emulator = Emulator::start();
    emulator.authorize_exactly(GROUP, &[]);
    let workspace = Workspace::with(&emulator, "");
    let setting = "name_people = false\n        alibaba_cloud = {";
    workspace.write("provider.tf", &provider_block(&emulator).replacing("alibaba_cloud = {", setting));
    authorization(&workspace, &["alice", "carol", "erin"], "");
    workspace.apply();
    authorization(&workspace, &["erin"], "");
    let run = workspace.try_plan().expect(&[2]);
    let [warning] = &run.warnings()[..] else { panic!("expected exactly one warning: {run}") };
    warning.must_say(&["will lose access", GROUP, "2 users (not named"]);
}

/// An authorization whose users come from a sensitive variable.
fn authorization(workspace: &Workspace, names: &[&str], more: &str) {
    configure(workspace, names, &block("this", more));
}

fn block(label: &str, more: &str) -> String {
    format!(
        "resource \"appstreaming_delivery_group_authorization\" \"{label}\" {{\n  delivery_group_id = \"{GROUP}\"\n  \
         user_names = var.people\n  {more}\n}}\n"
    )
}

fn configure(workspace: &Workspace, names: &[&str], resources: &str) {
    let variables = "variable \"people\" {\n  type      = set(string)\n  sensitive = true\n}\n\
                     variable \"teams\" {\n  type      = set(string)\n  sensitive = true\n  default   = []\n}\n";
    workspace.write("terraform.tfvars", &format!("people = {names:?}\nteams = [\"ug-quartz\"]\n"));
    workspace.configure(&format!("{variables}{resources}"));
}

fn plan(workspace: &Workspace) -> Run {
    workspace.run(&["plan", "-no-color", "-input=false"])
}

fn apply(workspace: &Workspace) -> Run {
    workspace.run(&["apply", "-no-color", "-input=false", "-auto-approve"])
}

fn destroy(workspace: &Workspace) -> Run {
    workspace.run(&["destroy", "-no-color", "-input=false", "-auto-approve"])
}

fn strangers(_: &Emulator, workspace: &Workspace) -> Vec<Run> {
    authorization(workspace, &["quillan", "roswitha"], "exclusive = true");
    vec![plan(workspace).expect(&[0]), apply(workspace).expect(&[0]), plan(workspace).expect(&[0])]
}

fn unknown_list(_: &Emulator, workspace: &Workspace) -> Vec<Run> {
    let unknown = "resource \"terraform_data\" \"later\" {\n  input = var.people\n}\n";
    let list = block("this", "exclusive = true").replacing("var.people", "terraform_data.later.output");
    configure(workspace, &["quillan", "roswitha"], &(unknown.to_owned() + &list));
    vec![plan(workspace).expect(&[0]), apply(workspace).expect(&[0])]
}

fn two_authorizations(_: &Emulator, workspace: &Workspace) -> Vec<Run> {
    let both = |of_b: &str| {
        let b = block("b", &format!("depends_on = [{ADDRESS}]")).replacing("var.people", of_b);
        block("this", "") + &b
    };
    configure(workspace, &["quillan", "roswitha"], &block("this", ""));
    let mut runs = vec![apply(workspace).expect(&[0])];
    configure(workspace, &["quillan", "roswitha"], &both("var.people"));
    runs.extend([plan(workspace).expect(&[0]), apply(workspace).expect(&[0])]);
    configure(workspace, &["quillan", "roswitha"], &both("[]"));
    runs.extend([plan(workspace).expect(&[0]), apply(workspace).expect(&[0])]);
    runs
}

fn import(_: &Emulator, workspace: &Workspace) -> Vec<Run> {
    let import = format!("import {{\n  to = {ADDRESS}\n  id = \"{GROUP}\"\n}}\n");
    configure(workspace, &["quillan", "roswitha"], &(import + &block("this", "")));
    vec![plan(workspace).expect(&[0]), apply(workspace).expect(&[0])]
}

fn gap(emulator: &Emulator, workspace: &Workspace) -> Vec<Run> {
    emulator.change_delivery_group(GROUP, json!({ "mixed_authorization": false }));
    authorization(workspace, &["quillan", "roswitha"], "");
    let first = apply(workspace).expect(&[0]);
    emulator.authorize_exactly(GROUP, &["quillan", "roswitha"]);
    authorization(workspace, &[], "user_group_ids = var.teams");
    vec![first, plan(workspace).expect(&[0]), apply(workspace).expect(&[0])]
}

fn still_there(emulator: &Emulator, workspace: &Workspace) -> Vec<Run> {
    // The lists show how things were before the last write, which is about another group at first.
    let other = block("other", &format!("depends_on = [{ADDRESS}]")).replacing(GROUP, OTHER_GROUP);
    configure(workspace, &["quillan", "roswitha"], &(block("this", "") + &other));
    let first = apply(workspace).expect(&[0]);
    configure(workspace, &["roswitha"], &(block("this", "") + &other));
    emulator.fault(&json!({ "kind": "stale_read", "operation": "ListAuthorizedUsers", "every": 1 }));
    let target = format!("-target={ADDRESS}");
    let second = workspace.run(&["apply", "-no-color", "-input=false", "-auto-approve", &target]).expect(&[1]);
    assert!(second.stderr.contains("Not everybody was removed"), "{second}");
    vec![first, second]
}

fn two_spellings(_: &Emulator, workspace: &Workspace) -> Vec<Run> {
    authorization(workspace, &["Quillan", "quillan"], "");
    vec![plan(workspace).expect(&[1])]
}

fn impossible_name(_: &Emulator, workspace: &Workspace) -> Vec<Run> {
    let mut runs = Vec::new();
    for name in [" quillan", "quil\tlan quillan", &"quillan".repeat(40)] {
        authorization(workspace, &[name], "");
        runs.push(plan(workspace).expect(&[1]));
    }
    configure(workspace, &[], &block("this", "user_group_ids = [for team in var.teams : \"${team} 1\"]"));
    runs.push(plan(workspace).expect(&[1]));
    runs
}

fn unknown_user(_: &Emulator, workspace: &Workspace) -> Vec<Run> {
    authorization(workspace, &["ulrike", "quillan"], "");
    vec![plan(workspace).expect(&[0]), apply(workspace).expect(&[1])]
}

/// The service speaks of somebody whom no call of the operation named, and whom an earlier answer did.
fn message_about_a_session(emulator: &Emulator, workspace: &Workspace) -> Vec<Run> {
    emulator.leave_schedule(SCHEDULED);
    let session = json!({ "delivery_group_id": SCHEDULED, "user": "tiberius", "session_status": "connect" });
    emulator.change_world(&json!({ "alibaba": { "app_instances": { "ai-less": session } } }));
    emulator.fault(&json!({
        "kind": "error", "operation": "LogOffAllSessionsInAppInstanceGroup", "status": 400, "code": "Session.Rejected",
        "message": "The session of user Tiberius cannot be ended.",
    }));
    configure(
        workspace,
        &[],
        &format!(
            "resource \"appstreaming_delivery_group_session_log_off\" \"this\" {{\n  delivery_group_id = \
             \"{SCHEDULED}\"\n}}\n"
        ),
    );
    vec![apply(workspace).expect(&[1])]
}

fn interrupted_answers(emulator: &Emulator, workspace: &Workspace) -> Vec<Run> {
    authorization(workspace, &["quillan", "roswitha"], "user_group_ids = var.teams");
    let mut runs = Vec::new();
    for kind in ["half_answer", "not_json", "close_after"] {
        emulator.fault(&json!({ "kind": kind, "operation": AUTHORIZE }));
        emulator.fault(&json!({ "kind": kind, "operation": "ListAuthorizedUsers", "next": 2 }));
        runs.push(apply(workspace));
    }
    runs.push(apply(workspace).expect(&[0]));
    runs
}

fn drift_and_destruction(emulator: &Emulator, workspace: &Workspace) -> Vec<Run> {
    authorization(workspace, &["quillan", "roswitha"], "exclusive = true\n  user_group_ids = var.teams");
    let first = apply(workspace).expect(&[0]);
    emulator.authorize_exactly(GROUP, &["roswitha", "tiberius"]);
    vec![first, plan(workspace).expect(&[0]), apply(workspace).expect(&[0]), destroy(workspace).expect(&[0])]
}

fn sessions(emulator: &Emulator, workspace: &Workspace) -> Vec<Run> {
    let session = json!({ "delivery_group_id": GROUP, "user": "tiberius", "session_status": "connect" });
    emulator.change_world(&json!({ "alibaba": { "app_instances": { "ai-less": session } } }));
    configure(workspace, &[], &image(NEXT_IMAGE, "on_destroy = \"restore\""));
    vec![plan(workspace).expect(&[0]), apply(workspace).expect(&[0]), destroy(workspace).expect(&[0])]
}
