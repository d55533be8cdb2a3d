//! What must hold of every run, and at the end.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    configuration::{Authorization, Estate, GROUPS, Target},
    deed::Deed,
    ledger::{Call, Ledger, Object, State, added, changes, has_failed_before, members, members_in_state, removed},
    names::{SCHEDULED, SERVER_GROUP_NAMES},
};

const AUTHORIZATION: &str = "appstreaming_delivery_group_authorization";
/// The address of the log-off of [`SCHEDULED`].
pub const LOG_OFF: &str = "appstreaming_delivery_group_session_log_off.all";
const IMAGE: &str = "appstreaming_delivery_group_image";

/// How a run has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All of the configuration is applied.
    Whole,
    /// Some of it may not be.
    Partial,
    /// It was killed, so that what it did last may not be written down.
    Killed,
}

/// Remembers what there was, and finds fault with what is done.
pub struct Judge {
    /// Who was there before Terraform, or came by somebody else, and has not been removed by somebody else.
    strangers: BTreeMap<Target, BTreeSet<String>>,
    /// Whom some configuration has listed.
    listed: BTreeMap<Target, BTreeSet<String>>,
    /// Who may have been added by a run that did not end well, so that nobody knows of it.
    unknown: BTreeMap<Target, BTreeSet<String>>,
    /// The IDs of what no state has, and people know of.
    kept: BTreeSet<String>,
    /// What some configuration has held for itself alone.
    exclusive: BTreeSet<Target>,
    /// The configurations since the last that was applied to its end, this one included.
    window: Vec<Estate>,
    /// The last image that an update gave a delivery group, unless somebody else has changed the group since, and
    /// whether that was in the run that is judged.
    images: BTreeMap<String, (String, bool)>,
    /// The last time that was approved for a delivery group.
    approvals: BTreeMap<String, String>,
    /// The trigger for which everybody was logged off last.
    logged_off: Option<usize>,
    /// The authorizations, by serial, that were to move to where another one was, so that they were made anew there.
    made_anew: BTreeSet<usize>,
    /// What somebody asked to be replaced in the run that is judged next.
    replaced: Option<String>,
    /// How often somebody who moved was without access for a moment.
    gaps: usize,
}

impl Judge {
    pub fn new(world: &Value) -> Self {
        let groups = GROUPS.map(Target::Group);
        let targets = groups.into_iter().chain([Target::Set]);
        Self {
            strangers: targets.map(|target| (target, members(world, target))).collect(),
            listed: BTreeMap::new(),
            unknown: BTreeMap::new(),
            kept: BTreeSet::new(),
            exclusive: BTreeSet::new(),
            window: vec![Estate::default()],
            images: BTreeMap::new(),
            approvals: BTreeMap::new(),
            logged_off: None,
            made_anew: BTreeSet::new(),
            replaced: None,
            gaps: 0,
        }
    }

    /// Somebody asks for this to be replaced, with `-replace` or after a `taint`.
    pub fn expect_replacement(&mut self, address: Option<&str>) {
        self.replaced = address.map(str::to_owned);
        self.is_tainted(address.unwrap_or_default());
    }

    /// Somebody has tainted this.
    pub fn is_tainted(&mut self, address: &str) {
        if address == LOG_OFF {
            self.logged_off = None;
        }
    }

    /// Somebody has been told that this may be there, and no state has it.
    pub fn knows_of(&mut self, id: String) {
        self.kept.insert(id);
    }

    /// A plan has said that somebody keeps access since another one lists them. Without a refresh it goes by what the
    /// last run has seen of that one.
    pub fn knows_who_stays(&mut self, warning: &str) {
        for (target, listed) in self.listed.iter().filter(|(target, _)| warning.contains(target.named())) {
            let stay = listed.iter().filter(|member| warning.contains(member.as_str())).cloned();
            self.unknown.entry(*target).or_default().extend(stay);
        }
    }

    pub fn take_gaps(&mut self) -> usize {
        std::mem::take(&mut self.gaps)
    }

