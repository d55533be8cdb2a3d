//! After an apply and after an import there is nothing left to plan.

use super::{Row, acts, expect_at_rest, for_each, rows};
use crate::harness::{Emulator, Workspace};

fn import(workspace: &Workspace, row: &Row, id: &str, by_block: bool) {
    workspace.run(&["state", "rm", row.address]).expect(&[0]);
    if !by_block {
        workspace.import(row.address, id).expect(&[0]);
        return;
    }
    workspace.write("import.tf", &format!("import {{\n  to = {}\n  id = \"{id}\"\n}}\n", row.address));
    workspace.apply();
    workspace.write("import.tf", "");
}

/// Fails unless an import changes nothing in the cloud and leaves nothing to plan.
#[track_caller]
fn expect_taken_over(emulator: &Emulator, workspace: &Workspace, row: &Row, id: &str, by_block: bool) {
    let before = acts(emulator);
    import(workspace, row, id, by_block);
    if let Some(filled) = row.filled
        && !by_block
    {
        assert_eq!(workspace.plan().actions(row.address), ["update"], "{}: {filled}", row.name);
        workspace.apply_plan();
    }
    assert_eq!(acts(emulator), before, "{}: the import of {id} changed something", row.name);
    expect_at_rest(workspace);
}

#[test]
fn an_apply_leaves_nothing_to_plan_and_an_import_neither() {
    for_each(&rows(), |row| {
        let (emulator, workspace) = row.start();
        workspace.apply();
        assert!(acts(&emulator) > 0, "{}: nothing was done", row.name);
        expect_at_rest(&workspace);
        for (position, id) in row.import_ids.iter().enumerate() {
            let known = workspace.attributes(row.address)["id"].clone();
            let id = id.split("ID").collect::<Vec<_>>().join(known.as_str().expect("an ID"));
            expect_taken_over(&emulator, &workspace, row, &id, position > 0);
        }
    });
}
