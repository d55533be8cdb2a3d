//! Reading what services write.

use serde::{Deserialize, Deserializer};

/// A missing list and `null` are the same to both services: nothing.
pub fn null_is_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
