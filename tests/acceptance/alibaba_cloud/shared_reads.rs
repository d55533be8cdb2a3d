//! Refreshes that share lists: what many of them cost, and that no list makes a plan that single reads would not make.

use serde_json::{Value, json};

use super::UPDATE_IMAGE;
use crate::harness::{
    Emulator, Plan, Replacing, Workspace,
    faults::{each_kind, refusal, striking},
    world::{IMAGE, NEXT_IMAGE},
};

const LIST: &str = "ListAppInstanceGroup";
const READ: &str = "GetAppInstanceGroup";
/// How many groups there are, besides those of the built-in world.
const MANY: usize = 230;

fn group(number: usize) -> String {
    format!("aig-load-{number:05}")
}

fn address(number: usize) -> String {
    format!("appstreaming_delivery_group_image.this[\"{}\"]", group(number))
}

/// The images of the first so many groups.
fn images(count: usize) -> String {
    format!(
        r#"
        resource "appstreaming_delivery_group_image" "this" {{
          for_each          = toset([for number in range(1, {}) : format("aig-load-%05d", number)])
          delivery_group_id = each.key
          image_id          = "{IMAGE}"
        }}
        "#,
        count + 1
    )
}

/// An estate of so many groups that has been applied.
fn estate(count: usize) -> (Emulator, Workspace) {
    let emulator = Emulator::start_with(&["--delivery-groups", &MANY.to_string(), "--image-update-seconds", "0"]);
    let workspace = Workspace::with(&emulator, &images(count));
    workspace.apply();
    (emulator, workspace)
}

/// What a plan does to which resource, without those that stay as they are.
fn changes(plan: &Plan, count: usize) -> Vec<(usize, Vec<&str>)> {
    let all = (1..=count).map(|number| (number, plan.actions(&address(number))));
    all.filter(|(_, actions)| *actions != ["no-op"]).collect()
}

#[test]
fn many_refreshes_cost_the_pages_of_a_list_and_a_few_cost_what_they_are() {
    let (emulator, workspace) = estate(200);
    let ((), calls) = emulator.calls_during(|| workspace.expect_no_changes());
    let of = |operation: &str| calls.iter().filter(|call| call.operation == operation).count();
    assert_eq!((of(READ), of(LIST), calls.len()), (3, 3, 6));

    for few in [1, 3] {
        let (emulator, workspace) = estate(few);
        let ((), calls) = emulator.calls_during(|| workspace.expect_no_changes());
        assert!(calls.len() == few && calls.iter().all(|call| call.operation == READ), "{calls:?}");
    }
}

#[test]
fn what_has_changed_beside_terraform_is_read_by_itself_and_planned() {
    let (emulator, workspace) = estate(60);
    emulator.change_delivery_group(&group(17), json!({ "image_id": NEXT_IMAGE }));
    emulator.change_delivery_group(&group(23), json!({ "status": "MAINTAIN_FAILED" }));
    emulator.delete_delivery_group(&group(42));
    let (plan, calls) = emulator.calls_during(|| workspace.plan());
    assert_eq!(changes(&plan, 60), [(17, vec!["update"]), (23, vec!["update"]), (42, vec!["create"])]);
    let lists = calls.iter().filter(|call| call.operation == LIST).count();
    assert!((1..=3).contains(&lists) && calls.len() < 30, "{lists} of {}", calls.len());
    // Each is awaited alone: what decides about a change is no list.
    workspace.configure(&images(41));
    let (_, calls) = emulator.calls_during(|| workspace.apply());
    assert_eq!(calls.iter().filter(|call| call.operation == UPDATE_IMAGE).count(), 2);
    workspace.expect_no_changes();
}

#[test]
fn whatever_becomes_of_the_list_nothing_is_taken_for_gone_and_no_change_is_planned() {
    let (emulator, workspace) = estate(40);
    let kinds = each_kind().map(|(kind, _)| kind);
    let more = ["bare", "nameless"].map(|kind| json!({ "kind": kind }));
    for (at, kind) in kinds.into_iter().chain(more).enumerate() {
        // The first page, or one in the middle.
        emulator.fault(&striking(kind, &json!({ "operation": LIST, "every": 1 + at % 2 })));
        workspace.expect_no_changes();
        emulator.lift_faults();
    }
}

#[test]
fn who_may_not_list_reads_each_by_itself_and_asks_for_the_list_once() {
    let (emulator, workspace) = estate(40);
    emulator.fault(&striking(refusal(LIST, "Forbidden.RAM"), &json!({ "every": 1 })));
    let ((), calls) = emulator.calls_during(|| workspace.expect_no_changes());
    let of = |operation: &str| calls.iter().filter(|call| call.operation == operation).count();
    assert_eq!((of(READ), of(LIST)), (40, 1));
}

#[test]
fn a_list_that_is_older_than_the_state_is_not_believed() {
    let (emulator, workspace) = estate(40);
    workspace.configure(&images(40).replacing(IMAGE, NEXT_IMAGE));
    workspace.apply();
    // The list shows the world as it was before the last change.
    emulator.fault(&json!({ "kind": "stale_read", "operation": LIST, "every": 1 }));
    workspace.expect_no_changes();
}

#[test]
fn the_data_source_of_image_updates_shares_the_list_with_the_refreshes() {
    let (emulator, workspace) = estate(60);
    let wanted = "images = { for number in range(1, 61) : format(\"aig-load-%05d\", number) => \"img-office-2\" }";
    let data = format!("data \"appstreaming_delivery_group_image_updates\" \"this\" {{\n {wanted}\n}}\n");
    let counts = "output \"updated\" {\n value = length(data.appstreaming_delivery_group_image_updates.this\
                  .updated_delivery_group_ids)\n}\n";
    workspace.configure(&(images(60) + &data + counts));
    let (plan, calls) = emulator.calls_during(|| workspace.plan());
    let lists = calls.iter().filter(|call| call.operation == LIST).count();
    let reads = calls.iter().filter(|call| call.operation == READ).count();
    assert!(lists <= 6 && reads <= 6, "{lists} lists and {reads} reads");
    assert_eq!(plan.output("updated"), &Value::from(60));
}
