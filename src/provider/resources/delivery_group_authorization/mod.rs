//! `appstreaming_delivery_group_authorization`: who may use a delivery group (`AuthorizeInstanceGroup`).

mod calls;
mod members;
mod successor;

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};

use self::{
    calls::{Calls, Failure},
    members::{Difference, Members, Names, Spelling},
    successor::{SUCCESSOR, Successor},
};

use crate::{
    alibaba::{CallContext, Client, Error, Target, UserMeta},
    provider::{
        clouds::{Clouds, alibaba_while_planning},
        delivery_group,
        failure::failed_at,
    },
    tfplug::{
        Attr, Change, Context, Diagnostic, Diagnostics, Import, Path, Resource, Result,
        schema::{
            Attribute, IdentitySchema, Schema,
            validate::{self, Validator},
        },
        timeouts::{Operation, Timeouts},
        value::{Type, Value},
    },
};

const TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// The resource `appstreaming_delivery_group_authorization`.
#[derive(Clone, Copy, Debug)]
pub(in crate::provider) struct DeliveryGroupAuthorization;

/// Configuration, plan and state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct Model {
    id: Attr<String>,
    delivery_group_id: Attr<String>,
    delivery_group_set_id: Attr<String>,
    user_names: Attr<BTreeSet<String>>,
    user_group_ids: Attr<BTreeSet<String>>,
    user_type: Attr<String>,
    ad_domain: Attr<String>,
    persistent_session_id: Attr<String>,
    product_type: Attr<String>,
    exclusive: Attr<bool>,
    timeouts: Attr<Timeouts>,
}

/// Which delivery group, or set of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::provider) struct Identity {
    pub(in crate::provider) delivery_group_id: Attr<String>,
    pub(in crate::provider) delivery_group_set_id: Attr<String>,
    pub(in crate::provider) persistent_session_id: Attr<String>,
}

fn schema() -> Schema {
    let text = Attribute::string;
    let id = delivery_group::id;
    Schema::new(
        "Who may use the applications of a delivery group of Alibaba Cloud App Streaming: users, by name, and user \
         groups, by ID.\n\n\
         -> The service sends a mail to everybody who is added or removed, and it usually takes about 2 minutes until \
         clients see the change. Only what differs is sent, at most 100 additions and 100 removals in a call.",
    )
    .attribute("id", text("The ID of the delivery group or of the set of delivery groups.").computed().use_state_for_unknown())
    .attribute(
        "delivery_group_id",
        text("The delivery group's ID (`AppInstanceGroupId`). Either this or `delivery_group_set_id` is required.")
            .optional()
            .requires_replace()
            .validate(id())
            .validate(validate::conflicts_with(["delivery_group_set_id"]))
            .validate(validate::at_least_one_of(["delivery_group_set_id"])),
    )
    .attribute(
        "delivery_group_set_id",
        text("The ID of a set of delivery groups (`AppInstanceGroupSetId`).").optional().requires_replace().validate(id()),
    )
    .attribute(
        "user_names",
        Attribute::set(Type::String, "The names of the users (`AuthorizeUserIds`).")
            .optional()
            .validate(validate::each(validate::length(1..=256)))
.validate(validate::each(tidy())),
    )
    .attribute(
        "user_group_ids",
        Attribute::set(Type::String, "The IDs of the user groups (`AuthorizeUserGroupIds`), for instance `ug-00001`.")
            .optional()
            .validate(validate::each(id())),
    )
    .attribute(
        "user_type",
        text("Where the users come from (`UserMeta.Type`): `simple`, the service's own accounts, or `ad`, an AD domain.")
            .optional()
            .requires_replace()
            .validate(validate::one_of(["simple", "ad"])),
    )
    .attribute(
        "ad_domain",
        text("The AD domain of the users (`UserMeta.AdDomain`), for instance `example.com`. With `user_type = \"ad\"` only.")
            .optional()
            .requires_replace()
            .validate(validate::pattern(
                r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,15}",
                "names joined by dots, such as example.com",
            ))
            .validate(validate::required_with(["user_type"])),
    )
    .attribute(
        "persistent_session_id",
        text(
            "The persistent session that the users are given (`AppInstancePersistentId`). Required for delivery groups \
             whose authorization mode is `Session`.",
        )
        .optional()
        .requires_replace()
        .validate(id()),
    )
    .attribute(
        "product_type",
        text("The product type (`ProductType`). App Streaming has one: `CloudApp`.")
            .default("CloudApp")
            .requires_replace()
            .validate(validate::one_of(["CloudApp"])),
    )
    .attribute(
        "exclusive",
        Attribute::bool(
            "`false`: the listed users and user groups are managed, and all others left alone. `true`: these and no \
             others may use the group; whoever else is found is in the plan by name, and is removed.",
        )
        .default(false),
    )
    .attribute(
        "timeouts",
        Timeouts::attribute(&[(Operation::Create, "30m"), (Operation::Update, "30m"), (Operation::Delete, "30m")]),
    )
}

