//! Images: ListImage, CreateImageFromAppInstanceGroup, CreateImageByInstance, StartTaskForDistributeImage, DeleteImage.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    errors::Error,
    request::arguments::{Arguments, time},
    rules::check_debug_mode,
};
use crate::{
    call::{Moment, page},
    clock::later,
    world::{DeliveryGroup, Image, World},
};

/// ListImage.
pub(super) fn list(world: &World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let paging = arguments.page();
    let tags = arguments.tags("TagList");
    let is_anywhere = arguments.texts("BizRegionIdList").is_empty();
    let matches = |id: &str, image: &Image| {
        arguments.asks_for("ImageId", id)
            && arguments.asks_for("ImageType", &image.image_type)
            && arguments.asks_for("OsType", &image.os_type)
            && arguments.asks_for("Status", &image.status)
            && arguments.asks_for("ProductType", &image.product_type)
            && arguments.asks_for_one("ProductTypeList", &image.product_type)
            && (is_anywhere || image.region_ids.iter().any(|region| arguments.asks_for_one("BizRegionIdList", region)))
            && arguments.asks_for_part("ImageName", &image.name)
            && tags.iter().all(|(key, value)| {
                image.tags.get(*key).is_some_and(|present| value.is_none_or(|value| value == present))
            })
    };
    let found: Vec<_> = world.alibaba.images.iter().filter(|(id, image)| matches(id, image)).collect();
    let count = found.len();
    let data: Vec<Value> =
        page(found.into_iter(), paging.number, paging.size).into_iter().map(|(id, image)| model(id, image)).collect();
    Ok(json!({
        "Code": "success",
        "Success": true,
        "Count": count,
        "Data": data,
        "PageNumber": paging.number,
        "PageSize": paging.size,
    }))
}

/// CreateImageFromAppInstanceGroup: what a group in debug mode runs, as an image of its own.
pub(super) fn create_from_group(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let (_, group) = arguments.group(world)?;
    check_debug_mode(group)?;
    let source = Source { group, name: arguments.text("AppCenterImageName"), description: "", tags: BTreeMap::new() };
    let image = source.image(world, moment)?;
    let id = add(world, image);
    Ok(json!({ "ImageId": id }))
}

/// CreateImageByInstance: of a workstation, which is a persistent session of a delivery group. The emulator has no
/// cloud desktops.
pub(super) fn create_from_instance(
    world: &mut World,
    arguments: &Arguments<'_>,
    moment: Moment,
) -> Result<Value, Error> {
    if arguments.need("InstanceType")? == "CloudDesktop" {
        return Err(Error::unknown_resource("CloudDesktop"));
    }
    let group_id = arguments.need("InstanceId")?;
    let group = world.alibaba.delivery_groups.get(group_id).ok_or_else(Error::unknown_group)?;
    let session = arguments.need("SubInstanceId")?;
    if !group.persistent_sessions.contains(session) {
        return Err(Error::unknown_app_instance());
    }
    let tags = arguments.tags("TagList").into_iter();
    let source = Source {
        group,
        name: arguments.text("ImageName"),
        description: arguments.text("Description").unwrap_or_default(),
        tags: tags.map(|(key, value)| (key.to_owned(), value.unwrap_or_default().to_owned())).collect(),
    };
    let image = source.image(world, moment)?;
    let id = add(world, image);
    let task = world.random().uuid().to_string();
    Ok(json!({
        "Code": "success",
        "Success": true,
        "Data": { "ImageId": id, "TaskId": task, "VersionId": version(&id) },
    }))
}

/// StartTaskForDistributeImage: copies an image to further regions; where it is already, or on its way to, nothing
/// happens.
pub(super) fn distribute(world: &mut World, arguments: &Arguments<'_>, moment: Moment) -> Result<Value, Error> {
    let id = arguments.need("ImageId")?;
    let image = world.alibaba.images.get(id).ok_or_else(Error::unknown_image)?;
    if image.status != "AVAILABLE" {
        return Err(Error::image_status(&image.status));
    }
    let known = |region: &str| world.alibaba.regions.iter().any(|known| known.id == region);
    let regions = arguments.texts("DestinationRegionList");
    if regions.is_empty() {
        return Err(Error::missing("DestinationRegionList"));
    }
    if regions.iter().any(|region| !known(region)) {
        return Err(Error::invalid("DestinationRegionList"));
    }
    if arguments.text("SourceRegion").is_some_and(|source| !image.region_ids.iter().any(|region| region == source)) {
        return Err(Error::invalid("SourceRegion"));
    }
    if arguments.text("VersionId").is_some_and(|wanted| wanted != version(id)) {
        return Err(Error::invalid("VersionId"));
    }
    let at = later(moment.now, moment.durations.image_seconds);
    let image = world.alibaba.images.get_mut(id).ok_or_else(Error::unknown_image)?;
    for region in regions {
        if !image.region_ids.iter().any(|known| known == region) {
            image.arriving.entry(region.to_owned()).or_insert(at);
        }
    }
    world.schedule(at);
    let task = world.random().uuid().to_string();
    Ok(json!({ "Code": "success", "Success": true, "Data": task }))
}

