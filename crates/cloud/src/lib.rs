//! What the API clients of clouds share: the request pipeline with its retries and pacing, typed errors, credentials
//! that are renewed in one place, lists in pages, and secrets that cannot be printed.
//!
//! Nothing here knows a cloud, or the program that calls it. A client brings three things of its own: an
//! [`ApiRequest`], which is a signature and how an answer says no; a [`CredentialSource`]; and the operations of its
//! service. An [`ApiClient`] of these does the rest: it gets credentials, waits for its turn, signs, sends, decides
//! from the failure and from [`Effect`] whether sending again is safe, and stops as soon as the [`Bounds`] say so.
//!
//! What is said to a person is not decided here either: an [`Error`] says as values what went wrong, with whom and what
//! is known of the way out ([`ErrorKind`], [`Service`], [`Hint`]).

mod bounds;
mod carry_out;
mod client;
mod credential;
mod environment;
mod error;
mod http;
mod location;
mod machine;
mod network;
mod paging;
mod patience;
mod people;
mod pipeline;
mod search;
mod secret;
mod service;
mod setting;
mod shared_reads;
#[cfg(any(test, feature = "stub"))]
pub mod stub;

pub use bounds::{Backoff, Bounds, GRACE, Stop};
pub use carry_out::{CarriedOut, Look, Mutation, Persistence, carry_out, until_shown};
pub use environment::Environment;
pub use error::{Error, ErrorKind, Hint, Outcome, Pause, Refusal};
pub use patience::{Unread, patiently};
pub use search::Search;
pub use secret::Secret;
pub use service::{Role, Service, Vendor};
pub use setting::{set, set_key, set_password, set_required, set_secret};
pub use shared_reads::{Found, Listing, SharedReads};

pub use client::{ApiClient, ApiRequest};
pub use credential::{
    AccessKey, CredentialSource, CredentialStore, Credentials, InstanceMetadata, Lease, MetadataService,
    MetadataSession, Renewed, RenewedByName, at_the_last_place, in_home, nothing_found, read_profiles,
};
pub use http::{
    Answer, Answering, Endpoint, Lost, Outgoing, hmac_sha256_hex, host_header, null_is_empty, percent_encoded,
    query_string, sha256_hex,
};
pub use location::Location;
pub use machine::{Machine, Moment};
pub use network::{Application, NetworkOptions, REQUESTS_PER_SECOND};
pub use paging::{Page, PageAnswer, PageRequest, all_pages, lacking};
pub use people::{People, Principal};
pub use pipeline::{Call, Effect, Pipeline};
