use super::*;
use crate::{schema::NestedBlock, value::Type};

fn text(value: &str) -> Value {
    value.into()
}

fn of<const N: usize>(values: [(&str, Value); N]) -> Value {
    Value::object(values)
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

/// What is proposed for one attribute; `prior` of `None` is a creation.
fn attribute(it: Attribute, prior: Option<Value>, config: Value) -> Value {
    proposal(Block::new("A test.").attribute("it", it), prior, config)
}

fn proposal(block: Block, prior: Option<Value>, config: Value) -> Value {
    let prior = prior.map_or(Value::Null, |prior| of([("it", prior)]));
    let proposed = propose(&block, &prior, &of([("it", config)]));
    proposed.attribute("it").clone()
}

#[test]
fn where_nothing_was_and_nothing_is_configured_nothing_is_proposed() {
    let block = Block::new("A test.").attribute("it", leaf());
    assert_eq!(propose(&block, &Value::Null, &Value::Null), Value::Null);
    let prior = of([("it", text("a"))]);
    assert_eq!(propose(&block, &prior, &Value::Null), prior, "the resource stays until it is destroyed");
}

#[test]
fn an_attribute_is_as_configured_and_a_computed_one_without_a_configuration_as_it_was() {
    for (it, prior, config, expected) in [
        (leaf(), Some("old"), Some("new"), Some("new")),
        (leaf(), Some("old"), None, None),
        (leaf().computed(), Some("old"), None, Some("old")),
        (leaf().computed(), None, None, None),
        (leaf().optional().computed(), Some("old"), None, Some("old")),
        (leaf().optional().computed(), Some("old"), Some("new"), Some("new")),
        (leaf().optional().computed(), None, Some("new"), Some("new")),
    ] {
        let value = |it: Option<&str>| it.map_or(Value::Null, Value::from);
        assert_eq!(attribute(it.clone(), Some(value(prior)), value(config)), value(expected));
        if prior.is_none() {
            assert_eq!(attribute(it, None, value(config)), value(expected), "in a creation");
        }
    }
    assert_eq!(attribute(leaf().optional().computed(), Some(text("old")), Value::UNKNOWN), Value::UNKNOWN);
}

/// `{ a, b }`, of which `b` is computed and `c` is both.
fn inner() -> [(&'static str, Attribute); 3] {
    [("a", leaf().required()), ("b", leaf().computed()), ("c", leaf().optional().computed())]
}

fn object(a: &str, b: Value, c: Value) -> Value {
    of([("a", text(a)), ("b", b), ("c", c)])
}

fn written(a: &str) -> Value {
    object(a, Value::Null, Value::Null)
}

fn made(a: &str, b: &str) -> Value {
    object(a, text(b), text("c"))
}

fn content() -> Block {
    inner().into_iter().fold(Block::new("Content."), |block, (name, it)| block.attribute(name, it))
}

/// The same, nested as attributes and as blocks.
fn nested(nesting: Nesting) -> Vec<Block> {
    let attributes = Block::new("A test.").attribute("it", Attribute::nested(nesting, "Nested.", inner()));
    let nested = |block| Block::new("A test.").block("it", block);
    match nesting {
        Nesting::Single => vec![attributes, nested(NestedBlock::single(content()))],
        Nesting::List => vec![attributes, nested(NestedBlock::list(content()))],
        Nesting::Set => vec![attributes, nested(NestedBlock::set(content()))],
        Nesting::Map => {
            let mut block = NestedBlock::list(content());
            block.nesting = Nesting::Map;
            vec![attributes, nested(block)]
        }
    }
}

#[test]
fn a_nested_object_keeps_what_was_computed_in_it() {
    for block in nested(Nesting::Single) {
        let of = |prior: Option<Value>, config: Value| proposal(block.clone(), prior, config);
        assert_eq!(of(Some(made("x", "b")), written("y")), made("y", "b"));
        assert_eq!(of(None, written("y")), written("y"));
        assert_eq!(of(Some(Value::Null), written("y")), written("y"));
        assert_eq!(of(Some(made("x", "b")), Value::Null), Value::Null);
        assert_eq!(of(Some(made("x", "b")), Value::UNKNOWN), Value::UNKNOWN);
        let config = object("y", Value::Null, Value::UNKNOWN);
        assert_eq!(of(Some(made("x", "b")), config), object("y", text("b"), Value::UNKNOWN));
    }
}

#[test]
fn elements_of_a_list_go_by_their_position() {
    for block in nested(Nesting::List) {
        let of = |prior: Option<Value>, config: Value| proposal(block.clone(), prior, config);
        let prior = || Some(list([made("x", "1"), made("y", "2")]));
        assert_eq!(of(prior(), list([written("y"), written("x")])), list([made("y", "1"), made("x", "2")]));
        assert_eq!(of(prior(), list([written("y")])), list([made("y", "1")]));
        let longer = list([written("x"), written("y"), written("z")]);
        assert_eq!(of(prior(), longer), list([made("x", "1"), made("y", "2"), written("z")]));
        assert_eq!(of(prior(), list([])), list([]));
        assert_eq!(of(prior(), Value::UNKNOWN), Value::UNKNOWN);
        assert_eq!(of(None, list([written("x")])), list([written("x")]));
    }
}

#[test]
fn elements_of_a_map_go_by_their_key() {
    for block in nested(Nesting::Map) {
        let of = |prior: Option<Value>, config: Value| proposal(block.clone(), prior, config);
        let prior = Some(map([("k", made("x", "1")), ("gone", made("y", "2"))]));
        let config = map([("k", written("z")), ("new", written("y"))]);
        assert_eq!(of(prior.clone(), config), map([("k", made("z", "1")), ("new", written("y"))]));
        assert_eq!(of(prior, map([])), map([]));
        assert_eq!(of(None, map([("k", written("x"))])), map([("k", written("x"))]));
    }
}

#[test]
fn elements_of_a_set_go_by_what_is_configured_in_them_and_each_once() {
    for block in nested(Nesting::Set) {
        let of = |prior: Option<Value>, config: Value| proposal(block.clone(), prior, config);
        let prior = || Some(set([made("x", "1"), made("y", "2")]));
        assert_eq!(of(prior(), set([written("y"), written("z")])), set([made("y", "2"), written("z")]));
        assert_eq!(of(prior(), set([])), set([]));
        assert_eq!(of(None, set([written("x")])), set([written("x")]));
        // What is configured must be the same, also where it could be computed.
        let other = object("x", Value::Null, text("other"));
        assert_eq!(of(prior(), set([other.clone()])), set([other]));
        let same = object("x", Value::Null, text("c"));
        assert_eq!(of(prior(), set([same])), set([made("x", "1")]));
        // Of two that could both have come from one, only one does: the first in Terraform's order of a set.
        let twice = set([written("x"), object("x", Value::Null, text("c"))]);
        assert_eq!(of(Some(set([made("x", "1")])), twice), set([made("x", "1"), written("x")]));
        // One that is not known yet has come from nothing that is.
        let unknown = set([object("x", Value::Null, Value::UNKNOWN)]);
        assert_eq!(of(prior(), unknown.clone()), unknown);
    }
}

#[test]
fn an_element_with_inner_collections_is_found_again_where_only_what_is_computed_was_added() {
    let element = |inner: Value| of([("name", text("n")), ("inner", inner)]);
    for (nesting, wrap) in [
        (Nesting::List, (|it| list([it])) as fn(Value) -> Value),
        (Nesting::Map, |it| map([("k", it)])),
        (Nesting::Single, |it| it),
    ] {
        let attributes = [("name", leaf()), ("inner", Attribute::nested(nesting, "Inner.", inner()))];
        let it = Attribute::nested(Nesting::Set, "Outer.", attributes);
        let found =
            attribute(it.clone(), Some(set([element(wrap(made("x", "1")))])), set([element(wrap(written("x")))]));
        assert_eq!(found, set([element(wrap(made("x", "1")))]), "{nesting:?}");
        let other = set([element(wrap(written("y")))]);
        assert_eq!(attribute(it, Some(set([element(wrap(made("x", "1")))])), other.clone()), other, "{nesting:?}");
    }
    // No way leads into inner sets: they must be the same as a whole.
    let attributes = [("name", leaf()), ("inner", Attribute::nested(Nesting::Set, "Inner.", inner()))];
    let it = Attribute::nested(Nesting::Set, "Outer.", attributes);
    let config = set([element(set([written("x")]))]);
    assert_eq!(attribute(it, Some(set([element(set([made("x", "1")]))])), config.clone()), config);
    let attributes = [("name", leaf()), ("inner", Attribute::set(Type::String, "Inner.").computed())];
    let it = Attribute::nested(Nesting::Set, "Outer.", attributes);
    let config = set([element(Value::Null)]);
    assert_eq!(attribute(it, Some(set([element(set([text("x")]))])), config.clone()), config);
}

#[test]
fn a_list_that_was_shorter_is_found_again_and_a_longer_one_is_not() {
    let element = |inner: Value| of([("id", text("1")), ("inner", inner)]);
    let config = |inner: Value| of([("id", Value::Null), ("inner", inner)]);
    let attributes =
        [("id", leaf().computed()), ("inner", Attribute::nested(Nesting::List, "Inner.", [("a", leaf())]))];
    let it = Attribute::nested(Nesting::Set, "Outer.", attributes);
    let one = || of([("a", text("x"))]);
    let grown = attribute(it.clone(), Some(set([element(list([one()]))])), set([config(list([one(), one()]))]));
    assert_eq!(grown, set([element(list([one(), one()]))]));
    let shrunk = attribute(it, Some(set([element(list([one(), one()]))])), set([config(list([one()]))]));
    assert_eq!(shrunk, set([config(list([one()]))]));
}

#[test]
fn an_optional_and_computed_object_that_was_configured_is_taken_out_with_its_configuration() {
    for (nesting, wrap) in [
        (Nesting::Single, (|it| it) as fn(Value) -> Value),
        (Nesting::List, |it| list([it])),
        (Nesting::Set, |it| set([it])),
        (Nesting::Map, |it| map([("k", it)])),
    ] {
        let it = Attribute::nested(nesting, "Nested.", inner()).optional().computed();
        assert_eq!(attribute(it.clone(), Some(wrap(made("x", "1"))), Value::Null), Value::Null, "{nesting:?}");
        // Where only the provider can have given it, it stays.
        let results = Attribute::nested(nesting, "Results.", [("b", leaf().computed())]).optional().computed();
        let prior = wrap(of([("b", text("1"))]));
        assert_eq!(attribute(results, Some(prior.clone()), Value::Null), prior, "{nesting:?}");
        let only_computed = Attribute::nested(nesting, "Results.", inner()).computed();
        let prior = wrap(made("x", "1"));
        assert_eq!(attribute(only_computed, Some(prior.clone()), Value::Null), prior, "{nesting:?}");
        // Within what is configured, it is merged like any other.
        assert_eq!(attribute(it, Some(wrap(made("x", "1"))), wrap(written("x"))), wrap(made("x", "1")), "{nesting:?}");
    }
}

#[test]
fn blocks_that_are_not_written_are_proposed_as_empty_and_not_as_null() {
    let block = Block::new("A test.")
        .attribute("a", leaf())
        .block("one", NestedBlock::single(content()))
        .block("many", NestedBlock::list(content()))
        .block("some", NestedBlock::set(content()));
    let expected = of([("a", Value::Null), ("one", Value::Null), ("many", list([])), ("some", set([]))]);
    assert_eq!(empty(&block), expected);
    let config = of([("a", text("x")), ("one", Value::Null), ("many", list([])), ("some", set([]))]);
    assert_eq!(propose(&block, &Value::Null, &config), config);
}

#[test]
fn data_that_cannot_be_read_yet_is_unknown_where_the_provider_computes_it() {
    let block = Block::new("A test.")
        .attribute("name", leaf().required())
        .attribute("id", leaf().computed())
        .attribute("nested", Attribute::nested(Nesting::List, "Nested.", inner()))
        .block("some", NestedBlock::set(content()));
    let config = of([
        ("name", Value::UNKNOWN),
        ("id", Value::Null),
        ("nested", list([written("x")])),
        ("some", set([written("y")])),
    ]);
    let expected = of([
        ("name", Value::UNKNOWN),
        ("id", Value::UNKNOWN),
        ("nested", list([object("x", Value::UNKNOWN, Value::UNKNOWN)])),
        ("some", set([written("y")])),
    ]);
    assert_eq!(propose_unknown(&block, &config), expected);
}
