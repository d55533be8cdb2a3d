//! Numbers of any size and precision.

use std::{cmp::Ordering, fmt, str::FromStr};

use bigdecimal::{BigDecimal, FromPrimitive, ToPrimitive, num_bigint::Sign};

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
    Text(&'a BigDecimal),
}

/// A text that is not a number, or one too long to be worked with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a number")]
pub struct NumberError(String);

// Beyond this, writing a number out in digits would let a few bytes of input take gigabytes. Terraform's own numbers
// have 512 bits of precision and end far below.
const MAX_EXPONENT: i64 = 20_000;
const MAX_DIGITS: usize = 20_000;

impl Number {
    /// The number as a 64-bit integer, where it is one.
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(int) => Some(int),
            Repr::Float(_) | Repr::Decimal(_) => None,
        }
    }

    /// The nearest floating point number.
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            #[allow(clippy::cast_precision_loss)]
            Repr::Int(int) => *int as f64,
            Repr::Float(bits) => f64::from_bits(*bits),
            Repr::Decimal(decimal) => decimal.to_f64().unwrap_or(f64::NAN),
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
        if let Some(float) = decimal.to_f64()
            && float.is_finite()
            && BigDecimal::from_f64(float).is_some_and(|back| back == decimal)
        {
            return Self(Repr::Float(float.to_bits()));
        }
        Self(Repr::Decimal(decimal.normalized()))
    }

    pub(super) fn wire(&self) -> Wire<'_> {
        match &self.0 {
            Repr::Int(int) => Wire::Int(*int),
            Repr::Float(bits) => Wire::Float(f64::from_bits(*bits)),
            Repr::Decimal(decimal) => Wire::Text(decimal),
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
        if text.len() > MAX_DIGITS {
            return Err(fail());
        }
        let exponent = text.split_once(['e', 'E']).map_or(Ok(0), |(_, exponent)| exponent.parse::<i64>());
        if !exponent.is_ok_and(|exponent| exponent.abs() <= MAX_EXPONENT) {
            return Err(fail());
        }
        BigDecimal::from_str(text).map(Self::from_decimal).map_err(|_| fail())
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.0, self.to_decimal()) {
            (Repr::Int(int), _) => int.fmt(f),
            (_, Some(decimal)) => f.write_str(&decimal.normalized().to_plain_string()),
            (Repr::Float(bits), None) if f64::from_bits(*bits) < 0.0 => f.write_str("-Infinity"),
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
            Repr::Float(bits) if f64::from_bits(*bits) < 0.0 => -1,
            Repr::Decimal(decimal) if decimal.sign() == Sign::Minus => -1,
            _ => 1,
        }
    }
}
