//! What is configured, planned and kept, and who is authorized by the service.

use std::{collections::BTreeSet, time::Duration};

use alibaba::{AuthorizedUser, AuthorizedUserGroup, Client, Target, UserMeta};
use cloud::{Backoff, Bounds, Error, ErrorKind, Outcome, Principal};
use tfplug::{Severity, prelude::*, value::Type};

use super::{
    members::{Difference, Members, Names, Spelling},
    rules::{DOMAIN, is_other_type, tidy, was_set},
};
use crate::{
    delivery_group::{self, GroupRef},
    failure::failed_at,
    holders::Held,
};

/// How many lists in a row must be without somebody who is expected in them.
const LOOKS_FOR_THE_MISSING: u32 = 3;

/// Who may use the applications of a delivery group of Alibaba Cloud App Streaming: users, by name, and user groups, by
/// ID.
///
/// -> The service sends a mail to the users whom a change concerns, and it usually takes about 2 minutes until clients
/// see the change. Only what differs is sent, at most 100 additions and 100 removals of each kind in a call.
#[derive(Clone, Debug, Model)]
pub(crate) struct Model {
    /// The ID of the delivery group or of the set of delivery groups.
    #[tf(computed, use_state_for_unknown)]
    pub(super) id: Attr<String>,
    /// The delivery group's ID (`AppInstanceGroupId`). Either this or `delivery_group_set_id` is required.
    #[tf(requires_replace, validate(
        delivery_group::id(),
        conflicts_with(["delivery_group_set_id"]),
        at_least_one_of(["delivery_group_set_id"])
    ))]
    pub(super) delivery_group_id: Attr<String>,
    /// The ID of a set of delivery groups (`AppInstanceGroupSetId`). Either this or `delivery_group_id` is required.
    #[tf(requires_replace, validate(delivery_group::id()))]
    pub(super) delivery_group_set_id: Attr<String>,
    /// The names of the users (`AuthorizeUserIds`). Default: none.
    #[tf(type = Type::set(Type::String), unquoted, validate(each(length(1..=256)), each(tidy())))]
    pub(super) user_names: Attr<BTreeSet<Principal>>,
    /// The IDs of the user groups (`AuthorizeUserGroupIds`), for instance `ug-00001`. Default: none.
    #[tf(type = Type::set(Type::String), unquoted, validate(each(delivery_group::id())))]
    pub(super) user_group_ids: Attr<BTreeSet<Principal>>,
    // Not set, it is `simple`; only another type is another authorization.
    /// Where the users come from (`UserMeta.Type`): `simple`, the service's own accounts, or `ad`, an AD domain.
    /// Default `simple`. Users of the other type are left alone.
    #[tf(
        requires_replace_if("A change of the type replaces the authorization.", is_other_type),
        validate(one_of(["simple", "ad"]))
    )]
    pub(super) user_type: Attr<String>,
    // The service does not answer it, so that an import cannot know it.
    /// The AD domain of the users (`UserMeta.AdDomain`), for instance `example.com`. With `user_type = "ad"` only,
    /// where it is required. The service does not report it: after an import it is not set, and setting it changes
    /// nothing.
    #[tf(
        requires_replace_if("Another domain replaces the authorization.", was_set),
        validate(pattern(DOMAIN, "names joined by dots, such as example.com"), required_with(["user_type"]))
    )]
    pub(super) ad_domain: Attr<String>,
    /// The persistent session that the users are given (`AppInstancePersistentId`). Required for delivery groups whose
    /// authorization mode is `Session`. With it, user groups are neither read nor changed: the service authorizes those
    /// for whole delivery groups only. Without it, the whole delivery group is meant.
    #[tf(requires_replace, validate(delivery_group::id(), conflicts_with(["user_group_ids", "delivery_group_set_id"])))]
    pub(super) persistent_session_id: Attr<String>,
    // The region that an authorization was made with stays its own, also when the provider's is another one later.
    /// The delivery group's region, for instance `cn-hangzhou`, from which the service's endpoint follows. Default: the
    /// provider's, which is kept then.
    #[tf(
        optional,
        computed,
        use_state_for_unknown,
        requires_replace_if("Another region replaces the authorization.", was_set),
        validate(delivery_group::region())
    )]
    pub(super) region: Attr<String>,
    #[tf(attribute = delivery_group::product_type_attribute(), default = "CloudApp", requires_replace)]
    pub(super) product_type: Attr<String>,
    /// `false`: the listed users and user groups are managed, and all others left alone. `true`: these and no others
    /// may use the group; whoever else is found is in the plan, and is removed. Default `false`.
    #[tf(default = false)]
    pub(super) exclusive: Attr<bool>,
    #[tf(timeouts(create = "30m", update = "30m", delete = "30m"))]
    pub(super) timeouts: Attr<Timeouts>,
}

