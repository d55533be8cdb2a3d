//! What goes wrong, and what somebody else does in the console.

use serde_json::{Value, json};

use super::estate::{GROUPS, IMAGES};
use crate::harness::{
    Dice, Emulator,
    faults::{each_kind, refusal, striking},
    world::SCHEDULED,
};

/// Calls that change something.
const CHANGES: [&str; 7] = [
    "UpdateAppInstanceGroupImage",
    "AuthorizeInstanceGroup",
    "ApproveOtaTask",
    "LogOffAllSessionsInAppInstanceGroup",
    "CreateServerGroup",
    "UpdateServerGroup",
    "DeleteServerGroups",
];
/// Calls that read something.
const READS: [&str; 5] =
    ["GetAppInstanceGroup", "ListAuthorizedUsers", "ListAuthorizedUserGroups", "ShowServerGroup", "ListServerGroups"];
/// Users whom only somebody else authorizes.
pub const STRANGERS: [&str; 3] = ["mallory", "oscar", "trent"];

/// How a run of Terraform ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// By itself.
    ItsOwn,
    /// It is interrupted once so many calls have been made.
    Interrupt { calls: u64 },
    /// Terraform and the provider are killed by then.
    Kill { calls: u64 },
    /// The provider is killed by then, and Terraform is not.
    KillProvider { calls: u64 },
}

/// What a run meets.
#[derive(Clone, Debug)]
pub struct Weather {
    pub faults: Vec<Value>,
    pub end: End,
    pub options: Vec<String>,
}

impl Weather {
    pub fn by_chance(dice: &mut Dice) -> Self {
        let faults = (0..1 + dice.below(4)).map(|_| fault(dice)).collect();
        let calls = 1 + u64::try_from(dice.below(30)).expect("a small number");
        let end = match dice.below(10) {
            0 | 1 => End::Interrupt { calls },
            2 => End::Kill { calls },
            3 => End::KillProvider { calls },
            _ => End::ItsOwn,
        };
        let options = vec![format!("-parallelism={}", dice.one(&[1, 2, 10, 10]))];
        Self { faults, end, options }
    }
}

fn fault(dice: &mut Dice) -> Value {
    let change = dice.one(&CHANGES);
    match dice.below(8) {
        0 => striking(refusal(change, "Forbidden.RAM"), &json!({ "next": 1 })),
        // Once: a service that goes on to show what was there before cannot be worked with. What lags lags for a time.
        1 => json!({ "kind": "stale_read", "operation": dice.one(&READS), "next": 1 }),
        2 | 3 => {
            let place =
                json!({ "probability": 0.1, "seed": dice.below(1000), "cloud": dice.one(&["alibaba", "huawei"]) });
            striking(passing(dice), &place)
        }
        4 => striking(passing(dice), &json!({ "operation": dice.one(&READS), "every": 2 })),
        _ => striking(passing(dice), &json!({ "operation": change, "next": 1 + dice.below(2) })),
    }
}

/// A fault that strikes the call itself, and passes.
fn passing(dice: &mut Dice) -> Value {
    let kinds = each_kind().into_iter().map(|(fault, _)| fault).filter(|fault| fault["kind"] != "stale_read");
    let kinds: Vec<_> = kinds.chain(["bare", "nameless"].map(|kind| json!({ "kind": kind }))).collect();
    dice.one(&kinds)
}

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

    /// Does it. Answers the person who was removed, if this removes somebody.
    pub fn is_done(&self, emulator: &Emulator) -> Option<String> {
        match self {
            Self::Authorizes(group, name) => {
                emulator.change_delivery_group(group, json!({ "authorized_users": { *name: [] } }));
            }
            Self::Removes(group) => {
                let name = emulator.authorized_users(group).into_iter().next()?;
                emulator.change_delivery_group(group, json!({ "authorized_users": { &name: null } }));
                return Some(name);
            }
            Self::ChangesImage(group, image) => emulator.change_delivery_group(group, json!({ "image_id": image })),
            Self::Fails(group) => emulator.change_delivery_group(group, json!({ "status": "MAINTAIN_FAILED" })),
            Self::Returns => {
                let session =
                    |user: &str| json!({ "delivery_group_id": SCHEDULED, "user": user, "session_status": "connect" });
                let sessions = json!({ "ai-again-1": session("carol"), "ai-again-2": session("erin") });
                emulator.change_world(&json!({ "alibaba": { "app_instances": sessions } }));
            }
            Self::Describes(label) => {
                if let Some((id, _)) = emulator.server_group(&super::estate::Estate::server_group_name(label)) {
                    emulator.change_server_group(&id, json!({ "description": "Somebody was here" }));
                }
            }
            Self::Deletes(label) => {
                if let Some((id, _)) = emulator.server_group(&super::estate::Estate::server_group_name(label)) {
                    emulator.delete_server_group(&id);
                }
            }
        }
        None
    }
}
