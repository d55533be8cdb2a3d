//! Numbers of any size and precision.

use std::{borrow::Cow, cmp::Ordering, fmt, str::FromStr};

use bigdecimal::{BigDecimal, FromPrimitive, ToPrimitive};

/// A number, exact whatever its size and precision.
///
/// Equal numbers are equal whichever way they came: `1`, `1.0` and `10e-1` are the same.
///
/// ```
/// use tfplug::value::Number;
///
/// let long: Number = "12345678901234567890.000000000000000001".parse().unwrap();
/// assert_eq!(long.to_string(), "12345678901234567890.000000000000000001");
/// assert_eq!("1.50".parse::<Number>().unwrap(), "15e-1".parse().unwrap());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(Repr);

/// One number has one representation: the first of these that can hold it exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Repr {
    Int(i64),
    /// By its bits, so that equality is total. Never NaN.
    Float(u64),
    /// Normalized: no trailing zeros in the digits.
    Decimal(BigDecimal),
}

/// How a number is written in MessagePack: as the shortest form that loses nothing.
pub(super) enum Wire<'a> {
    Int(i64),
    Float(f64),
    Text(Cow<'a, BigDecimal>),
}

/// A text that is not a number, or one too long to be worked with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a number")]
pub struct NumberError(String);

// Beyond this, writing a number out in digits would let a few bytes of input take gigabytes. Terraform's own numbers
// have 512 bits of precision and end far below. The digits are those that are written, so that what is written is read.
const MAX_EXPONENT: i64 = 20_000;
const MAX_DIGITS: usize = 20_000;

/// As many characters of a number are read without counting.
const BRIEF: usize = 40;

impl Number {
    /// The number as a 64-bit integer, where it is one.
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(int) => Some(int),
            Repr::Float(_) | Repr::Decimal(_) => None,
        }
    }

    /// The number as a 64-bit integer without a sign, where it is one.
    pub fn as_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Int(int) => u64::try_from(*int).ok(),
            Repr::Float(bits) => BigDecimal::from_f64(f64::from_bits(*bits)).as_ref().and_then(natural),
            Repr::Decimal(decimal) => natural(decimal),
        }
    }

    /// The nearest floating point number.
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            #[allow(clippy::cast_precision_loss)]
            Repr::Int(int) => *int as f64,
            Repr::Float(bits) => f64::from_bits(*bits),
            Repr::Decimal(decimal) => nearest_float(decimal),
        }
    }

    /// A floating point number, exactly: `0.1_f64` is not one tenth.
    ///
    /// # Errors
    /// When it is not a number.
    pub fn from_f64(float: f64) -> Result<Self, NumberError> {
        if float.is_nan() {
            return Err(NumberError("NaN".to_owned()));
        }
        // 2^63 is the first float that an i64 cannot hold.
        if float.trunc() == float && (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float) {
            #[allow(clippy::cast_possible_truncation)]
            return Ok(Self(Repr::Int(float as i64)));
        }
        Ok(Self(Repr::Float(float.to_bits())))
    }

    fn from_decimal(decimal: BigDecimal) -> Self {
        if decimal.is_integer()
            && let Some(int) = decimal.to_i64()
        {
            return Self(Repr::Int(int));
        }
        let float = nearest_float(&decimal);
        if float.is_finite() && BigDecimal::from_f64(float).is_some_and(|back| back == decimal) {
            return Self(Repr::Float(float.to_bits()));
        }
        Self(Repr::Decimal(decimal.normalized()))
    }

    pub(super) fn wire(&self) -> Wire<'_> {
        match &self.0 {
            Repr::Int(int) => Wire::Int(*int),
            Repr::Float(bits) => {
                let float = f64::from_bits(*bits);
                // A float is 53 bits to Terraform, which stores it in as few digits as tell it from other floats and
                // reads those as 512 bits: another number, unless the few digits are all that it has.
                match self.to_decimal() {
                    Some(exact) if BigDecimal::from_str(&float.to_string()).is_ok_and(|stored| stored != exact) => {
                        Wire::Text(Cow::Owned(exact))
                    }
                    _ => Wire::Float(float),
                }
            }
            Repr::Decimal(decimal) => Wire::Text(Cow::Borrowed(decimal)),
        }
    }

    /// For a message: as it is, or rounded and with an exponent where that would fill the screen.
    pub(crate) fn brief(&self) -> String {
        let whole = self.to_string();
        match self.to_decimal() {
            Some(decimal) if whole.len() > BRIEF => decimal.with_prec(20).normalized().to_scientific_notation(),
            _ => whole,
        }
    }

    /// `None` for the infinities, which have no digits.
    fn to_decimal(&self) -> Option<BigDecimal> {
        match &self.0 {
            Repr::Int(int) => Some(BigDecimal::from(*int)),
            Repr::Float(bits) => BigDecimal::from_f64(f64::from_bits(*bits)),
            Repr::Decimal(decimal) => Some(decimal.clone()),
        }
    }
}

