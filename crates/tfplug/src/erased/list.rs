//! List resources.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::{
    context::{Call, from_value},
    diagnostic::{Diagnostics, Result},
    list::{ListResource, Listing, Sink},
    schema::Schema,
    value::{Type, Value},
};

/// A list resource, whatever its structs.
pub(crate) trait AnyListResource: Send + Sync {
    fn schema(&self) -> &Schema;
    fn ty(&self) -> &Arc<Type>;
    fn validate(&self, config: &Value) -> Result<Diagnostics>;
    fn list<'a>(&'a self, cx: &'a mut Call, config: &'a Value, sink: &'a mut Sink) -> BoxFuture<'a, Result<()>>;
}

pub(crate) struct ErasedListResource<L> {
    list: L,
    schema: Schema,
    ty: Arc<Type>,
}

impl<L: ListResource> ErasedListResource<L> {
    pub(crate) fn new(list: L) -> Self {
        let schema = list.schema();
        Self { ty: Arc::new(schema.ty()), schema, list }
    }
}

impl<L: ListResource> AnyListResource for ErasedListResource<L> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn ty(&self) -> &Arc<Type> {
        &self.ty
    }

    fn validate(&self, config: &Value) -> Result<Diagnostics> {
        Ok(self.list.validate(&from_value(config)?))
    }

    fn list<'a>(&'a self, cx: &'a mut Call, config: &'a Value, sink: &'a mut Sink) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut listing = Listing::<L>::new(sink);
            self.list.list(&mut cx.context(&self.ty), from_value(config)?, &mut listing).await
        })
    }
}
