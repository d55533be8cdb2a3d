//! The servers of a server group.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::is_off;

/// The version of the access agent that servers can be brought to; new ones have it.
pub(crate) const LATEST_AGENT: &str = "24.2.0.0";
/// The version of the access agent on servers of which nothing else is said.
const FIRST_AGENT: &str = "23.6.0.0";

/// A server of a server group. What is not said of it is as its group has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AppServer {
    /// What people call it.
    pub name: String,
    /// What its operating system is called.
    #[serde(default)]
    pub machine_name: String,
    /// `REGISTERED`, `UNREGISTER`, `MAINTAINING`, `FREEZE`, `STOPPED` or `NONE`.
    #[serde(default = "registered")]
    pub status: String,
    /// Sessions on it of which nobody asks for more; those that there are count in any case.
    #[serde(default)]
    pub session_count: i64,
    /// Free text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Whether it takes no new sessions because somebody works on it.
    #[serde(default, skip_serializing_if = "is_off")]
    pub maintenance: bool,
    /// What the machine does, such as `powering-off`; absent where it does nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_status: Option<String>,
    /// What became of the machine where that is not what its status says, such as `BUILD_FAIL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vm_status: Option<String>,
    /// The job that worked on it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// Its image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// The product package it was ordered as; it then counts against the quotas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// Its subnet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<String>,
    /// Its address in the subnet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// `ESSD`, `SSD`, `GPSSD`, `SAS` or `SATA`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_disk_type: Option<String>,
    /// In GB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_disk_size: Option<i64>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
    /// Its organizational unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ou_name: Option<String>,
    /// The host that it was moved to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_id: Option<String>,
    /// The order of one that is paid by the month or year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Whether its group's scaling policy made it.
    #[serde(default, skip_serializing_if = "is_off")]
    pub scaling_auto_create: bool,
    /// Whether IP virtualization is on.
    #[serde(default, skip_serializing_if = "is_off")]
    pub ip_virtual: bool,
    /// The version of its access agent.
    #[serde(default = "first_agent")]
    pub agent_version: String,
    /// When it was made; with its group where that is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

impl Default for AppServer {
    /// One without a name that runs and of which nothing is said.
    fn default() -> Self {
        Self {
            name: String::new(),
            machine_name: String::new(),
            status: registered(),
            session_count: 0,
            description: String::new(),
            maintenance: false,
            task_status: None,
            vm_status: None,
            job_id: None,
            image_id: None,
            product_id: None,
            subnet_id: None,
            ip_address: None,
            system_disk_type: None,
            system_disk_size: None,
            availability_zone: None,
            ou_name: None,
            host_id: None,
            order_id: None,
            scaling_auto_create: false,
            ip_virtual: false,
            agent_version: first_agent(),
            created_at: None,
            updated_at: None,
        }
    }
}

impl AppServer {
    /// Whether the machine runs and people can reach it.
    pub(crate) fn runs(&self) -> bool {
        matches!(self.status.as_str(), "REGISTERED" | "MAINTAINING")
    }

    /// Whether it takes no new sessions.
    pub(crate) fn is_maintained(&self) -> bool {
        self.maintenance || self.status == "MAINTAINING"
    }
}

fn registered() -> String {
    "REGISTERED".to_owned()
}

fn first_agent() -> String {
    FIRST_AGENT.to_owned()
}
