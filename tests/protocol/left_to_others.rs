//! Somebody whom one authorization gives up, because another one of the same apply is about to list them: whatever
//! becomes of that, some state knows of them. By the protocol, since nothing makes Terraform plan a resource again and
//! not come to apply it.

use serde_json::{Value as Json, json};
use tfplug::testing::{Host, Planned, PlannedAction, State};

use crate::emulated::{AUTHORIZATION, Emulator, configured};

const GROUP: &str = "aig-load-00001";

fn listing(names: &[&str]) -> Json {
    json!({ "delivery_group_id": GROUP, "user_names": names })
}

fn names(state: &State) -> Json {
    state.shown()["user_names"].clone()
}

/// One apply in which `b` is planned to list the first user, and `a` to give her up and keep the second. `a` is
/// applied.
async fn given_up(host: &Host, a: &State) -> (State, Planned) {
    let b = host.plan(AUTHORIZATION, None, &listing(&["user00001", "user00003"])).await.unwrap();
    let planned = host.plan(AUTHORIZATION, Some(a), &listing(&["user00002"])).await.unwrap();
    let a = host.apply(&planned).await.into_result().unwrap().unwrap();
    assert_eq!(names(&a), json!(["user00002"]));
    (a, b)
}

#[tokio::test]
async fn if_the_other_is_never_applied_the_next_plan_removes_them() {
    let emulator = Emulator::start(3, 1).await;
    let host = configured(&emulator).await;
    let a = host.create(AUTHORIZATION, &listing(&["user00001", "user00002"])).await.unwrap();
    let (a, _) = given_up(&host, &a).await;
    assert!(emulator.authorized(GROUP).await.contains("user00001"));
    host.shutdown().await.unwrap();

    let host = configured(&emulator).await;
    let refreshed = host.refresh(&a).await.unwrap();
    let a = refreshed.state.unwrap();
    assert_eq!(names(&a), json!(["user00001", "user00002"]));
    let told = refreshed.diagnostics.iter().next().unwrap();
    assert!(told.summary.contains("kept access") && told.detail.contains("user00001"), "{told:?}");
    let planned = host.plan(AUTHORIZATION, Some(&a), &listing(&["user00002"])).await.unwrap();
    assert_eq!(planned.action, PlannedAction::Update);
    host.apply(&planned).await.into_result().unwrap();
    assert!(!emulator.authorized(GROUP).await.contains("user00001"));
    host.shutdown().await.unwrap();
}

#[tokio::test]
async fn if_the_other_is_applied_late_they_are_its_own() {
    let emulator = Emulator::start(3, 1).await;
    let host = configured(&emulator).await;
    let a = host.create(AUTHORIZATION, &listing(&["user00001", "user00002"])).await.unwrap();
    let (a, b) = given_up(&host, &a).await;
    let b = host.apply(&b).await.into_result().unwrap().unwrap();
    host.shutdown().await.unwrap();

    let host = configured(&emulator).await;
    let (a, b) = tokio::join!(host.refresh(&a), host.refresh(&b));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert!(a.diagnostics.is_empty(), "{:?}", a.diagnostics);
    assert_eq!(names(&a.state.unwrap()), json!(["user00002"]));
    assert_eq!(names(&b.state.unwrap()), json!(["user00001", "user00003"]));
    host.shutdown().await.unwrap();
}
