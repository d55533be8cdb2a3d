use proptest::prelude::*;
use serde_json::json;

use super::*;

fn any_type() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![Just(Type::Bool), Just(Type::Number), Just(Type::String), Just(Type::Dynamic)];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Type::Tuple),
            prop::collection::btree_map("\\PC{0,6}", inner, 0..4).prop_map(Type::Object),
        ]
    })
}

fn any_number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("NaN", |float| Number::from_f64(float).ok()),
        "-?[1-9][0-9]{0,60}(\\.[0-9]{1,40})?(e-?[0-9]{1,3})?".prop_map(|text| text.parse().unwrap()),
    ]
}

fn any_refinements(ty: &Type) -> BoxedStrategy<Refinements> {
    let bound = || prop::option::of((any_number(), any::<bool>()));
    match ty {
        Type::String => (any::<Option<bool>>(), prop::option::of("\\PC{1,300}"))
            .prop_map(|(null, string_prefix)| Refinement { null, string_prefix, ..Refinement::default() }.into())
            .boxed(),
        Type::Number => (bound(), bound())
            .prop_map(|(number_min, number_max)| Refinement { number_min, number_max, ..Refinement::default() }.into())
            .boxed(),
        Type::List(_) | Type::Set(_) | Type::Map(_) => (any::<Option<i64>>(), any::<Option<i64>>())
            .prop_map(|(length_min, length_max)| Refinement { length_min, length_max, ..Refinement::default() }.into())
            .boxed(),
        _ => Just(Refinements::NONE).boxed(),
    }
}

fn any_value(ty: &Type, unknowns: bool) -> BoxedStrategy<Value> {
    let known = match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => any_number().prop_map(Value::Number).boxed(),
        Type::String => any::<String>().prop_map(Value::String).boxed(),
        Type::List(element) => prop::collection::vec(any_value(element, unknowns), 0..4).prop_map(Value::List).boxed(),
        Type::Set(element) => prop::collection::vec(any_value(element, unknowns), 0..4).prop_map(Value::set).boxed(),
        Type::Map(element) => prop::collection::btree_map(any::<String>(), any_value(element, unknowns), 0..4)
            .prop_map(Value::Map)
            .boxed(),
        Type::Tuple(types) => {
            types.iter().map(|ty| any_value(ty, unknowns)).collect::<Vec<_>>().prop_map(Value::Tuple).boxed()
        }
        Type::Object(types) => {
            let names: Vec<_> = types.keys().cloned().collect();
            let values = types.values().map(|ty| any_value(ty, unknowns)).collect::<Vec<_>>();
            values.prop_map(move |values| Value::object(names.iter().cloned().zip(values))).boxed()
        }
        // One level is enough: what is inside is a value of a type like any other.
        Type::Dynamic => prop_oneof![Just(Type::String), Just(Type::list(Type::Number))]
            .prop_flat_map(move |ty| {
                any_value(&ty, unknowns).prop_map(move |value| Value::Dynamic(Box::new((ty.clone(), value))))
            })
            .boxed(),
    };
    let null = Just(Value::Null);
    if unknowns {
        prop_oneof![6 => known, 1 => null, 1 => any_refinements(ty).prop_map(Value::Unknown)].boxed()
    } else {
        prop_oneof![6 => known, 1 => null].boxed()
    }
}

