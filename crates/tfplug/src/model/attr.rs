//! An attribute's value in a model.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{EnumAccess, VariantAccess, Visitor},
};

use super::error::ModelError;
use crate::{diagnostic::Diagnostic, value::Path};

/// The enum name under which [`Attr`] is known to this module's serializer and deserializer.
pub(super) const ATTR: &str = "$tfplug::Attr";
pub(super) const ATTR_VARIANTS: &[&str] = &["Null", "Unknown", "Known"];

/// The value of an attribute: null, not known yet, or known.
///
/// ```
/// use tfplug::Attr;
///
/// let name = Attr::Known("editors".to_owned());
/// assert_eq!(name.as_known().map(String::as_str), Some("editors"));
/// assert!(Attr::<String>::Unknown.as_known().is_none());
/// ```
///
/// The order, by which structs can be in a `BTreeSet`, is that of the variants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attr<T> {
    /// Not set.
    #[default]
    Null,
    /// Only known after apply.
    Unknown,
    /// Set, and known.
    Known(T),
}

impl<T> Attr<T> {
    /// The value, where it is set and known.
    pub fn as_known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The value, where it is set and known.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The value of an attribute without which nothing can be done, for instance of a resource's ID.
    ///
    /// ```
    /// use tfplug::Attr;
    ///
    /// fn delete(id: &Attr<String>) -> tfplug::Result<()> {
    ///     let id: &str = id.require("id")?;
    ///     println!("deleting {id}");
    ///     Ok(())
    /// }
    ///
    /// assert!(delete(&"note-1".into()).is_ok());
    /// assert!(delete(&Attr::Unknown).is_err());
    /// ```
    ///
    /// # Errors
    /// A diagnostic at the attribute, where it is not set or not known. The framework refuses both before it calls a
    /// method for which the attribute is required, so that it is a mistake in the provider to get here; what must never
    /// happen is to go on with an ID that is empty.
    pub fn require(&self, attribute: &'static str) -> Result<&T, Diagnostic> {
        self.as_known().ok_or_else(|| {
            let is = if self.is_null() { "not set" } else { "not known yet" };
            let detail = format!(
                "The value of {attribute} is needed here, and it is {is}. This is a mistake in the provider; please \
                 report it."
            );
            Diagnostic::error(format!("No value for {attribute}"), detail).at(Path::attribute(attribute))
        })
    }

    /// Whether it is not set.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether it is only known after apply.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Whether it is set and known.
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    /// A reference to the value inside.
    pub fn as_ref(&self) -> Attr<&T> {
        match self {
            Self::Null => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::Known(value) => Attr::Known(value),
        }
    }

    /// Changes the value inside, if there is one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Attr<U> {
        match self {
            Self::Null => Attr::Null,
            Self::Unknown => Attr::Unknown,
            Self::Known(value) => Attr::Known(change(value)),
        }
    }

    /// Replaces an unknown value by one that has become known.
    pub fn resolve(&mut self, value: Attr<T>) {
        if self.is_unknown() {
            *self = value;
        }
    }
}

impl Attr<String> {
    /// The text, where it is set and known.
    pub fn as_str(&self) -> Option<&str> {
        self.as_known().map(String::as_str)
    }
}

impl<T> From<T> for Attr<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Option<T>> for Attr<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

impl From<&str> for Attr<String> {
    fn from(text: &str) -> Self {
        Self::Known(text.to_owned())
    }
}

impl<T: Serialize> Serialize for Attr<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit_variant(ATTR, 0, ATTR_VARIANTS[0]),
            Self::Unknown => serializer.serialize_unit_variant(ATTR, 1, ATTR_VARIANTS[1]),
            Self::Known(value) => serializer.serialize_newtype_variant(ATTR, 2, ATTR_VARIANTS[2], value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Attr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum(ATTR, ATTR_VARIANTS, AttrVisitor(PhantomData))
    }
}

struct AttrVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for AttrVisitor<T> {
    type Value = Attr<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute's value")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Attr<T>, A::Error> {
        let (variant, access) = access.variant::<Variant>()?;
        match variant {
            Variant::Null => access.unit_variant().map(|()| Attr::Null),
            Variant::Unknown => access.unit_variant().map(|()| Attr::Unknown),
            Variant::Known => match access.newtype_variant() {
                Ok(value) => Ok(Attr::Known(value)),
                // Something inside is unknown and T cannot say so: then all of it is unknown.
                Err(error) if ModelError::is_unknown(&error.to_string()) => Ok(Attr::Unknown),
                Err(error) => Err(error),
            },
        }
    }
}

#[derive(Deserialize)]
enum Variant {
    Null,
    Unknown,
    Known,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_of_null_unknown_and_known_holds() {
        let known = Attr::Known("a".to_owned());
        for (attribute, null, unknown, is_known) in
            [(Attr::Null, true, false, false), (Attr::Unknown, false, true, false), (known, false, false, true)]
        {
            assert_eq!(attribute.is_null(), null);
            assert_eq!(attribute.is_unknown(), unknown);
            assert_eq!(attribute.is_known(), is_known);
            assert_eq!(attribute.as_str(), is_known.then_some("a"));
            assert_eq!(attribute.as_known().is_some(), is_known);
            assert_eq!(attribute.as_ref().map(String::as_str), attribute.clone().map(|_| "a"));
            assert_eq!(attribute.into_known(), is_known.then(|| "a".to_owned()));
        }
    }

    #[test]
    fn only_the_value_inside_changes() {
        assert_eq!(Attr::Known(2).map(|it| it * 2), Attr::Known(4));
        assert_eq!(Attr::<i64>::Null.map(|it| it * 2), Attr::Null);
        assert_eq!(Attr::<i64>::Unknown.map(|it| it * 2), Attr::Unknown);
    }

    #[test]
    fn only_an_unknown_value_is_resolved() {
        for (mut attribute, expected) in [(Attr::Unknown, 2), (Attr::Known(1), 1)] {
            attribute.resolve(Attr::Known(2));
            assert_eq!(attribute, Attr::Known(expected));
        }
        let mut null = Attr::Null;
        null.resolve(Attr::Known(2));
        assert_eq!(null, Attr::Null);
    }

    #[test]
    fn what_is_there_is_known_and_what_is_not_is_null() {
        assert_eq!(Attr::from(1), Attr::Known(1));
        assert_eq!(Attr::from(Some(1)), Attr::Known(1));
        assert_eq!(Attr::<i64>::from(None), Attr::Null);
        assert_eq!(Attr::from("a"), Attr::Known("a".to_owned()));
        assert_eq!(Attr::<i64>::default(), Attr::Null);
    }
}
