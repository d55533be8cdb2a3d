//! Everything that a provider serves with its types taken away: behind traits that speak of values.

mod action;
mod data_source;
mod ephemeral;
mod inventory;
mod list;
mod resource;
mod state_store;

pub(crate) use self::{
    action::{AnyAction, ErasedAction},
    data_source::{AnyDataSource, ErasedDataSource},
    ephemeral::{AnyEphemeralResource, ErasedEphemeralResource},
    inventory::{Inventory, add},
    list::{AnyListResource, ErasedListResource},
    resource::{AnyResource, ErasedResource},
    state_store::{AnyStateStore, ErasedStateStore, Granted, Wish},
};
