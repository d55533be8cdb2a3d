//! `appstreaming_delivery_group_authorization`: who may use a delivery group (`AuthorizeInstanceGroup`).

mod change;
mod id;
mod members;
mod model;
mod notes;
mod plan;
mod rules;
mod successor;
mod warnings;

use std::time::Duration;

use serde_json::Value as Json;
use tfplug::prelude::*;

use self::{
    change::{Apply, Failure, Leaving},
    id::AuthorizationId,
    members::{Difference, Members},
    successor::{SUCCESSOR, Successor},
};
use crate::{bounds::Bounded, clouds::Clouds};

pub(crate) use self::model::{Identity, Model};

const TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// The resource `appstreaming_delivery_group_authorization`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeliveryGroupAuthorizationResource;

#[resource("appstreaming_delivery_group_authorization")]
impl Resource for DeliveryGroupAuthorizationResource {
    type Data = Clouds;
    type Model = Model;
    type Identity = Identity;

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
        diagnostics
    }

    async fn plan(&self, cx: &mut Context<Clouds>, change: &mut Change<Model>) -> Result<()> {
        plan::plan(cx, change).await
    }

    async fn create(&self, cx: &mut Context<Clouds>, planned: Model) -> Result<Model> {
        cx.private_mut().remove(SUCCESSOR);
        notes::begin_creation(cx.private_mut())?;
        let clouds = cx.data()?;
        let client = clouds.alibaba(planned.region.as_str())?;
        let bounds = cx.bounds_of(&planned.timeouts, Operation::Create, TIMEOUT);
        let target = planned.required_target()?;
        let mut state = planned.clone();
        state.id = target.id().into();
        state.region.resolve(client.region().map(str::to_owned).into());
        let leaving = match planned.is_exclusive() {
            true => Leaving::AllOthers,
            false => Leaving::These(Members::none(planned.spelling())),
        };
        let apply = Apply {
            clouds: &clouds,
            client: &client,
            target: &target,
            model: &planned,
            bounds: &bounds,
            holder: &notes::holder(cx)?,
            seen: notes::take_seen(cx.private_mut()),
            is_among_others: false,
            wanted: planned.members(),
            leaving,
        };
        // Whoever is authorized already is not authorized again: it would only send them another mail.
        // What an error leaves behind, Terraform marks as tainted and replaces; see `Successor`.
        let reached = |members: &Members| {
            let mut partial = state.clone();
            partial.set_members(members, &planned);
            cx.checkpoint(&partial)
        };
        let done = apply.run(None, reached).await.map_err(|failure| failure.into_diagnostics(&planned, "change"))?;
        done.told.into_iter().for_each(|warning| cx.warn(warning));
        notes::end_creation(cx.private_mut());
        Ok(state)
    }

    async fn read(&self, cx: &mut Context<Clouds>, mut state: Model) -> Result<Option<Model>> {
        let clouds = cx.data()?;
        let client = clouds.alibaba(state.region.as_str())?;
        let target = state.required_target()?;
        let known = state.members();
        // Whoever is in the state is held, also where they were removed behind Terraform's back: they are given back.
        // It is noted before anything is awaited, so that refreshes at the same time know each other's.
        let holder = notes::holder(cx)?;
        let thing = state.thing(&target);
        clouds.authorized.hold(&thing, &holder, known.to_held());
        clouds.authorized.note_exclusive(&thing, &holder, state.is_exclusive().then(|| known.to_held()));
        let is_unfinished = notes::is_unfinished(cx.private());
        if is_unfinished {
            clouds.authorized.note_unfinished(&holder);
        }
        let owed = state.members_of(notes::owed(cx.private()));
        let left = state.members_of(notes::left(cx.private()).all());
        let expected = known.clone().union(owed.clone()).union(left.clone());
        let current = match state.current(&expected, &client, &target, &cx.bounds()).await {
            Ok(current) => current,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(state.cannot("read", &error).into()),
        };
        // Terraform plans again at the apply, in another process: what gets there is what stands beside the state.
        let others = notes::others(cx, &clouds, &thing, &holder).await;
        let held = state.members_of(others.held.all());
        let unmet = notes::unmet(cx.private(), &others);
        let unmet = unmet.only(|left| state.members_of(left).without(&held).intersection(&current).to_held());
        let still_left = state.members_of(unmet.all());
        let left = left.without(&held).without(&still_left);
        let to_go = owed.without(&held).union(left.clone());
        // What a failed creation has left is destroyed, and must not take strangers with it.
        let mut seen = match state.is_exclusive() && !is_unfinished {
            true => current.clone().written_like(&known),
            false => known.intersection(&current),
        };
        if to_go.is_empty() {
            notes::settle(cx.private_mut(), unmet)?;
        } else if state.is_over(&client, &cx.bounds()).await {
            seen = seen.without(&to_go);
        } else {
            // The group is in use again, or nobody has taken them over: who was to go, is to go as before.
            seen = seen.union(to_go.intersection(&current));
            notes::settle(cx.private_mut(), unmet)?;
            let back = left.without(&known).intersection(&current);
            if !back.is_empty() {
                cx.warn(warnings::kept_access(&clouds.people, &back, &target));
            }
        }
        if !still_left.is_empty() {
            cx.warn(warnings::may_have_kept_access(&clouds.people, &still_left, &target));
        }
        let before = state.clone();
        state.set_members(&seen, &before);
        state.id = target.id().into();
        notes::set_seen(cx.private_mut(), notes::about(others, &known.union(seen), &state))?;
        Ok(Some(state))
    }

    async fn update(&self, cx: &mut Context<Clouds>, prior: Model, planned: Model) -> Result<Model> {
        notes::clear_imported(cx.private_mut());
        notes::take_back(cx.private_mut(), &planned.members(), &planned)?;
        let seen = notes::seen_before(cx.private_mut(), &planned)?;
        let becomes_exclusive = planned.is_exclusive() && !prior.is_exclusive();
        if !becomes_exclusive && Difference::between(&prior.members(), &planned.members()).is_empty() {
            return Ok(planned);
        }
        let clouds = cx.data()?;
        let client = clouds.alibaba(planned.region.as_str())?;
        let bounds = cx.bounds_of(&planned.timeouts, Operation::Update, TIMEOUT);
        let target = planned.required_target()?;
        // One that was exclusive before has everybody in its state, and the plan names who is to go. Whoever has come
        // since is in no plan yet.
        let leaving = match becomes_exclusive {
            true => Leaving::AllOthers,
            false => Leaving::These(prior.members().without(&planned.members())),
        };
        let apply = Apply {
            clouds: &clouds,
            client: &client,
            target: &target,
            model: &planned,
            bounds: &bounds,
            holder: &notes::holder(cx)?,
            seen,
            is_among_others: false,
            wanted: planned.members(),
            leaving,
        };
        let reached = |members: &Members| {
            let mut partial = prior.clone();
            partial.set_members(members, &prior);
            cx.checkpoint(&partial)
        };
        match apply.run(Some(prior.members()), reached).await {
            Ok(done) => {
                notes::leave(cx.private_mut(), done.left)?;
                done.told.into_iter().for_each(|warning| cx.warn(warning));
            }
            Err(Failure::Over { group, .. }) if planned.members().without(&prior.members()).is_empty() => {
                let owed = prior.members().without(&planned.members());
                cx.warn(warnings::not_removed_yet(&clouds.people, &owed, group.over_for_now()));
                notes::owe(cx.private_mut(), &prior, owed)?;
            }
            Err(failure) => return Err(failure.into_diagnostics(&planned, "change")),
        }
        Ok(planned)
    }

    async fn delete(&self, cx: &mut Context<Clouds>, state: Model) -> Result<()> {
        let successor: Option<Successor> = cx.private().get(SUCCESSOR);
        let stay = successor.filter(|successor| successor.is_for(&state)).map(|successor| successor.members(&state));
        let stay = stay.unwrap_or_else(|| Members::none(state.spelling()));
        // Without a refresh before it, the state does not have those who were to go earlier.
        let leaving = state.members().union(state.members_of(notes::owed(cx.private()))).without(&stay);
        let left_before = state.members_of(notes::left(cx.private()).all()).without(&leaving).without(&stay);
        let clouds = cx.data()?;
        if !left_before.is_empty() {
            cx.warn(warnings::may_keep_access(&clouds.people, &left_before, &state.required_target()?));
        }
        if leaving.is_empty() {
            return Ok(());
        }
        let client = clouds.alibaba(state.region.as_str())?;
        let bounds = cx.bounds_of(&state.timeouts, Operation::Delete, TIMEOUT);
        let target = state.required_target()?;
        let apply = Apply {
            clouds: &clouds,
            client: &client,
            target: &target,
            model: &state,
            bounds: &bounds,
            holder: &notes::holder(cx)?,
            seen: notes::take_seen(cx.private_mut()),
            is_among_others: notes::is_unnamed(cx.private()),
            wanted: Members::none(state.spelling()),
            leaving: Leaving::These(leaving.clone()),
        };
        let reached = |members: &Members| {
            let mut partial = state.clone();
            partial.set_members(members, &state);
            cx.checkpoint(&partial)
        };
        match apply.run(Some(state.members()), reached).await {
            // Nobody is authorized for a group that is gone.
            Err(Failure::Call(error)) if error.is_not_found() => {
                match state.current(&Members::default(), &client, &target, &bounds).await {
                    Err(gone) if gone.is_not_found() => Ok(()),
                    _ => Err(state.cannot("remove", &error).into()),
                }
            }
            Err(Failure::Over { group, .. }) => {
                cx.warn(warnings::back_after_a_renewal(&clouds.people, &leaving, group.over()));
                Ok(())
            }
            Err(failure) => Err(failure.into_diagnostics(&state, "remove")),
            Ok(done) => {
                if !done.left.is_empty() {
                    let left = state.members_of(done.left.all());
                    cx.warn(warnings::may_keep_access(&clouds.people, &left, &target));
                }
                Ok(())
            }
        }
    }

    async fn import(&self, cx: &mut Context<Clouds>, source: Import<Identity>) -> Result<Model> {
        let identity = match source {
            Import::Id(id) => AuthorizationId::parse(&id)?.into(),
            Import::Identity(identity) => identity,
        };
        identity.check()?;
        let client = cx.data()?.alibaba(identity.region.as_str())?;
        let (state, unseen) = Model::named(identity).adopt(&client, &cx.bounds()).await?;
        if let Some(unseen) = unseen {
            cx.warn(unseen);
        }
        notes::set_imported(cx.private_mut())?;
        Ok(state)
    }

    fn upgrade_identity(&self, _version: i64, mut identity: Json) -> Result<Json> {
        // Version 0 had neither.
        for name in ["region", "user_type"] {
            identity[name] = Json::Null;
        }
        Ok(identity)
    }
}
