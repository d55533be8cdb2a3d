//! The mistakes that `make simulate-faults` puts into the code, to see that histories find them.

use std::{fs, path::Path, process::Command};

#[test]
fn each_mistake_can_still_be_made() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !root.join(".git").exists() {
        println!("skipped: this is no checkout, and it is git that applies the patches");
        return;
    }
    let folder = root.join("tests/simulation/faults");
    let patches: Vec<_> = fs::read_dir(folder).expect("the folder").map(|it| it.expect("a file").path()).collect();
    assert!(patches.len() >= 15, "{} are left", patches.len());
    for patch in patches {
        let applied = Command::new("git").args(["apply", "--check"]).arg(&patch).current_dir(root).output();
        let applied = applied.expect("git");
        let told = String::from_utf8_lossy(&applied.stderr).into_owned();
        assert!(applied.status.success(), "{} does not apply any more: {told}", patch.display());
    }
}
