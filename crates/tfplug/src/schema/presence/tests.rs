use super::*;
use crate::{
    schema::{NestedBlock, Nesting, Schema},
    value::Type,
};

/// The place and the summary of each error.
fn told(schema: &Schema, config: Value) -> Vec<(String, String)> {
    let path = |it: &Diagnostic| it.path.as_ref().map(ToString::to_string).unwrap_or_default();
    missing(schema.root(), &config).into_iter().map(|it| (path(&it), it.summary)).collect()
}

fn one(path: &str, summary: &str) -> Vec<(String, String)> {
    vec![(path.to_owned(), summary.to_owned())]
}

fn name() -> Attribute {
    Attribute::string("What it is called.").required()
}

#[test]
fn a_required_attribute_that_is_null_is_told_with_its_description_and_an_unknown_one_is_not() {
    let schema = Schema::new("").attribute("name", name()).attribute("size", Attribute::number("").optional());
    let config = |name: Value| Value::object([("name", name), ("size", Value::Null)]);
    assert_eq!(told(&schema, config(Value::Null)), one("name", "Missing name"));
    assert_eq!(told(&schema, config(Value::UNKNOWN)), []);
    assert_eq!(told(&schema, config("a".into())), []);
    // Where any type may be, a null can have one.
    let anything = Schema::new("").attribute("name", Attribute::of(Type::Dynamic, "").required());
    let typed = |value| Value::object([("name", Value::Dynamic(Box::new((Type::String, value))))]);
    assert_eq!(told(&anything, typed(Value::Null)), one("name", "Missing name"));
    assert_eq!(told(&anything, typed(Value::UNKNOWN)), []);
    // A destruction has no configuration.
    assert_eq!(told(&schema, Value::Null), []);
    let all: Vec<_> = missing(schema.root(), &config(Value::Null)).into_iter().collect();
    assert_eq!(
        all[0].detail,
        "It must be set, and it is null, as a variable without a value is.\n\nname: What it is called."
    );
}

#[test]
fn required_attributes_are_found_at_every_depth_and_only_in_what_is_there() {
    let nested = |nesting| Attribute::nested(nesting, "", [("name", name())]);
    let schema = Schema::new("")
        .attribute("single", nested(Nesting::Single).optional())
        .attribute("list", nested(Nesting::List).optional())
        .attribute("map", nested(Nesting::Map).optional())
        .attribute("set", nested(Nesting::Set).optional())
        .block("step", NestedBlock::list(crate::schema::Block::new("").attribute("name", name())));
    let nothing = || Value::object([("name", Value::Null)]);
    let something = || Value::object([("name", Value::from("a"))]);
    let config = |name: &str, value: Value| {
        let mut all: std::collections::BTreeMap<_, _> =
            ["single", "list", "map", "set"].map(|name| (name.to_owned(), Value::Null)).into();
        all.insert("step".to_owned(), Value::List(Vec::new()));
        all.insert(name.to_owned(), value);
        Value::Object(all)
    };
    assert_eq!(told(&schema, config("single", Value::Null)), []);
    assert_eq!(told(&schema, config("single", Value::UNKNOWN)), []);
    assert_eq!(told(&schema, config("single", nothing())), one("single.name", "Missing single.name"));
    let list = Value::List(vec![something(), nothing()]);
    assert_eq!(told(&schema, config("list", list.clone())), one("list[1].name", "Missing list[1].name"));
    assert_eq!(told(&schema, config("step", list)), one("step[1].name", "Missing step[1].name"));
    let map = Value::Map([("k".to_owned(), nothing())].into());
    assert_eq!(told(&schema, config("map", map)), one("map[\"k\"].name", "Missing map[\"k\"].name"));
    let set = Value::set(vec![something(), nothing()]);
    assert_eq!(told(&schema, config("set", set)), one("set.name", "Missing set.name"));
    // An element that is no object at all.
    let list = Value::List(vec![something(), Value::Null]);
    assert_eq!(told(&schema, config("list", list)), one("list[1]", "Null in list"));
}

#[test]
fn null_elements_are_told_at_every_depth_unless_they_are_allowed() {
    let texts = Type::list(Type::String);
    let object = Type::object([("may", Type::String), ("texts", texts.clone())]);
    let of = |ty: &Type| Attribute::of(ty.clone(), "").optional();
    let list = |elements: Vec<Value>| Value::List(elements);
    let map = |value: Value| Value::Map([("k".to_owned(), value)].into());
    let null = || Value::Null;
    let any = |value| Value::Dynamic(Box::new((Type::String, value)));
    let rows = [
        (texts.clone(), list(vec!["a".into(), null()]), Some("it[1]")),
        (texts.clone(), list(vec!["a".into(), Value::UNKNOWN]), None),
        (texts.clone(), list(Vec::new()), None),
        (Type::set(Type::String), Value::set(vec!["a".into(), null()]), Some("it")),
        (Type::map(Type::String), map(null()), Some("it[\"k\"]")),
        (Type::map(Type::String), map("a".into()), None),
        (Type::list(texts.clone()), list(vec![list(vec![null()])]), Some("it[0][0]")),
        // Where elements may be of any type, a null can have one, or none.
        (Type::set(Type::Dynamic), Value::set(vec![any(null())]), Some("it")),
        (Type::list(Type::Dynamic), list(vec![any("a".into()), null()]), Some("it[1]")),
        // What has a place of its own may be null; elements in it may not.
        (Type::Tuple(vec![Type::String, texts.clone()]), Value::Tuple(vec![null(), null()]), None),
        (
            Type::Tuple(vec![Type::String, texts.clone()]),
            Value::Tuple(vec!["a".into(), list(vec![null()])]),
            Some("it[1][0]"),
        ),
        (object.clone(), Value::object([("may", null()), ("texts", null())]), None),
        (object, Value::object([("may", null()), ("texts", list(vec![null()]))]), Some("it.texts[0]")),
    ];
    for (ty, value, place) in rows {
        let config = Value::object([("it", value.clone())]);
        let strict = Schema::new("").attribute("it", of(&ty));
        let expected: Vec<_> = place.into_iter().flat_map(|place| one(place, "Null in it")).collect();
        assert_eq!(told(&strict, config.clone()), expected, "{value:?}");
        let lenient = Schema::new("").attribute("it", of(&ty).allow_null_elements());
        assert_eq!(told(&lenient, config), [], "{value:?}");
    }
}
