//! What Terraform has stored: states and identities of any version, and states that a resource takes over.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tfplug::{
    fuzzing::service,
    proto::tfplugin6::{self as proto, DynamicValue, RawState, provider_server::Provider},
    schema::{HasIdentitySchema, HasSchema},
    value::{Type, decode, to_json},
};
use tfplug_fuzz::{
    answers::{accuses, check_dynamic, check_identity, check_told, has_errors},
    garden::{Bed, BedIdentity, Garden},
};
use tokio::runtime::{Builder, Runtime};
use tonic::Request;

static SERVICE: LazyLock<Box<dyn Provider>> = LazyLock::new(|| service(Garden::NEW));
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().build().expect("a runtime"));
static BED: LazyLock<Type> = LazyLock::new(|| Bed::schema().ty());
static IDENTITY: LazyLock<Type> = LazyLock::new(|| BedIdentity::identity_schema().expect("it has one").ty());

fn raw(json: &[u8]) -> Option<RawState> {
    Some(RawState { json: json.to_vec().into(), ..RawState::default() })
}

async fn upgraded(version: i64, json: &[u8]) -> Option<DynamicValue> {
    let request =
        proto::upgrade_resource_state::Request { type_name: "garden_bed".to_owned(), version, raw_state: raw(json) };
    let answer = SERVICE.upgrade_resource_state(Request::new(request)).await.expect("an answer").into_inner();
    check_told(&answer.diagnostics, None);
    assert_eq!(answer.upgraded_state.is_none(), has_errors(&answer.diagnostics), "a state, or why there is none");
    check_dynamic(answer.upgraded_state.as_ref(), &BED, &answer.diagnostics);
    answer.upgraded_state
}

async fn answer(version: i64, json: &[u8]) {
    if let Some(state) = upgraded(version, json).await {
        // What was brought to the present version is at home there.
        let value = decode(&state.msgpack, &BED).expect("it was read before");
        let stored = to_json(&value).expect("nothing that is stored is unknown").to_string();
        assert_eq!(upgraded(2, stored.as_bytes()).await, Some(state), "the present version is kept as it is");
    }

    let request = proto::upgrade_resource_identity::Request {
        type_name: "garden_bed".to_owned(),
        version,
        raw_identity: raw(json),
    };
    let it = SERVICE.upgrade_resource_identity(Request::new(request)).await.expect("an answer").into_inner();
    check_told(&it.diagnostics, None);
    check_identity(it.upgraded_identity.as_ref(), &IDENTITY);

    let request = proto::move_resource_state::Request {
        source_type_name: "garden_plot".to_owned(),
        target_type_name: "garden_bed".to_owned(),
        source_state: raw(json),
        ..Default::default()
    };
    let it = SERVICE.move_resource_state(Request::new(request)).await.expect("an answer").into_inner();
    check_told(&it.diagnostics, None);
    assert_eq!(it.target_state.is_none(), has_errors(&it.diagnostics), "a state, or why there is none");
    check_dynamic(it.target_state.as_ref(), &BED, &it.diagnostics);
}

fuzz_target!(|input: &[u8]| {
    if accuses(input) {
        return;
    }
    let Some((version, json)) = input.split_first() else { return };
    RUNTIME.block_on(answer(i64::from(*version % 4), json));
});
