//! Semantic equality: a value written differently is no difference, and the older writing stays.
//!
//! That holds for numbers whatever their attribute says: a struct with a float cannot hold all digits that a
//! configuration may have, and gives back the nearest that it can.

pub(in crate::server) use crate::value::keep_null_types;
use crate::{
    schema::{Block, walk::each_planned},
    value::{Number, Value},
};

/// Where a new state and an older value say the same in different words, puts the older words into the new state.
pub(super) fn keep_older_writing(block: &Block, state: &mut Value, older: &Value) {
    each_planned(block, state, older, Some(older), &mut |place| {
        let Some(older) = place.prior else { return };
        keep_exact(place.planned, older);
        if place.planned != older && place.attribute.means_the_same(older, place.planned) {
            *place.planned = older.clone();
        }
    });
}

/// Puts what a struct cannot hold back into a value that came through one.
pub(in crate::server) fn keep_exact(new: &mut Value, older: &Value) {
    keep_digits(new, older);
    keep_null_types(new, older);
}

/// Puts the older number where the new one is no other to a float.
fn keep_digits(new: &mut Value, older: &Value) {
    match (&mut *new, older) {
        (Value::Number(number), Value::Number(exact)) => {
            let is_nearest = || exact.as_f64().to_string().parse().is_ok_and(|nearest: Number| nearest == *number);
            if number != exact && is_nearest() {
                number.clone_from(exact);
            }
        }
        (Value::List(new), Value::List(older)) | (Value::Tuple(new), Value::Tuple(older))
            if new.len() == older.len() =>
        {
            new.iter_mut().zip(older).for_each(|(new, older)| keep_digits(new, older));
        }
        (Value::Map(new), Value::Map(older)) | (Value::Object(new), Value::Object(older)) => {
            for (name, new) in new {
                older.get(name).into_iter().for_each(|older| keep_digits(new, older));
            }
        }
        (Value::Set(elements), Value::Set(older)) => {
            let mut elements = std::mem::take(elements);
            for element in &mut elements {
                // The one that it is by its digits, or else the one that it has come from.
                if !older.contains(element) {
                    older.iter().for_each(|older| keep_digits(element, older));
                }
            }
            *new = Value::set(elements);
        }
        (Value::Dynamic(new), Value::Dynamic(older)) if new.0 == older.0 => keep_digits(&mut new.1, &older.1),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Type;

    fn number(text: &str) -> Value {
        Value::Number(text.parse().unwrap())
    }

    #[test]
    fn a_number_that_a_float_cannot_hold_keeps_its_digits_wherever_it_stands() {
        let third = || number("0.33333333333333333333333333333333333");
        let nearest = || number("0.3333333333333333");
        let map = |value| Value::Map([("k".to_owned(), value)].into());
        let wraps: [&dyn Fn(Value) -> Value; 6] = [
            &|value| value,
            &|value| Value::List(vec![number("1"), value]),
            &|value| Value::Tuple(vec![number("1"), value]),
            &|value| Value::set(vec![number("1"), value]),
            &map,
            &|value| Value::object([("a", value)]),
        ];
        for wrap in wraps {
            let mut new = wrap(nearest());
            keep_digits(&mut new, &wrap(third()));
            assert_eq!(new, wrap(third()));
            // Another number is another number, and so is one that has more digits itself.
            for other in ["0.5", "0.33333333333333334", "0.333"] {
                let mut new = wrap(number(other));
                keep_digits(&mut new, &wrap(third()));
                assert_eq!(new, wrap(number(other)));
            }
        }
        let mut new = Value::List(vec![nearest()]);
        keep_digits(&mut new, &Value::List(vec![third(), third()]));
        assert_eq!(new, Value::List(vec![nearest()]), "a list of another length is another list");
        let typed = |value| Value::Dynamic(Box::new((Type::Number, value)));
        let mut new = typed(nearest());
        keep_digits(&mut new, &typed(third()));
        assert_eq!(new, typed(third()));
    }

    #[test]
    fn a_null_of_a_type_keeps_its_type_wherever_it_stands() {
        let typed = |ty: Type, value| Value::Dynamic(Box::new((ty, value)));
        let wraps: [&dyn Fn(Value) -> Value; 6] = [
            &|value| value,
            &|value| Value::List(vec![1.into(), value]),
            &|value| Value::Tuple(vec![1.into(), value]),
            &|value| Value::Map([("k".to_owned(), value)].into()),
            &|value| Value::object([("a", value)]),
            &|value| typed(Type::list(Type::Dynamic), Value::List(vec![value])),
        ];
        for wrap in wraps {
            let mut new = wrap(Value::Null);
            keep_null_types(&mut new, &wrap(typed(Type::String, Value::Null)));
            assert_eq!(new, wrap(typed(Type::String, Value::Null)));
            for other in [Value::Null, "a".into(), typed(Type::Bool, Value::Null), Value::UNKNOWN] {
                let mut new = wrap(other.clone());
                keep_null_types(&mut new, &wrap(typed(Type::String, "old".into())));
                assert_eq!(new, wrap(other));
            }
        }
    }
}
