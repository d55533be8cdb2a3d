//! What lies around application streaming in Huawei Cloud's Workspace, as far as the vendor's Terraform provider asks
//! for it: people, their groups, and the applications of the app center. Of these the emulator keeps what it is given.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A record that is kept as it was given.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Neighbour {
    /// The project it belongs to.
    pub project_id: String,
    /// What it is.
    pub kind: NeighbourKind,
    /// What was said of it, in the service's own names.
    pub fields: Map<String, Value>,
    /// The users of a group, the accounts that may use an application.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum NeighbourKind {
    /// A user of Workspace.
    User,
    /// A user group of Workspace.
    UserGroup,
    /// Those for whom a further factor is asked; one a project.
    SecondFactor,
    /// An application of the app center.
    CenterApp,
    /// A rule that recognises applications.
    CenterRule,
    /// How rules are enforced; one a project.
    CenterRestriction,
}
