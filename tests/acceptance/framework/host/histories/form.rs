//! One form for what both sides say, and where it differs.

use std::collections::{BTreeMap, BTreeSet};

use regex_lite::Regex;
use serde_json::{Map, Value, json};

use crate::{
    estate::{Call, Ledger},
    framework::host::seen::sorted,
};

/// What stands for a time.
const TIME: &str = "<time>";

/// What a side has made so far, by the IDs that differ: each by its name and how many of that name there were before.
#[derive(Clone, Debug, Default)]
pub struct Names {
    by_id: BTreeMap<String, String>,
    count: BTreeMap<String, usize>,
}

impl Names {
    /// Learns the IDs of what was made.
    pub fn learn(&mut self, calls: &[Call]) {
        for call in calls {
            for change in call.record["changes"].as_array().into_iter().flatten().filter(|it| it["kind"] == "created") {
                let of = ["name", "AppInstanceGroupId"].map(|name| call.parameter(name));
                let name = format!("{} of {}", call.operation, of.concat());
                let count = self.count.entry(name.clone()).or_default();
                *count += 1;
                let id = change["id"].as_str().unwrap_or_default().to_owned();
                self.by_id.insert(id, format!("<{name} {count}>"));
            }
        }
    }

    /// With names for IDs, and without what is of this moment; each array in one order, since all are sets here.
    pub fn common(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => json!(self.text(text)),
            Value::Array(all) => in_order(all.iter().map(|it| self.common(it)).collect()),
            Value::Object(all) => {
                let all = all.iter().map(|(name, it)| (self.text(name), self.common(it)));
                all.filter(|(_, it)| !is_of_this_moment(it)).collect()
            }
            other => other.clone(),
        }
    }

    fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (id, name) in &self.by_id {
            text = text.split(id.as_str()).collect::<Vec<_>>().join(name);
        }
        let [times, endpoints, requests, ids] = [
            r"20[2-8]\d-\d\d-\d\d[T ]\d\d:\d\d(:[\d.]+)?(Z|\+00:00)?",
            r"http://127\.0\.0\.1:\d+",
            r"request id [0-9a-f]{32}",
            // Those of the built-in world have other letters in their third part.
            r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        ]
        .map(|pattern| Regex::new(pattern).expect("a pattern"));
        let text = times.replace_all(&text, TIME);
        let text = endpoints.replace_all(&text, "<endpoint>");
        let text = requests.replace_all(&text, "request id <id>");
        let of_world = |id: &str| id.contains("-0000-4000-8000-");
        ids.replace_all(
            &text,
            |found: &regex_lite::Captures<'_>| {
                if of_world(&found[0]) { found[0].to_owned() } else { "<id>".to_owned() }
            },
        )
        .into_owned()
    }
}

/// Whether all that a change of the record says is that time goes by.
fn is_of_this_moment(value: &Value) -> bool {
    *value == json!([TIME, TIME])
}

/// In one order.
pub fn in_order(mut all: Vec<Value>) -> Value {
    all.sort_by_key(Value::to_string);
    json!(all)
}

/// What was asked of the services: what changed something, and the rest.
pub fn asked(ledger: &Ledger) -> Value {
    let (acts, reads): (Vec<&Call>, Vec<&Call>) =
        ledger.calls.iter().partition(|call| call.record["changes"] != json!([]));
    let shown = |call: &Call| {
        let of = |name: &str| call.record[name].clone();
        json!({
            "operation": of("operation"), "status": of("status"), "code": of("code"), "path": of("path"),
            "parameters": of("parameters"), "changes": changes(&of("changes")),
        })
    };
    let shown = |calls: Vec<&Call>| in_order(calls.into_iter().map(shown).collect());
    json!({ "acts": shown(acts), "reads": shown(reads) })
}

