//! `appstreaming_images`: the images that delivery groups can run (`ListImage`).

use std::collections::{BTreeMap, BTreeSet};

use alibaba::{self, ImageFilter};
use tfplug::prelude::*;

use crate::{bounds::Bounded, clouds::Clouds, delivery_group, failure::failed_at};

/// The data source `appstreaming_images`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ImagesDataSource;

/// The images of Alibaba Cloud App Streaming that pass all filters, from all pages of the service's list.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    /// Only the image with this ID (`ImageId`).
    #[tf(validate(length(1..=128)))]
    image_id: Attr<String>,
    /// Only images whose name contains this (`ImageName`).
    #[tf(validate(length(1..=128)))]
    image_name: Attr<String>,
    /// Only images of this type, for instance `User`, one's own, or `System`, the vendor's (`ImageType`).
    #[tf(validate(length(1..=128)))]
    image_type: Attr<String>,
    /// Only images with this status, for instance `AVAILABLE`. Without it, all that are not deleted (`Status`).
    #[tf(validate(length(1..=128)))]
    status: Attr<String>,
    /// Only images for this product, for instance `CloudApp` (`ProductType`).
    #[tf(validate(length(1..=128)))]
    product_type: Attr<String>,
    /// Only images with this operating system, for instance `Windows` (`OsType`).
    #[tf(validate(length(1..=128)))]
    os_type: Attr<String>,
    /// Only images with this platform (`PlatformName`).
    #[tf(validate(length(1..=128)))]
    platform_name: Attr<String>,
    /// Only images with this distribution (`Distro`).
    #[tf(validate(length(1..=128)))]
    distro: Attr<String>,
    /// Only images in this language (`LanguageType`).
    #[tf(validate(length(1..=128)))]
    language_type: Attr<String>,
    /// Only images packed in this way (`PackageType`).
    #[tf(validate(length(1..=128)))]
    package_type: Attr<String>,
    /// Only images for this streaming protocol (`ProtocolType`).
    #[tf(validate(length(1..=128)))]
    protocol_type: Attr<String>,
    /// Only images for this specification of resources (`ResourceInstanceType`).
    #[tf(validate(length(1..=128)))]
    resource_instance_type: Attr<String>,
    /// Only images with this version of the system components (`FotaVersion`).
    #[tf(validate(length(1..=128)))]
    fota_version: Attr<String>,
    /// Only images for one of these products (`ProductTypeList`), at most 100.
    #[tf(validate(size(1..=100), each(length(1..=128))))]
    product_types: Attr<BTreeSet<String>>,
    /// Only images with one of these platforms (`PlatformNameList`), at most 100.
    #[tf(validate(size(1..=100), each(length(1..=128))))]
    platform_names: Attr<BTreeSet<String>>,
    /// Only images with all of these features (`FeatureList`), at most 100.
    #[tf(validate(size(1..=100), each(length(1..=128))))]
    features: Attr<BTreeSet<String>>,
    /// Only images that can be used in one of these regions (`BizRegionIdList`), at most 100.
    #[tf(validate(size(1..=100), each(delivery_group::region())))]
    regions: Attr<BTreeSet<String>>,
    /// Only images of this business type (`BizType`), a whole number.
    #[tf(validate(whole_number()))]
    biz_type: Attr<i64>,
    /// Only images of one of these business types (`BizTypeList`), whole numbers.
    #[tf(validate(size(1..=100), each(whole_number())))]
    biz_types: Attr<BTreeSet<i64>>,
    /// Only images with all of these tags (`TagList`), at most 20.
    #[tf(validate(each_key(length(1..=128)), each(length(0..=128)), size(1..=20)))]
    tags: Attr<BTreeMap<String, String>>,
    /// Their IDs, in the service's order.
    #[tf(computed)]
    ids: Attr<Vec<String>>,
    /// The images, in the service's order.
    #[tf(computed)]
    images: Attr<Vec<Image>>,
}

#[derive(Clone, Debug, Model)]
#[tf(computed)]
struct Image {
    /// The image's ID (`ImageId`).
    image_id: Attr<String>,
    /// Its name (`ImageName`).
    name: Attr<String>,
    /// Its type (`ImageType`): `User`, one's own, or `System`, the vendor's.
    image_type: Attr<String>,
    /// Its status (`Status`), for instance `AVAILABLE`.
    status: Attr<String>,
    /// Its description (`Description`).
    description: Attr<String>,
    /// The product that it is for (`ProductType`).
    product_type: Attr<String>,
    /// Its operating system (`OsType`).
    os_type: Attr<String>,
    /// Its platform (`PlatformName`).
    platform_name: Attr<String>,
    /// Its distribution (`Distro`).
    distro: Attr<String>,
    /// Its language (`Language`).
    language: Attr<String>,
    /// How it is packed (`PackageType`).
    package_type: Attr<String>,
    /// The streaming protocol that it is for (`ProtocolType`).
    protocol_type: Attr<String>,
    /// The resources that it is for (`ResourceInstanceCategory`).
    resource_instance_category: Attr<String>,
    /// The sessions that it is for (`SessionType`).
    session_type: Attr<String>,
    /// The version of its system components (`FotaVersion`).
    fota_version: Attr<String>,
    /// The channel of their updates (`FotaChannel`).
    fota_channel: Attr<String>,
    /// The ID of its version (`VersionId`).
    version_id: Attr<String>,
    /// That version's name (`VersionName`).
    version_name: Attr<String>,
    /// The ID of its latest version (`LatestVersionId`).
    latest_version_id: Attr<String>,
    /// The ID of the version that is used (`OnlineVersionId`).
    online_version_id: Attr<String>,
    /// The image that it was made from (`ParentImageId`).
    parent_image_id: Attr<String>,
    /// When it was created (`GmtCreate`), in ISO 8601.
    creation_time: Attr<String>,
    /// When it last changed (`GmtModified`), in ISO 8601.
    modification_time: Attr<String>,
    /// Its business type (`BizType`).
    biz_type: Attr<i64>,
    /// The size of its system disk, in GiB (`SystemDiskSize`).
    system_disk_size: Attr<i64>,
    /// The size of its data disk, in GiB (`DataDiskSize`).
    data_disk_size: Attr<i64>,
    /// What it supports (`FeatureList`).
    features: Attr<Vec<String>>,
    /// Where it can be used (`ImageRegionList`).
    regions: Attr<Vec<String>>,
    /// The languages that it supports (`SupportedLanguageList`).
    supported_languages: Attr<Vec<String>>,
    /// How far its distribution to regions is (`ImageRegionDistributeList`).
    distributions: Attr<Vec<Distribution>>,
    /// Its tags (`TagList`).
    tags: Attr<BTreeMap<String, String>>,
}

