//! Services that ask to be left alone for a while (`Retry-After`).

use serde_json::json;

use super::{ALIBABA, CLOUDS, HUAWEI};
use crate::{
    alibaba_cloud::image,
    harness::{issuer::Issuer, keys, world::NEXT_IMAGE},
};

#[test]
fn a_day_that_a_service_asks_for_is_told_at_once_and_not_waited_for() {
    for cloud in CLOUDS {
        for (status, seconds) in [(503, "86400"), (429, "86400"), (503, "1e19")] {
            let service = Issuer::busy(usize::MAX, status, seconds, || json!({}));
            let url = service.url();
            let identity = cloud.identity;
            let more = if cloud.block == "huawei_cloud" { "project_id = \"p\"" } else { "" };
            let workspace = cloud.workspace(&format!(
                "region = \"{}\"\nendpoint = \"{url}\"\n{identity} = \"{url}\"\n{}\n{more}",
                cloud.region,
                keys()
            ));
            let error = workspace.try_plan().expect(&[1]).only_error();
            error.must_say(&["the service asked for a wait of", &status.to_string(), "longer than the"]);
            if seconds == "86400" {
                error.must_say(&["86400 s"]);
            }
            // No setting gives a data source more time.
            assert!(!error.says("timeout"), "{}: {error:?}", cloud.block);
            assert_eq!(service.requests().len(), 1, "{}: asked once, and left alone then", cloud.block);
        }
    }
}

#[test]
fn the_plan_of_a_resource_does_not_wait_for_a_day_either() {
    let service = Issuer::busy(usize::MAX, 503, "86400", || json!({}));
    let workspace =
        ALIBABA.workspace(&format!("region = \"cn-hangzhou\"\nendpoint = \"{}\"\n{}", service.url(), keys()));
    workspace.configure(&image(NEXT_IMAGE, "timeouts = { create = \"2m\" }"));
    workspace.try_apply().expect(&[1]).only_error().must_say(&["86400 s"]);
    assert_eq!(service.requests().len(), 1);
}

#[test]
fn the_identity_service_that_asks_for_a_day_is_left_alone_too() {
    let service = Issuer::busy(usize::MAX, 503, "86400", || json!({}));
    let url = service.url();
    let block = format!("region = \"cn-north-4\"\nendpoint = \"{url}\"\nauth_url = \"{url}\"\n{}", keys());
    HUAWEI.workspace(&block).try_plan().expect(&[1]).only_error().must_say(&["KeystoneListProjects", "86400 s"]);
    assert_eq!(service.requests().len(), 1);
}

#[test]
fn a_wait_that_fits_is_waited_for_and_told_in_the_log() {
    let service = Issuer::busy(1, 503, "6", || json!({ "count": 0, "items": [] }));
    let url = service.url();
    let lines = format!("region = \"cn-north-4\"\nendpoint = \"{url}\"\nproject_id = \"p\"\n{}", keys());
    let mut workspace = HUAWEI.workspace(&lines);
    workspace.set("TF_LOG_PROVIDER", "WARN");
    let run = workspace.try_plan().expect(&[0]);
    assert!(run.stderr.contains("the service asked for a wait before the next call"), "{run:?}");
    assert_eq!(service.requests().len(), 2);
}
