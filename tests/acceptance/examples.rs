//! Every example that the documentation shows is applied, and every import that it shows is run.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    alibaba_cloud::image,
    harness::{
        ACCESS_KEY, Emulator, Replacing, SECRET_KEY, Workspace,
        world::{GROUP, IMAGE, NEXT_IMAGE},
    },
};

/// The folders of `examples/resources`, each with a file of the given name in it.
fn examples_with(file: &str) -> Vec<(PathBuf, String)> {
    examples_of("resources", file)
}

/// The folders of a kind of examples, each with a file of the given name in it.
fn examples_of(kind: &str, file: &str) -> Vec<(PathBuf, String)> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(kind);
    let folders = fs::read_dir(examples).expect("there are examples").map(|entry| entry.expect("an entry").path());
    let files = folders.filter_map(|folder| {
        let text = fs::read_to_string(folder.join(file)).ok()?;
        Some((folder, text))
    });
    let files: Vec<_> = files.collect();
    assert!(!files.is_empty(), "no example has a {file}");
    files
}

/// An emulator whose scheduled delivery group is outside its hours, whatever time it is.
fn emulator() -> Emulator {
    let emulator = Emulator::start();
    emulator.leave_schedule("aig-hangzhou-schedule");
    emulator
}

#[test]
fn every_example_of_a_resource_can_be_applied_and_is_planned_no_more() {
    for (folder, text) in examples_with("resource.tf") {
        let emulator = emulator();
        let workspace = Workspace::with(&emulator, &text);
        println!("{}", folder.display());
        workspace.apply();
        workspace.expect_no_changes();
        workspace.destroy();
    }
}

#[test]
fn the_configuration_with_a_test_of_its_own_passes_it() {
    let emulator = Emulator::start();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/terraform-test");
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("a file of the example");
    let workspace = Workspace::new();
    workspace.configure(&read("main.tf"));
    let test = read("emulator.tftest.hcl").replacing("http://127.0.0.1:8787", emulator.endpoint());
    let test = test.replacing("emulator-access-key", ACCESS_KEY).replacing("emulator-secret-key", SECRET_KEY);
    workspace.write("emulator.tftest.hcl", &test);
    let (run, calls) = emulator.calls_during(|| workspace.run(&["test"]).expect(&[0]));
    assert!(run.stdout.contains("2 passed, 0 failed"), "{}", run.stdout);
    let updates = calls.iter().filter(|call| call.operation == "UpdateAppInstanceGroupImage");
    assert_eq!(updates.count(), 2, "one for each run: {calls:?}");
    // All runs and the teardown have one configuration of the provider.
    assert_eq!(emulator.authorized_users("aig-hangzhou-fixed"), ["alice", "bob"]);
}

#[test]
fn the_teardown_of_a_test_gives_back_what_its_runs_took() {
    let emulator = Emulator::start();
    let workspace = Workspace::with(&emulator, &image(NEXT_IMAGE, "on_destroy = \"restore\""));
    // The block is taken from the configuration.
    workspace.write("runs.tftest.hcl", "run \"plans\" {\n  command = plan\n}\n\nrun \"applies\" {\n}\n");
    let run = workspace.run(&["test"]).expect(&[0]);
    assert!(run.stdout.contains("2 passed, 0 failed"), "{}", run.stdout);
    assert_eq!(emulator.calls_of("UpdateAppInstanceGroupImage").len(), 2);
    assert_eq!(emulator.delivery_group(GROUP)["image_id"], IMAGE);
}

#[test]
fn every_import_command_that_is_shown_works() {
    for (folder, command) in examples_with("import.sh") {
        let emulator = Emulator::start();
        let resource = fs::read_to_string(folder.join("resource.tf")).expect("the example itself");
        let workspace = Workspace::with(&emulator, &resource);
        let words: Vec<_> = command.split_whitespace().collect();
        let ["terraform", "import", address, id] = words[..] else {
            panic!("{} shows another command: {command}", folder.display())
        };
        workspace.import(address, id).expect(&[0]);
        assert_eq!(workspace.state_list(), [address]);
    }
}

/// Applies the resource of each example together with its import block in `file`.
fn import_with(file: &str) {
    for (folder, block) in examples_with(file) {
        let emulator = Emulator::start();
        let resource = fs::read_to_string(folder.join("resource.tf")).expect("the example itself");
        let workspace = Workspace::with(&emulator, &resource);
        workspace.write("import.tf", &block);
        println!("{}", folder.display());
        workspace.apply();
        assert_eq!(workspace.state_list().len(), 1);
    }
}

#[test]
fn every_import_block_that_is_shown_works() {
    import_with("import.tf");
}

mod since_1_12 {
    #[test]
    fn every_import_block_by_identity_that_is_shown_works() {
        super::import_with("import-by-identity.tf");
    }
}

#[test]
fn every_example_of_a_data_source_can_be_read() {
    for (folder, text) in examples_of("data-sources", "data-source.tf") {
        let emulator = emulator();
        let workspace = Workspace::with(&emulator, &text);
        println!("{}", folder.display());
        workspace.apply();
        workspace.expect_no_changes();
    }
}

mod since_1_14 {
    use super::*;

    #[test]
    fn every_example_of_an_action_can_be_invoked() {
        for (folder, text) in examples_of("actions", "action.tf") {
            let emulator = emulator();
            let workspace = Workspace::with(&emulator, &text);
            let Some((_, invoke)) = text.lines().next().and_then(|line| line.split_once(" apply ")) else {
                panic!("{} does not show how to invoke it", folder.display())
            };
            workspace.try_apply_with(&[invoke]).expect(&[0]);
        }
    }

    #[test]
    fn every_example_of_a_list_finds_something() {
        for (folder, text) in examples_of("list-resources", "list-resource.tfquery.hcl") {
            let emulator = emulator();
            let workspace = Workspace::with(&emulator, "");
            workspace.write("example.tfquery.hcl", &text);
            let run = workspace.run(&["query", "-json"]).expect(&[0]);
            assert!(run.stdout.contains("list_resource_found"), "{}: {run}", folder.display());
        }
    }
}
