//! The modules of a folder use each other in one direction.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, iter,
    path::{Path, PathBuf},
};

use crate::{
    root,
    source::{From, Named, Source, module_of, sources},
    workspace::packages,
};

/// Who uses whom among the modules of a folder of the crate whose root lies in `crate_folder`. What only tests use does
/// not count.
fn uses(sources: &[Source], crate_folder: &Path, folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let sources: Vec<_> = sources.iter().filter(|source| source.path.starts_with(folder)).collect();
    let above: Vec<_> = module_of(crate_folder, folder);
    let is_root = |room: &str| ["lib", "main", "bin", "mod"].contains(&room);
    let room = |source: &Source| {
        let path = source.path.strip_prefix(folder).expect("the file is of the folder").with_extension("");
        path.iter().next().expect("a name").to_string_lossy().into_owned()
    };
    let rooms: BTreeSet<_> = sources.iter().copied().map(room).filter(|room| !is_root(room)).collect();
    // What follows in a path after the folder's own module.
    let below = |named: &Named| named.segments.strip_prefix(above.as_slice()).map(<[String]>::to_vec);
    // What the root hands on from a room is used from there.
    let roots = sources.iter().filter(|source| is_root(&room(source))).flat_map(|source| &source.named);
    let handed_on: BTreeMap<_, _> = roots
        .filter_map(|named| {
            let below = below(named).unwrap_or_else(|| named.segments.clone());
            Some((below.last()?.clone(), rooms.get(below.first()?)?.clone()))
        })
        .collect();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources.iter().filter(|source| !is_root(&room(source))) {
        let from = room(source);
        let named = source.named.iter().filter(|named| named.from == From::Root && !named.is_test);
        let others = named.filter_map(|named| {
            let below = below(named)?;
            rooms.get(below.first()?).or_else(|| handed_on.get(below.first()?))
        });
        uses.entry(from.clone()).or_default().extend(others.filter(|other| **other != from).cloned());
    }
    uses
}

/// The folder and every folder in it.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder can be listed");
    let paths = entries.map(|entry| entry.expect("an entry can be read").path());
    let below = paths.filter(|path| path.is_dir()).flat_map(|path| folders(&path));
    iter::once(folder.to_owned()).chain(below).collect()
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
fn the_modules_of_a_folder_make_no_circle() {
    let mut circles = Vec::new();
    let mut seen = 0;
    for package in packages() {
        let top = root().join(&package.folder).join("src");
        let sources = sources(&top, &top);
        for folder in folders(&top) {
            let uses = uses(&sources, &top, &folder);
            seen += uses.values().filter(|others| !others.is_empty()).count();
            let found = circle(&uses).map(|circle| format!("{}: {}", folder.display(), circle.join(" -> ")));
            circles.extend(found);
        }
    }
    assert!(circles.is_empty(), "{circles:#?}");
    assert!(seen > 100, "only {seen} modules use others");
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
