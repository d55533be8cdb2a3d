//! Data sources.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::{
    context::{Call, from_value, to_value},
    data_source::DataSource,
    diagnostic::{Diagnostics, Result},
    schema::Schema,
    value::{Type, Value},
};

/// A data source, whatever its struct.
pub(crate) trait AnyDataSource: Send + Sync {
    fn schema(&self) -> &Schema;
    fn ty(&self) -> &Arc<Type>;
    fn validate(&self, config: &Value) -> Result<Diagnostics>;
    fn read<'a>(&'a self, cx: &'a mut Call, config: &'a Value) -> BoxFuture<'a, Result<Value>>;
}

pub(crate) struct ErasedDataSource<S> {
    source: S,
    schema: Schema,
    ty: Arc<Type>,
}

impl<S: DataSource> ErasedDataSource<S> {
    pub(crate) fn new(source: S) -> Self {
        let schema = source.schema();
        Self { ty: Arc::new(schema.ty()), schema, source }
    }
}

impl<S: DataSource> AnyDataSource for ErasedDataSource<S> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn ty(&self) -> &Arc<Type> {
        &self.ty
    }

    fn validate(&self, config: &Value) -> Result<Diagnostics> {
        Ok(self.source.validate(&from_value(config)?))
    }

    fn read<'a>(&'a self, cx: &'a mut Call, config: &'a Value) -> BoxFuture<'a, Result<Value>> {
        Box::pin(async move {
            let state = self.source.read(&mut cx.context(&self.ty), from_value(config)?).await?;
            to_value(&state, &self.ty)
        })
    }
}
