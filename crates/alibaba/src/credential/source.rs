//! What credentials can come from.

use cloud::{AccessKey, Search};

use crate::config::{AssumeRole, AssumeRoleWithOidc};

/// Where credentials come from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    /// They are given.
    Given(AccessKey),
    /// A role, assumed with other credentials.
    Role { base: Box<Source>, role: AssumeRole, sts_region: Option<String> },
    /// A role, assumed with a token from a file.
    Oidc { role: AssumeRoleWithOidc, sts_region: Option<String> },
    /// A web server that was named for this.
    Uri(String),
    /// The role of the instance that this runs on; its name is asked for where it is not given.
    Instance { role_name: Option<String> },
}

/// A source, and where there was nothing before it.
#[derive(Debug)]
pub(super) struct Found {
    pub source: Source,
    /// For the message, should the last place to look hold nothing either.
    pub searched: Search,
}
