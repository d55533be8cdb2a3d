use super::*;

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

fn refined(refinement: Refinement) -> Value {
    Value::Unknown(refinement.into())
}

fn problem(bytes: &[u8], ty: &Type) -> String {
    decode(bytes, ty).unwrap_err().to_string()
}

#[test]
fn each_kind_of_value_has_its_bytes() {
    let typed = Value::Dynamic(Box::new((Type::Bool, true.into())));
    for (value, ty, bytes) in [
        (Value::Null, Type::Bool, &[0xc0][..]),
        (true.into(), Type::Bool, &[0xc3]),
        (false.into(), Type::Bool, &[0xc2]),
        (7.into(), Type::Number, &[7]),
        ("ab".into(), Type::String, &[0xa2, b'a', b'b']),
        (Value::List(vec![1.into(), 2.into()]), Type::list(Type::Number), &[0x92, 1, 2]),
        (Value::set(vec![2.into(), 1.into()]), Type::set(Type::Number), &[0x92, 1, 2]),
        (Value::Tuple(vec![1.into(), true.into()]), Type::Tuple(vec![Type::Number, Type::Bool]), &[0x92, 1, 0xc3]),
        (Value::Map([("k".to_owned(), 1.into())].into()), Type::map(Type::Number), &[0x81, 0xa1, b'k', 1]),
        (
            Value::object([("b", Value::from(1))]),
            Type::object([("a", Type::Bool), ("b", Type::Number)]),
            &[0x82, 0xa1, b'a', 0xc0, 0xa1, b'b', 1],
        ),
        (typed, Type::Dynamic, &[0x92, 0xc4, 6, b'"', b'b', b'o', b'o', b'l', b'"', 0xc3]),
    ] {
        assert_eq!(encode(&value, &ty).unwrap(), bytes, "{value:?}");
    }
}

#[test]
fn a_float_that_terraform_would_store_as_another_number_goes_in_all_its_digits() {
    for text in [
        "340282346638528859811704183484516925440",
        "0.000000000931322574615478515625",
        "-18446744073709551616.5",
        "0.1000000000000000055511151231257827021181583404541015625",
    ] {
        let bytes = encode(&number(text), &Type::Number).unwrap();
        assert!(bytes.ends_with(text.as_bytes()), "{bytes:?}");
        assert_eq!(decode(&bytes, &Type::Number), Ok(number(text)));
    }
    for (text, float) in [("0.5", 0.5_f64), ("-1.25", -1.25), ("Infinity", f64::INFINITY)] {
        let expected = [&[0xcb][..], &float.to_be_bytes()].concat();
        assert_eq!(encode(&number(text), &Type::Number).unwrap(), expected);
    }
}

#[test]
fn what_is_known_of_an_unknown_value_has_its_bytes() {
    let bound = |number: &str, inclusive| Some((number.parse().unwrap(), inclusive));
    for (refinement, ty, body) in [
        (Refinement { null: Some(true), ..Refinement::default() }, Type::Bool, &[0x81, 1, 0xc3][..]),
        (
            Refinement { string_prefix: Some("ab".to_owned()), ..Refinement::default() },
            Type::String,
            &[0x81, 2, 0xa2, b'a', b'b'],
        ),
        (
            Refinement { number_min: bound("1", true), number_max: bound("9", false), ..Refinement::default() },
            Type::Number,
            &[0x82, 3, 0x92, 1, 0xc3, 4, 0x92, 9, 0xc2],
        ),
        (
            Refinement { length_min: Some(1), length_max: Some(9), ..Refinement::default() },
            Type::list(Type::Bool),
            &[0x82, 5, 1, 6, 9],
        ),
    ] {
        let bytes = encode(&refined(refinement.clone()), &ty).unwrap();
        assert!(bytes.ends_with(body), "{bytes:?}");
        assert_eq!(decode(&bytes, &ty), Ok(refined(refinement)));
    }
}

