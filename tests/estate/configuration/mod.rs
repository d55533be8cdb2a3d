//! What is configured: a small estate, and how it is written down.

mod change;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::names::{
    ELSEWHERE, ELSEWHERE_REGION, GROUP, IMAGE, NEXT_IMAGE, OTHER_GROUP, REGION, SCHEDULED, SERVER_GROUP_NAMES,
    SERVER_IMAGE, SET, THIRD_IMAGE,
};

/// The delivery groups of the estate.
pub const GROUPS: [&str; 4] = [GROUP, OTHER_GROUP, SCHEDULED, ELSEWHERE];
/// A delivery group whose people are authorized by session, and its sessions.
pub const BY_SESSION: &str = "aig-hangzhou-session";
const SESSIONS: [&str; 2] = ["p-personal-1", "p-personal-2"];
pub const IMAGES: [&str; 3] = [IMAGE, NEXT_IMAGE, THIRD_IMAGE];
/// Users, by name, in capitals and in other alphabets too, and a user group, by ID.
const MEMBERS: [&str; 9] = ["carol", "david", "erin", "frank", "grace", "Ingrid", "李雷", "Ольга", "ug-design"];
const START_TIMES: [&str; 3] = ["2099-03-01T02:00:00Z", "2099-04-01T02:00:00Z", "2099-05-01T02:00:00Z"];

/// Whether the image with this label waits until nobody uses its group, where people come and go.
pub fn waits_for_people(label: &str) -> bool {
    label != "b"
}

/// What people are authorized for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    Group(&'static str),
    Set,
    Session(&'static str),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    pub group: &'static str,
    pub image: &'static str,
    restores: bool,
    creates_first: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Authorization {
    /// What stays when its label changes.
    pub serial: usize,
    pub target: Target,
    pub members: BTreeSet<&'static str>,
    pub is_exclusive: bool,
    creates_first: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Approval {
    pub group: &'static str,
    pub start_time: &'static str,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ServerGroup {
    pub name: String,
    pub description: String,
    /// A change of it replaces the group.
    pub subnet: &'static str,
    pub mount_policy: &'static str,
    pub team: &'static str,
}

/// All that is configured, by the labels of the resources.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estate {
    pub images: BTreeMap<&'static str, Image>,
    pub authorizations: BTreeMap<&'static str, Authorization>,
    pub approvals: BTreeMap<&'static str, Approval>,
    /// The trigger of the log-off of [`SCHEDULED`].
    pub log_off: Option<usize>,
    pub server_groups: BTreeMap<&'static str, ServerGroup>,
    /// Whether people come and go: then some images wait for them.
    pub is_lively: bool,
    /// What was known by another address before: from which, and to which.
    pub moved: Vec<(String, String)>,
    /// The addresses of what the state forgets, and the service keeps.
    pub forgotten: BTreeSet<String>,
    /// The labels that server groups have had and given up: whoever takes one again declares what was to be moved, or
    /// is in its way, and two groups cannot have one name.
    retired: BTreeSet<&'static str>,
    /// The server groups that the state has forgotten, and that may be imported.
    kept: Vec<ServerGroup>,
    /// The addresses of what is there already, and imported.
    pub imported: BTreeSet<String>,
    /// The provider's region, where it is another one than most groups have.
    pub is_elsewhere: bool,
    /// How many names have been given.
    serials: usize,
}

const LABELS: [&str; 4] = ["a", "b", "c", "d"];
/// Those that may change places: a state of its own may hold the first two, and another the others.
const PAIRS: [[&str; 2]; 4] = [["a", "b"], ["b", "a"], ["c", "d"], ["d", "c"]];
const IMAGE_KIND: &str = "delivery_group_image";
const AUTHORIZATION_KIND: &str = "delivery_group_authorization";
const SERVER_GROUP_KIND: &str = "server_group";

/// The address of a resource.
pub fn address(kind: &str, label: &str) -> String {
    format!("appstreaming_{kind}.{label}")
}

/// The region of a delivery group.
fn region(group: &str) -> &'static str {
    if group == ELSEWHERE { ELSEWHERE_REGION } else { REGION }
}

impl Target {
    fn all() -> Vec<Self> {
        let groups = GROUPS.map(Self::Group);
        groups.into_iter().chain([Self::Set]).chain(SESSIONS.map(Self::Session)).collect()
    }

    /// Its ID.
    pub fn id(self) -> &'static str {
        match self {
            Self::Group(id) | Self::Session(id) => id,
            Self::Set => SET,
        }
    }

    /// The ID of what messages name: a session's group.
    pub fn named(self) -> &'static str {
        match self {
            Self::Session(_) => BY_SESSION,
            Self::Group(_) | Self::Set => self.id(),
        }
    }

    fn takes(self, member: &str) -> bool {
        // The service authorizes user groups for whole delivery groups only.
        !(is_user_group(member) && matches!(self, Self::Session(_)))
    }

    fn region(self) -> &'static str {
        region(self.id())
    }

    fn arguments(self) -> Value {
        match self {
            Self::Group(id) => json!({ "delivery_group_id": id }),
            Self::Set => json!({ "delivery_group_set_id": SET }),
            Self::Session(id) => json!({ "delivery_group_id": BY_SESSION, "persistent_session_id": id }),
        }
    }
}

