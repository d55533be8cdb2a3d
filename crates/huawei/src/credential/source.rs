//! What credentials can come from.

use cloud::{Search, Secret};

use crate::{config::AssumeRole, sign::Credentials};

/// Where credentials come from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// They are given.
    Given(Credentials),
    /// A user signs in.
    Password(User),
    /// The agency of the instance that this runs on.
    Instance,
}

/// A user who signs in with a password.
#[derive(Debug, Clone)]
pub(super) struct User {
    pub name: Option<String>,
    pub id: Option<String>,
    pub password: Secret,
}

/// A source, the agency to assume with it, and where there was nothing before it.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub source: Source,
    pub assume_role: Option<AssumeRole>,
    /// For the message, should the last place to look hold nothing either.
    pub searched: Search,
}