/// How far an image's distribution to a region is.
#[derive(Clone, Debug, Model)]
#[tf(computed)]
struct Distribution {
    /// The region (`RegionId`).
    region: Attr<String>,
    /// The image's ID there (`ImageId`).
    image_id: Attr<String>,
    /// The version's ID there (`VersionId`).
    version_id: Attr<String>,
    /// How far it is (`Status`).
    status: Attr<String>,
    /// How far it is, as a share (`Progress`).
    progress: Attr<String>,
}

#[data_source("appstreaming_images")]
impl DataSource for ImagesDataSource {
    type Data = Clouds;
    type Model = Model;

    async fn read(&self, cx: &mut Context<Clouds>, mut config: Model) -> Result<Model> {
        // The endpoint is the region's, of which all that are named share one.
        let regions = config.regions.as_known();
        let region = regions.and_then(|regions| regions.first()).map(String::as_str);
        let client = cx.data()?.alibaba(region)?;
        let bounds = cx.bounds();
        let found = client.images(&config.filter(), &bounds).await.map_err(|error| {
            let attributes = [("BizRegionId", "regions"), ("ImageType", "image_type"), ("Status", "status")];
            failed_at("list the images", &error, &attributes)
        })?;
        config.ids = Attr::Known(found.iter().filter_map(|image| image.image_id.clone()).collect());
        config.images = Attr::Known(found.into_iter().map(Image::from).collect());
        Ok(config)
    }
}

impl Model {
    fn filter(&self) -> ImageFilter {
        let text = |attribute: &Attr<String>| attribute.as_str().map(str::to_owned);
        let set = |attribute: &Attr<BTreeSet<String>>| attribute.as_known().into_iter().flatten().cloned().collect();
        let tags = self.tags.as_known().into_iter().flatten();
        ImageFilter {
            image_id: text(&self.image_id),
            image_name: text(&self.image_name),
            image_type: text(&self.image_type),
            status: text(&self.status),
            product_type: text(&self.product_type),
            os_type: text(&self.os_type),
            platform_name: text(&self.platform_name),
            distro: text(&self.distro),
            language_type: text(&self.language_type),
            package_type: text(&self.package_type),
            protocol_type: text(&self.protocol_type),
            resource_instance_type: text(&self.resource_instance_type),
            fota_version: text(&self.fota_version),
            product_types: set(&self.product_types),
            platform_names: set(&self.platform_names),
            features: set(&self.features),
            regions: set(&self.regions),
            biz_type: self.biz_type.as_known().copied(),
            biz_types: self.biz_types.as_known().into_iter().flatten().copied().collect(),
            tags: tags.map(|(key, value)| (key.clone(), value.clone())).collect(),
        }
    }
}

impl From<alibaba::Image> for Image {
    fn from(image: alibaba::Image) -> Self {
        let tags = image.tag_list.into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())));
        let distributions = image.image_region_distribute_list.into_iter().map(|region| Distribution {
            region: region.region_id.into(),
            image_id: region.image_id.into(),
            version_id: region.version_id.into(),
            status: region.status.into(),
            progress: region.progress.into(),
        });
        Self {
            image_id: image.image_id.into(),
            name: image.image_name.into(),
            image_type: image.image_type.into(),
            status: image.status.into(),
            description: image.description.into(),
            product_type: image.product_type.into(),
            os_type: image.os_type.into(),
            platform_name: image.platform_name.into(),
            distro: image.distro.into(),
            language: image.language.into(),
            package_type: image.package_type.into(),
            protocol_type: image.protocol_type.into(),
            resource_instance_category: image.resource_instance_category.into(),
            session_type: image.session_type.into(),
            fota_version: image.fota_version.into(),
            fota_channel: image.fota_channel.into(),
            version_id: image.version_id.into(),
            version_name: image.version_name.into(),
            latest_version_id: image.latest_version_id.into(),
            online_version_id: image.online_version_id.into(),
            parent_image_id: image.parent_image_id.into(),
            creation_time: image.gmt_create.into(),
            modification_time: image.gmt_modified.into(),
            biz_type: image.biz_type.into(),
            system_disk_size: image.system_disk_size.into(),
            data_disk_size: image.data_disk_size.into(),
            features: Attr::Known(image.feature_list),
            regions: Attr::Known(image.image_region_list),
            supported_languages: Attr::Known(image.supported_language_list),
            distributions: Attr::Known(distributions.collect()),
            tags: Attr::Known(tags.collect()),
        }
    }
}
