mod memory;
mod order;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::{Configuration, Declared, Import, Moved, Removed, RunOptions, StateFile, Told, Walk, reference};
use crate::{
    Attr, Change, ConfigureContext, Context, Diagnostic, Import as ImportSource, NoIdentity, Provider, Registry,
    Resource, Result,
    schema::{Attribute, Schema},
    testing::{Host, PlannedAction},
};

/// A service of things, and what was asked of it.
#[derive(Clone, Default)]
struct Service {
    things: Arc<Mutex<BTreeMap<String, String>>>,
    log: Arc<Mutex<Vec<String>>>,
    /// How many reads go on, and how many did at most.
    reads: Arc<Mutex<(usize, usize)>>,
    /// Whether it refuses to plan what is new.
    plans_nothing: Arc<Mutex<bool>>,
}

struct Things(Service);

struct ThingResource;

#[derive(Clone, Serialize, Deserialize)]
struct NoConfig {}

#[derive(Clone, Serialize, Deserialize)]
struct Thing {
    id: Attr<String>,
    name: Attr<String>,
    size: Attr<i64>,
    other: Attr<String>,
}

impl Provider for Things {
    type Config = NoConfig;
    type Data = Service;

    fn version(&self) -> &'static str {
        "1.0.0"
    }

    fn schema(&self) -> Schema {
        Schema::new("Things.")
    }

    async fn configure(&self, _: &mut ConfigureContext, _: NoConfig) -> Result<Service> {
        Ok(self.0.clone())
    }

    fn register(&self, registry: &mut Registry<Service>) {
        registry.resource(ThingResource);
    }
}

impl Service {
    fn tell(&self, what: &str, thing: &Thing) -> Result<()> {
        let name = thing.name.as_str().unwrap_or_default();
        self.log.lock().unwrap().push(format!("{what} {name}"));
        if name.contains(&format!("no-{what}")) {
            return Err(Diagnostic::error(format!("no {what}"), "It does not want to.").into());
        }
        Ok(())
    }

    fn begin_read(&self) {
        let (going_on, most) = &mut *self.reads.lock().unwrap();
        *going_on += 1;
        *most = (*most).max(*going_on);
    }

    fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().unwrap())
    }
}

impl Resource for ThingResource {
    type Data = Service;
    type Model = Thing;
    type Identity = NoIdentity;

    fn type_name(&self) -> &'static str {
        "things_thing"
    }

    fn schema(&self) -> Schema {
        Schema::new("A thing.")
            .attribute("id", Attribute::string("Its ID.").computed().use_state_for_unknown())
            .attribute("name", Attribute::string("Its name; another one replaces it.").required().requires_replace())
            .attribute("size", Attribute::integer("Its size.").optional())
            .attribute("other", Attribute::string("The ID of another one.").optional())
    }

    async fn plan(&self, cx: &mut Context<Service>, change: &mut Change<Thing>) -> Result<()> {
        let said = if change.as_destroy().is_some() { "goes" } else { "comes" };
        let thing = change.prior.as_ref().or(change.planned.as_ref()).filter(|it| it.name.as_str() == Some("loud"));
        if thing.is_some() {
            cx.warn(Diagnostic::warning(format!("it {said}"), ""));
        }
        if change.prior.is_none() && *cx.data()?.plans_nothing.lock().unwrap() {
            return Err(Diagnostic::error("no plan", "It does not want to.").into());
        }
        Ok(())
    }

    async fn create(&self, cx: &mut Context<Service>, mut planned: Thing) -> Result<Thing> {
        let service = cx.data()?;
        service.tell("create", &planned)?;
        let name = planned.name.as_str().unwrap_or_default().to_owned();
        planned.id = format!("id-{name}").into();
        service.things.lock().unwrap().insert(format!("id-{name}"), name);
        Ok(planned)
    }

    async fn read(&self, cx: &mut Context<Service>, state: Thing) -> Result<Option<Thing>> {
        let service = cx.data()?;
        service.tell("read", &state)?;
        service.begin_read();
        tokio::task::yield_now().await;
        service.reads.lock().unwrap().0 -= 1;
        let is_there = service.things.lock().unwrap().contains_key(state.id.as_str().unwrap_or_default());
        Ok(is_there.then_some(state))
    }

    async fn update(&self, cx: &mut Context<Service>, _: Thing, planned: Thing) -> Result<Thing> {
        cx.data()?.tell("update", &planned)?;
        Ok(planned)
    }

    async fn delete(&self, cx: &mut Context<Service>, state: Thing) -> Result<()> {
        let service = cx.data()?;
        service.tell("delete", &state)?;
        service.things.lock().unwrap().remove(state.id.as_str().unwrap_or_default());
        Ok(())
    }

    async fn import(&self, _: &mut Context<Service>, source: ImportSource<NoIdentity>) -> Result<Thing> {
        let ImportSource::Id(id) = source else { return Err(Diagnostic::error("no identity", "").into()) };
        let name = id.trim_start_matches("id-").to_owned();
        Ok(Thing { id: id.into(), name: name.into(), size: Attr::Null, other: Attr::Null })
    }
}

