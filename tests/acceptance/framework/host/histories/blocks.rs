//! What a history of this room has beside that of the simulation: blocks that wait for each other, that refer to each
//! other, that move, that are imported and forgotten. What the simulation has beside it goes wrong, and is left out.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde_json::{Value, json};
use tfplug::testing::{Configuration, Declared, Import, Moved, Removed, RunOptions, reference};

use super::{
    script::Script,
    side::Side,
    weather::{End, Weather},
};
use crate::estate::{Deed, Dice, Estate, names::GROUP};

/// The ID of a server group that nobody has.
const MISSING: &str = "20000000-0000-4000-8000-0000000fffff";
/// Before the name of a server group that is meant by its ID, which is another one on each side.
const BY_NAME: &str = "@";

/// One step of a history.
#[derive(Clone, Debug)]
pub struct Step {
    configuration: Configuration,
    pub options: RunOptions,
    pub weather: Weather,
    /// What somebody else does before.
    pub deed: Option<Deed>,
    /// What somebody else does between the plan and the apply of it.
    pub meanwhile: Option<Deed>,
    pub taint: Option<String>,
}

impl Step {
    /// What is configured, in a world with these server groups.
    pub fn configuration(&self, world: &Value) -> Configuration {
        let mut configuration = self.configuration.clone();
        let groups = world["huawei"]["server_groups"].as_object();
        let id_of = |name: &str| groups.into_iter().flatten().find(|(_, it)| it["name"] == name).map(|(id, _)| id);
        configuration.imports.retain_mut(|import| match import.id.strip_prefix(BY_NAME) {
            Some(name) => id_of(name).map(|id| import.id.clone_from(id)).is_some(),
            None => true,
        });
        configuration
    }

    /// What is special about it.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        let Configuration { resources, moved, imports, removed } = &self.configuration;
        let kinds = [
            ("with moved", !moved.is_empty()),
            ("with import", !imports.is_empty()),
            ("with removed", !removed.is_empty()),
            ("with -refresh=false", !self.options.refresh),
            ("with -target", !self.options.targets.is_empty()),
            ("with -replace", !self.options.replace.is_empty()),
            ("after a deed", self.deed.is_some()),
            ("with a deed before the apply", self.meanwhile.is_some()),
            ("with taint", self.taint.is_some()),
            ("with create_before_destroy", resources.values().any(|it| it.create_before_destroy)),
        ];
        kinds.into_iter().filter(|(_, is_so)| *is_so).map(|(kind, _)| kind)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { configuration, options, weather, deed, meanwhile, taint } = self;
        writeln!(
            f,
            "{options:?}, {} at a time, {deed:?} before, {meanwhile:?} meanwhile, {taint:?} tainted",
            weather.parallelism
        )?;
        for (address, declared) in &configuration.resources {
            let Declared { config, depends_on, create_before_destroy, .. } = declared;
            let first = if *create_before_destroy { ", created first" } else { "" };
            let after = if depends_on.is_empty() { String::new() } else { format!(", after {depends_on:?}") };
            writeln!(f, "  {address}: {config}{first}{after}")?;
        }
        let Configuration { moved, imports, removed, .. } = configuration;
        writeln!(f, "  {moved:?} {imports:?} {removed:?}")
    }
}

/// How one block waits for another.
#[derive(Clone, Copy, Debug)]
enum Edge {
    DependsOn,
    Refers,
}

/// What is decided once, or changes little from step to step. What it names is named as the estate does.
struct Blocks {
    dice: Dice,
    /// How often an address was moved.
    moves: BTreeMap<String, usize>,
    edges: BTreeMap<(String, String), Option<Edge>>,
    /// Which comes before which, where they wait for each other.
    ranks: BTreeMap<String, usize>,
    /// Server groups that are created first, with a name that changes with what replaces them.
    created_first: BTreeMap<String, bool>,
    moved: Vec<Moved>,
    imports: Vec<Import>,
    before: BTreeSet<String>,
}

