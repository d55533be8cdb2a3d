//! Whole requests: decoded as gRPC's are, and answered by a provider with one of everything.

#![no_main]

use std::sync::LazyLock;

use futures_util::StreamExt as _;
use libfuzzer_sys::fuzz_target;
use prost::Message;
use tfplug::{
    fuzzing::service,
    proto::tfplugin6::{self as proto, provider_server::Provider},
    schema::{HasIdentitySchema, HasSchema},
    value::Type,
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

/// A request of one kind, its answer, and whether that can be sent.
macro_rules! answer {
    ($service:ident, $method:ident, $bytes:ident, |$request:ident, $response:ident| $check:block) => {{
        let Ok(message) = Message::decode($bytes) else { return };
        let $request = Clone::clone(&message);
        let _ = &$request;
        let $response = $service.$method(Request::new(message)).await.expect("an answer").into_inner();
        $check
    }};
}

async fn answer(choice: u8, bytes: &[u8]) {
    let service = &*SERVICE;
    let config = proto::configure_provider::Request::default();
    service.configure_provider(Request::new(config)).await.expect("it needs no configuration");
    match choice % 19 {
        0 => answer!(service, validate_provider_config, bytes, |_request, it| { check_told(&it.diagnostics, None) }),
        1 => answer!(service, validate_resource_config, bytes, |_request, it| {
            check_told(&it.diagnostics, Some(&BED));
        }),
        2 => answer!(service, upgrade_resource_state, bytes, |_request, it| {
            check_told(&it.diagnostics, Some(&BED));
            check_dynamic(it.upgraded_state.as_ref(), &BED, &it.diagnostics);
        }),
        3 => answer!(service, upgrade_resource_identity, bytes, |_request, it| {
            check_told(&it.diagnostics, None);
            check_identity(it.upgraded_identity.as_ref(), &IDENTITY);
        }),
        4 => answer!(service, read_resource, bytes, |request, it| {
            check_told(&it.diagnostics, Some(&BED));
            if !has_errors(&it.diagnostics) {
                check_dynamic(it.new_state.as_ref(), &BED, &it.diagnostics);
                check_identity(it.new_identity.as_ref(), &IDENTITY);
            }
            let _: &proto::read_resource::Request = &request;
        }),
        5 => answer!(service, plan_resource_change, bytes, |_request, it| {
            check_told(&it.diagnostics, Some(&BED));
            if !has_errors(&it.diagnostics) {
                check_dynamic(it.planned_state.as_ref(), &BED, &it.diagnostics);
            }
        }),
        6 => answer!(service, apply_resource_change, bytes, |_request, it| {
            check_told(&it.diagnostics, Some(&BED));
            if !has_errors(&it.diagnostics) {
                check_dynamic(it.new_state.as_ref(), &BED, &it.diagnostics);
                check_identity(it.new_identity.as_ref(), &IDENTITY);
            }
        }),
        7 => answer!(service, import_resource_state, bytes, |_request, it| {
            check_told(&it.diagnostics, None);
            for imported in &it.imported_resources {
                check_dynamic(imported.state.as_ref(), &BED, &it.diagnostics);
                check_identity(imported.identity.as_ref(), &IDENTITY);
            }
        }),
        8 => answer!(service, move_resource_state, bytes, |_request, it| {
            check_told(&it.diagnostics, None);
            if !has_errors(&it.diagnostics) {
                check_dynamic(it.target_state.as_ref(), &BED, &it.diagnostics);
                check_identity(it.target_identity.as_ref(), &IDENTITY);
            }
        }),
        9 => answer!(service, generate_resource_config, bytes, |_request, it| {
            check_told(&it.diagnostics, Some(&BED));
            check_dynamic(it.config.as_ref(), &BED, &it.diagnostics);
        }),
        10 => answer!(service, validate_data_resource_config, bytes, |_request, it| {
            check_told(&it.diagnostics, Some(&BED));
        }),
        11 => answer!(service, read_data_source, bytes, |_request, it| {
            check_told(&it.diagnostics, Some(&BED));
            check_dynamic(it.state.as_ref(), &BED, &it.diagnostics);
        }),
        12 => answer!(service, open_ephemeral_resource, bytes, |_request, it| { check_told(&it.diagnostics, None) }),
        13 => answer!(service, close_ephemeral_resource, bytes, |_request, it| { check_told(&it.diagnostics, None) }),
        14 => answer!(service, call_function, bytes, |_request, it| {
            if it.error.is_none() {
                check_dynamic(it.result.as_ref(), &Type::String, &[]);
            }
        }),
        15 => answer!(service, plan_action, bytes, |_request, it| { check_told(&it.diagnostics, None) }),
        16 => answer!(service, invoke_action, bytes, |_request, events| {
            let events: Vec<_> = events.collect().await;
            let last = events.last().expect("an action says how it ended").as_ref().expect("an event");
            assert!(matches!(last.r#type, Some(proto::invoke_action::event::Type::Completed(_))), "{last:?}");
        }),
        17 => answer!(service, list_resource, bytes, |request, events| {
            let events: Vec<_> = events.collect().await;
            let request: &proto::list_resource::Request = &request;
            let found = events.iter().flatten().filter(|event| event.identity.is_some()).count();
            assert!(request.limit <= 0 || i64::try_from(found).is_ok_and(|found| found <= request.limit));
            for event in events.iter().flatten() {
                check_told(&event.diagnostic, None);
                check_identity(event.identity.as_ref(), &IDENTITY);
                check_dynamic(event.resource_object.as_ref(), &BED, &event.diagnostic);
            }
        }),
        _ => answer!(service, configure_provider, bytes, |_request, it| { check_told(&it.diagnostics, None) }),
    }
}

fuzz_target!(|input: &[u8]| {
    if accuses(input) {
        return;
    }
    let Some((choice, bytes)) = input.split_first() else { return };
    RUNTIME.block_on(answer(*choice, bytes));
});
