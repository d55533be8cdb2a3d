//! What is configured: a small estate, how it changes by chance, and how it is written down.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    dice::Dice,
    names::{GROUP, IMAGE, NEXT_IMAGE, OTHER_GROUP, SCHEDULED, SERVER_IMAGE, SET, THIRD_IMAGE},
};

/// The delivery groups of the estate.
pub const GROUPS: [&str; 3] = [GROUP, OTHER_GROUP, SCHEDULED];
/// A delivery group whose people are authorized by session, and its sessions.
pub const BY_SESSION: &str = "aig-hangzhou-session";
const SESSIONS: [&str; 2] = ["p-personal-1", "p-personal-2"];
pub const IMAGES: [&str; 3] = [IMAGE, NEXT_IMAGE, THIRD_IMAGE];
/// Users, by name, and a user group, by ID.
const MEMBERS: [&str; 7] = ["carol", "david", "erin", "frank", "grace", "heidi", "ug-design"];
const START_TIMES: [&str; 3] = ["2099-03-01T02:00:00Z", "2099-04-01T02:00:00Z", "2099-05-01T02:00:00Z"];

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
}

const LABELS: [&str; 4] = ["a", "b", "c", "d"];

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
    /// Changes something by chance. It may turn out to be nothing.
    pub fn change(&mut self, dice: &mut Dice) {
        match dice.below(12) {
            0 | 1 => self.authorize_or_not(dice),
            2 => self.move_authorization(dice),
            3 => self.toggle_exclusive(dice),
            4 | 5 => self.move_person(dice),
            6 => self.change_members(dice),
            7 | 8 => self.change_image(dice),
            9 => self.change_approval(dice),
            10 => self.log_off = if dice.percent(20) { None } else { Some(dice.below(1000)) },
            _ => self.change_server_group(dice),
        }
    }

    /// Whether an authorization of the target may stand beside those of other labels: an exclusive one stands alone.
    fn fits(&self, label: &str, target: Target, is_exclusive: bool) -> bool {
        let mut others = self.authorizations.iter().filter(|(other, it)| **other != label && it.target == target);
        others.all(|(_, other)| !is_exclusive && !other.is_exclusive)
    }

    fn authorize_or_not(&mut self, dice: &mut Dice) {
        let label = dice.one(&LABELS);
        if self.authorizations.remove(label).is_some() {
            return;
        }
        let (target, is_exclusive) = (dice.one(&Target::all()), dice.percent(30));
        if !self.fits(label, target, is_exclusive) {
            return;
        }
        let members = (0..3).map(|_| dice.one(&MEMBERS)).filter(|member| target.takes(member)).collect();
        let creates_first = dice.percent(30);
        self.authorizations.insert(label, Authorization { target, members, is_exclusive, creates_first });
    }

    fn move_authorization(&mut self, dice: &mut Dice) {
        let target = dice.one(&Target::all());
        let Some(label) = dice.any(&self.labels_of_authorizations()) else { return };
        let is_exclusive = self.authorizations[label].is_exclusive;
        if self.fits(label, target, is_exclusive)
            && let Some(authorization) = self.authorizations.get_mut(label)
        {
            authorization.target = target;
            authorization.members.retain(|member| target.takes(member));
        }
    }

    fn toggle_exclusive(&mut self, dice: &mut Dice) {
        let Some(label) = dice.any(&self.labels_of_authorizations()) else { return };
        let Authorization { target, is_exclusive, .. } = self.authorizations[label];
        if self.fits(label, target, !is_exclusive)
            && let Some(authorization) = self.authorizations.get_mut(label)
        {
            authorization.is_exclusive = !is_exclusive;
        }
    }

    /// From one authorization to another, of the same target where there are two of it.
    fn move_person(&mut self, dice: &mut Dice) {
        let Some(from) = dice.any(&self.labels_of_authorizations()) else { return };
        let target = self.authorizations[from].target;
        let members: Vec<_> = self.authorizations[from].members.iter().copied().collect();
        let same: Vec<_> = self.labels_of_authorizations();
        let same: Vec<_> =
            same.into_iter().filter(|to| *to != from && self.authorizations[to].target == target).collect();
        let to = dice.any(&same);
        let Some(member) = dice.any(&members) else { return };
        let to = match to {
            Some(to) => to,
            None => {
                let label = dice.one(&LABELS);
                if self.authorizations.contains_key(label) || !self.fits(label, target, false) {
                    return;
                }
                let nobody =
                    Authorization { target, members: BTreeSet::new(), is_exclusive: false, creates_first: false };
                self.authorizations.insert(label, nobody);
                label
            }
        };
        if let Some(from) = self.authorizations.get_mut(from) {
            from.members.remove(member);
        }
        if let Some(to) = self.authorizations.get_mut(to) {
            to.members.insert(member);
        }
    }

    fn change_members(&mut self, dice: &mut Dice) {
        let (label, member) = (dice.any(&self.labels_of_authorizations()), dice.one(&MEMBERS));
        if let Some(authorization) = label.and_then(|label| self.authorizations.get_mut(label))
            && !authorization.members.remove(member)
            && authorization.target.takes(member)
        {
            authorization.members.insert(member);
        }
    }

    fn labels_of_authorizations(&self) -> Vec<&'static str> {
        self.authorizations.keys().copied().collect()
    }

    fn change_image(&mut self, dice: &mut Dice) {
        let (label, group, image) = (dice.one(&LABELS[..3]), dice.one(&GROUPS), dice.one(&IMAGES));
        let is_taken = self.images.iter().any(|(other, it)| *other != label && it.group == group);
        if is_taken {
            return;
        }
        match self.images.get_mut(label) {
            Some(_) if dice.percent(20) => drop(self.images.remove(label)),
            Some(known) if dice.percent(70) => known.image = image,
            Some(known) => known.group = group,
            None => {
                let (restores, creates_first) = (dice.percent(40), dice.percent(30));
                self.images.insert(label, Image { group, image, restores, creates_first });
            }
        }
    }

    fn change_approval(&mut self, dice: &mut Dice) {
        let (label, group, start_time) = (dice.one(&LABELS[..2]), dice.one(&GROUPS), dice.one(&START_TIMES));
        let is_taken = self.approvals.iter().any(|(other, it)| *other != label && it.group == group);
        if dice.percent(20) {
            self.approvals.remove(label);
        } else if !is_taken {
            self.approvals.insert(label, Approval { group, start_time });
        }
    }

    fn change_server_group(&mut self, dice: &mut Dice) {
        let label = dice.one(&LABELS);
        let what = dice.below(6);
        let Some(group) = self.server_groups.get_mut(label) else {
            let group = ServerGroup {
                description: "Desk 0".to_owned(),
                subnet: "subnet-office-1",
                mount_policy: dice.one(&["ANY", "USER"]),
                team: "desk",
            };
            self.server_groups.insert(label, group);
            return;
        };
        match what {
            0 => drop(self.server_groups.remove(label)),
            1 => group.subnet = dice.one(&["subnet-office-1", "subnet-office-2"]),
            2 => group.mount_policy = dice.one(&["ANY", "USER", "SHARE"]),
            3 => group.team = dice.one(&["desk", "hall", "lab"]),
            _ => group.description = format!("Desk {}", dice.below(100)),
        }
    }

    /// The name of the server group of a label.
    pub fn server_group_name(label: &str) -> String {
        format!("storm-{label}")
    }

    /// The addresses of all resources.
    pub fn addresses(&self) -> BTreeSet<String> {
        let of = |kind: &str, label: &str| format!("appstreaming_{kind}.{label}");
        let images = self.images.keys().map(|label| of("delivery_group_image", label));
        let authorizations = self.authorizations.keys().map(|label| of("delivery_group_authorization", label));
        let approvals = self.approvals.keys().map(|label| of("delivery_group_ota_approval", label));
        let log_off = self.log_off.iter().map(|_| of("delivery_group_session_log_off", "all"));
        let server_groups = self.server_groups.keys().map(|label| of("server_group", label));
        images.chain(authorizations).chain(approvals).chain(log_off).chain(server_groups).collect()
    }

    /// Takes a resource out.
    pub fn remove(&mut self, address: &str) {
        let Some((kind, label)) = address.trim_start_matches("appstreaming_").split_once('.') else { return };
        match kind {
            "delivery_group_image" => drop(self.images.remove(label)),
            "delivery_group_authorization" => drop(self.authorizations.remove(label)),
            "delivery_group_ota_approval" => drop(self.approvals.remove(label)),
            "delivery_group_session_log_off" => self.log_off = None,
            _ => drop(self.server_groups.remove(label)),
        }
    }

    /// Its `resource` blocks.
    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut block = |kind, label: &str, arguments: Value, creates_first| {
            blocks.push(Block { kind, label: label.to_owned(), arguments, creates_first });
        };
        for (label, Image { group, image, restores, creates_first }) in &self.images {
            let on_destroy = if *restores { "restore" } else { "keep" };
            let arguments = json!({ "delivery_group_id": group, "image_id": image, "on_destroy": on_destroy });
            block("delivery_group_image", label, arguments, *creates_first);
        }
        for (label, it) in &self.authorizations {
            block("delivery_group_authorization", label, it.arguments(), it.creates_first);
        }
        for (label, Approval { group, start_time }) in &self.approvals {
            let arguments = json!({ "delivery_group_id": group, "start_time": start_time });
            block("delivery_group_ota_approval", label, arguments, false);
        }
        if let Some(trigger) = self.log_off {
            let triggers = json!({ "release": trigger.to_string() });
            let arguments = json!({ "delivery_group_id": SCHEDULED, "triggers": triggers });
            block("delivery_group_session_log_off", "all", arguments, false);
        }
        for (label, group) in &self.server_groups {
            block("server_group", label, group.arguments(label), false);
        }
        blocks
    }

    /// Its configuration.
    pub fn to_hcl(&self) -> String {
        self.blocks().iter().map(Block::to_hcl).collect::<Vec<_>>().join("\n")
    }
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
    fn arguments(&self, label: &str) -> Value {
        json!({
            "name": Estate::server_group_name(label),
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
