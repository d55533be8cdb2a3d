//! What the client of a cloud is made of: an API in whose way requests are signed and answers are read, and
//! credentials.

use std::future::Future;

use jiff::Timestamp;

use crate::{
    Answer, Bounds, Call, CredentialSource, CredentialStore, Credentials, Endpoint, Error, Machine, Moment, Outgoing,
    Pipeline, Refusal, Secret, pipeline::Exchange,
};

/// A request of a cloud's API before it is signed: all that one API has for itself.
pub trait ApiRequest: Sync {
    /// What it is signed with.
    type Credentials: Credentials;

    /// The request as it goes to `endpoint`, signed where there are credentials. A moment is good for one attempt.
    fn sign(&self, endpoint: &Endpoint, credentials: Option<&Self::Credentials>, moment: Moment) -> Outgoing;

    /// How an answer refuses, if it does.
    fn refusal(answer: &Answer) -> Option<Refusal>;

    /// The service's id of the request, from its answer.
    fn request_id(answer: &Answer) -> Option<String>;
}

/// A service that is called with the credentials of a store.
#[derive(Debug)]
pub struct ApiClient<S: CredentialSource> {
    pipeline: Pipeline,
    credentials: CredentialStore<S>,
}

impl<S: CredentialSource> ApiClient<S> {
    /// Sends nothing, and looks for no credentials yet.
    pub fn new(pipeline: Pipeline, source: S) -> Self {
        let credentials = CredentialStore::new(source, pipeline.machine().clone());
        Self { pipeline, credentials }
    }

    /// The machine that it calls from.
    pub fn machine(&self) -> &Machine {
        self.pipeline.machine()
    }

    /// The credentials of all calls.
    pub fn credentials(&self) -> &CredentialStore<S> {
        &self.credentials
    }

    /// How many changes have begun and ended here, in one number: as long as it is the same, nothing was changed.
    pub fn changes(&self) -> u64 {
        self.pipeline.changes()
    }

    /// What the service's clock showed at a moment of this machine's, by the `Date` of its latest answer: that moment
    /// or up to a second and an answer's way before it. `None` as long as no answer had a date.
    pub fn service_time(&self, moment: Timestamp) -> Option<Timestamp> {
        self.pipeline.service_time(moment)
    }

    /// Makes one call with the credentials for `region`; `read` says what is in the answer. What it refuses counts as
    /// an answer that did not come: a call that only reads is made again.
    ///
    /// # Errors
    /// All that a call can meet.
    pub async fn call<R, T>(
        &self,
        call: &Call,
        request: &R,
        endpoint: &Endpoint,
        region: Option<&str>,
        read: impl Fn(&Answer) -> Result<T, Refusal> + Sync,
        bounds: &Bounds,
    ) -> Result<T, Error>
    where
        R: ApiRequest<Credentials = S::Credentials>,
        T: Send,
    {
        let signer = FromStore { store: &self.credentials, region };
        let exchange = Signed { request, endpoint, signer, read };
        self.pipeline.call(call, bounds, &exchange).await.map_err(|error| error.at(endpoint.as_str()))
    }
}

impl Pipeline {
    /// Makes one call with credentials that are at hand, or unsigned; `read` says what is in the answer. This is how
    /// credentials are asked for.
    ///
    /// # Errors
    /// All that a call can meet.
    pub async fn ask<R: ApiRequest, T: Send>(
        &self,
        call: &Call,
        request: &R,
        endpoint: &Endpoint,
        credentials: Option<&R::Credentials>,
        read: fn(&Answer) -> Result<T, Refusal>,
        bounds: &Bounds,
    ) -> Result<T, Error> {
        let exchange = Signed { request, endpoint, signer: Given(credentials), read };
        self.call(call, bounds, &exchange).await.map_err(|error| error.at(endpoint.as_str()))
    }
}

/// Who signs a request.
trait Signer<C>: Sync {
    /// The credentials for one attempt.
    fn get(&self, bounds: &Bounds) -> impl Future<Output = Result<Option<C>, Error>> + Send;

    /// Gives up what the service did not accept; answers whether there can be others.
    fn invalidate(&self, refused: &C) -> impl Future<Output = bool> + Send;
}

struct FromStore<'c, S: CredentialSource> {
    store: &'c CredentialStore<S>,
    region: Option<&'c str>,
}

impl<S: CredentialSource> Signer<S::Credentials> for FromStore<'_, S> {
    async fn get(&self, bounds: &Bounds) -> Result<Option<S::Credentials>, Error> {
        self.store.get(self.region, bounds).await.map(Some)
    }

    async fn invalidate(&self, refused: &S::Credentials) -> bool {
        self.store.invalidate(self.region, refused).await
    }
}

struct Given<'c, C>(Option<&'c C>);

impl<C: Credentials> Signer<C> for Given<'_, C> {
    async fn get(&self, _: &Bounds) -> Result<Option<C>, Error> {
        Ok(self.0.cloned())
    }

    async fn invalidate(&self, _: &C) -> bool {
        false
    }
}

/// A request of an API with its way to be signed.
struct Signed<'c, R, S, F> {
    request: &'c R,
    endpoint: &'c Endpoint,
    signer: S,
    read: F,
}

impl<R, S, F, T> Exchange for Signed<'_, R, S, F>
where
    R: ApiRequest,
    S: Signer<R::Credentials>,
    F: Fn(&Answer) -> Result<T, Refusal> + Sync,
    T: Send,
{
    type Credentials = Option<R::Credentials>;
    type Output = T;

    async fn sign(&self, machine: &Machine, bounds: &Bounds) -> Result<(Outgoing, Self::Credentials), Error> {
        let credentials = self.signer.get(bounds).await?;
        Ok((self.request.sign(self.endpoint, credentials.as_ref(), machine.moment()), credentials))
    }

    fn read(&self, answer: &Answer) -> Result<T, Refusal> {
        match R::refusal(answer) {
            Some(refusal) => Err(refusal),
            None => (self.read)(answer),
        }
    }

    fn request_id(&self, answer: &Answer) -> Option<String> {
        R::request_id(answer)
    }

    fn secrets(&self, credentials: &Self::Credentials) -> Vec<Secret> {
        credentials.as_ref().map(Credentials::secrets).unwrap_or_default()
    }

    async fn invalidate(&self, credentials: &Self::Credentials) -> bool {
        match credentials {
            Some(credentials) => self.signer.invalidate(credentials).await,
            None => false,
        }
    }
}

#[cfg(test)]
mod tests;
