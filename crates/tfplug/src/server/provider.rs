//! The provider itself, with its types taken away.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::{
    context::{AnyData, from_value},
    diagnostic::{Diagnostics, Result},
    provider::{ConfigureContext, Provider},
    value::Value,
};

/// A provider, whatever its configuration's struct and its data.
pub(super) trait AnyProvider: Send + Sync {
    fn validate(&self, config: &Value) -> Result<Diagnostics>;
    fn waits_for(&self, config: &Value) -> Result<bool>;
    fn configure<'a>(&'a self, cx: &'a mut ConfigureContext, config: &'a Value) -> BoxFuture<'a, Result<AnyData>>;
}

pub(super) struct ErasedProvider<P>(pub(super) P);

impl<P: Provider> AnyProvider for ErasedProvider<P> {
    fn validate(&self, config: &Value) -> Result<Diagnostics> {
        Ok(self.0.validate(&from_value(config)?))
    }

    fn waits_for(&self, config: &Value) -> Result<bool> {
        Ok(self.0.waits_for(&from_value(config)?))
    }

    fn configure<'a>(&'a self, cx: &'a mut ConfigureContext, config: &'a Value) -> BoxFuture<'a, Result<AnyData>> {
        Box::pin(async move {
            let data: AnyData = Arc::new(self.0.configure(cx, from_value(config)?).await?);
            Ok(data)
        })
    }
}