/// What a copied name often has and no user's name can have.
fn tidy() -> Validator {
    Validator::known("no white space around it and no control characters", |configured| {
        let Value::String(text) = configured.value else { return Ok(()) };
        if text.trim() == text && !text.contains(char::is_control) {
            return Ok(());
        }
        Err(format!(
            "It must not begin or end with white space, nor hold line breaks or tabs; it is {}.",
            configured.shown()
        ))
    })
}

impl Resource for DeliveryGroupAuthorization {
    type Data = Clouds;
    type Model = Model;
    type Identity = Identity;

    fn type_name(&self) -> &'static str {
        "appstreaming_delivery_group_authorization"
    }

    fn schema(&self) -> Schema {
        schema()
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        let schema = IdentitySchema::new();
        let schema = schema.optional("delivery_group_id", Type::String, "The delivery group's ID.");
        let schema = schema.optional("delivery_group_set_id", Type::String, "The ID of the set of delivery groups.");
        let text = "The persistent session, where the delivery group authorizes by session.";
        Some(schema.optional("persistent_session_id", Type::String, text))
    }

    fn identity(&self, state: &Model) -> Option<Identity> {
        Some(state.identity())
    }

    fn validate(&self, config: &Model) -> Diagnostics {
        let mut diagnostics = Diagnostics::NONE;
        match (config.user_type.as_str(), config.ad_domain.as_str()) {
            (Some("simple"), Some(_)) => diagnostics.push(
                Diagnostic::error(
                    "Invalid ad_domain",
                    "Users of the type \"simple\" have no AD domain. Remove it, or set user_type to \"ad\".",
                )
                .at(Path::attribute("ad_domain")),
            ),
            (Some("ad"), None) if config.ad_domain.is_null() => diagnostics.push(
                Diagnostic::error("Invalid user_type", "Users of the type \"ad\" belong to a domain: set ad_domain.")
                    .at(Path::attribute("user_type")),
            ),
            _ => {}
        }
        if let (Some(names), false) = (config.user_names.as_known(), config.ad_domain.is_unknown())
            && let Some((one, other)) = config.spelling().twice(names)
        {
            let detail = format!("{one:?} and {other:?} are one user to the service. Remove one of them.");
            diagnostics.push(Diagnostic::error("Invalid user_names", detail).at(Path::attribute("user_names")));
        }
        diagnostics
    }

    async fn plan(&self, cx: &mut Context<Clouds>, change: &mut Change<Model>) -> Result<()> {
        if let Some((prior, planned)) = change.as_update() {
            if planned.user_names.is_known() && planned.members().users == prior.members().users {
                // The same people, written in another way.
                planned.user_names.clone_from(&prior.user_names);
            }
            let becomes_exclusive = planned.exclusive == Attr::Known(true) && prior.exclusive != planned.exclusive;
            return if becomes_exclusive { warn_of_strangers(cx, planned).await } else { Ok(()) };
        }
        let Some(planned) = change.as_create() else { return Ok(()) };
        if let Some(id) = planned.delivery_group_id.as_str().or(planned.delivery_group_set_id.as_str()) {
            planned.id = id.into();
        }
        if let Some(successor) = Successor::of(planned) {
            cx.private_mut().set(SUCCESSOR, &successor)?;
        }
        let planned = &*planned;
        if planned.exclusive == Attr::Known(true) { warn_of_strangers(cx, planned).await } else { Ok(()) }
    }

    async fn create(&self, cx: &mut Context<Clouds>, planned: Model) -> Result<Model> {
        cx.private_mut().remove(SUCCESSOR);
        let client = cx.data()?.alibaba(None)?;
        let timeout = Timeouts::get(&planned.timeouts, Operation::Create, TIMEOUT);
        let calls = CallContext::new(cx.cancellation().clone()).with_timeout(timeout);
        let target = planned.required_target()?;
        // Whoever is authorized already is not authorized again: it would only send them another mail.
        let current =
            planned.current(&client, &target, &calls).await.map_err(|error| planned.cannot("read", &error))?;
        let mut difference = Difference::between(&current, &planned.members());
        if planned.exclusive != Attr::Known(true) {
            difference.remove_users.clear();
            difference.remove_groups.clear();
        }
        let mut state = planned.clone();
        state.id = target.id().into();
        let present = planned.members().intersection(&current);
        let change = Calls { client: &client, target: &target, model: &planned, cx: &calls };
        // What an error leaves behind, Terraform marks as tainted and replaces; see `Successor`.
        change
            .apply(&difference, &present, |reached| {
                let mut partial = state.clone();
                partial.set_members(reached, &planned);
                cx.checkpoint(&partial)
            })
            .await
            .map_err(|failure| failure.told(&planned, "change"))?;
        Ok(state)
    }

    async fn read(&self, cx: &mut Context<Clouds>, mut state: Model) -> Result<Option<Model>> {
        let client = cx.data()?.alibaba(None)?;
        let calls = CallContext::new(cx.cancellation().clone());
        let target = state.required_target()?;
        let current = match state.current(&client, &target, &calls).await {
            Ok(current) => current,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(state.cannot("read", &error).into()),
        };
        let known = state.members();
        let seen = if state.exclusive == Attr::Known(true) {
            current.written_like(&known)
        } else {
            known.intersection(&current)
        };
        let before = state.clone();
        state.set_members(&seen, &before);
        state.id = target.id().into();
        Ok(Some(state))
    }

    async fn update(&self, cx: &mut Context<Clouds>, prior: Model, planned: Model) -> Result<Model> {
        let becomes_exclusive = planned.exclusive == Attr::Known(true) && prior.exclusive != planned.exclusive;
        if !becomes_exclusive && Difference::between(&prior.members(), &planned.members()).is_empty() {
            return Ok(planned);
        }
        let client = cx.data()?.alibaba(None)?;
        let timeout = Timeouts::get(&planned.timeouts, Operation::Update, TIMEOUT);
        let calls = CallContext::new(cx.cancellation().clone()).with_timeout(timeout);
        let target = planned.required_target()?;
        // The state of an authorization that was not exclusive does not list the strangers, who are to go now.
        let before = if becomes_exclusive {
            planned.current(&client, &target, &calls).await.map_err(|error| planned.cannot("read", &error))?
        } else {
            prior.members()
        };
        let difference = Difference::between(&before, &planned.members());
        let change = Calls { client: &client, target: &target, model: &planned, cx: &calls };
        change
            .apply(&difference, &before, |reached| {
                let mut partial = prior.clone();
                partial.set_members(reached, &prior);
                cx.checkpoint(&partial)
            })
            .await
            .map_err(|failure| failure.told(&planned, "change"))?;
        Ok(planned)
    }

    async fn delete(&self, cx: &mut Context<Clouds>, state: Model) -> Result<()> {
        let successor: Option<Successor> = cx.private().get(SUCCESSOR);
        let stay = successor.filter(|successor| successor.is_for(&state)).map(|successor| successor.members(&state));
        let stay = stay.unwrap_or_else(|| Members::none(state.spelling()));
        let difference = Difference::between(&state.members(), &state.members().intersection(&stay));
        if difference.is_empty() {
            return Ok(());
        }
        let client = cx.data()?.alibaba(None)?;
        let timeout = Timeouts::get(&state.timeouts, Operation::Delete, TIMEOUT);
        let calls = CallContext::new(cx.cancellation().clone()).with_timeout(timeout);
        let target = state.required_target()?;
        let change = Calls { client: &client, target: &target, model: &state, cx: &calls };
        let removed = change
            .apply(&difference, &state.members(), |reached| {
                let mut partial = state.clone();
                partial.set_members(reached, &state);
                cx.checkpoint(&partial)
            })
            .await;
        match removed {
            // Nobody is authorized for a group that is gone.
            Err(Failure::Call(error)) if error.is_not_found() => match state.current(&client, &target, &calls).await {
                Err(gone) if gone.is_not_found() => Ok(()),
                _ => Err(state.cannot("remove", &error).into()),
            },
            result => result.map_err(|failure| failure.told(&state, "remove")),
        }
    }

    async fn import(&self, cx: &mut Context<Clouds>, source: Import<Identity>) -> Result<Model> {
        let mut state = Model::empty();
        match source {
            // `GROUP`, `GROUP/PERSISTENT_SESSION` or `set/SET`.
            Import::Id(id) => match id.split_once('/') {
                Some(("set", set)) => state.delivery_group_set_id = set.into(),
                Some((group, session)) => {
                    state.delivery_group_id = group.into();
                    state.persistent_session_id = session.into();
                }
                None => state.delivery_group_id = id.into(),
            },
            Import::Identity(identity) => {
                state.delivery_group_id = identity.delivery_group_id;
                state.delivery_group_set_id = identity.delivery_group_set_id;
                state.persistent_session_id = identity.persistent_session_id;
            }
        }
        let client = cx.data()?.alibaba(None)?;
        let calls = CallContext::new(cx.cancellation().clone());
        state.adopt(&client, &calls).await
    }
}

