//! Typed access to decoded parameters, with the checks that many operations share.

use jiff::{Timestamp, tz::Offset};
use serde_json::{Map, Value, json};

use super::super::errors::Error;
use crate::{
    call,
    world::{DeliveryGroup, World},
};

/// The parameters of a call.
pub(crate) struct Arguments<'a> {
    values: &'a Map<String, Value>,
}

/// A page of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// From 1.
    pub number: usize,
    /// 1 to 100.
    pub size: usize,
}

impl<'a> Arguments<'a> {
    pub(crate) fn new(values: &'a Map<String, Value>) -> Self {
        Self { values }
    }

    /// A parameter as it came.
    pub(crate) fn value(&self, name: &str) -> Option<&'a Value> {
        self.values.get(name).filter(|value| !value.is_null())
    }

    /// A text that is there and not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.value(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A text that must be there.
    pub(crate) fn need(&self, name: &str) -> Result<&'a str, Error> {
        self.text(name).ok_or_else(|| Error::missing(name))
    }

    /// A whole number.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.value(name).and_then(Value::as_i64)
    }

    /// A truth value.
    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        self.value(name).and_then(Value::as_bool)
    }

    /// A list of texts; empty where it is absent.
    pub(crate) fn texts(&self, name: &str) -> Vec<&'a str> {
        self.list(name).iter().filter_map(Value::as_str).collect()
    }

    /// A list of `Key` and `Value`.
    pub(crate) fn tags(&self, name: &str) -> Vec<(&'a str, Option<&'a str>)> {
        let tags = self.list(name).iter();
        tags.filter_map(|tag| Some((tag["Key"].as_str()?, tag["Value"].as_str()))).collect()
    }

    /// `PageNumber` and `PageSize`.
    pub(crate) fn page(&self) -> Page {
        let number = |name: &str| self.integer(name).and_then(|given| usize::try_from(given).ok());
        Page { number: number("PageNumber").unwrap_or(1), size: number("PageSize").unwrap_or(10) }
    }

    fn list(&self, name: &str) -> &'a [Value] {
        self.value(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether `value` is what the parameter asks for; where it is not given, everything is.
    pub(crate) fn asks_for(&self, name: &str, value: &str) -> bool {
        self.text(name).is_none_or(|wanted| wanted == value)
    }

    /// Whether what the parameter asks for is a part of `value`.
    pub(crate) fn asks_for_part(&self, name: &str, value: &str) -> bool {
        self.text(name).is_none_or(|wanted| value.contains(wanted))
    }

    /// Whether `value` is among what the parameter lists.
    pub(crate) fn asks_for_one(&self, name: &str, value: &str) -> bool {
        let wanted = self.list(name);
        wanted.is_empty() || wanted.iter().any(|wanted| wanted == value)
    }

    /// The page of `rows` that is asked for, under `name`, with its number, its size and how many rows there are.
    pub(crate) fn paged<T>(&self, name: &str, rows: Vec<T>, model: impl FnMut(T) -> Value) -> Value {
        let (Page { number, size }, total) = (self.page(), rows.len());
        let models: Vec<Value> = call::page(rows.into_iter(), number, size).into_iter().map(model).collect();
        json!({ (name): models, "PageNumber": number, "PageSize": size, "TotalCount": total })
    }

    /// `BizRegionId`, which must be a region of the service.
    pub(crate) fn region(&self, world: &World) -> Result<Option<&'a str>, Error> {
        let Some(region) = self.text("BizRegionId") else {
            return Ok(None);
        };
        if world.alibaba.regions.iter().any(|known| known.id == region) {
            Ok(Some(region))
        } else {
            Err(Error::invalid("BizRegionId"))
        }
    }

    /// The group that `AppInstanceGroupId` names, of the product that `ProductType` names, in the region that
    /// `BizRegionId` names, where these are given.
    pub(crate) fn group<'w>(&self, world: &'w World) -> Result<(&'a str, &'w DeliveryGroup), Error> {
        let product = self.text("ProductType");
        let region = self.region(world)?;
        let id = self.need("AppInstanceGroupId")?;
        let group = world.alibaba.delivery_groups.get(id).ok_or_else(Error::unknown_group)?;
        let is_elsewhere = region.is_some_and(|region| region != group.region_id)
            || product.is_some_and(|product| product != group.product_type);
        if is_elsewhere { Err(Error::unknown_group()) } else { Ok((id, group)) }
    }
}

/// A time as the service writes it: milliseconds, at the offset of China.
pub(crate) fn time(at: Timestamp) -> String {
    at.to_zoned(Offset::constant(8).to_time_zone()).strftime("%Y-%m-%dT%H:%M:%S.%3f%:z").to_string()
}

/// A time as the service's newer operations write it: milliseconds, in UTC.
pub(crate) fn utc_time(at: Timestamp) -> String {
    at.to_zoned(Offset::UTC.to_time_zone()).strftime("%Y-%m-%dT%H:%M:%S.%3f%:z").to_string()
}
