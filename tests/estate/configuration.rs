//! What is configured: a small estate, how it changes by chance, and how it is written down.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    dice::Dice,
    names::{
        ELSEWHERE, ELSEWHERE_REGION, GROUP, IMAGE, NEXT_IMAGE, OTHER_GROUP, REGION, SCHEDULED, SERVER_GROUP_NAMES,
        SERVER_IMAGE, SET, THIRD_IMAGE,
    },
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
    /// Changes something by chance. It may turn out to be nothing.
    pub fn change(&mut self, dice: &mut Dice) {
        match dice.below(16) {
            0 | 1 => self.authorize_or_not(dice),
            2 => self.move_authorization(dice),
            3 => self.toggle_exclusive(dice),
            4 | 5 => self.move_person(dice),
            6 => self.change_members(dice),
            7 | 8 => self.change_image(dice),
            9 => self.change_approval(dice),
            10 => self.log_off = if dice.percent(20) { None } else { Some(dice.below(1000)) },
            11 => self.rename(dice),
            12 => self.forget_or_import(dice),
            13 => self.shift(),
            14 => self.is_elsewhere = dice.percent(30),
            _ => self.change_server_group(dice),
        }
        self.tidy();
    }

    /// What is declared again is neither forgotten nor moved away; what is not declared is not imported.
    fn tidy(&mut self) {
        let declared = self.addresses();
        self.forgotten.retain(|address| !declared.contains(address));
        self.imported.retain(|address| declared.contains(address));
        let ended = self.moved.extract_if(.., |(from, to)| declared.contains(from) || !declared.contains(to));
        let ended: Vec<_> = ended.map(|(_, to)| to).collect();
        // Without its `moved` block it is another resource than before.
        for (label, to) in ended.iter().filter_map(|to| LABELS.iter().find(|it| to.ends_with(*it)).zip(Some(to))) {
            let serial = self.serial();
            if *to == address(AUTHORIZATION_KIND, label)
                && let Some(authorization) = self.authorizations.get_mut(label)
            {
                authorization.serial = serial;
            }
        }
    }

    /// A resource gets another address.
    fn rename(&mut self, dice: &mut Dice) {
        let [from, to] = dice.one(&PAIRS);
        let kind = dice.one(&[IMAGE_KIND, AUTHORIZATION_KIND, SERVER_GROUP_KIND]);
        if kind == SERVER_GROUP_KIND {
            if self.retired.contains(to)
                || self.server_groups.contains_key(to)
                || !self.server_groups.contains_key(from)
            {
                return;
            }
            self.retired.insert(from);
        }
        let is_moved = match kind {
            IMAGE_KIND => rename(&mut self.images, from, to),
            AUTHORIZATION_KIND => rename(&mut self.authorizations, from, to),
            _ => rename(&mut self.server_groups, from, to),
        };
        if is_moved {
            let (from, to) = (address(kind, from), address(kind, to));
            if self.imported.remove(&from) {
                self.imported.insert(to.clone());
            }
            self.forgotten.remove(&to);
            self.moved.retain(|(known, _)| *known != to);
            self.moved.push((from, to));
        }
    }

    /// A resource leaves the configuration, and what it is about stays; or it comes back.
    fn forget_or_import(&mut self, dice: &mut Dice) {
        let kinds = [IMAGE_KIND, AUTHORIZATION_KIND, SERVER_GROUP_KIND];
        let (kind, label, group) = (dice.one(&kinds), dice.one(&LABELS), dice.one(&GROUPS));
        let address = address(kind, label);
        if self.addresses().contains(&address) {
            if kind == SERVER_GROUP_KIND {
                self.retired.insert(label);
                self.kept.extend(self.server_groups.get(label).cloned());
            }
            self.remove(&address);
            self.forgotten.insert(address);
            return;
        }
        if kind == IMAGE_KIND && !self.images.values().any(|it| it.group == group) {
            self.give_image(label, group, dice.one(&IMAGES));
            self.imported.insert(address);
        } else if kind == SERVER_GROUP_KIND
            && !self.retired.contains(label)
            && let Some(kept) = self.kept.pop()
        {
            self.server_groups.insert(label, kept);
            self.imported.insert(address);
        }
    }

    /// What `count` does when the first element is taken out of its list: each resource becomes what the next one was.
    fn shift(&mut self) {
        let labels = self.labels_of_authorizations();
        for pair in labels.windows(2) {
            let next = self.authorizations[pair[1]].clone();
            if let Some(authorization) = self.authorizations.get_mut(pair[0]) {
                let Authorization { serial, creates_first, .. } = *authorization;
                *authorization = Authorization { serial, creates_first, ..next };
            }
        }
        labels.last().map(|label| self.authorizations.remove(label));
    }

    fn serial(&mut self) -> usize {
        self.serials += 1;
        self.serials
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
        let (serial, creates_first) = (self.serial(), dice.percent(30));
        self.authorizations.insert(label, Authorization { serial, target, members, is_exclusive, creates_first });
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
                let (serial, members) = (self.serial(), BTreeSet::new());
                let nobody = Authorization { serial, target, members, is_exclusive: false, creates_first: false };
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

    /// Gives a delivery group an image.
    pub fn give_image(&mut self, label: &'static str, group: &'static str, image: &'static str) {
        self.images.insert(label, Image { group, image, restores: false, creates_first: false });
    }

    /// Gives a delivery group an image that a destruction gives back, with `create_before_destroy`.
    pub fn give_image_first(&mut self, label: &'static str, group: &'static str, image: &'static str) {
        self.images.insert(label, Image { group, image, restores: true, creates_first: true });
    }

    /// Approves the update that waits for a delivery group.
    pub fn approve(&mut self, label: &'static str, group: &'static str) {
        self.approvals.insert(label, Approval { group, start_time: START_TIMES[0] });
    }

    /// Makes a server group.
    pub fn make_server_group(&mut self, label: &'static str, mount_policy: &'static str) {
        let group = ServerGroup {
            name: self.name_of_server_group(),
            description: "Desk 0".to_owned(),
            subnet: "subnet-office-1",
            mount_policy,
            team: "desk",
        };
        self.server_groups.insert(label, group);
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
        if self.retired.contains(label) {
            return;
        }
        let what = dice.below(7);
        let name = self.name_of_server_group();
        let Some(group) = self.server_groups.get_mut(label) else {
            return self.make_server_group(label, dice.one(&["ANY", "USER"]));
        };
        match what {
            0 => {
                self.retired.extend(dice.percent(50).then_some(label));
                self.server_groups.remove(label);
            }
            1 => group.subnet = dice.one(&["subnet-office-1", "subnet-office-2"]),
            2 => group.mount_policy = dice.one(&["ANY", "USER", "SHARE"]),
            3 => group.team = dice.one(&["desk", "hall", "lab"]),
            4 => group.name = name,
            _ => group.description = format!("Desk {}", dice.below(100)),
        }
    }

    fn name_of_server_group(&mut self) -> String {
        format!("{SERVER_GROUP_NAMES}{}", self.serial())
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
            let arguments = json!({ "delivery_group_id": group, "image_id": image, "on_destroy": on_destroy });
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

fn rename<T>(all: &mut BTreeMap<&'static str, T>, from: &str, to: &'static str) -> bool {
    if all.contains_key(to) {
        return false;
    }
    let Some(thing) = all.remove(from) else { return false };
    all.insert(to, thing);
    true
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