#[test]
fn a_refinement_of_a_later_terraform_is_passed_over() {
    // Key 1 is nullness; nobody knows key 99 yet, and so nobody knows how long its value is.
    let bytes = [0xc7, 6, 12, 0x82, 1, 0xc2, 99, 0x91, 0xc0];
    let known = Refinement { null: Some(false), ..Refinement::default() };
    assert_eq!(decode(&bytes, &Type::Bool), Ok(refined(known)));
}

#[test]
fn any_extension_of_any_length_is_an_unknown_value() {
    let body = |len: usize| vec![0_u8; len];
    for (head, len) in [
        (vec![0xd4, 0], 1),
        (vec![0xd5, 0], 2),
        (vec![0xd6, 0], 4),
        (vec![0xd7, 0], 8),
        (vec![0xd8, 0], 16),
        (vec![0xc7, 3, 0], 3),
        (vec![0xc8, 1, 0, 0], 256),
        (vec![0xc9, 0, 1, 0, 0, 0], 65_536),
    ] {
        let bytes = [head, body(len)].concat();
        assert_eq!(decode(&bytes, &Type::String), Ok(Value::UNKNOWN), "{len}");
        assert_eq!(problem(&bytes[..bytes.len() - 1], &Type::String), "the bytes end too early", "{len}");
    }
}

