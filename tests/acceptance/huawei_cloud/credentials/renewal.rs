//! Tokens and temporary keys end: they are renewed before, and once where the service says that they have.

use serde_json::json;

use super::{count, reads, user, workspace};
use crate::harness::{Call, Emulator};

/// Credentials that end, by the block's lines that ask for them and the operation that gives them.
fn ending() -> [(String, &'static str); 2] {
    [(user(), "KeystoneCreateToken"), (super::agency::assumed_with_keys(), "CreateTemporaryAccessKeyByAgency")]
}

fn with_status(calls: &[Call], status: u64) -> usize {
    calls.iter().filter(|call| call.operation == "ListServerGroups" && call.status == Some(status)).count()
}

#[test]
fn what_ended_is_renewed_once_for_all_parallel_calls() {
    for (block, issue) in ending() {
        let emulator = Emulator::start();
        let workspace = workspace(&emulator, &block);
        workspace.configure(&reads(10));
        // All ten wait for the project, and go out together once it is known.
        emulator.fault(&json!({ "operation": "KeystoneListProjects", "kind": "slow", "seconds": 2, "next": 2 }));
        // And none is answered before all are there.
        emulator.fault(&json!({ "operation": "ListServerGroups", "kind": "slow", "seconds": 2, "next": 10 }));
        let running = workspace.start_apply(&[]);
        emulator.await_strikes(1);
        // In the meantime, the credentials come to their end.
        emulator.advance(25 * 60 * 60);
        running.wait().expect(&[0]);
        let calls = emulator.calls();
        assert_eq!(with_status(&calls, 401), 10, "{issue}: all ten were refused: {calls:?}");
        assert_eq!(with_status(&calls, 200), 10, "{issue}: each was sent once more");
        assert_eq!(count(&calls, issue), 2, "{issue}: the first, and one for all ten");
    }
}

#[test]
fn they_are_renewed_before_they_end_once_for_all_parallel_calls() {
    std::thread::scope(|scope| {
        for (block, issue) in ending() {
            scope.spawn(move || {
                let emulator = Emulator::start_with(&["--credential-seconds", "8"]);
                let workspace = workspace(&emulator, &block);
                workspace.configure(&reads(10));
                // Three quarters of their time are over when the ten calls begin.
                emulator.fault(&json!({ "operation": "KeystoneListProjects", "kind": "slow", "seconds": 6.5 }));
                workspace.apply();
                let calls = emulator.calls();
                assert_eq!(with_status(&calls, 401), 0, "{issue}: nothing was refused: {calls:?}");
                assert_eq!(with_status(&calls, 200), 10, "{issue}");
                assert_eq!(count(&calls, issue), 2, "{issue}: the first, and one for all ten");
            });
        }
    });
}

#[test]
fn what_is_refused_once_more_is_not_renewed_again_and_again() {
    for (block, issue) in ending() {
        let emulator = Emulator::start();
        let workspace = workspace(&emulator, &block);
        emulator.fault(&json!({
            "operation": "ListServerGroups", "kind": "error", "status": 401, "code": "APIGW.0301", "message": "No.",
            "next": 9,
        }));
        let run = workspace.try_plan().expect(&[1]);
        run.only_error().must_say(&["APIGW.0301"]);
        let calls = emulator.calls();
        assert_eq!((count(&calls, issue), with_status(&calls, 401)), (2, 2), "{issue}: {calls:?}");
    }
}