    /// Somebody else has done something.
    pub fn somebody(&mut self, deed: &Deed, removed: Option<&str>) {
        match deed {
            Deed::Authorizes(group, name) => {
                self.strangers.entry(Target::Group(group)).or_default().insert((*name).to_owned());
            }
            Deed::Removes(group) => {
                let strangers = self.strangers.entry(Target::Group(group)).or_default();
                removed.map(|name| strangers.remove(name));
            }
            Deed::ChangesImage(group, _) | Deed::Fails(group) => drop(self.images.remove(*group)),
            Deed::Returns | Deed::Leaves | Deed::Describes(_) | Deed::Deletes(_) | Deed::Takes(_) => {}
        }
    }

    /// Judges what a run has done, and remembers what may come of it.
    pub fn has_run(&mut self, estate: &Estate, before: &State, ledger: &Ledger, after: &State, ending: Ending) {
        self.window.push(estate.clone());
        for Authorization { target, members, is_exclusive, .. } in estate.authorizations.values() {
            self.listed.entry(*target).or_default().extend(members.iter().map(|member| (*member).to_owned()));
            if *is_exclusive {
                self.exclusive.insert(*target);
            }
        }
        self.note_forgotten(estate, before);
        self.note_made_anew(estate, before);
        self.images.values_mut().for_each(|(_, is_of_this_run)| *is_of_this_run = false);
        for call in ledger.acts() {
            self.judge_removals(call, before);
            self.judge_update(call);
            self.judge_approval(call);
            self.judge_deletion(call, estate, before);
        }
        judge_creations(ledger);
        judge_adoptions(ledger, estate, before, after);
        let logs_off_for_an_image = |it: &Object| it.attributes["rollout"]["log_off"].is_string();
        if !estate.logs_off_for_an_image() && !before.objects().iter().any(logs_off_for_an_image) {
            judge_log_offs(ledger, estate, before, self.replaced.as_deref());
            self.judge_log_off(ledger, estate, [before, after], ending);
        }
        if ending != Ending::Killed {
            judge_what_is_written(ledger, estate, after);
        }
        if ending == Ending::Whole {
            self.window = vec![estate.clone()];
            self.made_anew.clear();
        } else {
            self.note_unknown(estate, after);
        }
    }

    /// Whom one resource has listed all the time, and no other, nobody may remove.
    fn judge_removals(&mut self, call: &Call, before: &State) {
        for (target, member) in removed(call) {
            let listed_in = |estate: &Estate| {
                let all = estate.authorizations.values();
                let listing = all.filter(|it| it.target == target && it.members.contains(member.as_str()));
                listing.map(|it| it.serial).collect::<BTreeSet<_>>()
            };
            let now = listed_in(&self.window[self.window.len() - 1]);
            if now.len() != 1 {
                continue;
            }
            let is_steady =
                now.is_disjoint(&self.made_anew) && self.window.iter().all(|estate| listed_in(estate) == now);
            let left_behind = before.objects().iter().any(|it| it.is_deposed && it.address.starts_with(AUTHORIZATION));
            assert!(
                !is_steady || left_behind,
                "{member} was removed from {target:?}, although one resource has listed them all the time: {:#}",
                call.record
            );
            self.gaps += 1;
        }
    }

    /// No update is made twice, unless the first has failed on the service's side: the next run makes it again.
    fn judge_update(&mut self, call: &Call) {
        if call.operation == "UpdateAppInstanceGroupImage" {
            let (group, image) = (call.parameter("AppInstanceGroupId"), call.parameter("AppCenterImageId"));
            let last = self.images.insert(group.to_owned(), (image.to_owned(), true));
            let last = last.filter(|(_, is_of_this_run)| *is_of_this_run || !has_failed_before(call));
            let last = last.map(|(image, _)| image);
            assert_ne!(last.as_deref(), Some(image), "{group} was updated to it twice: {:#}", call.record);
        }
    }

    /// No approval is given twice.
    fn judge_approval(&mut self, call: &Call) {
        if call.operation == "ApproveOtaTask" {
            let (group, start) = (call.parameter("AppInstanceGroupId"), call.parameter("StartTime"));
            let last = self.approvals.insert(group.to_owned(), start.to_owned());
            assert_ne!(last.as_deref(), Some(start), "{group} was approved for it twice: {:#}", call.record);
        }
    }

