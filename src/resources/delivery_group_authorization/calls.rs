//! The calls of `AuthorizeInstanceGroup` that one change takes.

use std::time::Duration;

use alibaba::{AuthorizationChange, Client, Target};
use cloud::{Backoff, Bounds, Error};
use tfplug::{Diagnostics, Result};

use super::{
    Model,
    members::{Difference, Members},
};

/// How often one call is sent at most. Each further time, the lists have been read and show that it had no effect.
const MAX_SENDS: u32 = 3;

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
            if let Err(failure) = self.call(&batch).await {
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

    /// One call. Where it is not known whether it happened, the lists are read, and only what they show to be missing
    /// is sent again.
    async fn call(&self, batch: &Difference) -> Result<(), Failure> {
        for send in 1..=MAX_SENDS {
            let change = AuthorizationChange {
                authorize_users: batch.add_users.clone(),
                unauthorize_users: batch.remove_users.clone(),
                authorize_user_groups: batch.add_groups.clone(),
                unauthorize_user_groups: batch.remove_groups.clone(),
                user_meta: self.model.user_meta(),
                persistent_session_id: self.model.persistent_session_id.as_str().map(Into::into),
                avatar_id: None,
            };
            match self.client.authorize(self.target, &change, self.model.product_type(), self.bounds).await {
                Ok(()) => return Ok(()),
                Err(error) if error.outcome_unknown() && send < MAX_SENDS => {
                    tracing::warn!(operation = error.operation(), "no answer; looking whether it happened");
                    if self.shows(batch).await? {
                        return Ok(());
                    }
                }
                Err(error) => return Err(Failure::Call(Box::new(error))),
            }
        }
        Ok(())
    }

    /// Looks whether a call that got no answer took effect; for some seconds, because it may not show at once.
    async fn shows(&self, batch: &Difference) -> Result<bool, Failure> {
        let short = self.bounds.clone().with_timeout(Duration::from_secs(6));
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
        loop {
            let current = self.model.current(self.client, self.target, self.bounds).await;
            let current = current.map_err(|error| Failure::Call(Box::new(error)))?;
            if batch.is_done(&current) {
                return Ok(true);
            }
            if backoff.wait(&short).await.is_err() {
                return Ok(false);
            }
        }
    }

    fn after_some(&self, error: &Error, done: usize, total: usize) -> Diagnostics {
        let mut diagnostic = self.model.cannot("change", error);
        diagnostic.detail.push_str(&format!(
            "\n\n{done} of {total} calls had been carried out before; the next apply makes the others."
        ));
        diagnostic.into()
    }
}
