use serde_json::{Value as Json, json};

use super::super::config::{block, shown, unknown, value};
use crate::{
    schema::{Attribute, Block, NestedBlock, Nesting},
    testing::Error,
    value::{Type, Value},
};

fn nested(nesting: Nesting) -> Attribute {
    let attributes =
        [("user", Attribute::string("Who.").required()), ("role", Attribute::string("As what.").optional())];
    Attribute::nested(nesting, "Nested.", attributes)
}

fn content() -> Block {
    Block::new("Content.").attribute("path", Attribute::string("Where.").required())
}

fn schema() -> Block {
    Block::new("A test.")
        .attribute("name", Attribute::string("Its name.").required())
        .attribute("one", nested(Nesting::Single))
        .attribute("list", nested(Nesting::List))
        .attribute("set", nested(Nesting::Set))
        .attribute("map", nested(Nesting::Map))
        .block("single", NestedBlock::single(content()))
        .block("many", NestedBlock::list(content()).max_items(2))
        .block("some", NestedBlock::set(content()))
}

#[track_caller]
fn refused(schema: &Block, config: &Json, place: &str, problem: &str) {
    let Err(Error::Refused { path, problem: found }) = block(schema, config) else { panic!("{config} is taken") };
    assert_eq!((path.to_string().as_str(), found.as_str()), (place, problem));
}

#[test]
fn a_configuration_is_read_by_its_schema() {
    let config = json!({
        "name": 7, "one": { "user": "a" }, "list": [{ "user": "a" }, unknown()], "set": [{ "user": unknown() }],
        "map": { "k": { "user": "a", "role": null } }, "many": { "path": "/" }, "some": [{ "path": "/" }],
    });
    let read = block(&schema(), &config).unwrap();
    assert_eq!(*read.attribute("name"), "7".into());
    let expected = json!({
        "name": "7", "one": { "user": "a" }, "list": [{ "user": "a" }, unknown()], "set": [{ "user": unknown() }],
        "map": { "k": { "user": "a" } }, "many": [{ "path": "/" }], "some": [{ "path": "/" }],
    });
    assert_eq!(shown(&read), expected);
    let read = block(&schema(), &json!({ "name": "a" })).unwrap();
    assert_eq!((read.attribute("single"), read.attribute("list")), (&Value::Null, &Value::Null));
    assert_eq!((read.attribute("many"), read.attribute("some")), (&Value::List(vec![]), &Value::Set(vec![])));
    let read = block(&schema(), &json!({ "name": "a", "many": unknown(), "single": unknown() })).unwrap();
    assert_eq!((read.attribute("many"), read.attribute("single")), (&Value::UNKNOWN, &Value::UNKNOWN));
}

#[test]
fn what_terraform_would_refuse_is_refused_and_where() {
    let it = schema();
    refused(&it, &json!({}), "", "the argument \"name\" is required");
    refused(&it, &json!([]), "", "a block is expected");
    refused(&it, &json!({ "name": "a", "nam": 1 }), "", "an argument or a block named \"nam\" is not expected");
    refused(&it, &json!({ "name": ["a"] }), "name", "a value of type \"string\" is expected");
    refused(&it, &json!({ "name": "a", "one": {} }), "one", "the argument \"user\" is required");
    refused(&it, &json!({ "name": "a", "one": [] }), "one", "an object is expected");
    refused(&it, &json!({ "name": "a", "list": {} }), "list", "a List of objects is expected");
    let stranger = json!({ "name": "a", "list": [{ "user": "a", "rôle": 1 }] });
    refused(&it, &stranger, "list[0]", "an attribute named \"rôle\" is not expected");
    refused(
        &it,
        &json!({ "name": "a", "map": { "k": { "user": [] } } }),
        "map[\"k\"].user",
        "a value of type \"string\" is expected",
    );
    refused(&it, &json!({ "name": "a", "many": [{}] }), "many[0]", "the argument \"path\" is required");
    let three = json!({ "name": "a", "many": [{ "path": "1" }, { "path": "2" }, { "path": "3" }] });
    refused(&it, &three, "many", "no more than 2 blocks are allowed");
    let at_least = Block::new("A test.").block("some", NestedBlock::set(content()).min_items(1));
    refused(&at_least, &json!({}), "some", "at least 1 blocks are required");
}

#[test]
fn a_required_argument_that_is_written_and_null_is_left_to_the_provider() {
    assert_eq!(*block(&schema(), &json!({ "name": null })).unwrap().attribute("name"), Value::Null);
}

#[test]
fn simple_values_are_converted_as_terraform_converts_them() {
    for (json, ty, expected) in [
        (json!("true"), Type::Bool, true.into()),
        (json!("1"), Type::Bool, true.into()),
        (json!("0"), Type::Bool, false.into()),
        (json!("15"), Type::Number, 15.into()),
        (json!(true), Type::String, "true".into()),
        (json!(1.50), Type::String, "1.5".into()),
        (json!(["b", "a", "b"]), Type::set(Type::String), Value::set(vec!["a".into(), "b".into()])),
        (json!(["a", 1]), Type::Tuple(vec![Type::String, Type::Number]), Value::Tuple(vec!["a".into(), 1.into()])),
        (json!({ "a": 1 }), Type::object([("a", Type::String)]), Value::object([("a", Value::from("1"))])),
        (json!({ "k": unknown() }), Type::map(Type::Bool), Value::Map([("k".to_owned(), Value::UNKNOWN)].into())),
    ] {
        assert_eq!(value(&ty, &json), Ok(expected));
    }
    for (json, ty) in [
        (json!("yes"), Type::Bool),
        (json!(1), Type::Bool),
        (json!("many"), Type::Number),
        (json!("a"), Type::list(Type::String)),
        (json!(["a"]), Type::Tuple(vec![])),
        (json!({}), Type::object([("a", Type::String)])),
        (json!({ "a": 1, "b": 2 }), Type::object([("a", Type::String)])),
    ] {
        assert!(matches!(value(&ty, &json), Err(Error::Refused { .. })), "{json}");
    }
}

#[test]
fn a_dynamic_value_has_its_own_type_or_the_one_that_is_named() {
    let typed = |ty: Type, value: Value| Value::Dynamic(Box::new((ty, value)));
    for (json, expected) in [
        (Json::Null, Value::Null),
        (unknown(), Value::UNKNOWN),
        (json!("a"), typed(Type::String, "a".into())),
        (json!([1]), typed(Type::Tuple(vec![Type::Number]), Value::Tuple(vec![1.into()]))),
        (json!({ "type": "string", "value": null }), typed(Type::String, Value::Null)),
        (
            json!({ "type": ["list", "bool"], "value": [true] }),
            typed(Type::list(Type::Bool), Value::List(vec![true.into()])),
        ),
    ] {
        assert_eq!(value(&Type::Dynamic, &json), Ok(expected));
    }
    let Ok(Value::Dynamic(object)) = value(&Type::Dynamic, &json!({ "a": 1 })) else { panic!("an object") };
    assert_eq!(object.0, Type::object([("a", Type::Number)]));
}
