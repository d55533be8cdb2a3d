//! What happens to the servers of Huawei Cloud's server groups and to sessions: what begins, and what becomes of it as
//! time passes.

mod begin;
mod fire;
mod settle;

pub(crate) use begin::Order;
