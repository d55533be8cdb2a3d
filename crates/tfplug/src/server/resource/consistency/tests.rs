use super::*;
use crate::{schema::NestedBlock, value::Type};

fn text(value: &str) -> Value {
    value.into()
}

fn list(elements: impl IntoIterator<Item = Value>) -> Value {
    Value::List(elements.into_iter().collect())
}

fn map(elements: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::Map(elements.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn it(value: Value) -> Value {
    Value::object([("it", value)])
}

/// What a plan of one attribute breaks, as `path: problem`.
fn breaches(attribute: Attribute, planned: Value, config: Value, prior: Option<Value>) -> Vec<String> {
    block_breaches(&Block::new("A test.").attribute("it", attribute), planned, config, prior)
}

fn block_breaches(block: &Block, planned: Value, config: Value, prior: Option<Value>) -> Vec<String> {
    let breaches = check_plan(block, &it(planned), &it(config), prior.map(it).as_ref());
    breaches.into_iter().map(|breach| format!("{}: {}", breach.path, breach.problem)).collect()
}

fn leaf() -> Attribute {
    Attribute::string("A leaf.")
}

const NONE: [&str; 0] = [];

#[test]
fn what_is_configured_is_planned_so_or_stays_as_it_was() {
    let expected = "it: planned value must match the configuration or the prior value";
    for attribute in [leaf().required(), leaf().computed().optional()] {
        assert_eq!(breaches(attribute.clone(), text("a"), text("a"), None), NONE);
        assert_eq!(breaches(attribute.clone(), text("b"), text("a"), None), [expected]);
        assert_eq!(breaches(attribute.clone(), text("b"), text("a"), Some(text("b"))), NONE);
        assert_eq!(breaches(attribute.clone(), text("b"), text("a"), Some(text("c"))), [expected]);
        assert_eq!(breaches(attribute, Value::Null, text("a"), Some(text("c"))), [expected]);
    }
}

#[test]
fn what_is_not_configured_is_free_only_where_it_is_computed() {
    assert_eq!(breaches(leaf().computed(), text("a"), Value::Null, None), NONE);
    assert_eq!(breaches(leaf().computed(), Value::UNKNOWN, Value::Null, None), NONE);
    assert_eq!(breaches(leaf(), Value::Null, Value::Null, None), NONE);
    assert_eq!(
        breaches(leaf(), text("a"), Value::Null, None),
        ["it: planned a value for something that is neither configured nor computed"]
    );
}

#[test]
fn an_unknown_configuration_is_free_only_where_it_is_computed() {
    assert_eq!(breaches(leaf().optional().computed(), text("a"), Value::UNKNOWN, None), NONE);
    assert_eq!(breaches(leaf(), Value::UNKNOWN, Value::UNKNOWN, None), NONE);
    assert_eq!(breaches(leaf(), text("a"), Value::UNKNOWN, None).len(), 1);
}

#[test]
fn a_write_only_value_is_in_no_plan() {
    assert_eq!(breaches(leaf().write_only(), Value::Null, text("a"), None), NONE);
    assert_eq!(
        breaches(leaf().write_only(), text("a"), text("a"), None),
        ["it: a write-only value must not be planned"]
    );
}

/// `{ a = …, b = … }`, where `b` is computed.
fn object(a: &str, b: Value) -> Value {
    Value::object([("a", text(a)), ("b", b)])
}

fn nested(nesting: Nesting) -> Block {
    let attributes = [("a", leaf().required()), ("b", leaf().computed())];
    Block::new("A test.").attribute("it", Attribute::nested(nesting, "Nested.", attributes))
}

fn nested_block(nesting: fn(Block) -> NestedBlock) -> Block {
    let content = Block::new("Content.").attribute("a", leaf().required()).attribute("b", leaf().computed());
    Block::new("A test.").block("it", nesting(content))
}

#[test]
fn the_same_holds_inside_nested_attributes_and_blocks() {
    let expected = |place: &str| [format!("{place}.a: planned value must match the configuration or the prior value")];
    let config = || object("a", Value::Null);
    let (good, bad) = (|| object("a", Value::UNKNOWN), || object("x", Value::UNKNOWN));
    for block in [nested(Nesting::Single), nested_block(NestedBlock::single)] {
        assert_eq!(block_breaches(&block, good(), config(), None), NONE);
        assert_eq!(block_breaches(&block, bad(), config(), None), expected("it"));
        assert_eq!(block_breaches(&block, bad(), config(), Some(object("x", text("b")))), NONE, "as it was");
    }
    for block in [nested(Nesting::List), nested_block(NestedBlock::list)] {
        let configured = || list([config(), config()]);
        assert_eq!(block_breaches(&block, list([good(), good()]), configured(), None), NONE);
        assert_eq!(block_breaches(&block, list([good(), bad()]), configured(), None), expected("it[1]"));
        let prior = list([good(), object("x", text("b"))]);
        assert_eq!(block_breaches(&block, list([good(), bad()]), configured(), Some(prior.clone())), NONE);
        assert_eq!(block_breaches(&block, list([bad(), good()]), configured(), Some(prior)), expected("it[0]"));
    }
    let configured = || map([("k", config()), ("l", config())]);
    let planned = || map([("k", good()), ("l", bad())]);
    let block = nested(Nesting::Map);
    assert_eq!(block_breaches(&block, map([("k", good()), ("l", good())]), configured(), None), NONE);
    assert_eq!(block_breaches(&block, planned(), configured(), None), expected("it[\"l\"]"));
    assert_eq!(block_breaches(&block, planned(), configured(), Some(map([("l", bad())]))), NONE);
    assert_eq!(block_breaches(&block, planned(), configured(), Some(map([("k", bad())]))), expected("it[\"l\"]"));
}

#[test]
fn as_many_elements_are_planned_as_are_configured() {
    let (config, planned) = (|| object("a", Value::Null), || object("a", Value::UNKNOWN));
    let other = ["it: planned other elements than are configured"];
    let set = |elements| Value::set(elements);
    for block in [nested(Nesting::List), nested_block(NestedBlock::list)] {
        assert_eq!(block_breaches(&block, list([planned()]), list([config(), config()]), None), other);
        assert_eq!(block_breaches(&block, list([]), list([config()]), None), other);
    }
    for block in [nested(Nesting::Set), nested_block(NestedBlock::set)] {
        assert_eq!(block_breaches(&block, set(vec![planned()]), set(vec![config()]), None), NONE);
        assert_eq!(block_breaches(&block, set(vec![]), set(vec![config()]), None), other);
    }
    let block = nested(Nesting::Map);
    assert_eq!(block_breaches(&block, map([("l", planned())]), map([("k", config())]), None), other);
    assert_eq!(block_breaches(&block, map([]), map([("k", config())]), None), other);
}

#[test]
fn each_element_that_is_planned_is_configured_or_was_there() {
    let set = |names: &[&str]| Value::set(names.iter().map(|name| object(name, Value::Null)).collect());
    let expected = ["it: planned an element that is not configured"];
    for block in [nested(Nesting::Set), nested_block(NestedBlock::set)] {
        assert_eq!(block_breaches(&block, set(&["a", "b"]), set(&["a", "b"]), None), NONE);
        assert_eq!(block_breaches(&block, set(&["a", "x"]), set(&["a", "b"]), None), expected);
        assert_eq!(block_breaches(&block, set(&["a", "x"]), set(&["a", "b"]), Some(set(&["x"]))), NONE);
        assert_eq!(block_breaches(&block, set(&["a", "x"]), set(&["a", "b"]), Some(set(&["y"]))), expected);
    }
}

#[test]
fn blocks_that_are_absent_or_not_known_yet_break_nothing() {
    let block = nested_block(NestedBlock::single);
    assert_eq!(block_breaches(&block, Value::Null, Value::Null, None), NONE);
    assert_eq!(block_breaches(&block, object("a", Value::UNKNOWN), Value::Null, None).len(), 1);
    let block = nested_block(NestedBlock::list);
    assert_eq!(block_breaches(&block, list([object("a", Value::Null)]), Value::UNKNOWN, None), NONE);
    let block = nested(Nesting::List);
    assert_eq!(block_breaches(&block, Value::UNKNOWN, Value::UNKNOWN, None), NONE);
    assert_eq!(block_breaches(&block, list([]), Value::UNKNOWN, None).len(), 1, "it is not computed");
    assert_eq!(block_breaches(&block, Value::Null, list([]), None).len(), 1);
}

/// What a result breaks, as `path: problem`.
fn result_breaches(planned: Value, state: Value) -> Vec<String> {
    let breaches = check_apply(&planned, &state);
    breaches.into_iter().map(|breach| format!("{}: {}", breach.path, breach.problem)).collect()
}

#[test]
fn what_was_known_in_the_plan_comes_true_and_nothing_stays_unknown() {
    let typed = |value| Value::Dynamic(Box::new((Type::String, value)));
    let wraps: [(&dyn Fn(Value) -> Value, &str); 5] = [
        (&|value| value, ""),
        (&it, "it"),
        (&|value| list([text("first"), value]), "[1]"),
        (&|value| Value::Tuple(vec![text("first"), value]), "[1]"),
        (&|value| map([("first", text("first")), ("k", value)]), "[\"k\"]"),
    ];
    for (wrap, place) in wraps {
        assert_eq!(result_breaches(wrap(text("a")), wrap(text("a"))), NONE);
        assert_eq!(result_breaches(wrap(Value::UNKNOWN), wrap(text("a"))), NONE);
        assert_eq!(result_breaches(wrap(Value::UNKNOWN), wrap(Value::Null)), NONE);
        let other = format!("{place}: the value is not the one that was planned");
        assert_eq!(result_breaches(wrap(text("a")), wrap(text("b"))), [other.as_str()]);
        assert_eq!(result_breaches(wrap(Value::Null), wrap(text("b"))), [other.as_str()]);
        assert_eq!(result_breaches(wrap(text("a")), wrap(Value::Null)), [other.as_str()]);
        let unknown = format!("{place}: the value is still unknown after apply");
        assert_eq!(result_breaches(wrap(text("a")), wrap(Value::UNKNOWN)), [unknown]);
    }
    assert_eq!(result_breaches(typed(text("a")), typed(text("a"))), NONE);
    assert_eq!(result_breaches(typed(text("a")), typed(text("b"))).len(), 1);
}

#[test]
fn there_are_as_many_elements_as_were_planned() {
    let other = [": the value is not the one that was planned"];
    assert_eq!(result_breaches(list([text("a")]), list([text("a"), text("b")])), other);
    assert_eq!(result_breaches(list([]), Value::Null), other);
    assert_eq!(result_breaches(Value::Tuple(vec![text("a")]), Value::Tuple(vec![])), other);
    assert_eq!(result_breaches(map([("k", text("a"))]), map([("l", text("a"))])), other);
    let set = |elements: &[Value]| Value::set(elements.to_vec());
    assert_eq!(result_breaches(set(&[text("a")]), set(&[text("a")])), NONE);
    assert_eq!(result_breaches(set(&[text("a")]), set(&[text("b")])), other);
    // Which element the unknown one has become, nobody can say.
    assert_eq!(result_breaches(set(&[text("a"), Value::UNKNOWN]), set(&[text("c")])), NONE);
    // An attribute that a state leaves out is null.
    assert_eq!(
        result_breaches(it(text("a")), Value::object::<&str>([])),
        ["it: the value is not the one that was planned"]
    );
}

#[test]
fn what_is_read_is_known() {
    let read =
        |state: Value| check_read(&state).iter().map(|it| format!("{}: {}", it.path, it.problem)).collect::<Vec<_>>();
    assert_eq!(read(it(text("a"))), NONE);
    assert_eq!(read(Value::UNKNOWN), [": the value is still unknown after apply"]);
    assert_eq!(read(it(Value::UNKNOWN)), [": the value is unknown after reading"]);
}

#[test]
fn an_identity_stays_and_may_become_fuller() {
    let identity = |id: Value, zone: Value| Value::object([("id", id), ("zone", zone)]);
    let stored = identity(text("1"), Value::Null);
    assert_eq!(check_identity(&Value::Null, &stored), Ok(()));
    assert_eq!(check_identity(&stored, &stored), Ok(()));
    assert_eq!(check_identity(&stored, &identity(text("1"), text("z"))), Ok(()));
    let errors = check_identity(&stored, &identity(text("2"), Value::Null)).unwrap_err();
    let details: Vec<_> = errors.iter().map(|error| error.detail.as_str()).collect();
    assert_eq!(details, ["id: the identity is not the one that is stored. This is a bug in the provider."]);
    assert!(check_identity(&stored, &identity(Value::Null, Value::Null)).is_err());
}

#[test]
fn a_breach_is_told_as_terraform_would_tell_it_and_where_it_is() {
    let breach = Breach { path: Path::attribute("it"), problem: "it is wrong" };
    for (diagnostic, summary) in [
        (breach.clone().into_plan_diagnostic(), "Provider produced invalid plan"),
        (breach.clone().into_read_diagnostic(), "Provider produced invalid object"),
        (breach.into_apply_diagnostic(), "Provider produced inconsistent result after apply"),
    ] {
        assert_eq!(diagnostic.summary, summary);
        assert_eq!(diagnostic.detail, "it: it is wrong. This is a bug in the provider.");
        assert_eq!(diagnostic.path, Some(Path::attribute("it")));
    }
}
