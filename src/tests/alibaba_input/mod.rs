//! What people get wrong in what is about delivery groups: each mistake has a message of its own, at its attribute.

mod managed;
mod read;

use serde_json::{Value as Json, json};
use tfplug::{
    Path,
    testing::{Kind, schemas, validate},
};

use crate::AppStreaming;

/// A mistake: where it is, what is written there, and what is said of it.
struct Mistake {
    kind: &'static str,
    name: &'static str,
    /// What is written in place of what is right, or beside it.
    wrong: Json,
    path: &'static str,
    message: String,
}

const ID: &str = "It must consist of 1 to 128 letters, digits, hyphens and the signs _ . :";
const REGION: &str = "It must consist of 1 to 64 lower-case letters, digits and hyphens";
const DURATION: &str = "It must be a duration such as \"90s\", \"30m\" or \"1h30m\"";
const TIME: &str = "It must be a time in RFC 3339, such as \"2026-08-04T02:00:00+08:00\" or \"2026-08-03T18:00:00Z\"";
const NO_WHITE_SPACE: &str =
    "It must not begin or end with white space, nor hold line breaks, tabs or characters that cannot be seen";
const DOMAIN: &str = "It must consist of names joined by dots, such as example.com";

/// A rule, and the value that breaks it.
fn it_is(rule: &str, value: &str) -> String {
    format!("{rule}; it is {value:?}.")
}

/// Mistakes in one kind of thing.
fn mistakes<const N: usize>(
    kind: &'static str,
    name: &'static str,
    rows: [(Json, &'static str, String); N],
) -> impl Iterator<Item = Mistake> {
    rows.into_iter().map(move |(wrong, path, message)| Mistake { kind, name, wrong, path, message })
}

/// A configuration without a mistake.
fn right(kind: &str, name: &str) -> Json {
    let group = json!({ "delivery_group_id": "aig-1" });
    match (kind, name.trim_start_matches("appstreaming_")) {
        ("resource", "delivery_group_image") | (_, "delivery_group_update_image") => {
            with(group, &json!({ "image_id": "img-1" }))
        }
        (_, "delivery_group_image_updates") => json!({ "images": { "aig-1": "img-1" } }),
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

/// The path, summary and detail of each error, with these attributes not known yet.
fn errors_with(kind: &str, name: &str, config: &Json, unknown: &[&str]) -> Vec<(String, String, String)> {
    let block = match kind {
        "resource" => Kind::Resource(name),
        "data source" => Kind::DataSource(name),
        "list resource" => Kind::ListResource(name),
        _ => Kind::Action(name),
    };
    let diagnostics = validate(&AppStreaming::default(), block, config, unknown).expect("a configuration of the type");
    let path = |path: Option<&Path>| path.map(ToString::to_string).unwrap_or_default();
    diagnostics.into_iter().map(|it| (path(it.path.as_ref()), it.summary, it.detail)).collect()
}

fn errors(kind: &str, name: &str, config: &Json) -> Vec<(String, String, String)> {
    errors_with(kind, name, config, &[])
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
        assert_eq!((path.as_str(), detail.as_str()), (it.path, it.message.as_str()), "{what}");
        assert_eq!(summary, &format!("Invalid {path}"), "{what}");
        assert!(!detail.eq_ignore_ascii_case("invalid value"), "{what}");
    }
}

/// The names of all things about delivery groups.
fn served() -> Vec<(&'static str, String)> {
    let keys = schemas(&AppStreaming::default()).into_keys();
    keys.filter(|(kind, name)| *kind != "provider" && !name.contains("server")).collect()
}

#[test]
fn what_is_right_is_accepted() {
    for (kind, name) in served() {
        assert_eq!(errors(kind, &name, &right(kind, &name)), [], "{kind} {name}");
    }
}

#[test]
fn values_that_are_not_known_yet_are_passed_over() {
    for (kind, name) in served() {
        let schema = &schemas(&AppStreaming::default())[&(kind, name.clone())];
        let attributes = schema.root().attributes();
        let arguments = attributes.iter().filter(|(_, attribute)| attribute.is_required() || attribute.is_optional());
        let names: Vec<_> = arguments.map(|(name, _)| name.as_str()).collect();
        for argument in &names {
            // One that needs another beside it, which may be left out by mistake.
            if !["include_deleted", "ad_domain", "delivery_group_set_id"].contains(argument) {
                assert_eq!(errors_with(kind, &name, &right(kind, &name), &[argument]), [], "{kind} {name}.{argument}");
            }
        }
        // Both cannot be set, known or not.
        let all: Vec<_> = names.into_iter().filter(|name| *name != "delivery_group_set_id").collect();
        assert_eq!(errors_with(kind, &name, &right(kind, &name), &all), [], "{kind} {name}");
    }
}

#[test]
fn a_value_inside_that_is_not_known_yet_is_passed_over() {
    for name in ["appstreaming_delivery_group_image", "appstreaming_delivery_group_authorization"] {
        let config = with(right("resource", name), &json!({ "timeouts": { "create": "5m" } }));
        assert_eq!(errors_with("resource", name, &config, &["timeouts.create"]), [], "{name}");
    }
}
