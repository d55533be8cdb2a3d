//! How long what Terraform asks for may take.

use std::time::Duration;

use cloud::Bounds;
use tfplug::{
    Attr, Context,
    timeouts::{Operation, Timeouts},
};

/// The way from what Terraform allows to what a client keeps to.
pub(crate) trait Bounded {
    /// Ends when Terraform asks to stop, and has no deadline of its own.
    fn bounds(&self) -> Bounds;

    /// The same with the time that is configured for an operation, else the `default`.
    fn bounds_of(&self, timeouts: &Attr<Timeouts>, operation: Operation, default: Duration) -> Bounds {
        self.bounds().with_timeout(Timeouts::get(timeouts, operation, default))
    }
}

impl<D> Bounded for Context<D> {
    fn bounds(&self) -> Bounds {
        Bounds::new(self.cancellation().clone())
    }
}