/// The history of a seed.
pub fn steps(seed: u64) -> Vec<Step> {
    // Whom a rollout waits for would have to leave in real time.
    let script = Script::of(seed).quiet();
    let mut blocks = Blocks::new(seed);
    let mut steps: Vec<_> = script
        .steps
        .into_iter()
        .map(|step| {
            let configuration = blocks.next(&step.estate);
            let (more_targets, more_replace) = (blocks.some_of(&step.estate, 12), blocks.some_of(&step.estate, 8));
            let meanwhile = blocks.dice.percent(15).then(|| Deed::by_chance(&mut blocks.dice));
            let named = |address: &String| blocks.named(address);
            let options = RunOptions {
                refresh: step.weather.refresh,
                targets: step.targets.iter().chain(&more_targets).map(named).collect(),
                replace: step.replace.iter().chain(&more_replace).map(named).collect(),
            };
            let calm = Weather { parallelism: step.weather.parallelism, ..Weather::calm() };
            let taint = step.taint.as_ref().map(named);
            Step {
                configuration,
                options,
                weather: calm,
                deed: step.deed,
                meanwhile: step.meanwhile.or(meanwhile),
                taint,
            }
        })
        .collect();
    // In the end all of it goes.
    let (options, weather) = (RunOptions::default(), Weather { end: End::ItsOwn, ..Weather::calm() });
    let configuration = Configuration::default();
    steps.push(Step { configuration, options, weather, deed: None, meanwhile: None, taint: None });
    steps
}

/// The resources of an estate alone. What is moved, imported and forgotten in it, this room decides by itself.
fn configuration(estate: &Estate) -> Configuration {
    let mut estate = estate.clone();
    estate.is_elsewhere = false;
    let resources = Side { estate, file: &RefCell::default() }.configuration(&Value::Null, None).resources;
    Configuration { resources, ..Configuration::default() }
}

