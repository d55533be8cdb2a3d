//! The arrows that no compiler holds: which of our crates a crate may depend on at all, and what tests, benchmarks and
//! the provider's own folders use.
//!
//! Between crates the compiler holds the rest: what a manifest does not name cannot be used.

#![allow(clippy::expect_used, reason = "a test that cannot go on says why and ends")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Our crates, as dependencies name them.
const CRATES: [&str; 6] = ["alibaba", "appstreaming", "cloud", "emulator", "huawei", "tfplug"];

/// Each crate's manifest, and which of our crates it may depend on.
const DEPENDENCIES: [(&str, &[&str]); 6] = [
    ("crates/tfplug", &[]),
    ("crates/cloud", &[]),
    ("crates/alibaba", &["cloud"]),
    ("crates/huawei", &["cloud"]),
    ("crates/emulator", &[]),
    (".", &["alibaba", "cloud", "emulator", "huawei", "tfplug"]),
];

/// What is made of the package with the provider and so sees all crates, and which it may use.
const USES: [(&str, &[&str]); 12] = [
    ("src/lib.rs", PROVIDER),
    ("src/main.rs", &["appstreaming", "tfplug"]),
    ("src/bin", &["emulator"]),
    ("tests/acceptance", &[]),
    ("tests/protocol", &["tfplug"]),
    ("tests/instance_credentials", &["alibaba", "cloud", "emulator", "huawei"]),
    ("tests/no_secret_in_the_log.rs", &["alibaba", "cloud", "huawei"]),
    // It has the names in its tables.
    ("tests/architecture.rs", &CRATES),
    ("benches/clouds", &[]),
    ("benches/shared", &[]),
    ("benches/terraform", &["tfplug"]),
    ("src", PROVIDER),
];

/// The emulator is in the package for its program's sake.
const PROVIDER: &[&str] = &["alibaba", "cloud", "huawei", "tfplug"];

/// The rooms of the provider, and the other rooms that each may use.
const ROOMS: [(&str, &[&str]); 13] = [
    ("bounds", &[]),
    ("failure", &[]),
    ("holders", &[]),
    ("turns", &[]),
    ("clouds", &["failure", "holders", "turns"]),
    ("config", &["clouds", "holders", "turns"]),
    ("delivery_group", &["clouds", "failure", "turns"]),
    ("server_group", &["failure"]),
    ("resources", &["bounds", "clouds", "delivery_group", "failure", "holders", "server_group", "turns"]),
    ("data_sources", &["bounds", "clouds", "delivery_group", "failure", "server_group"]),
    ("actions", &["bounds", "clouds", "delivery_group"]),
    ("list_resources", &["bounds", "clouds", "delivery_group", "failure", "resources", "server_group"]),
    ("tests", &["actions", "clouds", "config", "data_sources", "delivery_group", "list_resources", "resources"]),
];

#[test]
fn a_crate_depends_on_those_that_it_may_use_and_on_no_other() {
    let folders = fs::read_dir(root().join("crates")).expect("crates can be listed");
    let folders = folders.map(|entry| format!("crates/{}", entry.expect("an entry").file_name().to_string_lossy()));
    let known = DEPENDENCIES.iter().map(|(folder, _)| (*folder).to_owned()).filter(|folder| folder != ".");
    assert_eq!(folders.collect::<BTreeSet<_>>(), known.collect());
    for (folder, allowed) in DEPENDENCIES {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("a manifest");
        let found = dependencies(&manifest);
        let wrong: Vec<_> = found.iter().filter(|name| !allowed.contains(&name.as_str())).collect();
        assert!(wrong.is_empty(), "{folder} depends on {wrong:?}");
    }
}

