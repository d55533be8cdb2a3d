//! What a plan says beyond the difference of two lists: who loses access without a line of their own, and who keeps it.

use std::time::Duration;

use alibaba::{Client, Target};
use cloud::{Backoff, Bounds, People};
use tfplug::{Change, Context, Diagnostic, Path, Private, Result};

use super::{
    Model,
    members::{Difference, Members},
    successor::{SUCCESSOR, Successor},
};
use crate::{
    bounds::Bounded,
    clouds::{Clouds, alibaba_while_planning},
    delivery_group::GroupRef,
    failure::at_people,
    holders::{self, Held, Holders, Others},
};

/// The private entry for the resource's own name among those who hold.
const HOLDER: &str = "holder";
/// The private entry for whom others hold, of those whom this resource lists too, by what the plan's walk has seen.
const SEEN: &str = "seen";
/// The private entry for those who are to go, and could not be removed because the group was over.
const OWED: &str = "owed";
/// The private entry for a state that an import has made, and no apply has changed since.
const IMPORTED: &str = "imported";

/// How long a refresh waits for the others that it knows of.
const FOR_OTHERS: Duration = Duration::from_secs(1);

/// The resource's own name; a new one where it has none yet.
pub(super) fn holder(private: &mut Private) -> Result<String> {
    holders::name_in(private, HOLDER)
}

/// Notes whom others hold.
pub(super) fn set_seen(private: &mut Private, others: Others) -> Result<()> {
    if others.is_empty() {
        private.remove(SEEN);
        return Ok(());
    }
    private.set(SEEN, &others)
}

/// Whom others held by what the plan's walk saw. An apply that has acted on it needs it no more.
pub(super) fn take_seen(private: &mut Private) -> Others {
    let seen = private.get(SEEN).unwrap_or_default();
    private.remove(SEEN);
    seen
}

/// Whom others hold, as far as this walk knows. Those that the last walk knew are waited for, for a moment: Terraform
/// refreshes them about now, if they are still there, and what is noted here must not depend on who is first.
pub(super) async fn others(cx: &Context<Clouds>, clouds: &Clouds, thing: &str, holder: &str) -> Others {
    let known: Others = cx.private().get(SEEN).unwrap_or_default();
    let short = cx.bounds().with_timeout(FOR_OTHERS);
    let mut backoff = Backoff::new(Duration::from_millis(20), Duration::from_millis(100));
    loop {
        let others = clouds.holders.others(thing, holder);
        if known.names().all(|name| others.has(name)) || backoff.wait(&short).await.is_err() {
            return others;
        }
    }
}

/// The same for a change. What is about those who stay is left as the next refresh would write it.
pub(super) fn seen_before(private: &mut Private, planned: &Model) -> Result<Others> {
    let seen: Others = private.get(SEEN).unwrap_or_default();
    set_seen(private, shared(seen.clone(), planned))?;
    Ok(seen)
}

/// What of it is about those whom a state lists too.
pub(super) fn shared(others: Others, state: &Model) -> Others {
    others.only(|held| state.members().intersection(&state.members_of(held)).to_held())
}

/// Notes that an import has made the state.
pub(super) fn set_imported(private: &mut Private) -> Result<()> {
    private.set(IMPORTED, &true)
}

/// Notes that an apply has been made since the import.
pub(super) fn clear_imported(private: &mut Private) {
    private.remove(IMPORTED);
}

/// Notes who is to go and could not be removed, because the group was over.
pub(super) fn owe(private: &mut Private, prior: &Model, members: Members) -> Result<()> {
    let owed = prior.members_of(owed(private)).union(members);
    private.set(OWED, &owed.to_held())
}

/// Who is to go and could not be removed.
pub(super) fn owed(private: &Private) -> Held {
    private.get(OWED).unwrap_or_default()
}

