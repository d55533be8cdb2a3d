//! Another resource of the same run that gives the group an image, so that a destruction gives back none.

use std::{ops::ControlFlow, time::Duration};

use cloud::Bounds;

use crate::{
    clouds::Clouds,
    delivery_group::{GroupRef, Setting},
    holders::watch,
};

/// The private entry, in plans, for the group that another resource gives an image. The destruction before a creation
/// is given the plan of that.
pub(super) const SUCCESSOR: &str = "successor";

/// The private entry, in plans, for the image that a destruction is announced to give back.
pub(super) const RESTORES: &str = "restores";

/// The private entry of what a creation has left that did not end well.
pub(super) const UNFINISHED: &str = "unfinished";

/// How long a destruction that would give back an image looks whether another resource gives the group one.
const FOR_A_SUCCESSOR: Duration = Duration::from_secs(1);

/// Whether another resource of this run gives the group an image.
pub(super) async fn has_successor(clouds: &Clouds, group: &GroupRef, own: &str, bounds: &Bounds) -> bool {
    let thing = Setting::Image.of(group);
    watch(bounds, FOR_A_SUCCESSOR, || match clouds.settings.others(&thing, own).is_empty() {
        true => ControlFlow::Continue(false),
        false => ControlFlow::Break(true),
    })
    .await
}
