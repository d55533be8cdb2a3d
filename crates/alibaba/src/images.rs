//! Images that delivery groups can run.

use cloud::{Bounds, Error, PageAnswer, Principal, lacking, null_is_empty};
use serde::Deserialize;

use super::{Client, client::Item, delivery_groups::Tag, sign::Parameters};

/// An image (`ListImage`).
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Image {
    /// `ImageId`, `img-…`
    pub image_id: Option<String>,
    /// `ImageName`
    pub image_name: Option<String>,
    /// `ImageType`: `User` or `System`.
    pub image_type: Option<String>,
    /// `Status`: such as `AVAILABLE` or `INIT`.
    pub status: Option<String>,
    /// `Description`
    pub description: Option<String>,
    /// `ProductType`
    pub product_type: Option<String>,
    /// `BizType`
    pub biz_type: Option<i64>,
    /// `OsType`
    pub os_type: Option<String>,
    /// `PlatformName`
    pub platform_name: Option<String>,
    /// `Distro`
    pub distro: Option<String>,
    /// `Language`
    pub language: Option<String>,
    /// `PackageType`
    pub package_type: Option<String>,
    /// `ProtocolType`
    pub protocol_type: Option<String>,
    /// `ResourceInstanceCategory`
    pub resource_instance_category: Option<String>,
    /// `SessionType`
    pub session_type: Option<String>,
    /// `FotaVersion`
    pub fota_version: Option<String>,
    /// `FotaChannel`
    pub fota_channel: Option<String>,
    /// `VersionId`
    pub version_id: Option<String>,
    /// `VersionName`
    pub version_name: Option<String>,
    /// `LatestVersionId`
    pub latest_version_id: Option<String>,
    /// `OnlineVersionId`
    pub online_version_id: Option<String>,
    /// `ParentImageId`
    pub parent_image_id: Option<String>,
    /// `SystemDiskSize`, in GiB.
    pub system_disk_size: Option<i64>,
    /// `DataDiskSize`, in GiB.
    pub data_disk_size: Option<i64>,
    /// `FeatureList`
    #[serde(deserialize_with = "null_is_empty")]
    pub feature_list: Vec<String>,
    /// `ImageRegionList`: where the image can be used.
    #[serde(deserialize_with = "null_is_empty")]
    pub image_region_list: Vec<String>,
    /// `ImageRegionDistributeList`: how far its distribution to regions is.
    #[serde(deserialize_with = "null_is_empty")]
    pub image_region_distribute_list: Vec<ImageRegion>,
    /// `SupportedLanguageList`
    #[serde(deserialize_with = "null_is_empty")]
    pub supported_language_list: Vec<String>,
    /// `TagList`
    #[serde(deserialize_with = "null_is_empty")]
    pub tag_list: Vec<Tag>,
    /// `GmtCreate`
    pub gmt_create: Option<String>,
    /// `GmtModified`
    pub gmt_modified: Option<String>,
}

/// An image in a region.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ImageRegion {
    /// `RegionId`
    pub region_id: Option<String>,
    /// `ImageId`
    pub image_id: Option<String>,
    /// `VersionId`
    pub version_id: Option<String>,
    /// `Status`
    pub status: Option<String>,
    /// `Progress`
    pub progress: Option<String>,
}

/// The filters of `ListImage`; those that are not set let everything pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageFilter {
    /// `ImageId`
    pub image_id: Option<String>,
    /// `ImageName`
    pub image_name: Option<String>,
    /// `ImageType`
    pub image_type: Option<String>,
    /// `Status`
    pub status: Option<String>,
    /// `ProductType`
    pub product_type: Option<String>,
    /// `ProductTypeList`: any of these.
    pub product_types: Vec<String>,
    /// `OsType`
    pub os_type: Option<String>,
    /// `PlatformName`
    pub platform_name: Option<String>,
    /// `PlatformNameList`: any of these.
    pub platform_names: Vec<String>,
    /// `Distro`
    pub distro: Option<String>,
    /// `LanguageType`
    pub language_type: Option<String>,
    /// `PackageType`
    pub package_type: Option<String>,
    /// `ProtocolType`
    pub protocol_type: Option<String>,
    /// `ResourceInstanceType`
    pub resource_instance_type: Option<String>,
    /// `FotaVersion`
    pub fota_version: Option<String>,
    /// `FeatureList`: all of these.
    pub features: Vec<String>,
    /// `BizType`
    pub biz_type: Option<i64>,
    /// `BizTypeList`: any of these.
    pub biz_types: Vec<i64>,
    /// `BizRegionIdList`: usable in any of these.
    pub regions: Vec<String>,
    /// `TagList`: all of these keys and values.
    pub tags: Vec<(String, String)>,
}

impl ImageFilter {
    fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::new()
            .query("Distro", self.distro.as_deref())
            .body("ImageId", self.image_id.as_deref())
            .body("ImageName", self.image_name.as_deref())
            .body("ImageType", self.image_type.as_deref())
            .body("Status", self.status.as_deref())
            .body("ProductType", self.product_type.as_deref())
            .body("OsType", self.os_type.as_deref())
            .body("PlatformName", self.platform_name.as_deref())
            .body("LanguageType", self.language_type.as_deref())
            .body("PackageType", self.package_type.as_deref())
            .body("ProtocolType", self.protocol_type.as_deref())
            .body("ResourceInstanceType", self.resource_instance_type.as_deref())
            .body("FotaVersion", self.fota_version.as_deref())
            .body("BizType", self.biz_type)
            .body_list("ProductTypeList", &self.product_types)
            .body_list("PlatformNameList", &self.platform_names)
            .body_list("FeatureList", &self.features)
            .body_list("BizTypeList", self.biz_types.iter().copied())
            .body_list("BizRegionIdList", &self.regions);
        for (at, (key, value)) in (1..).zip(&self.tags) {
            parameters = parameters
                .query(&format!("TagList.{at}.Key"), key.as_str())
                .query(&format!("TagList.{at}.Value"), value.as_str());
        }
        parameters
    }
}

impl Item for Image {
    fn lacks(&self) -> Option<&'static str> {
        lacking([("ImageId", self.image_id.is_some())])
    }

    fn people(&self) -> Vec<&Principal> {
        Vec::new()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListAnswer {
    data: Option<Vec<Image>>,
    /// Of all pages; some answers leave it out.
    count: Option<u64>,
    page_number: Option<u64>,
}

impl From<ListAnswer> for PageAnswer<Image> {
    fn from(answer: ListAnswer) -> Self {
        Self { items: answer.data, count: answer.count, number: answer.page_number }
    }
}

impl Client {
    /// All images that the filter lets pass (`ListImage`).
    ///
    /// # Errors
    /// All that a call can meet; there is no result of some pages only.
    pub async fn images(&self, filter: &ImageFilter, bounds: &Bounds) -> Result<Vec<Image>, Error> {
        let parameters = filter.parameters();
        let ask = |page| parameters.clone().page_in_body(page);
        self.all::<ListAnswer, _>("ListImage", "images", ask, bounds).await
    }
}
