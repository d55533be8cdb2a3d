//! What a plan says beyond the difference of two lists: who loses access without a line of their own, and who keeps it.

use alibaba::{Client, Target};
use cloud::{Bounds, People};
use tfplug::{Change, Context, Diagnostic, Path, Result};

use super::{
    Model,
    members::{Difference, Members},
    notes,
    successor::{SUCCESSOR, Successor},
};
use crate::{
    bounds::Bounded,
    clouds::{Clouds, alibaba_while_planning},
    delivery_group::GroupRef,
    failure::at_people,
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
        return plan_removal(cx, state, Some(state.members()), None).await;
    }
    if let Some(planned) = &change.planned {
        refuse_one_user_twice(cx, planned)?;
    }
    let replaces = !change.requires_replace.is_empty();
    if let Some((prior, planned)) = change.as_update() {
        if planned.user_names.is_known() && planned.members().users == prior.members().users {
            // The same people, written in another way.
            planned.user_names.clone_from(&prior.user_names);
        }
        let (prior, planned) = (prior.clone(), planned.clone());
        if replaces {
            // Terraform keeps the warnings of this call, and not those of the creation that it plans next. What the
            // destruction must know of others stands beside the plan from here on.
            plan_removal(cx, &prior, Some(prior.members()), None).await?;
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
    let replaces = notes::begin_new(cx.private_mut())?;
    if let Some(successor) = Successor::of(&planned) {
        cx.private_mut().set(SUCCESSOR, &successor)?;
    }
    if replaces.is_none()
        && let (Ok(clouds), Some(target)) = (cx.data(), planned.target())
    {
        let own = notes::holder(cx.private_mut())?;
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

/// Looks whether others hold those who are to go.
async fn plan_removal(
    cx: &mut Context<Clouds>,
    prior: &Model,
    leaving: Option<Members>,
    planned: Option<&Model>,
) -> Result<()> {
    let (Some(target), Some(leaving)) = (prior.target(), leaving) else { return Ok(()) };
    let Ok(clouds) = cx.data() else { return Ok(()) };
    let holder = notes::holder(cx.private_mut())?;
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
        cx.warn(keep_access(&clouds.people, &kept, &target));
    }
    if !moving.is_empty() {
        cx.warn(taken_over_after(&clouds.people, &moving, &target));
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
        cx.warn(at_people(&clouds.people, will_lose_access(&leave, &target, detail), "user_names"));
    } else if planned.is_some_and(Model::is_exclusive) {
        // Somebody who was authorized elsewhere since shows in the difference of two lists only, if in that.
        cx.warn(not_listed(&clouds.people, &leave, &target));
    } else if !clouds.people.are_named() {
        // Whoever hides the names has them in a sensitive value, of which Terraform shows no difference.
        cx.warn(not_named(&clouds.people, &leave, &target));
    }
    Ok(())
}

fn will_lose_access(leave: &Members, target: &Target, detail: String) -> Diagnostic {
    Diagnostic::warning(format!("{} will lose access to {}", leave.counted(), target.id()), detail)
}

/// What a plan says of removals that Terraform's own difference does not show.
fn not_named(people: &People, leave: &Members, target: &Target) -> Diagnostic {
    let detail = format!("The authorization lists them no longer: {}.", leave.listed(people));
    at_people(people, will_lose_access(leave, target, detail), "user_names")
}

/// What a plan says where it is only known after apply whom an authorization still lists.
fn known_after_apply(cx: &Context<Clouds>, prior: &Model) -> Option<Diagnostic> {
    let (clouds, target, before) = (cx.data().ok()?, prior.target()?, prior.members());
    let detail = format!(
        "Whom the authorization lists is only known after apply. Whoever it lists today and is not among them then is \
         removed: {}.",
        before.listed(&clouds.people)
    );
    let warning = at_people(&clouds.people, may_lose_access(target.id(), detail), "user_names");
    (!before.is_empty()).then_some(warning)
}

/// What a plan says of those whom an exclusive authorization removes.
fn not_listed(people: &People, leave: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "The authorization is exclusive, and these are authorized today without being listed: {}.",
        leave.listed(people)
    );
    will_lose_access(leave, target, detail).at(Path::attribute("exclusive"))
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
            cx.warn(may_lose_access_somewhere());
        }
        return Ok(());
    };
    let Ok(clouds) = cx.data() else { return Ok(()) };
    let Some(client) = alibaba_while_planning(cx, planned.region.as_str())? else { return Ok(()) };
    let bounds = cx.bounds();
    let holder = notes::holder(cx.private_mut())?;
    let plan = Plan { clouds: &clouds, client: &client, target: &target, bounds: &bounds, holder, replaces };
    if planned.is_known_whole() {
        let before = prior.map_or_else(|| Members::none(planned.spelling()), Model::members);
        let coming = planned.members().without(&before).to_held();
        match prior {
            Some(_) => clouds.authorized.plan_more(&planned.thing(&target), &plan.holder, coming),
            None => clouds.authorized.plan_new(&planned.thing(&target), &plan.holder, coming),
        }
        let changes = prior.is_none_or(|prior| prior.members() != planned.members());
        let twice = planned.members().intersection(&plan.held_by_others(planned));
        if changes && !twice.is_empty() {
            cx.warn(listed_twice(&clouds.people, &twice, &target));
        }
        let moved = planned.members().without(&before).intersection(&plan.given_up_by_others(planned));
        if !moved.is_empty() {
            cx.warn(given_up_before(&clouds.people, &moved, &target));
        }
        let unseen = planned.members().intersection(&before).intersection(&plan.given_up_by_others(planned));
        if !unseen.is_empty() {
            cx.warn(removed_by_another(&clouds.people, &unseen, &target));
        }
    }
    if becomes_exclusive || planned.is_exclusive() && !planned.is_known_whole() {
        plan.warn_of_strangers(planned).await?.into_iter().for_each(|warning| cx.warn(warning));
    }
    if let Some(warning) = plan.check_kinds(planned, prior).await? {
        cx.warn(warning);
    }
    Ok(())
}