    /// Nobody is logged off twice for one trigger, unless nobody could know that it was done.
    fn judge_log_off(&mut self, ledger: &Ledger, estate: &Estate, [before, after]: [&State; 2], ending: Ending) {
        // Terraform has destroyed what knew of it, and was stopped before it made that anew.
        let is_forgotten = before.current(LOG_OFF).is_some() && after.current(LOG_OFF).is_none();
        if estate.log_off != self.logged_off {
            self.logged_off = None;
        }
        for call in ledger.acts().filter(|call| call.operation == "LogOffAllSessionsInAppInstanceGroup") {
            assert_eq!(self.logged_off, None, "everybody is logged off twice for it: {:#}", call.record);
            self.logged_off = estate.log_off.filter(|_| is_answered(call) && ending != Ending::Killed);
        }
        self.logged_off = self.logged_off.filter(|_| !is_forgotten);
    }

    /// No server group is deleted that stays in the configuration as it is.
    fn judge_deletion(&mut self, call: &Call, estate: &Estate, before: &State) {
        for (id, change) in changes(call, "server_groups") {
            if change["kind"] != "deleted" {
                continue;
            }
            let is_it = |object: &&Object| object.attributes["id"] == id;
            let Some(object) = before.objects().iter().find(is_it) else {
                panic!("a server group was deleted that was not in the state: {:#}", call.record);
            };
            // Where something else is already, nothing is moved.
            let moved = Some(estate.moved_to(&object.address)).filter(|moved| before.current(moved).is_none());
            let address = moved.unwrap_or(&object.address);
            let configured = estate.server_group(address);
            let stays = configured.is_some_and(|it| object.attributes["subnet_id"] == it.subnet);
            assert!(
                !stays || object.is_tainted || object.is_deposed || self.replaced.as_deref() == Some(address),
                "{} was deleted although it is configured as it was: {:#}",
                object.address,
                call.record
            );
        }
    }

    /// Whom an authorization holds that the state forgets, nobody holds from then on. What is imported is planned with
    /// whoever is there.
    fn note_forgotten(&mut self, estate: &Estate, before: &State) {
        for object in before.objects().iter().filter(|it| estate.forgotten.contains(&it.address)) {
            self.kept.extend(object.attributes["id"].as_str().map(str::to_owned));
            for target in self.listed.keys().filter(|target| is_of(&object.attributes, **target)) {
                self.unknown.entry(*target).or_default().extend(members_in_state(&object.attributes));
            }
        }
    }

    /// Where something else is already, nothing is moved: Terraform destroys the one, and changes the other.
    fn note_made_anew(&mut self, estate: &Estate, before: &State) {
        for (label, authorization) in &estate.authorizations {
            let to = format!("{AUTHORIZATION}.{label}");
            let is_blocked = |(from, moved): &&(String, String)| {
                *moved == to && before.current(from).is_some() && before.current(&to).is_some()
            };
            if estate.moved.iter().any(|it| is_blocked(&it)) {
                self.made_anew.insert(authorization.serial);
            }
        }
    }

    /// Whom a run that did not end well may have added, although the state does not say so.
    fn note_unknown(&mut self, estate: &Estate, after: &State) {
        for (label, authorization) in &estate.authorizations {
            let object = after.current(&format!("{AUTHORIZATION}.{label}"));
            let written = |member: &str| {
                object.is_some_and(|object| {
                    members_in_state(&object.attributes).any(|it| it == member)
                        && is_of(&object.attributes, authorization.target)
                })
            };
            let unknown = authorization.members.iter().filter(|member| !written(member)).map(|it| (*it).to_owned());
            self.unknown.entry(authorization.target).or_default().extend(unknown);
        }
    }

