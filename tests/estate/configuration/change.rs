//! How the estate changes, by chance or as a test says.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{dice::Dice, names::SERVER_GROUP_NAMES},
    AUTHORIZATION_KIND, Approval, Authorization, Estate, GROUPS, IMAGE_KIND, IMAGES, Image, LABELS, MEMBERS, PAIRS,
    SERVER_GROUP_KIND, START_TIMES, ServerGroup, Target, address,
};

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
    pub(super) fn tidy(&mut self) {
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
        if kind == SERVER_GROUP_KIND && self.retired.contains(to) {
            return;
        }
        let is_moved = match kind {
            IMAGE_KIND => rename(&mut self.images, from, to),
            AUTHORIZATION_KIND => rename(&mut self.authorizations, from, to),
            _ => rename(&mut self.server_groups, from, to),
        };
        if is_moved {
            if kind == SERVER_GROUP_KIND {
                self.retired.insert(from);
            }
            let (from, to) = (address(kind, from), address(kind, to));
            if self.imported.remove(&from) {
                self.imported.insert(to.clone());
            }
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
}

fn rename<T>(all: &mut BTreeMap<&'static str, T>, from: &str, to: &'static str) -> bool {
    if all.contains_key(to) {
        return false;
    }
    let Some(thing) = all.remove(from) else { return false };
    all.insert(to, thing);
    true
}
