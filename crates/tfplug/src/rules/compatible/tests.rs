use super::*;
use crate::schema::Attribute;

fn text(value: &str) -> Value {
    value.into()
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

fn it(value: Value) -> Value {
    Value::object([("it", value)])
}

type Broken = Vec<(String, Rule)>;

fn told(violations: Vec<Violation>) -> Broken {
    violations.into_iter().map(|it| (it.path.to_string(), it.rule)).collect()
}

/// The rules that a value of a type breaks beside what was planned.
fn of(ty: &Type, planned: Value, actual: Value) -> Broken {
    told(check_compatible(ty, &planned, &actual))
}

fn at(path: &str, rule: Rule) -> Broken {
    vec![(path.to_owned(), rule)]
}

const NONE: Broken = Vec::new();

#[test]
fn what_was_known_comes_out_at_every_depth_and_what_was_unknown_is_free() {
    type Wrap = (Type, fn(Value) -> Value, &'static str);
    let wraps: [Wrap; 5] = [
        (Type::String, |value| value, ""),
        (Type::object([("it", Type::String)]), it, "it"),
        (Type::list(Type::String), |value| list([text("first"), value]), "[1]"),
        (Type::Tuple(vec![Type::String, Type::String]), |value| Value::Tuple(vec![text("first"), value]), "[1]"),
        (Type::map(Type::String), |value| map([("first", text("first")), ("k", value)]), "[\"k\"]"),
    ];
    for (ty, wrap, place) in wraps {
        let of = |planned, actual| of(&ty, wrap(planned), wrap(actual));
        assert_eq!(of(text("a"), text("a")), NONE);
        assert_eq!(of(Value::Null, Value::Null), NONE);
        for actual in [text("a"), Value::Null, Value::UNKNOWN] {
            assert_eq!(of(Value::UNKNOWN, actual), NONE);
        }
        assert_eq!(of(text("a"), text("b")), at(place, Rule::WhatIsPlannedComesOut));
        assert_eq!(of(text("a"), Value::Null), at(place, Rule::WhatIsPlannedComesOut));
        assert_eq!(of(Value::Null, text("b")), at(place, Rule::WhatIsNotPlannedDoesNotExist));
        assert_eq!(of(text("a"), Value::UNKNOWN), at(place, Rule::KnownStaysKnown));
    }
}

#[test]
fn elements_neither_vanish_nor_appear() {
    let lists = Type::list(Type::String);
    assert_eq!(of(&lists, list([text("a")]), list([])), at("[0]", Rule::NoElementVanishes));
    assert_eq!(of(&lists, list([]), list([text("a")])), at("[0]", Rule::NoElementAppears));
    let maps = Type::map(Type::String);
    let expected =
        vec![("[\"k\"]".to_owned(), Rule::NoElementVanishes), ("[\"l\"]".to_owned(), Rule::NoElementAppears)];
    assert_eq!(of(&maps, map([("k", text("a"))]), map([("l", text("a"))])), expected);
}

#[test]
fn each_element_of_a_set_is_one_that_it_can_have_become() {
    let sets = Type::set(Type::object([("a", Type::String), ("b", Type::String)]));
    let element = |a: &str, b: Value| Value::object([("a", text(a)), ("b", b)]);
    let unknown = |a: &str| element(a, Value::UNKNOWN);
    let of = |planned: Value, actual: Value| of(&sets, planned, actual);
    assert_eq!(of(set([element("x", text("1"))]), set([element("x", text("1"))])), NONE);
    assert_eq!(of(set([unknown("x"), unknown("y")]), set([element("x", text("1")), element("y", text("1"))])), NONE);
    let wrong = at("", Rule::ElementsOfSetsCorrelate);
    assert_eq!(of(set([unknown("x")]), set([element("z", text("1"))])), wrong);
    assert_eq!(of(set([element("x", text("1"))]), set([])), wrong);
    // Two that turn out to be equal become one; one does not become two.
    let one_thing = [element("x", text("1"))];
    assert_eq!(of(Value::Set(vec![unknown("x"), unknown("x")]), set(one_thing)), NONE);
    let grown = set([element("x", text("1")), element("x", text("2"))]);
    assert_eq!(of(set([unknown("x")]), grown), at("", Rule::SetsDoNotGrow));
}

#[test]
fn what_is_known_of_an_unknown_value_comes_true() {
    let refined = |refinement: Refinement| Value::Unknown(refinement.into());
    let number = |number: i64| Value::from(number);
    let not_null = || refined(Refinement { null: Some(false), ..Default::default() });
    let prefix = || refined(Refinement { string_prefix: Some("id-".to_owned()), ..Default::default() });
    let positive = || refined(Refinement { number_min: Some((0_i64.into(), false)), ..Default::default() });
    let at_most = || refined(Refinement { number_max: Some((9_i64.into(), true)), ..Default::default() });
    let some = || refined(Refinement { length_min: Some(1), length_max: Some(2), ..Default::default() });
    let lists = Type::list(Type::String);
    for (ty, planned, good, bad) in [
        (&Type::String, not_null(), text("a"), Value::Null),
        (&Type::String, prefix(), text("id-1"), text("1")),
        (&Type::Number, positive(), number(1), number(0)),
        (&Type::Number, at_most(), number(9), number(10)),
        (&lists, some(), list([text("a")]), list([])),
        (&lists, some(), list([text("a"), text("b")]), list([text("a"), text("b"), text("c")])),
    ] {
        assert_eq!(of(ty, planned.clone(), good), NONE);
        assert_eq!(of(ty, planned.clone(), Value::UNKNOWN), NONE, "not known in the final plan either");
        assert_eq!(of(ty, planned, bad), at("", Rule::WhatIsKnownComesTrue));
    }
}

#[test]
fn a_dynamic_value_keeps_the_type_that_was_planned() {
    let typed = |ty: Type, value: Value| Value::Dynamic(Box::new((ty, value)));
    let of = |planned: Value, actual: Value| of(&Type::Dynamic, planned, actual);
    let string = |value: Value| typed(Type::String, value);
    assert_eq!(of(string(text("a")), string(text("a"))), NONE);
    assert_eq!(of(string(text("a")), string(text("b"))), at("", Rule::WhatIsPlannedComesOut));
    assert_eq!(of(string(Value::Null), string(Value::Null)), NONE);
    assert_eq!(of(string(Value::Null), Value::Null), at("", Rule::TypeAsPlanned));
    assert_eq!(of(string(Value::UNKNOWN), typed(Type::Bool, true.into())), at("", Rule::TypeAsPlanned));
    for anything in [string(text("a")), typed(Type::Bool, true.into()), Value::Null] {
        assert_eq!(of(Value::UNKNOWN, anything.clone()), NONE);
        assert_eq!(of(Value::Null, anything), NONE, "a null without a type says as little");
    }
}

fn content() -> Block {
    let leaf = || Attribute::string("A leaf.");
    Block::new("Content.").attribute("a", leaf().required()).attribute("b", leaf().computed())
}

fn object(a: &str, b: Value) -> Value {
    Value::object([("a", text(a)), ("b", b)])
}

fn in_block(nesting: Nesting, planned: Value, actual: Value) -> Broken {
    let mut block = NestedBlock::list(content());
    block.nesting = nesting;
    let block = Block::new("A test.").block("it", block);
    told(check_object_compatible(&block, &it(planned), &it(actual)))
}

#[test]
fn blocks_come_out_as_they_were_planned() {
    let (planned, good, bad) = (|| object("a", Value::UNKNOWN), || object("a", text("1")), || object("x", text("1")));
    let of = in_block;
    assert_eq!(of(Nesting::Single, planned(), good()), NONE);
    assert_eq!(of(Nesting::Single, planned(), bad()), at("it.a", Rule::WhatIsPlannedComesOut));
    assert_eq!(of(Nesting::Single, planned(), Value::Null), at("it", Rule::WhatIsPlannedExists));
    assert_eq!(of(Nesting::Single, Value::Null, good()), at("it", Rule::WhatIsNotPlannedDoesNotExist));
    assert_eq!(of(Nesting::Single, Value::UNKNOWN, Value::Null), NONE);
    assert_eq!(of(Nesting::Single, Value::UNKNOWN, good()), NONE);
    assert_eq!(of(Nesting::List, list([planned()]), list([good()])), NONE);
    assert_eq!(of(Nesting::List, list([planned()]), list([bad()])), at("it[0].a", Rule::WhatIsPlannedComesOut));
    assert_eq!(of(Nesting::List, list([planned()]), list([])), at("it", Rule::AsManyBlocksAsPlanned));
    assert_eq!(of(Nesting::List, Value::UNKNOWN, list([good()])), NONE);
    assert_eq!(of(Nesting::Map, map([("k", planned())]), map([("k", good())])), NONE);
    let wrong = at("it[\"k\"].a", Rule::WhatIsPlannedComesOut);
    assert_eq!(of(Nesting::Map, map([("k", planned())]), map([("k", bad())])), wrong);
    assert_eq!(of(Nesting::Map, map([("k", planned())]), map([])), at("it", Rule::AsManyBlocksAsPlanned));
    assert_eq!(of(Nesting::Set, set([planned()]), set([good()])), NONE);
    assert_eq!(of(Nesting::Set, set([planned()]), set([bad()])), at("it", Rule::ElementsOfSetsCorrelate));
    let grown = set([good(), object("a", text("2"))]);
    assert_eq!(of(Nesting::Set, set([planned()]), grown), at("it", Rule::SetsDoNotGrow));
}

#[test]
fn a_resource_is_there_exactly_where_it_was_planned() {
    let object = object("a", text("1"));
    assert_eq!(told(check_object_compatible(&content(), &object, &object)), NONE);
    let gone = told(check_object_compatible(&content(), &object, &Value::Null));
    assert_eq!(gone, at("", Rule::WhatIsPlannedExists));
    let come = told(check_object_compatible(&content(), &Value::Null, &object));
    assert_eq!(come, at("", Rule::WhatIsNotPlannedDoesNotExist));
}

#[test]
fn computed_blocks_are_never_null_in_the_end() {
    let mut nested = NestedBlock::list(content());
    nested.computed = true;
    let block = Block::new("A test.").block("it", nested);
    let of = |planned: Value, actual: Value| told(check_object_compatible(&block, &it(planned), &it(actual)));
    assert_eq!(of(Value::UNKNOWN, list([object("a", text("1"))])), NONE);
    assert_eq!(of(Value::UNKNOWN, Value::Null), at("it", Rule::BlocksAreNotNull));
    assert_eq!(of(list([]), list([object("a", text("1"))])), at("it", Rule::AsManyBlocksAsPlanned));
}