/// A state file with its service.
#[derive(Default)]
struct World {
    service: Service,
    file: RefCell<StateFile>,
}

impl World {
    async fn host(&self) -> Host {
        let host = Host::in_process(Things(self.service.clone())).await.unwrap();
        host.configure(&json!({})).await.unwrap();
        host
    }

    /// Plans and applies. Answers with the actions, what was done at the service beside reading, and what was told.
    async fn run(
        &self,
        configuration: &Configuration,
        options: &RunOptions,
    ) -> (Vec<PlannedAction>, Vec<String>, Told) {
        let host = self.host().await;
        let walk = Walk::new(&host);
        let state = self.file.borrow().clone();
        let plan = walk.plan(&state, configuration, options).await;
        let Some(plan) = plan else { return (Vec::new(), self.service.take_log(), walk.take_told()) };
        let actions = plan.changes.values().map(|planned| planned.action).collect();
        let host = self.host().await;
        let walk = Walk::new(&host);
        walk.apply(&plan, &self.file).await;
        let mut log = self.service.take_log();
        log.retain(|line| !line.starts_with("read"));
        (actions, log, walk.take_told())
    }

    async fn apply(&self, configuration: &Configuration) -> (Vec<PlannedAction>, Vec<String>) {
        let (actions, log, told) = self.run(configuration, &RunOptions::default()).await;
        assert_eq!(told.errors, []);
        (actions, log)
    }

    fn names(&self) -> Vec<String> {
        self.service.things.lock().unwrap().values().cloned().collect()
    }
}

fn thing(config: Json) -> Declared {
    Declared { type_name: "things_thing".to_owned(), config, ..Declared::default() }
}

