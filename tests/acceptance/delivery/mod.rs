//! Alibaba Cloud App Streaming: everything about delivery groups.

mod adoption;
mod authorization;
mod authorization_set;
mod credentials;
mod data;
mod each_fault;
mod failures;
mod faults;
mod image;
mod ota;
mod sessions;
