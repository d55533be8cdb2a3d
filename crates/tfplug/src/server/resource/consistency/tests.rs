use super::*;
use crate::schema::{Attribute, NestedBlock};

const THING: &str = "it_thing";

fn it(value: Value) -> Value {
    Value::object([("it", value)])
}

/// `{ a = …, b = … }`, where `b` is computed.
fn object(a: &str, b: Value) -> Value {
    Value::object([("a", Value::from(a)), ("b", b)])
}

fn nested(nesting: Nesting) -> Block {
    let attributes = [("a", Attribute::string("A leaf.").required()), ("b", Attribute::string("A result.").computed())];
    Block::new("A test.").attribute("it", Attribute::nested(nesting, "Nested.", attributes))
}

fn nested_block() -> Block {
    let content = Block::new("Content.")
        .attribute("a", Attribute::string("A leaf.").required())
        .attribute("b", Attribute::string("A result.").computed());
    Block::new("A test.").block("it", NestedBlock::set(content))
}

fn details(diagnostics: &Diagnostics) -> Vec<&str> {
    diagnostics.iter().map(|it| it.detail.as_str()).collect()
}

#[test]
fn each_element_that_is_planned_is_configured_or_was_there() {
    let set = |names: &[&str]| it(Value::set(names.iter().map(|name| object(name, Value::Null)).collect()));
    let expected = ["it_thing.it: planned an element that is not configured. This is a bug in the provider."];
    for block in [nested(Nesting::Set), nested_block()] {
        let check =
            |planned: &[&str], prior: &Value| check_plan(THING, &block, &set(planned), &set(&["a", "b"]), prior);
        assert!(check(&["a", "b"], &Value::Null).is_empty());
        assert_eq!(details(&check(&["a", "x"], &Value::Null)), expected);
        assert!(check(&["a", "x"], &set(&["x"])).is_empty());
        assert_eq!(details(&check(&["a", "x"], &set(&["y"]))), expected);
    }
}

#[test]
fn a_strange_element_is_found_however_deep_its_set_lies() {
    let inner = Attribute::nested(Nesting::Set, "A set.", [("a", Attribute::string("A leaf.").required())]);
    let set = |name: &str| Value::object([("set", Value::set(vec![Value::object([("a", Value::from(name))])]))]);
    let wraps: [(Nesting, &dyn Fn(Value) -> Value, &str); 3] = [
        (Nesting::Single, &|value| value, "it.set"),
        (Nesting::List, &|value| Value::List(vec![value]), "it[0].set"),
        (Nesting::Map, &|value| Value::Map([("k".to_owned(), value)].into()), "it[\"k\"].set"),
    ];
    for (nesting, wrap, place) in wraps {
        let outer = Attribute::nested(nesting, "Outer.", [("set", inner.clone())]);
        let block = Block::new("A test.").attribute("it", outer);
        let found = check_plan(THING, &block, &it(wrap(set("x"))), &it(wrap(set("a"))), &Value::Null);
        assert_eq!(
            found.iter().next().and_then(|told| told.path.as_ref()).map(Path::to_string).as_deref(),
            Some(place)
        );
        assert!(check_plan(THING, &block, &it(wrap(set("a"))), &it(wrap(set("a"))), &Value::Null).is_empty());
    }
}

#[test]
fn what_terraform_would_refuse_is_told_in_its_words_and_at_its_place() {
    let block = Block::new("A test.").attribute("it", Attribute::string("A leaf.").required());
    let write_only = Block::new("A test.").attribute("it", Attribute::string("A leaf.").write_only());
    let (a, b) = (it("a".into()), it("b".into()));
    for (told, summary, problem) in [
        (
            check_plan(THING, &block, &b, &a, &Value::Null),
            "Provider produced invalid plan",
            "planned value must match the configuration or the prior value",
        ),
        (
            check_plan(THING, &write_only, &a, &a, &Value::Null),
            "Provider produced invalid plan",
            "a write-only value must not be in an answer",
        ),
        (
            check_apply(THING, &block, &a, &b),
            "Provider produced inconsistent result after apply",
            "the value is not the one that was planned",
        ),
        (
            check_apply(THING, &block, &a, &it(Value::UNKNOWN)),
            "Provider produced inconsistent result after apply",
            "the value is still unknown",
        ),
        (check_read(THING, &it(Value::UNKNOWN)), "Provider produced invalid object", "the value is still unknown"),
    ] {
        let [told] = told.into_iter().collect::<Vec<_>>().try_into().unwrap();
        let Diagnostic { summary: said, detail, path, .. } = told;
        assert_eq!((said.as_str(), path), (summary, Some(Path::attribute("it"))));
        assert_eq!(detail, format!("it_thing.it: {problem}. This is a bug in the provider."));
    }
    let gone = check_apply(THING, &block, &a, &Value::Null);
    assert_eq!(details(&gone), ["it_thing: was planned, and is now absent. This is a bug in the provider."]);
    assert!(check_read(THING, &a).is_empty());
}

#[test]
fn an_identity_stays_and_may_become_fuller() {
    let identity = |id: Value, zone: Value| Value::object([("id", id), ("zone", zone)]);
    let stored = identity("1".into(), Value::Null);
    assert_eq!(check_identity(THING, &Value::Null, &stored), Ok(()));
    assert_eq!(check_identity(THING, &stored, &stored), Ok(()));
    assert_eq!(check_identity(THING, &stored, &identity("1".into(), "z".into())), Ok(()));
    let errors = check_identity(THING, &stored, &identity("2".into(), Value::Null)).unwrap_err();
    let expected = ["it_thing: id of the identity is not what is stored. This is a bug in the provider."];
    assert_eq!(details(&errors), expected);
    assert!(check_identity(THING, &stored, &identity(Value::Null, Value::Null)).is_err());
}
