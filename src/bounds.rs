//! How long what Terraform asks for may take.

use std::time::Duration;

use cloud::Bounds;
use tfplug::{
    Attr, Context,
    timeouts::{Operation, Timeouts},
};

use crate::clouds::Clouds;

/// The way from what Terraform allows to what a client keeps to.
pub(crate) trait Bounded {
    /// Ends when Terraform asks to stop, and has no deadline of its own.
    fn bounds(&self) -> Bounds;

    /// The same with the time that is configured for an operation, else the `default`.
    fn bounds_of(&self, timeouts: &Attr<Timeouts>, operation: Operation, default: Duration) -> Bounds {
        let time = Timeouts::get(timeouts, operation, default);
        self.bounds().with_timeout(time).with_time_setting(operation.setting())
    }
}

impl Bounded for Context<Clouds> {
    fn bounds(&self) -> Bounds {
        // Without a configured provider nothing is called.
        let least_settle = self.data().map(|clouds| clouds.lost_answer_wait).unwrap_or_default();
        Bounds::new(self.cancellation().clone()).with_least_settle(least_settle)
    }
}