/// The nearest of all floats, which bigdecimal's own conversion does not always find.
fn nearest_float(decimal: &BigDecimal) -> f64 {
    // Decimal notation is a number to the standard library, whatever its length.
    decimal.to_scientific_notation().parse().unwrap_or(f64::NAN)
}

/// The number as an integer of 64 bits without a sign.
fn natural(decimal: &BigDecimal) -> Option<u64> {
    // What has a fraction would be cut off.
    decimal.is_integer().then(|| decimal.to_u64()).flatten()
}

/// How many digits a normalized number has without an exponent, but for a zero before the point.
fn written_digits(decimal: &BigDecimal) -> u64 {
    let (digits, after_point) = (decimal.digits(), decimal.fractional_digit_count());
    if after_point < 0 { digits + after_point.unsigned_abs() } else { digits.max(after_point.unsigned_abs()) }
}

impl From<i64> for Number {
    fn from(int: i64) -> Self {
        Self(Repr::Int(int))
    }
}

impl From<u64> for Number {
    fn from(int: u64) -> Self {
        i64::try_from(int).map_or_else(|_| Self::from_decimal(BigDecimal::from(int)), Self::from)
    }
}

impl FromStr for Number {
    type Err = NumberError;

    /// Reads decimal notation, with an exponent or without, and `Infinity`, `-Infinity` as Terraform writes them.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        if let Ok(int) = text.parse::<i64>() {
            return Ok(Self::from(int));
        }
        let fail = || NumberError(text.chars().take(64).collect());
        match text {
            "Infinity" | "+Infinity" | "Inf" | "+Inf" => return Self::from_f64(f64::INFINITY),
            "-Infinity" | "-Inf" => return Self::from_f64(f64::NEG_INFINITY),
            _ => {}
        }
        if text.len() > "-0.".len() + MAX_DIGITS {
            return Err(fail());
        }
        let exponent = text.split_once(['e', 'E']).map_or(Ok(0), |(_, exponent)| exponent.parse::<i64>());
        if !exponent.is_ok_and(|exponent| exponent.abs() <= MAX_EXPONENT) {
            return Err(fail());
        }
        let decimal = BigDecimal::from_str(text).map_err(|_| fail())?.normalized();
        if written_digits(&decimal) > MAX_DIGITS as u64 { Err(fail()) } else { Ok(Self::from_decimal(decimal)) }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0, self.to_decimal()) {
            (Repr::Int(int), _) => int.fmt(f),
            (_, Some(decimal)) => f.write_str(&decimal.normalized().to_plain_string()),
            (Repr::Float(bits), None) if f64::from_bits(*bits).is_sign_negative() => f.write_str("-Infinity"),
            _ => f.write_str("Infinity"),
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Repr::Int(a), Repr::Int(b)) = (&self.0, &other.0) {
            return a.cmp(b);
        }
        match (self.to_decimal(), other.to_decimal()) {
            (Some(a), Some(b)) => a.cmp(&b),
            // An infinity lies beyond everything that has digits.
            (None, Some(_)) => self.infinity_sign().cmp(&0),
            (Some(_), None) => 0.cmp(&other.infinity_sign()),
            (None, None) => self.infinity_sign().cmp(&other.infinity_sign()),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Number {
    fn infinity_sign(&self) -> i8 {
        match &self.0 {
            Repr::Float(bits) if f64::from_bits(*bits).is_sign_negative() => -1,
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        text.parse().unwrap()
    }

    #[test]
    fn only_whole_numbers_of_64_bits_are_integers() {
        for int in [0, 7, -7, i64::MIN, i64::MAX] {
            assert_eq!(Number::from(int).as_i64(), Some(int));
            assert_eq!(number(&int.to_string()).as_i64(), Some(int));
        }
        assert_eq!(number("70e-1").as_i64(), Some(7));
        for text in ["0.5", "9223372036854775808", "-9223372036854775809", "Infinity", "0.1"] {
            assert_eq!(number(text).as_i64(), None, "{text}");
        }
    }

    #[test]
    fn the_nearest_float_is_given_for_every_number() {
        for (text, float) in
            [("3", 3.0), ("0.5", 0.5), ("-0.1", -0.1), ("1e30", 1e30), ("-Infinity", f64::NEG_INFINITY)]
        {
            assert_eq!(number(text).as_f64().to_bits(), f64::to_bits(float), "{text}");
        }
    }

    #[test]
    fn the_longest_number_is_read_as_it_is_written() {
        for text in ["1e19999", "-1e19999", "-1e-20000", "12e-20000", "-1234e-19998"] {
            assert_eq!(number(&number(text).to_string()), number(text), "{text}");
        }
    }

    #[test]
    fn the_nearest_float_is_the_one_that_rust_finds() {
        for exponent in -320..309 {
            for digits in ["2", "-20004", "8.5", "9007199254740993"] {
                let text = format!("{digits}e{exponent}");
                let float: f64 = text.parse().unwrap();
                assert_eq!(number(&text).as_f64().to_bits(), (float + 0.0).to_bits(), "{text}");
                // One that is a float in every digit is that float, whichever way it came.
                if float.is_finite() {
                    let exact = Number::from_f64(float).unwrap();
                    assert_eq!(number(&exact.to_string()), exact, "{text}");
                }
            }
        }
    }

    #[test]
    fn a_float_is_the_number_that_it_exactly_is() {
        assert_eq!(Number::from_f64(3.0).unwrap(), Number::from(3_i64));
        assert_eq!(Number::from_f64(0.5).unwrap(), number("0.5"));
        assert_ne!(Number::from_f64(0.1).unwrap(), number("0.1"));
        // The last float that an i64 can hold, and the first that it cannot.
        assert_eq!(Number::from_f64(-9_223_372_036_854_775_808.0).unwrap().as_i64(), Some(i64::MIN));
        let beyond = Number::from_f64(9_223_372_036_854_775_808.0).unwrap();
        assert_eq!((beyond.as_i64(), beyond.to_string().as_str()), (None, "9223372036854775808"));
        assert_eq!(beyond.as_u64(), Some(1 << 63));
        assert_eq!(Number::from_f64(f64::NAN).unwrap_err().to_string(), "\"NaN\" is not a number");
    }

    #[test]
    fn equal_numbers_are_equal_however_they_are_written() {
        for (one, other) in [("1", "1.0"), ("1", "10e-1"), ("1E2", "100"), ("0.10", "0.1"), ("+Inf", "Infinity")] {
            assert_eq!(number(one), number(other));
            assert!(number(one).cmp(&number(other)).is_eq(), "{one} {other}");
        }
        assert_eq!(Number::from(u64::MAX), number("18446744073709551615"));
        assert_eq!(Number::from(7_u64), Number::from(7_i64));
        for (text, natural) in [
            ("7", Some(7)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("9999999999999999999.5", None),
            ("-1", None),
            ("0.5", None),
            ("1e30", None),
            ("Inf", None),
        ] {
            assert_eq!(number(text).as_u64(), natural, "{text}");
        }
    }

    #[test]
    fn a_number_is_written_in_digits() {
        for (text, written) in [
            ("1.50", "1.5"),
            ("1e3", "1000"),
            ("1e25", "10000000000000000000000000"),
            ("-15e-1", "-1.5"),
            ("0.1", "0.1"),
            ("Inf", "Infinity"),
            ("+Infinity", "Infinity"),
            ("-Inf", "-Infinity"),
        ] {
            assert_eq!(number(text).to_string(), written);
        }
    }

    #[test]
    fn numbers_of_all_kinds_are_in_one_order() {
        let ordered = ["-Infinity", "-1e30", "-2", "-0.5", "0", "0.1", "0.5", "2", "2.1", "1e30", "Infinity"];
        for (position, one) in ordered.iter().enumerate() {
            for (other_position, other) in ordered.iter().enumerate() {
                assert_eq!(number(one).cmp(&number(other)), position.cmp(&other_position), "{one} {other}");
                assert_eq!(number(one).partial_cmp(&number(other)), Some(position.cmp(&other_position)));
            }
        }
    }

    #[test]
    fn what_is_no_number_or_too_long_a_one_is_refused() {
        for text in ["", "abc", "1e", "1.2.3", "0x10", "1e99999999999999999999"] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
        assert!("1e19999".parse::<Number>().is_ok());
        assert!("1e20000".parse::<Number>().is_err());
        assert!("1e-20000".parse::<Number>().is_ok());
        assert!("1e-20001".parse::<Number>().is_err());
        assert!("0.1e-20000".parse::<Number>().is_err());
        assert!("1".repeat(20_000).parse::<Number>().is_ok());
        let error = "1".repeat(20_001).parse::<Number>().unwrap_err();
        assert_eq!(error.to_string(), format!("{:?} is not a number", "1".repeat(64)));
    }
}
