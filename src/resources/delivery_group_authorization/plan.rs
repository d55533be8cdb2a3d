//! What a plan says beyond the difference of two lists: who loses access without a line of their own, and who keeps it.

use alibaba::{Client, Target};
use cloud::{Bounds, People};
use tfplug::{Change, Context, Diagnostic, Path, Result};

use super::{
    Model,
    members::{Difference, Members},
    notes,
    successor::{SUCCESSOR, Successor},
    warnings,
};
use crate::{
    bounds::Bounded,
    clouds::{Clouds, alibaba_while_planning},
    delivery_group::GroupRef,
    failure::{at_people, while_planning},
};

/// One plan, with what it may ask.
struct Plan<'a> {
    clouds: &'a Clouds,
    client: &'a Client,
    target: &'a Target,
    bounds: &'a Bounds,
    holder: String,
    /// The name of the one that this replaces, if it does.
    replaces: Option<String>,
}

/// Refines a plan, and says what it means for people.
pub(super) async fn plan(cx: &mut Context<Clouds>, change: &mut Change<Model>) -> Result<()> {
    if let Some(state) = change.as_destroy() {
        return plan_destruction(cx, state).await;
    }
    if let Some(planned) = &change.planned {
        refuse_one_user_twice(cx, planned)?;
    }
    let replaces = !change.requires_replace.is_empty();
    if let Some((prior, planned)) = change.as_update() {
        let are_known = planned.user_names.is_known() && prior.user_names.is_known();
        if are_known && planned.members().users == prior.members().users {
            // The same people, written in another way. Nobody, where the state says nothing, is no other way: Terraform
            // takes no null for an empty set.
            planned.user_names.clone_from(&prior.user_names);
        }
        let (prior, planned) = (prior.clone(), planned.clone());
        if replaces {
            // Terraform keeps the warnings of this call, and not those of the creation that it plans next. What the
            // destruction must know of others stands beside the plan from here on.
            plan_destruction(cx, &prior).await?;
            refuse_without_session(cx, &prior, &planned).await?;
            if planned.target().is_none() && !prior.members().is_empty() {
                cx.warn(removed_first(cx, &prior));
            }
            return plan_addition(cx, &planned, None, None).await;
        }
        if !planned.is_known_whole() && !planned.is_exclusive() {
            known_after_apply(cx, &prior).into_iter().for_each(|warning| cx.warn(warning));
        }
        let leaving = planned.is_known_whole().then(|| prior.members().without(&planned.members()));
        plan_removal(cx, &prior, leaving, Some(&planned)).await?;
        return plan_addition(cx, &planned, Some(&prior), None).await;
    }
    let is_region_configured = change.config.as_ref().is_some_and(|config| !config.region.is_null());
    let Some(planned) = change.as_create() else { return Ok(()) };
    if let Some(target) = planned.target() {
        planned.id = target.id().into();
    }
    if planned.region.is_unknown()
        && !is_region_configured
        && let Some(client) = alibaba_while_planning(cx, None)?
    {
        planned.region = client.region().map(str::to_owned).into();
    }
    let planned = planned.clone();
    // What is created is not what it replaces, which has a name of its own.
    let replaces = notes::begin_new(cx)?;
    if let Some(successor) = Successor::of(&planned) {
        cx.private_mut().set(SUCCESSOR, &successor)?;
    }
    if replaces.is_none()
        && let (Ok(clouds), Some(target)) = (cx.data(), planned.target())
    {
        let own = notes::holder(cx)?;
        let others = clouds.authorized.others(&planned.thing(&target), &own);
        notes::set_seen_by_two(cx.private_mut(), others, &planned)?;
    }
    plan_addition(cx, &planned, None, replaces).await
}

