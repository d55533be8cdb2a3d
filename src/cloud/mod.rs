//! What both API clients share: the request pipeline with its retries and pacing, typed errors,
//! credentials that are renewed in one place, and secrets that cannot be printed.
//!
//! Nothing here knows a cloud. A client describes one request as an `Exchange`: how to sign it
//! now, and how to read the answer. The `Pipeline` does the rest: it waits for its turn, sends,
//! decides from the failure and from [`Repeat`] whether sending again is safe, and stops as soon
//! as the [`CallContext`] says so.

mod canonical;
mod context;
mod endpoint;
mod environment;
mod error;
mod http;
mod json;
mod pace;
mod pacer;
mod pipeline;
mod renewal;
mod retry;
mod secret;
#[cfg(test)]
pub(crate) mod stub;

pub use context::{Backoff, CallContext, Stop};
pub use environment::Environment;
pub use error::{Error, ErrorKind, Outcome};
pub use retry::Repeat;
pub use secret::Secret;

pub(crate) use canonical::{hmac_sha256_hex, percent_encoded, query_string, sha256_hex};
pub(crate) use endpoint::{Endpoint, host_header};
pub(crate) use http::{Answer, Http, HttpOptions, Outgoing};
pub(crate) use json::null_is_empty;
pub(crate) use pacer::Pacer;
pub(crate) use pipeline::{Call, Exchange, Fetch, Pipeline, Refusal};
pub(crate) use renewal::{Lease, Renewed};
pub(crate) use retry::RetryPolicy;
