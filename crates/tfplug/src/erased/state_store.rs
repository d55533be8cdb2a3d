//! State stores.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::{
    context::{AnyData, Call, from_value},
    diagnostic::{Diagnostic, Diagnostics, Result},
    schema::Schema,
    state_store::StateStore,
    value::{Type, Value},
};

/// What one call wants of a store.
pub(crate) enum Wish<'a> {
    States,
    Read { id: &'a str },
    Write { id: &'a str, state: Vec<u8> },
    Delete { id: &'a str },
    Lock { id: &'a str, operation: &'a str },
    Unlock { id: &'a str, lock: &'a str },
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Granted {
    States(Vec<String>),
    State(Option<Vec<u8>>),
    Lock(Option<String>),
    Done,
}

/// A state store, whatever its structs.
pub(crate) trait AnyStateStore: Send + Sync {
    fn schema(&self) -> &Schema;
    fn ty(&self) -> &Arc<Type>;
    fn validate(&self, config: &Value) -> Result<Diagnostics>;
    fn configure<'a>(&'a self, cx: &'a mut Call, config: &'a Value) -> BoxFuture<'a, Result<AnyData>>;
    fn grant<'a>(&'a self, cx: &'a mut Call, store: &'a AnyData, wish: Wish<'a>) -> BoxFuture<'a, Result<Granted>>;
}

pub(crate) struct ErasedStateStore<S> {
    store: S,
    schema: Schema,
    ty: Arc<Type>,
}

impl<S: StateStore> ErasedStateStore<S> {
    pub(crate) fn new(store: S) -> Self {
        let schema = store.schema();
        Self { ty: Arc::new(schema.ty()), schema, store }
    }
}

impl<S: StateStore> AnyStateStore for ErasedStateStore<S> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn ty(&self) -> &Arc<Type> {
        &self.ty
    }

    fn validate(&self, config: &Value) -> Result<Diagnostics> {
        Ok(self.store.validate(&from_value(config)?))
    }

    fn configure<'a>(&'a self, cx: &'a mut Call, config: &'a Value) -> BoxFuture<'a, Result<AnyData>> {
        Box::pin(async move {
            let store = self.store.configure(&mut cx.context(&self.ty), from_value(config)?).await?;
            Ok(Arc::new(store) as AnyData)
        })
    }

    fn grant<'a>(&'a self, cx: &'a mut Call, store: &'a AnyData, wish: Wish<'a>) -> BoxFuture<'a, Result<Granted>> {
        Box::pin(async move {
            // It is what `configure` returned: the server keeps it under the name of this store.
            let mistaken =
                || Diagnostic::error("The state store is not configured", "It was configured as another one.");
            let store: &S::Store = store.downcast_ref().ok_or_else(mistaken)?;
            let cx = &mut cx.context(&self.ty);
            Ok(match wish {
                Wish::States => Granted::States(self.store.states(cx, store).await?),
                Wish::Read { id } => Granted::State(self.store.read(cx, store, id).await?),
                Wish::Write { id, state } => {
                    self.store.write(cx, store, id, state).await?;
                    Granted::Done
                }
                Wish::Delete { id } => {
                    self.store.delete(cx, store, id).await?;
                    Granted::Done
                }
                Wish::Lock { id, operation } => Granted::Lock(self.store.lock(cx, store, id, operation).await?),
                Wish::Unlock { id, lock } => {
                    self.store.unlock(cx, store, id, lock).await?;
                    Granted::Done
                }
            })
        })
    }
}
