//! What server groups can be made of: products and quota.

use cloud::{Bounds, Error, null_is_empty};
use reqwest::Method;
use serde::Deserialize;

use super::{Client, ProductInfo, sign::Request};

/// A product: a flavor of server, and what is sold with it.
pub type Product = ProductInfo;

/// The filters of `list_product`; those that are not set let everything pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductFilter {
    /// `product_id`
    pub product_id: Option<String>,
    /// `flavor_id`
    pub flavor_id: Option<String>,
    /// `availability_zone`
    pub availability_zone: Option<String>,
    /// `os_type`: `Linux`, `Windows` or `Other`.
    pub os_type: Option<String>,
    /// `charge_mode`: `1` for subscriptions, `0` for pay-per-use.
    pub charge_mode: Option<String>,
    /// `architecture`: `x86` or `arm`.
    pub architecture: Option<String>,
    /// `package_type`: `general` or `dedicated`.
    pub package_type: Option<String>,
}

/// Products, and what they were asked for (`list_product`).
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct ProductList {
    /// The availability zone.
    pub availability_zone: Option<String>,
    /// The operating system.
    pub os_type: Option<String>,
    /// The products.
    #[serde(deserialize_with = "null_is_empty")]
    pub products: Vec<Product>,
}

/// What to ask the quota for (`check_quota`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuotaQuery {
    /// `product_id`
    pub product_id: Option<String>,
    /// `flavor_id`
    pub flavor_id: Option<String>,
    /// `subscription_num`: how many servers.
    pub subscription_num: Option<i64>,
    /// `disk_size`: of each server, in GB.
    pub disk_size: Option<i64>,
    /// `disk_num`: of each server.
    pub disk_num: Option<i64>,
    /// `is_period`: whether as a subscription.
    pub is_period: Option<bool>,
    /// `deh_id`: the dedicated host.
    pub deh_id: Option<String>,
    /// `cluster_id`: the dedicated storage pool.
    pub cluster_id: Option<String>,
}

/// Whether the quota is enough (`check_quota`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Quota {
    /// Whether it is.
    pub is_enough: Option<bool>,
    /// What is left of each kind.
    #[serde(deserialize_with = "null_is_empty")]
    pub quota_remainder: Vec<QuotaRemainder>,
}

/// What is left of one kind of quota.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct QuotaRemainder {
    /// `GPU_INSTANCES`, `INSTANCES`, `VOLUME_GIGABYTES`, `VOLUMES`, `CORES` or `MEMORY`.
    #[serde(rename = "type")]
    pub quota_type: Option<String>,
    /// What is left.
    pub remainder: Option<i64>,
    /// What is needed.
    pub need: Option<i64>,
}

impl Client {
    /// The products that the filter lets pass (`list_product`).
    ///
    /// # Errors
    /// All that a call can meet.
    pub async fn products(&self, filter: &ProductFilter, bounds: &Bounds) -> Result<ProductList, Error> {
        let request = Request::new(Method::GET, "/product")
            .query("product_id", filter.product_id.as_deref())
            .query("flavor_id", filter.flavor_id.as_deref())
            .query("availability_zone", filter.availability_zone.as_deref())
            .query("os_type", filter.os_type.as_deref())
            .query("charge_mode", filter.charge_mode.as_deref())
            .query("architecture", filter.architecture.as_deref())
            .query("package_type", filter.package_type.as_deref());
        self.read("list_product", "products", request, |_| Ok(()), bounds).await
    }

    /// Whether the quota is enough for some servers (`check_quota`).
    ///
    /// # Errors
    /// All that a call can meet.
    pub async fn check_quota(&self, query: &QuotaQuery, bounds: &Bounds) -> Result<Quota, Error> {
        let request = Request::new(Method::GET, "/check/quota")
            .query("product_id", query.product_id.as_deref())
            .query("flavor_id", query.flavor_id.as_deref())
            .query("subscription_num", query.subscription_num)
            .query("disk_size", query.disk_size)
            .query("disk_num", query.disk_num)
            .query("is_period", query.is_period)
            .query("deh_id", query.deh_id.as_deref())
            .query("cluster_id", query.cluster_id.as_deref());
        let check = |quota: &Quota| match quota.is_enough {
            Some(_) => Ok(()),
            None => Err("it does not say whether the quota is enough".to_owned()),
        };
        self.read("check_quota", "quota", request, check, bounds).await
    }
}
