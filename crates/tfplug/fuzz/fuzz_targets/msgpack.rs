//! Values as Terraform sends them: `tfplugin6.DynamicValue.msgpack`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tfplug::value::{decode, encode};
use tfplug_fuzz::{assert_leads_into, assert_of_type, typed};

fuzz_target!(|input: &[u8]| {
    let Some((ty, bytes)) = typed(input) else { return };
    match decode(bytes, ty) {
        Ok(value) => {
            assert_of_type(&value, ty);
            let written = encode(&value, ty).expect("what was read can be written");
            assert_eq!(decode(&written, ty).as_ref(), Ok(&value), "what was written is read as the same");
            assert_eq!(encode(&value, ty).as_ref(), Ok(&written), "a value is written in one way");
        }
        Err(error) => {
            assert!(!error.problem.is_empty());
            assert_leads_into(&error.path, ty);
        }
    }
});
