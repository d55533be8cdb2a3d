//! ListRegions, ListImage, ListNodeInstanceType: what there is to choose from.

use serde_json::{Value, json};

use super::{
    arguments::{Arguments, time},
    errors::Error,
};
use crate::{
    call::{Moment, page},
    world::{Image, NodeInstanceType, World},
};

/// ListRegions.
pub(super) fn list_regions(world: &World, _arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let regions: Vec<Value> = world.alibaba.regions.iter().map(|region| json!({ "regionId": region.id })).collect();
    Ok(json!({ "RegionModels": regions }))
}

/// ListImage.
pub(super) fn list_images(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let paging = arguments.page();
    let regions = arguments.texts("BizRegionIdList");
    let products = arguments.texts("ProductTypeList");
    let equals = |name: &str, value: &str| arguments.text(name).is_none_or(|wanted| wanted == value);
    let matches = |id: &str, image: &Image| {
        equals("ImageId", id)
            && equals("ImageType", &image.image_type)
            && equals("OsType", &image.os_type)
            && equals("Status", &image.status)
            && equals("ProductType", &image.product_type)
            && (products.is_empty() || products.contains(&image.product_type.as_str()))
            && (regions.is_empty() || image.region_ids.iter().any(|region| regions.contains(&region.as_str())))
            && arguments.text("ImageName").is_none_or(|part| image.name.contains(part))
    };
    let found: Vec<_> = world.alibaba.images.iter().filter(|(id, image)| matches(id, image)).collect();
    let count = found.len();
    let data: Vec<Value> = page(found.into_iter(), paging.number, paging.size)
        .into_iter()
        .map(|(id, image)| image_model(id, image))
        .collect();
    Ok(json!({
        "Code": "success",
        "Success": true,
        "Count": count,
        "Data": data,
        "PageNumber": paging.number,
        "PageSize": paging.size,
    }))
}

fn image_model(id: &str, image: &Image) -> Value {
    let apps: Vec<Value> = image.apps.iter().map(|(id, name)| json!({ "AppId": id, "AppName": name })).collect();
    let distributed: Vec<Value> = image
        .region_ids
        .iter()
        .map(|region| json!({ "ImageId": id, "RegionId": region, "Status": image.status, "Progress": "100%" }))
        .collect();
    json!({
        "AppList": apps,
        "BizType": 1,
        "GmtCreate": time(image.created_at),
        "GmtModified": time(image.created_at),
        "ImageId": id,
        "ImageName": image.name,
        "ImageRegionDistributeList": distributed,
        "ImageRegionList": image.region_ids,
        "ImageType": image.image_type,
        "OsType": image.os_type,
        "ProductType": image.product_type,
        "Status": image.status,
        "SystemDiskSize": image.system_disk_size,
    })
}

/// ListNodeInstanceType.
pub(super) fn list_node_instance_types(
    world: &World,
    arguments: &Arguments<'_>,
    _moment: Moment,
) -> Result<Value, Error> {
    let region = arguments.region(world)?;
    let paging = arguments.page();
    let number = |name: &str| arguments.value(name).and_then(Value::as_f64);
    let same = |wanted: Option<f64>, text: &str| wanted.is_none_or(|wanted| text.parse() == Ok(wanted));
    let matches = |id: &str, kind: &NodeInstanceType| {
        region.is_none_or(|region| kind.region_ids.iter().any(|known| known == region))
            && arguments.text("NodeInstanceType").is_none_or(|wanted| wanted == id)
            && arguments.text("NodeInstanceTypeFamily").is_none_or(|wanted| wanted == kind.family)
            && same(number("Cpu"), &kind.cpu)
            && same(number("Gpu"), &kind.gpu)
            && arguments.integer("Memory").is_none_or(|wanted| wanted == kind.memory)
            && arguments.integer("GpuMemory").is_none_or(|wanted| wanted == kind.gpu_memory)
    };
    let found: Vec<_> = world.alibaba.node_instance_types.iter().filter(|(id, kind)| matches(id, kind)).collect();
    let total = found.len();
    let models: Vec<Value> = page(found.into_iter(), paging.number, paging.size)
        .into_iter()
        .map(|(id, kind)| {
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
        })
        .collect();
    Ok(json!({
        "NodeInstanceTypeModels": models,
        "PageNumber": paging.number,
        "PageSize": paging.size,
        "TotalCount": total,
    }))
}