/// What a call changed. What else there is beside it may depend on who comes first.
fn changes(changes: &Value) -> Value {
    let mut changes = changes.clone();
    for change in changes.as_array_mut().into_iter().flatten() {
        for field in change["fields"].as_object_mut().into_iter().flat_map(|fields| fields.values_mut()) {
            let parts = |it: &Value| match it {
                Value::Array(all) => Some(all.iter().map(Value::to_string).collect::<BTreeSet<_>>()),
                Value::Object(all) => Some(all.iter().map(|it| format!("{it:?}")).collect()),
                _ => None,
            };
            if let (Some(before), Some(after)) = (parts(&field[0]), parts(&field[1])) {
                let [gone, new] =
                    [before.difference(&after), after.difference(&before)].map(Iterator::collect::<Vec<_>>);
                *field = json!({ "gone": gone, "new": new });
            }
        }
    }
    changes
}

/// An object of a state.
pub struct Object {
    pub address: String,
    pub deposed: Option<String>,
    pub values: Value,
    /// What else is known of it.
    pub more: Value,
}

/// The objects by what they are. The key of what is deposed is by chance.
pub fn objects(all: Vec<Object>) -> Value {
    let mut by_key: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for Object { address, deposed, values, more } in all {
        let key = if deposed.is_some() { format!("{address} deposed ") } else { address };
        let mut object = more;
        object["values"] = sorted(&values);
        by_key.entry(key).or_default().push(object);
    }
    by_key.into_iter().map(|(key, all)| (key, in_order(all))).collect()
}

/// What waits for what, also by way of others, as far as it is among these.
pub fn reached(graph: &BTreeMap<String, BTreeSet<String>>, nodes: &BTreeSet<String>) -> Value {
    let mut order = Map::new();
    for node in nodes {
        let (mut all, mut next) = (BTreeSet::new(), vec![node]);
        while let Some(node) = next.pop() {
            next.extend(graph.get(node).into_iter().flatten().filter(|it| all.insert(*it)));
        }
        let all: BTreeSet<_> = all.into_iter().filter(|it| nodes.contains(*it) && *it != node).collect();
        order.insert(node.clone(), json!(all));
    }
    Value::Object(order)
}

/// Where two of them differ in a part of a run, as deep as it can be said.
pub fn differences(part: &str, there: &Value, here: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let mut here = here.clone();
    let mut there = there.clone();
    for kind in ["warnings", "errors"] {
        forget_addresses(&there["told"][kind], &mut here["told"][kind]);
    }
    if part == "apply" {
        // Which of two that change one thing tells what becomes of it, is for the clock to say.
        for told in [&mut there, &mut here].into_iter().flat_map(|it| it["told"]["warnings"].as_array_mut()).flatten() {
            told["address"] = Value::Null;
        }
    }
    find(&mut all, &format!("/{part}"), &there, &here);
    all
}

/// Terraform names no address where it does not know a block that something is about, as in an import; here it is
/// always named.
fn forget_addresses(there: &Value, here: &mut Value) {
    let nameless = there.as_array().into_iter().flatten().filter(|it| it["address"] == "");
    for told in nameless {
        let is_same = |it: &Value| it["summary"] == told["summary"] && it["detail"] == told["detail"];
        let mut same = here.as_array_mut().into_iter().flatten().filter(|it| it["address"] != "" && is_same(it));
        if let Some(same) = same.next() {
            same["address"] = json!("");
        }
    }
}

fn find(all: &mut Vec<String>, path: &str, there: &Value, here: &Value) {
    match (there, here) {
        (there, here) if there == here => {}
        (Value::Object(left), Value::Object(right)) => {
            for name in left.keys().chain(right.keys()).collect::<BTreeSet<_>>() {
                find(all, &format!("{path}/{name}"), &there[name], &here[name]);
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == 1 && right.len() == 1 && left[0].is_object() => {
            find(all, path, &left[0], &right[0]);
        }
        (Value::Array(left), Value::Array(right)) => {
            let mut right = right.clone();
            for it in left {
                match right.iter().position(|other| other == it) {
                    Some(at) => drop(right.remove(at)),
                    None => all.push(format!("{path}: {it} | -")),
                }
            }
            all.extend(right.iter().map(|it| format!("{path}: - | {it}")));
        }
        _ => all.push(format!("{path}: {there} | {here}")),
    }
}
