//! Which room uses which other.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::{
    page::table,
    root,
    source::{From, Source, parse, sources},
    workspace::packages,
};

const PAGE: &str = "ARCHITECTURE.md";
/// The provider's library, as its program calls it.
const PROVIDER: &str = "appstreaming";

/// The rooms of the house, and the crates of ours that each uses.
fn house() -> BTreeMap<String, BTreeSet<String>> {
    let crates = crates();
    let rows = table(PAGE, "## The house");
    let rooms = rows.iter().flat_map(|row| {
        let uses: BTreeSet<_> = row.names(2).into_iter().filter(|name| crates.contains(name)).collect();
        row.names(0).into_iter().map(move |room| (room.trim_end_matches('/').to_owned(), uses.clone()))
    });
    rooms.collect()
}

/// The names by which our crates are called.
fn crates() -> BTreeSet<String> {
    packages().iter().map(|package| name_of(&package.folder)).collect()
}

fn name_of(folder: &str) -> String {
    let name = folder.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(PROVIDER);
    name.chars().map(|c| if c == '-' { '_' } else { c }).collect()
}

#[test]
fn a_crate_depends_on_exactly_what_the_page_says() {
    let house = house();
    for package in packages().iter().filter(|package| !package.folder.is_empty()) {
        let Some(expected) = house.get(&package.folder) else { panic!("{PAGE} has no row for {}", package.folder) };
        for dependency in &package.uses {
            let name = name_of(&dependency.folder);
            assert_eq!(dependency.called, name, "{} calls {name} by another name", package.folder);
        }
        let found: BTreeSet<_> = package.uses.iter().map(|dependency| dependency.called.clone()).collect();
        assert_eq!(&found, expected, "{} depends on other crates than {PAGE} says", package.folder);
    }
}

/// The crates that a file uses.
fn crates_used(source: &Source, crates: &BTreeSet<String>) -> BTreeSet<String> {
    let named = source.named.iter().filter(|named| named.from == From::Outside);
    named.filter_map(|named| crates.get(&named.segments[0]).cloned()).collect()
}

#[test]
fn the_provider_its_programs_tests_and_benchmarks_use_exactly_what_the_page_says() {
    let (house, crates) = (house(), crates());
    let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for source in ["src", "tests", "benches"].iter().flat_map(|place| sources(root(), &root().join(place))) {
        let path = source.path.strip_prefix(root()).expect("it lies in the repository");
        // The innermost room is a file's own.
        let room = path.ancestors().find_map(|room| house.get_key_value(room.to_str().expect("a readable path")));
        let Some((room, allowed)) = room else { panic!("{} is in no room of {PAGE}", path.display()) };
        let used = crates_used(&source, &crates);
        let wrong: Vec<_> = used.difference(allowed).collect();
        assert!(wrong.is_empty(), "{} uses {wrong:?}", path.display());
        found.entry(room.clone()).or_default().extend(used);

        // Otherwise `emulator::Emulator` could be either.
        let hiding: Vec<_> = source.modules.iter().filter(|name| crates.contains(*name)).collect();
        assert!(hiding.is_empty(), "{} has modules with the names of crates: {hiding:?}", path.display());
        let elsewhere = |included: &&String| ["src/", "crates/"].iter().any(|place| included.contains(place));
        let included: Vec<_> = source.included.iter().filter(elsewhere).collect();
        assert!(included.is_empty(), "{} includes {included:?}", path.display());
    }
    for (room, expected) in house.iter().filter(|(room, _)| !room.starts_with("crates/")) {
        let nothing = BTreeSet::new();
        assert_eq!(found.get(room).unwrap_or(&nothing), expected, "{room} uses other crates than {PAGE} says");
    }
}

#[test]
fn no_crate_hands_another_of_ours_on_but_its_own_macros() {
    for package in packages() {
        // Macros have to be in a crate of their own, and are of no use without the one that they are for.
        let macros = format!("{}_derive", name_of(&package.folder));
        let folder = root().join(&package.folder).join("src");
        for source in sources(&folder, &folder) {
            let public = source.named.iter().filter(|named| named.is_public && named.from == From::Outside);
            let ours = |name: &str| package.uses.iter().any(|it| it.called == name && it.called != macros);
            let handed_on: Vec<_> = public.filter(|named| ours(&named.segments[0])).collect();
            assert!(handed_on.is_empty(), "{} hands on {handed_on:?}", source.path.display());
        }
    }
}

