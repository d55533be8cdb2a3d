//! What the schema asks of values, and when a change replaces the authorization.

use tfplug::{
    Value,
    schema::{plan::AttributePlan, validate::Validator},
};

/// What an AD domain looks like.
pub(super) const DOMAIN: &str = r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,15}";

/// Whether the users come from elsewhere than before.
pub(super) fn is_other_type(attribute: &AttributePlan<'_>) -> bool {
    let is_ad = |value: &Value| *value == Value::String("ad".to_owned());
    attribute.prior.is_some_and(|prior| is_ad(prior) != is_ad(attribute.planned))
}

/// Whether there was a value, so that the new one is another.
pub(super) fn was_set(attribute: &AttributePlan<'_>) -> bool {
    attribute.prior.is_some_and(|prior| !prior.is_null())
}

/// What a copied name often has and no user's name can have.
pub(super) fn tidy() -> Validator {
    Validator::known("no white space around it, no control characters and none that cannot be seen", |configured| {
        let Value::String(text) = configured.value else { return Ok(()) };
        if text.trim() == text && !text.contains(char::is_control) && !text.contains(is_invisible) {
            return Ok(());
        }
        // Which name it is must not be said, so it is told by its length.
        let is_wrong = |(at, sign): &(usize, char)| {
            let is_at_an_end = sign.is_whitespace() && (*at == 0 || at + 1 == text.chars().count());
            sign.is_control() || is_invisible(*sign) || is_at_an_end
        };
        let (at, sign) = text.chars().enumerate().find(is_wrong).unwrap_or_default();
        Err(format!(
            "It must not begin or end with white space, nor hold line breaks, tabs or characters that cannot be seen; \
             in a name of {} characters, character {} is U+{:04X}.",
            text.chars().count(),
            at + 1,
            u32::from(sign)
        ))
    })
}

/// Signs without a width, such as a byte-order mark or a zero-width space: spreadsheets and chats add them.
fn is_invisible(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}
