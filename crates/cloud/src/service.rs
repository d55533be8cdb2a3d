//! Who is called, as a value: what a failure means for a person can depend on it.

use std::net::Ipv4Addr;

/// A cloud: the one constant of its client that says who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vendor {
    /// The cloud's name, as people know it.
    pub name: &'static str,
    /// Addresses of this cloud that never leave the host, beside the link-local ones that every network has. An
    /// instance finds its metadata there, in the clear.
    pub host_addresses: &'static [Ipv4Addr],
}

/// A service of a cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// Whose service it is.
    pub vendor: Vendor,
    /// Its name in messages, with the vendor's.
    pub name: &'static str,
    /// What it is there for.
    pub role: Role,
}

/// What a client needs a service for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It does what the client is for.
    Api,
    /// It gives out credentials, or knows what they belong to.
    Identity,
    /// It tells an instance about itself, its credentials among that.
    Metadata,
}