impl Plan<'_> {
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
    async fn warn_of_strangers(&self, planned: &Model) -> Result<Vec<Diagnostic>> {
        let current = match planned.current(&Members::default(), self.client, self.target, self.bounds).await {
            Ok(current) => current,
            // No error: before it destroys, Terraform plans what is configured, and a group that is gone must not be in
            // the way of that.
            Err(error) if error.is_not_found() => return Ok(Vec::new()),
            Err(error) => return Err(planned.cannot("read", &error).into()),
        };
        if !planned.is_known_whole() {
            let detail = format!(
                "The authorization is exclusive, and whom it lists is only known after apply. Whoever is authorized \
                 today and is not among them then is removed: {}.",
                current.listed(&self.clouds.people)
            );
            let warning = may_lose_access(self.target.id(), detail).at(Path::attribute("exclusive"));
            return Ok((!current.is_empty()).then_some(warning).into_iter().collect());
        }
        let others = self.held_by_others(planned);
        let strangers = current.without(&planned.members()).without(&others);
        let of_others = current.intersection(&others).without(&planned.members());
        let mut lose = not_listed(&self.clouds.people, &strangers, self.target);
        lose.detail.push_str(" Whoever else is authorized by the time of the apply is removed too, and named then.");
        let warnings = [(!strangers.is_empty()).then_some(lose), self.takes_from_others(&of_others)];
        Ok(warnings.into_iter().flatten().collect())
    }

    /// An exclusive authorization beside another one: no apply ends what each does to the other.
    fn takes_from_others(&self, of_others: &Members) -> Option<Diagnostic> {
        let detail = format!(
            "The authorization is exclusive, and another one in this configuration lists these: {}. They may be \
             removed, and given back by the other one. List them here, or make all authorizations of {} additive.",
            of_others.listed(&self.clouds.people),
            self.target.id()
        );
        let summary =
            format!("{} of another authorization may lose access to {}", of_others.counted(), self.target.id());
        let warning = Diagnostic::warning(summary, detail).at(Path::attribute("exclusive"));
        (!of_others.is_empty()).then_some(warning)
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
            return Err(takes_one_kind(id, "Both are listed here.").into());
        }
        if !difference.changes_kind() {
            return Ok(Some(in_the_way_of_this_kind(&self.clouds.people, &in_the_way, id)));
        }
        let current = planned.current(&before, self.client, self.target, self.bounds).await;
        let current = current.map_err(|error| planned.cannot("read", &error))?;
        let stay = current.without(&before).without(&planned.members());
        if !planned.is_exclusive() && stay.without_kind_of(&planned.members()) != Members::default() {
            let why = format!("These would stay, and are not managed here: {}.", stay.listed(&self.clouds.people));
            return Err(takes_one_kind(id, &why).into());
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

fn may_lose_access(target: &str, detail: impl Into<String>) -> Diagnostic {
    Diagnostic::warning(format!("People may lose access to {target}"), detail)
}

fn may_lose_access_somewhere() -> Diagnostic {
    let detail = "The authorization is exclusive, and which delivery group it is for is only known after apply. \
                  Whoever is authorized there by then and is not listed is removed.";
    may_lose_access("a delivery group", detail).at(Path::attribute("exclusive"))
}

fn takes_one_kind(id: &str, why: &str) -> Diagnostic {
    let detail = format!("The service would refuse the second kind when the first is there. {why}");
    Diagnostic::error(format!("{id} takes either users or user groups"), detail).at(Path::attribute("user_group_ids"))
}

/// What a plan says where the other kind is another authorization's.
fn in_the_way_of_this_kind(people: &People, others: &Members, id: &str) -> Diagnostic {
    let detail = format!(
        "These are another authorization's, or are given up by it in this run: {}. The service takes those who are \
         listed here only when these are gone, so that nobody can use the group in between. Where Terraform comes to \
         this one first, the apply fails, and the next one adds them.",
        others.listed(people)
    );
    let warning = Diagnostic::warning(format!("{id} takes either users or user groups"), detail);
    at_people(people, warning, "user_group_ids")
}

fn keep_access(people: &People, stay: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "Another authorization lists these for {}, and so they are not removed, unless this run takes them out of that \
         one too: {}.",
        target.id(),
        stay.listed(people)
    );
    let summary = format!("{} will keep access to {}", stay.counted(), target.id());
    at_people(people, Diagnostic::warning(summary, detail), "user_names")
}

