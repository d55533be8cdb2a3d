//! The workspace as cargo understands it.

use std::{collections::BTreeSet, path::Path, process::Command};

use serde_json::Value;

use crate::root;

/// A package of the workspace.
pub struct Package {
    /// Relative to the repository; empty for the top.
    pub folder: String,
    /// Those of the workspace's packages that it depends on, be it for a platform, a build or tests.
    pub uses: BTreeSet<Dependency>,
    /// The names of its test programs.
    pub tests: Vec<String>,
}

/// A package that another one depends on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// Relative to the repository; empty for the top.
    pub folder: String,
    /// The name by which the dependent's code calls it.
    pub called: String,
}

/// All packages of the workspace.
pub fn packages() -> Vec<Package> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--offline", "--locked", "--format-version", "1"]).current_dir(root());
    let output = cargo.output().expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("packages").iter();
    packages.map(|package| Package { folder: folder(package), uses: uses(package), tests: tests(package) }).collect()
}

fn folder(package: &Value) -> String {
    let manifest = Path::new(text(package, "manifest_path"));
    relative(manifest.parent().expect("a manifest lies in a folder"))
}

fn uses(package: &Value) -> BTreeSet<Dependency> {
    let dependencies = package["dependencies"].as_array().expect("dependencies").iter();
    // What comes from a registry has no path.
    let ours = dependencies.filter_map(|it| Some((it, it["path"].as_str()?)));
    let dependency = |(it, path): (&Value, &str)| {
        let name = it["rename"].as_str().unwrap_or_else(|| text(it, "name"));
        let called = name.chars().map(|c| if c == '-' { '_' } else { c }).collect();
        Dependency { folder: relative(Path::new(path)), called }
    };
    ours.map(dependency).collect()
}

fn tests(package: &Value) -> Vec<String> {
    let targets = package["targets"].as_array().expect("targets").iter();
    let tests = targets.filter(|it| it["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|it| it == "test")));
    tests.map(|it| text(it, "name").to_owned()).collect()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("there is no {name} in {value}"))
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).expect("it lies in the repository").to_str().expect("a readable path").to_owned()
}
