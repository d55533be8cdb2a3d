//! How a world is read: objects are objects.

use serde::de::Error as _;
use serde_json::{Error, Value, json};

use super::World;

impl World {
    /// The world that a text describes.
    ///
    /// # Errors
    /// Where it is not the JSON of one.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Error> {
        let world: Self = serde_json::from_slice(text)?;
        same_form(&serde_json::from_slice(text)?, &json!(world), "the world")?;
        Ok(world)
    }

    /// The world that a value describes.
    ///
    /// # Errors
    /// Where it describes none.
    pub(crate) fn of(value: &Value) -> Result<Self, Error> {
        let world = serde_json::from_value(value.clone())?;
        same_form(value, &json!(world), "the world")?;
        Ok(world)
    }
}

/// Refuses a list in the place of an object. serde takes one for the object's fields in their order, and an empty one
/// for an object of which nothing is said: a whole world would be gone with it.
fn same_form(given: &Value, read: &Value, path: &str) -> Result<(), Error> {
    match (given, read) {
        (Value::Array(_), Value::Object(_)) => Err(Error::custom(format!("{path} is a list, expected an object"))),
        (Value::Object(given), Value::Object(read)) => given.iter().try_for_each(|(name, given)| {
            read.get(name).map_or(Ok(()), |read| same_form(given, read, &format!("{path}.{name}")))
        }),
        (Value::Array(given), Value::Array(read)) => given
            .iter()
            .zip(read)
            .try_for_each(|(given, read)| same_form(given, read, &format!("an element of {path}"))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_world_is_read_as_it_was_written() {
        let text = json!(World::builtin());
        assert_eq!(json!(World::of(&text).unwrap()), text);
        assert_eq!(json!(World::parse(text.to_string().as_bytes()).unwrap()), text);
    }

    #[test]
    fn a_list_is_no_world_and_no_part_of_one() {
        let pool = json!({"alibaba": {"delivery_groups": {"aig-1": {
            "name": "a", "region_id": "r", "image_id": "i", "node_pool": [],
        }}}});
        for (value, place) in [
            (json!([]), "the world is"),
            (json!({"huawei": []}), "the world.huawei is"),
            (pool, "the world.alibaba.delivery_groups.aig-1.node_pool is"),
        ] {
            assert!(World::of(&value).unwrap_err().to_string().starts_with(place), "{value}");
            assert!(World::parse(value.to_string().as_bytes()).unwrap_err().to_string().starts_with(place), "{value}");
        }
        assert!(World::of(&Value::Null).is_err());
    }
}
