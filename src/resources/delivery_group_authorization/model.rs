//! What is configured, planned and kept, and who is authorized by the service.

use std::collections::BTreeSet;

use alibaba::{Client, Target, UserMeta};
use cloud::{Bounds, Error};
use serde::{Deserialize, Serialize};
use tfplug::{Attr, Diagnostic, Result, timeouts::Timeouts};

use super::members::{Members, Names, Spelling};
use crate::failure::failed_at;

/// Configuration, plan and state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Model {
    pub(super) id: Attr<String>,
    pub(super) delivery_group_id: Attr<String>,
    pub(super) delivery_group_set_id: Attr<String>,
    pub(super) user_names: Attr<BTreeSet<String>>,
    pub(super) user_group_ids: Attr<BTreeSet<String>>,
    pub(super) user_type: Attr<String>,
    pub(super) ad_domain: Attr<String>,
    pub(super) persistent_session_id: Attr<String>,
    pub(super) product_type: Attr<String>,
    pub(super) exclusive: Attr<bool>,
    pub(super) timeouts: Attr<Timeouts>,
}

/// Which delivery group, or set of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) delivery_group_id: Attr<String>,
    pub(crate) delivery_group_set_id: Attr<String>,
    pub(crate) persistent_session_id: Attr<String>,
}

impl Model {
    /// A state that lists nobody yet.
    pub(super) fn empty() -> Self {
        Self {
            id: Attr::Null,
            delivery_group_id: Attr::Null,
            delivery_group_set_id: Attr::Null,
            user_names: Attr::Null,
            user_group_ids: Attr::Null,
            user_type: Attr::Null,
            ad_domain: Attr::Null,
            persistent_session_id: Attr::Null,
            product_type: "CloudApp".into(),
            exclusive: Attr::Known(false),
            timeouts: Attr::Null,
        }
    }

    fn imported(mut self, current: &Members, target: &Target) -> Self {
        let before = self.clone();
        self.id = target.id().into();
        self.set_members(current, &before);
        self
    }

    /// A state that names a delivery group, or one of its persistent sessions, and lists nobody yet.
    pub(crate) fn of_group(delivery_group_id: &str, persistent_session_id: Option<&str>) -> Self {
        let persistent_session_id = persistent_session_id.map(str::to_owned).into();
        Self { delivery_group_id: delivery_group_id.into(), persistent_session_id, ..Self::empty() }
    }

    /// The same with everybody who is authorized today.
    pub(crate) async fn adopt(self, client: &Client, bounds: &Bounds) -> Result<Self> {
        let target = self.required_target()?;
        let current = self.current(client, &target, bounds).await.map_err(|error| self.cannot("read", &error))?;
        Ok(self.imported(&current, &target))
    }

    /// Which authorization it is.
    pub(crate) fn identity(&self) -> Identity {
        Identity {
            delivery_group_id: self.delivery_group_id.clone(),
            delivery_group_set_id: self.delivery_group_set_id.clone(),
            persistent_session_id: self.persistent_session_id.clone(),
        }
    }

    pub(super) fn target(&self) -> Option<Target> {
        match (self.delivery_group_id.as_str(), self.delivery_group_set_id.as_str()) {
            (Some(id), _) => Some(Target::DeliveryGroup(id.to_owned())),
            (None, Some(id)) => Some(Target::DeliveryGroupSet(id.to_owned())),
            (None, None) => None,
        }
    }

    pub(super) fn required_target(&self) -> Result<Target> {
        self.target().ok_or_else(|| {
            let detail = "Give the ID of a delivery group, or of a set of delivery groups.";
            Diagnostic::error("No delivery group is named", detail).into()
        })
    }

    pub(super) fn product_type(&self) -> &str {
        self.product_type.as_str().unwrap_or(alibaba::PRODUCT_TYPE_CLOUD_APP)
    }

    pub(super) fn user_meta(&self) -> Option<UserMeta> {
        let (user_type, ad_domain) = (self.user_type.as_str(), self.ad_domain.as_str());
        (user_type.is_some() || ad_domain.is_some())
            .then(|| UserMeta { user_type: user_type.map(Into::into), ad_domain: ad_domain.map(Into::into) })
    }

    pub(super) fn spelling(&self) -> Spelling {
        Spelling::new(self.ad_domain.as_str())
    }

    pub(super) fn members(&self) -> Members {
        Members {
            users: Names::new(self.user_names.as_known().into_iter().flatten().cloned(), self.spelling()),
            groups: self.user_group_ids.as_known().cloned().unwrap_or_default(),
        }
    }

    /// Everybody who is authorized today.
    pub(super) async fn current(&self, client: &Client, target: &Target, bounds: &Bounds) -> Result<Members, Error> {
        let session = self.persistent_session_id.as_str();
        let users = client.authorized_users(target, session, self.product_type(), bounds).await?;
        let groups = client.authorized_user_groups(target, self.product_type(), bounds).await?;
        Ok(Members {
            users: Names::new(users.into_iter().filter_map(|user| user.end_user_id), self.spelling()),
            groups: groups.into_iter().filter_map(|group| group.group_id).collect(),
        })
    }

    /// Lists these people. A list that `like` does not set stays unset while there is nobody to put into it.
    pub(super) fn set_members(&mut self, members: &Members, like: &Self) {
        let users: BTreeSet<_> = members.users.written().cloned().collect();
        self.user_names = if users.is_empty() && !like.user_names.is_known() { Attr::Null } else { Attr::Known(users) };
        self.user_group_ids = if members.groups.is_empty() && !like.user_group_ids.is_known() {
            Attr::Null
        } else {
            Attr::Known(members.groups.clone())
        };
    }

    pub(super) fn cannot(&self, what: &str, error: &Error) -> Diagnostic {
        let (of, attribute) = match self.target() {
            Some(Target::DeliveryGroupSet(id)) => (format!("delivery group set {id:?}"), "delivery_group_set_id"),
            Some(Target::DeliveryGroup(id)) => (format!("delivery group {id:?}"), "delivery_group_id"),
            None => ("a delivery group".to_owned(), "delivery_group_id"),
        };
        let attributes = [
            ("Persistent", "persistent_session_id"),
            ("UserGroup", "user_group_ids"),
            ("User", "user_names"),
            ("AppInstanceGroup", attribute),
        ];
        failed_at(&format!("{what} the authorizations of {of}"), error, &attributes)
    }
}