/// Which delivery group, or set of them, which of its persistent sessions, and which kind of users. Version 1 has
/// `region` and `user_type`.
#[derive(Clone, Debug, Identity)]
#[tf(version = 1)]
pub(crate) struct Identity {
    /// The delivery group's ID.
    pub(crate) delivery_group_id: Attr<String>,
    /// The ID of the set of delivery groups.
    pub(crate) delivery_group_set_id: Attr<String>,
    /// The persistent session, where the delivery group authorizes by session.
    pub(crate) persistent_session_id: Attr<String>,
    /// The region; the provider's when it is left out.
    pub(crate) region: Attr<String>,
    /// `ad` for the users of an AD domain; left out for all others.
    pub(crate) user_type: Attr<String>,
}

impl Identity {
    /// Refuses what names two things, as the schema does in a configuration.
    pub(super) fn check(&self) -> Result<()> {
        let beside = [
            ("delivery_group_id", self.delivery_group_id.is_known()),
            ("persistent_session_id", self.persistent_session_id.is_known()),
        ];
        match beside.into_iter().find(|(_, is_set)| *is_set && self.delivery_group_set_id.is_known()) {
            None => Ok(()),
            Some((name, _)) => {
                let detail = format!("delivery_group_set_id and {name} cannot be set together; remove one of them.");
                Err(Diagnostic::error("The identity of the import cannot be read", detail).into())
            }
        }
    }
}

impl Model {
    /// A state that lists nobody yet.
    pub(super) fn empty() -> Self {
        Self {
            id: Attr::Null,
            delivery_group_id: Attr::Null,
            delivery_group_set_id: Attr::Null,
            user_names: Attr::Null,
            user_group_ids: Attr::Null,
            user_type: Attr::Null,
            ad_domain: Attr::Null,
            persistent_session_id: Attr::Null,
            region: Attr::Null,
            product_type: "CloudApp".into(),
            exclusive: Attr::Known(false),
            timeouts: Attr::Null,
        }
    }

    fn imported(mut self, current: &Members, target: &Target) -> Self {
        let before = self.clone();
        self.id = target.id().into();
        self.set_members(current, &before);
        self
    }

    /// A state that names what an import names, and lists nobody yet.
    pub(crate) fn named(identity: Identity) -> Self {
        Self {
            delivery_group_id: identity.delivery_group_id,
            delivery_group_set_id: identity.delivery_group_set_id,
            persistent_session_id: identity.persistent_session_id,
            region: identity.region,
            user_type: identity.user_type,
            ..Self::empty()
        }
    }

    /// The same with everybody who is authorized today, and what could not be seen of them. Where nobody said which
    /// kind of users is meant, and all are of an AD domain, it is those.
    pub(crate) async fn adopt(self, client: &Client, bounds: &Bounds) -> Result<(Self, Option<Diagnostic>)> {
        let target = self.required_target()?;
        let (listed, unseen) = self.look(client, &target, true, bounds).await?;
        Ok((self.adopted(&listed, &target), unseen))
    }

    /// The same for each kind of users who are there, since a resource manages one: the service's own accounts with all
    /// user groups, then those of an AD domain. Without `with_groups`, nobody's user groups are read.
    pub(crate) async fn adopt_each(
        self,
        client: &Client,
        with_groups: bool,
        bounds: &Bounds,
    ) -> Result<(Vec<Self>, Option<Diagnostic>)> {
        let target = self.required_target()?;
        let (mut listed, unseen) = self.look(client, &target, with_groups, bounds).await?;
        let mut all = vec![self.clone().adopted(&listed, &target)];
        if !all[0].is_ad() && listed.users.iter().any(is_ad) {
            listed.groups.clear();
            all.push(Self { user_type: AD.into(), ..self }.adopted(&listed, &target));
        }
        Ok((all, unseen))
    }

    /// Looks who is authorized today. It is not known here whether the configuration lists user groups: who may not
    /// list them gets the users alone, which is all that a configuration of users needs.
    async fn look(
        &self,
        client: &Client,
        target: &Target,
        with_groups: bool,
        bounds: &Bounds,
    ) -> Result<(Listed, Option<Diagnostic>)> {
        let users = self.listed_users(client, target, bounds).await.map_err(|error| self.cannot("read", &error))?;
        let (groups, unseen) =
            match self.listed_groups(client, target, with_groups && self.takes_groups(), bounds).await {
                Ok(groups) => (groups, None),
                Err(error) if error.kind() == ErrorKind::Forbidden => {
                    let mut unseen = self.cannot("read all of", &error);
                    unseen.severity = Severity::Warning;
                    unseen.summary = format!("The user groups of {} were not read", target.id());
                    unseen.detail.push_str(
                        " Without it, users are imported and managed, and user groups are left alone; a configuration \
                         with user_group_ids needs it.",
                    );
                    (Vec::new(), Some(unseen))
                }
                Err(error) => return Err(self.cannot("read", &error).into()),
            };
        Ok((Listed { users, groups }, unseen))
    }

