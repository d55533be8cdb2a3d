//! `appstreaming_delivery_group_authorization`: who may use a delivery group (`AuthorizeInstanceGroup`).

mod calls;
mod members;
mod model;
mod schema;
mod successor;

use std::time::Duration;

use tfplug::{
    Attr, Change, Context, Diagnostic, Diagnostics, Import, Path, Resource, Result,
    schema::{IdentitySchema, Schema},
    timeouts::Operation,
    value::Type,
};

use self::{
    calls::{Calls, Failure},
    members::{Difference, Members},
    schema::schema,
    successor::{SUCCESSOR, Successor},
};
use crate::{
    bounds::Bounded,
    clouds::{Clouds, alibaba_while_planning},
};

pub(crate) use self::model::{Identity, Model};

const TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// The resource `appstreaming_delivery_group_authorization`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupAuthorizationResource;

impl Resource for DeliveryGroupAuthorizationResource {
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
        let bounds = cx.bounds_of(&planned.timeouts, Operation::Create, TIMEOUT);
        let target = planned.required_target()?;
        // Whoever is authorized already is not authorized again: it would only send them another mail.
        let current =
            planned.current(&client, &target, &bounds).await.map_err(|error| planned.cannot("read", &error))?;
        let mut difference = Difference::between(&current, &planned.members());
        if planned.exclusive != Attr::Known(true) {
            difference.remove_users.clear();
            difference.remove_groups.clear();
        }
        let mut state = planned.clone();
        state.id = target.id().into();
        let present = planned.members().intersection(&current);
        let change = Calls { client: &client, target: &target, model: &planned, bounds: &bounds };
        // What an error leaves behind, Terraform marks as tainted and replaces; see `Successor`.
        change
            .apply(&difference, &present, |reached| {
                let mut partial = state.clone();
                partial.set_members(reached, &planned);
                cx.checkpoint(&partial)
            })
            .await
            .map_err(|failure| failure.into_diagnostics(&planned, "change"))?;
        Ok(state)
    }

    async fn read(&self, cx: &mut Context<Clouds>, mut state: Model) -> Result<Option<Model>> {
        let client = cx.data()?.alibaba(None)?;
        let bounds = cx.bounds();
        let target = state.required_target()?;
        let current = match state.current(&client, &target, &bounds).await {
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
        let bounds = cx.bounds_of(&planned.timeouts, Operation::Update, TIMEOUT);
        let target = planned.required_target()?;
        // The state of an authorization that was not exclusive does not list the strangers, who are to go now.
        let before = if becomes_exclusive {
            planned.current(&client, &target, &bounds).await.map_err(|error| planned.cannot("read", &error))?
        } else {
            prior.members()
        };
        let difference = Difference::between(&before, &planned.members());
        let change = Calls { client: &client, target: &target, model: &planned, bounds: &bounds };
        change
            .apply(&difference, &before, |reached| {
                let mut partial = prior.clone();
                partial.set_members(reached, &prior);
                cx.checkpoint(&partial)
            })
            .await
            .map_err(|failure| failure.into_diagnostics(&planned, "change"))?;
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
        let bounds = cx.bounds_of(&state.timeouts, Operation::Delete, TIMEOUT);
        let target = state.required_target()?;
        let change = Calls { client: &client, target: &target, model: &state, bounds: &bounds };
        let removed = change
            .apply(&difference, &state.members(), |reached| {
                let mut partial = state.clone();
                partial.set_members(reached, &state);
                cx.checkpoint(&partial)
            })
            .await;
        match removed {
            // Nobody is authorized for a group that is gone.
            Err(Failure::Call(error)) if error.is_not_found() => match state.current(&client, &target, &bounds).await {
                Err(gone) if gone.is_not_found() => Ok(()),
                _ => Err(state.cannot("remove", &error).into()),
            },
            result => result.map_err(|failure| failure.into_diagnostics(&state, "remove")),
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
        let bounds = cx.bounds();
        state.adopt(&client, &bounds).await
    }
}

/// Names those who lose access when an authorization becomes exclusive: no prior state shows them as a difference.
async fn warn_of_strangers(cx: &mut Context<Clouds>, planned: &Model) -> Result<()> {
    let Some(target) = planned.target() else { return Ok(()) };
    if planned.user_names.is_unknown() || planned.user_group_ids.is_unknown() {
        return Ok(());
    }
    let Some(client) = alibaba_while_planning(cx, None)? else { return Ok(()) };
    let bounds = cx.bounds();
    let current = match planned.current(&client, &target, &bounds).await {
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

fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
