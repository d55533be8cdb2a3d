//! The side of the real Terraform: its program, the provider's and the emulator's.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde_json::{Map, Value, json};
use tfplug::testing::{Configuration, Declared};

use super::{
    blocks::Step,
    form::{Names, Object, asked, in_order, objects, reached},
};
use crate::{
    estate::{Deed, Ledger, preparation},
    framework::host::seen::{self, sorted},
    harness::{Diagnostic, Emulator, Run, Workspace, world::SCHEDULED},
};

/// How old everything is.
pub const A_WHILE: Duration = Duration::from_secs(60 * 60);

pub struct There {
    emulator: Emulator,
    workspace: Workspace,
    names: Names,
}

impl There {
    pub fn begin() -> Self {
        let emulator = Emulator::start();
        emulator.leave_schedule(SCHEDULED);
        // What was made a moment ago, the provider reads again where it is missing, and how often depends on how fast
        // this machine is. By this clock all of it is old.
        emulator.advance(A_WHILE.as_secs());
        emulator.change_world(&preparation());
        let workspace = Workspace::with(&emulator, "");
        Self { emulator, workspace, names: Names::default() }
    }

    /// Plays a step. Answers with all that is to be compared.
    pub fn play(&mut self, step: &Step) -> Value {
        self.somebody(step.deed.as_ref());
        if let Some(address) = &step.taint
            && stored(&self.workspace.state_file()).get(address).is_some()
        {
            self.workspace.run(&["taint", "-no-color", address]).expect(&[0]);
        }
        let configuration = step.configuration(&self.emulator.world());
        self.workspace.write("main.tf.json", &written(&configuration).to_string());
        let last = self.emulator.count_of_calls();
        let options = options(step);
        let planned = self.workspace.run(&options.iter().map(String::as_str).collect::<Vec<_>>());
        let mut plan = json!({});
        let mut applied = json!({ "warnings": [], "errors": [] });
        let of_plan = self.emulator.calls_after(last);
        let last = last + u64::try_from(of_plan.len()).expect("as many as fit into a list");
        if planned.code != 1 {
            plan = self.plan();
            self.somebody(step.meanwhile.as_ref());
            let parallelism = format!("-parallelism={}", step.weather.parallelism);
            let run = self.workspace.run(&["apply", "-json", "-input=false", &parallelism, "plan"]);
            applied = told(&run);
        }
        plan["told"] = told(&planned);
        plan["asked"] = asked(&Ledger::new(of_plan));
        let of_apply = self.emulator.calls_after(last);
        self.names.learn(&of_apply);
        self.names.common(&json!({
            "plan": plan,
            "apply": {
                "told": applied,
                "asked": asked(&Ledger::new(of_apply)),
                "stored": stored(&self.workspace.state_file()),
            },
        }))
    }

    fn somebody(&self, deed: Option<&Deed>) {
        if let Some((change, _)) = deed.and_then(|deed| deed.change(&self.emulator.world())) {
            self.emulator.change_world(&change);
        }
    }

    fn plan(&self) -> Value {
        let plan = self.workspace.show(&["plan"]);
        let changes = plan["resource_changes"].as_array().into_iter().flatten().map(|it| {
            let change = &it["change"];
            Object {
                address: text(&it["address"]),
                deposed: it["deposed"].as_str().map(str::to_owned),
                values: seen::planned(change),
                more: json!({ "action": change["actions"], "replacing": seen::replacing(change) }),
            }
        });
        let changes = objects(changes.collect());
        let graph = self.workspace.run(&["graph", "-plan=plan"]).expect(&[0]).stdout;
        let refreshed = plan.pointer("/prior_state/values/root_module/resources").and_then(Value::as_array);
        let refreshed = refreshed.into_iter().flatten().map(|it| Object {
            address: text(&it["address"]),
            deposed: it["deposed_key"].as_str().map(str::to_owned),
            values: it["values"].clone(),
            more: json!({
                "tainted": it["tainted"] == true,
                "dependencies": in_order(it["depends_on"].as_array().cloned().unwrap_or_default()),
            }),
        });
        json!({ "changes": changes, "refreshed": objects(refreshed.collect()), "order": order(&graph) })
    }
}

fn text(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}

fn options(step: &Step) -> Vec<String> {
    let mut all = ["plan", "-json", "-input=false", "-detailed-exitcode", "-out=plan"].map(str::to_owned).to_vec();
    all.push(format!("-parallelism={}", step.weather.parallelism));
    all.push(format!("-refresh={}", step.options.refresh));
    all.extend(step.options.targets.iter().map(|address| format!("-target={address}")));
    all.extend(step.options.replace.iter().map(|address| format!("-replace={address}")));
    all
}

