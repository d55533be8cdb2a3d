//! What comes about over hours, and is not the work of chance.

use std::{cell::RefCell, time::Duration};

use serde_json::json;
use tfplug::testing::{Configuration, Declared, RunOptions};
use tokio::{runtime::Builder, time::sleep};

use crate::{
    clouds::Clouds,
    estate::{
        Dice, Estate,
        names::{GROUP, IMAGE, NEXT_IMAGE},
    },
    found::calm,
    run::Terraform,
    script::Script,
    side::Side,
    weather::Weather,
};

#[test]
fn an_update_that_has_run_for_long_is_told_by_each_plan_from_then_on() {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let clouds = Clouds::new(&calm(1, Vec::new()));
        let terraform = Terraform { clouds: &clouds, is_elsewhere: false };
        let mut estate = Estate::default();
        estate.give_image("a", GROUP, IMAGE);
        let file = RefCell::default();
        let side = Side { estate, file: &file };
        let configuration = side.configuration(&clouds.world().await, None);
        let (mut dice, weather, options) = (Dice::new(1), Weather::calm(), RunOptions::default());
        let applied = terraform.run(&mut dice, &file, &configuration, &weather, &options, async {}).await;
        assert!(applied.succeeded, "{applied:?}");
        let maintained = json!({ "status": "MAINTAINING" });
        clouds.change_world(&json!({ "alibaba": { "delivery_groups": { GROUP: maintained } } })).await;
        for (waited, is_told) in [(0, false), (59 * 60, false), (2 * 60, true), (60, true)] {
            sleep(Duration::from_secs(waited)).await;
            let state = file.borrow().clone();
            let (plan, told) = terraform.plan_in_calm(&mut dice, &state, &configuration).await;
            let is_said = told.warnings.iter().any(|(_, it)| it.summary.contains("has been in an update for long"));
            assert_eq!(is_said, is_told, "{waited} s later: {:?}", told.warnings);
            file.replace(plan.expect("a plan").state);
        }
    });
}

#[test]
fn a_window_that_closes_ends_a_wait_and_its_drain_at_once() {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let slow = Script { way: Duration::from_millis(200), ..calm(1, Vec::new()) };
        let clouds = Clouds::new(&slow);
        let terraform = Terraform { clouds: &clouds, is_elsewhere: false };
        let file = RefCell::default();
        // Every history begins at one in the night, UTC.
        let window = json!({ "from": "00:30", "to": "01:31", "time_zone": "UTC" });
        let rollout = json!({ "max_sessions": 0, "wait_for_sessions": "5h", "drain": true, "window": window });
        let config = json!({ "delivery_group_id": GROUP, "image_id": NEXT_IMAGE, "rollout": rollout });
        let type_name = "appstreaming_delivery_group_image".to_owned();
        let declared = Declared { type_name: type_name.clone(), config, ..Declared::default() };
        let configuration =
            Configuration { resources: [(format!("{type_name}.a"), declared)].into(), ..Configuration::default() };
        let (mut dice, weather, options) = (Dice::new(1), Weather::calm(), RunOptions::default());
        let run = terraform.run(&mut dice, &file, &configuration, &weather, &options, async {}).await;
        assert!(!run.succeeded, "{run:?}");
        let lasted = clouds.elapsed();
        assert!(lasted >= Duration::from_secs(31 * 60) && lasted < Duration::from_secs(31 * 60 + 5), "{lasted:?}");
        let tags = clouds.world().await["alibaba"]["delivery_groups"][GROUP]["tags"].clone();
        assert!(tags["terraform-drained-by"].is_null(), "{tags}");
    });
}