/// DeleteImage: one of the account's own that no delivery group runs or is being moved to.
pub(super) fn delete(world: &mut World, arguments: &Arguments<'_>, _moment: Moment) -> Result<Value, Error> {
    let id = arguments.need("ImageId")?;
    let image = world.alibaba.images.get(id).ok_or_else(Error::unknown_image)?;
    if image.image_type == "System" {
        return Err(Error::system_image());
    }
    if !image.arriving.is_empty() {
        return Err(Error::image_status("DISTRIBUTING"));
    }
    if world.alibaba.delivery_groups.iter().any(|(_, group)| group.uses_image(id)) {
        return Err(Error::image_in_use());
    }
    world.alibaba.images.remove(id);
    Ok(json!({ "Code": "200", "Success": true, "Data": true }))
}

/// What an image is made of.
struct Source<'w> {
    group: &'w DeliveryGroup,
    name: Option<&'w str>,
    description: &'w str,
    tags: BTreeMap<String, String>,
}

impl Source<'_> {
    /// The image, of which the making has begun. It is in the region of what it is made of.
    fn image(self, world: &World, moment: Moment) -> Result<Image, Error> {
        let group = self.group;
        if group.status != "PUBLISHED" {
            return Err(Error::group_status(&group.status));
        }
        let base = world.alibaba.images.get(&group.image_id).ok_or_else(Error::unknown_image)?;
        Ok(Image {
            name: self.name.unwrap_or(&base.name).to_owned(),
            region_ids: vec![group.region_id.clone()],
            status: "CREATING".to_owned(),
            image_type: "User".to_owned(),
            fails_to_deploy: false,
            description: self.description.to_owned(),
            tags: self.tags,
            ready_at: Some(later(moment.now, moment.durations.image_seconds)),
            arriving: BTreeMap::new(),
            created_at: moment.now,
            ..base.clone()
        })
    }
}

fn add(world: &mut World, image: Image) -> String {
    let id = world.random().id("img-", 16);
    if let Some(at) = image.ready_at {
        world.schedule(at);
    }
    world.alibaba.images.insert(id.as_str(), image);
    id
}

/// The one version that an image has.
fn version(id: &str) -> String {
    format!("{id}-v1")
}

fn model(id: &str, image: &Image) -> Value {
    let apps: Vec<Value> = image.apps.iter().map(|(id, name)| json!({ "AppId": id, "AppName": name })).collect();
    let place = |region: &String, status: &str, progress: &str| {
        json!({
            "ImageId": id,
            "Progress": progress,
            "RegionId": region,
            "Status": status,
            "VersionId": version(id),
        })
    };
    let progress = if image.status == "AVAILABLE" { "100%" } else { "50%" };
    let here = image.region_ids.iter().map(|region| place(region, &image.status, progress));
    let arriving = image.arriving.keys().map(|region| place(region, "DISTRIBUTING", "50%"));
    let distributed: Vec<Value> = here.chain(arriving).collect();
    let tags: Vec<Value> = image.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    json!({
        "AppList": apps,
        "BizType": 1,
        "Description": image.description,
        "GmtCreate": time(image.created_at),
        "GmtModified": time(image.created_at),
        "ImageId": id,
        "ImageName": image.name,
        "ImageRegionDistributeList": distributed,
        "ImageRegionList": image.region_ids,
        "ImageType": image.image_type,
        "LatestVersionId": version(id),
        "OsType": image.os_type,
        "ProductType": image.product_type,
        "Status": image.status,
        "SystemDiskSize": image.system_disk_size,
        "TagList": tags,
        "VersionId": version(id),
    })
}
