//! The order in which Terraform goes through a set. Where two earlier elements can each be what a configured one was,
//! it takes the first.

use std::{cmp::Ordering, fmt::Write as _};

use crate::value::Value;

/// Numbers in the text of an element have so many digits at most.
const DIGITS: usize = 10;

/// The elements in Terraform's order.
pub(super) fn in_order(elements: &[Value]) -> Vec<&Value> {
    let mut elements: Vec<_> = elements.iter().map(|it| (it, text(it))).collect();
    elements.sort_by(|(one, text), (other, other_text)| {
        rank(one).cmp(&rank(other)).then_with(|| match (one, other) {
            (Value::String(_), Value::String(_)) | (Value::Bool(_), Value::Bool(_)) => one.cmp(other),
            (Value::Number(one), Value::Number(other)) => one.cmp(other),
            // The order of anything else is that of a text with everything in it.
            _ if one == other => Ordering::Equal,
            _ => text.cmp(other_text),
        })
    });
    elements.into_iter().map(|(element, _)| element).collect()
}

/// What is unknown comes after what is known, and null last.
fn rank(value: &Value) -> u8 {
    if value.is_null() { 2 } else { u8::from(value.is_unknown()) }
}

fn text(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push('~'),
        Value::Unknown(_) => text.push('?'),
        Value::Bool(truth) => text.push(if *truth { 'T' } else { 'F' }),
        Value::Number(number) => text.push_str(&rounded(number.as_f64())),
        Value::String(string) => quote(string, text),
        Value::List(elements) => each(elements.iter(), ['[', ']'], text),
        Value::Set(elements) => each(in_order(elements).into_iter(), ['[', ']'], text),
        Value::Tuple(elements) => each(elements.iter(), ['<', '>'], text),
        Value::Object(attributes) => each(attributes.values(), ['<', '>'], text),
        Value::Map(entries) => {
            text.push('{');
            for (key, element) in entries {
                quote(key, text);
                text.push(':');
                write(element, text);
                text.push(';');
            }
            text.push('}');
        }
        Value::Dynamic(typed) => write(&typed.1, text),
    }
}

fn each<'v>(elements: impl Iterator<Item = &'v Value>, [start, end]: [char; 2], text: &mut String) {
    text.push(start);
    for element in elements {
        write(element, text);
        text.push(';');
    }
    text.push(end);
}

/// As Go writes a number of so many digits: those that there are, with an exponent where it is a small or a large one.
fn rounded(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{number:.*e}", DIGITS - 1);
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let without_zeros = |text: &str| text.trim_end_matches('0').trim_end_matches('.').to_owned();
    match usize::try_from(exponent) {
        Ok(large) if large >= DIGITS => format!("{}e+{large:02}", without_zeros(digits)),
        Ok(whole) if whole == DIGITS - 1 => format!("{number:.0}"),
        Ok(whole) => without_zeros(&format!("{number:.*}", DIGITS - 1 - whole)),
        Err(_) if exponent < -4 => format!("{}e-{:02}", without_zeros(digits), exponent.abs()),
        Err(_) => without_zeros(&format!("{number:.*}", DIGITS - 1 + exponent.unsigned_abs() as usize)),
    }
}

/// As Go quotes a string.
fn quote(string: &str, text: &mut String) {
    text.push('"');
    for char in string.chars() {
        match char {
            '"' | '\\' => text.extend(['\\', char]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\x07' => text.push_str("\\a"),
            '\x08' => text.push_str("\\b"),
            '\x0b' => text.push_str("\\v"),
            '\x0c' => text.push_str("\\f"),
            // Writing to a string cannot fail.
            '\0'..' ' | '\x7f' => drop(write!(text, "\\x{:02x}", u32::from(char))),
            _ => text.push(char),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(elements: &[Value]) -> Vec<Value> {
        in_order(elements).into_iter().cloned().collect()
    }

    #[test]
    fn strings_and_numbers_have_an_order_of_their_own() {
        let numbers = [Value::from(10), Value::from(9), Value::from(-1)];
        assert_eq!(sorted(&numbers), [Value::from(-1), Value::from(9), Value::from(10)]);
        let strings = [Value::from("b"), Value::Null, Value::UNKNOWN, Value::from("a"), Value::from("a\"")];
        assert_eq!(
            sorted(&strings),
            [Value::from("a"), Value::from("a\""), Value::from("b"), Value::UNKNOWN, Value::Null]
        );
    }

    #[test]
    fn objects_are_in_the_order_of_their_text() {
        let object = |a: Value, b: Value| Value::object([("a", a), ("b", b)]);
        // `~` comes after `"` and all digits, and 10 before 9.
        let (text, nine, ten, null) = (
            object("x".into(), Value::Null),
            object(9.into(), Value::Null),
            object(10.into(), Value::Null),
            object(Value::Null, "x".into()),
        );
        let shuffled = [null.clone(), nine.clone(), text.clone(), ten.clone()];
        assert_eq!(sorted(&shuffled), [text, ten, nine, null]);
    }

    #[test]
    fn a_number_has_ten_digits_at_most() {
        for (number, text) in [
            (0.0, "0"),
            (7.0, "7"),
            (100.0, "100"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1_234_567_890.0, "1234567890"),
            (12_345_678_901.0, "1.23456789e+10"),
            (1e30, "1e+30"),
            (2.0 / 3.0, "0.6666666667"),
            (f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(rounded(number), text);
        }
    }

    #[test]
    fn everything_has_a_text() {
        let all = Value::object([
            ("bools", Value::List(vec![true.into(), false.into()])),
            ("map", Value::Map([("k\n".to_owned(), Value::UNKNOWN)].into())),
            ("numbers", Value::Set(vec!["1e30".parse().map(Value::Number).unwrap(), 2.into()])),
            ("tuple", Value::Tuple(vec!["\u{7}\"\\".into(), Value::Null])),
        ]);
        assert_eq!(text(&all), r#"<[T;F;];{"k\n":?;};[2;1e+30;];<"\a\"\\";~;>;>"#);
    }
}
