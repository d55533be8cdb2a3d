//! What people set: in a configuration, in a variable, in a member of a file.
//!
//! One rule for all of it, and for every cloud. Whoever hands a value over through a pipeline cannot always leave it
//! out, and hands over an empty one instead; and a value that was read from a file ends with that file's line break.
//! So the white space around a value is not part of it, and an empty value is none.

use serde_json::Value;

use crate::Secret;

/// The text without the white space around it; `None` where nothing is left.
pub fn set(text: Option<String>) -> Option<String> {
    let text = text?;
    match text.trim() {
        "" => None,
        trimmed if trimmed.len() == text.len() => Some(text),
        trimmed => Some(trimmed.to_owned()),
    }
}

/// The same for a password, of which spaces may be a part: only the line breaks at its end are not.
pub fn set_password(password: Option<Secret>) -> Option<Secret> {
    let password = password?;
    let text = password.expose().trim_end_matches(['\r', '\n']);
    if text.trim().is_empty() { None } else { Some(text.into()) }
}

/// The same for the id of an access key, or a part of it that is no secret; `setting` is what holds it.
///
/// # Errors
/// A sentence that names the setting, where its text has a character that no key and no token has.
pub fn set_key(setting: &str, text: Option<String>) -> Result<Option<String>, String> {
    let text = set(text);
    match &text {
        Some(text) if !text.bytes().all(|byte| byte.is_ascii_graphic()) => Err(format!(
            "{setting} has white space, a line break or another character within it that no key and no token has: it \
             may have been copied with more than belongs to it"
        )),
        _ => Ok(text),
    }
}

/// The same for a secret key or a token.
///
/// # Errors
/// Those of [`set_key`].
pub fn set_secret(setting: &str, secret: Option<Secret>) -> Result<Option<Secret>, String> {
    Ok(set_key(setting, secret.map(|secret| secret.expose().to_owned()))?.map(Secret::from))
}

/// The same for a text without which nothing can be done; `setting` is what holds it.
///
/// # Errors
/// A sentence that names the setting, where nothing is left.
pub fn set_required(setting: &str, text: String) -> Result<String, String> {
    set(Some(text)).ok_or_else(|| format!("{setting} is empty"))
}

/// Takes the white space around all texts of a file's JSON, and takes out the members that then hold nothing.
pub(crate) fn settle(json: &mut Value) {
    match json {
        Value::String(text) => *text = text.trim().to_owned(),
        Value::Array(elements) => elements.iter_mut().for_each(settle),
        Value::Object(members) => {
            members.values_mut().for_each(settle);
            members.retain(|_, member| !matches!(member, Value::String(text) if text.is_empty()));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_empty_is_not_set_and_white_space_is_not_part_of_a_value() {
        for (text, expected) in
            [("", None), (" \r\n\t", None), ("a", Some("a")), ("a\n", Some("a")), (" a b\r\n", Some("a b"))]
        {
            assert_eq!(set(Some(text.to_owned())).as_deref(), expected, "{text:?}");
        }
        assert_eq!(set(None), None);
    }

    #[test]
    fn a_password_keeps_its_spaces_and_loses_the_line_breaks_at_its_end() {
        for (text, expected) in
            [("", None), (" \n", None), (" a b ", Some(" a b ")), ("a\r\n", Some("a")), ("\na", Some("\na"))]
        {
            let password = set_password(Some(Secret::from(text)));
            assert_eq!(password.as_ref().map(Secret::expose), expected, "{text:?}");
        }
        assert_eq!(set_password(None), None);
    }

    #[test]
    fn a_key_with_something_else_within_it_names_its_setting_and_is_not_quoted() {
        assert_eq!(set_key("access_key", Some("LTAI+/=-_.~\r\n".to_owned())).unwrap().unwrap(), "LTAI+/=-_.~");
        assert_eq!(set_key("access_key", Some("\n".to_owned())).unwrap(), None);
        let secret = |text: &str| set_secret("secret_key", Some(Secret::from(text)));
        assert_eq!(secret(" the-secret\n").unwrap(), Some(Secret::from("the-secret")));
        for text in ["the secret", "the\nsecret", "\u{feff}the-secret", "the-secret\u{200b}", "the-secr\u{e9}t"] {
            let refusal = secret(text).unwrap_err();
            assert!(refusal.starts_with("secret_key has white space"), "{text:?}: {refusal}");
            assert!(!refusal.contains("secr\u{e9}t") && !refusal.contains("the-"), "{text:?}: {refusal}");
        }
    }

    #[test]
    fn what_is_needed_and_empty_is_an_error_that_names_it() {
        assert_eq!(set_required("role_arn", " arn\n".to_owned()).unwrap(), "arn");
        assert_eq!(set_required("role_arn", " ".to_owned()).unwrap_err(), "role_arn is empty");
    }

    #[test]
    fn members_of_a_file_that_hold_nothing_are_taken_out() {
        let mut json = json!({ "current": " a ", "profiles": [{ "name": "a\n", "mode": "", "n": 0, "x": null }] });
        settle(&mut json);
        assert_eq!(json, json!({ "current": "a", "profiles": [{ "name": "a", "n": 0, "x": null }] }));
    }
}
