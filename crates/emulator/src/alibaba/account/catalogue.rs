//! ListRegions, ListZones, ListNodeInstanceType: what there is to choose from.

use serde_json::{Value, json};

use super::super::{errors::Error, request::arguments::Arguments};
use crate::{
    call::Moment,
    world::{NodeInstanceType, World},
};

/// ListRegions.
pub(crate) fn list_regions(world: &World, _arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let regions: Vec<Value> = world.alibaba.regions.iter().map(|region| json!({ "regionId": region.id })).collect();
    Ok(json!({ "RegionModels": regions }))
}

/// ListZones: where a region has resources of the product and the system. There are none for Android.
pub(crate) fn list_zones(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let wanted = arguments.need("BizRegionId")?;
    let mut regions = world.alibaba.regions.iter();
    let region = regions.find(|region| region.id == wanted);
    let region = region.ok_or_else(|| Error::unsupported_value("BizRegionId"))?;
    let zones = match arguments.need("OsType")?.to_ascii_lowercase().as_str() {
        "windows" | "linux" => region.zones.as_slice(),
        "android" => &[],
        _ => return Err(Error::unsupported_value("OsType")),
    };
    Ok(json!({ "ListZonesModel": { "Zones": zones } }))
}

/// ListNodeInstanceType.
pub(crate) fn list_node_instance_types(
    world: &World,
    arguments: &Arguments<'_>,
    _moment: Moment,
) -> Result<Value, Error> {
    let region = arguments.region(world)?;
    let number = |name: &str| arguments.value(name).and_then(Value::as_f64);
    let same = |wanted: Option<f64>, text: &str| wanted.is_none_or(|wanted| text.parse() == Ok(wanted));
    let matches = |id: &str, kind: &NodeInstanceType| {
        region.is_none_or(|region| kind.region_ids.iter().any(|known| known == region))
            && arguments.asks_for("NodeInstanceType", id)
            && arguments.asks_for("NodeInstanceTypeFamily", &kind.family)
            && same(number("Cpu"), &kind.cpu)
            && same(number("Gpu"), &kind.gpu)
            && arguments.integer("Memory").is_none_or(|wanted| wanted == kind.memory)
            && arguments.integer("GpuMemory").is_none_or(|wanted| wanted == kind.gpu_memory)
    };
    let found = world.alibaba.node_instance_types.iter().filter(|(id, kind)| matches(id, kind)).collect();
    Ok(arguments.paged("NodeInstanceTypeModels", found, |(id, kind)| {
        json!({
            "Cpu": kind.cpu,
            "Gpu": kind.gpu,
            "GpuMemory": kind.gpu_memory,
            "MaxCapacity": kind.max_capacity,
            "Memory": kind.memory,
            "NodeInstanceType": id,
            "NodeInstanceTypeFamily": kind.family,
            "NodeTypeName": kind.name,
        })
    }))
}