/// One user written in two ways is a mistake. It is found in the plan and not in the validation, which does not know
/// yet whether people may be named.
fn refuse_one_user_twice(cx: &Context<Clouds>, planned: &Model) -> Result<()> {
    let (Ok(clouds), Some(names)) = (cx.data(), planned.user_names.as_known()) else { return Ok(()) };
    if planned.ad_domain.is_unknown() {
        return Ok(());
    }
    let Some((one, other)) = planned.spelling().twice(names) else { return Ok(()) };
    let detail = format!("{} are one user to the service. Remove one of them.", clouds.people.both(one, other));
    Err(at_people(&clouds.people, Diagnostic::error("Invalid user_names", detail), "user_names").into())
}

/// A group that authorizes by session takes nobody without one. That is found before they are removed from theirs.
async fn refuse_without_session(cx: &mut Context<Clouds>, prior: &Model, planned: &Model) -> Result<()> {
    let gives_up_its_session = prior.persistent_session_id.is_known() && planned.persistent_session_id.is_null();
    let Some(Target::DeliveryGroup(id)) = planned.target().filter(|_| gives_up_its_session) else { return Ok(()) };
    let Some(client) = alibaba_while_planning(cx, planned.region.as_str())? else { return Ok(()) };
    let group = GroupRef::new(&id, planned.product_type.as_str());
    if group.authorizes_by_session(&client, &cx.bounds()).await {
        return Err(while_planning(warnings::needs_a_session(&id)).into());
    }
    Ok(())
}

/// What a plan says of a destruction, of a replacement too.
async fn plan_destruction(cx: &mut Context<Clouds>, state: &Model) -> Result<()> {
    plan_removal(cx, state, Some(state.members()), None).await?;
    let (Ok(clouds), Some(target)) = (cx.data(), state.target()) else { return Ok(()) };
    let owed = state.members_of(notes::owed(cx.private())).without(&state.members());
    if !owed.is_empty() {
        cx.warn(warnings::removed_at_last(&clouds.people, &owed, &target));
    }
    let Some(client) = alibaba_while_planning(cx, state.region.as_str())? else { return Ok(()) };
    let (bounds, holder) = (cx.bounds(), notes::holder(cx)?);
    let plan = Plan { clouds: &clouds, client: &client, target: &target, bounds: &bounds, holder, replaces: None };
    plan.in_the_way_of_others(state).await.into_iter().for_each(|warning| cx.warn(warning));
    Ok(())
}

/// Looks whether others hold those who are to go.
async fn plan_removal(
    cx: &mut Context<Clouds>,
    prior: &Model,
    leaving: Option<Members>,
    planned: Option<&Model>,
) -> Result<()> {
    let (Some(target), Some(leaving)) = (prior.target(), leaving) else { return Ok(()) };
    let Ok(clouds) = cx.data() else { return Ok(()) };
    let holder = notes::holder(cx)?;
    let wanted = planned.map(Model::members).unwrap_or_else(|| Members::none(prior.spelling()));
    let kept = prior.members().intersection(&wanted);
    clouds.authorized.hold(&prior.thing(&target), &holder, kept.to_held());
    // Noted before it is looked what others do, as they note theirs: one of two that are planned side by side sees it.
    clouds.authorized.plan_less(&prior.thing(&target), &holder, leaving.to_held());
    let others = notes::take_seen(cx.private_mut()).updated(clouds.authorized.others(&prior.thing(&target), &holder));
    let stay = leaving.intersection(&prior.members_of(others.all()));
    let held = others.held.all();
    let leave = leaving.without(&stay);
    notes::set_seen(cx.private_mut(), notes::about(others, &prior.members(), prior))?;
    // What this plan knows reaches a destruction; a change is planned again, when the others may not be known yet.
    let held = if planned.is_some() { prior.members_of(held) } else { stay.clone() };
    let (kept, moving) = (stay.intersection(&held), stay.without(&held));
    if !kept.is_empty() {
        cx.warn(warnings::keep_access(&clouds.people, &kept, &target));
    }
    if !moving.is_empty() {
        cx.warn(warnings::taken_over_after(&clouds.people, &moving, &target));
    }
    clouds.authorized.plan_less(&prior.thing(&target), &holder, leave.to_held());
    if leave.is_empty() {
        return Ok(());
    }
    if planned.is_some() && notes::is_imported(cx.private()) {
        let detail = format!(
            "The import took over everybody who was authorized. These are not listed in the configuration, and are \
             removed: {}. To leave them alone, do not import: a creation finds those who are there already.",
            leave.listed(&clouds.people)
        );
        cx.warn(at_people(&clouds.people, warnings::will_lose_access(&leave, &target, detail), "user_names"));
    } else if planned.is_some_and(Model::is_exclusive) {
        // Somebody who was authorized elsewhere since shows in the difference of two lists only, if in that.
        cx.warn(warnings::not_listed(&clouds.people, &leave, &target));
    } else if !clouds.people.are_named() {
        // Whoever hides the names has them in a sensitive value, of which Terraform shows no difference.
        cx.warn(warnings::not_named(&clouds.people, &leave, &target));
    }
    Ok(())
}