    fn adopted(mut self, listed: &Listed, target: &Target) -> Self {
        if self.user_type.is_null() && !listed.users.is_empty() && listed.users.iter().all(is_ad) {
            self.user_type = AD.into();
        }
        let current = self.of_its_kind(listed);
        self.imported(&current, target)
    }

    /// Which authorization it is.
    pub(crate) fn identity(&self) -> Identity {
        Identity {
            delivery_group_id: self.delivery_group_id.clone(),
            delivery_group_set_id: self.delivery_group_set_id.clone(),
            persistent_session_id: self.persistent_session_id.clone(),
            region: self.region.clone(),
            user_type: self.is_ad().then(|| AD.to_owned()).into(),
        }
    }

    pub(super) fn target(&self) -> Option<Target> {
        match (self.delivery_group_id.as_str(), self.delivery_group_set_id.as_str()) {
            (Some(id), _) => Some(Target::DeliveryGroup(id.to_owned())),
            (None, Some(id)) => Some(Target::DeliveryGroupSet(id.to_owned())),
            (None, None) => None,
        }
    }

    pub(super) fn required_target(&self) -> Result<Target> {
        self.target().ok_or_else(|| {
            let detail = "Give the ID of a delivery group, or of a set of delivery groups.";
            Diagnostic::error("No delivery group is named", detail).into()
        })
    }

    pub(super) fn product_type(&self) -> &str {
        self.product_type.as_str().unwrap_or(alibaba::PRODUCT_TYPE_CLOUD_APP)
    }

    pub(super) fn user_meta(&self) -> Option<UserMeta> {
        let (user_type, ad_domain) = (self.user_type.as_str(), self.ad_domain.as_str());
        (user_type.is_some() || ad_domain.is_some())
            .then(|| UserMeta { user_type: user_type.map(Into::into), ad_domain: ad_domain.map(Into::into) })
    }

    pub(super) fn spelling(&self) -> Spelling {
        Spelling::new(self.ad_domain.as_str())
    }

    pub(super) fn members(&self) -> Members {
        Members {
            users: Names::new(self.user_names.as_known().into_iter().flatten().cloned(), self.spelling()),
            groups: self.user_group_ids.as_known().cloned().unwrap_or_default(),
        }
    }

    /// What turns are taken at and what holders hold: the target, and the persistent session where there is one.
    pub(super) fn thing(&self, target: &Target) -> String {
        let scope = match self.persistent_session_id.as_str() {
            Some(session) => format!("{}/{session}", target.id()),
            None => target.id().to_owned(),
        };
        if self.is_ad() { format!("{scope} (AD)") } else { scope }
    }

    pub(super) fn is_ad(&self) -> bool {
        self.user_type.as_str() == Some(AD)
    }

    pub(super) fn is_exclusive(&self) -> bool {
        self.exclusive == Attr::Known(true)
    }

    /// Whether it is known who is listed.
    pub(super) fn is_known_whole(&self) -> bool {
        !self.user_names.is_unknown() && !self.user_group_ids.is_unknown()
    }

    /// Whether user groups are its business at all. The service authorizes them for whole delivery groups, never for a
    /// persistent session.
    fn takes_groups(&self) -> bool {
        !self.persistent_session_id.is_known()
    }

    /// Whether it must know which user groups are authorized. Whoever lists users alone needs no permission for that.
    fn reads_groups(&self) -> bool {
        self.takes_groups() && (self.is_exclusive() || !self.user_group_ids.is_null())
    }

    /// Whom others hold, compared as these are.
    pub(super) fn members_of(&self, held: Held) -> Members {
        Members { users: self.spelling().names(held.users), groups: held.groups }
    }

    /// Everybody who is authorized today, as far as this is its business: with user groups also where some of the
    /// `expected` are.
    ///
    /// A list may be from before the expected were added. Whoever a state forgets, and whoever a removal does not find,
    /// keeps their access for good; so they are looked for again, and the list that has the most of them counts.
    pub(super) async fn current(
        &self,
        expected: &Members,
        client: &Client,
        target: &Target,
        bounds: &Bounds,
    ) -> Result<Members, Error> {
        let mut backoff = Backoff::new(Duration::from_millis(500), Duration::from_secs(2));
        let mut current = self.listed(expected, client, target, bounds).await?;
        for _ in 1..LOOKS_FOR_THE_MISSING {
            if expected.without(&current).is_empty() {
                break;
            }
            backoff.wait(bounds).await.map_err(|stop| Error::stopped(stop, Outcome::NotDone))?;
            let again = self.listed(expected, client, target, bounds).await?;
            if expected.intersection(&again).len() >= expected.intersection(&current).len() {
                current = again;
            }
        }
        Ok(current)
    }