/// Names those who lose access when an authorization becomes exclusive: no prior state shows them as a difference.
async fn warn_of_strangers(cx: &mut Context<Clouds>, planned: &Model) -> Result<()> {
    let Some(target) = planned.target() else { return Ok(()) };
    if planned.user_names.is_unknown() || planned.user_group_ids.is_unknown() {
        return Ok(());
    }
    let Some(client) = alibaba_while_planning(cx, None)? else { return Ok(()) };
    let calls = CallContext::new(cx.cancellation().clone());
    let current = match planned.current(&client, &target, &calls).await {
        Ok(current) => current,
        // No error: before it destroys, Terraform plans what is configured, and a group that is gone must not be in
        // the way of that.
        Err(error) if error.is_not_found() => return Ok(()),
        Err(error) => return Err(planned.cannot("read", &error).into()),
    };
    let strangers = Difference::between(&current, &planned.members());
    if !strangers.is_without_removals() {
        let names: Vec<_> = strangers.remove_users.iter().chain(&strangers.remove_groups).map(String::as_str).collect();
        let detail = format!(
            "The authorization is exclusive, and these are authorized today without being listed: {}.",
            names.join(", ")
        );
        let summary = format!(
            "{} will lose access to {}",
            count(names.len(), "user or user group", "users or user groups"),
            target.id()
        );
        cx.warn(Diagnostic::warning(summary, detail).at(Path::attribute("exclusive")));
    }
    Ok(())
}

