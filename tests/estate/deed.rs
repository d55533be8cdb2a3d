//! What somebody else does in the console.

use serde_json::{Value, json};

use super::{
    configuration::{Estate, GROUPS, IMAGES},
    dice::Dice,
    names::SCHEDULED,
};

/// Users whom only somebody else authorizes.
const STRANGERS: [&str; 3] = ["mallory", "oscar", "trent"];

/// What somebody does in the console.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Authorizes a stranger for a delivery group.
    Authorizes(&'static str, &'static str),
    /// Removes whoever is the first on a delivery group's list.
    Removes(&'static str),
    /// Gives a delivery group another image.
    ChangesImage(&'static str, &'static str),
    /// An update of a delivery group fails.
    Fails(&'static str),
    /// Two people come back to work.
    Returns,
    /// Changes the description of a server group.
    Describes(&'static str),
    /// Deletes a server group.
    Deletes(&'static str),
}

impl Deed {
    pub fn by_chance(dice: &mut Dice) -> Self {
        let group = dice.one(&GROUPS);
        match dice.below(9) {
            0 | 1 => Self::Authorizes(group, dice.one(&STRANGERS)),
            2 => Self::Removes(group),
            3 => Self::ChangesImage(group, dice.one(&IMAGES)),
            4 => Self::Fails(group),
            5 | 6 => Self::Returns,
            7 => Self::Describes(dice.one(&["a", "b", "c", "d"])),
            _ => Self::Deletes(dice.one(&["a", "b", "c", "d"])),
        }
    }

    /// What it changes in the emulator's world, if anything, and the person who is removed by it, if there is one.
    pub fn change(&self, world: &Value) -> Option<(Value, Option<String>)> {
        let group = |id: &str, fields: Value| json!({ "alibaba": { "delivery_groups": { id: fields } } });
        let server_group = |label: &str, fields: Value| {
            let name = Estate::server_group_name(label);
            let groups = world["huawei"]["server_groups"].as_object().into_iter().flatten();
            let (id, _) = groups.into_iter().find(|(_, group)| group["name"] == name)?;
            Some(json!({ "huawei": { "server_groups": { id: fields } } }))
        };
        let change = match self {
            Self::Authorizes(id, name) => group(id, json!({ "authorized_users": { *name: [] } })),
            Self::Removes(id) => {
                let users = world["alibaba"]["delivery_groups"][id]["authorized_users"].as_object()?;
                let name = users.keys().next()?;
                return Some((group(id, json!({ "authorized_users": { name: null } })), Some(name.clone())));
            }
            Self::ChangesImage(id, image) => group(id, json!({ "image_id": image })),
            Self::Fails(id) => group(id, json!({ "status": "MAINTAIN_FAILED" })),
            Self::Returns => {
                let session =
                    |user: &str| json!({ "delivery_group_id": SCHEDULED, "user": user, "session_status": "connect" });
                let sessions = json!({ "ai-again-1": session("carol"), "ai-again-2": session("erin") });
                json!({ "alibaba": { "app_instances": sessions } })
            }
            Self::Describes(label) => server_group(label, json!({ "description": "Somebody was here" }))?,
            Self::Deletes(label) => server_group(label, Value::Null)?,
        };
        Some((change, None))
    }
}
