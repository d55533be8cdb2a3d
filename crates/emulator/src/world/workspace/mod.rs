//! What happens inside Huawei Cloud's server groups: servers, the jobs that work on them, and the sessions of people.

mod jobs;
mod passing;
mod servers;
mod sessions;

pub(crate) use jobs::{Job, JobKind, JobStatus, JobStep, Order};
pub(crate) use servers::{AppServer, LATEST_AGENT};
pub(crate) use sessions::AppSession;
