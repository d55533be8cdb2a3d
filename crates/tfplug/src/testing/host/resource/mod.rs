//! The life of a managed resource.

mod apply;
mod import;
mod life;
mod plan;
mod state;

pub use self::{
    apply::Applied,
    import::{Importing, MoveFrom},
    plan::{PlanOptions, Planned, PlannedAction},
    state::{Refreshed, State},
};
