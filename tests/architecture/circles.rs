//! Rooms within a crate use each other in one direction.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::{
    root,
    source::{From, Source, sources},
    workspace::packages,
};

/// Who uses whom among the modules at the root of a crate. What only tests use does not count.
fn uses(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let sources = sources(folder, folder);
    let is_root = |room: &str| ["lib", "main", "bin"].contains(&room);
    let room = |source: &Source| {
        let path = source.path.strip_prefix(folder).expect("the file is of the crate").with_extension("");
        path.iter().next().expect("a name").to_string_lossy().into_owned()
    };
    let rooms: BTreeSet<_> = sources.iter().map(room).filter(|room| !is_root(room)).collect();
    // What the root hands on from a room is used from there.
    let roots = sources.iter().filter(|source| is_root(&room(source))).flat_map(|source| &source.named);
    let handed_on: BTreeMap<_, _> = roots
        .filter_map(|named| Some((named.segments.last()?.clone(), rooms.get(named.segments.first()?)?.clone())))
        .collect();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources.iter().filter(|source| !is_root(&room(source))) {
        let from = room(source);
        let named = source.named.iter().filter(|named| named.from == From::Root && !named.is_test);
        let others = named.filter_map(|named| {
            let first = named.segments.first()?;
            rooms.get(first).or_else(|| handed_on.get(first))
        });
        uses.entry(from.clone()).or_default().extend(others.filter(|other| **other != from).cloned());
    }
    uses
}

/// A way from a room back to itself; none when there is none.
fn circle(uses: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn walk(uses: &BTreeMap<String, BTreeSet<String>>, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> bool {
        let room = way.last().expect("a way begins somewhere").clone();
        for next in uses.get(&room).into_iter().flatten() {
            let is_back = way.contains(next);
            if !is_back && done.contains(next) {
                continue;
            }
            way.push(next.clone());
            if is_back || walk(uses, way, done) {
                return true;
            }
            way.pop();
        }
        done.insert(room);
        false
    }
    let mut done = BTreeSet::new();
    uses.keys().find_map(|room| {
        let mut way = vec![room.clone()];
        walk(uses, &mut way, &mut done).then_some(way)
    })
}

#[test]
fn the_rooms_of_a_crate_make_no_circle() {
    let circles = packages().into_iter().filter_map(|package| {
        let circle = circle(&uses(&root().join(&package.folder).join("src")))?;
        Some(format!("{}: {}", package.folder, circle.join(" -> ")))
    });
    let circles: Vec<_> = circles.collect();
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn a_circle_is_found() {
    let uses = |arrows: &[(&str, &str)]| {
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in arrows {
            uses.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        uses
    };
    assert_eq!(circle(&uses(&[("a", "b"), ("a", "c"), ("b", "c")])), None);
    let found = circle(&uses(&[("a", "b"), ("b", "c"), ("c", "b")])).expect("a circle");
    assert_eq!(found, ["a", "b", "c", "b"]);
}