fn typed(unknowns: bool) -> impl Strategy<Value = (Type, Value)> {
    any_type().prop_flat_map(move |ty| any_value(&ty, unknowns).prop_map(move |value| (ty.clone(), value)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_value_survives_messagepack((ty, value) in typed(true)) {
        let bytes = encode(&value, &ty).unwrap();
        prop_assert_eq!(decode(&bytes, &ty).unwrap(), value);
    }

    #[test]
    fn any_known_value_survives_json((ty, value) in typed(false)) {
        let json = to_json(&value).unwrap().to_string();
        prop_assert_eq!(from_json(&serde_json::from_str(&json).unwrap(), &ty).unwrap(), value);
    }

    #[test]
    fn any_type_survives_its_notation(ty in any_type()) {
        prop_assert_eq!(Type::from_json(&ty.to_json()).unwrap(), ty);
    }

    #[test]
    fn numbers_are_ordered_by_their_size(a in any_number(), b in any_number()) {
        if a.as_f64() < b.as_f64() {
            prop_assert!(a < b);
        }
        prop_assert_eq!(a == b, a.cmp(&b).is_eq());
    }
}

/// What the decoder is given here was valid once: it gets further into the decoder than noise would. Each value is
/// mutated many times, since to make one takes much longer than to mutate it.
#[test]
fn mutated_bytes_give_an_error_and_never_a_panic() {
    const VALUES: u32 = 400;
    const MUTATIONS: usize = 50;
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(VALUES));
    let inputs = std::cell::Cell::new(0_usize);
    let mutation = (prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), any::<bool>());
    let strategy = (typed(true), prop::collection::vec(mutation, MUTATIONS));
    runner
        .run(&strategy, |((ty, value), mutations)| {
            let valid = encode(&value, &ty).unwrap();
            for (changes, cut) in mutations {
                let mut bytes = valid.clone();
                for (position, byte) in changes {
                    let position = position.index(bytes.len());
                    bytes[position] = byte;
                    if cut {
                        bytes.truncate(position + 1);
                    }
                }
                if let Ok(value) = decode(&bytes, &ty) {
                    // What is accepted can be written again.
                    prop_assert!(encode(&value, &ty).is_ok());
                }
                inputs.set(inputs.get() + 1);
            }
            Ok(())
        })
        .unwrap();
    println!("decoder: {} mutated inputs, no panic", inputs.get());
    assert!(inputs.get() >= 20_000);
}

#[test]
fn unknown_values_are_written_as_terraform_expects_them() {
    assert_eq!(encode(&Value::UNKNOWN, &Type::String).unwrap(), [0xd4, 0x00, 0x00]);
    let refined = Value::Unknown(Refinement { null: Some(false), ..Refinement::default() }.into());
    assert_eq!(encode(&refined, &Type::String).unwrap(), [0xc7, 3, 12, 0x81, 1, 0xc2]);
    // Any extension code means unknown.
    assert_eq!(decode(&[0xd4, 0x63, 0x00], &Type::Bool).unwrap(), Value::UNKNOWN);
}

#[test]
fn numbers_take_the_shortest_form_that_loses_nothing() {
    let bytes = |text: &str| encode(&Value::Number(text.parse().unwrap()), &Type::Number).unwrap();
    assert_eq!(bytes("7"), [7]);
    assert_eq!(bytes("7.0"), [7]);
    assert_eq!(bytes("0.5")[0], 0xcb, "a float holds one half exactly");
    assert_eq!(bytes("0.1"), [&[0xa3_u8][..], b"0.1"].concat(), "and one tenth not");
    let beyond = "123456789012345678901234567890";
    assert_eq!(bytes(beyond), [&[0xa0 | 30_u8][..], beyond.as_bytes()].concat());
}

#[test]
fn a_length_that_the_input_does_not_have_reserves_no_memory() {
    let claim = [0xdd, 0xff, 0xff, 0xff, 0xff];
    let error = decode(&claim, &Type::list(Type::String)).unwrap_err();
    assert_eq!(error.to_string(), "[0]: the bytes end too early");
}

#[test]
fn a_number_of_a_billion_digits_is_refused() {
    assert!("1e1000000000".parse::<Number>().is_err());
}

#[test]
fn null_is_not_empty() {
    let ty = Type::list(Type::String);
    let empty = Value::List(Vec::new());
    assert_ne!(encode(&Value::Null, &ty).unwrap(), encode(&empty, &ty).unwrap());
    assert_ne!(from_json(&json!(null), &ty).unwrap(), from_json(&json!([]), &ty).unwrap());
}

#[test]
fn sets_are_equal_whatever_their_order() {
    let ty = Type::set(Type::String);
    assert_eq!(from_json(&json!(["b", "a", "b"]), &ty).unwrap(), from_json(&json!(["a", "b"]), &ty).unwrap());
}

