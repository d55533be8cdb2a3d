//! `appstreaming_images`: the images that delivery groups can run (`ListImage`).

use std::collections::{BTreeMap, BTreeSet};

use alibaba::{self, ImageFilter};
use serde::{Deserialize, Serialize};
use tfplug::{
    Attr, Context, DataSource, Result,
    schema::{Attribute, Nesting, Schema, validate},
    value::Type,
};

use crate::{bounds::Bounded, clouds::Clouds, delivery_group, failure::failed_at};

/// The data source `appstreaming_images`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ImagesDataSource;

/// Filters and results.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    image_id: Attr<String>,
    image_name: Attr<String>,
    image_type: Attr<String>,
    status: Attr<String>,
    product_type: Attr<String>,
    os_type: Attr<String>,
    platform_name: Attr<String>,
    distro: Attr<String>,
    language_type: Attr<String>,
    package_type: Attr<String>,
    protocol_type: Attr<String>,
    resource_instance_type: Attr<String>,
    fota_version: Attr<String>,
    product_types: Attr<BTreeSet<String>>,
    platform_names: Attr<BTreeSet<String>>,
    features: Attr<BTreeSet<String>>,
    regions: Attr<BTreeSet<String>>,
    biz_type: Attr<i64>,
    biz_types: Attr<BTreeSet<i64>>,
    tags: Attr<BTreeMap<String, String>>,
    ids: Attr<Vec<String>>,
    images: Attr<Vec<Image>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Image {
    image_id: Attr<String>,
    name: Attr<String>,
    image_type: Attr<String>,
    status: Attr<String>,
    description: Attr<String>,
    product_type: Attr<String>,
    os_type: Attr<String>,
    platform_name: Attr<String>,
    distro: Attr<String>,
    language: Attr<String>,
    package_type: Attr<String>,
    protocol_type: Attr<String>,
    resource_instance_category: Attr<String>,
    session_type: Attr<String>,
    fota_version: Attr<String>,
    fota_channel: Attr<String>,
    version_id: Attr<String>,
    version_name: Attr<String>,
    latest_version_id: Attr<String>,
    online_version_id: Attr<String>,
    parent_image_id: Attr<String>,
    creation_time: Attr<String>,
    modification_time: Attr<String>,
    biz_type: Attr<i64>,
    system_disk_size: Attr<i64>,
    data_disk_size: Attr<i64>,
    features: Attr<Vec<String>>,
    regions: Attr<Vec<String>>,
    supported_languages: Attr<Vec<String>>,
    distributions: Attr<Vec<Distribution>>,
    tags: Attr<BTreeMap<String, String>>,
}

/// How far an image's distribution to a region is.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Distribution {
    region: Attr<String>,
    image_id: Attr<String>,
    version_id: Attr<String>,
    status: Attr<String>,
    progress: Attr<String>,
}

impl DataSource for ImagesDataSource {
    type Data = Clouds;
    type Model = Model;

    fn type_name(&self) -> &'static str {
        "appstreaming_images"
    }

    fn schema(&self) -> Schema {
        let schema = Schema::new(
            "The images of Alibaba Cloud App Streaming that pass all filters, from all pages of the service's list.",
        );
        schema
            .with_attributes(filters())
            .attribute("ids", Attribute::list(Type::String, "Their IDs, in the service's order.").computed())
            .attribute("images", images())
    }

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

