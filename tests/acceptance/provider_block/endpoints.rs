//! Endpoints of one's own, and the regions that they are for.

use super::{ALIBABA, CLOUDS, Cloud, HUAWEI};
use crate::{
    alibaba_cloud::image,
    harness::{Emulator, Workspace, keys, world::NEXT_IMAGE},
    huawei_cloud::server_group::{self, and},
};

/// A name that no resolver knows. The emulator answers for it, as a proxy would.
const ELSEWHERE: &str = "http://gateway.invalid";

/// A workspace whose block names that endpoint, with further lines.
fn elsewhere(cloud: &Cloud, emulator: &Emulator, lines: &str) -> Workspace {
    let identity = cloud.identity;
    let mut workspace = cloud.workspace(&format!(
        "endpoint = \"{ELSEWHERE}\"\n{identity} = \"{ELSEWHERE}\"\nallow_http = true\n{}\n{lines}",
        keys()
    ));
    workspace.set("HTTP_PROXY", emulator.endpoint());
    workspace
}

#[test]
fn an_endpoint_elsewhere_is_not_called_for_another_region() {
    for cloud in CLOUDS {
        let emulator = Emulator::start();
        let Cloud { region, other_region, .. } = cloud;
        let own = format!("region = \"{region}\"");
        let other = format!("region = \"{other_region}\"");

        let workspace = elsewhere(cloud, &emulator, &own);
        for lines in ["", &own] {
            workspace.configure(&cloud.read(lines));
            let (_, calls) = emulator.calls_during(|| workspace.apply());
            assert!(calls.iter().any(|call| call.operation == cloud.operation), "{region}: {calls:?}");
        }
        workspace.configure(&cloud.read(&other));
        let (run, calls) = emulator.calls_during(|| workspace.try_plan().expect(&[1]));
        let error = run.only_error();
        let about = [cloud.block, region, other_region, "gateway.invalid", "endpoint_serves_all_regions", "alias"];
        error.must_say(&about);
        assert!(error.code.contains(&other), "it points at the attribute: {error:?}");
        assert!(calls.is_empty(), "{calls:?}");

        // Without a region of its own, nobody knows which one the endpoint is for.
        let workspace = elsewhere(cloud, &emulator, "");
        workspace.configure(&cloud.read(&other));
        let (run, calls) = emulator.calls_during(|| workspace.try_plan().expect(&[1]));
        run.only_error().must_say(&["without a region", other_region, "endpoint_serves_all_regions"]);
        assert!(calls.is_empty(), "{calls:?}");
    }
}

#[test]
fn an_endpoint_that_is_said_to_serve_all_regions_and_one_on_this_machine_do() {
    for cloud in CLOUDS {
        let emulator = Emulator::start();
        let own = format!("region = \"{}\"", cloud.region);
        let other = cloud.read(&format!("region = \"{}\"", cloud.other_region));
        let here = cloud.workspace(&format!("{}{}", cloud.at(&emulator), keys()));
        for workspace in [here, elsewhere(cloud, &emulator, &format!("{own}\nendpoint_serves_all_regions = true"))] {
            workspace.configure(&other);
            let (_, calls) = emulator.calls_during(|| workspace.apply());
            assert!(calls.iter().any(|call| call.operation == cloud.operation), "{calls:?}");
        }
    }
}

#[test]
fn a_resource_in_another_region_is_refused_by_the_plan() {
    for (cloud, resource) in [
        (&ALIBABA, image(NEXT_IMAGE, "region = \"ap-southeast-1\"")),
        (&HUAWEI, and(&server_group::resource(), "region = \"cn-east-3\"")),
    ] {
        let emulator = Emulator::start();
        let workspace = elsewhere(cloud, &emulator, &format!("region = \"{}\"", cloud.region));
        workspace.configure(&resource);
        let (run, calls) = emulator.calls_during(|| workspace.try_plan().expect(&[1]));
        run.only_error().must_say(&[cloud.region, cloud.other_region, "endpoint_serves_all_regions"]);
        assert!(calls.is_empty(), "{calls:?}");
    }
}
