//! The calls of `AuthorizeInstanceGroup` that one change takes.

use std::time::Duration;

use alibaba::{AuthorizationChange, Client, Target};
use cloud::{Bounds, Error, Mutation, Persistence, carry_out};
use tfplug::{Diagnostics, Result};

use super::{
    Model,
    members::{Difference, Members},
};

/// A change shows in the lists within seconds; one that shows no effect for this long did not arrive.
const PERSISTENCE: Persistence = Persistence { sends: 3, settle: Duration::from_secs(6) };

/// Why a change ended early.
pub(super) enum Failure {
    Call(Box<Error>),
    Told(Diagnostics),
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Told(diagnostics)
    }
}

impl Failure {
    /// What to tell of a change that `attempt` ("change", "remove") stands for.
    pub(super) fn into_diagnostics(self, model: &Model, attempt: &str) -> Diagnostics {
        match self {
            Self::Call(error) => model.cannot(attempt, &error).into(),
            Self::Told(diagnostics) => diagnostics,
        }
    }
}

/// The calls of one change.
pub(super) struct Calls<'a> {
    pub(super) client: &'a Client,
    pub(super) target: &'a Target,
    pub(super) model: &'a Model,
    pub(super) bounds: &'a Bounds,
}

impl Calls<'_> {
    /// Makes the calls one after the other; after each, `reached` gets who is listed by then.
    pub(super) async fn apply(
        &self,
        difference: &Difference,
        from: &Members,
        mut reached: impl FnMut(&Members) -> Result<()>,
    ) -> Result<(), Failure> {
        let mut members = from.clone();
        let total = difference.batches().count();
        for (position, batch) in difference.batches().enumerate() {
            if let Err(failure) = self.call(batch.clone()).await {
                return Err(match failure {
                    Failure::Call(error) if position > 0 => Failure::Told(self.after_some(&error, position, total)),
                    failure => failure,
                });
            }
            batch.carry_out(&mut members);
            reached(&members)?;
        }
        Ok(())
    }

    async fn call(&self, batch: Difference) -> Result<(), Failure> {
        let sent = carry_out(Batch { calls: self, left: batch }, self.bounds).await;
        sent.map(|_| ()).map_err(|error| Failure::Call(Box::new(error.or_else(|error| error))))
    }

    fn after_some(&self, error: &Error, done: usize, total: usize) -> Diagnostics {
        let mut diagnostic = self.model.cannot("change", error);
        diagnostic.detail.push_str(&format!(
            "\n\n{done} of {total} calls had been carried out before; the next apply makes the others."
        ));
        diagnostic.into()
    }
}

/// One call. Its effect is that the lists show everybody as it wants them; only what they show to be missing is sent
/// again.
struct Batch<'a> {
    calls: &'a Calls<'a>,
    left: Difference,
}

impl Mutation for Batch<'_> {
    type Answer = ();
    type Seen = ();
    type Unreadable = Error;

    fn persistence(&self) -> Persistence {
        PERSISTENCE
    }

    async fn send(&mut self, bounds: &Bounds) -> Result<(), Error> {
        let model = self.calls.model;
        let change = AuthorizationChange {
            authorize_users: self.left.add_users.clone(),
            unauthorize_users: self.left.remove_users.clone(),
            authorize_user_groups: self.left.add_groups.clone(),
            unauthorize_user_groups: self.left.remove_groups.clone(),
            user_meta: model.user_meta(),
            persistent_session_id: model.persistent_session_id.as_str().map(Into::into),
            avatar_id: None,
        };
        self.calls.client.authorize(self.calls.target, &change, model.product_type(), bounds).await
    }

    async fn look(&mut self, bounds: &Bounds) -> Result<Option<()>, Error> {
        let current = self.calls.model.current(self.calls.client, self.calls.target, bounds).await?;
        self.left = self.left.left(&current);
        Ok(self.left.is_empty().then_some(()))
    }
}