fn of(all: impl IntoIterator<Item = (&'static str, Declared)>) -> Configuration {
    let resources = all.into_iter().map(|(address, declared)| (address.to_owned(), declared)).collect();
    Configuration { resources, ..Configuration::default() }
}

/// `b` refers to `a`.
fn pair(a: &str, creates_first: bool) -> Configuration {
    let b = json!({ "name": "b", "other": reference("a", "id") });
    of([("a", Declared { create_before_destroy: creates_first, ..thing(json!({ "name": a })) }), ("b", thing(b))])
}

use PlannedAction::{Create, CreateThenDelete, Delete, DeleteThenCreate, NoOp, Update};

#[tokio::test]
async fn what_depends_on_something_is_made_after_it_and_destroyed_before_it() {
    let world = World::default();
    assert_eq!(world.apply(&pair("a", false)).await, (vec![Create, Create], lines(&["create a", "create b"])));
    assert_eq!(world.file.borrow().attribute("b", "other"), json!("id-a"));
    assert_eq!(world.apply(&pair("a", false)).await, (vec![NoOp, NoOp], lines(&[])));
    assert_eq!(world.apply(&of([])).await, (vec![Delete, Delete], lines(&["delete b", "delete a"])));
    assert_eq!(*world.file.borrow(), StateFile::default());
}

#[tokio::test]
async fn a_replacement_destroys_first_or_last_and_others_change_in_between() {
    for (creates_first, action, expected) in [
        (false, DeleteThenCreate, ["delete a", "create a2", "update b"]),
        (true, CreateThenDelete, ["create a2", "update b", "delete a"]),
    ] {
        let world = World::default();
        world.apply(&pair("a", creates_first)).await;
        assert_eq!(world.apply(&pair("a2", creates_first)).await, (vec![action, Update], lines(&expected)));
        assert_eq!(world.names(), ["a2", "b"]);
    }
}

#[tokio::test]
async fn what_cannot_be_destroyed_is_deposed_and_destroyed_by_the_next_run() {
    let world = World::default();
    world.apply(&pair("a-no-delete", true)).await;
    let (_, log, told) = world.run(&pair("a2", true), &RunOptions::default()).await;
    assert_eq!(log, lines(&["create a2", "update b", "delete a-no-delete"]));
    assert_eq!(told.errors.len(), 1);
    let deposed: Vec<_> = world.file.borrow().deposed().map(|(address, ..)| address.to_owned()).collect();
    assert_eq!(deposed, ["a"]);

    // Somebody has done it by hand.
    world.service.things.lock().unwrap().remove("id-a-no-delete");
    assert_eq!(world.apply(&pair("a2", true)).await, (vec![NoOp, NoOp], lines(&[])));
    assert_eq!(world.file.borrow().deposed().count(), 0);
}

#[tokio::test]
async fn a_creation_that_fails_leaves_what_was_there_and_stops_what_depends_on_it() {
    let world = World::default();
    world.apply(&pair("a", true)).await;
    let (_, log, told) = world.run(&pair("a-no-create", true), &RunOptions::default()).await;
    assert_eq!(log, lines(&["create a-no-create"]));
    assert_eq!(told.errors.len(), 1);
    assert_eq!(world.file.borrow().attribute("a", "name"), json!("a"));
    assert_eq!(world.file.borrow().deposed().count(), 0);
}

#[tokio::test]
async fn the_blocks_and_options_of_a_configuration_count() {
    let world = World::default();
    world.apply(&pair("a", false)).await;

    let mut moved = of([("c", thing(json!({ "name": "b", "other": "id-a" }))), ("a", thing(json!({ "name": "a" })))]);
    moved.moved = vec![Moved { from: "b".to_owned(), to: "c".to_owned() }];
    assert_eq!(world.apply(&moved).await, (vec![NoOp, NoOp], lines(&[])));

    let mut less = of([("a", thing(json!({ "name": "a" })))]);
    less.removed = vec![Removed { from: "c".to_owned() }];
    assert_eq!(world.apply(&less).await, (vec![NoOp], lines(&[])));
    assert!(world.file.borrow().current("c").is_none());
    assert_eq!(world.names(), ["a", "b"]);

    let mut more = of([("a", thing(json!({ "name": "a" }))), ("d", thing(json!({ "name": "b", "size": 3 })))]);
    more.imports = vec![Import { to: "d".to_owned(), id: "id-b".to_owned() }];
    assert_eq!(world.apply(&more).await, (vec![NoOp, Update], lines(&["update b"])));

    let options = RunOptions { replace: BTreeSet::from(["a".to_owned()]), ..RunOptions::default() };
    let (actions, log, _) = world.run(&more, &options).await;
    assert_eq!((actions, log), (vec![DeleteThenCreate, NoOp], lines(&["delete a", "create a"])));

    let options = RunOptions { targets: BTreeSet::from(["d".to_owned()]), ..RunOptions::default() };
    let (actions, ..) = world.run(&of([("d", thing(json!({ "name": "b" })))]), &options).await;
    assert_eq!(actions, [Update], "what is not meant is left alone, also where it is not configured any more");

    world.service.things.lock().unwrap().clear();
    let options = RunOptions { refresh: false, ..RunOptions::default() };
    let (actions, ..) =
        world.run(&of([("a", thing(json!({ "name": "a" }))), ("d", thing(json!({ "name": "b" })))]), &options).await;
    assert_eq!(actions, [NoOp, NoOp], "without a refresh nobody knows that they are gone");
}

#[tokio::test]
async fn after_an_interrupt_nothing_more_begins_and_the_file_holds_what_was_done() {
    let world = World::default();
    let configuration = pair("a", false);
    let host = world.host().await;
    let plan = Walk::new(&host).plan(&StateFile::default(), &configuration, &RunOptions::default()).await.unwrap();
    let host = world.host().await;
    let walk = Walk::new(&host);
    walk.interrupt().await.unwrap();
    assert!(!walk.apply(&plan, &world.file).await);
    let told = walk.take_told();
    assert_eq!(told.errors.iter().map(|(address, _)| address.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert!(told.errors.iter().all(|(_, error)| error.to_string() == "execution halted"), "{told:?}");
    assert_eq!(world.names(), [""; 0]);
}

#[tokio::test]
async fn so_many_nodes_are_visited_side_by_side_in_the_order_of_whoever_asks() {
    let names: Vec<_> = (0..5).map(|number| format!("t{number}")).collect();
    let resources = names.iter().map(|name| (name.clone(), thing(json!({ "name": name })))).collect();
    let configuration = Configuration { resources, ..Configuration::default() };
    let world = World::default();
    world.apply(&configuration).await;
    for parallelism in [1, 3, 10] {
        *world.service.reads.lock().unwrap() = (0, 0);
        let host = world.host().await;
        let walk = Walk::new(&host).with_parallelism(parallelism).in_order(|choices| choices - 1);
        let state = world.file.borrow().clone();
        let _ = walk.plan(&state, &configuration, &RunOptions::default()).await.unwrap();
        assert_eq!(world.service.take_log(), ["t4", "t3", "t2", "t1", "t0"].map(|name| format!("read {name}")));
        assert_eq!(world.service.reads.lock().unwrap().1, parallelism.min(5));
    }
}

#[tokio::test]
async fn what_waits_for_itself_is_told() {
    let one = json!({ "name": "a", "other": reference("b", "id") });
    let other = json!({ "name": "b", "other": reference("a", "id") });
    let (_, _, told) =
        World::default().run(&of([("a", thing(one)), ("b", thing(other))]), &RunOptions::default()).await;
    assert!(told.errors.iter().all(|(_, error)| error.to_string() == "it waits for itself"), "{told:?}");
    assert_eq!(told.errors.len(), 2);
}

fn lines(all: &[&str]) -> Vec<String> {
    all.iter().map(|line| (*line).to_owned()).collect()
}
