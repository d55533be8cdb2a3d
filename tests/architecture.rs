//! The arrows between the folders of `src/`, checked in the source text: who may use whom.

#![allow(clippy::expect_used, reason = "a test that cannot go on says why and ends")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Each room of `src/`, and the rooms that it may use.
const ARROWS: [(&str, &[&str]); 6] = [
    ("tfplug", &[]),
    ("cloud", &[]),
    ("alibaba", &["cloud"]),
    ("huawei", &["cloud"]),
    ("provider", &["tfplug", "alibaba", "huawei"]),
    ("emulator", &[]),
];

/// The programs, and the rooms that they may use.
const PROGRAMS: [(&str, &[&str]); 2] =
    [("main.rs", &["provider", "tfplug"]), ("bin/appstreaming-emulator.rs", &["emulator"])];

#[test]
fn rooms_use_only_what_their_arrows_allow() {
    let source = source();
    let mut wrong = Vec::new();
    for (room, allowed) in ARROWS {
        for file in rust_files(&source.join(room)) {
            let module = module_of(&source, &file);
            let text = fs::read_to_string(&file).expect("a source file can be read");
            for used in rooms_used(&text, &module) {
                if used != room && !allowed.contains(&used.as_str()) {
                    wrong.push(format!("{} uses {used}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn programs_use_only_what_they_start() {
    for (program, allowed) in PROGRAMS {
        let text = fs::read_to_string(source().join(program)).expect("a program's source can be read");
        for used in rooms_used(&text, &[]) {
            assert!(allowed.contains(&used.as_str()), "{program} uses {used}");
        }
    }
}

#[test]
fn every_folder_of_the_source_has_its_arrows() {
    let folders = fs::read_dir(source()).expect("src can be listed").map(|entry| entry.expect("an entry").path());
    let folders: BTreeSet<_> = folders
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().expect("a name").to_string_lossy().into_owned())
        .filter(|name| name != "bin")
        .collect();
    let rooms: BTreeSet<_> = ARROWS.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(folders, rooms);
}

#[test]
fn a_use_is_found_however_it_is_written() {
    let in_a_room = ["tfplug".to_owned(), "plan".to_owned()];
    let cases = BTreeMap::from([
        ("use crate::alibaba::Client;", vec!["alibaba"]),
        ("use crate::{cloud::Error, huawei};", vec!["cloud", "huawei"]),
        ("use crate::{\n    cloud::{Error, retry::{a, b}},\n    emulator as e,\n};", vec!["cloud", "emulator"]),
        ("let client = crate::alibaba::Client::new();", vec!["alibaba"]),
        ("use super::super::provider::Provider;", vec!["provider"]),
        ("use super::provider::Provider;", vec![]),
        ("use appstreaming::emulator;", vec!["emulator"]),
        ("// crate::alibaba is mentioned", vec![]),
        ("pub(crate) use self::provider::x;", vec![]),
    ]);
    for (text, expected) in cases {
        let expected: BTreeSet<_> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(rooms_used(text, &in_a_room), expected, "{text}");
    }
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder can be listed") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The module that a file holds, from the crate's root: `src/tfplug/plan.rs` holds `["tfplug", "plan"]`.
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
    let code = without_comments(text);
    let to_the_root = "super::".repeat(module.len().max(1));
    let mut rooms = BTreeSet::new();
    for start in ["crate::", "appstreaming::", &to_the_root] {
        for (at, _) in code.match_indices(start) {
            // `mycrate::` is no `crate::`.
            if !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                rooms.extend(first_names(&code[at + start.len()..]));
            }
        }
    }
    rooms.retain(|name| ARROWS.iter().any(|(room, _)| room == name));
    rooms
}

fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The name that a path begins with; of a group in braces, the one that each of its paths begins with.
fn first_names(rest: &str) -> Vec<String> {
    let name =
        |text: &str| -> String { text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    let Some(group) = rest.strip_prefix('{') else {
        return vec![name(rest)];
    };
    let mut names = vec![name(group)];
    let mut depth = 0_i32;
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(name(&group[at + 1..])),
            _ => {}
        }
    }
    names
}
