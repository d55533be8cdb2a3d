//! The other side of the door to the network: a service in the process.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use super::{Answer, Outgoing};

/// What answers in place of the network.
#[derive(Clone)]
pub(crate) struct Door(Arc<Service>);

type Service = dyn Fn(Outgoing) -> Answering + Send + Sync;

/// An answer of a service in the process that is still to come.
pub type Answering = Pin<Box<dyn Future<Output = Result<Answer, Lost>> + Send>>;

/// The connection was lost before the answer was complete. What was asked may have been done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it was closed")]
pub struct Lost;

impl Door {
    pub(crate) fn new(service: impl Fn(Outgoing) -> Answering + Send + Sync + 'static) -> Self {
        Self(Arc::new(service))
    }

    pub(super) fn ask(&self, request: Outgoing) -> Answering {
        (self.0)(request)
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Door(..)")
    }
}
