//! What a run of Terraform has done, by the emulator's record, and what it has written down.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    configuration::{BY_SESSION, GROUPS, Target},
    names::SET,
};

/// One API call as the emulator recorded it.
#[derive(Debug, Clone)]
pub struct Call {
    /// `alibaba` or `huawei`.
    pub cloud: String,
    pub operation: String,
    /// The HTTP status; `None` when no answer was sent.
    pub status: Option<u64>,
    /// The whole record.
    pub record: Value,
}

impl Call {
    /// The calls of a record.
    pub fn all(record: Value) -> Vec<Self> {
        let Value::Array(calls) = record else { panic!("the record is a list, and not {record}") };
        let text = |call: &Value, name: &str| call[name].as_str().unwrap_or_default().to_owned();
        calls
            .into_iter()
            .map(|call| Self {
                cloud: text(&call, "cloud"),
                operation: text(&call, "operation"),
                status: call["status"].as_u64(),
                record: call,
            })
            .collect()
    }

    /// The call in a line, with what it changed.
    pub fn shown(&self) -> String {
        let text = |name: &str| self.record[name].as_str().unwrap_or("-").to_owned();
        let changes = self.record["changes"].as_array().map_or(0, Vec::len);
        format!(
            "{} {} {} {} fault {}, {changes} changes: {}",
            text("emulated_time"),
            self.operation,
            self.record["status"],
            text("code"),
            text("fault"),
            self.record["parameters"]
        )
    }

    /// A parameter that was sent, as text; empty when it was not sent.
    pub fn parameter(&self, name: &str) -> &str {
        self.record["parameters"][name].as_str().unwrap_or_default()
    }

    /// A list that was sent; empty when it was not sent.
    pub fn list(&self, name: &str) -> Vec<&str> {
        self.record["parameters"][name].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Whether it asks for credentials, and has none.
    pub fn is_sign_in(&self) -> bool {
        self.operation == "KeystoneCreateToken"
    }

    /// The HTTP method.
    pub fn method(&self) -> &str {
        self.record["method"].as_str().unwrap_or_default()
    }

    /// The JSON body that was sent.
    pub fn body(&self) -> Value {
        let mut parameters = self.record["parameters"].clone();
        // The record shows the path's part beside the body's.
        parameters.as_object_mut().and_then(|fields| fields.remove("server_group_id"));
        parameters
    }
}

/// The calls of a run.
pub struct Ledger {
    pub calls: Vec<Call>,
}

impl Ledger {
    pub fn new(calls: Vec<Call>) -> Self {
        Self { calls }
    }

    /// How many calls were struck by a fault.
    pub fn faults(&self) -> usize {
        self.calls.iter().filter(|call| !call.record["fault"].is_null()).count()
    }

    /// The calls that have changed something, whatever the caller has learned.
    pub fn acts(&self) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(|call| call.record["changes"] != json!([]))
    }

    /// How often each operation was called that changes something, and how often it did.
    pub fn summary(&self) -> String {
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for call in &self.calls {
            counts.entry(&call.operation).or_default().0 += 1;
        }
        for call in self.acts() {
            counts.entry(&call.operation).or_default().1 += 1;
        }
        let counts = counts.iter().map(|(operation, (calls, acts))| format!("{operation} {acts}/{calls}"));
        counts.collect::<Vec<_>>().join(", ")
    }
}

/// The rows that a call changed in a table of the emulator's world, by ID.
pub fn changes<'a>(call: &'a Call, table: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let changes = call.record["changes"].as_array().into_iter().flatten();
    let changes = changes.filter(move |change| change["table"] == table);
    changes.map(|change| (change["id"].as_str().unwrap_or_default(), change))
}

/// Whether the last update of a delivery group that a call changes had failed.
pub fn has_failed_before(call: &Call) -> bool {
    changes(call, "delivery_groups").any(|(_, row)| row["fields"]["status"][0] == "MAINTAIN_FAILED")
}

/// Whom a call has removed, and from what.
pub fn removed(call: &Call) -> Vec<(Target, String)> {
    members_left(call, [0, 1])
}

/// Whom a call has added, and to what.
pub fn added(call: &Call) -> Vec<(Target, String)> {
    members_left(call, [1, 0])
}

/// Whom what a call changed had at one of these moments, and not at the other: 0 is before, 1 after.
fn members_left(call: &Call, moments: [usize; 2]) -> Vec<(Target, String)> {
    let mut left = Vec::new();
    for (id, change) in changes(call, "delivery_groups").chain(changes(call, "delivery_group_sets")) {
        let [one, other] = moments.map(|at| {
            let field = |name: &str| change["fields"][name][at].clone();
            let (users, groups) = (field("authorized_users"), field("authorized_user_groups"));
            json!({ "authorized_users": users, "authorized_user_groups": groups })
        });
        let of_row = |row: &Value, target| members_of_row(row, target);
        for target in targets(id) {
            let (one, other) = (of_row(&one, target), of_row(&other, target));
            left.extend(one.difference(&other).map(|member| (target, member.clone())));
        }
    }
    left
}

/// What a row of the emulator's world may be to people.
fn targets(id: &str) -> Vec<Target> {
    match id {
        SET => vec![Target::Set],
        BY_SESSION => vec![Target::Session("p-personal-1"), Target::Session("p-personal-2")],
        _ => GROUPS.iter().filter(|group| **group == id).map(|group| Target::Group(group)).collect(),
    }
}

fn members_of_row(row: &Value, target: Target) -> BTreeSet<String> {
    let users = row["authorized_users"].as_object().into_iter().flatten();
    let users = users.filter(|(_, sessions)| match target {
        Target::Session(id) => sessions.as_array().is_some_and(|sessions| sessions.iter().any(|it| it == id)),
        Target::Group(_) | Target::Set => true,
    });
    let users = users.map(|(name, _)| name.clone());
    let groups = row["authorized_user_groups"].as_array().into_iter().flatten().filter_map(Value::as_str);
    users.chain(groups.map(str::to_owned)).collect()
}

/// Who may use something in the emulator's world.
pub fn members(world: &Value, target: Target) -> BTreeSet<String> {
    let row = match target {
        Target::Group(id) => &world["alibaba"]["delivery_groups"][id],
        Target::Session(_) => &world["alibaba"]["delivery_groups"][BY_SESSION],
        Target::Set => &world["alibaba"]["delivery_group_sets"][SET],
    };
    members_of_row(row, target)
}

/// Whom an authorization lists, by its attributes.
pub fn members_in_state(attributes: &Value) -> impl Iterator<Item = String> {
    let names = ["user_names", "user_group_ids"].map(|name| attributes[name].as_array().cloned());
    names.into_iter().flatten().flatten().filter_map(|name| name.as_str().map(str::to_owned))
}

/// An object of the state.
pub struct Object {
    pub address: String,
    pub attributes: Value,
    pub is_tainted: bool,
    pub is_deposed: bool,
}

/// The state as it is on disk.
pub struct State(Vec<Object>);

impl State {
    pub fn new(objects: Vec<Object>) -> Self {
        Self(objects)
    }

    pub fn objects(&self) -> &[Object] {
        &self.0
    }

    /// The object that the resource at an address has now, if it has one.
    pub fn current(&self, address: &str) -> Option<&Object> {
        self.0.iter().find(|object| object.address == address && !object.is_deposed)
    }

    pub fn server_group_id(&self, label: &str) -> Option<String> {
        let object = self.current(&format!("appstreaming_server_group.{label}"))?;
        object.attributes["id"].as_str().map(str::to_owned)
    }
}
