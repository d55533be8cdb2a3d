//! What an authorization remembers beside its state, in its private data.

use std::{ops::ControlFlow, time::Duration};

use tfplug::{Context, Private, Result};

use super::{Model, members::Members};
use crate::{
    bounds::Bounded,
    clouds::{self, Clouds},
    holders::{self, Held, Others, Seen},
};

/// The entry for the resource's own name among those who hold.
const HOLDER: &str = "holder";
/// The entry for whom others hold, of those whom this resource lists too, by what the walk has seen.
const SEEN: &str = "seen";
/// The entry for those who are to go, and could not be removed because the group was over.
const OWED: &str = "owed";
/// The entry for those who were to go, and were left to others who were about to list them.
const LEFT: &str = "left";
/// The entry for a plan of a creation that may replace something tainted.
const REPLACES_UNNAMED: &str = "replaces_unnamed";
/// The entry for a creation that has not ended well.
const UNFINISHED: &str = "unfinished";
/// The entry for a state that an import has made, and no apply has changed since.
const IMPORTED: &str = "imported";

/// How long a refresh waits for the others that it knows of.
const FOR_OTHERS: Duration = Duration::from_secs(1);

/// The resource's own name; a new one where it has none yet.
pub(super) fn holder(cx: &mut Context<Clouds>) -> Result<String> {
    clouds::name_in(cx, HOLDER)
}

/// Begins the notes of a resource that is planned to be created. What it replaces has a name of its own, the answer;
/// there is none where it replaces nothing, and none either where that is tainted: Terraform plans as if nothing were
/// there, and gives the destruction what stands beside this plan.
pub(super) fn begin_new(cx: &mut Context<Clouds>) -> Result<Option<String>> {
    let replaces: Option<String> = cx.private().get(HOLDER);
    clouds::new_name_in(cx, HOLDER)?;
    let private = cx.private_mut();
    private.remove(IMPORTED);
    if replaces.is_none() {
        private.set(REPLACES_UNNAMED, &true)?;
    }
    Ok(replaces)
}

/// Begins a creation. Until it has ended well, Terraform is going to replace what it leaves. What was left of the one
/// that it replaces is the destruction's.
pub(super) fn begin_creation(private: &mut Private) -> Result<()> {
    private.remove(REPLACES_UNNAMED);
    settle(private, Others::default())?;
    private.set(UNFINISHED, &true)
}

/// Ends a creation that went well.
pub(super) fn end_creation(private: &mut Private) {
    private.remove(UNFINISHED);
}

/// Whether the creation of the resource has failed.
pub(super) fn is_unfinished(private: &Private) -> bool {
    private.get(UNFINISHED).unwrap_or(false)
}

/// Whether what is to be destroyed is among the others that its notes tell of, under a name that they do not.
pub(super) fn is_unnamed(private: &Private) -> bool {
    private.get(REPLACES_UNNAMED).unwrap_or(false)
}

/// Notes whom others hold.
pub(super) fn set_seen(private: &mut Private, others: Seen) -> Result<()> {
    if others.is_empty() {
        private.remove(SEEN);
        return Ok(());
    }
    private.set(SEEN, &others)
}

/// Whom others held by what the plan's walk saw. An apply that has acted on it needs it no more.
pub(super) fn take_seen(private: &mut Private) -> Seen {
    let seen = private.get(SEEN).unwrap_or_default();
    private.remove(SEEN);
    seen
}

/// Whom others hold, as far as this walk knows. Those that the last walk knew are waited for, for a moment: Terraform
/// refreshes them about now, if they are still there, and what is noted here must not depend on who is first.
pub(super) async fn others(cx: &Context<Clouds>, clouds: &Clouds, thing: &str, holder: &str) -> Seen {
    let seen: Seen = cx.private().get(SEEN).unwrap_or_default();
    let left = left(cx.private());
    holders::watch(&cx.bounds(), FOR_OTHERS, || {
        let others = clouds.authorized.others(thing, holder);
        let are_all_there = seen.held.names().chain(left.names()).all(|name| others.held.has(name));
        if are_all_there { ControlFlow::Break(others) } else { ControlFlow::Continue(others) }
    })
    .await
}

/// The same for a change. What is about those who stay is left as the next refresh would write it.
pub(super) fn seen_before(private: &mut Private, planned: &Model) -> Result<Seen> {
    let seen: Seen = private.get(SEEN).unwrap_or_default();
    let soon = Seen { held: seen.held.clone().and(seen.coming.clone()), ..Seen::default() };
    set_seen(private, about(soon, &planned.members(), planned))?;
    Ok(seen)
}

/// What of it is about these people.
pub(super) fn about(others: Seen, members: &Members, state: &Model) -> Seen {
    others.only(|held| members.intersection(&state.members_of(held)).to_held())
}

/// Whom at least two of them hold.
pub(super) fn held_twice<'h>(model: &Model, each: impl Iterator<Item = &'h Held>) -> Members {
    let (mut once, mut twice) = (Members::none(model.spelling()), Members::none(model.spelling()));
    for members in each.map(|held| model.members_of(held.clone())) {
        twice = twice.union(members.intersection(&once));
        once = once.union(members);
    }
    twice
}

/// Notes for a destruction that is planned with a creation whom others hold. It is among them itself, so that only
/// those count whom two of them hold.
pub(super) fn set_seen_by_two(private: &mut Private, others: Seen, planned: &Model) -> Result<()> {
    let twice = held_twice(planned, others.each());
    set_seen(private, about(others, &twice, planned))
}

/// Notes that an import has made the state.
pub(super) fn set_imported(private: &mut Private) -> Result<()> {
    private.set(IMPORTED, &true)
}

/// Whether an import has made the state, and no apply has changed it since.
pub(super) fn is_imported(private: &Private) -> bool {
    private.get(IMPORTED).unwrap_or(false)
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

/// Notes whom others were about to list, and who was not removed for that.
pub(super) fn leave(private: &mut Private, members: Others) -> Result<()> {
    let left = left(private).and(members);
    if left.is_empty() { Ok(()) } else { private.set(LEFT, &left) }
}

/// Forgets that these were left to others: they are listed here.
pub(super) fn take_back(private: &mut Private, members: &Members, state: &Model) -> Result<()> {
    let rest = left(private).only(|left| state.members_of(left).without(members).to_held());
    private.remove(LEFT);
    leave(private, rest)
}

/// Who was left to whom.
pub(super) fn left(private: &Private) -> Others {
    private.get(LEFT).unwrap_or_default()
}

/// Who was left to whom, of those whom this walk has not met. That it has not proves nothing: Terraform may come to
/// them later, or leave them out.
pub(super) fn unmet(private: &Private, others: &Seen) -> Others {
    others.held.names().fold(left(private), |left, met| left.without(Some(met)))
}

/// Forgets about those who are to go, since they are in the state again, or gone, or another's; but not about those
/// who are still left to somebody.
pub(super) fn settle(private: &mut Private, still_left: Others) -> Result<()> {
    private.remove(OWED);
    private.remove(LEFT);
    leave(private, still_left)
}
