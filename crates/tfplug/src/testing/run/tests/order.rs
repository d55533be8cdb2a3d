//! What waits for what, as Terraform's own graph of an apply has it.

use std::collections::BTreeSet;

use super::*;
use crate::testing::{Deposed, PlanFile, Step};

impl World {
    async fn plan(&self, configuration: &Configuration, options: &RunOptions) -> PlanFile {
        let host = self.host().await;
        let state = self.file.borrow().clone();
        Walk::new(&host).plan(&state, configuration, options).await.unwrap()
    }
}

fn make(address: &str) -> Step {
    Step::Make(address.to_owned())
}

fn destroy(address: &str) -> Step {
    Step::Destroy(address.to_owned())
}

fn destroy_deposed(address: &str) -> Step {
    Step::DestroyDeposed(address.to_owned(), Deposed::Now)
}

fn first(name: &str) -> Declared {
    Declared { create_before_destroy: true, ..thing(json!({ "name": name })) }
}

#[track_caller]
fn expect(plan: &PlanFile, step: &Step, waits_for: &[Step]) {
    assert_eq!(plan.order()[step], waits_for.iter().cloned().collect::<BTreeSet<_>>(), "{step:?}");
}

#[tokio::test]
async fn what_is_new_counts_with_what_it_is_going_to_depend_on() {
    let world = World::default();
    world.apply(&of([("a", first("a"))])).await;
    let plan = world.plan(&pair("a2", true), &RunOptions::default()).await;
    expect(&plan, &make("b"), &[make("a")]);
    expect(&plan, &destroy_deposed("a"), &[make("a"), make("b")]);

    let world = World::default();
    world.apply(&of([("a", thing(json!({ "name": "a" })))])).await;
    let plan = world.plan(&pair("a2", false), &RunOptions::default()).await;
    expect(&plan, &make("a"), &[destroy("a")]);
    expect(&plan, &make("b"), &[destroy("a"), make("a")]);
}

#[tokio::test]
async fn what_changes_waits_for_the_end_of_what_depended_on_it_unless_that_was_to_be_created_first() {
    for creates_first in [false, true] {
        let world = World::default();
        let mut both = pair("a", false);
        both.resources.get_mut("b").unwrap().create_before_destroy = creates_first;
        world.apply(&both).await;
        let left = of([("a", thing(json!({ "name": "a", "size": 1 })))]);
        let plan = world.plan(&left, &RunOptions::default()).await;
        let (waits, other) = if creates_first { (destroy("b"), make("a")) } else { (make("a"), destroy("b")) };
        expect(&plan, &waits, &[other]);
    }
}

#[tokio::test]
async fn what_is_forgotten_waits_as_what_is_destroyed_does() {
    let world = World::default();
    world.apply(&pair("a", false)).await;
    let removed = vec![Removed { from: "a".to_owned() }];
    let plan = world.plan(&Configuration { removed, ..of([]) }, &RunOptions::default()).await;
    expect(&plan, &Step::Forget("a".to_owned()), &[destroy("b")]);

    // What waits for something that fails does not happen.
    let world = World::default();
    let mut both = pair("a", false);
    both.resources.get_mut("b").unwrap().config["name"] = json!("b-no-delete");
    world.apply(&both).await;
    let removed = vec![Removed { from: "a".to_owned() }];
    world.run(&Configuration { removed, ..of([]) }, &RunOptions::default()).await;
    assert!(world.file.borrow().current("a").is_some());
}

#[tokio::test]
async fn with_targets_nobody_destroys_what_a_dependency_has_deposed() {
    let world = World::default();
    world.apply(&pair("a", true)).await;
    let mut other = pair("a2", true);
    other.resources.get_mut("b").unwrap().config["size"] = json!(3);
    let options = RunOptions { targets: BTreeSet::from(["b".to_owned()]), ..RunOptions::default() };
    let (actions, log, _) = world.run(&other, &options).await;
    assert_eq!((actions, log), (vec![CreateThenDelete, Update], lines(&["create a2", "update b"])));
    assert_eq!(world.file.borrow().deposed().count(), 1);
}

#[tokio::test]
async fn with_targets_a_dependency_changes_also_where_the_target_does_not() {
    let world = World::default();
    let mut both = pair("a", false);
    both.resources.get_mut("b").unwrap().config["other"] = json!(null);
    both.resources.get_mut("b").unwrap().depends_on.insert("a".to_owned());
    world.apply(&both).await;
    both.resources.get_mut("a").unwrap().config["size"] = json!(3);
    let options = RunOptions { targets: BTreeSet::from(["b".to_owned()]), ..RunOptions::default() };
    assert_eq!(world.run(&both, &options).await.1, lines(&["update a"]));
}

#[tokio::test]
async fn with_targets_what_is_left_out_asks_for_no_order() {
    let world = World::default();
    let mut both = pair("a", false);
    both.resources.get_mut("b").unwrap().create_before_destroy = true;
    world.apply(&both).await;
    both.resources.get_mut("a").unwrap().config["name"] = json!("a2");
    let options = RunOptions { targets: BTreeSet::from(["a".to_owned()]), ..RunOptions::default() };
    assert_eq!(world.run(&both, &options).await.0, [DeleteThenCreate]);
    // The apply knows all of the configuration.
    assert!(world.file.borrow().current("a").unwrap().create_before_destroy);
}

#[tokio::test]
async fn what_is_moved_has_to_be_a_target_with_both_addresses() {
    let world = World::default();
    world.apply(&of([("a", thing(json!({ "name": "a" })))])).await;
    let mut moved = of([("b", thing(json!({ "name": "a" })))]);
    moved.moved = vec![Moved { from: "a".to_owned(), to: "b".to_owned() }];
    for (targets, errors) in [(vec!["a"], 1), (vec!["b"], 1), (vec!["a", "b"], 0), (vec![], 0)] {
        let targets = targets.into_iter().map(str::to_owned).collect();
        let host = world.host().await;
        let walk = Walk::new(&host);
        let state = world.file.borrow().clone();
        let plan = walk.plan(&state, &moved, &RunOptions { targets, ..RunOptions::default() }).await;
        assert_eq!((walk.take_told().errors.len(), plan.is_none()), (errors, errors > 0));
    }
}

#[tokio::test]
async fn what_waits_for_something_that_stays_waits_for_what_that_waits_for() {
    let world = World::default();
    let three = |a: &str, c: &str| {
        let mut all = pair(a, false);
        all.resources.get_mut("b").unwrap().config["other"] = json!(null);
        all.resources.get_mut("b").unwrap().depends_on.insert("a".to_owned());
        all.resources.insert("c".to_owned(), thing(json!({ "name": c, "other": reference("b", "id") })));
        all
    };
    world.apply(&three("a", "c")).await;
    let plan = world.plan(&three("a2", "c2"), &RunOptions::default()).await;
    assert!(!plan.order().contains_key(&make("b")));
    expect(&plan, &make("c"), &[destroy("a"), destroy("c"), make("a")]);
}
