//! What holds for every managed resource, over one table of all of them.

mod plans;
mod replacements;
mod states;

use std::thread;

use serde_json::json;

use crate::{
    alibaba_cloud::{authorization, image, log_off, ota_approval},
    harness::{
        Emulator, Replacing, Workspace,
        world::{GROUP, NEXT_IMAGE, SCHEDULED, SET},
    },
    huawei_cloud::server_group,
};

const NIGHT: &str = "2099-03-01T02:00:00+08:00";
/// A delivery group whose people are authorized by session.
const BY_SESSION: &str = "aig-hangzhou-session";

/// A resource of one kind.
struct Row {
    /// What is particular to it.
    name: &'static str,
    /// Its address in the configuration.
    address: &'static str,
    configuration: String,
    /// What is in the cloud before it, beside the built-in world.
    before: fn(&Emulator),
    /// IDs that import it, where `ID` stands for the attribute `id`; none where it cannot be imported.
    import_ids: &'static [&'static str],
    /// What an import cannot learn, and the first apply after it fills in without a call that changes anything.
    filled: Option<&'static str>,
}

/// Every managed resource.
fn rows() -> Vec<Row> {
    [images_and_authorizations(), approvals_and_log_offs(), server_groups()].into_iter().flatten().collect()
}

fn images_and_authorizations() -> Vec<Row> {
    let authorization_of = |name, configuration, import_ids, filled| Row {
        name,
        address: "appstreaming_delivery_group_authorization.this",
        configuration,
        before: |_| (),
        import_ids,
        filled,
    };
    let of_group = |target: &str, names: &[&str], more: &str| {
        let line = format!("delivery_group_id = \"{GROUP}\"");
        authorization(names, more).replacing(&line, target)
    };
    let of_set = format!("delivery_group_set_id = \"{SET}\"");
    let by_session = format!("delivery_group_id = \"{BY_SESSION}\"");
    vec![
        Row {
            name: "an image",
            address: "appstreaming_delivery_group_image.this",
            configuration: image(NEXT_IMAGE, ""),
            before: |_| (),
            import_ids: &[GROUP, "cn-hangzhou/aig-hangzhou-fixed"],
            filled: None,
        },
        authorization_of(
            "an authorization of users and user groups",
            authorization(&["alice", "bob", "carol"], r#"user_group_ids = ["ug-design"]"#),
            &[GROUP, "cn-hangzhou/aig-hangzhou-fixed"],
            None,
        ),
        authorization_of(
            "an exclusive authorization",
            authorization(&["carol", "erin"], "exclusive = true"),
            &[GROUP, "cn-hangzhou/aig-hangzhou-fixed"],
            Some("whether it is exclusive"),
        ),
        authorization_of(
            "an authorization of a set",
            of_group(&of_set, &["alice", "bob", "carol"], ""),
            &["set/ags-hangzhou-office", "cn-hangzhou/set/ags-hangzhou-office"],
            None,
        ),
        authorization_of(
            "an authorization by session",
            of_group(&by_session, &["carol"], "persistent_session_id = \"p-personal-1\""),
            &["aig-hangzhou-session/p-personal-1", "cn-hangzhou/aig-hangzhou-session/p-personal-1"],
            None,
        ),
    ]
}

fn approvals_and_log_offs() -> Vec<Row> {
    vec![
        Row {
            name: "an approval",
            address: "appstreaming_delivery_group_ota_approval.this",
            configuration: ota_approval(NIGHT),
            before: |_| (),
            import_ids: &[GROUP, "cn-hangzhou/aig-hangzhou-fixed"],
            filled: None,
        },
        Row {
            name: "a log-off",
            address: "appstreaming_delivery_group_session_log_off.this",
            configuration: log_off(SCHEDULED, "triggers = { release = \"1\" }"),
            before: |emulator| emulator.leave_schedule(SCHEDULED),
            import_ids: &[],
            filled: None,
        },
    ]
}

fn server_groups() -> Vec<Row> {
    let server_group = |name, configuration, filled| Row {
        name,
        address: "appstreaming_server_group.this",
        configuration,
        before: |_| (),
        import_ids: &["ID", "cn-north-4/ID"],
        filled,
    };
    let more = r#"availability_zone = "cn-north-4a"
          enterprise_project_id = "7"
          extra_session_type    = "CPU"
          extra_session_size    = 5
          tags                  = { team = "desk", floor = "" }
          timeouts              = { create = "5m", update = "5m", delete = "5m" }"#;
    let more = server_group::and(&server_group::resource(), more).replacing("\"ANY\"", "\"USER\"");
    vec![
        server_group("a server group with the least that it needs", server_group::least(), None),
        server_group("a server group with much more", more, Some("the timeouts")),
    ]
}

impl Row {
    /// An emulator with what is in the cloud before, and a folder with the configuration.
    fn start(&self) -> (Emulator, Workspace) {
        let emulator = Emulator::start();
        (self.before)(&emulator);
        let workspace = Workspace::with(&emulator, &self.configuration);
        (emulator, workspace)
    }
}

/// Runs something for every resource. Much of it is waiting, so that some at a time take less long.
fn for_each(rows: &[Row], check: impl Fn(&Row) + Sync) {
    for some in rows.chunks(4) {
        thread::scope(|scope| {
            for row in some {
                scope.spawn(|| check(row));
            }
        });
    }
}

/// How many calls changed something.
fn acts(emulator: &Emulator) -> usize {
    emulator.calls().iter().filter(|call| call.record["changes"] != json!([])).count()
}

/// Fails unless nothing is left to do, and nothing has changed behind Terraform's back.
#[track_caller]
fn expect_at_rest(workspace: &Workspace) {
    workspace.expect_no_changes();
    workspace.run(&["plan", "-json", "-input=false", "-refresh-only", "-detailed-exitcode"]).expect(&[0]);
}