impl Model {
    /// A state that lists nobody yet.
    fn empty() -> Self {
        Self {
            id: Attr::Null,
            delivery_group_id: Attr::Null,
            delivery_group_set_id: Attr::Null,
            user_names: Attr::Null,
            user_group_ids: Attr::Null,
            user_type: Attr::Null,
            ad_domain: Attr::Null,
            persistent_session_id: Attr::Null,
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

    /// A state that names a delivery group, or one of its persistent sessions, and lists nobody yet.
    pub(in crate::provider) fn of_group(delivery_group_id: &str, persistent_session_id: Option<&str>) -> Self {
        let persistent_session_id = persistent_session_id.map(str::to_owned).into();
        Self { delivery_group_id: delivery_group_id.into(), persistent_session_id, ..Self::empty() }
    }

    /// The same with everybody who is authorized today.
    pub(in crate::provider) async fn adopt(self, client: &Client, cx: &CallContext) -> Result<Self> {
        let target = self.required_target()?;
        let current = self.current(client, &target, cx).await.map_err(|error| self.cannot("read", &error))?;
        Ok(self.imported(&current, &target))
    }

    /// Which authorization it is.
    pub(in crate::provider) fn identity(&self) -> Identity {
        Identity {
            delivery_group_id: self.delivery_group_id.clone(),
            delivery_group_set_id: self.delivery_group_set_id.clone(),
            persistent_session_id: self.persistent_session_id.clone(),
        }
    }

    fn target(&self) -> Option<Target> {
        match (self.delivery_group_id.as_str(), self.delivery_group_set_id.as_str()) {
            (Some(id), _) => Some(Target::DeliveryGroup(id.to_owned())),
            (None, Some(id)) => Some(Target::DeliveryGroupSet(id.to_owned())),
            (None, None) => None,
        }
    }

    fn required_target(&self) -> Result<Target> {
        self.target().ok_or_else(|| {
            let detail = "Give the ID of a delivery group, or of a set of delivery groups.";
            Diagnostic::error("No delivery group is named", detail).into()
        })
    }

    fn product_type(&self) -> &str {
        self.product_type.as_str().unwrap_or(crate::alibaba::PRODUCT_TYPE_CLOUD_APP)
    }

    fn user_meta(&self) -> Option<UserMeta> {
        let (user_type, ad_domain) = (self.user_type.as_str(), self.ad_domain.as_str());
        (user_type.is_some() || ad_domain.is_some())
            .then(|| UserMeta { user_type: user_type.map(Into::into), ad_domain: ad_domain.map(Into::into) })
    }

    fn spelling(&self) -> Spelling {
        Spelling::new(self.ad_domain.as_str())
    }

    fn members(&self) -> Members {
        Members {
            users: Names::new(self.user_names.as_known().into_iter().flatten().cloned(), self.spelling()),
            groups: self.user_group_ids.as_known().cloned().unwrap_or_default(),
        }
    }

    /// Everybody who is authorized today.
    async fn current(&self, client: &Client, target: &Target, cx: &CallContext) -> Result<Members, Error> {
        let session = self.persistent_session_id.as_str();
        let users = client.authorized_users(target, session, self.product_type(), cx).await?;
        let groups = client.authorized_user_groups(target, self.product_type(), cx).await?;
        Ok(Members {
            users: Names::new(users.into_iter().filter_map(|user| user.end_user_id), self.spelling()),
            groups: groups.into_iter().filter_map(|group| group.group_id).collect(),
        })
    }

    /// Lists these people. A list that `like` does not set stays unset while there is nobody to put into it.
    fn set_members(&mut self, members: &Members, like: &Self) {
        let users: BTreeSet<_> = members.users.written().cloned().collect();
        self.user_names = if users.is_empty() && !like.user_names.is_known() { Attr::Null } else { Attr::Known(users) };
        self.user_group_ids = if members.groups.is_empty() && !like.user_group_ids.is_known() {
            Attr::Null
        } else {
            Attr::Known(members.groups.clone())
        };
    }

    fn cannot(&self, what: &str, error: &Error) -> Diagnostic {
        let id = self.target().map(|target| target.id().to_owned()).unwrap_or_default();
        let attributes = [
            ("Persistent", "persistent_session_id"),
            ("UserGroup", "user_group_ids"),
            ("User", "user_names"),
            ("AppInstanceGroup", "delivery_group_id"),
        ];
        failed_at(&format!("{what} the authorizations of delivery group {id:?}"), error, &attributes)
    }
}

fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
