//! Who may use a delivery group.

use cloud::{Bounds, Error, PageAnswer, Principal, lacking, null_is_empty};
use serde::{Deserialize, Serialize};

use super::{Client, client::Item, delivery_groups::named, sign::Parameters};

/// The most names that `AuthorizeInstanceGroup` takes in each of its lists.
pub const MAX_NAMES_PER_CALL: usize = 100;

/// What users are authorized for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A delivery group, `AppInstanceGroupId`.
    DeliveryGroup(String),
    /// A set of delivery groups, `AppInstanceGroupSetId`.
    DeliveryGroupSet(String),
}

impl Target {
    /// The id, of either.
    pub fn id(&self) -> &str {
        match self {
            Self::DeliveryGroup(id) | Self::DeliveryGroupSet(id) => id,
        }
    }

    fn named(&self) -> String {
        match self {
            Self::DeliveryGroup(id) => named(id),
            Self::DeliveryGroupSet(id) => format!("delivery group set \"{id}\""),
        }
    }

    fn parameters(&self, product_type: &str) -> Parameters {
        let name = match self {
            Self::DeliveryGroup(_) => "AppInstanceGroupId",
            Self::DeliveryGroupSet(_) => "AppInstanceGroupSetId",
        };
        Parameters::new().body(name, self.id()).body("ProductType", product_type)
    }
}

/// What kind of users the names are (`UserMeta`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserMeta {
    /// `Type`: `simple` for convenience accounts, `ad` for those of an Active Directory.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub user_type: Option<String>,
    /// `AdDomain`: the directory's domain, with `ad` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ad_domain: Option<String>,
}

/// One call's worth of changes to who may use something. Additions and removals take effect together; each list holds
/// [`MAX_NAMES_PER_CALL`] names at most.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorizationChange {
    /// `AuthorizeUserIds`: names of users to add.
    pub authorize_users: Vec<Principal>,
    /// `UnAuthorizeUserIds`: names of users to remove.
    pub unauthorize_users: Vec<Principal>,
    /// `AuthorizeUserGroupIds`
    pub authorize_user_groups: Vec<Principal>,
    /// `UnAuthorizeUserGroupIds`
    pub unauthorize_user_groups: Vec<Principal>,
    /// `UserMeta`
    pub user_meta: Option<UserMeta>,
    /// `AppInstancePersistentId`: the persistent session, where the group authorizes by session.
    pub persistent_session_id: Option<String>,
}

/// A user who is authorized (`ListAuthorizedUsers`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AuthorizedUser {
    /// `EndUserId`: the user's name.
    pub end_user_id: Option<Principal>,
    /// `AccountType`: `SIMPLE` or `AD`.
    pub account_type: Option<String>,
    /// `AuthMode`: `App`, `Session` or `AppInstanceGroup`.
    pub auth_mode: Option<String>,
    /// `AppInstanceGroupId`
    pub app_instance_group_id: Option<String>,
    /// `AppInstancePersistentIds`: the user's persistent sessions.
    #[serde(deserialize_with = "null_is_empty")]
    pub app_instance_persistent_ids: Vec<String>,
    /// `AppId`, where the group authorizes by application.
    pub app_id: Option<String>,
    /// `IsAuthAllApps`
    pub is_auth_all_apps: Option<String>,
    /// `Email`
    pub email: Option<String>,
    /// `Phone`
    pub phone: Option<String>,
}

/// A user group that is authorized (`ListAuthorizedUserGroups`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AuthorizedUserGroup {
    /// `GroupId`, `ug-…`
    pub group_id: Option<Principal>,
    /// `GroupName`
    pub group_name: Option<Principal>,
    /// `AuthMode`
    pub auth_mode: Option<String>,
    /// `AppInstanceGroupId`
    pub app_instance_group_id: Option<String>,
}

