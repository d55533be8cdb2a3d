use serde::Serialize;

use super::*;
use crate::{
    model::{Attr, Joined, to_value},
    value::Path,
};

fn problem<T: Serialize + ?Sized>(model: &T, ty: &Type) -> String {
    to_value(model, ty).unwrap_err().to_string()
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

#[derive(Serialize)]
struct Wrapped<T>(T);

#[derive(Serialize)]
struct Pair(i64, i64);

#[derive(Serialize)]
struct Nothing;

#[derive(Serialize)]
struct Named {
    name: Attr<String>,
}

#[test]
fn rust_values_become_values_of_the_schema_s_type() {
    let numbers = Type::Number;
    for value in [
        to_value(&7_i8, &numbers),
        to_value(&7_i16, &numbers),
        to_value(&7_i32, &numbers),
        to_value(&7_i64, &numbers),
        to_value(&7_u8, &numbers),
        to_value(&7_u16, &numbers),
        to_value(&7_u32, &numbers),
        to_value(&7_u64, &numbers),
        to_value(&7_f32, &numbers),
        to_value(&7_f64, &numbers),
        to_value(&Number::from(7_i64), &numbers),
        to_value(&Some(7), &numbers),
        to_value(&Wrapped(7), &numbers),
        to_value(&Attr::Known(7), &numbers),
    ] {
        assert_eq!(value, Ok(7.into()));
    }
    assert_eq!(to_value(&u64::MAX, &numbers), Ok(number("18446744073709551615")));
    assert_eq!(to_value(&"0.1".parse::<Number>().unwrap(), &numbers), Ok(number("0.1")));
    assert_eq!(to_value(&true, &Type::Bool), Ok(true.into()));
    assert_eq!(to_value("text", &Type::String), Ok("text".into()));
    assert_eq!(to_value(&'x', &Type::String), Ok("x".into()));
    assert_eq!(to_value(&Attr::<bool>::Unknown, &Type::Bool), Ok(Value::UNKNOWN));
    assert_eq!(to_value(&Value::UNKNOWN, &Type::Bool), Ok(Value::UNKNOWN));
    for null in [
        to_value(&None::<bool>, &Type::Bool),
        to_value(&(), &Type::Bool),
        to_value(&Nothing, &Type::Bool),
        to_value(&Attr::<bool>::Null, &Type::Bool),
        to_value(&Value::Null, &Type::Bool),
    ] {
        assert_eq!(null, Ok(Value::Null));
    }
}

#[test]
fn a_float_is_written_with_the_fewest_digits_that_say_it() {
    let written = |text: &str| Ok(Value::Number(text.parse::<Number>().unwrap()));
    for (float, text) in [(0.1, "0.1"), (-2.5, "-2.5"), (1e300, "1e300"), (1.0 / 3.0, "0.3333333333333333"), (3.0, "3")]
    {
        assert_eq!(to_value(&float, &Type::Number), written(text));
    }
    assert_eq!(to_value(&0.1_f32, &Type::Number), written("0.1"));
    assert_eq!(to_value(&f64::MIN_POSITIVE, &Type::Number).map(|_| ()), Ok(()));
    for (infinite, text) in [(f64::INFINITY, "Infinity"), (f64::NEG_INFINITY, "-Infinity")] {
        assert_eq!(to_value(&infinite, &Type::Number), written(text));
    }
}

#[test]
fn the_schema_decides_what_a_sequence_or_a_map_becomes() {
    let elements = ["b", "a"];
    assert_eq!(to_value(&elements, &Type::list(Type::String)), Ok(Value::List(vec!["b".into(), "a".into()])));
    assert_eq!(to_value(&elements, &Type::set(Type::String)), Ok(Value::set(vec!["a".into(), "b".into()])));
    let pair = Type::Tuple(vec![Type::Number, Type::String]);
    assert_eq!(to_value(&(1, "a"), &pair), Ok(Value::Tuple(vec![1.into(), "a".into()])));
    let map = BTreeMap::from([("name", "a")]);
    let value = Value::from("a");
    assert_eq!(to_value(&map, &Type::map(Type::String)), Ok(Value::Map([("name".to_owned(), value.clone())].into())));
    let object = Type::object([("name", Type::String)]);
    assert_eq!(to_value(&map, &object), Ok(Value::object([("name", value.clone())])));
    assert_eq!(to_value(&Named { name: "a".into() }, &object), Ok(Value::object([("name", value)])));
}

#[test]
fn what_is_not_of_the_schema_s_type_is_an_error() {
    let (text, flag, list) = (Type::String, Type::Bool, Type::list(Type::Bool));
    let other = "the schema's type is \"string\", and the struct's is another";
    for problem in [
        problem(&true, &text),
        problem(&7_i64, &text),
        problem(&7_u64, &text),
        problem(&7_f64, &text),
        problem(&Number::from(7_i64), &text),
        problem(&[true], &text),
        problem(&Pair(1, 2), &text),
        problem(&BTreeMap::from([("a", true)]), &text),
        problem(&Named { name: Attr::Null }, &text),
        problem(&Joined { own: Named { name: Attr::Null }, shared: Named { name: Attr::Null } }, &text),
        problem(&Value::Dynamic(Box::new((Type::Bool, true.into()))), &text),
    ] {
        assert_eq!(problem, other);
    }
    for problem in [problem("a", &flag), problem(&'a', &flag)] {
        assert_eq!(problem, "the schema's type is \"bool\", and the struct's is another");
    }
    let pair = Type::Tuple(vec![Type::Bool, Type::Bool]);
    assert_eq!(problem(&(true,), &pair), "too few elements for the tuple");
    assert_eq!(problem(&(true, true, true), &pair), "too many elements for the tuple");
    assert_eq!(problem(&f64::NAN, &Type::Number), "\"NaN\" is not a number");
    assert_eq!(problem(&BTreeMap::from([(1, true)]), &Type::map(flag)), other);
    assert!(problem(&Named { name: Attr::Null }, &list).contains("[\"list\",\"bool\"]"));
}

#[test]
fn a_tuple_struct_holds_no_attributes() {
    #[derive(Serialize)]
    struct Sized {
        size: Attr<i64>,
    }
    #[derive(Serialize)]
    struct Both(Named, Sized);
    let object = Type::object([("name", Type::String), ("size", Type::Number)]);
    let (own, shared) = (|| Named { name: Attr::Null }, || Sized { size: Attr::Null });
    assert!(to_value(&Joined { own: own(), shared: shared() }, &object).is_ok());
    assert!(problem(&Both(own(), shared()), &object).ends_with("and the struct's is another"));
}

#[test]
fn an_error_says_where_in_the_model_it_is() {
    let numbers = [1, 2];
    assert!(problem(&numbers, &Type::list(Type::Bool)).starts_with("[0]: "));
    let in_set = to_value(&numbers, &Type::set(Type::Bool)).unwrap_err();
    assert_eq!(in_set.path(), Path::ROOT, "an element of a set has no path of its own");
    assert!(problem(&(true, 1), &Type::Tuple(vec![Type::Bool; 2])).starts_with("[1]: "));
    assert!(problem(&BTreeMap::from([("k", 1)]), &Type::map(Type::Bool)).starts_with("[\"k\"]: "));
    assert!(problem(&Named { name: "a".into() }, &Type::object([("name", Type::Bool)])).starts_with("name: "));
}

#[test]
fn a_map_in_place_of_an_object_has_exactly_its_attributes() {
    let object = Type::object([("a", Type::Bool), ("b", Type::Bool)]);
    let problem = |map: BTreeMap<&str, bool>| problem(&map, &object);
    assert_eq!(problem([("a", true)].into()), "the struct has no field for the attribute \"b\"");
    assert_eq!(problem([("a", true), ("c", true)].into()), "the schema has no attribute \"c\"");
}

#[test]
fn an_enum_whose_variants_hold_values_cannot_be_written() {
    #[derive(Serialize)]
    enum Shape {
        Flat,
        Round(i64),
        Both(i64, i64),
        Square { side: i64 },
    }
    assert_eq!(to_value(&Shape::Flat, &Type::String), Ok("Flat".into()));
    let error = problem(&Shape::Round(1), &Type::String);
    assert_eq!(error, "the variant Round of Shape holds a value; enums of strings do not");
    for ty in [Type::String, Type::Dynamic] {
        assert!(to_value(&Shape::Both(1, 2), &ty).is_err());
        assert!(to_value(&Shape::Square { side: 1 }, &ty).is_err());
    }
}

#[test]
fn bytes_have_no_type_in_terraform() {
    struct Bytes;
    impl Serialize for Bytes {
        fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
            serializer.serialize_bytes(b"ab")
        }
    }
    assert!(to_value(&Bytes, &Type::String).is_err());
}

#[test]
fn a_dynamic_value_keeps_its_type() {
    let typed = Value::Dynamic(Box::new((Type::list(Type::Bool), Value::List(vec![true.into(), Value::UNKNOWN]))));
    assert_eq!(to_value(&typed, &Type::Dynamic), Ok(typed));
    // One that is not of its own type is noticed here, and not by Terraform.
    let wrong = Value::Dynamic(Box::new((Type::list(Type::Bool), "a".into())));
    assert!(to_value(&wrong, &Type::Dynamic).is_err());
}
