//! What is known of unknown values: made as Terraform would, and from any bytes.

#![no_main]

use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};
use tfplug::{
    Value,
    value::{Number, Refinement, Type, decode, encode},
};

#[derive(Arbitrary, Debug)]
struct Known<'a> {
    null: Option<bool>,
    string_prefix: Option<&'a str>,
    number_min: Option<(&'a str, bool)>,
    number_max: Option<(f64, bool)>,
    length_min: Option<i64>,
    length_max: Option<i64>,
    ty: u8,
    code: i8,
    body: &'a [u8],
}

fuzz_target!(|known: Known<'_>| {
    let types = tfplug_fuzz::types();
    let ty = &types[usize::from(known.ty) % types.len()];
    let refinement = Refinement {
        null: known.null,
        string_prefix: known.string_prefix.map(str::to_owned),
        number_min: known.number_min.and_then(|(text, inclusive)| Some((text.parse().ok()?, inclusive))),
        number_max: known.number_max.and_then(|(float, inclusive)| Some((Number::from_f64(float).ok()?, inclusive))),
        length_min: known.length_min,
        length_max: known.length_max,
    };
    let value = Value::Unknown(refinement.into());
    let sent = encode(&value, ty).expect("an unknown value is of every type");
    assert_eq!(decode(&sent, ty), Ok(value), "all that is known is sent along");

    // The same from any body: MessagePack's `ext 8`, whose length is a byte.
    let body = &known.body[..known.body.len().min(255)];
    let mut bytes = vec![0xc7, u8::try_from(body.len()).unwrap_or(255), known.code.cast_unsigned()];
    bytes.extend_from_slice(body);
    let Ok(value) = decode(&bytes, ty) else { return };
    assert!(value.is_unknown(), "an extension is an unknown value");
    let sent = encode(&value, ty).expect("an unknown value is of every type");
    assert_eq!(decode(&sent, &Type::String), Ok(value), "what was written is read as the same, whatever its type");
});
