//! Two models side by side in one object.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, SeqAccess, Visitor},
    ser::SerializeTupleStruct as _,
};

/// The name under which [`Joined`] is known to this module's serializer and deserializer.
pub(super) const JOINED: &str = "$tfplug::Joined";

/// A model whose attributes are those of two structs: what is one resource's or data source's own, and what several
/// have in common.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use tfplug::{Attr, Joined};
///
/// /// What a list of things can be filtered by, wherever there is one.
/// #[derive(Clone, Serialize, Deserialize)]
/// struct Filter { name: Attr<String>, size: Attr<i64> }
///
/// /// What the data source has beside that.
/// #[derive(Clone, Serialize, Deserialize)]
/// struct Found { ids: Attr<Vec<String>> }
///
/// /// A block with `name`, `size` and `ids`.
/// type Model = Joined<Found, Filter>;
/// ```
///
/// An attribute belongs to one of the two. Serde's `flatten` cannot do this, because it does not know about values that
/// are unknown yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined<A, B> {
    /// What this model has for itself.
    pub own: A,
    /// What it has in common with others.
    pub shared: B,
}

impl<A: Serialize, B: Serialize> Serialize for Joined<A, B> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parts = serializer.serialize_tuple_struct(JOINED, 2)?;
        parts.serialize_field(&self.own)?;
        parts.serialize_field(&self.shared)?;
        parts.end()
    }
}

impl<'de, A: Deserialize<'de>, B: Deserialize<'de>> Deserialize<'de> for Joined<A, B> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple_struct(JOINED, 2, Parts(PhantomData))
    }
}

struct Parts<A, B>(PhantomData<(A, B)>);

impl<'de, A: Deserialize<'de>, B: Deserialize<'de>> Visitor<'de> for Parts<A, B> {
    type Value = Joined<A, B>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object that two structs share")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut parts: S) -> Result<Self::Value, S::Error> {
        match (parts.next_element()?, parts.next_element()?) {
            (Some(own), Some(shared)) => Ok(Joined { own, shared }),
            _ => Err(S::Error::custom("an object has both parts")),
        }
    }
}
