//! Credentials: what they are, where they come from, and how they stay good.
//!
//! A client says how it gets credentials ([`CredentialSource`]); the [`CredentialStore`] asks at first use, renews
//! before the end, and gives up what a service has refused, each once for all calls.

mod metadata;
mod profile;
mod renewal;

use std::{fmt, future::Future};

pub use self::{
    metadata::{InstanceMetadata, MetadataService, MetadataSession},
    profile::{in_home, read_profiles},
    renewal::{Lease, Renewed, RenewedByName},
};
use crate::{Bounds, Error, Hint, Machine, Role, Search, Secret, Service};

/// What a request is signed with, or carries in place of a signature.
pub trait Credentials: Clone + PartialEq + fmt::Debug + Send + Sync + 'static {
    /// What of them no message may hold.
    fn secrets(&self) -> Vec<Secret>;
}

/// An access key, with the token that belongs to it where it is a temporary one.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// The key's id, which is no secret.
    pub id: String,
    /// What requests are signed with.
    pub secret: Secret,
    /// The security token of a temporary key.
    pub security_token: Option<Secret>,
}

impl AccessKey {
    /// A key; an empty token counts as none.
    pub fn new(id: impl Into<String>, secret: impl Into<Secret>, security_token: Option<Secret>) -> Self {
        let security_token = security_token.filter(|token| !token.is_empty());
        Self { id: id.into(), secret: secret.into(), security_token }
    }
}

impl Credentials for AccessKey {
    fn secrets(&self) -> Vec<Secret> {
        std::iter::once(self.secret.clone()).chain(self.security_token.clone()).collect()
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("id", &self.id)
            .field("temporary", &self.security_token.is_some())
            .finish_non_exhaustive()
    }
}

/// How a client gets its credentials.
pub trait CredentialSource: fmt::Debug + Send + Sync {
    /// What it gets.
    type Credentials: Credentials;

    /// Gets credentials for calls in `region`, be it by looking them up or by asking for them.
    ///
    /// # Errors
    /// When there are none, with all the places that were looked at ([`nothing_found`]); or when the service that
    /// issues them says no.
    fn obtain(
        &self,
        region: Option<&str>,
        bounds: &Bounds,
    ) -> impl Future<Output = Result<Lease<Self::Credentials>, Error>> + Send;

    /// Whether credentials are good in the region only that they were asked for.
    fn is_regional(&self) -> bool {
        false
    }
}

/// The credentials of one client.
#[derive(Debug)]
pub struct CredentialStore<S: CredentialSource> {
    source: S,
    /// By region where they are good for one region only, else under the empty name.
    current: RenewedByName<S::Credentials>,
}

impl<S: CredentialSource> CredentialStore<S> {
    /// A store that asks nobody before it is asked itself.
    pub fn new(source: S, machine: Machine) -> Self {
        Self { source, current: RenewedByName::on(machine) }
    }

    /// Where the credentials come from.
    pub fn source(&self) -> &S {
        &self.source
    }

    /// The present credentials for calls in a region.
    ///
    /// # Errors
    /// Those of [`CredentialSource::obtain`].
    pub async fn get(&self, region: Option<&str>, bounds: &Bounds) -> Result<S::Credentials, Error> {
        self.current.named(self.name(region)).get(bounds, || self.source.obtain(region, bounds)).await
    }

    /// Gives up credentials that the service did not accept; answers whether there can be others.
    pub async fn invalidate(&self, region: Option<&str>, refused: &S::Credentials) -> bool {
        self.current.named(self.name(region)).invalidate(refused).await
    }

    fn name<'r>(&self, region: Option<&'r str>) -> &'r str {
        region.filter(|_| self.source.is_regional()).unwrap_or_default()
    }
}

/// The error when no place holds credentials for `service`.
pub fn nothing_found(service: Service, search: Search) -> Error {
    Error::configuration(service, search.describe(service, "the configuration")).hinting(Hint::NoCredentials(search))
}

/// What `error` means when instance metadata was the last place to look at, called `place`: that there are no
/// credentials for `service`. Any other error, and that of an instance whose role was asked for by name, stays what it
/// is.
pub fn at_the_last_place(error: Error, service: Service, place: &str, mut search: Search) -> Error {
    if search.is_empty() || error.service().is_none_or(|asked| asked.role != Role::Metadata) {
        return error;
    }
    search.not_at(place, error.message());
    nothing_found(service, search)
}

#[cfg(test)]
mod tests;
