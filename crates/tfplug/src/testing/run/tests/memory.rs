//! What the state remembers beside the objects, and what is told.

use super::*;
use crate::testing::Stored;

impl World {
    fn stored(&self, address: &str) -> Stored {
        self.file.borrow().current(address).cloned().unwrap()
    }

    fn dependencies(&self, address: &str) -> Vec<String> {
        self.stored(address).dependencies.into_iter().collect()
    }
}

/// Warnings by their summaries.
fn warned(told: &Told) -> Vec<&str> {
    told.warnings.iter().map(|(_, it)| it.summary.as_str()).collect()
}

#[tokio::test]
async fn what_changed_depends_on_what_is_configured_and_until_then_on_what_was_as_well() {
    let world = World::default();
    world.apply(&pair("a", false)).await;
    let mut other = pair("a", false);
    other.resources.insert("c".to_owned(), thing(json!({ "name": "c" })));
    other.resources.get_mut("b").unwrap().config = json!({ "name": "b", "other": reference("c", "id") });

    let host = world.host().await;
    let state = world.file.borrow().clone();
    let plan = Walk::new(&host).plan(&state, &other, &RunOptions::default()).await.unwrap();
    let known: Vec<_> = plan.state.current("b").unwrap().dependencies.iter().cloned().collect();
    assert_eq!(known, ["a", "c"]);

    world.apply(&other).await;
    assert_eq!(world.dependencies("b"), ["c"]);
    other.resources.get_mut("b").unwrap().config = json!({ "name": "b", "size": 1, "other": reference("a", "id") });
    world.apply(&other).await;
    assert_eq!(world.dependencies("b"), ["a"]);
}

#[tokio::test]
async fn what_does_not_change_depends_at_once_on_what_is_configured() {
    for refresh in [true, false] {
        let world = World::default();
        world.apply(&pair("a", false)).await;
        let mut other = pair("a", true);
        other.resources.get_mut("b").unwrap().config = json!({ "name": "b", "other": "id-a" });
        other.resources.get_mut("a").unwrap().depends_on.insert("b".to_owned());
        let (actions, ..) = world.run(&other, &RunOptions { refresh, ..RunOptions::default() }).await;
        assert_eq!(actions, [NoOp, NoOp]);
        assert_eq!(world.dependencies("a"), ["b"]);
        assert_eq!(world.dependencies("b"), [""; 0]);
        assert!(world.stored("a").create_before_destroy && world.stored("b").create_before_destroy);
    }
}

#[tokio::test]
async fn what_is_imported_depends_on_nothing_in_its_plan() {
    let world = World::default();
    world.apply(&of([("a", first("a"))])).await;
    let mut imports = pair("a", true);
    world.service.things.lock().unwrap().insert("id-b".to_owned(), "b".to_owned());
    imports.imports = vec![Import { to: "b".to_owned(), id: "id-b".to_owned() }];
    let host = world.host().await;
    let state = world.file.borrow().clone();
    let plan = Walk::new(&host).plan(&state, &imports, &RunOptions::default()).await.unwrap();
    assert!(plan.state.current("b").unwrap().dependencies.is_empty());
    world.apply(&imports).await;
    assert_eq!(world.dependencies("b"), ["a"]);
    // One that needs no change, and depends on nothing, is not even known to be created first.
    let mut imports = of([("c", first("c"))]);
    world.service.things.lock().unwrap().insert("id-c".to_owned(), "c".to_owned());
    imports.imports = vec![Import { to: "c".to_owned(), id: "id-c".to_owned() }];
    world.apply(&imports).await;
    assert!(!world.stored("c").create_before_destroy);
    world.apply(&imports).await;
    assert!(world.stored("c").create_before_destroy);
}

fn first(name: &str) -> Declared {
    Declared { create_before_destroy: true, ..thing(json!({ "name": name })) }
}

#[tokio::test]
async fn what_a_destruction_leaves_depends_on_what_it_did() {
    let world = World::default();
    let mut both = pair("a", true);
    both.resources.get_mut("b").unwrap().config["name"] = json!("b-no-delete");
    both.resources.get_mut("b").unwrap().create_before_destroy = true;
    world.apply(&both).await;
    assert!(world.stored("b").create_before_destroy);
    world.run(&of([("a", first("a"))]), &RunOptions::default()).await;
    assert_eq!(world.dependencies("b"), ["a"]);
    assert!(!world.stored("b").create_before_destroy);
}

#[tokio::test]
async fn what_was_deposed_stays_so_where_the_apply_cannot_plan_what_comes_after_it() {
    let world = World::default();
    world.apply(&of([("a", first("a"))])).await;
    let host = world.host().await;
    let state = world.file.borrow().clone();
    let plan = Walk::new(&host).plan(&state, &of([("a", first("a2"))]), &RunOptions::default()).await.unwrap();
    *world.service.plans_nothing.lock().unwrap() = true;
    assert!(!Walk::new(&host).apply(&plan, &world.file).await);
    assert!(world.file.borrow().current("a").is_none());
    assert_eq!(world.file.borrow().deposed().count(), 1);
}

#[tokio::test]
async fn the_end_of_what_was_deposed_is_planned_in_the_apply_and_told_there() {
    let world = World::default();
    world.apply(&of([("a", first("loud"))])).await;
    let (_, _, told) = world.run(&of([("a", first("quiet"))]), &RunOptions::default()).await;
    assert_eq!(warned(&told), ["it goes"]);
}

#[tokio::test]
async fn what_is_told_of_a_replacement_is_told_once() {
    let world = World::default();
    let configuration = of([("a", thing(json!({ "name": "loud" })))]);
    world.apply(&configuration).await;
    let host = world.host().await;
    let walk = Walk::new(&host);
    let state = world.file.borrow().clone();
    let options = RunOptions { replace: BTreeSet::from(["a".to_owned()]), ..RunOptions::default() };
    walk.plan(&state, &configuration, &options).await.unwrap();
    assert_eq!(warned(&walk.take_told()), ["it comes"]);
}

#[tokio::test]
async fn what_a_plan_told_before_it_failed_is_told() {
    let world = World::default();
    *world.service.plans_nothing.lock().unwrap() = true;
    let configuration = of([("a", thing(json!({ "name": "loud" })))]);
    let (_, _, told) = world.run(&configuration, &RunOptions::default()).await;
    assert_eq!(warned(&told), ["it comes"]);
    assert_eq!(told.errors.len(), 1);
}
