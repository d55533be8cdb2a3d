//! Regions that have delivery groups.

use cloud::{Bounds, Error};
use serde::Deserialize;

use super::{Client, sign::Parameters};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListAnswer {
    region_models: Vec<Region>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    // This one name is written in lower case by the API.
    #[serde(alias = "RegionId")]
    region_id: Option<String>,
}

impl Client {
    /// The ids of the regions that the service serves (`ListRegions`), in its order.
    ///
    /// # Errors
    /// All that a call can meet.
    pub async fn regions(&self, product_type: Option<&str>, bounds: &Bounds) -> Result<Vec<String>, Error> {
        let parameters = Parameters::new().query("ProductType", product_type);
        let answer: ListAnswer = self.read("ListRegions", "regions", parameters, |_| Ok(()), bounds).await?;
        Ok(answer.region_models.into_iter().filter_map(|region| region.region_id).collect())
    }
}
