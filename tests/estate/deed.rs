//! What somebody else does in the console.

use serde_json::{Map, Value, json};

use super::{
    configuration::{GROUPS, IMAGES, ServerGroup},
    dice::Dice,
    names::{MORE_PEOPLE, SCHEDULED, SERVER_GROUP_NAMES},
};

/// Users whom only somebody else authorizes.
const STRANGERS: [&str; 4] = ["mallory", "oscar", "Trent", "Ünal"];

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
    /// Ends a session, as whoever goes home does.
    Leaves,
    /// Changes the description of a server group: of those that are there, one of this number.
    Describes(usize),
    /// Deletes one.
    Deletes(usize),
    /// Makes a server group as it is configured, and under its name, until the run that makes it is over.
    Takes(ServerGroup),
}

/// The ID of a server group that somebody else has made.
const TAKEN: &str = "5a000000-0000-4000-8000-000000000001";

/// What is added to the emulator's world before anything happens: more people, and a new version to be approved for
/// each delivery group.
pub fn preparation() -> Value {
    let people = MORE_PEOPLE.map(|name| (name.to_owned(), json!({ "account_type": "simple" })));
    let id = |group: &str| format!("ota-{group}");
    let task = |group: &str| json!({ "delivery_group_id": group, "version": "1.5.0-R-20260301.1" });
    let without_a_task = &GROUPS[1..];
    let tasks = without_a_task.iter().map(|group| (id(group), task(group)));
    let groups = without_a_task.iter().map(|group| ((*group).to_owned(), json!({ "ota_task_id": id(group) })));
    json!({ "alibaba": {
        "users": Map::from_iter(people),
        "ota_tasks": tasks.collect::<Map<_, _>>(),
        "delivery_groups": groups.collect::<Map<_, _>>(),
    } })
}

impl Deed {
    pub fn by_chance(dice: &mut Dice) -> Self {
        let group = dice.one(&GROUPS);
        match dice.below(10) {
            0 | 1 => Self::Authorizes(group, dice.one(&STRANGERS)),
            2 => Self::Removes(group),
            3 => Self::ChangesImage(group, dice.one(&IMAGES)),
            4 => Self::Fails(group),
            5 | 6 => Self::Returns,
            7 => Self::Describes(dice.below(4)),
            8 => Self::Leaves,
            _ => Self::Deletes(dice.below(4)),
        }
    }

    /// What somebody does who works there, and changes neither groups nor images.
    pub fn of_people_by_chance(dice: &mut Dice) -> Self {
        let group = dice.one(&GROUPS);
        match dice.below(5) {
            0 | 1 => Self::Authorizes(group, dice.one(&STRANGERS)),
            2 => Self::Removes(group),
            3 => Self::Returns,
            _ => Self::Leaves,
        }
    }

    /// What it changes in the emulator's world, if anything, and the person who is removed by it, if there is one.
    pub fn change(&self, world: &Value) -> Option<(Value, Option<String>)> {
        let group = |id: &str, fields: Value| json!({ "alibaba": { "delivery_groups": { id: fields } } });
        let server_group = |number: usize, fields: Value| {
            let groups = world["huawei"]["server_groups"].as_object().into_iter().flatten();
            let is_ours = |group: &Value| group["name"].as_str().is_some_and(|it| it.starts_with(SERVER_GROUP_NAMES));
            let mut ours: Vec<_> = groups.filter(|(_, group)| is_ours(group)).collect();
            ours.sort_by_key(|(_, group)| group["name"].as_str());
            let (id, _) = ours.get(number)?;
            Some(json!({ "huawei": { "server_groups": { *id: fields } } }))
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
                let connected =
                    json!({ "delivery_group_id": SCHEDULED, "status": "RUNNING", "session_status": "connect" });
                let session = |user: &str| {
                    let mut session = connected.clone();
                    session["user"] = json!(user);
                    session
                };
                let sessions = json!({ "ai-again-1": session("carol"), "ai-again-2": session("erin") });
                json!({ "alibaba": { "app_instances": sessions } })
            }
            Self::Leaves => {
                let sessions = world["alibaba"]["app_instances"].as_object()?;
                let (id, _) = sessions.iter().find(|(_, session)| session["delivery_group_id"] == SCHEDULED)?;
                json!({ "alibaba": { "app_instances": { id: null } } })
            }
            Self::Describes(number) => server_group(*number, json!({ "description": "Somebody was here" }))?,
            Self::Deletes(number) => server_group(*number, Value::Null)?,
            Self::Takes(wanted) => json!({ "huawei": { "server_groups": { TAKEN: wanted.beside(world)? } } }),
        };
        Some((change, None))
    }

    /// What takes back in the emulator's world what is done for the time of a run.
    pub fn end(&self) -> Option<Value> {
        matches!(self, Self::Takes(_)).then(|| json!({ "huawei": { "server_groups": { TAKEN: null } } }))
    }
}
