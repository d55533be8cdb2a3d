//! Whether an image can be given to a delivery group, as far as the list of images says (`ListImage`).

use std::time::Duration;

use alibaba::{Client, Image, ImageFilter};
use cloud::Bounds;
use tfplug::{Diagnostic, Path, Severity};

/// `Status` of an image that can be used.
const AVAILABLE: &str = "AVAILABLE";

/// How long the look may take: who cannot see it goes on.
const LOOK: Duration = Duration::from_secs(20);

/// Why the service would refuse to give a group of a region an image; `None` where it would not, and where these
/// credentials may not list images.
pub(crate) async fn image_obstacle(
    client: &Client,
    group_id: &str,
    image_id: &str,
    region: Option<&str>,
    bounds: &Bounds,
) -> Option<Diagnostic> {
    let filter = ImageFilter { image_id: Some(image_id.to_owned()), ..ImageFilter::default() };
    let short = bounds.clone().with_timeout(LOOK);
    let found = client.images(&filter, &short).await.inspect_err(|error| {
        tracing::debug!(code = error.code(), "cannot look whether the image can be used");
    });
    let found = found.ok()?.into_iter().find(|image| image.image_id.as_deref() == Some(image_id));
    let why = match &found {
        None => "It is not in the list of images. Check its ID and the account.".to_owned(),
        Some(image) => refused(image, region)?,
    };
    let summary = format!("Delivery group {group_id:?} cannot be given the image {image_id:?}");
    Some(Diagnostic::warning(summary, why).at(Path::attribute("image_id")))
}

/// The same, where it is no use to go on.
pub(super) fn as_error(obstacle: Diagnostic) -> Diagnostic {
    let detail = format!("{} Nothing was sent, and nobody was disconnected.", obstacle.detail);
    Diagnostic { severity: Severity::Error, detail, ..obstacle }
}

fn refused(image: &Image, region: Option<&str>) -> Option<String> {
    let status = image.status.as_deref().unwrap_or(AVAILABLE);
    if status != AVAILABLE {
        return Some(format!("Its status is {status}; it can be used when that is {AVAILABLE}."));
    }
    let regions = &image.image_region_list;
    let region = region.filter(|region| !regions.is_empty() && !regions.iter().any(|it| it == region))?;
    Some(format!("The group is in {region}, and the image in {}. Distribute it there first.", regions.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_refused_that_is_not_made_or_not_there() {
        let image = |status: Option<&str>, regions: &[&str]| Image {
            status: status.map(str::to_owned),
            image_region_list: regions.iter().map(|it| (*it).to_owned()).collect(),
            ..Image::default()
        };
        for (status, regions, region, expected) in [
            (Some("AVAILABLE"), &["cn-hangzhou"][..], Some("cn-hangzhou"), None),
            (Some("AVAILABLE"), &["cn-beijing", "cn-hangzhou"], None, None),
            // Nothing is concluded from what an answer leaves out.
            (None, &[], Some("cn-hangzhou"), None),
            (Some("INIT"), &["cn-hangzhou"], Some("cn-hangzhou"), Some("Its status is INIT")),
            (
                Some("AVAILABLE"),
                &["cn-beijing"],
                Some("cn-hangzhou"),
                Some("in cn-hangzhou, and the image in cn-beijing"),
            ),
        ] {
            let why = refused(&image(status, regions), region);
            assert_eq!(why.is_some(), expected.is_some(), "{why:?}");
            assert!(expected.is_none_or(|text| why.is_some_and(|why| why.contains(text))), "{expected:?}");
        }
    }
}