/// What a refresh says of those whom nobody has taken over.
pub(super) fn kept_access(people: &People, back: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "An earlier apply took these out of this authorization and left them to another one, which was about to list \
         them and does not: {}. They are in the state again, and the next apply removes them, unless the configuration \
         lists them by then. Authorizations that -target leaves out are not looked at: where one of them lists these, \
         plan without it.",
        back.listed(people)
    );
    let summary = format!("{} kept access to {}", back.counted(), target.id());
    at_people(people, Diagnostic::warning(summary, detail), "user_names")
}

/// What a destruction says of those whom it has left to another authorization, after which nothing of it is left.
pub(super) fn may_keep_access(people: &People, rest: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "Another authorization of this run is to list these, and has not come to it yet; so they were not removed: {}. \
         If it fails before it looks who is authorized, or never begins, no state knows of them: apply until it lists \
         them, or list them once and take them out again.",
        rest.listed(people)
    );
    let summary = format!("{} may keep access to {}", rest.counted(), target.id());
    at_people(people, Diagnostic::warning(summary, detail), "user_names")
}

/// Terraform tells the authorization that was planned first nothing of the second, and lets the second wait for what it
/// depends on.
fn given_up_before(people: &People, moved: &Members, target: &Target) -> Diagnostic {
    let how = "Another authorization gives these up in this run, and this one takes them over. To keep them in, add \
               them here in one apply and take them out there in the next.";
    without_access_for_a_time(people, moved, target, how)
}

/// The same, from the other side: nor does Terraform tell what it has planned when it plans again at the apply.
fn taken_over_after(people: &People, moved: &Members, target: &Target) -> Diagnostic {
    let how = "Another authorization of this run takes these over. To keep them in, add them there in one apply and \
               take them out here in the next.";
    without_access_for_a_time(people, moved, target, how)
}

fn without_access_for_a_time(people: &People, moved: &Members, target: &Target, how: &str) -> Diagnostic {
    let detail = format!(
        "If the one that gives them up comes first, they cannot use {} until the other is applied: for seconds, or for \
         as long as what that waits for (`depends_on`, a reference); if it fails, until another apply: {}. {how}",
        target.id(),
        moved.listed(people)
    );
    let summary = format!("{} may be without access to {} for a time", moved.counted(), target.id());
    at_people(people, Diagnostic::warning(summary, detail), "user_names")
}

/// The authorization that gives them up was planned before this one was read, and does not know of it.
fn removed_by_another(people: &People, unseen: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "Another authorization takes these out in this run. It was planned before this one, and does not know that \
         they are listed here too: {}. Its apply removes them, and the next plan of this one gives them back. To keep \
         them in, let the other one depend on this one (`depends_on`), so that it is planned after it.",
        unseen.listed(people)
    );
    at_people(people, will_lose_access(unseen, target, detail), "user_names")
}

/// What a destruction says of those whom a group that is over has listed.
pub(super) fn back_after_a_renewal(people: &People, members: &Members, over: Diagnostic) -> Diagnostic {
    let detail = format!(
        "{} If it is renewed, these can use it again, and no state knows of them: {}.",
        over.detail,
        members.listed(people)
    );
    Diagnostic { detail, ..over }
}

fn listed_twice(people: &People, twice: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "Another authorization in this configuration lists them for {} too, unless this run takes them out of that \
         one: {}. To take access from them, take them out of both.",
        target.id(),
        twice.listed(people)
    );
    let summary = format!("{} in two authorizations of {}", twice.counted(), target.id());
    at_people(people, Diagnostic::warning(summary, detail), "user_names")
}
