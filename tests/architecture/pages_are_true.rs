//! What the pages for those who work on this name is there: paths, commands, and names of the code.

use std::{collections::BTreeSet, fs, path::Path};

use crate::{page, root, source::sources, workspace::packages};

const PAGES: [&str; 3] = ["ARCHITECTURE.md", "CONTRIBUTING.md", "crates/emulator/README.md"];

/// What stands in backticks on a page, outside of its blocks.
fn quoted(text: &str) -> Vec<String> {
    let outside: Vec<_> = text.split("\n```").step_by(2).collect();
    outside.iter().flat_map(|text| text.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// The names of files and folders at the root that are the project's own.
fn at_the_root() -> BTreeSet<String> {
    let entries = fs::read_dir(root()).expect("the repository can be listed");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|name| ![".git", "build", "target"].contains(&name.as_str())).collect()
}

/// Whether a text in backticks is meant to be a path of the repository.
fn is_path(text: &str, top: &BTreeSet<String>) -> bool {
    let plain = text.chars().all(|c| c.is_alphanumeric() || "_-./".contains(c));
    let first = text.split('/').next().unwrap_or_default();
    plain && (text.ends_with(".rs") || top.contains(first))
}

/// Whether a path is there. A part in capitals stands for any name.
fn is_there(path: &str) -> bool {
    let any = |part: &str| part.len() > 2 && part.chars().all(|c| c.is_ascii_uppercase());
    let known: Vec<_> = path.split('/').take_while(|part| !any(part) || root().join(part).exists()).collect();
    root().join(known.join("/")).exists()
}

#[test]
fn every_path_on_a_page_is_there() {
    let top = at_the_root();
    let mut seen = 0;
    for page in PAGES {
        for path in quoted(&page::text(page)).iter().filter(|text| is_path(text, &top)) {
            assert!(is_there(path), "{page} names {path}");
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} paths are named");
}

/// All that is written in code and in what builds it.
fn code() -> String {
    let folders = ["src", "crates", "tests", "benches", "proto", "scripts", "examples", ".github"];
    let mut text = String::new();
    for folder in folders {
        collect(&root().join(folder), &mut text);
    }
    for file in ["Cargo.toml", "GNUmakefile", "deny.toml", ".cargo/config.toml"] {
        text += &page::text(file);
    }
    text
}

fn collect(place: &Path, text: &mut String) {
    if place.is_dir() {
        for entry in fs::read_dir(place).expect("a folder can be listed") {
            collect(&entry.expect("an entry can be read").path(), text);
        }
    } else if place.extension().is_none_or(|extension| extension != "md") {
        // What is no text is nothing that a page could name.
        *text += &fs::read_to_string(place).unwrap_or_default();
    }
}

#[test]
fn every_name_on_the_page_about_the_architecture_is_in_the_code() {
    let (top, code) = (at_the_root(), code());
    let names = quoted(&page::text("ARCHITECTURE.md"));
    let missing: Vec<_> = names.iter().filter(|name| !is_path(name, &top) && !code.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The value after an option.
fn value<'a>(words: &[&'a str], option: &str) -> Option<&'a str> {
    let at = words.iter().position(|word| *word == option)?;
    words.get(at + 1).copied()
}

/// Fails unless `cargo test` runs at least one test for these words after it.
fn runs_a_test(command: &str, words: &[&str]) {
    let packages = packages();
    let package = value(words, "-p").map_or("", |name| name.trim_start_matches("appstreaming-"));
    let folder = if package.is_empty() { String::new() } else { format!("crates/{package}") };
    let package = packages.iter().find(|it| it.folder == folder);
    let package = package.unwrap_or_else(|| panic!("{command}: there is no package in {folder:?}"));
    let place = match value(words, "--test") {
        Some(program) => {
            assert!(package.tests.iter().any(|name| name == program), "{command}: there is no test {program}");
            let folder = root().join(&folder).join("tests");
            if folder.join(program).is_dir() { folder.join(program) } else { folder.join(format!("{program}.rs")) }
        }
        None => root().join(&folder).join("src"),
    };
    let crate_folder = if place.is_dir() { &place } else { place.parent().expect("a file lies in a folder") };
    let tests: Vec<_> = sources(crate_folder, &place).into_iter().flat_map(|source| source.tests).collect();
    let values = ["-p", "--test"].map(|option| value(words, option));
    let is_filter = |word: &&&str| !word.starts_with('-') && !values.contains(&Some(**word));
    for filter in words.iter().filter(is_filter) {
        let fits = |test: &String| if words.contains(&"--exact") { test == filter } else { test.contains(filter) };
        assert!(tests.iter().any(fits), "{command}: no test fits {filter:?}");
    }
    assert!(!tests.is_empty(), "{command} runs no test");
}

#[test]
fn every_command_on_a_page_runs_something() {
    let makefile = page::text("GNUmakefile");
    let mut seen = 0;
    for page in PAGES {
        for command in quoted(&page::text(page)) {
            let words: Vec<_> = command.split_whitespace().collect();
            match words[..] {
                ["cargo", "test", ref rest @ ..] => runs_a_test(&command, rest),
                ["make", target, ..] => {
                    assert!(makefile.contains(&format!("\n{target}: ")), "{page}: {command}");
                }
                [script, ..] if script.starts_with("scripts/") => assert!(root().join(script).exists(), "{command}"),
                _ => continue,
            }
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} commands are shown");
}