impl Blocks {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed ^ 0x6869_7374_6f72_7973),
            moves: BTreeMap::new(),
            edges: BTreeMap::new(),
            ranks: BTreeMap::new(),
            created_first: BTreeMap::new(),
            moved: Vec::new(),
            imports: Vec::new(),
            before: BTreeSet::new(),
        }
    }

    /// Two of the estate's addresses or one, in so many of a hundred cases.
    fn some_of(&mut self, estate: &Estate, of_a_hundred: usize) -> BTreeSet<String> {
        let all: Vec<_> = estate.addresses().into_iter().collect();
        let many = if self.dice.percent(of_a_hundred) { 2 } else { 0 };
        (0..many).filter_map(|_| self.dice.any(&all)).collect()
    }

    /// The address that is configured for one of the estate's.
    fn named(&self, address: &String) -> String {
        match self.moves.get(address) {
            Some(times) => format!("{address}_{times}"),
            None => address.clone(),
        }
    }

    /// What is configured next.
    fn next(&mut self, estate: &Estate) -> Configuration {
        let now = estate.addresses();
        let gone: Vec<_> = self.before.difference(&now).cloned().collect();
        let new: Vec<_> = now.difference(&self.before).cloned().collect();
        let stay: Vec<_> = now.intersection(&self.before).cloned().collect();
        let removed = gone.iter().filter(|_| self.dice.percent(45)).cloned().collect::<Vec<_>>();
        let removed = removed.iter().map(|address| Removed { from: self.named(address) }).collect();
        self.move_one(&stay);
        let mut configuration = configuration(estate);
        self.connect(&now);
        for (address, declared) in &mut configuration.resources {
            self.create_first(address, declared);
        }
        self.write_edges(&mut configuration);
        if self.dice.percent(50) {
            self.imports.clear();
        }
        self.import(&configuration, &new);
        let resources = configuration.resources.into_iter().map(|(address, it)| (self.named(&address), it)).collect();
        self.before = now;
        Configuration { resources, moved: self.moved.clone(), imports: self.imports_of(&gone), removed }
    }

    fn imports_of(&mut self, gone: &[String]) -> Vec<Import> {
        let gone: BTreeSet<_> = gone.iter().map(|address| self.named(address)).collect();
        self.imports.retain(|import| !gone.contains(&import.to));
        self.imports.clone()
    }

    fn move_one(&mut self, stay: &[String]) {
        if !self.dice.percent(30) {
            return;
        }
        let Some(address) = self.dice.any(stay) else { return };
        let from = self.named(&address);
        *self.moves.entry(address.clone()).or_default() += 1;
        let to = self.named(&address);
        self.imports.iter_mut().filter(|import| import.to == from).for_each(|import| import.to.clone_from(&to));
        self.moved.push(Moved { from, to });
    }

    /// Lets some of those that are there wait for each other.
    fn connect(&mut self, now: &BTreeSet<String>) {
        for address in now {
            let rank = self.dice.below(1000);
            self.ranks.entry(address.clone()).or_insert(rank);
        }
        for (one, other) in now.iter().flat_map(|one| now.iter().map(move |other| (one, other))) {
            if self.ranks[one] <= self.ranks[other] {
                continue;
            }
            let pair = (one.clone(), other.clone());
            // Few change once they are there.
            if !self.edges.contains_key(&pair) || self.dice.percent(4) {
                let edge = if self.dice.percent(50) { Edge::DependsOn } else { Edge::Refers };
                let edge = self.dice.percent(18).then_some(edge);
                self.edges.insert(pair, edge);
            }
        }
    }

    fn create_first(&mut self, address: &str, declared: &mut Declared) {
        if declared.type_name != "appstreaming_server_group" {
            return;
        }
        let kind = (self.dice.percent(30), self.dice.percent(70));
        let is_with_name = kind.0.then_some(kind.1);
        let known = self.created_first.get(address).copied();
        let Some(is_with_name) = known.or(is_with_name) else { return };
        self.created_first.insert(address.to_owned(), is_with_name);
        declared.create_before_destroy = true;
        if is_with_name {
            let name = |of: &str| declared.config[of].as_str().unwrap_or_default();
            declared.config["name"] = json!(format!("{}-{}", name("name"), name("subnet_id")));
        }
    }

    fn write_edges(&self, configuration: &mut Configuration) {
        let before = configuration.clone();
        for ((address, other), edge) in &self.edges {
            let (Some(declared), Some(target)) =
                (configuration.resources.get_mut(address), before.resources.get(other))
            else {
                continue;
            };
            let named = self.named(other);
            let refers = match edge {
                None => continue,
                Some(Edge::DependsOn) => false,
                Some(Edge::Refers) => refer(declared, target, &named),
            };
            if !refers {
                declared.depends_on.insert(named);
            }
        }
    }

    fn import(&mut self, configuration: &Configuration, new: &[String]) {
        for address in new {
            let declared = &configuration.resources[address];
            let text = |name: &str| declared.config[name].as_str().unwrap_or_default().to_owned();
            if !self.dice.percent(35) {
                continue;
            }
            let id = match declared.type_name.as_str() {
                "appstreaming_server_group" if self.dice.percent(8) => MISSING.to_owned(),
                "appstreaming_server_group" => format!("{BY_NAME}{}", text("name")),
                "appstreaming_delivery_group_image" => text("delivery_group_id"),
                "appstreaming_delivery_group_authorization" => text("delivery_group_id"),
                _ => continue,
            };
            // What refers to something has no ID here, and a set's or a session's is another one.
            let id = if id.is_empty() || id.starts_with('$') { GROUP.to_owned() } else { id };
            self.imports.push(Import { to: self.named(address), id });
        }
    }
}

/// Lets an argument be an attribute of another resource, where there is one that fits.
fn refer(declared: &mut Declared, target: &Declared, named: &str) -> bool {
    let kinds = (declared.type_name.as_str(), target.type_name.as_str());
    let is_of_group = |it: &Declared| it.config["delivery_group_id"].is_string();
    match kinds {
        ("appstreaming_server_group", "appstreaming_server_group") => {
            declared.config["description"] = json!(reference(named, "id"));
        }
        ("appstreaming_server_group", _) => declared.config["tags"]["team"] = json!(reference(named, "id")),
        ("appstreaming_delivery_group_session_log_off", _) => {
            declared.config["triggers"]["release"] = json!(reference(named, "id"));
        }
        _ if is_of_group(declared) && declared.config["delivery_group_id"] == target.config["delivery_group_id"] => {
            declared.config["delivery_group_id"] = json!(reference(named, "delivery_group_id"));
        }
        _ => return false,
    }
    true
}
