//! Values on their way into structs, and back.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tfplug::{
    fuzzing::value_of,
    schema::HasSchema,
    testing::model_of,
    value::{Type, decode, encode},
};
use tfplug_fuzz::{assert_leads_into, assert_of_type, garden::Bed};

static TYPE: LazyLock<Type> = LazyLock::new(|| Bed::schema().ty());

fuzz_target!(|bytes: &[u8]| {
    let ty = &*TYPE;
    let Ok(value) = decode(bytes, ty) else { return };
    // Terraform sends a null as no struct at all.
    if value.is_null() || value.is_unknown() {
        return;
    }
    match model_of::<Bed>(&value) {
        Ok(bed) => {
            let back = value_of(&bed, ty).expect("a struct that was read can be written");
            assert_of_type(&back, ty);
            encode(&back, ty).expect("it can be sent");
            let again: Bed = model_of(&back).expect("what was written can be read");
            assert_eq!(value_of(&again, ty), Ok(back), "and is the same");
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            assert_leads_into(&error.path(), ty);
        }
    }
});