    /// Judges the end: the cloud, the state and the configuration say the same.
    pub fn compare(&self, estate: &Estate, world: &Value, state: &State) {
        let in_state: BTreeSet<_> = state.objects().iter().map(|object| object.address.clone()).collect();
        assert_eq!(in_state, estate.addresses(), "the state does not hold what is configured");
        let special = state.objects().iter().find(|object| object.is_tainted || object.is_deposed);
        assert!(special.is_none(), "{:?} waits for its destruction", special.map(|object| &object.address));
        self.compare_people(estate, world, state);
        for (label, image) in &estate.images {
            let group = &world["alibaba"]["delivery_groups"][image.group];
            assert_eq!(group["image_id"], image.image, "{label}: {group:#}");
            assert_eq!(group["status"], "PUBLISHED", "{label}: {group:#}");
        }
        for (label, approval) in &estate.approvals {
            let id = world["alibaba"]["delivery_groups"][approval.group]["ota_task_id"].clone();
            let task = &world["alibaba"]["ota_tasks"][id.as_str().unwrap_or_default()];
            assert_eq!(
                (&task["status"], &task["start_time"]),
                (&json!("Approved"), &json!(approval.start_time)),
                "{label}"
            );
        }
        compare_server_groups(estate, world, state, &self.kept);
    }

    fn compare_people(&self, estate: &Estate, world: &Value, state: &State) {
        let of = |known: &BTreeMap<Target, BTreeSet<String>>, target| known.get(&target).cloned().unwrap_or_default();
        let targets = self.listed.keys().chain(self.strangers.keys()).copied().collect::<BTreeSet<_>>();
        for target in targets {
            let there = members(world, target);
            let here: Vec<_> = estate.authorizations.iter().filter(|(_, it)| it.target == target).collect();
            let wanted: BTreeSet<_> =
                here.iter().flat_map(|(_, it)| it.members.iter().map(|member| (*member).to_owned())).collect();
            let missing: Vec<_> = wanted.difference(&there).collect();
            assert!(missing.is_empty(), "{missing:?} are configured for {target:?} and have no access: {there:?}");
            if here.iter().any(|(_, it)| it.is_exclusive) {
                assert_eq!(there, wanted, "{target:?} is exclusive");
            }
            let (strangers, listed) = (of(&self.strangers, target), of(&self.listed, target));
            let known = &(&strangers | &of(&self.unknown, target)) | &wanted;
            let left: Vec<_> = there.difference(&known).collect();
            assert!(left.is_empty(), "{left:?} are no longer configured for {target:?} and have access: {there:?}");
            if !self.exclusive.contains(&target) {
                let gone: Vec<_> = strangers.difference(&there).filter(|name| !listed.contains(*name)).collect();
                assert!(gone.is_empty(), "{gone:?} were nobody's for {target:?} and lost access: {there:?}");
            }
            for (label, authorization) in here {
                let address = format!("{AUTHORIZATION}.{label}");
                let object = state.current(&address).expect("it was looked for before");
                let names: BTreeSet<_> = members_in_state(&object.attributes).collect();
                let listed: BTreeSet<_> = authorization.members.iter().map(|it| (*it).to_owned()).collect();
                assert_eq!(names, listed, "{address} in the state");
            }
        }
    }
}

/// Whether an authorization in the state is about this.
fn is_of(attributes: &Value, target: Target) -> bool {
    match target {
        Target::Group(id) => attributes["delivery_group_id"] == id && attributes["persistent_session_id"].is_null(),
        Target::Session(id) => attributes["persistent_session_id"] == id,
        Target::Set => attributes["delivery_group_set_id"].is_string(),
    }
}

/// No server group is created twice in a run.
fn judge_creations(ledger: &Ledger) {
    let mut names = BTreeSet::new();
    for call in ledger.acts().filter(|call| call.operation == "CreateServerGroup") {
        assert!(names.insert(call.parameter("name")), "{} was created twice in a run", call.parameter("name"));
    }
}

/// Whether whoever called knows that it was done.
fn is_answered(call: &Call) -> bool {
    call.status == Some(200) && call.record["fault"].is_null()
}