/// What a plan says where it is only known after apply whom an authorization still lists.
fn known_after_apply(cx: &Context<Clouds>, prior: &Model) -> Option<Diagnostic> {
    let (clouds, target, before) = (cx.data().ok()?, prior.target()?, prior.members());
    let detail = format!(
        "Whom the authorization lists is only known after apply. Whoever it lists today and is not among them then is \
         removed: {}.",
        before.listed(&clouds.people)
    );
    let warning = at_people(&clouds.people, warnings::may_lose_access(target.id(), detail), "user_names");
    (!before.is_empty()).then_some(warning)
}

/// What a plan says where it is only known after apply whether people stay where they are.
fn removed_first(cx: &Context<Clouds>, prior: &Model) -> Diagnostic {
    let who = match cx.data() {
        Ok(clouds) => prior.members().listed(&clouds.people),
        Err(_) => prior.members().counted(),
    };
    let detail = format!(
        "Which delivery group they are for is only known after apply, and Terraform destroys before it creates: these \
         are removed first, also where it turns out to be the same group, and authorized again then: {who}. With \
         create_before_destroy nobody is removed in that case."
    );
    Diagnostic::warning(format!("Access to {} is taken away first", prior.subject()), detail)
}

/// Says what comes of a list that is to be authorized.
async fn plan_addition(
    cx: &mut Context<Clouds>,
    planned: &Model,
    prior: Option<&Model>,
    replaces: Option<String>,
) -> Result<()> {
    let becomes_exclusive = planned.is_exclusive() && !prior.is_some_and(Model::is_exclusive);
    let Some(target) = planned.target() else {
        if becomes_exclusive {
            cx.warn(warnings::may_lose_access_somewhere());
        }
        return Ok(());
    };
    let Ok(clouds) = cx.data() else { return Ok(()) };
    let Some(client) = alibaba_while_planning(cx, planned.region.as_str())? else { return Ok(()) };
    let bounds = cx.bounds();
    let holder = notes::holder(cx)?;
    let plan = Plan { clouds: &clouds, client: &client, target: &target, bounds: &bounds, holder, replaces };
    if planned.is_known_whole() {
        plan.note(planned, prior);
        plan.beside_others(planned, prior).into_iter().for_each(|warning| cx.warn(warning));
    }
    if becomes_exclusive || planned.is_exclusive() && !planned.is_known_whole() {
        plan.warn_of_strangers(planned).await?.into_iter().for_each(|warning| cx.warn(warning));
    }
    if let Some(warning) = plan.check_kinds(planned, prior).await? {
        cx.warn(warning);
    }
    if let Some(prior) = prior
        && Difference::between(&prior.members(), &planned.members()).is_without_additions()
    {
        plan.in_the_way_of_others(prior).await.into_iter().for_each(|warning| cx.warn(warning));
    }
    Ok(())
}

