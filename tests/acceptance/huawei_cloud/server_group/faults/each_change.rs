//! Each call that changes something, under each kind of fault: how often it is sent.

use serde_json::json;

use super::CREATE;
use crate::{
    harness::{
        Emulator, Workspace,
        faults::{Fate, each_kind, striking},
    },
    huawei_cloud::server_group::{NAME, replacing_all, resource, tagged},
};

/// The calls that change something, in the order in which a group's life makes them.
const CHANGING: [&str; 5] =
    [CREATE, "UpdateServerGroup", "CreateServerGroupTags", "DeleteServerGroupTags", "DeleteServerGroups"];

/// How often a call is sent that a fault strikes.
fn times(fate: Fate) -> usize {
    match fate {
        // Nobody was told, and what the service shows afterwards says that it happened.
        Fate::Done => 1,
        // The service says that nothing happened; or it is looked for, and sent again when it does not show.
        Fate::Refused | Fate::NotDone => 2,
    }
}

#[test]
fn each_change_under_each_kind_of_fault_is_sent_as_often_as_it_must_be() {
    std::thread::scope(|scope| {
        for (fault, fate) in each_kind() {
            scope.spawn(move || {
                let emulator = Emulator::start();
                for operation in CHANGING {
                    emulator.fault(&striking(fault.clone(), &json!({ "operation": operation })));
                }
                // The creation's own policy would show whether or not the change after it happened.
                let shared = [("\"ANY\"", "\"SHARE\"")];
                let desk = [shared[0], ("Front desk", "Desk")];
                let tagged = |changes: &[_], tags: &str| tagged(&replacing_all(&resource(), changes), tags);
                let workspace = Workspace::with(&emulator, &tagged(&shared, "stays = \"1\", goes = \"1\""));
                workspace.apply();
                let (id, _) = emulator.server_group(NAME).unwrap_or_else(|| panic!("{fault}: no group, or two"));
                workspace.expect_no_changes();
                workspace.configure(&tagged(&desk, "stays = \"1\", comes = \"1\""));
                workspace.apply();
                let (after, group) = emulator.server_group(NAME).unwrap_or_else(|| panic!("{fault}: no group"));
                assert_eq!(after, id, "{fault}");
                assert_eq!(group["description"], "Desk", "{fault}");
                assert_eq!(group["tags"], json!({ "stays": "1", "comes": "1" }), "{fault}");
                workspace.expect_no_changes();
                workspace.destroy();
                assert!(emulator.server_group(NAME).is_none(), "{fault}: left behind");
                assert!(workspace.state_list().is_empty(), "{fault}");
                for operation in CHANGING {
                    // The creation sets the mount policy by a change of its own.
                    let without_fault = usize::from(operation == "UpdateServerGroup");
                    let sent = emulator.calls_of(operation).len();
                    assert_eq!(sent, times(fate) + without_fault, "{operation} under {fault}");
                }
            });
        }
    });
}
