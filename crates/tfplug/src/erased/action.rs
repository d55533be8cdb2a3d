//! Actions.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::{
    action::{Action, Progress},
    context::{Call, from_value},
    diagnostic::{Diagnostics, Result},
    schema::Schema,
    value::{Type, Value},
};

/// An action, whatever its struct.
pub(crate) trait AnyAction: Send + Sync {
    fn schema(&self) -> &Schema;
    fn ty(&self) -> &Arc<Type>;
    fn validate(&self, config: &Value) -> Result<Diagnostics>;
    fn plan<'a>(&'a self, cx: &'a mut Call, config: &'a Value) -> BoxFuture<'a, Result<()>>;
    fn invoke<'a>(&'a self, cx: &'a mut Call, config: &'a Value, progress: Progress) -> BoxFuture<'a, Result<()>>;
}

pub(crate) struct ErasedAction<A> {
    action: A,
    schema: Schema,
    ty: Arc<Type>,
}

impl<A: Action> ErasedAction<A> {
    pub(crate) fn new(action: A) -> Self {
        let schema = action.schema();
        Self { ty: Arc::new(schema.ty()), schema, action }
    }
}

impl<A: Action> AnyAction for ErasedAction<A> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn ty(&self) -> &Arc<Type> {
        &self.ty
    }

    fn validate(&self, config: &Value) -> Result<Diagnostics> {
        Ok(self.action.validate(&from_value(config)?))
    }

    fn plan<'a>(&'a self, cx: &'a mut Call, config: &'a Value) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.action.plan(&mut cx.context(&self.ty), &from_value(config)?).await })
    }

    fn invoke<'a>(&'a self, cx: &'a mut Call, config: &'a Value, progress: Progress) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.action.invoke(&mut cx.context(&self.ty), from_value(config)?, progress).await })
    }
}