/// Whether a member is a user group, and not a user.
pub fn is_user_group(member: &str) -> bool {
    member.starts_with("ug-")
}

impl Estate {
    /// Whether the image with this label has everybody logged off who is left when its wait is over.
    fn logs_off_for(&self, label: &str) -> bool {
        self.is_lively && label == "c" && self.images.get(label).is_some_and(|it| it.group == SCHEDULED)
    }

    /// Whether an image update may log everybody off.
    pub fn logs_off_for_an_image(&self) -> bool {
        self.images.keys().any(|label| self.logs_off_for(label))
    }

    /// The addresses of all resources.
    pub fn addresses(&self) -> BTreeSet<String> {
        let images = self.images.keys().map(|label| address(IMAGE_KIND, label));
        let authorizations = self.authorizations.keys().map(|label| address(AUTHORIZATION_KIND, label));
        let approvals = self.approvals.keys().map(|label| address("delivery_group_ota_approval", label));
        let log_off = self.log_off.iter().map(|_| address("delivery_group_session_log_off", "all"));
        let server_groups = self.server_groups.keys().map(|label| address(SERVER_GROUP_KIND, label));
        images.chain(authorizations).chain(approvals).chain(log_off).chain(server_groups).collect()
    }

    /// Takes a resource out.
    pub fn remove(&mut self, address: &str) {
        let Some((kind, label)) = parts(address) else { return };
        match kind {
            IMAGE_KIND => drop(self.images.remove(label)),
            AUTHORIZATION_KIND => drop(self.authorizations.remove(label)),
            "delivery_group_ota_approval" => drop(self.approvals.remove(label)),
            "delivery_group_session_log_off" => self.log_off = None,
            _ => drop(self.server_groups.remove(label)),
        }
        self.tidy();
    }

    /// The address that what is at another one gets.
    pub fn moved_to<'a>(&'a self, address: &'a str) -> &'a str {
        self.moved.iter().find(|(from, _)| from == address).map_or(address, |(_, to)| to)
    }

    /// The server group that is configured at an address.
    pub fn server_group(&self, address: &str) -> Option<&ServerGroup> {
        parts(address)
            .filter(|(kind, _)| *kind == SERVER_GROUP_KIND)
            .and_then(|(_, label)| self.server_groups.get(label))
    }

    /// The ID that imports what is at an address; `world` tells that of a server group, if it is there.
    pub fn import_id(&self, address: &str, world: &Value) -> Option<String> {
        match parts(address)? {
            (SERVER_GROUP_KIND, label) => {
                let name = &self.server_groups.get(label)?.name;
                let groups = world["huawei"]["server_groups"].as_object()?;
                groups.iter().find(|(_, group)| group["name"] == *name).map(|(id, _)| id.clone())
            }
            (IMAGE_KIND, label) => {
                let group = self.images.get(label)?.group;
                Some(format!("{}/{group}", region(group)))
            }
            _ => None,
        }
    }

    /// The part of it whose labels are among the first two, or among the others: what two states hold.
    pub fn halves(&self) -> [Self; 2] {
        let half = |is_first: bool| {
            let is_in = |label: &str| (label < PAIRS[2][0] || label == "all") == is_first;
            let mut half = self.clone();
            self.addresses().iter().filter(|it| parts(it).is_none_or(|(_, label)| !is_in(label))).for_each(|address| {
                half.remove(address);
            });
            half.forgotten.retain(|it| parts(it).is_some_and(|(_, label)| is_in(label)));
            half
        };
        [half(true), half(false)]
    }