#[test]
fn programs_tests_and_benchmarks_use_only_what_their_arrows_allow() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for (place, allowed) in USES {
        for file in rust_files(&root().join(place)) {
            // The first row that holds a file is its row.
            if seen.insert(file.clone()) {
                let text = fs::read_to_string(&file).expect("a source file can be read");
                let used = crates_used(&text);
                let others = used.iter().filter(|name| !allowed.contains(&name.as_str()));
                wrong.extend(others.map(|name| format!("{} uses {name}", file.display())));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let all = ["src", "tests", "benches"].into_iter().flat_map(|folder| rust_files(&root().join(folder)));
    let without: Vec<_> = all.filter(|file| !seen.contains(file)).collect();
    assert!(without.is_empty(), "without a row: {without:?}");
}

#[test]
fn the_rooms_of_the_provider_use_only_what_their_arrows_allow() {
    let source = root().join("src");
    let mut wrong = Vec::new();
    for (room, allowed) in ROOMS {
        let files = rust_files(&source.join(room)).into_iter().chain(rust_files(&source.join(format!("{room}.rs"))));
        for file in files {
            let text = fs::read_to_string(&file).expect("a source file can be read");
            let used = rooms_used(&text, &module_of(&source, &file));
            let others = used.iter().filter(|used| *used != room && !allowed.contains(&used.as_str()));
            wrong.extend(others.map(|used| format!("{} uses {used}", file.display())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let entries = fs::read_dir(source).expect("src can be listed").map(|entry| entry.expect("an entry").path());
    let rooms = entries.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned());
    let rooms: BTreeSet<_> = rooms.filter(|name| !["lib", "main", "bin"].contains(&name.as_str())).collect();
    assert_eq!(rooms, ROOMS.iter().map(|(room, _)| (*room).to_owned()).collect());
}

#[test]
fn a_use_is_found_however_it_is_written() {
    for (text, expected) in [
        ("use alibaba::Client;", vec!["alibaba"]),
        ("use {cloud::Error, huawei as h};", vec!["cloud", "huawei"]),
        ("use {\n    cloud::{Error, retry::{a, b}},\n    emulator as e,\n};", vec!["cloud", "emulator"]),
        ("let client = ::alibaba::Client::new();", vec!["alibaba"]),
        ("pub use tfplug;", vec!["tfplug"]),
        ("extern crate tfplug as t;", vec!["tfplug"]),
        ("#[serde(with = \"cloud::json\")]", vec!["cloud"]),
        ("// cloud::Error is mentioned", vec![]),
        ("let cloud = mycloud::new(cloud.name);", vec![]),
        ("crate::clouds::Clouds", vec![]),
    ] {
        let expected: BTreeSet<_> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(crates_used(text), expected, "{text}");
    }
    let in_a_room = ["resources".to_owned(), "image".to_owned()];
    for (text, expected) in [
        ("use crate::failure::failed;", vec!["failure"]),
        ("use crate::{clouds::Clouds, delivery_group};", vec!["clouds", "delivery_group"]),
        ("use super::super::config::Config;", vec!["config"]),
        ("use super::config::Config;", vec![]),
        ("pub(crate) fn f() {}", vec![]),
    ] {
        let expected: BTreeSet<_> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(rooms_used(text, &in_a_room), expected, "{text}");
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files in a folder; the file itself where it is one; none where there is nothing.
fn rust_files(path: &Path) -> Vec<PathBuf> {
    if path.is_dir() {
        let entries = fs::read_dir(path).expect("a folder can be listed");
        return entries.flat_map(|entry| rust_files(&entry.expect("an entry can be read").path())).collect();
    }
    let is_source = path.is_file() && path.extension().is_some_and(|extension| extension == "rs");
    is_source.then(|| path.to_owned()).into_iter().collect()
}

/// Which of our crates a manifest depends on, be it for a platform or for tests.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut within = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            within = line.ends_with("dependencies]") && !line.starts_with("[workspace");
        } else if within {
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            found.extend(CRATES.contains(&name).then(|| name.to_owned()));
        }
    }
    found
}

/// The source without its comments.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Which of our crates a source file names: at the beginning of a path, or in a `use` by themselves.
fn crates_used(text: &str) -> BTreeSet<String> {
    let text = code(text);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = BTreeSet::new();
    // A module of the file's own may have a crate's name.
    for name in CRATES.into_iter().filter(|name| !text.contains(&format!("mod {name};"))) {
        for (at, _) in text.match_indices(name) {
            let (before, after) = (&text[..at], &text[at + name.len()..]);
            let before = before.strip_suffix("::").filter(|rest| !rest.ends_with(is_word)).unwrap_or(before);
            let is_whole = !before.ends_with(|c| is_word(c) || c == ':' || c == '.') && !after.starts_with(is_word);
            let statement = before.rsplit(';').next().unwrap_or_default();
            let in_use = ["use ", "extern crate "].iter().any(|word| statement.contains(word));
            // In `use crate::{…}` it is a module of the file's own crate.
            let is_local = statement.contains("crate::{");
            let by_itself = in_use && [" as ", ";", ","].iter().any(|end| after.starts_with(end));
            if is_whole && !is_local && (after.starts_with("::") || by_itself) {
                found.insert(name.to_owned());
            }
        }
    }
    found
}

/// The module that a file holds, from the crate's root: `src/resources/image.rs` holds `["resources", "image"]`.
fn module_of(source: &Path, file: &Path) -> Vec<String> {
    let path = file.strip_prefix(source).expect("the file is in src").with_extension("");
    let mut module: Vec<_> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if module.last().is_some_and(|name| name == "mod") {
        module.pop();
    }
    module
}

/// The rooms that the text of a module names in a path from the crate's root.
fn rooms_used(text: &str, module: &[String]) -> BTreeSet<String> {
    let text = code(text);
    let to_the_root = "super::".repeat(module.len());
    let mut rooms = BTreeSet::new();
    for start in ["crate::", &to_the_root] {
        for (at, _) in text.match_indices(start).filter(|_| !start.is_empty()) {
            rooms.extend(first_segments(&text[at + start.len()..]));
        }
    }
    rooms.retain(|name| ROOMS.iter().any(|(room, _)| room == name));
    rooms
}

/// The first segment of a path, or of each path in braces.
fn first_segments(rest: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(list) = rest.strip_prefix('{') else { return vec![word(rest)] };
    let mut depth = 0_usize;
    let mut segments = Vec::new();
    let mut at_start = true;
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_start = true,
            c if at_start && !c.is_whitespace() => {
                segments.push(word(&list[at..]));
                at_start = false;
            }
            _ => {}
        }
    }
    segments
}