fn filters() -> Vec<(&'static str, Attribute)> {
    let text = |description: &str| Attribute::string(description).optional().validate(validate::length(1..=128));
    let set =
        |description: &str| Attribute::set(Type::String, description).optional().validate(validate::size(1..=100));
    let short = || validate::each(validate::length(1..=128));
    vec![
        ("image_id", text("Only the image with this ID (`ImageId`).")),
        ("image_name", text("Only images whose name contains this (`ImageName`).")),
        (
            "image_type",
            text("Only images of this type, for instance `User`, one's own, or `System`, the vendor's (`ImageType`)."),
        ),
        (
            "status",
            text(
                "Only images with this status, for instance `AVAILABLE`. Without it, all that are not deleted \
                 (`Status`).",
            ),
        ),
        ("product_type", text("Only images for this product, for instance `CloudApp` (`ProductType`).")),
        ("os_type", text("Only images with this operating system, for instance `Windows` (`OsType`).")),
        ("platform_name", text("Only images with this platform (`PlatformName`).")),
        ("distro", text("Only images with this distribution (`Distro`).")),
        ("language_type", text("Only images in this language (`LanguageType`).")),
        ("package_type", text("Only images packed in this way (`PackageType`).")),
        ("protocol_type", text("Only images for this streaming protocol (`ProtocolType`).")),
        ("resource_instance_type", text("Only images for this specification of resources (`ResourceInstanceType`).")),
        ("fota_version", text("Only images with this version of the system components (`FotaVersion`).")),
        (
            "product_types",
            set("Only images for one of these products (`ProductTypeList`), at most 100.").validate(short()),
        ),
        (
            "platform_names",
            set("Only images with one of these platforms (`PlatformNameList`), at most 100.").validate(short()),
        ),
        ("features", set("Only images with all of these features (`FeatureList`), at most 100.").validate(short())),
        (
            "regions",
            set("Only images that can be used in one of these regions (`BizRegionIdList`), at most 100.")
                .validate(validate::each(delivery_group::region())),
        ),
        (
            "biz_type",
            Attribute::number("Only images of this business type (`BizType`), a whole number.")
                .optional()
                .validate(validate::whole_number()),
        ),
        (
            "biz_types",
            Attribute::set(Type::Number, "Only images of one of these business types (`BizTypeList`), whole numbers.")
                .optional()
                .validate(validate::size(1..=100))
                .validate(validate::each(validate::whole_number())),
        ),
        (
            "tags",
            Attribute::map(Type::String, "Only images with all of these tags (`TagList`), at most 20.")
                .optional()
                .validate(validate::each_key(validate::length(1..=128)))
                .validate(validate::each(validate::length(0..=128)))
                .validate(validate::size(1..=20)),
        ),
    ]
}

fn images() -> Attribute {
    let text = |description: &str| Attribute::string(description).computed();
    let number = |description: &str| Attribute::number(description).computed();
    let list = |description: &str| Attribute::list(Type::String, description).computed();
    Attribute::nested(
        Nesting::List,
        "The images, in the service's order.",
        [
            ("image_id", text("The image's ID (`ImageId`).")),
            ("name", text("Its name (`ImageName`).")),
            ("image_type", text("Its type (`ImageType`): `User`, one's own, or `System`, the vendor's.")),
            ("status", text("Its status (`Status`), for instance `AVAILABLE`.")),
            ("description", text("Its description (`Description`).")),
            ("product_type", text("The product that it is for (`ProductType`).")),
            ("os_type", text("Its operating system (`OsType`).")),
            ("platform_name", text("Its platform (`PlatformName`).")),
            ("distro", text("Its distribution (`Distro`).")),
            ("language", text("Its language (`Language`).")),
            ("package_type", text("How it is packed (`PackageType`).")),
            ("protocol_type", text("The streaming protocol that it is for (`ProtocolType`).")),
            ("resource_instance_category", text("The resources that it is for (`ResourceInstanceCategory`).")),
            ("session_type", text("The sessions that it is for (`SessionType`).")),
            ("fota_version", text("The version of its system components (`FotaVersion`).")),
            ("fota_channel", text("The channel of their updates (`FotaChannel`).")),
            ("version_id", text("The ID of its version (`VersionId`).")),
            ("version_name", text("That version's name (`VersionName`).")),
            ("latest_version_id", text("The ID of its latest version (`LatestVersionId`).")),
            ("online_version_id", text("The ID of the version that is used (`OnlineVersionId`).")),
            ("parent_image_id", text("The image that it was made from (`ParentImageId`).")),
            ("creation_time", text("When it was created (`GmtCreate`), in ISO 8601.")),
            ("modification_time", text("When it last changed (`GmtModified`), in ISO 8601.")),
            ("biz_type", number("Its business type (`BizType`).")),
            ("system_disk_size", number("The size of its system disk, in GiB (`SystemDiskSize`).")),
            ("data_disk_size", number("The size of its data disk, in GiB (`DataDiskSize`).")),
            ("features", list("What it supports (`FeatureList`).")),
            ("regions", list("Where it can be used (`ImageRegionList`).")),
            ("supported_languages", list("The languages that it supports (`SupportedLanguageList`).")),
            (
                "distributions",
                Attribute::nested(
                    Nesting::List,
                    "How far its distribution to regions is (`ImageRegionDistributeList`).",
                    [
                        ("region", text("The region (`RegionId`).")),
                        ("image_id", text("The image's ID there (`ImageId`).")),
                        ("version_id", text("The version's ID there (`VersionId`).")),
                        ("status", text("How far it is (`Status`).")),
                        ("progress", text("How far it is, as a share (`Progress`).")),
                    ],
                )
                .computed(),
            ),
            ("tags", Attribute::map(Type::String, "Its tags (`TagList`).").computed()),
        ],
    )
    .computed()
}
