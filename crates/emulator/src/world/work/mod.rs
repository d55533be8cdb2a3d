//! What happens to the servers of Huawei Cloud's server groups and to sessions: what begins, and what becomes of it as
//! time passes.

mod begin;
mod fire;
mod make;
mod quotas;
mod scale;
mod settle;

pub(crate) use begin::Order;
pub(crate) use scale::usage;