/// No server group is taken for one's own that was there before, unless it is imported.
fn judge_adoptions(ledger: &Ledger, estate: &Estate, before: &State, after: &State) {
    let made: BTreeSet<_> = ledger
        .acts()
        .flat_map(|call| changes(call, "server_groups").filter(|(_, change)| change["kind"] == "created"))
        .map(|(id, _)| id)
        .collect();
    let is_known = |id: &Value| before.objects().iter().any(|it| it.attributes["id"] == *id);
    for object in after.objects().iter().filter(|it| it.address.starts_with("appstreaming_server_group.")) {
        let id = &object.attributes["id"];
        let is_its_own = is_known(id) || estate.imported.contains(&object.address);
        assert!(
            is_its_own || id.as_str().is_some_and(|id| made.contains(id)),
            "{} has taken over what it has not made: {:#}",
            object.address,
            object.attributes
        );
    }
}

/// What was done and answered is in the state, whatever came of the rest.
fn judge_what_is_written(ledger: &Ledger, estate: &Estate, after: &State) {
    for call in ledger.acts().filter(|call| is_answered(call)) {
        if call.operation == "UpdateAppInstanceGroupImage" {
            let (group, image) = (call.parameter("AppInstanceGroupId"), call.parameter("AppCenterImageId"));
            let is_configured = estate.images.values().any(|it| it.group == group && it.image == image);
            let of_group = |it: &&Object| it.address.starts_with(IMAGE) && it.attributes["delivery_group_id"] == group;
            let is_written = after.objects().iter().any(|it| of_group(&it));
            assert!(is_written || !is_configured, "no state knows of it: {:#}", call.record);
        }
        for (target, member) in added(call) {
            let listing = estate.authorizations.iter();
            let listing = listing.filter(|(_, it)| it.target == target && it.members.contains(member.as_str()));
            let mut labels = listing.map(|(label, _)| format!("{AUTHORIZATION}.{label}")).peekable();
            let is_written = |address: String| {
                let object = after.current(&address);
                object.is_some_and(|it| members_in_state(&it.attributes).any(|it| it == member))
            };
            let is_nobodys = labels.peek().is_none();
            assert!(is_nobodys || labels.any(is_written), "no state knows of {member}: {:#}", call.record);
        }
    }
}

/// A run logs off once at most, and only where the configuration asks for it anew.
fn judge_log_offs(ledger: &Ledger, estate: &Estate, before: &State, replaced: Option<&str>) {
    let acts = ledger.acts().filter(|call| call.operation == "LogOffAllSessionsInAppInstanceGroup").count();
    let known = before.current(LOG_OFF).filter(|object| !object.is_tainted && replaced != Some(LOG_OFF));
    let known = known.map(|object| object.attributes["triggers"]["release"].clone());
    let asks = estate.log_off.is_some_and(|trigger| known != Some(json!(trigger.to_string())));
    assert!(acts <= usize::from(asks), "{acts} log-offs of {SCHEDULED}; the configuration asks for one: {asks}");
}

fn compare_server_groups(estate: &Estate, world: &Value, state: &State, kept: &BTreeSet<String>) {
    let groups = world["huawei"]["server_groups"].as_object().expect("server groups");
    let named = groups.iter().map(|(id, group)| (group["name"].as_str().unwrap_or_default(), (id, group)));
    // What was forgotten is there, unless somebody else has deleted it.
    let is_managed = |id: &str| state.objects().iter().any(|it| it.attributes["id"] == id);
    let is_kept = |id: &str| kept.contains(id) && !is_managed(id);
    let found: BTreeMap<_, _> =
        named.filter(|(name, (id, _))| name.starts_with(SERVER_GROUP_NAMES) && !is_kept(id)).collect();
    assert_eq!(found.len(), estate.server_groups.len(), "not those that are configured: {:?}", found.keys());
    for (label, wanted) in &estate.server_groups {
        let name = &wanted.name;
        let Some((id, group)) = found.get(name.as_str()) else { panic!("there is no {name}") };
        assert_eq!(state.server_group_id(label).as_ref(), Some(*id), "{name}");
        let fields = [
            ("description", &wanted.description[..]),
            ("subnet_id", wanted.subnet),
            ("storage_mount_policy", wanted.mount_policy),
        ];
        for (field, value) in fields {
            assert_eq!(group[field], value, "{name}.{field}");
        }
        assert_eq!(group["tags"]["team"], wanted.team, "{name}");
    }
}
