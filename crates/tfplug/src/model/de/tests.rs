use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, de::DeserializeOwned};

use super::*;
use crate::model::{Attr, from_value, to_value};

fn read<T: DeserializeOwned>(value: impl Into<Value>) -> Result<T> {
    from_value(&value.into())
}

fn problem<T: DeserializeOwned + std::fmt::Debug>(value: impl Into<Value>) -> String {
    read::<T>(value).unwrap_err().to_string()
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

fn map(key: &str, value: impl Into<Value>) -> Value {
    Value::Map([(key.to_owned(), value.into())].into())
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Soft,
    Hard,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Plain {
    name: String,
    size: Option<i64>,
}

#[test]
fn rust_types_take_the_values_that_fit_them() {
    assert_eq!(read(true), Ok(true));
    assert_eq!(read("text"), Ok("text".to_owned()));
    assert_eq!(read("x"), Ok('x'));
    assert_eq!(read("hard"), Ok(Mode::Hard));
    assert_eq!(read(7), Ok(7_i64));
    assert_eq!((read(7), read(7), read(7)), (Ok(7_i8), Ok(7_u16), Ok(7_u64)));
    assert_eq!(read(number("18446744073709551615")), Ok(u64::MAX));
    assert_eq!((read(number("0.5")), read(number("1e30"))), (Ok(0.5_f64), Ok(1e30_f32)));
    assert_eq!(read(number("0.1")), Ok("0.1".parse::<Number>().unwrap()));
    assert_eq!(read(Value::Null), Ok(()));
    assert_eq!((read(Value::Null), read(7)), (Ok(None::<i64>), Ok(Some(7_i64))));
    let list = Value::List(vec![1.into(), 2.into()]);
    assert_eq!(read(list.clone()), Ok(vec![1_i64, 2]));
    assert_eq!(read(list.clone()), Ok(BTreeSet::from([1_i64, 2])));
    assert_eq!(read(Value::set(vec![2.into(), 1.into()])), Ok(vec![1_i64, 2]));
    assert_eq!(read(Value::Tuple(vec![1.into(), "a".into()])), Ok((1_i64, "a".to_owned())));
    assert_eq!(read(map("k", 1)), Ok(BTreeMap::from([("k".to_owned(), 1_i64)])));
    let object = Value::object([("name", "a".into()), ("size", Value::Null)]);
    assert_eq!(read(object), Ok(Plain { name: "a".to_owned(), size: None }));
}

#[test]
fn a_value_with_a_type_of_its_own_is_read_as_what_is_in_it() {
    let typed = |ty, value: Value| Value::Dynamic(Box::new((ty, value)));
    assert_eq!(read(typed(Type::String, "a".into())), Ok("a".to_owned()));
    assert_eq!(read(typed(Type::Number, 7.into())), Ok(Attr::Known(7_i64)));
    assert_eq!(read(typed(Type::Bool, Value::Null)), Ok(Attr::<bool>::Null));
    assert_eq!(read(typed(Type::Bool, Value::UNKNOWN)), Ok(Attr::<bool>::Unknown));
    let list = typed(Type::list(Type::Bool), Value::List(vec![true.into()]));
    assert_eq!(read(list), Ok(vec![true]));
}

#[test]
fn a_value_that_does_not_fit_says_what_is_required() {
    for (problem, required) in [
        (problem::<bool>("a"), "a bool"),
        (problem::<i64>("a"), "a number"),
        (problem::<f64>("a"), "a number"),
        (problem::<Number>("a"), "a number"),
        (problem::<String>(7), "a string"),
        (problem::<Mode>(7), "a string"),
        (problem::<()>(7), "null"),
        (problem::<Vec<i64>>(map("k", 1)), "a list or set"),
        (problem::<BTreeMap<String, i64>>(Value::List(vec![])), "a map or object"),
        (problem::<Plain>("a"), "a map or object"),
    ] {
        assert_eq!(problem, format!("{required} is required, and the value is of another type"));
    }
    assert_eq!(problem::<String>(Value::Null), "a string is required, and the value is null");
    assert_eq!(problem::<String>(Value::UNKNOWN), "the value is only known after apply");
}

#[test]
fn no_message_repeats_the_value_that_does_not_fit() {
    // It may be one that nobody is to see, which a struct does not know.
    let whole = "a whole number of 64 bits is required, and the value is another number";
    assert_eq!(problem::<i64>(number("1.5")), whole);
    assert_eq!(problem::<u8>(300), "u8 is required, and the value is another one");
    assert_eq!(problem::<char>("swordfish"), "a character is required, and the value is another one");
    let modes = problem::<Mode>("swordfish");
    assert!(modes.starts_with("one of ") && modes.ends_with(" is required, and the value is another one"), "{modes}");
    assert!(!modes.contains("swordfish"));
}

#[test]
fn an_error_says_where_in_the_value_it_is() {
    let object = |size| Value::object([("name", "a".into()), ("size", size)]);
    let place = |error: ModelError| error.path().to_string();
    assert_eq!(place(read::<Plain>(object("b".into())).unwrap_err()), "size");
    let plains = Value::List(vec![object(1.into()), object("b".into())]);
    assert_eq!(place(read::<Vec<Plain>>(plains).unwrap_err()), "[1].size");
    let map = Value::Map([("a".to_owned(), 1.into()), ("b".to_owned(), true.into())].into());
    assert_eq!(place(read::<BTreeMap<String, i64>>(map).unwrap_err()), "[\"b\"]");
    // An element of a set has no path of its own.
    assert_eq!(place(read::<Vec<i64>>(Value::set(vec!["a".into()])).unwrap_err()), "");
    let error = read::<BTreeMap<String, Vec<Plain>>>(self::map("k", Value::set(vec![object("b".into())]))).unwrap_err();
    let expected = "[\"k\"]: size: a number is required, and the value is of another type";
    assert_eq!((error.to_string().as_str(), place(error)), (expected, "[\"k\"]".to_owned()));
    assert_eq!(problem::<Plain>(object("b".into())), "size: a number is required, and the value is of another type");
}

#[test]
fn an_attribute_is_null_unknown_or_known_and_unknown_where_it_cannot_say_which_part_is() {
    assert_eq!(read(Value::Null), Ok(Attr::<String>::Null));
    assert_eq!(read(Value::UNKNOWN), Ok(Attr::<String>::Unknown));
    assert_eq!(read("a"), Ok(Attr::Known("a".to_owned())));
    let half_known = Value::List(vec!["a".into(), Value::UNKNOWN]);
    assert_eq!(read(half_known.clone()), Ok(Attr::<Vec<String>>::Unknown));
    assert_eq!(read(half_known), Ok(Attr::Known(vec![Attr::Known("a".to_owned()), Attr::Unknown])));
    let plain = Value::object([("name", Value::UNKNOWN), ("size", 1.into())]);
    assert_eq!(read(plain), Ok(Attr::<Plain>::Unknown));
    // Any other error stays one.
    assert!(problem::<Attr<String>>(7).ends_with("of another type"));
}

#[test]
fn a_struct_without_a_field_for_an_attribute_is_noticed() {
    let object = Value::object([("name", "a".into()), ("size", Value::Null), ("zone", Value::Null)]);
    assert_eq!(problem::<Plain>(object), "the struct has no field for the attribute \"zone\"");
    // The keys of a map are no attributes.
    let map = Value::Map([("name".to_owned(), "a".into()), ("zone".to_owned(), "b".into())].into());
    assert!(read::<Plain>(map).is_ok());
}

#[test]
fn a_field_of_any_value_takes_every_value_as_it_is() {
    for (ty, value) in [
        (Type::Bool, true.into()),
        (Type::Number, number("0.1")),
        (Type::String, "a".into()),
        (Type::list(Type::Bool), Value::List(vec![true.into(), Value::Null, Value::UNKNOWN])),
        (Type::set(Type::String), Value::set(vec!["b".into(), "a".into()])),
        (Type::Tuple(vec![Type::Bool, Type::String]), Value::Tuple(vec![true.into(), "a".into()])),
        (Type::map(Type::String), map("k", "v")),
        (Type::object([("a", Type::Number)]), Value::object([("a", Value::from(1))])),
        (Type::Dynamic, Value::Dynamic(Box::new((Type::list(Type::Bool), Value::List(vec![false.into()]))))),
        (Type::Bool, Value::Null),
        (Type::Bool, Value::UNKNOWN),
    ] {
        let model: Value = read(value.clone()).unwrap();
        assert_eq!(model, value);
        assert_eq!(to_value(&model, &ty), Ok(value));
    }
}

#[test]
fn an_enum_whose_variants_hold_values_cannot_be_read() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only read, and that in vain")]
    enum Shape {
        Round(i64),
        Square { side: i64 },
        Both(i64, i64),
    }
    for variant in ["Round", "Square", "Both"] {
        assert!(read::<Shape>(variant).is_err(), "{variant}");
    }
}
