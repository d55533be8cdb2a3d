//! Sessions on the servers of server groups.

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::{Client, sign::Request};
use crate::cloud::{CallContext, Error};

/// A session (`list_sessions`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct Session {
    /// The session's id.
    pub id: Option<String>,
    /// Who is signed in.
    pub login_user: Option<String>,
    /// The kind of session.
    pub session_type: Option<String>,
    /// `Active`, `Disconnected`, `AppcInit`, `SignedOut` or `InitFail`.
    pub session_state: Option<String>,
    /// The server group of its server.
    pub app_server_group_id: Option<String>,
    /// That group's name.
    pub app_server_group_name: Option<String>,
    /// Its server's id.
    pub machine_sid: Option<String>,
    /// Its server's name.
    pub machine_name: Option<String>,
    /// Its server's address.
    pub vm_ip: Option<String>,
    /// The application in use.
    pub app_name: Option<String>,
    /// The user's machine.
    pub client_name: Option<String>,
    /// The user's address.
    pub client_ip: Option<String>,
    /// RFC 3339.
    pub start_time: Option<String>,
    /// RFC 3339.
    pub end_time: Option<String>,
}

/// The filters of `list_sessions`; those that are not set let everything pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// `app_server_group_id`
    pub server_group_id: Option<String>,
    /// `user_name`
    pub user_name: Option<String>,
    /// `machine_name`
    pub machine_name: Option<String>,
    /// `session_state`: any of these.
    pub session_states: Vec<String>,
}

impl Client {
    /// All sessions that the filter lets pass, over all pages (`list_sessions`).
    ///
    /// # Errors
    /// All that a call can meet; there is no result of some pages only.
    pub async fn sessions(&self, filter: &SessionFilter, cx: &CallContext) -> Result<Vec<Session>, Error> {
        let states = filter.session_states.join(",");
        let request = Request::new(Method::GET, "/session/list-sessions")
            .query("app_server_group_id", filter.server_group_id.as_deref())
            .query("user_name", filter.user_name.as_deref())
            .query("machine_name", filter.machine_name.as_deref())
            .query("session_state", Some(states).filter(|states| !states.is_empty()));
        self.all("list_sessions", "sessions", request, cx).await
    }
}