    /// Its `resource` blocks.
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut block = |kind, label: &str, arguments: Value, creates_first| {
            blocks.push(Block { kind, label: label.to_owned(), arguments, creates_first });
        };
        // What is in the provider's region need not say so.
        let at = |label: &str, region: &str, mut arguments: Value| {
            if region != REGION || label == "b" {
                arguments["region"] = json!(region);
            }
            arguments
        };
        for (label, Image { group, image, restores, creates_first }) in &self.images {
            let on_destroy = if *restores { "restore" } else { "keep" };
            let mut arguments = json!({ "delivery_group_id": group, "image_id": image, "on_destroy": on_destroy });
            if self.is_lively && waits_for_people(label) {
                arguments["rollout"] = json!({ "max_sessions": 0, "wait_for_sessions": "2h", "drain": true });
            }
            if self.logs_off_for(label) {
                arguments["rollout"]["wait_for_sessions"] = json!("2m");
                arguments["rollout"]["log_off"] = json!("after_wait");
            }
            block(IMAGE_KIND, label, at(label, region(group), arguments), *creates_first);
        }
        for (label, it) in &self.authorizations {
            let arguments = at(label, it.target.region(), it.arguments());
            block(AUTHORIZATION_KIND, label, arguments, it.creates_first);
        }
        for (label, Approval { group, start_time }) in &self.approvals {
            let arguments = json!({ "delivery_group_id": group, "start_time": start_time });
            block("delivery_group_ota_approval", label, at(label, region(group), arguments), false);
        }
        if let Some(trigger) = self.log_off {
            let triggers = json!({ "release": trigger.to_string() });
            let arguments = json!({ "delivery_group_id": SCHEDULED, "triggers": triggers });
            block("delivery_group_session_log_off", "all", arguments, false);
        }
        for (label, group) in &self.server_groups {
            block(SERVER_GROUP_KIND, label, group.arguments(), false);
        }
        blocks
    }

    /// Its configuration; `world` tells the IDs of what is imported.
    pub fn to_hcl(&self, world: &Value) -> String {
        let blocks = self.blocks();
        let moved = self.moved.iter().map(|(from, to)| format!("moved {{\n  from = {from}\n  to   = {to}\n}}\n"));
        let lifecycle = "  lifecycle {\n    destroy = false\n  }\n";
        let removed = self.forgotten.iter().map(|from| format!("removed {{\n  from = {from}\n{lifecycle}}}\n"));
        let imported = self.imported.iter().filter_map(|to| {
            let id = self.import_id(to, world)?;
            Some(format!("import {{\n  to = {to}\n  id = {id:?}\n}}\n"))
        });
        let all = blocks.iter().map(Block::to_hcl).chain(moved).chain(removed).chain(imported);
        all.collect::<Vec<_>>().join("\n")
    }
}

/// The kind and the label of an address.
fn parts(address: &str) -> Option<(&str, &str)> {
    address.trim_start_matches("appstreaming_").split_once('.')
}

/// A `resource` block.
pub struct Block {
    /// Its type, without the provider's name.
    pub kind: &'static str,
    pub label: String,
    pub arguments: Value,
    /// `create_before_destroy`.
    pub creates_first: bool,
}

impl Block {
    /// The address of what it declares.
    pub fn address(&self) -> String {
        address(self.kind, &self.label)
    }

    fn to_hcl(&self) -> String {
        let Self { kind, label, arguments, creates_first } = self;
        // JSON is valid in an expression.
        let lines = arguments.as_object().into_iter().flatten().map(|(name, value)| format!("  {name} = {value}\n"));
        let lifecycle = if *creates_first { "  lifecycle {\n    create_before_destroy = true\n  }\n" } else { "" };
        format!("resource \"appstreaming_{kind}\" \"{label}\" {{\n{}{lifecycle}}}\n", lines.collect::<String>())
    }
}

impl Authorization {
    fn arguments(&self) -> Value {
        let (groups, users): (Vec<&str>, Vec<&str>) =
            self.members.iter().copied().partition(|member| is_user_group(member));
        let mut arguments = self.target.arguments();
        arguments["user_names"] = json!(users);
        arguments["exclusive"] = json!(self.is_exclusive);
        if !matches!(self.target, Target::Session(_)) {
            arguments["user_group_ids"] = json!(groups);
        }
        arguments
    }
}

impl ServerGroup {
    /// The row of another one that looks as this one will, in a world that has one of its kind, and none of its name.
    pub fn beside(&self, world: &Value) -> Option<Value> {
        let rows = world["huawei"]["server_groups"].as_object()?;
        let kind = |row: &&Value| row["name"].as_str().is_some_and(|name| name.starts_with(SERVER_GROUP_NAMES));
        let mut row = rows.values().find(kind)?.clone();
        row["name"] = json!(self.name);
        row["description"] = json!(self.description);
        row["subnet_id"] = json!(self.subnet);
        row["storage_mount_policy"] = json!(self.mount_policy);
        row["tags"] = json!({ "team": self.team });
        rows.values().all(|it| it["name"] != row["name"]).then_some(row)
    }

    fn arguments(&self) -> Value {
        json!({
            "name": self.name,
            "description": self.description,
            "os_type": "Windows",
            "flavor_id": "workspace.app.x86.4c8g",
            "image_id": SERVER_IMAGE,
            "image_type": "private",
            "vpc_id": "vpc-office",
            "subnet_id": self.subnet,
            "system_disk_type": "SAS",
            "system_disk_size": 80,
            "is_vdi": false,
            "storage_mount_policy": self.mount_policy,
            "tags": { "team": self.team },
        })
    }
}
