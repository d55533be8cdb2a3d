//! Tags of delivery groups: setting some, and taking some away.

use cloud::{Bounds, Error};

use super::{Client, delivery_groups::named, sign::Parameters};

/// The type of resource that delivery groups are to the operations on tags.
const RESOURCE_TYPE: &str = "APPINSTANCEGROUP";

impl Client {
    /// Gives a delivery group tags (`TagResources`), all or none; a key that it has already gets the new value. At most
    /// 20 of a group's tags are custom ones.
    ///
    /// # Errors
    /// All that a call can meet; code `ResourceTag.CustomTagCountExceed` where there would be too many.
    pub async fn tag_delivery_group(
        &self,
        id: &str,
        region: &str,
        tags: &[(&str, &str)],
        bounds: &Bounds,
    ) -> Result<(), Error> {
        let mut parameters = of(id, region);
        for (at, (key, value)) in (1..).zip(tags) {
            parameters = parameters.body(&format!("Tag.{at}.Key"), *key).body(&format!("Tag.{at}.Value"), *value);
        }
        self.change("TagResources", named(id), parameters, bounds).await
    }

    /// Takes tags away from a delivery group, by their keys (`UntagResources`); one that it does not have is passed
    /// over.
    ///
    /// # Errors
    /// All that a call can meet.
    pub async fn untag_delivery_group(
        &self,
        id: &str,
        region: &str,
        keys: &[&str],
        bounds: &Bounds,
    ) -> Result<(), Error> {
        self.change("UntagResources", named(id), of(id, region).body_list("TagKey", keys.iter().copied()), bounds).await
    }
}

fn of(id: &str, region: &str) -> Parameters {
    Parameters::new().body("ResourceType", RESOURCE_TYPE).body("RegionId", region).body_list("ResourceId", [id])
}
