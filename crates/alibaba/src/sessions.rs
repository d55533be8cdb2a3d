//! Sessions (*app instances*): listing them, and ending all of a delivery group's.

use cloud::{Bounds, Error, PageAnswer, Principal, lacking};
use serde::Deserialize;

use super::{Client, client::Item, delivery_groups::named, sign::Parameters};

/// A session of a delivery group (`ListAppInstances`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Session {
    /// `AppInstanceId`, `ai-…`
    pub app_instance_id: Option<String>,
    /// `AppInstanceGroupId`
    pub app_instance_group_id: Option<String>,
    /// `Status`: of the session's machine, such as `RUNNING` or `INIT`.
    pub status: Option<String>,
    /// `SessionStatus`: `connect`, `disconnect` or `idle`.
    pub session_status: Option<String>,
    /// `BindInfo`: whose session it is.
    pub bind_info: Option<BindInfo>,
    /// `ChargeType`
    pub charge_type: Option<String>,
    /// `GmtCreate`
    pub gmt_create: Option<String>,
    /// `GmtModified`
    pub gmt_modified: Option<String>,
    /// `MainEthPublicIp`
    pub main_eth_public_ip: Option<String>,
    /// `NetworkInterfaceId`
    pub network_interface_id: Option<String>,
    /// `NetworkInterfaceIp`
    pub network_interface_ip: Option<String>,
    /// `NodeId`
    pub node_id: Option<String>,
}

/// Whose session one is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct BindInfo {
    /// `EndUserId`: the user's name.
    pub end_user_id: Option<Principal>,
    /// `UsageDuration`, in seconds.
    pub usage_duration: Option<i64>,
}

impl Item for Session {
    fn lacks(&self) -> Option<&'static str> {
        lacking([("AppInstanceId", self.app_instance_id.is_some())])
    }

    fn people(&self) -> Vec<&Principal> {
        self.bind_info.iter().filter_map(|bound| bound.end_user_id.as_ref()).collect()
    }
}

/// The filters of `ListAppInstances`; those that are not set let everything pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// `AppInstanceId`
    pub session_id: Option<String>,
    /// `AppInstanceIdList`: any of these.
    pub session_ids: Vec<String>,
    /// `UserIdList`: the sessions of any of these users.
    pub user_names: Vec<Principal>,
    /// `Status`: any of these.
    pub status: Vec<String>,
    /// `IncludeDeleted`
    pub include_deleted: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListAnswer {
    app_instance_models: Option<Vec<Session>>,
    total_count: Option<u64>,
    page_number: Option<u64>,
}

impl From<ListAnswer> for PageAnswer<Session> {
    fn from(answer: ListAnswer) -> Self {
        Self { items: answer.app_instance_models, count: answer.total_count, number: answer.page_number }
    }
}

impl Client {
    /// All sessions of a delivery group that the filter lets pass (`ListAppInstances`).
    ///
    /// # Errors
    /// All that a call can meet; there is no result of some pages only.
    pub async fn sessions(
        &self,
        delivery_group_id: &str,
        filter: &SessionFilter,
        bounds: &Bounds,
    ) -> Result<Vec<Session>, Error> {
        let parameters = Parameters::new()
            .query("AppInstanceGroupId", delivery_group_id)
            .query("AppInstanceId", filter.session_id.as_deref())
            .query("IncludeDeleted", filter.include_deleted)
            .query_list("UserIdList", &filter.user_names)
            .body_list("AppInstanceIdList", &filter.session_ids)
            .body_list("Status", &filter.status);
        let ask = |page| parameters.clone().page_in_query(page);
        self.all::<ListAnswer, _>("ListAppInstances", named(delivery_group_id), ask, bounds).await
    }

    /// Ends all sessions of a delivery group (`LogOffAllSessionsInAppInstanceGroup`). It serves only pay-as-you-go
    /// groups that scale by schedule, outside the scheduled periods, and goes on after this call has been answered.
    ///
    /// # Errors
    /// All that a call can meet. Where the outcome is unknown, look at the sessions.
    pub async fn log_off_all_sessions(
        &self,
        delivery_group_id: &str,
        product_type: &str,
        bounds: &Bounds,
    ) -> Result<(), Error> {
        let parameters =
            Parameters::new().body("AppInstanceGroupId", delivery_group_id).body("ProductType", product_type);
        self.change("LogOffAllSessionsInAppInstanceGroup", named(delivery_group_id), parameters, bounds).await
    }
}
