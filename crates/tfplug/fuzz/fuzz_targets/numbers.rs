//! Numbers in words.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tfplug::{
    Value,
    value::{Number, Type, decode, encode, from_json, to_json},
};

fuzz_target!(|texts: (&str, &str)| {
    let Ok(number) = texts.0.parse::<Number>() else { return };
    let written = number.to_string();
    assert_eq!(written.parse().as_ref(), Ok(&number), "what was written is read as the same");
    if let Some(int) = number.as_i64() {
        assert_eq!(Number::from(int), number);
    }
    let float = number.as_f64();
    assert!(!float.is_nan(), "every number is near a float");
    let near = Number::from_f64(float).expect("it is a number");
    assert_eq!(near.as_f64().to_bits(), (float + 0.0).to_bits(), "the nearest float of a float is that float");
    if let Ok(exact) = written.parse::<f64>() {
        assert_eq!(exact.to_bits(), float.to_bits(), "{written}: the nearest float is the one that Rust finds");
    }

    let value = Value::Number(number.clone());
    let sent = encode(&value, &Type::Number).expect("a number can be sent");
    assert_eq!(decode(&sent, &Type::Number).as_ref(), Ok(&value), "MessagePack keeps all of it");
    let stored = to_json(&value).expect("a number can be stored");
    assert_eq!(from_json(&stored, &Type::Number), Ok(value), "JSON keeps all of it");

    let Ok(other) = texts.1.parse::<Number>() else { return };
    assert_eq!(number.cmp(&other), other.cmp(&number).reverse(), "the order has two directions");
    assert_eq!(number.cmp(&other).is_eq(), number == other, "only what is equal is neither before nor after");
});
