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
async fn given_up(host: &Host, a: &State, b: Option<&State>) -> (State, Planned) {
    let b = host.plan(AUTHORIZATION, b, &listing(&["user00001", "user00003"])).await.unwrap();
    let planned = host.plan(AUTHORIZATION, Some(a), &listing(&["user00002"])).await.unwrap();
    let a = host.apply(&planned).await.into_result().unwrap().unwrap();
    assert_eq!(names(&a), json!(["user00002"]));
    (a, b)
}

/// Refreshes, and answers with what the state is then and what is told.
async fn refresh(host: &Host, state: &State) -> (State, Vec<String>) {
    let refreshed = host.refresh(state).await.unwrap();
    let told = refreshed.diagnostics.iter().map(|it| format!("{}: {}", it.summary, it.detail)).collect();
    (refreshed.state.unwrap(), told)
}

#[tokio::test]
async fn if_the_other_is_never_applied_the_next_plan_removes_them() {
    let emulator = Emulator::start(3, 1).await;
    let host = configured(&emulator).await;
    let a = host.create(AUTHORIZATION, &listing(&["user00001", "user00002"])).await.unwrap();
    let b = host.create(AUTHORIZATION, &listing(&["user00003"])).await.unwrap();
    let (a, _) = given_up(&host, &a, Some(&b)).await;
    assert!(emulator.authorized(GROUP).await.contains("user00001"));
    host.shutdown().await.unwrap();

    let host = configured(&emulator).await;
    let ((a, told), _) = tokio::join!(refresh(&host, &a), refresh(&host, &b));
    assert_eq!(names(&a), json!(["user00001", "user00002"]));
    assert!(told.len() == 1 && told[0].contains("kept access") && told[0].contains("user00001"), "{told:?}");
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
    let (a, b) = given_up(&host, &a, None).await;
    let b = host.apply(&b).await.into_result().unwrap().unwrap();
    host.shutdown().await.unwrap();

    let host = configured(&emulator).await;
    let ((a, told), (b, _)) = tokio::join!(refresh(&host, &a), refresh(&host, &b));
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(names(&a), json!(["user00002"]));
    assert_eq!(names(&b), json!(["user00001", "user00003"]));
    host.shutdown().await.unwrap();
}

/// As with `-parallelism=1`, with `-target`, or among thousands of resources.
#[tokio::test]
async fn a_run_that_does_not_come_to_the_other_in_time_removes_nobody_and_says_so_until_one_does() {
    let emulator = Emulator::start(3, 1).await;
    for other_was_there in [true, false] {
        let host = configured(&emulator).await;
        let a = host.create(AUTHORIZATION, &listing(&["user00001", "user00002"])).await.unwrap();
        let b = match other_was_there {
            true => Some(host.create(AUTHORIZATION, &listing(&["user00003"])).await.unwrap()),
            false => None,
        };
        let (a, b) = given_up(&host, &a, b.as_ref()).await;
        let b = host.apply(&b).await.into_result().unwrap().unwrap();
        host.shutdown().await.unwrap();

        let host = configured(&emulator).await;
        let (a, told) = refresh(&host, &a).await;
        assert!(told.len() == 1 && told[0].contains("may keep access") && told[0].contains("user00001"), "{told:?}");
        let planned = host.plan(AUTHORIZATION, Some(&a), &listing(&[])).await.unwrap();
        let (b, _) = refresh(&host, &b).await;
        let a = host.apply(&planned).await.into_result().unwrap().unwrap();
        assert_eq!(emulator.authorized(GROUP).await, ["user00001", "user00003"].map(str::to_owned).into());
        host.shutdown().await.unwrap();

        let host = configured(&emulator).await;
        let (b, _) = refresh(&host, &b).await;
        let (a, told) = refresh(&host, &a).await;
        assert!(told.is_empty(), "{told:?}");
        host.shutdown().await.unwrap();

        let host = configured(&emulator).await;
        let (a, told) = refresh(&host, &a).await;
        assert!(told.is_empty(), "it was settled: {told:?}");
        host.destroy(&a).await.unwrap();
        assert_eq!(emulator.authorized(GROUP).await, ["user00001", "user00003"].map(str::to_owned).into());
        host.destroy(&b).await.unwrap();
        assert_eq!(emulator.authorized(GROUP).await, [].into());
        host.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn who_was_left_to_one_that_never_began_is_listed_once_and_taken_out_again() {
    let emulator = Emulator::start(3, 1).await;
    let host = configured(&emulator).await;
    let a = host.create(AUTHORIZATION, &listing(&["user00001", "user00002"])).await.unwrap();
    let (a, _) = given_up(&host, &a, None).await;
    host.shutdown().await.unwrap();

    let mut state = a;
    for (listed, is_left) in [(&["user00001", "user00002"][..], true), (&["user00002"], false)] {
        let host = configured(&emulator).await;
        let (a, told) = refresh(&host, &state).await;
        assert_eq!(told.len(), usize::from(is_left), "{told:?}");
        let planned = host.plan(AUTHORIZATION, Some(&a), &listing(listed)).await.unwrap();
        state = host.apply(&planned).await.into_result().unwrap().unwrap();
        host.shutdown().await.unwrap();
    }
    assert_eq!(emulator.authorized(GROUP).await, ["user00002".to_owned()].into());
}