#[test]
fn an_error_says_where_it_is() {
    let ty = Type::object([("policy", Type::list(Type::object([("size", Type::Number)])))]);
    let error = from_json(&json!({"policy": [{"size": 1}, {"size": "large"}]}), &ty).unwrap_err();
    assert_eq!(error.to_string(), "policy[1].size: the value is not a number");
}

#[test]
fn state_of_another_schema_keeps_what_both_know() {
    let ty = Type::object([("kept", Type::String), ("new", Type::String)]);
    let value = from_json(&json!({"kept": "a", "gone": "b"}), &ty).unwrap();
    assert_eq!(value, Value::object([("kept", "a".into()), ("new", Value::Null)]));
}

#[test]
fn a_typed_value_of_any_type_is_as_null_and_as_known_as_what_is_in_it() {
    let typed = |value| Value::Dynamic(Box::new((Type::String, value)));
    let list = |value| Value::List(vec!["a".into(), value]);
    assert!(Value::Null.is_null() && typed(Value::Null).is_null());
    assert!(!typed("a".into()).is_null() && !list(Value::Null).is_null());
    assert!(Value::UNKNOWN.is_unknown() && typed(Value::UNKNOWN).is_unknown());
    assert!(!typed("a".into()).is_unknown() && !list(Value::UNKNOWN).is_unknown());

    let map = |value| Value::Map([("k".to_owned(), value)].into());
    let object = |value| Value::object([("k", value)]);
    let wraps: [&dyn Fn(Value) -> Value; 6] =
        [&typed, &list, &map, &object, &|value| Value::set(vec![value]), &|value| Value::Tuple(vec![value])];
    for wrap in wraps {
        assert!(wrap("a".into()).is_wholly_known());
        assert!(wrap(Value::Null).is_wholly_known());
        assert!(!wrap(Value::UNKNOWN).is_wholly_known());
    }
}

#[test]
fn what_is_known_of_an_unknown_value_can_be_asked() {
    assert_eq!(Refinements::NONE.get(), None);
    assert_eq!(Refinements::from(Refinement::default()), Refinements::NONE);
    let refinement = Refinement { length_min: Some(1), ..Refinement::default() };
    assert_eq!(Refinements::from(refinement.clone()).get(), Some(&refinement));
}

#[test]
fn a_set_keeps_one_of_equal_elements_unless_they_are_unknown() {
    let set = Value::set(vec!["b".into(), Value::UNKNOWN, "a".into(), Value::UNKNOWN, "b".into()]);
    let Value::Set(elements) = set else { panic!("a set") };
    assert_eq!(elements, [Value::UNKNOWN, Value::UNKNOWN, "a".into(), "b".into()]);
}

#[test]
fn a_place_in_a_value_is_found_by_its_path() {
    let value = Value::object([
        ("list", Value::List(vec!["a".into(), "b".into()])),
        ("pair", Value::Tuple(vec!["c".into()])),
        ("map", Value::Map([("k".to_owned(), "d".into())].into())),
    ]);
    let at = |path: Path| value.at(&path);
    assert_eq!(at(Path::ROOT), Some(&value));
    assert_eq!(at(Path::attribute("list").then_index(1)), Some(&"b".into()));
    assert_eq!(at(Path::attribute("pair").then_index(0)), Some(&"c".into()));
    assert_eq!(at(Path::attribute("map").then_key("k")), Some(&"d".into()));
    for path in [
        Path::attribute("other"),
        Path::attribute("list").then_index(2),
        Path::attribute("list").then_key("k"),
        Path::attribute("map").then_attribute("k"),
        Path::ROOT.then_key("map"),
    ] {
        assert_eq!(at(path.clone()), None, "{path}");
    }
    assert_eq!(value.attribute("pair"), &Value::Tuple(vec!["c".into()]));
    assert_eq!((value.attribute("other"), Value::from("a").attribute("b")), (&Value::Null, &Value::Null));
}

#[test]
fn rust_values_become_terraform_s() {
    assert_eq!(Value::from("a"), Value::String("a".to_owned()));
    assert_eq!(Value::from("a".to_owned()), Value::String("a".to_owned()));
    assert_eq!(Value::from(true), Value::Bool(true));
    assert_eq!(Value::from(7), Value::Number(Number::from(7_i64)));
}