#[test]
fn numbers_of_all_widths_are_read() {
    for (bytes, text) in [
        (&[0x7f][..], "127"),
        (&[0xe0], "-32"),
        (&[0xcc, 0xff], "255"),
        (&[0xcd, 0x01, 0x00], "256"),
        (&[0xce, 0x00, 0x01, 0x00, 0x00], "65536"),
        (&[0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], "18446744073709551615"),
        (&[0xd0, 0x80], "-128"),
        (&[0xd1, 0x80, 0x00], "-32768"),
        (&[0xd2, 0x80, 0x00, 0x00, 0x00], "-2147483648"),
        (&[0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0], "-9223372036854775808"),
        (&[0xca, 0x3f, 0x00, 0x00, 0x00], "0.5"),
        (&[0xcb, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0], "0.5"),
        (&[0xa3, b'0', b'.', b'1'], "0.1"),
        (&[0xd9, 3, b'0', b'.', b'1'], "0.1"),
        (&[0xda, 0, 3, b'0', b'.', b'1'], "0.1"),
        (&[0xdb, 0, 0, 0, 3, b'0', b'.', b'1'], "0.1"),
    ] {
        assert_eq!(decode(bytes, &Type::Number), Ok(number(text)), "{text}");
    }
    assert_eq!(problem(&[0xc3], &Type::Number), "a number is expected");
    assert_eq!(problem(&[0xa1, b'x'], &Type::Number), "the value is not a number");
    let nan = [&[0xcb][..], &f64::NAN.to_be_bytes()].concat();
    assert_eq!(problem(&nan, &Type::Number), "\"NaN\" is not a number");
    // A bound on a length is a number of 64 bits.
    let length = [0xc7, 11, 12, 0x81, 5, 0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(problem(&length, &Type::list(Type::Bool)), "too large a number");
}

#[test]
fn strings_lists_and_maps_of_all_lengths_are_read() {
    for head in
        [&[0xa2][..], &[0xd9, 2], &[0xda, 0, 2], &[0xdb, 0, 0, 0, 2], &[0xc4, 2], &[0xc5, 0, 2], &[0xc6, 0, 0, 0, 2]]
    {
        assert_eq!(decode(&[head, b"ab"].concat(), &Type::String), Ok("ab".into()), "{head:?}");
    }
    let list = Value::List(vec![1.into(), 2.into()]);
    for head in [&[0x92][..], &[0xdc, 0, 2], &[0xdd, 0, 0, 0, 2]] {
        assert_eq!(decode(&[head, &[1, 2]].concat(), &Type::list(Type::Number)), Ok(list.clone()), "{head:?}");
    }
    let map = Value::Map([("k".to_owned(), 1.into())].into());
    for head in [&[0x81][..], &[0xde, 0, 1], &[0xdf, 0, 0, 0, 1]] {
        assert_eq!(decode(&[head, &[0xa1, b'k', 1]].concat(), &Type::map(Type::Number)), Ok(map.clone()), "{head:?}");
    }
}

#[test]
fn long_strings_and_collections_come_back() {
    let long = Value::from("x".repeat(70_000));
    assert_eq!(decode(&encode(&long, &Type::String).unwrap(), &Type::String), Ok(long));
    let ty = Type::list(Type::Number);
    let many = Value::List((0..70_000).map(Value::from).collect());
    assert_eq!(decode(&encode(&many, &ty).unwrap(), &ty), Ok(many));
    let ty = Type::map(Type::Bool);
    let map = Value::Map((0..70_000).map(|key| (key.to_string(), true.into())).collect());
    assert_eq!(decode(&encode(&map, &ty).unwrap(), &ty), Ok(map));
}

#[test]
fn an_attribute_that_is_left_out_is_null_and_one_that_is_unknown_an_error() {
    let ty = Type::object([("a", Type::Bool), ("b", Type::Bool)]);
    let value = Value::object([("a", Value::Null), ("b", true.into())]);
    assert_eq!(decode(&[0x81, 0xa1, b'b', 0xc3], &ty), Ok(value));
    assert_eq!(problem(&[0x81, 0xa1, b'c', 0xc3], &ty), "there is no attribute \"c\"");
    let long = [&[0x81, 0xd9, 100][..], &[b'c'; 100], &[0xc3]].concat();
    assert_eq!(problem(&long, &ty), format!("there is no attribute {:?}", "c".repeat(64)));
    let error = encode(&Value::object([("c", Value::Null)]), &ty).unwrap_err();
    assert_eq!(error.to_string(), "there is no attribute \"c\"");
}

#[test]
fn bytes_of_another_type_say_what_is_expected() {
    for (ty, expected) in [
        (Type::Bool, "a bool is expected"),
        (Type::Number, "a number is expected"),
        (Type::String, "a string is expected"),
        (Type::list(Type::Bool), "a sequence is expected"),
        (Type::set(Type::Bool), "a sequence is expected"),
        (Type::Tuple(vec![Type::Bool]), "a sequence is expected"),
        (Type::map(Type::Bool), "a map is expected"),
        (Type::object([("a", Type::Bool)]), "a map is expected"),
        (Type::Dynamic, "a sequence is expected"),
    ] {
        // 0xc1 is the one byte that means nothing in MessagePack.
        assert_eq!(problem(&[0xc1], &ty), expected);
    }
    assert_eq!(problem(&[], &Type::Bool), "the bytes end too early");
    assert_eq!(problem(&[0xa2, b'a'], &Type::String), "the bytes end too early");
    assert_eq!(problem(&[0xa1, 0xff], &Type::String), "a string that is not UTF-8");
    assert_eq!(problem(&[0xc3, 0xc3], &Type::Bool), "bytes follow the value");
    let pair = Type::Tuple(vec![Type::Bool, Type::Bool]);
    assert_eq!(problem(&[0x91, 0xc3], &pair), "1 elements where the tuple has another number");
    assert_eq!(problem(&[0x93, 0xc3, 0xc3, 0xc3], &pair), "3 elements where the tuple has another number");
}

#[test]
fn a_dynamic_value_and_a_bound_have_two_parts() {
    assert_eq!(problem(&[0x91, 0xc3], &Type::Dynamic), "a dynamic value has two parts");
    let notation =
        |text: &str| [&[0x92, 0xc4, u8::try_from(text.len()).unwrap()][..], text.as_bytes(), &[0xc3]].concat();
    let error = problem(&notation("\"nothing\""), &Type::Dynamic);
    assert_eq!(error, "the type of a dynamic value: \"nothing\" is not the notation of a type");
    assert!(problem(&notation("{"), &Type::Dynamic).starts_with("the type of a dynamic value: "));
    // Dynamic inside dynamic says nothing more.
    let inner = notation("\"bool\"");
    let outer = [&[0x92, 0xc4, 9][..], b"\"dynamic\"", &inner].concat();
    assert_eq!(decode(&outer, &Type::Dynamic), Ok(Value::Dynamic(Box::new((Type::Bool, true.into())))));

    let bound = |parts: &[u8]| [&[0xc7, u8::try_from(parts.len()).unwrap() + 2, 12, 0x81, 3][..], parts].concat();
    assert_eq!(problem(&bound(&[0x91, 1]), &Type::Number), "a bound has two parts");
    assert_eq!(problem(&bound(&[0x92, 1, 1]), &Type::Number), "a bool is expected");
}

#[test]
fn an_error_says_where_in_the_value_it_is() {
    let (bad, ty) = (Value::from("no bool"), Type::Bool);
    let good = || Value::from(true);
    let object = Value::object([("a", good()), ("b", bad.clone())]);
    for (value, ty, place) in [
        (Value::List(vec![good(), bad.clone()]), Type::list(ty.clone()), "[1]: "),
        (Value::Tuple(vec![good(), bad.clone()]), Type::Tuple(vec![ty.clone(), ty.clone()]), "[1]: "),
        (
            Value::Map([("a".to_owned(), good()), ("b".to_owned(), bad.clone())].into()),
            Type::map(ty.clone()),
            "[\"b\"]: ",
        ),
        (object, Type::object([("a", ty.clone()), ("b", ty.clone())]), "b: "),
        // An element of a set has no path of its own.
        (Value::set(vec![good(), bad]), Type::set(ty), ""),
    ] {
        let error = encode(&value, &ty).unwrap_err();
        assert_eq!(error.to_string(), format!("{place}the value is not of type \"bool\""));
    }
    let nested = Type::object([("a", Type::set(Type::object([("b", Type::Bool)])))]);
    let error = encode(&Value::object([("a", Value::set(vec![Value::object([("b", Value::from(1))])]))]), &nested);
    assert_eq!(error.unwrap_err().to_string(), "a: in an element, b: the value is not of type \"bool\"");
    let two = Type::object([("a", Type::Bool), ("b", Type::Bool)]);
    let bytes = [0x81, 0xa1, b'a', 0x91, 0x81, 0xa1, b'b', 1];
    let error = decode(&bytes, &nested).unwrap_err();
    assert_eq!(
        (error.path.to_string().as_str(), error.problem.as_str()),
        ("a", "in an element, b: a bool is expected")
    );
    assert_eq!(problem(&[0x92, 0xc3, 1], &Type::list(Type::Bool)), "[1]: a bool is expected");
    assert_eq!(problem(&[0x92, 0xc3, 1], &Type::set(Type::Bool)), "a bool is expected");
    assert_eq!(problem(&[0x92, 0xc3, 1], &Type::Tuple(vec![Type::Bool; 2])), "[1]: a bool is expected");
    assert_eq!(
        problem(&[0x82, 0xa1, b'a', 0xc3, 0xa1, b'b', 1], &Type::map(Type::Bool)),
        "[\"b\"]: a bool is expected"
    );
    assert_eq!(problem(&[0x82, 0xa1, b'a', 0xc3, 0xa1, b'b', 1], &two), "b: a bool is expected");
}

#[test]
fn a_tuple_of_another_length_is_not_of_its_type() {
    let pair = Type::Tuple(vec![Type::Bool, Type::Bool]);
    let error = encode(&Value::Tuple(vec![true.into()]), &pair).unwrap_err();
    assert_eq!(error.to_string(), "the value is not of type [\"tuple\",[\"bool\",\"bool\"]]");
}

#[test]
fn values_lie_in_others_only_so_deep() {
    // Each dynamic value names the type of the next: a tuple of one dynamic value.
    let nested = |depth| {
        let level = [&[0x92, 0xc4, 21][..], br#"["tuple",["dynamic"]]"#, &[0x91]].concat();
        [level.repeat(depth), vec![0xc0]].concat()
    };
    assert!(decode(&nested(100), &Type::Dynamic).is_ok());
    let error = decode(&nested(200_000), &Type::Dynamic).unwrap_err();
    assert_eq!(error.problem, "values lie in more than 256 others");
    let dynamic = [&[0x92, 0xc4, 9][..], br#""dynamic""#].concat().repeat(200_000);
    assert_eq!(problem(&dynamic, &Type::Dynamic), "values lie in more than 256 others");
}
