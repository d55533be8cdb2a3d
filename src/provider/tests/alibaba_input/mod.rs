//! What people get wrong in what is about delivery groups: each mistake has a message of its own, at its attribute.

mod managed;
mod read;

use serde_json::{Value as Json, json};

use crate::{
    provider::AppStreaming,
    tfplug::{
        Path,
        schema::{Attribute, Shape},
        testing::{UNKNOWN, schemas, validate},
    },
};

/// A mistake: where it is, what is written there, and what is said of it.
struct Mistake {
    kind: &'static str,
    name: &'static str,
    /// What is written in place of what is right, or beside it.
    wrong: Json,
    path: &'static str,
    message: &'static str,
}

/// Mistakes in one kind of thing.
fn mistakes<const N: usize>(
    kind: &'static str,
    name: &'static str,
    rows: [(Json, &'static str, &'static str); N],
) -> impl Iterator<Item = Mistake> {
    rows.into_iter().map(move |(wrong, path, message)| Mistake { kind, name, wrong, path, message })
}

/// A configuration without a mistake.
fn right(kind: &str, name: &str) -> Json {
    let group = json!({ "delivery_group_id": "aig-1" });
    match (kind, name.trim_start_matches("appstreaming_")) {
        ("resource", "delivery_group_image") => with(group, &json!({ "image_id": "img-1" })),
        (_, "delivery_group_ota_approval" | "delivery_group_approve_ota") => {
            with(group, &json!({ "start_time": "2026-08-04T02:00:00+08:00" }))
        }
        ("list resource", _) | (_, "delivery_groups" | "images" | "regions") => json!({}),
        _ => group,
    }
}

fn with(mut config: Json, more: &Json) -> Json {
    for (name, value) in more.as_object().expect("an object") {
        config[name.as_str()] = value.clone();
    }
    config
}

/// The path, summary and detail of each error.
fn errors(kind: &str, name: &str, config: &Json) -> Vec<(String, String, String)> {
    let diagnostics = validate(&AppStreaming, kind, name, config).expect("a configuration of the type");
    let path = |path: Option<&Path>| path.map(ToString::to_string).unwrap_or_default();
    diagnostics.into_iter().map(|it| (path(it.path.as_ref()), it.summary, it.detail)).collect()
}

#[test]
fn each_mistake_has_one_error_with_its_own_message_at_its_attribute() {
    let all: Vec<_> = managed::managed().into_iter().chain(read::read()).collect();
    assert!(all.len() >= 60, "{}", all.len());
    for it in &all {
        let config = with(right(it.kind, it.name), &it.wrong);
        let found = errors(it.kind, it.name, &config);
        let [(path, summary, detail)] = &found[..] else {
            panic!("{} {} {}: expected one error: {found:#?}", it.kind, it.name, it.wrong)
        };
        let what = format!("{} {} {}", it.kind, it.name, it.wrong);
        assert_eq!((path.as_str(), detail.as_str()), (it.path, it.message), "{what}");
        assert_eq!(summary, &format!("Invalid {path}"), "{what}");
        assert!(!detail.eq_ignore_ascii_case("invalid value"), "{what}");
    }
}

/// The names of all things about delivery groups.
fn served() -> Vec<(&'static str, &'static str)> {
    let keys = schemas(&AppStreaming).into_keys();
    keys.filter(|(kind, name)| *kind != "provider" && !name.contains("server")).collect()
}

#[test]
fn what_is_right_is_accepted() {
    for (kind, name) in served() {
        assert_eq!(errors(kind, name, &right(kind, name)), [], "{kind} {name}");
    }
}

#[test]
fn values_that_are_not_known_yet_are_passed_over() {
    for (kind, name) in served() {
        let schema = &schemas(&AppStreaming)[&(kind, name)];
        let attributes = schema.root().attributes();
        let arguments = attributes.iter().filter(|(_, attribute)| attribute.is_required() || attribute.is_optional());
        for (argument, attribute) in arguments {
            // A conflict with what is known is none of a value's own.
            let alone = ["delivery_group_set_id", "include_deleted", "ad_domain"].contains(&argument.as_str());
            for unknown in unknowns(attribute) {
                let config = with(right(kind, name), &json!({ argument.as_str(): unknown }));
                let found = errors(kind, name, &config);
                assert!(alone || found.is_empty(), "{kind} {name}.{argument}: {found:?}");
            }
        }
        let all = arguments_unknown(attributes);
        assert_eq!(errors(kind, name, &all), [], "{kind} {name}");
    }
}

/// An attribute that is unknown, and one that is known with something unknown in it.
fn unknowns(attribute: &Attribute) -> Vec<Json> {
    match attribute.shape() {
        Shape::Nested(_, nested) if nested.contains_key("create") => vec![json!(UNKNOWN), json!({ "create": UNKNOWN })],
        _ => vec![json!(UNKNOWN)],
    }
}

fn arguments_unknown(attributes: &std::collections::BTreeMap<String, Attribute>) -> Json {
    let names = attributes.iter().filter(|(_, it)| it.is_required() || it.is_optional()).map(|(name, _)| name);
    let names = names.filter(|name| *name != "delivery_group_set_id");
    Json::Object(names.map(|name| (name.clone(), json!(UNKNOWN))).collect())
}
