//! The notation of types: in schemas and dynamic values.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tfplug::{
    Value,
    value::{Type, decode, encode},
};

fuzz_target!(|text: &[u8]| {
    let Ok(notation) = serde_json::from_slice(text) else { return };
    match Type::from_json(&notation) {
        Ok(ty) => {
            assert_eq!(Type::from_json(&ty.to_json()).as_ref(), Ok(&ty), "what was written is read as the same");
            let bytes = serde_json::from_slice(&ty.to_json_bytes()).expect("the notation is JSON");
            assert_eq!(Type::from_json(&bytes).as_ref(), Ok(&ty), "as bytes too");
            if ty != Type::Dynamic {
                let value = Value::Dynamic(Box::new((ty, Value::UNKNOWN)));
                let sent = encode(&value, &Type::Dynamic).expect("an unknown value is of every type");
                assert_eq!(decode(&sent, &Type::Dynamic), Ok(value), "a value takes its type along");
            }
        }
        Err(error) => assert!(error.to_string().ends_with("is not the notation of a type")),
    }
});