#[test]
fn the_rooms_of_the_provider_use_exactly_what_the_page_says() {
    let rows = table(PAGE, "### Inside the provider");
    let rooms: BTreeMap<_, BTreeSet<_>> = rows
        .iter()
        .flat_map(|row| row.names(0).into_iter().map(|room| (room, row.names(2).into_iter().collect())))
        .collect();
    let folder = root().join("src");
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let sources = sources(&folder, &folder);
    let names: BTreeSet<_> = sources.iter().filter_map(|source| room_of(&folder, &source.path)).collect();
    for source in &sources {
        let Some(room) = room_of(&folder, &source.path) else { continue };
        for named in source.named.iter().filter(|named| named.from == From::Root) {
            let used = named.segments.first().map_or("*", String::as_str);
            assert_ne!(used, "*", "{} uses all of the root at once", source.path.display());
            if *used != room && names.contains(used) {
                found.entry(room.clone()).or_default().insert(used.to_owned());
            }
        }
        found.entry(room).or_default();
    }
    assert_eq!(found.keys().collect::<Vec<_>>(), rooms.keys().collect::<Vec<_>>(), "rooms in src, and in {PAGE}");
    for (room, used) in &found {
        assert_eq!(used, &rooms[room], "left is what {room} uses, right what {PAGE} says");
    }
}

/// The room of the provider that a file is in; the files at its root are in none.
fn room_of(folder: &Path, file: &Path) -> Option<String> {
    let path = file.strip_prefix(folder).expect("the file is in src").with_extension("");
    let first = path.iter().next().expect("a name").to_string_lossy().into_owned();
    (!["lib", "main", "bin"].contains(&first.as_str())).then_some(first)
}

/// What a text names outside its crate, and inside it from the root on.
fn named(text: &str, module: &[&str]) -> (Vec<String>, Vec<String>) {
    let module = module.iter().map(|name| (*name).to_owned()).collect();
    let named = parse(text, module).expect("Rust").named;
    let of = |from: From| {
        let paths = named.iter().filter(|named| named.from == from);
        paths.map(|named| named.segments.join("::")).collect()
    };
    (of(From::Outside), of(From::Root))
}

#[test]
fn a_use_is_found_however_it_is_written() {
    for (text, outside) in [
        ("use alibaba::Client;", vec!["alibaba::Client"]),
        ("use {cloud::Error, huawei as h};", vec!["cloud::Error", "huawei"]),
        ("use {\n    cloud::{Error, retry::{a, b}},\n};", vec!["cloud::Error", "cloud::retry::a", "cloud::retry::b"]),
        ("use cloud::{self, *};", vec!["cloud", "cloud::*"]),
        ("fn f() { let client = ::alibaba::Client::new(); }", vec!["alibaba::Client::new"]),
        ("pub use tfplug;", vec!["tfplug"]),
        ("extern crate tfplug as t;", vec!["tfplug"]),
        ("fn f() -> Vec<cloud::Error> { Vec::new() }", vec!["cloud::Error", "Vec::new"]),
        ("impl cloud::Fetch for X {}", vec!["cloud::Fetch"]),
        ("#[derive(tfplug::Model)] struct X;", vec!["tfplug::Model"]),
        ("struct X { #[serde(with = \"cloud::json\")] x: u8 }", vec!["cloud::json"]),
        ("fn f() { assert_eq!(1, [cloud::one(x.cloud::<u8>())]) }", vec!["cloud::one"]),
        ("fn f() { cloud::told!(); }", vec!["cloud::told"]),
        ("macro_rules! m { () => { $crate::x; alibaba::Client } }", vec!["alibaba::Client"]),
        ("/// cloud::Error is mentioned\nfn f() {} // cloud::Error", vec![]),
        ("fn f(cloud: X) { cloud.name; println!(\"{}\", cloud.name) }", vec![]),
    ] {
        assert_eq!(named(text, &[]).0, outside, "{text}");
    }
    for (text, root) in [
        ("use crate::failure::failed;", vec!["failure::failed"]),
        ("use crate::{clouds::Clouds, delivery_group};", vec!["clouds::Clouds", "delivery_group"]),
        ("use super::super::config::Config;", vec!["config::Config"]),
        ("use super::config::Config;", vec!["resources::config::Config"]),
        ("use super::super::*;", vec!["*"]),
        ("mod inner { use super::super::super::config::Config; }", vec!["config::Config"]),
        ("pub(crate) fn f() { assert!(crate::clouds::x()) }", vec!["clouds::x"]),
    ] {
        assert_eq!(named(text, &["resources", "image"]).1, root, "{text}");
    }
}