impl Plan<'_> {
    /// Notes for the other plans of this walk what this one gives.
    fn note(&self, planned: &Model, prior: Option<&Model>) {
        let (authorized, thing) = (&self.clouds.authorized, planned.thing(self.target));
        let listed = planned.members();
        let before = prior.map_or_else(|| Members::none(planned.spelling()), Model::members);
        let coming = listed.without(&before).to_held();
        let exclusive = planned.is_exclusive().then(|| listed.to_held());
        match (prior, exclusive) {
            (Some(_), exclusive) => {
                authorized.plan_more(&thing, &self.holder, coming);
                authorized.note_exclusive(&thing, &self.holder, exclusive);
            }
            (None, exclusive) => {
                authorized.plan_new(&thing, &self.holder, coming);
                exclusive.into_iter().for_each(|listed| authorized.plan_exclusive(&thing, &self.holder, listed));
            }
        }
    }

    /// What there is to say of people whom others list too, or give up, or do not list.
    fn beside_others(&self, planned: &Model, prior: Option<&Model>) -> Vec<Diagnostic> {
        let (people, target) = (&self.clouds.people, self.target);
        let listed = planned.members();
        let before = prior.map_or_else(|| Members::none(planned.spelling()), Model::members);
        let (others, given_up) = (self.held_by_others(planned), self.given_up_by_others(planned));
        let nobody = || Members::none(planned.spelling());
        let changes = prior.is_none_or(|prior| prior.members() != listed);
        let twice = if changes { listed.intersection(&others) } else { nobody() };
        let moved = listed.without(&before).intersection(&given_up);
        let unseen = listed.intersection(&before).intersection(&given_up);
        // Whom an exclusive one has found beside those whom it lists is in its state, and so in its plan.
        let beside = if planned.is_exclusive() { others.without(&listed).without(&before) } else { nobody() };
        let outside = if changes && !planned.is_exclusive() { self.not_listed_by_exclusive(planned) } else { nobody() };
        let was_exclusive = prior.is_some_and(Model::is_exclusive);
        let all: [(Members, fn(&People, &Members, &Target) -> Diagnostic); 5] = [
            (twice, warnings::listed_twice),
            (moved, warnings::given_up_before),
            (unseen, warnings::removed_by_another),
            (
                beside,
                if was_exclusive {
                    warnings::exclusive_beside_another
                } else {
                    warnings::becomes_exclusive_beside_another
                },
            ),
            (outside, warnings::beside_an_exclusive),
        ];
        all.into_iter().filter(|(who, _)| !who.is_empty()).map(|(who, say)| say(people, &who, target)).collect()
    }

    /// Who is listed here, and not by another one that is exclusive.
    fn not_listed_by_exclusive(&self, model: &Model) -> Members {
        let exclusive = self.clouds.authorized.exclusive(&model.thing(self.target), &self.holder);
        let exclusive = exclusive.without(self.replaces.as_deref());
        let outside = exclusive.each().map(|listed| model.members().without(&model.members_of(listed.clone())));
        outside.fold(Members::none(model.spelling()), Members::union)
    }

    fn held_by_others(&self, model: &Model) -> Members {
        let others = self.clouds.authorized.others(&model.thing(self.target), &self.holder);
        // What is to be replaced, because its creation failed, is no other one.
        let others = self.clouds.authorized.finished(others);
        model.members_of(others.without(self.replaces.as_deref()).all())
    }

    /// Whom other authorizations give up in this run, not knowing that this one takes them.
    fn given_up_by_others(&self, model: &Model) -> Members {
        let others = self.clouds.authorized.given_up(&model.thing(self.target), &self.holder);
        model.members_of(others.without(self.replaces.as_deref()).all())
    }

    /// Names those who lose access when an authorization becomes exclusive: no prior state shows them as a difference.
    async fn warn_of_strangers(&self, planned: &Model) -> Result<Option<Diagnostic>> {
        let current = match planned.current(&Members::default(), self.client, self.target, self.bounds).await {
            Ok(current) => current,
            // No error: before it destroys, Terraform plans what is configured, and a group that is gone must not be in
            // the way of that.
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(planned.cannot("read", &error).into()),
        };
        if !planned.is_known_whole() {
            let detail = format!(
                "The authorization is exclusive, and whom it lists is only known after apply. Whoever is authorized \
                 today and is not among them then is removed: {}.",
                current.listed(&self.clouds.people)
            );
            let warning = warnings::may_lose_access(self.target.id(), detail).at(Path::attribute("exclusive"));
            return Ok((!current.is_empty()).then_some(warning));
        }
        let strangers = current.without(&planned.members()).without(&self.held_by_others(planned));
        let mut lose = warnings::not_listed(&self.clouds.people, &strangers, self.target);
        lose.detail.push_str(" Whoever else is authorized by the time of the apply is removed too, and named then.");
        Ok((!strangers.is_empty()).then_some(lose))
    }

    /// What a plan says where the other kind is about to be given by another authorization, which was planned first and
    /// does not know who is in its way.
    async fn in_the_way_of_others(&self, there: &Model) -> Option<Diagnostic> {
        let Target::DeliveryGroup(id) = self.target else { return None };
        let coming = self.clouds.authorized.others(&there.thing(self.target), &self.holder).coming;
        let awaited = there.members_of(coming.all()).without_kind_of(&there.members());
        let group = GroupRef::new(id, there.product_type.as_str());
        if there.members().is_empty() || awaited.is_empty() || group.takes_both_kinds(self.client, self.bounds).await {
            return None;
        }
        Some(warnings::in_the_way_of_the_other_kind(&self.clouds.people, &awaited, id))
    }

    /// A group that does not take users and user groups side by side has nobody in between. What it would never take is
    /// an error, before anybody is removed for it.
    async fn check_kinds(&self, planned: &Model, prior: Option<&Model>) -> Result<Option<Diagnostic>> {
        let Target::DeliveryGroup(id) = self.target else { return Ok(None) };
        let before = prior.map_or_else(|| Members::none(planned.spelling()), Model::members);
        let difference = Difference::between(&before, &planned.members());
        let lists_both = planned.members().has_both_kinds() && !difference.is_empty();
        let in_the_way = match difference.is_without_additions() {
            true => Members::default(),
            false => {
                let others = self.held_by_others(planned).union(self.given_up_by_others(planned));
                others.without_kind_of(&planned.members())
            }
        };
        if !(lists_both || difference.changes_kind() || !in_the_way.is_empty()) {
            return Ok(None);
        }
        let group = GroupRef::new(id, planned.product_type.as_str());
        if group.takes_both_kinds(self.client, self.bounds).await {
            return Ok(None);
        }
        if lists_both {
            return Err(warnings::takes_one_kind(id, "Both are listed here.").into());
        }
        if !difference.changes_kind() {
            return Ok(Some(warnings::in_the_way_of_this_kind(&self.clouds.people, &in_the_way, id)));
        }
        let current = planned.current(&before, self.client, self.target, self.bounds).await;
        let current = current.map_err(|error| planned.cannot("read", &error))?;
        let stay = current.without(&before).without(&planned.members());
        if !planned.is_exclusive() && stay.without_kind_of(&planned.members()) != Members::default() {
            let why = format!("These would stay, and are not managed here: {}.", stay.listed(&self.clouds.people));
            return Err(warnings::takes_one_kind(id, &why).into());
        }
        let leaving = before.without(&planned.members());
        let detail = format!(
            "The group takes either users or user groups, so that these are all removed before the others are added, \
             and cannot use it for that time: {}.",
            leaving.listed(&self.clouds.people)
        );
        let summary = format!("{} will be without access to {id} for a moment", leaving.counted());
        let warning = Diagnostic::warning(summary, detail);
        Ok(Some(at_people(&self.clouds.people, warning, "user_group_ids")))
    }
}
