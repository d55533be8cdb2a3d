//! Who is to stay authorized when a resource is replaced.

use cloud::Principal;
use serde::{Deserialize, Serialize};

use super::{
    Model,
    members::{Members, Names},
};

/// The private entry for a [`Successor`].
pub(super) const SUCCESSOR: &str = "successor";

/// Who is authorized by the resource that is planned to be created.
///
/// Terraform replaces a resource whose creation stopped halfway: it destroys it and creates it again. Whoever was
/// authorized by then would be removed and added again, in between unable to work. The plan of a creation is also what
/// the destruction before it is given, so it says here who is to stay. The plan of a mere destruction says nothing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Successor {
    target: String,
    user_type: Option<String>,
    ad_domain: Option<String>,
    persistent_session_id: Option<String>,
    user_names: Vec<Principal>,
    user_group_ids: Vec<Principal>,
}

impl Successor {
    /// `None` where it is not known yet who that will be.
    pub(super) fn of(planned: &Model) -> Option<Self> {
        if planned.user_names.is_unknown() || planned.user_group_ids.is_unknown() {
            return None;
        }
        let members = planned.members();
        Some(Self {
            target: planned.target()?.id().to_owned(),
            user_type: planned.user_type.as_str().map(Into::into),
            ad_domain: planned.ad_domain.as_str().map(Into::into),
            persistent_session_id: planned.persistent_session_id.as_str().map(Into::into),
            user_names: members.users.written().cloned().collect(),
            user_group_ids: members.groups.into_iter().collect(),
        })
    }

    /// Whether it authorizes in the same way for the same group, so that nothing need be taken back.
    pub(super) fn is_for(&self, state: &Model) -> bool {
        state.target().is_some_and(|target| target.id() == self.target)
            && self.user_type.as_deref() == state.user_type.as_str()
            && self.ad_domain.as_deref() == state.ad_domain.as_str()
            && self.persistent_session_id.as_deref() == state.persistent_session_id.as_str()
    }

    pub(super) fn members(self, state: &Model) -> Members {
        Members {
            users: Names::new(self.user_names, state.spelling()),
            groups: self.user_group_ids.into_iter().collect(),
        }
    }
}
