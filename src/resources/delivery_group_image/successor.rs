//! Another resource of the same run that gives the group an image, so that a destruction gives back none.

use std::time::Duration;

use cloud::{Backoff, Bounds};

use crate::{
    clouds::Clouds,
    delivery_group::{GroupRef, Setting},
};

/// The private entry, in plans, for the group that another resource gives an image. The destruction before a creation
/// is given the plan of that.
pub(super) const SUCCESSOR: &str = "successor";

/// How long a destruction that would give back an image looks whether another resource gives the group one.
const FOR_A_SUCCESSOR: Duration = Duration::from_secs(1);

/// Whether another resource of this run gives the group an image. Terraform goes to those that do not depend on each
/// other at the same time, and this one may be first.
pub(super) async fn has_successor(clouds: &Clouds, group: &GroupRef, own: &str, bounds: &Bounds) -> bool {
    let thing = Setting::Image.of(group);
    let short = bounds.clone().with_timeout(FOR_A_SUCCESSOR);
    let mut backoff = Backoff::new(Duration::from_millis(50), Duration::from_millis(200));
    loop {
        if !clouds.settings.others(&thing, own).is_empty() {
            return true;
        }
        if backoff.wait(&short).await.is_err() {
            return false;
        }
    }
}