impl Item for AuthorizedUser {
    fn lacks(&self) -> Option<&'static str> {
        lacking([("EndUserId", self.end_user_id.is_some())])
    }

    fn people(&self) -> Vec<&Principal> {
        self.end_user_id.iter().collect()
    }
}

impl Item for AuthorizedUserGroup {
    fn lacks(&self) -> Option<&'static str> {
        lacking([("GroupId", self.group_id.is_some())])
    }

    fn people(&self) -> Vec<&Principal> {
        self.group_id.iter().chain(&self.group_name).collect()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UsersAnswer {
    users: Option<Vec<AuthorizedUser>>,
    /// Of records, of which several make one user.
    total_count: Option<u64>,
    page_number: Option<u64>,
}

impl From<UsersAnswer> for PageAnswer<AuthorizedUser> {
    fn from(answer: UsersAnswer) -> Self {
        Self { items: answer.users, count: answer.total_count, number: answer.page_number }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UserGroupsAnswer {
    user_groups: Option<Vec<AuthorizedUserGroup>>,
    total_count: Option<u64>,
    page_number: Option<u64>,
}

impl From<UserGroupsAnswer> for PageAnswer<AuthorizedUserGroup> {
    fn from(answer: UserGroupsAnswer) -> Self {
        Self { items: answer.user_groups, count: answer.total_count, number: answer.page_number }
    }
}

impl Client {
    /// Adds and removes users and user groups (`AuthorizeInstanceGroup`). The service tells those who were added by
    /// mail.
    ///
    /// # Errors
    /// All that a call can meet. Where the outcome is unknown, read who is authorized first.
    pub async fn authorize(
        &self,
        target: &Target,
        change: &AuthorizationChange,
        product_type: &str,
        bounds: &Bounds,
    ) -> Result<(), Error> {
        // Two short texts always serialize.
        let user_meta = change.user_meta.as_ref().and_then(|meta| serde_json::to_string(meta).ok());
        let parameters = target
            .parameters(product_type)
            .body_list("AuthorizeUserIds", &change.authorize_users)
            .body_list("UnAuthorizeUserIds", &change.unauthorize_users)
            .body_list("AuthorizeUserGroupIds", &change.authorize_user_groups)
            .body_list("UnAuthorizeUserGroupIds", &change.unauthorize_user_groups)
            .body("UserMeta", user_meta)
            .body("AppInstancePersistentId", change.persistent_session_id.as_deref());
        self.change("AuthorizeInstanceGroup", target.named(), parameters, bounds).await
    }

    /// All users who are authorized (`ListAuthorizedUsers`), of one persistent session where that is given. The service
    /// pages over authorization records and merges those of one user, so a page can hold fewer users than records, and
    /// one user can appear on several pages.
    ///
    /// # Errors
    /// All that a call can meet; there is no result of some pages only.
    pub async fn authorized_users(
        &self,
        target: &Target,
        persistent_session_id: Option<&str>,
        product_type: &str,
        bounds: &Bounds,
    ) -> Result<Vec<AuthorizedUser>, Error> {
        let parameters = target.parameters(product_type).body("AppInstancePersistentId", persistent_session_id);
        self.all::<UsersAnswer, _>(
            "ListAuthorizedUsers",
            target.named(),
            |page| parameters.clone().page_in_body(page),
            bounds,
        )
        .await
    }

    /// All user groups that are authorized (`ListAuthorizedUserGroups`).
    ///
    /// # Errors
    /// All that a call can meet; there is no result of some pages only.
    pub async fn authorized_user_groups(
        &self,
        target: &Target,
        product_type: &str,
        bounds: &Bounds,
    ) -> Result<Vec<AuthorizedUserGroup>, Error> {
        let parameters = target.parameters(product_type);
        self.all::<UserGroupsAnswer, _>(
            "ListAuthorizedUserGroups",
            target.named(),
            |page| parameters.clone().page_in_body(page),
            bounds,
        )
        .await
    }
}