    async fn listed(
        &self,
        expected: &Members,
        client: &Client,
        target: &Target,
        bounds: &Bounds,
    ) -> Result<Members, Error> {
        let users = self.listed_users(client, target, bounds).await?;
        let with_groups = self.reads_groups() || !expected.groups.is_empty();
        let groups = self.listed_groups(client, target, with_groups, bounds).await?;
        Ok(self.of_its_kind(&Listed { users, groups }))
    }

    /// What of a difference is still to be done today, with no more calls than that takes.
    pub(super) async fn left_of(
        &self,
        difference: &Difference,
        client: &Client,
        target: &Target,
        bounds: &Bounds,
    ) -> Result<Difference, Error> {
        let mut listed = Listed { users: Vec::new(), groups: Vec::new() };
        if difference.is_about_users() {
            listed.users = self.listed_users(client, target, bounds).await?;
        }
        listed.groups = self.listed_groups(client, target, difference.is_about_groups(), bounds).await?;
        Ok(difference.left(&self.of_its_kind(&listed)))
    }

    async fn listed_users(
        &self,
        client: &Client,
        target: &Target,
        bounds: &Bounds,
    ) -> Result<Vec<AuthorizedUser>, Error> {
        let session = self.persistent_session_id.as_str();
        client.authorized_users(target, session, self.product_type(), bounds).await
    }

    /// The user groups, where they are wanted.
    async fn listed_groups(
        &self,
        client: &Client,
        target: &Target,
        wanted: bool,
        bounds: &Bounds,
    ) -> Result<Vec<AuthorizedUserGroup>, Error> {
        match wanted {
            true => client.authorized_user_groups(target, self.product_type(), bounds).await,
            false => Ok(Vec::new()),
        }
    }

    fn of_its_kind(&self, listed: &Listed) -> Members {
        // A service that does not say of which type a user is has only one.
        let fits = |user: &AuthorizedUser| user.account_type.is_none() || is_ad(user) == self.is_ad();
        let users = listed.users.iter().filter(|user| fits(user)).filter_map(|user| user.end_user_id.clone());
        Members {
            users: Names::new(users, self.spelling()),
            groups: listed.groups.iter().filter_map(|group| group.group_id.clone()).collect(),
        }
    }

    /// Lists these people. A list that `like` does not set stays unset while there is nobody to put into it.
    pub(super) fn set_members(&mut self, members: &Members, like: &Self) {
        let users: BTreeSet<_> = members.users.written().cloned().collect();
        self.user_names = if users.is_empty() && !like.user_names.is_known() { Attr::Null } else { Attr::Known(users) };
        self.user_group_ids = if members.groups.is_empty() && !like.user_group_ids.is_known() {
            Attr::Null
        } else {
            Attr::Known(members.groups.clone())
        };
    }

    /// The delivery group, where it is about one.
    pub(super) fn group(&self) -> Option<GroupRef> {
        let Some(Target::DeliveryGroup(id)) = self.target() else { return None };
        Some(GroupRef::new(id, self.product_type.as_str()))
    }

    /// Whether the service has ended the delivery group.
    pub(super) async fn is_over(&self, client: &Client, bounds: &Bounds) -> bool {
        match self.group() {
            Some(group) => group.is_over(client, bounds).await,
            None => false,
        }
    }

    /// What it is about, for a sentence.
    pub(super) fn subject(&self) -> String {
        match self.target() {
            Some(Target::DeliveryGroupSet(id)) => format!("delivery group set {id:?}"),
            Some(Target::DeliveryGroup(id)) => format!("delivery group {id:?}"),
            None => "a delivery group".to_owned(),
        }
    }

    /// The failure of a call that was to `verb` ("read", "change").
    pub(super) fn cannot(&self, verb: &str, error: &Error) -> Diagnostic {
        let target = match self.target() {
            Some(Target::DeliveryGroupSet(_)) => "delivery_group_set_id",
            _ => "delivery_group_id",
        };
        let attributes = [
            ("Persistent", "persistent_session_id"),
            ("UserGroup", "user_group_ids"),
            ("User", "user_names"),
            ("AppInstanceGroup", target),
        ];
        let subject = self.subject();
        failed_at(&format!("{verb} the authorizations of {subject}"), error, &attributes)
    }
}

/// `UserMeta.Type` of the users of an AD domain.
const AD: &str = "ad";

/// What the service's lists hold.
struct Listed {
    users: Vec<AuthorizedUser>,
    groups: Vec<AuthorizedUserGroup>,
}

fn is_ad(user: &AuthorizedUser) -> bool {
    user.account_type.as_deref().is_some_and(|account_type| account_type.eq_ignore_ascii_case(AD))
}
