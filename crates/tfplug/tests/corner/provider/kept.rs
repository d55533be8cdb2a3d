//! Resources that only the state holds.

use std::marker::PhantomData;

use tfplug::{prelude::*, schema::HasSchema};

use super::user::Users;

/// What only the state holds, and what the service that there is not would make of it.
pub trait Kept: Model + HasSchema {
    const TYPE_NAME: &'static str;

    /// What a creation comes to.
    fn created(self) -> Self {
        self
    }

    /// What a change comes to.
    fn updated(self) -> Self {
        self.created()
    }

    /// What is found later.
    fn found(self) -> Self {
        self
    }
}

/// The resource of a struct.
pub struct KeptResource<M>(PhantomData<fn(M)>);

impl<M> KeptResource<M> {
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<M: Kept> Resource for KeptResource<M> {
    type Data = Users;
    type Model = M;
    type Identity = NoIdentity;

    fn type_name(&self) -> &str {
        M::TYPE_NAME
    }

    fn schema(&self) -> Schema {
        M::schema()
    }

    async fn create(&self, _: &mut Context<Users>, planned: M) -> Result<M> {
        Ok(planned.created())
    }

    async fn read(&self, _: &mut Context<Users>, state: M) -> Result<Option<M>> {
        Ok(Some(state.found()))
    }

    async fn update(&self, _: &mut Context<Users>, _: M, planned: M) -> Result<M> {
        Ok(planned.updated())
    }

    async fn delete(&self, _: &mut Context<Users>, _: M) -> Result<()> {
        Ok(())
    }
}
