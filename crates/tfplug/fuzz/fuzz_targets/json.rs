//! Values as Terraform stores them: `tfplugin6.DynamicValue.json`, `tfplugin6.RawState.json`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tfplug::value::{decode, encode, from_json, to_json};
use tfplug_fuzz::{assert_leads_into, assert_of_type, typed};

fuzz_target!(|input: &[u8]| {
    let Some((ty, text)) = typed(input) else { return };
    let Ok(json) = serde_json::from_slice(text) else { return };
    match from_json(&json, ty) {
        Ok(value) => {
            assert_of_type(&value, ty);
            let written = to_json(&value).expect("nothing that is stored is unknown");
            assert_eq!(from_json(&written, ty).as_ref(), Ok(&value), "what was written is read as the same");
            let text = written.to_string();
            assert_eq!(serde_json::from_str(&text).ok(), Some(written), "the text is read as the same too");
            let sent = encode(&value, ty).expect("what is stored can be sent");
            assert_eq!(decode(&sent, ty), Ok(value), "both encodings know the same values");
        }
        Err(error) => {
            assert!(!error.problem.is_empty());
            assert_leads_into(&error.path, ty);
        }
    }
});
