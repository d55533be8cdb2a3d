//! What both API clients share: the request pipeline with its retries and pacing, typed errors,
//! credentials that are renewed in one place, and secrets that cannot be printed.
//!
//! Nothing here knows a cloud. A client describes one request as an `Exchange`: how to sign it
//! now, and how to read the answer. The `Pipeline` does the rest: it waits for its turn, sends,
//! decides from the failure and from [`Effect`] whether sending again is safe, and stops as soon
//! as the [`Bounds`] says so.

mod bounds;
mod canonical;
mod carry_out;
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
#[cfg(any(test, feature = "stub"))]
pub mod stub;

pub use bounds::{Backoff, Bounds, Stop};
pub use carry_out::{CarriedOut, GRACE, Mutation, NotCarriedOut, Persistence, carry_out};
pub use environment::Environment;
pub use error::{Error, ErrorKind, Outcome};
pub use retry::Effect;
pub use secret::Secret;

pub use canonical::{hmac_sha256_hex, percent_encoded, query_string, sha256_hex};
pub use endpoint::{Endpoint, host_header};
pub use http::{Answer, Http, HttpOptions, Outgoing};
pub use json::null_is_empty;
pub use pacer::Pacer;
pub use pipeline::{Call, Exchange, Fetch, Pipeline, Refusal};
pub use renewal::{Lease, Renewed};
pub use retry::RetryPolicy;
