//! A resource with attributes and blocks of every kind, as tfcoremock's `dynamic_resources.json` describes it, and
//! configurations of it.

use serde_json::{Map, Value, json};

use crate::harness::Dice;

/// What stands for a value that is only known after apply.
fn unknown() -> Value {
    tfplug::testing::unknown()
}

/// Its attributes and blocks. Whatever is a set has a name that says so.
pub fn definition() -> Value {
    let mut attributes = leaves();
    let replacing = |mut attribute: Value| {
        attribute["replace"] = json!(true);
        attribute
    };
    attributes.extend(collections());
    attributes.extend([
        ("fixed".to_owned(), replacing(leaf("string"))),
        ("set_nested".to_owned(), many("set", &object(1))),
        ("list_nested".to_owned(), many("list", &object(1))),
        ("map_nested".to_owned(), many("map", &object(1))),
        ("object".to_owned(), object(2)),
        ("list_computed".to_owned(), computed(many("list", &object(0)), &json!({ "list": [] }))),
        ("set_computed".to_owned(), computed(many("set", &leaf("string")), &json!({ "set": [{ "string": "made" }] }))),
    ]);
    let block = |mode: &str, inner: Value| json!({ "mode": mode, "attributes": leaves(), "blocks": inner });
    let inner = |mode: &str| block(mode, json!({}));
    json!({
        "attributes": attributes,
        "blocks": {
            "list_block": block("list", json!({ "set_inner": inner("set"), "list_inner": inner("list") })),
            "set_block": block("set", json!({ "set_inner": inner("set") })),
        },
    })
}

fn leaf(kind: &str) -> Value {
    json!({ "type": kind, "optional": true })
}

fn computed(mut attribute: Value, value: &Value) -> Value {
    attribute["computed"] = json!(true);
    attribute["value"] = value.clone();
    attribute
}

/// One that is configured, one that the provider fills in where it is not, and one that only the provider gives.
fn leaves() -> Map<String, Value> {
    let given = json!({ "type": "string", "computed": true, "value": { "string": "given" } });
    Map::from_iter([
        ("leaf".to_owned(), leaf("string")),
        ("kept".to_owned(), computed(leaf("string"), &json!({ "string": "made" }))),
        ("given".to_owned(), given),
    ])
}

fn collections() -> [(String, Value); 4] {
    [
        ("number".to_owned(), leaf("number")),
        ("list".to_owned(), many("list", &leaf("string"))),
        ("set".to_owned(), many("set", &leaf("string"))),
        ("map".to_owned(), many("map", &leaf("string"))),
    ]
}

/// Nested attributes, so many deep.
fn object(depth: usize) -> Value {
    let mut attributes = leaves();
    if depth > 0 {
        attributes.extend(collections());
        attributes.extend(
            ["set", "list", "map"]
                .map(|collection| (format!("{collection}_nested"), many(collection, &object(depth - 1)))),
        );
        attributes.insert("object".to_owned(), object(depth - 1));
    }
    json!({ "type": "object", "optional": true, "object": attributes })
}

fn many(collection: &str, element: &Value) -> Value {
    let mut element = element.clone();
    if let Some(element) = element.as_object_mut() {
        element.remove("optional");
    }
    json!({ "type": collection, "optional": true, collection: element })
}

/// The next configuration of a resource, which has something of the one before.
pub fn next(dice: &mut Dice, id: &str, previous: Option<&Value>) -> Value {
    let definition = definition();
    // Some configurations stay as they are.
    if let Some(previous) = previous.filter(|_| dice.percent(15)) {
        return previous.clone();
    }
    let mut config = block(dice, &definition, previous);
    config.insert("id".to_owned(), json!(id));
    Value::Object(config)
}

fn block(dice: &mut Dice, definition: &Value, previous: Option<&Value>) -> Map<String, Value> {
    let mut config = attributes(dice, &definition["attributes"], previous);
    for (name, definition) in definition["blocks"].as_object().into_iter().flatten() {
        let previous = previous.map(|previous| &previous[name]);
        let is_set = definition["mode"] == "set";
        let blocks = elements(dice, previous, is_set, |dice, before| Value::Object(block(dice, definition, before)));
        config.insert(name.clone(), json!(blocks));
    }
    config
}

fn attributes(dice: &mut Dice, definitions: &Value, previous: Option<&Value>) -> Map<String, Value> {
    let mut config = Map::new();
    for (name, definition) in definitions.as_object().into_iter().flatten() {
        let is_configured = definition["optional"] == true;
        let previous = previous.map(|previous| &previous[name]).filter(|previous| !previous.is_null());
        let is_left_out = if definition["replace"] == true { 10 } else { 30 };
        if !is_configured || dice.percent(is_left_out) {
            continue;
        }
        // Most changes are no replacement.
        let stays = if definition["replace"] == true { 95 } else { 50 };
        let same = previous.filter(|_| dice.percent(stays)).cloned();
        config.insert(name.clone(), same.unwrap_or_else(|| value(dice, definition, previous)));
    }
    config
}

fn value(dice: &mut Dice, definition: &Value, previous: Option<&Value>) -> Value {
    let element = |kind: &str| definition[kind].clone();
    match definition["type"].as_str() {
        Some("number") => dice.one(&[json!(1), json!(0.1), json!(-7)]),
        Some("object") => Value::Object(attributes(dice, &definition["object"], previous)),
        Some("map") => {
            let element = element("map");
            let mut map = Map::new();
            for key in ["one", "two", "three"] {
                if dice.percent(50) {
                    let previous = previous.map(|previous| &previous[key]).filter(|it| !it.is_null());
                    map.insert(key.to_owned(), value(dice, &element, previous));
                }
            }
            Value::Object(map)
        }
        Some(kind @ ("list" | "set")) => {
            let element = element(kind);
            json!(elements(dice, previous, kind == "set", |dice, before| value(dice, &element, before)))
        }
        _ if dice.percent(3) => unknown(),
        _ => dice.one(&[json!("a"), json!("b"), json!("c")]),
    }
}

/// Some elements are those from before, some are changed, and some are new.
fn elements(
    dice: &mut Dice,
    previous: Option<&Value>,
    is_set: bool,
    mut one: impl FnMut(&mut Dice, Option<&Value>) -> Value,
) -> Vec<Value> {
    let mut elements = Vec::new();
    for before in previous.and_then(Value::as_array).into_iter().flatten() {
        match dice.below(5) {
            0 => {}
            1 => elements.push(one(dice, Some(before))),
            _ => elements.push(before.clone()),
        }
    }
    while elements.len() < 3 && dice.percent(40) {
        let at = dice.below(elements.len() + 1);
        elements.insert(at, one(dice, None));
    }
    if is_set {
        // A set that is written with the same element twice has it once; what is said twice is no other case.
        let mut seen = Vec::new();
        elements.retain(|it| {
            !seen.contains(it) && {
                seen.push(it.clone());
                true
            }
        });
    }
    elements
}

/// A configuration with this in the place of what is unknown.
pub fn written(config: &Value, late: &Value) -> Value {
    match config {
        config if *config == unknown() => late.clone(),
        Value::Array(elements) => elements.iter().map(|it| written(it, late)).collect(),
        Value::Object(entries) => entries.iter().map(|(name, it)| (name.clone(), written(it, late))).collect(),
        other => other.clone(),
    }
}
