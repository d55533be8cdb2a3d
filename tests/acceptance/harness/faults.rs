//! Ways in which calls go wrong, as the emulator's `POST /_emulator/faults` takes them.

use serde_json::{Value, json};

/// The kinds that carry a call out and lose its answer on the way back.
pub const LOST_ANSWERS: [&str; 4] = ["close_after", "half_answer", "not_json", "empty"];

/// What becomes of a call that a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The service carries it out.
    Done,
    /// The service does nothing and says so.
    Refused,
    /// The service does nothing, and nobody can know that from the answer.
    NotDone,
}

/// One fault of each kind that passes by itself. A stale read strikes reads alone, so that a change is done.
pub fn each_kind() -> [(Value, Fate); 11] {
    [
        (json!({ "kind": "throttle" }), Fate::Refused),
        (json!({ "kind": "error", "status": 500, "code": "InternalError", "message": "Oh." }), Fate::NotDone),
        (json!({ "kind": "html", "status": 502 }), Fate::NotDone),
        (json!({ "kind": "close_before" }), Fate::NotDone),
        (json!({ "kind": "hang", "seconds": 0.3 }), Fate::NotDone),
        (json!({ "kind": "close_after" }), Fate::Done),
        (json!({ "kind": "half_answer" }), Fate::Done),
        (json!({ "kind": "not_json" }), Fate::Done),
        (json!({ "kind": "empty" }), Fate::Done),
        (json!({ "kind": "slow", "seconds": 0.3 }), Fate::Done),
        (json!({ "kind": "stale_read" }), Fate::Done),
    ]
}

/// The fault of this kind among [`each_kind`].
#[track_caller]
pub fn of_kind(kind: &str) -> Value {
    let fault = each_kind().into_iter().find(|(fault, _)| fault["kind"] == kind);
    fault.unwrap_or_else(|| panic!("there is no kind of fault {kind:?}")).0
}

/// The fault, with fields that say where and how often it strikes.
pub fn striking(mut fault: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().expect("fields are an object") {
        fault[name] = value.clone();
    }
    fault
}

/// A refusal of one operation for good, by the code that the service gives it.
pub fn refusal(operation: &str, code: &str) -> Value {
    json!({ "operation": operation, "kind": "error", "status": 403, "code": code, "message": "No." })
}