/// The configuration in Terraform's JSON syntax.
fn written(configuration: &Configuration) -> Value {
    let Configuration { resources, moved, imports, removed } = configuration;
    let mut blocks = Map::new();
    for (address, declared) in resources {
        let Declared { type_name, config, depends_on, create_before_destroy } = declared;
        let label = address.rsplit('.').next().unwrap_or_default();
        let mut block = config.clone();
        block["depends_on"] = json!(depends_on);
        block["lifecycle"] = json!({ "create_before_destroy": create_before_destroy });
        blocks.entry(type_name).or_insert_with(|| json!({}))[label] = block;
    }
    let moved: Vec<_> = moved.iter().map(|it| json!({ "from": it.from, "to": it.to })).collect();
    let imports: Vec<_> = imports.iter().map(|it| json!({ "to": it.to, "id": it.id })).collect();
    let keeps = json!({ "destroy": false });
    let removed: Vec<_> = removed.iter().map(|it| json!({ "from": it.from, "lifecycle": keeps })).collect();
    let mut written = json!({ "moved": moved, "import": imports, "removed": removed });
    if !blocks.is_empty() {
        written["resource"] = Value::Object(blocks);
    }
    written
}

/// What Terraform tells of itself, and not of what a provider does.
const OF_TERRAFORM: [&str; 3] = [
    "Resource targeting is in effect",
    "Applied changes may be incomplete",
    "Some objects will no longer be managed by Terraform",
];

/// What Terraform itself finds wrong, and what the run of `tfplug::testing` says of it.
const FOUND_BY_TERRAFORM: [(&str, &str); 1] = [(
    "Moved resource instances excluded by targeting",
    "it is moved, and not both of its addresses are among the targets",
)];

fn told(run: &Run) -> Value {
    let told = |all: Vec<Diagnostic>| {
        let all = all.into_iter().filter(|it| !OF_TERRAFORM.contains(&it.summary.as_str()));
        let all = all.map(|it| {
            let found = FOUND_BY_TERRAFORM.iter().find(|(summary, _)| *summary == it.summary);
            let (summary, detail) = found.map_or((it.summary.as_str(), it.detail.as_str()), |(_, here)| (*here, ""));
            json!({ "address": it.address, "summary": summary, "detail": detail })
        });
        in_order(all.collect())
    };
    json!({ "warnings": told(run.warnings()), "errors": told(run.errors()) })
}

/// What waits for what, by the graph that Terraform prints.
fn order(graph: &str) -> Value {
    let (mut nodes, mut edges) = (BTreeSet::new(), BTreeMap::<_, BTreeSet<_>>::new());
    for line in graph.lines() {
        let mut names = line.split('"').skip(1).step_by(2).map(|it| it.trim_start_matches("[root] "));
        let Some(first) = names.next() else { continue };
        if line.contains("\" -> \"") {
            let Some(other) = names.next() else { continue };
            edges.entry(node(first)).or_default().insert(node(other));
        } else if line.contains("[label") && first.starts_with("appstreaming_") && !first.ends_with(" (expand)") {
            nodes.insert(node(first));
        }
    }
    reached(&edges, &nodes)
}

/// What a node of the graph is called here.
fn node(name: &str) -> String {
    match name.split_once(" (") {
        Some((address, "destroy)")) => format!("destroy {address}"),
        Some((address, "forget)")) => format!("forget {address}"),
        Some((address, deposed)) if deposed.starts_with("destroy deposed") => format!("destroy deposed {address}"),
        None if name.starts_with("appstreaming_") => format!("make {name}"),
        _ => name.to_owned(),
    }
}

fn stored(state: &Value) -> Value {
    let mut all = Vec::new();
    for resource in state["resources"].as_array().into_iter().flatten() {
        let address = format!("{}.{}", text(&resource["type"]), text(&resource["name"]));
        for instance in resource["instances"].as_array().into_iter().flatten() {
            let dependencies = instance["dependencies"].as_array().cloned().unwrap_or_default();
            all.push(Object {
                address: address.clone(),
                deposed: instance["deposed"].as_str().map(str::to_owned),
                values: instance["attributes"].clone(),
                more: json!({
                    "tainted": instance["status"] == "tainted",
                    "identity": sorted(&instance["identity"]),
                    "dependencies": in_order(dependencies),
                    "create_before_destroy": instance["create_before_destroy"] == true,
                }),
            });
        }
    }
    objects(all)
}