/// Forgets about them: they are in the state again, or gone.
pub(super) fn settle(private: &mut Private) {
    private.remove(OWED);
}

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
    let replaces: Option<String> = cx.private().get(HOLDER);
    holders::new_name_in(cx.private_mut(), HOLDER)?;
    cx.private_mut().remove(IMPORTED);
    if let Some(successor) = Successor::of(&planned) {
        cx.private_mut().set(SUCCESSOR, &successor)?;
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
    let holder = holder(cx.private_mut())?;
    let wanted = planned.map(Model::members).unwrap_or_else(|| Members::none(prior.spelling()));
    clouds.holders.note(&prior.thing(&target), &holder, wanted.to_held());
    let others = take_seen(cx.private_mut()).updated(clouds.holders.others(&prior.thing(&target), &holder));
    let stay = leaving.intersection(&prior.members_of(others.all()));
    let leave = leaving.without(&stay);
    set_seen(cx.private_mut(), shared(others, prior))?;
    if !stay.is_empty() {
        cx.warn(keep_access(&clouds.people, &stay, &target));
    }
    if leave.is_empty() {
        return Ok(());
    }
    clouds.leaving.plan(&prior.thing(&target), &holder, leave.to_held());
    if planned.is_some() && cx.private().get(IMPORTED).unwrap_or(false) {
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
    let holder = holder(cx.private_mut())?;
    let plan = Plan { clouds: &clouds, client: &client, target: &target, bounds: &bounds, holder, replaces };
    if planned.is_known_whole() {
        let changes = prior.is_none_or(|prior| prior.members() != planned.members());
        let twice = planned.members().intersection(&plan.held_by_others(planned));
        if changes && !twice.is_empty() {
            cx.warn(listed_twice(&clouds.people, &twice, &target));
        }
        let before = prior.map_or_else(|| Members::none(planned.spelling()), Model::members);
        let moved = planned.members().without(&before).intersection(&plan.given_up_by_others(planned));
        if !moved.is_empty() {
            cx.warn(given_up_before(&clouds.people, &moved, &target));
        }
        let held = planned.members().to_held();
        match prior {
            Some(_) => clouds.holders.note(&planned.thing(&target), &plan.holder, held),
            None => clouds.holders.plan(&planned.thing(&target), &plan.holder, held),
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
        self.of_others(&self.clouds.holders, model)
    }

    /// Whom other authorizations give up in this run, not knowing that this one takes them.
    fn given_up_by_others(&self, model: &Model) -> Members {
        self.of_others(&self.clouds.leaving, model)
    }

    fn of_others(&self, holders: &Holders, model: &Model) -> Members {
        let others = holders.others(&model.thing(self.target), &self.holder);
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
        if !(lists_both || difference.changes_kind()) {
            return Ok(None);
        }
        let group = GroupRef::new(id, planned.product_type.as_str());
        if group.takes_both_kinds(self.client, self.bounds).await {
            return Ok(None);
        }
        if lists_both {
            return Err(takes_one_kind(id, "Both are listed here.").into());
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

/// Terraform tells the authorization that was planned first nothing of the second, and lets the second wait for what it
/// depends on.
fn given_up_before(people: &People, moved: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "Another authorization gives these up in this run: {}. If it comes first, they cannot use {} until this one is \
         applied: for seconds, or for as long as what this one waits for (`depends_on`, a reference); if that fails, \
         until another apply. To keep them in, add them here in one apply and take them out there in the next.",
        moved.listed(people),
        target.id()
    );
    let summary = format!("{} may be without access to {} for a time", moved.counted(), target.id());
    at_people(people, Diagnostic::warning(summary, detail), "user_names")
}

fn listed_twice(people: &People, twice: &Members, target: &Target) -> Diagnostic {
    let detail = format!(
        "Another authorization in this configuration lists them for {} too: {}. To take access from them, take them \
         out of both.",
        target.id(),
        twice.listed(people)
    );
    let summary = format!("{} are in two authorizations of {}", twice.counted(), target.id());
    at_people(people, Diagnostic::warning(summary, detail), "user_names")
}
