use super::*;
use crate::value::{Refinement, Type};

fn text(value: &str) -> Value {
    value.into()
}

fn it(value: Value) -> Value {
    Value::object([("it", value)])
}

fn list<const N: usize>(values: [Value; N]) -> Value {
    Value::List(values.into())
}

fn set<const N: usize>(values: [Value; N]) -> Value {
    Value::set(values.into())
}

fn map<const N: usize>(values: [(&str, Value); N]) -> Value {
    Value::Map(values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn leaf() -> Attribute {
    Attribute::string("A leaf.")
}

type Broken = Vec<(String, Rule)>;

/// The rules that a plan breaks, each with its place.
fn broken(block: &Block, planned: Value, config: Value, prior: Option<Value>) -> Broken {
    let prior = prior.map_or(Value::Null, it);
    let violations = check_plan(block, &prior, &it(config), &it(planned));
    violations.into_iter().map(|it| (it.path.to_string(), it.rule)).collect()
}

fn of(attribute: Attribute, planned: Value, config: Value, prior: Option<Value>) -> Broken {
    broken(&Block::new("A test.").attribute("it", attribute), planned, config, prior)
}

fn at(path: &str, rule: Rule) -> Broken {
    vec![(path.to_owned(), rule)]
}

const NONE: Broken = Vec::new();

#[test]
fn a_resource_is_planned_exactly_where_it_is_configured() {
    let block = Block::new("A test.").attribute("it", leaf());
    let rules = |config: &Value, planned: &Value| {
        check_plan(&block, &Value::Null, config, planned).iter().map(|it| it.rule).collect::<Vec<_>>()
    };
    let there = it(text("a"));
    assert_eq!(rules(&there, &there), []);
    assert_eq!(rules(&there, &Value::Null), [Rule::WhatIsConfiguredExists]);
    assert_eq!(rules(&Value::Null, &there), [Rule::WhatIsNotConfiguredDoesNotExist]);
    assert_eq!(rules(&Value::Null, &Value::Null), []);
}

#[test]
fn what_is_configured_is_planned_so_or_stays_as_it_was() {
    let expected = at("it", Rule::WhatIsConfiguredIsPlanned);
    for attribute in [leaf().required(), leaf().optional(), leaf().computed().optional()] {
        let of = |planned, config, prior| of(attribute.clone(), planned, config, prior);
        assert_eq!(of(text("a"), text("a"), None), NONE);
        assert_eq!(of(text("b"), text("a"), None), expected);
        assert_eq!(of(text("b"), text("a"), Some(text("b"))), NONE);
        assert_eq!(of(text("b"), text("a"), Some(text("c"))), expected);
        assert_eq!(of(Value::Null, text("a"), Some(text("c"))), expected);
        assert_eq!(of(Value::Null, text("a"), Some(Value::Null)), expected, "null is nothing to stay at");
        assert_eq!(of(Value::UNKNOWN, text("a"), None), expected);
    }
}

#[test]
fn what_is_not_configured_is_free_only_where_it_is_computed() {
    for free in [leaf().computed(), leaf().optional().computed()] {
        assert_eq!(of(free.clone(), text("a"), Value::Null, None), NONE);
        assert_eq!(of(free, Value::UNKNOWN, Value::Null, None), NONE);
    }
    assert_eq!(of(leaf(), Value::Null, Value::Null, None), NONE);
    for planned in [text("a"), Value::UNKNOWN] {
        let expected = at("it", Rule::OnlyComputedIsAdded);
        assert_eq!(of(leaf(), planned.clone(), Value::Null, None), expected);
        assert_eq!(of(leaf(), planned.clone(), Value::Null, Some(planned)), expected, "also where it was there");
    }
    // A result that a configuration has all the same, as with `ignore_changes`.
    assert_eq!(of(leaf().computed(), text("b"), text("a"), None), NONE);
}

#[test]
fn what_is_not_known_yet_stays_unknown_whoever_could_compute_it() {
    for attribute in [leaf(), leaf().optional().computed()] {
        assert_eq!(of(attribute.clone(), Value::UNKNOWN, Value::UNKNOWN, None), NONE);
        let expected = at("it", Rule::WhatIsConfiguredIsPlanned);
        assert_eq!(of(attribute.clone(), text("a"), Value::UNKNOWN, None), expected);
        assert_eq!(of(attribute, text("a"), Value::UNKNOWN, Some(text("a"))), NONE, "or as it was");
    }
    let refined = Value::Unknown(Refinement { null: Some(false), ..Default::default() }.into());
    assert_eq!(of(leaf(), refined.clone(), Value::UNKNOWN, None), NONE, "whatever else is known of it");
    assert_eq!(of(leaf(), Value::UNKNOWN, refined.clone(), None), NONE);
    let lists = Attribute::list(Type::String, "A list.");
    assert_eq!(of(lists, list([Value::UNKNOWN]), list([refined]), None), NONE);
}

#[test]
fn a_write_only_value_is_in_no_plan() {
    assert_eq!(of(leaf().write_only(), Value::Null, text("a"), None), NONE);
    let expected = at("it", Rule::WriteOnlyIsNull);
    assert_eq!(of(leaf().write_only(), text("b"), text("a"), None), expected);
    // What is planned exactly as configured is found by a rule of its own.
    assert_eq!(of(leaf().write_only(), text("a"), text("a"), None), NONE);
    let block = Block::new("A test.").attribute("it", leaf().write_only());
    let found = super::super::check_write_only(&block, &it(text("a")));
    assert_eq!((found[0].rule, found[0].path.to_string()), (Rule::WriteOnlyIsNull, "it".to_owned()));
    assert_eq!(found[0].values, [], "and its value is not repeated");
}

#[test]
fn no_value_is_repeated_of_what_is_sensitive() {
    let values = |attribute: Attribute| {
        let block = Block::new("A test.").attribute("it", attribute);
        check_plan(&block, &Value::Null, &it(text("secret")), &it(text("other")))[0].values.clone()
    };
    assert_eq!(values(leaf()), [("config", text("secret")), ("planned", text("other"))]);
    assert_eq!(values(leaf().sensitive()), []);
}

/// `{ a = …, b = … }`, where `b` is computed.
fn object(a: &str, b: Value) -> Value {
    Value::object([("a", text(a)), ("b", b)])
}

fn config() -> Value {
    object("a", Value::Null)
}

fn good() -> Value {
    object("a", Value::UNKNOWN)
}

fn bad() -> Value {
    object("x", Value::UNKNOWN)
}

fn nested(nesting: Nesting) -> Block {
    let attributes = [("a", leaf().required()), ("b", leaf().computed())];
    Block::new("A test.").attribute("it", Attribute::nested(nesting, "Nested.", attributes))
}

fn nested_block(nesting: Nesting) -> Block {
    let content = Block::new("Content.").attribute("a", leaf().required()).attribute("b", leaf().computed());
    let mut block = NestedBlock::list(content);
    block.nesting = nesting;
    Block::new("A test.").block("it", block)
}

#[test]
fn the_same_holds_inside_nested_attributes_and_blocks() {
    let expected = |place: &str| at(&format!("{place}.a"), Rule::WhatIsConfiguredIsPlanned);
    for block in [nested(Nesting::Single), nested_block(Nesting::Single)] {
        assert_eq!(broken(&block, good(), config(), None), NONE);
        assert_eq!(broken(&block, bad(), config(), None), expected("it"));
        assert_eq!(broken(&block, bad(), config(), Some(object("x", text("b")))), NONE, "as it was");
    }
    for block in [nested(Nesting::List), nested_block(Nesting::List)] {
        let configured = || list([config(), config()]);
        assert_eq!(broken(&block, list([good(), good()]), configured(), None), NONE);
        assert_eq!(broken(&block, list([good(), bad()]), configured(), None), expected("it[1]"));
        let prior = list([good(), object("x", text("b"))]);
        assert_eq!(broken(&block, list([good(), bad()]), configured(), Some(prior.clone())), NONE);
        assert_eq!(broken(&block, list([bad(), good()]), configured(), Some(prior)), expected("it[0]"));
    }
    for block in [nested(Nesting::Map), nested_block(Nesting::Map)] {
        let configured = || map([("k", config()), ("l", config())]);
        assert_eq!(broken(&block, map([("k", good()), ("l", good())]), configured(), None), NONE);
        let planned = || map([("k", good()), ("l", bad())]);
        assert_eq!(broken(&block, planned(), configured(), None), expected("it[\"l\"]"));
        assert_eq!(broken(&block, planned(), configured(), Some(map([("l", bad())]))), NONE);
        assert_eq!(broken(&block, planned(), configured(), Some(map([("k", bad())]))), expected("it[\"l\"]"));
    }
}

#[test]
fn a_plan_has_as_many_elements_and_the_keys_that_are_configured() {
    let number = |block: &Block| match block.blocks.is_empty() {
        true => at("it", Rule::AsManyElementsAsConfigured),
        false => at("it", Rule::AsManyBlocksAsConfigured),
    };
    for block in [nested(Nesting::List), nested_block(Nesting::List)] {
        assert_eq!(broken(&block, list([good()]), list([config(), config()]), None), number(&block));
        assert_eq!(broken(&block, list([]), list([config()]), None), number(&block));
    }
    for block in [nested(Nesting::Map), nested_block(Nesting::Map)] {
        let keys = at("it", Rule::KeysAsConfigured);
        assert_eq!(broken(&block, map([("l", good())]), map([("k", config())]), None), keys);
        assert_eq!(broken(&block, map([]), map([("k", config())]), None), number(&block));
    }
}

#[test]
fn of_sets_only_the_number_is_looked_at_and_of_set_blocks_nothing() {
    let block = nested(Nesting::Set);
    let wrong = at("it", Rule::AsManyElementsAsConfigured);
    let two = || set([config(), object("b", Value::Null)]);
    assert_eq!(broken(&block, set([bad()]), set([config()]), None), NONE);
    assert_eq!(broken(&block, set([object("x", text("1"))]), two(), None), wrong);
    assert_eq!(broken(&block, set([]), set([config()]), None), wrong);
    // Elements that are not known may still become one.
    assert_eq!(broken(&block, set([good(), bad()]), set([config()]), None), NONE);
    assert_eq!(broken(&block, set([object("x", text("1")), object("y", text("1"))]), set([config()]), None), wrong);
    assert_eq!(broken(&block, set([object("x", text("1"))]), Value::UNKNOWN, None), NONE);
    let block = nested_block(Nesting::Set);
    assert_eq!(broken(&block, set([]), two(), None), NONE);
    assert_eq!(broken(&block, set([Value::UNKNOWN]), two(), None), at("it", Rule::BlocksAreKnown));
}

#[test]
fn a_nested_attribute_that_is_configured_is_there_and_known() {
    for (nesting, config) in [
        (Nesting::Single, config()),
        (Nesting::List, list([config()])),
        (Nesting::Set, set([config()])),
        (Nesting::Map, map([("k", config())])),
    ] {
        let block = nested(nesting);
        assert_eq!(broken(&block, Value::Null, config.clone(), None), at("it", Rule::WhatIsConfiguredExists));
        assert_eq!(broken(&block, Value::UNKNOWN, config, None), at("it", Rule::WhatIsConfiguredIsNotUnknown));
        assert_eq!(broken(&block, Value::UNKNOWN, Value::UNKNOWN, None), NONE);
        assert_eq!(broken(&block, Value::Null, Value::Null, None), NONE);
    }
    let block = nested(Nesting::List);
    let wrong = at("it", Rule::AsManyElementsAsConfigured);
    assert_eq!(broken(&block, list([good()]), Value::UNKNOWN, None), wrong, "their number is not known yet");
}

#[test]
fn blocks_are_empty_rather_than_null_and_known_where_they_are_written() {
    for (nesting, one, none) in [
        (Nesting::List, list([config()]), list([])),
        (Nesting::Set, set([config()]), set([])),
        (Nesting::Map, map([("k", config())]), map([])),
    ] {
        let block = nested_block(nesting);
        assert_eq!(broken(&block, Value::Null, none.clone(), None), at("it", Rule::BlocksAreNotNull));
        assert_eq!(broken(&block, none.clone(), none.clone(), None), NONE);
        assert_eq!(broken(&block, Value::UNKNOWN, one.clone(), None), at("it", Rule::BlocksAreKnown));
        assert_eq!(broken(&block, Value::UNKNOWN, Value::UNKNOWN, None), NONE);
        assert_eq!(broken(&block, one, Value::UNKNOWN, None), at("it", Rule::UnknownBlocksStayUnknown));
    }
    let unknown_element = broken(&nested_block(Nesting::List), list([Value::UNKNOWN]), list([config()]), None);
    assert_eq!(unknown_element, at("it[0]", Rule::BlocksAreKnown));
    let unknown_element =
        broken(&nested_block(Nesting::Map), map([("k", Value::UNKNOWN)]), map([("k", config())]), None);
    assert_eq!(unknown_element, at("it[\"k\"]", Rule::BlocksAreKnown));
    let single = nested_block(Nesting::Single);
    assert_eq!(broken(&single, Value::Null, Value::Null, None), NONE);
    assert_eq!(broken(&single, good(), Value::Null, None), at("it", Rule::WhatIsNotConfiguredDoesNotExist));
    assert_eq!(broken(&single, Value::Null, config(), None), at("it", Rule::WhatIsConfiguredExists));
}

#[test]
fn computed_blocks_are_free_where_none_is_written() {
    let mut block = nested_block(Nesting::List);
    block.blocks.get_mut("it").unwrap().computed = true;
    for planned in [list([good()]), list([]), Value::UNKNOWN] {
        assert_eq!(broken(&block, planned, Value::Null, None), NONE);
    }
    assert_eq!(broken(&block, Value::Null, Value::Null, None), at("it", Rule::BlocksAreNotNull));
    assert_eq!(broken(&block, Value::UNKNOWN, list([config()]), None), at("it", Rule::BlocksAreKnown));
    assert_eq!(broken(&block, list([]), list([config()]), None), at("it", Rule::AsManyBlocksAsConfigured));
}
