//! Ephemeral resources.

use std::{sync::Arc, time::SystemTime};

use futures_util::future::BoxFuture;

use crate::{
    context::{Call, from_value, to_value},
    diagnostic::{Diagnostics, Result},
    ephemeral::EphemeralResource,
    schema::Schema,
    value::{Type, Value},
};

/// What opening came to.
pub(crate) struct Opening {
    pub(crate) result: Value,
    pub(crate) renew_at: Option<SystemTime>,
}

/// An ephemeral resource, whatever its struct.
pub(crate) trait AnyEphemeralResource: Send + Sync {
    fn schema(&self) -> &Schema;
    fn ty(&self) -> &Arc<Type>;
    fn validate(&self, config: &Value) -> Result<Diagnostics>;
    fn open<'a>(&'a self, cx: &'a mut Call, config: &'a Value) -> BoxFuture<'a, Result<Opening>>;
    fn renew<'a>(&'a self, cx: &'a mut Call) -> BoxFuture<'a, Result<Option<SystemTime>>>;
    fn close<'a>(&'a self, cx: &'a mut Call) -> BoxFuture<'a, Result<()>>;
}

pub(crate) struct ErasedEphemeralResource<E> {
    resource: E,
    schema: Schema,
    ty: Arc<Type>,
}

impl<E: EphemeralResource> ErasedEphemeralResource<E> {
    pub(crate) fn new(resource: E) -> Self {
        let schema = resource.schema();
        Self { ty: Arc::new(schema.ty()), schema, resource }
    }
}

impl<E: EphemeralResource> AnyEphemeralResource for ErasedEphemeralResource<E> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn ty(&self) -> &Arc<Type> {
        &self.ty
    }

    fn validate(&self, config: &Value) -> Result<Diagnostics> {
        Ok(self.resource.validate(&from_value(config)?))
    }

    fn open<'a>(&'a self, cx: &'a mut Call, config: &'a Value) -> BoxFuture<'a, Result<Opening>> {
        Box::pin(async move {
            let opened = self.resource.open(&mut cx.context(&self.ty), from_value(config)?).await?;
            Ok(Opening { result: to_value(&opened.result, &self.ty)?, renew_at: opened.renew_at })
        })
    }

    fn renew<'a>(&'a self, cx: &'a mut Call) -> BoxFuture<'a, Result<Option<SystemTime>>> {
        Box::pin(async move { self.resource.renew(&mut cx.context(&self.ty)).await })
    }

    fn close<'a>(&'a self, cx: &'a mut Call) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.resource.close(&mut cx.context(&self.ty)).await })
    }
}
